/* The emulator's bulk ingest: jobs made, uploaded, processed in time, and their results. */
#include "tests/unit/emulator_fixture.h"

#define INGEST    DATA "jobs/ingest"
#define INGEST_1  "7505f0000000001AAA"
#define HEADER    "PackagePushRequestId,SubscriberOrganizationKey\n"
#define MAKE      "{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"contentType\":\"CSV\"}"
#define SUCCEEDED "\"sf__Id\",\"sf__Created\",PackagePushRequestId,SubscriberOrganizationKey\n"
#define FAILED    "\"sf__Id\",\"sf__Error\",PackagePushRequestId,SubscriberOrganizationKey\n"

static void upload(struct served *s, const char *csv)
{
	s->type = "text/csv";
	expect(s, "PUT", INGEST "/" INGEST_1 "/batches", csv, 201, "");
	s->type = NULL;
}

static void in_state(struct served *s, const char *state)
{
	char wanted[64];

	snprintf(wanted, sizeof(wanted), "\"state\":\"%s\"", state);
	ask(s, "GET", INGEST "/" INGEST_1, NULL);
	assert_int_equal(s->status, 200);
	assert_non_null(strstr(pt_buf_text(&s->body), wanted));
}

/* Made, uploaded, closed, and all the time it takes. */
static void process(struct served *s, const char *make, const char *csv)
{
	ask(s, "POST", INGEST, make);
	assert_int_equal(s->status, 200);
	upload(s, csv);
	ask(s, "PATCH", INGEST "/" INGEST_1, "{\"state\":\"UploadComplete\"}");
	assert_int_equal(s->status, 200);
	pass_time(s, "{\"advance_ms\":3600000}");
}

PT_TEST(an_ingest_job_is_told_of_in_full)
{
	struct served s = serve(1);

	expect(&s, "POST", INGEST,
	       "{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"lineEnding\":\"CRLF\"}",
	       200,
	       "{\"id\":\"" INGEST_1 "\",\"operation\":\"insert\",\"object\":\"PackagePushJob\","
	       "\"createdDate\":\"2023-11-14T22:13:20Z\",\"state\":\"Open\",\"concurrencyMode\":"
	       "\"Parallel\",\"contentType\":\"CSV\",\"apiVersion\":62.0,\"lineEnding\":\"CRLF\","
	       "\"columnDelimiter\":\"COMMA\",\"jobType\":\"V2Ingest\",\"contentUrl\":"
	       "\"services/data/v62.0/jobs/ingest/" INGEST_1 "/batches\","
	       "\"numberRecordsProcessed\":0,\"numberRecordsFailed\":0}");
	end_service(&s);
}

PT_TEST(what_makes_no_ingest_job_is_refused)
{
	static const char *const bodies[] = {
	    "{}",
	    "{\"object\":\"Account\",\"operation\":\"insert\"}",
	    "{\"object\":\"PackagePushJob\",\"operation\":\"delete\"}",
	    "{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"contentType\":\"JSON\"}",
	    "{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"lineEnding\":\"CR\"}",
	    "{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"columnDelimiter\":\"TAB\"}",
	};
	struct served s = serve(1);

	for (size_t i = 0; i < PT_ARRAY_LEN(bodies); i++) {
		ask(&s, "POST", INGEST, bodies[i]);
		assert_int_equal(s.status, 400);
	}
	end_service(&s);
}

PT_TEST(rows_are_added_when_processing_is_complete)
{
	struct served s = serve(2);

	make_request(&s, REQUEST_1);
	ask(&s, "POST", INGEST, MAKE);
	upload(&s, HEADER REQUEST_1 "," ORG_0 "\n" REQUEST_1 "," NO_ORG "\n" REQUEST_1 "," ORG_0
				    "\n" REQUEST_1 "," ORG_1 "\n");
	ask(&s, "PATCH", INGEST "/" INGEST_1, "{\"state\":\"UploadComplete\"}");
	assert_non_null(strstr(pt_buf_text(&s.body), "\"state\":\"UploadComplete\""));
	in_state(&s, "InProgress");
	pass_time(&s, "{\"advance_ms\":999}");
	in_state(&s, "InProgress");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	pass_time(&s, "{\"advance_ms\":10000}");
	in_state(&s, "JobComplete");
	assert_non_null(strstr(pt_buf_text(&s.body),
			       "\"numberRecordsProcessed\":4,\"numberRecordsFailed\":2}"));
	expect(&s, "GET", INGEST "/" INGEST_1 "/successfulResults", NULL, 200,
	       SUCCEEDED "\"" JOB_1 "\",\"true\",\"" REQUEST_1 "\",\"" ORG_0 "\"\n\"" JOB_2
			 "\",\"true\",\"" REQUEST_1 "\",\"" ORG_1 "\"\n");
	expect(&s, "GET", INGEST "/" INGEST_1 "/failedResults", NULL, 200,
	       FAILED
	       "\"\",\"INVALID_OPERATION:The org with this SubscriberOrganizationKey is not "
	       "eligible to receive this upgrade: it may not have the package, or may have a "
	       "beta or a newer version of it.: --\",\"" REQUEST_1 "\",\"" NO_ORG "\"\n"
	       "\"\",\"DUPLICATE_VALUE:The push request has a job for this org already.: "
	       "--\",\"" REQUEST_1 "\",\"" ORG_0 "\"\n");
	end_service(&s);
}

