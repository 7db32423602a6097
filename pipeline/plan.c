/* See plan.h. */
#include "pipeline/plan.h"

#include <stdlib.h>

#include "base/instant.h"

enum { PAGE_ROWS = 2000, ADD_ROWS = 200, READ_KEYS = 500 };

static uint64_t ceil_div(uint64_t a, uint64_t b)
{
	return (a + b - 1) / b;
}

/* Sizes of every (slot, package) of every stage, counted in one pass over the orgs. */
struct counts {
	uint64_t *waiting; /* [stage base + slot * npackage + package] */
	size_t *base;
	size_t n;
};

static int counts_new(struct counts *out, const struct pt_plan_setup *s, struct pt_err *err)
{
	struct counts counts = {.n = 0};

	counts.base = calloc(s->conf->nstage + 1, sizeof(*counts.base));
	if (!counts.base)
		return pt_err_nomem(err);
	for (size_t i = 0; i < s->conf->nstage; i++) {
		counts.base[i] = counts.n;
		counts.n += pt_stage_nslot(&s->conf->stage[i]) * s->train->npackage;
	}
	counts.waiting = calloc(counts.n + 1, sizeof(*counts.waiting));
	if (!counts.waiting) {
		free(counts.base);
		return pt_err_nomem(err);
	}
	*out = counts;
	return 0;
}

/* An org is counted once for a reason, for however many of its packages. */
static void count_excluded(struct pt_plan *plan, const struct pt_pair *of, uint32_t p)
{
	bool counted = false;

	for (uint32_t i = 0; i < p && !counted; i++)
		counted = of[i].state == PT_PAIR_EXCLUDED && of[i].detail == of[p].detail;
	plan->excluded[of[p].detail] += !counted;
	plan->excluded_of[of[p].detail * plan->setup.train->npackage + p]++;
}

static void count_org(struct pt_plan *plan, struct counts *counts, struct pt_pair *of, uint32_t org)
{
	const struct pt_plan_setup *s = &plan->setup;
	uint32_t npackage = (uint32_t)s->train->npackage;
	uint8_t at = s->audience->stage[org];

	if (at == PT_NO_STAGE) {
		plan->no_stage++;
		return;
	}
	struct pt_plan_stage *stage = &plan->stage[at];

	stage->norg++;
	for (uint32_t p = 0; p < npackage; p++) {
		of[p] = pt_pair_classify(s->targets, s->inventory, s->audience, p, org);
		pt_tally_add(&stage->tally, &of[p]);
		if (of[p].state == PT_PAIR_WAITING)
			counts->waiting[counts->base[at] + s->audience->slot[org] * npackage + p]++;
		if (of[p].state == PT_PAIR_EXCLUDED)
			count_excluded(plan, of, p);
	}
}

static int count_orgs(struct pt_plan *plan, struct counts *counts, struct pt_err *err)
{
	struct pt_pair *of = calloc(plan->setup.train->npackage + 1, sizeof(*of));

	if (!of)
		return pt_err_nomem(err);
	for (uint32_t org = 0; org < plan->setup.audience->norg; org++)
		count_org(plan, counts, of, org);
	free(of);
	return 0;
}

static void cost_wave(struct pt_plan *plan, const struct pt_stage_conf *conf, uint64_t norg)
{
	uint64_t size = conf->request_size ? conf->request_size : norg;
	uint64_t requests = ceil_div(norg, size);
	uint64_t each = norg < size ? norg : size;

	plan->requests += requests;
	/* create, activate, one count, the jobs, the errors; adding; the look before. */
	plan->api_calls +=
	    requests * (5 + ceil_div(each, ADD_ROWS) + 2 * ceil_div(each, READ_KEYS));
}

/* The waves of one slot: `level` are the earliest starts of the levels. */
static int plan_slot(struct pt_plan *plan, size_t at, uint32_t slot, const uint64_t *waiting,
		     int64_t *level, struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[at];
	struct pt_plan_stage *stage = &plan->stage[at];
	uint32_t zone = pt_slot_zone(conf, slot);
	int64_t due_ms = stage->start_ms + pt_slot_batch(conf, slot) * conf->batch_every_ms;

	pt_hours_levels(level, s->hours, (uint32_t)at, zone, due_ms, s->conf->offset_ms,
			s->train->nlevel);
	for (size_t i = 0; i < s->train->npackage; i++) {
		uint32_t p = s->train->order[i], l = s->train->package[p].level;
		struct pt_plan_wave wave = {
		    .slot = slot, .package = p, .start_ms = level[l], .norg = waiting[p]};

		if (wave.norg == 0)
			continue;
		if (wave.start_ms == PT_NEVER)
			return pt_err_at(err, PT_E_REFUSED, conf->window.src,
					 "stage '%s': nothing may start within two years, by its "
					 "window and the blackouts",
					 conf->name);
		wave.due_ms = l ? level[l - 1] + s->conf->offset_ms : due_ms;
		(void)pt_hours_next(&wave.why, s->hours, (uint32_t)at, zone, wave.due_ms);
		stage->wave[stage->nwave++] = wave;
		cost_wave(plan, conf, wave.norg);
	}
	return 0;
}

