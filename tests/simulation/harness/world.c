/* A run from its departure to its end, through all its processes. See world.h. */
#include "tests/simulation/harness/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/errs.h"
#include "base/instant.h"
#include "cmd/catalogue.h"
#include "connectors/push/simulated/population.h"
#include "connectors/store/sqlite.h"
#include "pipeline/report.h"
#include "pipeline/slot.h"
#include "tests/simulation/harness/agreement.h"
#include "tests/simulation/harness/scene_hours.h"

enum { MOST_STEPS = 200000, MOST_HALTS = 6, MOST_LIVES = 200 };

static const int64_t LONGEST_MS = 400 * PT_DAY_MS;

void sim_story_release(struct sim_story *story)
{
	free(story->installed);
	pt_buf_release(&story->text);
	*story = (struct sim_story){.text = PT_BUF_INIT};
}

/* The suite and the train, as every process finds them. */
static int open_suite(struct sim_world *w, struct pt_err *err)
{
	struct pt_context *c = &w->context;
	int rc = pt_context_open(c, &w->args, err);

	if (rc < 0)
		return rc;
	c->source = calloc(c->suite->npackage + 1, sizeof(*c->source));
	if (!c->source)
		return pt_err_nomem(err);
	for (size_t p = 0; p < c->suite->npackage; p++)
		c->source[p] = &w->scene.source[p].base;
	rc = pt_context_choose(c, NULL, err);
	return rc < 0 ? rc : pt_context_depart(c, err);
}

/* What it tells its users. */
static void on_note(void *context, const struct pt_note *note)
{
	const struct sim_world *w = context;
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	if (w->trace) {
		pt_note_text(&line, note, w->context.plan);
		sim_trace(w, "note %.*s", (int)(line.len - 1), pt_buf_text(&line));
	}
	if (note->kind == PT_NOTE_LATE)
		sim_audit_late(w->auditor, note->package);
	if (note->kind == PT_NOTE_APPROVAL)
		sim_audit_asks(w->auditor, note->stage, note->at_ms);
}

/* What the plan says of when waves start. */
static void show_plan(const struct sim_world *w)
{
	const struct pt_plan *plan = w->context.plan;

	for (uint32_t s = 0; s < w->context.conf.nstage; s++) {
		const struct pt_stage_conf *conf = &w->context.conf.stage[s];

		for (size_t i = 0; i < plan->stage[s].nwave; i++) {
			const struct pt_plan_wave *wave = &plan->stage[s].wave[i];

			sim_audit_planned(
			    w->auditor,
			    &(struct sim_planned){s, pt_slot_batch(conf, wave->slot),
						  pt_slot_zone(conf, wave->slot), wave->package,
						  plan->stage[s].start_ms, wave->start_ms});
		}
	}
}

/* Its orgs, made up from the population file over what the train's packages released. */
static int make_platform(struct sim_world *w, struct pt_err *err)
{
	PT_CLEANUP(pt_population_freep) struct pt_population *population = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_sim_catalogue catalogue;
	int rc = pt_catalogue_of_train(&catalogue, &arena, w->context.train, err);

	sim_scene_population(&text, w->c);
	if (rc == 0 && pt_population_parse(&population, pt_buf_text(&text), text.len, "population",
					   &catalogue, &errs) < 0)
		rc = pt_err_set(err, PT_E_INVALID, "population: %s", errs.item[0].text);
	if (rc == 0)
		rc = pt_population_people(&w->platform, population, &catalogue, w->c->seed,
					  w->context.start_ms, err);
	pt_errs_release(&errs);
	pt_arena_release(&arena);
	return rc;
}

static int connect(struct sim_world *w, struct pt_err *err)
{
	const uint32_t *knob = w->c->knob;
	const struct pt_sim_api api = {
	    .latency = {knob[KNOB_LATENCY] * 500, knob[KNOB_LATENCY] * 1000},
	    .daily_limit = knob[KNOB_ALLOWANCE] ? 100 + knob[KNOB_ALLOWANCE] : 0};
	struct pt_context *c = &w->context;
	int rc = 0;

	c->session = calloc(c->suite->nconnector + 1, sizeof(*c->session));
	if (!c->session)
		return pt_err_nomem(err);
	for (uint32_t i = 0; rc == 0 && i < c->suite->nconnector; i++) {
		struct sim_line *line = &w->line[i];

		line->base.ops = &SIM_LINE;
		line->world = w;
		line->hub = i;
		rc = pt_push_open_platform(&line->platform, w->platform, &api, err);
		c->session[i] = &line->base;
	}
	c->clock = pt_clock_virtual(w->now_ms);
	return rc;
}

