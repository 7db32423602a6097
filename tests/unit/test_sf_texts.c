/* The connector's small parts: what an answer means, queries as text, CSV. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "connectors/push/salesforce/judge.h"
#include "connectors/push/salesforce/query.h"
#include "tests/test.h"

static struct pt_sf_judgement judged(enum pt_http_end end, long status, const char *body,
				     const char *location)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_sf_judgement out;

	pt_buf_str(&text, body);
	const struct pt_http_answer answer = {.end = end,
					      .text = "connection reset",
					      .status = status,
					      .body = &text,
					      .location = location};

	assert_int_equal(pt_sf_judge(&out, &answer, NULL), 0);
	return out;
}

PT_TEST(an_answer_says_whether_the_call_was_carried_out)
{
	static const struct {
		enum pt_http_end end;
		long status;
		const char *body;
		enum pt_sf_verdict verdict;
		const char *words;
	} cases[] = {
	    {PT_HTTP_ANSWERED, 200, "{}", PT_SF_FINE, ""},
	    {PT_HTTP_ANSWERED, 204, "", PT_SF_FINE, ""},
	    {PT_HTTP_ANSWERED, 400, "[{\"errorCode\":\"MALFORMED_QUERY\",\"message\":\"no\"}]",
	     PT_SF_REFUSED, "MALFORMED_QUERY: no"},
	    {PT_HTTP_ANSWERED, 400, "[{\"errorCode\":\"UNABLE_TO_LOCK_ROW\",\"message\":\"busy\"}]",
	     PT_SF_NOT_NOW, "UNABLE_TO_LOCK_ROW: busy"},
	    {PT_HTTP_ANSWERED, 400,
	     "[{\"errorCode\":\"X\",\"message\":\"Something bad has happened. Try again\"}]",
	     PT_SF_NOT_NOW, "X: Something bad has happened. Try again"},
	    {PT_HTTP_ANSWERED, 401, "[{\"errorCode\":\"INVALID_SESSION_ID\"}]", PT_SF_EXPIRED,
	     "INVALID_SESSION_ID"},
	    {PT_HTTP_ANSWERED, 403,
	     "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\",\"message\":\"m\"}]", PT_SF_SPENT,
	     "REQUEST_LIMIT_EXCEEDED: m"},
	    {PT_HTTP_ANSWERED, 403, "[{\"errorCode\":\"FORBIDDEN\",\"message\":\"m\"}]",
	     PT_SF_REFUSED, "FORBIDDEN: m"},
	    {PT_HTTP_ANSWERED, 410, "", PT_SF_NOT_NOW, "HTTP 410 without an error of the platform"},
	    {PT_HTTP_ANSWERED, 429, "slow", PT_SF_NOT_NOW,
	     "HTTP 429 without an error of the platform"},
	    {PT_HTTP_ANSWERED, 500, "[{\"errorCode\":\"UNKNOWN_EXCEPTION\",\"message\":\"m\"}]",
	     PT_SF_UNSURE, "UNKNOWN_EXCEPTION: m"},
	    {PT_HTTP_ANSWERED, 503, "<html>\n<h1>Down</h1>", PT_SF_UNSURE,
	     "HTTP 503 without an error of the platform"},
	    {PT_HTTP_ANSWERED, 400, "[{\"errorCode\":\"A\\u001b[2J\",\"message\":\"b\\nc\"}]",
	     PT_SF_REFUSED, "A?[2J: b?c"},
	    {PT_HTTP_NOT_SENT, 0, "", PT_SF_NOT_NOW, "connection reset"},
	    {PT_HTTP_CUT, 200, "{\"id\"", PT_SF_UNSURE, "connection reset"},
	    {PT_HTTP_UNTRUSTED, 0, "", PT_SF_REFUSED, "connection reset"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct pt_sf_judgement judgement =
		    judged(cases[i].end, cases[i].status, cases[i].body, "");

		assert_int_equal(judgement.verdict, cases[i].verdict);
		assert_string_equal(judgement.words, cases[i].words);
	}
}

PT_TEST(a_redirect_is_named_by_its_host_alone)
{
	struct pt_sf_judgement judgement =
	    judged(PT_HTTP_ANSWERED, 302, "", "https://elsewhere.example/frontdoor?sid=00DSECRET");

	assert_int_equal(judgement.verdict, PT_SF_NOT_NOW);
	assert_string_equal(
	    judgement.words,
	    "HTTP 302, redirected to 'https://elsewhere.example', which is not followed");
}

PT_TEST(a_quote_in_a_text_does_not_end_it)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_sf_quote(&soql, "x' OR Name != '\\");
	assert_string_equal(pt_buf_text(&soql), "'x\\' OR Name != \\'\\\\'");
}

PT_TEST(a_query_is_a_path_without_anything_that_a_path_must_not_have)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	char *path;

	pt_buf_str(&soql, "SELECT Id FROM X WHERE N = 'a&b#c%d+e' AND S >= 1 ");
	pt_sf_time(&soql, 1669917600000);
	path = pt_sf_query_path("62.0", &soql);
	assert_string_equal(path, "/services/data/v62.0/query?q=SELECT+Id+FROM+X+WHERE+N+%3D+"
				  "'a%26b%23c%25d%2Be'+AND+S+%3E%3D+1+2022-12-01T18:00:00Z");
	free(path);
}

PT_TEST(five_hundred_org_keys_stay_far_below_the_limit_of_a_request_line)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;
	struct pt_org_key *key = calloc(PT_SF_KEYS_LISTED, sizeof(*key));
	char *path;

	for (size_t i = 0; i < PT_SF_KEYS_LISTED; i++)
		snprintf(key[i].text, sizeof(key[i].text), "00D%012zu", i);
	pt_sf_list_keys(&soql, "OrgKey", key, PT_SF_KEYS_LISTED);
	path = pt_sf_query_path("62.0", &soql);
	assert_true(strlen(path) < 10000);
	free(path);
	free(key);
}

static void read_csv(struct pt_buf *out, const char *text, struct pt_err *err)
{
	struct pt_csv csv;
	bool got = true;

	pt_csv_init(&csv, text, strlen(text));
	while (pt_csv_next(&got, &csv, err) == 0 && got) {
		for (size_t i = 0; i < csv.nfield; i++)
			pt_buf_printf(out, "[%s]", pt_csv_field(&csv, i));
		pt_buf_char(out, '/');
	}
	pt_csv_release(&csv);
}

PT_TEST(csv_is_read_as_it_is_written)
{
	static const struct {
		const char *text, *rows, *error;
	} cases[] = {
	    {"", "", ""},
	    {"a,b\n1,2\n", "[a][b]/[1][2]/", ""},
	    {"a,b\r\n1,2", "[a][b]/[1][2]/", ""},
	    {"\"a\",\"b,\"\"c\"\"\nd\"\n", "[a][b,\"c\"\nd]/", ""},
	    {",\n", "[][]/", ""},
	    {"\n\n", "[]/[]/", ""},
	    {"a\n\"b", "[a]/", "row 2: a quote is not closed"},
	    {"\"a\"b\n", "", "row 1: text after a closing quote"},
	    {",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n", "", "row 1: more than 32 fields"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf rows = PT_BUF_INIT;
		struct pt_err err = PT_ERR_INIT;

		read_csv(&rows, cases[i].text, &err);
		assert_string_equal(pt_buf_text(&rows), cases[i].rows);
		assert_string_equal(err.text, cases[i].error);
	}
}

PT_TEST_MAIN(PT_RUN(an_answer_says_whether_the_call_was_carried_out),
	     PT_RUN(a_redirect_is_named_by_its_host_alone),
	     PT_RUN(a_quote_in_a_text_does_not_end_it),
	     PT_RUN(a_query_is_a_path_without_anything_that_a_path_must_not_have),
	     PT_RUN(five_hundred_org_keys_stay_far_below_the_limit_of_a_request_line),
	     PT_RUN(csv_is_read_as_it_is_written))
