/* base/instant: civil dates, instants and durations. */
#include "base/instant.h"

#include "tests/test.h"

static int64_t utc(const char *text)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_civil_parse(&civil, &form, &offset_ms, text, &err), 0);
	return pt_civil_to_ms(&civil) - offset_ms;
}

static enum pt_civil_form form_of(const char *text)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	assert_int_equal(pt_civil_parse(&civil, &form, &offset_ms, text, NULL), 0);
	return form;
}

PT_TEST(known_moments_have_their_known_numbers)
{
	assert_int_equal(utc("1970-01-01"), 0);
	assert_int_equal(utc("1969-12-31T23:59:59.999Z"), -1);
	assert_int_equal(utc("2000-03-01T00:00:00Z"), INT64_C(951868800000));
	assert_int_equal(utc("2001-09-09T01:46:40Z"), INT64_C(1000000000000));
	assert_int_equal(utc("2038-01-19T03:14:08Z"), INT64_C(2147483648000));
	assert_int_equal(utc("1600-01-01"), INT64_C(-11676096000000));
	assert_int_equal(utc("9999-12-31T23:59:59Z"), INT64_C(253402300799000));
}

PT_TEST(every_day_of_two_centuries_goes_there_and_back)
{
	int weekday = 1; /* 1900-01-01 was a Monday */

	for (int64_t ms = utc("1900-01-01"); ms < utc("2101-01-01"); ms += PT_DAY_MS) {
		struct pt_civil c = pt_civil_of_ms(ms + 12345678);

		assert_int_equal(pt_civil_to_ms(&c), ms + 12345678);
		assert_int_equal(pt_civil_weekday(c.year, c.month, c.day), weekday);
		assert_in_range(c.month, 1, 12);
		assert_in_range(c.day, 1, 31);
		weekday = (weekday + 1) % 7;
	}
}

PT_TEST(moments_before_1970_are_taken_apart_downwards)
{
	struct pt_civil c = pt_civil_of_ms(-1);

	assert_int_equal(c.year, 1969);
	assert_int_equal(c.month, 12);
	assert_int_equal(c.day, 31);
	assert_int_equal(c.hour, 23);
	assert_int_equal(c.minute, 59);
	assert_int_equal(c.second, 59);
	assert_int_equal(c.ms, 999);
}

PT_TEST(the_form_says_what_was_written_of_the_zone)
{
	assert_int_equal(form_of("2022-08-20"), PT_CIVIL_DATE);
	assert_int_equal(form_of("2022-08-20T12:00"), PT_CIVIL_LOCAL);
	assert_int_equal(form_of("2022-08-20 12:00:30"), PT_CIVIL_LOCAL);
	assert_int_equal(form_of("2022-08-20T12:00:30.250"), PT_CIVIL_LOCAL);
	assert_int_equal(form_of("2022-08-20T12:00Z"), PT_CIVIL_OFFSET);
	assert_int_equal(form_of("2022-08-20T12:00:00.000+0000"), PT_CIVIL_OFFSET);
	assert_int_equal(form_of("2022-08-20T12:00-07:00"), PT_CIVIL_OFFSET);
}

PT_TEST(offsets_are_subtracted)
{
	assert_int_equal(utc("2022-08-20T12:00+02:00"), utc("2022-08-20T10:00Z"));
	assert_int_equal(utc("2022-08-20T12:00-0730"), utc("2022-08-20T19:30Z"));
	assert_int_equal(utc("2022-08-20T23:30:00.500-00:30"), utc("2022-08-21T00:00:00.500Z"));
}

PT_TEST(what_is_not_a_time_is_refused_and_nothing_is_written)
{
	static const char *const texts[] = {
	    "",
	    "2022",
	    "2022-8-20",
	    "2022-13-01",
	    "2022-00-01",
	    "2022-02-29",
	    "2100-02-29",
	    "2022-04-31",
	    "2022-08-20T",
	    "2022-08-20T24:00",
	    "2022-08-20T12",
	    "2022-08-20T12:60",
	    "2022-08-20T12:00:60",
	    "2022-08-20T12:00:00.1",
	    "2022-08-20T12:00:00.1234",
	    "2022-08-20Z",
	    "2022-08-20T12:00z",
	    "2022-08-20T12:00+2",
	    "2022-08-20T12:00+24:00",
	    "2022-08-20T12:00+02:60",
	    "2022-08-20T12:00Z ",
	    " 2022-08-20",
	    "1599-12-31",
	    "+2022-08-20",
	    "20220820",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		struct pt_civil civil = {.year = 7};
		enum pt_civil_form form = PT_CIVIL_LOCAL;
		int64_t offset_ms = 7;
		int rc = pt_civil_parse(&civil, &form, &offset_ms, texts[i], NULL);

		assert_int_equal(rc, -PT_E_INVALID);
		assert_int_equal(civil.year, 7);
		assert_int_equal(form, PT_CIVIL_LOCAL);
		assert_int_equal(offset_ms, 7);
	}
	assert_int_equal(form_of("2000-02-29"), PT_CIVIL_DATE);
	assert_int_equal(form_of("2024-02-29"), PT_CIVIL_DATE);
}

