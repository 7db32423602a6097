/*
 * When something may start: the windows of a stage in the local time of each group
 * of instances, the suite's blackouts, and the slack before either ends. Pure: zones
 * and blackouts are given; a moment in, a moment out.
 *
 * A blackout beats a window; all spans are half-open. Of a local time that occurs twice
 * both edges of a window mean the first; one that is skipped has the offset before the gap.
 */
#ifndef PT_PIPELINE_HOURS_H
#define PT_PIPELINE_HOURS_H

#include "connectors/calendar/calendar.h"

struct pt_hours;

/* Why a moment was not taken. */
struct pt_hours_why {
	enum { PT_HOURS_OPEN, PT_HOURS_WINDOW, PT_HOURS_BLACKOUT } kind;
	const char *blackout; /* its name; borrowed from the closures */
};

/*
 * The train's hours. Everything is borrowed and must outlive it, but for the closures'
 * array. PT_E_INVALID, naming the key, when a window is too short for the train's
 * start_slack. Owned by the caller.
 */
int pt_hours_new(struct pt_hours **out, const struct pt_suite *suite,
		 const struct pt_train_conf *conf, const struct pt_closures *closures,
		 struct pt_err *err) PT_MUSTUSE;
void pt_hours_free(struct pt_hours *hours);
void pt_hours_freep(struct pt_hours **hours);

/*
 * The first moment at or after `at_ms` at which something may start in that zone of the
 * stage's window (see audience.h), the slack before its end kept; PT_NEVER when there is
 * none within two years. why_out MAY be NULL: why `at_ms` itself is not it. With NULL for
 * the hours every moment will do.
 */
int64_t pt_hours_next(struct pt_hours_why *why_out, const struct pt_hours *hours, uint32_t stage,
		      uint32_t zone, int64_t at_ms);

/*
 * The same for what was planned so and is being carried out, which takes its time: that much
 * of the slack may be gone.
 */
int64_t pt_hours_still(const struct pt_hours *hours, uint32_t stage, uint32_t zone, int64_t at_ms,
		       int64_t gone_ms);

/* When the hours end that `at_ms` lies in, without slack; `at_ms` itself when it lies in none. */
int64_t pt_hours_end(const struct pt_hours *hours, uint32_t stage, uint32_t zone, int64_t at_ms);

/* A window's opening, whatever blackouts and slack leave of it. */
struct pt_opening {
	int64_t start_ms, end_ms;
};

/*
 * The openings of that zone of the stage's window that touch [from_ms, to_ms), ascending, at
 * most `max` of them. Returns how many; 0 for a stage without a window, or with NULL for the hours.
 */
size_t pt_hours_openings(struct pt_opening *out, size_t max, const struct pt_hours *hours,
			 uint32_t stage, uint32_t zone, int64_t from_ms, int64_t to_ms);

/*
 * The earliest starts of the levels 0 to nlevel - 1 of a batch that is due at `at_ms`: each
 * at least `offset_ms` after the one before, moved to where something may start.
 */
void pt_hours_levels(int64_t *start_ms_out, const struct pt_hours *hours, uint32_t stage,
		     uint32_t zone, int64_t at_ms, int64_t offset_ms, uint32_t nlevel);

/* That zone of the stage's window; NULL: it has none. Borrowed from the hours. */
const struct pt_zone *pt_hours_zone(const struct pt_hours *hours, uint32_t stage, uint32_t zone);

#endif
