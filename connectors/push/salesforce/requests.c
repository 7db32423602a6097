/* Making, activating and canceling a push request. See session.h. */
#include <string.h>

#include "base/json.h"
#include "connectors/push/salesforce/pages.h"
#include "connectors/push/salesforce/query.h"

enum { CREATED = 201, NO_CONTENT = 204 };

static int ask_create(struct pt_sf_part *part, struct pt_err *err)
{
	const struct pt_push_call *call = &part->op->call;
	struct pt_sf_question question = {
	    .method = PT_HTTP_POST, .content_type = "application/json", .write = true};
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	struct pt_json json;

	pt_json_init(&json, &question.body);
	json.compact = true;
	pt_json_object(&json, NULL);
	pt_json_str(&json, "PackageVersionId", call->version_id.text);
	pt_json_time(&json, "ScheduledStartTime", call->start_ms);
	pt_json_object_end(&json);
	pt_buf_printf(&path, "/services/data/v%s/sobjects/PackagePushRequest",
		      part->op->sf->api_version);
	question.path = pt_buf_take(&path);
	return pt_sf_ask(part, &question, err);
}

static int start_create(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_parts(op, 1, err);

	return rc < 0 ? rc : ask_create(op->part, err);
}

static int take_created(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			struct pt_err *err)
{
	if (answer->status != CREATED || !json_is_true(json_object_get(answer->json, "success")))
		return pt_err_set(err, PT_E_INVALID, "expected the id of a new push request");
	return pt_sf_need_id(&part->op->reply.request, answer->json, "id", "0DV", err);
}

static int finish_write(struct pt_sf_op *op, struct pt_err *err)
{
	(void)op;
	(void)err;
	return 0;
}

const struct pt_sf_kind pt_sf_create = {
    .start = start_create,
    .take = take_created,
    .finish = finish_write,
};

static int start_status(struct pt_sf_op *op, const char *status, struct pt_err *err)
{
	struct pt_sf_question question = {
	    .method = PT_HTTP_PATCH, .content_type = "application/json", .write = true};
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	int rc = pt_sf_make_parts(op, 1, err);

	if (rc < 0)
		return rc;
	pt_buf_printf(&question.body, "{\"Status\":\"%s\"}", status);
	pt_buf_printf(&path, "/services/data/v%s/sobjects/PackagePushRequest/%s",
		      op->sf->api_version, op->call.request.text);
	question.path = pt_buf_take(&path);
	return pt_sf_ask(op->part, &question, err);
}

static int start_activate(struct pt_sf_op *op, struct pt_err *err)
{
	return start_status(op, "Pending", err);
}

static int start_cancel(struct pt_sf_op *op, struct pt_err *err)
{
	return start_status(op, "Canceled", err);
}

/* 204 and nothing else; a page of somebody on the way would be 200. */
static int take_status(struct pt_sf_part *part, const struct pt_sf_answer *answer,
		       struct pt_err *err)
{
	(void)part;
	if (answer->status != NO_CONTENT)
		return pt_err_set(err, PT_E_INVALID, "HTTP %ld, expected 204", answer->status);
	return 0;
}

const struct pt_sf_kind pt_sf_activate = {
    .start = start_activate,
    .take = take_status,
    .finish = finish_write,
};

const struct pt_sf_kind pt_sf_cancel = {
    .start = start_cancel,
    .take = take_status,
    .finish = finish_write,
};
