/*
 * One package to one batch, or in one re-push pass: who is ready, who is held,
 * when the next requests are made. See engine_internal.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

int wave_add(struct pt_engine *e, const struct wave *w, struct pt_err *err)
{
	if (e->nwave == e->cap_wave) {
		uint32_t cap = e->cap_wave ? 2 * e->cap_wave : 32;
		struct wave *grown = realloc(e->wave, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		e->wave = grown;
		e->cap_wave = cap;
	}
	e->wave[e->nwave] = *w;
	e->wave[e->nwave].stage = e->at;
	e->wave[e->nwave].dirty = true;
	e->nwave++;
	return 0;
}

static bool anyone_waits(const struct pt_engine *e, uint32_t package, uint32_t batch)
{
	for (uint32_t i = e->slot_first[batch]; i < e->slot_first[batch + 1]; i++) {
		if (pair_of(e, package, e->member[i])->state == PT_PAIR_WAITING)
			return true;
	}
	return false;
}

int waves_plan(struct pt_engine *e, struct pt_err *err)
{
	const struct pt_stage_conf *conf = stage_conf(e);
	const struct pt_train *train = e->setup.train;
	int64_t *level = calloc((size_t)train->nlevel + 1, sizeof(*level));
	int rc = level ? 0 : pt_err_nomem(err);

	e->first_wave = e->nwave;
	for (uint32_t b = 0; rc == 0 && b < pt_stage_nslot(conf); b++) {
		int64_t due_ms =
		    e->stage[e->at].start_ms + pt_slot_batch(conf, b) * conf->batch_every_ms;

		pt_hours_levels(level, e->setup.hours, e->at, pt_slot_zone(conf, b), due_ms,
				e->setup.conf->offset_ms, train->nlevel);
		for (size_t i = 0; rc == 0 && i < train->npackage; i++) {
			uint32_t package = train->order[i];
			int64_t start_ms = level[train->package[package].level];
			struct wave w = {.package = package,
					 .slot = b,
					 .start_ms = start_ms,
					 .opens_ms = confirmed(e) ? start_ms : due_ms};

			if (anyone_waits(e, package, b))
				rc = wave_add(e, &w, err);
		}
	}
	free(level);
	return rc;
}

uint32_t missing_of(const struct pt_engine *e, uint32_t package, uint32_t org)
{
	if (!confirmed(e))
		return UINT32_MAX;
	return pt_pair_missing(e->setup.targets, e->setup.inventory, package, org);
}

int wave_queue_room(struct wave *w, uint32_t more, struct pt_err *err)
{
	uint32_t *grown = realloc(w->queue, ((size_t)w->nqueue + more + 1) * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	w->queue = grown;
	return 0;
}

/* Those that wait and are ready go into the queue, the others are held. */
static int fill_queue(struct pt_engine *e, struct wave *w, enum pt_pair_state from,
		      struct pt_err *err)
{
	uint32_t first = e->slot_first[w->slot], end = e->slot_first[w->slot + 1];
	int rc = wave_queue_room(w, end - first, err);

	w->dirty = true;
	w->nheld = 0;
	for (uint32_t i = first; rc == 0 && i < end; i++) {
		struct pt_pair *pair;
		uint32_t missing;

		if (pair_of(e, w->package, e->member[i])->state != from)
			continue;
		pair = pair_edit(e, w->package, e->member[i]);
		missing = missing_of(e, w->package, e->member[i]);
		if (missing == UINT32_MAX) {
			/* No longer held, so that the next look does not queue it again. */
			pair->state = PT_PAIR_WAITING;
			w->queue[w->nqueue++] = e->member[i];
			continue;
		}
		PT_MARK(held);
		pair->state = PT_PAIR_HELD;
		pair->detail = (uint16_t)missing;
		w->nheld++;
	}
	return rc;
}

static int open_wave(struct pt_engine *e, struct wave *w, struct pt_err *err)
{
	int rc = fill_queue(e, w, PT_PAIR_WAITING, err);

	w->opened = true;
	w->next_topup_ms = e->now_ms + e->setup.conf->topup_ms;
	if (rc < 0)
		return rc;
	return note_push(e,
			 &(struct pt_note){.kind = PT_NOTE_WAVE_OPENED,
					   .package = w->package,
					   .slot = w->slot,
					   .until_ms = w->start_ms,
					   .a = w->nqueue,
					   .b = w->nheld},
			 err);
}

