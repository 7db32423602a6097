/*
 * A recurrence, occurrence by occurrence. libical expands it floating, as if there
 * were no zones; the local times it gives become moments by base/zone.h. UNTIL is
 * applied here: it may be a moment, which a floating expansion cannot know.
 */
#ifndef PT_CONNECTORS_CALENDAR_RECUR_H
#define PT_CONNECTORS_CALENDAR_RECUR_H

#include "base/zone.h"

struct pt_recur;

/*
 * The occurrences at or after `start`, which need not be one. The zone is borrowed until it is
 * freed. PT_E_INVALID when the rule is not well-formed, or no occurrence is possible.
 * Owned by the caller.
 */
int pt_recur_new(struct pt_recur **out, const char *rrule, const struct pt_civil *start,
		 const struct pt_zone *zone, struct pt_err *err) PT_MUSTUSE;

/*
 * The same for a rule of the suite file: from that time on that date. Without one (NULL) it
 * recurs from 2001-01-01 on, a Monday, which is what INTERVAL then counts from.
 */
int pt_recur_open(struct pt_recur **out, const char *rrule, const struct pt_civil *from,
		  int32_t at_minute, const struct pt_zone *zone, struct pt_err *err) PT_MUSTUSE;

void pt_recur_free(struct pt_recur *recur);
void pt_recur_freep(struct pt_recur **recur);

/*
 * The next occurrence, and the first moment at which clocks show it; false: there are no
 * more. The search ends with the year 2582, after a second or two, some more for several times a
 * day.
 */
bool pt_recur_next(struct pt_civil *local_out, int64_t *ms_out, struct pt_recur *recur);

/* How far it has been expanded, in days times the occurrences a day can have: what it costs. */
uint64_t pt_recur_work(const struct pt_recur *recur);

#endif
