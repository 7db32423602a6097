/* Many records in one call, and many calls in one. See inside.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "connectors/emulator/inside.h"

/* One record of a call, and how it went. */
struct leaf {
	json_t *record;
	size_t parent; /* the leaf of the request that the record is nested in; NO_PARENT */
	struct emu_result result;
};

#define NO_PARENT SIZE_MAX

struct tree {
	struct leaf *leaf; /* a request comes right before its jobs */
	size_t n;
	bool bad;
};

static bool is_of(const json_t *record, const char *object)
{
	const char *type =
	    json_string_value(json_object_get(json_object_get(record, "attributes"), "type"));

	return type && strcasecmp(type, object) == 0;
}

static bool is_job(const json_t *record)
{
	return is_of(record, "PackagePushJob");
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

/* False: more than one call may have. */
static bool add_leaves(struct tree *tree, const json_t *records, size_t parent)
{
	size_t i;
	json_t *record;

	json_array_foreach(records, i, record)
	{
		const json_t *jobs =
		    json_object_get(json_object_get(record, "PackagePushJobs"), "records");

		if (tree->n == EMU_RECORDS)
			return false;
		tree->leaf[tree->n++] = (struct leaf){.record = record, .parent = parent};
		if (jobs && !add_leaves(tree, jobs, tree->n - 1))
			return false;
	}
	return true;
}

/* Nested in the same request, or naming the same one. */
static bool share_request(const struct leaf *one, const struct leaf *other)
{
	const char *id = json_string_value(json_object_get(one->record, "PackagePushRequestId"));
	const char *same =
	    json_string_value(json_object_get(other->record, "PackagePushRequestId"));

	if (one->parent != NO_PARENT || other->parent != NO_PARENT)
		return one->parent == other->parent;
	return id && same && pt_id_same(id, same);
}

/* The same org twice in one request is found by nobody else before it is too late. */
static bool is_repeated(const struct tree *tree, size_t at)
{
	const json_t *record = tree->leaf[at].record;
	const char *org = json_string_value(json_object_get(record, "SubscriberOrganizationKey"));

	for (size_t i = 0; org && i < at; i++) {
		const char *other = json_string_value(
		    json_object_get(tree->leaf[i].record, "SubscriberOrganizationKey"));

		if (other && pt_id_same(other, org) &&
		    share_request(&tree->leaf[i], &tree->leaf[at]))
			return true;
	}
	return false;
}

static void refuse_leaf(struct leaf *leaf, const char *code, const char *message)
{
	leaf->result = (struct emu_result){.code = code};
	snprintf(leaf->result.message, sizeof(leaf->result.message), "%s", message);
}

static int grow_job(struct pt_emulator *e, struct tree *tree, size_t at, bool dry,
		    struct pt_err *err)
{
	struct leaf *leaf = &tree->leaf[at];
	const struct leaf *root = leaf->parent == NO_PARENT ? NULL : &tree->leaf[leaf->parent];
	const char *version =
	    root ? json_string_value(json_object_get(root->record, "PackageVersionId")) : NULL;
	const struct emu_parent parent = {.version_id = version ? version : "",
					  .request_id = root && !dry ? root->result.id : NULL};
	int rc;

	/* What is wrong with its request says enough. */
	if (root && root->result.code)
		return 0;
	rc = emu_add_job(e, &leaf->result, leaf->record, root ? &parent : NULL, dry, err);
	if (rc == 0 && dry && !leaf->result.code && is_repeated(tree, at)) {
		struct pt_sim_words words = pt_sim_add_words(PT_PLATFORM_DUPLICATE);

		refuse_leaf(leaf, words.code, words.text);
	}
	return rc;
}

static int grow_one(struct pt_emulator *e, struct tree *tree, size_t at, bool dry,
		    struct pt_err *err)
{
	struct leaf *leaf = &tree->leaf[at];
	int rc = 0;

	if (is_job(leaf->record))
		rc = grow_job(e, tree, at, dry, err);
	else if (is_of(leaf->record, "PackagePushRequest") && leaf->parent == NO_PARENT)
		rc = emu_add_request(e, &leaf->result, leaf->record, dry, err);
	else
		refuse_leaf(leaf, "INVALID_TYPE",
			    "expected records whose attributes say PackagePushRequest or "
			    "PackagePushJob");
	tree->bad |= leaf->result.code != NULL;
	return rc;
}

static int grow(struct pt_emulator *e, struct tree *tree, bool dry, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < tree->n; i++)
		rc = grow_one(e, tree, i, dry, err);
	return rc;
}

