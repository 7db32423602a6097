/* The model of the platform: requests, orgs, ids, and that nothing but the seed decides. */
#include "tests/unit/platform_fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/rng.h"
#include "connectors/push/simulated/events.h"

static enum pt_refusal create_refusal(struct pt_platform *p, const struct pt_id *id)
{
	enum pt_refusal refusal;
	uint32_t request;

	assert_int_equal(pt_platform_create(&request, &refusal, p, id, 0, NULL), 0);
	return refusal;
}

PT_TEST(a_request_needs_a_version_that_is_known_released_and_not_deprecated)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	struct pt_id unknown = {"04t00000000000zAAA"}, beta = id_of(p, BASE, BASE_13_BETA),
		     old = id_of(p, BASE, BASE_14_OLD), good = {"04t000000000001AAA"};

	assert_int_equal(create_refusal(p, &unknown), PT_REFUSAL_VERSION_UNKNOWN);
	assert_int_equal(create_refusal(p, &beta), PT_REFUSAL_VERSION_BETA);
	assert_int_equal(create_refusal(p, &old), PT_REFUSAL_VERSION_DEPRECATED);
	assert_int_equal(pt_platform_nrequest(p), 0);
	assert_int_equal(create_refusal(p, &good), PT_REFUSAL_NONE);
	assert_int_equal(pt_platform_nrequest(p), 1);
	pt_platform_free(p);
}

PT_TEST(jobs_are_added_only_while_the_request_is_created)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 2);
	uint32_t request = push(p, BASE, BASE_12, 0, 1);
	struct pt_org_key key = pt_platform_org(p, 1).key;
	enum pt_platform_add result;
	enum pt_refusal refusal;

	assert_int_equal(pt_platform_add_jobs(&result, &refusal, p, request, &key, 1, NULL), 0);
	assert_int_equal(refusal, PT_REFUSAL_ADD);
	assert_int_equal(pt_platform_request(p, request).njob, 1);
	pt_platform_free(p);
}

PT_TEST(an_org_is_added_to_a_request_once)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t first = create(p, BASE, BASE_12, 0), second = create(p, BASE, BASE_12, 0);

	assert_int_equal(add(p, first, 0), PT_PLATFORM_ADDED);
	assert_int_equal(add(p, first, 0), PT_PLATFORM_DUPLICATE);
	assert_int_equal(add(p, second, 0), PT_PLATFORM_ADDED);
	assert_int_equal(pt_platform_request(p, first).njob, 1);
	assert_int_equal(pt_platform_njob(p), 2);
	pt_platform_free(p);
}

PT_TEST(orgs_that_cannot_be_upgraded_are_not_added)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 8);
	uint32_t request = create(p, BASE, BASE_12, 0);
	struct pt_org_key stranger = pt_sim_org_key(1, 8);
	enum pt_platform_add result;
	enum pt_refusal refusal;

	has(p, 0, BASE, PT_PLATFORM_NONE);
	change(p, 0, PT_CHANGE_STATUS, 1, 0, PT_ORG_INACTIVE);
	has(p, 2, BASE, BASE_13_BETA);
	has(p, 3, BASE, BASE_15);
	has(p, 4, BASE, BASE_12);
	change(p, 0, PT_CHANGE_BLOCKED, 5, BASE, 1);
	change(p, 0, PT_CHANGE_BLOCKED, 6, APP, 1);
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(add(p, request, i), PT_PLATFORM_INELIGIBLE);
	assert_int_equal(pt_platform_add_jobs(&result, &refusal, p, request, &stranger, 1, NULL),
			 0);
	assert_int_equal(result, PT_PLATFORM_INELIGIBLE);
	assert_int_equal(add(p, request, 6), PT_PLATFORM_ADDED);
	change(p, 0, PT_CHANGE_STATUS, 7, 0, PT_ORG_TRIAL);
	assert_int_equal(add(p, request, 7), PT_PLATFORM_ADDED);
	pt_platform_free(p);
}

