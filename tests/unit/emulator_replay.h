/*
 * Requests to an emulator without sockets, for fuzzing and for the examples in
 * tests/data/emulator-*: whatever they are, the answers have the form that they claim.
 */
#ifndef PT_TESTS_UNIT_EMULATOR_REPLAY_H
#define PT_TESTS_UNIT_EMULATOR_REPLAY_H

#include "tests/unit/platform_fixture.h"

#include "base/csv.h"
#include "connectors/emulator/inside.h"

static inline struct pt_emulator *emulator_of(struct pt_platform *platform)
{
	const struct pt_emulator_conf conf = {
	    .clock = PT_EMULATOR_MANUAL, .control = true, .token = "t", .start_ms = T0};
	struct pt_emulator *e;

	assert_int_equal(emu_new(&e, platform, &conf, NULL), 0);
	return e;
}

static inline void check_csv(const struct pt_buf *text)
{
	struct pt_csv csv;
	bool got = true;

	pt_csv_init(&csv, pt_buf_text(text), text->len);
	while (got) {
		assert_int_equal(pt_csv_next(&got, &csv, NULL), 0);
		assert_true(!got || csv.nfield == 4);
	}
	pt_csv_release(&csv);
}

/* JSON, CSV or nothing, as it says itself. */
static inline void check_answer(const struct emu_answer *answer)
{
	json_t *json;

	assert_true(answer->status >= 200 && answer->status < 600);
	if (answer->body.len == 0)
		return;
	assert_non_null(answer->content_type);
	if (strcmp(answer->content_type, "text/csv") == 0) {
		check_csv(&answer->body);
		return;
	}
	json = json_loadb(answer->body.data, answer->body.len, 0, NULL);
	assert_non_null(json);
	json_decref(json);
}

/* `query`: of the address, decoded; NULL. */
static inline unsigned dispatch(struct pt_emulator *e, const char *method, const char *path,
				const char *query, const char *body, size_t size)
{
	bool puts = strcmp(method, "PUT") == 0;
	struct emu_request request = {.method = method,
				      .path = path,
				      .q = query,
				      .fields = query,
				      .bearer = "t",
				      .content_type = puts ? "text/csv" : "application/json",
				      .body = body,
				      .body_size = size};
	struct emu_answer answer = {.status = 0};

	e->nrequest++;
	assert_int_equal(emu_dispatch(e, &request, &answer, NULL), 0);
	check_answer(&answer);
	pt_buf_release(&answer.body);
	return answer.status;
}

/* "METHOD path[?query]\nbody\n\n" and so on: one request after another. */
static inline void replay_requests(const char *text, size_t size)
{
	struct pt_platform *platform = peopled(&PLAIN, 1, 3);
	struct pt_emulator *e = emulator_of(platform);
	struct pt_buf copy = PT_BUF_INIT;

	pt_buf_bytes(&copy, text, size);
	for (char *at = copy.data, *next; at && *at; at = next) {
		char *end = strstr(at, "\n\n");

		next = end ? end + 2 : at + strlen(at);
		if (end)
			*end = '\0';
		char *path = at + strcspn(at, " \n"), *body = at + strcspn(at, "\n");

		if (*body)
			*body++ = '\0';
		if (*path == ' ')
			*path++ = '\0';
		char *query = strchr(path, '?');

		if (query)
			*query++ = '\0';
		(void)dispatch(e, at, path, query, body, strlen(body));
	}
	pt_buf_release(&copy);
	emu_free(e);
	pt_platform_free(platform);
}

/* The rows of an ingest job, from made to read back. */
static inline void replay_csv(const char *csv, size_t size)
{
	static const char ingest[] = "/services/data/v62.0/jobs/ingest";
	static const char job[] = "/services/data/v62.0/jobs/ingest/7505f0000000001AAA";
	struct pt_platform *platform = peopled(&PLAIN, 1, 3);
	struct pt_emulator *e = emulator_of(platform);
	struct pt_buf copy = PT_BUF_INIT, path = PT_BUF_INIT;
	const char *const ends[] = {"/successfulResults", "/failedResults", ""};
	const char *make = "{\"object\":\"PackagePushJob\",\"operation\":\"insert\"}";
	const char *close = "{\"state\":\"UploadComplete\"}";

	(void)create(platform, BASE, BASE_12, 0);
	pt_buf_bytes(&copy, csv, size);
	pt_buf_printf(&path, "%s/batches", job);
	assert_int_equal(dispatch(e, "POST", ingest, NULL, make, strlen(make)), 200);
	assert_int_equal(dispatch(e, "PUT", pt_buf_text(&path), NULL, pt_buf_text(&copy), copy.len),
			 201);
	assert_int_equal(dispatch(e, "PATCH", job, NULL, close, strlen(close)), 200);
	emu_advance(e, T0 + HOUR);
	for (size_t i = 0; i < PT_ARRAY_LEN(ends); i++) {
		pt_buf_clear(&path);
		pt_buf_printf(&path, "%s%s", job, ends[i]);
		(void)dispatch(e, "GET", pt_buf_text(&path), NULL, "", 0);
	}
	assert_true(pt_platform_njob(platform) <= 3);
	pt_buf_release(&path);
	pt_buf_release(&copy);
	emu_free(e);
	pt_platform_free(platform);
}

#endif
