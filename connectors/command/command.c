/* See command.h. */
#include "connectors/command/command.h"

#include "connectors/command/child.h"

enum { LONG_MS = 60000, CHUNK = 4096 };

static int fail(struct pt_err *err, const struct pt_child_result *result, size_t max_bytes)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf how = PT_BUF_INIT;

	if (result->end == PT_CHILD_TOO_MUCH)
		return pt_err_set(err, PT_E_LIMIT, "the command prints more than %zu bytes",
				  max_bytes);
	pt_child_result_text(&how, result);
	return pt_err_set(err, PT_E_IO, "the command %s", pt_buf_text(&how));
}

int pt_command_run(struct pt_buf *out, const char *command, int limit_ms, size_t max_bytes,
		   struct pt_err *err)
{
	/* A chunk less, so that the buffer never grows: that would leave a copy behind. */
	const struct pt_child_conf conf = {.command = command,
					   .limit_ms = limit_ms,
					   .printed = out,
					   .printed_max = max_bytes - CHUNK,
					   .output = PT_CHILD_ALL};
	PT_CLEANUP(pt_child_freep) struct pt_child *child = NULL;
	struct pt_child_result result;
	int rc = pt_child_start(&child, &conf, err);

	if (rc < 0)
		return rc;
	while (!pt_child_poll(&result, child, LONG_MS))
		continue;
	return pt_child_succeeded(&result) ? pt_buf_check(out, err) : fail(err, &result, max_bytes);
}
