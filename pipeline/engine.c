/* The engine's interface and the order of its stages. See engine.h. */
#include "pipeline/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

static int make_tables(struct pt_engine *e, struct pt_err *err)
{
	size_t npackage = e->setup.train->npackage, nstage = e->setup.conf->nstage;

	e->stage = calloc(nstage + 1, sizeof(*e->stage));
	e->read_retry = calloc(npackage + 1, sizeof(*e->read_retry));
	e->fresh_ms = calloc(npackage + 1, sizeof(*e->fresh_ms));
	e->last_start_s = calloc(npackage + 1, sizeof(*e->last_start_s));
	e->poll = calloc((size_t)e->setup.nconnector + 1, sizeof(*e->poll));
	e->budget = calloc((size_t)e->setup.nconnector + 1, sizeof(*e->budget));
	if (!e->stage || !e->read_retry || !e->fresh_ms || !e->last_start_s || !e->poll ||
	    !e->budget)
		return pt_err_nomem(err);
	for (size_t s = 0; s < nstage; s++) {
		e->stage[s].figures = calloc(npackage + 1, sizeof(*e->stage[s].figures));
		e->stage[s].breaker = calloc(npackage + 1, sizeof(*e->stage[s].breaker));
		if (!e->stage[s].figures || !e->stage[s].breaker)
			return pt_err_nomem(err);
	}
	for (size_t p = 0; p < npackage; p++)
		e->fresh_ms[p] = e->setup.surveyed_ms;
	e->pairs.npackage = (uint32_t)npackage;
	return tables_grow(e, err);
}

int pt_engine_new(struct pt_engine **out, const struct pt_engine_setup *setup, int64_t now_ms,
		  struct pt_err *err)
{
	struct pt_engine *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return pt_err_nomem(err);
	e->setup = *setup;
	e->now_ms = now_ms;
	rc = make_tables(e, err);
	if (rc == 0)
		rc = pt_classifier_new(&e->classifier, setup->suite, err);
	if (rc == 0)
		rc = pt_intern_new(&e->texts, err);
	if (rc < 0)
		pt_engine_free(e);
	else
		*out = e;
	return rc;
}

static void release_call(struct pending_call *call)
{
	free(call->keys);
	free(call->requests);
	*call = (struct pending_call){.keys = NULL};
}

static void free_stages(struct pt_engine *e)
{
	for (size_t s = 0; e->stage && s < e->setup.conf->nstage; s++) {
		free(e->stage[s].figures);
		free(e->stage[s].breaker);
	}
	for (uint32_t c = 0; e->poll && c < e->setup.nconnector; c++)
		free(e->poll[c].request);
	free(e->stage);
	free(e->poll);
	free(e->budget);
}

void pt_engine_free(struct pt_engine *e)
{
	if (!e)
		return;
	free_stages(e);
	for (uint32_t i = 0; i < e->nwave; i++)
		free(e->wave[i].queue);
	for (uint32_t i = 0; i < e->nrequest; i++)
		request_release(&e->request[i]);
	for (size_t i = e->call_at; i < e->ncall; i++)
		release_call(&e->calls[i]);
	release_call(&e->taken);
	pt_classifier_free(e->classifier);
	pt_intern_free(e->texts);
	pt_pairs_release(&e->pairs);
	repush_release(&e->repush);
	free(e->dirt.pair);
	free(e->dirt.have);
	free(e->member);
	free(e->slot_first);
	free(e->wave);
	free(e->request);
	free(e->active);
	free(e->touched);
	free(e->read_retry);
	free(e->fresh_ms);
	free(e->last_start_s);
	free(e->calls);
	free(e->notes);
	free(e->details);
	free(e);
}

void pt_engine_freep(struct pt_engine **engine)
{
	pt_engine_free(*engine);
}

static void forget_done_requests(struct pt_engine *e)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < e->nactive; i++) {
		if (e->request[e->active[i]].state != REQ_DONE)
			e->active[kept++] = e->active[i];
	}
	for (uint32_t i = 0; !e->setup.journalled && i < e->ntouched; i++) {
		struct request *r = &e->request[e->touched[i]];

		r->dirty = false;
		if (r->state == REQ_DONE)
			request_release(r);
	}
	if (!e->setup.journalled)
		e->ntouched = 0;
	e->nactive = kept;
}

