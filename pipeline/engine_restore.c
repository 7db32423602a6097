/*
 * From the journal back into an engine. See engine.h. What the journal says is
 * checked against the train and against itself before it is believed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/pack.h"
#include "pipeline/engine_internal.h"

static bool is_index(int64_t number, size_t n)
{
	return number >= 0 && (uint64_t)number < n;
}

static bool is_count(int64_t number)
{
	return number >= 0 && number <= UINT32_MAX;
}

/* Sums and times that nothing overflows with; a time may be long ago or never. */
#define MOST (INT64_C(1) << 53)

static bool is_sum(int64_t number)
{
	return number >= 0 && number < MOST;
}

static bool is_time(int64_t ms)
{
	return (ms > -MOST && ms < MOST) || ms == PT_LONG_AGO;
}

static int take_text(void *context, const void *row, struct pt_err *err)
{
	const struct pt_text_row *text = row;
	struct pt_engine *e = context;
	uint32_t number;
	int rc;

	if (text->text == 0)
		return 0;
	if (!text->words)
		return pt_journal_damaged(err, "its texts");
	rc = pt_intern_put(&number, e->texts, text->words, err);
	return rc == 0 && number != text->text ? pt_journal_damaged(err, "its texts") : rc;
}

static int take_note(void *context, const void *row, struct pt_err *err)
{
	const struct pt_note_row *note = row;

	if (!is_sum(note->note))
		return pt_journal_damaged(err, "its notes");
	((struct pt_engine *)context)->nnote_kept = note->note;
	return 0;
}

static int take_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *from = row;
	struct pt_engine *e = context;

	if (!is_index(from->stage, e->setup.conf->nstage) ||
	    !is_index(from->state, PT_STAGE_HALTED + 1) ||
	    !is_index(from->halted_in, PT_STAGE_HALTED) || !is_count(from->pass) ||
	    !is_count(from->by_hand) || !is_count(from->joined) || from->by_hand > from->pass ||
	    !is_count(from->pass_at) || !is_time(from->start_ms) || !is_time(from->end_ms) ||
	    !is_time(from->asked_ms) || !is_time(from->waves_end_ms) ||
	    !is_time(from->pass_start_ms))
		return pt_journal_damaged(err, "a stage that cannot be");
	struct stage *to = &e->stage[from->stage];

	to->state = (enum pt_stage_state)from->state;
	to->halted_in = (enum pt_stage_state)from->halted_in;
	to->start_ms = from->start_ms;
	to->end_ms = from->end_ms;
	to->waves_end_ms = from->waves_end_ms;
	to->pass = (uint32_t)from->pass;
	to->pass_start_ms = from->pass_start_ms;
	to->pass_at = (uint32_t)from->pass_at;
	to->pass_open = from->pass_open != 0;
	to->by_hand = (uint32_t)from->by_hand;
	to->asked_ms = from->asked_ms;
	to->approved = from->approved != 0;
	to->excused = from->excused != 0;
	to->njoined = (uint32_t)from->joined;
	return 0;
}

static int take_figures(void *context, const void *row, struct pt_err *err)
{
	const struct pt_figures_row *from = row;
	struct pt_engine *e = context;

	if (!is_index(from->stage, e->setup.conf->nstage) ||
	    !is_index(from->package, e->pairs.npackage) || !is_sum(from->requests) ||
	    !is_sum(from->jobs) || !is_sum(from->http_calls) || !is_sum(from->breaker_finished) ||
	    !is_sum(from->breaker_failed))
		return pt_journal_damaged(err, "figures that cannot be");
	struct stage *stage = &e->stage[from->stage];
	struct pt_stage_figures *to = &stage->figures[from->package];

	to->requests = (uint64_t)from->requests;
	to->jobs = (uint64_t)from->jobs;
	to->http_calls = (uint64_t)from->http_calls;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++) {
		if (!is_sum(from->failed[c]))
			return pt_journal_damaged(err, "figures that cannot be");
		to->jobs_failed[c] = (uint64_t)from->failed[c];
	}
	stage->breaker[from->package] = (struct breaker){
	    .finished = (uint64_t)from->breaker_finished, .failed = (uint64_t)from->breaker_failed};
	return 0;
}

