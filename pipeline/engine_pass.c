/*
 * A re-push pass: everything retryable once more, package by package in dependency
 * order, one at a time; the zones of the stage's window each at their own pace. See
 * engine_internal.h.
 */
#include <stdlib.h>

#include "pipeline/engine_internal.h"

bool pair_may_retry(const struct pt_pair *pair)
{
	switch ((enum pt_pair_state)pair->state) {
	case PT_PAIR_WAITING:
	case PT_PAIR_HELD:
		return true;
	case PT_PAIR_FAILED:
		return pair->class_ != PT_FAILURE_PERMANENT;
	case PT_PAIR_EXCLUDED:
		return PT_DEFECT(repush_excluded);
	case PT_PAIR_NONE:
	case PT_PAIR_CURRENT:
	case PT_PAIR_IN_FLIGHT:
	case PT_PAIR_AT_TARGET:
	case PT_PAIR_UNKNOWN:
	case PT_PAIR_CANCELED:
	case PT_PAIR_BENIGN:
	case PT_PAIR_NSTATE:
		break;
	}
	return false;
}

static bool may_push_again(const struct pt_engine *e, uint32_t package, uint32_t org)
{
	const struct pt_pair *pair = pair_of(e, package, org);

	return e->repush.on ? repush_takes(e, pair, org) : pair_may_retry(pair);
}

/* Calls for each org of the stage in that zone, until it says no. */
typedef bool each_org_fn(struct pt_engine *e, struct wave *w, uint32_t org);

static void each_org(struct pt_engine *e, struct wave *w, each_org_fn *fn)
{
	const struct pt_stage_conf *conf = stage_conf(e);

	for (uint32_t slot = pt_slot_zone(conf, w->slot); slot < pt_stage_nslot(conf);
	     slot += pt_stage_nzone(conf)) {
		for (uint32_t i = e->slot_first[slot]; i < e->slot_first[slot + 1]; i++) {
			if (!fn(e, w, e->member[i]))
				return;
		}
	}
}

static bool is_ready(const struct pt_engine *e, uint32_t package, uint32_t org)
{
	return may_push_again(e, package, org) && missing_of(e, package, org) == UINT32_MAX;
}

/* Somebody is: then the wave is not open yet. */
static bool look_for_ready(struct pt_engine *e, struct wave *w, uint32_t org)
{
	w->opened = !is_ready(e, w->package, org);
	return w->opened;
}

static bool queue_or_hold(struct pt_engine *e, struct wave *w, uint32_t org)
{
	const struct pt_pair *pair = pair_of(e, w->package, org);
	uint32_t missing;

	if (!may_push_again(e, w->package, org))
		return true;
	missing = missing_of(e, w->package, org);
	if (missing == UINT32_MAX) {
		w->queue[w->nqueue++] = org;
	} else if (pair->state == PT_PAIR_WAITING || pair->state == PT_PAIR_HELD) {
		struct pt_pair *held = pair_edit(e, w->package, org);

		held->state = PT_PAIR_HELD;
		held->detail = (uint16_t)missing;
	}
	return true;
}

int pass_open_wave(struct pt_engine *e, struct wave *w, struct pt_err *err)
{
	int rc = wave_queue_room(w, e->nmember, err);

	if (rc < 0)
		return rc;
	each_org(e, w, queue_or_hold);
	w->opened = w->dirty = true;
	if (w->nqueue == 0) {
		PT_MARK(pass_with_nothing);
		return 0;
	}
	return note_push(e,
			 &(struct pt_note){.kind = PT_NOTE_PASS_PACKAGE,
					   .package = w->package,
					   .slot = w->slot,
					   .pass = w->pass,
					   .a = w->nqueue},
			 err);
}

/* The next package in that zone. Where there is nothing to push nothing is waited for. */
static int add_wave(struct pt_engine *e, uint32_t zone, uint32_t position, struct pt_err *err)
{
	struct wave w = {.package = e->setup.train->order[position],
			 .slot = zone,
			 .pass = e->stage[e->at].pass,
			 .opens_ms = e->now_ms,
			 .opened = true};

	w.stage = e->at;
	each_org(e, &w, look_for_ready);
	if (!w.opened)
		w.opens_ms = pt_hours_next(NULL, e->setup.hours, w.stage, zone, e->now_ms);
	w.opened = false;
	w.start_ms = w.opens_ms;
	return wave_add(e, &w, err);
}