static bool disk_fails(void *context, uint32_t *after_out)
{
	struct sim_world *w = context;
	struct sim_fault fault;

	if (!sim_take_fault(&fault, w, FAULT_DISK, FAULT_DISK))
		return false;
	*after_out = fault.draw % 8;
	return true;
}

static int open_journal(struct sim_world *w, struct pt_err *err)
{
	int rc = pt_store_open_sqlite(&w->store, w->state, &pt_journal_schema, PT_STORE_MAKE, err);

	w->frail = (struct sim_frail){
	    .base.ops = &SIM_FRAIL, .inner = w->store, .fails = disk_fails, .context = w};
	w->journal.store = &w->frail.base;
	return rc;
}

static int begin_run(struct sim_world *w, struct pt_err *err)
{
	const struct pt_run_row row = {.suite = "simulated",
				       .train = w->context.conf.name,
				       .id = w->context.id,
				       .timezone = "UTC",
				       .departed_by = SIM_DEPARTED_BY,
				       .begun_ms = w->now_ms,
				       .start_ms = w->context.start_ms};
	int rc = pt_journal_begin(&w->run, w->store, &row, "plan", 4, err);

	w->journal.run = w->run.row.run;
	return rc;
}

/* What the journal says, or all anew when nothing was written down before the process died. */
static int take_up(struct sim_world *w, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	int rc = pt_journal_progress(&progress, &texts, &w->journal, err);

	pt_arena_release(&texts);
	if (rc < 0)
		return rc;
	if (progress.norg == 0) {
		rc = pt_context_plan(&w->context, true, NULL, err);
		return rc < 0 ? rc : pt_context_engine(&w->context, true, err);
	}
	rc = pt_context_survey(&w->context, true, true, err);
	return rc < 0 ? rc : pt_context_put_back(&w->context, &w->journal, err);
}

static void bury(struct sim_world *w)
{
	if (w->context.clock.now_ms)
		w->now_ms = w->context.clock.now_ms(&w->context.clock);
	sim_audit_forget(w->auditor);
	pt_context_release(&w->context);
	pt_store_closep(&w->store);
}

static int resurrect(struct sim_world *w, struct pt_err *err)
{

	bury(w);
	w->dead = w->told_abort = false;
	w->armed = false;
	w->exclusions = w->wishes = true;
	sim_audit_stopped(w->auditor, false);
	w->nlife++;
	sim_trace(w, "process %u", w->nlife);
	int rc = open_journal(w, err);

	if (rc == 0)
		rc = open_suite(w, err);
	if (rc == 0)
		rc = connect(w, err);
	return rc < 0 ? rc : take_up(w, err);
}

static int depart(struct sim_world *w, struct pt_err *err)
{
	int rc = open_suite(w, err);

	w->now_ms = w->context.start_ms;
	if (rc == 0)
		rc = make_platform(w, err);
	if (rc == 0 && !sim_scene_write_orgs(&w->scene, w->platform))
		rc = pt_err_set(err, PT_E_IO, "the files of orgs cannot be written");
	if (rc < 0)
		return rc;
	w->auditor = sim_auditor_new(&w->scene, w->platform, w->context.start_ms);
	if (!w->auditor)
		return pt_err_nomem(err);
	rc = connect(w, err);
	if (rc == 0)
		rc = open_journal(w, err);
	if (rc == 0)
		rc = pt_context_plan(&w->context, true, NULL, err);
	if (rc == 0)
		rc = begin_run(w, err);
	if (rc == 0)
		show_plan(w);
	return rc < 0 ? rc : pt_context_engine(&w->context, true, err);
}