static int step_requests(struct pt_engine *e, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < e->nactive; i++)
		rc = request_step(e, e->active[i], err);
	for (uint32_t c = 0; rc == 0 && c < e->setup.nconnector; c++)
		rc = poll_step(e, c, err);
	forget_done_requests(e);
	return rc;
}

/*
 * Requests whose jobs may still end; the stuck ones are not waited for, nor, when
 * the run is being aborted, those that have started.
 */
static bool anything_open(const struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->nactive; i++) {
		const struct request *r = &e->request[e->active[i]];
		bool left = e->aborting && r->cancel_tried && !in_doubt(r);

		if (!r->stuck && !left)
			return true;
	}
	return false;
}

static int finish(struct pt_engine *e, struct pt_err *err)
{
	e->finished = true;
	if (e->halting && e->stage[e->at].state != PT_STAGE_HALTED) {
		e->stage[e->at].halted_in = e->stage[e->at].state;
		e->stage[e->at].state = PT_STAGE_HALTED;
		e->stage[e->at].end_ms = e->now_ms;
	}
	return note_push(
	    e, &(struct pt_note){.kind = PT_NOTE_ENDED, .a = e->halting && !e->aborting}, err);
}

int pt_engine_step(struct pt_engine *e, int64_t now_ms, struct pt_err *err)
{
	bool again = true;
	int rc = 0;

	e->now_ms = now_ms;
	/* A stage that ends makes room for the next at once, a request for another one or for the
	   end of its wave; both are bounded by what there is to push. */
	while (rc == 0 && !e->finished && again) {
		uint32_t at = e->at;
		enum pt_stage_state before = e->stage[at].state;

		e->place_freed = false;
		rc = stage_step(e, err);
		if (rc == 0)
			rc = step_requests(e, err);
		if (rc == 0 && e->at == e->setup.conf->nstage) {
			e->at--;
			return finish(e, err);
		}
		if (rc == 0 && e->halting && !anything_open(e))
			return finish(e, err);
		again = e->place_freed || e->at != at || e->stage[at].state != before;
	}
	return rc;
}

bool pt_engine_take_call(uint32_t *package_out, const struct pt_push_call **out,
			 struct pt_engine *e)
{
	release_call(&e->taken);
	if (e->call_at == e->ncall)
		return false;
	e->taken = e->calls[e->call_at++];
	*package_out = e->taken.package;
	*out = &e->taken.call;
	return true;
}

static int hand_out(struct pt_engine *e, const struct pt_push_reply *reply, uint32_t index,
		    struct pt_err *err)
{
	switch (cookie_kind(reply->cookie)) {
	case COOKIE_READ_SUBSCRIBERS:
		return stage_reply(e, COOKIE_READ_SUBSCRIBERS, index, reply, err);
	case COOKIE_READ_LIVE:
		return stage_reply(e, COOKIE_READ_LIVE, index, reply, err);
	case COOKIE_POLL:
		return poll_reply(e, index, reply, err);
	case COOKIE_REQUEST:
		return request_reply(e, index, reply, err);
	}
	return 0;
}

/* An answer that arrives a second time, or after it was given up, is none. */
static bool is_awaited(const struct pt_engine *e, uint64_t cookie)
{
	uint32_t index = (uint32_t)cookie, serial = cookie_serial(cookie);

	if (serial == 0)
		return false;
	switch (cookie_kind(cookie)) {
	case COOKIE_READ_SUBSCRIBERS:
	case COOKIE_READ_LIVE:
		return index < e->pairs.npackage && e->read_retry[index].sent == serial;
	case COOKIE_POLL:
		return index < e->setup.nconnector && e->poll[index].sent == serial;
	case COOKIE_REQUEST:
		return index < e->nrequest && e->request[index].sent == serial;
	}
	return false;
}

/* The connector that the call went through. */
static uint32_t connector_of(const struct pt_engine *e, const struct pt_push_reply *reply,
			     uint32_t index)
{
	enum cookie_kind kind = cookie_kind(reply->cookie);

	if (kind == COOKIE_POLL)
		return index;
	return e->setup
	    .connector[kind == COOKIE_REQUEST ? e->wave[e->request[index].wave].package : index];
}

