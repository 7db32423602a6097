/* The emulator's calls of many records: composite/sobjects, composite/tree, composite. */
#include "tests/unit/emulator_fixture.h"

#define JOB_TYPE "\"attributes\":{\"type\":\"PackagePushJob\"}"
#define JOB(org)                                                                                   \
	"{" JOB_TYPE ",\"PackagePushRequestId\":\"" REQUEST_1                                      \
	"\",\"SubscriberOrganizationKey\":\"" org "\"}"
#define LEAF(reference, request, org)                                                              \
	"{\"attributes\":{\"type\":\"PackagePushJob\",\"referenceId\":\"" reference                \
	"\"},\"PackagePushRequestId\":\"" request "\",\"SubscriberOrganizationKey\":\"" org "\"}"
#define NESTED(reference, org)                                                                     \
	"{\"attributes\":{\"type\":\"PackagePushJob\",\"referenceId\":\"" reference                \
	"\"},\"SubscriberOrganizationKey\":\"" org "\"}"
#define ROOT(reference, version, jobs)                                                             \
	"{\"attributes\":{\"type\":\"PackagePushRequest\",\"referenceId\":\"" reference            \
	"\"},\"PackageVersionId\":\"" version "\",\"PackagePushJobs\":{\"records\":[" jobs "]}}"
#define RECORDS(list) "{\"records\":[" list "]}"
#define ROLLED_BACK                                                                                \
	"{\"success\":false,\"errors\":[{\"statusCode\":\"ALL_OR_NONE_OPERATION_ROLLED_BACK\","    \
	"\"message\":\"Record rolled back because not all records were valid and the request was " \
	"using AllOrNone header\",\"fields\":[]}]}"
#define NO(text) "{\"success\":false,\"errors\":[{\"statusCode\":" text ",\"fields\":[]}]}"

PT_TEST(each_record_of_a_call_has_its_own_result)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	expect(
	    &s, "POST", DATA "composite/sobjects",
	    "{\"allOrNone\":false,\"records\":[" JOB(ORG_0) "," JOB(NO_ORG) "," JOB(ORG_0) "," JOB(
		ORG_1) "]}",
	    200,
	    "[" ADDED(JOB_1) "," NO(INELIGIBLE_TEXT) "," NO(DUPLICATE_TEXT) "," ADDED(JOB_2) "]");
	assert_int_equal(pt_platform_njob(s.platform), 2);
	end_service(&s);
}

PT_TEST(all_or_none_adds_none_when_one_is_wrong)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	expect(&s, "POST", DATA "composite/sobjects",
	       "{\"allOrNone\":true,\"records\":[" JOB(ORG_0) "," JOB(NO_ORG) "]}", 200,
	       "[" ROLLED_BACK "," NO(INELIGIBLE_TEXT) "]");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	end_service(&s);
}

PT_TEST(all_or_none_sees_an_org_that_is_there_twice)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	expect(&s, "POST", DATA "composite/sobjects",
	       "{\"allOrNone\":true,\"records\":[" JOB(ORG_0) "," JOB(ORG_0) "]}", 200,
	       "[" ROLLED_BACK "," NO(DUPLICATE_TEXT) "]");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	end_service(&s);
}

PT_TEST(push_requests_are_records_as_jobs_are)
{
	struct served s = serve(1);

	expect(&s, "POST", DATA "composite/sobjects",
	       RECORDS("{\"attributes\":{\"type\":\"PackagePushRequest\"},\"PackageVersionId\":"
		       "\"" BASE_12ID "\"}," JOB(ORG_0)),
	       200, "[" ADDED(REQUEST_1) "," ADDED(JOB_1) "]");
	end_service(&s);
}

PT_TEST(two_hundred_records_are_taken_and_one_more_is_not)
{
	struct pt_buf body = PT_BUF_INIT;
	struct served s = serve(1);

	for (int n = 200; n <= 201; n++) {
		pt_buf_clear(&body);
		pt_buf_str(&body, "{\"records\":[");
		for (int i = 0; i < n; i++)
			pt_buf_printf(&body, "%s{" JOB_TYPE "}", i > 0 ? "," : "");
		pt_buf_str(&body, "]}");
		ask(&s, "POST", DATA "composite/sobjects", pt_buf_text(&body));
		assert_int_equal(s.status, n == 200 ? 200 : 400);
	}
	answered(&s, 400,
		 "[{\"message\":\"record limit reached. cannot submit more than 200 records in "
		 "this call\",\"errorCode\":\"EXCEEDED_MAX_SIZE_REQUEST\"}]");
	pt_buf_release(&body);
	end_service(&s);
}

