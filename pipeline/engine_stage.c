/*
 * A stage from its first read to its gate: read who has what, the waves, the
 * re-push passes, the soak, the gate. See engine_internal.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

static struct stage *current(struct pt_engine *e)
{
	return &e->stage[e->at];
}

/* Of a package that was read a moment ago, only who has a live job now. Before a pass that somebody
   asked for, only the records of its orgs: their jobs are read with each request. */
void begin_reading(struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++)
		e->read_retry[p] =
		    (struct retry){.open = true, .live = !e->repush.on && package_is_fresh(e, p)};
	e->nread_open = e->pairs.npackage;
}

static int send_reads(struct pt_engine *e, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t p = 0; rc == 0 && p < e->pairs.npackage; p++) {
		struct retry *read = &e->read_retry[p];
		struct pending_call call = {
		    .call = {.op = read->live ? PT_PUSH_LIVE_JOBS : PT_PUSH_SUBSCRIBERS}};

		if (!read->open || read->sent || e->now_ms < read->due_ms ||
		    !budget_allows(e, e->setup.connector[p]))
			continue;
		call.call.package_id = pt_inventory_package_id(e->setup.inventory, p);
		call.call.cookie = cookie_new(
		    &read->sent, e, read->live ? COOKIE_READ_LIVE : COOKIE_READ_SUBSCRIBERS, p);
		read->asked_ms = e->now_ms;
		if (e->repush.on)
			rc = repush_set_orgs(e, &call, err);
		if (rc == 0)
			rc = call_push(e, p, &call, err);
	}
	return rc;
}

static int begin_stage(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);

	stage->state = PT_STAGE_READING;
	stage->start_ms = e->now_ms;
	stage->waves_end_ms = e->now_ms;
	begin_reading(e);
	return send_reads(e, err);
}

static void mark_live(struct pt_engine *e, uint32_t package, const struct pt_push_reply *reply)
{
	for (uint32_t org = 0; org < e->pairs.norg; org++) {
		if (pair_of(e, package, org)->live)
			pair_edit(e, package, org)->live = false;
	}
	for (size_t i = 0; i < reply->nlive; i++) {
		uint32_t org = pt_inventory_find(e->setup.inventory, &reply->live[i]);

		if (org < e->pairs.norg)
			pair_edit(e, package, org)->live = true;
	}
}

int stage_reply(struct pt_engine *e, enum cookie_kind kind, uint32_t package,
		const struct pt_push_reply *reply, struct pt_err *err)
{
	struct retry *read = &e->read_retry[package];

	read->sent = 0;
	current(e)->figures[package].http_calls += reply->http_calls;
	if (reply->outcome != PT_PUSH_OK)
		detail_error(e, package, NULL, "reading who has it", reply->text);
	if (reply_may_be_repeated(reply) && !retry_exhausted(read)) {
		PT_MARK(stage_read_repeated);
		retry_later(e, read, reply);
		return 0;
	}
	if (reply->outcome != PT_PUSH_OK) {
		PT_MARK(stage_read_refused);
		read->open = false;
		e->nread_open--;
		return halt(e, err, "reading who has %s: %s", e->setup.train->package[package].name,
			    reply->text ? reply->text : "no answer");
	}
	if (e->repush.on) {
		read->open = false;
		e->nread_open--;
		return take_subscribers(
		    e, package, reply,
		    (struct pt_inventory_read){e->repush.read, e->repush.nread, read->asked_ms, 0},
		    err);
	}
	if (kind == COOKIE_READ_SUBSCRIBERS) {
		e->fresh_ms[package] = read->asked_ms;
		*read = (struct retry){.open = true, .live = true};
		return take_subscribers(
		    e, package, reply, (struct pt_inventory_read){.asked_ms = e->fresh_ms[package]},
		    err);
	}
	mark_live(e, package, reply);
	read->open = false;
	e->nread_open--;
	return 0;
}

