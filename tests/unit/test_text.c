/* base/: buffers, arenas, JSON, tables, suggestions and errors. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/errs.h"
#include "base/json.h"
#include "base/near.h"
#include "base/table.h"
#include "tests/test.h"

static void assert_text(struct pt_buf *buf, const char *expected)
{
	assert_int_equal(pt_buf_check(buf, NULL), 0);
	assert_int_equal(buf->len, strlen(expected));
	assert_string_equal(pt_buf_text(buf), expected);
	pt_buf_clear(buf);
	assert_string_equal(pt_buf_text(buf), "");
}

PT_TEST(a_buffer_grows_by_what_is_appended)
{
	struct pt_buf buf = PT_BUF_INIT;

	assert_string_equal(pt_buf_text(&buf), "");
	pt_buf_str(&buf, "one");
	pt_buf_char(&buf, ' ');
	pt_buf_printf(&buf, "%d%s", 2, "two");
	pt_buf_repeat(&buf, '-', 3);
	pt_buf_bytes(&buf, "xyz", 1);
	pt_buf_bytes(&buf, NULL, 0);
	pt_buf_repeat(&buf, '-', 0);
	pt_buf_printf(&buf, "%s", "");
	assert_text(&buf, "one 2two---x");
	pt_buf_release(&buf);
	pt_buf_release(&buf);
}

PT_TEST(a_buffer_holds_bytes_of_any_length)
{
	struct pt_buf buf = PT_BUF_INIT;

	for (size_t i = 0; i < 10000; i++)
		pt_buf_printf(&buf, "%zu,", i);
	pt_buf_bytes(&buf, "\0z", 2);
	assert_int_equal(buf.len, 48892);
	assert_memory_equal(buf.data + 48880, "9998,9999,\0z", 12);
	assert_int_equal(buf.data[buf.len], 0);
	pt_buf_release(&buf);
}

PT_TEST(text_is_taken_out_of_a_buffer_even_when_there_is_none)
{
	struct pt_buf buf = PT_BUF_INIT;
	char *text = pt_buf_take(&buf);

	assert_string_equal(text, "");
	free(text);
	pt_buf_str(&buf, "mine");
	text = pt_buf_take(&buf);
	assert_string_equal(text, "mine");
	assert_null(buf.data);
	free(text);
}

PT_TEST(a_buffer_that_could_not_grow_stays_failed_until_cleared)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	pt_buf_str(&buf, "kept");
	assert_null(pt_buf_reserve(&buf, SIZE_MAX / 2));
	pt_buf_str(&buf, "lost");
	assert_int_equal(pt_buf_check(&buf, &err), -PT_E_NOMEM);
	assert_string_equal(err.text, "out of memory");
	assert_string_equal(pt_buf_text(&buf), "kept");
	pt_buf_clear(&buf);
	pt_buf_str(&buf, "again");
	assert_text(&buf, "again");
	assert_null(pt_buf_reserve(&buf, SIZE_MAX));
	assert_null(pt_buf_take(&buf));
	assert_null(buf.data);
}

PT_TEST(an_arena_gives_zeroed_memory_that_does_not_overlap)
{
	struct pt_arena arena = PT_ARENA_INIT;
	uint64_t *numbers[500];

	for (size_t i = 0; i < 500; i++) {
		size_t n = i % 50 == 49 ? 5000 : i % 7 + 1;

		numbers[i] = pt_arena_alloc(&arena, n, sizeof(uint64_t));
		assert_non_null(numbers[i]);
		assert_int_equal((uintptr_t)numbers[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(numbers[i][k], 0);
			numbers[i][k] = i;
		}
	}
	for (size_t i = 0; i < 500; i++)
		assert_int_equal(numbers[i][0], i);
	assert_null(pt_arena_alloc(&arena, SIZE_MAX / 4, 8));
	assert_non_null(pt_arena_alloc(&arena, 0, 8));
	assert_string_equal(pt_arena_strdup(&arena, "text"), "text");
	assert_string_equal(pt_arena_strndup(&arena, "text", 2), "te");
	assert_string_equal(pt_arena_printf(&arena, "%s-%d", "text", 7), "text-7");
	pt_arena_release(&arena);
	pt_arena_release(&arena);
}

PT_TEST(json_is_indented_in_the_order_it_is_told)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_json json;

	pt_json_init(&json, &buf);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", "npsp");
	pt_json_array(&json, "levels");
	pt_json_array(&json, NULL);
	pt_json_str(&json, NULL, "npe01");
	pt_json_int(&json, NULL, -5);
	pt_json_array_end(&json);
	pt_json_array(&json, NULL);
	pt_json_array_end(&json);
	pt_json_array_end(&json);
	pt_json_object(&json, "none");
	pt_json_object_end(&json);
	pt_json_bool(&json, "ok", true);
	pt_json_str(&json, "id", NULL);
	pt_json_time(&json, "start", 0);
	pt_json_object_end(&json);
	assert_text(&buf, "{\n"
			  "  \"suite\": \"npsp\",\n"
			  "  \"levels\": [\n"
			  "    [\n"
			  "      \"npe01\",\n"
			  "      -5\n"
			  "    ],\n"
			  "    []\n"
			  "  ],\n"
			  "  \"none\": {},\n"
			  "  \"ok\": true,\n"
			  "  \"id\": null,\n"
			  "  \"start\": \"1970-01-01T00:00:00Z\"\n"
			  "}\n");
	pt_buf_release(&buf);
}

PT_TEST(compact_json_stays_on_its_line)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_json json;

	pt_json_init(&json, &buf);
	pt_json_object(&json, NULL);
	json.compact = true;
	pt_json_array(&json, "levels");
	pt_json_int(&json, NULL, 1);
	pt_json_int(&json, NULL, INT64_MIN);
	pt_json_array_end(&json);
	pt_json_bool(&json, "ok", false);
	pt_json_object_end(&json);
	assert_text(&buf, "{\"levels\": [1, -9223372036854775808], \"ok\": false}\n");
	pt_buf_release(&buf);
}

static void assert_json_string(const char *value, const char *expected)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_json json;

	pt_json_init(&json, &buf);
	pt_json_str(&json, NULL, value);
	assert_text(&buf, expected);
	pt_buf_release(&buf);
}

PT_TEST(json_strings_escape_what_they_must)
{
	assert_json_string("", "\"\"");
	assert_json_string("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	assert_json_string("\n\t\r\x01\x1f\x7f", "\"\\n\\u0009\\u000d\\u0001\\u001f\\u007f\"");
	assert_json_string("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x82",
			   "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x82\"");
}

#define BAD "\xef\xbf\xbd"

PT_TEST(bytes_that_are_not_utf8_are_replaced_one_by_one)
{
	assert_json_string("a\xff"
			   "b",
			   "\"a" BAD "b\"");
	assert_json_string("\x80", "\"" BAD "\"");
	/* Cut off at the end of the text, and by a letter. */
	assert_json_string("\xe2\x82", "\"" BAD BAD "\"");
	assert_json_string("\xf0\x9f\x9a", "\"" BAD BAD BAD "\"");
	assert_json_string("\xc3z", "\"" BAD "z\"");
	/* Longer than needed: '/' in two bytes, in three, in four. */
	assert_json_string("\xc0\xaf", "\"" BAD BAD "\"");
	assert_json_string("\xe0\x80\xaf", "\"" BAD BAD BAD "\"");
	assert_json_string("\xf0\x80\x80\xaf", "\"" BAD BAD BAD BAD "\"");
	/* A surrogate, and beyond the last code point. */
	assert_json_string("\xed\xa0\x80", "\"" BAD BAD BAD "\"");
	assert_json_string("\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"");
	assert_json_string("\xf5\x80\x80\x80", "\"" BAD BAD BAD BAD "\"");
	/* The first and the last that are good. */
	assert_json_string("\xc2\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf",
			   "\"\xc2\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"");
}

PT_TEST(table_columns_line_up_by_code_points)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lrl");
	struct pt_buf buf = PT_BUF_INIT;

	pt_table_cell(table, "package");
	pt_table_cell(table, "orgs");
	pt_table_cell(table, "note");
	pt_table_cell(table, "caf\xc3\xa9");
	pt_table_cell(table, "%d", 12000);
	pt_table_cell(table, "%s", "");
	pt_table_cell(table, "npsp");
	pt_table_cell(table, "7");
	pt_table_cell(table, "held");
	assert_int_equal(pt_table_render(&buf, table, 2, NULL), 0);
	assert_text(&buf, "  package   orgs  note\n"
			  "  caf\xc3\xa9     12000\n"
			  "  npsp         7  held\n");
	pt_buf_release(&buf);
}

