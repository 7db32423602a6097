/* When stages begin, and what is shown of a calendar. */
#include "tests/unit/calendar_fixture.h"

#include <libical/ical.h>

#include "pipeline/timetable.h"

static const char lines[] =
    "trains:\n"
    "  b:\n"
    "    departs: { rrule: FREQ=WEEKLY;BYDAY=TU, at: '18:00' }\n"
    "    start_slack: 2h\n"
    "    repush: { passes: 3, after: 24h, every: 12h }\n"
    "    stages:\n"
    "      - { name: s, orgs: { type: Sandbox }, soak: 6d }\n"
    "      - { name: p, orgs: { sample: 5 }, batches: { sizes: [1, rest], every: 1d } }\n"
    "      - { name: all, orgs: { all: true } }\n"
    "  a: { departs: { rrule: FREQ=DAILY;COUNT=1, at: '18:00', from: 2026-03-03 },\n"
    "       stages: [ { name: only, orgs: { all: true } } ] }\n"
    "  w:\n"
    "    departs: { rrule: FREQ=DAILY;COUNT=1, at: '06:00', from: 2027-01-12 }\n"
    "    stages:\n"
    "      - { name: first, orgs: { type: Sandbox }, soak: 1d }\n"
    "      - name: night\n"
    "        orgs: { all: true }\n"
    "        window: { local: '22:00-04:00', zones: { '^EU': Europe/Berlin } }\n"
    "  idle: { stages: [ { name: only, orgs: { all: true } } ] }\n"
    "blackouts:\n"
    "  - { name: late, from: '2026-03-10T19:59', to: '2026-03-10T22:00' }\n"
    "  - { name: later, from: '2026-03-10T23:59', to: 2026-03-11 }\n"
    "  - { name: month end, from: 2026-03-31, to: 2026-03-31 }\n"
    "  - { name: years, from: 2028-01-01, to: 2030-12-31 }\n";

typedef void write_fn(struct pt_buf *out, const struct pt_timetable *timetable);

static void write_text(struct pt_buf *out, const struct pt_timetable *timetable)
{
	assert_int_equal(pt_timetable_text(out, timetable, NULL), 0);
}

static void timetable_of(struct pt_buf *out, write_fn *write, const char *from, const char *to,
			 int train)
{
	PT_CLEANUP(calendar_release) struct calendar c = calendar_of("America/New_York", lines);
	PT_CLEANUP(pt_closures_release) struct pt_closures closures = PT_CLOSURES_INIT;
	PT_CLEANUP(pt_timetable_release) struct pt_timetable timetable = {.departure = NULL};
	struct pt_timetable_setup setup = {.suite = c.suite,
					   .train = train < 0 ? NULL : &c.suite->train[train],
					   .zone = c.zone,
					   .closures = &closures,
					   .from_ms = utc(from),
					   .to_ms = utc(to)};

	assert_int_equal(pt_calendar_closures(&closures, c.suite, c.zone, setup.from_ms,
					      setup.to_ms + 100 * PT_DAY_MS, NULL),
			 0);
	assert_int_equal(pt_timetable_make(&timetable, &setup, NULL), 0);
	write(out, &timetable);
}

PT_TEST(departures_and_closures_are_in_order_and_moved)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	timetable_of(&out, write_text, "2026-03-03T05:00:00Z", "2026-03-12T04:00:00Z", -1);
	assert_string_equal(
	    pt_buf_text(&out),
	    "calendar of suite small, Tue 2026-03-03 00:00 -05:00 to Thu 2026-03-12 00:00 -04:00 "
	    "(America/New_York)\n\n"
	    "  Tue 2026-03-03 18:00 -05:00  departs  b\n"
	    "                                          p    not before Mon 2026-03-09 19:00 "
	    "-04:00\n"
	    "                                          all  not before Sat 2026-03-14 00:00 "
	    "-04:00\n"
	    "  Tue 2026-03-03 18:00 -05:00  departs  a\n"
	    "  Tue 2026-03-10 18:00 -04:00  departs  b: moves to Thu 2026-03-12 00:00 "
	    "-04:00, "
	    "waits for the end of blackout 'late'\n"
	    "                                          p    not before Wed 2026-03-18 00:00 "
	    "-04:00\n"
	    "                                          all  not before Sat 2026-03-21 00:00 "
	    "-04:00\n"
	    "  Tue 2026-03-10 19:59 -04:00  closed   until Tue 2026-03-10 22:00 -04:00: late\n"
	    "  Tue 2026-03-10 23:59 -04:00  closed   until Thu 2026-03-12 00:00 -04:00: later\n");
}

