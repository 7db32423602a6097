/*
 * An org is left out while the run is under way: nothing is pushed to it from then
 * on, what had not started is taken back, and everybody else ends as without it.
 */
#include "tests/simulation/life_fixture.h"

enum { NLEFT_OUT = 3 };

/* Leaves some orgs out before a certain step, the newest to have a job among them. */
struct plot {
	struct life *life;
	uint64_t left;
	struct pt_org_key key[NLEFT_OUT];
	int64_t at_ms;
	bool done;
};

static void choose(struct plot *plot)
{
	struct pt_platform *platform = plot->life->r.platform;
	uint32_t njob = pt_platform_njob(platform);

	for (uint32_t i = 0; i < NLEFT_OUT; i++) {
		uint32_t job = njob - 1 - i * njob / (4 * NLEFT_OUT);

		plot->key[i] = pt_platform_org(platform, pt_platform_job(platform, job).org).key;
	}
}

static int by_key(const void *a, const void *b)
{
	return pt_org_key_cmp(a, b);
}

static int leave_out(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct plot *plot = context;
	struct pt_context *c = &plot->life->r.c;
	int rc = 0;

	*out = PT_DRIVE_GO_ON;
	if (plot->done || plot->left-- > 0 || pt_platform_njob(plot->life->r.platform) == 0)
		return 0;
	plot->done = true;
	plot->at_ms = c->clock.now_ms(&c->clock);
	choose(plot);
	c->lists.by_hand.key = calloc(NLEFT_OUT, sizeof(*c->lists.by_hand.key));
	assert_non_null(c->lists.by_hand.key);
	memcpy(c->lists.by_hand.key, plot->key, sizeof(plot->key));
	qsort(c->lists.by_hand.key, NLEFT_OUT, sizeof(*c->lists.by_hand.key), by_key);
	c->lists.by_hand.n = NLEFT_OUT;
	for (size_t i = 0; rc == 0 && i < NLEFT_OUT; i++)
		rc = pt_engine_exclude(c->engine, &plot->key[i], err);
	return rc;
}

static bool is_left_out(const struct plot *plot, const struct pt_org_key *key)
{
	for (size_t i = 0; i < NLEFT_OUT; i++) {
		if (pt_org_key_cmp(key, &plot->key[i]) == 0)
			return true;
	}
	return false;
}

/* How many jobs were taken back. */
static uint32_t check_left_out(const struct plot *plot)
{
	struct pt_platform *platform = plot->life->r.platform;
	uint32_t nback = 0;

	for (uint32_t i = 0; i < pt_platform_njob(platform); i++) {
		struct pt_platform_job job = pt_platform_job(platform, i);
		struct pt_platform_request request = pt_platform_request(platform, job.request);
		struct pt_org_key key = pt_platform_org(platform, job.org).key;
		int64_t call_ms = 30 * PT_SECOND_MS;

		if (!is_left_out(plot, &key))
			continue;
		/* A call that was under way may have made it; it is canceled then. */
		if (request.created_ms > plot->at_ms + call_ms)
			fail_msg("org %s is in a request of later", key.text);
		if (job.state == PT_JOB_CANCELED)
			nback++;
		else if (request.start_ms > plot->at_ms + call_ms)
			fail_msg("org %s was pushed later", key.text);
	}
	return nback;
}

static void others_are_as(const struct plot *plot, const struct outcome *expected)
{
	struct pt_platform *platform = plot->life->r.platform;
	struct outcome got = outcome_of(plot->life);

	for (uint32_t org = 0; org < got.norg; org++) {
		struct pt_org_key key = pt_platform_org(platform, org).key;

		if (!is_left_out(plot, &key))
			assert_memory_equal(&got.installed[org * got.npackage],
					    &expected->installed[org * got.npackage],
					    got.npackage * sizeof(*got.installed));
	}
	free(got.installed);
}

static uint32_t leave_out_at(const struct outcome *expected, const char *order, uint64_t step)
{
	struct life life;
	struct plot plot = {.life = &life, .left = step};
	uint32_t nback;

	begin(&life, 3, order);
	life.r.c.driver.ask = leave_out;
	life.r.c.driver.ask_context = &plot;
	assert_true(live(&life));
	assert_true(plot.done);
	nback = check_left_out(&plot);
	others_are_as(&plot, expected);
	for (uint32_t s = 0; s < life.r.c.conf.nstage; s++) {
		for (uint32_t p = 0; p < life.r.npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, life.r.c.engine, s, p);
			assert_true(pt_tally_adds_up(&figures.tally));
			assert_int_equal(figures.tally.in_flight, 0);
		}
	}
	end(&life);
	return nback;
}

static void leave_out_everywhere(const char *order)
{
	struct outcome expected = undisturbed(3, order);
	uint64_t n = expected.nsteps * 9 / 10;
	uint32_t nback = 0;

	for (uint64_t step = 20; step < n; step += n / 25)
		nback += leave_out_at(&expected, order, step);
	assert_true(nback > 10);
	free(expected.installed);
}

PT_TEST(promise_6_an_org_left_out_on_the_way_is_pushed_no_more)
{
	leave_out_everywhere("confirmed");
}

PT_TEST(promise_6_with_order_offset_what_was_scheduled_is_made_again_without_it)
{
	leave_out_everywhere("offset");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_6_an_org_left_out_on_the_way_is_pushed_no_more),
	    PT_RUN(promise_6_with_order_offset_what_was_scheduled_is_made_again_without_it),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
