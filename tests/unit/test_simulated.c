/* The simulated platform through the push interface. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "config/suite.h"
#include "connectors/push/simulated/ids.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"

enum { BASE, APP, NPACKAGE };

#define T0     (INT64_C(1700000000) * 1000)
#define MINUTE PT_MINUTE_MS
#define HOUR   PT_HOUR_MS

#define V(major, minor)                                                                            \
	{                                                                                          \
		.part = {major, minor}, .npart = 2                                                 \
	}

static const struct pt_sim_need APP_NEEDS[] = {{BASE, V(1, 1)}};
static const struct pt_sim_version BASE_VERSIONS[] = {
    {.version = V(1, 0)},
    {.version = V(1, 1), .id = {"04t000000000001AAA"}},
    {.version = V(1, 2), .beta = true},
    {.version = V(1, 3), .deprecated = true},
};
static const struct pt_sim_version APP_VERSIONS[] = {
    {.version = V(2, 0)},
    {.version = V(2, 1), .need = APP_NEEDS, .nneed = 1},
};
static const struct pt_sim_package PACKAGES[] = {
    {"base", "The Base", "bas", BASE_VERSIONS, PT_ARRAY_LEN(BASE_VERSIONS), 1},
    {"app", "The App", "app", APP_VERSIONS, PT_ARRAY_LEN(APP_VERSIONS), 1},
};
static const struct pt_sim_catalogue CATALOGUE = {PACKAGES, NPACKAGE};

/* A platform and a session with it; every org has base 1.0 and app 2.0. */
struct world {
	struct pt_platform *platform;
	struct pt_push_session *session;
	int64_t now_ms;
	struct pt_push_reply reply; /* the last one */
};

static void world_open(struct world *w, uint32_t norg, const struct pt_sim_api *api)
{
	const struct pt_sim_behaviour plain = {.start_delay = {MINUTE, MINUTE},
					       .job_duration = {10 * MINUTE, 10 * MINUTE}};

	w->now_ms = T0;
	assert_int_equal(pt_platform_new(&w->platform, &CATALOGUE, &plain, 1, T0, NULL), 0);
	for (uint32_t i = 0; i < norg; i++) {
		struct pt_platform_org org = {
		    .type = PT_ORG_PRODUCTION, .status = PT_ORG_ACTIVE, .instance = "NA7"};
		struct pt_platform_change change = {.kind = PT_CHANGE_INSTALLED};

		org.key = pt_sim_org_key(1, i);
		assert_int_equal(pt_platform_add_org(&change.org, w->platform, &org, NULL), 0);
		for (change.package = 0; change.package < NPACKAGE; change.package++)
			assert_int_equal(pt_platform_change(w->platform, &change, NULL), 0);
	}
	assert_int_equal(pt_push_open_platform(&w->session, w->platform, api, NULL), 0);
}

static void world_close(struct world *w)
{
	w->session->ops->close(w->session);
	pt_platform_free(w->platform);
}

static void submit(struct world *w, const struct pt_push_call *call)
{
	assert_int_equal(w->session->ops->submit(w->session, call, w->now_ms, NULL), 0);
}

/* Waits for the next reply. */
static const struct pt_push_reply *receive(struct world *w)
{
	bool got = false;

	w->now_ms = w->session->ops->next_ms(w->session);
	assert_true(w->now_ms != PT_NEVER);
	assert_int_equal(w->session->ops->receive(&w->reply, &got, w->session, w->now_ms, NULL), 0);
	assert_true(got);
	return &w->reply;
}

static const struct pt_push_reply *ask(struct world *w, const struct pt_push_call *call)
{
	submit(w, call);
	return receive(w);
}

static struct pt_id package_id(const struct world *w, uint32_t package)
{
	return pt_platform_packages(w->platform)->item[package].id;
}

static struct pt_id version_id(const struct world *w, uint32_t package, uint32_t version)
{
	return pt_platform_packages(w->platform)->item[package].version[version].id;
}

/* Some orgs' keys, ascending. */
static struct pt_org_key *keys(const struct world *w, uint32_t n)
{
	struct pt_org_key *key = calloc(n + 1, sizeof(*key));

