/*
 * What a run is said to do and to wait for, looked at after each step of whole trains: it agrees
 * with what the engine does then, and its lines fit every terminal.
 */
#include "tests/simulation/train_fixture.h"

#include "base/width.h"
#include "cmd/voice.h"
#include "pipeline/progress.h"

struct watched {
	struct rehearsal *r;
	struct pt_rate rate;
	unsigned seen; /* bits of enum pt_wait_kind */
	uint64_t nmade, nactivated, nended, norg;
};

static void check_lines(const struct pt_progress *progress, unsigned columns, bool colour)
{
	const struct pt_look look = {.columns = columns, .colour = colour, .utf8 = columns % 2};
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	unsigned n = 0;

	pt_progress_block(&text, progress, &look);
	for (const char *line = pt_buf_text(&text); *line; line += strcspn(line, "\n") + 1, n++) {
		assert_true(pt_width(line) < columns);
		assert_true(pt_width(line) > 0);
	}
	assert_true(n > 0 && (columns < 79 || n <= 4));
	assert_int_equal(strchr(pt_buf_text(&text), '\x1b') != NULL, colour);
}

static void check_wait(const struct watched *w, const struct pt_outlook *outlook, int64_t now_ms)
{
	const struct pt_wait *wait = &outlook->wait;

	assert_int_equal(wait->kind == PT_WAIT_NOTHING, pt_engine_finished(w->r->c.engine));
	assert_int_equal(wait->kind == PT_WAIT_JOBS, outlook->nrequest > 0 &&
							 wait->kind != PT_WAIT_BUDGET &&
							 wait->kind != PT_WAIT_OFFSET);
	if (wait->until_ms == PT_NEVER)
		return;
	assert_true(wait->until_ms >= now_ms);
	/* It is awake by then; what is scheduled the platform starts without it. */
	assert_true(outlook->nrequest > 0 || pt_engine_wake_ms(w->r->c.engine) <= wait->until_ms);
}

static void look(void *context)
{
	struct watched *w = context;
	struct pt_context *c = &w->r->c;
	struct pt_progress progress = {.plan = c->plan, .now_ms = c->clock.now_ms(&c->clock)};
	const struct pt_outlook *outlook = &progress.outlook;
	struct pt_detail detail;

	pt_engine_outlook(&progress.outlook, c->engine);
	pt_engine_stage_tally(&progress.tally, c->engine);
	pt_rate_add(&w->rate, progress.now_ms, outlook->nended);
	progress.per_hour = pt_rate_per_hour(&w->rate, progress.now_ms);
	check_wait(w, outlook, progress.now_ms);
	w->seen |= 1U << outlook->wait.kind;
	assert_true(outlook->nended <= outlook->npush);
	assert_true(outlook->ndone <= outlook->nwave);
	assert_true(pt_progress_done(&progress) <= progress.tally.eligible);
	assert_true(pt_progress_finish_ms(&progress) >= progress.now_ms ||
		    pt_engine_finished(c->engine));
	check_lines(&progress, 21, false);
	check_lines(&progress, 80, true);
	check_lines(&progress, 201, false);
	while (pt_engine_take_detail(&detail, c->engine)) {
		w->nmade += detail.kind == PT_DETAIL_REQUEST_MADE;
		w->nactivated += detail.kind == PT_DETAIL_REQUEST_ACTIVATED;
		w->nended += detail.kind == PT_DETAIL_REQUEST_ENDED;
		if (detail.kind == PT_DETAIL_REQUEST_ENDED)
			assert_true(detail.b + detail.c <= detail.a);
	}
}

static void watch(struct watched *out, int64_t seed, const char *order)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end end;
	struct rehearsal r;

	*out = (struct watched){.r = &r};
	plan_train(&r, seed, order);
	assert_int_equal(pt_context_engine(&r.c, false, &err), 0);
	r.c.driver.on_turn = look;
	r.c.driver.turn_context = out;
	assert_int_equal(pt_driver_run(&end, &r.c.driver, r.c.engine, &err), 0);
	assert_int_equal(end, PT_DRIVE_FINISHED);
	/* Every request of the platform was told, and none twice. */
	assert_int_equal(out->nmade, pt_platform_nrequest(r.platform));
	assert_true(out->nactivated <= out->nmade && out->nactivated > 0);
	assert_true(out->nended <= out->nmade && out->nended >= out->nactivated);
	release(&r);
}

static bool has_seen(const struct watched *w, enum pt_wait_kind kind)
{
	return w->seen & 1U << kind;
}

PT_TEST(a_train_says_what_it_waits_for_whenever_it_waits)
{
	struct watched w;

	watch(&w, 1, "confirmed");
	assert_true(has_seen(&w, PT_WAIT_READING));
	assert_true(has_seen(&w, PT_WAIT_JOBS));
	assert_true(has_seen(&w, PT_WAIT_PASS));
	assert_true(has_seen(&w, PT_WAIT_SOAK));
}

PT_TEST(a_train_with_offsets_says_when_what_is_scheduled_starts)
{
	struct watched w;

	watch(&w, 2, "offset");
	assert_true(has_seen(&w, PT_WAIT_OFFSET));
	assert_true(has_seen(&w, PT_WAIT_SOAK));
}

static int set_up(void **state)
{
	const struct pt_args args = {.verbose = true};
	struct pt_err err = PT_ERR_INIT;

	/* With details. */
	assert_int_equal(pt_voice_open(&args, &err), 0);
	return make_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_train_says_what_it_waits_for_whenever_it_waits),
	    PT_RUN(a_train_with_offsets_says_when_what_is_scheduled_starts),
	};

	return cmocka_run_group_tests(tests, set_up, remove_folder);
}