int gather_members(struct pt_engine *e, struct pt_err *err)
{
	const struct pt_audience *audience = e->setup.audience;
	uint32_t nslot = pt_stage_nslot(stage_conf(e));
	uint32_t *next;

	free(e->member);
	free(e->slot_first);
	e->member = calloc((size_t)audience->norg + 1, sizeof(*e->member));
	e->slot_first = calloc((size_t)nslot + 2, sizeof(*e->slot_first));
	if (!e->member || !e->slot_first)
		return pt_err_nomem(err);
	next = e->slot_first + 1;
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] == e->at)
			next[audience->slot[org] + 1]++;
	}
	for (uint32_t s = 1; s <= nslot; s++)
		next[s] += next[s - 1];
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] == e->at)
			e->member[next[audience->slot[org]]++] = org;
	}
	e->nmember = e->slot_first[nslot];
	return 0;
}

static int check_drift(struct pt_engine *e, uint64_t eligible, uint32_t njoined, struct pt_err *err)
{
	uint64_t planned = e->setup.stage_eligible[e->at];
	uint64_t change = planned > eligible ? planned - eligible : eligible - planned;

	if (njoined > change)
		change = njoined;
	if (change * PT_RATIO_ONE <= planned * (uint64_t)e->setup.conf->drift_ppm ||
	    current(e)->excused)
		return 0;
	PT_MARK(drifted);
	return halt(e, err,
		    "stage '%s': the plan counted %llu pushes, now there are %llu and %u orgs are "
		    "new: more than the drift of %g%% that the train allows",
		    stage_conf(e)->name, (unsigned long long)planned, (unsigned long long)eligible,
		    njoined, e->setup.conf->drift_ppm / 10000.0);
}

static int begin_waves(struct pt_engine *e, struct pt_err *err)
{
	const struct pt_engine_setup *s = &e->setup;
	struct stage *stage = current(e);
	struct pt_tally tally;
	uint32_t njoined = 0;
	int rc = pt_audience_refresh(&njoined, s->audience, s->suite, s->conf, s->lists,
				     s->inventory, e->now_ms, err);

	if (rc == 0)
		rc = gather_members(e, err);
	for (uint32_t p = 0; rc == 0 && p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++) {
			uint32_t org = e->member[i];
			bool live = pair_of(e, p, org)->live;
			struct pt_pair pair =
			    pt_pair_classify(s->targets, s->inventory, s->audience, p, org);

			pair.live = live;
			*pair_edit(e, p, org) = pair;
		}
	}
	if (rc < 0)
		return rc;
	stage->njoined += njoined;
	tally_stage(&tally, e);
	/* Halted there it reads again before it goes on. */
	rc = check_drift(e, tally.eligible, stage->njoined, err);
	if (rc < 0 || e->halting)
		return rc;
	stage->excused = false; /* of its drift, not of its gate */
	stage->state = PT_STAGE_WAVES;
	rc = waves_plan(e, err);
	if (rc < 0)
		return rc;
	return note_push(e,
			 &(struct pt_note){.kind = PT_NOTE_STAGE_WAVES,
					   .a = tally.eligible,
					   .b = tally.excluded,
					   .c = tally.already_current,
					   .d = e->nmember},
			 err);
}

static bool waves_done(const struct pt_engine *e)
{
	for (uint32_t i = e->first_wave; i < e->nwave; i++) {
		if (!e->wave[i].done)
			return false;
	}
	return true;
}

static int after_waves(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);
	const struct pt_repush_conf *repush = &e->setup.conf->repush;
	int64_t after_ms = stage->waves_end_ms + repush->after_ms;

	if (stage->pass < repush->passes + stage->by_hand && anything_retryable(e)) {
		stage->state = PT_STAGE_PASSES;
		if (stage->pass > 0)
			after_ms = stage->pass_start_ms + repush->every_ms;
		stage->pass++;
		stage->pass_start_ms = after_ms > e->now_ms ? after_ms : e->now_ms;
		stage->pass_open = false;
		return 0;
	}
	stage->state = PT_STAGE_SOAKING;
	int64_t until_ms = stage->waves_end_ms + stage_conf(e)->soak_ms;

	if (until_ms <= e->now_ms)
		return 0;
	return note_push(e, &(struct pt_note){.kind = PT_NOTE_SOAKING, .until_ms = until_ms}, err);
}

