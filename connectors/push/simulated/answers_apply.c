/* See answers.h. Here: doing what a call asks for. */
#include "connectors/push/simulated/answers.h"

#include <stdlib.h>
#include <string.h>

enum {
	COMPOSITE = 200,    /* records in one composite call, ids in one query of requests */
	COMPOSITE_MAX = 10, /* composite calls for one ADD_JOBS; more orgs go by bulk ingest */
	BULK_CALLS = 6,     /* make the ingest job, upload, close, poll, and both results */
	KEYS_ASKED = 500,   /* org keys that fit into one query */
};

typedef int apply_fn(struct pt_sim_answer *out, struct pt_platform *platform,
		     const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err);

static uint32_t parts(size_t n, size_t size)
{
	return n == 0 ? 1 : (uint32_t)((n + size - 1) / size);
}

/* A query of `nasked` orgs, or of all, costs a call a page and one for each list of orgs. */
static uint32_t query_calls(size_t nrow, size_t nasked, uint32_t page_rows)
{
	uint32_t pages = parts(nrow, page_rows), lists = parts(nasked, KEYS_ASKED);

	return pages > lists ? pages : lists;
}

static int reserve_rows(struct pt_sim_answer *out, size_t n, struct pt_err *err)
{
	out->row = pt_arena_alloc(&out->arena, n + 1, sizeof(*out->row));
	return out->row ? 0 : pt_err_nomem(err);
}

int pt_sim_answer_decline(struct pt_sim_answer *answer, enum pt_push_outcome outcome,
			  const struct pt_sim_words *words, struct pt_err *err)
{
	answer->head.outcome = outcome;
	answer->head.http_calls = 1;
	answer->head.text = pt_arena_printf(&answer->arena, "%s: %s", words->code, words->text);
	return answer->head.text ? 0 : pt_err_nomem(err);
}

static int refuse(struct pt_sim_answer *out, enum pt_refusal refusal, struct pt_err *err)
{
	struct pt_sim_words words = pt_sim_refusal_words(refusal);

	if (refusal == PT_REFUSAL_NONE)
		return 0;
	return pt_sim_answer_decline(out, PT_PUSH_REFUSED, &words, err);
}

static int apply_versions(struct pt_sim_answer *out, struct pt_platform *platform,
			  const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	const struct pt_sim_packages *packages = pt_platform_packages(platform);

	uint32_t version;

	(void)page_rows;
	(void)err;
	if (pt_sim_packages_find_version(&out->package, &version, packages, &call->version_id) ||
	    (call->namespace_ && pt_sim_packages_named(&out->package, packages, call->namespace_)))
		out->head.package_id = packages->item[out->package].id;
	return 0;
}

static void add_subscriber(struct pt_sim_answer *out, const struct pt_platform *platform,
			   uint32_t org)
{
	struct pt_platform_record record;

	if (org == PT_PLATFORM_NONE || !pt_platform_record(&record, platform, org, out->package))
		return;
	out->row[out->nrow++] = (struct pt_sim_row){
	    .subject = org,
	    .version = (uint16_t)record.version,
	    .state = pt_platform_org_status(platform, org),
	    .installed = record.installed,
	    .blocked = record.blocked,
	};
}

static int apply_subscribers(struct pt_sim_answer *out, struct pt_platform *platform,
			     const struct pt_push_call *call, uint32_t page_rows,
			     struct pt_err *err)
{
	uint32_t norg = pt_platform_norg(platform), place = 0;
	int rc;

	if (!pt_sim_packages_find(&out->package, pt_platform_packages(platform), &call->package_id))
		return 0;
	rc = reserve_rows(out, call->norg ? call->norg : norg, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < call->norg; i++)
		add_subscriber(out, platform,
			       pt_platform_find_next_org(platform, &call->org[i], &place));
	for (uint32_t i = 0; call->norg == 0 && i < norg; i++)
		add_subscriber(out, platform, pt_platform_ranked_org(platform, i));
	out->head.http_calls = query_calls(out->nrow, call->norg, page_rows);
	return 0;
}

