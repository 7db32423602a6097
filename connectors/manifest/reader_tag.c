/*
 * Reads a release tag's annotation. Its list of dependencies is read element by
 * element, so that each pin and each error knows its line: the JSON library tells
 * where an element ends, but not where its parts stand.
 */
#include "connectors/manifest/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_load.h"
#include "connectors/manifest/annotation.h"
#include "connectors/manifest/places.h"
#include "connectors/push/orgkey.h"

enum { DEPTH_MAX = 16 };

/* What the element being read belongs to. */
struct list {
	struct pt_reader_facts *facts;
	struct pt_arena *arena;
	struct pt_place element; /* where the top-level element begins and ends */
};

static void json_freep(json_t **json)
{
	json_decref(*json);
}

static bool at_char(const struct pt_place *in, char c)
{
	return in->at < in->end && *in->at == c;
}

/* Where a text of the element stands, as long as it is written without escapes. */
static struct pt_src place_of(const struct list *list, const char *text)
{
	struct pt_place at = list->element;
	size_t n = strlen(text);

	for (; (size_t)(at.end - at.at) >= n + 2; pt_place_advance(&at, 1)) {
		if (at.at[0] == '"' && at.at[n + 1] == '"' && memcmp(at.at + 1, text, n) == 0)
			return at.src;
	}
	return list->element.src;
}

/* The text of a key; NULL if it is absent, null or empty. */
static int get_text(const char **out, const json_t *object, const char *key,
		    const struct list *list, struct pt_err *err)
{
	const json_t *value = json_object_get(object, key);

	if (value && !json_is_null(value) && !json_is_string(value))
		return pt_err_at(err, PT_E_INVALID, place_of(list, key),
				 "'%s' of a dependency is %s, expected a text in quotes", key,
				 pt_json_kind(value));
	*out = json_is_string(value) && json_string_length(value) ? json_string_value(value) : NULL;
	return 0;
}

static int copy_text(const char **out, const json_t *object, const char *key,
		     const struct list *list, struct pt_err *err)
{
	const char *text = NULL;
	int rc = get_text(&text, object, key, list, err);

	if (rc < 0)
		return rc;
	*out = text ? pt_arena_strdup(list->arena, text) : NULL;
	return text && !*out ? pt_err_nomem(err) : 0;
}

/* Repeats an error that knows no place, at the place of the text it is about. */
static int fail_at(struct pt_err *err, const struct pt_err *why, struct pt_src src)
{
	return pt_err_at(err, why->code, src, "%s", why->text);
}

static int read_id(struct pt_pin *pin, const json_t *object, const struct list *list,
		   struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	const char *text = NULL;
	int rc = get_text(&text, object, "version_id", list, err);

	if (rc == 0 && text && pt_id_parse(pin->version_id, "04t", text, &why) < 0)
		rc = fail_at(err, &why, place_of(list, text));
	return rc;
}

static int read_version(struct pt_pin *pin, const json_t *object, const char *key,
			const struct list *list, struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	const char *text = NULL;
	int rc = get_text(&text, object, key, list, err);

	if (rc == 0 && text && pt_pin_version(&pin->version, text, &why) < 0)
		rc = fail_at(err, &why, place_of(list, text));
	return rc;
}

static int read_pin(struct pt_pin *pin, const json_t *object, const struct list *list,
		    struct pt_err *err)
{
	int rc = copy_text(&pin->namespace_, object, "namespace", list, err);

	if (rc == 0)
		rc = copy_text(&pin->package_name, object, "package_name", list, err);
	if (rc == 0)
		rc = read_id(pin, object, list, err);
	if (rc == 0)
		rc = read_version(pin, object, "version_number", list, err);
	if (rc == 0)
		rc = read_version(pin, object, "version", list, err);
	if (rc == 0 && pin->namespace_ && !pin->version_id[0] && !pt_version_known(&pin->version))
		rc = pt_err_at(err, PT_E_INVALID, pin->src,
			       "dependency '%.80s' needs a 'version' or a 'version_id'",
			       pin->namespace_);
	return rc;
}

/* Unpackaged metadata of a repository or an archive: deployed, never pushed. */
static bool is_unpackaged(const json_t *object)
{
	static const char *const keys[] = {"github", "repo_owner", "repo_name", "zip_url",
					   "subfolder"};

	for (size_t i = 0; i < PT_ARRAY_LEN(keys); i++) {
		if (json_is_string(json_object_get(object, keys[i])))
			return true;
	}
	return false;
}

static int read_element(const json_t *object, unsigned depth, const struct list *list,
			struct pt_err *err);

/* What an element needs in turn comes before it, as it is installed. */
static int read_nested(const json_t *object, unsigned depth, const struct list *list,
		       struct pt_err *err)
{
	const json_t *nested = json_object_get(object, "dependencies");
	int rc = 0;

	if (nested && !json_is_null(nested) && !json_is_array(nested))
		return pt_err_at(err, PT_E_INVALID, list->element.src,
				 "'dependencies' of a dependency is %s, expected a list",
				 pt_json_kind(nested));
	for (size_t i = 0; rc == 0 && i < json_array_size(nested); i++)
		rc = read_element(json_array_get(nested, i), depth + 1, list, err);
	return rc;
}

static int read_element(const json_t *object, unsigned depth, const struct list *list,
			struct pt_err *err)
{
	struct pt_pin pin = {.src = list->element.src};

