/*
 * A stage's gate: figures that must hold, and a command that must agree. See
 * engine_internal.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pipeline/engine_internal.h"

void tally_stage(struct pt_tally *out, const struct pt_engine *e)
{
	*out = (struct pt_tally){0};
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++)
			pt_tally_add(out, pair_of(e, p, e->member[i]));
	}
}

int32_t success_ppm(const struct pt_tally *t)
{
	uint64_t known = t->at_target + pt_tally_failed(t);

	return known ? (int32_t)(t->at_target * PT_RATIO_ONE / known) : PT_RATIO_ONE;
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

static int judge_success(struct pt_engine *e, const struct pt_tally *t, struct pt_err *err)
{
	const struct pt_gate_conf *gate = &stage_conf(e)->gate;
	uint64_t known = t->at_target + pt_tally_failed(t);
	int32_t ppm = success_ppm(t);

	if (known < gate->minimum && known < t->eligible) {
		PT_MARK(gate_minimum_fails);
		return halt(e, err,
			    "gate of stage '%s' does not hold: %llu outcomes are known, fewer than "
			    "the minimum of %u",
			    stage_conf(e)->name, (unsigned long long)known, gate->minimum);
	}
	if (gate->success_ppm != PT_UNSET && ppm < gate->success_ppm) {
		PT_MARK(gate_success_fails);
		return halt(e, err,
			    "gate of stage '%s' does not hold: %llu at target and %llu failed is "
			    "%.2f%%, below %g%%",
			    stage_conf(e)->name, (unsigned long long)t->at_target,
			    (unsigned long long)pt_tally_failed(t), ppm / 10000.0,
			    gate->success_ppm / 10000.0);
	}
	return 0;
}

/* A push that waits counts against the package that is missing. */
static int halt_held(struct pt_engine *e, const struct pt_tally *t, struct pt_err *err)
{
	uint32_t *nheld = calloc((size_t)e->pairs.npackage + 1, sizeof(*nheld)), most = 0;
	char what[160];

	if (!nheld)
		return pt_err_nomem(err);
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		for (uint32_t i = 0; i < e->nmember; i++) {
			const struct pt_pair *pair = pair_of(e, p, e->member[i]);

			if (pair->state == PT_PAIR_HELD)
				nheld[pair->detail]++;
		}
	}
	for (uint32_t base = 1; base < e->pairs.npackage; base++) {
		if (nheld[base] > nheld[most])
			most = base;
	}
	snprintf(what, sizeof(what), "are held, %u of them until %.80s is there", nheld[most],
		 e->setup.train->package[most].name);
	free(nheld);
	return halt_gate(e, err, t->held, t->eligible, what);
}

static int judge_classes(struct pt_engine *e, const struct pt_tally *t, struct pt_err *err)
{
	const struct pt_gate_conf *gate = &stage_conf(e)->gate;
	char what[64];

	for (int c = 0; c < PT_FAILURE_NCLASS && !PT_DEFECT(ignore_classes); c++) {
		if (!beyond(&gate->failed[c], t->failed[c], t->eligible))
			continue;
		PT_MARK(gate_class_fails);
		snprintf(what, sizeof(what), "failed, class %s",
			 pt_failure_class_text((enum pt_failure_class)c));
		return halt_gate(e, err, t->failed[c], t->eligible, what);
	}
	return 0;
}

static int judge_limits(struct pt_engine *e, const struct pt_tally *t, struct pt_err *err)
{
	const struct pt_gate_conf *gate = &stage_conf(e)->gate;

	if (beyond(&gate->held, t->held, t->eligible)) {
		PT_MARK(gate_held_fails);
		return halt_held(e, t, err);
	}
	if (beyond(&gate->unknown, t->unknown, t->eligible)) {
		PT_MARK(gate_unknown_fails);
		return halt_gate(e, err, t->unknown, t->eligible, "are unknown");
	}
	if (beyond(&gate->benign, t->benign, t->eligible)) {
		PT_MARK(gate_benign_fails);
		return halt_gate(e, err, t->benign, t->eligible, "are benign");
	}
	return judge_classes(e, t, err);
}

int gate_judge(struct pt_engine *e, struct pt_err *err)
{
	const struct stage *stage = &e->stage[e->at];
	struct pt_tally tally;
	int rc;

	if (PT_DEFECT(gate_always_holds) || stage->excused)
		return 0;
	tally_stage(&tally, e);
	rc = judge_success(e, &tally, err);
	if (rc == 0 && !e->halting)
		rc = judge_limits(e, &tally, err);
	if (rc == 0 && !e->halting && stage->check == CHECK_FAILS)
		rc = halt(e, err, "gate of stage '%s' does not hold: its check says no: %s",
			  stage_conf(e)->name, e->check_text);
	if (rc == 0 && !e->halting)
		PT_MARK(gate_holds);
	return rc;
}

int gate_check(bool *done_out, struct pt_engine *e, struct pt_err *err)
{
	const struct pt_check_conf *check = &stage_conf(e)->gate.check;
	struct stage *stage = &e->stage[e->at];
	struct pt_note note = {.kind = PT_NOTE_CHECKING, .text = check->command};

	*done_out = !check->command || stage->excused || stage->check >= CHECK_HOLDS ||
		    PT_DEFECT(skip_check);
	if (*done_out || stage->check != CHECK_NOT_RUN)
		return 0;
	stage->check = CHECK_WANTED;
	if (e->setup.rehearsal) {
		*done_out = true;
		stage->check = CHECK_HOLDS;
		note = (struct pt_note){.kind = PT_NOTE_CHECKED,
					.text = "not run in a rehearsal, taken for held"};
	}
	return note_push(e, &note, err);
}

bool pt_engine_take_check(struct pt_check *out, struct pt_engine *e)
{
	struct stage *stage = &e->stage[e->at];

	if (stage->check != CHECK_WANTED || e->finished)
		return false;
	stage->check = CHECK_RUNNING;
	*out = (struct pt_check){.stage = e->at, .conf = &stage_conf(e)->gate.check};
	tally_stage(&out->tally, e);
	out->success_ppm = success_ppm(&out->tally);
	return true;
}

/* On one line, for a note and for what halts. */
static void keep_output(struct pt_engine *e, const char *output)
{
	size_t n = 0;

	for (; *output && n + 1 < sizeof(e->check_text); output++)
		e->check_text[n++] = (unsigned char)*output < ' ' ? ' ' : *output;
	e->check_text[n] = '\0';
}

int pt_engine_checked(struct pt_engine *e, int64_t now_ms, bool holds, const char *output,
		      struct pt_err *err)
{
	struct stage *stage = &e->stage[e->at];
	uint32_t text;

	e->now_ms = now_ms;
	if (stage->check != CHECK_RUNNING)
		return 0;
	stage->check = holds ? CHECK_HOLDS : CHECK_FAILS;
	keep_output(e, output);
	if (!holds)
		return 0;
	int rc = pt_intern_put(&text, e->texts, e->check_text, err);

	return rc < 0 ? rc
		      : note_push(e,
				  &(struct pt_note){.kind = PT_NOTE_CHECKED,
						    .text = pt_intern_text(e->texts, text)},
				  err);
}
