/* See agreement.h. */
#include "tests/simulation/harness/agreement.h"

#include <stdlib.h>

#include "tests/simulation/harness/auditor_internal.h"

struct sim_pairs *sim_pairs_of(const struct pt_context *c)
{
	uint32_t norg = pt_inventory_norg(c->inventory), n = (uint32_t)c->train->npackage;
	struct sim_pairs *out = calloc(1, sizeof(*out) + (size_t)n * norg * sizeof(out->pair[0]));

	if (!out)
		return NULL;
	out->norg = norg;
	out->npackage = n;
	for (uint32_t p = 0; p < n; p++) {
		for (uint32_t org = 0; org < norg; org++)
			out->pair[p * norg + org] = *pt_engine_pair(c->engine, p, org);
	}
	return out;
}

static void same_pair(struct sim_auditor *a, const struct pt_pair *was, const struct pt_pair *is,
		      uint32_t package, uint32_t org)
{
	if (was->state != is->state || was->npush != is->npush ||
	    (was->state == PT_PAIR_FAILED && was->class_ != is->class_))
		sim_violation(a, "promise 3: p%u of org %u was in state %u, the journal says %u",
			      package, org, was->state, is->state);
}

/* A job of ours brought it. */
static bool brought(const struct sim_auditor *a, uint32_t org, uint32_t package)
{
	for (uint32_t job = pt_platform_last_job(a->platform, org, package);
	     job != PT_PLATFORM_NONE; job = pt_platform_previous_job(a->platform, job)) {
		if (job_ours(a, job) && pt_platform_job(a->platform, job).state == PT_JOB_SUCCEEDED)
			return true;
	}
	return false;
}

/* Its last job ended, but not in time. */
static bool took_too_long(const struct sim_auditor *a, uint32_t org, uint32_t package)
{
	struct pt_platform_job job =
	    pt_platform_job(a->platform, pt_platform_last_job(a->platform, org, package));
	struct pt_platform_request request = pt_platform_request(a->platform, job.request);

	return job.end_ms != PT_NEVER &&
	       job.end_ms - request.activated_ms > a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;
}

static void agrees(struct sim_auditor *a, const struct pt_pair *pair, uint32_t package,
		   uint32_t org)
{
	uint32_t has = pt_platform_installed(a->platform, org, package);
	bool there = has != PT_PLATFORM_NONE && has >= a->target, ours = brought(a, org, package);

	if (a->disturbed[org])
		return;
	if (pair->state == PT_PAIR_AT_TARGET && !there)
		sim_violation(a, "promise 7: the journal says that org %u has p%u; it has not", org,
			      package);
	if (ours && pair->state != PT_PAIR_AT_TARGET && !a->aborted && !a->left_out[org] &&
	    !(pair->state == PT_PAIR_UNKNOWN && took_too_long(a, org, package)))
		sim_violation(a,
			      "promise 7: a job brought p%u to org %u; in the journal its state "
			      "is %u",
			      package, org, pair->state);
	if (pair->state == PT_PAIR_IN_FLIGHT && !a->aborted)
		sim_violation(a, "promise 7: the run has ended, and p%u of org %u is in flight",
			      package, org);
}

struct known {
	struct sim_auditor *a;
	int64_t run;
	bool *request; /* by request of the platform: the journal has it */
};

static int take_request(void *context, const void *row, struct pt_err *err)
{
	const struct pt_request_row *request = row;
	struct known *known = context;
	struct pt_id id = {.text = ""};
	uint32_t number;

	(void)err;
	for (size_t i = 0; request->id && request->id[i] && i < sizeof(id.text) - 1; i++)
		id.text[i] = request->id[i];
	if (id.text[0] && pt_platform_find_request(&number, known->a->platform, &id) &&
	    number < known->a->nrequest)
		known->request[number] = true;
	return 0;
}

/* Every request of ours with jobs in it is one that the journal knows. */
static void requests_known(struct sim_auditor *a, const struct pt_journal *journal)
{
	struct known known = {.a = a, .run = journal->run};

	known.request = calloc(a->nrequest + 1U, sizeof(*known.request));
	if (!known.request ||
	    journal->store->ops->each(journal->store, PT_ROWS_REQUEST, &journal->run, 1,
				      take_request, &known, NULL) < 0) {
		a->failed = true;
		free(known.request);
		return;
	}
	for (uint32_t i = 0; i < a->nrequest; i++) {
		struct pt_platform_request r = pt_platform_request(a->platform, i);

		if (a->ours[i] == SIM_OURS && r.njob && !known.request[i])
			sim_violation(a,
				      "promise 3: a request of p%u with %u jobs is not in the "
				      "journal",
				      r.package, r.njob);
	}
	free(known.request);
}

static void adds_up(struct sim_auditor *a, const struct pt_context *c)
{
	for (uint32_t s = 0; s < c->conf.nstage; s++) {
		for (uint32_t p = 0; p < a->npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, c->engine, s, p);
			if (!pt_tally_adds_up(&figures.tally))
				sim_violation(a, "promise 7: p%u of stage %u does not add up", p,
					      s);
		}
	}
}

void sim_agree(struct sim_auditor *a, const struct pt_context *c, const struct pt_journal *journal,
	       struct pt_platform *platform, const struct sim_pairs *before)
{
	if (pt_inventory_norg(c->inventory) != before->norg) {
		sim_violation(a, "promise 3: the journal has another number of orgs");
		return;
	}
	for (uint32_t p = 0; p < before->npackage; p++) {
		for (uint32_t i = 0; i < before->norg; i++) {
			const struct pt_pair *pair = pt_engine_pair(c->engine, p, i);
			const struct pt_org_key *key = &pt_inventory_org(c->inventory, i)->key;

			same_pair(a, &before->pair[p * before->norg + i], pair, p, i);
			agrees(a, pair, p, pt_platform_find_org(platform, key));
		}
	}
	requests_known(a, journal);
	adds_up(a, c);
}
