/* Answers of the platform, as text, and the replies that the connector makes of them. */
#include <stdio.h>
#include <string.h>

#include "tests/deaf_session.h"
#include "tests/test.h"

/* An operation, and what it asked first. */
struct deaf {
	struct pt_sf sf;
	struct pt_sf_op *op;
};

static void ask(struct deaf *deaf, const struct pt_sf_kind *kind)
{
	*deaf = (struct deaf){.sf = {.instance_url = deaf_url, .api_version = deaf_version}};
	deaf->sf.last = &deaf->sf.first;
	deaf->sf.last_done = &deaf->sf.done;
	deaf->op = calloc(1, sizeof(*deaf->op));
	assert_non_null(deaf->op);
	*deaf->op =
	    (struct pt_sf_op){.sf = &deaf->sf, .kind = kind, .call = deaf_call(PT_PUSH_NOP)};
	if (kind)
		assert_int_equal(kind->start(deaf->op, NULL), 0);
}

static void answer(struct deaf *deaf, const char *text)
{
	assert_non_null(deaf->sf.first);
	deaf_answer(&deaf->sf, 200, text, strlen(text));
}

static const struct pt_push_reply *finish(struct deaf *deaf)
{
	assert_null(deaf->sf.first);
	assert_int_equal(deaf->op->nopen, 0);
	if (!deaf->op->failed)
		assert_int_equal(deaf->op->kind->finish(deaf->op, NULL), 0);
	return &deaf->op->reply;
}

static void check_asked(const struct deaf *deaf, const char *url)
{
	assert_non_null(deaf->sf.first);
	assert_string_equal(deaf->sf.first->url + strlen(deaf_url), url);
}

PT_TEST(subscribers_are_sorted_and_those_not_asked_for_are_left_out)
{
	const struct pt_push_reply *reply;
	struct deaf deaf;

	ask(&deaf, &pt_sf_subscribers);
	answer(
	    &deaf,
	    "{\"totalSize\":4,\"done\":false,\"nextRecordsUrl\":\"/services/data/v62.0/query/x\","
	    "\"records\":[{\"OrgKey\":\"00D000000000002\",\"OrgType\":\"Sandbox\","
	    "\"OrgStatus\":\"Inactive\",\"InstalledStatus\":\"i\",\"InstanceName\":\"CS12\","
	    "\"OrgName\":\"Acme\",\"MetadataPackageVersionId\":\"04t5f0000000001AAA\"},"
	    "{\"OrgKey\":\"00D000000000009\",\"InstalledStatus\":\"u\"}]}");
	check_asked(&deaf, "/services/data/v62.0/query/x");
	answer(&deaf,
	       "{\"totalSize\":4,\"done\":true,\"records\":["
	       "{\"OrgKey\":\"00D000000000001\",\"InstalledStatus\":\"i\","
	       "\"MetadataPackageVersionId\":null,\"CustomUpgradeType\":\"BlockedBySubscriber\"},"
	       "{\"OrgKey\":\"00D000000000001\",\"InstalledStatus\":\"u\"}]}");
	reply = finish(&deaf);
	assert_int_equal(reply->nsubscriber, 2);
	assert_string_equal(reply->subscriber[0].org.text, "00D000000000001");
	assert_false(reply->subscriber[0].installed);
	assert_true(reply->subscriber[0].blocked);
	assert_int_equal(reply->subscriber[0].type, PT_ORG_PRODUCTION);
	assert_string_equal(reply->subscriber[1].org.text, "00D000000000002");
	assert_true(reply->subscriber[1].installed);
	assert_int_equal(reply->subscriber[1].type, PT_ORG_SANDBOX);
	assert_int_equal(reply->subscriber[1].status, PT_ORG_INACTIVE);
	assert_string_equal(reply->subscriber[1].instance, "CS12");
	assert_string_equal(reply->subscriber[1].name, "Acme");
	pt_sf_op_free(deaf.op);
}

