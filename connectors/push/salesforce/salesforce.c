/* See salesforce.h. */
#include "connectors/push/salesforce/salesforce.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/url.h"
#include "config/expand.h"
#include "connectors/push/salesforce/session.h"

enum { WAIT_MS = 10, WAITS = 5 };

/* A page of 2,000 records is a megabyte or two; the results of a bulk job may be more. */
#define ANSWER_MAX_BYTES ((size_t)256 << 20)

static struct pt_sf *sf_of(struct pt_push_session *base)
{
	return (struct pt_sf *)(void *)base;
}

static const struct pt_sf_kind *kind_of(const struct pt_sf *sf, const struct pt_push_call *call)
{
	static const struct pt_sf_kind *const kinds[PT_PUSH_NOP] = {
	    [PT_PUSH_VERSIONS] = &pt_sf_versions,
	    [PT_PUSH_SUBSCRIBERS] = &pt_sf_subscribers,
	    [PT_PUSH_LIVE_JOBS] = &pt_sf_live_jobs,
	    [PT_PUSH_CREATE] = &pt_sf_create,
	    [PT_PUSH_ADD_JOBS] = &pt_sf_add_records,
	    [PT_PUSH_ACTIVATE] = &pt_sf_activate,
	    [PT_PUSH_CANCEL] = &pt_sf_cancel,
	    [PT_PUSH_COUNT_JOBS] = &pt_sf_count_jobs,
	    [PT_PUSH_JOBS] = &pt_sf_jobs,
	    [PT_PUSH_ERRORS] = &pt_sf_errors,
	    [PT_PUSH_FIND] = &pt_sf_find,
	    [PT_PUSH_HISTORY] = &pt_sf_history,
	};

	if (call->op == PT_PUSH_ADD_JOBS && call->norg > sf->bulk_above)
		return &pt_sf_add_bulk;
	return call->op < PT_PUSH_NOP ? kinds[call->op] : NULL;
}

/* What the call points to is only lent. */
static int copy_call(struct pt_sf_op *op, const struct pt_push_call *call)
{
	struct pt_org_key *org = pt_arena_alloc(&op->arena, call->norg + 1, sizeof(*org));
	struct pt_id *request = pt_arena_alloc(&op->arena, call->nrequest + 1, sizeof(*request));

	if (!org || !request)
		return -PT_E_NOMEM;
	op->call = *call;
	if (call->norg > 0)
		memcpy(org, call->org, call->norg * sizeof(*org));
	if (call->nrequest > 0)
		memcpy(request, call->requests, call->nrequest * sizeof(*request));
	op->call.org = org;
	op->call.requests = request;
	if (!call->namespace_)
		return 0;
	op->call.namespace_ = pt_arena_strdup(&op->arena, call->namespace_);
	return op->call.namespace_ ? 0 : -PT_E_NOMEM;
}

static int salesforce_submit(struct pt_push_session *base, const struct pt_push_call *call,
			     int64_t now_ms, struct pt_err *err)
{
	struct pt_sf *sf = sf_of(base);
	const struct pt_sf_kind *kind = kind_of(sf, call);
	struct pt_sf_op *op;

	if (!kind)
		return pt_err_set(err, PT_E_INVALID, "a push call of no kind");
	op = calloc(1, sizeof(*op));
	if (!op)
		return pt_err_nomem(err);
	op->sf = sf;
	op->kind = kind;
	sf->now_ms = now_ms;
	if (copy_call(op, call) < 0) {
		pt_sf_op_free(op);
		return pt_err_nomem(err);
	}
	int rc = pt_sf_begin(sf, op, err);

	return rc < 0 ? rc : pt_sf_pump(sf, 0, err);
}

static int64_t salesforce_next_ms(struct pt_push_session *base)
{
	return pt_sf_due_ms(sf_of(base));
}

static int salesforce_receive(struct pt_push_reply *out, bool *got_out,
			      struct pt_push_session *base, int64_t now_ms, struct pt_err *err)
{
	struct pt_sf *sf = sf_of(base);
	int rc = 0;