/* Orgs as packed, all of them known. *out is owned by the caller. */
static int unpack_orgs(uint32_t **out, uint32_t *n_out, const struct pt_engine *e,
		       const struct pt_bytes *from, struct pt_err *err)
{
	size_t n = from->size / 4;
	uint32_t *org;

	if (n * 4 != from->size || n > e->pairs.norg)
		return pt_journal_damaged(err, "a list of orgs");
	org = calloc(n + 1, sizeof(*org));
	if (!org)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		org[i] = pt_unpack32((const uint8_t *)from->data + i * 4);
		if (org[i] >= e->pairs.norg) {
			free(org);
			return pt_journal_damaged(err, "an org that is not there");
		}
	}
	*out = org;
	*n_out = (uint32_t)n;
	return 0;
}

static int take_wave(void *context, const void *row, struct pt_err *err)
{
	const struct pt_wave_row *from = row;
	struct pt_engine *e = context;
	struct wave to = {.nheld = (uint32_t)from->held};
	int rc;

	if (from->wave != e->nwave || !is_index(from->stage, e->setup.conf->nstage) ||
	    !is_index(from->package, e->pairs.npackage) ||
	    !is_index(from->batch, pt_stage_nslot(&e->setup.conf->stage[from->stage])) ||
	    !is_count(from->pass) || !is_count(from->held) || !is_time(from->opens_ms) ||
	    !is_time(from->start_ms) || !is_time(from->next_topup_ms) || !is_sum(from->pushed) ||
	    !is_sum(from->at_target) || !is_sum(from->failed))
		return pt_journal_damaged(err, "a wave that cannot be");
	to.package = (uint32_t)from->package;
	to.slot = (uint32_t)from->batch;
	to.pass = (uint32_t)from->pass;
	to.opens_ms = from->opens_ms;
	to.start_ms = from->start_ms;
	to.next_topup_ms = from->next_topup_ms;
	to.opened = from->opened != 0;
	to.done = from->done != 0;
	to.base_arrived = from->base_arrived != 0;
	to.npushed = (uint64_t)from->pushed;
	to.nat_target = (uint64_t)from->at_target;
	to.nfailed = (uint64_t)from->failed;
	rc = unpack_orgs(&to.queue, &to.nqueue, e, &from->queue, err);
	if (rc == 0)
		rc = wave_add(e, &to, err);
	if (rc < 0)
		free(to.queue);
	else
		e->wave[e->nwave - 1].stage = (uint32_t)from->stage;
	return rc;
}

struct pairs_reader {
	struct pt_engine *e;
	struct pt_chunks chunks;
};

static int take_pairs(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_chunk_row *from = row;
	struct pairs_reader *reader = context;
	struct pt_engine *e = reader->e;
	size_t n;

	if (!pt_chunks_take(&n, &reader->chunks, from, PT_PACKED_PAIR))
		return pt_journal_damaged(err, "states of pushes");
	for (size_t i = 0; i < n; i++) {
		struct pt_pair *to = &e->pairs.of[from->package][(size_t)from->first + i];

		if (!pt_pair_unpack(to, (const uint8_t *)from->records.data + i * PT_PACKED_PAIR) ||
		    to->text >= pt_intern_count(e->texts) ||
		    (to->state == PT_PAIR_HELD && to->detail >= e->pairs.npackage))
			return pt_journal_damaged(err, "a state of a push that cannot be");
	}
	return 0;
}

static int read_pairs(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	struct pairs_reader reader = {e, {e->pairs.npackage, e->pairs.norg, 0, 0}};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_PAIR, &journal->run, 1,
					   take_pairs, &reader, err);

	return rc == 0 && !pt_chunks_complete(&reader.chunks)
		   ? pt_journal_damaged(err, "states of pushes")
		   : rc;
}

