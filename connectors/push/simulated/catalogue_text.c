/* See catalogue_text.h. */
#include "connectors/push/simulated/catalogue_text.h"

#include <string.h>

#include "base/json.h"
#include "base/json_load.h"

static void write_version(struct pt_json *json, const struct pt_sim_version *version)
{
	char text[PT_VERSION_TEXT];

	pt_json_object(json, NULL);
	pt_json_str(json, "version", pt_version_text(text, &version->version));
	if (version->id.text[0])
		pt_json_str(json, "id", version->id.text);
	if (version->beta)
		pt_json_bool(json, "beta", true);
	if (version->deprecated)
		pt_json_bool(json, "deprecated", true);
	if (version->nneed)
		pt_json_array(json, "needs");
	for (size_t i = 0; i < version->nneed; i++) {
		const struct pt_sim_need *need = &version->need[i];

		pt_json_object(json, NULL);
		pt_json_int(json, "package", need->package);
		if (pt_version_known(&need->version))
			pt_json_str(json, "version", pt_version_text(text, &need->version));
		pt_json_object_end(json);
	}
	if (version->nneed)
		pt_json_array_end(json);
	pt_json_object_end(json);
}

void pt_sim_catalogue_write(struct pt_buf *out, const struct pt_sim_catalogue *catalogue)
{
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_array(&json, NULL);
	for (size_t i = 0; i < catalogue->npackage; i++) {
		const struct pt_sim_package *package = &catalogue->package[i];

		pt_json_object(&json, NULL);
		pt_json_str(&json, "name", package->name);
		pt_json_str(&json, "title", package->title);
		pt_json_str(&json, "namespace", package->namespace_);
		pt_json_int(&json, "target", package->target);
		pt_json_array(&json, "versions");
		for (size_t k = 0; k < package->nversion; k++)
			write_version(&json, &package->version[k]);
		pt_json_array_end(&json);
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
}

static int wrong(struct pt_err *err)
{
	return pt_err_set(err, PT_E_INVALID, "its catalogue is none");
}

/* A text of the object in the arena; NULL in *out when it has none. */
static int text_of(const char **out, struct pt_arena *arena, const json_t *object, const char *key,
		   struct pt_err *err)
{
	const char *text = json_string_value(json_object_get(object, key));

	*out = text ? pt_arena_strdup(arena, text) : NULL;
	return text && !*out ? pt_err_nomem(err) : 0;
}

static int read_needs(struct pt_sim_version *out, struct pt_arena *arena, const json_t *needs,
		      struct pt_err *err)
{
	size_t n = json_array_size(needs);
	struct pt_sim_need *need = pt_arena_alloc(arena, n + 1, sizeof(*need));

	if (!need)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const json_t *from = json_array_get(needs, i);
		json_int_t package = json_integer_value(json_object_get(from, "package"));
		const char *version = json_string_value(json_object_get(from, "version"));

		if (!json_is_integer(json_object_get(from, "package")) || package < 0 ||
		    package > UINT16_MAX ||
		    (version && pt_version_parse(&need[i].version, version, NULL) < 0))
			return wrong(err);
		need[i].package = (uint32_t)package;
	}
	out->need = need;
	out->nneed = n;
	return 0;
}

static int read_version(struct pt_sim_version *out, struct pt_arena *arena, const json_t *from,
			struct pt_err *err)
{
	const char *version = json_string_value(json_object_get(from, "version"));
	const char *id = json_string_value(json_object_get(from, "id"));

	*out = (struct pt_sim_version){
	    .beta = json_is_true(json_object_get(from, "beta")),
	    .deprecated = json_is_true(json_object_get(from, "deprecated")),
	};
	if (!version || pt_version_parse(&out->version, version, NULL) < 0 ||
	    (id && pt_id_parse(out->id.text, "04t", id, NULL) < 0))
		return wrong(err);
	return read_needs(out, arena, json_object_get(from, "needs"), err);
}

static int read_package(struct pt_sim_package *out, struct pt_arena *arena, const json_t *from,
			struct pt_err *err)
{
	const json_t *versions = json_object_get(from, "versions");
	json_int_t target = json_integer_value(json_object_get(from, "target"));
	size_t n = json_array_size(versions);
	struct pt_sim_version *version = pt_arena_alloc(arena, n + 1, sizeof(*version));
	int rc = version ? 0 : pt_err_nomem(err);

	if (rc == 0)
		rc = text_of(&out->name, arena, from, "name", err);
	if (rc == 0)
		rc = text_of(&out->title, arena, from, "title", err);
	if (rc == 0)
		rc = text_of(&out->namespace_, arena, from, "namespace", err);
	if (rc == 0 && (!out->name || target < 0 || (n && (uint64_t)target >= n)))
		rc = wrong(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_version(&version[i], arena, json_array_get(versions, i), err);
	out->version = version;
	out->nversion = n;
	out->target = (uint32_t)target;
	return rc;
}

int pt_sim_catalogue_read(struct pt_sim_catalogue *out, struct pt_arena *arena, const char *text,
			  struct pt_err *err)
{
	json_t *root = NULL;
	int rc = pt_json_load(&root, text, strlen(text), JSON_REJECT_DUPLICATES, NULL);
	size_t n = json_array_size(root);
	struct pt_sim_package *package = pt_arena_alloc(arena, n + 1, sizeof(*package));

	if (rc == -PT_E_NOMEM || !package)
		rc = pt_err_nomem(err);
	else if (!json_is_array(root))
		rc = wrong(err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_package(&package[i], arena, json_array_get(root, i), err);
	json_decref(root);
	if (rc < 0)
		return rc;
	*out = (struct pt_sim_catalogue){package, n};
	return 0;
}
