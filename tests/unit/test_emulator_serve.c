/* The emulator as a server: who may call, how often, how much, and what goes wrong on order. */
#include "tests/unit/emulator_fixture.h"

#define EXPIRED                                                                                    \
	"[{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}]"
#define GRANT   "/services/oauth2/token"
#define REFRESH "grant_type=refresh_token&client_id=c&refresh_token=r"

static long status_of(struct served *s, const char *path)
{
	ask(s, "GET", path, NULL);
	return s->status;
}

PT_TEST(a_call_needs_a_token_that_holds)
{
	struct served s = serve(1);

	s.authorization = "Bearer something else";
	expect(&s, "GET", DATA "limits", NULL, 401, EXPIRED);
	s.authorization = "Basic " TOKEN;
	expect(&s, "GET", DATA "limits", NULL, 401, EXPIRED);
	s.authorization = "OAuth " TOKEN;
	assert_int_equal(status_of(&s, DATA "limits"), 200);
	s.authorization = "Bearer none";
	assert_int_equal(status_of(&s, "/services/data"), 200);
	end_service(&s);
}

PT_TEST(a_grant_is_checked_for_what_it_needs)
{
	static const struct {
		const char *form, *answer;
	} cases[] = {
	    {"grant_type=password&username=u",
	     "{\"error\":\"unsupported_grant_type\",\"error_description\":\"grant type not "
	     "supported\"}"},
	    {"grant_type=client_credentials&client_id=c",
	     "{\"error\":\"invalid_request\",\"error_description\":\"missing required "
	     "parameter\"}"},
	    {"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b",
	     "{\"error\":\"invalid_grant\",\"error_description\":\"invalid assertion\"}"},
	    {"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a..c",
	     "{\"error\":\"invalid_grant\",\"error_description\":\"invalid assertion\"}"},
	};
	struct served s = serve(1);

	s.type = "application/x-www-form-urlencoded";
	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++)
		expect(&s, "POST", GRANT, cases[i].form, 400, cases[i].answer);
	end_service(&s);
}

/* A header with a long key id in it: the first part alone is longer than most values. */
PT_TEST(an_assertion_of_any_length_is_taken)
{
	struct pt_buf form = PT_BUF_INIT;
	struct served s = serve(1);

	pt_buf_str(&form, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
			  "&assertion=");
	pt_buf_repeat(&form, 'h', 300);
	pt_buf_str(&form, ".claims.signature");
	s.type = "application/x-www-form-urlencoded";
	ask(&s, "POST", GRANT, pt_buf_text(&form));
	assert_int_equal(s.status, 200);
	pt_buf_release(&form);
	end_service(&s);
}

static void take_token(struct served *s, char out[128])
{
	const char *at;

	s->type = "application/x-www-form-urlencoded";
	ask(s, "POST", GRANT, REFRESH);
	s->type = NULL;
	assert_int_equal(s->status, 200);
	at = strstr(pt_buf_text(&s->body), "\"access_token\":\"");
	assert_non_null(at);
	at += strlen("\"access_token\":\"");
	snprintf(out, 128, "Bearer %.*s", (int)strcspn(at, "\""), at);
}

