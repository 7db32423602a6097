/* What the platform's answers do to a request. See engine_internal.h. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

enum { MOST_ADD_TRIES = 5 };

static struct pt_stage_figures *figures_of(struct pt_engine *e, const struct wave *w)
{
	return &e->stage[w->stage].figures[w->package];
}

static int on_subscribers(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
			  struct pt_err *err)
{
	uint32_t *asked = calloc((size_t)r->norg + 1, sizeof(*asked)), n = 0;
	int rc;

	if (!asked)
		return pt_err_nomem(err);
	/* Whoever has a job was not asked about, and has not lost the package. */
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			asked[n++] = r->org[i];
	}
	rc = n ? take_subscribers(e, e->wave[r->wave].package, reply,
				  (struct pt_inventory_read){asked, n, r->asked_ms, 0}, err)
	       : 0;
	free(asked);
	r->checked_ms = r->asked_ms;
	r->state = REQ_READ_LIVE;
	/* At once: an older answer about another package may still come and know nothing of it. */
	if (rc == 0)
		request_drop_inactive(e, r);
	return rc;
}

static int on_live(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
		   struct pt_err *err)
{
	uint32_t package = e->wave[r->wave].package;
	uint64_t nforeign = 0;

	for (uint32_t i = 0; i < r->norg; i++)
		pair_edit(e, package, r->org[i])->live = false;
	for (size_t i = 0; i < reply->nlive; i++) {
		uint32_t at = request_place(e, r, &reply->live[i]);

		if (at == UINT32_MAX)
			continue;
		pair_edit(e, package, r->org[at])->live = true;
		nforeign++;
		PT_MARK(foreign_job);
	}
	request_look_again(e, r);
	if (nforeign == 0)
		return 0;
	return note_push(
	    e, &(struct pt_note){.kind = PT_NOTE_FOREIGN, .package = package, .a = nforeign}, err);
}

static int on_created(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply)
{
	r->id = reply->request;
	r->state = REQ_ADD;
	figures_of(e, &e->wave[r->wave])->requests++;
	detail_request(e, PT_DETAIL_REQUEST_MADE, r);
	return 0;
}

static int on_add_failure(struct pt_engine *e, struct request *r,
			  const struct pt_push_add_failure *failure, uint8_t *again,
			  struct pt_err *err)
{
	uint32_t at = request_place(e, r, &failure->org);

	if (at == UINT32_MAX || r->view[at] != VIEW_TO_ADD)
		return 0;
	again[at] = failure->result == PT_ADD_TEMPORARY;
	if (failure->result == PT_ADD_DUPLICATE)
		PT_MARK(add_duplicate);
	if (PT_DEFECT(lose_failed_rows))
		again[at] = false;
	else if (failure->result != PT_ADD_INELIGIBLE)
		return 0;
	struct pt_pair *pair = pair_edit(e, e->wave[r->wave].package, r->org[at]);

	PT_MARK(add_ineligible);
	request_drop(e, r, at, PT_PAIR_EXCLUDED, PT_REASON_INELIGIBLE);
	return text_of(&pair->text, e, "", failure->text, err);
}

/* Everything that did not fail has a job now; a duplicate had one before. */
static void count_jobs(struct pt_engine *e, struct request *r, const uint8_t *again)
{
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD && !again[i])
			request_mark_job(e, r, i);
	}
}

static int on_added(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
		    struct pt_err *err)
{
	uint8_t *again = calloc((size_t)r->norg + 1, sizeof(*again));
	int rc = again ? 0 : pt_err_nomem(err);

	for (size_t i = 0; rc == 0 && i < reply->nadd_failure; i++)
		rc = on_add_failure(e, r, &reply->add_failure[i], again, err);
	if (rc == 0)
		count_jobs(e, r, again);
	free(again);
	if (rc < 0)
		return rc;
	if (request_count(r, VIEW_TO_ADD) && ++r->nadd_try < MOST_ADD_TRIES) {
		PT_MARK(add_again);
		retry_later(e, &r->retry, reply);
		return 0;
	}
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			request_drop(e, r, i, PT_PAIR_WAITING, 0);
	}
	return 0;
}