	pt_sf_op_free(sf->shown);
	sf->shown = NULL;
	sf->now_ms = now_ms;
	for (int i = 0; rc == 0 && i < WAITS && !sf->done; i++) {
		rc = pt_sf_pump(sf, WAIT_MS, err);
		if (pt_sf_due_ms(sf) > now_ms)
			break;
	}
	*got_out = rc == 0 && sf->done;
	if (!*got_out)
		return rc;
	sf->shown = sf->done;
	sf->done = sf->shown->next;
	if (!sf->done)
		sf->last_done = &sf->done;
	*out = sf->shown->reply;
	return 0;
}

static void free_ops(struct pt_sf_op *op)
{
	while (op) {
		struct pt_sf_op *next = op->next;

		pt_sf_op_free(op);
		op = next;
	}
}

static void salesforce_close(struct pt_push_session *base)
{
	struct pt_sf *sf = sf_of(base);

	if (!sf)
		return;
	pt_http_free(sf->http);
	free_ops(sf->going);
	free_ops(sf->done);
	pt_sf_op_free(sf->shown);
	pt_sf_trace_close(sf->trace);
	pt_auth_free(sf->token.auth);
	free(sf->instance_url);
	free(sf->api_version);
	free(sf);
}

static const struct pt_push_ops SALESFORCE = {
    .type = "salesforce",
    .submit = salesforce_submit,
    .next_ms = salesforce_next_ms,
    .receive = salesforce_receive,
    .close = salesforce_close,
};

static int check_instance(struct pt_buf *url, bool tells_time, struct pt_err *err)
{
	const char *wrong = pt_url_trim_origin(url), *text = pt_buf_text(url);

	if (wrong)
		return pt_err_set(err, PT_E_INVALID, "instance_url: '%.100s', %s",
				  strchr(text, '@') ? "…@…" : text, wrong);
	if (tells_time && !pt_url_is_loopback(text))
		return pt_err_set(err, PT_E_USAGE,
				  "the virtual clock is for an emulator on this machine");
	return 0;
}

static int open_parts(struct pt_sf *sf, const struct pt_connector_conf *conf,
		      const struct pt_salesforce_options *options, struct pt_err *err)
{
	const struct pt_http_conf http = {.in_flight = conf->in_flight,
					  .timeout_ms = conf->timeout_ms,
					  .answer_max_bytes = ANSWER_MAX_BYTES};
	PT_CLEANUP(pt_buf_release) struct pt_buf url = PT_BUF_INIT;
	int rc = pt_expand(&url, conf->instance_url, err);

	if (rc < 0)
		return pt_err_wrap(err, "instance_url");
	rc = check_instance(&url, options->tells_time, err);
	if (rc < 0)
		return rc;
	sf->instance_url = pt_buf_take(&url);
	sf->api_version = strdup(conf->api_version);
	if (!sf->instance_url || !sf->api_version)
		return pt_err_nomem(err);
	rc = pt_auth_new(&sf->token.auth, &conf->auth, sf->instance_url, err);
	if (rc == 0)
		rc = pt_http_new(&sf->http, &http, err);
	if (rc == 0 && options->trace)
		rc = pt_sf_trace_open(&sf->trace, options->trace, sf->token.auth, err);
	return rc;
}

int pt_push_open_salesforce(struct pt_push_session **out, const struct pt_connector_conf *conf,
			    const struct pt_salesforce_options *options, struct pt_err *err)
{
	struct pt_sf *sf = calloc(1, sizeof(*sf));
	int rc;

	if (!sf)
		return pt_err_nomem(err);
	sf->base.ops = &SALESFORCE;
	sf->last = &sf->first;
	sf->last_done = &sf->done;
	sf->bulk_above = conf->bulk_above;
	sf->tells_time = options->tells_time;
	rc = open_parts(sf, conf, options, err);
	if (rc < 0) {
		salesforce_close(&sf->base);
		return rc;
	}
	*out = &sf->base;
	return 0;
}
