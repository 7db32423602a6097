/* Calendar files as blackouts: what events close, and what is wrong with a file. */
#include "tests/unit/calendar_fixture.h"

#include <unistd.h>

#include "connectors/calendar/ics_file.h"
#include "connectors/calendar/ics_value.h"

/* What the file closes within a year of 2026-01-01 UTC, in New York; or the error. */
static void closed_by(struct pt_buf *out, const char *data, size_t size)
{
	static const char *lines = "blackouts: [ { name: b, ics: b.ics } ]\n";
	PT_CLEANUP(calendar_release) struct calendar c = calendar_of("America/New_York", lines);
	PT_CLEANUP(pt_closing_release)
	struct pt_closing closing = {.suite = c.suite,
				     .zone = c.zone,
				     .from_ms = utc("2026-01-01"),
				     .to_ms = utc("2027-01-01")};
	struct pt_err err = PT_ERR_INIT;
	char start[PT_INSTANT_TEXT], end[PT_INSTANT_TEXT];

	pt_buf_clear(out);
	if (pt_ics_file_parse(&closing, data, size, "b.ics", &err) < 0) {
		pt_err_print(out, &err);
		return;
	}
	for (size_t i = 0; i < closing.n; i++)
		pt_buf_printf(
		    out, "%s %s %s\n", pt_instant_text(start, closing.closure[i].start_ms),
		    pt_instant_text(end, closing.closure[i].end_ms),
		    closing.name_at[i] ? closing.texts.data + closing.name_at[i] - 1 : "-");
}

static void assert_file(const char *data, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	closed_by(&got, data, strlen(data));
	assert_string_equal(pt_buf_text(&got), expected);
}

/* The same of one event with these lines. */
static void assert_event(const char *lines, const char *expected)
{
	char data[2000];

	snprintf(data, sizeof(data),
		 "BEGIN:VCALENDAR\nBEGIN:VEVENT\n%s\nEND:VEVENT\nEND:VCALENDAR\n", lines);
	assert_file(data, expected);
}

PT_TEST(times_are_in_the_zone_that_is_written_there)
{
	assert_event("DTSTART:20260601T120000Z\nDTEND:20260601T130000Z\nSUMMARY:utc",
		     "2026-06-01T12:00:00Z 2026-06-01T13:00:00Z utc\n");
	assert_event("DTSTART:20260601T120000\nDTEND:20260601T130000\nSUMMARY:floating",
		     "2026-06-01T16:00:00Z 2026-06-01T17:00:00Z floating\n");
	assert_event("DTSTART;TZID=Europe/Berlin:20260601T120000\nDURATION:PT1H30M",
		     "2026-06-01T10:00:00Z 2026-06-01T11:30:00Z -\n");
	assert_event("DTSTART;X-A=\"a:b;c,d\",e;TZID=\"Pacific Standard Time\":20260601T120000\n"
		     "DURATION:PT1S",
		     "2026-06-01T19:00:00Z 2026-06-01T19:00:01Z -\n");
	assert_event(
	    "DTSTART;TZID=/example.org/20260101_1/Asia/Tokyo:20260601T120000\nDURATION:PT1H",
	    "2026-06-01T03:00:00Z 2026-06-01T04:00:00Z -\n");
	/* From one zone to another. */
	assert_event("DTSTART;TZID=Europe/Berlin:20260601T120000\nDTEND:20260601T110000Z",
		     "2026-06-01T10:00:00Z 2026-06-01T11:00:00Z -\n");
}

PT_TEST(every_name_of_windows_is_a_zone)
{
	struct pt_zone *zone = NULL;

	assert_null(pt_windows_zone("Europe/Berlin"));
	assert_int_equal(pt_zone_open(&zone, pt_windows_zone("w. europe standard time"), NULL), 0);
	assert_string_equal(pt_zone_name(zone), "Europe/Berlin");
	pt_zone_free(zone);
}