/* Many orgs that were read a while ago: what changed since, and an hour for clocks that differ. */
PT_TEST(of_many_orgs_only_those_that_changed_are_read_again)
{
	struct pt_org_key key[600] = {{""}};
	struct deaf deaf;

	for (size_t i = 0; i < PT_ARRAY_LEN(key); i++)
		snprintf(key[i].text, sizeof(key[i].text), "00D%012zu", i);
	ask(&deaf, NULL);
	deaf.op->kind = &pt_sf_subscribers;
	deaf.op->call.org = key;
	deaf.op->call.norg = PT_ARRAY_LEN(key);
	deaf.op->call.since_ms = 1769943600000;
	assert_int_equal(deaf.op->kind->start(deaf.op, NULL), 0);
	assert_non_null(
	    strstr(deaf.sf.first->url, "+AND+SystemModstamp+%3E%3D+2026-02-01T10:00:00Z"));
	assert_null(strstr(deaf.sf.first->url, "OrgKey+IN"));
	answer(&deaf, "{\"totalSize\":1,\"done\":true,\"records\":["
		      "{\"OrgKey\":\"00D000000000007\",\"InstalledStatus\":\"u\"}]}");
	assert_true(finish(&deaf)->changed_only);
	assert_int_equal(deaf.op->reply.nsubscriber, 1);
	pt_sf_op_free(deaf.op);
}

PT_TEST(a_query_of_which_records_are_missing_begins_again)
{
	struct deaf deaf;

	ask(&deaf, &pt_sf_jobs);
	answer(&deaf,
	       "{\"totalSize\":2,\"done\":true,\"records\":["
	       "{\"SubscriberOrganizationKey\":\"00D000000000001\",\"Status\":\"Failed\"}]}");
	check_asked(&deaf,
		    "/services/data/v62.0/query?q=SELECT+SubscriberOrganizationKey,+Status+"
		    "FROM+PackagePushJob+WHERE+PackagePushRequestId+%3D+'0DV5f0000000001GAA'");
	answer(&deaf,
	       "{\"totalSize\":1,\"done\":true,\"records\":["
	       "{\"SubscriberOrganizationKey\":\"00D000000000002\",\"Status\":\"Cancelled\"}]}");
	assert_int_equal(finish(&deaf)->njob, 1);
	assert_int_equal(deaf.op->reply.job[0].state, PT_JOB_CANCELED);
	pt_sf_op_free(deaf.op);
}

PT_TEST(errors_come_before_warnings_and_as_they_came)
{
	const struct pt_push_reply *reply;
	struct deaf deaf;

	ask(&deaf, &pt_sf_errors);
	answer(&deaf, "{\"totalSize\":3,\"done\":true,\"records\":["
		      "{\"PackagePushJob\":{\"SubscriberOrganizationKey\":\"00D000000000002\"},"
		      "\"ErrorSeverity\":\"Warning\",\"ErrorTitle\":\"w\"},"
		      "{\"PackagePushJob\":{\"SubscriberOrganizationKey\":\"00D000000000002\"},"
		      "\"ErrorSeverity\":\"Error\",\"ErrorTitle\":\"e\",\"ErrorMessage\":null},"
		      "{\"PackagePushJob\":{\"SubscriberOrganizationKey\":\"00D000000000001\"},"
		      "\"ErrorTitle\":\"f\"}]}");
	reply = finish(&deaf);
	assert_int_equal(reply->nerror, 3);
	assert_string_equal(reply->error[0].title, "f");
	assert_string_equal(reply->error[1].title, "e");
	assert_string_equal(reply->error[1].message, "");
	assert_string_equal(reply->error[2].title, "w");
	pt_sf_op_free(deaf.op);
}

PT_TEST(both_spellings_of_a_state_are_known_and_no_other)
{
	const struct pt_push_reply *reply;
	struct deaf deaf;

	ask(&deaf, &pt_sf_count_jobs);
	answer(&deaf,
	       "{\"totalSize\":1,\"done\":true,\"records\":[{\"Status\":\"Sleeping\",\"n\":1,"
	       "\"PackagePushRequestId\":\"0DV5f0000000001GAA\"}]}");
	assert_null(deaf.sf.first); /* the session asks again, not the operation */
	pt_sf_op_free(deaf.op);
	ask(&deaf, &pt_sf_count_jobs);
	answer(&deaf,
	       "{\"totalSize\":2,\"done\":true,\"records\":["
	       "{\"Status\":\"In Progress\",\"n\":3,\"PackagePushRequestId\":\"0DV5f0000000001\"},"
	       "{\"Status\":\"InProgress\",\"n\":4,"
	       "\"PackagePushRequestId\":\"0DV5f0000000001GAA\"}]}");
	reply = finish(&deaf);
	assert_int_equal(reply->ncount, 1);
	assert_int_equal(reply->count[0].njob[PT_JOB_IN_PROGRESS], 7);
	pt_sf_op_free(deaf.op);
}

