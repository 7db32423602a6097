/*
 * What a run, a stage, a package came to, and how it is shown: the same words in
 * every report and document.
 */
#ifndef PT_PIPELINE_FIGURES_H
#define PT_PIPELINE_FIGURES_H

#include "base/json.h"
#include "base/table.h"
#include "pipeline/pairs.h"

/* Kept in journals: new states go to the end. */
enum pt_run_state {
	PT_RUN_WAITING,   /* for a start, an offset, a soak */
	PT_RUN_RUNNING,   /* something is in flight */
	PT_RUN_HALTED,    /* stopped by a gate, a breaker, drift or the platform */
	PT_RUN_CONVERGED, /* every org that can have the train's versions has them */
	PT_RUN_FINISHED,  /* ended with residue */
	PT_RUN_ABORTED,   /* ended by its users */
	PT_RUN_PAUSED,    /* the platform's API allowance is nearly used up */
};

/* The same. */
enum pt_stage_state {
	PT_STAGE_AHEAD,
	PT_STAGE_READING, /* who has what, at its start */
	PT_STAGE_WAVES,
	PT_STAGE_PASSES,
	PT_STAGE_SOAKING,
	PT_STAGE_DONE,
	PT_STAGE_HALTED,
};

/* In the midst of it: halted there it goes on by itself, elsewhere it needs somebody's word. */
static inline bool pt_stage_pushes(enum pt_stage_state state)
{
	return state == PT_STAGE_WAVES || state == PT_STAGE_PASSES;
}

/* What one package cost and brought in one stage. */
struct pt_stage_figures {
	struct pt_tally tally;
	uint64_t requests, jobs, http_calls;
	uint64_t
	    jobs_failed[PT_FAILURE_NCLASS]; /* every failed job, also of orgs that made it later */
};

const char *pt_run_state_text(enum pt_run_state state);
const char *pt_stage_state_text(enum pt_stage_state state);

void pt_figures_add(struct pt_stage_figures *into, const struct pt_stage_figures *from);

/*
 * A table of figures, a row each: all of them where the look is wide enough, else those that
 * add up. Owned by the caller, pt_figures_release().
 */
struct pt_figures_table {
	struct pt_table *all, *few; /* owned */
	struct pt_look look;
};

int pt_figures_begin(struct pt_figures_table *out, const struct pt_look *look,
		     struct pt_err *err) PT_MUSTUSE;
void pt_figures_add_row(struct pt_figures_table *table, const char *name,
			const struct pt_stage_figures *f);
/* Appends the table. */
int pt_figures_end(struct pt_buf *out, const struct pt_figures_table *table,
		   struct pt_err *err) PT_MUSTUSE;
void pt_figures_release(struct pt_figures_table *table);

/* The lines that add everything up. */
void pt_figures_sum(struct pt_buf *out, const struct pt_stage_figures *sum);

/* One object of `packages`. */
void pt_figures_json(struct pt_json *json, const char *name, const char *version,
		     const struct pt_stage_figures *f);

#endif