static int heed_exclusions(struct sim_world *w, struct pt_err *err)
{
	struct pt_org_list list = {.key = NULL};
	struct pt_err unknown = PT_ERR_INIT;
	int rc = pt_journal_exclusions(&list, &w->journal, err);

	w->exclusions = false;
	if (rc < 0)
		return rc;
	free(w->context.lists.by_hand.key);
	w->context.lists.by_hand = list;
	for (size_t i = 0; i < list.n; i++) {
		sim_audit_left_out(w->auditor, pt_platform_find_org(w->platform, &list.key[i]));
		(void)!pt_engine_exclude(w->context.engine, &list.key[i], &unknown);
	}
	return 0;
}

static int die(struct sim_world *w, struct pt_err *err)
{
	w->dead = true;
	return pt_err_set(err, PT_E_IO, "killed");
}

/* Between two steps: what its users want, and what happens to the process. */
static int ask(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct sim_world *w = context;
	struct sim_fault fault;

	*out = PT_DRIVE_GO_ON;
	if (++w->nstep > MOST_STEPS)
		return pt_err_set(err, PT_E_PLATFORM, "the run does not end");
	if (w->context.clock.at_ms > w->context.start_ms + LONGEST_MS)
		return pt_err_set(err, PT_E_PLATFORM, "the run takes longer than a year");
	if (sim_take_fault(&fault, w, FAULT_ASLEEP, FAULT_ASLEEP)) {
		int64_t now_ms = w->context.clock.at_ms;

		sim_audit_slept(w->auditor);
		sim_audit_trouble(w->auditor, now_ms, now_ms + (1 + fault.draw % 48) * PT_HOUR_MS);
		w->context.clock.at_ms += (1 + fault.draw % 48) * PT_HOUR_MS;
	}
	if (sim_take_fault(&fault, w, FAULT_DIE_BEFORE_STEP, FAULT_DIE_BEFORE_STEP))
		return die(w, err);
	if (sim_take_fault(&fault, w, FAULT_STOP, FAULT_STOP)) {
		sim_audit_stopped(w->auditor, true);
		*out = PT_DRIVE_STOP;
	}
	if (w->aborting && !w->told_abort) {
		w->told_abort = true;
		sim_audit_aborted(w->auditor);
		sim_audit_stopped(w->auditor, false);
		*out = PT_DRIVE_ABORT;
	}
	int rc = w->exclusions ? heed_exclusions(w, err) : 0;

	if (rc == 0 && w->wishes) {
		w->wishes = false;
		rc = pt_engine_hear(w->context.engine, &w->journal, err);
	}
	return rc;
}

/* It has ended, and somebody pushes once more what is left. */
static bool wants_again(struct sim_world *w)
{
	uint32_t how = w->c->knob[KNOB_REPUSH];

	if (!how || w->again || w->aborting || pt_engine_aborted(w->context.engine))
		return false;
	w->again = true;
	sim_wish_repush(w, how - 1);
	return true;
}

/* One process, from its start to its end. True: the run goes on in another one. */
static bool live(struct sim_world *w)
{
	struct pt_driver *driver = &w->context.driver;
	struct pt_engine *engine = w->context.engine;
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end end = PT_DRIVE_FINISHED;

	driver->journal = &w->journal;
	driver->ask = ask;
	driver->ask_context = w;
	driver->check = sim_check;
	driver->check_context = w;
	driver->on_note = on_note;
	driver->note_context = w;
	w->armed = true;
	int rc;

	do {
		rc = pt_engine_hear(engine, &w->journal, &err);
		if (rc == 0)
			rc = pt_engine_reopen(engine, &err);
		if (rc == 0)
			rc = pt_driver_run(&end, driver, engine, &err);
	} while (rc == 0 && pt_engine_repush_due(engine));
	if (rc == 0)
		rc = pt_engine_record_progress(engine, &w->journal, &err);
	w->armed = false;
	/* Somebody who wants one more pass is told to resume first. */
	if (rc == -PT_E_REFUSED) {
		sim_audit_halted(w->auditor);
		return false;
	}
	if (rc < 0 && !w->dead && !w->frail.failed) {
		sim_violation(w->auditor, "the process failed: %s", err.text);
		return false;
	}
	if (rc < 0 || end == PT_DRIVE_STOPPED)
		return true;
	if (end == PT_DRIVE_APPROVAL) {
		sim_answer(w);
		return true;
	}
	if (pt_engine_state(engine) != PT_RUN_HALTED) {
		sim_audit_unhalted(w->auditor);
		return wants_again(w);
	}
	/* Its users go on, and give up when it goes on halting. */
	if (sim_mend_halt(w))
		return true;
	sim_audit_halted(w->auditor);
	w->aborting |= ++w->nhalt > MOST_HALTS;
	if (w->nhalt <= 2 * MOST_HALTS)
		return true;
	sim_violation(w->auditor, "the run halts again and again: %s", pt_engine_halt_text(engine));
	return false;
}