PT_TEST(every_grant_brings_a_token_that_was_never_there)
{
	static char tokens[200][128];
	struct served s = serve(1);

	for (size_t i = 0; i < PT_ARRAY_LEN(tokens); i++) {
		take_token(&s, tokens[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(tokens[i], tokens[k]);
	}
	end_service(&s);
}

PT_TEST(a_token_ends_and_a_new_one_holds)
{
	const struct pt_emulator_conf conf = {
	    .clock = PT_EMULATOR_MANUAL, .control = true, .token_life_ms = HOUR};
	struct served s = serve_as(&conf, 1);
	char token[128];

	assert_int_equal(status_of(&s, DATA "limits"), 200);
	/* As many as a train of a week needs. */
	for (int i = 0; i < 168; i++) {
		pass_time(&s, "{\"advance_ms\":3600000}");
		take_token(&s, token);
		s.authorization = token;
		assert_int_equal(status_of(&s, DATA "limits"), 200);
	}
	s.authorization = NULL;
	expect(&s, "GET", DATA "limits", NULL, 401, EXPIRED);
	end_service(&s);
}

PT_TEST(a_day_has_so_many_calls)
{
	const struct pt_emulator_conf conf = {
	    .clock = PT_EMULATOR_MANUAL, .control = true, .daily_limit = 2};
	struct served s = serve_as(&conf, 1);

	expect(
	    &s, "GET", DATA "limits", NULL, 200,
	    "{\"DailyApiRequests\":{\"Max\":2,\"Remaining\":1},\"DailyBulkV2QueryJobs\":{\"Max\":"
	    "10000,\"Remaining\":10000}}");
	assert_int_equal(status_of(&s, DATA "limits"), 200);
	assert_non_null(strstr(pt_buf_text(&s.head), "Sforce-Limit-Info: api-usage=2/2\r\n"));
	expect(&s, "GET", DATA "limits", NULL, 403,
	       "[{\"message\":\"TotalRequests Limit exceeded.\",\"errorCode\":"
	       "\"REQUEST_LIMIT_EXCEEDED\"}]");
	pass_time(&s, "{\"advance_ms\":86400000}");
	assert_int_equal(status_of(&s, DATA "limits"), 200);
	end_service(&s);
}

PT_TEST(paths_and_versions_that_are_not_served_are_said)
{
	struct served s = serve(1);

	assert_int_equal(status_of(&s, "/services/data/v30.0/limits"), 410);
	assert_int_equal(status_of(&s, "/services/data/v31.0/limits"), 200);
	assert_int_equal(status_of(&s, "/services/data/v99.0/limits"), 404);
	assert_int_equal(status_of(&s, "/services/data/v62/limits"), 404);
	assert_int_equal(status_of(&s, DATA "unheard-of"), 404);
	assert_int_equal(status_of(&s, "/"), 404);
	assert_int_equal(status_of(&s, DATA "composite"), 405);
	expect(&s, "POST", DATA "composite/sobjects", "{\"records\":", 400,
	       "[{\"message\":\"unexpected token near end of file at [line:1, column:11]\","
	       "\"errorCode\":\"JSON_PARSER_ERROR\"}]");
	end_service(&s);
}

PT_TEST(what_is_too_large_is_refused)
{
	struct pt_buf text = PT_BUF_INIT;
	struct served s = serve(1);

	pt_buf_str(&text, DATA "query?q=");
	pt_buf_repeat(&text, 'x', 16400);
	assert_int_equal(status_of(&s, pt_buf_text(&text)), 414);
	pt_buf_clear(&text);
	pt_buf_repeat(&text, ' ', (6 << 20) + 1);
	ask(&s, "POST", DATA "composite", pt_buf_text(&text));
	assert_int_equal(s.status, 413);
	pt_buf_release(&text);
	end_service(&s);
}

/* The line alone is short enough, the headers are not. */
PT_TEST(headers_count_for_the_length_of_a_request)
{
	struct pt_buf path = PT_BUF_INIT;
	struct served s = serve(1);

	pt_buf_str(&path, DATA "query?q=");
	pt_buf_repeat(&path, 'x', 16384 - path.len - 4);
	assert_int_equal(status_of(&s, pt_buf_text(&path)), 414);
	pt_buf_release(&path);
	end_service(&s);
}

static void order(struct served *s, const char *path, enum pt_fault_kind kind)
{
	const struct pt_fault fault = {.path = path, .nth = 1, .times = 1, .kind = kind};

	assert_int_equal(pt_emulator_fault(s->emulator, &fault, NULL), 0);
}

/* How each fault looks from here, and whether a push request was made all the same. */
PT_TEST(each_fault_looks_as_it_should)
{
	static const struct {
		enum pt_fault_kind kind;
		CURLcode end;
		long status;
		bool made;
	} cases[] = {
	    {PT_FAULT_THROTTLED, CURLE_OK, 429, false},
	    {PT_FAULT_SPENT, CURLE_OK, 403, false},
	    {PT_FAULT_EXPIRED, CURLE_OK, 401, false},
	    {PT_FAULT_RETIRED, CURLE_OK, 410, false},
	    {PT_FAULT_REDIRECTED, CURLE_OK, 302, false},
	    {PT_FAULT_ERROR, CURLE_OK, 500, false},
	    {PT_FAULT_BAD_GATEWAY, CURLE_OK, 502, false},
	    {PT_FAULT_UNAVAILABLE, CURLE_OK, 503, false},
	    {PT_FAULT_LOCKED, CURLE_OK, 400, false},
	    {PT_FAULT_RESET, CURLE_RECV_ERROR, 0, false},
	    {PT_FAULT_SILENT, CURLE_OPERATION_TIMEDOUT, 0, false},
	    {PT_FAULT_RESET_AFTER, CURLE_RECV_ERROR, 0, true},
	    {PT_FAULT_SILENT_AFTER, CURLE_OPERATION_TIMEDOUT, 0, true},
	    {PT_FAULT_ERROR_AFTER, CURLE_OK, 500, true},
	    {PT_FAULT_GATEWAY_AFTER, CURLE_OK, 502, true},
	    {PT_FAULT_TRUNCATED, CURLE_PARTIAL_FILE, 201, true},
	    {PT_FAULT_MALFORMED, CURLE_OK, 201, true},
	    {PT_FAULT_EMPTY, CURLE_OK, 200, true},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct served s = serve(1);

		order(&s, "PackagePushRequest", cases[i].kind);
		s.timeout_ms = 200;
		ask(&s, "POST", DATA "sobjects/PackagePushRequest",
		    "{\"PackageVersionId\":\"" BASE_12ID "\"}");
		if (s.end != cases[i].end || s.status != cases[i].status)
			fail_msg("%s: %s, status %ld", pt_fault_text(cases[i].kind),
				 curl_easy_strerror(s.end), s.status);
		assert_int_equal(pt_platform_nrequest(s.platform), cases[i].made);
		assert_int_equal(pt_emulator_nfault(s.emulator), 1);
		/* And the next call meets none. */
		s.timeout_ms = 0;
		assert_int_equal(status_of(&s, DATA "limits"), 200);
		end_service(&s);
	}
}

PT_TEST(a_locked_push_request_does_not_change)
{
	struct served s = serve(1);

	make_request(&s, REQUEST_1);
	order(&s, "PackagePushRequest", PT_FAULT_LOCKED);
	expect(&s, "PATCH", DATA "sobjects/PackagePushRequest/" REQUEST_1,
	       "{\"Status\":\"Pending\"}", 400,
	       "[{\"message\":\"unable to obtain exclusive access to this record\",\"errorCode\":"
	       "\"UNABLE_TO_LOCK_ROW\"}]");
	assert_int_equal(pt_platform_request(s.platform, 0).state, PT_JOB_CREATED);
	end_service(&s);
}

PT_TEST(the_nth_request_that_matches_meets_the_fault_so_many_times)
{
	const struct pt_fault fault = {
	    .method = "GET", .path = "limits$", .nth = 2, .times = 2, .kind = PT_FAULT_UNAVAILABLE};
	static const long wanted[] = {200, 503, 503, 200};
	struct served s = serve(1);

	assert_int_equal(pt_emulator_fault(s.emulator, &fault, NULL), 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(wanted); i++) {
		assert_int_equal(status_of(&s, DATA "query?q=x"), 400);
		assert_int_equal(status_of(&s, DATA "limits"), wanted[i]);
	}
	end_service(&s);
}

static void meet_at_random(long out[60], uint64_t seed)
{
	const struct pt_emulator_conf conf = {
	    .clock = PT_EMULATOR_MANUAL, .seed = seed, .fault_ppm = 300000};
	struct served s = serve_as(&conf, 1);

	s.timeout_ms = 50;
	for (size_t i = 0; i < 60; i++) {
		(void)status_of(&s, DATA "limits");
		out[i] = s.status * 1000 + (long)s.end;
	}
	assert_true(pt_emulator_nfault(s.emulator) > 5);
	end_service(&s);
}

PT_TEST(the_same_seed_brings_the_same_faults)
{
	long first[60], again[60], other[60];

	meet_at_random(first, 7);
	meet_at_random(again, 7);
	meet_at_random(other, 8);
	assert_memory_equal(first, again, sizeof(first));
	assert_memory_not_equal(first, other, sizeof(first));
}

PT_TEST(an_answer_may_take_its_time)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_MANUAL, .latency_ms = 300};
	struct served s = serve_as(&conf, 1);

	s.timeout_ms = 100;
	assert_int_equal(status_of(&s, DATA "limits"), 0);
	assert_int_equal(s.end, CURLE_OPERATION_TIMEDOUT);
	s.timeout_ms = 0;
	assert_int_equal(status_of(&s, DATA "limits"), 200);
	end_service(&s);
}

