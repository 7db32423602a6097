/* See live.h. */
#include "cmd/live.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "cmd/teller.h"
#include "pipeline/journal_hours.h"
#include "pipeline/notice.h"
#include "pipeline/status.h"

static volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

bool pt_live_stopped(void)
{
	return stop_signal != 0;
}

void pt_live_catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction hangup;

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	/* A terminal that goes away says so more than once. Under nohup it says nothing. */
	action.sa_flags = 0;
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		(void)sigaction(SIGHUP, &action, NULL);
}

void pt_live_need_no_reader(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGPIPE, &action, NULL);
}

int pt_live_open(struct pt_live *live, const struct pt_args *args, enum pt_store_mode mode,
		 struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lock = PT_BUF_INIT;

	if (pt_metrics_file_check(args, err) < 0)
		return -(int)PT_E_USAGE;
	live->state = pt_context_state_path(args);
	if (!live->state)
		return pt_err_nomem(err);
	pt_buf_printf(&lock, "%s.lock", live->state);
	live->lock_file = pt_buf_take(&lock);
	if (!live->lock_file)
		return pt_err_nomem(err);
	struct pt_err why = PT_ERR_INIT;
	int rc = pt_store_open_sqlite(&live->store, live->state, &pt_journal_schema, mode, &why);

	if (rc == -PT_E_NOTFOUND)
		return pt_err_set(err, PT_E_NOTFOUND,
				  "%s: 'pushtrain run PLAN' makes one, --state FILE names another",
				  why.text);
	if (rc < 0 && err)
		*err = why;
	return rc;
}

/* Another process has the lock: what can be done beside it. */
static int say_busy(const struct pt_live *live, const struct pt_err *busy, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf status = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf pause = PT_BUF_INIT;

	if (busy->code != PT_E_BUSY || !live->c.args) {
		*err = *busy;
		return pt_err_wrap(err, "run %s", live->run.row.name);
	}
	pt_live_command(&status, live, "status", live->run.row.name);
	pt_live_command(&pause, live, "pause", live->run.row.name);
	return pt_err_set(err, PT_E_BUSY, "run %s: %s; '%s' shows how far it is, '%s' stops it",
			  live->run.row.name, busy->text, pt_buf_text(&status),
			  pt_buf_text(&pause));
}

void pt_live_release(struct pt_live *live)
{
	pt_hooks_free(live->hooks);
	pt_metrics_file_end(live->metrics);
	pt_context_release(&live->c);
	pt_run_release(&live->run);
	pt_lock_free(live->lock);
	pt_store_closep(&live->store);
	free(live->state);
	free(live->lock_file);
	pt_arena_release(&live->words);
	*live = (struct pt_live){.run = {.texts = PT_ARENA_INIT}};
}

int pt_live_lock(struct pt_live *live, struct pt_err *err)
{
	enum pt_wish last = PT_WISH_NONE;
	struct pt_err busy = PT_ERR_INIT;
	int rc;

	live->journal = (struct pt_journal){live->store, live->run.row.run};
	if (pt_lock_take(&live->lock, live->lock_file, live->run.row.run, &busy) < 0)
		return say_busy(live, &busy, err);
	rc = pt_journal_wishes(&live->nwish, &last, &live->journal, err);
	live->paused = last == PT_WISH_PAUSE;
	return rc;
}

int pt_live_take(struct pt_live *live, const char *name, struct pt_err *err)
{
	int rc = pt_journal_find(&live->run, live->store, name, err);

	return rc < 0 ? rc : pt_live_lock(live, err);
}

int pt_live_refuse_ended(struct pt_live *live, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	bool ended = false;
	int rc = pt_journal_progress(&progress, &texts, &live->journal, err);

	pt_arena_release(&texts);
	if (rc == 0)
		rc = pt_journal_has_ended(&ended, &live->journal, err);
	if (rc < 0 || !ended)
		return rc;
	return pt_err_set(err, PT_E_REFUSED, "run %s has ended: %s%s", live->run.row.name,
			  pt_run_state_text((enum pt_run_state)progress.state),
			  progress.state == PT_RUN_FINISHED  ? ", 'repush' pushes again what can be"
			  : progress.state == PT_RUN_ABORTED ? ", a new plan pushes what is left"
							     : "");
}

