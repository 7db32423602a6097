/*
 * The calendar to look at: when trains depart, where windows and blackouts move them to,
 * when their stages begin at the earliest, and when nothing may start.
 *
 * No org and no repository is known here. A stage is taken to have orgs in every batch, in
 * the zone of its window that opens first, and packages on one level: it may begin later
 * than shown, never earlier.
 */
#ifndef PT_PIPELINE_TIMETABLE_H
#define PT_PIPELINE_TIMETABLE_H

#include "base/json.h"
#include "connectors/calendar/calendar.h"
#include "pipeline/hours.h"

/* Everything is borrowed and must outlive the timetable. */
struct pt_timetable_setup {
	const struct pt_suite *suite;
	const struct pt_train_conf *train; /* NULL: all of them */
	const struct pt_zone *zone;
	const struct pt_closures *closures; /* from from_ms on, as far as stages may be moved */
	int64_t from_ms, to_ms;
};

struct pt_timetable_start {
	int64_t start_ms;        /* PT_NEVER: not within two years */
	struct pt_hours_why why; /* it does not start when it would be due */
};

struct pt_timetable_departure {
	const struct pt_train_conf *train;
	int64_t at_ms;                    /* as the calendar says */
	struct pt_timetable_start *stage; /* one per stage; the first is the departure */
};

struct pt_timetable {
	struct pt_timetable_setup setup;
	struct pt_timetable_departure *departure; /* by time, then as the suite has the trains */
	size_t n;
	struct pt_timetable_start *starts; /* owned; what the stages are in */
};

/*
 * PT_E_INVALID, at the rule or window, when a train can never depart, or never start anything.
 * Released by the caller.
 */
int pt_timetable_make(struct pt_timetable *out, const struct pt_timetable_setup *setup,
		      struct pt_err *err) PT_MUSTUSE;
void pt_timetable_release(struct pt_timetable *timetable);

/* Departures and closures in order: a table, a document, a calendar to subscribe to. */
int pt_timetable_text(struct pt_buf *out, const struct pt_timetable *timetable,
		      struct pt_err *err) PT_MUSTUSE;
void pt_timetable_json(struct pt_buf *out, const struct pt_timetable *timetable);
void pt_timetable_ics(struct pt_buf *out, const struct pt_timetable *timetable);

#endif