static uint32_t position_of(const struct pt_engine *e, uint32_t package)
{
	uint32_t position = 0;

	while (e->setup.train->order[position] != package)
		position++;
	return position;
}

/* Its last wave in that zone, or UINT32_MAX. */
static uint32_t last_wave(const struct pt_engine *e, uint32_t zone)
{
	const struct stage *stage = &e->stage[e->at];

	for (uint32_t i = e->nwave; i-- > stage->pass_at;) {
		const struct wave *w = &e->wave[i];

		if (w->stage == e->at && w->pass == stage->pass &&
		    pt_slot_zone(stage_conf(e), w->slot) == zone)
			return i;
	}
	return UINT32_MAX;
}

static int step_zone(bool *done_out, struct pt_engine *e, uint32_t zone, struct pt_err *err)
{
	uint32_t index = last_wave(e, zone);
	int rc = 0;

	*done_out = index == UINT32_MAX;
	while (rc == 0 && !*done_out) {
		rc = wave_step(e, index, err);
		if (rc < 0 || !e->wave[index].done)
			return rc;
		uint32_t position = position_of(e, e->wave[index].package) + 1;

		if (position == e->pairs.npackage)
			*done_out = true;
		else
			rc = add_wave(e, zone, position, err);
		index = e->nwave - 1;
	}
	return rc;
}

static bool anyone_in(const struct pt_engine *e, uint32_t zone)
{
	const struct pt_stage_conf *conf = stage_conf(e);

	for (uint32_t slot = zone; slot < pt_stage_nslot(conf); slot += pt_stage_nzone(conf)) {
		if (e->slot_first[slot] < e->slot_first[slot + 1])
			return true;
	}
	return false;
}

static int open_pass(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = &e->stage[e->at];
	int rc = note_push(
	    e,
	    &(struct pt_note){.kind = PT_NOTE_PASS_OPENED, .pass = stage->pass, .a = e->repush.on},
	    err);

	stage->pass_open = true;
	stage->pass_at = e->nwave;
	for (uint32_t zone = 0; rc == 0 && zone < pt_stage_nzone(stage_conf(e)); zone++) {
		if (anyone_in(e, zone))
			rc = add_wave(e, zone, 0, err);
	}
	return rc;
}

int pass_step(bool *done_out, struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = &e->stage[e->at];
	bool done = true;
	int rc = 0;

	*done_out = false;
	if (e->now_ms < stage->pass_start_ms)
		return 0;
	if (!stage->pass_open)
		rc = open_pass(e, err);
	for (uint32_t zone = 0; rc == 0 && zone < pt_stage_nzone(stage_conf(e)); zone++) {
		bool zone_done = false;

		rc = step_zone(&zone_done, e, zone, err);
		done &= zone_done;
	}
	if (rc < 0 || !done)
		return rc;
	*done_out = true;
	return note_push(
	    e, &(struct pt_note){.kind = PT_NOTE_PASS_DONE, .pass = stage->pass, .a = e->repush.on},
	    err);
}

int64_t pass_wake_ms(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];
	int64_t wake = PT_NEVER;

	if (!stage->pass_open)
		return stage->pass_start_ms;
	for (uint32_t i = stage->pass_at; i < e->nwave; i++)
		wake = sooner(wake, wave_wake_ms(e, &e->wave[i]));
	return wake;
}

bool anything_retryable(const struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++) {
			if (is_ready(e, p, e->member[i]))
				return true;
		}
	}
	return false;
}

void pass_drop(struct pt_engine *e)
{
	e->stage[e->at].pass_open = false;
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		struct wave *w = &e->wave[i];

		if (!w->pass || w->done)
			continue;
		free(w->queue);
		w->queue = NULL;
		w->nqueue = w->at = 0;
		w->done = w->dirty = true;
	}
}
