/*
 * Bulk API 2.0 ingest: rows of push jobs as CSV, uploaded, closed, and processed a
 * while later in the order they came. See inside.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "base/json.h"
#include "connectors/emulator/inside.h"
#include "connectors/push/simulated/ids.h"

enum ingest_state { OPEN, UPLOADED, CLOSED, PROCESSING, COMPLETE, ABORTED, FAILED };

enum { MOST_JOBS = 1000, ROWS_PER_MS = 20 };

struct emu_ingest {
	char id[19];
	enum ingest_state state;
	bool deleted, crlf;
	int64_t made_ms, due_ms;
	struct pt_buf csv, succeeded, failed;
	uint32_t nrow, nfailed;
	char why[120];
};

static const char *const state_texts[] = {
    [OPEN] = "Open",
    [UPLOADED] = "Open",
    [CLOSED] = "UploadComplete",
    [PROCESSING] = "InProgress",
    [COMPLETE] = "JobComplete",
    [ABORTED] = "Aborted",
    [FAILED] = "Failed",
};

void emu_ingest_free(struct pt_emulator *e)
{
	for (size_t i = 0; i < e->ningest; i++) {
		pt_buf_release(&e->ingest[i].csv);
		pt_buf_release(&e->ingest[i].succeeded);
		pt_buf_release(&e->ingest[i].failed);
	}
	free(e->ingest);
}

static void say_job(const struct emu_ingest *job, const struct emu_request *request,
		    struct emu_answer *out)
{
	char made[PT_INSTANT_TEXT];

	emu_say_json(out, 200);
	pt_buf_printf(&out->body,
		      "{\"id\":\"%s\",\"operation\":\"insert\",\"object\":\"PackagePushJob\","
		      "\"createdDate\":\"%s\",\"state\":\"%s\",\"concurrencyMode\":\"Parallel\","
		      "\"contentType\":\"CSV\",\"apiVersion\":%s,\"lineEnding\":\"%s\","
		      "\"columnDelimiter\":\"COMMA\",\"jobType\":\"V2Ingest\","
		      "\"contentUrl\":\"services/data/v%s/jobs/ingest/%s/batches\","
		      "\"numberRecordsProcessed\":%u,\"numberRecordsFailed\":%u",
		      job->id, pt_instant_text(made, job->made_ms), state_texts[job->state],
		      request->version, job->crlf ? "CRLF" : "LF", request->version, job->id,
		      job->state >= PROCESSING ? job->nrow : 0, job->nfailed);
	if (job->state == FAILED) {
		pt_buf_str(&out->body, ",\"errorMessage\":");
		pt_json_quote(&out->body, job->why);
	}
	pt_buf_char(&out->body, '}');
}

static bool says(const json_t *json, const char *name, const char *text)
{
	const char *value = json_string_value(json_object_get(json, name));

	return value && strcmp(value, text) == 0;
}

/* One word, or another if there is one, or nothing. False: answered. */
static bool may_say(const json_t *json, struct emu_answer *out, const char *name, const char *one,
		    const char *other)
{
	const json_t *value = json_object_get(json, name);

	if (!value || json_is_null(value) || says(json, name, one) ||
	    (other && says(json, name, other)))
		return true;
	emu_say_error(out, 400, "API_ERROR", "%s: expected %s%s%s", name, one, other ? " or " : "",
		      other ? other : "");
	return false;
}

int emu_ingest_make(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		    struct pt_err *err)
{
	struct emu_ingest *grown;

	if (!says(request->json, "object", "PackagePushJob") ||
	    !says(request->json, "operation", "insert")) {
		emu_say_error(out, 400, "INVALIDENTITY",
			      "This emulator takes inserts of PackagePushJob.");
		return 0;
	}
	if (!may_say(request->json, out, "contentType", "CSV", NULL) ||
	    !may_say(request->json, out, "lineEnding", "LF", "CRLF") ||
	    !may_say(request->json, out, "columnDelimiter", "COMMA", NULL))
		return 0;
	if (e->ningest == MOST_JOBS) {
		emu_say_error(out, 400, "EXCEEDED_QUOTA", "More than %d jobs.", MOST_JOBS);
		return 0;
	}
	grown = realloc(e->ingest, (e->ningest + 1) * sizeof(*grown));
	if (!grown)
		return pt_err_nomem(err);
	e->ingest = grown;
	struct emu_ingest *job = &e->ingest[e->ningest];

	*job = (struct emu_ingest){
	    .state = OPEN, .crlf = says(request->json, "lineEnding", "CRLF"), .made_ms = e->now_ms};
	memcpy(job->id, pt_sim_id_numbered("750", (uint32_t)e->ningest).text, sizeof(job->id));
	e->ningest++;
	say_job(job, request, out);
	return 0;
}

