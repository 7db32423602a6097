/*
 * Whole trains over HTTP, with everything that is known to go wrong on the way at
 * every step of the protocol: each ends as it would have ended without.
 */
#include "base/instant.h"
#include "tests/simulation/http_fixture.h"

enum { NEVER_BULK = 100000, ALWAYS_BULK = 0, NSEED = 12 };

static uint64_t undisturbed(int64_t seed, uint32_t bulk_above)
{
	const struct weather fair = {.bulk_above = bulk_above};
	struct pt_err err = PT_ERR_INIT;
	struct http_train t;
	uint64_t state;

	if (run_http(&t, seed, &fair, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(t.end, PT_DRIVE_FINISHED);
	assert_true(pt_platform_njob(t.hub.platform) > 100);
	audit(&t);
	state = end_state(t.hub.platform);
	release_http(&t);
	return state;
}

PT_TEST(a_train_over_http_ends_as_a_rehearsal_does)
{
	struct pt_err err = PT_ERR_INIT;
	struct rehearsal r = {.args = {.file = suite_path,
				       .at = "2026-02-01",
				       .start = "2026-02-03T18:00",
				       .order = "confirmed",
				       .seed = 1,
				       .quiet = true}};
	enum pt_drive_end end;

	assert_int_equal(pt_context_open(&r.c, &r.args, &err), 0);
	assert_int_equal(pt_context_choose(&r.c, NULL, &err), 0);
	assert_int_equal(pt_context_depart(&r.c, &err), 0);
	assert_int_equal(pt_context_plan(&r.c, true, NULL, &err), 0);
	assert_int_equal(pt_context_engine(&r.c, false, &err), 0);
	assert_int_equal(pt_driver_run(&end, &r.c.driver, r.c.engine, &err), 0);
	uint64_t rehearsed = end_state(pt_push_simulated_platform(r.c.session[1]));

	pt_context_release(&r.c);
	assert_true(undisturbed(1, NEVER_BULK) == rehearsed);
	assert_true(undisturbed(1, ALWAYS_BULK) == rehearsed);
}

/* The steps of the protocol, by what is asked. */
static const struct step {
	const char *name, *method, *path;
	bool bulk;
} steps[] = {
    {"token", "POST", "/oauth2/token", false},
    {"find package", "GET", "FROM MetadataPackage ", false},
    {"read versions", "GET", "FROM MetadataPackageVersion ", false},
    {"read subscribers", "GET", "FROM PackageSubscriber ", false},
    {"read further pages", "GET", "query/01g", false},
    {"read live jobs", "GET", "Status NOT IN", false},
    {"create", "POST", "sobjects/PackagePushRequest", false},
    {"add jobs", "POST", "composite/sobjects", false},
    {"make ingest job", "POST", "jobs/ingest$", true},
    {"upload", "PUT", "batches", true},
    {"close", "PATCH", "jobs/ingest", true},
    {"poll ingest job", "GET", "jobs/ingest/[^/]*$", true},
    {"activate", "PATCH", "sobjects/PackagePushRequest", false},
    {"count jobs", "GET", "GROUP BY", false},
    {"read jobs", "GET", "SELECT SubscriberOrganizationKey, Status", false},
    {"read errors", "GET", "FROM PackagePushError", false},
};

/* With no API calls left a train does not depart: then nothing at all is on the platform. */
static bool stayed_home(const struct http_train *t, enum pt_fault_kind kind)
{
	return kind == PT_FAULT_SPENT && pt_platform_nrequest(t->hub.platform) == 0;
}

/* One fault at one step: the same end, every promise kept. What is wrong otherwise; NULL. */
static const char *disturb(const struct step *step, enum pt_fault_kind kind, uint64_t expected)
{
	/* A token is asked for once; of everything else the second time is disturbed. */
	bool once = strcmp(step->name, "token") == 0;
	const struct weather weather = {
	    .bulk_above = step->bulk ? ALWAYS_BULK : NEVER_BULK,
	    .fault = {{step->method, step->path, once ? 1 : 2, 1, kind}}};
	struct pt_err err = PT_ERR_INIT;
	const char *wrong = NULL;
	struct http_train t;

	int rc = run_http(&t, 1, &weather, &err);

	if (rc == 0)
		audit(&t);
	if (t.hub.nfault != 1)
		wrong = "was not met";
	else if (rc < 0)
		wrong = stayed_home(&t, kind) ? NULL : "the train failed";
	else if (t.end != PT_DRIVE_FINISHED || pt_engine_state(t.r.c.engine) == PT_RUN_HALTED)
		wrong = "the train did not finish";
	else if (end_state(t.hub.platform) != expected)
		wrong = "the train came to another end";
	release_http(&t);
	return wrong;
}

PT_TEST(each_fault_at_each_step_changes_nothing_in_the_end)
{
	uint64_t expected = undisturbed(1, NEVER_BULK);
	size_t nwrong = 0;

	for (size_t i = 0; i < PT_ARRAY_LEN(steps); i++) {
		for (int kind = PT_FAULT_NONE + 1; kind < PT_FAULT_NKIND; kind++) {
			const char *wrong = disturb(&steps[i], (enum pt_fault_kind)kind, expected);

			if (wrong)
				print_error("%s at '%s': %s\n",
					    pt_fault_text((enum pt_fault_kind)kind), steps[i].name,
					    wrong);
			nwrong += wrong != NULL;
		}
	}
	assert_int_equal(nwrong, 0);
}

/* A write whose answer is lost is looked up; the look-up is disturbed as well. */
PT_TEST(a_look_up_is_disturbed_and_the_end_is_the_same)
{
	static const struct {
		const char *method, *path;
	} writes[] = {{"POST", "sobjects/PackagePushRequest"},
		      {"POST", "composite/sobjects"},
		      {"PATCH", "sobjects/PackagePushRequest"}};
	uint64_t expected = undisturbed(1, NEVER_BULK);

	for (size_t i = 0; i < PT_ARRAY_LEN(writes); i++) {
		for (int kind = PT_FAULT_NONE + 1; kind < PT_FAULT_NKIND; kind++) {
			const struct weather weather = {
			    .bulk_above = NEVER_BULK,
			    .fault = {
				{writes[i].method, writes[i].path, 2, 1, PT_FAULT_RESET_AFTER},
				{"GET", "SELECT Id, Status FROM PackagePushRequest", 1, 1,
				 (enum pt_fault_kind)kind}}};
			struct pt_err err = PT_ERR_INIT;
			struct http_train t;

			assert_int_equal(run_http(&t, 1, &weather, &err), 0);
			assert_int_equal(t.hub.nfault, 2);
			assert_int_equal(t.end, PT_DRIVE_FINISHED);
			audit(&t);
			assert_true(end_state(t.hub.platform) == expected);
			release_http(&t);
		}
	}
}

PT_TEST(an_aborted_train_leaves_nothing_that_could_start_whatever_goes_wrong)
{
	for (int kind = PT_FAULT_NONE + 1; kind < PT_FAULT_NKIND; kind++) {
		const struct weather weather = {
		    .bulk_above = NEVER_BULK,
		    .abort_after_ms = 2 * PT_MINUTE_MS,
		    .fault = {
			{"PATCH", "sobjects/PackagePushRequest", 1, 1, PT_FAULT_RESET_AFTER},
			{"PATCH", "sobjects/PackagePushRequest", 3, 1, (enum pt_fault_kind)kind}}};
		struct pt_err err = PT_ERR_INIT;
		struct http_train t;

		assert_int_equal(run_http(&t, 1, &weather, &err), 0);
		assert_int_equal(t.hub.nfault, 2);
		assert_int_equal(pt_engine_state(t.r.c.engine), PT_RUN_ABORTED);
		audit(&t);
		for (uint32_t i = 0; i < pt_platform_nrequest(t.hub.platform); i++)
			assert_int_not_equal(pt_platform_request(t.hub.platform, i).state,
					     PT_JOB_PENDING);
		release_http(&t);
	}
}

enum { OPTED_OUT = 30, APP = 1 };

/* Every fiftieth org blocks upgrades of the second package before its wave opens. */
static void opt_out(struct pt_platform *platform, int64_t start_ms)
{
	for (uint32_t i = 0; i < OPTED_OUT; i++) {
		const struct pt_platform_change change = {.at_ms = start_ms + 3 * PT_HOUR_MS,
							  .kind = PT_CHANGE_BLOCKED,
							  .org = i * 50,
							  .package = APP,
							  .value = 1};

		assert_int_equal(pt_platform_change(platform, &change, NULL), 0);
	}
}

/* Of many orgs only those that changed are read again: they must be all of those. */
PT_TEST(orgs_that_opt_out_between_two_looks_are_left_out)
{
	const struct weather weather = {.bulk_above = NEVER_BULK, .people = opt_out};
	struct pt_err err = PT_ERR_INIT;
	struct http_train t;

	write_text("population.yaml", "orgs: 1500\nbundles: [{ packages: all, share: rest }]\n"
				      "installed: { previous: rest }\n"
				      "latencies: { job_duration: { typical: 10m, max: 1h } }\n");
	assert_int_equal(run_http(&t, 1, &weather, &err), 0);
	write_text("population.yaml", hundred_orgs);
	assert_int_equal(t.end, PT_DRIVE_FINISHED);
	assert_true(pt_platform_njob(t.hub.platform) > 4000);
	/* By our own look, not by the platform's refusal. */
	for (uint32_t i = 0; i < OPTED_OUT; i++) {
		struct pt_org_key key = pt_platform_org(t.hub.platform, i * 50).key;
		const struct pt_pair *pair =
		    pt_engine_pair(t.r.c.engine, APP, pt_inventory_find(t.r.c.inventory, &key));

		assert_int_equal(pair->state, PT_PAIR_EXCLUDED);
		assert_int_equal(pair->detail, PT_REASON_OPTED_OUT);
	}
	release_http(&t);
}

PT_TEST(tokens_that_hold_for_an_hour_are_renewed_on_the_way)
{
	const struct weather weather = {.bulk_above = NEVER_BULK, .token_life_ms = PT_HOUR_MS};
	uint64_t expected = undisturbed(1, NEVER_BULK);
	struct pt_err err = PT_ERR_INIT;
	struct http_train t;

	assert_int_equal(run_http(&t, 1, &weather, &err), 0);
	assert_int_equal(t.end, PT_DRIVE_FINISHED);
	audit(&t);
	assert_true(end_state(t.hub.platform) == expected);
	release_http(&t);
}

PT_TEST(a_small_daily_allowance_makes_the_train_slower_and_nothing_else)
{
	const struct weather weather = {.bulk_above = NEVER_BULK, .daily_limit = 150};
	struct pt_err err = PT_ERR_INIT;
	struct http_train t;

	assert_int_equal(run_http(&t, 1, &weather, &err), 0);
	assert_int_equal(t.end, PT_DRIVE_FINISHED);
	assert_int_not_equal(pt_engine_state(t.r.c.engine), PT_RUN_HALTED);
	audit(&t);
	release_http(&t);
}

PT_TEST(with_faults_at_random_every_promise_holds_and_the_end_is_the_same)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		const struct weather weather = {.bulk_above = seed % 2 ? NEVER_BULK : ALWAYS_BULK,
						.fault_ppm = 40000,
						.seed = (uint64_t)seed};
		struct pt_err err = PT_ERR_INIT;
		struct http_train t;
		int rc = run_http(&t, seed, &weather, &err);

		if (rc < 0 && pt_platform_nrequest(t.hub.platform) > 0)
			fail_msg("seed %d: %s", (int)seed, err.text);
		if (rc == 0) {
			assert_true(t.hub.nfault > 3);
			audit(&t);
			if (pt_engine_state(t.r.c.engine) == PT_RUN_HALTED)
				fail_msg("seed %d: halted", (int)seed);
			if (end_state(t.hub.platform) != undisturbed(seed, NEVER_BULK))
				fail_msg("seed %d: another end", (int)seed);
		}
		release_http(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_train_over_http_ends_as_a_rehearsal_does),
	    PT_RUN(a_look_up_is_disturbed_and_the_end_is_the_same),
	    PT_RUN(an_aborted_train_leaves_nothing_that_could_start_whatever_goes_wrong),
	    PT_RUN(orgs_that_opt_out_between_two_looks_are_left_out),
	    PT_RUN(tokens_that_hold_for_an_hour_are_renewed_on_the_way),
	    PT_RUN(a_small_daily_allowance_makes_the_train_slower_and_nothing_else),
	    PT_RUN(with_faults_at_random_every_promise_holds_and_the_end_is_the_same),
	    PT_RUN(each_fault_at_each_step_changes_nothing_in_the_end),
	};

	return cmocka_run_group_tests(tests, make_three, remove_folder);
}
