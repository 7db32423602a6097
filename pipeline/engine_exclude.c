/*
 * An org that is left out while the run is under way: what waits for it is dropped,
 * and a push request that has not started is canceled and made again without it.
 * See engine.h.
 */
#include <string.h>

#include "pipeline/engine_internal.h"

/* Neither a wave nor a pass is to take it into a request any more. */
static void leave_queues(struct pt_engine *e, uint32_t package, uint32_t org)
{
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		struct wave *w = &e->wave[i];
		uint32_t kept = w->at;

		if (w->package != package || !w->queue)
			continue;
		for (uint32_t k = w->at; k < w->nqueue; k++) {
			if (w->queue[k] != org)
				w->queue[kept++] = w->queue[k];
		}
		w->dirty |= kept != w->nqueue;
		w->nqueue = kept;
	}
}

static void leave_requests(struct pt_engine *e, uint32_t package, const struct pt_org_key *key)
{
	for (uint32_t i = 0; i < e->nactive; i++) {
		struct request *r = &e->request[e->active[i]];
		uint32_t at;

		if (e->wave[r->wave].package != package || r->state == REQ_DONE)
			continue;
		at = request_place(e, r, key);
		if (at != UINT32_MAX && (r->view[at] == VIEW_TO_ADD || r->view[at] == VIEW_JOB))
			r->remake = true;
	}
}

int pt_engine_exclude(struct pt_engine *e, const struct pt_org_key *key, struct pt_err *err)
{
	uint32_t org = pt_inventory_find(e->setup.inventory, key);

	if (org == UINT32_MAX || org >= e->pairs.norg)
		return pt_err_set(err, PT_E_NOTFOUND, "no package of the run is in org %s",
				  key->text);
	if (org < e->setup.audience->norg)
		e->setup.audience->reason[org] = PT_REASON_BY_HAND;
	e->dirt.orgs = true;
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		leave_queues(e, p, org);
		leave_requests(e, p, key);
		if (pair_may_retry(pair_of(e, p, org))) {
			PT_MARK(left_out_waiting);
			struct pt_pair *pair = pair_edit(e, p, org);

			pair->state = PT_PAIR_EXCLUDED;
			pair->detail = PT_REASON_BY_HAND;
		}
	}
	return 0;
}

static bool is_excluded(const struct pt_engine *e, uint32_t org)
{
	return org < e->setup.audience->norg && e->setup.audience->reason[org] == PT_REASON_BY_HAND;
}

void request_heed_exclusions(struct pt_engine *e, struct request *r)
{
	bool has_job = false;

	for (uint32_t i = 0; i < r->norg; i++) {
		if (!is_excluded(e, r->org[i]))
			continue;
		if (r->view[i] == VIEW_TO_ADD) {
			PT_MARK(left_out_before_job);
			request_drop(e, r, i, PT_PAIR_EXCLUDED, PT_REASON_BY_HAND);
		}
		has_job |= r->view[i] == VIEW_JOB;
	}
	/* Its job can go only with the whole request, and only before that has started. */
	if (has_job)
		PT_MARK(left_out_with_job);
	if (has_job && !r->cancel_tried &&
	    (r->state == REQ_ADD || r->state == REQ_ACTIVATE || r->state == REQ_RUNNING))
		r->state = REQ_CANCEL;
	else
		r->remake = false;
	request_touch(e, r);
}

int request_make_again(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	struct wave *w = &e->wave[r->wave];
	int rc = wave_queue_room(w, r->norg, err);

	PT_MARK(made_again);
	for (uint32_t i = 0; rc == 0 && i < r->norg; i++) {
		if (r->view[i] != VIEW_JOB && r->view[i] != VIEW_TO_ADD)
			continue;
		if (is_excluded(e, r->org[i])) {
			request_drop(e, r, i, PT_PAIR_EXCLUDED, PT_REASON_BY_HAND);
			continue;
		}
		request_drop(e, r, i, PT_PAIR_WAITING, 0);
		w->queue[w->nqueue++] = r->org[i];
	}
	w->dirty = true;
	return rc;
}
