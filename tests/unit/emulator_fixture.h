/*
 * An emulator of the platform of platform_fixture.h, and calls to it over a real
 * socket: client and server take turns in the test's own thread.
 */
#ifndef PT_TESTS_UNIT_EMULATOR_FIXTURE_H
#define PT_TESTS_UNIT_EMULATOR_FIXTURE_H

#include "tests/unit/platform_fixture.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "connectors/emulator/emulator.h"

#define DATA      "/services/data/v62.0/"
#define TOKEN     "00D000000000001!test"
#define BASE_12ID "04t000000000001AAA"
#define REQUEST_1 "0DV5f0000000001GAA"
#define REQUEST_2 "0DV5f0000000002GAA"
#define JOB_1     "0DX5f0000000001GAA"
#define JOB_2     "0DX5f0000000002GAA"
#define ORG_0     "00DxkwLTX5yZ7rU"
#define ORG_1     "00DMNbyCvBGBd1j"
#define ORG_2     "00DT1wRHrSdo8By"
#define NO_ORG    "00D000000000000"

#define ADDED(id) "{\"id\":\"" id "\",\"success\":true,\"errors\":[]}"
#define DUPLICATE_TEXT                                                                             \
	"\"DUPLICATE_VALUE\",\"message\":\"The push request has a job for this org already.\""
#define INELIGIBLE_TEXT                                                                            \
	"\"INVALID_OPERATION\",\"message\":\"The org with this SubscriberOrganizationKey is not "  \
	"eligible to receive this upgrade: it may not have the package, or may have a beta or a "  \
	"newer version of it.\""

/* What the next calls are sent with; NULL: what is usual. */
struct served {
	struct pt_platform *platform;
	struct pt_emulator *emulator;
	CURLM *multi;
	const char *type, *authorization;
	long timeout_ms;
	/* Of the last answer: */
	CURLcode end;
	long status;
	struct pt_buf head, body;
};

static inline struct served serve_as(const struct pt_emulator_conf *wanted, uint32_t norg)
{
	struct pt_emulator_conf conf = *wanted;
	struct served s = {.platform = peopled(&PLAIN, 1, norg)};
	struct pt_err err = PT_ERR_INIT;

	if (!conf.token)
		conf.token = TOKEN;
	if (conf.start_ms == 0)
		conf.start_ms = T0;
	if (pt_emulator_new(&s.emulator, s.platform, &conf, &err) < 0)
		fail_msg("%s", err.text);
	s.multi = curl_multi_init();
	assert_non_null(s.multi);
	return s;
}

static inline struct served serve(uint32_t norg)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_MANUAL, .control = true};

	return serve_as(&conf, norg);
}

static inline void end_service(struct served *s)
{
	(void)curl_multi_cleanup(s->multi);
	pt_emulator_free(s->emulator);
	pt_platform_free(s->platform);
	pt_buf_release(&s->head);
	pt_buf_release(&s->body);
}

static inline size_t keep_bytes(char *bytes, size_t size, size_t n, void *context)
{
	pt_buf_bytes(context, bytes, size * n);
	return size * n;
}

static inline void take_turns(struct served *s, CURL *call)
{
	const struct CURLMsg *message;
	int running = 1, left;

	assert_int_equal(curl_multi_add_handle(s->multi, call), CURLM_OK);
	while (running > 0) {
		assert_int_equal(curl_multi_perform(s->multi, &running), CURLM_OK);
		assert_int_equal(pt_emulator_turn(s->emulator, 1, NULL), 0);
	}
	message = curl_multi_info_read(s->multi, &left);
	assert_non_null(message);
	s->end = message->data.result;
	(void)curl_easy_getinfo(call, CURLINFO_RESPONSE_CODE, &s->status);
	(void)curl_multi_remove_handle(s->multi, call);
}

static inline struct curl_slist *headers_of(const struct served *s)
{
	struct curl_slist *headers = NULL;
	char line[256];

	snprintf(line, sizeof(line), "Authorization: %s",
		 s->authorization ? s->authorization : "Bearer " TOKEN);
	headers = curl_slist_append(headers, line);
	snprintf(line, sizeof(line), "Content-Type: %s", s->type ? s->type : "application/json");
	headers = curl_slist_append(headers, line);
	return curl_slist_append(headers, "Expect:");
}

/* The answer is in *s until the next. */
static inline void ask_bytes(struct served *s, const char *method, const char *path,
			     const char *body, size_t size)
{
	struct curl_slist *headers = headers_of(s);
	struct pt_buf url = PT_BUF_INIT;
	CURL *call = curl_easy_init();

	assert_non_null(call);
	pt_buf_clear(&s->head);
	pt_buf_clear(&s->body);
	s->status = 0;
	pt_buf_printf(&url, "http://127.0.0.1:%u%s", pt_emulator_port(s->emulator), path);
	curl_easy_setopt(call, CURLOPT_URL, pt_buf_text(&url));
	curl_easy_setopt(call, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(call, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(call, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(call, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(call, CURLOPT_TIMEOUT_MS, s->timeout_ms ? s->timeout_ms : 20000L);
	curl_easy_setopt(call, CURLOPT_WRITEFUNCTION, keep_bytes);
	curl_easy_setopt(call, CURLOPT_WRITEDATA, &s->body);
	curl_easy_setopt(call, CURLOPT_HEADERFUNCTION, keep_bytes);
	curl_easy_setopt(call, CURLOPT_HEADERDATA, &s->head);
	if (body) {
		curl_easy_setopt(call, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(call, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	}
	take_turns(s, call);
	curl_easy_cleanup(call);
	curl_slist_free_all(headers);
	pt_buf_release(&url);
}

static inline void ask(struct served *s, const char *method, const char *path, const char *body)
{
	ask_bytes(s, method, path, body, body ? strlen(body) : 0);
}

/* The whole of the last answer. */
static inline void answered(const struct served *s, long status, const char *body)
{
	assert_int_equal(s->end, CURLE_OK);
	assert_string_equal(pt_buf_text(&s->body), body);
	assert_int_equal(s->status, status);
}

static inline void expect(struct served *s, const char *method, const char *path, const char *body,
			  long status, const char *answer)
{
	ask(s, method, path, body);
	answered(s, status, answer);
}

static inline void ask_soql(struct served *s, const char *soql)
{
	char *quoted = curl_easy_escape(NULL, soql, 0);
	struct pt_buf path = PT_BUF_INIT;

	assert_non_null(quoted);
	pt_buf_printf(&path, DATA "query?q=%s", quoted);
	ask(s, "GET", pt_buf_text(&path), NULL);
	pt_buf_release(&path);
	curl_free(quoted);
}

static inline void expect_soql(struct served *s, const char *soql, const char *answer)
{
	ask_soql(s, soql);
	answered(s, 200, answer);
}

/* A push request of base 1.2, which every org may have. */
static inline void make_request(struct served *s, const char *id)
{
	char answer[128];

	snprintf(answer, sizeof(answer), "{\"id\":\"%s\",\"success\":true,\"errors\":[]}", id);
	expect(s, "POST", DATA "sobjects/PackagePushRequest",
	       "{\"PackageVersionId\":\"" BASE_12ID "\"}", 201, answer);
}

static inline void pass_time(struct served *s, const char *body)
{
	ask(s, "POST", "/_control/clock", body);
	assert_int_equal(s->status, 200);
}

#endif
