/*
 * Windows, blackouts and what they do to waves, worked out from the case alone: every
 * opening of every day, less the blackouts. See auditor.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "tests/simulation/harness/auditor_internal.h"

enum { DAYS_BEFORE = 40, DAYS = 460 };

/* While orgs and jobs are read what was looked at grows old: so much of the slack may be gone. */
static const int64_t FRESH_MS = 15 * PT_MINUTE_MS;

/* A poll that is due, one that is under way, the call that cancels: what is still Pending then is
   canceled by so long after the end. */
static const int64_t CANCEL_TAKES_MS = 3 * PT_MINUTE_MS;

/* Answers that are lost, looks that find nothing yet, and tries. */
static const int64_t TROUBLE_LASTS_MS = PT_HOUR_MS;

static bool add_span(struct sim_hours *hours, int64_t from_ms, int64_t to_ms)
{
	struct sim_span *grown = realloc(hours->open, (hours->n + 1) * sizeof(*grown));

	if (!grown)
		return false;
	hours->open = grown;
	if (from_ms < to_ms)
		hours->open[hours->n++] = (struct sim_span){from_ms, to_ms};
	return true;
}

/* Each day's opening, by the clocks of the zone. */
static bool open_window(struct sim_hours *hours, const struct sim_case *c, const char *zone_name)
{
	uint32_t opens = sim_scene_opens(c), closes = sim_scene_closes(c);
	int64_t first_day = sim_scene_start_ms(c) / PT_DAY_MS - DAYS_BEFORE;
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	struct pt_err err = PT_ERR_INIT;
	bool good = pt_zone_open(&zone, zone_name, &err) == 0;

	for (int64_t day = first_day; good && day < first_day + DAYS; day++) {
		struct pt_civil from = pt_civil_of_ms(day * PT_DAY_MS + opens * PT_MINUTE_MS);
		struct pt_civil to =
		    pt_civil_of_ms((day + (closes <= opens)) * PT_DAY_MS + closes * PT_MINUTE_MS);

		good = add_span(hours, pt_zone_resolve(zone, &from, PT_ZONE_FIRST),
				pt_zone_resolve(zone, &to, PT_ZONE_FIRST));
	}
	return good;
}

/* What is left of them. */
static bool close_blackout(struct sim_hours *hours, const struct sim_span *blackout)
{
	struct sim_hours left = {.open = NULL};
	bool good = add_span(&left, 0, 0);

	for (size_t i = 0; good && i < hours->n; i++) {
		struct sim_span was = hours->open[i];
		int64_t before = was.to_ms < blackout->from_ms ? was.to_ms : blackout->from_ms;
		int64_t after = was.from_ms > blackout->to_ms ? was.from_ms : blackout->to_ms;

		good = add_span(&left, was.from_ms, before) && add_span(&left, after, was.to_ms);
	}
	free(hours->open);
	*hours = left;
	return good;
}

bool hours_make(struct sim_auditor *a)
{
	int64_t start_ms = sim_scene_start_ms(a->c);
	struct sim_span blackout;
	bool good = true;

	for (uint32_t s = 0; s < a->c->knob[KNOB_STAGES]; s++) {
		for (uint32_t z = 0; good && z < sim_scene_nzone(a->c, s); z++) {
			struct sim_hours *hours = &a->hours[s][z];

			good = sim_scene_has_window(a->c, s)
				   ? open_window(hours, a->c, sim_scene_zone_name(a->c, s, z))
				   : add_span(hours, start_ms - DAYS_BEFORE * PT_DAY_MS,
					      start_ms + DAYS * PT_DAY_MS);
			for (uint32_t i = 0; good && sim_scene_blackout(&blackout, a->c, i); i++)
				good = close_blackout(hours, &blackout);
		}
	}
	return good;
}

void hours_free(struct sim_auditor *a)
{
	for (uint32_t s = 0; s < SIM_STAGES; s++) {
		for (uint32_t z = 0; z < SIM_ZONES; z++)
			free(a->hours[s][z].open);
	}
}

/* The first moment from then on at which something may start, that long before the end. */
static int64_t next_start(const struct sim_hours *hours, int64_t at_ms, int64_t slack_ms)
{
	for (size_t i = 0; i < hours->n; i++) {
		struct sim_span open = hours->open[i];
		int64_t start_ms = open.from_ms > at_ms ? open.from_ms : at_ms;

		if (start_ms < open.to_ms && start_ms + slack_ms <= open.to_ms)
			return start_ms;
	}
	return PT_NEVER;
}

/* The end of the hours that moment lies in; PT_NEVER: it lies in none. */
static int64_t end_of(const struct sim_hours *hours, int64_t at_ms)
{
	for (size_t i = 0; i < hours->n; i++) {
		if (hours->open[i].from_ms <= at_ms && at_ms < hours->open[i].to_ms)
			return hours->open[i].to_ms;
	}
	return PT_NEVER;
}

