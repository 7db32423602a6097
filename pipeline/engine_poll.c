/*
 * The poll: one call watches all running requests of a connector, the slower the less
 * happens. See engine_internal.h.
 */
#include <stdlib.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

enum { SLOWEST_POLL_FACTOR = 20, MOST_POLLED = 200 };

void poll_soon(struct pt_engine *e, const struct request *r)
{
	uint32_t connector = request_connector(e, r);
	struct poll *poll = &e->poll[connector];
	int64_t from = r->start_ms > e->now_ms ? r->start_ms : e->now_ms;

	poll->interval_ms = e->setup.poll_ms[connector];
	if (from + poll->interval_ms < poll->due_ms || poll->due_ms <= e->now_ms)
		poll->due_ms = from + poll->interval_ms;
}

static bool pollable(const struct pt_engine *e, const struct request *r, uint32_t connector)
{
	return r->state == REQ_RUNNING && !r->sent && request_connector(e, r) == connector;
}

int poll_step(struct pt_engine *e, uint32_t connector, struct pt_err *err)
{
	struct poll *poll = &e->poll[connector];
	struct pending_call call = {.call = {.op = PT_PUSH_COUNT_JOBS}};
	uint32_t package = 0;

	if (poll->sent || e->now_ms < poll->due_ms || e->nactive == 0)
		return 0;
	free(poll->request);
	poll->nrequest = 0;
	poll->request = calloc(MOST_POLLED, sizeof(*poll->request));
	call.requests = calloc(MOST_POLLED, sizeof(*call.requests));
	if (!poll->request || !call.requests) {
		free(call.requests);
		return pt_err_nomem(err);
	}
	for (uint32_t i = 0; i < e->nactive && poll->nrequest < MOST_POLLED; i++) {
		struct request *r = &e->request[e->active[i]];

		if (!pollable(e, r, connector) || r->next_poll_ms > e->now_ms)
			continue;
		package = e->wave[r->wave].package;
		call.requests[poll->nrequest] = r->id;
		poll->request[poll->nrequest++] = e->active[i];
	}
	if (poll->nrequest == 0 || !budget_allows(e, connector)) {
		free(call.requests);
		return 0;
	}
	call.call.requests = call.requests;
	call.call.nrequest = poll->nrequest;
	call.call.cookie = cookie_new(&poll->sent, e, COOKIE_POLL, connector);
	poll->asked_ms = e->now_ms;
	return call_push(e, package, &call, err);
}

/* Reads the jobs once all have ended, and now and then before, for those that wait for them. */
static bool see_count(struct pt_engine *e, struct request *r, const struct pt_push_count *count)
{
	uint32_t total = 0, terminal = 0;

	for (int state = 0; state < PT_JOB_NSTATE; state++) {
		total += count->njob[state];
		if (pt_job_terminal((enum pt_job_state)state))
			terminal += count->njob[state];
	}
	bool progress = terminal > r->nterminal_seen;
	uint32_t unstarted = count->njob[PT_JOB_CREATED] + count->njob[PT_JOB_PENDING];

	r->nterminal_seen = terminal;
	r->seen_ms = e->poll[request_connector(e, r)].asked_ms;
	r->unstarted_ms = unstarted == total && total > 0 ? r->seen_ms : PT_LONG_AGO;
	r->next_poll_ms = r->stuck ? e->now_ms + PT_HOUR_MS : e->now_ms;
	bool ended = total > 0 && terminal == total;
	bool due = e->now_ms - r->last_read_ms >= e->setup.conf->topup_ms;

	if (ended || (terminal > r->nterminal_read && due)) {
		r->state = REQ_READ_JOBS;
		request_touch(e, r);
	}
	return progress;
}

/* Jobs go on without being looked at, so nothing halts; but somebody should hear of it. */
static int silence(struct pt_engine *e, struct poll *poll, const struct pt_push_reply *reply,
		   struct pt_err *err)
{
	int64_t silent_ms = e->now_ms - poll->silent_ms;

	if (reply->outcome == PT_PUSH_OK) {
		poll->silent_ms = poll->told_ms = 0;
		return 0;
	}
	if (!poll->silent_ms) {
		poll->silent_ms = e->now_ms;
		return 0;
	}
	/* After an hour, and whenever it is twice as long. */
	if (silent_ms < PT_HOUR_MS || silent_ms < 2 * poll->told_ms)
		return 0;
	poll->told_ms = silent_ms;
	return note_text(e, &(struct pt_note){.kind = PT_NOTE_SILENT, .a = (uint64_t)silent_ms},
			 reply->text && reply->text[0] ? reply->text : "no answer", err);
}

int poll_reply(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
	       struct pt_err *err)
{
	struct poll *poll = &e->poll[connector];
	int64_t slowest = e->setup.poll_ms[connector] * SLOWEST_POLL_FACTOR;
	bool progress = false;

	poll->sent = 0;
	if (reply->outcome != PT_PUSH_OK && poll->nrequest)
		detail_error(e, e->wave[e->request[poll->request[0]].wave].package, NULL,
			     "counting jobs", reply->text);
	if (reply->outcome == PT_PUSH_LOST)
		PT_MARK(poll_lost);
	if (reply->outcome == PT_PUSH_REFUSED) {
		PT_MARK(poll_refused);
		return halt(e, err, "counting jobs: %s", reply->text);
	}
	int rc = silence(e, poll, reply, err);

	if (rc < 0)
		return rc;
	for (uint32_t i = 0; reply->outcome == PT_PUSH_OK && i < poll->nrequest; i++) {
		struct request *r = &e->request[poll->request[i]];

		if (i < reply->ncount && r->state == REQ_RUNNING && !r->sent)
			progress |= see_count(e, r, &reply->count[i]);
	}
	poll->interval_ms = progress ? e->setup.poll_ms[connector] : poll->interval_ms * 3 / 2;
	if (poll->interval_ms > slowest)
		poll->interval_ms = slowest;
	poll->due_ms =
	    sooner(e->now_ms + poll->interval_ms,
		   later(hours_poll_ms(e, connector), e->now_ms + e->setup.poll_ms[connector]));
	return 0;
}

/* When a request wants to do something without a reply. */
static int64_t request_wake_ms(const struct pt_engine *e, const struct request *r)
{
	uint32_t connector = request_connector(e, r);
	const struct poll *poll = &e->poll[connector];
	int64_t open_ms = budget_open_ms(e, connector);

	if (r->sent || r->state == REQ_DONE)
		return PT_NEVER;
	if (r->state != REQ_RUNNING)
		return later(r->retry.due_ms, open_ms);
	return poll->sent ? PT_NEVER : later(later(poll->due_ms, r->next_poll_ms), open_ms);
}

int64_t requests_wake_ms(const struct pt_engine *e)
{
	int64_t wake = PT_NEVER;

	for (uint32_t i = 0; i < e->nactive; i++)
		wake = sooner(wake, request_wake_ms(e, &e->request[e->active[i]]));
	return wake;
}
