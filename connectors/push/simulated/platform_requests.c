/* See platform.h. Here: push requests, from made to started, and reading them back. */
#include "connectors/push/simulated/platform.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/push/simulated/grow.h"
#include "connectors/push/simulated/ids.h"
#include "connectors/push/simulated/model.h"

static enum pt_refusal version_refusal(const struct pt_platform_version *version)
{
	if (version->deprecated)
		return PT_REFUSAL_VERSION_DEPRECATED;
	return version->beta ? PT_REFUSAL_VERSION_BETA : PT_REFUSAL_NONE;
}

enum pt_refusal pt_platform_try_create(const struct pt_platform *platform,
				       const struct pt_id *version)
{
	uint32_t package, number;

	if (!pt_sim_packages_find_version(&package, &number, &platform->packages, version))
		return PT_REFUSAL_VERSION_UNKNOWN;
	return version_refusal(&platform->packages.item[package].version[number]);
}

static int reserve_request(struct pt_platform *platform, struct pt_sim_live *live,
			   struct pt_err *err)
{
	struct pt_sim_request *request = pt_sim_grow(platform->request, &platform->request_cap,
						     platform->nrequest + 1, sizeof(*request));
	uint32_t *listed;

	if (!request)
		return pt_err_nomem(err);
	platform->request = request;
	listed = pt_sim_grow(live->request, &live->cap, live->n + 1, sizeof(*listed));
	if (!listed)
		return pt_err_nomem(err);
	live->request = listed;
	return pt_sim_reserve_events(platform, 1, err);
}

int pt_platform_create(uint32_t *request_out, enum pt_refusal *refusal_out,
		       struct pt_platform *platform, const struct pt_id *version,
		       int64_t scheduled_ms, struct pt_err *err)
{
	struct pt_sim_request made = {
	    .state = PT_JOB_CREATED,
	    .sorted = true,
	    .created_ms = platform->now_ms,
	    .scheduled_ms = scheduled_ms - scheduled_ms % PT_SECOND_MS,
	    .activated_ms = PT_NEVER,
	    .base_ms = PT_NEVER,
	    .start_ms = PT_NEVER,
	    .end_ms = PT_NEVER,
	};
	struct pt_platform_version *pushed;
	struct pt_sim_live *live;
	int rc;

	*refusal_out = PT_REFUSAL_VERSION_UNKNOWN;
	if (!pt_sim_packages_find_version(&made.package, &made.version, &platform->packages,
					  version))
		return 0;
	pushed = pt_sim_request_version(platform, &made);
	*refusal_out = version_refusal(pushed);
	if (*refusal_out != PT_REFUSAL_NONE)
		return 0;
	live = &platform->live[made.package];
	rc = reserve_request(platform, live, err);
	if (rc < 0)
		return rc;
	if (pushed->first_ms == PT_NEVER)
		pushed->first_ms = platform->now_ms;
	*request_out = (uint32_t)platform->nrequest;
	live->request[live->n++] = *request_out;
	platform->request[platform->nrequest++] = made;
	return 0;
}

static int reserve_jobs(struct pt_platform *platform, struct pt_sim_request *request, size_t norg,
			struct pt_err *err)
{
	struct pt_sim_job *job =
	    pt_sim_grow(platform->job, &platform->job_cap, platform->njob + norg, sizeof(*job));
	uint32_t *listed;

	if (!job)
		return pt_err_nomem(err);
	platform->job = job;
	if (platform->njob + norg >= UINT32_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more push jobs than the platform can number");
	listed = pt_sim_grow(request->job, &request->cap, request->njob + norg, sizeof(*listed));
	if (!listed)
		return pt_err_nomem(err);
	request->job = listed;
	return pt_sim_reserve_events(platform, norg, err);
}

/* The org has a job in the request. A pair's jobs are few. */
static bool has_job(const struct pt_platform *platform, const struct pt_sim_pair *pair,
		    uint32_t request)
{
	for (uint32_t i = pair->last_job; i != PT_PLATFORM_NONE; i = platform->job[i].previous)
		if (platform->job[i].request == request)
			return true;
	return false;
}

static void append_job(struct pt_platform *platform, struct pt_sim_pair *pair, uint32_t number,
		       uint32_t org)
{
	struct pt_sim_request *request = &platform->request[number];
	uint32_t added = (uint32_t)platform->njob++;

	platform->job[added] = (struct pt_sim_job){
	    .org = org,
	    .request = number,
	    .previous = pair->last_job,
	    .lasts_ms = UINT32_MAX,
	    .state = PT_JOB_CREATED,
	};
	pair->last_job = added;
	if (request->njob > 0) {
		uint32_t before = platform->job[request->job[request->njob - 1]].org;

		if (platform->orgs.rank[before] > platform->orgs.rank[org])
			request->sorted = false;
	}
	request->job[request->njob++] = added;
	request->count[PT_JOB_CREATED]++;
}

static enum pt_platform_add add_job(struct pt_platform *platform, uint32_t number, uint32_t org)
{
	const struct pt_sim_request *request = &platform->request[number];
	struct pt_sim_pair *pair;