	assert_non_null(key);
	for (uint32_t i = 0; i < n; i++)
		key[i] = pt_platform_org(w->platform, pt_platform_ranked_org(w->platform, i)).key;
	return key;
}

static struct pt_id created(struct world *w, uint32_t package, uint32_t version)
{
	struct pt_push_call call = {.op = PT_PUSH_CREATE,
				    .version_id = version_id(w, package, version)};

	assert_int_equal(ask(w, &call)->outcome, PT_PUSH_OK);
	return w->reply.request;
}

static const struct pt_push_reply *about(struct world *w, enum pt_push_op op, struct pt_id request)
{
	struct pt_push_call call = {.op = op, .request = request};

	return ask(w, &call);
}

/* A request for the first n orgs, activated. */
static struct pt_id pushed(struct world *w, uint32_t package, uint32_t version, uint32_t n)
{
	struct pt_push_call call = {.op = PT_PUSH_ADD_JOBS, .norg = n};
	struct pt_org_key *key = keys(w, n);

	call.request = created(w, package, version);
	call.org = key;
	assert_int_equal(ask(w, &call)->nadd_failure, 0);
	free(key);
	assert_int_equal(about(w, PT_PUSH_ACTIVATE, call.request)->outcome, PT_PUSH_OK);
	return call.request;
}

static const struct pt_sim_api AT_ONCE = {.page_rows = 0};

PT_TEST(versions_are_listed_with_their_ids_and_states)
{
	struct pt_push_call call = {.op = PT_PUSH_VERSIONS, .cookie = 42, .namespace_ = "bas"};
	const struct pt_push_reply *reply;
	struct world w;

	world_open(&w, 1, &AT_ONCE);
	reply = ask(&w, &call);
	assert_int_equal(reply->cookie, 42);
	assert_int_equal(reply->op, PT_PUSH_VERSIONS);
	assert_int_equal(reply->outcome, PT_PUSH_OK);
	assert_memory_equal(reply->package_id.text, "033", 3);
	assert_int_equal(strlen(reply->package_id.text), 18);
	assert_int_equal(reply->nversion, 4);
	assert_string_equal(reply->version[1].id.text, "04t000000000001AAA");
	assert_true(reply->version[1].released && !reply->version[1].deprecated);
	assert_false(reply->version[2].released);
	assert_true(reply->version[3].deprecated);
	call.namespace_ = "nobody";
	reply = ask(&w, &call);
	assert_int_equal(reply->nversion, 0);
	assert_string_equal(reply->package_id.text, "");
	world_close(&w);
}

PT_TEST(subscribers_come_in_order_of_keys)
{
	struct pt_platform_change change = {.kind = PT_CHANGE_INSTALLED, .value = PT_PLATFORM_NONE};
	struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS};
	const struct pt_push_reply *reply;
	struct world w;

	world_open(&w, 50, &AT_ONCE);
	change.org = 3;
	assert_int_equal(pt_platform_change(w.platform, &change, NULL), 0);
	change.org = 4;
	change.kind = PT_CHANGE_BLOCKED;
	assert_int_equal(pt_platform_change(w.platform, &change, NULL), 0);
	call.package_id = package_id(&w, BASE);
	reply = ask(&w, &call);
	assert_int_equal(reply->nsubscriber, 50);
	for (size_t i = 0; i < 50; i++) {
		const struct pt_subscriber *one = &reply->subscriber[i];
		uint32_t org = pt_platform_find_org(w.platform, &one->org);

		assert_true(i == 0 || pt_org_key_cmp(&one[-1].org, &one->org) < 0);
		assert_int_equal(one->installed, org != 3);
		assert_int_equal(one->blocked, org == 4);
		assert_int_equal(one->type, PT_ORG_PRODUCTION);
		assert_int_equal(one->status, PT_ORG_ACTIVE);
		assert_string_equal(one->instance, "NA7");
		assert_string_equal(one->version_id.text, version_id(&w, BASE, 0).text);
		assert_true(one->name[0]);
	}
	call.package_id = (struct pt_id){"033000000000000AAA"};
	assert_int_equal(ask(&w, &call)->nsubscriber, 0);
	world_close(&w);
}

