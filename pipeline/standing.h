/*
 * How one org stands in a run, read from its journal alone: beside the process that
 * drives it, or long after.
 */
#ifndef PT_PIPELINE_STANDING_H
#define PT_PIPELINE_STANDING_H

#include "base/arena.h"
#include "pipeline/figures.h"
#include "pipeline/journal.h"

struct pt_standing {
	bool known;             /* the run has seen it */
	uint8_t stage;          /* PT_NO_STAGE: in none */
	const char *stage_name; /* NULL: in none */
	enum pt_stage_state stage_state;
	enum pt_stage_state halted_in; /* of a stage that halted */
	unsigned reason;               /* why it, or a package in it, is left out; enum pt_reason */
	struct pt_tally tally;         /* its pairs */
	struct pt_arena arena;         /* the texts */
};

/* Owned by the caller, pt_standing_release(). O(orgs). */
int pt_standing_read(struct pt_standing *out, const struct pt_journal *journal,
		     const struct pt_org_key *org, struct pt_err *err) PT_MUSTUSE;
void pt_standing_release(struct pt_standing *standing);

#endif