/* A client that gave up leaves nothing behind: there are only so many connections. */
PT_TEST(calls_that_are_never_answered_use_nothing_up)
{
	const struct pt_fault fault = {
	    .path = "query", .nth = 1, .times = UINT32_MAX, .kind = PT_FAULT_SILENT};
	struct served s = serve(1);

	assert_int_equal(pt_emulator_fault(s.emulator, &fault, NULL), 0);
	s.timeout_ms = 2;
	for (int i = 0; i < 1500; i++)
		(void)status_of(&s, DATA "query?q=x");
	s.timeout_ms = 0;
	assert_int_equal(status_of(&s, DATA "limits"), 200);
	end_service(&s);
}

PT_TEST_MAIN(PT_RUN(a_call_needs_a_token_that_holds), PT_RUN(a_grant_is_checked_for_what_it_needs),
	     PT_RUN(an_assertion_of_any_length_is_taken),
	     PT_RUN(every_grant_brings_a_token_that_was_never_there),
	     PT_RUN(a_token_ends_and_a_new_one_holds), PT_RUN(a_day_has_so_many_calls),
	     PT_RUN(paths_and_versions_that_are_not_served_are_said),
	     PT_RUN(what_is_too_large_is_refused),
	     PT_RUN(headers_count_for_the_length_of_a_request),
	     PT_RUN(each_fault_looks_as_it_should), PT_RUN(a_locked_push_request_does_not_change),
	     PT_RUN(the_nth_request_that_matches_meets_the_fault_so_many_times),
	     PT_RUN(the_same_seed_brings_the_same_faults), PT_RUN(an_answer_may_take_its_time),
	     PT_RUN(calls_that_are_never_answered_use_nothing_up))
