/* The emulator's single records: push requests and jobs made, changed, read and queried. */
#include "tests/unit/emulator_fixture.h"

#define REQUESTS DATA "sobjects/PackagePushRequest"
#define NOT_FOUND                                                                                  \
	"[{\"message\":\"The requested resource does not exist\",\"errorCode\":\"NOT_FOUND\"}]"

PT_TEST(a_push_request_is_made_activated_and_ends)
{
	struct served s = serve(2);

	make_request(&s, REQUEST_1);
	expect(&s, "POST", DATA "sobjects/PackagePushJob",
	       "{\"PackagePushRequestId\":\"" REQUEST_1 "\",\"SubscriberOrganizationKey\":\"" ORG_0
	       "\"}",
	       201, ADDED(JOB_1));
	expect(&s, "PATCH", REQUESTS "/" REQUEST_1, "{\"Status\":\"Pending\"}", 204, "");
	pass_time(&s, "{\"advance_ms\":60000}");
	expect_soql(&s, "SELECT Id, Status FROM PackagePushRequest",
		    "{\"totalSize\":1,\"done\":true,\"records\":[{\"attributes\":{\"type\":"
		    "\"PackagePushRequest\",\"url\":\"/services/data/v62.0/sobjects/"
		    "PackagePushRequest/" REQUEST_1 "\"},\"Id\":\"" REQUEST_1
		    "\",\"Status\":\"InProgress\"}]}");
	pass_time(&s, "{\"advance_ms\":86400000}");
	expect_soql(&s, "SELECT COUNT() FROM PackagePushJob WHERE Status = 'Succeeded'",
		    "{\"totalSize\":1,\"done\":true,\"records\":[]}");
	assert_int_equal(pt_platform_installed(s.platform, 0, BASE), BASE_12);
	assert_int_equal(pt_platform_installed(s.platform, 1, BASE), BASE_10);
	end_service(&s);
}

PT_TEST(what_makes_no_push_request_is_said)
{
	static const struct {
		const char *body, *answer;
	} cases[] = {
	    {"{\"PackageVersionId\":\"" BASE_12ID "\",\"Colour\":1}",
	     "[{\"message\":\"No such column 'Colour' on sobject of type PackagePushRequest\","
	     "\"errorCode\":\"INVALID_FIELD\"}]"},
	    {"{}", "[{\"message\":\"Required fields are missing: [PackageVersionId]\","
		   "\"errorCode\":\"REQUIRED_FIELD_MISSING\",\"fields\":[\"PackageVersionId\"]}]"},
	    {"{\"PackageVersionId\":\"04t1\"}",
	     "[{\"message\":\"PackageVersionId: id value of incorrect type: 04t1\","
	     "\"errorCode\":\"MALFORMED_ID\",\"fields\":[\"PackageVersionId\"]}]"},
	    {"{\"PackageVersionId\":\"" BASE_12ID "\",\"ScheduledStartTime\":\"soon\"}",
	     "[{\"message\":\"Cannot deserialize instance of datetime from VALUE_STRING value "
	     "soon\",\"errorCode\":\"JSON_PARSER_ERROR\"}]"},
	    {"{\"PackageVersionId\":\"" BASE_12ID "\",\"Status\":\"Pending\"}",
	     "[{\"message\":\"A push request is made with the status Created.\","
	     "\"errorCode\":\"INVALID_STATUS\",\"fields\":[\"Status\"]}]"},
	    {"{\"PackageVersionId\":\"04t5f0FuR800LBtAKM\"}",
	     "[{\"message\":\"A beta version of a package cannot be pushed.\","
	     "\"errorCode\":\"INVALID_OPERATION\",\"fields\":[\"PackageVersionId\"]}]"},
	    {"{\"PackageVersionId\":\"04t00000000000zAAA\"}",
	     "[{\"message\":\"no package version has this PackageVersionId\","
	     "\"errorCode\":\"INVALID_CROSS_REFERENCE_KEY\",\"fields\":[\"PackageVersionId\"]}]"},
	    {"[]", "[{\"message\":\"expected an object\",\"errorCode\":\"JSON_PARSER_ERROR\"}]"},
	};
	struct served s = serve(1);

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++)
		expect(&s, "POST", REQUESTS, cases[i].body, 400, cases[i].answer);
	assert_int_equal(pt_platform_nrequest(s.platform), 0);
	end_service(&s);
}

PT_TEST(times_are_taken_in_the_forms_that_clients_send)
{
	static const char *const times[] = {
	    "2026-01-01T06:00:00",       "2026-01-01T06:00:00Z",     "2026-01-01T06:00:00.000Z",
	    "2026-01-01T06:00:00+00:00", "2026-01-01T06:00:00+0000", "2026-01-01T06:00:00.000+0000",
	    "2026-01-01T08:00:00+02:00",
	};
	struct served s = serve(1);
	char body[128];

	for (size_t i = 0; i < PT_ARRAY_LEN(times); i++) {
		snprintf(body, sizeof(body),
			 "{\"PackageVersionId\":\"" BASE_12ID "\",\"ScheduledStartTime\":\"%s\"}",
			 times[i]);
		ask(&s, "POST", REQUESTS "/", body);
		assert_int_equal(s.status, 201);
		assert_int_equal(pt_platform_request(s.platform, (uint32_t)i).scheduled_ms,
				 INT64_C(1767247200000));
	}
	end_service(&s);
}