PT_TEST(a_request_is_activated_once)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request = push(p, BASE, BASE_12, 0, 1);

	assert_int_equal(state_of(p, request), PT_JOB_PENDING);
	assert_int_equal(job_of(p, request, 0).state, PT_JOB_PENDING);
	assert_int_equal(pt_platform_activate(p, request), PT_REFUSAL_ACTIVATE);
	pt_platform_free(p);
}

PT_TEST(created_and_pending_requests_are_canceled_with_all_their_jobs)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 4);
	uint32_t created = create(p, BASE, BASE_12, 0), pending = push(p, BASE, BASE_12, 1, 3);

	assert_int_equal(add(p, created, 0), PT_PLATFORM_ADDED);
	assert_int_equal(pt_platform_cancel(p, created), PT_REFUSAL_NONE);
	assert_int_equal(pt_platform_cancel(p, pending), PT_REFUSAL_NONE);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(state_of(p, created), PT_JOB_CANCELED);
	assert_int_equal(state_of(p, pending), PT_JOB_CANCELED);
	assert_int_equal(pt_platform_request(p, pending).count[PT_JOB_CANCELED], 2);
	assert_int_equal(job_of(p, pending, 0).start_ms, PT_NEVER);
	assert_int_equal(pt_platform_installed(p, 1, BASE), BASE_10);
	assert_int_equal(pt_platform_cancel(p, created), PT_REFUSAL_CANCEL);
	assert_int_equal(pt_platform_activate(p, created), PT_REFUSAL_ACTIVATE);
	pt_platform_free(p);
}

PT_TEST(a_request_that_has_started_or_ended_is_not_canceled)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request = push(p, BASE, BASE_12, 0, 1);

	pt_platform_advance(p, T0);
	assert_int_equal(state_of(p, request), PT_JOB_IN_PROGRESS);
	assert_int_equal(pt_platform_cancel(p, request), PT_REFUSAL_CANCEL);
	pt_platform_advance(p, T0 + 10 * MINUTE);
	assert_int_equal(state_of(p, request), PT_JOB_SUCCEEDED);
	assert_int_equal(pt_platform_cancel(p, request), PT_REFUSAL_CANCEL);
	assert_int_equal(pt_platform_installed(p, 0, BASE), BASE_12);
	pt_platform_free(p);
}

PT_TEST(a_request_waits_for_its_time_and_then_for_the_platform)
{
	struct pt_sim_behaviour slow = PLAIN;
	struct pt_platform *p;
	uint32_t later, at_once;

	slow.start_delay = (struct pt_sim_spread){HOUR, HOUR};
	p = peopled(&slow, 1, 2);
	later = create(p, BASE, BASE_12, T0 + 24 * HOUR + 77);
	assert_int_equal(add(p, later, 0), PT_PLATFORM_ADDED);
	assert_int_equal(pt_platform_request(p, later).scheduled_ms, T0 + 24 * HOUR);
	pt_platform_advance(p, T0 + MINUTE);
	assert_int_equal(pt_platform_activate(p, later), PT_REFUSAL_NONE);
	at_once = push(p, BASE, BASE_12, 1, 2);
	pt_platform_advance(p, T0 + 100 * HOUR);
	assert_int_equal(pt_platform_request(p, later).start_ms, T0 + 25 * HOUR);
	assert_int_equal(pt_platform_request(p, at_once).start_ms, T0 + MINUTE + HOUR);
	assert_int_equal(pt_platform_request(p, at_once).end_ms, T0 + 11 * MINUTE + HOUR);
	pt_platform_free(p);
}

PT_TEST(a_request_that_is_never_activated_never_starts)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request = create(p, BASE, BASE_12, T0);

	assert_int_equal(add(p, request, 0), PT_PLATFORM_ADDED);
	pt_platform_advance(p, T0 + 1000 * HOUR);
	assert_int_equal(state_of(p, request), PT_JOB_CREATED);
	assert_int_equal(pt_platform_next_ms(p), PT_NEVER);
	pt_platform_free(p);
}

