/*
 * All runs of a journal as they stand. A run is read again only when it has changed since: of
 * those that have ended nothing is read twice.
 */
#ifndef PT_PIPELINE_DASHBOARD_BOARD_H
#define PT_PIPELINE_DASHBOARD_BOARD_H

#include "pipeline/status.h"

enum { PT_BOARD_ENDED = 30 };   /* as many of those that have ended are shown */
enum { PT_BOARD_MEASURED = 5 }; /* and measured */
enum { PT_BOARD_DRIVER_UNKNOWN = -1 };

struct pt_board_run {
	struct pt_status status;
	struct pt_stage_figures all; /* of every stage and package */
	uint64_t mark;               /* of what it was read from */
	int64_t driver; /* the process that drives it; 0: none; or PT_BOARD_DRIVER_UNKNOWN */
	bool ended;
};

struct pt_board {
	struct pt_board_run *run; /* newest first */
	size_t n;
	size_t nolder; /* runs that have ended and are not in it */
};

/* Which process drives the run of that number; 0: none. */
typedef int pt_board_driver_fn(void *context, int64_t *out, int64_t run, struct pt_err *err);

/* Brings an initialised one up to date. On failure it is as it was, or empty. */
int pt_board_read(struct pt_board *board, struct pt_store *store, pt_board_driver_fn *driver,
		  void *context, struct pt_err *err) PT_MUSTUSE;
void pt_board_release(struct pt_board *board);

/* Appends the metrics of those under way, and of a few that have ended. */
int pt_board_metrics(struct pt_buf *out, const struct pt_board *board,
		     struct pt_err *err) PT_MUSTUSE;

/* In one line: what a run waits for, or why it does not go on. "" when it is just running. */
void pt_board_waits(struct pt_buf *out, const struct pt_board_run *run);

/* Until when, or when it wants to be driven next; PT_NEVER: it cannot be said. */
int64_t pt_board_until_ms(const struct pt_board_run *run);

#endif
