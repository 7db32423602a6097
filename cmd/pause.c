/*
 * pushtrain pause: nothing more is sent until somebody resumes the run. The process
 * that drives it takes in the answers to what was sent, and ends.
 */
#include "base/instant.h"
#include "cmd/live.h"

/* Until the process that drives the run has let go of it. */
static int wait_for_driver(struct pt_live *live, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t driver = 0;
	int rc;

	do {
		rc = pt_lock_owner(&driver, live->lock_file, live->run.row.run, err);
		if (rc == 0 && driver)
			wall.wait(&wall, wall.now_ms(&wall) + PT_SECOND_MS / 10);
	} while (rc == 0 && driver);
	return rc;
}

static int pause_run(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	int rc = pt_live_ask(live, args, err);

	if (rc == 0)
		rc = pt_journal_wish(&live->journal, PT_WISH_PAUSE, wall.now_ms(&wall), err);
	return rc < 0 ? rc : wait_for_driver(live, err);
}

enum pt_exit pt_cmd_pause(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (pause_run(&live, args, &err) < 0)
		return pt_say_error(&err);
	pt_buf_printf(&out,
		      "run %s is paused; what was activated goes on at the platform\nto go on: ",
		      live.run.row.name);
	pt_live_command(&out, &live, "resume", live.run.row.name);
	pt_buf_char(&out, '\n');
	return pt_print(&out, PT_EXIT_DONE);
}