PT_TEST(a_request_is_in_progress_from_its_first_job_to_its_last)
{
	struct pt_sim_behaviour uneven = {.job_delay = {10 * MINUTE, HOUR},
					  .job_duration = {MINUTE, MINUTE}};
	struct pt_platform *p = peopled(&uneven, 1, 50);
	uint32_t request = push(p, BASE, BASE_12, 0, 50);
	struct pt_platform_request read;

	pt_platform_advance(p, T0);
	assert_int_equal(state_of(p, request), PT_JOB_PENDING);
	pt_platform_advance(p, pt_platform_next_ms(p));
	assert_int_equal(state_of(p, request), PT_JOB_IN_PROGRESS);
	assert_int_equal(pt_platform_request(p, request).count[PT_JOB_PENDING], 49);
	while (pt_platform_next_ms(p) != PT_NEVER) {
		assert_int_equal(state_of(p, request), PT_JOB_IN_PROGRESS);
		pt_platform_advance(p, pt_platform_next_ms(p));
	}
	read = pt_platform_request(p, request);
	assert_int_equal(read.state, PT_JOB_SUCCEEDED);
	assert_int_equal(read.count[PT_JOB_SUCCEEDED], 50);
	assert_int_equal(read.end_ms, pt_platform_now_ms(p));
	pt_platform_free(p);
}

PT_TEST(a_request_fails_with_its_first_failed_job_while_others_run)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 2);
	uint32_t request;

	has(p, 1, BASE, BASE_12);
	request = push(p, APP, APP_21, 0, 2);
	pt_platform_advance(p, T0 + 5 * MINUTE);
	assert_int_equal(state_of(p, request), PT_JOB_FAILED);
	assert_int_equal(pt_platform_request(p, request).count[PT_JOB_IN_PROGRESS], 1);
	assert_int_equal(pt_platform_request(p, request).end_ms, PT_NEVER);
	pt_platform_advance(p, T0 + 10 * MINUTE);
	assert_int_equal(state_of(p, request), PT_JOB_FAILED);
	assert_int_equal(pt_platform_request(p, request).count[PT_JOB_SUCCEEDED], 1);
	assert_int_equal(pt_platform_request(p, request).end_ms, T0 + 10 * MINUTE);
	assert_int_equal(pt_platform_installed(p, 1, APP), APP_21);
	pt_platform_free(p);
}

PT_TEST(a_request_without_jobs_succeeds_when_it_starts)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	uint32_t request = push(p, BASE, BASE_12, 0, 0);

	pt_platform_advance(p, T0);
	assert_int_equal(state_of(p, request), PT_JOB_SUCCEEDED);
	pt_platform_free(p);
}

/* The request and its two jobs start, the jobs end; an org's own doing counts, what is at once not.
 */
PT_TEST(what_happens_by_itself_is_counted)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 2);

	push(p, BASE, BASE_12, 0, 2);
	change(p, T0, PT_CHANGE_BLOCKED, 0, LONE, 1);
	change(p, T0 + 2 * HOUR, PT_CHANGE_BLOCKED, 0, LONE, 0);
	assert_int_equal(pt_platform_nevent(p), 0);
	pt_platform_advance(p, T0);
	assert_int_equal(pt_platform_nevent(p), 3);
	pt_platform_advance(p, T0 + HOUR);
	assert_int_equal(pt_platform_nevent(p), 5);
	pt_platform_advance(p, T0 + 3 * HOUR);
	assert_int_equal(pt_platform_nevent(p), 6);
	pt_platform_free(p);
}

PT_TEST(the_subscriber_record_of_an_uninstalled_package_stays)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 1);
	struct pt_platform_record record;

	has(p, 0, BASE, PT_PLATFORM_NONE);
	assert_true(pt_platform_record(&record, p, 0, BASE));
	assert_false(record.installed);
	assert_int_equal(record.version, BASE_10);
	assert_int_equal(pt_platform_installed(p, 0, BASE), PT_PLATFORM_NONE);
	assert_false(pt_platform_record(&record, p, 0, LONE));
	pt_platform_free(p);
}

