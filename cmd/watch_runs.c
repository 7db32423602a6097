/* The runs under way that 'watch' goes on with. See watch.h. */
#include <string.h>

#include "base/instant.h"
#include "cmd/watch.h"
#include "pipeline/status.h"

/* Whether there is something to do in it now; one that waits for a person is said so. */
static bool is_due(struct pt_watch *watch, const struct pt_open_run *run)
{
	struct pt_clock wall = pt_clock_wall();
	bool halted = run->progress.state == PT_RUN_HALTED && run->progress.finished &&
		      run->progress.repush_taken == run->progress.repush_served;

	if (halted || (run->wish == PT_WISH_PAUSE && !run->progress.finished)) {
		PT_CLEANUP(pt_buf_release) struct pt_buf resume = PT_BUF_INIT;

		pt_live_command(&resume, &watch->live, "resume", run->name);
		pt_say("run %s %s: '%s' goes on", run->name, halted ? "has halted" : "is paused",
		       pt_buf_text(&resume));
		pt_watch_status(watch, PT_EXIT_STOPPED);
		return false;
	}
	/* Somebody answered since it was driven. */
	if (run->answered_ms >= run->progress.now_ms)
		return true;
	if (run->wall_clock)
		return run->progress.next_ms <= wall.now_ms(&wall);
	return pt_watch_jumps(watch) || run->progress.next_ms <= watch->now_ms;
}

/* A virtual clock goes no further than --at, with --once to what is due next, else to the end. */
static int64_t until_of(const struct pt_watch *watch, struct pt_live *live)
{
	if (live->run.row.wall_clock)
		return watch->args->once ? pt_live_due_ms(live) : watch->until_ms;
	if (watch->args->at)
		return watch->now_ms;
	return watch->args->once ? pt_live_due_ms(live) : PT_NEVER;
}

int pt_watch_drive(struct pt_watch *watch, struct pt_live *live, struct pt_err *err)
{
	int rc = pt_live_drive(live, until_of(watch, live), err);

	if (rc < 0)
		return rc;
	pt_watch_tell(watch);
	/* With --json one document is printed at the end. */
	if (!watch->args->json && (watch->args->once || live->end == PT_DRIVE_FINISHED))
		pt_watch_status(watch, pt_live_end(live));
	else
		pt_watch_status(watch, pt_live_status(live));
	return 0;
}

static int go_on(struct pt_watch *watch, const char *name, struct pt_err *err)
{
	struct pt_args args = *watch->args;
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = &args}};

	args.operand = name;
	args.at = NULL;
	int rc = pt_live_open(&live, &args, PT_STORE_WRITE, err);

	if (rc == 0)
		rc = pt_live_take(&live, name, err);
	if (rc == 0)
		rc = pt_live_restore(&live, true, err);
	if (rc == 0)
		rc = pt_watch_drive(watch, &live, err);
	return rc < 0 && err->code != PT_E_BUSY ? pt_err_wrap(err, "run %s", name) : rc;
}

int pt_watch_advance(struct pt_watch *watch, struct pt_err *err)
{
	PT_CLEANUP(pt_open_runs_release) struct pt_open_runs runs = {.n = 0};
	int rc = pt_journal_open_runs(&runs, watch->live.store, watch->live.c.suite->name, err);

	for (size_t i = 0; rc == 0 && i < runs.n && !pt_live_stopped(); i++) {
		struct pt_err why = PT_ERR_INIT;

		/* Another process that drives it does so well without us. */
		if (is_due(watch, &runs.run[i]) && go_on(watch, runs.run[i].name, &why) < 0 &&
		    why.code != PT_E_BUSY)
			pt_watch_status(watch, pt_say_error(&why));
	}
	return rc;
}
