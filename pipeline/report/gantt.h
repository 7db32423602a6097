/*
 * When what happened, and when it was to: the rows and bars of a chart over time, worked out
 * from a run's history without a thought of how they are drawn.
 */
#ifndef PT_PIPELINE_REPORT_GANTT_H
#define PT_PIPELINE_REPORT_GANTT_H

#include "pipeline/history/history.h"
#include "pipeline/report/planned.h"

enum pt_gantt_row_kind {
	PT_GANTT_STAGE, /* from its planned start to its end, its soak, its approval */
	PT_GANTT_BATCH, /* nothing but a name over the waves of one slot */
	PT_GANTT_WAVE,
	PT_GANTT_PASS, /* all packages of a re-push pass, one after the other */
};

enum pt_gantt_bar_kind {
	PT_GANTT_PLANNED,
	PT_GANTT_ACTUAL,
	PT_GANTT_SOAK,
	PT_GANTT_APPROVAL, /* asked for, and not yet given */
	PT_GANTT_SPAN,     /* of a stage, of a pass */
};

struct pt_gantt_bar {
	enum pt_gantt_bar_kind kind;
	int64_t from_ms, to_ms;
	bool open;     /* not over when the history was read */
	bool troubled; /* more than a tenth of its pushes failed */
	uint32_t wave; /* whose figures are its own; UINT32_MAX: of none */
};

struct pt_gantt_row {
	enum pt_gantt_row_kind kind;
	uint32_t stage, package, pass, batch; /* as far as they apply */
	const char *zone;                     /* NULL: none */
	size_t bar, nbar;                     /* its own, in order of drawing */
};

struct pt_gantt {
	struct pt_gantt_row *row;
	size_t nrow;
	struct pt_gantt_bar *bar;
	size_t nbar;
	int64_t from_ms, to_ms; /* all of it; from < to */
	int64_t now_ms;         /* of a run under way; 0: it has ended */
};

/*
 * In that arena. Waves that the plan has and the journal has not yet have rows too; `planned` may
 * be NULL, then waves are planned as the journal has them. O(waves squared + notes squared).
 */
int pt_gantt_lay(struct pt_gantt *out, const struct pt_history *history,
		 const struct pt_planned *planned, struct pt_arena *arena,
		 struct pt_err *err) PT_MUSTUSE;

/* A mark on the axis: a local midnight, or an hour of the day. */
struct pt_gantt_tick {
	int64_t at_ms;
	bool day; /* midnight */
	struct pt_civil local;
};

/*
 * The marks between two moments: days, and hours where `px_per_day` leaves room. Days of 23
 * and 25 hours are as long as they are. *out is in that arena.
 */
int pt_gantt_ticks(struct pt_gantt_tick **out, size_t *n_out, const struct pt_zone *zone,
		   int64_t from_ms, int64_t to_ms, double px_per_day, struct pt_arena *arena,
		   struct pt_err *err) PT_MUSTUSE;

#endif
