/* What people must say before a stage begins, and what its gate must. See auditor.h. */
#include "tests/simulation/harness/auditor_internal.h"

bool sim_audit_approved(const struct sim_auditor *a, uint32_t stage)
{
	return !sim_scene_wants_approval(a->c, stage) || a->word[stage].approved;
}

uint8_t stages_approved(const struct sim_auditor *a)
{
	uint8_t bits = 0;

	for (uint32_t s = 0; s < a->c->knob[KNOB_STAGES] && sim_audit_approved(a, s); s++)
		bits |= (uint8_t)(1U << s);
	return bits;
}

void sim_audit_asks(struct sim_auditor *a, uint32_t stage, int64_t at_ms)
{
	struct sim_word *word = &a->word[stage];

	if (sim_audit_approved(a, stage))
		sim_violation(a, "promise 6: stage %u asks for an approval that it has", stage);
	word->asks = true;
	word->asks_ms = at_ms;
}

/* A no counts as long as a yes would; after it only a yes to the halted run does, or to a new
   question. */
void sim_audit_says(struct sim_auditor *a, uint32_t stage, bool yes, bool allowed, int64_t at_ms)
{
	struct sim_word *word = &a->word[stage];
	uint32_t within = a->c->knob[KNOB_WITHIN];
	bool in_time = word->asks && at_ms >= word->asks_ms &&
		       (!within || at_ms < word->asks_ms + within * PT_HOUR_MS);
	bool begun = sim_audit_approved(a, stage);

	if (!allowed)
		return;
	if (word->halted && begun)
		word->excused = yes;
	if (begun || !(in_time || word->halted))
		return;
	word->asks = false;
	word->approved = yes;
}

void sim_audit_halted_at(struct sim_auditor *a, uint32_t stage)
{
	a->word[stage].asks = false;
	a->word[stage].halted = true;
	a->word[stage].held = false;
}

void sim_audit_goes_on(struct sim_auditor *a)
{
	for (uint32_t s = 0; s < SIM_STAGES; s++)
		a->word[s].halted = false;
}

void sim_audit_checked(struct sim_auditor *a, uint32_t stage, bool holds)
{
	a->word[stage].held = holds;
}

void judge_words(struct sim_auditor *a, uint32_t request, uint8_t stage)
{
	if (!(stages_approved(a) >> stage & 1))
		sim_violation(a, "promise 6: a job of stage %u, which was not approved", stage);
	else if (!(a->approved[request] >> stage & 1))
		sim_violation(a, "promise 6: a request of stage %u was made before its approval",
			      stage);
}

/* Of a stage's pushes: how they ended as far as they did, and what there was at most. */
struct ends {
	uint32_t good, bad, permanent, eligible;
	bool unknown; /* of some it is a matter of moments whether their end was learnt */
};

/* It took longer than the run waits. */
static bool hung(const struct sim_auditor *a, const struct pt_platform_job *job)
{
	struct pt_platform_request request = pt_platform_request(a->platform, job->request);
	int64_t end_ms =
	    pt_job_terminal(job->state) ? job->end_ms : pt_platform_now_ms(a->platform);

	return end_ms != PT_NEVER &&
	       end_ms - request.scheduled_ms >= a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;
}

static void count_ends(struct ends *out, const struct sim_auditor *a, uint32_t stage)
{
	*out = (struct ends){0};
	for (uint32_t o = 0; o < a->norg; o++) {
		for (uint32_t p = 0; p < a->npackage && stage_of(a, o) == stage; p++) {
			uint32_t job = pt_platform_last_job(a->platform, o, p);

			out->eligible +=
			    pt_platform_installed(a->platform, o, p) != PT_PLATFORM_NONE;
			if (job == PT_PLATFORM_NONE || !job_ours(a, job))
				continue;
			struct pt_platform_job record = pt_platform_job(a->platform, job);

			out->unknown |= hung(a, &record);
			out->good += record.state == PT_JOB_SUCCEEDED;
			out->bad += record.state == PT_JOB_FAILED &&
				    record.cause != PT_CAUSE_INACTIVE &&
				    record.cause != PT_CAUSE_UNINSTALLED;
			out->permanent +=
			    record.state == PT_JOB_FAILED && cause_is_permanent(record.cause);
		}
	}
}

static void judge_gate(struct sim_auditor *a, uint32_t stage)
{
	uint32_t asked = a->c->knob[KNOB_GATE], most = a->c->knob[KNOB_CLASSES];
	struct ends ends;

	count_ends(&ends, a, stage);
	if (ends.unknown)
		return;
	if ((ends.good + ends.bad) && ends.good * 100 < asked * (ends.good + ends.bad))
		sim_violation(a, "promise 5: stage %u is passed after %u of %u, the gate is %u%%",
			      stage, ends.good, ends.good + ends.bad, asked);
	if (ends.permanent * 100 > most * ends.eligible)
		sim_violation(a,
			      "promise 5: stage %u is passed after %u permanent failures of %u "
			      "pushes, the gate is %u%%",
			      stage, ends.permanent, ends.eligible, most);
}

static bool anyone_disturbed(const struct sim_auditor *a)
{
	for (uint32_t o = 0; o < a->norg; o++) {
		if (a->disturbed[o])
			return true;
	}
	return false;
}

void judge_gates(struct sim_auditor *a, uint8_t stage)
{
	/* Of its drift it was, not of its gate. */
	a->word[stage].excused = false;
	for (uint32_t s = 0; s < stage; s++) {
		if (a->word[s].excused)
			continue;
		if (a->c->knob[KNOB_CHECK] && !a->word[s].held)
			sim_violation(
			    a,
			    "promise 5: stage %u begins, and the check of stage %u did not "
			    "hold",
			    stage, s);
		if (s + 1 == stage && !anyone_disturbed(a))
			judge_gate(a, s);
	}
}