PT_TEST(subscribers_can_be_asked_for_by_org)
{
	struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS, .norg = 11};
	struct pt_org_key *key;
	struct world w;

	world_open(&w, 50, &AT_ONCE);
	key = keys(&w, 10);
	key[10] = (struct pt_org_key){"00Dzzzzzzzzzzzz"};
	call.org = key;
	call.package_id = package_id(&w, APP);
	assert_int_equal(ask(&w, &call)->nsubscriber, 10);
	for (size_t i = 0; i < 10; i++)
		assert_string_equal(w.reply.subscriber[i].org.text, key[i].text);
	free(key);
	world_close(&w);
}

PT_TEST(a_push_goes_from_created_to_succeeded)
{
	const struct pt_push_reply *reply;
	struct pt_push_call count = {.op = PT_PUSH_COUNT_JOBS, .nrequest = 1};
	struct pt_push_call live = {.op = PT_PUSH_LIVE_JOBS};
	struct pt_id request;
	struct world w;

	world_open(&w, 5, &AT_ONCE);
	request = pushed(&w, BASE, 1, 3);
	assert_memory_equal(request.text, "0DV", 3);
	count.requests = &request;
	live.package_id = package_id(&w, BASE);
	reply = ask(&w, &count);
	assert_int_equal(reply->ncount, 1);
	assert_int_equal(
	    reply->count[0].njob[PT_JOB_PENDING] + reply->count[0].njob[PT_JOB_IN_PROGRESS], 3);
	assert_int_equal(ask(&w, &live)->nlive, 3);
	w.now_ms += 11 * MINUTE;
	assert_int_equal(ask(&w, &count)->count[0].njob[PT_JOB_SUCCEEDED], 3);
	assert_int_equal(ask(&w, &live)->nlive, 0);
	reply = about(&w, PT_PUSH_JOBS, request);
	assert_int_equal(reply->njob, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(reply->job[i].state, PT_JOB_SUCCEEDED);
		assert_true(i == 0 ||
			    pt_org_key_cmp(&reply->job[i - 1].org, &reply->job[i].org) < 0);
	}
	assert_int_equal(about(&w, PT_PUSH_ERRORS, request)->nerror, 0);
	world_close(&w);
}

PT_TEST(errors_of_failed_jobs_are_read)
{
	const struct pt_push_reply *reply;
	struct pt_id request;
	struct world w;

	world_open(&w, 5, &AT_ONCE);
	request = pushed(&w, APP, 1, 4);
	w.now_ms += 11 * MINUTE;
	reply = about(&w, PT_PUSH_ERRORS, request);
	assert_int_equal(reply->nerror, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(reply->error[i].type, "IneligibleUpgrade");
		assert_string_equal(reply->error[i].title, "Dependent Package Conflict");
		assert_non_null(strstr(reply->error[i].message, "The Base 1.1"));
		assert_string_equal(reply->error[i].details, "");
		assert_true(i == 0 ||
			    pt_org_key_cmp(&reply->error[i - 1].org, &reply->error[i].org) < 0);
	}
	world_close(&w);
}

PT_TEST(live_jobs_can_be_asked_for_by_org)
{
	struct pt_push_call call = {.op = PT_PUSH_LIVE_JOBS, .norg = 4};
	struct pt_org_key *key;
	struct world w;

	world_open(&w, 10, &AT_ONCE);
	(void)pushed(&w, BASE, 1, 2);
	key = keys(&w, 4);
	call.org = key;
	call.package_id = package_id(&w, BASE);
	assert_int_equal(ask(&w, &call)->nlive, 2);
	assert_string_equal(w.reply.live[0].text, key[0].text);
	assert_string_equal(w.reply.live[1].text, key[1].text);
	call.package_id = package_id(&w, APP);
	assert_int_equal(ask(&w, &call)->nlive, 0);
	free(key);
	world_close(&w);
}

