/* At the end of the run: what is left of it on the platform. See auditor.h. */
#include "tests/simulation/harness/auditor_internal.h"

/* What stands between an abort and the platform: some tries, an answer that is lost; or no calls
 * left. */
static const int64_t ABORT_TAKES_MS = PT_HOUR_MS;

static bool started_after_abort(const struct sim_auditor *a, const struct pt_platform_request *r)
{
	return a->aborted && !a->c->knob[KNOB_ALLOWANCE] && r->njob && r->start_ms != PT_NEVER &&
	       r->start_ms > a->aborted_ms + ABORT_TAKES_MS;
}

static void judge_requests(struct sim_auditor *a, bool aborted)
{
	int64_t timeout_ms = a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;

	for (uint32_t i = 0; i < a->nrequest; i++) {
		struct pt_platform_request r = pt_platform_request(a->platform, i);

		if (a->ours[i] != SIM_OURS)
			continue;
		if (started_after_abort(a, &r))
			sim_violation(a, "promise 5: a request of p%u started long after the abort",
				      r.package);
		if (r.state == PT_JOB_CREATED)
			sim_violation(a, "promise 3: a request of p%u is left Created", r.package);
		else if (r.state == PT_JOB_PENDING && aborted)
			sim_violation(a,
				      "promise 5: a request of p%u is left Pending after an "
				      "abort",
				      r.package);
		else if (!pt_job_terminal(r.state) && !aborted &&
			 pt_platform_now_ms(a->platform) < r.scheduled_ms + timeout_ms)
			sim_violation(a, "the run ended while a request of p%u was under way",
				      r.package);
	}
}

/* What failed for good, what hung, and how often the rest failed. */
struct past {
	bool permanent, hung, foreign;
	uint32_t nfail;
};

static void look_back(struct past *past, const struct sim_auditor *a, uint32_t org,
		      uint32_t package)
{
	int64_t timeout_ms = a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;

	for (uint32_t job = pt_platform_last_job(a->platform, org, package);
	     job != PT_PLATFORM_NONE; job = pt_platform_previous_job(a->platform, job)) {
		struct pt_platform_job record = pt_platform_job(a->platform, job);
		struct pt_platform_request request =
		    pt_platform_request(a->platform, record.request);
		int64_t end_ms =
		    pt_job_terminal(record.state) ? record.end_ms : pt_platform_now_ms(a->platform);

		past->foreign |= !job_ours(a, job);
		past->permanent |= cause_is_permanent(record.cause);
		past->hung |= end_ms != PT_NEVER && end_ms - request.scheduled_ms >= timeout_ms;
		past->nfail += record.state == PT_JOB_FAILED;
	}
}

/* The packages that a package needs, and itself. */
static uint32_t path_of(const struct sim_auditor *a, uint32_t package)
{
	uint32_t set = 1U << package;

	for (uint32_t p = package + 1; p-- > 0;) {
		if (set >> p & 1)
			set |= a->c->needs[p];
	}
	return set;
}

/* Its production org is inactive, or was at some time: the suite excludes it with that one. */
static bool follows_inactive(const struct sim_auditor *a, uint32_t org)
{
	uint32_t parent = parent_of(a, org);

	return parent != PT_PLATFORM_NONE &&
	       (a->disturbed[parent] ||
		pt_platform_org(a->platform, parent).status == PT_ORG_INACTIVE);
}

/* Why nobody can expect the org to have it; NULL: it should. */
static const char *excuse(const struct sim_auditor *a, uint32_t org, uint32_t package)
{
	uint32_t path = path_of(a, package);
	struct past past = {0};

	if (a->disturbed[org] || a->left_out[org] || is_in_file(a, org) ||
	    follows_inactive(a, org) || pt_platform_org(a->platform, org).status == PT_ORG_INACTIVE)
		return "left out";
	for (uint32_t p = 0; p <= package; p++) {
		struct pt_platform_record record;

		if (!(path >> p & 1))
			continue;
		if (!pt_platform_record(&record, a->platform, org, p) || !record.installed)
			return "it lacks a base";
		if (record.blocked)
			return "it has opted out";
		look_back(&past, a, org, p);
	}
	if (past.permanent || past.hung || past.foreign)
		return "a job failed for good, hung, or was somebody else's";
	return past.nfail > a->c->knob[KNOB_PASSES] ? "more failures than passes" : NULL;
}

static void judge_convergence(struct sim_auditor *a)
{
	for (uint32_t org = 0; org < a->norg; org++) {
		for (uint32_t p = 0; p < a->npackage; p++) {
			uint32_t has = pt_platform_installed(a->platform, org, p);

			if (has == PT_PLATFORM_NONE || has >= a->target || excuse(a, org, p))
				continue;
			sim_violation(a,
				      "promise 4: org %u does not have p%u, and nothing "
				      "explains it",
				      org, p);
		}
	}
}

void sim_audit_end(struct sim_auditor *a, bool aborted)
{
	judge_requests(a, aborted);
	judge_hours(a);
	if (!aborted && !a->halted)
		judge_convergence(a);
}
