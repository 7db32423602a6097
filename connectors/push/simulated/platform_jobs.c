/* See platform.h. Here: jobs, from their start to their end, and what is said of them. */
#include "connectors/push/simulated/platform.h"

#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/simulated/ids.h"
#include "connectors/push/simulated/model.h"

enum { ATTEMPT_MAX = UINT8_MAX, QUICK = 8 };

enum pt_job_cause pt_sim_ineligible(const struct pt_platform *platform, uint32_t org,
				    uint32_t package, uint32_t version)
{
	size_t at = pt_sim_pair_at(platform, org, package);
	const struct pt_platform_version *versions = platform->packages.item[package].version;
	uint32_t installed = platform->pair[at].installed;

	if (!installed)
		return PT_CAUSE_UNINSTALLED;
	if (platform->orgs.item[org].status == PT_ORG_INACTIVE)
		return PT_CAUSE_INACTIVE;
	if (platform->flags[at] & PT_PAIR_BLOCKED)
		return PT_CAUSE_BLOCKED;
	if (versions[installed - 1].beta)
		return PT_CAUSE_BETA;
	return installed - 1 >= version ? PT_CAUSE_NOT_NEWER : PT_CAUSE_NONE;
}

/* The org has the base, at that version or above. */
static bool satisfied(const struct pt_platform *platform, uint32_t org,
		      const struct pt_sim_need *need)
{
	uint32_t installed = pt_platform_installed(platform, org, need->package);

	if (installed == PT_PLATFORM_NONE)
		return false;
	return pt_version_cmp(&platform->packages.item[need->package].version[installed].version,
			      &need->version) >= 0;
}

/* The first need of the version that the org does not satisfy; nneed when there is none. */
static uint32_t missing(const struct pt_platform *platform, uint32_t org,
			const struct pt_platform_version *version)
{
	uint32_t i = 0;

	while (i < version->nneed && satisfied(platform, org, &version->need[i]))
		i++;
	return i;
}

static bool arrived(const struct pt_platform *platform, const struct pt_sim_request *request,
		    uint32_t org)
{
	const struct pt_platform_version *version = pt_sim_request_version(platform, request);
	const struct pt_sim_orgs *orgs = &platform->orgs;
	int64_t after_ms = pt_sim_not_yet_ms(&platform->failures[request->package], version->draw,
					     orgs->instance[orgs->item[org].instance].draw);

	return platform->now_ms >= version->first_ms + after_ms;
}

/* Looks at the org as it is now; what is in the way becomes the job's cause. */
static void check(struct pt_platform *platform, struct pt_sim_job *job)
{
	const struct pt_sim_request *request = &platform->request[job->request];
	const struct pt_platform_version *version = pt_sim_request_version(platform, request);
	uint32_t need;

	job->cause =
	    (uint8_t)pt_sim_ineligible(platform, job->org, request->package, request->version);
	if (job->cause != PT_CAUSE_NONE)
		return;
	if (!arrived(platform, request, job->org)) {
		job->cause = PT_CAUSE_NOT_YET;
		return;
	}
	need = missing(platform, job->org, version);
	if (need < version->nneed) {
		job->cause = PT_CAUSE_DEPENDENCY;
		job->need = (uint8_t)need;
	}
}

/* Canceled ones never started, so a push that is made again meets the same luck. */
static bool started(const struct pt_sim_job *job)
{
	return job->state >= PT_JOB_IN_PROGRESS && job->state != PT_JOB_CANCELED;
}

/* How many jobs of the org for that version started before this one, which has not yet. */
static uint8_t attempts(const struct pt_platform *platform, const struct pt_sim_job *job)
{
	const struct pt_sim_request *request = &platform->request[job->request];
	uint32_t i = platform->pair[pt_sim_pair_at(platform, job->org, request->package)].last_job;
	uint32_t n = 0;

	for (; i != PT_PLATFORM_NONE && n < ATTEMPT_MAX; i = platform->job[i].previous) {
		const struct pt_sim_job *other = &platform->job[i];

		if (started(other) && platform->request[other->request].version == request->version)
			n++;
	}
	return (uint8_t)n;
}

static uint64_t attempt_key(const struct pt_platform *platform, const struct pt_sim_job *job)
{
	const struct pt_sim_request *request = &platform->request[job->request];

	return pt_sim_attempt_key(platform->orgs.item[job->org].draw,
				  pt_sim_request_version(platform, request)->draw, job->attempt);
}

