/*
 * A rehearsal that is to be reported has a journal like any run, in memory, for as long as the
 * process lives:
 *
 *     pt_record_begin(&record, c, err);     the plan is made, the engine is not
 *     pt_context_engine(c, true, err); pt_driver_run(…)
 *     pt_record_write(&record, c, err);
 */
#ifndef PT_CMD_REHEARSE_RECORD_H
#define PT_CMD_REHEARSE_RECORD_H

#include "cmd/context.h"
#include "pipeline/journal.h"

struct pt_record {
	struct pt_store *store; /* owned; NULL: none */
	struct pt_run run;
	struct pt_journal journal;
};

#define PT_RECORD_INIT                                                                             \
	{                                                                                          \
		.run = {.texts = PT_ARENA_INIT }                                                   \
	}

/* The driver of the context writes it from then on. */
int pt_record_begin(struct pt_record *record, struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* The report of it, to --output and in the form that its ending says. */
int pt_record_write(const struct pt_record *record, const struct pt_context *c,
		    struct pt_err *err) PT_MUSTUSE;

void pt_record_release(struct pt_record *record);

#endif