static int step_pass(struct pt_engine *e, struct pt_err *err)
{
	bool done = false;
	int rc = pass_step(&done, e, err);

	if (rc < 0 || !done)
		return rc;
	return e->repush.on ? repush_end_pass(e, err) : after_waves(e, err);
}

static int end_stage(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);
	struct pt_tally tally;
	bool checked = false;

	if (e->now_ms < stage->waves_end_ms + stage_conf(e)->soak_ms && !PT_DEFECT(skip_soak))
		return 0;
	int rc = gate_check(&checked, e, err);

	if (rc < 0 || !checked)
		return rc;
	tally_stage(&tally, e);
	stage->end_ms = e->now_ms;
	rc = note_push(e,
		       &(struct pt_note){.kind = PT_NOTE_STAGE_DONE,
					 .a = tally.at_target,
					 .b = pt_tally_failed(&tally),
					 .c = tally.held,
					 .ppm = success_ppm(&tally)},
		       err);
	if (rc == 0)
		rc = gate_judge(e, err);
	if (rc == 0 && !e->halting) {
		stage->state = PT_STAGE_DONE;
		e->at++;
	}
	return rc;
}

int stage_step(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);
	int rc = 0;

	switch (stage->state) {
	case PT_STAGE_AHEAD:
		if (!e->halting && repush_wanted(e))
			return repush_begin(e, err);
		if (e->halting || e->now_ms < e->setup.stage_start_ms[e->at])
			return 0;
		return approval_given(e) ? begin_stage(e, err) : approval_step(e, err);
	case PT_STAGE_READING:
		if (e->halting)
			return 0;
		if (e->nread_open)
			return send_reads(e, err);
		return e->repush.on ? repush_begin_pass(e, err) : begin_waves(e, err);
	case PT_STAGE_WAVES:
		for (uint32_t i = e->first_wave; rc == 0 && i < e->nwave; i++)
			rc = wave_step(e, i, err);
		if (rc == 0 && !e->halting && waves_done(e))
			rc = after_waves(e, err);
		return rc;
	case PT_STAGE_PASSES:
		return e->halting ? 0 : step_pass(e, err);
	case PT_STAGE_SOAKING:
		if (e->halting)
			return 0;
		return repush_wanted(e) ? repush_begin(e, err) : end_stage(e, err);
	case PT_STAGE_DONE:
		/* A pass that was asked for after the end is over. */
		e->at++;
		break;
	case PT_STAGE_HALTED:
		break;
	}
	return 0;
}

int64_t stage_wake_ms(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];
	int64_t wake = PT_NEVER;

	switch (stage->state) {
	case PT_STAGE_AHEAD:
		return stage->asked_ms ? approval_wake_ms(e) : e->setup.stage_start_ms[e->at];
	case PT_STAGE_READING:
		for (uint32_t p = 0; p < e->pairs.npackage; p++) {
			if (e->read_retry[p].open && !e->read_retry[p].sent)
				wake =
				    sooner(wake, later(e->read_retry[p].due_ms,
						       budget_open_ms(e, e->setup.connector[p])));
		}
		return wake;
	case PT_STAGE_WAVES:
		for (uint32_t i = e->first_wave; i < e->nwave; i++)
			wake = sooner(wake, wave_wake_ms(e, &e->wave[i]));
		return wake;
	case PT_STAGE_PASSES:
		return pass_wake_ms(e);
	case PT_STAGE_SOAKING:
		if (stage->check == CHECK_WANTED || stage->check == CHECK_RUNNING)
			return PT_NEVER;
		return stage->waves_end_ms + stage_conf(e)->soak_ms;
	case PT_STAGE_DONE:
	case PT_STAGE_HALTED:
		break;
	}
	return PT_NEVER;
}
