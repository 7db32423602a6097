/* Reading how a package's pushes went, whoever made them. See session.h. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/push/salesforce/pages.h"
#include "connectors/push/salesforce/query.h"

enum { STAGE_JOBS, STAGE_ERRORS };

/* A job as it is read; its errors are matched by its id. */
struct past_row {
	struct pt_id job;
	struct pt_push_past past;
};

struct error_row {
	struct pt_id job;
	struct pt_push_error error;
	bool warning;
};

/* The newest requests first, so that what is left out is the oldest. */
static int ask_jobs(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	const struct pt_push_call *call = &part->op->call;

	pt_buf_str(&soql, "SELECT Id, SubscriberOrganizationKey, Status, StartTime, EndTime, "
			  "PackagePushRequest.PackageVersionId, "
			  "PackagePushRequest.ScheduledStartTime, PackagePushRequest.StartTime "
			  "FROM PackagePushJob WHERE "
			  "PackagePushRequest.PackageVersion.MetadataPackageId = ");
	pt_sf_quote(&soql, call->package_id.text);
	pt_buf_str(&soql, " AND PackagePushRequest.ScheduledStartTime >= ");
	pt_sf_time(&soql, call->since_ms);
	pt_buf_printf(&soql, " ORDER BY PackagePushRequest.ScheduledStartTime DESC, Id LIMIT %u",
		      call->most);
	part->stage = STAGE_JOBS;
	return pt_sf_query(part, &soql, err);
}

static int start_history(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_parts(op, 1, err);

	return rc < 0 ? rc : ask_jobs(op->part, err);
}

/* "2026-12-01T18:00:00.000+0000"; null is a time that has not come. */
static int read_time(int64_t *out, const json_t *record, const char *name, struct pt_err *err)
{
	const char *text = pt_sf_text(record, name);
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	*out = PT_NEVER;
	if (!text)
		return 0;
	if (pt_civil_parse(&civil, &form, &offset_ms, text, NULL) < 0 || form == PT_CIVIL_DATE)
		return pt_err_set(err, PT_E_INVALID, "%s: '%.40s' is not a time", name, text);
	*out = pt_civil_to_ms(&civil) - offset_ms;
	return 0;
}

static int read_past(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct past_row *row = item;
	struct pt_push_past *past = &row->past;
	int rc = pt_sf_need_id(&row->job, record, "Id", "0DX", err);

	(void)op;
	if (rc == 0)
		rc = pt_sf_need_key(&past->org, record, "SubscriberOrganizationKey", err);
	if (rc == 0)
		rc = pt_sf_need_state(&past->state, record, "Status", err);
	if (rc == 0)
		rc = pt_sf_need_id(&past->version_id, record, "PackagePushRequest.PackageVersionId",
				   "04t", err);
	if (rc == 0)
		rc = read_time(&past->start_ms, record, "StartTime", err);
	if (rc == 0)
		rc = read_time(&past->end_ms, record, "EndTime", err);
	if (rc == 0)
		rc = read_time(&past->scheduled_ms, record, "PackagePushRequest.ScheduledStartTime",
			       err);
	if (rc == 0)
		rc =
		    read_time(&past->request_start_ms, record, "PackagePushRequest.StartTime", err);
	past->error = (struct pt_push_error){
	    .org = past->org, .type = "", .title = "", .message = "", .details = ""};
	return rc;
}

static int by_job(const void *left, const void *right)
{
	const struct past_row *a = left, *b = right;

	return memcmp(a->job.text, b->job.text, sizeof(a->job.text));
}

/* The jobs are kept aside, and the errors of as many requests are asked for. */
static int keep_jobs(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	struct pt_sf_op *op = part->op;
	size_t n = part->rows.len / sizeof(struct past_row);
	struct past_row *row = pt_arena_alloc(&op->arena, n + 1, sizeof(*row));
	int64_t oldest_ms = PT_NEVER;

	if (!row)
		return pt_err_nomem(err);
	if (n > 0)
		memcpy(row, part->rows.data, n * sizeof(*row));
	if (n > 1)
		qsort(row, n, sizeof(*row), by_job);
	op->kept = row;
	op->nkept = n;
	for (size_t i = 0; i < n; i++) {
		if (row[i].past.scheduled_ms < oldest_ms)
			oldest_ms = row[i].past.scheduled_ms;
	}
	pt_buf_clear(&part->rows);
	part->stage = STAGE_ERRORS;
	if (n == 0)
		return 0;
	pt_buf_str(&soql, "SELECT PackagePushJobId, ErrorSeverity, ErrorType, ErrorTitle, "
			  "ErrorMessage FROM PackagePushError WHERE "
			  "PackagePushJob.PackagePushRequest.PackageVersion.MetadataPackageId = ");
	pt_sf_quote(&soql, op->call.package_id.text);
	pt_buf_str(&soql, " AND PackagePushJob.PackagePushRequest.ScheduledStartTime >= ");
	pt_sf_time(&soql, oldest_ms);
	pt_buf_printf(&soql, " ORDER BY Id LIMIT %u", op->call.most);
	return pt_sf_query(part, &soql, err);
}

/* Never NULL but without memory. */
static const char *keep_text(struct pt_sf_op *op, const json_t *record, const char *name)
{
	const char *text = pt_sf_text(record, name);

	return text ? pt_arena_strdup(&op->arena, text) : "";
}

static int read_error(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct error_row *row = item;
	const char *severity = pt_sf_text(record, "ErrorSeverity");
	int rc = pt_sf_need_id(&row->job, record, "PackagePushJobId", "0DX", err);

	if (rc < 0)
		return rc;
	row->warning = severity && strcmp(severity, "Warning") == 0;
	row->error.severity = NULL;
	row->error.type = keep_text(op, record, "ErrorType");
	row->error.title = keep_text(op, record, "ErrorTitle");
	row->error.message = keep_text(op, record, "ErrorMessage");
	row->error.details = "";
	if (!row->error.type || !row->error.title || !row->error.message)
		return pt_err_nomem(err);
	return 0;
}

static int take_history(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			struct pt_err *err)
{
	int rc;

	if (part->stage == STAGE_ERRORS)
		return pt_sf_take_page(part, answer, sizeof(struct error_row), read_error, err);
	rc = pt_sf_take_page(part, answer, sizeof(struct past_row), read_past, err);
	return rc < 0 || part->state == PT_SF_WAITING ? rc : keep_jobs(part, err);
}

static int finish_history(struct pt_sf_op *op, struct pt_err *err)
{
	struct past_row *row = op->kept;
	const struct error_row *error = (const struct error_row *)(const void *)op->part->rows.data;
	size_t nerror = op->part->rows.len / sizeof(*error);
	struct pt_push_past *past = pt_arena_alloc(&op->arena, op->nkept + 1, sizeof(*past));

	if (!past)
		return pt_err_nomem(err);
	for (size_t i = 0; i < nerror && op->nkept > 0; i++) {
		struct past_row wanted = {.job = error[i].job}, *found;

		found = bsearch(&wanted, row, op->nkept, sizeof(*row), by_job);
		if (!found || error[i].warning || found->past.error.title[0])
			continue;
		found->past.error = error[i].error;
		found->past.error.org = found->past.org;
	}
	for (size_t i = 0; i < op->nkept; i++)
		past[i] = row[i].past;
	op->reply.past = past;
	op->reply.npast = op->nkept;
	return 0;
}

const struct pt_sf_kind pt_sf_history = {
    .start = start_history,
    .take = take_history,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_history,
};