PT_TEST(a_tree_of_jobs_is_added_whole)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	expect(&s, "POST", DATA "composite/tree/packagepushjob",
	       RECORDS(LEAF("a", REQUEST_1, ORG_0) "," LEAF("b", REQUEST_1, ORG_1)), 201,
	       "{\"hasErrors\":false,\"results\":[{\"referenceId\":\"a\",\"id\":\"" JOB_1
	       "\"},{\"referenceId\":\"b\",\"id\":\"" JOB_2 "\"}]}");
	end_service(&s);
}

PT_TEST(of_a_tree_that_was_refused_only_what_was_wrong_is_listed)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	expect(&s, "POST", DATA "composite/tree/PackagePushJob",
	       RECORDS(LEAF("a", REQUEST_1, ORG_0) "," LEAF("b", REQUEST_1, NO_ORG)), 400,
	       "{\"hasErrors\":true,\"results\":[{\"referenceId\":\"b\",\"errors\":[{"
	       "\"statusCode\":" INELIGIBLE_TEXT ",\"fields\":[]}]}]}");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	end_service(&s);
}

/* Only within one push request an org may be there once. */
PT_TEST(a_tree_may_have_an_org_in_two_push_requests)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	make_request(&s, REQUEST_2);
	expect(&s, "POST", DATA "composite/tree/PackagePushJob",
	       RECORDS(LEAF("a", REQUEST_1, ORG_0) "," LEAF("b", REQUEST_2, ORG_0)), 201,
	       "{\"hasErrors\":false,\"results\":[{\"referenceId\":\"a\",\"id\":\"" JOB_1
	       "\"},{\"referenceId\":\"b\",\"id\":\"" JOB_2 "\"}]}");
	end_service(&s);
}

/* And other jobs in between hide none. */
PT_TEST(a_tree_may_have_an_org_in_one_push_request_once)
{
	struct served s = serve(3);

	make_request(&s, REQUEST_1);
	make_request(&s, REQUEST_2);
	expect(&s, "POST", DATA "composite/tree/PackagePushJob",
	       RECORDS(LEAF("a", REQUEST_1, ORG_0) "," LEAF("b", REQUEST_2,
							    ORG_0) "," LEAF("c", REQUEST_1, ORG_0)),
	       400,
	       "{\"hasErrors\":true,\"results\":[{\"referenceId\":\"c\",\"errors\":[{"
	       "\"statusCode\":" DUPLICATE_TEXT ",\"fields\":[]}]}]}");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	end_service(&s);
}

PT_TEST(a_push_request_is_made_with_its_jobs)
{
	struct served s = serve(3);

	expect(&s, "POST", DATA "composite/tree/PackagePushRequest/",
	       RECORDS(ROOT("r", BASE_12ID, NESTED("a", ORG_0) "," NESTED("b", ORG_1))), 201,
	       "{\"hasErrors\":false,\"results\":[{\"referenceId\":\"r\",\"id\":\"" REQUEST_1
	       "\"},{\"referenceId\":\"a\",\"id\":\"" JOB_1
	       "\"},{\"referenceId\":\"b\",\"id\":\"" JOB_2 "\"}]}");
	end_service(&s);
}

PT_TEST(a_tree_with_a_version_that_cannot_be_pushed_makes_nothing)
{
	struct served s = serve(3);

	expect(
	    &s, "POST", DATA "composite/tree/PackagePushRequest",
	    RECORDS(
		ROOT("r", BASE_12ID, NESTED("a", ORG_0)) "," ROOT("q", "04t5f0FuR800LBtAKM", "")),
	    400,
	    "{\"hasErrors\":true,\"results\":[{\"referenceId\":\"q\",\"errors\":[{\"statusCode\":"
	    "\"INVALID_OPERATION\",\"message\":\"A beta version of a package cannot be pushed.\","
	    "\"fields\":[\"PackageVersionId\"]}]}]}");
	assert_int_equal(pt_platform_nrequest(s.platform), 0);
	assert_int_equal(pt_platform_njob(s.platform), 0);
	end_service(&s);
}

