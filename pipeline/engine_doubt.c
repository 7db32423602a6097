/*
 * A write whose answer was lost, or that was under way when the process died: look
 * what became of it before it is repeated. See engine_internal.h.
 *
 * Version and second of the start narrow the search for a request whose id never
 * came back; it is ours only if nothing in it is anybody else's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

/* A call that the platform has not begun to carry out by then never will be. */
#define CALL_LIMIT_MS (10 * PT_MINUTE_MS)

void doubt_begin(struct pt_engine *e, struct request *r, int64_t since_ms)
{
	free(r->doubt.candidate);
	r->doubt = (struct doubt){.write = r->state, .since_ms = since_ms};
	r->state = REQ_FIND;
	r->retry = (struct retry){.due_ms = 0};
	request_touch(e, r);
}

/* Was it made at all, and how often? Until all that may be it were seen, its id proves nothing. */
static bool looks_for_a_create(const struct request *r)
{
	return r->doubt.write == REQ_CREATE;
}

static bool may_be_canceled(enum pt_job_state state)
{
	return state == PT_JOB_CREATED || state == PT_JOB_PENDING;
}

/* No trace of it. It is dead once a second look, after the call's limit, shows none either. */
static void found_nothing(struct pt_engine *e, struct request *r)
{
	struct doubt *doubt = &r->doubt;
	int64_t limit_ms = doubt->since_ms + CALL_LIMIT_MS;

	doubt->nlook++;
	r->state = REQ_FIND;
	if (doubt->nlook < 2 || e->now_ms < limit_ms) {
		PT_MARK(found_nothing_yet);
		r->retry.due_ms = limit_ms;
	} else {
		PT_MARK(found_nothing_at_last);
		r->state = REQ_READ_SUBSCRIBERS;
	}
}

static int keep_candidates(struct request *r, const struct pt_push_reply *reply, struct pt_err *err)
{
	struct doubt *doubt = &r->doubt;

	free(doubt->candidate);
	doubt->candidate = calloc(reply->nfound + 1, sizeof(*doubt->candidate));
	if (!doubt->candidate)
		return pt_err_nomem(err);
	doubt->ncandidate = doubt->at = 0;
	for (size_t i = 0; i < reply->nfound; i++) {
		if (!looks_for_a_create(r) || may_be_canceled(reply->found[i].state))
			doubt->candidate[doubt->ncandidate++] = reply->found[i];
	}
	return 0;
}

/* Its id was known and is no longer: nobody can say what became of its jobs. */
static int found_gone(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	uint32_t package = e->wave[r->wave].package;
	int rc = halt(e, err, "push request %s of %s is not on the platform any more", r->id.text,
		      e->setup.train->package[package].name);

	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_JOB)
			pair_edit(e, package, r->org[i])->state = PT_PAIR_UNKNOWN;
	}
	request_give_up(e, r);
	return rc;
}

static int found_activated(struct pt_engine *e, struct request *r, enum pt_job_state state,
			   struct pt_err *err)
{
	PT_MARK_OF(found_activated, state);
	if (state == PT_JOB_CANCELED)
		return on_canceled(e, r, err);
	if (state != PT_JOB_CREATED)
		return on_activated(e, r);
	r->state = REQ_ACTIVATE;
	return 0;
}

static int found_canceled(struct pt_engine *e, struct request *r, enum pt_job_state state,
			  struct pt_err *err)
{
	PT_MARK_OF(found_canceled, state);
	if (state == PT_JOB_CANCELED)
		return on_canceled(e, r, err);
	if (may_be_canceled(state))
		r->state = REQ_CANCEL;
	else
		cannot_cancel(e, r);
	return 0;
}

int on_found(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
	     struct pt_err *err)
{
	int rc = keep_candidates(r, reply, err);