PT_TEST(live_orgs_are_those_with_a_job_that_has_not_ended)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 300);
	uint32_t created, canceled, *org;
	size_t n;

	(void)push(p, BASE, BASE_12, 0, 100);
	pt_platform_advance(p, T0 + HOUR);
	created = create(p, BASE, BASE_15, 0);
	assert_int_equal(add(p, created, 250), PT_PLATFORM_ADDED);
	assert_int_equal(add(p, created, 7), PT_PLATFORM_ADDED);
	(void)push(p, BASE, BASE_15, 249, 252);
	(void)push(p, APP, APP_21, 10, 20);
	canceled = push(p, BASE, BASE_12, 100, 200);
	assert_int_equal(pt_platform_cancel(p, canceled), PT_REFUSAL_NONE);
	assert_int_equal(pt_platform_live_orgs(&org, &n, p, BASE, NULL), 0);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++) {
		assert_true(org[i] == 7 || (org[i] >= 249 && org[i] < 252));
		assert_true(pt_platform_live(p, org[i], BASE));
		if (i > 0) {
			struct pt_org_key a = pt_platform_org(p, org[i - 1]).key;
			struct pt_org_key b = pt_platform_org(p, org[i]).key;

			assert_true(pt_org_key_cmp(&a, &b) < 0);
		}
	}
	assert_false(pt_platform_live(p, 0, BASE));
	assert_false(pt_platform_live(p, 150, BASE));
	free(org);
	pt_platform_free(p);
}

PT_TEST(every_live_org_is_found_wherever_its_key_ranks)
{
	static const uint32_t RANK[] = {0, 63, 64, 127, 192, 256, 299};
	struct pt_platform *p = peopled(&PLAIN, 1, 300);

	for (size_t i = 0; i < PT_ARRAY_LEN(RANK); i++) {
		uint32_t request = create(p, APP, APP_21, 0), *org;
		size_t n;

		assert_int_equal(add(p, request, pt_platform_ranked_org(p, RANK[i])), 0);
		assert_int_equal(pt_platform_live_orgs(&org, &n, p, APP, NULL), 0);
		assert_int_equal(n, 1);
		assert_int_equal(org[0], pt_platform_ranked_org(p, RANK[i]));
		free(org);
		assert_int_equal(pt_platform_cancel(p, request), PT_REFUSAL_NONE);
	}
	pt_platform_free(p);
}

PT_TEST(jobs_of_a_request_are_in_order_of_keys_however_they_were_added)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 500);
	uint32_t request = push(p, BASE, BASE_12, 0, 500);
	struct pt_org_key last = {{0}};

	for (size_t i = 0; i < 500; i++) {
		struct pt_org_key key = pt_platform_org(p, job_of(p, request, i).org).key;

		assert_true(pt_org_key_cmp(&last, &key) < 0);
		last = key;
	}
	pt_platform_free(p);
}

PT_TEST(an_org_that_joins_later_finds_its_place)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 40);
	struct pt_platform_org late = {
	    .type = PT_ORG_SANDBOX, .status = PT_ORG_FREE, .instance = "CS9"};
	uint32_t number;

	late.key = pt_sim_org_key(1, 1000);
	late.parent = pt_platform_org(p, 3).key;
	assert_int_equal(pt_platform_add_org(&number, p, &late, NULL), 0);
	assert_int_equal(number, 40);
	assert_int_equal(pt_platform_find_org(p, &late.key), 40);
	for (uint32_t i = 0; i + 1 < pt_platform_norg(p); i++) {
		struct pt_org_key a = pt_platform_org(p, pt_platform_ranked_org(p, i)).key;
		struct pt_org_key b = pt_platform_org(p, pt_platform_ranked_org(p, i + 1)).key;

		assert_true(pt_org_key_cmp(&a, &b) < 0);
	}
	assert_int_equal(pt_platform_add_org(&number, p, &late, NULL), -PT_E_INVALID);
	has(p, 40, BASE, BASE_10);
	assert_int_equal(push(p, BASE, BASE_12, 0, 41), 0);
	pt_platform_free(p);
}