/* Held orgs whose base arrived meanwhile. */
static int top_up(struct pt_engine *e, struct wave *w, struct pt_err *err)
{
	uint32_t before = w->nqueue;
	int rc = fill_queue(e, w, PT_PAIR_HELD, err);

	w->base_arrived = false;
	if (rc < 0 || w->nqueue == before)
		return rc;
	PT_MARK(topped_up);
	w->next_topup_ms = e->now_ms + e->setup.conf->topup_ms;
	return note_push(e,
			 &(struct pt_note){.kind = PT_NOTE_WAVE_TOPUP,
					   .package = w->package,
					   .slot = w->slot,
					   .a = w->nqueue - before,
					   .b = w->nheld},
			 err);
}

static bool needs(const struct pt_engine *e, uint32_t package, uint32_t base)
{
	const struct pt_target *target = &e->setup.targets->target[package];

	for (size_t k = 0; k < target->nneed; k++) {
		if (target->need[k].package == base)
			return true;
	}
	return false;
}

void waves_tell_arrival(struct pt_engine *e, const struct wave *from)
{
	if (from->stage != e->at)
		return;
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		struct wave *w = &e->wave[i];

		if (!w->pass && w->slot == from->slot && w->nheld &&
		    needs(e, w->package, from->package))
			w->base_arrived = w->dirty = true;
	}
}

/* Nothing can arrive any more that its held orgs wait for: the bases' waves are done. */
static bool bases_done(const struct pt_engine *e, const struct wave *w)
{
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		const struct wave *base = &e->wave[i];

		if (!base->done && !base->pass && base->slot == w->slot &&
		    needs(e, w->package, base->package))
			return false;
	}
	return true;
}

static int finish_wave(struct pt_engine *e, struct wave *w, struct pt_err *err)
{
	w->done = w->dirty = true;
	free(w->queue);
	w->queue = NULL;
	if (w->pass && w->npushed == 0)
		return 0;
	return note_push(e,
			 &(struct pt_note){.kind = PT_NOTE_WAVE_DONE,
					   .package = w->package,
					   .slot = w->slot,
					   .pass = w->pass,
					   .a = w->npushed,
					   .b = w->nat_target,
					   .c = w->nfailed,
					   .d = w->nheld},
			 err);
}

/* As many requests as may run at a time. With order: offset all are made ahead. */
static int make_requests(struct pt_engine *e, uint32_t index, struct pt_err *err)
{
	const struct pt_stage_conf *conf = stage_conf(e);
	bool ahead = goes_ahead(e, &e->wave[index]);
	int rc = 0;

	if (!ahead && wave_next_ms(e, &e->wave[index], e->now_ms) > e->now_ms)
		return 0;
	while (rc == 0 && e->wave[index].at < e->wave[index].nqueue) {
		struct wave *w = &e->wave[index];
		uint32_t n = w->nqueue - w->at;

		if (w->nactive >= conf->running && !ahead)
			break;
		if (conf->request_size && n > conf->request_size && !PT_DEFECT(one_big_request))
			n = conf->request_size;
		rc = request_open(e, index, &w->queue[w->at], n, err);
		w->at += n;
		w->dirty = true;
	}
	return rc;
}

int wave_step(struct pt_engine *e, uint32_t index, struct pt_err *err)
{
	struct wave *w = &e->wave[index];
	int rc = 0;

	if (w->done)
		return 0;
	if (e->halting) {
		w->dirty |= w->at != w->nqueue;
		w->at = w->nqueue;
	} else if (!w->opened && e->now_ms >= w->opens_ms) {
		rc = w->pass ? pass_open_wave(e, w, err) : open_wave(e, w, err);
	} else if (w->opened && w->base_arrived && e->now_ms >= w->next_topup_ms) {
		rc = top_up(e, w, err);
	}
	if (rc == 0 && w->opened && !e->halting)
		rc = make_requests(e, index, err);
	w = &e->wave[index];
	if (rc == 0 && w->opened && w->at == w->nqueue && w->nopen == 0 && !w->base_arrived &&
	    bases_done(e, w))
		rc = finish_wave(e, w, err);
	return rc;
}

int64_t wave_wake_ms(const struct pt_engine *e, const struct wave *w)
{
	if (w->done || e->halting)
		return PT_NEVER;
	if (!w->opened)
		return w->opens_ms;
	int64_t wake = w->base_arrived ? w->next_topup_ms : PT_NEVER;

	/* There is room for a request, but the hours have ended. */
	if (w->at < w->nqueue && w->nactive < e->setup.conf->stage[w->stage].running &&
	    !goes_ahead(e, w)) {
		int64_t open_ms = wave_next_ms(e, w, e->now_ms);

		if (open_ms > e->now_ms)
			wake = sooner(wake, open_ms);
	}
	return wake;
}