PT_TEST(what_the_platform_refuses_comes_with_its_words)
{
	struct pt_push_call call = {.op = PT_PUSH_CREATE};
	struct pt_org_key *key;
	struct pt_id request;
	struct world w;

	world_open(&w, 3, &AT_ONCE);
	call.version_id = version_id(&w, BASE, 2);
	assert_int_equal(ask(&w, &call)->outcome, PT_PUSH_REFUSED);
	assert_string_equal(w.reply.text,
			    "INVALID_OPERATION: A beta version of a package cannot be pushed.");
	assert_string_equal(w.reply.request.text, "");
	assert_int_equal(about(&w, PT_PUSH_ACTIVATE, package_id(&w, BASE))->outcome,
			 PT_PUSH_REFUSED);
	request = pushed(&w, BASE, 1, 1);
	assert_int_equal(about(&w, PT_PUSH_ACTIVATE, request)->outcome, PT_PUSH_REFUSED);
	key = keys(&w, 2);
	call = (struct pt_push_call){
	    .op = PT_PUSH_ADD_JOBS, .request = request, .org = key, .norg = 2};
	assert_int_equal(ask(&w, &call)->outcome, PT_PUSH_REFUSED);
	assert_int_equal(w.reply.nadd_failure, 0);
	w.now_ms += MINUTE;
	assert_int_equal(about(&w, PT_PUSH_CANCEL, request)->outcome, PT_PUSH_REFUSED);
	assert_non_null(strstr(w.reply.text, "canceled"));
	free(key);
	world_close(&w);
}

PT_TEST(orgs_that_were_not_added_are_named_with_the_reason)
{
	struct pt_push_call call = {.op = PT_PUSH_ADD_JOBS, .norg = 4};
	struct pt_org_key *key;
	struct world w;

	world_open(&w, 2, &AT_ONCE);
	key = realloc(keys(&w, 2), 4 * sizeof(*key));
	assert_non_null(key);
	key[2] = key[0];
	key[3] = (struct pt_org_key){"00Dzzzzzzzzzzzz"};
	call.request = created(&w, BASE, 1);
	call.org = key;
	assert_int_equal(ask(&w, &call)->outcome, PT_PUSH_OK);
	assert_int_equal(w.reply.nadd_failure, 2);
	assert_string_equal(w.reply.add_failure[0].org.text, key[0].text);
	assert_int_equal(w.reply.add_failure[0].result, PT_ADD_DUPLICATE);
	assert_memory_equal(w.reply.add_failure[0].text, "DUPLICATE_VALUE: ", 17);
	assert_string_equal(w.reply.add_failure[1].org.text, key[3].text);
	assert_int_equal(w.reply.add_failure[1].result, PT_ADD_INELIGIBLE);
	assert_non_null(
	    strstr(w.reply.add_failure[1].text, "not eligible to receive this upgrade"));
	assert_int_equal(about(&w, PT_PUSH_JOBS, call.request)->njob, 2);
	free(key);
	world_close(&w);
}

PT_TEST(a_canceled_request_has_canceled_jobs)
{
	struct pt_push_call count = {.op = PT_PUSH_COUNT_JOBS, .nrequest = 3};
	struct pt_id requests[3] = {{"0DV5f0zzzzzzzzzAAA"}};
	struct world w;

	world_open(&w, 3, &AT_ONCE);
	requests[1] = created(&w, APP, 1);
	requests[2] = pushed(&w, BASE, 1, 3);
	assert_int_equal(about(&w, PT_PUSH_CANCEL, requests[2])->outcome, PT_PUSH_OK);
	count.requests = requests;
	assert_int_equal(ask(&w, &count)->ncount, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(w.reply.count[i].request.text, requests[i].text);
		assert_int_equal(w.reply.count[i].njob[PT_JOB_CANCELED], i == 2 ? 3 : 0);
	}
	world_close(&w);
}

PT_TEST(requests_are_found_by_id_or_by_version_and_start)
{
	struct pt_push_call call = {.op = PT_PUSH_CREATE, .start_ms = T0 + HOUR};
	struct pt_push_call find = {.op = PT_PUSH_FIND, .start_ms = T0 + HOUR};
	struct pt_id first, second;
	struct world w;

	world_open(&w, 1, &AT_ONCE);
	find.version_id = call.version_id = version_id(&w, BASE, 1);
	assert_int_equal(ask(&w, &find)->nfound, 0);
	first = ask(&w, &call)->request;
	call.start_ms += 1000;
	(void)ask(&w, &call);
	call.start_ms -= 1000;
	call.version_id = version_id(&w, APP, 1);
	(void)ask(&w, &call);
	call.version_id = find.version_id;
	second = ask(&w, &call)->request;
	assert_int_equal(about(&w, PT_PUSH_CANCEL, second)->outcome, PT_PUSH_OK);
	assert_int_equal(ask(&w, &find)->nfound, 2);
	assert_string_equal(w.reply.found[0].request.text, first.text);
	assert_int_equal(w.reply.found[0].state, PT_JOB_CREATED);
	assert_string_equal(w.reply.found[1].request.text, second.text);
	assert_int_equal(w.reply.found[1].state, PT_JOB_CANCELED);
	assert_int_equal(about(&w, PT_PUSH_FIND, second)->nfound, 1);
	assert_string_equal(w.reply.found[0].request.text, second.text);
	assert_int_equal(about(&w, PT_PUSH_FIND, package_id(&w, BASE))->nfound, 0);
	world_close(&w);
}

