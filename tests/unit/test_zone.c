/* base/zone and base/zone_rule: by hand, and against the C library. */
#include "base/zone.h"

#include "base/rng.h"
#include "base/zone_rule.h"
#include "tests/test.h"

static struct pt_zone *zone_of(const char *name)
{
	struct pt_zone *zone = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_zone_open(&zone, name, &err), 0);
	return zone;
}

static struct pt_civil civil_of(const char *text)
{
	struct pt_civil civil;
	enum pt_civil_form form;
	int64_t offset_ms;

	assert_int_equal(pt_civil_parse(&civil, &form, &offset_ms, text, NULL), 0);
	return civil;
}

static int64_t utc(const char *text)
{
	struct pt_civil civil = civil_of(text);

	return pt_civil_to_ms(&civil);
}

/* What a local time means, the first and the second time that clocks show it. */
struct meaning {
	const char *zone, *local, *first, *second;
};

static void assert_meanings(const struct meaning *m, size_t n)
{
	for (; n > 0; n--, m++) {
		PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = zone_of(m->zone);
		struct pt_civil local = civil_of(m->local);
		char buf[PT_INSTANT_TEXT];

		pt_instant_text(buf, pt_zone_resolve(zone, &local, PT_ZONE_FIRST));
		assert_string_equal(buf, m->first);
		pt_instant_text(buf, pt_zone_resolve(zone, &local, PT_ZONE_SECOND));
		assert_string_equal(buf, m->second);
	}
}