PT_TEST(quotes_in_a_row_come_back_as_quotes)
{
	struct served s = serve(1);

	process(&s, MAKE, HEADER "\"a\"\"b\",\"c,\"\"d\"\nx,y\n");
	ask(&s, "GET", INGEST "/" INGEST_1 "/failedResults", NULL);
	answered(&s, 200,
		 FAILED "\"\",\"MALFORMED_ID:PackagePushRequestId: id value of incorrect type: "
			"a\"\"b:PackagePushRequestId --\",\"a\"\"b\",\"c,\"\"d\"\n\"\","
			"\"MALFORMED_ID:PackagePushRequestId: id value of incorrect type: "
			"x:PackagePushRequestId --\",\"x\",\"y\"\n");
	end_service(&s);
}

PT_TEST(a_file_that_is_not_as_was_said_fails_whole)
{
	static const char *const files[] = {
	    "",
	    "PackagePushRequestId\n" REQUEST_1 "\n",
	    HEADER "\"" REQUEST_1 "," ORG_0 "\n",
	    "PackagePushRequestId,SubscriberOrganizationKey\r\n" REQUEST_1 "," ORG_0 "\r\n",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(files); i++) {
		struct served s = serve(1);

		make_request(&s, REQUEST_1);
		process(&s, MAKE, files[i]);
		in_state(&s, "Failed");
		assert_int_equal(pt_platform_njob(s.platform), 0);
		end_service(&s);
	}
}

PT_TEST(lines_may_end_as_on_windows_where_that_was_said)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	process(&s,
		"{\"object\":\"PackagePushJob\",\"operation\":\"insert\",\"lineEnding\":\"CRLF\"}",
		"PackagePushRequestId,SubscriberOrganizationKey\r\n" REQUEST_1 "," ORG_0 "\r\n");
	in_state(&s, "JobComplete");
	assert_int_equal(pt_platform_njob(s.platform), 1);
	end_service(&s);
}

PT_TEST(an_ingest_job_that_was_aborted_adds_nothing)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	ask(&s, "POST", INGEST, MAKE);
	upload(&s, HEADER REQUEST_1 "," ORG_0 "\n");
	ask(&s, "PATCH", INGEST "/" INGEST_1, "{\"state\":\"Aborted\"}");
	assert_int_equal(s.status, 200);
	pass_time(&s, "{\"advance_ms\":3600000}");
	in_state(&s, "Aborted");
	assert_int_equal(pt_platform_njob(s.platform), 0);
	ask(&s, "PATCH", INGEST "/" INGEST_1, "{\"state\":\"UploadComplete\"}");
	assert_int_equal(s.status, 400);
	expect(&s, "DELETE", INGEST "/" INGEST_1, NULL, 204, "");
	ask(&s, "GET", INGEST "/" INGEST_1, NULL);
	assert_int_equal(s.status, 404);
	end_service(&s);
}

PT_TEST(an_ingest_job_is_not_deleted_while_it_is_processed)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	ask(&s, "POST", INGEST, MAKE);
	upload(&s, HEADER REQUEST_1 "," ORG_0 "\n");
	ask(&s, "PATCH", INGEST "/" INGEST_1, "{\"state\":\"UploadComplete\"}");
	in_state(&s, "InProgress");
	ask(&s, "DELETE", INGEST "/" INGEST_1, NULL);
	assert_int_equal(s.status, 400);
	end_service(&s);
}

PT_TEST_MAIN(PT_RUN(an_ingest_job_is_told_of_in_full), PT_RUN(what_makes_no_ingest_job_is_refused),
	     PT_RUN(rows_are_added_when_processing_is_complete),
	     PT_RUN(quotes_in_a_row_come_back_as_quotes),
	     PT_RUN(a_file_that_is_not_as_was_said_fails_whole),
	     PT_RUN(lines_may_end_as_on_windows_where_that_was_said),
	     PT_RUN(an_ingest_job_that_was_aborted_adds_nothing),
	     PT_RUN(an_ingest_job_is_not_deleted_while_it_is_processed))
