/*
 * Writes iCalendar (RFC 5545): what is planned, for people's calendars. Lines are folded
 * at 75 octets between characters and end in CRLF, texts are escaped, times are in UTC.
 *
 *     pt_ics_begin(&ics, out, "npsp", start_ms);
 *     pt_ics_event(&ics, &event);
 *     pt_ics_end(&ics);
 */
#ifndef PT_PIPELINE_ICS_H
#define PT_PIPELINE_ICS_H

#include <stdint.h>

#include "base/buf.h"

struct pt_ics {
	struct pt_buf *out; /* borrowed */
	int64_t stamp_ms;
};

struct pt_ics_entry {
	const char *uid;                              /* as pt_ics_uid() made it */
	const char *summary, *description, *category; /* any text; NULL: without it */
	int64_t start_ms, end_ms;                     /* end not after start: a moment */
};

/*
 * A calendar to publish, of that name. Every event has the stamp as the time at which it was
 * made: what is written depends on what is planned alone.
 */
void pt_ics_begin(struct pt_ics *out, struct pt_buf *buf, const char *name, int64_t stamp_ms);
void pt_ics_event(struct pt_ics *ics, const struct pt_ics_entry *event);
void pt_ics_end(struct pt_ics *ics);

/* "a/b/c@pushtrain" of the words, up to a NULL: the same for the same words and no others. */
void pt_ics_uid(struct pt_buf *out, const char *const *words);

#endif