/* Quotes in it are doubled. */
static void write_cell(struct pt_buf *out, const char *before, const char *text, const char *after)
{
	pt_buf_str(out, before);
	for (; *text; text++) {
		if (*text == '"')
			pt_buf_char(out, '"');
		pt_buf_char(out, *text);
	}
	pt_buf_str(out, after);
}

/* A row that was added, or was not. */
static void write_row(struct emu_ingest *job, const struct emu_result *result, const char *request,
		      const char *org)
{
	struct pt_buf *out = result->code ? &job->failed : &job->succeeded;

	if (result->code) {
		job->nfailed++;
		pt_buf_printf(out, "\"\",\"%s:", result->code);
		write_cell(out, "", result->message, ":");
		pt_buf_printf(out, "%s --\"", result->field ? result->field : "");
	} else {
		pt_buf_printf(out, "\"%s\",\"true\"", result->id);
	}
	write_cell(out, ",\"", request, "\"");
	write_cell(out, ",\"", org, "\"\n");
}

static int add_row(struct pt_emulator *e, struct emu_ingest *job, const char *request,
		   const char *org, struct pt_err *err)
{
	struct emu_result result;
	json_error_t why;
	json_t *record = json_pack_ex(&why, 0, "{ss,ss}", "PackagePushRequestId", request,
				      "SubscriberOrganizationKey", org);
	int rc;

	/* Text that is not UTF-8 is in no record. */
	if (!record && json_error_code(&why) == json_error_invalid_utf8)
		record = json_object();
	if (!record)
		return pt_err_nomem(err);
	rc = emu_add_job(e, &result, record, NULL, false, err);
	json_decref(record);
	if (rc == 0)
		write_row(job, &result, request, org);
	job->nrow++;
	return rc;
}

/* The header: these two columns, in either order. */
static bool read_header(const struct pt_csv *csv, size_t *request, size_t *org)
{
	*request = pt_csv_find(csv, "PackagePushRequestId");
	*org = pt_csv_find(csv, "SubscriberOrganizationKey");
	return *request != PT_CSV_FIELDS_MAX && *org != PT_CSV_FIELDS_MAX && csv->nfield == 2;
}

/* Lines end as was said. The header tells, as on the platform. */
static bool ends_lines(const struct emu_ingest *job)
{
	const char *end = job->csv.len ? memchr(job->csv.data, '\n', job->csv.len) : NULL;

	return !end || (end > job->csv.data && end[-1] == '\r') == job->crlf;
}

static int process(struct pt_emulator *e, struct emu_ingest *job, struct pt_err *err)
{
	struct pt_err wrong = PT_ERR_INIT;
	struct pt_csv csv;
	size_t request = 0, org = 0;
	bool got = false;
	int rc;

	job->state = COMPLETE;
	pt_buf_str(&job->succeeded,
		   "\"sf__Id\",\"sf__Created\",PackagePushRequestId,SubscriberOrganizationKey\n");
	pt_buf_str(&job->failed,
		   "\"sf__Id\",\"sf__Error\",PackagePushRequestId,SubscriberOrganizationKey\n");
	pt_csv_init(&csv, pt_buf_text(&job->csv), job->csv.len);
	rc = pt_csv_next(&got, &csv, &wrong);
	if (rc == 0 && (!got || !read_header(&csv, &request, &org)))
		rc = pt_err_set(&wrong, PT_E_INVALID,
				"InvalidBatch : Field name not found or missing in the header");
	if (rc == 0 && !ends_lines(job))
		rc = pt_err_set(
		    &wrong, PT_E_INVALID,
		    "LineEnding is invalid on user data. Current LineEnding setting is %s",
		    job->crlf ? "CRLF" : "LF");
	while (rc == 0 && (rc = pt_csv_next(&got, &csv, &wrong)) == 0 && got)
		rc = add_row(e, job, pt_csv_field(&csv, request), pt_csv_field(&csv, org), &wrong);
	pt_csv_release(&csv);
	pt_buf_release(&job->csv);
	if (rc == -PT_E_NOMEM || job->failed.failed || job->succeeded.failed)
		return pt_err_nomem(err);
	if (rc < 0) {
		job->state = FAILED;
		snprintf(job->why, sizeof(job->why), "%.100s", wrong.text);
	}
	return 0;
}

