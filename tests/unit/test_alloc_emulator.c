/* The emulator, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "base/file.h"
#include "connectors/emulator/inside.h"
#include "tests/unit/platform_fixture.h"
#include "tests/unit/soql_fixture.h"

#define REQUESTS PT_SOURCE_DIR "/tests/data/emulator-requests"
#define QUERIES  PT_SOURCE_DIR "/tests/data/soql"

/* One of "METHOD path[?query]\nbody\n\n"; *at goes on to the next. */
static int send(uint64_t *result, struct pt_emulator *e, char **at, struct pt_err *err)
{
	char *line = *at, *end = strstr(line, "\n\n"), *body = line + strcspn(line, "\n");
	struct emu_answer answer = {.status = 0};

	*at = end ? end + 2 : line + strlen(line);
	if (end)
		*end = '\0';
	if (*body)
		*body++ = '\0';
	char *path = line + strcspn(line, " "), *query = strchr(line, '?');

	if (*path)
		*path++ = '\0';
	if (query)
		*query++ = '\0';
	struct emu_request request = {.method = line,
				      .path = path,
				      .q = query,
				      .fields = query,
				      .bearer = "t",
				      .content_type = strcmp(line, "PUT") == 0 ? "text/csv"
									       : "application/json",
				      .body = body,
				      .body_size = strlen(body)};
	int rc = emu_dispatch(e, &request, &answer, err);

	if (rc == 0) {
		*result += answer.status;
		alloc_result(result, pt_buf_text(&answer.body));
	}
	pt_buf_release(&answer.body);
	return rc;
}

/* On a platform whose own making is not tried here. */
static int answer_requests(uint64_t *result, void *context, struct pt_err *err)
{
	const struct pt_emulator_conf conf = {
	    .clock = PT_EMULATOR_MANUAL, .control = true, .token = "t", .start_ms = T0};
	bool armed = alloc.armed;

	alloc.armed = false;
	struct pt_platform *platform = peopled(&PLAIN, 1, 3);
	char *copy = strdup(context), *at = copy;

	assert_non_null(copy);
	alloc.armed = armed;
	struct pt_emulator *e = NULL;
	int rc = emu_new(&e, platform, &conf, err);

	while (rc == 0 && *at)
		rc = send(result, e, &at, err);
	if (e)
		emu_free(e);
	pt_platform_free(platform);
	free(copy);
	return rc;
}

static char *text_of(const char *folder, const char *name)
{
	struct pt_buf text = PT_BUF_INIT;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(pt_file_read(&text, path, 1 << 20, NULL), 0);
	return pt_buf_take(&text);
}

static void try_requests(const char *name)
{
	char *text = text_of(REQUESTS, name);

	survives(name, answer_requests, text);
	free(text);
}

PT_TEST(emulator_survives_every_failed_allocation)
{
	assert_true(alloc_each(REQUESTS, try_requests) >= 6);
}

static int ask_soql(uint64_t *result, void *context, struct pt_err *err)
{
	struct counters counters = {.narrowed = 0};
	struct pt_soql_schema schema = soql_fixture(&counters);
	struct pt_soql_refusal refusal;
	struct pt_soql_query *query = NULL;
	struct pt_soql_result *rows = NULL;
	struct pt_buf out = PT_BUF_INIT;
	const char *text = context;
	int rc = pt_soql_parse(&query, &refusal, &schema, text, strlen(text), err);

	if (rc == 0 && query)
		rc = pt_soql_run(&rows, query, err);
	if (rc == 0 && query) {
		pt_soql_write(&out, rows, 0, SIZE_MAX, "62.0");
		rc = pt_buf_check(&out, err);
	}
	if (rc == 0)
		alloc_result(result, query ? pt_buf_text(&out) : refusal.message);
	pt_soql_result_free(rows);
	pt_soql_query_free(query);
	pt_buf_release(&out);
	return rc;
}

static void try_query(const char *name)
{
	char *text = text_of(QUERIES, name);

	survives(name, ask_soql, text);
	free(text);
}

PT_TEST(soql_survives_every_failed_allocation)
{
	assert_true(alloc_each(QUERIES, try_query) >= 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(emulator_survives_every_failed_allocation),
	    PT_RUN(soql_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
