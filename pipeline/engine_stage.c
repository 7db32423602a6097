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
	size_t nbatch = stage_conf(e)->nbatch;
	uint32_t *next;

	free(e->member);
	free(e->batch_first);
	e->member = calloc((size_t)audience->norg + 1, sizeof(*e->member));
	e->batch_first = calloc(nbatch + 2, sizeof(*e->batch_first));
	if (!e->member || !e->batch_first)
		return pt_err_nomem(err);
	next = e->batch_first + 1;
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] == e->at)
			next[audience->batch[org] + 1]++;
	}
	for (size_t b = 1; b <= nbatch; b++)
		next[b] += next[b - 1];
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->stage[org] == e->at)
			e->member[next[audience->batch[org]]++] = org;
	}
	e->nmember = e->batch_first[nbatch];
	return 0;
}

/* Adds up one package over the current stage's orgs. */
static void tally_stage(struct pt_tally *out, const struct pt_engine *e)
{
	*out = (struct pt_tally){0};
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++)
			pt_tally_add(out, pair_of(e, p, e->member[i]));
	}
}

static int check_drift(struct pt_engine *e, uint64_t eligible, uint32_t njoined, struct pt_err *err)
{
	uint64_t planned = e->setup.stage_eligible[e->at];
	uint64_t change = planned > eligible ? planned - eligible : eligible - planned;

	if (njoined > change)
		change = njoined;
	if (change * PT_RATIO_ONE <= planned * (uint64_t)e->setup.conf->drift_ppm)
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
	stage->state = PT_STAGE_WAVES;
	if (rc == 0)
		rc = waves_plan(e, err);
	if (rc < 0)
		return rc;
	tally_stage(&tally, e);
	rc = note_push(e,
		       &(struct pt_note){.kind = PT_NOTE_STAGE_WAVES,
					 .a = tally.eligible,
					 .b = tally.excluded,
					 .c = tally.already_current,
					 .d = e->nmember},
		       err);
	return rc < 0 ? rc : check_drift(e, tally.eligible, njoined, err);
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
		stage->pass_at = 0;
		stage->pass_open = false;
		return 0;
	}
	stage->state = PT_STAGE_SOAKING;
	int64_t until_ms = stage->waves_end_ms + stage_conf(e)->soak_ms;

	if (until_ms <= e->now_ms)
		return 0;
	return note_push(e, &(struct pt_note){.kind = PT_NOTE_SOAKING, .until_ms = until_ms}, err);
}

/* Package by package in dependency order, one at a time. */
static int pass_step(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);
	struct pt_note note = {.pass = stage->pass, .a = e->repush.on};
	int rc = 0;

	if (e->now_ms < stage->pass_start_ms)
		return 0;
	if (!stage->pass_open) {
		stage->pass_open = true;
		note.kind = PT_NOTE_PASS_OPENED;
		rc = note_push(e, &note, err);
		if (rc == 0)
			rc = pass_wave(e, e->setup.train->order[stage->pass_at], stage->pass, err);
	}
	while (rc == 0) {
		rc = wave_step(e, e->nwave - 1, err);
		if (rc < 0 || !e->wave[e->nwave - 1].done)
			return rc;
		if (++stage->pass_at == e->pairs.npackage)
			break;
		rc = pass_wave(e, e->setup.train->order[stage->pass_at], stage->pass, err);
	}
	if (rc < 0)
		return rc;
	note.kind = PT_NOTE_PASS_DONE;
	rc = note_push(e, &note, err);
	if (rc < 0)
		return rc;
	return e->repush.on ? repush_end_pass(e, err) : after_waves(e, err);
}

static bool beyond(const struct pt_limit_conf *limit, uint64_t n, uint64_t of)
{
	if (limit->count != PT_UNSET && n > (uint64_t)limit->count)
		return true;
	return limit->ratio_ppm != PT_UNSET && n * PT_RATIO_ONE > of * (uint64_t)limit->ratio_ppm;
}

static int halt_gate(struct pt_engine *e, struct pt_err *err, uint64_t n, uint64_t of,
		     const char *what)
{
	return halt(e, err, "gate of stage '%s' does not hold: %llu of %llu pushes %s",
		    stage_conf(e)->name, (unsigned long long)n, (unsigned long long)of, what);
}

static int judge_gate(struct pt_engine *e, const struct pt_tally *t, int32_t ppm,
		      struct pt_err *err)
{
	const struct pt_gate_conf *gate = &stage_conf(e)->gate;

	if (PT_DEFECT(gate_always_holds))
		return 0;
	if (gate->success_ppm != PT_UNSET && ppm < gate->success_ppm) {
		PT_MARK(gate_success_fails);
		return halt(e, err,
			    "gate of stage '%s' does not hold: %llu at target and %llu failed is "
			    "%.2f%%, below %g%%",
			    stage_conf(e)->name, (unsigned long long)t->at_target,
			    (unsigned long long)pt_tally_failed(t), ppm / 10000.0,
			    gate->success_ppm / 10000.0);
	}
	if (beyond(&gate->held, t->held, t->eligible)) {
		PT_MARK(gate_held_fails);
		return halt_gate(e, err, t->held, t->eligible, "are held");
	}
	if (beyond(&gate->unknown, t->unknown, t->eligible)) {
		PT_MARK(gate_unknown_fails);
		return halt_gate(e, err, t->unknown, t->eligible, "are unknown");
	}
	if (beyond(&gate->benign, t->benign, t->eligible)) {
		PT_MARK(gate_benign_fails);
		return halt_gate(e, err, t->benign, t->eligible, "are benign");
	}
	PT_MARK(gate_holds);
	return 0;
}

static int32_t success_ppm(const struct pt_tally *t)
{
	uint64_t known = t->at_target + pt_tally_failed(t);

	return known ? (int32_t)(t->at_target * PT_RATIO_ONE / known) : PT_RATIO_ONE;
}

int gate_judge(struct pt_engine *e, struct pt_err *err)
{
	struct pt_tally tally;

	tally_stage(&tally, e);
	return judge_gate(e, &tally, success_ppm(&tally), err);
}

static int end_stage(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = current(e);
	struct pt_tally tally;

	if (e->now_ms < stage->waves_end_ms + stage_conf(e)->soak_ms && !PT_DEFECT(skip_soak))
		return 0;
	tally_stage(&tally, e);
	stage->end_ms = e->now_ms;
	int rc = note_push(e,
			   &(struct pt_note){.kind = PT_NOTE_STAGE_DONE,
					     .a = tally.at_target,
					     .b = pt_tally_failed(&tally),
					     .c = tally.held,
					     .ppm = success_ppm(&tally)},
			   err);
	if (rc == 0)
		rc = judge_gate(e, &tally, success_ppm(&tally), err);
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
		return begin_stage(e, err);
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
		return e->halting ? 0 : pass_step(e, err);
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
		return e->setup.stage_start_ms[e->at];
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
		return stage->pass_open ? PT_NEVER : stage->pass_start_ms;
	case PT_STAGE_SOAKING:
		return stage->waves_end_ms + stage_conf(e)->soak_ms;
	case PT_STAGE_DONE:
	case PT_STAGE_HALTED:
		break;
	}
	return PT_NEVER;
}