PT_TEST(control_characters_reach_no_terminal)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("ll");
	PT_CLEANUP(pt_buf_release) struct pt_buf buf = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	pt_table_cell(table, "two\nlines");
	pt_table_cell(table, "\x1b[31mred\x7f");
	assert_int_equal(pt_table_render(&buf, table, 0, NULL), 0);
	assert_string_equal(pt_buf_text(&buf), "two?lines  ?[31mred?\n");
	pt_buf_clear(&buf);
	pt_err_at(&err, PT_E_INVALID, (struct pt_src){"a\tb", 1, 2}, "no '%s'", "\x1b[2J\r");
	pt_err_print(&buf, &err);
	assert_string_equal(pt_buf_text(&buf), "a?b:1:2: no '?[2J?'");
}

PT_TEST(a_table_without_rows_is_nothing)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("l");
	struct pt_buf buf = PT_BUF_INIT;

	assert_int_equal(pt_table_render(&buf, table, 4, NULL), 0);
	assert_text(&buf, "");
	pt_buf_release(&buf);
	pt_table_free(NULL);
}

PT_TEST(the_nearest_word_is_suggested_if_it_is_near)
{
	static const char *const words[] = {"offset", "order", "overlap", "stages", "to", ""};
	char long_word[100];

	assert_string_equal(pt_near("offest", words, 6), "offset");
	assert_string_equal(pt_near("ofset", words, 6), "offset");
	assert_string_equal(pt_near("offsets", words, 6), "offset");
	assert_string_equal(pt_near("stags", words, 6), "stages");
	assert_string_equal(pt_near("ot", words, 6), "to");
	assert_string_equal(pt_near("order", words, 6), "order");
	assert_null(pt_near("window", words, 6));
	assert_null(pt_near("x", words, 6));
	assert_null(pt_near("", words, 6));
	assert_null(pt_near("offset", words, 0));
	memset(long_word, 'o', sizeof(long_word));
	long_word[sizeof(long_word) - 1] = '\0';
	assert_null(pt_near(long_word, words, 6));
}