	if (org == PT_PLATFORM_NONE)
		return PT_PLATFORM_INELIGIBLE;
	pair = &platform->pair[pt_sim_pair_at(platform, org, request->package)];
	if (has_job(platform, pair, number))
		return PT_PLATFORM_DUPLICATE;
	if (pt_sim_ineligible(platform, org, request->package, request->version) != PT_CAUSE_NONE)
		return PT_PLATFORM_INELIGIBLE;
	append_job(platform, pair, number, org);
	return PT_PLATFORM_ADDED;
}

enum pt_platform_add pt_platform_try_job(const struct pt_platform *platform,
					 const struct pt_id *version_id, uint32_t request,
					 const struct pt_org_key *key)
{
	uint32_t package, version, org = pt_sim_orgs_find(&platform->orgs, key);

	if (org == PT_PLATFORM_NONE ||
	    !pt_sim_packages_find_version(&package, &version, &platform->packages, version_id))
		return PT_PLATFORM_INELIGIBLE;
	if (request != PT_PLATFORM_NONE &&
	    has_job(platform, &platform->pair[pt_sim_pair_at(platform, org, package)], request))
		return PT_PLATFORM_DUPLICATE;
	return pt_sim_ineligible(platform, org, package, version) == PT_CAUSE_NONE
		   ? PT_PLATFORM_ADDED
		   : PT_PLATFORM_INELIGIBLE;
}

int pt_platform_add_jobs(enum pt_platform_add *result_out, enum pt_refusal *refusal_out,
			 struct pt_platform *platform, uint32_t request,
			 const struct pt_org_key *org, size_t norg, struct pt_err *err)
{
	uint32_t place = 0;
	int rc;

	*refusal_out = PT_REFUSAL_ADD;
	if (platform->request[request].state != PT_JOB_CREATED)
		return 0;
	rc = reserve_jobs(platform, &platform->request[request], norg, err);
	if (rc < 0)
		return rc;
	*refusal_out = PT_REFUSAL_NONE;
	for (size_t i = 0; i < norg; i++)
		result_out[i] = add_job(platform, request,
					pt_sim_orgs_find_next(&platform->orgs, &org[i], &place));
	return 0;
}

void pt_sim_job_set(struct pt_platform *platform, struct pt_sim_job *job, enum pt_job_state state)
{
	struct pt_sim_request *request = &platform->request[job->request];

	request->count[job->state]--;
	request->count[state]++;
	job->state = (uint8_t)state;
}

void pt_sim_request_set(struct pt_platform *platform, struct pt_sim_request *request,
			enum pt_job_state state)
{
	request->state = state;
	for (size_t i = 0; i < request->njob; i++)
		pt_sim_job_set(platform, &platform->job[request->job[i]], state);
}

enum pt_refusal pt_platform_activate(struct pt_platform *platform, uint32_t number)
{
	struct pt_sim_request *request = &platform->request[number];
	int64_t due_ms = request->scheduled_ms;

	if (request->state != PT_JOB_CREATED)
		return PT_REFUSAL_ACTIVATE;
	if (due_ms < platform->now_ms)
		due_ms = platform->now_ms;
	request->activated_ms = platform->now_ms;
	request->base_ms =
	    due_ms + pt_sim_start_delay_ms(&platform->behaviour.start_delay,
					   pt_sim_request_version(platform, request)->draw,
					   request->scheduled_ms);
	pt_sim_request_set(platform, request, PT_JOB_PENDING);
	pt_sim_plan(platform, request->base_ms, PT_EVENT_REQUEST_START, request->package, number);
	return PT_REFUSAL_NONE;
}

enum pt_refusal pt_platform_cancel(struct pt_platform *platform, uint32_t number)
{
	struct pt_sim_request *request = &platform->request[number];

	if (request->state != PT_JOB_CREATED && request->state != PT_JOB_PENDING)
		return PT_REFUSAL_CANCEL;
	pt_sim_request_set(platform, request, PT_JOB_CANCELED);
	request->end_ms = platform->now_ms;
	return PT_REFUSAL_NONE;
}

uint32_t pt_platform_nrequest(const struct pt_platform *platform)
{
	return (uint32_t)platform->nrequest;
}

struct pt_platform_request pt_platform_request(const struct pt_platform *platform, uint32_t number)
{
	const struct pt_sim_request *request = &platform->request[number];
	struct pt_platform_request out = {
	    .id = pt_sim_id_numbered("0DV", number),
	    .package = request->package,
	    .version = request->version,
	    .state = request->state,
	    .created_ms = request->created_ms,
	    .scheduled_ms = request->scheduled_ms,
	    .activated_ms = request->activated_ms,
	    .start_ms = request->start_ms,
	    .end_ms = request->end_ms,
	    .njob = (uint32_t)request->njob,
	};

