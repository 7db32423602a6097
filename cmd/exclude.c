/*
 * pushtrain exclude: an org is left out of a run from its next step on. Whoever
 * drives the run heeds it; else the next who does.
 */
#include <string.h>

#include "cmd/live.h"

static int exclude(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	struct pt_org_key key;
	int rc = 0;

	if (!args->reason || !args->reason[0])
		rc = pt_err_set(err, PT_E_USAGE, "exclude needs a reason: --reason TEXT");
	else if (pt_org_key_parse(&key, args->operand2, strlen(args->operand2), err) < 0)
		rc = -PT_E_INVALID;
	if (rc == 0)
		rc = pt_live_ask(live, args, err);
	return rc < 0 ? rc
		      : pt_journal_exclude(&live->journal, &key, args->reason, wall.now_ms(&wall),
					   err);
}

enum pt_exit pt_cmd_exclude(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (exclude(&live, args, &err) < 0)
		return pt_say_error(&err);
	pt_buf_printf(&out, "org %s is left out of run %s from its next step on\n", args->operand2,
		      live.run.row.name);
	return pt_print(&out, PT_EXIT_DONE);
}