PT_TEST(ids_are_valid_and_can_be_read_back)
{
	struct pt_platform *p = peopled(&PLAIN, 1, 3);
	uint32_t request = push(p, BASE, BASE_12, 0, 3), found;
	struct pt_id id = pt_platform_request(p, request).id, job = job_of(p, request, 2).id;
	struct pt_id stranger = pt_sim_id_numbered("0DV", 7);
	char text[19];

	assert_int_equal(pt_id_parse(text, "0DV", id.text, NULL), 0);
	assert_string_equal(text, id.text);
	assert_int_equal(pt_id_parse(text, "0DX", job.text, NULL), 0);
	assert_true(pt_platform_find_request(&found, p, &id));
	assert_int_equal(found, request);
	assert_true(pt_platform_find_job(&found, p, &job));
	assert_false(pt_platform_find_request(&found, p, &job));
	assert_false(pt_platform_find_request(&found, p, &stranger));
	for (uint32_t i = 0; i < NPACKAGE; i++)
		assert_int_equal(
		    pt_id_parse(text, "033", pt_platform_packages(p)->item[i].id.text, NULL), 0);
	pt_platform_free(p);
}

static const struct pt_sim_behaviour ROUGH = {
    .failures =
	{
	    .transient_ppm = 100000,
	    .permanent_ppm = 50000,
	    .stuck_ppm = 10000,
	    .not_yet_ppm = 200000,
	    .not_yet_for = {2 * HOUR, 30 * HOUR},
	    .stuck_for = {HOUR, 9 * HOUR},
	},
    .start_delay = {10 * MINUTE, 3 * HOUR},
    .job_delay = {MINUTE, HOUR},
    .job_duration = {4 * MINUTE, 45 * MINUTE},
    .record_lag = {MINUTE, 20 * MINUTE},
};

/* Everything that can be read of a platform. */
static void dump(struct pt_buf *out, struct pt_platform *p)
{
	for (uint32_t i = 0; i < pt_platform_nrequest(p); i++) {
		struct pt_platform_request r = pt_platform_request(p, i);

		pt_buf_printf(out, "%s %d %lld %lld\n", r.id.text, r.state, (long long)r.start_ms,
			      (long long)r.end_ms);
	}
	for (uint32_t i = 0; i < pt_platform_njob(p); i++) {
		struct pt_platform_job job = pt_platform_job(p, i);
		struct pt_sim_error error;

		pt_buf_printf(out, "%s %u %d %u %lld %lld\n", job.id.text, job.org, job.state,
			      job.attempt, (long long)job.start_ms, (long long)job.end_ms);
		for (uint32_t j = 0; j < pt_platform_nerror(p, i); j++) {
			pt_platform_error(&error, p, i, j);
			pt_buf_printf(out, "  %s|%s|%s|%s\n", error.type, error.title,
				      error.message, error.details);
		}
	}
	for (uint32_t i = 0; i < pt_platform_norg(p); i++)
		for (uint32_t j = 0; j < NPACKAGE; j++)
			pt_buf_printf(out, "%u", pt_platform_installed(p, i, j));
	assert_int_equal(pt_buf_check(out, NULL), 0);
}

/* Three days: bases, then apps, then everything again; written down at every step. */
static void live_through(struct pt_buf *out, uint64_t seed)
{
	struct pt_platform *p = peopled(&ROUGH, seed, 300);

	for (int day = 0; day < 3; day++)
		for (uint32_t package = BASE; package <= APP; package++) {
			uint32_t request = create(p, package, package == BASE ? BASE_12 : APP_21,
						  T0 + day * 24 * HOUR + package * 4 * HOUR);

			for (uint32_t i = 0; i < 300; i++)
				(void)add(p, request, i);
			assert_int_equal(pt_platform_activate(p, request), PT_REFUSAL_NONE);
			pt_platform_advance(p, pt_platform_now_ms(p) + 12 * HOUR);
			dump(out, p);
		}
	pt_platform_free(p);
}

PT_TEST(the_same_seed_gives_the_same_history_byte_for_byte)
{
	struct pt_buf a = PT_BUF_INIT, b = PT_BUF_INIT, c = PT_BUF_INIT;

	live_through(&a, 5);
	live_through(&b, 5);
	live_through(&c, 6);
	assert_true(a.len > 100000);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_true(a.len != c.len || memcmp(a.data, c.data, a.len) != 0);
	pt_buf_release(&a);
	pt_buf_release(&b);
	pt_buf_release(&c);
}