/* The call under way is gone with the process: reads are made again, writes looked up. */
static void wake_request(struct pt_engine *e, struct request *r, enum request_state doubted)
{
	bool sent = r->sent != 0;

	PT_MARK_OF(restored_in, r->state);
	r->sent = 0;
	r->next_poll_ms = r->start_ms > e->now_ms ? r->start_ms : e->now_ms;
	r->last_read_ms = e->now_ms;
	r->nterminal_seen = r->nterminal_read;
	if (in_doubt(r)) {
		r->state = doubted;
		r->stuck = false;
		doubt_begin(e, r, e->now_ms);
	} else if (sent && is_write(r->state) && !PT_DEFECT(forget_on_restart)) {
		doubt_begin(e, r, e->now_ms);
	} else if (r->state == REQ_CREATE || r->state == REQ_READ_LIVE) {
		r->state = REQ_READ_SUBSCRIBERS;
	} else if (r->state == REQ_RUNNING) {
		poll_soon(e, r);
	}
	request_touch(e, r);
}

static bool views_are_possible(const struct pt_bytes *views)
{
	for (size_t i = 0; i < views->size; i++) {
		if (((const uint8_t *)views->data)[i] > VIEW_DROPPED)
			return false;
	}
	return true;
}

static bool request_is_possible(const struct pt_engine *e, const struct pt_request_row *from)
{
	return from->request == e->nrequest && is_index(from->wave, e->nwave) &&
	       is_index(from->state, REQ_NSTATE) && is_index(from->doubted, REQ_NSTATE) &&
	       from->views.size * 4 == from->orgs.size && is_count(from->terminal_read) &&
	       is_count(from->add_tries) && is_count(from->tries) && is_time(from->made_ms) &&
	       is_time(from->activated_ms) && is_time(from->done_ms) && is_time(from->start_ms) &&
	       is_time(from->checked_ms) && is_time(from->due_ms) &&
	       views_are_possible(&from->views);
}

static int take_request(void *context, const void *row, struct pt_err *err)
{
	const struct pt_request_row *from = row;
	struct pt_engine *e = context;
	uint32_t *org = NULL, norg = 0;
	int rc;

	if (!request_is_possible(e, from))
		return pt_journal_damaged(err, "a push request that cannot be");
	rc = unpack_orgs(&org, &norg, e, &from->orgs, err);
	if (rc == 0)
		rc = request_put_back(e, (uint32_t)from->wave, org,
				      from->state == REQ_DONE ? 0 : norg, err);
	free(org);
	if (rc < 0)
		return rc;
	struct request *r = &e->request[e->nrequest - 1];
	uint32_t package = e->wave[r->wave].package;

	if (from->id && pt_id_parse(r->id.text, "0DV", from->id, NULL) < 0)
		return pt_journal_damaged(err, "the id of a push request");
	if (r->norg) {
		memcpy(r->view, from->views.data, r->norg);
		rc = failures_take(r, e, &from->failures, err);
		if (rc < 0)
			return rc;
	}
	r->state = (enum request_state)from->state;
	r->sent = from->sent != 0;
	r->stuck = from->stuck != 0;
	r->cancel_tried = from->cancel_tried != 0;
	r->made_ms = from->made_ms;
	r->done_ms = from->done_ms;
	r->start_ms = from->start_ms;
	/* Nobody knows how long ago that was: the machine's clock may have been set. */
	r->checked_ms = PT_LONG_AGO;
	r->nterminal_read = (uint32_t)from->terminal_read;
	r->activated_ms = from->activated_ms;
	r->nadd_try = (uint32_t)from->add_tries;
	r->retry = (struct retry){.ntry = (uint32_t)from->tries, .due_ms = from->due_ms};
	if (r->start_ms / 1000 > e->last_start_s[package])
		e->last_start_s[package] = r->start_ms / 1000;
	request_set_hours(e, r);
	r->moved = r->norg > 0 && (r->state == REQ_CANCEL || from->doubted == REQ_CANCEL);
	if (r->state != REQ_DONE)
		wake_request(e, r, (enum request_state)from->doubted);
	return 0;
}

/* Requests that are not done are active and hold their places again. */
static void count_active(struct pt_engine *e)
{
	for (uint32_t i = 0; i < e->nrequest; i++) {
		const struct request *r = &e->request[i];

		if (r->state == REQ_DONE)
			continue;
		e->active[e->nactive++] = i;
		e->wave[r->wave].nactive += !r->stuck;
		e->wave[r->wave].nopen += !r->stuck;
	}
}

