/* Reading push requests, their jobs and their jobs' errors. See session.h. */
#include <string.h>

#include "connectors/push/salesforce/pages.h"
#include "connectors/push/salesforce/query.h"

/* How many jobs are in which state: one query for many requests, not one job's record read. */
struct count_row {
	struct pt_id request;
	enum pt_job_state state;
	uint32_t n;
};

static int ask_counts(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_buf_str(&soql, "SELECT PackagePushRequestId, Status, COUNT(Id) n FROM PackagePushJob "
			  "WHERE");
	pt_sf_list_ids(&soql, "PackagePushRequestId", part->op->call.requests + part->from,
		       part->n);
	pt_buf_str(&soql, " GROUP BY PackagePushRequestId, Status");
	return pt_sf_query(part, &soql, err);
}

static int start_counts(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_lists(op, op->call.nrequest, PT_SF_IDS_LISTED, err);

	for (size_t i = 0; rc == 0 && op->call.nrequest > 0 && i < op->npart; i++)
		rc = ask_counts(&op->part[i], err);
	return rc;
}

static int read_count(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct count_row *row = item;
	const json_t *n = pt_sf_field(record, "n");
	int rc = pt_sf_need_id(&row->request, record, "PackagePushRequestId", "0DV", err);

	(void)op;
	if (rc == 0)
		rc = pt_sf_need_state(&row->state, record, "Status", err);
	if (rc == 0 &&
	    (!json_is_integer(n) || json_integer_value(n) < 0 || json_integer_value(n) > INT32_MAX))
		rc = pt_err_set(err, PT_E_INVALID, "n: not a count");
	row->n = (uint32_t)json_integer_value(n);
	return rc;
}

static int take_counts(struct pt_sf_part *part, const struct pt_sf_answer *answer,
		       struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct count_row), read_count, err);
}

static void add_counts(struct pt_push_count *count, const struct pt_sf_part *part)
{
	const struct count_row *row = (const struct count_row *)(const void *)part->rows.data;
	size_t nrow = part->rows.len / sizeof(*row);

	for (size_t k = 0; k < nrow; k++) {
		for (size_t i = part->from; i < part->from + part->n; i++) {
			if (pt_id_same(count[i].request.text, row[k].request.text))
				count[i].njob[row[k].state] += row[k].n;
		}
	}
}

static int finish_counts(struct pt_sf_op *op, struct pt_err *err)
{
	struct pt_push_count *count =
	    pt_arena_alloc(&op->arena, op->call.nrequest + 1, sizeof(*count));

	if (!count)
		return pt_err_nomem(err);
	for (size_t i = 0; i < op->call.nrequest; i++)
		count[i].request = op->call.requests[i];
	for (size_t i = 0; i < op->npart; i++)
		add_counts(count, &op->part[i]);
	op->reply.count = count;
	op->reply.ncount = op->call.nrequest;
	return 0;
}

const struct pt_sf_kind pt_sf_count_jobs = {
    .start = start_counts,
    .take = take_counts,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_counts,
};

/* "SELECT … WHERE field = 'id'": one part. */
static int ask_of_request(struct pt_sf_op *op, const char *select, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	int rc = pt_sf_make_parts(op, 1, err);

	if (rc < 0)
		return rc;
	pt_buf_str(&soql, select);
	pt_sf_quote(&soql, op->call.request.text);
	return pt_sf_query(op->part, &soql, err);
}

/* Jobs. */
static int start_jobs(struct pt_sf_op *op, struct pt_err *err)
{
	return ask_of_request(op,
			      "SELECT SubscriberOrganizationKey, Status FROM PackagePushJob WHERE "
			      "PackagePushRequestId = ",
			      err);
}

static int read_job(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct pt_push_job *job = item;
	int rc = pt_sf_need_key(&job->org, record, "SubscriberOrganizationKey", err);

	(void)op;
	return rc < 0 ? rc : pt_sf_need_state(&job->state, record, "Status", err);
}

static int take_jobs(struct pt_sf_part *part, const struct pt_sf_answer *answer, struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct pt_push_job), read_job, err);
}

static int by_job_org(const void *left, const void *right)
{
	const struct pt_push_job *a = left, *b = right;

	return pt_org_key_cmp(&a->org, &b->org);
}

static int finish_jobs(struct pt_sf_op *op, struct pt_err *err)
{
	void *rows;
	int rc =
	    pt_sf_gather(&rows, &op->reply.njob, op, sizeof(struct pt_push_job), by_job_org, err);

	if (rc == 0)
		op->reply.job = rows;
	return rc;
}

const struct pt_sf_kind pt_sf_jobs = {
    .start = start_jobs,
    .take = take_jobs,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_jobs,
};

