/* pushtrain status: how a run stands, or which runs there are; beside whoever drives it. */
#include "pipeline/status.h"
#include "cmd/live.h"

static int show(struct pt_live *live, struct pt_buf *out, struct pt_err *err)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf resume = PT_BUF_INIT;
	struct pt_status status = {.arena = PT_ARENA_INIT};
	const struct pt_args *args = live->c.args;
	int64_t driver = 0;
	int rc;

	if (!args->operand)
		return pt_status_list(out, live->store, args->json, err);
	rc = pt_status_read(&status, live->store, args->operand, err);
	if (rc == 0)
		rc = pt_lock_owner(&driver, live->lock_file, status.run.row.run, err);
	if (rc == 0)
		rc = pt_zone_open(&zone, status.run.row.timezone, err);
	if (rc == 0 && args->json)
		pt_status_json(out, &status, driver);
	else if (rc == 0)
		pt_live_command(&resume, live, "resume", status.run.row.name);
	if (rc == 0 && !args->json)
		rc = pt_status_text(out, &status, zone, driver, pt_buf_text(&resume), err);
	pt_status_release(&status);
	return rc;
}

enum pt_exit pt_cmd_status(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (pt_live_open(&live, args, PT_STORE_READ, &err) < 0 || show(&live, &out, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
