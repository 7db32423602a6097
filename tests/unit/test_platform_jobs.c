/* The model of the platform: what becomes of jobs, and what it says of them. */
#include "tests/unit/platform_fixture.h"

#include "base/pattern.h"
#include "base/rng.h"

PT_TEST(a_base_that_is_too_old_is_a_dependency_conflict)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request = push(p, APP, APP_21, 0, 1);
	struct pt_sim_error error;

	pt_platform_advance(p, T0 + HOUR);
	error = error_of(p, request, 0);
	assert_string_equal(error.type, "IneligibleUpgrade");
	assert_string_equal(error.title, "Dependent Package Conflict");
	assert_non_null(strstr(error.message, ": The Base, Version The Base 1.2.\n\n"));
	assert_int_equal(job_of(p, request, 0).cause, PT_CAUSE_DEPENDENCY);
	assert_int_equal(pt_platform_installed(p, 0, APP), APP_20);
	pt_platform_free(p);
}

PT_TEST(a_newer_base_satisfies_and_a_missing_one_does_not)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 2);
	uint32_t request;

	has(p, 0, BASE, BASE_15);
	has(p, 1, BASE, BASE_15);
	has(p, 1, LONE, 0);
	request = push(p, APP, APP_22, 0, 2);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(pt_platform_installed(p, 1, APP), APP_22);
	assert_int_equal(pt_platform_installed(p, 0, APP), APP_20);
	for (size_t i = 0; i < 2; i++)
		if (job_of(p, request, i).org == 0)
			assert_non_null(strstr(error_of(p, request, i).message, ": Lone, Version"));
	pt_platform_free(p);
}

PT_TEST(a_base_that_arrives_at_the_moment_an_upgrade_starts_is_there)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t app = create(p, APP, APP_21, T0 + 600 * 1000);

	assert_int_equal(add(p, app, 0), PT_PLATFORM_ADDED);
	assert_int_equal(pt_platform_activate(p, app), PT_REFUSAL_NONE);
	(void)push(p, BASE, BASE_12, 0, 1);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(state_of(p, app), PT_JOB_SUCCEEDED);
	pt_platform_free(p);
}

PT_TEST(a_base_that_is_taken_away_during_the_upgrade_is_a_conflict)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request;

	has(p, 0, BASE, BASE_12);
	request = push(p, APP, APP_21, 0, 1);
	change(p, T0 + 5 * MINUTE, PT_CHANGE_INSTALLED, 0, BASE, PT_PLATFORM_NONE);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(job_of(p, request, 0).cause, PT_CAUSE_DEPENDENCY);
	assert_int_equal(job_of(p, request, 0).end_ms, T0 + 10 * MINUTE);
	pt_platform_free(p);
}

/* What becomes of a job when its org changes before it starts, or while it runs. */
static void check_meanwhile(enum pt_platform_change_kind kind, uint32_t value,
			    enum pt_job_cause cause, const char *title)
{
	for (int64_t at_ms = T0 - MINUTE; at_ms <= T0 + 5 * MINUTE; at_ms += 6 * MINUTE) {
		struct pt_platform *p = peopled(&PLAIN, 1, 1);
		uint32_t request = push(p, BASE, BASE_12, 0, 1);

		change(p, at_ms, kind, 0, BASE, value);
		pt_platform_advance(p, T0 + HOUR);
		assert_int_equal(state_of(p, request), PT_JOB_FAILED);
		assert_int_equal(job_of(p, request, 0).cause, cause);
		assert_string_equal(error_of(p, request, 0).title, title);
		assert_int_equal(job_of(p, request, 0).end_ms,
				 at_ms < T0 ? T0 + 75000 : T0 + 10 * MINUTE);
		pt_platform_free(p);
	}
}

PT_TEST(what_an_org_does_meanwhile_fails_its_job)
{
	check_meanwhile(PT_CHANGE_INSTALLED, PT_PLATFORM_NONE, PT_CAUSE_UNINSTALLED,
			"Package Uninstalled");
	check_meanwhile(PT_CHANGE_STATUS, PT_ORG_INACTIVE, PT_CAUSE_INACTIVE,
			"Salesforce Subscription Expired");
	check_meanwhile(PT_CHANGE_BLOCKED, 1, PT_CAUSE_BLOCKED, "Push Upgrade Blocked");
	check_meanwhile(PT_CHANGE_INSTALLED, BASE_15, PT_CAUSE_NOT_NEWER,
			"Package Already Upgraded");
	check_meanwhile(PT_CHANGE_INSTALLED, BASE_13_BETA, PT_CAUSE_BETA,
			"Cannot upgrade beta package");
}

