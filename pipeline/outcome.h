/*
 * What one rehearsal came to, in numbers alone: one cell for each package of each
 * stage, one for each stage, and the same for the whole train. Everything is in one
 * block of memory that may be copied byte by byte, from process to process too.
 *
 *     pt_outcome_init(outcome, nstage, npackage);
 *     pt_outcome_note(outcome, engine, note)  for every note of the run
 *     pt_outcome_end(outcome, plan, engine, ended_ms);
 */
#ifndef PT_PIPELINE_OUTCOME_H
#define PT_PIPELINE_OUTCOME_H

#include "pipeline/engine.h"
#include "pipeline/plan.h"

/* What became of a stage's gate. A stage whose file names no limits has a gate that holds. */
enum pt_gate_verdict { PT_GATE_NOT_JUDGED, PT_GATE_HELD, PT_GATE_DID_NOT_HOLD };

/* Of a stage or the train, or of one package in it. */
struct pt_outcome_cell {
	int64_t time_ms; /* of a stage: to its end; of a package: to the end of its last push */
	uint64_t pushes, api_calls;
	uint64_t failed_pushes, failed_for_base; /* and those of them that a missing base failed */
	uint64_t left; /* eligible orgs that have not got there and are no benign failure */
	uint8_t begun; /* who has what was read, and the first wave was planned */
	uint8_t ended; /* of a package: and something was pushed */
	uint8_t tripped;
	uint8_t gate; /* of a stage: enum pt_gate_verdict */
};

struct pt_outcome {
	uint32_t nstage, npackage;
	uint32_t state;        /* enum pt_run_state */
	uint32_t passes;       /* the most that a stage made */
	uint64_t eligible;     /* orgs with something to be pushed */
	uint64_t hopeless;     /* of them with a permanent failure */
	uint64_t converged;    /* of them with all they were to have */
	uint64_t calls_before; /* API calls of the stages before the current one */
	/* By stage, the train after all of them; in each by package, all of them last. */
	struct pt_outcome_cell cell[];
};

size_t pt_outcome_bytes(uint32_t nstage, uint32_t npackage);

static inline struct pt_outcome_cell *pt_outcome_cell(struct pt_outcome *outcome, uint32_t stage,
						      uint32_t package)
{
	return &outcome->cell[(size_t)stage * (outcome->npackage + 1) + package];
}

/* Begins one in zeroed memory of that size. */
void pt_outcome_init(struct pt_outcome *outcome, uint32_t nstage, uint32_t npackage);

/* Takes a note in; at once, since it looks at the engine too. */
void pt_outcome_note(struct pt_outcome *outcome, const struct pt_engine *engine,
		     const struct pt_note *note);

/* The run has ended at that time: fills in the rest. O(orgs). */
void pt_outcome_end(struct pt_outcome *outcome, const struct pt_plan *plan,
		    const struct pt_engine *engine, int64_t ended_ms);

#endif
