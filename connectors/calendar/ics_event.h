/*
 * The events of a calendar file, as they are written there. ics_read.c reads them,
 * ics_file.c makes closures of them.
 */
#ifndef PT_CONNECTORS_CALENDAR_ICS_EVENT_H
#define PT_CONNECTORS_CALENDAR_ICS_EVENT_H

#include "base/arena.h"
#include "base/intern.h"
#include "connectors/calendar/ics_value.h"

/* One value of RDATE or EXDATE. */
struct pt_ics_date {
	struct pt_ics_time at, end;  /* end: of a period that is written so */
	struct pt_ics_length length; /* of one that is written with its length */
	enum { PT_ICS_ALONE, PT_ICS_PERIOD_END, PT_ICS_PERIOD_LENGTH } kind;
	struct pt_ics_date *next;
};

struct pt_ics_event {
	struct pt_src begin;   /* where it begins */
	struct pt_src end_src; /* of DTEND or DURATION */
	struct pt_src rrule_src;
	struct pt_ics_time start, end, instead_of; /* instead_of: RECURRENCE-ID */
	struct pt_ics_length length;
	bool has_start, has_end, has_length, has_instead_of, has_name;
	bool cancelled;
	const char *rrule;                 /* NULL: none */
	uint32_t uid;                      /* 0: none */
	const char *name;                  /* NULL: none */
	struct pt_ics_date *more, *except; /* RDATE, EXDATE */
};

struct pt_ics_events {
	struct pt_ics_event *event; /* owned, in file order */
	size_t n, cap;
	struct pt_arena arena;
	struct pt_intern *uids; /* owned */
	struct pt_ics_zones zones;
};

/* PT_E_SYNTAX, PT_E_INVALID or PT_E_LIMIT, naming the line. Released in any case. */
int pt_ics_events_read(struct pt_ics_events *out, const struct pt_zone *zone, const char *data,
		       size_t size_bytes, const char *path, struct pt_err *err) PT_MUSTUSE;
void pt_ics_events_release(struct pt_ics_events *events);

#endif
