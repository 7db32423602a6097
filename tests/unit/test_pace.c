/* How fast a run goes, and until when: from requests made by hand. */
#include "tests/test.h"

#include "base/instant.h"
#include "pipeline/dashboard/pace.h"

#define NOW (100 * PT_DAY_MS)

struct made {
	struct pt_history history;
	struct pt_status_stage stage;
	struct pt_stage_figures figures;
	struct pt_history_request request[4];
};

/* A stage in its waves, with 300 pushes before it. */
static void make(struct made *m)
{
	*m = (struct made){.stage = {.name = "s", .state = PT_STAGE_WAVES}};
	m->figures.tally.waiting = 200;
	m->figures.tally.in_flight = 100;
	m->history.status.progress.now_ms = NOW;
	m->history.status.stage = &m->stage;
	m->history.status.nstage = 1;
	m->history.status.npackage = 1;
	m->history.status.figures = &m->figures;
	m->history.request = m->request;
}

static void add(struct made *m, int64_t from_ms, int64_t done_ms, uint32_t ndone)
{
	m->request[m->history.nrequest++] = (struct pt_history_request){
	    .activated_ms = from_ms, .done_ms = done_ms, .ndone = ndone, .norg = ndone};
}

PT_TEST(pace_is_of_the_last_two_hours)
{
	struct pt_pace pace;
	struct made m;

	make(&m);
	add(&m, NOW - 9 * PT_HOUR_MS, NOW - 8 * PT_HOUR_MS, 100000);
	add(&m, NOW - 5 * PT_HOUR_MS, NOW - PT_HOUR_MS, 150);
	add(&m, NOW - PT_HOUR_MS, 0, 50);
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.ended, 200);
	assert_int_equal(pace.span_ms, 2 * PT_HOUR_MS);
	assert_int_equal(pace.an_hour, 100);
	assert_int_equal(pace.left, 300);
	assert_int_equal(pace.finish_ms, NOW + 3 * PT_HOUR_MS);
}

PT_TEST(pace_is_of_less_when_it_has_just_begun)
{
	struct pt_pace pace;
	struct made m;

	make(&m);
	add(&m, NOW - 30 * PT_MINUTE_MS, 0, 50);
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.span_ms, 30 * PT_MINUTE_MS);
	assert_int_equal(pace.an_hour, 100);
}

PT_TEST(pace_is_unknown_where_nothing_ended)
{
	struct pt_pace pace;
	struct made m;

	make(&m);
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.span_ms, 0);
	assert_int_equal(pace.finish_ms, 0);
	/* Made, and not activated; activated, and nothing has ended yet. */
	add(&m, 0, 0, 10);
	add(&m, NOW - PT_HOUR_MS, 0, 0);
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.span_ms, 0);
	/* All that there is to say is of a second ago. */
	add(&m, NOW - PT_SECOND_MS, 0, 10);
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.span_ms, 0);
}

PT_TEST(pace_promises_no_end_of_what_waits_for_something_else)
{
	static const enum pt_stage_state states[] = {PT_STAGE_AHEAD, PT_STAGE_SOAKING,
						     PT_STAGE_DONE, PT_STAGE_HALTED};
	struct pt_pace pace;
	struct made m;

	make(&m);
	add(&m, NOW - PT_HOUR_MS, 0, 100);
	for (size_t i = 0; i < PT_ARRAY_LEN(states); i++) {
		m.stage.state = states[i];
		pt_pace_of(&pace, &m.history, NOW);
		assert_int_equal(pace.an_hour, 100);
		assert_int_equal(pace.left, 0);
		assert_int_equal(pace.finish_ms, 0);
	}
	/* A stage that cannot be. */
	m.history.status.progress.stage = 7;
	pt_pace_of(&pace, &m.history, NOW);
	assert_int_equal(pace.left, 0);
}

PT_TEST_MAIN(PT_RUN(pace_is_of_the_last_two_hours), PT_RUN(pace_is_of_less_when_it_has_just_begun),
	     PT_RUN(pace_is_unknown_where_nothing_ended),
	     PT_RUN(pace_promises_no_end_of_what_waits_for_something_else))