PT_TEST(a_status_is_changed_only_as_the_platform_allows)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	expect(&s, "PATCH", REQUESTS "/" REQUEST_1, "{\"Status\":\"Succeeded\"}", 400,
	       "[{\"message\":\"Status: bad value for restricted picklist field\",\"errorCode\":"
	       "\"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST\",\"fields\":[\"Status\"]}]");
	/* As the Salesforce CLI writes it, and with a slash at the end. */
	expect(&s, "PATCH", DATA "sobjects/packagepushrequest/" REQUEST_1 "/",
	       "{\"Status\":\"Canceled\"}", 204, "");
	expect(&s, "PATCH", REQUESTS "/" REQUEST_1, "{\"Status\":\"Pending\"}", 400,
	       "[{\"message\":\"Only a push request that is Created can become Pending.\","
	       "\"errorCode\":\"INVALID_STATUS\",\"fields\":[\"Status\"]}]");
	ask(&s, "PATCH", REQUESTS "/" REQUEST_2, "{\"Status\":\"Pending\"}");
	assert_int_equal(s.status, 404);
	expect(&s, "DELETE", REQUESTS "/" REQUEST_1, NULL, 405,
	       "[{\"message\":\"HTTP Method 'DELETE' not allowed here.\","
	       "\"errorCode\":\"METHOD_NOT_ALLOWED\"}]");
	end_service(&s);
}

PT_TEST(a_record_is_read_with_the_fields_asked_for)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	expect(&s, "GET", REQUESTS "/" REQUEST_1 "?fields=Id,Status,PackageVersionId", NULL, 200,
	       "{\"attributes\":{\"type\":\"PackagePushRequest\",\"url\":"
	       "\"/services/data/v62.0/sobjects/PackagePushRequest/" REQUEST_1 "\"},\"Id\":"
	       "\"" REQUEST_1 "\",\"Status\":\"Created\",\"PackageVersionId\":\"" BASE_12ID "\"}");
	ask(&s, "GET", REQUESTS "/" REQUEST_1 "/", NULL);
	assert_int_equal(s.status, 200);
	expect(&s, "GET", REQUESTS "/" REQUEST_2, NULL, 404, NOT_FOUND);
	expect(&s, "GET", DATA "sobjects/Account/001000000000001", NULL, 404, NOT_FOUND);
	expect(&s, "GET", DATA "sobjects/User/0055f0000000001AAA?fields=Username", NULL, 200,
	       "{\"attributes\":{\"type\":\"User\",\"url\":\"/services/data/v62.0/sobjects/User/"
	       "0055f0000000001AAA\"},\"Username\":\"hub@emulated.example\"}");
	end_service(&s);
}

PT_TEST(a_long_answer_comes_in_pages)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_MANUAL, .page_rows = 2};
	struct served s = serve_as(&conf, 5);
	const char *next;
	char path[128];

	ask_soql(&s, "SELECT OrgKey FROM PackageSubscriber WHERE MetadataPackageId = "
		     "'0335f0R735PMleWACT'");
	assert_int_equal(s.status, 200);
	assert_non_null(strstr(pt_buf_text(&s.body), "{\"totalSize\":5,\"done\":false,"));
	next = strstr(pt_buf_text(&s.body), "/services/data/v62.0/query/01g");
	assert_non_null(next);
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(next, "\""), next);
	path[strlen(path) - 1] = '4';
	ask(&s, "GET", path, NULL);
	assert_int_equal(s.status, 200);
	assert_non_null(strstr(pt_buf_text(&s.body), "{\"totalSize\":5,\"done\":true,\"records\""));
	expect(&s, "GET", DATA "query/01g000000000000009-2", NULL, 400,
	       "[{\"message\":\"invalid query locator\",\"errorCode\":\"INVALID_QUERY_LOCATOR\"}]");
	end_service(&s);
}

PT_TEST(the_tooling_api_knows_none_of_it)
{
	struct served s = serve(1);

	expect(&s, "GET", DATA "tooling/query?q=SELECT+Id+FROM+Package2", NULL, 400,
	       "[{\"message\":\"sObject type 'Package2' is not supported.\",\"errorCode\":"
	       "\"INVALID_TYPE\"}]");
	end_service(&s);
}

PT_TEST_MAIN(PT_RUN(a_push_request_is_made_activated_and_ends),
	     PT_RUN(what_makes_no_push_request_is_said),
	     PT_RUN(times_are_taken_in_the_forms_that_clients_send),
	     PT_RUN(a_status_is_changed_only_as_the_platform_allows),
	     PT_RUN(a_record_is_read_with_the_fields_asked_for),
	     PT_RUN(a_long_answer_comes_in_pages), PT_RUN(the_tooling_api_knows_none_of_it))