PT_TEST(each_record_that_was_not_added_says_why)
{
	const struct pt_push_reply *reply;
	struct deaf deaf;

	ask(&deaf, &pt_sf_add_records);
	answer(&deaf, "[{\"success\":false,\"errors\":[{\"statusCode\":\"DUPLICATE_VALUE\","
		      "\"message\":\"there\"}]},{\"success\":false,\"errors\":[{\"statusCode\":"
		      "\"UNABLE_TO_LOCK_ROW\",\"message\":\"busy\"}]}]");
	reply = finish(&deaf);
	assert_int_equal(reply->nadd_failure, 2);
	assert_int_equal(reply->add_failure[0].result, PT_ADD_DUPLICATE);
	assert_string_equal(reply->add_failure[0].text, "DUPLICATE_VALUE: there");
	assert_int_equal(reply->add_failure[1].result, PT_ADD_TEMPORARY);
	pt_sf_op_free(deaf.op);
}

static const char all_refused[] =
    "[{\"success\":false,\"errors\":[{\"statusCode\":\"INVALID_OPERATION\",\"message\":\"no\"}]},"
    "{\"success\":false,\"errors\":[{\"statusCode\":\"INVALID_OPERATION\",\"message\":\"no\"}]}]";

PT_TEST(when_every_org_is_turned_down_the_request_is_looked_at)
{
	struct deaf deaf;

	ask(&deaf, &pt_sf_add_records);
	answer(&deaf, all_refused);
	assert_int_equal(deaf.op->kind->finish(deaf.op, NULL), 0);
	check_asked(&deaf, "/services/data/v62.0/query?q=SELECT+Id,+Status+FROM+PackagePushRequest+"
			   "WHERE+Id+%3D+'0DV5f0000000001GAA'");
	answer(&deaf, "{\"totalSize\":1,\"done\":true,\"records\":[{\"Id\":\"0DV5f0000000001GAA\","
		      "\"Status\":\"Created\"}]}");
	assert_int_equal(finish(&deaf)->nadd_failure, 2);
	assert_int_equal(deaf.op->reply.add_failure[1].result, PT_ADD_INELIGIBLE);
	pt_sf_op_free(deaf.op);
	ask(&deaf, &pt_sf_add_records);
	answer(&deaf, all_refused);
	assert_int_equal(deaf.op->kind->finish(deaf.op, NULL), 0);
	answer(&deaf, "{\"totalSize\":1,\"done\":true,\"records\":[{\"Status\":\"Pending\"}]}");
	assert_int_equal(finish(&deaf)->outcome, PT_PUSH_REFUSED);
	assert_string_equal(deaf.op->reply.text,
			    "the push request takes no more jobs, it is Pending: "
			    "INVALID_OPERATION: no");
	pt_sf_op_free(deaf.op);
}

/* Up to the upload's end. */
static void upload(struct deaf *deaf)
{
	ask(deaf, &pt_sf_add_bulk);
	check_asked(deaf, "/services/data/v62.0/jobs/ingest");
	answer(deaf, "{\"id\":\"7505f0000000001AAA\",\"state\":\"Open\"}");
	check_asked(deaf, "/services/data/v62.0/jobs/ingest/7505f0000000001AAA/batches");
	assert_string_equal(pt_buf_text(&deaf->sf.first->question.body),
			    "PackagePushRequestId,SubscriberOrganizationKey\n"
			    "0DV5f0000000001GAA,00D000000000001\n"
			    "0DV5f0000000001GAA,00D000000000002\n");
	answer(deaf, "");
	assert_string_equal(pt_buf_text(&deaf->sf.first->question.body),
			    "{\"state\":\"UploadComplete\"}");
	answer(deaf, "{\"state\":\"UploadComplete\"}");
	check_asked(deaf, "/services/data/v62.0/jobs/ingest/7505f0000000001AAA");
}

