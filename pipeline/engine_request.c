/*
 * One push request, from the last look at its orgs to the last word on its jobs.
 * See engine_internal.h; what replies do to it is in engine_reply.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

/* Orgs by key, as calls want them; shell sort, since qsort would need the inventory as a global. */
static void sort_by_key(const struct pt_inventory *inventory, uint32_t *org, uint32_t n)
{
	for (uint32_t gap = n / 2; gap > 0; gap = gap == 2 ? 1 : (uint32_t)(gap * 5ULL / 11)) {
		for (uint32_t i = gap; i < n; i++) {
			uint32_t moving = org[i], j = i;
			const struct pt_org_key *key = &pt_inventory_org(inventory, moving)->key;

			while (j >= gap &&
			       pt_org_key_cmp(&pt_inventory_org(inventory, org[j - gap])->key,
					      key) > 0) {
				org[j] = org[j - gap];
				j -= gap;
			}
			org[j] = moving;
		}
	}
}

static int grow_list(uint32_t **list, uint32_t cap, struct pt_err *err)
{
	uint32_t *grown = realloc(*list, cap * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	*list = grown;
	return 0;
}

/* Room for one more, and for it in the lists of requests, where each stands once at most. */
static int make_room(struct pt_engine *e, struct pt_err *err)
{
	uint32_t cap = e->cap_request ? 2 * e->cap_request : 64;
	int rc;

	if (e->nrequest < e->cap_request)
		return 0;
	struct request *grown = realloc(e->request, cap * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	e->request = grown;
	rc = grow_list(&e->active, cap, err);
	if (rc == 0)
		rc = grow_list(&e->touched, cap, err);
	if (rc == 0)
		e->cap_request = cap;
	return rc;
}

int request_put_back(struct pt_engine *e, uint32_t wave, const uint32_t *org, uint32_t norg,
		     struct pt_err *err)
{
	struct request r = {
	    .wave = wave,
	    .norg = norg,
	    .made_ms = e->now_ms,
	    .checked_ms = PT_LONG_AGO,
	    .unstarted_ms = PT_LONG_AGO,
	    .hours_end_ms = PT_NEVER,
	};
	int rc = make_room(e, err);

	if (rc < 0)
		return rc;
	r.org = calloc((size_t)norg + 1, sizeof(*r.org));
	r.view = calloc((size_t)norg + 1, sizeof(*r.view));
	if (!r.org || !r.view) {
		request_release(&r);
		return pt_err_nomem(err);
	}
	if (norg)
		memcpy(r.org, org, norg * sizeof(*org));
	e->request[e->nrequest++] = r;
	return 0;
}

static int open_with(struct pt_engine *e, uint32_t wave, const uint32_t *org, uint32_t norg,
		     struct pt_err *err)
{
	int rc = request_put_back(e, wave, org, norg, err);

	if (rc < 0)
		return rc;
	request_touch(e, &e->request[e->nrequest - 1]);
	e->active[e->nactive++] = e->nrequest - 1;
	e->wave[wave].nactive++;
	e->wave[wave].nopen++;
	return 0;
}

int request_open(struct pt_engine *e, uint32_t wave, const uint32_t *org, uint32_t norg,
		 struct pt_err *err)
{
	int rc = open_with(e, wave, org, norg, err);

	if (rc < 0)
		return rc;
	sort_by_key(e->setup.inventory, e->request[e->nrequest - 1].org, norg);
	for (uint32_t i = 0; i < norg; i++)
		pair_edit(e, e->wave[wave].package, org[i])->state = PT_PAIR_IN_FLIGHT;
	return 0;
}

int request_open_stray(struct pt_engine *e, uint32_t wave, const struct pt_id *id,
		       struct pt_err *err)
{
	int rc = open_with(e, wave, NULL, 0, err);

	if (rc < 0)
		return rc;
	e->request[e->nrequest - 1].id = *id;
	e->request[e->nrequest - 1].state = REQ_CANCEL;
	return 0;
}

uint32_t request_place(const struct pt_engine *e, const struct request *r,
		       const struct pt_org_key *key)
{
	uint32_t low = 0, high = r->norg;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order =
		    pt_org_key_cmp(&pt_inventory_org(e->setup.inventory, r->org[mid])->key, key);

		if (order == 0)
			return mid;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return UINT32_MAX;
}

void request_release(struct request *r)
{
	free(r->org);
	free(r->view);
	free(r->doubt.candidate);
	free(r->failure);
	r->failure = NULL;
	r->nfailure = r->cap_failure = 0;
	r->org = NULL;
	r->view = NULL;
	r->doubt.candidate = NULL;
	r->norg = 0;
}

/* Its place among the running is free again. */
static void leave_wave(struct pt_engine *e, struct request *r)
{
	struct wave *w = &e->wave[r->wave];

	if (r->stuck)
		return;
	w->nactive--;
	w->nopen--;
	e->place_freed = true;
}

void request_leave_stuck(struct pt_engine *e, struct request *r)
{
	leave_wave(e, r);
	r->stuck = true;
	request_touch(e, r);
}

void request_finish(struct pt_engine *e, struct request *r)
{
	leave_wave(e, r);
	r->state = REQ_DONE;
	r->done_ms = e->now_ms;
	request_touch(e, r);
	detail_request(e, PT_DETAIL_REQUEST_ENDED, r);
}

void request_drop(struct pt_engine *e, struct request *r, uint32_t i, enum pt_pair_state state,
		  uint16_t detail)
{
	struct pt_pair *pair = pair_edit(e, e->wave[r->wave].package, r->org[i]);

	PT_MARK_OF(dropped, state);
	request_touch(e, r);
	pair->state = (uint8_t)state;
	pair->detail = detail;
	r->view[i] = VIEW_DROPPED;
}

void request_mark_job(struct pt_engine *e, struct request *r, uint32_t i)
{
	struct wave *w = &e->wave[r->wave];
	struct pt_pair *pair = pair_edit(e, w->package, r->org[i]);

	request_touch(e, r);
	r->view[i] = VIEW_JOB;
	if (pair->npush < UINT8_MAX)
		pair->npush++;
	e->stage[w->stage].figures[w->package].jobs++;
	w->npushed++;
	w->dirty = true;
}

uint32_t request_count(const struct request *r, enum job_view view)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->norg; i++)
		n += r->view[i] == view;
	return n;
}