int pt_live_find(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_live_open(live, args, PT_STORE_WRITE, err);

	if (rc == 0)
		rc = pt_journal_find(&live->run, live->store, args->operand, err);
	if (rc == 0)
		live->journal = (struct pt_journal){live->store, live->run.row.run};
	return rc;
}

int pt_live_ask(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_live_find(live, args, err);

	return rc < 0 ? rc : pt_live_refuse_ended(live, err);
}

/* The run's time does not go back. */
static void choose_clock(struct pt_context *c, bool wall, int64_t not_before_ms)
{
	if (wall)
		c->clock = pt_clock_wall_from(not_before_ms);
	else
		c->clock = pt_clock_virtual(not_before_ms);
}

/* By a clock that is too early what was read long ago looks fresh. */
static int check_clock(const struct pt_live *live, int64_t driven_ms, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t now_ms = wall.now_ms(&wall);
	char now[PT_INSTANT_TEXT], driven[PT_INSTANT_TEXT];

	if (!live->run.row.wall_clock || now_ms + PT_MINUTE_MS >= driven_ms)
		return 0;
	return pt_err_set(err, PT_E_REFUSED,
			  "run %s: the machine's clock is at %s, and the run was driven at %s; set "
			  "the clock right, or wait until then",
			  live->run.row.name, pt_zone_text(now, live->c.zone, now_ms),
			  pt_zone_text(driven, live->c.zone, driven_ms));
}

/* The real platform knows one time only; a simulated one need not wait for it. */
int pt_live_wants_wall(bool *out, struct pt_context *c, struct pt_err *err)
{
	const char *clock = c->args->clock;
	int rc = pt_context_choose_connectors(c, false, err);

	if (rc < 0)
		return rc;
	*out = clock ? strcmp(clock, "wall") == 0 : pt_context_is_real(c);
	if (clock && !*out && strcmp(clock, "virtual") != 0)
		return pt_err_set(err, PT_E_USAGE, "--clock '%s', expected wall or virtual", clock);
	return 0;
}

int pt_live_may_depart(struct pt_context *c, bool wall, struct pt_err *err)
{
	int rc = pt_context_refuse_drift(c, err);

	/* A virtual clock stands at the start: its plan was held against the notice when made. */
	return rc == 0 && wall ? pt_notice_check(c->plan, c->clock.now_ms(&c->clock), err) : rc;
}

/* For the views of the run, which have no suite file. */
static int keep_hours(const struct pt_live *live, struct pt_err *err)
{
	const struct pt_context *c = &live->c;
	const struct pt_hours_kept kept = {.suite = c->suite,
					   .conf = &c->conf,
					   .hours = c->hours,
					   .closures = &c->closures,
					   .from_ms = live->run.row.begun_ms};

	return pt_journal_put_hours(&live->journal, &kept, err);
}

int pt_live_depart(struct pt_live *live, const struct pt_plan_file *file, const char *text,
		   size_t size, struct pt_err *err)
{
	struct pt_context *c = &live->c;
	const struct pt_args *args = c->args;
	bool wall = false;
	int rc = pt_live_wants_wall(&wall, c, err);

	if (rc < 0)
		return rc;
	choose_clock(c, wall, wall ? INT64_MIN : c->start_ms);
	c->platform = PT_PLATFORM_KEPT;
	rc = pt_context_plan(c, false, file, err);
	if (rc == 0)
		rc = pt_live_may_depart(c, wall, err);
	if (rc < 0)
		return rc;
	const char *login = getenv("LOGNAME");
	const struct pt_run_row row = {.suite = c->suite->name,
				       .departed_by = args->by ? args->by : login,
				       .train = c->conf.name,
				       .id = c->id,
				       .timezone = c->suite->timezone,
				       .connector = args->connector,
				       .seed = args->seed,
				       .wall_clock = wall,
				       .begun_ms = c->clock.now_ms(&c->clock),
				       .start_ms = c->start_ms};

	/* From here on there is a run, which a signal stops in order. */
	pt_live_catch_signals();
	pt_live_need_no_reader();
	rc = pt_journal_begin(&live->run, live->store, &row, text, size, err);
	if (rc == 0)
		rc = pt_live_lock(live, err);
	if (rc == 0)
		rc = keep_hours(live, err);
	return rc < 0 ? rc : pt_context_engine(c, true, err);
}