static int apply_all_live(struct pt_sim_answer *out, struct pt_platform *platform,
			  struct pt_err *err)
{
	uint32_t *org = NULL;
	size_t n = 0;
	int rc = pt_platform_live_orgs(&org, &n, platform, out->package, err);

	if (rc < 0)
		return rc;
	rc = reserve_rows(out, n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		out->row[out->nrow++].subject = org[i];
	free(org);
	return rc;
}

static int apply_some_live(struct pt_sim_answer *out, struct pt_platform *platform,
			   const struct pt_push_call *call, struct pt_err *err)
{
	int rc = reserve_rows(out, call->norg, err);
	uint32_t place = 0;

	for (size_t i = 0; rc == 0 && i < call->norg; i++) {
		uint32_t org = pt_platform_find_next_org(platform, &call->org[i], &place);

		if (org != PT_PLATFORM_NONE && pt_platform_live(platform, org, out->package))
			out->row[out->nrow++].subject = org;
	}
	return rc;
}

static int apply_live_jobs(struct pt_sim_answer *out, struct pt_platform *platform,
			   const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	int rc;

	if (!pt_sim_packages_find(&out->package, pt_platform_packages(platform), &call->package_id))
		return 0;
	rc = call->norg ? apply_some_live(out, platform, call, err)
			: apply_all_live(out, platform, err);
	out->head.http_calls = query_calls(out->nrow, call->norg, page_rows);
	return rc;
}

static int apply_create(struct pt_sim_answer *out, struct pt_platform *platform,
			const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	enum pt_refusal refusal;
	uint32_t request = 0;
	int rc = pt_platform_create(&request, &refusal, platform, &call->version_id, call->start_ms,
				    err);

	(void)page_rows;
	if (rc == 0 && refusal == PT_REFUSAL_NONE)
		out->head.request = pt_platform_request(platform, request).id;
	return rc < 0 ? rc : refuse(out, refusal, err);
}

/* The text of each result, once; NULL for those that no org had. */
static const char *add_text(struct pt_sim_answer *out, const char **texts,
			    enum pt_platform_add result)
{
	struct pt_sim_words words = pt_sim_add_words(result);