PT_TEST(a_reply_takes_as_long_as_its_http_calls)
{
	const struct pt_sim_api slow = {.latency = {300, 300}, .page_rows = 10};
	struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS};
	struct pt_push_reply reply;
	struct world w;
	bool got = true;

	world_open(&w, 35, &slow);
	assert_int_equal(w.session->ops->next_ms(w.session), PT_NEVER);
	call.package_id = package_id(&w, BASE);
	submit(&w, &call);
	assert_int_equal(w.session->ops->next_ms(w.session), T0 + 1200);
	assert_int_equal(w.session->ops->receive(&reply, &got, w.session, T0 + 1199, NULL), 0);
	assert_false(got);
	assert_int_equal(receive(&w)->http_calls, 4);
	world_close(&w);
}

PT_TEST(replies_come_in_the_order_in_which_they_are_ready)
{
	const struct pt_sim_api slow = {.latency = {300, 300}, .page_rows = 10};
	struct pt_push_call page4 = {.op = PT_PUSH_SUBSCRIBERS, .cookie = 1};
	struct pt_push_call page1 = {.op = PT_PUSH_VERSIONS, .cookie = 2, .namespace_ = "bas"};
	struct pt_push_call again = {.op = PT_PUSH_VERSIONS, .cookie = 3, .namespace_ = "app"};
	struct world w;

	world_open(&w, 35, &slow);
	page4.package_id = package_id(&w, BASE);
	submit(&w, &page4);
	submit(&w, &page1);
	submit(&w, &again);
	assert_int_equal(receive(&w)->cookie, 2);
	assert_int_equal(receive(&w)->cookie, 3);
	assert_int_equal(receive(&w)->cookie, 1);
	assert_int_equal(w.session->ops->next_ms(w.session), PT_NEVER);
	for (uint64_t i = 10; i < 20; i++) {
		again.cookie = i;
		submit(&w, &again);
	}
	for (uint64_t i = 10; i < 20; i++)
		assert_int_equal(receive(&w)->cookie, i);
	world_close(&w);
}

PT_TEST(a_call_says_how_it_was_when_it_was_made)
{
	const struct pt_sim_api slow = {.latency = {30 * MINUTE, 30 * MINUTE}};
	struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS};
	struct world w;

	world_open(&w, 1, &slow);
	(void)pushed(&w, BASE, 1, 1);
	w.now_ms -= 29 * MINUTE; /* activated, and its answer not awaited */
	call.package_id = package_id(&w, BASE);
	submit(&w, &call);
	pt_platform_advance(w.platform, w.now_ms + 60 * MINUTE);
	assert_string_equal(receive(&w)->subscriber[0].version_id.text,
			    version_id(&w, BASE, 0).text);
	assert_string_equal(ask(&w, &call)->subscriber[0].version_id.text,
			    version_id(&w, BASE, 1).text);
	world_close(&w);
}

static uint32_t cost(struct world *w, struct pt_push_call call)
{
	return ask(w, &call)->http_calls;
}

