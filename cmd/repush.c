/*
 * pushtrain repush: one more re-push pass because somebody wants it. A run that has
 * ended or halted is taken up again for it and ends again; one that is under way makes
 * it when the passes of its stage are over, whoever drives it.
 */
#include <string.h>

#include "base/instant.h"
#include "cmd/live.h"
#include "pipeline/standing.h"

struct wish {
	const struct pt_org_key *org; /* NULL: all that is retryable */
	struct pt_org_key key;
	bool idle;      /* the org has all that the run brings */
	bool taken;     /* it is made here and now */
	int64_t driver; /* else by that process, or 0: by the next one */
};

static int refuse_org(struct pt_live *live, const struct pt_args *args,
		      const struct pt_standing *standing, struct pt_err *err)
{
	const struct pt_tally *tally = &standing->tally;
	const char *org = args->org, *run = live->run.row.name;
	char words[PT_REASON_TEXT];
	bool begun =
	    standing->stage_state > PT_STAGE_READING &&
	    (standing->stage_state != PT_STAGE_HALTED || standing->halted_in > PT_STAGE_READING);

	if (!standing->known)
		return pt_err_set(err, PT_E_NOTFOUND, "org %s is not in run %s", org, run);
	if (standing->stage == PT_NO_STAGE)
		return pt_err_set(err, PT_E_NOTFOUND, "org %s is in no stage of run %s", org, run);
	if (tally->selected == 0 && !begun)
		return pt_err_set(err, PT_E_REFUSED,
				  "org %s is in stage '%s' of run %s, which has not begun", org,
				  standing->stage_name, run);
	if (tally->selected == 0)
		return pt_err_set(err, PT_E_NOTFOUND, "org %s has no package of run %s", org, run);
	if (standing->reason != PT_REASON_BY_HAND && tally->excluded < tally->selected)
		return 0;
	/* The words for a reason of its own are the suite's. */
	if (pt_context_open(&live->c, args, err) < 0)
		return -(int)err->code;
	return pt_err_set(err, PT_E_REFUSED, "org %s is excluded from run %s: %s", org, run,
			  pt_reason_text(words, live->c.suite, standing->reason));
}

static int look_at_org(struct wish *wish, struct pt_live *live, const struct pt_args *args,
		       struct pt_err *err)
{
	struct pt_standing standing;
	int rc = pt_standing_read(&standing, &live->journal, wish->org, err);

	if (rc < 0)
		return rc;
	rc = refuse_org(live, args, &standing, err);
	wish->idle = rc == 0 && standing.tally.eligible == standing.tally.at_target;
	pt_standing_release(&standing);
	return rc;
}

/* Whoever begins later waits for this run from then on, and `resume` makes the pass as well. */
static int leave(const struct wish *wish, struct pt_live *live, struct pt_err *err)
{
	struct pt_clock wall = pt_clock_wall();

	return pt_journal_repush(&live->journal, &live->run.row, wish->org, wall.now_ms(&wall),
				 err);
}

static uint64_t count_pushes(const struct pt_context *c)
{
	struct pt_stage_figures figures;
	uint64_t n = 0;

	for (uint32_t s = 0; s < c->conf.nstage; s++) {
		for (uint32_t p = 0; p < c->train->npackage; p++) {
			pt_engine_figures(&figures, c->engine, s, p);
			n += figures.jobs;
		}
	}
	return n;
}

static void say_nothing(const struct pt_live *live)
{
	const char *run = live->run.row.name;

	if (pt_engine_state(live->c.engine) == PT_RUN_CONVERGED)
		pt_say("nothing was pushed: run %s is converged", run);
	else if (live->c.args->org)
		pt_say("nothing was pushed: org %s can be pushed nothing of run %s",
		       live->c.args->org, run);
	else
		pt_say("nothing was pushed: what is left of run %s cannot be tried again, or waits "
		       "for what cannot; --org ORG tries the permanent failures of one org",
		       run);
}

static int drive(struct pt_live *live, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf command = PT_BUF_INIT;
	uint64_t before = count_pushes(&live->c);
	int rc;

	pt_live_command(&command, live, "resume", live->run.row.name);
	if (!live->c.args->quiet)
		pt_say("run %s is taken up again; if this process dies, '%s' goes on",
		       live->run.row.name, pt_buf_text(&command));
	rc = pt_live_drive(live, PT_NEVER, err);
	if (rc == 0 && live->end == PT_DRIVE_FINISHED && count_pushes(&live->c) == before)
		say_nothing(live);
	return rc;
}

/* It has ended. Another process may be just about to do the same: then it is told. */
static int take_up(struct wish *wish, struct pt_live *live, struct pt_err *err)
{
	struct pt_err busy = PT_ERR_INIT;
	int rc = pt_live_lock(live, &busy);

	if (rc == -PT_E_BUSY)
		return leave(wish, live, err);
	if (rc < 0) {
		*err = busy;
		return rc;
	}
	wish->taken = true;
	rc = pt_live_restore(live, true, err);
	if (rc == 0)
		rc = pt_live_unpause(live, err);
	if (rc == 0)
		rc = leave(wish, live, err);
	return rc < 0 ? rc : drive(live, err);
}

static int repush(struct wish *wish, struct pt_live *live, const struct pt_args *args,
		  struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress = {.finished = 0};
	int rc = 0;

	if (args->org && pt_org_key_parse(&wish->key, args->org, strlen(args->org), err) < 0)
		return -(int)err->code;
	wish->org = args->org ? &wish->key : NULL;
	rc = pt_live_find(live, args, err);
	if (rc == 0)
		rc = pt_journal_progress(&progress, &texts, &live->journal, err);
	pt_arena_release(&texts);
	if (rc == 0)
		rc = pt_journal_refuse_aborted(&progress, live->run.row.name, err);
	if (rc == 0 && wish->org)
		rc = look_at_org(wish, live, args, err);
	if (rc < 0 || wish->idle)
		return rc;
	if (progress.finished)
		return take_up(wish, live, err);
	rc = leave(wish, live, err);
	return rc < 0 ? rc : pt_lock_owner(&wish->driver, live->lock_file, live->run.row.run, err);
}

static void show(struct pt_buf *out, const struct wish *wish, const struct pt_live *live)
{
	const char *run = live->run.row.name;

	if (wish->idle) {
		pt_buf_printf(out, "org %s has all that run %s brings it\n", wish->key.text, run);
		return;
	}
	pt_buf_printf(out, "run %s makes one more pass when those of its stage are over", run);
	if (wish->driver) {
		pt_buf_printf(out, "; process %lld drives it\n", (long long)wish->driver);
		return;
	}
	pt_buf_str(out, "\nnobody drives it; to go on: ");
	pt_live_command(out, live, "resume", run);
	pt_buf_char(out, '\n');
}

enum pt_exit pt_cmd_repush(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct wish wish = {.org = NULL};

	if (repush(&wish, &live, args, &err) < 0)
		return pt_say_error(&err);
	if (wish.taken)
		return pt_live_end(&live);
	show(&out, &wish, &live);
	return pt_print(&out, PT_EXIT_DONE);
}