static void assert_printed(const struct pt_err *err, const char *expected)
{
	struct pt_buf buf = PT_BUF_INIT;

	pt_err_print(&buf, err);
	assert_text(&buf, expected);
	pt_buf_release(&buf);
}

PT_TEST(the_first_error_wins_and_null_is_allowed)
{
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_err_set(NULL, PT_E_LIMIT, "nobody sees this"), -PT_E_LIMIT);
	assert_int_equal(pt_err_set(&err, PT_E_INVALID, "first %d", 1), -PT_E_INVALID);
	assert_int_equal(pt_err_set(&err, PT_E_LIMIT, "second"), -PT_E_LIMIT);
	assert_int_equal(pt_err_io(&err, 2, "third"), -PT_E_IO);
	assert_int_equal(err.code, PT_E_INVALID);
	assert_int_equal(err.sys, 0);
	assert_printed(&err, "first 1");
}

PT_TEST(errors_print_their_place_as_far_as_it_is_known)
{
	struct pt_err err = PT_ERR_INIT;

	(void)pt_err_at(&err, PT_E_INVALID, (struct pt_src){"suite.yaml", 4, 5}, "wrong");
	assert_printed(&err, "suite.yaml:4:5: wrong");
	err.col = 0;
	assert_printed(&err, "suite.yaml:4: wrong");
	err.line = 0;
	assert_printed(&err, "suite.yaml: wrong");
	err.file[0] = '\0';
	assert_printed(&err, "wrong");
}

