/*
 * One more re-push pass because somebody wants it: the engine goes from its first
 * stage to the one where it is, reads the orgs that have something left, makes a pass
 * in each, and comes home to what it was doing, or to its end. See engine.h.
 *
 * No gate is judged on the way: a stage that passed its own has passed it. A pass is
 * no `resume` either: what a halt kept from being pushed waits for that.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/engine_internal.h"

static const char SINCE[] = "; pushed again since";

static bool hears_of(const struct pt_engine *e, int64_t number)
{
	const struct repush *again = &e->repush;

	return number <= again->served || (again->n && number <= again->wish[again->n - 1].number);
}

static int take_wish(void *context, const void *row, struct pt_err *err)
{
	const struct pt_repush_row *from = row;
	struct pt_engine *e = context;
	struct repush *again = &e->repush;
	struct repush_wish wish = {.number = from->repush,
				   .org = UINT32_MAX,
				   .all = !from->org,
				   .ended = from->ended != 0};
	struct pt_org_key key;

	if (hears_of(e, wish.number))
		return 0;
	if (from->org && pt_org_key_parse(&key, from->org, strlen(from->org), NULL) < 0)
		return pt_journal_damaged(err, "an org to be pushed again");
	if (from->org)
		wish.org = pt_inventory_find(e->setup.inventory, &key);
	struct repush_wish *grown = realloc(again->wish, (again->n + 1) * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	again->wish = grown;
	again->wish[again->n++] = wish;
	return 0;
}

int pt_engine_hear(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	int rc = journal->store->ops->each(journal->store, PT_ROWS_REPUSH, &journal->run, 1,
					   take_wish, e, err);

	return rc < 0 ? rc : approvals_hear(e, journal, err);
}

static const struct repush_wish *last_wish(const struct pt_engine *e)
{
	return e->repush.n ? &e->repush.wish[e->repush.n - 1] : NULL;
}

bool repush_wanted(const struct pt_engine *e)
{
	const struct repush_wish *last = last_wish(e);

	/* Before the first stage nothing was pushed. */
	return !e->repush.on && last && last->number > e->repush.taken &&
	       (e->at > 0 || e->stage[0].state != PT_STAGE_AHEAD);
}

bool pt_engine_repush_due(const struct pt_engine *e)
{
	const struct repush_wish *last = last_wish(e);

	/* What was said before it halted waits for the halt to be over. */
	return e->finished && !e->aborting && last && last->number > e->repush.taken &&
	       (last->ended || !e->halting);
}

static bool is_named(const struct pt_engine *e, uint32_t org)
{
	for (uint32_t i = 0; i < e->repush.n; i++) {
		if (e->repush.wish[i].number <= e->repush.taken && e->repush.wish[i].org == org)
			return true;
	}
	return false;
}

static bool everybody(const struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->repush.n; i++) {
		if (e->repush.wish[i].number <= e->repush.taken && e->repush.wish[i].all)
			return true;
	}
	return false;
}

/* The stage that the pass comes home to is in the midst of its waves, where it halted. */
static bool waves_are_open(const struct pt_engine *e)
{
	const struct repush *again = &e->repush;

	return e->at == again->home && again->home_state == PT_STAGE_HALTED &&
	       again->home_halted_in == PT_STAGE_WAVES;
}

bool repush_takes(const struct pt_engine *e, const struct pt_pair *pair, uint32_t org)
{
	/* Whoever names an org knows better than what its last job said. */
	if (is_named(e, org))
		return pair_may_retry(pair) || pair->state == PT_PAIR_FAILED ||
		       pair->state == PT_PAIR_CANCELED || pair->state == PT_PAIR_BENIGN;
	return everybody(e) && pair_may_retry(pair) &&
	       !(waves_are_open(e) && pair->state == PT_PAIR_WAITING);
}

/* Not there, and not left out: the record may tell another story by now. */
static bool is_left(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_WAITING || pair->state == PT_PAIR_HELD ||
	       pair->state == PT_PAIR_FAILED || pair->state == PT_PAIR_CANCELED;
}

static bool reads_org(const struct pt_engine *e, uint32_t org)
{
	if (is_named(e, org))
		return true;
	for (uint32_t p = 0; everybody(e) && p < e->pairs.npackage; p++) {
		if (is_left(pair_of(e, p, org)) || pair_of(e, p, org)->state == PT_PAIR_UNKNOWN)
			return true;
	}
	return false;
}