int on_activated(struct pt_engine *e, struct request *r)
{
	r->state = REQ_RUNNING;
	r->activated_ms = e->now_ms;
	request_set_hours(e, r);
	r->last_read_ms = e->now_ms;
	r->next_poll_ms = r->start_ms;
	poll_soon(e, r);
	detail_request(e, PT_DETAIL_REQUEST_ACTIVATED, r);
	return 0;
}

/* The breaker looks at every job that ended, and never at those that waited for a base. */
static int count_for_breaker(struct pt_engine *e, const struct wave *w, bool failed,
			     struct pt_err *err)
{
	const struct pt_breaker_conf *conf = &e->setup.conf->stage[w->stage].breaker;
	struct breaker *breaker = &e->stage[w->stage].breaker[w->package];
	uint64_t allowed = 0;

	breaker->finished++;
	breaker->failed += failed;
	if (!conf->set || !failed || breaker->finished < (uint64_t)conf->after)
		return 0;
	if (conf->ratio_ppm != PT_UNSET)
		allowed = breaker->finished * (uint64_t)conf->ratio_ppm / PT_RATIO_ONE;
	if (conf->count != PT_UNSET && (uint64_t)conf->count > allowed)
		allowed = (uint64_t)conf->count;
	if (breaker->failed <= allowed)
		return 0;
	PT_MARK(breaker_trips);
	breaker->tripped = true;
	return halt(e, err,
		    "breaker of stage '%s': %llu of %llu finished pushes of %s failed, more than "
		    "the %llu allowed",
		    e->setup.conf->stage[w->stage].name, (unsigned long long)breaker->failed,
		    (unsigned long long)breaker->finished, e->setup.train->package[w->package].name,
		    (unsigned long long)allowed);
}

static int on_success(struct pt_engine *e, struct request *r, uint32_t i, struct pt_err *err)
{
	struct wave *w = &e->wave[r->wave];
	struct pt_pair *pair = pair_edit(e, w->package, r->org[i]);

	pair->state = PT_PAIR_AT_TARGET;
	pair->text = 0;
	take_arrival(e, w->package, r->org[i]);
	w->nat_target++;
	w->dirty = true;
	r->view[i] = VIEW_DONE;
	return count_for_breaker(e, w, false, err);
}

static int on_job(struct pt_engine *e, struct request *r, const struct pt_push_job *job,
		  bool *succeeded, struct pt_err *err)
{
	uint32_t at = request_place(e, r, &job->org);

	if (at == UINT32_MAX || r->view[at] != VIEW_JOB || !pt_job_terminal(job->state))
		return 0;
	if (r->stuck)
		PT_MARK(stuck_ended);
	if (PT_DEFECT(gate_on_request))
		take_arrival(e, e->wave[r->wave].package, r->org[at]);
	if (job->state == PT_JOB_FAILED) {
		r->view[at] = VIEW_FAILED_UNREAD;
		return 0;
	}
	if (job->state == PT_JOB_SUCCEEDED) {
		*succeeded = true;
		return on_success(e, r, at, err);
	}
	struct pt_pair *pair = pair_edit(e, e->wave[r->wave].package, r->org[at]);

	PT_MARK(canceled_by_others);
	pair->state = PT_PAIR_CANCELED;
	pair->detail = 0;
	r->view[at] = VIEW_DONE;
	return 0;
}

static void after_reading(struct pt_engine *e, struct request *r)
{
	r->state = REQ_RUNNING;
	r->last_read_ms = e->now_ms;
	r->nterminal_read = r->nterminal_seen;
	if (request_count(r, VIEW_JOB) == 0)
		request_finish(e, r);
}

static int on_jobs(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
		   struct pt_err *err)
{
	struct wave *w = &e->wave[r->wave];
	bool succeeded = false;
	uint32_t njob = request_count(r, VIEW_JOB);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < reply->njob; i++)
		rc = on_job(e, r, &reply->job[i], &succeeded, err);
	if (succeeded)
		waves_tell_arrival(e, w);
	if (!w->pass && request_count(r, VIEW_JOB) != njob &&
	    e->stage[w->stage].waves_end_ms < e->now_ms)
		e->stage[w->stage].waves_end_ms = e->now_ms;
	if (request_count(r, VIEW_FAILED_UNREAD))
		r->state = REQ_READ_ERRORS;
	else
		after_reading(e, r);
	return rc;
}

