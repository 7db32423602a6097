/*
 * Points in time and lengths of time. A point is milliseconds since 1970 UTC;
 * only zone.h knows of local time, and only cmd/ reads a clock.
 */
#ifndef PT_BASE_INSTANT_H
#define PT_BASE_INSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { PT_INSTANT_TEXT = 32, PT_DURATION_TEXT = 32 };

#define PT_SECOND_MS INT64_C(1000)
#define PT_MINUTE_MS (60 * PT_SECOND_MS)
#define PT_HOUR_MS   (60 * PT_MINUTE_MS)
#define PT_DAY_MS    (24 * PT_HOUR_MS)

/* Later than anything that happens. */
#define PT_NEVER INT64_MAX

/* Earlier than anything that happens; a span from it to now does not overflow. */
#define PT_LONG_AGO (INT64_MIN / 2)

/* A date and a time of day without a zone, proleptic Gregorian. */
struct pt_civil {
	int32_t year;                                 /* 1600 to 9999 */
	int32_t month, day, hour, minute, second, ms; /* month and day from 1 */
};

/* What a written time says of its zone. */
enum pt_civil_form {
	PT_CIVIL_DATE,   /* 2022-08-20: a date alone */
	PT_CIVIL_LOCAL,  /* 2022-08-20T12:00[:00[.000]] */
	PT_CIVIL_OFFSET, /* the same with Z or +hh:mm or +hhmm */
};

/* Reads all of text; *offset_ms is what to subtract to get UTC (0 unless PT_CIVIL_OFFSET). */
int pt_civil_parse(struct pt_civil *out, enum pt_civil_form *form_out, int64_t *offset_ms_out,
		   const char *text, struct pt_err *err) PT_MUSTUSE;

/*
 * The forms of iCalendar: 20220820, 20220820T120000, 20220820T120000Z, which is
 * PT_CIVIL_OFFSET. False when `size_bytes` of text are none of them.
 */
bool pt_civil_parse_basic(struct pt_civil *out, enum pt_civil_form *form_out, const char *text,
			  size_t size_bytes);

/* The fields read as UTC, to milliseconds since 1970 and back. */
int64_t pt_civil_to_ms(const struct pt_civil *civil);
struct pt_civil pt_civil_of_ms(int64_t ms);

/* 0 Sunday to 6 Saturday. */
int pt_civil_weekday(int32_t year, int32_t month, int32_t day);

/* "2022-08-20T07:00:00Z", with ".123" only when there are milliseconds. Returns buf. */
const char *pt_instant_text(char buf[PT_INSTANT_TEXT], int64_t ms);

/*
 * Durations: "500ms", "90s", "30m", "4h", "6d", "2w"; a whole number and one
 * unit, below 100 years. The text form uses the largest unit that divides it.
 */
int pt_duration_parse(int64_t *ms_out, const char *text, struct pt_err *err) PT_MUSTUSE;
const char *pt_duration_text(char buf[PT_DURATION_TEXT], int64_t ms);

/* For people: the two largest units, "9d 4h", "1h 30m", "45s". Returns buf. */
const char *pt_duration_human(char buf[PT_DURATION_TEXT], int64_t ms);

#endif