/* The context of the run's plan, with the arguments that it departed with. */
static int reopen(struct pt_live *live, struct pt_plan_file **file, bool strict, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_journal_plan(&text, &live->journal, err);

	if (rc == 0)
		rc = pt_plan_file_parse(file, pt_buf_text(&text), text.len, err);
	if (rc < 0)
		return pt_err_wrap(err, "the plan of run %s", live->run.row.name);
	rc = pt_context_open(&live->c, live->c.args, err);
	if (rc < 0)
		return rc;
	live->c.run = &live->run.row;
	live->c.platform = PT_PLATFORM_KEPT;
	return pt_plan_follow(&live->c, *file, live->run.row.name, strict, err);
}

int pt_live_restore(struct pt_live *live, bool strict, struct pt_err *err)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	int rc = pt_journal_progress(&progress, &texts, &live->journal, err);

	pt_arena_release(&texts);
	if (rc == 0)
		rc = reopen(live, &file, strict, err);
	if (rc < 0)
		return rc;
	/* An abort pushes nobody, and must not wait. */
	if (strict)
		rc = check_clock(live, progress.now_ms, err);
	if (rc < 0)
		return rc;
	choose_clock(&live->c, live->run.row.wall_clock != 0, progress.now_ms);
	/* It died before it had written anything down: nothing was sent either. */
	if (progress.norg == 0) {
		rc = pt_context_plan(&live->c, false, file, err);
		if (rc == 0)
			rc = pt_context_refuse_drift(&live->c, err);
		return rc < 0 ? rc : pt_context_engine(&live->c, true, err);
	}
	rc = pt_context_survey(&live->c, false, true, err);
	return rc < 0 ? rc : pt_context_put_back(&live->c, &live->journal, err);
}

/* Orgs that were left out since are left out of the engine as well. */
static int heed_exclusions(struct pt_live *live, struct pt_err *err)
{
	struct pt_org_list list = {.key = NULL};
	struct pt_err unknown = PT_ERR_INIT;
	int rc = pt_journal_exclusions(&list, &live->journal, err);

	if (rc < 0)
		return rc;
	free(live->c.lists.by_hand.key);
	live->c.lists.by_hand = list;
	/* An org that the run does not know yet is met by its key when it joins. */
	for (size_t i = 0; i < list.n; i++)
		(void)!pt_engine_exclude(live->c.engine, &list.key[i], &unknown);
	return 0;
}

/* What others want of the run, but for its end. */
static int hear(struct pt_live *live, struct pt_err *err)
{
	int rc = heed_exclusions(live, err);

	return rc < 0 ? rc : pt_engine_hear(live->c.engine, &live->journal, err);
}

int pt_live_heed(struct pt_live *live, enum pt_drive_wish *out, struct pt_err *err)
{
	bool changed = false;
	int64_t n = 0;
	enum pt_wish last;
	int rc = live->store->ops->changed(&changed, live->store, err);

	*out = stop_signal ? PT_DRIVE_STOP : PT_DRIVE_GO_ON;
	if (rc < 0 || !changed)
		return rc;
	rc = hear(live, err);
	if (rc == 0)
		rc = pt_journal_wishes(&n, &last, &live->journal, err);
	if (rc == 0 && n > live->nwish && last == PT_WISH_ABORT) {
		*out = PT_DRIVE_ABORT;
		rc = pt_journal_last_words(&live->c.driver.abort_text, &live->words, &live->journal,
					   err);
	}
	if (rc == 0 && n > live->nwish && last == PT_WISH_PAUSE)
		*out = PT_DRIVE_STOP;
	live->nwish = n;
	return rc;
}

static int ask(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct pt_live *live = context;
	enum pt_drive_wish heard = live->wish;
	int rc = pt_live_heed(live, out, err);

	if (*out == PT_DRIVE_GO_ON || heard == PT_DRIVE_ABORT)
		*out = heard;
	live->wish = PT_DRIVE_GO_ON;
	return rc;
}

