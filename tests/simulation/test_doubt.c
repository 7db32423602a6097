/*
 * Promise 2 where it is hardest: the process died at the creation of a push request,
 * and there are others on the platform with its version and the second of its start.
 */
#include "tests/simulation/life_fixture.h"

/* The run, dead at its n-th creation of a request, before or after it took effect. */
static void die_at_create(struct life *life, enum death death, uint64_t n)
{
	for (uint64_t at = 10;; at++) {
		begin(life, 3, "confirmed");
		life->mortal.death = death;
		life->mortal.left = at;
		assert_false(live(life));
		if (life->mortal.last.op == PT_PUSH_CREATE && n-- == 0)
			return;
		end(life);
	}
}

/* Somebody else's request with that version and start, and with jobs for some orgs. */
static uint32_t foreign_request(struct life *life, const struct pt_org_key *org, size_t norg)
{
	struct pt_platform *platform = life->r.platform;
	enum pt_platform_add result[2];
	enum pt_refusal refusal;
	uint32_t request;

	pt_platform_advance(platform, life->r.c.clock.at_ms);
	assert_int_equal(pt_platform_create(&request, &refusal, platform,
					    &life->mortal.last.version_id,
					    life->mortal.last.start_ms, NULL),
			 0);
	assert_int_equal(refusal, PT_REFUSAL_NONE);
	if (norg == 0)
		return request;
	assert_int_equal(pt_platform_add_jobs(result, &refusal, platform, request, org, norg, NULL),
			 0);
	assert_int_equal(refusal, PT_REFUSAL_NONE);
	assert_int_equal(result[0], PT_PLATFORM_ADDED);
	return request;
}

static uint32_t index_of_package(const struct life *life)
{
	uint32_t package, version;

	assert_true(pt_sim_packages_find_version(&package, &version,
						 pt_platform_packages(life->r.platform),
						 &life->mortal.last.version_id));
	return package;
}

/* An org of the package that the run does not push in its first stage, so in no intent now. */
static struct pt_org_key outsider(const struct life *life)
{
	const struct rehearsal *r = &life->r;
	uint32_t package = index_of_package(life);

	for (uint32_t org = 0; org < r->norg; org++) {
		const struct pt_org_key *key = &pt_inventory_org(r->c.inventory, org)->key;
		uint32_t number = pt_platform_find_org(r->platform, key);
		struct pt_platform_org of = pt_platform_org(r->platform, number);

		if (r->c.audience.stage[org] == 1 && of.status == PT_ORG_ACTIVE &&
		    r->c.audience.reason[org] == PT_REASON_NONE &&
		    r->before[package * r->norg + org] < r->c.targets.target[package].version &&
		    pt_platform_installed(r->platform, number, package) != PT_PLATFORM_NONE)
			return *key;
	}
	fail_msg("no outsider");
	return (struct pt_org_key){""};
}

static void go_on(struct life *life)
{
	resurrect(life);
	life->mortal.left = UINT64_MAX;
	assert_true(live(life));
}

static uint32_t count_state(const struct life *life, enum pt_job_state state)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < pt_platform_nrequest(life->r.platform); i++)
		n += pt_platform_request(life->r.platform, i).state == state;
	return n;
}

PT_TEST(a_request_with_somebody_elses_org_is_left_alone)
{
	static const enum death deaths[] = {DEATH_BEFORE_CALL, DEATH_AFTER_CALL};

	for (size_t i = 0; i < PT_ARRAY_LEN(deaths); i++) {
		struct life life;
		uint32_t foreign;

		die_at_create(&life, deaths[i], i);
		struct pt_org_key org = outsider(&life);

		foreign = foreign_request(&life, &org, 1);
		go_on(&life);
		/* Not activated, not canceled, and nobody was added to it. */
		assert_int_equal(pt_platform_request(life.r.platform, foreign).state,
				 PT_JOB_CREATED);
		assert_int_equal(pt_platform_request(life.r.platform, foreign).njob, 1);
		assert_int_equal(count_state(&life, PT_JOB_CREATED), 1);
		end(&life);
	}
}

PT_TEST(of_two_that_may_be_ours_one_is_taken_and_the_other_canceled)
{
	struct life life;
	uint32_t twin;

	die_at_create(&life, DEATH_AFTER_CALL, 2);
	twin = foreign_request(&life, NULL, 0);
	go_on(&life);
	assert_int_equal(count_state(&life, PT_JOB_CREATED), 0);
	assert_int_equal(pt_platform_request(life.r.platform, twin).state, PT_JOB_CANCELED);
	assert_int_equal(pt_platform_request(life.r.platform, twin - 1).njob > 0, 1);
	audit(&life, true);
	end(&life);
}

PT_TEST(without_a_trace_it_is_made_again_only_after_the_calls_limit)
{
	struct life life;
	int64_t died_ms;
	uint32_t nrequest;

	die_at_create(&life, DEATH_BEFORE_CALL, 1);
	died_ms = life.r.c.clock.at_ms;
	nrequest = pt_platform_nrequest(life.r.platform);
	struct pt_id version = life.mortal.last.version_id;
	int64_t start_ms = life.mortal.last.start_ms;

	go_on(&life);
	for (uint32_t i = nrequest; i < pt_platform_nrequest(life.r.platform); i++) {
		struct pt_platform_request request = pt_platform_request(life.r.platform, i);
		const struct pt_platform_package *package =
		    &pt_platform_packages(life.r.platform)->item[request.package];

		if (strcmp(package->version[request.version].id.text, version.text) != 0)
			continue;
		/* Another second each time, and none before ten minutes have passed. */
		assert_int_not_equal(request.scheduled_ms, start_ms);
		assert_true(request.created_ms >= died_ms + 10 * PT_MINUTE_MS);
		break;
	}
	audit(&life, true);
	end(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_request_with_somebody_elses_org_is_left_alone),
	    PT_RUN(of_two_that_may_be_ours_one_is_taken_and_the_other_canceled),
	    PT_RUN(without_a_trace_it_is_made_again_only_after_the_calls_limit),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
