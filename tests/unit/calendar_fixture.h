/*
 * Suites of a few lines, and what their calendars say.
 */
#ifndef PT_TESTS_UNIT_CALENDAR_FIXTURE_H
#define PT_TESTS_UNIT_CALENDAR_FIXTURE_H

#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "connectors/calendar/calendar.h"

/* A suite with these lines at its end, and its zone. */
struct calendar {
	struct pt_suite *suite;
	struct pt_zone *zone;
};

static inline struct calendar calendar_of(const char *zone, const char *lines)
{
	struct calendar c = {.suite = NULL};
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_buf text = PT_BUF_INIT, said = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	pt_buf_printf(&text,
		      "suite: small\ntimezone: %s\n"
		      "connectors: { sim: { type: simulated, population: p.yaml } }\n"
		      "packages: [ { name: a, git: a.git, tag: '^(?<version>.+)$' } ]\n%s",
		      zone, lines);
	if (pt_suite_parse(&c.suite, pt_buf_text(&text), text.len, "suite.yaml", &errs) < 0) {
		pt_errs_print(&said, &errs, "pushtrain");
		fail_msg("%s", pt_buf_text(&said));
	}
	assert_int_equal(pt_zone_open(&c.zone, zone, &err), 0);
	pt_errs_release(&errs);
	pt_buf_release(&text);
	return c;
}

static inline void calendar_release(struct calendar *c)
{
	pt_suite_free(c->suite);
	pt_zone_free(c->zone);
}

static inline int64_t utc(const char *text)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	assert_int_equal(pt_civil_parse(&civil, &form, &offset_ms, text, NULL), 0);
	return pt_civil_to_ms(&civil) - offset_ms;
}

/* "start end name" lines, in UTC; or the error. */
static inline void closures_text(struct pt_buf *out, const struct calendar *c, const char *from,
				 const char *to)
{
	struct pt_closures closures = PT_CLOSURES_INIT;
	struct pt_err err = PT_ERR_INIT;
	char start[PT_INSTANT_TEXT], end[PT_INSTANT_TEXT];

	pt_buf_clear(out);
	if (pt_calendar_closures(&closures, c->suite, c->zone, utc(from), utc(to), &err) < 0) {
		pt_err_print(out, &err);
		return;
	}
	for (size_t i = 0; i < closures.n; i++)
		pt_buf_printf(
		    out, "%s %s %s\n", pt_instant_text(start, closures.closure[i].start_ms),
		    pt_instant_text(end, closures.closure[i].end_ms), closures.closure[i].name);
	pt_closures_release(&closures);
}

static inline void assert_closures(const char *zone, const char *lines, const char *from,
				   const char *to, const char *expected)
{
	PT_CLEANUP(calendar_release) struct calendar c = calendar_of(zone, lines);
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	closures_text(&got, &c, from, to);
	assert_string_equal(pt_buf_text(&got), expected);
}

#endif
