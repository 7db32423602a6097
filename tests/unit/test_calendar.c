/* Departures and blackouts by date and by rule, across changes of the clocks. */
#include "tests/unit/calendar_fixture.h"

#include <libical/ical.h>

#include "connectors/calendar/recur.h"

/* The train's next `n` departures, one line each; or the error. */
static void departures(struct pt_buf *out, const char *zone, const char *departs, const char *from,
		       int n)
{
	char lines[400], text[PT_INSTANT_TEXT];
	struct pt_err err = PT_ERR_INIT;
	int64_t ms = utc(from);

	snprintf(lines, sizeof(lines),
		 "trains: { t: { departs: %s, stages: [ { name: s, orgs: { all: true } } ] } }\n",
		 departs);
	PT_CLEANUP(calendar_release) struct calendar c = calendar_of(zone, lines);

	pt_buf_clear(out);
	for (; n > 0; n--, ms++) {
		if (pt_calendar_next(&ms, &c.suite->train[0], c.zone, ms, &err) < 0) {
			pt_err_print(out, &err);
			return;
		}
		if (ms == PT_NEVER) {
			pt_buf_str(out, "never\n");
			return;
		}
		pt_buf_printf(out, "%s\n", pt_instant_text(text, ms));
	}
}

struct departs_case {
	const char *zone, *departs, *from;
	int n;
	const char *expected;
};

static void assert_departures(const struct departs_case *cases, size_t n)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		departures(&got, cases[i].zone, cases[i].departs, cases[i].from, cases[i].n);
		assert_string_equal(pt_buf_text(&got), cases[i].expected);
	}
}

PT_TEST(departures_at_repeated_and_skipped_times_are_as_rfc_5545_has_them)
{
	static const struct departs_case cases[] = {
	    {"America/New_York", "{ rrule: FREQ=DAILY, at: '01:30', from: 2025-11-02 }",
	     "2025-11-01T00:00:00Z", 2, "2025-11-02T05:30:00Z\n2025-11-03T06:30:00Z\n"},
	    {"America/New_York", "{ rrule: FREQ=DAILY, at: '02:30', from: 2025-03-09 }",
	     "2025-03-01T00:00:00Z", 1, "2025-03-09T07:30:00Z\n"},
	    {"Europe/London", "{ rrule: FREQ=DAILY, at: '01:30', from: 2025-10-26 }",
	     "2025-10-01T00:00:00Z", 1, "2025-10-26T00:30:00Z\n"},
	    /* The day after the change is back at 02:30 local time. */
	    {"America/New_York", "{ rrule: FREQ=DAILY, at: '02:30', from: 2025-03-07 }",
	     "2025-03-01T00:00:00Z", 5,
	     "2025-03-07T07:30:00Z\n2025-03-08T07:30:00Z\n2025-03-09T07:30:00Z\n"
	     "2025-03-10T06:30:00Z\n2025-03-11T06:30:00Z\n"},
	};

	assert_departures(cases, PT_ARRAY_LEN(cases));
}