/* Something of the stage may be pushed, or hangs and may have ended. */
static bool anything_to_do(const struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++) {
			const struct pt_pair *pair = pair_of(e, p, e->member[i]);
			bool hangs = pair->state == PT_PAIR_UNKNOWN &&
				     (everybody(e) || is_named(e, e->member[i]));

			if (hangs || repush_takes(e, pair, e->member[i]))
				return true;
		}
	}
	return false;
}

static bool any_wave_opened(const struct pt_engine *e, uint32_t stage)
{
	for (uint32_t i = 0; i < e->nwave; i++) {
		if (e->wave[i].stage == stage && !e->wave[i].pass && e->wave[i].opened)
			return true;
	}
	return false;
}

/* It has begun to push. */
static bool has_begun(const struct pt_engine *e, uint32_t stage)
{
	const struct repush *again = &e->repush;
	enum pt_stage_state was = again->home_state;

	if (stage < again->home)
		return true;
	if (was == PT_STAGE_HALTED)
		was = again->home_halted_in;
	return was == PT_STAGE_WAVES ? any_wave_opened(e, stage) : was > PT_STAGE_WAVES;
}

static int list_orgs(struct pt_engine *e, struct pt_err *err)
{
	const uint32_t *by_key = pt_inventory_by_key(e->setup.inventory);
	struct repush *again = &e->repush;

	again->read = calloc((size_t)e->pairs.norg + 1, sizeof(*again->read));
	if (!again->read)
		return pt_err_nomem(err);
	again->nread = 0;
	for (uint32_t i = 0; i < e->pairs.norg; i++) {
		uint32_t org = by_key[i];

		if (org < e->setup.audience->norg && e->setup.audience->stage[org] == e->at &&
		    reads_org(e, org))
			again->read[again->nread++] = org;
	}
	return 0;
}

static void forget_list(struct pt_engine *e)
{
	free(e->repush.read);
	e->repush.read = NULL;
	e->repush.nread = 0;
}

int repush_set_orgs(struct pt_engine *e, struct pending_call *call, struct pt_err *err)
{
	int rc = e->repush.read ? 0 : list_orgs(e, err);

	if (rc < 0)
		return rc;
	call->keys = calloc((size_t)e->repush.nread + 1, sizeof(*call->keys));
	if (!call->keys)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < e->repush.nread; i++)
		call->keys[i] = pt_inventory_org(e->setup.inventory, e->repush.read[i])->key;
	call->call.org = call->keys;
	call->call.norg = e->repush.nread;
	return 0;
}

/* Jobs that nobody waited for any longer may have ended. */
static void look_at_hanging(struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->nactive; i++) {
		struct request *r = &e->request[e->active[i]];

		if (!r->stuck || r->state != REQ_RUNNING)
			continue;
		r->state = REQ_READ_JOBS;
		request_touch(e, r);
	}
}

static bool any_hanging_unread(const struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->nactive; i++) {
		const struct request *r = &e->request[e->active[i]];

		if (r->stuck && (r->state == REQ_READ_JOBS || r->state == REQ_READ_ERRORS))
			return true;
	}
	return false;
}

/* Where the stage's own waves begin. */
static uint32_t first_wave_of(const struct pt_engine *e, uint32_t stage)
{
	for (uint32_t i = 0; i < e->nwave; i++) {
		if (e->wave[i].stage == stage && !e->wave[i].pass)
			return i;
	}
	return e->nwave;
}

static int halt_again(struct pt_engine *e, struct pt_err *err)
{
	struct repush *again = &e->repush;
	const char *since = strstr(again->home_text, SINCE) ? "" : SINCE;
	int rc = 0;

	/* Its figures are others now. */
	if (again->home_halted_in == PT_STAGE_SOAKING) {
		rc = gate_judge(e, err);
		since = "; pushed again since, and now it holds";
	}
	if (rc < 0 || e->halting)
		return rc;
	return halt(e, err, "%.300s%s", again->home_text, since);
}

static void forget_served(struct repush *again)
{
	uint32_t kept = 0;

	again->on = false;
	again->served = again->taken;
	for (uint32_t i = 0; i < again->n; i++) {
		if (again->wish[i].number > again->served)
			again->wish[kept++] = again->wish[i];
	}
	again->n = kept;
}

static int go_home(struct pt_engine *e, struct pt_err *err)
{
	struct repush *again = &e->repush;
	struct stage *stage = &e->stage[again->home];
	int rc;

	e->at = again->home;
	e->first_wave = first_wave_of(e, e->at);
	e->stages_dirty = true;
	stage->state = again->home_state;
	stage->halted_in = again->home_halted_in;
	/* A pass that was interrupted begins anew. */
	stage->pass_open = false;
	forget_served(again);
	rc = gather_members(e, err);
	if (rc == 0 && stage->state == PT_STAGE_HALTED)
		rc = halt_again(e, err);
	again->home_text[0] = '\0';
	return rc;
}