/* Errors: all of a request's, in one query; one a job would cost a call a job. */
static int start_errors(struct pt_sf_op *op, struct pt_err *err)
{
	return ask_of_request(
	    op,
	    "SELECT PackagePushJob.SubscriberOrganizationKey, ErrorSeverity, ErrorType, "
	    "ErrorTitle, ErrorMessage, ErrorDetails FROM PackagePushError WHERE "
	    "PackagePushJob.PackagePushRequestId = ",
	    err);
}

/* Never NULL but without memory. */
static const char *keep(struct pt_sf_op *op, const json_t *record, const char *name)
{
	const char *text = pt_sf_text(record, name);

	return text ? pt_arena_strdup(&op->arena, text) : "";
}

struct error_row {
	struct pt_push_error error;
	uint32_t nth; /* as they came */
	bool warning;
};

static int read_error(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct error_row *row = item;
	const char *severity = pt_sf_text(record, "ErrorSeverity");
	int rc = pt_sf_need_key(&row->error.org, record, "PackagePushJob.SubscriberOrganizationKey",
				err);

	if (rc < 0)
		return rc;
	row->nth = (uint32_t)(op->part->rows.len / sizeof(*row));
	row->warning = severity && strcmp(severity, "Warning") == 0;
	row->error.severity = keep(op, record, "ErrorSeverity");
	row->error.type = keep(op, record, "ErrorType");
	row->error.title = keep(op, record, "ErrorTitle");
	row->error.message = keep(op, record, "ErrorMessage");
	row->error.details = keep(op, record, "ErrorDetails");
	if (!row->error.severity || !row->error.type || !row->error.title || !row->error.message ||
	    !row->error.details)
		return pt_err_nomem(err);
	return 0;
}

static int take_errors(struct pt_sf_part *part, const struct pt_sf_answer *answer,
		       struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct error_row), read_error, err);
}

/* By org; its errors before its warnings, and each as they came. */
static int by_error_org(const void *left, const void *right)
{
	const struct error_row *a = left, *b = right;
	int order = pt_org_key_cmp(&a->error.org, &b->error.org);

	if (order == 0)
		order = (int)a->warning - (int)b->warning;
	return order ? order : (a->nth > b->nth) - (a->nth < b->nth);
}

static int finish_errors(struct pt_sf_op *op, struct pt_err *err)
{
	void *rows;
	size_t n;
	int rc = pt_sf_gather(&rows, &n, op, sizeof(struct error_row), by_error_org, err);

	if (rc < 0)
		return rc;
	const struct error_row *row = rows;
	struct pt_push_error *error = pt_arena_alloc(&op->arena, n + 1, sizeof(*error));

	if (!error)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++)
		error[i] = row[i].error;
	op->reply.error = error;
	op->reply.nerror = n;
	return 0;
}

const struct pt_sf_kind pt_sf_errors = {
    .start = start_errors,
    .take = take_errors,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_errors,
};

/* Push requests: that one, or those of a version with that start. */
static int start_find(struct pt_sf_op *op, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	const struct pt_push_call *call = &op->call;
	int rc = pt_sf_make_parts(op, 1, err);

	if (rc < 0)
		return rc;
	pt_buf_str(&soql, "SELECT Id, Status FROM PackagePushRequest WHERE ");
	if (call->request.text[0]) {
		pt_buf_str(&soql, "Id = ");
		pt_sf_quote(&soql, call->request.text);
	} else {
		pt_buf_str(&soql, "PackageVersionId = ");
		pt_sf_quote(&soql, call->version_id.text);
		pt_buf_str(&soql, " AND ScheduledStartTime = ");
		pt_sf_time(&soql, call->start_ms);
	}
	pt_buf_str(&soql, " ORDER BY Id");
	return pt_sf_query(op->part, &soql, err);
}

static int read_found(void *item, struct pt_sf_op *op, const json_t *record, struct pt_err *err)
{
	struct pt_push_found *found = item;
	int rc = pt_sf_need_id(&found->request, record, "Id", "0DV", err);

	(void)op;
	return rc < 0 ? rc : pt_sf_need_state(&found->state, record, "Status", err);
}

static int take_found(struct pt_sf_part *part, const struct pt_sf_answer *answer,
		      struct pt_err *err)
{
	return pt_sf_take_page(part, answer, sizeof(struct pt_push_found), read_found, err);
}

static int finish_found(struct pt_sf_op *op, struct pt_err *err)
{
	(void)err;
	op->reply.found = (const struct pt_push_found *)(const void *)op->part->rows.data;
	op->reply.nfound = op->part->rows.len / sizeof(*op->reply.found);
	return 0;
}

const struct pt_sf_kind pt_sf_find = {
    .start = start_find,
    .take = take_found,
    .turned_down = pt_sf_page_turned_down,
    .finish = finish_found,
};
