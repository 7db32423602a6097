/* base/ with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/errs.h"
#include "base/file.h"
#include "base/intern.h"
#include "base/json.h"
#include "base/json_load.h"
#include "base/pattern.h"
#include "base/table.h"
#include "base/url.h"
#include "base/zone.h"

static int of_buf(uint64_t *result, struct pt_buf *buf, struct pt_err *err)
{
	int rc = pt_buf_check(buf, err);

	if (rc == 0)
		alloc_result(result, pt_buf_text(buf));
	pt_buf_release(buf);
	return rc;
}

static int write_buf(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf buf = PT_BUF_INIT;

	(void)context;
	for (int i = 0; i < 100; i++) {
		pt_buf_printf(&buf, "%d ", i);
		pt_buf_str(&buf, "some text");
		pt_buf_repeat(&buf, '-', 20);
	}
	return of_buf(result, &buf, err);
}

static int take_buf(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf buf = PT_BUF_INIT;
	char *text;

	pt_buf_str(&buf, context);
	text = pt_buf_take(&buf);
	if (!text)
		return pt_err_nomem(err);
	alloc_result(result, text);
	free(text);
	return 0;
}

PT_TEST(buf_survives_every_failed_allocation)
{
	char text[] = "text", nothing[] = "";

	survives("a buffer", write_buf, NULL);
	survives("a buffer's text", take_buf, text);
	survives("an empty buffer's text", take_buf, nothing);
}

static int fill_arena(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_arena arena = PT_ARENA_INIT;
	int rc = 0;

	(void)context;
	for (int i = 0; rc == 0 && i < 50; i++) {
		char *text = pt_arena_printf(&arena, "%*d", 1000, i);

		if (text)
			alloc_result(result, text);
		if (!text || !pt_arena_alloc(&arena, 30, 1000))
			rc = pt_err_nomem(err);
	}
	pt_arena_release(&arena);
	return rc;
}

PT_TEST(arena_survives_every_failed_allocation)
{
	survives("an arena", fill_arena, NULL);
}

/* What failed is tried again: what is there must have stayed whole. */
static int intern_texts(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_intern *intern = NULL;
	int rc = pt_intern_new(&intern, err);

	(void)context;
	for (uint32_t i = 0; rc == 0 && i < 3000; i++) {
		uint32_t number = 0, again = 0;
		char text[32];

		snprintf(text, sizeof(text), "text %u", i % 2000);
		rc = pt_intern_put(&number, intern, text, err);
		if (rc < 0) {
			struct pt_err once_more = PT_ERR_INIT;

			if (pt_intern_put(&again, intern, text, &once_more) == 0)
				assert_string_equal(pt_intern_text(intern, again), text);
			break;
		}
		assert_string_equal(pt_intern_text(intern, number), text);
		*result += number;
	}
	pt_intern_free(intern);
	return rc;
}

PT_TEST(intern_survives_every_failed_allocation)
{
	survives("interned texts", intern_texts, NULL);
}

static int render_table(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf out = PT_BUF_INIT;
	struct pt_table *table = pt_table_new("lrl");
	int rc = table ? 0 : pt_err_nomem(err);

	(void)context;
	for (int i = 0; table && i < 60; i++)
		pt_table_cell(table, "cell %d of %s", i, "many");
	if (table)
		rc = pt_table_render(&out, table, 4, err);
	pt_table_free(table);
	if (rc == 0)
		return of_buf(result, &out, err);
	pt_buf_release(&out);
	return rc;
}

PT_TEST(table_survives_every_failed_allocation)
{
	survives("a table", render_table, NULL);
}

static int read_csv(uint64_t *result, void *context, struct pt_err *err)
{
	const char *text = context;
	struct pt_csv csv;
	bool got = true;
	int rc = 0;

	pt_csv_init(&csv, text, strlen(text));
	while (rc == 0 && got) {
		rc = pt_csv_next(&got, &csv, err);
		for (size_t i = 0; rc == 0 && i < csv.nfield; i++)
			alloc_result(result, pt_csv_field(&csv, i));
	}
	pt_csv_release(&csv);
	return rc;
}

PT_TEST(csv_survives_every_failed_allocation)
{
	char good[400], bad[] = "a,b\n\"open,1\n";

	snprintf(good, sizeof(good), "a,b\n\"q\"\"%0200d\",2\n1,\"%0100d\"\n", 1, 2);
	survives("CSV", read_csv, good);
	survives("broken CSV", read_csv, bad);
}

static int write_json(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf out = PT_BUF_INIT;
	struct pt_json json;

	(void)context;
	pt_json_init(&json, &out);
	pt_json_object(&json, NULL);
	pt_json_array(&json, "list");
	for (int i = 0; i < 40; i++)
		pt_json_str(&json, NULL, "\"text\"\n");
	pt_json_array_end(&json);
	pt_json_int(&json, "number", 1);
	pt_json_object_end(&json);
	return of_buf(result, &out, err);
}

PT_TEST(json_survives_every_failed_allocation)
{
	survives("JSON", write_json, NULL);
}