PT_TEST(days_are_local_days_of_the_suite)
{
	assert_event("DTSTART;VALUE=DATE:20260308\nSUMMARY:short day",
		     "2026-03-08T05:00:00Z 2026-03-09T04:00:00Z short day\n");
	assert_event("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227",
		     "2026-12-24T05:00:00Z 2026-12-27T05:00:00Z -\n");
	assert_event("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224",
		     "2026-12-24T05:00:00Z 2026-12-25T05:00:00Z -\n");
	assert_event("DTSTART;VALUE=DATE:20261224\nDURATION:P1W",
		     "2026-12-24T05:00:00Z 2026-12-31T05:00:00Z -\n");
}

PT_TEST(an_event_never_closes_shorter_than_it_says)
{
	/* Begins at the first 01:30 and ends at the second. */
	assert_event("DTSTART:20261101T013000\nDTEND:20261101T013001",
		     "2026-11-01T05:30:00Z 2026-11-01T06:30:01Z -\n");
	/* Each night until 06:00, and eight hours at least. */
	assert_event("DTSTART:20260306T220000\nDTEND:20260307T060000\nRRULE:FREQ=DAILY;COUNT=3",
		     "2026-03-07T03:00:00Z 2026-03-07T11:00:00Z -\n"
		     "2026-03-08T03:00:00Z 2026-03-08T11:00:00Z -\n"
		     "2026-03-09T02:00:00Z 2026-03-09T10:00:00Z -\n");
	assert_event("DTSTART:20261030T220000\nDTEND:20261031T060000\nRRULE:FREQ=DAILY;COUNT=2",
		     "2026-10-31T02:00:00Z 2026-10-31T10:00:00Z -\n"
		     "2026-11-01T02:00:00Z 2026-11-01T11:00:00Z -\n");
	assert_event("DTSTART:20261031T220000\nDURATION:P1D", "2026-11-01T02:00:00Z "
							      "2026-11-02T03:00:00Z -\n");
	assert_event("DTSTART:20261031T220000\nDURATION:PT24H", "2026-11-01T02:00:00Z "
								"2026-11-02T02:00:00Z -\n");
}

PT_TEST(what_closes_nothing_is_left_out)
{
	assert_event("DTSTART:20260601T120000Z\nSUMMARY:a moment", "");
	assert_event("DTSTART:20260601T120000Z\nDTEND:20260601T120000Z", "");
	assert_event("DTSTART:20250601T120000Z\nDURATION:PT1H", "");
	assert_event("DTSTART:20260601T120000Z\nDURATION:PT1H\nstatus:Cancelled", "");
	/* People's free time is closed all the same. */
	assert_event(
	    "DTSTART:20260601T120000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT\nSTATUS:TENTATIVE",
	    "2026-06-01T12:00:00Z 2026-06-01T13:00:00Z -\n");
}

PT_TEST(events_recur_with_dates_more_and_less)
{
	assert_event("DTSTART;TZID=America/New_York:20260105T080000\nDURATION:PT1H\n"
		     "RRULE:FREQ=WEEKLY;UNTIL=20260119T130000Z;BYDAY=MO\n"
		     "EXDATE;TZID=America/New_York:20260112T080000\n"
		     "RDATE;TZID=America/New_York:20260114T080000,20260115T080000\n"
		     "RDATE;VALUE=PERIOD:20260116T120000Z/PT2H,20260117T120000Z/20260117T150000Z",
		     "2026-01-05T13:00:00Z 2026-01-05T14:00:00Z -\n"
		     "2026-01-17T12:00:00Z 2026-01-17T15:00:00Z -\n"
		     "2026-01-16T12:00:00Z 2026-01-16T14:00:00Z -\n"
		     "2026-01-15T13:00:00Z 2026-01-15T14:00:00Z -\n"
		     "2026-01-14T13:00:00Z 2026-01-14T14:00:00Z -\n"
		     "2026-01-19T13:00:00Z 2026-01-19T14:00:00Z -\n");
	/* The event itself counts, whether its rule has it or not. */
	assert_event("DTSTART;VALUE=DATE:20260106\nRRULE:FREQ=WEEKLY;COUNT=1;BYDAY=MO",
		     "2026-01-06T05:00:00Z 2026-01-07T05:00:00Z -\n"
		     "2026-01-12T05:00:00Z 2026-01-13T05:00:00Z -\n");
	assert_event("DTSTART;VALUE=DATE:20200131\nRRULE:freq=yearly;bymonth=1;bymonthday=-1",
		     "2026-01-31T05:00:00Z 2026-02-01T05:00:00Z -\n");
}