PT_TEST(a_tree_of_jobs_makes_no_push_request)
{
	struct served s = serve(3);

	ask(&s, "POST", DATA "composite/tree/PackagePushJob",
	    RECORDS("{\"attributes\":{\"type\":\"PackagePushRequest\",\"referenceId\":\"r\"},"
		    "\"PackageVersionId\":\"" BASE_12ID "\"}"));
	assert_int_equal(s.status, 400);
	assert_int_equal(pt_platform_nrequest(s.platform), 0);
	end_service(&s);
}

PT_TEST(calls_in_one_call_refer_to_those_before)
{
	struct served s = serve(3);

	expect(&s, "POST", DATA "composite",
	       "{\"compositeRequest\":[{\"method\":\"POST\",\"url\":\"" DATA
	       "sobjects/PackagePushRequest\",\"referenceId\":\"r\",\"body\":{\"PackageVersionId\":"
	       "\"" BASE_12ID "\"}},{\"method\":\"POST\",\"url\":\"" DATA
	       "sobjects/PackagePushJob\",\"referenceId\":\"j\",\"body\":{\"PackagePushRequestId\":"
	       "\"@{r.id}\",\"SubscriberOrganizationKey\":\"" ORG_0 "\"}},{\"method\":\"PATCH\","
	       "\"url\":\"" DATA "sobjects/PackagePushRequest/@{r.id}\",\"referenceId\":\"p\","
	       "\"body\":{\"Status\":\"Pending\"}}]}",
	       200,
	       "{\"compositeResponse\":[{\"body\":" ADDED(
		   REQUEST_1) ",\"httpHeaders\":{},"
			      "\"httpStatusCode\":201,\"referenceId\":\"r\"},{\"body\":" ADDED(
				  JOB_1) ","
					 "\"httpHeaders\":{},\"httpStatusCode\":201,"
					 "\"referenceId\":\"j\"},{\"body\":null,"
					 "\"httpHeaders\":{},\"httpStatusCode\":204,"
					 "\"referenceId\":\"p\"}]}");
	end_service(&s);
}

/* They are one call of the day's. */
PT_TEST(calls_in_one_call_count_as_one)
{
	struct served s = serve(1);

	ask(&s, "POST", DATA "composite",
	    "{\"compositeRequest\":[{\"method\":\"GET\",\"url\":\"" DATA
	    "limits\",\"referenceId\":\"a\"},{\"method\":\"GET\",\"url\":\"" DATA
	    "limits\",\"referenceId\":\"b\"}]}");
	assert_int_equal(s.status, 200);
	assert_non_null(strstr(pt_buf_text(&s.head), "Sforce-Limit-Info: api-usage=1/100000\r\n"));
	end_service(&s);
}

/* Its answers are no JSON. */
PT_TEST(calls_in_one_call_reach_no_ingest_job)
{
	struct served s = serve(1);

	expect(&s, "POST", DATA "composite",
	       "{\"compositeRequest\":[{\"method\":\"GET\",\"url\":\"" DATA
	       "jobs/ingest/7505f0000000001AAA/failedResults\",\"referenceId\":\"a\"}]}",
	       200,
	       "{\"compositeResponse\":[{\"body\":[{\"message\":\"The URL " DATA
	       "jobs/ingest/7505f0000000001AAA/failedResults cannot be part of this call\","
	       "\"errorCode\":\"INVALID_INPUT\"}],\"httpHeaders\":{},\"httpStatusCode\":400,"
	       "\"referenceId\":\"a\"}]}");
	end_service(&s);
}

PT_TEST_MAIN(PT_RUN(each_record_of_a_call_has_its_own_result),
	     PT_RUN(all_or_none_adds_none_when_one_is_wrong),
	     PT_RUN(all_or_none_sees_an_org_that_is_there_twice),
	     PT_RUN(push_requests_are_records_as_jobs_are),
	     PT_RUN(two_hundred_records_are_taken_and_one_more_is_not),
	     PT_RUN(a_tree_of_jobs_is_added_whole),
	     PT_RUN(of_a_tree_that_was_refused_only_what_was_wrong_is_listed),
	     PT_RUN(a_tree_may_have_an_org_in_two_push_requests),
	     PT_RUN(a_tree_may_have_an_org_in_one_push_request_once),
	     PT_RUN(a_push_request_is_made_with_its_jobs),
	     PT_RUN(a_tree_with_a_version_that_cannot_be_pushed_makes_nothing),
	     PT_RUN(a_tree_of_jobs_makes_no_push_request),
	     PT_RUN(calls_in_one_call_refer_to_those_before),
	     PT_RUN(calls_in_one_call_count_as_one), PT_RUN(calls_in_one_call_reach_no_ingest_job))