/* Why it is not asked: what libical makes of the same local times with its own zones. */
PT_TEST(libical_itself_would_depart_at_other_moments)
{
	static const struct {
		const char *zone, *local, *libical, *ours;
	} cases[] = {
	    {"America/New_York", "20251102T013000", "20251102T063000Z", "2025-11-02T05:30:00Z"},
	    {"America/New_York", "20250309T023000", "20250309T063000Z", "2025-03-09T07:30:00Z"},
	    {"Europe/London", "20251026T013000", "20251026T013000Z", "2025-10-26T00:30:00Z"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		icaltimezone *zone = icaltimezone_get_builtin_timezone(cases[i].zone);
		struct icaltimetype time = icaltime_from_string(cases[i].local);
		struct pt_zone *own = NULL;
		struct pt_civil local;
		enum pt_civil_form form;
		char text[PT_INSTANT_TEXT];

		assert_non_null(zone);
		time.zone = zone;
		time = icaltime_convert_to_zone(time, icaltimezone_get_utc_timezone());
		assert_string_equal(icaltime_as_ical_string(time), cases[i].libical);
		assert_true(pt_civil_parse_basic(&local, &form, cases[i].local, 15));
		assert_int_equal(pt_zone_open(&own, cases[i].zone, NULL), 0);
		assert_string_equal(
		    pt_instant_text(text, pt_zone_resolve(own, &local, PT_ZONE_FIRST)),
		    cases[i].ours);
		pt_zone_free(own);
	}
}

PT_TEST(intervals_count_from_the_week_of_from_or_of_the_anchor)
{
	static const struct departs_case cases[] = {
	    {"America/Los_Angeles",
	     "{ rrule: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU, at: '18:00', from: 2026-12-01 }",
	     "2026-11-01T00:00:00Z", 3,
	     "2026-12-02T02:00:00Z\n2026-12-16T02:00:00Z\n2026-12-30T02:00:00Z\n"},
	    /* From a Wednesday: the Tuesday of that week is past, the next week does not count. */
	    {"UTC", "{ rrule: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU, from: 2026-12-02 }",
	     "2026-11-01T00:00:00Z", 2, "2026-12-15T00:00:00Z\n2026-12-29T00:00:00Z\n"},
	    {"UTC", "{ rrule: FREQ=WEEKLY;INTERVAL=2 }", "2026-12-01T00:00:00Z", 2,
	     "2026-12-14T00:00:00Z\n2026-12-28T00:00:00Z\n"},
	    {"UTC", "{ rrule: FREQ=WEEKLY;INTERVAL=2 }", "2001-01-01T00:00:00Z", 2,
	     "2001-01-01T00:00:00Z\n2001-01-15T00:00:00Z\n"},
	};

	assert_departures(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(rules_of_all_kinds_are_expanded)
{
	static const struct departs_case cases[] = {
	    {"UTC", "{ rrule: FREQ=MONTHLY;BYDAY=3SA, at: '06:15' }", "2026-11-22T00:00:00Z", 2,
	     "2026-12-19T06:15:00Z\n2027-01-16T06:15:00Z\n"},
	    {"UTC", "{ rrule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1' }",
	     "2026-12-01T00:00:00Z", 2, "2026-12-31T00:00:00Z\n2027-01-29T00:00:00Z\n"},
	    {"UTC", "{ rrule: 'FREQ=DAILY;BYHOUR=9,17;BYDAY=MO' }", "2026-11-21T00:00:00Z", 3,
	     "2026-11-23T09:00:00Z\n2026-11-23T17:00:00Z\n2026-11-30T09:00:00Z\n"},
	    {"UTC", "{ rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29 }", "2026-01-01T00:00:00Z", 2,
	     "2028-02-29T00:00:00Z\n2032-02-29T00:00:00Z\n"},
	    {"UTC", "{ rrule: FREQ=DAILY;COUNT=2, from: 2026-12-01 }", "2026-12-02T00:00:00Z", 2,
	     "2026-12-02T00:00:00Z\nnever\n"},
	    /* A date as UNTIL is all of that day, a moment is that moment. */
	    {"America/New_York",
	     "{ rrule: FREQ=DAILY;UNTIL=20261202, at: '23:00', from: 2026-12-01 }",
	     "2026-12-01T12:00:00Z", 3, "2026-12-02T04:00:00Z\n2026-12-03T04:00:00Z\nnever\n"},
	    {"America/New_York",
	     "{ rrule: FREQ=DAILY;UNTIL=20261203T035959Z, at: '23:00', from: 2026-12-01 }",
	     "2026-12-01T12:00:00Z", 3, "2026-12-02T04:00:00Z\nnever\n"},
	    {"America/New_York",
	     "{ rrule: FREQ=DAILY;UNTIL=20261202T230000, at: '23:00', from: 2026-12-01 }",
	     "2026-12-02T12:00:00Z", 2, "2026-12-03T04:00:00Z\nnever\n"},
	};

	assert_departures(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(a_train_that_never_departs_is_an_error)
{
	static const struct departs_case cases[] = {
	    {"UTC", "{ rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 }", "2026-01-01T00:00:00Z", 1,
	     "suite.yaml:5:34: train 't': departs: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' never "
	     "occurs"},
	    {"UTC", "{ rrule: FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 }", "2026-01-01T00:00:00Z", 1,
	     "suite.yaml:5:34: train 't': departs: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' never "
	     "occurs"},
	    {"UTC", "{ rrule: FREQ=DAILY;UNTIL=20260101, from: 2026-01-02 }",
	     "2020-01-01T00:00:00Z", 1,
	     "suite.yaml:5:34: train 't': departs: 'FREQ=DAILY;UNTIL=20260101' never occurs"},
	};

	assert_departures(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(blackouts_by_date_cover_both_times_of_a_repeated_hour)
{
	assert_closures("America/New_York",
			"blackouts:\n"
			"  - { name: a, from: 2025-11-02T01:30, to: 2025-11-02T01:30:30 }\n"
			"  - { name: b, from: 2026-12-24, to: 2027-01-02 }\n"
			"  - { name: past, from: 2024-01-01, to: 2024-01-02 }\n",
			"2025-01-01", "2027-01-01",
			"2025-11-02T05:30:00Z 2025-11-02T06:30:30Z a\n"
			"2026-12-24T05:00:00Z 2027-01-03T05:00:00Z b\n");
}

PT_TEST(blackouts_of_whole_days_last_for_local_days)
{
	/* 2d from the last day of the month: both days, whatever their lengths. */
	assert_closures(
	    "America/New_York",
	    "blackouts: [ { name: end, rrule: FREQ=MONTHLY;BYMONTHDAY=-1, duration: 2d } ]\n",
	    "2026-10-31", "2026-12-02",
	    "2026-10-31T04:00:00Z 2026-11-02T05:00:00Z end\n"
	    "2026-11-30T05:00:00Z 2026-12-02T05:00:00Z end\n");
	assert_closures("America/New_York",
			"blackouts: [ { name: n, rrule: FREQ=DAILY, at: '22:00', duration: 1d,\n"
			"               from: 2025-03-08 } ]\n",
			"2025-03-01", "2025-03-10",
			"2025-03-09T03:00:00Z 2025-03-10T02:00:00Z n\n");
}

PT_TEST(blackouts_of_other_lengths_last_for_the_time_that_passes)
{
	assert_closures(
	    "America/New_York",
	    "blackouts:\n  - { name: n, rrule: FREQ=DAILY, at: '01:30', duration: 30m,\n"
	    "      from: 2025-11-02 }\n",
	    "2025-11-02", "2025-11-03T12:00",
	    "2025-11-02T05:30:00Z 2025-11-02T06:00:00Z n\n"
	    "2025-11-03T06:30:00Z 2025-11-03T07:00:00Z n\n");
}

PT_TEST(a_blackout_is_seen_while_it_lasts_and_not_after)
{
	const char *lines = "blackouts: [ { name: n, from: 2026-01-02, to: 2026-01-02 } ]\n";

	assert_closures("UTC", lines, "2026-01-02T23:59:59.999", "2026-02-01",
			"2026-01-02T00:00:00Z 2026-01-03T00:00:00Z n\n");
	assert_closures("UTC", lines, "2026-01-03", "2026-02-01", "");
	assert_closures("UTC", lines, "2026-01-01", "2026-01-02", "");
	assert_closures("UTC", lines, "2026-01-01", "2026-01-02T00:00:00.001",
			"2026-01-02T00:00:00Z 2026-01-03T00:00:00Z n\n");
}

PT_TEST(a_blackout_that_never_occurs_is_an_error)
{
	assert_closures(
	    "UTC",
	    "blackouts:\n"
	    "  - { name: none, rrule: FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30, duration: 1d }\n",
	    "2026-01-01", "2026-02-01",
	    "suite.yaml:6:26: blackout 'none': 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30' never "
	    "occurs");
}

PT_TEST(too_many_closures_are_an_error)
{
	assert_closures(
	    "UTC",
	    "blackouts:\n"
	    "  - { name: many, rrule: 'FREQ=DAILY;BYHOUR=0,3,6,9,12,15,18,21', duration: 1h }\n",
	    "2026-01-01", "2106-02-01",
	    "suite.yaml:6:26: blackout 'many': it closes more than 100000 times");
}

PT_TEST(a_check_finds_everything_that_is_wrong_with_a_calendar)
{
	PT_CLEANUP(calendar_release)
	struct calendar c = calendar_of(
	    "UTC", "trains:\n"
		   "  over: { departs: { rrule: FREQ=DAILY;COUNT=3, from: 2020-01-01 },\n"
		   "          stages: [ { name: s, orgs: { all: true } } ] }\n"
		   "  good: { departs: { rrule: FREQ=DAILY }, stages: [ { name: s, orgs: { all: "
		   "true } } ] }\n"
		   "blackouts:\n"
		   "  - { name: n, rrule: FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31, duration: 1d }\n"
		   "  - { name: i, ics: none.ics }\n");
	struct pt_errs errs = PT_ERRS_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;

	pt_calendar_check(&errs, c.suite, c.zone, utc("2026-01-01"));
	pt_errs_sort(&errs);
	pt_errs_print(&said, &errs, "pushtrain");
	assert_string_equal(
	    pt_buf_text(&said),
	    "pushtrain: suite.yaml:6:29: train 'over': departs: the last departure was Fri "
	    "2020-01-03 00:00 +00:00\n"
	    "pushtrain: suite.yaml:10:23: blackout 'n': "
	    "'FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31' never occurs\n"
	    "pushtrain: suite.yaml:11:21: blackout 'i': no such file 'none.ics'\n");
	pt_errs_release(&errs);
}

PT_TEST_MAIN(PT_RUN(departures_at_repeated_and_skipped_times_are_as_rfc_5545_has_them),
	     PT_RUN(libical_itself_would_depart_at_other_moments),
	     PT_RUN(intervals_count_from_the_week_of_from_or_of_the_anchor),
	     PT_RUN(rules_of_all_kinds_are_expanded),
	     PT_RUN(a_train_that_never_departs_is_an_error),
	     PT_RUN(blackouts_by_date_cover_both_times_of_a_repeated_hour),
	     PT_RUN(blackouts_of_whole_days_last_for_local_days),
	     PT_RUN(blackouts_of_other_lengths_last_for_the_time_that_passes),
	     PT_RUN(a_blackout_is_seen_while_it_lasts_and_not_after),
	     PT_RUN(a_blackout_that_never_occurs_is_an_error),
	     PT_RUN(too_many_closures_are_an_error),
	     PT_RUN(a_check_finds_everything_that_is_wrong_with_a_calendar))