PT_TEST(an_occurrence_that_was_moved_is_where_it_is_now)
{
	assert_file(
	    "BEGIN:VCALENDAR\n"
	    "BEGIN:VEVENT\nUID:a\nDTSTART:20260601T100000Z\nDURATION:PT1H\n"
	    "RRULE:FREQ=DAILY;COUNT=3\nSUMMARY:master\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260602T100000Z\nDTSTART:20260602T150000Z\n"
	    "DURATION:PT2H\nSUMMARY:moved\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260603T100000Z\nDTSTART:20260603T100000Z\n"
	    "STATUS:CANCELLED\nEND:VEVENT\n"
	    "BEGIN:VEVENT\nUID:b\nDTSTART:20260602T100000Z\nDURATION:PT1H\nEND:VEVENT\n"
	    "END:VCALENDAR\n",
	    "2026-06-01T10:00:00Z 2026-06-01T11:00:00Z master\n"
	    "2026-06-02T15:00:00Z 2026-06-02T17:00:00Z moved\n"
	    "2026-06-02T10:00:00Z 2026-06-02T11:00:00Z -\n");
}

PT_TEST(other_components_are_not_looked_at)
{
	assert_file("\xef\xbb\xbf"
		    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\r\n"
		    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
		    "DTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
		    "END:VTIMEZONE\r\n"
		    "BEGIN:VTODO\r\nDTSTART:20260102T000000Z\r\nDURATION:P9D\r\nEND:VTODO\r\n"
		    "BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260601T1200\r\n 00\r\n"
		    "DURATION:PT1H\r\nSUMM\r\n\tARY:a \\; b\\n\\, c\x01 \\\\ d\r\n"
		    "BEGIN:VALARM\r\nDURATION:PT5M\r\nSUMMARY:ring\r\nEND:VALARM\r\n"
		    "X-LONG-NAME-THAT-NOBODY-ASKS-FOR;A=b:c\r\n"
		    "END:VEVENT\r\nEND:VCALENDAR\r\n"
		    "begin:vcalendar\nend:vcalendar",
		    "2026-06-01T10:00:00Z 2026-06-01T11:00:00Z a ; b , c? \\ d\n");
}

PT_TEST(names_are_cut_between_characters)
{
	struct pt_buf out = PT_BUF_INIT;

	pt_ics_text_read(&out, "aa\xc3\xa4z", 3);
	assert_string_equal(pt_buf_text(&out), "aa\xc3\xa4");
	pt_buf_clear(&out);
	pt_ics_text_read(&out, "aa\xc3\xa4z", 2);
	assert_string_equal(pt_buf_text(&out), "aa");
	pt_buf_clear(&out);
	pt_ics_text_read(&out, "\x80\x80\x80\x80\x80\x80\x80\x80", 2);
	assert_true(out.len <= 6);
	pt_buf_release(&out);
}

