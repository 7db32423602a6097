/*
 * Reads pushtrain.yaml, our own manifest: what the package is called, and what it
 * needs, each as the least version or as the id of one. It is read strictly: what it
 * says wrongly would let a train leave in the wrong order.
 */
#include "connectors/manifest/reader.h"

#include <string.h>

#include "base/near.h"
#include "config/yaml.h"
#include "connectors/push/orgkey.h"

struct reading {
	struct pt_reader_facts *facts;
	struct pt_arena *arena;
	const char *name; /* of the input; outlives the tree, unlike the nodes' own */
};

static const char *kind_of(const struct pt_yaml_node *node)
{
	static const char *const names[] = {
	    [PT_YAML_SCALAR] = "a text", [PT_YAML_LIST] = "a list", [PT_YAML_MAP] = "a map"};

	return names[node->kind];
}

static int copy_text(const char **out, const char *key, const struct pt_yaml_node *value,
		     const struct reading *in, struct pt_err *err)
{
	const char *text = pt_yaml_text(value);

	if (value->kind != PT_YAML_SCALAR)
		return pt_err_at(err, PT_E_INVALID, value->src, "'%s' is %s, expected a text", key,
				 kind_of(value));
	if (!text || !text[0])
		return pt_err_at(err, PT_E_INVALID, value->src, "'%s' is empty, expected a text",
				 key);
	*out = pt_arena_strdup(in->arena, text);
	return *out ? 0 : pt_err_nomem(err);
}

/* "npsp: 3.10" or "npsp: 04t…" */
static int read_need(const struct pt_yaml_node *key, const struct pt_yaml_node *value,
		     const struct reading *in, struct pt_err *err)
{
	struct pt_pin pin = {.src = {in->name, key->src.line, key->src.col}};
	struct pt_err why = PT_ERR_INIT;
	const char *text = pt_yaml_text(value);
	int rc = pt_pins_visit(&in->facts->pins, key->src, err);

	if (rc < 0)
		return rc;
	if (key->text[0] == '\0')
		return pt_err_at(err, PT_E_INVALID, key->src,
				 "'needs' names a package '', expected a name");
	if (!text)
		return pt_err_at(err, PT_E_INVALID, value->src,
				 "'needs.%.60s' is %s, expected a version such as \"3.10\" or the "
				 "id of one, 04t...",
				 key->text,
				 value->kind == PT_YAML_SCALAR ? "empty" : kind_of(value));
	rc = strncmp(text, "04t", 3) == 0 ? pt_id_parse(pin.version_id, "04t", text, &why)
					  : pt_version_parse(&pin.version, text, &why);
	if (rc < 0)
		return pt_err_at(err, why.code, value->src, "'needs.%.60s': %s", key->text,
				 why.text);
	pin.package_name = pt_arena_strdup(in->arena, key->text);
	if (!pin.package_name)
		return pt_err_nomem(err);
	return pt_pins_add(&in->facts->pins, in->arena, &pin, err);
}

static int read_needs(const struct pt_yaml_node *needs, const struct reading *in,
		      struct pt_err *err)
{
	int rc = 0;

	if (needs->kind != PT_YAML_MAP)
		return pt_err_at(err, PT_E_INVALID, needs->src,
				 "'needs' is %s, expected a map of packages and versions, or {}",
				 pt_yaml_text(needs) || needs->kind != PT_YAML_SCALAR
				     ? kind_of(needs)
				     : "empty");
	in->facts->lists = true;
	for (size_t i = 0; rc == 0 && i < needs->n; i++)
		rc = read_need(needs->key[i], needs->item[i], in, err);
	return rc;
}

static int unknown_key(const struct pt_yaml_node *key, struct pt_err *err)
{
	static const char *const keys[] = {"namespace", "needs", "package"};
	const char *near = pt_near(key->text, keys, PT_ARRAY_LEN(keys));

	return pt_err_at(err, PT_E_INVALID, key->src, "unknown key '%.60s', %s%s%s", key->text,
			 near ? "did you mean '" : "expected package, namespace or needs",
			 near ? near : "", near ? "'?" : "");
}

static int read_key(const struct pt_yaml_node *key, const struct pt_yaml_node *value,
		    const struct reading *in, struct pt_err *err)
{
	if (strcmp(key->text, "package") == 0)
		return copy_text(&in->facts->package_name, key->text, value, in, err);
	if (strcmp(key->text, "namespace") == 0)
		return copy_text(&in->facts->namespace_, key->text, value, in, err);
	if (strcmp(key->text, "needs") == 0)
		return read_needs(value, in, err);
	return unknown_key(key, err);
}

static int read_file(struct pt_reader_facts *out, struct pt_arena *arena,
		     const struct pt_reader_input *input, struct pt_err *err)
{
	const struct reading in = {.facts = out, .arena = arena, .name = input->name};
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	int rc = pt_yaml_parse(&yaml, input->data, input->size_bytes, input->name, err);

	if (rc < 0)
		return rc;
	const struct pt_yaml_node *root = pt_yaml_root(yaml);

	if (root->kind != PT_YAML_MAP)
		return pt_err_at(err, PT_E_INVALID, root->src,
				 "the file is %s, expected a map with the key 'needs'",
				 kind_of(root));
	for (size_t i = 0; rc == 0 && i < root->n; i++)
		rc = read_key(root->key[i], root->item[i], &in, err);
	/* Forgotten and nothing are not the same. */
	if (rc == 0 && !out->lists)
		rc =
		    pt_err_at(err, PT_E_INVALID, root->src,
			      "missing key 'needs'; a package that needs nothing says 'needs: {}'");
	return rc;
}

const struct pt_reader pt_reader_pushtrain = {
    .name = "pushtrain.yaml",
    .file = "pushtrain.yaml",
    .read = read_file,
};