/* What became of each org: one line an org and package, for jobs of either package. */
static void outcomes(struct pt_buf *out, struct pt_platform *p)
{
	for (uint32_t rank = 0; rank < pt_platform_norg(p); rank++)
		for (uint32_t package = BASE; package <= APP; package++) {
			uint32_t org = pt_platform_ranked_org(p, rank);

			pt_buf_printf(out, "%u", pt_platform_installed(p, org, package));
			for (uint32_t i = 0; i < pt_platform_njob(p); i++) {
				struct pt_platform_job job = pt_platform_job(p, i);

				if (job.org == org &&
				    pt_platform_request(p, job.request).package == package)
					pt_buf_printf(out, " %d/%d/%lld", job.state, job.cause,
						      (long long)job.end_ms);
			}
			pt_buf_char(out, '\n');
		}
}

/* The same pushes: in one request or in several, forwards or backwards, orgs in any order. */
static void push_in_order(struct pt_buf *out, uint32_t parts, bool backwards)
{
	struct pt_platform *p = platform_of(&ROUGH, 9, 0);
	uint32_t request[2][10];

	for (uint32_t i = 0; i < 100; i++) {
		struct pt_platform_org org = {.type = PT_ORG_PRODUCTION, .status = PT_ORG_ACTIVE};
		uint32_t number;

		org.key = pt_sim_org_key(1, backwards ? 99 - i : i);
		snprintf(org.instance, sizeof(org.instance), "NA%d", org.key.text[5] % 4);
		assert_int_equal(pt_platform_add_org(&number, p, &org, NULL), 0);
		has(p, number, BASE, BASE_10);
		has(p, number, APP, APP_20);
	}
	for (uint32_t k = 0; k < 2 * parts; k++) {
		uint32_t step = backwards ? 2 * parts - 1 - k : k, package = step % 2;

		request[package][step / 2] = create(p, package, package == BASE ? BASE_12 : APP_21,
						    T0 + (package == BASE ? 0 : 5 * HOUR));
	}
	for (uint32_t i = 0; i < 200; i++) {
		struct pt_org_key key = pt_sim_org_key(1, i / 2);
		uint32_t part = (uint32_t)key.text[9] % parts;

		assert_int_equal(add(p, request[i % 2][part], pt_platform_find_org(p, &key)), 0);
	}
	for (uint32_t k = 0; k < 2 * parts; k++)
		assert_int_equal(pt_platform_activate(p, request[k % 2][k / 2]), PT_REFUSAL_NONE);
	pt_platform_advance(p, T0 + 48 * HOUR);
	outcomes(out, p);
	pt_platform_free(p);
}

PT_TEST(outcomes_do_not_depend_on_the_order_of_calls)
{
	struct pt_buf once = PT_BUF_INIT, again = PT_BUF_INIT;

	push_in_order(&once, 1, false);
	for (uint32_t parts = 1; parts <= 10; parts += 3) {
		push_in_order(&again, parts, true);
		assert_string_equal(pt_buf_text(&once), pt_buf_text(&again));
		pt_buf_clear(&again);
	}
	pt_buf_release(&once);
	pt_buf_release(&again);
}

PT_TEST(events_come_by_time_then_rank_then_subject)
{
	struct pt_sim_events events = PT_SIM_EVENTS_INIT;
	struct pt_sim_event event, last = {0};

	assert_int_equal(pt_sim_events_reserve(&events, 5000, NULL), 0);
	for (uint32_t i = 0; i < 5000; i++) {
		event.at_ms = (int64_t)pt_rng_below(pt_rng_mix(1, i), 300);
		event.rank = (uint32_t)pt_rng_below(pt_rng_mix(2, i), 3);
		event.subject = i;
		pt_sim_events_push(&events, event);
	}
	assert_false(pt_sim_events_pop(&event, &events, -1));
	for (uint32_t i = 0; i < 5000; i++) {
		assert_true(pt_sim_events_pop(&event, &events, 300));
		assert_true(event.at_ms > last.at_ms ||
			    (event.at_ms == last.at_ms && event.rank > last.rank) ||
			    (event.rank == last.rank && event.subject >= last.subject));
		last = event;
	}
	assert_int_equal(pt_sim_events_next_ms(&events), PT_NEVER);
	pt_sim_events_release(&events);
}