static const struct {
	const char *data, *error;
} wrong[] = {
    {"", "b.ics: not a calendar, expected BEGIN:VCALENDAR"},
    {"\n\r\n\n", "b.ics: not a calendar, expected BEGIN:VCALENDAR"},
    {"hello\n", "b.ics:1: 'hello' is not a line of a calendar, expected NAME:VALUE"},
    {"<html><body>no: such thing\n",
     "b.ics:1: '<html><body>no: such thing' is not a line of a calendar, expected NAME:VALUE"},
    {"HTTP:1\n", "b.ics:1: 'HTTP' outside of a calendar, expected BEGIN:VCALENDAR"},
    {"BEGIN:VCARD\n", "b.ics:1: 'BEGIN:VCARD', expected BEGIN:VCALENDAR"},
    {" BEGIN:VCALENDAR\n", "b.ics:1: a line that continues nothing"},
    {"BEGIN:VCALENDAR\n\n folded\n", "b.ics:3: a line that continues nothing"},
    {"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "b.ics: no event in it, expected BEGIN:VEVENT"},
    {"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "b.ics:2: BEGIN:VEVENT has no END"},
    {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
     "b.ics:3: 'END:VCALENDAR', expected END:VEVENT"},
    {"END:VCALENDAR\n", "b.ics:1: 'END:VCALENDAR', expected END:nothing"},
    {"BEGIN:VCALENDAR\nA;B:c\n",
     "b.ics:2: 'A;B:c' is not a line of a calendar, expected NAME:VALUE"},
    {"BEGIN:VCALENDAR\nA;B=\"c:d\n",
     "b.ics:2: 'A;B=\"c:d' is not a line of a calendar, expected NAME:VALUE"},
    {"BEGIN:VCALENDAR\nBEGIN:B\nBEGIN:C\nBEGIN:D\nBEGIN:E\nBEGIN:F\nBEGIN:G\nBEGIN:H\nBEGIN:I\n",
     "b.ics:9: 'BEGIN:I' is nested deeper than 8"},
};

PT_TEST(a_file_that_is_no_calendar_is_an_error_with_its_line)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(wrong); i++)
		assert_file(wrong[i].data, wrong[i].error);
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	closed_by(&got, "BEGIN:VCALENDAR\nA:\0b\n", 21);
	assert_string_equal(pt_buf_text(&got), "b.ics:2: a NUL byte, expected text");
}

static const struct {
	const char *lines, *error;
} wrong_events[] = {
    {"SUMMARY:never", "b.ics:2: an event without DTSTART"},
    {"DTSTART:20260230", "b.ics:3: DTSTART: '20260230' is not a time, expected such as 20261201, "
			 "20261201T180000 or 20261201T180000Z"},
    {"DTSTART:2026-06-01", "b.ics:3: DTSTART: '2026-06-01' is not a time, expected such as "
			   "20261201, 20261201T180000 or 20261201T180000Z"},
    {"DTSTART;TZID=Mars/Olympus:20260601T120000",
     "b.ics:3: no time zone 'Mars/Olympus', expected a TZID such as Europe/Berlin"},
    {"DTSTART;TZID=../../etc/passwd:20260601T120000",
     "b.ics:3: no time zone '../../etc/passwd', expected a TZID such as Europe/Berlin"},
    {"DTSTART:20260601\nDTSTART:20260602", "b.ics:4: DTSTART: an event has it once"},
    {"DTSTART:20260602T100000Z\nDTEND:20260602T090000Z", "b.ics:4: DTEND is before DTSTART"},
    {"DTSTART:20260602\nDTEND:20260601", "b.ics:4: DTEND is before DTSTART"},
    {"DTSTART:20260602\nDTEND:20260602T100000", "b.ics:4: DTEND is a time and DTSTART is not"},
    {"DTSTART:20260602T100000\nDTEND:20260603", "b.ics:4: DTEND is a date and DTSTART is not"},
    {"DTSTART:20260602T100000\nDTEND:20260602T110000\nDURATION:PT1H",
     "b.ics:5: an event with both DTEND and DURATION, expected one"},
    {"DTSTART:20260602\nDURATION:-P1D",
     "b.ics:4: DURATION: '-P1D' is not a length, expected such as P1D or PT2H30M"},
    {"DTSTART:20260602\nDURATION:P1H",
     "b.ics:4: DURATION: 'P1H' is not a length, expected such as P1D or PT2H30M"},
    {"DTSTART:20260602\nDURATION:PT",
     "b.ics:4: DURATION: 'PT' is not a length, expected such as P1D or PT2H30M"},
    {"DTSTART:20260602\nDURATION:P99999999999D",
     "b.ics:4: DURATION: 'P99999999999D' is not a length, expected such as P1D or PT2H30M"},
    {"DTSTART:20260602\nRRULE:FREQ=SECONDLY",
     "b.ics:4: RRULE: 'FREQ=SECONDLY' is not a recurrence: it recurs within a day, the shortest "
     "is FREQ=DAILY, expected such as FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"},
    {"DTSTART:20260602\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
     "b.ics:5: RRULE: an event has it once"},
    {"DTSTART:20260602\nEXDATE:tomorrow",
     "b.ics:4: EXDATE: 'tomorrow' is not a time, expected such as 20261201, 20261201T180000 or "
     "20261201T180000Z"},
    {"DTSTART:20260602\nRDATE:20260602T000000/20260601T000000",
     "b.ics:4: RDATE: a period ends before it begins"},
    {"DTSTART:20260602\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260602",
     "b.ics:4: RECURRENCE-ID: with a RANGE it is not supported"},
};