PT_TEST(a_stage_waits_for_a_blackout_too)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	timetable_of(&out, write_text, "2026-03-24T05:00:00Z", "2026-03-25T04:00:00Z", 0);
	assert_non_null(strstr(pt_buf_text(&out), "departs  b\n"));
	assert_non_null(strstr(pt_buf_text(&out), "p    not before Mon 2026-03-30 18:00 -04:00\n"));
	timetable_of(&out, write_text, "2026-03-24T05:00:00Z", "2026-03-25T04:00:00Z", 1);
	assert_non_null(strstr(pt_buf_text(&out), "no departures, and nothing is closed\n"));
}

PT_TEST(a_stage_waits_for_the_window_that_opens_first)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	/* 22:00 in Berlin is 16:00 here. */
	timetable_of(&out, write_text, "2027-01-10T05:00:00Z", "2027-01-13T05:00:00Z", 2);
	assert_non_null(strstr(pt_buf_text(&out), "  Tue 2027-01-12 06:00 -05:00  departs  w\n"));
	assert_non_null(
	    strstr(pt_buf_text(&out),
		   "  night  not before Wed 2027-01-13 16:00 -05:00, waits for the window\n"));
}

PT_TEST(what_does_not_start_within_two_years_is_shown_so)
{
	static const char *const never =
	    "trains: { n: { departs: { rrule: FREQ=DAILY;COUNT=1, from: "
	    "2026-01-02 },\n"
	    "  stages: [ { name: s, orgs: { type: Sandbox } },\n"
	    "            { name: p, orgs: { all: true } } ] } }\n"
	    "blackouts: [ { name: long, from: 2026-01-01, to: 2029-01-01 } ]\n";
	PT_CLEANUP(calendar_release) struct calendar c = calendar_of("UTC", never);
	PT_CLEANUP(pt_closures_release) struct pt_closures closures = PT_CLOSURES_INIT;
	PT_CLEANUP(pt_timetable_release) struct pt_timetable timetable = {.departure = NULL};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_timetable_setup setup = {.suite = c.suite,
						 .zone = c.zone,
						 .closures = &closures,
						 .from_ms = utc("2026-01-01"),
						 .to_ms = utc("2026-01-03")};

	assert_int_equal(
	    pt_calendar_closures(&closures, c.suite, c.zone, setup.from_ms, setup.to_ms, NULL), 0);
	assert_int_equal(pt_timetable_make(&timetable, &setup, NULL), 0);
	assert_int_equal(pt_timetable_text(&out, &timetable, NULL), 0);
	assert_non_null(strstr(pt_buf_text(&out),
			       "departs  n: does not start within two years, waits "
			       "for the end of blackout 'long'\n"));
	assert_non_null(strstr(pt_buf_text(&out), "  p  not within two years\n"));
	pt_buf_clear(&out);
	pt_timetable_ics(&out, &timetable);
	assert_null(strstr(pt_buf_text(&out), "departs"));
	pt_timetable_json(&out, &timetable);
	assert_non_null(strstr(pt_buf_text(&out), "\"start\": null"));
}

static void write_ics(struct pt_buf *out, const struct pt_timetable *timetable)
{
	pt_timetable_ics(out, timetable);
}

PT_TEST(libical_reads_the_calendar_back)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	timetable_of(&out, write_ics, "2026-03-10T05:00:00Z", "2026-03-12T04:00:00Z", 0);
	icalcomponent *calendar = icalparser_parse_string(pt_buf_text(&out));

	assert_non_null(calendar);
	assert_int_equal(icalcomponent_count_errors(calendar), 0);
	for (icalcomponent *event =
		 icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
	     event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
		char *start = icaltime_as_ical_string_r(icalcomponent_get_dtstart(event));

		pt_buf_printf(&got, "%s %s\n", start, icalcomponent_get_summary(event));
		icalmemory_free_buffer(start);
	}
	icalcomponent_free(calendar);
	assert_string_equal(pt_buf_text(&got), "20260312T040000Z small b: s, departure\n"
					       "20260318T040000Z small b: p at the earliest\n"
					       "20260321T040000Z small b: all at the earliest\n"
					       "20260310T235900Z small: closed, late\n"
					       "20260311T035900Z small: closed, later\n");
}

PT_TEST_MAIN(PT_RUN(departures_and_closures_are_in_order_and_moved),
	     PT_RUN(a_stage_waits_for_a_blackout_too),
	     PT_RUN(a_stage_waits_for_the_window_that_opens_first),
	     PT_RUN(what_does_not_start_within_two_years_is_shown_so),
	     PT_RUN(libical_reads_the_calendar_back))