	if (depth > DEPTH_MAX)
		return pt_err_at(err, PT_E_LIMIT, pin.src, "dependencies nested more than %d deep",
				 DEPTH_MAX);
	if (!json_is_object(object))
		return pt_err_at(err, PT_E_INVALID, pin.src,
				 "a dependency is %s, expected a map such as "
				 "{\"version_id\": \"04t...\"}",
				 pt_json_kind(object));
	int rc = pt_pins_visit(&list->facts->pins, pin.src, err);

	if (rc == 0)
		rc = read_nested(object, depth, list, err);
	if (rc == 0)
		rc = read_pin(&pin, object, list, err);
	if (rc < 0)
		return rc;
	if (pin.version_id[0] || pin.namespace_)
		return pt_pins_add(&list->facts->pins, list->arena, &pin, err);
	if (is_unpackaged(object))
		return 0;
	return pt_err_at(err, PT_E_INVALID, pin.src,
			 "a dependency that names no package, expected 'version_id' or "
			 "'namespace' and 'version'");
}

/* Reads the element at that place and moves past it. */
static int next_element(struct list *list, struct pt_place *in, struct pt_err *err)
{
	json_error_t why;
	PT_CLEANUP(json_freep) json_t *object = NULL;

	if (!at_char(in, '{'))
		return pt_err_at(err, PT_E_INVALID, in->src,
				 "expected a dependency such as {\"version_id\": \"04t...\"}");
	int rc = pt_json_load(&object, in->at, (size_t)(in->end - in->at),
			      JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &why);

	if (rc < 0)
		return pt_json_fail(rc, in, &why, "list of dependencies", err);
	list->element = *in;
	list->element.end = in->at + why.position;
	pt_place_advance(in, (size_t)why.position);
	return read_element(object, 0, list, err);
}

static int end_list(struct pt_place *in, struct pt_err *err)
{
	pt_place_advance(in, 1);
	while (in->at < in->end && strchr(" \t\r", *in->at))
		pt_place_advance(in, 1);
	if (in->at < in->end && *in->at != '\n')
		return pt_err_at(
		    err, PT_E_SYNTAX, in->src,
		    "text after the list of dependencies, expected the end of the line");
	return 0;
}

static int read_list(struct list *list, struct pt_place *in, struct pt_err *err)
{
	pt_place_skip_space(in);
	if (!at_char(in, '['))
		return pt_err_at(err, PT_E_INVALID, in->src,
				 "expected a list of dependencies in JSON, '[...]'");
	for (bool first = true;; first = false) {
		pt_place_advance(in, 1);
		pt_place_skip_space(in);
		if (first && at_char(in, ']'))
			break;
		int rc = next_element(list, in, err);

		if (rc < 0)
			return rc;
		pt_place_skip_space(in);
		if (at_char(in, ']'))
			break;
		if (!at_char(in, ','))
			return pt_err_at(err, PT_E_SYNTAX, in->src,
					 "malformed list of dependencies: expected ',' or ']'");
	}
	return end_list(in, err);
}

static int read_dependencies(struct pt_reader_facts *out, struct pt_arena *arena,
			     const struct pt_reader_input *input, struct pt_err *err)
{
	struct pt_annotation_line line, again;
	struct list list = {.facts = out, .arena = arena};
	unsigned n =
	    pt_annotation_find(&line, &again, input->data, input->size_bytes, "dependencies");

	if (n == 0)
		return 0;
	if (n > 1)
		return pt_err_at(err, PT_E_INVALID,
				 (struct pt_src){input->name, again.line, again.col},
				 "a second list of dependencies, expected one");
	struct pt_place in = pt_place_start(input, line.value, line.line, line.col);

	out->lists = true;
	return read_list(&list, &in, err);
}

static int check_version_id(const struct pt_reader_input *input, struct pt_err *err)
{
	char id[PT_VERSION_ID_TEXT];
	struct pt_err why = PT_ERR_INIT;
	struct pt_annotation_line line, again;
	unsigned n =
	    pt_annotation_find(&line, &again, input->data, input->size_bytes, "version_id");

	if (n > 1)
		return pt_err_at(err, PT_E_INVALID,
				 (struct pt_src){input->name, again.line, again.col},
				 "a second version_id, expected one");
	if (n == 1 && pt_annotation_parse_id(id, &line, &why) < 0)
		return fail_at(err, &why, (struct pt_src){input->name, line.line, line.col});
	return 0;
}

static int read_package_type(struct pt_reader_facts *out, struct pt_arena *arena,
			     const struct pt_reader_input *input, struct pt_err *err)
{
	struct pt_annotation_line line;

	if (pt_annotation_find(&line, NULL, input->data, input->size_bytes, "package_type") == 0 ||
	    line.len == 0)
		return 0;
	out->package_type = pt_arena_strndup(arena, line.value, line.len);
	return out->package_type ? 0 : pt_err_nomem(err);
}

static int read_annotation(struct pt_reader_facts *out, struct pt_arena *arena,
			   const struct pt_reader_input *input, struct pt_err *err)
{
	int rc = pt_refuse_nul(input, "the tag's annotation", err);

	if (rc == 0)
		rc = check_version_id(input, err);
	if (rc == 0)
		rc = read_package_type(out, arena, input, err);
	if (rc == 0)
		rc = read_dependencies(out, arena, input, err);
	return rc;
}

const struct pt_reader pt_reader_tag = {.name = "tag", .read = read_annotation};