/* Nothing of it is on the platform, or nothing has a job: its orgs go on waiting. */
void request_give_up(struct pt_engine *e, struct request *r)
{
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			request_drop(e, r, i, PT_PAIR_WAITING, 0);
	}
	request_finish(e, r);
}

void request_drop_inactive(struct pt_engine *e, struct request *r)
{
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD &&
		    pt_inventory_org(e->setup.inventory, r->org[i])->status == PT_ORG_INACTIVE)
			request_drop(e, r, i, PT_PAIR_EXCLUDED, PT_REASON_INACTIVE);
	}
}

bool pair_leaves(enum pt_pair_state *state_out, uint16_t *detail_out, const struct pt_engine *e,
		 uint32_t package, uint32_t org)
{
	const struct pt_engine_setup *s = &e->setup;
	struct pt_pair now = pt_pair_classify(s->targets, s->inventory, s->audience, package, org);

	*state_out = PT_PAIR_EXCLUDED;
	*detail_out = now.detail;
	if (pt_inventory_org(s->inventory, org)->status == PT_ORG_INACTIVE) {
		*detail_out = PT_REASON_INACTIVE;
	} else if (now.state == PT_PAIR_NONE) {
		*detail_out = PT_REASON_NOT_INSTALLED;
	} else if (now.state == PT_PAIR_CURRENT) {
		*state_out = pair_of(e, package, org)->npush ? PT_PAIR_AT_TARGET : PT_PAIR_CURRENT;
		*detail_out = 0;
	}
	return now.state != PT_PAIR_WAITING || *detail_out == PT_REASON_INACTIVE;
}

/*
 * The last look before jobs are made: whoever has the version by now, left, opted
 * out, is being upgraded by somebody else, or lost a base, is taken out.
 */
