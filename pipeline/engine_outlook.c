/* What the engine is doing and waits for. See outlook.h and engine_internal.h. */
#include "pipeline/outlook.h"

#include "base/instant.h"
#include "pipeline/engine_internal.h"

void pt_engine_stage_tally(struct pt_tally *out, const struct pt_engine *e)
{
	/* Before its orgs were gathered they are those of the stage before. */
	*out = (struct pt_tally){0};
	if (e->stage[e->at].state > PT_STAGE_READING)
		tally_stage(out, e);
}

/* Nothing starts there now: why, and until when. */
static bool waits_for_hours(struct pt_wait *out, const struct pt_engine *e, const struct wave *w,
			    int64_t until_ms)
{
	uint32_t zone = pt_slot_zone(&e->setup.conf->stage[w->stage], w->slot);
	struct pt_hours_why why = {.kind = PT_HOURS_OPEN};
	int64_t open_ms = pt_hours_next(&why, e->setup.hours, w->stage, zone, e->now_ms);

	/* Due later than that it waits for something else. */
	if (why.kind == PT_HOURS_OPEN || open_ms < until_ms)
		return false;
	out->kind = why.kind == PT_HOURS_WINDOW ? PT_WAIT_WINDOW : PT_WAIT_BLACKOUT;
	out->blackout = why.blackout;
	return true;
}

static struct pt_wait wait_of_wave(const struct pt_engine *e, const struct wave *w)
{
	struct pt_wait wait = {.stage = w->stage,
			       .package = w->package,
			       .slot = w->slot,
			       .pass = w->pass,
			       .until_ms = wave_wake_ms(e, w)};

	if (wait.until_ms == PT_NEVER)
		return wait;
	if (w->opened && w->base_arrived && wait.until_ms == w->next_topup_ms)
		wait.kind = PT_WAIT_TOPUP;
	else if (!waits_for_hours(&wait, e, w, wait.until_ms))
		wait.kind =
		    e->setup.train->package[w->package].level ? PT_WAIT_OFFSET : PT_WAIT_BATCH;
	return wait;
}

/* The soonest thing that its waves want to do by the clock. */
static struct pt_wait wait_of_waves(const struct pt_engine *e, uint32_t first)
{
	struct pt_wait soonest = {.until_ms = PT_NEVER};
	uint32_t at = e->nwave;

	for (uint32_t i = first; i < e->nwave; i++) {
		int64_t wake_ms = wave_wake_ms(e, &e->wave[i]);

		if (wake_ms < soonest.until_ms) {
			soonest.until_ms = wake_ms;
			at = i;
		}
	}
	return at < e->nwave ? wait_of_wave(e, &e->wave[at]) : soonest;
}

static uint32_t first_wave_of(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	return stage->state == PT_STAGE_PASSES ? stage->pass_at : e->first_wave;
}

static struct pt_wait wait_ahead(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];
	struct pt_wait wait = {.kind = PT_WAIT_STAGE, .until_ms = e->setup.stage_start_ms[e->at]};

	if (!stage->asked_ms || approval_given(e))
		return wait;
	return (struct pt_wait){
	    .kind = PT_WAIT_APPROVAL, .since_ms = stage->asked_ms, .until_ms = approval_wake_ms(e)};
}

static struct pt_wait wait_soaking(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];
	int64_t until_ms = stage->waves_end_ms + stage_conf(e)->soak_ms;

	if (stage->check == CHECK_WANTED || stage->check == CHECK_RUNNING)
		return (struct pt_wait){.kind = PT_WAIT_CHECK, .until_ms = PT_NEVER};
	return (struct pt_wait){.kind = PT_WAIT_SOAK, .until_ms = until_ms};
}

/* What the stage waits for, requests that are under way apart. */
static struct pt_wait wait_of_stage(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	switch (stage->state) {
	case PT_STAGE_AHEAD:
		return wait_ahead(e);
	case PT_STAGE_READING:
		return (struct pt_wait){.kind = PT_WAIT_READING, .until_ms = PT_NEVER};
	case PT_STAGE_WAVES:
		return wait_of_waves(e, e->first_wave);
	case PT_STAGE_PASSES:
		if (stage->pass_open)
			return wait_of_waves(e, stage->pass_at);
		return (struct pt_wait){
		    .kind = PT_WAIT_PASS, .pass = stage->pass, .until_ms = stage->pass_start_ms};
	case PT_STAGE_SOAKING:
		return wait_soaking(e);
	case PT_STAGE_DONE:
	case PT_STAGE_HALTED:
		break;
	}
	return (struct pt_wait){.kind = PT_WAIT_NOTHING, .until_ms = PT_NEVER};
}

/* Scheduled ahead, and none has started: the first start. PT_NEVER: something has. */
static int64_t first_start_ms(const struct pt_engine *e)
{
	int64_t first_ms = PT_NEVER;

	for (uint32_t i = 0; i < e->nactive; i++) {
		const struct request *r = &e->request[e->active[i]];

		if (r->state != REQ_RUNNING || r->start_ms <= e->now_ms)
			return PT_NEVER;
		first_ms = sooner(first_ms, r->start_ms);
	}
	return first_ms;
}

static int64_t budget_until_ms(const struct pt_engine *e)
{
	int64_t until_ms = PT_NEVER;

	for (uint32_t c = 0; c < e->setup.nconnector; c++) {
		if (e->budget[c].paused)
			until_ms = sooner(until_ms, e->budget[c].paused_until_ms);
	}
	return until_ms;
}

