/* See journal.h. Here: what people said of stages. */
#include "pipeline/journal.h"

static int take_number(void *context, const void *row, struct pt_err *err)
{
	(void)err;
	*(int64_t *)context = ((const struct pt_approval_row *)row)->approval;
	return 0;
}

int pt_journal_approve(const struct pt_journal *journal, const struct pt_approval_row *row,
		       struct pt_err *err)
{
	struct pt_store *store = journal->store;
	struct pt_approval_row next = *row;
	int64_t last = 0;
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	next.run = journal->run;
	rc = store->ops->each(store, PT_ROWS_APPROVAL, &next, 1, take_number, &last, err);
	next.approval = last + 1;
	if (rc == 0)
		rc = store->ops->put(store, PT_ROWS_APPROVAL, &next, err);
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}