PT_TEST(calls_cost_what_the_real_api_would_need)
{
	struct pt_push_call read = {.op = PT_PUSH_SUBSCRIBERS}, add = {.op = PT_PUSH_ADD_JOBS};
	struct pt_id requests[401];
	struct pt_org_key *key;
	struct world w;

	world_open(&w, 4500, &AT_ONCE);
	key = keys(&w, 4500);
	read.package_id = package_id(&w, APP);
	add.org = key;
	assert_int_equal(cost(&w, read), 3);
	read.org = key;
	read.norg = 501;
	assert_int_equal(cost(&w, read), 2);
	for (size_t i = 0; i < 4; i++) {
		static const size_t NORG[] = {1, 201, 2000, 2001};
		static const uint32_t CALLS[] = {1, 2, 10, 6};

		add.request = created(&w, APP, 1);
		add.norg = NORG[i];
		assert_int_equal(cost(&w, add), CALLS[i]);
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(requests); i++)
		requests[i] = add.request;
	assert_int_equal(cost(&w, (struct pt_push_call){.op = PT_PUSH_COUNT_JOBS,
							.requests = requests,
							.nrequest = 401}),
			 3);
	assert_int_equal(cost(&w, (struct pt_push_call){.op = PT_PUSH_LIVE_JOBS,
							.package_id = package_id(&w, APP)}),
			 2);
	assert_int_equal(about(&w, PT_PUSH_JOBS, add.request)->http_calls, 2);
	assert_int_equal(about(&w, PT_PUSH_ERRORS, add.request)->http_calls, 1);
	assert_int_equal(about(&w, PT_PUSH_ACTIVATE, add.request)->http_calls, 1);
	w.now_ms += 20 * MINUTE;
	assert_int_equal(about(&w, PT_PUSH_ERRORS, add.request)->http_calls, 2);
	free(key);
	world_close(&w);
}

PT_TEST(above_the_daily_limit_calls_are_put_off)
{
	const struct pt_sim_api few = {.daily_limit = 3};
	struct pt_push_call call = {.op = PT_PUSH_CREATE};
	struct world w;

	world_open(&w, 1, &few);
	call.version_id = version_id(&w, BASE, 1);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(&w, &call)->outcome, i < 3 ? PT_PUSH_OK : PT_PUSH_TEMPORARY);
	assert_memory_equal(w.reply.text, "REQUEST_LIMIT_EXCEEDED: ", 24);
	assert_int_equal(pt_platform_nrequest(w.platform), 3);
	w.now_ms += 23 * PT_HOUR_MS;
	assert_int_equal(ask(&w, &call)->outcome, PT_PUSH_TEMPORARY);
	for (int i = 0; i < 5; i++) {
		w.now_ms += i == 0 ? 2 * PT_HOUR_MS : i == 3 ? 1000 * PT_HOUR_MS : 0;
		assert_int_equal(ask(&w, &call)->outcome, PT_PUSH_OK);
	}
	world_close(&w);
}

PT_TEST(a_second_session_finds_what_the_first_one_left)
{
	struct pt_id request;
	struct world w;

	world_open(&w, 3, &AT_ONCE);
	request = pushed(&w, BASE, 1, 3);
	submit(&w, &(struct pt_push_call){.op = PT_PUSH_JOBS, .request = request});
	w.session->ops->close(w.session);
	assert_int_equal(pt_push_open_platform(&w.session, w.platform, &AT_ONCE, NULL), 0);
	assert_ptr_equal(pt_push_simulated_platform(w.session), w.platform);
	w.now_ms += 11 * MINUTE;
	assert_int_equal(about(&w, PT_PUSH_JOBS, request)->njob, 3);
	assert_int_equal(w.reply.job[0].state, PT_JOB_SUCCEEDED);
	world_close(&w);
}

PT_TEST(a_call_of_no_kind_is_our_mistake)
{
	struct pt_push_call call = {.op = PT_PUSH_NOP};
	struct pt_err err = PT_ERR_INIT;
	struct world w;

	world_open(&w, 1, &AT_ONCE);
	assert_int_equal(w.session->ops->submit(w.session, &call, T0, &err), -PT_E_INVALID);
	assert_int_equal(w.session->ops->next_ms(w.session), PT_NEVER);
	world_close(&w);
}