PT_TEST(of_two_jobs_for_one_org_and_package_the_later_one_fails)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t first = push(p, BASE, BASE_12, 0, 1), second;

	pt_platform_advance(p, T0 + MINUTE);
	second = push(p, BASE, BASE_12, 0, 1);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(state_of(p, first), PT_JOB_SUCCEEDED);
	assert_int_equal(job_of(p, second, 0).cause, PT_CAUSE_NOT_NEWER);
	pt_platform_free(p);
}

PT_TEST(a_version_fails_on_an_instance_until_it_is_there)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform *p;
	uint32_t first, second;

	behaviour.failures.not_yet_ppm = 500000;
	behaviour.failures.not_yet_for = (struct pt_sim_spread){24 * HOUR, 24 * HOUR};
	p = peopled(&behaviour, 3, 70);
	first = push(p, BASE, BASE_12, 0, 70);
	pt_platform_advance(p, T0 + HOUR);
	uint32_t failed = pt_platform_request(p, first).count[PT_JOB_FAILED];

	assert_true(failed > 0 && failed < 70 && failed % 10 == 0);
	second = create(p, BASE, BASE_12, 0);
	for (size_t i = 0; i < 70; i++) {
		struct pt_platform_job job = job_of(p, first, i);

		if (job.state != PT_JOB_FAILED)
			continue;
		assert_int_equal(job.cause, PT_CAUSE_NOT_YET);
		assert_non_null(
		    strstr(error_of(p, first, i).message, "This package is not yet available"));
		assert_int_equal(add(p, second, job.org), PT_PLATFORM_ADDED);
	}
	pt_platform_advance(p, T0 + 24 * HOUR);
	assert_int_equal(pt_platform_activate(p, second), PT_REFUSAL_NONE);
	pt_platform_advance(p, T0 + 25 * HOUR);
	assert_int_equal(state_of(p, second), PT_JOB_SUCCEEDED);
	pt_platform_free(p);
}

PT_TEST(a_broken_org_fails_the_same_way_every_time)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	uint8_t cause[200] = {0};
	uint32_t nfailed = 0;
	struct pt_platform *p;

	behaviour.failures.permanent_ppm = 100000;
	p = peopled(&behaviour, 1, 200);
	for (int pass = 0; pass < 5; pass++) {
		uint32_t request = create(p, BASE, BASE_12, 0);

		for (uint32_t i = 0; i < 200; i++)
			if (pass == 0 || cause[i])
				assert_int_equal(add(p, request, i), PT_PLATFORM_ADDED);
		assert_int_equal(pt_platform_activate(p, request), PT_REFUSAL_NONE);
		pt_platform_advance(p, pt_platform_now_ms(p) + HOUR);
		for (size_t i = 0; i < pt_platform_request(p, request).njob; i++) {
			struct pt_platform_job job = job_of(p, request, i);

			if (pass == 0)
				cause[job.org] = (uint8_t)job.cause;
			assert_int_equal(job.attempt, pass);
			assert_int_equal(job.cause, cause[job.org]);
			nfailed += pass == 0 && job.state == PT_JOB_FAILED;
		}
	}
	assert_in_range(nfailed, 8, 40);
	pt_platform_free(p);
}

PT_TEST(another_attempt_gets_over_a_transient_failure)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	uint32_t left = 200;
	struct pt_platform *p;
	int pass = 0;

	behaviour.failures.transient_ppm = 300000;
	p = peopled(&behaviour, 1, 200);
	for (; left > 0 && pass < 20; pass++) {
		uint32_t request = create(p, BASE, BASE_12, 0), added = 0;

		for (uint32_t i = 0; i < 200; i++)
			added += add(p, request, i) == PT_PLATFORM_ADDED;
		assert_int_equal(added, left);
		assert_int_equal(pt_platform_activate(p, request), PT_REFUSAL_NONE);
		pt_platform_advance(p, pt_platform_now_ms(p) + HOUR);
		left = pt_platform_request(p, request).count[PT_JOB_FAILED];
		if (pass == 0)
			assert_in_range(left, 40, 80);
	}
	assert_in_range(pass, 3, 12);
	pt_platform_free(p);
}