PT_TEST(context_goes_before_the_text)
{
	struct pt_err err = PT_ERR_INIT;

	(void)pt_err_io(&err, 2, "cannot open '%s'", "x");
	assert_int_equal(err.sys, 2);
	assert_int_equal(pt_err_wrap(&err, "package '%s'", "npsp"), -PT_E_IO);
	assert_printed(&err, "package 'npsp': cannot open 'x': No such file or directory");
}

PT_TEST(text_that_is_too_long_is_cut)
{
	struct pt_err err = PT_ERR_INIT;
	char text[2000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	(void)pt_err_io(&err, 2, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	(void)pt_err_wrap(&err, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	(void)pt_err_wrap(&err, "short");
	assert_memory_equal(err.text, "short: xxx", 10);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

PT_TEST(a_list_of_errors_is_printed_in_file_order)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_buf buf = PT_BUF_INIT;
	const char *file = "s.yaml";

	pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){file, 9, 1}, "d");
	pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){file, 2, 7}, "b %s", "%d");
	pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){file, 2, 7}, "c");
	pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){file, 2, 3}, "a");
	pt_errs_sort(&errs);
	pt_errs_print(&buf, &errs, "pushtrain");
	assert_text(&buf, "pushtrain: s.yaml:2:3: a\n"
			  "pushtrain: s.yaml:2:7: b %d\n"
			  "pushtrain: s.yaml:2:7: c\n"
			  "pushtrain: s.yaml:9:1: d\n");
	pt_buf_release(&buf);
	pt_errs_release(&errs);
	assert_int_equal(errs.n, 0);
}

PT_TEST(errors_beyond_the_limit_are_counted)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_buf buf = PT_BUF_INIT;

	for (unsigned i = 0; i < PT_ERRS_MAX + 3; i++)
		pt_errs_at(&errs, PT_E_INVALID, (struct pt_src){0}, "%u", i);
	assert_int_equal(errs.n, PT_ERRS_MAX);
	assert_int_equal(errs.nlost, 3);
	pt_errs_print(&buf, &errs, "x");
	assert_non_null(strstr(pt_buf_text(&buf), "\nx: and 3 more errors\n"));
	pt_buf_release(&buf);
	pt_errs_release(&errs);
}

PT_TEST(digests_are_sha256_in_hex)
{
	char text[PT_DIGEST_TEXT];

	assert_int_equal(pt_digest(text, "abc", 3, NULL), 0);
	assert_string_equal(text,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(pt_digest(text, "", 0, NULL), 0);
	assert_string_equal(text,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

PT_TEST_MAIN(PT_RUN(a_buffer_grows_by_what_is_appended), PT_RUN(a_buffer_holds_bytes_of_any_length),
	     PT_RUN(text_is_taken_out_of_a_buffer_even_when_there_is_none),
	     PT_RUN(a_buffer_that_could_not_grow_stays_failed_until_cleared),
	     PT_RUN(an_arena_gives_zeroed_memory_that_does_not_overlap),
	     PT_RUN(json_is_indented_in_the_order_it_is_told),
	     PT_RUN(compact_json_stays_on_its_line), PT_RUN(json_strings_escape_what_they_must),
	     PT_RUN(bytes_that_are_not_utf8_are_replaced_one_by_one),
	     PT_RUN(table_columns_line_up_by_code_points),
	     PT_RUN(control_characters_reach_no_terminal), PT_RUN(a_table_without_rows_is_nothing),
	     PT_RUN(the_nearest_word_is_suggested_if_it_is_near),
	     PT_RUN(the_first_error_wins_and_null_is_allowed),
	     PT_RUN(errors_print_their_place_as_far_as_it_is_known),
	     PT_RUN(context_goes_before_the_text), PT_RUN(text_that_is_too_long_is_cut),
	     PT_RUN(a_list_of_errors_is_printed_in_file_order),
	     PT_RUN(errors_beyond_the_limit_are_counted), PT_RUN(digests_are_sha256_in_hex))