static const struct sim_hours *hours_of(const struct sim_auditor *a, uint32_t org)
{
	struct pt_platform_org record = pt_platform_org(a->platform, org);
	uint8_t stage = stage_of(a, org);

	return &a->hours[stage][sim_scene_zone(a->c, stage, record.instance)];
}

/* Its jobs; how many. */
static size_t jobs_of(const uint32_t **out, struct sim_auditor *a, uint32_t request)
{
	size_t n = 0;

	if (pt_platform_request_jobs(out, &n, a->platform, request, NULL) < 0)
		a->failed = true;
	return n;
}

void judge_activation(struct sim_auditor *a, uint32_t request, int64_t now_ms)
{
	struct pt_platform_request r = pt_platform_request(a->platform, request);
	int64_t start_ms = r.scheduled_ms > now_ms ? r.scheduled_ms : now_ms;
	int64_t slack_ms = a->c->knob[KNOB_SLACK] * PT_MINUTE_MS - FRESH_MS;
	char when[PT_INSTANT_TEXT];
	const uint32_t *job = NULL;
	size_t njob = jobs_of(&job, a, request);

	for (size_t i = 0; i < njob; i++) {
		uint32_t org = pt_platform_job(a->platform, job[i]).org;

		if (next_start(hours_of(a, org), start_ms, slack_ms > 0 ? slack_ms : 0) == start_ms)
			continue;
		sim_violation(a,
			      "hours: p%u of org %u is activated to start at %s, outside the hours "
			      "or too near to their end",
			      r.package, org, pt_instant_text(when, start_ms));
		return;
	}
}

/* When the hours end in which it is to start; PT_NEVER: it has no jobs, or starts in none. */
static int64_t end_for(struct sim_auditor *a, uint32_t request)
{
	struct pt_platform_request r = pt_platform_request(a->platform, request);
	const uint32_t *job = NULL;
	size_t njob = jobs_of(&job, a, request);

	if (!njob || r.activated_ms == PT_NEVER)
		return PT_NEVER;
	return end_of(hours_of(a, pt_platform_job(a->platform, job[0]).org),
		      r.scheduled_ms > r.activated_ms ? r.scheduled_ms : r.activated_ms);
}

void hours_seen_pending(struct sim_auditor *a, uint32_t request, int64_t at_ms)
{
	if (request < a->nrequest && at_ms >= end_for(a, request))
		a->seen_pending[request] = true;
}

static bool anyone_left_out(struct sim_auditor *a, uint32_t request)
{
	const uint32_t *job = NULL;
	size_t njob = jobs_of(&job, a, request);
	bool any = false;

	for (size_t i = 0; i < njob; i++)
		any |= a->left_out[pt_platform_job(a->platform, job[i]).org];
	return any;
}

/* Nobody was left out of it, and its hours have not ended. */
void judge_cancel(struct sim_auditor *a, uint32_t request, int64_t now_ms)
{
	int64_t end_ms = a->ours[request] == SIM_OURS ? end_for(a, request) : PT_NEVER;

	a->ncanceled_early += end_ms != PT_NEVER && now_ms < end_ms &&
			      pt_platform_request(a->platform, request).state == PT_JOB_PENDING &&
			      !anyone_left_out(a, request);
}

/* The platform started it after this process had seen it wait when its hours were over. */
static bool started_late(struct sim_auditor *a, uint32_t request)
{
	struct pt_platform_request r = pt_platform_request(a->platform, request);

	return a->ours[request] == SIM_OURS && a->seen_pending[request] && r.start_ms != PT_NEVER &&
	       !anyone_left_out(a, request);
}

void sim_audit_unhalted(struct sim_auditor *a)
{
	uint32_t nlate[SIM_PACKAGES] = {0};

	if (a->aborted)
		return;
	if (a->ncanceled_early)
		sim_violation(a, "hours: %u requests were canceled within their hours",
			      a->ncanceled_early);
	for (uint32_t i = 0; i < a->nrequest; i++)
		nlate[pt_platform_request(a->platform, i).package] += started_late(a, i);
	for (uint32_t p = 0; p < a->npackage; p++) {
		if (nlate[p] > a->nlate[p])
			sim_violation(a,
				      "hours: %u requests of p%u were started late, and %u times "
				      "it was said",
				      nlate[p], p, a->nlate[p]);
	}
}

void sim_audit_trouble(struct sim_auditor *a, int64_t from_ms, int64_t to_ms)
{
	struct sim_span *grown = realloc(a->trouble, (a->ntrouble + 1) * sizeof(*grown));

	if (!grown) {
		a->failed = true;
		return;
	}
	a->trouble = grown;
	a->trouble[a->ntrouble++] = (struct sim_span){from_ms, to_ms};
}