PT_TEST(a_stuck_job_stays_in_progress)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform *p;
	uint32_t request;

	behaviour.failures.stuck_ppm = PT_RATIO_ONE;
	p = peopled(&behaviour, 1, 1);
	request = push(p, BASE, BASE_12, 0, 1);
	pt_platform_advance(p, T0 + 10000 * HOUR);
	assert_int_equal(state_of(p, request), PT_JOB_IN_PROGRESS);
	assert_true(pt_platform_live(p, 0, BASE));
	assert_int_equal(job_of(p, request, 0).end_ms, PT_NEVER);
	pt_platform_free(p);
}

PT_TEST(a_stuck_job_may_be_ended_by_the_platform)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform *p;
	uint32_t request;

	behaviour.failures.stuck_ppm = PT_RATIO_ONE;
	behaviour.failures.stuck_for = (struct pt_sim_spread){6 * HOUR, 6 * HOUR};
	p = peopled(&behaviour, 1, 1);
	request = push(p, BASE, BASE_12, 0, 1);
	pt_platform_advance(p, T0 + 6 * HOUR - 1);
	assert_int_equal(job_of(p, request, 0).state, PT_JOB_IN_PROGRESS);
	pt_platform_advance(p, T0 + 6 * HOUR);
	assert_int_equal(job_of(p, request, 0).cause, PT_CAUSE_HUNG);
	pt_platform_free(p);
}

PT_TEST(the_subscriber_record_lags_behind_a_succeeded_job)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform_record record;
	struct pt_platform *p;

	behaviour.record_lag = (struct pt_sim_spread){HOUR, HOUR};
	p = peopled(&behaviour, 1, 1);
	(void)push(p, BASE, BASE_12, 0, 1);
	pt_platform_advance(p, T0 + 10 * MINUTE + HOUR - 1);
	assert_int_equal(pt_platform_installed(p, 0, BASE), BASE_12);
	assert_true(pt_platform_record(&record, p, 0, BASE));
	assert_int_equal(record.version, BASE_10);
	pt_platform_advance(p, T0 + 10 * MINUTE + HOUR);
	assert_true(pt_platform_record(&record, p, 0, BASE));
	assert_int_equal(record.version, BASE_12);
	pt_platform_free(p);
}

PT_TEST(the_subscriber_record_never_goes_back_to_an_earlier_job)
{
	static const uint32_t MEANWHILE[] = {BASE_11, BASE_15};
	struct pt_sim_behaviour behaviour = PLAIN;

	behaviour.record_lag = (struct pt_sim_spread){HOUR, HOUR};
	for (size_t i = 0; i < PT_ARRAY_LEN(MEANWHILE); i++) {
		struct pt_platform *p = peopled(&behaviour, 1, 1);
		struct pt_platform_record record;

		(void)push(p, BASE, BASE_12, 0, 1);
		change(p, T0 + 20 * MINUTE, PT_CHANGE_INSTALLED, 0, BASE, MEANWHILE[i]);
		pt_platform_advance(p, T0 + 2 * HOUR);
		assert_true(pt_platform_record(&record, p, 0, BASE));
		assert_int_equal(record.version, MEANWHILE[i]);
		pt_platform_free(p);
	}
}

PT_TEST(attempts_are_counted_for_each_version)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform *p;
	uint32_t request = 0;

	behaviour.failures.permanent_ppm = PT_RATIO_ONE;
	p = peopled(&behaviour, 1, 1);
	for (uint32_t i = 0; i < 3; i++) {
		request = push(p, BASE, BASE_12, 0, 1);
		pt_platform_advance(p, pt_platform_now_ms(p) + HOUR);
		assert_int_equal(job_of(p, request, 0).attempt, i);
	}
	request = push(p, BASE, BASE_15, 0, 1);
	pt_platform_advance(p, pt_platform_now_ms(p) + HOUR);
	assert_int_equal(job_of(p, request, 0).attempt, 0);
	pt_platform_free(p);
}

/* Attempts count what started, so that a push made again meets the same luck. */
PT_TEST(canceled_jobs_do_not_change_what_happens)
{
	struct pt_sim_behaviour behaviour = PLAIN;
	struct pt_platform *a, *b;
	uint32_t pushed_a, pushed_b;

	behaviour.failures.transient_ppm = 500000;
	a = peopled(&behaviour, 1, 100);
	b = peopled(&behaviour, 1, 100);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pt_platform_cancel(b, push(b, BASE, BASE_12, 0, 100)), 0);
	pushed_a = push(a, BASE, BASE_12, 0, 100);
	pushed_b = push(b, BASE, BASE_12, 0, 100);
	pt_platform_advance(a, T0 + HOUR);
	pt_platform_advance(b, T0 + HOUR);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(job_of(a, pushed_a, i).cause, job_of(b, pushed_b, i).cause);
	pt_platform_free(a);
	pt_platform_free(b);
}

