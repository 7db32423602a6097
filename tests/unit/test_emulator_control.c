/* The emulator's control path: the clock, faults, what orgs do, and what was asked. */
#include "tests/unit/emulator_fixture.h"

PT_TEST(the_clock_moves_on_order_and_never_back)
{
	struct served s = serve(1);

	pass_time(&s, "{\"advance_ms\":1000}");
	assert_int_equal(pt_platform_now_ms(s.platform), T0 + 1000);
	pass_time(&s, "{\"to_ms\":1}");
	assert_int_equal(pt_platform_now_ms(s.platform), T0 + 1000);
	ask(&s, "POST", "/_control/clock", "{\"advance_ms\":-1}");
	assert_int_equal(s.status, 400);
	ask(&s, "POST", "/_control/clock", "{}");
	assert_int_equal(s.status, 400);
	end_service(&s);
}

/* However often it is moved, it stays a time. */
PT_TEST(the_clock_has_an_end)
{
	struct served s = serve(1);

	for (int i = 0; i < 20; i++)
		ask(&s, "POST", "/_control/clock", "{\"advance_ms\":2305843009213693950}");
	assert_true(pt_platform_now_ms(s.platform) > 0);
	assert_true(pt_platform_now_ms(s.platform) < PT_NEVER / 2);
	end_service(&s);
}

PT_TEST(the_clock_may_follow_the_client)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_FOLLOWS};
	struct served s = serve_as(&conf, 1);

	s.authorization = "Bearer " TOKEN "\r\nPushtrain-Now: 1700000005000";
	ask(&s, "GET", DATA "limits", NULL);
	assert_int_equal(s.status, 200);
	assert_int_equal(pt_platform_now_ms(s.platform), INT64_C(1700000005000));
	s.authorization = "Bearer " TOKEN "\r\nPushtrain-Now: 1700000001000";
	ask(&s, "GET", DATA "limits", NULL);
	assert_int_equal(pt_platform_now_ms(s.platform), INT64_C(1700000005000));
	end_service(&s);
}

PT_TEST(faults_are_ordered_and_called_off)
{
	struct served s = serve(1);

	expect(&s, "POST", "/_control/faults",
	       "{\"kind\":\"unavailable\",\"method\":\"GET\",\"path\":\"limits\",\"times\":5}", 200,
	       "{}\n");
	ask(&s, "GET", DATA "limits", NULL);
	assert_int_equal(s.status, 503);
	expect(&s, "DELETE", "/_control/faults", NULL, 200, "{}\n");
	ask(&s, "GET", DATA "limits", NULL);
	assert_int_equal(s.status, 200);
	ask(&s, "POST", "/_control/faults", "{\"kind\":\"none such\"}");
	assert_int_equal(s.status, 400);
	ask(&s, "POST", "/_control/faults", "{\"kind\":\"error\",\"path\":\"(\"}");
	assert_int_equal(s.status, 400);
	end_service(&s);
}

PT_TEST(orgs_do_things_of_their_own)
{
	struct served s = serve(2);
	struct pt_platform_record record;

	expect(&s, "POST", "/_control/change",
	       "{\"org\":\"" ORG_0 "\",\"package\":\"base\",\"installed\":\"1.1\"}", 200, "{}\n");
	assert_int_equal(pt_platform_installed(s.platform, 0, BASE), BASE_11);
	expect(&s, "POST", "/_control/change",
	       "{\"org\":\"" ORG_0 "\",\"package\":\"base\",\"installed\":null}", 200, "{}\n");
	assert_int_equal(pt_platform_installed(s.platform, 0, BASE), PT_PLATFORM_NONE);
	expect(&s, "POST", "/_control/change",
	       "{\"org\":\"" ORG_1 "\",\"package\":\"base\",\"blocked\":true}", 200, "{}\n");
	assert_true(pt_platform_record(&record, s.platform, 1, BASE) && record.blocked);
	expect(&s, "POST", "/_control/change", "{\"org\":\"" ORG_1 "\",\"active\":false}", 200,
	       "{}\n");
	assert_int_equal(pt_platform_org(s.platform, 1).status, PT_ORG_INACTIVE);
	ask(&s, "POST", "/_control/change", "{\"org\":\"" NO_ORG "\",\"active\":false}");
	assert_int_equal(s.status, 400);
	end_service(&s);
}

PT_TEST(what_was_asked_is_told)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	expect(&s, "GET", "/_control/log", NULL, 200,
	       "[{\"n\":1,\"at\":1700000000000,\"method\":\"POST\",\"path\":\"" DATA
	       "sobjects/PackagePushRequest\",\"status\":201}]\n");
	expect(&s, "GET", "/_control/state", NULL, 200,
	       "{\n  \"now_ms\": 1700000000000,\n  \"requests\": 3,\n  \"faults\": 0,\n"
	       "  \"api_used\": 1,\n  \"push_requests\": [{\"id\": \"" REQUEST_1
	       "\", \"package\": \"base\", \"status\": \"Created\", \"jobs\": 0}\n  ]\n}\n");
	end_service(&s);
}

PT_TEST(there_is_no_control_unless_it_was_asked_for)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_MANUAL};
	struct served s = serve_as(&conf, 1);

	ask(&s, "POST", "/_control/clock", "{\"advance_ms\":1000}");
	assert_int_equal(s.status, 404);
	assert_int_equal(pt_platform_now_ms(s.platform), T0);
	end_service(&s);
}

PT_TEST_MAIN(PT_RUN(the_clock_moves_on_order_and_never_back), PT_RUN(the_clock_has_an_end),
	     PT_RUN(the_clock_may_follow_the_client), PT_RUN(faults_are_ordered_and_called_off),
	     PT_RUN(orgs_do_things_of_their_own), PT_RUN(what_was_asked_is_told),
	     PT_RUN(there_is_no_control_unless_it_was_asked_for))
