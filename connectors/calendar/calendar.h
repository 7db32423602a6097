/*
 * The suite's calendar as points in time: recurrence rules and calendar files are
 * read without zones; local times become moments by base/zone.h alone. A skipped
 * local time has the offset before the gap; of a repeated one a departure and the
 * beginning of a blackout take the first, its end the second.
 */
#ifndef PT_CONNECTORS_CALENDAR_CALENDAR_H
#define PT_CONNECTORS_CALENDAR_CALENDAR_H

#include "base/zone.h"
#include "config/suite.h"

/* What one look at the calendar may bring. */
enum { PT_CLOSURES_MAX = 100000, PT_DEPARTURES_MAX = 10000 };

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

#define PT_CLOSURES_INIT                                                                           \
	{                                                                                          \
		.closure = NULL                                                                    \
	}

/*
 * Every blackout that touches [from_ms, to_ms). Reads the calendar files. PT_E_INVALID,
 * naming file and line, when a rule can never occur or a calendar file is not one;
 * PT_E_NOTFOUND when there is none; PT_E_LIMIT when one is too large or its events too
 * many. Owned by the caller, released with pt_closures_release(); nothing else is
 * written on failure.
 */
int pt_calendar_closures(struct pt_closures *out, const struct pt_suite *suite,
			 const struct pt_zone *zone, int64_t from_ms, int64_t to_ms,
			 struct pt_err *err) PT_MUSTUSE;
void pt_closures_release(struct pt_closures *closures);

/*
 * The first departure of the train at or after `from_ms`; PT_NEVER when its calendar has
 * ended, or it has none. PT_E_INVALID, naming file and line, when it can never depart.
 */
int pt_calendar_next(int64_t *out_ms, const struct pt_train_conf *train, const struct pt_zone *zone,
		     int64_t from_ms, struct pt_err *err) PT_MUSTUSE;

/* The last departure before `from_ms`; PT_LONG_AGO: there was none. */
int pt_calendar_last(int64_t *out_ms, const struct pt_train_conf *train, const struct pt_zone *zone,
		     int64_t from_ms, struct pt_err *err) PT_MUSTUSE;

/*
 * The departures in [from_ms, to_ms), ascending; none of a train without a calendar.
 * PT_E_LIMIT: there are too many. Owned by the caller, to be freed.
 */
int pt_calendar_departures(int64_t **out, size_t *n_out, const struct pt_train_conf *train,
			   const struct pt_zone *zone, int64_t from_ms, int64_t to_ms,
			   struct pt_err *err) PT_MUSTUSE;

/*
 * Adds what is wrong with the calendar of the suite, seen from that moment on for a year:
 * blackouts that cannot be read, trains that never depart or no longer do.
 */
void pt_calendar_check(struct pt_errs *errs, const struct pt_suite *suite,
		       const struct pt_zone *zone, int64_t from_ms);

#endif
