/*
 * pushtrain resume, advance: a run that was begun goes on, to its end or as far as
 * something is due.
 */
#include "base/instant.h"
#include "cmd/live.h"

static int take(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_live_open(live, args, PT_STORE_WRITE, err);

	if (rc == 0)
		rc = pt_live_take(live, args->operand, err);
	if (rc == 0)
		rc = pt_live_restore(live, true, err);
	return rc;
}

/* A pass that was asked for after the end goes before going on with the train. */
static int go_on(struct pt_live *live, struct pt_err *err)
{
	int rc = pt_live_unpause(live, err);

	if (!pt_engine_repush_due(live->c.engine))
		pt_engine_go_on(live->c.engine);
	return rc;
}

enum pt_exit pt_cmd_resume(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	if (take(&live, args, &err) < 0 || pt_live_refuse_ended(&live, &err) < 0)
		return pt_say_error(&err);
	if (go_on(&live, &err) < 0)
		return pt_say_error(&err);
	if (pt_live_drive(&live, PT_NEVER, &err) < 0)
		return pt_say_error(&err);
	return pt_live_end(&live);
}

enum pt_exit pt_cmd_advance(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	if (take(&live, args, &err) < 0)
		return pt_say_error(&err);
	if (live.paused && !pt_engine_finished(live.c.engine)) {
		live.end = PT_DRIVE_STOPPED;
		return pt_live_end(&live);
	}
	/* One that has ended is shown; one that has halted is a person's to resume or abort. */
	if ((!pt_engine_finished(live.c.engine) || pt_engine_repush_due(live.c.engine)) &&
	    pt_live_drive(&live, pt_live_due_ms(&live), &err) < 0)
		return pt_say_error(&err);
	return pt_live_end(&live);
}
