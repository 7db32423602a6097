/* A gate's command, run while nothing else of a run is under way. See live.h. */
#include "cmd/checks.h"
#include "cmd/live.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_MS = 20 };

static void say_printed(const char *stage, struct pt_check_run *run)
{
	const char *printed = pt_check_printed(run);
	size_t len = strlen(printed);

	while (len > 0 && printed[len - 1] == '\n')
		len--;
	if (len > 0)
		pt_say("stage '%s': its gate's check said last:\n%.*s", stage, (int)len, printed);
}

/* Until its end, or until its users want something else. */
static int wait_for(struct pt_check_end *end, struct pt_live *live, struct pt_check_run *run,
		    struct pt_err *err)
{
	while (!pt_check_poll(&end->holds, run, LOOK_MS)) {
		int rc = pt_live_heed(live, &live->wish, err);

		if (rc < 0)
			return rc;
		end->stopped = live->wish != PT_DRIVE_GO_ON;
		if (end->stopped)
			return 0;
		(void)pt_hooks_turn(live->hooks);
	}
	return 0;
}

int pt_live_check(void *context, const struct pt_check *check, struct pt_check_end *out,
		  struct pt_err *err)
{
	struct pt_live *live = context;
	const char *stage = live->c.conf.stage[check->stage].name;
	const struct pt_check_subject subject = {.conf = check->conf,
						 .suite = live->c.suite->name,
						 .train = live->c.conf.name,
						 .run = live->run.row.name,
						 .stage = stage,
						 .tally = &check->tally};
	PT_CLEANUP(pt_check_freep) struct pt_check_run *run = NULL;
	struct pt_err why = PT_ERR_INIT;
	int rc;

	*out = (struct pt_check_end){.holds = false};
	if (pt_check_start(&run, &subject, &why) < 0) {
		(void)snprintf(out->output, sizeof(out->output), "%.*s",
			       (int)sizeof(out->output) - 1, why.text);
		return 0;
	}
	rc = wait_for(out, live, run, err);
	if (rc < 0 || out->stopped)
		return rc;
	pt_check_line(out->output, sizeof(out->output), run);
	if (!out->holds)
		say_printed(stage, run);
	return 0;
}