static void write_file(char path[64], const char *text)
{
	int fd;

	snprintf(path, 64, "/tmp/pushtrain-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static const char POPULATION[] =
    "seed: 3\norgs: 400\nsandboxes: 30%\nbundles: [{ packages: all, share: 100% }]\n"
    "failures: { transient: 20%, permanent: 5% }\n"
    "latencies: { start_delay: { typical: 5m, max: 2h }, job_duration: 4m }\n"
    "api: { latency: { typical: 200ms, max: 4s } }\n";

/* Everything that one push of both packages says, with its times. */
static void tell(struct pt_buf *out, int64_t seed)
{
	struct world w = {.now_ms = T0};
	struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS};
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_id request;
	char path[64];

	write_file(path, POPULATION);
	assert_int_equal(pt_push_open_simulated(&w.session, path, &CATALOGUE, seed, T0, &errs), 0);
	unlink(path);
	w.platform = pt_push_simulated_platform(w.session);
	call.package_id = package_id(&w, BASE);
	(void)ask(&w, &call);
	for (size_t i = 0; i < w.reply.nsubscriber; i++)
		pt_buf_printf(out, "%s %s %s\n", w.reply.subscriber[i].org.text,
			      w.reply.subscriber[i].parent.text, w.reply.subscriber[i].name);
	for (uint32_t package = 0; package < NPACKAGE; package++) {
		request = pushed(&w, package, 1, 400);
		w.now_ms += 4 * PT_HOUR_MS;
		(void)about(&w, PT_PUSH_ERRORS, request);
		for (size_t i = 0; i < w.reply.nerror; i++)
			pt_buf_printf(out, "%s %s %s\n", w.reply.error[i].org.text,
				      w.reply.error[i].title, w.reply.error[i].message);
		pt_buf_printf(out, "%lld\n", (long long)w.now_ms);
	}
	w.session->ops->close(w.session);
	pt_errs_release(&errs);
}

PT_TEST(the_same_seed_gives_the_same_answers_byte_for_byte)
{
	struct pt_buf a = PT_BUF_INIT, b = PT_BUF_INIT, c = PT_BUF_INIT;

	tell(&a, -1);
	tell(&b, 3);
	tell(&c, 4);
	assert_true(a.len > 20000);
	assert_string_equal(pt_buf_text(&a), pt_buf_text(&b));
	assert_string_not_equal(pt_buf_text(&a), pt_buf_text(&c));
	pt_buf_release(&a);
	pt_buf_release(&b);
	pt_buf_release(&c);
}

PT_TEST(a_population_that_is_wrong_does_not_open)
{
	struct pt_push_session *session = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	char path[64];

	write_file(path, "orgs: 0\nbundles: [{ packages: [bas], share: 100% }]\n");
	assert_int_equal(pt_push_open_simulated(&session, path, &CATALOGUE, -1, T0, &errs),
			 -PT_E_INVALID);
	unlink(path);
	assert_null(session);
	assert_int_equal(errs.n, 2);
	assert_string_equal(errs.item[1].text,
			    "bundles[0].packages[0]: unknown package 'bas', did you mean 'base'?");
	pt_errs_release(&errs);
}

PT_TEST_MAIN(PT_RUN(versions_are_listed_with_their_ids_and_states),
	     PT_RUN(subscribers_come_in_order_of_keys), PT_RUN(subscribers_can_be_asked_for_by_org),
	     PT_RUN(a_push_goes_from_created_to_succeeded), PT_RUN(errors_of_failed_jobs_are_read),
	     PT_RUN(live_jobs_can_be_asked_for_by_org),
	     PT_RUN(what_the_platform_refuses_comes_with_its_words),
	     PT_RUN(orgs_that_were_not_added_are_named_with_the_reason),
	     PT_RUN(a_canceled_request_has_canceled_jobs),
	     PT_RUN(requests_are_found_by_id_or_by_version_and_start),
	     PT_RUN(a_reply_takes_as_long_as_its_http_calls),
	     PT_RUN(replies_come_in_the_order_in_which_they_are_ready),
	     PT_RUN(a_call_says_how_it_was_when_it_was_made),
	     PT_RUN(calls_cost_what_the_real_api_would_need),
	     PT_RUN(above_the_daily_limit_calls_are_put_off),
	     PT_RUN(a_second_session_finds_what_the_first_one_left),
	     PT_RUN(a_call_of_no_kind_is_our_mistake),
	     PT_RUN(the_same_seed_gives_the_same_answers_byte_for_byte),
	     PT_RUN(a_population_that_is_wrong_does_not_open))