void request_look_again(struct pt_engine *e, struct request *r)
{
	const struct pt_engine_setup *s = &e->setup;
	uint32_t package = e->wave[r->wave].package;

	for (uint32_t i = 0; i < r->norg; i++) {
		enum pt_pair_state state;
		uint16_t detail;

		if (r->view[i] != VIEW_TO_ADD)
			continue;
		uint32_t missing =
		    confirmed(e) ? pt_pair_missing(s->targets, s->inventory, package, r->org[i])
				 : UINT32_MAX;

		bool leaves = pair_leaves(&state, &detail, e, package, r->org[i]);

		if (PT_DEFECT(repush_excluded) && state == PT_PAIR_EXCLUDED)
			leaves &= !e->wave[r->wave].pass;
		if (leaves)
			request_drop(e, r, i, state, detail);
		else if (pair_of(e, package, r->org[i])->live && !PT_DEFECT(ignore_live_jobs))
			request_drop(e, r, i, PT_PAIR_WAITING, 0);
		else if (missing != UINT32_MAX)
			request_drop(e, r, i, PT_PAIR_HELD, (uint16_t)missing);
	}
	r->state = r->id.text[0] ? REQ_ADD : REQ_CREATE;
}

/* Whole seconds, each once for a version: that is how a request is found again. */
static void choose_start(struct pt_engine *e, struct request *r)
{
	const struct wave *w = &e->wave[r->wave];
	int64_t start_s = (later(w->start_ms, e->now_ms) + 999) / 1000;

	for (int64_t before_s = -1; before_s != start_s;) {
		before_s = start_s;
		start_s = later(start_s, e->last_start_s[w->package] + 1);
		int64_t open_ms = wave_next_ms(e, w, start_s * 1000);

		if (open_ms != PT_NEVER)
			start_s = (open_ms + 999) / 1000;
	}
	e->last_start_s[w->package] = start_s;
	r->start_ms = start_s * 1000;
	request_set_hours(e, r);
}

static const enum pt_push_op op_of[] = {
    [REQ_READ_SUBSCRIBERS] = PT_PUSH_SUBSCRIBERS,
    [REQ_READ_LIVE] = PT_PUSH_LIVE_JOBS,
    [REQ_CREATE] = PT_PUSH_CREATE,
    [REQ_ADD] = PT_PUSH_ADD_JOBS,
    [REQ_ACTIVATE] = PT_PUSH_ACTIVATE,
    [REQ_RUNNING] = PT_PUSH_NOP,
    [REQ_READ_JOBS] = PT_PUSH_JOBS,
    [REQ_READ_ERRORS] = PT_PUSH_ERRORS,
    [REQ_CANCEL] = PT_PUSH_CANCEL,
    [REQ_DONE] = PT_PUSH_NOP,
    [REQ_FIND] = PT_PUSH_FIND,
    [REQ_FIND_JOBS] = PT_PUSH_JOBS,
};

static int send(struct pt_engine *e, uint32_t index, struct pt_err *err)
{
	struct request *r = &e->request[index];
	uint32_t package = e->wave[r->wave].package;
	struct pending_call call = {.call = {.op = op_of[r->state]}};
	int rc = 0;

	if (r->state == REQ_CREATE)
		choose_start(e, r);
	call.call.request =
	    r->state == REQ_FIND_JOBS ? r->doubt.candidate[r->doubt.at].request : r->id;
	if (r->state == REQ_FIND && r->doubt.write == REQ_CREATE)
		call.call.request = (struct pt_id){.text = ""};
	call.call.package_id = pt_inventory_package_id(e->setup.inventory, package);
	if (PT_DEFECT(wrong_package))
		call.call.package_id = pt_inventory_package_id(e->setup.inventory, 0);
	call.call.version_id = e->setup.targets->target[package].version_id;
	call.call.start_ms = r->start_ms;
	if (r->state == REQ_READ_SUBSCRIBERS && e->fresh_ms[package] > 0)
		call.call.since_ms = e->fresh_ms[package];
	if (r->state == REQ_READ_SUBSCRIBERS || r->state == REQ_READ_LIVE || r->state == REQ_ADD)
		rc = call_set_orgs(e, &call, r, err);
	call.call.cookie = cookie_new(&r->sent, e, COOKIE_REQUEST, index);
	r->asked_ms = e->now_ms;
	if (rc == 0)
		rc = call_push(e, package, &call, err);
	request_touch(e, r);
	return rc;
}

