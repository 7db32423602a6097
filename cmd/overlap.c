/* One train moves an org at a time: what a new one does about a run under way. See live.h. */
#include <string.h>

#include "base/instant.h"
#include "cmd/live.h"

enum { LOOK_EVERY_MS = 500 };

/* What a run that has not ended is waited for, or why it would be waited for in vain. */
static int check_wait(const struct pt_live *live, const struct pt_open_run *older,
		      struct pt_err *err)
{
	int64_t driver = 0;
	int rc = pt_lock_owner(&driver, live->lock_file, older->run, err);

	if (rc < 0)
		return rc;
	if (live->c.args->once)
		return pt_err_set(err, PT_E_REFUSED,
				  "run %s has not ended, and one train moves an org at a time; it "
				  "is waited for without --once",
				  older->name);
	/* Nobody's time passes on a virtual clock. */
	if (!older->wall_clock && driver == 0)
		return pt_journal_refuse_beside(older->name, err);
	return 0;
}

static void say_wait(const struct pt_open_run *older)
{
	const char *how = "";

	if (older->wish == PT_WISH_PAUSE && !older->progress.finished)
		how = ", which is paused";
	else if (older->progress.finished)
		how = ", which has halted";
	pt_say("waiting for run %s%s: one train moves an org at a time", older->name, how);
}

/* It has ended and nobody is at it any more: a simulated platform is one process's at a time. */
static int is_over(bool *out, const struct pt_live *live, const struct pt_open_run *older,
		   struct pt_err *err)
{
	const struct pt_journal journal = {live->store, older->run};
	int64_t driver = 0;
	int rc = pt_journal_has_ended(out, &journal, err);

	if (rc == 0 && *out)
		rc = pt_lock_owner(&driver, live->lock_file, older->run, err);
	else if (rc == 0)
		rc = check_wait(live, older, err);
	*out = *out && driver == 0;
	return rc;
}

static int wait_for(const struct pt_live *live, const struct pt_open_run *older, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();
	unsigned nover =
	    0; /* looks in a row; whoever was asked to end it may come after its driver */
	int rc = check_wait(live, older, err);

	if (rc == 0)
		say_wait(older);
	while (rc == 0 && nover < 2) {
		bool over = false;

		wall.wait(&wall, wall.now_ms(&wall) + LOOK_EVERY_MS);
		rc = is_over(&over, live, older, err);
		nover = over ? nover + 1 : 0;
	}
	return rc;
}

/* What is refused must not have ended anything: the plan is gone through before. */
static int try_plan(const struct pt_live *live, const struct pt_plan_file *file, struct pt_err *err)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = live->c.args};
	struct pt_err why = PT_ERR_INIT;
	bool wall = false;
	int rc = pt_context_open(&c, live->c.args, err);

	c.platform = PT_PLATFORM_IF_THERE;
	if (rc == 0)
		rc = pt_plan_follow(&c, file, NULL, true, err);
	if (rc == 0)
		rc = pt_live_wants_wall(&wall, &c, err);
	if (rc < 0)
		return rc;
	/* A simulated platform is the other process's alone: then it is gone through afterwards. */
	rc = pt_context_plan(&c, false, file, &why);
	if (rc == 0)
		return pt_live_may_depart(&c, wall, err);
	if (why.code == PT_E_BUSY)
		return 0;
	*err = why;
	return rc;
}

static int supersede(const struct pt_live *live, const struct pt_open_run *older,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
	struct pt_args args = *live->c.args;
	PT_CLEANUP(pt_live_release) struct pt_live ending = {.c = {.args = &args}};

	args.operand = older->name;
	pt_buf_printf(&why, "superseded by train %s %s", live->c.conf.name, live->c.id);
	pt_say("run %s is ended: %s", older->name, pt_buf_text(&why));
	int rc = pt_buf_check(&why, err);

	if (rc == 0)
		rc = pt_live_open(&ending, &args, PT_STORE_WRITE, err);
	if (rc == 0)
		rc = pt_run_end(&ending, older->name, pt_buf_text(&why), err);
	return rc < 0 ? pt_err_wrap(err, "ending run %s", older->name) : 0;
}

int pt_overlap_clear(bool *waited_out, struct pt_live *live, const struct pt_plan_file *file,
		     struct pt_err *err)
{
	const char *suite = live->c.suite->name;
	bool none = false;
	int rc = 0;

	*waited_out = false;
	while (rc == 0 && !none) {
		PT_CLEANUP(pt_open_runs_release) struct pt_open_runs runs = {.n = 0};

		rc = pt_journal_open_runs(&runs, live->store, suite, err);
		none = runs.n == 0;
		if (rc < 0 || none)
			break;
		if (live->c.conf.overlap == PT_OVERLAP_REFUSE)
			return pt_journal_refuse_beside(runs.run[0].name, err);
		if (live->c.conf.overlap == PT_OVERLAP_SUPERSEDE && !*waited_out)
			rc = try_plan(live, file, err);
		*waited_out = true;
		if (rc == 0 && live->c.conf.overlap == PT_OVERLAP_SUPERSEDE)
			rc = supersede(live, &runs.run[0], err);
		else if (rc == 0)
			rc = wait_for(live, &runs.run[0], err);
	}
	return rc;
}
