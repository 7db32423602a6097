/* What is written as iCalendar, and what libical reads of it. */
#include "tests/test.h"

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "base/rng.h"
#include "pipeline/ics.h"

static const int64_t stamp_ms = INT64_C(1661302800000); /* 2022-08-24T01:00:00Z */

static void write_event(struct pt_buf *out, const struct pt_ics_entry *event)
{
	struct pt_ics ics;

	pt_buf_clear(out);
	pt_ics_begin(&ics, out, "name", stamp_ms);
	pt_ics_event(&ics, event);
	pt_ics_end(&ics);
}

/* No line has more than 75 octets, and each ends in CRLF, of which there are no others. */
static void assert_lines(const struct pt_buf *text)
{
	size_t used = 0;

	for (const char *at = pt_buf_text(text); *at; at++) {
		if (*at == '\r') {
			assert_int_equal(at[1], '\n');
			assert_true(used <= 75);
			assert_true(((unsigned char)at[2] & 0xc0) != 0x80);
			used = 0;
			at++;
			continue;
		}
		assert_int_not_equal(*at, '\n');
		used++;
	}
	assert_int_equal(used, 0);
}

PT_TEST(an_event_is_written_as_rfc_5545_has_it)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_ics_entry event = {.uid = "a@pushtrain",
					   .summary = "a, b; c\\d",
					   .description =
					       "one\ntwo\r\x01\x7f, and so on until the line is "
					       "longer than it may be \xe2\x82\xac\xe2\x82\xac",
					   .start_ms = stamp_ms,
					   .end_ms = stamp_ms + PT_HOUR_MS};

	write_event(&out, &event);
	assert_lines(&out);
	assert_string_equal(
	    pt_buf_text(&out),
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//pushtrain//pushtrain//EN\r\n"
	    "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\nX-WR-CALNAME:name\r\n"
	    "BEGIN:VEVENT\r\nUID:a@pushtrain\r\nDTSTAMP:20220824T010000Z\r\n"
	    "DTSTART:20220824T010000Z\r\nDTEND:20220824T020000Z\r\nSUMMARY:a\\, b\\; c\\\\d\r\n"
	    "DESCRIPTION:one\\ntwo\\, and so on until the line is longer than it may be \r\n"
	    " \xe2\x82\xac\xe2\x82\xac\r\n"
	    "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

PT_TEST(a_moment_has_no_end)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_ics_entry event = {
	    .uid = "a@pushtrain", .summary = "s", .start_ms = stamp_ms, .end_ms = stamp_ms};

	write_event(&out, &event);
	assert_null(strstr(pt_buf_text(&out), "DTEND"));
	assert_null(strstr(pt_buf_text(&out), "DESCRIPTION"));
}

static void uid_of(struct pt_buf *out, const char *a, const char *b)
{
	pt_buf_clear(out);
	pt_ics_uid(out, (const char *const[]){a, b, NULL});
}

PT_TEST(other_words_have_another_uid)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf one = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf two = PT_BUF_INIT;

	uid_of(&one, "a/b", "c");
	assert_string_equal(pt_buf_text(&one), "a%2Fb/c@pushtrain");
	uid_of(&two, "a", "b/c");
	assert_string_equal(pt_buf_text(&two), "a/b%2Fc@pushtrain");
	uid_of(&one, "a%2Fb", "c");
	assert_string_equal(pt_buf_text(&one), "a%252Fb/c@pushtrain");
}

/* Of ASCII, of what has to be escaped, and of characters of two to four octets. */
static void draw_text(char *out, uint64_t key, size_t characters)
{
	static const char *const pieces[] = {"a",
					     "b",
					     " ",
					     ",",
					     ";",
					     "\\",
					     "\n",
					     ":",
					     "\"",
					     "\xc3\xa4",
					     "\xe2\x82\xac",
					     "\xf0\x9f\x9a\x82"};

	/* libical takes blanks off both ends. */
	*out++ = 'a';
	for (; characters > 0; characters--) {
		const char *piece =
		    pieces[pt_rng_below(pt_rng_mix(key, characters), PT_ARRAY_LEN(pieces))];

		memcpy(out, piece, strlen(piece) + 1);
		out += strlen(piece);
	}
	memcpy(out, "z", 2);
}

static void assert_read_back(const char *text, const struct pt_ics_entry *event)
{
	icalcomponent *calendar = icalparser_parse_string(text);

	assert_non_null(calendar);
	assert_int_equal(icalcomponent_count_errors(calendar), 0);
	assert_int_equal(icalcomponent_get_method(calendar), ICAL_METHOD_PUBLISH);
	icalcomponent *read = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);

	assert_non_null(read);
	assert_string_equal(icalcomponent_get_uid(read), event->uid);
	assert_string_equal(icalcomponent_get_summary(read), event->summary);
	assert_string_equal(icalcomponent_get_description(read), event->description);
	assert_int_equal(icaltime_as_timet(icalcomponent_get_dtstamp(read)), stamp_ms / 1000);
	assert_int_equal(icaltime_as_timet(icalcomponent_get_dtstart(read)),
			 event->start_ms / 1000);
	assert_int_equal(icaltime_as_timet(icalcomponent_get_dtend(read)), event->end_ms / 1000);
	assert_true(icaltime_is_utc(icalcomponent_get_dtstart(read)));
	/* As a calendar that is kept; of one that is sent as a mail it would want an organizer. */
	icalproperty *method = icalcomponent_get_first_property(calendar, ICAL_METHOD_PROPERTY);

	icalcomponent_remove_property(calendar, method);
	icalproperty_free(method);
	assert_int_equal(icalrestriction_check(calendar), 1);
	icalcomponent_free(calendar);
}

PT_TEST(libical_reads_back_whatever_is_written)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf uid = PT_BUF_INIT;
	char summary[1000], description[4000];

	for (uint64_t i = 0; i < 500; i++) {
		uint64_t key = pt_rng_mix(5545, i), other = pt_rng_mix(key, 1);

		draw_text(summary, key, pt_rng_below(key, 200));
		draw_text(description, other, pt_rng_below(other, 900));
		uid_of(&uid, summary, description);
		const struct pt_ics_entry event = {
		    .uid = pt_buf_text(&uid),
		    .summary = summary,
		    .description = description,
		    .start_ms = stamp_ms + (int64_t)pt_rng_below(key, 1000000) * PT_SECOND_MS,
		    .end_ms = stamp_ms + 2000000 * PT_SECOND_MS};

		write_event(&out, &event);
		assert_lines(&out);
		assert_read_back(pt_buf_text(&out), &event);
	}
}

PT_TEST_MAIN(PT_RUN(an_event_is_written_as_rfc_5545_has_it), PT_RUN(a_moment_has_no_end),
	     PT_RUN(other_words_have_another_uid), PT_RUN(libical_reads_back_whatever_is_written))