/* What a halt asks of a request: nothing more is activated, what has not started is canceled. */
static void heed_halt(struct pt_engine *e, struct request *r)
{
	bool exists = r->id.text[0] != '\0';

	if (r->state < REQ_ACTIVATE && !exists) {
		PT_MARK(halted_before_create);
		request_give_up(e, r);
	} else if (r->state <= REQ_RUNNING && !r->cancel_tried &&
		   !(PT_DEFECT(abort_leaves_pending) && r->state == REQ_RUNNING)) {
		PT_MARK(halted_cancels);
		r->state = REQ_CANCEL;
	}
	request_touch(e, r);
}

/* Jobs that have not ended in time: nobody knows, so nothing more is done to these orgs. */
static void time_out(struct pt_engine *e, struct request *r)
{
	PT_MARK(timed_out);
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_JOB)
			pair_edit(e, e->wave[r->wave].package, r->org[i])->state = PT_PAIR_UNKNOWN;
	}
	request_leave_stuck(e, r);
}

/* Nobody is left to add: what has jobs goes on, what has none goes. True: so it is. */
static bool end_adding(struct pt_engine *e, struct request *r)
{
	bool adding =
	    r->state == REQ_READ_SUBSCRIBERS || r->state == REQ_CREATE || r->state == REQ_ADD;

	if (!adding || request_count(r, VIEW_TO_ADD))
		return false;
	PT_MARK(nobody_left_to_add);
	if (request_count(r, VIEW_JOB))
		r->state = REQ_ACTIVATE;
	else if (r->id.text[0])
		r->state = REQ_CANCEL;
	else
		request_finish(e, r);
	return true;
}

/* What is to be read before jobs are added, and what is left of it then. */
static void prepare_adding(struct pt_engine *e, struct request *r)
{
	uint32_t package = e->wave[r->wave].package;

	if (end_adding(e, r))
		return;
	if (r->state == REQ_ADD && e->now_ms - r->checked_ms > e->setup.conf->fresh_ms &&
	    !PT_DEFECT(stale_reads)) {
		PT_MARK(read_again_before_adding);
		r->state = REQ_READ_SUBSCRIBERS;
	}
	if (r->state == REQ_READ_SUBSCRIBERS &&
	    (package_is_fresh(e, package) || PT_DEFECT(stale_reads))) {
		r->checked_ms = e->fresh_ms[package];
		request_look_again(e, r);
	}
	/* What was heard since, of other packages too, counts. */
	if (r->state == REQ_ADD)
		request_look_again(e, r);
	(void)end_adding(e, r);
}

int request_step(struct pt_engine *e, uint32_t index, struct pt_err *err)
{
	struct request *r = &e->request[index];

	if (r->sent || r->state == REQ_DONE)
		return 0;
	if (e->halting && !in_doubt(r) && r->state != REQ_CANCEL)
		heed_halt(e, r);
	if (r->remake && !in_doubt(r) && r->state != REQ_CANCEL)
		request_heed_exclusions(e, r);
	prepare_adding(e, r);
	int rc = request_heed_hours(e, r, err);

	if (rc < 0)
		return rc;
	/* While nobody looked, because the train paused or no process drove it, jobs may have
	 * ended. */
	if (r->state == REQ_RUNNING && !r->stuck &&
	    (PT_DEFECT(time_out_unlooked) ? e->now_ms : r->seen_ms) >=
		later(r->start_ms, r->activated_ms) + e->setup.conf->job_timeout_ms) {
		if (r->nterminal_read < r->nterminal_seen)
			r->state = REQ_READ_JOBS;
		else
			time_out(e, r);
	}
	if (r->state == REQ_DONE || r->state == REQ_RUNNING || e->now_ms < r->retry.due_ms ||
	    !budget_allows(e, request_connector(e, r)))
		return 0;
	return send(e, index, err);
}