int64_t pt_live_due_ms(struct pt_live *live)
{
	struct pt_clock *clock = &live->c.clock;
	int64_t wake = pt_engine_wake_ms(live->c.engine), now = clock->now_ms(clock);
	int64_t until_ms;
	uint32_t stage;

	/* Time does not run out for whoever is asked in a rehearsal of a live run. */
	if (pt_engine_awaits_approval(&stage, &until_ms, live->c.engine))
		return now;

	if (!live->run.row.wall_clock && wake != PT_NEVER && wake > now) {
		clock->wait(clock, wake);
		return wake;
	}
	return now;
}

int pt_live_unpause(struct pt_live *live, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	int rc = 0;

	if (live->paused)
		rc = pt_journal_wish(&live->journal, PT_WISH_GO_ON, wall.now_ms(&wall), err);
	live->nwish += live->paused;
	return rc;
}

/* A pass that is wanted after the end, or was asked for while the run came to it, is made. */
static int drive_on(struct pt_live *live, struct pt_err *err)
{
	struct pt_engine *engine = live->c.engine;
	int rc = hear(live, err);

	do {
		if (rc == 0)
			rc = pt_engine_reopen(engine, err);
		if (rc == 0)
			rc = pt_driver_run(&live->end, &live->c.driver, engine, err);
		if (rc == 0 && live->end == PT_DRIVE_FINISHED)
			rc = hear(live, err);
	} while (rc == 0 && pt_engine_repush_due(engine));
	return rc;
}

static void on_note(void *context, const struct pt_note *note)
{
	struct pt_live *live = context;

	pt_context_note(&live->c, note);
	pt_hooks_note(live->hooks, note);
}

static int64_t aside(void *context)
{
	struct pt_live *live = context;
	int64_t metrics_ms = pt_metrics_file_turn(live->metrics);
	int64_t hooks_ms = pt_hooks_turn(live->hooks);

	return hooks_ms < metrics_ms ? hooks_ms : metrics_ms;
}

static int tell(struct pt_live *live, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf approve = PT_BUF_INIT;
	int rc = pt_context_tell(&live->c, err);

	if (rc < 0)
		return rc;
	pt_live_command(&approve, live, "approve", live->run.row.name);
	pt_teller_about(live->c.teller, live->run.row.name, pt_buf_text(&approve));
	return pt_buf_check(&approve, err);
}

int pt_live_drive(struct pt_live *live, int64_t until_ms, struct pt_err *err)
{
	struct pt_context *c = &live->c;
	int rc;

	pt_live_catch_signals();
	pt_live_need_no_reader();
	c->driver.until_ms = until_ms;
	c->driver.journal = &live->journal;
	c->driver.ask = ask;
	c->driver.ask_context = live;
	if (!live->hooks)
		live->hooks = pt_hooks_open(c, &live->run, &live->journal);
	if (!live->metrics)
		live->metrics = pt_metrics_file_open(c->args, &live->journal);
	rc = tell(live, err);
	if (rc < 0)
		return rc;
	c->driver.on_note = on_note;
	c->driver.note_context = live;
	c->driver.aside = aside;
	c->driver.aside_context = live;
	c->driver.check = pt_live_check;
	c->driver.check_context = live;
	rc = drive_on(live, err);
	if (rc == 0)
		rc = pt_engine_record_progress(c->engine, &live->journal, err);
	pt_metrics_file_write(live->metrics);
	return rc;
}

void pt_live_command(struct pt_buf *out, const struct pt_live *live, const char *verb,
		     const char *run)
{
	const struct pt_args *args = live->c.args;

	pt_buf_printf(out, "pushtrain %s", verb);
	if (strcmp(args->file, "suite.yaml") != 0)
		pt_buf_printf(out, " -f %s", args->file);
	if (args->state)
		pt_buf_printf(out, " --state %s", args->state);
	pt_buf_printf(out, " %s", run);
}

/* "pushtrain approve RUN STAGE --by NAME" */
static void approve_command(struct pt_buf *out, const struct pt_live *live, uint32_t stage)
{
	pt_live_command(out, live, "approve", live->run.row.name);
	pt_buf_printf(out, " %s --by NAME", live->c.conf.stage[stage].name);
}

