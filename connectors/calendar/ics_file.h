/*
 * Calendar files (RFC 5545) as blackouts: every event of the file closes from its
 * beginning to its end. docs/calendar.md says what is read of an event and what is not.
 *
 * The file is anybody's: it is read line by line, in bounded memory and time, and what is
 * wrong is one error that names its line.
 */
#ifndef PT_CONNECTORS_CALENDAR_ICS_FILE_H
#define PT_CONNECTORS_CALENDAR_ICS_FILE_H

#include "connectors/calendar/closing.h"

enum {
	PT_ICS_FILE_MAX = 8 << 20, /* bytes */
	PT_ICS_EVENTS_MAX = 50000, /* in a file */
	PT_ICS_WORK_MAX = 1000000, /* days that all recurrences of a file may be expanded over */
};

/* Adds what the events of the file close. PT_E_INVALID, PT_E_NOTFOUND or PT_E_LIMIT. */
int pt_ics_file_close(struct pt_closing *closing, const char *path, struct pt_err *err) PT_MUSTUSE;

/* The same from memory; `path` names it. */
int pt_ics_file_parse(struct pt_closing *closing, const char *data, size_t size_bytes,
		      const char *path, struct pt_err *err) PT_MUSTUSE;

#endif