static void settle_request(struct pt_platform *platform, struct pt_sim_request *request)
{
	const uint32_t *count = request->count;

	if (count[PT_JOB_FAILED])
		request->state = PT_JOB_FAILED;
	if (count[PT_JOB_PENDING] || count[PT_JOB_IN_PROGRESS])
		return;
	request->end_ms = platform->now_ms;
	if (!count[PT_JOB_FAILED])
		request->state = PT_JOB_SUCCEEDED;
}

void pt_sim_on_request_start(struct pt_platform *platform, uint32_t number)
{
	struct pt_sim_request *request = &platform->request[number];

	if (request->state != PT_JOB_PENDING)
		return;
	if (request->njob == 0) {
		request->start_ms = platform->now_ms;
		settle_request(platform, request);
		return;
	}
	for (size_t i = 0; i < request->njob; i++) {
		struct pt_sim_job *job = &platform->job[request->job[i]];

		job->attempt = attempts(platform, job);
		job->delay_ms = (uint32_t)pt_sim_length_ms(
		    &platform->behaviour.job_delay, PT_SIM_JOB_DELAY, attempt_key(platform, job));
		pt_sim_plan(platform, request->base_ms + job->delay_ms, PT_EVENT_JOB_START,
			    request->package, request->job[i]);
	}
}

/* How long the job will last; UINT32_MAX: it hangs for good. */
static uint32_t draw_length(const struct pt_platform *platform, struct pt_sim_job *job,
			    const struct pt_sim_failures *failures)
{
	uint64_t key = attempt_key(platform, job);
	int64_t lasts_ms =
	    pt_sim_length_ms(&platform->behaviour.job_duration, PT_SIM_JOB_DURATION, key);

	if (job->cause != PT_CAUSE_NONE)
		return (uint32_t)(lasts_ms / QUICK);
	if (!pt_sim_stuck(failures, key))
		return (uint32_t)lasts_ms;
	if (failures->stuck_for.max_ms == 0)
		return UINT32_MAX;
	job->cause = PT_CAUSE_HUNG;
	return (uint32_t)pt_sim_length_ms(&failures->stuck_for, PT_SIM_STUCK_FOR, key);
}

void pt_sim_on_job_start(struct pt_platform *platform, uint32_t number)
{
	struct pt_sim_job *job = &platform->job[number];
	struct pt_sim_request *request = &platform->request[job->request];

	if (job->state != PT_JOB_PENDING)
		return;
	if (request->state == PT_JOB_PENDING) {
		request->state = PT_JOB_IN_PROGRESS;
		request->start_ms = platform->now_ms;
	}
	job->attempt = attempts(platform, job);
	pt_sim_job_set(platform, job, PT_JOB_IN_PROGRESS);
	check(platform, job);
	job->lasts_ms = draw_length(platform, job, &platform->failures[request->package]);
	if (job->lasts_ms != UINT32_MAX)
		pt_sim_plan(platform, platform->now_ms + job->lasts_ms, PT_EVENT_JOB_END,
			    request->package, number);
}

static void draw_cause(const struct pt_platform *platform, struct pt_sim_job *job,
		       const struct pt_sim_request *request)
{
	const struct pt_sim_failures *failures = &platform->failures[request->package];

	job->cause = (uint8_t)pt_sim_permanent(failures, platform->orgs.item[job->org].draw,
					       platform->packages.item[request->package].draw);
	if (job->cause == PT_CAUSE_NONE)
		job->cause = (uint8_t)pt_sim_transient(failures, attempt_key(platform, job));
}

/* The record never goes back, nor beyond what the org has. */
static void record(struct pt_platform *platform, struct pt_sim_pair *pair, uint32_t version)
{
	if (version > pair->installed || version <= pair->recorded)
		return;
	pair->recorded = (uint16_t)version;
	pt_sim_touch(platform, (size_t)(pair - platform->pair));
}

