/*
 * Closures while they are collected: a list that grows, and the names of events.
 */
#ifndef PT_CONNECTORS_CALENDAR_CLOSING_H
#define PT_CONNECTORS_CALENDAR_CLOSING_H

#include "base/buf.h"
#include "connectors/calendar/calendar.h"

struct pt_closing {
	const struct pt_suite *suite;
	const struct pt_zone *zone; /* the suite's */
	int64_t from_ms, to_ms;     /* what is looked at */
	uint32_t blackout;          /* the one that is being read */
	struct pt_closure *closure; /* owned; names of events are not filled in yet */
	size_t *name_at;            /* owned; where in texts, from 1; 0: the blackout's */
	size_t n, cap;
	struct pt_buf texts; /* names, each with its NUL */
};

void pt_closing_release(struct pt_closing *closing);

/*
 * How long an occurrence closes: until its local start and `wall_ms` are shown by clocks,
 * and for `elapsed_ms` at least; 0: that says nothing.
 */
struct pt_closing_length {
	int64_t wall_ms, elapsed_ms;
};

/* The end of what starts at `ms`, which clocks in the zone show as `local`. */
int64_t pt_closing_end(const struct pt_zone *zone, const struct pt_civil *local, int64_t ms,
		       const struct pt_closing_length *length);

/*
 * Adds a span if it touches what is looked at; name_at as pt_closing_name() returned it, or 0.
 * PT_E_LIMIT: there are too many.
 */
int pt_closing_add(struct pt_closing *closing, int64_t start_ms, int64_t end_ms, size_t name_at,
		   struct pt_err *err) PT_MUSTUSE;

/* Keeps a name, fit for one line. */
size_t pt_closing_name(struct pt_closing *closing, const char *name);

/* What is wrong with the departures of one train; see pt_calendar_check(). */
void pt_calendar_check_train(struct pt_errs *errs, const struct pt_train_conf *train,
			     const struct pt_zone *zone, int64_t from_ms);

/* An error about the blackout that is being read, at its rule. */
int pt_closing_wrong(const struct pt_closing *closing, const struct pt_err *why,
		     struct pt_err *err);

#endif