PT_TEST(repeated_local_times_have_a_first_and_a_second_meaning)
{
	static const struct meaning cases[] = {
	    {"America/New_York", "2025-11-02T00:59", "2025-11-02T04:59:00Z",
	     "2025-11-02T04:59:00Z"},
	    {"America/New_York", "2025-11-02T01:00", "2025-11-02T05:00:00Z",
	     "2025-11-02T06:00:00Z"},
	    {"America/New_York", "2025-11-02T01:30", "2025-11-02T05:30:00Z",
	     "2025-11-02T06:30:00Z"},
	    {"America/New_York", "2025-11-02T01:59:59.999", "2025-11-02T05:59:59.999Z",
	     "2025-11-02T06:59:59.999Z"},
	    {"America/New_York", "2025-11-02T02:00", "2025-11-02T07:00:00Z",
	     "2025-11-02T07:00:00Z"},
	    {"Europe/London", "2025-10-26T01:30", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z"},
	    {"Europe/Berlin", "2025-10-26T02:30", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z"},
	    {"Australia/Sydney", "2026-04-05T02:30", "2026-04-04T15:30:00Z",
	     "2026-04-04T16:30:00Z"},
	    {"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z",
	     "2026-04-04T15:15:00Z"},
	};

	assert_meanings(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(skipped_local_times_mean_the_offset_before_the_gap)
{
	static const struct meaning cases[] = {
	    {"America/New_York", "2025-03-09T01:59", "2025-03-09T06:59:00Z",
	     "2025-03-09T06:59:00Z"},
	    {"America/New_York", "2025-03-09T02:00", "2025-03-09T07:00:00Z",
	     "2025-03-09T07:00:00Z"},
	    {"America/New_York", "2025-03-09T02:30", "2025-03-09T07:30:00Z",
	     "2025-03-09T07:30:00Z"},
	    {"America/New_York", "2025-03-09T03:00", "2025-03-09T07:00:00Z",
	     "2025-03-09T07:00:00Z"},
	    {"Europe/London", "2026-03-29T01:30", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"},
	    {"Australia/Sydney", "2025-10-05T02:30", "2025-10-04T16:30:00Z",
	     "2025-10-04T16:30:00Z"},
	    /* Samoa left out a whole day. */
	    {"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z", "2011-12-30T22:00:00Z"},
	    {"Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59:00Z", "2011-12-30T09:59:00Z"},
	    {"Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
	};

	assert_meanings(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(after_the_last_listed_change_the_rule_goes_on)
{
	static const struct meaning cases[] = {
	    {"America/New_York", "2050-11-06T01:30", "2050-11-06T05:30:00Z",
	     "2050-11-06T06:30:00Z"},
	    {"America/New_York", "2050-03-13T02:30", "2050-03-13T07:30:00Z",
	     "2050-03-13T07:30:00Z"},
	    {"America/New_York", "2050-07-01T12:00", "2050-07-01T16:00:00Z",
	     "2050-07-01T16:00:00Z"},
	    {"America/New_York", "2050-01-01T12:00", "2050-01-01T17:00:00Z",
	     "2050-01-01T17:00:00Z"},
	    /* South of the equator the year begins and ends in summer time. */
	    {"Australia/Sydney", "2050-01-01T12:00", "2050-01-01T01:00:00Z",
	     "2050-01-01T01:00:00Z"},
	    {"Australia/Sydney", "2050-07-01T12:00", "2050-07-01T02:00:00Z",
	     "2050-07-01T02:00:00Z"},
	    {"Australia/Sydney", "2050-12-31T23:30", "2050-12-31T12:30:00Z",
	     "2050-12-31T12:30:00Z"},
	    {"Pacific/Auckland", "2099-01-01T00:30", "2098-12-31T11:30:00Z",
	     "2098-12-31T11:30:00Z"},
	    {"Europe/Dublin", "2050-01-15T12:00", "2050-01-15T12:00:00Z", "2050-01-15T12:00:00Z"},
	    {"Europe/Dublin", "2050-07-15T12:00", "2050-07-15T11:00:00Z", "2050-07-15T11:00:00Z"},
	};

	assert_meanings(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(zones_without_summer_time_keep_their_offset)
{
	static const struct meaning cases[] = {
	    {"UTC", "2026-07-01T12:00", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"},
	    {"Asia/Tokyo", "2026-07-01T12:00", "2026-07-01T03:00:00Z", "2026-07-01T03:00:00Z"},
	    {"Asia/Tokyo", "2090-01-01T00:00", "2089-12-31T15:00:00Z", "2089-12-31T15:00:00Z"},
	    {"Asia/Kolkata", "2026-07-01T12:00", "2026-07-01T06:30:00Z", "2026-07-01T06:30:00Z"},
	    {"America/Phoenix", "2026-07-01T12:00", "2026-07-01T19:00:00Z", "2026-07-01T19:00:00Z"},
	    {"Etc/GMT+5", "2026-07-01T12:00", "2026-07-01T17:00:00Z", "2026-07-01T17:00:00Z"},
	};

	assert_meanings(cases, PT_ARRAY_LEN(cases));
}

PT_TEST(times_are_written_with_the_offset_of_their_date)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = zone_of("America/Los_Angeles");
	PT_CLEANUP(pt_zone_freep) struct pt_zone *india = zone_of("Asia/Kolkata");
	char buf[PT_INSTANT_TEXT];

	assert_string_equal(pt_zone_text(buf, zone, utc("2026-12-02T02:00")),
			    "Tue 2026-12-01 18:00 -08:00");
	assert_string_equal(pt_zone_text(buf, zone, utc("2026-07-02T01:00")),
			    "Wed 2026-07-01 18:00 -07:00");
	assert_string_equal(pt_zone_text(buf, india, utc("2026-07-02T01:00")),
			    "Thu 2026-07-02 06:30 +05:30");
	assert_string_equal(pt_zone_name(zone), "America/Los_Angeles");
}

PT_TEST(written_times_are_local_unless_they_carry_an_offset)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = zone_of("America/Los_Angeles");
	int64_t ms = 7;

	assert_int_equal(pt_zone_parse(&ms, zone, "2026-12-01", NULL), 0);
	assert_int_equal(ms, utc("2026-12-01T08:00"));
	assert_int_equal(pt_zone_parse(&ms, zone, "2026-12-01T18:00", NULL), 0);
	assert_int_equal(ms, utc("2026-12-02T02:00"));
	assert_int_equal(pt_zone_parse(&ms, zone, "2026-12-01T18:00Z", NULL), 0);
	assert_int_equal(ms, utc("2026-12-01T18:00"));
	assert_int_equal(pt_zone_parse(&ms, zone, "2026-12-01T18:00+01:00", NULL), 0);
	assert_int_equal(ms, utc("2026-12-01T17:00"));
	assert_int_equal(pt_zone_parse(&ms, zone, "tomorrow", NULL), -PT_E_INVALID);
	assert_int_equal(ms, utc("2026-12-01T17:00"));
}

PT_TEST(names_that_are_no_zone_are_refused)
{
	static const char *const names[] = {
	    "",
	    "Mars/Olympus",
	    "../etc/passwd",
	    "Europe/../../../etc/passwd",
	    "/etc/localtime",
	    "Europe",
	    "Europe/",
	    "europe/berlin",
	    "Europe/Berlin ",
	    "Europe/Berlin%s",
	    "Europe\\Berlin",
	    "PST8PDT,M3.2.0,M11.1.0",
	    "zone.tab",
	    "Europe/Berlin\n",
	    "./Europe/Berlin",
	    "right/Europe/Berlin",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		struct pt_zone *zone = NULL;

		assert_int_equal(pt_zone_open(&zone, names[i], NULL), -PT_E_NOTFOUND);
		assert_null(zone);
	}
	struct pt_zone *zone = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_zone_open(&zone, "Europa/Berlin", &err), -PT_E_NOTFOUND);
	assert_string_equal(
	    err.text, "no time zone 'Europa/Berlin', expected an IANA name such as Europe/Berlin");
	pt_zone_free(NULL);
}

PT_TEST(a_name_of_any_length_is_refused_or_found)
{
	char name[5000];
	struct pt_zone *zone = NULL;

	memset(name, 'A', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(pt_zone_open(&zone, name, NULL), -PT_E_NOTFOUND);
}

static const char *const zones[] = {
    "America/New_York",    "America/Los_Angeles", "America/St_Johns",  "America/Sao_Paulo",
    "America/Santiago",    "America/Havana",      "America/Nuuk",      "America/Caracas",
    "Europe/London",       "Europe/Dublin",       "Europe/Berlin",     "Europe/Moscow",
    "Europe/Istanbul",     "Africa/Cairo",        "Africa/Casablanca", "Africa/Johannesburg",
    "Asia/Tokyo",          "Asia/Kolkata",        "Asia/Kathmandu",    "Asia/Tehran",
    "Asia/Jerusalem",      "Asia/Gaza",           "Asia/Pyongyang",    "Australia/Sydney",
    "Australia/Lord_Howe", "Pacific/Auckland",    "Pacific/Chatham",   "Pacific/Apia",
    "Pacific/Kiritimati",  "Pacific/Easter",      "Antarctica/Troll",  "Etc/GMT-14",
};

/* The offset as the C library sees it; TZ is set. */
static int64_t library_offset_ms(int64_t ms)
{
	time_t at = (time_t)(ms / 1000);
	struct tm tm;

	assert_non_null(localtime_r(&at, &tm));
	struct pt_civil civil = {.year = tm.tm_year + 1900,
				 .month = tm.tm_mon + 1,
				 .day = tm.tm_mday,
				 .hour = tm.tm_hour,
				 .minute = tm.tm_min,
				 .second = tm.tm_sec};

	return pt_civil_to_ms(&civil) - at * 1000;
}

PT_TEST(offsets_agree_with_the_c_library_from_1970_to_2150)
{
	int64_t begin = utc("1970-01-01"), end = utc("2150-01-01");

	for (size_t i = 0; i < PT_ARRAY_LEN(zones); i++) {
		PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = zone_of(zones[i]);

		assert_int_equal(setenv("TZ", zones[i], 1), 0);
		tzset();
		/* A stride that visits every hour of the day and every day of the week. */
		for (int64_t ms = begin; ms < end; ms += 37 * PT_HOUR_MS + 1000)
			assert_int_equal(pt_zone_offset_ms(zone, ms), library_offset_ms(ms));
	}
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
}

/* Every moment at which clocks show `naive` has one of the offsets in force around it. */
static void check_resolve(const struct pt_zone *zone, int64_t naive)
{
	struct pt_civil local = pt_civil_of_ms(naive);
	int64_t first = pt_zone_resolve(zone, &local, PT_ZONE_FIRST);
	int64_t second = pt_zone_resolve(zone, &local, PT_ZONE_SECOND);
	int64_t least = 0, most = 0;
	size_t nshown = 0;

	for (int64_t ms = naive - PT_DAY_MS; ms <= naive + PT_DAY_MS; ms += 15 * PT_MINUTE_MS) {
		if (ms + pt_zone_offset_ms(zone, ms) != naive)
			continue;
		least = nshown ? least : ms;
		most = ms;
		nshown++;
	}
	if (nshown) {
		assert_int_equal(first, least);
		assert_int_equal(second, most);
	} else {
		assert_int_equal(first, second);
		assert_int_equal(pt_zone_offset_ms(zone, first - PT_DAY_MS), naive - first);
	}
}

PT_TEST(resolving_agrees_with_looking_at_every_quarter_of_an_hour)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(zones); i++) {
		PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = zone_of(zones[i]);
		int64_t before = utc("2015-01-01");

		/* Around every change, and at some other times. */
		for (int64_t ms = before; ms < utc("2045-01-01"); ms += 6 * PT_HOUR_MS) {
			bool changed =
			    pt_zone_offset_ms(zone, ms) != pt_zone_offset_ms(zone, before);

			for (int64_t k = -20; changed && k <= 40; k++)
				check_resolve(zone, ms + pt_zone_offset_ms(zone, before) +
							k * 15 * PT_MINUTE_MS);
			if (pt_rng_below(pt_rng_mix(i, (uint64_t)ms), 200) == 0)
				check_resolve(zone, ms);
			before = ms;
		}
	}
}

PT_TEST(rules_are_read_as_the_standard_writes_them)
{
	struct pt_zone_rule rule;

	assert_true(pt_zone_rule_parse(&rule, "PST8PDT,M3.2.0,M11.1.0\n", 0));
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-07-01") / 1000), -7 * 3600);
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-01-01") / 1000), -8 * 3600);
	assert_true(pt_zone_rule_parse(&rule, "<+0330>-3:30\n", 0));
	assert_int_equal(pt_zone_rule_offset(&rule, 0), 12600);
	assert_true(pt_zone_rule_parse(&rule, "\n", 1234));
	assert_int_equal(pt_zone_rule_offset(&rule, 0), 1234);
	/* Days by number: J60 is 1 March in every year, 59 is 29 February in a leap year. */
	assert_true(pt_zone_rule_parse(&rule, "AAA0BBB,J60/0,J300/0\n", 0));
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-02-29T23:59") / 1000), 0);
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-03-01T00:00") / 1000), 3600);
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2061-03-01T00:00") / 1000), 3600);
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2061-02-28T23:59") / 1000), 0);
	assert_true(pt_zone_rule_parse(&rule, "AAA0BBB,59/0,299/0\n", 0));
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-02-29T00:00") / 1000), 3600);
	/* Summer time all year round. */
	assert_true(pt_zone_rule_parse(&rule, "XXX3EDT4,0/0,J365/23\n", 0));
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-01-01T02:59") / 1000), -4 * 3600);
	assert_int_equal(pt_zone_rule_offset(&rule, utc("2060-07-01T00:00") / 1000), -4 * 3600);
}

PT_TEST(rules_that_are_none_are_refused)
{
	static const char *const texts[] = {
	    "PST\n",
	    "PST8PDT\n",
	    "PST8PDT,M3.2.0\n",
	    "PST8PDT,M13.2.0,M11.1.0\n",
	    "PST8PDT,M3.6.0,M11.1.0\n",
	    "PST8PDT,M3.2.7,M11.1.0\n",
	    "PST8PDT,M3.2.0,M11.1.0x\n",
	    "<PST8\n",
	    "8PST\n",
	    "PST200\n",
	    "PST8:60\n",
	    "PST8PDT,M3.2.0/,M11.1.0\n",
	    "PST8PDT,366,J1\n",
	    "PST99999999999999\n",
	    "PST8PDT,M0.1.0,M1.1.0\n",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		struct pt_zone_rule rule;

		assert_false(pt_zone_rule_parse(&rule, texts[i], 0));
	}
}

PT_TEST_MAIN(PT_RUN(repeated_local_times_have_a_first_and_a_second_meaning),
	     PT_RUN(skipped_local_times_mean_the_offset_before_the_gap),
	     PT_RUN(after_the_last_listed_change_the_rule_goes_on),
	     PT_RUN(zones_without_summer_time_keep_their_offset),
	     PT_RUN(times_are_written_with_the_offset_of_their_date),
	     PT_RUN(written_times_are_local_unless_they_carry_an_offset),
	     PT_RUN(names_that_are_no_zone_are_refused),
	     PT_RUN(a_name_of_any_length_is_refused_or_found),
	     PT_RUN(offsets_agree_with_the_c_library_from_1970_to_2150),
	     PT_RUN(resolving_agrees_with_looking_at_every_quarter_of_an_hour),
	     PT_RUN(rules_are_read_as_the_standard_writes_them),
	     PT_RUN(rules_that_are_none_are_refused))