PT_TEST(every_failure_has_a_type_a_title_and_a_message)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	struct pt_version version = V(1, 2);
	struct pt_sim_failed failed = {
	    .package = &pt_platform_packages(p)->item[APP],
	    .instance = "NA1",
	    .base = &pt_platform_packages(p)->item[BASE],
	    .base_version = &version,
	    .key = 3,
	};

	for (unsigned cause = PT_CAUSE_NONE + 1; cause < PT_CAUSE_NCAUSE; cause++) {
		failed.cause = (enum pt_job_cause)cause;
		assert_in_range(pt_sim_error_count(&failed), 1, 3);
		for (uint32_t i = 0; i < pt_sim_error_count(&failed); i++) {
			struct pt_sim_error error;

			pt_sim_error_write(&error, &failed, i);
			assert_true(error.type[0] && error.title[0] && error.message[0]);
			assert_true(strlen(error.message) < sizeof(error.message) - 100);
		}
	}
	for (unsigned i = 1; i < PT_REFUSAL_NREASON; i++)
		assert_true(pt_sim_refusal_words((enum pt_refusal)i).text[0]);
	pt_platform_free(p);
}

PT_TEST(an_unexpected_failure_carries_its_number)
{
	static const char PATTERN[] = "(?<gack>[\\d-]+) \\((?<trace>[\\d-]+)\\)";
	struct pt_sim_failed failed = {.cause = PT_CAUSE_UNEXPECTED, .key = 77};
	struct pt_pattern *pattern;
	struct pt_sim_error error;
	bool matched;

	pt_sim_error_write(&error, &failed, 0);
	assert_int_equal(pt_pattern_new(&pattern, PATTERN, NULL), 0);
	assert_int_equal(pt_pattern_match(&matched, NULL, pattern, error.message, NULL, NULL), 0);
	assert_true(matched);
	pt_pattern_free(pattern);
}

PT_TEST(half_of_a_spread_is_up_to_the_typical_time_and_nothing_beyond_the_max)
{
	const struct pt_sim_spread spread = {10 * MINUTE, 3 * HOUR}, fixed = {HOUR, HOUR};
	int below = 0;
	int64_t longest = 0;

	for (uint64_t i = 0; i < 10000; i++) {
		int64_t ms = pt_sim_spread_ms(&spread, pt_rng_mix(1, i));

		assert_in_range(ms, 5 * MINUTE, 3 * HOUR);
		below += ms <= spread.typical_ms;
		longest = ms > longest ? ms : longest;
		assert_int_equal(pt_sim_spread_ms(&fixed, pt_rng_mix(1, i)), HOUR);
	}
	assert_in_range(below, 4800, 5700);
	assert_true(longest > 170 * MINUTE);
}

PT_TEST_MAIN(PT_RUN(a_base_that_is_too_old_is_a_dependency_conflict),
	     PT_RUN(a_newer_base_satisfies_and_a_missing_one_does_not),
	     PT_RUN(a_base_that_arrives_at_the_moment_an_upgrade_starts_is_there),
	     PT_RUN(a_base_that_is_taken_away_during_the_upgrade_is_a_conflict),
	     PT_RUN(what_an_org_does_meanwhile_fails_its_job),
	     PT_RUN(of_two_jobs_for_one_org_and_package_the_later_one_fails),
	     PT_RUN(a_version_fails_on_an_instance_until_it_is_there),
	     PT_RUN(a_broken_org_fails_the_same_way_every_time),
	     PT_RUN(another_attempt_gets_over_a_transient_failure),
	     PT_RUN(a_stuck_job_stays_in_progress),
	     PT_RUN(a_stuck_job_may_be_ended_by_the_platform),
	     PT_RUN(the_subscriber_record_lags_behind_a_succeeded_job),
	     PT_RUN(the_subscriber_record_never_goes_back_to_an_earlier_job),
	     PT_RUN(attempts_are_counted_for_each_version),
	     PT_RUN(canceled_jobs_do_not_change_what_happens),
	     PT_RUN(every_failure_has_a_type_a_title_and_a_message),
	     PT_RUN(an_unexpected_failure_carries_its_number),
	     PT_RUN(half_of_a_spread_is_up_to_the_typical_time_and_nothing_beyond_the_max))