PT_TEST(an_event_that_is_wrong_is_an_error_with_its_line)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(wrong_events); i++)
		assert_event(wrong_events[i].lines, wrong_events[i].error);
}

static void repeat(struct pt_buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pt_buf_str(out, text);
}

static void assert_repeated(const char *text, size_t n, const char *error)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf data = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;

	pt_buf_str(&data, "BEGIN:VCALENDAR\n");
	repeat(&data, text, n);
	pt_buf_str(&data, "END:VCALENDAR\n");
	closed_by(&got, pt_buf_text(&data), data.len);
	assert_string_equal(pt_buf_text(&got), error);
}

PT_TEST(a_file_may_not_take_more_time_or_memory_than_it_is_worth)
{
	assert_repeated("BEGIN:VEVENT\n", 100000,
			"b.ics:9: 'BEGIN:VEVENT' is nested deeper than 8");
	assert_repeated("BEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n", 50001,
			"b.ics:150002: more than 50000 events");
	/* Each of them is looked for until the year 2582, in vain. */
	assert_repeated("BEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\n"
			"END:VEVENT\n",
			20000,
			"b.ics:20: the recurrences up to this one are more than is looked at");
	assert_repeated("BEGIN:VEVENT\nDTSTART:16000101\nRRULE:FREQ=DAILY\nEND:VEVENT\n", 20000,
			"b.ics:28: the recurrences up to this one are more than is looked at");
}

PT_TEST(a_file_that_is_too_large_is_not_read)
{
	char path[] = "/tmp/pt-test-ics-XXXXXX";
	int fd = mkstemp(path);
	struct pt_closing closing = {.from_ms = 0};
	struct pt_err err = PT_ERR_INIT;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 50 << 20), 0);
	close(fd);
	assert_int_equal(pt_ics_file_close(&closing, path, &err), -PT_E_LIMIT);
	assert_non_null(strstr(err.text, "is larger than 8388608 bytes"));
	unlink(path);
}

PT_TEST_MAIN(PT_RUN(times_are_in_the_zone_that_is_written_there),
	     PT_RUN(every_name_of_windows_is_a_zone), PT_RUN(days_are_local_days_of_the_suite),
	     PT_RUN(an_event_never_closes_shorter_than_it_says),
	     PT_RUN(what_closes_nothing_is_left_out), PT_RUN(events_recur_with_dates_more_and_less),
	     PT_RUN(an_occurrence_that_was_moved_is_where_it_is_now),
	     PT_RUN(other_components_are_not_looked_at), PT_RUN(names_are_cut_between_characters),
	     PT_RUN(a_file_that_is_no_calendar_is_an_error_with_its_line),
	     PT_RUN(an_event_that_is_wrong_is_an_error_with_its_line),
	     PT_RUN(a_file_may_not_take_more_time_or_memory_than_it_is_worth),
	     PT_RUN(a_file_that_is_too_large_is_not_read))