static int on_failure(struct pt_engine *e, struct request *r, uint32_t i,
		      const struct pt_push_error *error, struct pt_err *err)
{
	struct wave *w = &e->wave[r->wave];
	struct pt_pair *pair = pair_edit(e, w->package, r->org[i]);
	enum pt_failure_class class_;
	int rc = pt_classify(&class_, e->classifier, error, err);

	if (rc == 0)
		rc = text_of(&pair->text, e, error->title, error->message, err);
	if (rc < 0)
		return rc;
	if (PT_DEFECT(lose_one_error))
		class_ = PT_FAILURE_PERMANENT;
	const struct pt_failed_job job = {
	    .at_ms = e->now_ms, .org = r->org[i], .text = pair->text, .class_ = (uint8_t)class_};

	rc = failure_keep(e, r, &job, error, err);
	if (rc < 0)
		return rc;
	PT_MARK_OF(failed, (w->pass ? PT_FAILURE_NCLASS : 0) + (int)class_);
	pair->state = class_ == PT_FAILURE_BENIGN ? PT_PAIR_BENIGN : PT_PAIR_FAILED;
	pair->class_ = (uint8_t)class_;
	r->view[i] = VIEW_DONE;
	w->nfailed++;
	w->dirty = true;
	figures_of(e, w)->jobs_failed[class_]++;
	return count_for_breaker(
	    e, w, class_ != PT_FAILURE_BENIGN && class_ != PT_FAILURE_DEPENDENCY, err);
}

static int on_errors(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
		     struct pt_err *err)
{
	static const struct pt_push_error unsaid = {.severity = "Error",
						    .type = "UnclassifiedError",
						    .title = "No error recorded",
						    .message = "the platform gave no reason",
						    .details = ""};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < reply->nerror; i++) {
		uint32_t at = request_place(e, r, &reply->error[i].org);

		if (at != UINT32_MAX && r->view[at] == VIEW_FAILED_UNREAD)
			rc = on_failure(e, r, at, &reply->error[i], err);
	}
	for (uint32_t i = 0; rc == 0 && i < r->norg; i++) {
		if (r->view[i] == VIEW_FAILED_UNREAD)
			rc = on_failure(e, r, i, &unsaid, err);
	}
	after_reading(e, r);
	return rc;
}

int on_canceled(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	if ((r->remake || (r->moved && !PT_DEFECT(lose_moved))) && !e->halting) {
		int rc = request_make_again(e, r, err);

		if (rc < 0)
			return rc;
	}
	for (uint32_t i = 0; i < r->norg; i++) {
		struct pt_pair *pair;

		if (r->view[i] != VIEW_JOB)
			continue;
		pair = pair_edit(e, e->wave[r->wave].package, r->org[i]);
		pair->state = PT_PAIR_CANCELED;
		pair->detail = e->halting ? PT_CANCELED_BY_US : 0;
	}
	request_give_up(e, r);
	return 0;
}

static int on_ok(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
		 struct pt_err *err)
{
	struct request *r = &e->request[index];

	switch (r->state) {
	case REQ_READ_SUBSCRIBERS:
		return on_subscribers(e, r, reply, err);
	case REQ_READ_LIVE:
		return on_live(e, r, reply, err);
	case REQ_CREATE:
		return on_created(e, r, reply);
	case REQ_ADD:
		return on_added(e, r, reply, err);
	case REQ_ACTIVATE:
		return on_activated(e, r);
	case REQ_READ_JOBS:
		return on_jobs(e, r, reply, err);
	case REQ_READ_ERRORS:
		return on_errors(e, r, reply, err);
	case REQ_CANCEL:
		return on_canceled(e, r, err);
	case REQ_FIND:
		return on_found(e, r, reply, err);
	case REQ_FIND_JOBS:
		return on_found_jobs(e, index, reply, err);
	case REQ_RUNNING:
	case REQ_DONE:
	case REQ_NSTATE:
		break;
	}
	return 0;
}