	if (rc < 0)
		return rc;
	if (r->doubt.ncandidate == 0) {
		if (!looks_for_a_create(r))
			return found_gone(e, r, err);
		found_nothing(e, r);
		return 0;
	}
	if (r->doubt.write == REQ_ACTIVATE)
		return found_activated(e, r, r->doubt.candidate[0].state, err);
	if (r->doubt.write == REQ_CANCEL)
		return found_canceled(e, r, r->doubt.candidate[0].state, err);
	r->state = REQ_FIND_JOBS;
	return 0;
}

/* Every job in it is for an org of ours: then the request is ours. */
static bool all_ours(const struct pt_engine *e, const struct request *r,
		     const struct pt_push_reply *reply)
{
	for (size_t i = 0; i < reply->njob; i++) {
		if (request_place(e, r, &reply->job[i].org) == UINT32_MAX)
			return false;
	}
	return true;
}

static void mark_jobs(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply)
{
	for (size_t i = 0; i < reply->njob; i++) {
		uint32_t at = request_place(e, r, &reply->job[i].org);

		if (at != UINT32_MAX && r->view[at] == VIEW_TO_ADD)
			request_mark_job(e, r, at);
	}
}

static int look_at_candidate(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
			     struct pt_err *err)
{
	struct request *r = &e->request[index];
	struct pt_id id = r->doubt.candidate[r->doubt.at].request;

	if (!all_ours(e, r, reply) && !PT_DEFECT(adopt_anyones)) {
		PT_MARK(found_theirs);
		return 0;
	}
	/* A process that died while it looked may have adopted one. */
	bool known = r->id.text[0] != '\0', same = known && memcmp(&id, &r->id, sizeof(id)) == 0;

	if (known && !same) {
		PT_MARK(stray);
		return PT_DEFECT(forget_the_rest) ? 0 : request_open_stray(e, r->wave, &id, err);
	}
	PT_MARK_OF(adopted, known);
	r->doubt.adopted = true;
	r->id = id;
	if (!known)
		e->stage[e->wave[r->wave].stage].figures[e->wave[r->wave].package].requests++;
	mark_jobs(e, r, reply);
	if (r->doubt.candidate[r->doubt.at].state == PT_JOB_PENDING)
		r->doubt.write = REQ_ACTIVATE;
	return 0;
}

/* A request of ours that somebody activated takes no more jobs: those without one go on waiting. */
static int adopt_activated(struct pt_engine *e, struct request *r)
{
	PT_MARK(adopted_activated);
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			request_drop(e, r, i, PT_PAIR_WAITING, 0);
	}
	if (request_count(r, VIEW_JOB))
		return on_activated(e, r);
	r->state = REQ_CANCEL;
	return 0;
}

static int after_candidates(struct pt_engine *e, struct request *r)
{
	if (!r->doubt.adopted) {
		found_nothing(e, r);
		return 0;
	}
	if (r->doubt.write == REQ_ACTIVATE)
		return adopt_activated(e, r);
	r->state = REQ_ADD;
	return 0;
}

static int after_adding(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
			struct pt_err *err)
{
	mark_jobs(e, r, reply);
	PT_MARK_OF(found_added, r->doubt.candidate[0].state);
	if (r->doubt.candidate[0].state == PT_JOB_CANCELED)
		return on_canceled(e, r, err);
	if (r->doubt.candidate[0].state != PT_JOB_CREATED)
		return adopt_activated(e, r);
	/* Jobs may still be on their way; added once more, they would be taken for somebody else's.
	 */
	if (request_count(r, VIEW_TO_ADD)) {
		PT_MARK(jobs_still_missing);
		found_nothing(e, r);
	} else {
		r->state = REQ_ADD;
	}
	return 0;
}

int on_found_jobs(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
		  struct pt_err *err)
{
	struct request *r = &e->request[index];
	int rc;

	if (r->doubt.write == REQ_ADD)
		return after_adding(e, r, reply, err);
	rc = look_at_candidate(e, index, reply, err);
	r = &e->request[index];
	if (rc < 0 || ++r->doubt.at < r->doubt.ncandidate)
		return rc;
	return after_candidates(e, r);
}
