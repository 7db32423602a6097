/*
 * The suite's calendar as points in time: recurrence rules and calendar files are
 * read with libical, without zones; local times become moments by base/zone.h alone.
 * A skipped local time has the offset before the gap; of a repeated one a departure
 * and the beginning of a blackout take the first, its end the second.
 */
#ifndef PT_CONNECTORS_CALENDAR_CALENDAR_H
#define PT_CONNECTORS_CALENDAR_CALENDAR_H

#include "base/zone.h"
#include "config/suite.h"

/* A span in which nothing may be started, half-open. */
struct pt_closure {
	int64_t start_ms, end_ms;
	uint32_t blackout; /* index into suite->blackout */
	const char *name;  /* the event's, or the blackout's */
};

struct pt_closures {
	struct pt_closure *closure; /* by start ascending; they may overlap */
	size_t n;
	char *texts; /* owned; where the names of events are */
};

/*
 * Every blackout that touches [from_ms, to_ms). PT_E_INVALID, naming file and line, when a
 * rule can never occur or a calendar file is not one. Owned by the caller, released
 * with pt_closures_release().
 */
int pt_calendar_closures(struct pt_closures *out, const struct pt_suite *suite,
			 const struct pt_zone *zone, int64_t from_ms, int64_t to_ms,
			 struct pt_err *err) PT_MUSTUSE;
void pt_closures_release(struct pt_closures *closures);

/*
 * The first departure of the train at or after `from_ms`; PT_NEVER when its calendar has
 * ended, or it has none.
 */
int pt_calendar_next(int64_t *out_ms, const struct pt_train_conf *train, const struct pt_zone *zone,
		     int64_t from_ms, struct pt_err *err) PT_MUSTUSE;

#endif
