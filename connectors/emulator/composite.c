/* Many records in one call, and many calls in one. See inside.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "connectors/emulator/inside.h"

enum { ORG_KEY_LEN = 15 };

static const char JSON_TYPE[] = "application/json;charset=UTF-8";

static bool is_job(json_t *record)
{
	const char *type =
	    json_string_value(json_object_get(json_object_get(record, "attributes"), "type"));

	return type && strcasecmp(type, "PackagePushJob") == 0;
}

static int add_one(struct pt_emulator *e, struct emu_result *out, json_t *record, bool dry,
		   struct pt_err *err)
{
	if (is_job(record))
		return emu_add_job(e, out, record, NULL, dry, err);
	*out = (struct emu_result){.code = "INVALID_TYPE"};
	snprintf(out->message, sizeof(out->message),
		 "expected records whose attributes say PackagePushJob");
	return 0;
}

static bool check_records(const json_t *records, struct emu_answer *out)
{
	if (!json_is_array(records) || json_array_size(records) == 0) {
		emu_say_error(out, 400, "JSON_PARSER_ERROR", "expected a list of records");
		return false;
	}
	if (json_array_size(records) > EMU_RECORDS) {
		emu_say_error(
		    out, 400, "EXCEEDED_MAX_SIZE_REQUEST",
		    "record limit reached. cannot submit more than %d records in this call",
		    EMU_RECORDS);
		return false;
	}
	return true;
}

/* With allOrNone one bad record keeps all from being added. */
static int one_is_bad(struct pt_emulator *e, bool *out, const json_t *records, struct pt_err *err)
{
	size_t i;
	json_t *record;

	*out = false;
	json_array_foreach(records, i, record)
	{
		struct emu_result result;
		int rc = add_one(e, &result, record, true, err);

		if (rc < 0)
			return rc;
		*out |= result.code != NULL;
	}
	return 0;
}

int emu_composite_sobjects(struct pt_emulator *e, struct emu_request *request,
			   struct emu_answer *out, struct pt_err *err)
{
	const json_t *records = json_object_get(request->json, "records");
	json_t *record;
	bool all_or_none = json_is_true(json_object_get(request->json, "allOrNone")), bad = false;
	size_t i;
	int rc = 0;

	if (!check_records(records, out))
		return 0;
	if (all_or_none)
		rc = one_is_bad(e, &bad, records, err);
	pt_buf_char(&out->body, '[');
	json_array_foreach(records, i, record)
	{
		struct emu_result result = {.code = NULL};

		if (rc == 0)
			rc = add_one(e, &result, record, bad, err);
		if (rc < 0)
			return rc;
		if (bad && !result.code) {
			result.code = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
			snprintf(result.message, sizeof(result.message),
				 "Record rolled back because not all records were valid and the "
				 "request was using AllOrNone header");
		}
		if (i > 0)
			pt_buf_char(&out->body, ',');
		emu_write_result(&out->body, &result);
	}
	pt_buf_char(&out->body, ']');
	out->status = 200;
	out->content_type = JSON_TYPE;
	return 0;
}

/* One record of a tree, and how it went. */
struct leaf {
	json_t *record;
	struct emu_result result;
};

struct tree {
	struct leaf *leaf; /* a request comes right before its jobs */
	size_t n;
	bool bad;
};

static const char *reference_of(json_t *record)
{
	const char *text = json_string_value(
	    json_object_get(json_object_get(record, "attributes"), "referenceId"));

	return text ? text : "";
}

static bool add_leaves(struct tree *tree, const json_t *records)
{
	size_t i;
	json_t *record;

	json_array_foreach(records, i, record)
	{
		const json_t *jobs =
		    json_object_get(json_object_get(record, "PackagePushJobs"), "records");

		if (tree->n == EMU_RECORDS)
			return false;
		tree->leaf[tree->n++].record = record;
		if (jobs && !add_leaves(tree, jobs))
			return false;
	}
	return true;
}

/* The same org twice in one request is found by nobody else before it is too late. */
static bool is_repeated(const struct tree *tree, size_t at)
{
	const json_t *record = tree->leaf[at].record;
	const char *org = json_string_value(json_object_get(record, "SubscriberOrganizationKey"));

	for (size_t i = at; org && i-- > 0 && is_job(tree->leaf[i].record);) {
		const char *other = json_string_value(
		    json_object_get(tree->leaf[i].record, "SubscriberOrganizationKey"));

		if (other && strncmp(other, org, ORG_KEY_LEN) == 0)
			return true;
	}
	return false;
}