static int plan_stage(struct pt_plan *plan, const struct counts *counts, size_t at,
		      struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	size_t npackage = s->train->npackage;
	uint32_t nslot = pt_stage_nslot(&s->conf->stage[at]);
	int64_t *level = calloc((size_t)s->train->nlevel + 1, sizeof(*level));
	int rc = 0;

	plan->stage[at].wave = calloc(nslot * npackage + 1, sizeof(*plan->stage[at].wave));
	if (!plan->stage[at].wave || !level)
		rc = pt_err_nomem(err);
	for (uint32_t slot = 0; rc == 0 && slot < nslot; slot++)
		rc = plan_slot(plan, at, slot, &counts->waiting[counts->base[at] + slot * npackage],
			       level, err);
	free(level);
	return rc;
}

/* The first of the zones in which something may start then. */
static int64_t first_open(const struct pt_plan *plan, size_t at, int64_t ms)
{
	uint32_t nzone = pt_stage_nzone(&plan->setup.conf->stage[at]);
	int64_t first = PT_NEVER;

	for (uint32_t z = 0; z < nzone; z++) {
		int64_t open = pt_hours_next(NULL, plan->setup.hours, (uint32_t)at, z, ms);

		if (open < first)
			first = open;
	}
	return first;
}

/* Passes and soak run at the same time; the next stage waits for both. */
static int64_t earliest_end(const struct pt_plan *plan, size_t at)
{
	const struct pt_train_conf *conf = plan->setup.conf;
	const struct pt_plan_stage *stage = &plan->stage[at];
	int64_t waves = stage->start_ms, rest = conf->stage[at].soak_ms;

	for (size_t i = 0; i < stage->nwave; i++) {
		if (stage->wave[i].start_ms > waves)
			waves = stage->wave[i].start_ms;
	}
	if (conf->repush.passes && stage->nwave) {
		int64_t last = waves + conf->repush.after_ms +
			       (conf->repush.passes - 1) * conf->repush.every_ms;

		last = first_open(plan, at, last);
		if (last != PT_NEVER && last - waves > rest)
			rest = last - waves;
	}
	return waves + rest;
}

static int plan_stages(struct pt_plan *plan, const struct counts *counts, struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	int64_t start_ms = s->start_ms;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->conf->nstage; i++) {
		plan->stage[i].start_ms = start_ms;
		plan->stage_start_ms[i] = start_ms;
		plan->stage_eligible[i] = plan->stage[i].tally.eligible;
		pt_tally_merge(&plan->tally, &plan->stage[i].tally);
		/* A stage starts with a full read of every package and of its live jobs. */
		plan->api_calls +=
		    s->train->npackage *
		    (1 + ceil_div(s->audience->norg ? s->audience->norg : 1, PAGE_ROWS));
		rc = plan_stage(plan, counts, i, err);
		start_ms = earliest_end(plan, i);
	}
	return rc;
}

int pt_plan_make(struct pt_plan **out, const struct pt_plan_setup *setup, struct pt_err *err)
{
	struct pt_plan *plan = calloc(1, sizeof(*plan));
	struct counts counts = {.n = 0};
	size_t nstage = setup->conf->nstage;
	int rc = plan ? counts_new(&counts, setup, err) : pt_err_nomem(err);

	if (rc < 0) {
		free(plan);
		return rc;
	}
	plan->setup = *setup;
	plan->nreason = pt_reason_count(setup->suite);
	plan->stage = calloc(nstage + 1, sizeof(*plan->stage));
	plan->stage_start_ms = calloc(nstage + 1, sizeof(*plan->stage_start_ms));
	plan->stage_eligible = calloc(nstage + 1, sizeof(*plan->stage_eligible));
	plan->excluded = calloc(plan->nreason + 1, sizeof(*plan->excluded));
	plan->excluded_of =
	    calloc(plan->nreason * setup->train->npackage + 1, sizeof(*plan->excluded_of));
	if (!plan->stage || !plan->stage_start_ms || !plan->stage_eligible || !plan->excluded ||
	    !plan->excluded_of)
		rc = pt_err_nomem(err);
	if (rc == 0)
		rc = count_orgs(plan, &counts, err);
	if (rc == 0)
		rc = plan_stages(plan, &counts, err);
	free(counts.waiting);
	free(counts.base);
	if (rc < 0)
		pt_plan_free(plan);
	else
		*out = plan;
	return rc;
}

void pt_plan_free(struct pt_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; plan->stage && i < plan->setup.conf->nstage; i++)
		free(plan->stage[i].wave);
	free(plan->stage);
	free(plan->stage_start_ms);
	free(plan->stage_eligible);
	free(plan->excluded);
	free(plan->excluded_of);
	free(plan);
}

void pt_plan_freep(struct pt_plan **plan)
{
	pt_plan_free(*plan);
}