static void refuses(const struct pt_sim_package *package, size_t npackage, enum pt_errc code,
		    const char *text)
{
	const struct pt_sim_catalogue catalogue = {package, npackage};
	struct pt_err err = PT_ERR_INIT;
	struct pt_platform *p = NULL;

	assert_int_equal(pt_platform_new(&p, &catalogue, &PLAIN, 1, T0, &err), -(int)code);
	assert_string_equal(err.text, text);
	assert_null(p);
}

PT_TEST(a_catalogue_that_cannot_be_is_refused)
{
	const struct pt_sim_need stray[] = {{9, V(1, 0)}};
	const struct pt_sim_version down[] = {{.version = V(1, 1)}, {.version = V(1, 0)}};
	const struct pt_sim_version wrong[] = {{.version = V(1, 1), .id = {"04tx"}}};
	const struct pt_sim_version needy[] = {{.version = V(1, 1), .need = stray, .nneed = 1}};
	const struct pt_sim_package order = {"a", "A", "a", down, 2, 0};
	const struct pt_sim_package bad_id = {"a", "A", "a", wrong, 1, 0};
	const struct pt_sim_package needs = {"a", "A", "a", needy, 1, 0};
	const struct pt_sim_package twice[] = {{"a", "A", "a", BASE_VERSIONS, 3, 0},
					       {"b", "B", "b", BASE_VERSIONS, 3, 0}};
	const struct pt_sim_catalogue catalogue = {&bad_id, 1};
	struct pt_platform *p;

	refuses(&order, 1, PT_E_INVALID, "package 'a': version 1.0 is out of order");
	refuses(&needs, 1, PT_E_INVALID, "package 'a': version 1.1: a need of no package");
	refuses(twice, 2, PT_E_INVALID, "two versions have the id '04t000000000001'");
	assert_true(pt_platform_new(&p, &catalogue, &PLAIN, 1, T0, NULL) < 0);
}

PT_TEST_MAIN(PT_RUN(a_request_needs_a_version_that_is_known_released_and_not_deprecated),
	     PT_RUN(jobs_are_added_only_while_the_request_is_created),
	     PT_RUN(an_org_is_added_to_a_request_once),
	     PT_RUN(orgs_that_cannot_be_upgraded_are_not_added),
	     PT_RUN(a_request_is_activated_once),
	     PT_RUN(created_and_pending_requests_are_canceled_with_all_their_jobs),
	     PT_RUN(a_request_that_has_started_or_ended_is_not_canceled),
	     PT_RUN(a_request_waits_for_its_time_and_then_for_the_platform),
	     PT_RUN(a_request_that_is_never_activated_never_starts),
	     PT_RUN(a_request_is_in_progress_from_its_first_job_to_its_last),
	     PT_RUN(a_request_fails_with_its_first_failed_job_while_others_run),
	     PT_RUN(a_request_without_jobs_succeeds_when_it_starts),
	     PT_RUN(what_happens_by_itself_is_counted),
	     PT_RUN(the_subscriber_record_of_an_uninstalled_package_stays),
	     PT_RUN(live_orgs_are_those_with_a_job_that_has_not_ended),
	     PT_RUN(every_live_org_is_found_wherever_its_key_ranks),
	     PT_RUN(jobs_of_a_request_are_in_order_of_keys_however_they_were_added),
	     PT_RUN(an_org_that_joins_later_finds_its_place),
	     PT_RUN(ids_are_valid_and_can_be_read_back),
	     PT_RUN(the_same_seed_gives_the_same_history_byte_for_byte),
	     PT_RUN(outcomes_do_not_depend_on_the_order_of_calls),
	     PT_RUN(events_come_by_time_then_rank_then_subject),
	     PT_RUN(a_catalogue_that_cannot_be_is_refused))