PT_TEST(instants_are_written_in_utc_and_read_back)
{
	static const char *const texts[] = {"2022-08-20T07:00:00Z", "2022-08-20T07:00:00.123Z",
					    "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z"};
	char buf[PT_INSTANT_TEXT];

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		assert_string_equal(pt_instant_text(buf, utc(texts[i])), texts[i]);
	/* Nothing anyone means, but it has to fit. */
	assert_string_equal(pt_instant_text(buf, PT_NEVER), "292278994-08-17T07:12:55.807Z");
}

PT_TEST(durations_are_a_whole_number_and_a_unit)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
	    {"500ms", 500},
	    {"90s", 90 * PT_SECOND_MS},
	    {"30m", 30 * PT_MINUTE_MS},
	    {"4h", 4 * PT_HOUR_MS},
	    {"6d", 6 * PT_DAY_MS},
	    {"2w", 14 * PT_DAY_MS},
	    {"0s", 0},
	    {"007m", 7 * PT_MINUTE_MS},
	    {"36525d", 36525 * PT_DAY_MS},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		int64_t ms = -1;

		assert_int_equal(pt_duration_parse(&ms, cases[i].text, NULL), 0);
		assert_int_equal(ms, cases[i].ms);
	}
}

PT_TEST(what_is_not_a_duration_is_refused)
{
	static const char *const texts[] = {
	    "",    "s",    "5",    "5 m",    "-5m",   "+5m",     "1.5h",
	    "5M",  "5min", "4h30", "4h 30m", "5218w", "36526d",  "99999999999999999999999ms",
	    "4h ", " 4h",  "1y",   "1e3s",   "0x5s",  "876601h",
	};
	struct pt_err err = PT_ERR_INIT;
	int64_t ms = 7;

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		assert_int_equal(pt_duration_parse(&ms, texts[i], NULL), -PT_E_INVALID);
		assert_int_equal(ms, 7);
	}
	assert_int_equal(pt_duration_parse(&ms, "soon", &err), -PT_E_INVALID);
	assert_string_equal(err.text,
			    "'soon' is not a duration, expected such as 90s, 30m, 4h, 6d or 2w");
}

PT_TEST(durations_are_written_in_the_largest_unit_that_divides_them)
{
	static const struct {
		int64_t ms;
		const char *text, *human;
	} cases[] = {
	    {0, "0s", "0s"},
	    {500, "500ms", "0s"},
	    {1500, "1500ms", "1s"},
	    {45 * PT_SECOND_MS, "45s", "45s"},
	    {90 * PT_SECOND_MS, "90s", "1m 30s"},
	    {90 * PT_MINUTE_MS, "90m", "1h 30m"},
	    {4 * PT_HOUR_MS, "4h", "4h"},
	    {24 * PT_HOUR_MS, "1d", "1d"},
	    {14 * PT_DAY_MS, "14d", "14d"},
	    {9 * PT_DAY_MS + 4 * PT_HOUR_MS, "220h", "9d 4h"},
	    {9 * PT_DAY_MS + 59 * PT_MINUTE_MS, "13019m", "9d"},
	};
	char buf[PT_DURATION_TEXT];

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		assert_string_equal(pt_duration_text(buf, cases[i].ms), cases[i].text);
		assert_string_equal(pt_duration_human(buf, cases[i].ms), cases[i].human);
	}
}

PT_TEST_MAIN(PT_RUN(known_moments_have_their_known_numbers),
	     PT_RUN(every_day_of_two_centuries_goes_there_and_back),
	     PT_RUN(moments_before_1970_are_taken_apart_downwards),
	     PT_RUN(the_form_says_what_was_written_of_the_zone), PT_RUN(offsets_are_subtracted),
	     PT_RUN(what_is_not_a_time_is_refused_and_nothing_is_written),
	     PT_RUN(instants_are_written_in_utc_and_read_back),
	     PT_RUN(durations_are_a_whole_number_and_a_unit),
	     PT_RUN(what_is_not_a_duration_is_refused),
	     PT_RUN(durations_are_written_in_the_largest_unit_that_divides_them))