static struct pt_wait wait_now(const struct pt_engine *e, const struct pt_outlook *out)
{
	int64_t start_ms;

	if (e->finished)
		return (struct pt_wait){.kind = PT_WAIT_NOTHING, .until_ms = PT_NEVER};
	if (budget_any_paused(e))
		return (struct pt_wait){.kind = PT_WAIT_BUDGET, .until_ms = budget_until_ms(e)};
	if (out->nrequest == 0)
		return out->next;
	start_ms = first_start_ms(e);
	if (start_ms != PT_NEVER && !confirmed(e))
		return (struct pt_wait){
		    .kind = PT_WAIT_OFFSET,
		    .package = e->wave[e->request[e->active[0]].wave].package,
		    .until_ms = start_ms,
		};
	return (struct pt_wait){
	    .kind = PT_WAIT_JOBS, .until_ms = PT_NEVER, .nrequest = out->nrequest};
}

static void count_waves(struct pt_outlook *out, const struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->nwave; i++) {
		const struct wave *w = &e->wave[i];

		out->npush += w->npushed;
		out->nended += w->nat_target + w->nfailed;
		if (i < first_wave_of(e))
			continue;
		out->nwave++;
		out->ndone += w->done;
		if (!w->opened)
			out->last_wave_ms = later(out->last_wave_ms, w->opens_ms);
	}
}

void pt_engine_outlook(struct pt_outlook *out, const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];
	bool over = stage->state == PT_STAGE_SOAKING || stage->state == PT_STAGE_PASSES;

	*out = (struct pt_outlook){
	    .stage = e->at,
	    .state = stage->state,
	    .pass = stage->state == PT_STAGE_PASSES && stage->pass_open ? stage->pass : 0,
	    .stage_until_ms = over ? stage->waves_end_ms + stage_conf(e)->soak_ms : PT_NEVER,
	};
	count_waves(out, e);
	for (uint32_t i = 0; i < e->nactive; i++) {
		const struct request *r = &e->request[e->active[i]];

		out->nrequest += !r->stuck && r->state != REQ_DONE;
		/* Between its jobs and their errors some are counted already. */
		if (r->state != REQ_READ_ERRORS && r->nterminal_seen > r->nterminal_read)
			out->nseen += r->nterminal_seen - r->nterminal_read;
	}
	out->nended += out->nseen;
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (int c = 0; c < PT_FAILURE_NCLASS; c++)
			out->failed[c] += stage->figures[p].jobs_failed[c];
	}
	out->next = (struct pt_wait){.until_ms = PT_NEVER};
	if (!e->finished && !e->halting)
		out->next = wait_of_stage(e);
	out->next.stage = e->at;
	out->wait = wait_now(e, out);
	out->wait.stage = e->at;
}

static void hours_words(struct pt_buf *out, const struct pt_wait *wait,
			const struct pt_suite *suite, const struct pt_stage_conf *conf)
{
	if (wait->kind == PT_WAIT_BLACKOUT)
		pt_buf_printf(out, "blackout '%s'", wait->blackout ? wait->blackout : "");
	else
		pt_buf_printf(out, "the window of %s",
			      pt_stage_zone_name(suite, conf, pt_slot_zone(conf, wait->slot)));
}

void pt_wait_words(struct pt_buf *out, const struct pt_wait *wait, const struct pt_suite *suite,
		   const struct pt_train_conf *conf, const struct pt_train *train)
{
	const struct pt_stage_conf *stage = &conf->stage[wait->stage];
	const struct pt_train_package *package = &train->package[wait->package];

	switch (wait->kind) {
	case PT_WAIT_NOTHING:
		break;
	case PT_WAIT_STAGE:
		pt_buf_printf(out, "stage '%s' to begin", stage->name);
		break;
	case PT_WAIT_APPROVAL:
		pt_buf_printf(out, "an approval of stage '%s'", stage->name);
		break;
	case PT_WAIT_READING:
		pt_buf_str(out, "the platform to say who has what");
		break;
	case PT_WAIT_JOBS:
		pt_buf_printf(out, "%u push request%s", wait->nrequest,
			      wait->nrequest == 1 ? "" : "s");
		break;
	case PT_WAIT_OFFSET:
		pt_buf_printf(out, "offset of level %u (%s)", package->level, package->name);
		break;
	case PT_WAIT_BATCH:
		pt_buf_printf(out, "batch %u", pt_slot_batch(stage, wait->slot) + 1);
		break;
	case PT_WAIT_WINDOW:
	case PT_WAIT_BLACKOUT:
		hours_words(out, wait, suite, stage);
		break;
	case PT_WAIT_TOPUP:
		pt_buf_printf(out, "the next top-up of %s", package->name);
		break;
	case PT_WAIT_PASS:
		pt_buf_printf(out, "re-push pass %u", wait->pass);
		break;
	case PT_WAIT_SOAK:
		pt_buf_printf(out, "the soak of stage '%s'", stage->name);
		break;
	case PT_WAIT_CHECK:
		pt_buf_str(out, "the gate's check");
		break;
	case PT_WAIT_BUDGET:
		pt_buf_str(out, "the platform's allowance of API calls");
		break;
	}
}