/* The new version is there; its record may follow later. */
static void install(struct pt_platform *platform, const struct pt_sim_request *request,
		    uint32_t number)
{
	const struct pt_sim_job *job = &platform->job[number];
	struct pt_sim_pair *pair =
	    &platform->pair[pt_sim_pair_at(platform, job->org, request->package)];
	int64_t lag_ms = pt_sim_length_ms(&platform->behaviour.record_lag, PT_SIM_RECORD_LAG,
					  attempt_key(platform, job));

	pair->installed = (uint16_t)(request->version + 1);
	if (lag_ms == 0)
		record(platform, pair, request->version + 1);
	else
		pt_sim_plan(platform, platform->now_ms + lag_ms, PT_EVENT_RECORD, request->package,
			    number);
}

void pt_sim_on_job_end(struct pt_platform *platform, uint32_t number)
{
	struct pt_sim_job *job = &platform->job[number];
	struct pt_sim_request *request = &platform->request[job->request];

	if (job->cause == PT_CAUSE_NONE)
		check(platform, job);
	if (job->cause == PT_CAUSE_NONE)
		draw_cause(platform, job, request);
	if (job->cause == PT_CAUSE_NONE)
		install(platform, request, number);
	pt_sim_job_set(platform, job,
		       job->cause == PT_CAUSE_NONE ? PT_JOB_SUCCEEDED : PT_JOB_FAILED);
	settle_request(platform, request);
}

void pt_sim_on_record(struct pt_platform *platform, uint32_t number)
{
	const struct pt_sim_job *job = &platform->job[number];
	const struct pt_sim_request *request = &platform->request[job->request];
	struct pt_sim_pair *pair =
	    &platform->pair[pt_sim_pair_at(platform, job->org, request->package)];

	record(platform, pair, request->version + 1);
}

uint32_t pt_platform_njob(const struct pt_platform *platform)
{
	return (uint32_t)platform->njob;
}

struct pt_platform_job pt_platform_job(const struct pt_platform *platform, uint32_t number)
{
	const struct pt_sim_job *job = &platform->job[number];
	struct pt_platform_job out = {
	    .id = pt_sim_id_numbered("0DX", number),
	    .request = job->request,
	    .org = job->org,
	    .state = (enum pt_job_state)job->state,
	    .start_ms = PT_NEVER,
	    .end_ms = PT_NEVER,
	};

	if (!started(job))
		return out;
	out.attempt = job->attempt;
	out.start_ms = platform->request[job->request].base_ms + job->delay_ms;
	if (pt_job_terminal(out.state))
		out.end_ms = out.start_ms + job->lasts_ms;
	if (out.state == PT_JOB_FAILED)
		out.cause = (enum pt_job_cause)job->cause;
	return out;
}

uint32_t pt_platform_job_org(enum pt_job_state *state_out, const struct pt_platform *platform,
			     uint32_t number)
{
	*state_out = (enum pt_job_state)platform->job[number].state;
	return platform->job[number].org;
}

bool pt_platform_find_job(uint32_t *out, const struct pt_platform *platform, const struct pt_id *id)
{
	uint32_t number;

	if (!pt_sim_id_number(&number, "0DX", id) || number >= platform->njob)
		return false;
	*out = number;
	return true;
}

static struct pt_sim_failed failed(const struct pt_platform *platform, const struct pt_sim_job *job)
{
	const struct pt_sim_request *request = &platform->request[job->request];
	const struct pt_sim_orgs *orgs = &platform->orgs;
	struct pt_sim_failed out = {
	    .cause = (enum pt_job_cause)job->cause,
	    .package = &platform->packages.item[request->package],
	    .instance = orgs->instance[orgs->item[job->org].instance].name,
	    .key = attempt_key(platform, job),
	};

	if (out.cause == PT_CAUSE_DEPENDENCY) {
		const struct pt_sim_need *need =
		    &pt_sim_request_version(platform, request)->need[job->need];

		out.base = &platform->packages.item[need->package];
		out.base_version = &need->version;
	}
	return out;
}

uint32_t pt_platform_nerror(const struct pt_platform *platform, uint32_t number)
{
	const struct pt_sim_job *job = &platform->job[number];
	struct pt_sim_failed about;

	if (job->state != PT_JOB_FAILED)
		return 0;
	about = failed(platform, job);
	return pt_sim_error_count(&about);
}

void pt_platform_error(struct pt_sim_error *out, const struct pt_platform *platform,
		       uint32_t number, uint32_t i)
{
	struct pt_sim_failed about = failed(platform, &platform->job[number]);

	pt_sim_error_write(out, &about, i);
}