static void write_results(struct emu_answer *out, struct tree *tree, bool rolled_back)
{
	pt_buf_char(&out->body, '[');
	for (size_t i = 0; i < tree->n; i++) {
		struct leaf *leaf = &tree->leaf[i];

		if (rolled_back && !leaf->result.code)
			refuse_leaf(leaf, "ALL_OR_NONE_OPERATION_ROLLED_BACK",
				    "Record rolled back because not all records were valid and the "
				    "request was using AllOrNone header");
		if (i > 0)
			pt_buf_char(&out->body, ',');
		emu_write_result(&out->body, &leaf->result);
	}
	pt_buf_char(&out->body, ']');
	emu_say_json(out, 200);
}

/* With allOrNone one bad record keeps all from being added. */
int emu_composite_sobjects(struct pt_emulator *e, struct emu_request *request,
			   struct emu_answer *out, struct pt_err *err)
{
	const json_t *records = json_object_get(request->json, "records");
	bool all_or_none = json_is_true(json_object_get(request->json, "allOrNone"));
	struct tree tree = {.n = 0};
	size_t i;
	json_t *record;
	int rc = 0;

	if (!check_records(records, out))
		return 0;
	tree.leaf = calloc(EMU_RECORDS, sizeof(*tree.leaf));
	if (!tree.leaf)
		return pt_err_nomem(err);
	json_array_foreach(records, i, record)
	{
		tree.leaf[tree.n++] = (struct leaf){.record = record, .parent = NO_PARENT};
	}
	if (all_or_none)
		rc = grow(e, &tree, true, err);
	if (rc == 0 && !tree.bad)
		rc = grow(e, &tree, false, err);
	if (rc == 0)
		write_results(out, &tree, all_or_none && tree.bad);
	free(tree.leaf);
	return rc;
}

static const char *reference_of(json_t *record)
{
	const char *text = json_string_value(
	    json_object_get(json_object_get(record, "attributes"), "referenceId"));

	return text ? text : "";
}

static void write_leaf(struct pt_buf *out, const struct leaf *leaf)
{
	pt_buf_str(out, "{\"referenceId\":");
	pt_json_quote(out, reference_of(leaf->record));
	if (!leaf->result.code) {
		pt_buf_printf(out, ",\"id\":\"%s\"}", leaf->result.id);
		return;
	}
	pt_buf_char(out, ',');
	emu_write_errors(out, &leaf->result);
	pt_buf_char(out, '}');
}

/* Of a tree that was refused only what was wrong is listed. */
static void write_tree(struct emu_answer *out, const struct tree *tree)
{
	bool first = true;

	emu_say_json(out, tree->bad ? 400 : 201);
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

/* All are of the object that the path names. */
static bool check_roots(const json_t *records, const char *object, struct emu_answer *out)
{
	size_t i;
	json_t *record;

	json_array_foreach(records, i, record)
	{
		if (is_of(record, object))
			continue;
		emu_say_error(out, 400, "INVALID_TYPE", "expected records whose attributes say %s",
			      object);
		return false;
	}
	return true;
}

int emu_composite_tree(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		       struct pt_err *err)
{
	const char *object = request->rest + strlen("composite/tree/");
	size_t len = strcspn(object, "/");
	bool nested = strncasecmp(object, "PackagePushRequest", len) == 0 && len == 18;
	const char *object_name = nested ? "PackagePushRequest" : "PackagePushJob";
	const json_t *records = json_object_get(request->json, "records");
	struct tree tree = {.n = 0};
	int rc;

	if (!nested && (strncasecmp(object, "PackagePushJob", len) != 0 || len != 14)) {
		emu_say_not_found(out);
		return 0;
	}
	if (!check_records(records, out) || !check_roots(records, object_name, out))
		return 0;
	tree.leaf = calloc(EMU_RECORDS, sizeof(*tree.leaf));
	if (!tree.leaf)
		return pt_err_nomem(err);
	if (!add_leaves(&tree, records, NO_PARENT)) {
		emu_say_error(out, 400, "EXCEEDED_MAX_SIZE_REQUEST",
			      "more than %d records in a tree", EMU_RECORDS);
		free(tree.leaf);
		return 0;
	}
	rc = grow(e, &tree, true, err);
	if (rc == 0 && !tree.bad)
		rc = grow(e, &tree, false, err);
	if (rc == 0)
		write_tree(out, &tree);
	free(tree.leaf);
	return rc;
}
