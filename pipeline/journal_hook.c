/* See journal_hook.h. */
#include "pipeline/journal_hook.h"

struct search {
	struct pt_hook_row *out;
	struct pt_arena *texts;
	bool *found;
};

static int take_hook(void *context, const void *row, struct pt_err *err)
{
	struct search *search = context;
	struct pt_hook_row hook = *(const struct pt_hook_row *)row;

	if (hook.done < 0 || hook.failed < 0 || !hook.hook)
		return pt_journal_damaged(err, "what its hooks were told");
	hook.hook = pt_arena_strdup(search->texts, hook.hook);
	if (hook.why)
		hook.why = pt_arena_strdup(search->texts, hook.why);
	if (!hook.hook)
		return pt_err_nomem(err);
	*search->out = hook;
	*search->found = true;
	return 0;
}

int pt_journal_hook(bool *found, struct pt_hook_row *out, struct pt_arena *texts,
		    const struct pt_journal *journal, const char *hook, struct pt_err *err)
{
	struct search search = {out, texts, found};
	const struct pt_hook_row key = {.run = journal->run, .hook = hook};

	*found = false;
	return journal->store->ops->each(journal->store, PT_ROWS_HOOK, &key, 2, take_hook, &search,
					 err);
}

int pt_journal_hook_put(const struct pt_journal *journal, const struct pt_hook_row *row,
			struct pt_err *err)
{
	struct pt_store *store = journal->store;
	int rc = store->ops->begin(store, PT_STORE_SOON, err);

	if (rc < 0)
		return rc;
	rc = store->ops->put(store, PT_ROWS_HOOK, row, err);
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}

/* Sums and times that nothing overflows with. */
#define MOST (INT64_C(1) << 53)

struct notes {
	const struct pt_note_reading *reading;
	int64_t n;
};

static bool is_possible(const struct pt_note_row *row, const struct notes *notes)
{
	const int64_t sum[] = {row->a, row->b, row->c, row->d, row->ppm, row->batch, row->pass};

	for (size_t i = 0; i < PT_ARRAY_LEN(sum); i++) {
		if (sum[i] < 0 || sum[i] > MOST)
			return false;
	}
	return row->note == notes->n + 1 && row->kind >= 0 && row->stage >= 0 &&
	       row->stage < (int64_t)notes->reading->nstage && row->package >= 0 &&
	       row->package < (int64_t)notes->reading->npackage && row->at_ms > -MOST &&
	       row->at_ms < MOST && row->until_ms > -MOST;
}

static int take_note(void *context, const void *row_, struct pt_err *err)
{
	const struct pt_note_row *row = row_;
	struct notes *notes = context;

	if (!is_possible(row, notes))
		return pt_journal_damaged(err, "its notes");
	const struct pt_note note = {.kind = (enum pt_note_kind)row->kind,
				     .at_ms = row->at_ms,
				     .until_ms = row->until_ms,
				     .stage = (uint32_t)row->stage,
				     .package = (uint32_t)row->package,
				     .slot = (uint32_t)row->batch,
				     .pass = (uint32_t)row->pass,
				     .a = (uint64_t)row->a,
				     .b = (uint64_t)row->b,
				     .c = (uint64_t)row->c,
				     .d = (uint64_t)row->d,
				     .ppm = (int32_t)row->ppm,
				     .text = row->words};

	notes->n = row->note;
	return notes->reading->fn(notes->reading->context, &note, row->note, err);
}

int pt_journal_notes(const struct pt_journal *journal, const struct pt_note_reading *reading,
		     struct pt_err *err)
{
	struct notes notes = {reading, 0};
	const struct pt_note_row key = {.run = journal->run};

	return journal->store->ops->each(journal->store, PT_ROWS_NOTE, &key, 1, take_note, &notes,
					 err);
}
