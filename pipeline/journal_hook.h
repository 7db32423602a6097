/*
 * Up to which note each hook of a run was told, so that nobody hears the same again when
 * the run goes on in another process; and the notes, to go on from there.
 */
#ifndef PT_PIPELINE_JOURNAL_HOOK_H
#define PT_PIPELINE_JOURNAL_HOOK_H

#include "pipeline/engine.h"
#include "pipeline/journal.h"

/* *found: it has a row. The row's texts are in `texts`. */
int pt_journal_hook(bool *found, struct pt_hook_row *out, struct pt_arena *texts,
		    const struct pt_journal *journal, const char *hook,
		    struct pt_err *err) PT_MUSTUSE;

/* Writes it down, in a transaction of its own. */
int pt_journal_hook_put(const struct pt_journal *journal, const struct pt_hook_row *row,
			struct pt_err *err) PT_MUSTUSE;

/*
 * Calls fn with every note in order, numbered from 1; borrowed until it returns. `nstage`
 * and `npackage` are those of the run. PT_E_INVALID: the journal is damaged.
 */
struct pt_note_reading {
	size_t nstage, npackage;
	int (*fn)(void *context, const struct pt_note *note, int64_t number, struct pt_err *err);
	void *context;
};
int pt_journal_notes(const struct pt_journal *journal, const struct pt_note_reading *reading,
		     struct pt_err *err) PT_MUSTUSE;

#endif