/* Every process until the run has ended. */
static void live_on(struct sim_world *w)
{
	struct pt_err err = PT_ERR_INIT;

	w->nlife = 1;
	while (live(w)) {
		if (w->nlife == MOST_LIVES) {
			sim_violation(w->auditor, "the run needs too many processes");
			return;
		}
		if (resurrect(w, &err) < 0) {
			sim_violation(w->auditor, "the run cannot be resumed: %s", err.text);
			return;
		}
		if (!pt_engine_repush_due(w->context.engine)) {
			sim_audit_goes_on(w->auditor);
			pt_engine_go_on(w->context.engine);
		}
	}
}

/* The journal alone, read by another process, says what the engine knew and what is so. */
static void compare_journal(struct sim_world *w)
{
	struct sim_pairs *before = sim_pairs_of(&w->context);
	struct pt_err err = PT_ERR_INIT;

	if (before && resurrect(w, &err) == 0)
		sim_agree(w->auditor, &w->context, &w->journal, w->platform, before);
	else
		sim_violation(w->auditor, "the journal cannot be read at the end: %s", err.text);
	free(before);
}

static bool tell(struct sim_story *out, const struct sim_world *w)
{
	out->norg = pt_platform_norg(w->platform);
	out->npackage = w->c->knob[KNOB_PACKAGES];
	out->ncall = w->ncall;
	out->nlife = w->nlife;
	out->nviolation = sim_nviolation(w->auditor);
	memcpy(out->nhappened, w->nhappened, sizeof(out->nhappened));
	pt_buf_str(&out->text, sim_violations(w->auditor));
	out->installed = calloc((size_t)out->norg * out->npackage + 1, sizeof(*out->installed));
	for (uint32_t i = 0; out->installed && i < out->norg * out->npackage; i++)
		out->installed[i] =
		    pt_platform_installed(w->platform, i / out->npackage, i % out->npackage);
	return out->installed != NULL;
}

bool sim_world_play(struct sim_story *out, const struct sim_case *c, const char *folder,
		    FILE *trace)
{
	struct pt_err err = PT_ERR_INIT;
	struct sim_world *w = calloc(1, sizeof(*w));
	bool ok = w && sim_scene_write(&w->scene, c, folder);
	char start[SIM_MOMENT];

	*out = (struct sim_story){.text = PT_BUF_INIT};
	if (!ok) {
		free(w);
		return false;
	}
	w->c = c;
	w->trace = trace;
	w->args = (struct pt_args){.file = w->scene.suite,
				   .at = "2026-01-02",
				   .start = sim_scene_start(start, c),
				   .seed = -1,
				   .quiet = true};
	snprintf(w->state, sizeof(w->state), "%.*s/state.db", SIM_PATH - 10, folder);
	remove(w->state);
	ok = depart(w, &err) == 0;
	if (ok) {
		live_on(w);
		if (sim_nviolation(w->auditor) == 0)
			compare_journal(w);
		sim_audit_end(w->auditor, w->aborting);
		ok = tell(out, w);
	} else {
		fprintf(stderr, "the case cannot be staged: %s\n", err.text);
	}
	for (int i = 0; i < SIM_HUBS; i++)
		sim_line_release(&w->line[i]);
	pt_context_release(&w->context);
	pt_store_closep(&w->store);
	pt_run_release(&w->run);
	sim_auditor_free(w->auditor);
	pt_platform_free(w->platform);
	free(w);
	return ok;
}
