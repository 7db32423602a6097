/*
 * pushtrain approve: somebody answers for a stage that waits, or lets one go on whose gate
 * did not hold. Written down with their name; whoever drives the run heeds it.
 */
#include "pipeline/approval.h"

#include <string.h>

#include "cmd/live.h"

enum { NAME_BYTES = 100 };

static int check_name(const struct pt_args *args, struct pt_err *err)
{
	const char *by = args->by;

	if (!by || !by[0])
		return pt_err_set(err, PT_E_USAGE, "approve needs a name: --by NAME");
	if (strlen(by) > NAME_BYTES)
		return pt_err_set(err, PT_E_USAGE, "--by: a name of %zu bytes, expected %d at most",
				  strlen(by), NAME_BYTES);
	for (const char *c = by; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return pt_err_set(err, PT_E_USAGE, "--by: a name with control characters");
	}
	return 0;
}

static int run_time(int64_t *out, const struct pt_live *live, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	int rc = pt_journal_progress(&progress, &texts, &live->journal, err);

	pt_arena_release(&texts);
	*out = live->run.row.wall_clock ? wall.now_ms(&wall) : progress.now_ms;
	return rc;
}

static int approve(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	struct pt_approval approval = {.stage = args->operand2,
				       .who = args->by,
				       .reason = args->reason,
				       .given = !args->refuse};
	int rc = check_name(args, err);

	if (rc == 0)
		rc = pt_live_ask(live, args, err);
	if (rc == 0)
		rc = run_time(&approval.now_ms, live, err);
	if (rc == 0)
		rc = pt_context_open(&live->c, args, err);
	if (rc == 0)
		rc = pt_context_choose(&live->c, live->run.row.train, err);
	approval.run = &live->run.row;
	approval.conf = &live->c.conf;
	return rc < 0 ? rc : pt_approval_give(&approval, &live->journal, err);
}

enum pt_exit pt_cmd_approve(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	int64_t driver = 0;

	if (approve(&live, args, &err) < 0 ||
	    pt_lock_owner(&driver, live.lock_file, live.run.row.run, &err) < 0)
		return pt_say_error(&err);
	pt_buf_printf(&out, "stage '%s' of run %s is %s by %s\n", args->operand2, live.run.row.name,
		      args->refuse ? "refused" : "approved", args->by);
	if (driver) {
		pt_buf_printf(&out, "process %lld drives it and hears of that\n",
			      (long long)driver);
	} else {
		pt_buf_str(&out, "to go on: ");
		pt_live_command(&out, &live, "resume", live.run.row.name);
		pt_buf_char(&out, '\n');
	}
	return pt_print(&out, PT_EXIT_DONE);
}
