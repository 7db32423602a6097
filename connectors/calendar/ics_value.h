/*
 * What the lines of a calendar file say: times, in whichever zone, and lengths.
 */
#ifndef PT_CONNECTORS_CALENDAR_ICS_VALUE_H
#define PT_CONNECTORS_CALENDAR_ICS_VALUE_H

#include "base/zone.h"
#include "connectors/calendar/ics_lines.h"

/* The zones that a file names, opened once each. */
struct pt_ics_zones {
	const struct pt_zone *own; /* borrowed; of local times without a zone */
	struct pt_ics_zone *known; /* owned */
	size_t n;
};

void pt_ics_zones_release(struct pt_ics_zones *zones);

struct pt_ics_time {
	struct pt_civil civil;
	enum pt_civil_form form;    /* PT_CIVIL_DATE: 00:00; PT_CIVIL_OFFSET: in UTC */
	const struct pt_zone *zone; /* that `civil` is in, borrowed from the zones */
};

/* The moment; the first or the second of two. */
int64_t pt_ics_time_ms(const struct pt_ics_time *time, enum pt_zone_pick pick);

/*
 * `len` bytes of the line's value as a date or a time; its TZID is an IANA name, one that
 * ends in an IANA name after a '/', or a name that Windows has for a zone. PT_E_INVALID,
 * at the line, for another.
 */
int pt_ics_time_read(struct pt_ics_time *out, struct pt_ics_zones *zones,
		     const struct pt_ics_lines *lines, const char *text, size_t len,
		     struct pt_err *err) PT_MUSTUSE;

/* A length: days and weeks are local days, the rest is time that passes. */
struct pt_ics_length {
	int64_t days_ms, time_ms;
};

/* "P1W", "P1DT2H", "PT30M" of the line's value; below 100 years, not negative. */
int pt_ics_length_read(struct pt_ics_length *out, const struct pt_ics_lines *lines,
		       const char *text, struct pt_err *err) PT_MUSTUSE;

/* Appends a text without its escapes, at most max_bytes of it. */
void pt_ics_text_read(struct pt_buf *out, const char *text, size_t max_bytes);

/* The IANA name of what Windows calls a time zone, or NULL. */
const char *pt_windows_zone(const char *name);

#endif