/* The first stage from there on in which there is something to do. */
static int walk(struct pt_engine *e, uint32_t from, struct pt_err *err)
{
	for (uint32_t s = from; s <= e->repush.home; s++) {
		int rc;

		e->at = s;
		if (!has_begun(e, s))
			break;
		rc = gather_members(e, err);
		if (rc < 0)
			return rc;
		if (!anything_to_do(e))
			continue;
		e->stage[s].state = PT_STAGE_READING;
		e->first_wave = e->nwave;
		e->stages_dirty = true;
		begin_reading(e);
		return 0;
	}
	return go_home(e, err);
}

/* All that was wished for so far, from the first stage on. */
static int set_out(struct pt_engine *e, struct pt_err *err)
{
	struct repush *again = &e->repush;

	again->on = true;
	again->taken = last_wish(e)->number;
	look_at_hanging(e);
	return walk(e, 0, err);
}

int repush_begin(struct pt_engine *e, struct pt_err *err)
{
	e->repush.home = e->at;
	e->repush.home_state = e->stage[e->at].state;
	return set_out(e, err);
}

static int refuse_doubt(const struct pt_engine *e, struct pt_err *err)
{
	for (uint32_t i = 0; i < e->nactive; i++) {
		if (!e->request[e->active[i]].stuck)
			return pt_err_set(err, PT_E_REFUSED,
					  "what became of a push request is not known yet; "
					  "'pushtrain resume' looks it up, and goes on with the "
					  "train");
	}
	return 0;
}

int pt_engine_reopen(struct pt_engine *e, struct pt_err *err)
{
	struct repush *again = &e->repush;
	struct stage *stage = &e->stage[e->at];
	int rc = pt_engine_repush_due(e) ? refuse_doubt(e, err) : 0;

	if (rc < 0 || !pt_engine_repush_due(e))
		return rc;
	if (again->on) {
		/* One that halted is begun anew, with what is wished for since. */
		pass_drop(e);
		if (e->at < again->home)
			stage->state = PT_STAGE_DONE;
	} else {
		again->home = e->at;
		again->home_state = stage->state;
		again->home_halted_in = stage->halted_in;
		snprintf(again->home_text, sizeof(again->home_text), "%s", e->halt_text);
	}
	if (e->halting)
		forget_breaker(e, stage);
	e->halting = e->finished = false;
	e->halt_text[0] = '\0';
	forget_list(e);
	return set_out(e, err);
}

/* What the records say of pairs that a pass would push, or could not. */
static void settle(struct pt_engine *e, uint32_t package, uint32_t org)
{
	const struct pt_pair *pair = pair_of(e, package, org);
	enum pt_pair_state state;
	uint16_t detail = 0;

	if (!is_left(pair) || !reads_org(e, org) || !pair_leaves(&state, &detail, e, package, org))
		return;
	struct pt_pair *settled = pair_edit(e, package, org);

	settled->state = (uint8_t)state;
	settled->detail = detail;
}

int repush_begin_pass(struct pt_engine *e, struct pt_err *err)
{
	const struct pt_engine_setup *s = &e->setup;
	struct stage *stage = &e->stage[e->at];
	uint32_t njoined = 0;

	if (any_hanging_unread(e))
		return 0;
	forget_list(e);
	int rc = pt_audience_refresh(&njoined, s->audience, s->suite, s->conf, s->lists,
				     s->inventory, e->now_ms, err);

	if (rc == 0)
		rc = gather_members(e, err);
	if (rc < 0)
		return rc;
	e->dirt.orgs = true;
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++)
			settle(e, p, e->member[i]);
	}
	e->stages_dirty = true;
	stage->state = PT_STAGE_PASSES;
	stage->by_hand++;
	stage->pass++;
	stage->pass_start_ms = e->now_ms;
	stage->pass_open = false;
	return 0;
}

int repush_end_pass(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = &e->stage[e->at];

	if (e->at < e->repush.home || e->repush.home_state == PT_STAGE_DONE) {
		stage->state = PT_STAGE_DONE;
		stage->end_ms = e->now_ms;
	}
	return walk(e, e->at + 1, err);
}

void repush_release(struct repush *again)
{
	free(again->wish);
	free(again->read);
	*again = (struct repush){.n = 0};
}
