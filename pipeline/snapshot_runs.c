/* See snapshot_runs.h. */
#include "pipeline/snapshot_runs.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/status.h"

/* Names of runs, one after the other, each with its NUL. */
static int take_name(void *context, const void *row, struct pt_err *err)
{
	const struct pt_run_row *run = row;
	struct pt_buf *names = context;

	(void)err;
	pt_buf_bytes(names, run->name, strlen(run->name) + 1);
	return 0;
}

static int list_runs(struct pt_buf *out, struct pt_store *store, struct pt_err *err)
{
	int rc = store->ops->begin_reading(store, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, take_name, out, err);
	store->ops->rollback(store);
	return rc < 0 ? rc : pt_buf_check(out, err);
}

/* Jobs that a missing base, a vanished org or something permanent failed say nothing of luck. */
static void add_figures(struct pt_snapshot_pushes *to, const struct pt_stage_figures *from)
{
	uint64_t transient = from->jobs_failed[PT_FAILURE_TRANSIENT], others = 0;
	const struct pt_tally *tally = &from->tally;

	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		others += c == PT_FAILURE_TRANSIENT ? 0 : from->jobs_failed[c];
	if (others > from->jobs || transient > from->jobs - others)
		return;
	to->jobs += from->jobs - others;
	to->transient += transient;
	to->orgs += tally->at_target + pt_tally_failed(tally);
	to->permanent += tally->failed[PT_FAILURE_PERMANENT];
}

static void add_run(struct pt_snapshot_pushes *pushes, const bool *unknown,
		    const struct pt_train *train, const struct pt_status *status)
{
	for (size_t k = 0; k < status->npackage; k++) {
		size_t p = 0;

		while (p < train->npackage &&
		       strcmp(train->package[p].name, status->package[k].name) != 0)
			p++;
		if (p == train->npackage || !unknown[p])
			continue;
		for (size_t stage = 0; stage < status->nstage; stage++)
			add_figures(&pushes[p], &status->figures[stage * status->npackage + k]);
	}
}

static int add_named(uint32_t *nrun, struct pt_snapshot_pushes *pushes, const bool *unknown,
		     const struct pt_train *train, struct pt_store *store, const char *name,
		     struct pt_err *err)
{
	struct pt_status status = {.arena = PT_ARENA_INIT};
	int rc = pt_status_read(&status, store, name, err);

	if (rc < 0)
		return rc;
	if (status.progress.state == PT_RUN_CONVERGED || status.progress.state == PT_RUN_FINISHED) {
		add_run(pushes, unknown, train, &status);
		*nrun += 1;
	}
	pt_status_release(&status);
	return 0;
}

int pt_snapshot_add_runs(uint32_t *nrun_out, struct pt_snapshot_pushes *pushes,
			 const struct pt_train *train, struct pt_store *store, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf names = PT_BUF_INIT;
	bool *unknown = calloc(train->npackage + 1, sizeof(*unknown)), any = false;
	uint32_t nrun = 0;
	int rc = unknown ? 0 : pt_err_nomem(err);

	for (size_t p = 0; rc == 0 && p < train->npackage; p++) {
		unknown[p] = pushes[p].jobs == 0;
		any |= unknown[p];
	}
	if (rc == 0 && any)
		rc = list_runs(&names, store, err);
	for (size_t at = 0; rc == 0 && at < names.len; at += strlen(names.data + at) + 1)
		rc = add_named(&nrun, pushes, unknown, train, store, names.data + at, err);
	free(unknown);
	if (rc == 0)
		*nrun_out = nrun;
	return rc;
}