	memcpy(out.count, request->count, sizeof(out.count));
	return out;
}

bool pt_platform_find_request(uint32_t *out, const struct pt_platform *platform,
			      const struct pt_id *id)
{
	uint32_t number;

	if (!pt_sim_id_number(&number, "0DV", id) || number >= platform->nrequest)
		return false;
	*out = number;
	return true;
}

static int u64_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* By rank in the upper half and job number in the lower: one array of numbers to sort. */
static int sort_jobs(struct pt_platform *platform, struct pt_sim_request *request,
		     struct pt_err *err)
{
	uint64_t *order = malloc((request->njob + 1) * sizeof(*order));

	if (!order)
		return pt_err_nomem(err);
	for (size_t i = 0; i < request->njob; i++) {
		uint32_t job = request->job[i];

		order[i] = (uint64_t)platform->orgs.rank[platform->job[job].org] << 32 | job;
	}
	qsort(order, request->njob, sizeof(*order), u64_cmp);
	for (size_t i = 0; i < request->njob; i++)
		request->job[i] = (uint32_t)order[i];
	request->sorted = true;
	free(order);
	return 0;
}

int pt_platform_request_jobs(const uint32_t **out, size_t *n_out, struct pt_platform *platform,
			     uint32_t number, struct pt_err *err)
{
	struct pt_sim_request *request = &platform->request[number];
	int rc = request->sorted ? 0 : sort_jobs(platform, request, err);

	if (rc < 0)
		return rc;
	*out = request->job;
	*n_out = request->njob;
	return 0;
}

static bool may_be_live(const struct pt_sim_request *request)
{
	return !pt_job_terminal(request->state) || request->count[PT_JOB_CREATED] ||
	       request->count[PT_JOB_PENDING] || request->count[PT_JOB_IN_PROGRESS];
}

uint32_t pt_platform_last_job(const struct pt_platform *platform, uint32_t org, uint32_t package)
{
	return platform->pair[pt_sim_pair_at(platform, org, package)].last_job;
}

uint32_t pt_platform_previous_job(const struct pt_platform *platform, uint32_t job)
{
	return platform->job[job].previous;
}

bool pt_platform_live(const struct pt_platform *platform, uint32_t org, uint32_t package)
{
	uint32_t job = platform->pair[pt_sim_pair_at(platform, org, package)].last_job;

	while (job != PT_PLATFORM_NONE && pt_job_terminal(platform->job[job].state))
		job = platform->job[job].previous;
	return job != PT_PLATFORM_NONE;
}

/* Sets the bit of the rank of each org with a live job; returns how many bits were set. */
static size_t mark_live(uint64_t *marks, const struct pt_platform *platform,
			const struct pt_sim_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < request->njob; i++) {
		const struct pt_sim_job *job = &platform->job[request->job[i]];
		uint32_t rank = platform->orgs.rank[job->org];
		uint64_t bit = UINT64_C(1) << (rank % 64);

		if (pt_job_terminal(job->state) || (marks[rank / 64] & bit))
			continue;
		marks[rank / 64] |= bit;
		n++;
	}
	return n;
}

/* Drops the requests that are over, keeping the order of the others. */
static size_t mark_all_live(uint64_t *marks, struct pt_platform *platform, struct pt_sim_live *live)
{
	size_t kept = 0, n = 0;

	for (size_t i = 0; i < live->n; i++) {
		const struct pt_sim_request *request = &platform->request[live->request[i]];

		if (!may_be_live(request))
			continue;
		live->request[kept++] = live->request[i];
		n += mark_live(marks, platform, request);
	}
	live->n = kept;
	return n;
}

static void list_marked(uint32_t *out, const uint64_t *marks, const struct pt_platform *platform)
{
	for (uint32_t rank = 0; rank < platform->orgs.n; rank++) {
		if (rank % 64 == 0 && marks[rank / 64] == 0) {
			rank += 63;
			continue;
		}
		if (marks[rank / 64] >> (rank % 64) & 1)
			*out++ = platform->orgs.by_key[rank];
	}
}

int pt_platform_live_orgs(uint32_t **out, size_t *n_out, struct pt_platform *platform,
			  uint32_t package, struct pt_err *err)
{
	uint64_t *marks = calloc(platform->orgs.n / 64 + 1, sizeof(*marks));
	uint32_t *list = NULL;
	size_t n;
	int rc = 0;

	if (!marks)
		return pt_err_nomem(err);
	n = mark_all_live(marks, platform, &platform->live[package]);
	list = malloc((n + 1) * sizeof(*list));
	if (!list) {
		rc = pt_err_nomem(err);
		goto out;
	}
	list_marked(list, marks, platform);
	*out = list;
	*n_out = n;
out:
	free(marks);
	return rc;
}
