/* Windows, blackouts and the slack before they end. */
#include "pipeline/hours.h"

#include "pipeline/slot.h"
#include "tests/test.h"

static struct pt_window_zone_conf zones[] = {{.instance = "^EU", .zone = "Europe/Berlin"}};

struct scene {
	struct pt_stage_conf stage;
	struct pt_train_conf conf;
	struct pt_suite suite;
	struct pt_closure closure[4];
	struct pt_closures closures;
	struct pt_hours *hours;
};

static int64_t at(const char *text)
{
	struct pt_zone *utc;
	int64_t ms;

	assert_int_equal(pt_zone_open(&utc, "UTC", NULL), 0);
	assert_int_equal(pt_zone_parse(&ms, utc, text, NULL), 0);
	pt_zone_free(utc);
	return ms;
}

static void check_at(const char *expected, int64_t ms)
{
	char text[PT_INSTANT_TEXT];

	assert_string_equal(pt_instant_text(text, ms), expected);
}

/* 22:00-05:00 in Los Angeles, in Berlin for instances of Europe, with three hours' slack. */
static void set_up(struct scene *s, bool window)
{
	*s = (struct scene){
	    .stage = {.name = "production", .nbatch = 1},
	    .suite = {.timezone = "America/Los_Angeles"},
	    .conf = {.name = "biweekly", .nstage = 1, .start_slack_ms = 3 * PT_HOUR_MS}};
	s->conf.stage = &s->stage;
	s->closures.closure = s->closure;
	if (window)
		s->stage.window = (struct pt_window_conf){.set = true,
							  .open_minute = 22 * 60,
							  .close_minute = 5 * 60,
							  .zone = zones,
							  .nzone = 1};
}

static void add_blackout(struct scene *s, const char *name, const char *from, const char *to)
{
	s->closure[s->closures.n++] = (struct pt_closure){at(from), at(to), 0, name};
}

static void begin(struct scene *s)
{
	assert_int_equal(pt_hours_new(&s->hours, &s->suite, &s->conf, &s->closures, NULL), 0);
}

enum { BERLIN, LOS_ANGELES };

PT_TEST(without_hours_any_moment_will_do)
{
	struct pt_hours_why why;
	struct scene s;

	assert_int_equal(pt_hours_next(&why, NULL, 0, 0, 17), 17);
	assert_int_equal(why.kind, PT_HOURS_OPEN);
	assert_true(pt_hours_end(NULL, 0, 0, 17) == PT_NEVER);
	set_up(&s, false);
	begin(&s);
	assert_int_equal(pt_hours_next(&why, s.hours, 0, 0, 17), 17);
	assert_true(pt_hours_end(s.hours, 0, 0, 17) == PT_NEVER);
	pt_hours_free(s.hours);
}

PT_TEST(a_window_opens_in_the_local_time_of_each_zone)
{
	struct pt_hours_why why;
	struct scene s;

	set_up(&s, true);
	begin(&s);
	check_at("2026-07-01T20:00:00Z",
		 pt_hours_next(&why, s.hours, 0, BERLIN, at("2026-07-01T12:00Z")));
	assert_int_equal(why.kind, PT_HOURS_WINDOW);
	check_at("2026-07-02T05:00:00Z",
		 pt_hours_next(NULL, s.hours, 0, LOS_ANGELES, at("2026-07-01T13:00Z")));
	check_at("2026-07-02T03:00:00Z", pt_hours_end(s.hours, 0, BERLIN, at("2026-07-01T20:00Z")));
	check_at("2026-07-01T12:00:00Z", pt_hours_end(s.hours, 0, BERLIN, at("2026-07-01T12:00Z")));
	pt_hours_free(s.hours);
}

PT_TEST(the_slack_before_the_end_is_kept)
{
	struct pt_hours_why why;
	struct scene s;

	set_up(&s, true);
	begin(&s);
	/* 02:00 is three hours before 05:00, a second later is not. */
	check_at("2026-07-02T00:00:00Z",
		 pt_hours_next(&why, s.hours, 0, BERLIN, at("2026-07-02T00:00:00Z")));
	assert_int_equal(why.kind, PT_HOURS_OPEN);
	check_at("2026-07-02T20:00:00Z",
		 pt_hours_next(&why, s.hours, 0, BERLIN, at("2026-07-02T00:00:01Z")));
	assert_int_equal(why.kind, PT_HOURS_WINDOW);
	pt_hours_free(s.hours);
}