static void show_approval(struct pt_buf *out, const struct pt_live *live,
			  const struct pt_status *status)
{
	char until[PT_INSTANT_TEXT];

	pt_buf_printf(out, ", stage '%s' waits for an approval",
		      live->c.conf.stage[status->progress.stage].name);
	if (status->progress.next_ms != PT_NEVER)
		pt_buf_printf(out, " until %s",
			      pt_zone_text(until, live->c.zone, status->progress.next_ms));
}

/* Under way: when it is needed next, and how. */
static int show_waiting(struct pt_buf *out, struct pt_live *live, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf command = PT_BUF_INIT;
	struct pt_status status = {.arena = PT_ARENA_INIT};
	char when[PT_INSTANT_TEXT];
	int rc = pt_status_read(&status, live->store, live->run.row.name, err);

	if (rc < 0)
		return rc;
	if (live->end == PT_DRIVE_APPROVAL)
		approve_command(&command, live, (uint32_t)status.progress.stage);
	else
		pt_live_command(&command, live,
				live->end == PT_DRIVE_STOPPED ? "resume" : "advance",
				live->run.row.name);
	if (live->c.args->json) {
		pt_status_json(out, &status, 0);
	} else {
		pt_buf_printf(out, "run %s: %s", live->run.row.name,
			      pt_run_state_text((enum pt_run_state)status.progress.state));
		if (live->end == PT_DRIVE_STOPPED)
			pt_buf_str(out, ", stopped");
		else if (live->end == PT_DRIVE_APPROVAL)
			show_approval(out, live, &status);
		else
			pt_buf_printf(out, ", needed next at %s",
				      pt_zone_text(when, live->c.zone, status.progress.next_ms));
		pt_buf_printf(out, "\nto go on: %s\n", pt_buf_text(&command));
	}
	pt_status_release(&status);
	return pt_buf_check(out, err);
}

/* What the choices are. */
static void say_how_to_go_on(const struct pt_live *live)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf resume = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf abort_ = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf approve = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
	struct pt_tally tally;
	uint32_t stage;

	if (pt_engine_state(live->c.engine) != PT_RUN_HALTED)
		return;
	pt_engine_stage_tally(&tally, live->c.engine);
	if (pt_tally_failed(&tally)) {
		pt_live_command(&why, live, "why", live->run.row.name);
		pt_say("'%s' says what failed", pt_buf_text(&why));
	}
	pt_live_command(&resume, live, "resume", live->run.row.name);
	pt_live_command(&abort_, live, "abort", live->run.row.name);
	if (pt_engine_wants_word(&stage, live->c.engine)) {
		approve_command(&approve, live, stage);
		pt_say("halted; to go on all the same: '%s', then '%s'; to end it: '%s'",
		       pt_buf_text(&approve), pt_buf_text(&resume), pt_buf_text(&abort_));
		return;
	}
	pt_say("halted; '%s' goes on all the same, '%s' ends it", pt_buf_text(&resume),
	       pt_buf_text(&abort_));
}

enum { STOPPED_WAIT_MS = 2000 };

/* Last of all, when its users have seen how it ended: who is told of it is waited for. */
static void finish_hooks(struct pt_live *live)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf advance = PT_BUF_INIT;

	if (!live->hooks)
		live->hooks = pt_hooks_open(&live->c, &live->run, &live->journal);
	pt_live_command(&advance, live, "advance", live->run.row.name);
	pt_hooks_finish(live->hooks, stop_signal ? STOPPED_WAIT_MS : PT_HOUR_MS,
			pt_buf_text(&advance));
}

enum pt_exit pt_live_status(const struct pt_live *live)
{
	if (live->end == PT_DRIVE_FINISHED)
		return pt_context_exit(&live->c);
	return live->end == PT_DRIVE_STOPPED || live->end == PT_DRIVE_APPROVAL ? PT_EXIT_STOPPED
									       : PT_EXIT_DONE;
}

enum pt_exit pt_live_end(struct pt_live *live)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	enum pt_exit status;
	int rc;

	if (live->end == PT_DRIVE_FINISHED)
		rc = pt_context_report(&out, &live->c, &err);
	else
		rc = show_waiting(&out, live, &err);
	if (rc < 0)
		return pt_say_error(&err);
	status = pt_print(&out, pt_live_status(live));
	say_how_to_go_on(live);
	finish_hooks(live);
	return status;
}