/* Long names and texts: jansson's buffer for them grows. */
static int load_json(uint64_t *result, void *context, struct pt_err *err)
{
	const char *text = context, *key;
	json_t *root = NULL, *value;
	int rc = pt_json_load(&root, text, strlen(text), JSON_REJECT_DUPLICATES, NULL);

	if (rc < 0)
		return rc == -PT_E_NOMEM ? pt_err_nomem(err)
					 : pt_err_set(err, PT_E_SYNTAX, "malformed");
	json_object_foreach(root, key, value)
	{
		alloc_result(result, key);
		alloc_result(result, json_is_string(value) ? json_string_value(value) : "");
	}
	json_decref(root);
	return 0;
}

PT_TEST(json_load_survives_every_failed_allocation)
{
	char text[2000], broken[] = "{\"a name that is longer than sixteen\": [1, 2";

	snprintf(text, sizeof(text),
		 "{\"a name that is longer than sixteen\": \"%0300d\", \"b\": [[{}], 1, "
		 "\"%070d\"], \"c\": \"\\u00e9\"}",
		 1, 2);
	survives("JSON read", load_json, text);
	survives("broken JSON read", load_json, broken);
}

static int parse_url(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_url url = PT_URL_INIT;
	int rc = pt_url_parse(&url, context, err);

	if (rc == 0) {
		alloc_result(result, pt_buf_text(&url.address));
		alloc_result(result, pt_buf_text(&url.user));
		alloc_result(result, pt_buf_text(&url.password));
	}
	pt_url_release(&url);
	return rc;
}

PT_TEST(url_survives_every_failed_allocation)
{
	char urls[][160] = {
	    "https://a%20user:pass%41word@git.example.org/to/grow/a/buffer/of/sixty/four.git",
	    "git@example.org:a/b.git",
	    "file:///srv/git/a.git",
	    "http://example.org/a.git",
	    "no address",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(urls); i++)
		survives(urls[i], parse_url, urls[i]);
}

static int match_pattern(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_pattern *pattern = NULL;
	char *group = NULL;
	bool matched = false;
	int rc = pt_pattern_new(&pattern, context, err);

	if (rc == 0)
		rc = pt_pattern_match(&matched, &group, pattern, "rel/1.20", "version", err);
	if (rc == 0) {
		*result = matched;
		alloc_result(result, group ? group : "");
	}
	free(group);
	pt_pattern_free(pattern);
	return rc;
}

PT_TEST(pattern_survives_every_failed_allocation)
{
	char good[] = "^rel/(?<version>\\d+\\.\\d+)$", bad[] = "(open";

	survives("a pattern", match_pattern, good);
	survives("a broken pattern", match_pattern, bad);
}

static int collect_errs(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_buf out = PT_BUF_INIT;
	int rc = 0;

	(void)context;
	for (unsigned i = 0; i < 250; i++)
		pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){"file", 250 - i, 1}, "wrong");
	pt_errs_sort(&errs);
	pt_errs_print(&out, &errs, "test");
	/* Those that there was no memory for are counted. */
	assert_int_equal(errs.n + errs.nlost, 250);
	if (errs.nomem)
		rc = pt_err_nomem(err);
	pt_errs_release(&errs);
	if (rc == 0)
		return of_buf(result, &out, err);
	pt_buf_release(&out);
	return rc;
}

PT_TEST(errs_survives_every_failed_allocation)
{
	survives("a list of errors", collect_errs, NULL);
}

static int open_zone(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_zone *zone = NULL;
	int rc = pt_zone_open(&zone, context, err);

	if (rc == 0)
		*result = (uint64_t)pt_zone_offset_ms(zone, 1660000000000);
	pt_zone_free(zone);
	return rc;
}

PT_TEST(zone_survives_every_failed_allocation)
{
	char berlin[] = "Europe/Berlin", none[] = "Europe/Nowhere";

	survives("a time zone", open_zone, berlin);
	survives("no time zone", open_zone, none);
}

static int replace_and_read(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf text = PT_BUF_INIT;
	char *path = pt_file_beside(context, "file");
	int rc = path ? 0 : pt_err_nomem(err);

	if (rc == 0)
		rc = pt_file_replace(path, "content", 7, err);
	if (rc == 0)
		rc = pt_file_read(&text, path, 100, err);
	if (rc == 0)
		alloc_result(result, pt_buf_text(&text));
	free(path);
	pt_buf_release(&text);
	return rc;
}

PT_TEST(file_survives_every_failed_allocation)
{
	char folder[] = "/tmp/pt-alloc-XXXXXX", beside[64], command[96];

	assert_non_null(mkdtemp(folder));
	snprintf(beside, sizeof(beside), "%s/beside", folder);
	survives("a file", replace_and_read, beside);
	/* And no file that was begun is left beside it. */
	snprintf(command, sizeof(command), "test $(ls %s) = file && rm -r %s", folder, folder);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(buf_survives_every_failed_allocation),
	    PT_RUN(arena_survives_every_failed_allocation),
	    PT_RUN(intern_survives_every_failed_allocation),
	    PT_RUN(table_survives_every_failed_allocation),
	    PT_RUN(csv_survives_every_failed_allocation),
	    PT_RUN(json_survives_every_failed_allocation),
	    PT_RUN(json_load_survives_every_failed_allocation),
	    PT_RUN(url_survives_every_failed_allocation),
	    PT_RUN(pattern_survives_every_failed_allocation),
	    PT_RUN(errs_survives_every_failed_allocation),
	    PT_RUN(zone_survives_every_failed_allocation),
	    PT_RUN(file_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