static const char *const doing[] = {
    [REQ_READ_SUBSCRIBERS] = "reading subscribers",
    [REQ_READ_LIVE] = "reading live jobs",
    [REQ_CREATE] = "creating a push request",
    [REQ_ADD] = "adding jobs",
    [REQ_ACTIVATE] = "activating a push request",
    [REQ_RUNNING] = "",
    [REQ_READ_JOBS] = "reading jobs",
    [REQ_READ_ERRORS] = "reading errors",
    [REQ_CANCEL] = "canceling a push request",
    [REQ_DONE] = "",
    [REQ_FIND] = "looking a push request up",
    [REQ_FIND_JOBS] = "looking a push request's jobs up",
};

void cannot_cancel(struct pt_engine *e, struct request *r)
{
	PT_MARK(cannot_cancel);
	r->cancel_tried = true;
	/* Where that was not heard its jobs have time from now on. */
	if (!r->activated_ms)
		r->activated_ms = e->now_ms;
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			request_drop(e, r, i, PT_PAIR_WAITING, 0);
	}
	if (!request_count(r, VIEW_JOB) && !request_count(r, VIEW_FAILED_UNREAD)) {
		request_finish(e, r);
		return;
	}
	r->state = REQ_RUNNING;
	poll_soon(e, r);
}

/* Somebody else may have canceled or activated it: then that is why, and it is to be seen. */
static bool look_before_a_no(struct pt_engine *e, struct request *r)
{
	bool may_have_moved =
	    r->state == REQ_ADD || r->state == REQ_ACTIVATE || r->state == REQ_CANCEL;

	if (!may_have_moved || r->looked)
		return false;
	PT_MARK_OF(looked_after_a_no, r->state);
	doubt_begin(e, r, e->now_ms);
	r->looked = true;
	return true;
}

/* A no that will not change stops the train; what has not started is then canceled. */
static int on_no(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
		 struct pt_err *err)
{
	if (look_before_a_no(e, r))
		return 0;
	if (r->state == REQ_CANCEL) {
		/* It could be canceled by all that is known of it. */
		if (retry_exhausted(&r->retry))
			cannot_cancel(e, r);
		else
			retry_later(e, &r->retry, reply);
		return 0;
	}
	int rc = halt(e, err, "%s for %s: %s", doing[r->state],
		      e->setup.train->package[e->wave[r->wave].package].name,
		      reply->text ? reply->text : "no answer");

	if (in_doubt(r))
		request_leave_stuck(e, r);
	if (r->state == REQ_READ_JOBS || r->state == REQ_READ_ERRORS)
		r->state = REQ_RUNNING;
	return rc;
}

int request_reply(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
		  struct pt_err *err)
{
	struct request *r = &e->request[index];

	r->sent = 0;
	request_touch(e, r);
	figures_of(e, &e->wave[r->wave])->http_calls += reply->http_calls;
	e->stages_dirty |= e->wave[r->wave].stage != e->at;
	if (reply->outcome == PT_PUSH_OK) {
		r->retry = (struct retry){.due_ms = 0};
		r->looked &= !is_write(r->state);
		return on_ok(e, index, reply, err);
	}
	detail_error(e, e->wave[r->wave].package, r, doing[r->state], reply->text);
	if (reply->outcome == PT_PUSH_REFUSED)
		PT_MARK_OF(refused_in, r->state);
	if (reply->outcome == PT_PUSH_LOST)
		PT_MARK_OF(lost_in, r->state);
	if (reply->outcome == PT_PUSH_TEMPORARY)
		PT_MARK_OF(temporary_in, r->state);
	if (reply->outcome == PT_PUSH_LOST && is_write(r->state) &&
	    !PT_DEFECT(repeat_lost_writes)) {
		doubt_begin(e, r, e->now_ms);
		return 0;
	}
	if ((reply_may_be_repeated(reply) || in_doubt(r)) && !retry_exhausted(&r->retry)) {
		retry_later(e, &r->retry, reply);
		return 0;
	}
	return on_no(e, r, reply, err);
}