/* Something may have kept the run from doing what was due at that time. */
static bool in_trouble(const struct sim_auditor *a, int64_t at_ms)
{
	for (size_t i = 0; i < a->ntrouble; i++) {
		if (a->trouble[i].from_ms <= at_ms + CANCEL_TAKES_MS &&
		    a->trouble[i].to_ms + TROUBLE_LASTS_MS >= at_ms)
			return true;
	}
	return a->c->knob[KNOB_ALLOWANCE] != 0;
}

static int64_t waited_until(const struct sim_auditor *a, const struct pt_platform_request *r)
{
	if (r->start_ms != PT_NEVER)
		return r->start_ms;
	return pt_job_terminal(r->state) ? r->end_ms : pt_platform_now_ms(a->platform);
}

void judge_hours(struct sim_auditor *a)
{
	for (uint32_t i = 0; i < a->nrequest; i++) {
		struct pt_platform_request r = pt_platform_request(a->platform, i);
		int64_t end_ms = a->ours[i] == SIM_OURS ? end_for(a, i) : PT_NEVER;
		int64_t hangs_ms = r.scheduled_ms + a->c->knob[KNOB_JOB_TIMEOUT] * PT_HOUR_MS;

		if (end_ms == PT_NEVER || end_ms >= hangs_ms || in_trouble(a, end_ms))
			continue;
		if (waited_until(a, &r) > end_ms + CANCEL_TAKES_MS)
			sim_violation(
			    a,
			    "hours: a request of p%u is left Pending long after its hours "
			    "ended",
			    r.package);
	}
}

void sim_audit_late(struct sim_auditor *a, uint32_t package)
{
	bool so = a->ntrouble > 0;

	a->nlate[package]++;
	for (uint32_t i = 0; i < a->nrequest && !so; i++) {
		struct pt_platform_request r = pt_platform_request(a->platform, i);

		so = a->ours[i] == SIM_OURS && r.package == package && r.start_ms != PT_NEVER &&
		     r.start_ms >= end_for(a, i);
	}
	if (!so)
		sim_violation(a, "hours: it says that p%u was started late, and nothing was",
			      package);
}

/* The first stage begins with the train, another one after the passes and the soak of the one
   before, whichever take longer. */
static int64_t stage_start(const struct sim_auditor *a, uint32_t stage)
{
	const uint32_t *k = a->c->knob;
	int64_t rest_ms = k[KNOB_SOAK] * PT_HOUR_MS, last_ms = PT_NEVER;

	if (stage == 0)
		return a->start_ms;
	for (uint32_t z = 0; k[KNOB_PASSES] && z < sim_scene_nzone(a->c, stage - 1); z++) {
		int64_t open_ms =
		    next_start(&a->hours[stage - 1][z],
			       a->planned_last_ms + k[KNOB_PASSES] * k[KNOB_EVERY] * PT_HOUR_MS,
			       k[KNOB_SLACK] * PT_MINUTE_MS);

		last_ms = open_ms < last_ms ? open_ms : last_ms;
	}
	if (a->planned_any && last_ms != PT_NEVER && last_ms - a->planned_last_ms > rest_ms)
		rest_ms = last_ms - a->planned_last_ms;
	return a->planned_last_ms + rest_ms;
}

void sim_audit_planned(struct sim_auditor *a, const struct sim_planned *wave)
{
	const struct sim_hours *hours = &a->hours[wave->stage][wave->zone];
	int64_t slack_ms = a->c->knob[KNOB_SLACK] * PT_MINUTE_MS, start_ms;
	char is[PT_INSTANT_TEXT], should_be[PT_INSTANT_TEXT];

	for (; !a->planned_ms || a->planned_stage < wave->stage; a->planned_any = false) {
		a->planned_stage += a->planned_ms != 0;
		a->planned_ms = a->planned_last_ms = stage_start(a, a->planned_stage);
	}
	start_ms = next_start(hours, a->planned_ms + wave->batch * PT_HOUR_MS, slack_ms);
	for (uint32_t level = 0; level < a->level[wave->package]; level++)
		start_ms =
		    next_start(hours, start_ms + a->c->knob[KNOB_OFFSET] * PT_HOUR_MS, slack_ms);
	if (wave->stage_start_ms != a->planned_ms || wave->start_ms != start_ms)
		sim_violation(
		    a,
		    "hours: by the plan the wave of p%u in stage %u, batch %u, zone %u is "
		    "to start at %s; it should be %s",
		    wave->package, wave->stage, wave->batch, wave->zone,
		    pt_instant_text(is, wave->start_ms), pt_instant_text(should_be, start_ms));
	if (start_ms > a->planned_last_ms)
		a->planned_last_ms = start_ms;
	a->planned_any = true;
}