/* Every push in flight is in exactly one request. */
static int check_flight(const struct pt_engine *e, struct pt_err *err)
{
	uint64_t in_flight = 0, in_requests = 0;

	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t org = 0; org < e->pairs.norg; org++)
			in_flight += pair_of(e, p, org)->state == PT_PAIR_IN_FLIGHT;
	}
	for (uint32_t i = 0; i < e->nactive; i++) {
		const struct request *r = &e->request[e->active[i]];
		uint32_t package = e->wave[r->wave].package;

		for (uint32_t k = 0; k < r->norg; k++)
			in_requests += r->view[k] <= VIEW_FAILED_UNREAD &&
				       pair_of(e, package, r->org[k])->state == PT_PAIR_IN_FLIGHT;
	}
	return in_flight == in_requests
		   ? 0
		   : pt_journal_damaged(err, "pushes are in flight and in no request");
}

static bool repush_is_possible(const struct pt_engine *e, const struct pt_progress_row *from)
{
	return is_sum(from->repush_served) && is_sum(from->repush_taken) &&
	       from->repush_served <= from->repush_taken &&
	       is_index(from->home, e->setup.conf->nstage) &&
	       is_index(from->home_state, PT_STAGE_HALTED + 1) &&
	       is_index(from->home_halted_in, PT_STAGE_HALTED) &&
	       (from->repush_served == from->repush_taken || from->stage <= from->home);
}

static void take_way(struct repush *again, const struct pt_progress_row *from)
{
	again->taken = from->repush_taken;
	again->served = from->repush_served;
	again->on = again->taken > again->served;
	again->home = (uint32_t)from->home;
	again->home_state = (enum pt_stage_state)from->home_state;
	again->home_halted_in = (enum pt_stage_state)from->home_halted_in;
	snprintf(again->home_text, sizeof(again->home_text), "%s",
		 from->home_text ? from->home_text : "");
}

static int take_progress(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row from;
	int rc = pt_journal_progress(&from, &texts, journal, err);

	if (rc == 0 &&
	    (!is_index(from.stage, e->setup.conf->nstage) || from.norg != e->pairs.norg ||
	     !repush_is_possible(e, &from) || !is_count(from.first_wave) || !is_time(from.now_ms) ||
	     !is_sum(from.http_calls) || !is_sum(from.approvals_heard)))
		rc = pt_journal_damaged(err, "where the run stands");
	if (rc == 0) {
		if (from.now_ms > e->now_ms)
			e->now_ms = from.now_ms;
		e->at = (uint32_t)from.stage;
		e->first_wave = (uint32_t)from.first_wave;
		e->halting = from.halting != 0;
		e->aborting = from.aborting != 0;
		e->finished = from.finished != 0;
		e->http_calls = (uint64_t)from.http_calls;
		e->heard_approval = from.approvals_heard;
		snprintf(e->halt_text, sizeof(e->halt_text), "%s",
			 from.halt_text ? from.halt_text : "");
		take_way(&e->repush, &from);
	}
	pt_arena_release(&texts);
	return rc;
}

static int read_rows(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	static const struct {
		enum pt_journal_table table;
		pt_store_row_fn *take;
	} rows[] = {
	    {PT_ROWS_STAGE, take_stage}, {PT_ROWS_FIGURES, take_figures},
	    {PT_ROWS_TEXT, take_text},   {PT_ROWS_NOTE, take_note},
	    {PT_ROWS_WAVE, take_wave},   {PT_ROWS_REQUEST, take_request},
	};
	int rc = take_progress(e, journal, err);

	/* The first column of every table is the run. */
	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(rows); i++)
		rc = journal->store->ops->each(journal->store, rows[i].table, &journal->run, 1,
					       rows[i].take, e, err);
	if (rc == 0)
		rc = pt_engine_hear(e, journal, err);
	return rc < 0 ? rc : read_pairs(e, journal, err);
}

int pt_engine_restore(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	int rc = read_rows(e, journal, err);

	if (rc == 0 && e->first_wave > e->nwave)
		rc = pt_journal_damaged(err, "where the run stands");
	if (rc == 0)
		count_active(e);
	if (rc == 0)
		rc = check_flight(e, err);
	if (rc == 0)
		rc = gather_members(e, err);
	if (rc == 0 && e->stage[e->at].state == PT_STAGE_READING)
		begin_reading(e);
	return rc;
}
