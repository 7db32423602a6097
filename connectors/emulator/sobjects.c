/* Single records: made, changed, read. See inside.h. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "connectors/emulator/inside.h"

enum { ID_TEXT = 64 };

/* The id that a path ends in, perhaps with a slash after it; "" if more comes. */
static const char *read_id(char out[ID_TEXT], const char *text)
{
	size_t len = strcspn(text, "/");
	bool last = text[len] == '\0' || text[len + 1] == '\0';

	snprintf(out, ID_TEXT, "%.*s", last ? (int)len : 0, text);
	return out;
}

int emu_create_request(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		       struct pt_err *err)
{
	struct emu_result result;
	int rc = emu_add_request(e, &result, request->json, false, err);

	if (rc == 0)
		emu_say_result(out, &result);
	return rc;
}

int emu_create_job(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		   struct pt_err *err)
{
	struct emu_result result;
	int rc = emu_add_job(e, &result, request->json, NULL, false, err);

	if (rc == 0)
		emu_say_result(out, &result);
	return rc;
}

int emu_patch_request(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		      struct pt_err *err)
{
	char id[ID_TEXT];
	const char *name = strchr(request->rest, '/') + 1;
	struct emu_result result;
	int rc = emu_set_status(e, &result, read_id(id, strchr(name, '/') + 1), request->json, err);

	if (rc < 0)
		return rc;
	if (result.code)
		emu_say_result(out, &result);
	else
		out->status = 204;
	return 0;
}

/* The fields asked for, or all. */
static bool list_fields(struct pt_buf *soql, const struct pt_soql_object *object,
			const char *fields)
{
	if (fields) {
		if (strspn(fields,
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.,0123456789") !=
		    strlen(fields))
			return false;
		pt_buf_str(soql, fields);
		return true;
	}
	for (size_t i = 0; i < object->nfield; i++)
		pt_buf_printf(soql, "%s%s", i > 0 ? "," : "", object->field[i].name);
	return true;
}

static int read_record(struct pt_emulator *e, const struct emu_request *request,
		       const struct pt_soql_object *object, const char *id, struct emu_answer *out,
		       struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	struct pt_soql_refusal refusal = {.code = NULL};
	struct pt_soql_query *query = NULL;
	struct pt_soql_result *result = NULL;
	int rc = 0;

	pt_buf_str(&soql, "SELECT ");
	if (!list_fields(&soql, object, request->fields)) {
		emu_say_error(out, 400, "INVALID_FIELD", "expected a list of fields");
		return 0;
	}
	pt_buf_printf(&soql, " FROM %s WHERE Id = '%s'", object->name, id);
	rc = pt_buf_check(&soql, err);
	if (rc == 0)
		rc = pt_soql_parse(&query, &refusal, &e->schema, pt_buf_text(&soql), soql.len, err);
	if (rc == 0 && query)
		rc = pt_soql_run(&result, query, err);
	if (rc == 0 && refusal.code) {
		emu_say_error(out, 400, refusal.code, "%s", refusal.message);
	} else if (rc == 0 && pt_soql_result_rows(result) == 1) {
		emu_say_json(out, 200);
		pt_soql_write(&out->body, result, 0, 1, request->version);
	} else if (rc == 0) {
		emu_say_not_found(out);
	}
	pt_soql_result_free(result);
	pt_soql_query_free(query);
	return rc;
}

/* "sobjects/Object/id" */
int emu_get_record(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		   struct pt_err *err)
{
	const char *name = request->rest + strlen("sobjects/"), *slash = strchr(name, '/');
	char id[19], given[ID_TEXT];

	if (slash && pt_id_parse(id, "", read_id(given, slash + 1), NULL) == 0) {
		for (size_t i = 0; i < EMU_OBJECTS; i++) {
			const struct pt_soql_object *object = &e->object[i];

			if (strlen(object->name) == (size_t)(slash - name) &&
			    strncasecmp(object->name, name, (size_t)(slash - name)) == 0)
				return read_record(e, request, object, id, out, err);
		}
	}
	emu_say_not_found(out);
	return 0;
}