	if (!texts[result])
		texts[result] = pt_arena_printf(&out->arena, "%s: %s", words.code, words.text);
	return texts[result];
}

static int list_add_failures(struct pt_sim_answer *out, const struct pt_push_call *call,
			     const enum pt_platform_add *result, struct pt_err *err)
{
	const char *texts[PT_PLATFORM_INELIGIBLE + 1] = {NULL};
	struct pt_push_add_failure *failure;
	size_t n = 0;

	for (size_t i = 0; i < call->norg; i++)
		n += result[i] != PT_PLATFORM_ADDED;
	failure = pt_arena_alloc(&out->arena, n + 1, sizeof(*failure));
	if (!failure)
		return pt_err_nomem(err);
	out->head.add_failure = failure;
	for (size_t i = 0; i < call->norg; i++) {
		if (result[i] == PT_PLATFORM_ADDED)
			continue;
		failure->org = call->org[i];
		failure->result =
		    result[i] == PT_PLATFORM_DUPLICATE ? PT_ADD_DUPLICATE : PT_ADD_INELIGIBLE;
		failure->text = add_text(out, texts, result[i]);
		if (!failure->text)
			return pt_err_nomem(err);
		failure++;
	}
	out->head.nadd_failure = n;
	return 0;
}

static int apply_add_jobs(struct pt_sim_answer *out, struct pt_platform *platform,
			  const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	enum pt_refusal refusal = PT_REFUSAL_REQUEST_UNKNOWN;
	enum pt_platform_add *result;
	uint32_t request;
	int rc;

	(void)page_rows;
	if (!pt_platform_find_request(&request, platform, &call->request))
		return refuse(out, refusal, err);
	result = calloc(call->norg + 1, sizeof(*result));
	if (!result)
		return pt_err_nomem(err);
	rc = pt_platform_add_jobs(result, &refusal, platform, request, call->org, call->norg, err);
	out->head.http_calls = parts(call->norg, COMPOSITE);
	if (out->head.http_calls > COMPOSITE_MAX)
		out->head.http_calls = BULK_CALLS;
	if (rc == 0 && refusal == PT_REFUSAL_NONE)
		rc = list_add_failures(out, call, result, err);
	else if (rc == 0)
		rc = refuse(out, refusal, err);
	free(result);
	return rc;
}

static int apply_activate(struct pt_sim_answer *out, struct pt_platform *platform,
			  const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	enum pt_refusal refusal = PT_REFUSAL_REQUEST_UNKNOWN;
	uint32_t request;

	(void)page_rows;
	if (pt_platform_find_request(&request, platform, &call->request))
		refusal = pt_platform_activate(platform, request);
	return refuse(out, refusal, err);
}

static int apply_cancel(struct pt_sim_answer *out, struct pt_platform *platform,
			const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	enum pt_refusal refusal = PT_REFUSAL_REQUEST_UNKNOWN;
	uint32_t request;

	(void)page_rows;
	if (pt_platform_find_request(&request, platform, &call->request))
		refusal = pt_platform_cancel(platform, request);
	return refuse(out, refusal, err);
}

static int apply_count_jobs(struct pt_sim_answer *out, struct pt_platform *platform,
			    const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	struct pt_push_count *count =
	    pt_arena_alloc(&out->arena, call->nrequest + 1, sizeof(*count));

	(void)page_rows;
	if (!count)
		return pt_err_nomem(err);
	for (size_t i = 0; i < call->nrequest; i++) {
		uint32_t request;

		count[i].request = call->requests[i];
		if (!pt_platform_find_request(&request, platform, &call->requests[i]))
			continue;
		struct pt_platform_request read = pt_platform_request(platform, request);

		memcpy(count[i].njob, read.count, sizeof(count[i].njob));
	}
	out->head.count = count;
	out->head.ncount = call->nrequest;
	out->head.http_calls = parts(call->nrequest, COMPOSITE);
	return 0;
}

static int apply_jobs(struct pt_sim_answer *out, struct pt_platform *platform,
		      const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	const uint32_t *job;
	uint32_t request;
	size_t n;
	int rc;

	if (!pt_platform_find_request(&request, platform, &call->request))
		return 0;
	rc = pt_platform_request_jobs(&job, &n, platform, request, err);
	if (rc == 0)
		rc = reserve_rows(out, n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		enum pt_job_state state;
		uint32_t org = pt_platform_job_org(&state, platform, job[i]);

		out->row[out->nrow++] =
		    (struct pt_sim_row){.subject = org, .state = (uint8_t)state};
	}
	out->head.http_calls = query_calls(out->nrow, 0, page_rows);
	return rc;
}

static int apply_errors(struct pt_sim_answer *out, struct pt_platform *platform,
			const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	const uint32_t *job;
	uint32_t request;
	size_t n, nerror = 0;
	int rc;

	if (!pt_platform_find_request(&request, platform, &call->request))
		return 0;
	rc = pt_platform_request_jobs(&job, &n, platform, request, err);
	if (rc == 0)
		rc = reserve_rows(out, pt_platform_request(platform, request).count[PT_JOB_FAILED],
				  err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		uint32_t more = pt_platform_nerror(platform, job[i]);

		if (more > 0)
			out->row[out->nrow++].subject = job[i];
		nerror += more;
	}
	out->head.http_calls = query_calls(nerror, 0, page_rows);
	return rc;
}

static bool is_asked_for(const struct pt_platform *platform,
			 const struct pt_platform_request *request, const struct pt_push_call *call)
{
	const struct pt_platform_package *package =
	    &pt_platform_packages(platform)->item[request->package];

	if (call->request.text[0])
		return pt_id_same(request->id.text, call->request.text);
	return request->scheduled_ms == call->start_ms &&
	       pt_id_same(package->version[request->version].id.text, call->version_id.text);
}

static int apply_find(struct pt_sim_answer *out, struct pt_platform *platform,
		      const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	uint32_t nrequest = pt_platform_nrequest(platform);
	struct pt_push_found *found = NULL;
	size_t n = 0;

	for (uint32_t i = 0; i < nrequest; i++) {
		struct pt_platform_request request = pt_platform_request(platform, i);

		n += is_asked_for(platform, &request, call);
	}
	found = pt_arena_alloc(&out->arena, n + 1, sizeof(*found));
	if (!found)
		return pt_err_nomem(err);
	out->head.found = found;
	out->head.nfound = n;
	for (uint32_t i = 0; i < nrequest; i++) {
		struct pt_platform_request request = pt_platform_request(platform, i);

		if (is_asked_for(platform, &request, call))
			*found++ = (struct pt_push_found){request.id, request.state};
	}
	out->head.http_calls = parts(n, page_rows);
	return 0;
}

/* Request by request from the newest; of the last one that finds room some jobs. */
static int apply_history(struct pt_sim_answer *out, struct pt_platform *platform,
			 const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	uint32_t i = pt_platform_nrequest(platform);
	int rc;

	if (!pt_sim_packages_find(&out->package, pt_platform_packages(platform), &call->package_id))
		return 0;
	rc = reserve_rows(out, call->most, err);
	while (rc == 0 && i-- > 0) {
		struct pt_platform_request request = pt_platform_request(platform, i);
		const uint32_t *job;
		size_t n;

		if (request.package != out->package || request.scheduled_ms < call->since_ms)
			continue;
		rc = pt_platform_request_jobs(&job, &n, platform, i, err);
		for (size_t k = 0; rc == 0 && k < n && out->nrow < call->most; k++)
			out->row[out->nrow++].subject = job[k];
	}
	/* The jobs, and the errors of those that failed. */
	out->head.http_calls = 2 * query_calls(out->nrow, 0, page_rows);
	return rc;
}

int pt_sim_answer_apply(struct pt_sim_answer *out, struct pt_platform *platform,
			const struct pt_push_call *call, uint32_t page_rows, struct pt_err *err)
{
	static apply_fn *const APPLY[PT_PUSH_NOP] = {
	    [PT_PUSH_VERSIONS] = apply_versions,   [PT_PUSH_SUBSCRIBERS] = apply_subscribers,
	    [PT_PUSH_LIVE_JOBS] = apply_live_jobs, [PT_PUSH_CREATE] = apply_create,
	    [PT_PUSH_ADD_JOBS] = apply_add_jobs,   [PT_PUSH_ACTIVATE] = apply_activate,
	    [PT_PUSH_CANCEL] = apply_cancel,       [PT_PUSH_COUNT_JOBS] = apply_count_jobs,
	    [PT_PUSH_JOBS] = apply_jobs,           [PT_PUSH_ERRORS] = apply_errors,
	    [PT_PUSH_FIND] = apply_find,           [PT_PUSH_HISTORY] = apply_history,
	};

	*out = (struct pt_sim_answer){
	    .head = {.op = call->op, .cookie = call->cookie, .http_calls = 1},
	    .package = PT_PLATFORM_NONE,
	    .arena = PT_ARENA_INIT,
	};
	if (call->op >= PT_PUSH_NOP)
		return pt_err_set(err, PT_E_INVALID, "a push call of no kind");
	return APPLY[call->op](out, platform, call, page_rows, err);
}

void pt_sim_answer_release(struct pt_sim_answer *answer)
{
	pt_arena_release(&answer->arena);
}