PT_TEST(a_bulk_job_goes_through_its_states_and_its_failures_are_read)
{
	const struct pt_push_reply *reply;
	struct deaf deaf;

	upload(&deaf);
	answer(&deaf, "{\"state\":\"InProgress\"}");
	answer(&deaf, "{\"state\":\"JobComplete\",\"numberRecordsProcessed\":2,"
		      "\"numberRecordsFailed\":1}");
	check_asked(&deaf, "/services/data/v62.0/jobs/ingest/7505f0000000001AAA/failedResults");
	answer(&deaf,
	       "\"sf__Id\",\"sf__Error\",PackagePushRequestId,SubscriberOrganizationKey\n"
	       "\"\",\"INVALID_OPERATION:it said \"\"no\"\":Field --\",\"0DV5f0000000001GAA\","
	       "\"00D000000000002\"\n");
	reply = finish(&deaf);
	assert_int_equal(reply->outcome, PT_PUSH_OK);
	assert_int_equal(reply->nadd_failure, 1);
	assert_string_equal(reply->add_failure[0].org.text, "00D000000000002");
	assert_int_equal(reply->add_failure[0].result, PT_ADD_INELIGIBLE);
	assert_string_equal(reply->add_failure[0].text, "INVALID_OPERATION: it said \"no\":Field");
	pt_sf_op_free(deaf.op);
}

PT_TEST(a_bulk_job_of_which_the_outcome_is_not_known_is_lost)
{
	static const char *const states[] = {
	    "{\"state\":\"Failed\",\"errorMessage\":\"m\"}",
	    "{\"state\":\"Aborted\"}",
	    "{\"state\":\"JobComplete\",\"numberRecordsProcessed\":1,\"numberRecordsFailed\":0}",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(states); i++) {
		struct deaf deaf;

		upload(&deaf);
		answer(&deaf, states[i]);
		assert_int_equal(finish(&deaf)->outcome, PT_PUSH_LOST);
		pt_sf_op_free(deaf.op);
	}
}

PT_TEST(an_activation_is_believed_only_as_the_platform_says_it)
{
	struct pt_sf_answer said = {.status = 200};
	struct pt_err err = PT_ERR_INIT;
	struct deaf deaf;

	ask(&deaf, &pt_sf_activate);
	check_asked(&deaf, "/services/data/v62.0/sobjects/PackagePushRequest/0DV5f0000000001GAA");
	assert_string_equal(pt_buf_text(&deaf.sf.first->question.body), "{\"Status\":\"Pending\"}");
	assert_int_equal(deaf.op->kind->take(deaf.op->part, &said, &err), -PT_E_INVALID);
	said.status = 204;
	assert_int_equal(deaf.op->kind->take(deaf.op->part, &said, &err), 0);
	pt_sf_op_free(deaf.op);
}

PT_TEST(a_next_page_is_never_looked_for_elsewhere)
{
	static const char *const urls[] = {"https://evil.example/services/data/v62.0/query/x",
					   "//evil.example/x",
					   "/services/data/v62.0/../../x",
					   "/services/data/v62.0/query/x y",
					   "@evil.example/",
					   "/services/data/v62.0/query/x\\r\\nHost: evil"};

	for (size_t i = 0; i < PT_ARRAY_LEN(urls); i++) {
		struct deaf deaf;
		char text[400];

		ask(&deaf, &pt_sf_jobs);
		snprintf(
		    text, sizeof(text),
		    "{\"totalSize\":9,\"done\":false,\"nextRecordsUrl\":\"%s\",\"records\":["
		    "{\"SubscriberOrganizationKey\":\"00D000000000001\",\"Status\":\"Failed\"}]}",
		    urls[i]);
		answer(&deaf, text);
		assert_null(deaf.sf.first);
		pt_sf_op_free(deaf.op);
	}
}

PT_TEST_MAIN(PT_RUN(subscribers_are_sorted_and_those_not_asked_for_are_left_out),
	     PT_RUN(of_many_orgs_only_those_that_changed_are_read_again),
	     PT_RUN(a_query_of_which_records_are_missing_begins_again),
	     PT_RUN(errors_come_before_warnings_and_as_they_came),
	     PT_RUN(both_spellings_of_a_state_are_known_and_no_other),
	     PT_RUN(each_record_that_was_not_added_says_why),
	     PT_RUN(when_every_org_is_turned_down_the_request_is_looked_at),
	     PT_RUN(a_bulk_job_goes_through_its_states_and_its_failures_are_read),
	     PT_RUN(a_bulk_job_of_which_the_outcome_is_not_known_is_lost),
	     PT_RUN(an_activation_is_believed_only_as_the_platform_says_it),
	     PT_RUN(a_next_page_is_never_looked_for_elsewhere))
