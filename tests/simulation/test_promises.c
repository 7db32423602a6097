/*
 * The promises, judged by the platform's own record of what was asked of it: the
 * example suite is rehearsed on small, unfriendly populations, seed after seed,
 * and every job that was ever created is held against the rules.
 */
#include "tests/simulation/train_fixture.h"

enum { NSEED = 15 };

static void rehearse(struct rehearsal *r, int64_t seed, const char *order)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end end;

	plan_train(r, seed, order);
	assert_int_equal(pt_context_engine(&r->c, false, &err), 0);
	assert_int_equal(pt_driver_run(&end, &r->c.driver, r->c.engine, &err), 0);
	assert_int_equal(end, PT_DRIVE_FINISHED);
	assert_true(pt_engine_finished(r->c.engine));
}

static void check_accounts(const struct rehearsal *r)
{
	struct pt_tally all = {0};
	uint64_t jobs = 0;

	for (uint32_t s = 0; s < r->c.conf.nstage; s++) {
		for (uint32_t p = 0; p < r->npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, r->c.engine, s, p);
			assert_true(pt_tally_adds_up(&figures.tally));
			assert_int_equal(figures.tally.in_flight, 0);
			pt_tally_merge(&all, &figures.tally);
			jobs += figures.jobs;
		}
	}
	assert_int_equal(all.selected, r->c.plan->tally.selected);
	assert_int_equal(jobs, pt_platform_njob(r->platform));
	for (uint32_t i = 0; i < pt_platform_nrequest(r->platform); i++)
		assert_int_not_equal(pt_platform_request(r->platform, i).state, PT_JOB_CREATED);
}

PT_TEST(promise_1_order_no_job_before_its_bases_arrived)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, "confirmed");
		assert_true(pt_platform_njob(r.platform) > 100);
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			assert_true(order_holds(&r, job));
		release(&r);
	}
}

PT_TEST(without_the_gating_the_order_does_not_hold)
{
	struct rehearsal r;
	uint32_t nbroken = 0;

	rehearse(&r, 1, "offset");
	for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
		nbroken += !order_holds(&r, job);
	assert_true(nbroken > 100);
	release(&r);
}

PT_TEST(promise_2_once_no_second_job_while_one_lives_or_after_one_succeeded)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			check_once(&r, job);
		release(&r);
	}
}

PT_TEST(promise_6_nobody_surprised_excluded_orgs_are_never_pushed)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			check_excluded(&r, job);
		release(&r);
	}
}

PT_TEST(promise_7_everything_accounted_for_and_no_request_left_created)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		check_accounts(&r);
		release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_1_order_no_job_before_its_bases_arrived),
	    PT_RUN(without_the_gating_the_order_does_not_hold),
	    PT_RUN(promise_2_once_no_second_job_while_one_lives_or_after_one_succeeded),
	    PT_RUN(promise_6_nobody_surprised_excluded_orgs_are_never_pushed),
	    PT_RUN(promise_7_everything_accounted_for_and_no_request_left_created),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
