/*
 * pushtrain resume, advance: a run that was begun goes on, to its end or as far as
 * something is due.
 */
#include "base/instant.h"
#include "cmd/live.h"

static int refuse_ended(const struct pt_live *live, struct pt_err *err)
{
	enum pt_run_state state = pt_engine_state(live->c.engine);

	if (!pt_engine_finished(live->c.engine) || state == PT_RUN_HALTED)
		return 0;
	return pt_err_set(err, PT_E_REFUSED, "run %s has ended: %s", live->run.row.name,
			  pt_run_state_text(state));
}

static int take(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	int rc = pt_live_open(live, args, PT_STORE_WRITE, err);

	if (rc == 0)
		rc = pt_live_take(live, args->operand, err);
	if (rc == 0)
		rc = pt_live_restore(live, true, err);
	return rc < 0 ? rc : refuse_ended(live, err);
}

enum pt_exit pt_cmd_resume(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	if (take(&live, args, &err) < 0)
		return pt_say_error(&err);
	pt_engine_go_on(live.c.engine);
	if (pt_live_drive(&live, PT_NEVER, &err) < 0)
		return pt_say_error(&err);
	return pt_live_end(&live);
}

/* What is due now; on a virtual clock nothing is due before it jumps there. */
static int64_t due_ms(struct pt_live *live)
{
	struct pt_clock *clock = &live->c.clock;
	int64_t wake = pt_engine_wake_ms(live->c.engine), now = clock->now_ms(clock);

	if (!live->run.row.wall_clock && wake != PT_NEVER && wake > now) {
		clock->wait(clock, wake);
		return wake;
	}
	return now;
}

enum pt_exit pt_cmd_advance(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	if (take(&live, args, &err) < 0)
		return pt_say_error(&err);
	/* A halted run is for a person to look at: resume or abort. */
	if (!pt_engine_finished(live.c.engine) && pt_live_drive(&live, due_ms(&live), &err) < 0)
		return pt_say_error(&err);
	return pt_live_end(&live);
}
