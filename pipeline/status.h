/*
 * How a run stands, read from its journal alone: beside the process that drives
 * it, or long after.
 */
#ifndef PT_PIPELINE_STATUS_H
#define PT_PIPELINE_STATUS_H

#include "base/zone.h"
#include "pipeline/figures.h"
#include "pipeline/journal.h"

struct pt_status_stage {
	const char *name;
	enum pt_stage_state state;
	int64_t planned_ms, start_ms, end_ms;
	int64_t asked_ms; /* for its approval; 0: not asked */
	bool approved;
	uint64_t planned_eligible; /* pushes, as the plan counted them */
};

struct pt_status_package {
	const char *name, *version;
};

struct pt_status {
	struct pt_run run;
	struct pt_progress_row progress; /* its state is paused when its users want that */
	struct pt_status_stage *stage;
	size_t nstage;
	struct pt_status_package *package;
	uint32_t *order; /* packages in dependency order */
	size_t npackage;
	struct pt_stage_figures *figures; /* by stage, then package */
	struct pt_arena arena;            /* all of the above */
};

#define PT_STATUS_INIT                                                                             \
	{                                                                                          \
		.run = {.texts = PT_ARENA_INIT}, .arena = PT_ARENA_INIT                            \
	}

/* Of the run of that name, NULL: the newest. Owned by the caller, pt_status_release(). */
int pt_status_read(struct pt_status *out, struct pt_store *store, const char *name,
		   struct pt_err *err) PT_MUSTUSE;
void pt_status_release(struct pt_status *status);

/* The parts of that, within a transaction: all but the tallies, which cost O(orgs x packages); then
   those. Both fill what the caller has initialised, and releases. */
int pt_status_outline(struct pt_status *status, struct pt_store *store, const char *name,
		      struct pt_err *err) PT_MUSTUSE;
int pt_status_tallies(struct pt_status *status, struct pt_store *store,
		      struct pt_err *err) PT_MUSTUSE;
/* Or pair by pair, by whoever reads them for more; a stage that is none is left out. */
void pt_status_count(struct pt_status *status, uint8_t stage, uint32_t package,
		     const struct pt_pair *pair);

/* From where it is looked at. Everything is borrowed. */
struct pt_status_view {
	const struct pt_zone *zone;
	int64_t driver;     /* the process that drives it; 0: none */
	const char *resume; /* "pushtrain resume … RUN": the command that goes on with it */
	int64_t now_ms;     /* by the run's clock; 0: as its driver wrote down last */
	bool brief;         /* its packages over all stages, for a screen */
	struct pt_look look;
};

/* First where it is, whether it is fine and what to do; then stages, packages and their sums. */
int pt_status_text(struct pt_buf *out, const struct pt_status *status,
		   const struct pt_status_view *view, struct pt_err *err) PT_MUSTUSE;

/* Appends one line without a newline: the state, where it is, what it waits for. */
void pt_status_line(struct pt_buf *out, const struct pt_status *status,
		    const struct pt_status_view *view);

/* It has ended; one that has halted has not. */
bool pt_status_has_ended(const struct pt_status *status);

void pt_status_json(struct pt_buf *out, const struct pt_status *status, int64_t driver);

/* Every run, one object or line each, these as wide as the look says. */
int pt_status_list(struct pt_buf *out, struct pt_store *store, bool json,
		   const struct pt_look *look, struct pt_err *err) PT_MUSTUSE;

#endif
