/*
 * pushtrain abort: cancels what has not started and says what has. When another
 * process drives the run, it is asked to do so and waited for.
 */
#include <stdio.h>

#include "base/instant.h"
#include "cmd/live.h"

/* The lock, sooner or later: whoever has it is told to stop. */
static int take_or_ask(struct pt_live *live, const char *name, const char *why, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	bool asked = false;
	int rc = pt_journal_find(&live->run, live->store, name, err);

	live->journal = (struct pt_journal){live->store, live->run.row.run};
	while (rc == 0) {
		struct pt_err busy = PT_ERR_INIT;
		int64_t now = wall.now_ms(&wall);

		rc = pt_lock_take(&live->lock, live->lock_file, live->run.row.run, &busy);
		if (rc == 0)
			return 0;
		if (rc != -PT_E_BUSY) {
			*err = busy;
			return rc;
		}
		rc = asked ? 0
			   : pt_journal_wish_because(&live->journal, PT_WISH_ABORT, why, now, err);
		if (!asked)
			pt_say("run %s: %s; it is asked to end it", name, busy.text);
		asked = true;
		wall.wait(&wall, now + PT_SECOND_MS / 5);
	}
	return rc;
}

static int end_run(struct pt_live *live, const char *why, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	int rc = pt_journal_progress(&progress, &texts, &live->journal, err);

	pt_arena_release(&texts);
	if (rc == 0 && progress.state != PT_RUN_ABORTED)
		rc = pt_live_refuse_ended(live, err);
	/* Ending it must not wait for a suite that has changed since. */
	if (rc == 0)
		rc = pt_live_restore(live, false, err);
	if (rc == 0 && !pt_engine_aborted(live->c.engine))
		rc = pt_engine_abort(live->c.engine, why, err);
	return rc < 0 ? rc : pt_live_drive(live, PT_NEVER, err);
}

int pt_run_end(struct pt_live *live, const char *name, const char *why, struct pt_err *err)
{
	int rc = take_or_ask(live, name, why, err);

	return rc < 0 ? rc : end_run(live, why, err);
}

enum pt_exit pt_cmd_abort(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;
	enum pt_exit status;

	if (pt_live_open(&live, args, PT_STORE_WRITE, &err) < 0 ||
	    pt_run_end(&live, args->operand, "aborted by its users", &err) < 0)
		return pt_say_error(&err);
	status = pt_live_end(&live);
	return status == PT_EXIT_STOPPED && live.end == PT_DRIVE_FINISHED ? PT_EXIT_DONE : status;
}
