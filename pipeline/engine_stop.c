/* Ending a run early, and going on after a halt. See engine.h. */
#include <stdlib.h>

#include "pipeline/engine_internal.h"

int pt_engine_abort(struct pt_engine *e, const char *why, struct pt_err *err)
{
	char halted[sizeof(e->halt_text)];
	int rc = 0;

	if (e->aborting)
		return 0;
	if (e->halting) {
		snprintf(halted, sizeof(halted), "%s", e->halt_text);
		snprintf(e->halt_text, sizeof(e->halt_text), "%s; it had halted: %s", why, halted);
	} else {
		rc = halt(e, err, "%s", why);
	}
	PT_MARK(aborted);
	e->aborting = true;
	e->finished = false;
	return rc;
}

bool pt_engine_aborted(const struct pt_engine *e)
{
	return e->aborting;
}

bool pt_engine_started(struct pt_started *out, const struct pt_engine *e, uint32_t i)
{
	uint32_t nth = 0;

	for (uint32_t k = 0; k < e->nactive; k++) {
		const struct request *r = &e->request[e->active[k]];
		uint32_t njob = request_count(r, VIEW_JOB);

		if (njob == 0 || nth++ != i)
			continue;
		*out = (struct pt_started){r->id, e->wave[r->wave].package, njob};
		return true;
	}
	return false;
}

/* What our own halt canceled waits again; what an operator canceled stays so. */
static void uncancel(struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++) {
			const struct pt_pair *pair = pair_of(e, p, e->member[i]);

			if (pair->state == PT_PAIR_CANCELED && pair->detail == PT_CANCELED_BY_US)
				pair_edit(e, p, e->member[i])->state = PT_PAIR_WAITING;
		}
	}
}

/* Waves whose orgs wait again are opened again. */
static void reopen_waves(struct pt_engine *e)
{
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		struct wave *w = &e->wave[i];

		if (w->pass)
			continue;
		free(w->queue);
		w->queue = NULL;
		w->nqueue = w->at = 0;
		w->opened = w->done = w->base_arrived = false;
		w->dirty = true;
	}
}

void forget_breaker(const struct pt_engine *e, struct stage *stage)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++)
		stage->breaker[p] = (struct breaker){0};
}

void pt_engine_go_on(struct pt_engine *e)
{
	struct stage *stage = &e->stage[e->at];

	/* A halt that is under way comes to its end first. */
	if (!e->halting || !e->finished)
		return;
	e->halting = e->finished = false;
	e->halt_text[0] = '\0';
	if (stage->state == PT_STAGE_HALTED)
		stage->state = stage->halted_in;
	PT_MARK_OF(went_on, stage->state);
	stage->end_ms = 0;
	stage->check = CHECK_NOT_RUN;
	approval_ask_again(e->repush.on ? &e->stage[e->repush.home] : stage);
	forget_breaker(e, stage);
	uncancel(e);
	if (stage->state == PT_STAGE_WAVES)
		reopen_waves(e);
	else if (stage->state == PT_STAGE_PASSES)
		pass_drop(e);
	else if (stage->state == PT_STAGE_READING)
		begin_reading(e);
}