PT_TEST(what_is_carried_out_may_use_some_of_the_slack)
{
	struct scene s;

	set_up(&s, true);
	begin(&s);
	check_at("2026-07-02T00:15:00Z",
		 pt_hours_still(s.hours, 0, BERLIN, at("2026-07-02T00:15Z"), 15 * PT_MINUTE_MS));
	check_at("2026-07-02T20:00:00Z",
		 pt_hours_still(s.hours, 0, BERLIN, at("2026-07-02T00:15:01Z"), 15 * PT_MINUTE_MS));
	/* No more than all of it. */
	check_at("2026-07-02T02:59:59Z",
		 pt_hours_still(s.hours, 0, BERLIN, at("2026-07-02T02:59:59Z"), 9 * PT_HOUR_MS));
	check_at("2026-07-02T20:00:00Z",
		 pt_hours_still(s.hours, 0, BERLIN, at("2026-07-02T03:00:00Z"), 9 * PT_HOUR_MS));
	pt_hours_free(s.hours);
}

PT_TEST(a_window_follows_the_clocks)
{
	struct scene s;

	set_up(&s, true);
	begin(&s);
	/* Berlin turns its clocks on the last Sunday of March: the night is an hour shorter. */
	check_at("2026-03-28T21:00:00Z",
		 pt_hours_next(NULL, s.hours, 0, BERLIN, at("2026-03-28T12:00Z")));
	check_at("2026-03-29T03:00:00Z", pt_hours_end(s.hours, 0, BERLIN, at("2026-03-28T22:00Z")));
	check_at("2026-03-29T20:00:00Z",
		 pt_hours_next(NULL, s.hours, 0, BERLIN, at("2026-03-29T12:00Z")));
	pt_hours_free(s.hours);
}

PT_TEST(a_blackout_beats_a_window)
{
	struct pt_hours_why why;
	struct scene s;

	set_up(&s, true);
	add_blackout(&s, "year end", "2026-12-23T23:00Z", "2027-01-02T22:00Z");
	add_blackout(&s, "stocktaking", "2027-01-02T20:00Z", "2027-01-03T12:00Z");
	begin(&s);
	/* On the 23rd the window opens at 21:00Z; two hours are less than the slack. */
	check_at("2027-01-03T21:00:00Z",
		 pt_hours_next(&why, s.hours, 0, BERLIN, at("2026-12-23T21:30Z")));
	assert_int_equal(why.kind, PT_HOURS_BLACKOUT);
	assert_string_equal(why.blackout, "year end");
	check_at("2026-12-23T23:00:00Z", pt_hours_end(s.hours, 0, BERLIN, at("2026-12-23T21:30Z")));
	check_at("2026-12-24T01:00:00Z", pt_hours_end(s.hours, 0, BERLIN, at("2026-12-24T01:00Z")));
	pt_hours_free(s.hours);
}

PT_TEST(spans_are_half_open)
{
	struct scene s;

	set_up(&s, false);
	s.conf.start_slack_ms = 0;
	add_blackout(&s, "a", "2026-01-01T00:00Z", "2026-01-02T00:00Z");
	begin(&s);
	check_at("2026-01-02T00:00:00Z",
		 pt_hours_next(NULL, s.hours, 0, 0, at("2026-01-01T00:00Z")));
	check_at("2026-01-02T00:00:00Z",
		 pt_hours_next(NULL, s.hours, 0, 0, at("2026-01-02T00:00Z")));
	check_at("2025-12-31T23:59:59Z",
		 pt_hours_next(NULL, s.hours, 0, 0, at("2025-12-31T23:59:59Z")));
	pt_hours_free(s.hours);
}

PT_TEST(a_level_that_does_not_fit_moves_and_takes_the_next_with_it)
{
	struct scene s;
	int64_t level[4];

	set_up(&s, true);
	begin(&s);
	pt_hours_levels(level, s.hours, 0, BERLIN, at("2026-07-01T12:00Z"), 3 * PT_HOUR_MS, 4);
	check_at("2026-07-01T20:00:00Z", level[0]);
	check_at("2026-07-01T23:00:00Z", level[1]);
	check_at("2026-07-02T20:00:00Z", level[2]);
	check_at("2026-07-02T23:00:00Z", level[3]);
	pt_hours_free(s.hours);
}