static int grow_job(struct pt_emulator *e, struct tree *tree, size_t at,
		    const struct emu_parent *parent, bool dry, struct pt_err *err)
{
	struct emu_result *result = &tree->leaf[at].result;
	int rc = emu_add_job(e, result, tree->leaf[at].record, parent, dry, err);

	if (rc == 0 && dry && !result->code && is_repeated(tree, at)) {
		struct pt_sim_words words = pt_sim_add_words(PT_PLATFORM_DUPLICATE);

		result->code = words.code;
		snprintf(result->message, sizeof(result->message), "%s", words.text);
	}
	return rc;
}

static int grow(struct pt_emulator *e, struct tree *tree, bool nested, bool dry, struct pt_err *err)
{
	struct emu_parent parent = {.version_id = ""};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < tree->n; i++) {
		struct leaf *leaf = &tree->leaf[i];
		const char *version =
		    json_string_value(json_object_get(leaf->record, "PackageVersionId"));

		if (is_job(leaf->record)) {
			rc = grow_job(e, tree, i, nested ? &parent : NULL, dry, err);
		} else {
			rc = emu_add_request(e, &leaf->result, leaf->record, dry, err);
			parent.version_id = version ? version : "";
			parent.request_id = dry ? NULL : leaf->result.id;
		}
		tree->bad |= leaf->result.code != NULL;
	}
	return rc;
}

static void write_leaf(struct pt_buf *out, const struct leaf *leaf)
{
	pt_buf_str(out, "{\"referenceId\":");
	pt_json_quote(out, reference_of(leaf->record));
	if (!leaf->result.code) {
		pt_buf_printf(out, ",\"id\":\"%s\"}", leaf->result.id);
		return;
	}
	pt_buf_printf(out, ",\"errors\":[{\"statusCode\":\"%s\",\"message\":", leaf->result.code);
	pt_json_quote(out, leaf->result.message);
	pt_buf_str(out, ",\"fields\":[");
	if (leaf->result.field)
		pt_buf_printf(out, "\"%s\"", leaf->result.field);
	pt_buf_str(out, "]}]}");
}

/* Of a tree that was refused only what was wrong is listed. */
static void write_tree(struct emu_answer *out, const struct tree *tree)
{
	bool first = true;

	out->status = tree->bad ? 400 : 201;
	out->content_type = JSON_TYPE;
	pt_buf_printf(&out->body, "{\"hasErrors\":%s,\"results\":[", tree->bad ? "true" : "false");
	for (size_t i = 0; i < tree->n; i++) {
		if (tree->bad && !tree->leaf[i].result.code)
			continue;
		if (!first)
			pt_buf_char(&out->body, ',');
		first = false;
		write_leaf(&out->body, &tree->leaf[i]);
	}
	pt_buf_str(&out->body, "]}");
}

int emu_composite_tree(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		       struct pt_err *err)
{
	const char *object = request->rest + strlen("composite/tree/");
	size_t len = strcspn(object, "/");
	bool nested = strncasecmp(object, "PackagePushRequest", len) == 0 && len == 18;
	struct tree tree = {.n = 0};
	int rc;

	if (!nested && (strncasecmp(object, "PackagePushJob", len) != 0 || len != 14)) {
		emu_say_error(out, 404, "NOT_FOUND", "The requested resource does not exist");
		return 0;
	}
	if (!check_records(json_object_get(request->json, "records"), out))
		return 0;
	tree.leaf = calloc(EMU_RECORDS, sizeof(*tree.leaf));
	if (!tree.leaf)
		return pt_err_nomem(err);
	if (!add_leaves(&tree, json_object_get(request->json, "records"))) {
		emu_say_error(out, 400, "EXCEEDED_MAX_SIZE_REQUEST",
			      "more than %d records in a tree", EMU_RECORDS);
		free(tree.leaf);
		return 0;
	}
	rc = grow(e, &tree, nested, true, err);
	if (rc == 0 && !tree.bad)
		rc = grow(e, &tree, nested, false, err);
	if (rc == 0)
		write_tree(out, &tree);
	free(tree.leaf);
	return rc;
}