int pt_engine_reply(struct pt_engine *e, int64_t now_ms, const struct pt_push_reply *reply,
		    struct pt_err *err)
{
	uint32_t index = (uint32_t)reply->cookie, connector;
	int rc;

	if (!is_awaited(e, reply->cookie) && !PT_DEFECT(take_echoes)) {
		PT_MARK(answer_twice);
		return 0;
	}
	connector = connector_of(e, reply, index);

	e->now_ms = now_ms;
	e->http_calls += reply->http_calls;
	rc = budget_heed(e, connector, reply, err);
	return rc < 0 ? rc : hand_out(e, reply, index, err);
}

int64_t pt_engine_wake_ms(const struct pt_engine *e)
{
	int64_t requests = requests_wake_ms(e);
	int64_t stage = e->halting ? PT_NEVER : stage_wake_ms(e);

	return requests < stage ? requests : stage;
}

bool pt_engine_has_note(const struct pt_engine *e)
{
	return e->note_at < e->nnote;
}

bool pt_engine_take_note(struct pt_note *out, struct pt_engine *e)
{
	if (e->note_at == e->nnote)
		return false;
	*out = e->notes[e->note_at++];
	return true;
}

bool pt_engine_finished(const struct pt_engine *e)
{
	return e->finished;
}

/* Every pair that was eligible is at its target, or its org is gone. */
static bool all_converged(const struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t org = 0; org < e->pairs.norg; org++) {
			enum pt_pair_state state = (enum pt_pair_state)pair_of(e, p, org)->state;

			if (state != PT_PAIR_NONE && state != PT_PAIR_CURRENT &&
			    state != PT_PAIR_EXCLUDED && state != PT_PAIR_AT_TARGET &&
			    state != PT_PAIR_BENIGN)
				return false;
		}
	}
	return true;
}

enum pt_run_state pt_engine_state(const struct pt_engine *e)
{
	if (e->finished && e->halting)
		return e->aborting ? PT_RUN_ABORTED : PT_RUN_HALTED;
	if (e->finished)
		return all_converged(e) ? PT_RUN_CONVERGED : PT_RUN_FINISHED;
	if (budget_any_paused(e))
		return PT_RUN_PAUSED;
	return anything_open(e) ? PT_RUN_RUNNING : PT_RUN_WAITING;
}

const char *pt_engine_halt_text(const struct pt_engine *e)
{
	return e->halting ? e->halt_text : NULL;
}

void pt_engine_figures(struct pt_stage_figures *out, const struct pt_engine *e, uint32_t stage,
		       uint32_t package)
{
	const struct pt_audience *audience = e->setup.audience;

	*out = e->stage[stage].figures[package];
	out->tally = (struct pt_tally){0};
	for (uint32_t org = 0; org < e->pairs.norg && org < audience->norg; org++) {
		if (audience->stage[org] == stage)
			pt_tally_add(&out->tally, pair_of(e, package, org));
	}
}

void pt_engine_cost(struct pt_stage_figures *out, const struct pt_engine *e, uint32_t stage,
		    uint32_t package)
{
	*out = e->stage[stage].figures[package];
}

enum pt_stage_state pt_engine_stage(int64_t *start_ms_out, int64_t *end_ms_out,
				    const struct pt_engine *e, uint32_t stage)
{
	*start_ms_out = e->stage[stage].start_ms;
	*end_ms_out = e->stage[stage].end_ms;
	return e->stage[stage].state;
}

bool pt_engine_tripped(const struct pt_engine *e, uint32_t stage, uint32_t package)
{
	return e->stage[stage].breaker[package].tripped;
}

uint64_t pt_engine_http_calls(const struct pt_engine *e)
{
	return e->http_calls;
}

const struct pt_pair *pt_engine_pair(const struct pt_engine *e, uint32_t package, uint32_t org)
{
	return pair_of(e, package, org);
}

const char *pt_engine_pair_text(const struct pt_engine *e, const struct pt_pair *pair)
{
	return pt_intern_text(e->texts, pair->text);
}
