/* The causes behind a run's failures, as a page for a terminal and as a document. */
#ifndef PT_PIPELINE_HISTORY_CAUSES_SHOW_H
#define PT_PIPELINE_HISTORY_CAUSES_SHOW_H

#include "pipeline/history/causes.h"

/* `options` that lead from a command to the journal; "". */
int pt_causes_text(struct pt_buf *out, const struct pt_causes *causes,
		   const struct pt_history *history, const char *options,
		   struct pt_err *err) PT_MUSTUSE;
void pt_causes_json(struct pt_buf *out, const struct pt_causes *causes,
		    const struct pt_history *history);

/* Why orgs are held, in a few words: "npo02 failed, permanent: Missing Feature: "…"". */
void pt_held_words(struct pt_buf *out, const struct pt_held_cause *held,
		   const struct pt_history *history);

#endif