int emu_ingest_advance(struct pt_emulator *e, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < e->ningest; i++) {
		struct emu_ingest *job = &e->ingest[i];

		if (job->state == CLOSED || job->state == PROCESSING) {
			job->state = PROCESSING;
			if (e->now_ms >= job->due_ms)
				rc = process(e, job, err);
		}
	}
	return rc;
}

/* A second at least, and longer for many rows. */
static int change_state(struct pt_emulator *e, struct emu_ingest *job,
			const struct emu_request *request, struct emu_answer *out)
{
	if (says(request->json, "state", "UploadComplete") && job->state == UPLOADED) {
		job->state = CLOSED;
		job->due_ms = e->now_ms + PT_SECOND_MS + (int64_t)(job->csv.len / 35 / ROWS_PER_MS);
	} else if (says(request->json, "state", "Aborted") && job->state <= CLOSED) {
		job->state = ABORTED;
	} else {
		emu_say_error(out, 400, "INVALIDJOBSTATE",
			      "The job is %s; it cannot be changed so.", state_texts[job->state]);
		return 0;
	}
	say_job(job, request, out);
	return 0;
}

static int upload(struct emu_ingest *job, const struct emu_request *request, struct emu_answer *out,
		  struct pt_err *err)
{
	if (job->state != OPEN) {
		emu_say_error(out, 400, "INVALIDJOBSTATE",
			      "Found multiple contents for job: <%s>, please 'Close' / 'Abort' / "
			      "'Delete' the current Job then create a new Job",
			      job->id);
		return 0;
	}
	pt_buf_bytes(&job->csv, request->body, request->body_size);
	job->state = UPLOADED;
	out->status = 201;
	return pt_buf_check(&job->csv, err);
}

static int results(const struct emu_ingest *job, const struct pt_buf *csv, struct emu_answer *out)
{
	if (job->state != COMPLETE) {
		emu_say_error(out, 400, "INVALIDJOBSTATE", "The job is %s.",
			      state_texts[job->state]);
		return 0;
	}
	out->status = 200;
	out->content_type = "text/csv";
	pt_buf_bytes(&out->body, pt_buf_text(csv), csv->len);
	return 0;
}

static struct emu_ingest *find_job(struct pt_emulator *e, const char *id)
{
	for (size_t i = 0; i < e->ningest; i++) {
		if (pt_id_same(e->ingest[i].id, id) && !e->ingest[i].deleted)
			return &e->ingest[i];
	}
	return NULL;
}

static int wrong_method(struct emu_answer *out)
{
	emu_say_error(out, 405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed here.");
	return 0;
}

static int of_job(struct pt_emulator *e, struct emu_ingest *job, const struct emu_request *request,
		  struct emu_answer *out)
{
	if (strcmp(request->method, "PATCH") == 0)
		return change_state(e, job, request, out);
	if (strcmp(request->method, "GET") == 0) {
		say_job(job, request, out);
		return 0;
	}
	if (strcmp(request->method, "DELETE") != 0)
		return wrong_method(out);
	if (job->state == PROCESSING) {
		emu_say_error(out, 400, "INVALIDJOBSTATE", "The job is %s.",
			      state_texts[job->state]);
		return 0;
	}
	pt_buf_release(&job->csv);
	pt_buf_release(&job->succeeded);
	pt_buf_release(&job->failed);
	job->deleted = true;
	out->status = 204;
	return 0;
}

/* "jobs/ingest/id[/what]" */
int emu_ingest_job(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		   struct pt_err *err)
{
	static const struct pt_buf nothing = PT_BUF_INIT;
	const char *id = request->rest + strlen("jobs/ingest/"), *what = strchr(id, '/');
	struct emu_ingest *job = find_job(e, id);
	bool reads = strcmp(request->method, "GET") == 0;

	if (!job) {
		emu_say_not_found(out);
		return 0;
	}
	if (!what || strcmp(what, "/") == 0)
		return of_job(e, job, request, out);
	if (strncmp(what, "/batches", 8) == 0)
		return strcmp(request->method, "PUT") == 0 ? upload(job, request, out, err)
							   : wrong_method(out);
	if (reads && strncmp(what, "/successfulResults", 18) == 0)
		return results(job, &job->succeeded, out);
	if (reads && strncmp(what, "/failedResults", 14) == 0)
		return results(job, &job->failed, out);
	if (reads && strncmp(what, "/unprocessedrecords", 19) == 0)
		return results(job, &nothing, out);
	return wrong_method(out);
}
