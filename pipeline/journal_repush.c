/* See journal.h. Here: runs that are to be taken up again, for one more re-push pass. */
#include <string.h>

#include "pipeline/figures.h"
#include "pipeline/journal.h"

static int take_repush(void *context, const void *row, struct pt_err *err)
{
	(void)err;
	*(struct pt_repush_row *)context = *(const struct pt_repush_row *)row;
	return 0;
}

/* The number of the last wish; 0: there was none. */
static int last_repush(int64_t *out, const struct pt_journal *journal, struct pt_err *err)
{
	struct pt_repush_row last = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_REPUSH,
					   &(struct pt_repush_row){.run = journal->run}, 1,
					   take_repush, &last, err);

	*out = last.repush;
	return rc;
}

static int read_progress(struct pt_progress_row *out, const struct pt_journal *journal,
			 struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	int rc = pt_journal_progress(out, &texts, journal, err);

	pt_arena_release(&texts);
	return rc;
}

int pt_journal_has_ended(bool *out, const struct pt_journal *journal, struct pt_err *err)
{
	struct pt_progress_row progress;
	int64_t last = 0;
	int rc = read_progress(&progress, journal, err);

	if (rc == 0)
		rc = last_repush(&last, journal, err);
	if (rc < 0)
		return rc;
	*out = progress.finished &&
	       (progress.state == PT_RUN_ABORTED ||
		(progress.state != PT_RUN_HALTED && last <= progress.repush_taken));
	return 0;
}

/* Every other run of the suite has ended. */
struct others {
	struct pt_store *store;
	const struct pt_run_row *run;
};

static int compare_other(void *context, const void *row, struct pt_err *err)
{
	const struct others *others = context;
	const struct pt_run_row *run = row;
	const struct pt_journal journal = {others->store, run->run};
	bool ended = false;
	int rc;

	if (run->run == others->run->run || !run->suite || !run->name ||
	    strcmp(run->suite, others->run->suite) != 0)
		return 0;
	rc = pt_journal_has_ended(&ended, &journal, err);
	return rc < 0 || ended ? rc : pt_journal_refuse_beside(run->name, err);
}

int pt_journal_refuse_aborted(const struct pt_progress_row *progress, const char *name,
			      struct pt_err *err)
{
	if (!progress->aborting)
		return 0;
	return pt_err_set(err, PT_E_REFUSED,
			  "run %s was aborted by its users, and what they stopped is not pushed "
			  "again; a new plan pushes what is left",
			  name);
}

static int put_repush(const struct pt_journal *journal, const struct pt_run_row *run,
		      const struct pt_org_key *org, int64_t at_ms, struct pt_err *err)
{
	struct pt_repush_row row = {
	    .run = journal->run, .at_ms = at_ms, .org = org ? org->text : NULL};
	const struct pt_store_ops *ops = journal->store->ops;
	struct others others = {journal->store, run};
	struct pt_progress_row progress;
	int rc = read_progress(&progress, journal, err);

	if (rc == 0)
		rc = pt_journal_refuse_aborted(&progress, run->name, err);
	if (rc == 0 && progress.finished)
		rc = ops->each(journal->store, PT_ROWS_RUN, NULL, 0, compare_other, &others, err);
	if (rc == 0)
		rc = last_repush(&row.repush, journal, err);
	if (rc < 0)
		return rc;
	row.repush++;
	row.ended = progress.finished;
	return ops->put(journal->store, PT_ROWS_REPUSH, &row, err);
}

int pt_journal_repush(const struct pt_journal *journal, const struct pt_run_row *run,
		      const struct pt_org_key *org, int64_t at_ms, struct pt_err *err)
{
	struct pt_store *store = journal->store;
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	rc = put_repush(journal, run, org, at_ms, err);
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}
