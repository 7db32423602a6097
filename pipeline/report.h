/*
 * What a run brought: per stage and package the states of all pairs, what it
 * cost, and who did not get there and why.
 */
#ifndef PT_PIPELINE_REPORT_H
#define PT_PIPELINE_REPORT_H

#include "base/buf.h"
#include "pipeline/engine.h"
#include "pipeline/plan.h"

struct pt_report {
	const struct pt_plan *plan;
	const struct pt_engine *engine;
	int64_t ended_ms;
	size_t most_residue; /* lines of text; JSON lists all */
	struct pt_look look; /* of the text */
};

int pt_report_text(struct pt_buf *out, const struct pt_report *report,
		   struct pt_err *err) PT_MUSTUSE;
void pt_report_json(struct pt_buf *out, const struct pt_report *report);

/* One line for a note, as `run` and `rehearse` print it while they go on. */
void pt_note_text(struct pt_buf *out, const struct pt_note *note, const struct pt_plan *plan);

/* The same without its time and stage. */
void pt_note_words(struct pt_buf *out, const struct pt_note *note, const struct pt_plan *plan);

/* What a note's numbers stand for, where there is no plan. */
struct pt_note_names {
	const char *package, *version;
	uint32_t batch;          /* from 0 */
	const char *window_zone; /* the time zone of its slot; NULL: there is but one */
	const struct pt_zone *zone;
};
void pt_note_words_by(struct pt_buf *out, const struct pt_note *note,
		      const struct pt_note_names *names);

#endif