PT_TEST(hours_that_never_come_are_never)
{
	struct scene s;
	int64_t level[2];

	set_up(&s, false);
	add_blackout(&s, "for ever", "2026-01-01T00:00Z", "2036-01-01T00:00Z");
	begin(&s);
	pt_hours_levels(level, s.hours, 0, 0, at("2026-07-01T12:00Z"), PT_HOUR_MS, 2);
	assert_true(level[0] == PT_NEVER && level[1] == PT_NEVER);
	pt_hours_free(s.hours);
}

PT_TEST(a_window_shorter_than_the_slack_is_refused)
{
	struct pt_err err = PT_ERR_INIT;
	struct scene s;

	set_up(&s, true);
	s.stage.window.close_minute = 60;
	assert_int_equal(pt_hours_new(&s.hours, &s.suite, &s.conf, &s.closures, &err),
			 -PT_E_INVALID);
	assert_string_equal(err.text, "trains.biweekly: the window is open for 3h, and start_slack "
				      "keeps 3h before its end: nothing could start in it");
}

PT_TEST(a_slot_is_a_batch_and_a_zone)
{
	struct scene s;

	set_up(&s, true);
	s.stage.nbatch = 3;
	assert_int_equal(pt_stage_nslot(&s.stage), 6);
	for (uint32_t slot = 0; slot < 6; slot++) {
		uint32_t batch = pt_slot_batch(&s.stage, slot), zone = pt_slot_zone(&s.stage, slot);

		assert_true(batch < 3 && zone < 2);
		assert_int_equal(pt_slot(&s.stage, batch, zone), slot);
	}
	assert_string_equal(pt_stage_zone_name(&s.suite, &s.stage, BERLIN), "Europe/Berlin");
	assert_string_equal(pt_stage_zone_name(&s.suite, &s.stage, LOS_ANGELES),
			    "America/Los_Angeles");
}

PT_TEST(openings_are_listed_across_a_change_of_the_clocks)
{
	struct pt_opening open[5];
	struct scene s;

	set_up(&s, true);
	add_blackout(&s, "freeze", "2026-10-25", "2026-10-26");
	begin(&s);
	/* One hour longer in the night of the change, whatever the blackout says. */
	assert_int_equal(pt_hours_openings(open, 5, s.hours, 0, BERLIN, at("2026-10-24T23:00Z"),
					   at("2026-10-26T00:00Z")),
			 2);
	check_at("2026-10-24T20:00:00Z", open[0].start_ms);
	check_at("2026-10-25T04:00:00Z", open[0].end_ms);
	check_at("2026-10-25T21:00:00Z", open[1].start_ms);
	check_at("2026-10-26T04:00:00Z", open[1].end_ms);
	assert_int_equal(pt_hours_openings(open, 3, s.hours, 0, LOS_ANGELES,
					   at("2026-10-24T23:00Z"), at("2027-10-26T00:00Z")),
			 3);
	assert_int_equal(pt_hours_openings(open, 3, NULL, 0, 0, 0, PT_DAY_MS), 0);
	pt_hours_free(s.hours);
}

PT_TEST_MAIN(
    PT_RUN(without_hours_any_moment_will_do), PT_RUN(a_window_opens_in_the_local_time_of_each_zone),
    PT_RUN(the_slack_before_the_end_is_kept), PT_RUN(what_is_carried_out_may_use_some_of_the_slack),
    PT_RUN(a_window_follows_the_clocks), PT_RUN(a_blackout_beats_a_window),
    PT_RUN(spans_are_half_open), PT_RUN(a_level_that_does_not_fit_moves_and_takes_the_next_with_it),
    PT_RUN(hours_that_never_come_are_never), PT_RUN(a_window_shorter_than_the_slack_is_refused),
    PT_RUN(a_slot_is_a_batch_and_a_zone), PT_RUN(openings_are_listed_across_a_change_of_the_clocks))
