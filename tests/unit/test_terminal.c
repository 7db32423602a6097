/* What ends in a terminal: widths, colours, lines that are written anew. */
#include "tests/test.h"

#include <string.h>

#include "base/fold.h"
#include "base/table.h"
#include "base/width.h"
#include "cmd/block.h"
#include "cmd/terminal.h"

PT_TEST(width_counts_columns_and_not_bytes)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
	    {"", 0},
	    {"npsp", 4},
	    {"größer", 6},
	    {"日本", 4},
	    {"👍", 2},
	    {"e\xcc\x81", 1},            /* a combining accent */
	    {"\x1b[1;31mred\x1b[0m", 3}, /* colours take no room */
	    {"\xff\xc3(", 3},            /* bytes that are no characters, one each */
	    {"\xed\xa0", 2},             /* cut off */
	    {"\xc0\xaf", 2},             /* longer than it needs to be */
	    {"one\ntwo", 3},             /* a line */
	    {"\x1b", 0},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++)
		assert_int_equal(pt_width(cases[i].text), cases[i].width);
}

PT_TEST(width_fit_takes_whole_characters)
{
	assert_int_equal(pt_width_fit("日本", 3), strlen("日"));
	assert_int_equal(pt_width_fit("abc", 5), 3);
	assert_int_equal(pt_width_fit("abc", 0), 0);
	assert_int_equal(pt_width_fit("\x1b[1mabc", 2), strlen("\x1b[1mab"));
}

static const char *elide(struct pt_buf *buf, const char *text, size_t columns, bool utf8)
{
	pt_buf_clear(buf);
	pt_width_elide(buf, text, columns, utf8);
	assert_true(pt_width(pt_buf_text(buf)) <= columns);
	return pt_buf_text(buf);
}

PT_TEST(width_elide_leaves_out_the_middle_and_keeps_colours_whole)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf buf = PT_BUF_INIT;

	assert_string_equal(elide(&buf, "abcdefgh", 8, true), "abcdefgh");
	assert_string_equal(elide(&buf, "abcdefgh", 7, true), "abc…fgh");
	assert_string_equal(elide(&buf, "abcdefgh", 7, false), "ab...gh");
	assert_string_equal(elide(&buf, "abcdefgh", 2, false), "..");
	assert_string_equal(elide(&buf, "abcdefgh", 0, true), "");
	assert_string_equal(elide(&buf, "日本日本日本", 7, true), "日…本");
	assert_string_equal(elide(&buf, "ab\x1b[31mcdef\x1b[0mgh", 5, true),
			    "ab\x1b[31m…\x1b[0mgh");
	for (size_t columns = 0; columns < 20; columns++)
		(void)elide(&buf, "日\x1b[1mabc本d👍efg\x1b[0mh日", columns, columns % 2);
}

PT_TEST(width_wrap_breaks_at_blanks_and_indents)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf buf = PT_BUF_INIT;

	pt_width_wrap(&buf, "  one two three four", 11, 4);
	assert_string_equal(pt_buf_text(&buf), "  one two\n    three\n    four");
	pt_buf_clear(&buf);
	pt_width_wrap(&buf, "  a-word-that-is-too-wide x", 10, 4);
	assert_string_equal(pt_buf_text(&buf), "  a-word-that-is-too-wide\n    x");
	pt_buf_clear(&buf);
	pt_width_wrap(&buf, "one two", 0, 4);
	assert_string_equal(pt_buf_text(&buf), "one two");
}

PT_TEST(fold_goes_on_under_the_last_column)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
	    {"short\n", "short\n"},
	    {"", ""},
	    /* under the last run of blanks that leaves room enough */
	    {"a  b       needs npe5 3.12, npe03 3.24, npe4 3.14, npo02 3.17\nx\n",
	     "a  b       needs npe5 3.12, npe03 3.24, npe4\n           3.14, npo02 3.17\nx\n"},
	    /* else two blanks in */
	    {"  one two three four five six seven eight nine",
	     "  one two three four five six seven eight nine"},
	    {"  one two three four five six seven eight nine ten",
	     "  one two three four five six seven eight nine\n    ten"},
	    /* a command is not broken, however long it is */
	    {"nobody drives it; to go on: pushtrain resume biweekly-3.223",
	     "nobody drives it; to go on:\n  pushtrain resume biweekly-3.223"},
	    {"to go on: pushtrain resume -f a/long/way/to/suite.yaml biweekly-3.223",
	     "to go on:\n  pushtrain resume -f a/long/way/to/suite.yaml biweekly-3.223"},
	    {"departs; if this process dies, 'pushtrain resume biweekly-3.223' goes on",
	     "departs; if this process dies,\n  'pushtrain resume biweekly-3.223' goes on"},
	    /* nor is a moment */
	    {"waiting: the soak, until Fri 2026-11-27 15:52 +00:00 (6d)",
	     "waiting: the soak, until\n  Fri 2026-11-27 15:52 +00:00 (6d)"},
	    /* blanks at an end, a word that is too wide, wide characters */
	    {"a                                                  ",
	     "a                                                  "},
	    {"a bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c",
	     "a\n  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n  c"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf buf = PT_BUF_INIT;

		pt_fold(&buf, cases[i].text, 46);
		assert_string_equal(pt_buf_text(&buf), cases[i].folded);
		pt_buf_clear(&buf);
		pt_fold(&buf, cases[i].text, 0);
		assert_string_equal(pt_buf_text(&buf), cases[i].text);
	}
}

PT_TEST(table_lines_up_under_colours_and_wide_characters)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lr");
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_look look = {.colour = true, .utf8 = true};
	struct pt_err err = PT_ERR_INIT;

	assert_non_null(table);
	pt_table_cell(table, "日本");
	pt_table_cell(table, "%d", 5);
	pt_table_style(table, PT_STYLE_BAD);
	pt_table_cell(table, "abc");
	pt_table_style(table, PT_STYLE_STRONG);
	pt_table_cell(table, "%d", 123);
	assert_int_equal(pt_table_width(table), 9);
	assert_int_equal(pt_table_render_look(&out, table, 0, &look, &err), 0);
	assert_string_equal(pt_buf_text(&out), "日本    \x1b[31m5\x1b[0m\n"
					       "\x1b[1mabc\x1b[0m   123\n");
	pt_buf_clear(&out);
	assert_int_equal(pt_table_render(&out, table, 1, &err), 0);
	assert_string_equal(pt_buf_text(&out), " 日本    5\n abc   123\n");
}

static struct {
	const char *name, *value;
} variables[4];

static const char *variable(const char *name)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(variables); i++) {
		if (variables[i].name && strcmp(variables[i].name, name) == 0)
			return variables[i].value;
	}
	return NULL;
}

/* "NAME=value NAME=value": those that are set. */
static void set(const char *name1, const char *value1, const char *name2, const char *value2)
{
	variables[0].name = name1;
	variables[0].value = value1;
	variables[1].name = name2;
	variables[1].value = value2;
}

PT_TEST(colours_are_chosen_by_option_then_by_variables_then_by_the_terminal)
{
	static const struct {
		const char *color;
		bool is_terminal;
		const char *name, *value;
		bool colour;
	} cases[] = {
	    {NULL, true, NULL, NULL, true},
	    {NULL, false, NULL, NULL, false},
	    {"auto", true, "NO_COLOR", "1", false},
	    {"auto", true, "NO_COLOR", "", true},
	    {"always", true, "NO_COLOR", "1", true},
	    {"always", false, NULL, NULL, true},
	    {"never", true, "CLICOLOR_FORCE", "1", false},
	    {NULL, false, "CLICOLOR_FORCE", "1", true},
	    {NULL, false, "CLICOLOR_FORCE", "0", false},
	    {NULL, false, "CLICOLOR_FORCE", "", false},
	    {NULL, true, "CLICOLOR", "0", false},
	    {NULL, true, "CLICOLOR", "1", true},
	    {NULL, false, "CLICOLOR", "1", false},
	};
	struct pt_err err = PT_ERR_INIT;
	bool colour;

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		set("TERM", "xterm", cases[i].name, cases[i].value);
		assert_int_equal(pt_terminal_colour(&colour, cases[i].color, cases[i].is_terminal,
						    variable, &err),
				 0);
		assert_int_equal(colour, cases[i].colour);
	}
	set("TERM", "dumb", NULL, NULL);
	assert_int_equal(pt_terminal_colour(&colour, NULL, true, variable, &err), 0);
	assert_false(colour);
	set("NO_COLOR", "1", "CLICOLOR_FORCE", "1");
	assert_int_equal(pt_terminal_colour(&colour, NULL, true, variable, &err), 0);
	assert_false(colour);
	assert_int_equal(pt_terminal_colour(&colour, "maybe", true, variable, &err), -PT_E_USAGE);
	assert_string_equal(err.text, "--color 'maybe', expected auto, always or never");
}

PT_TEST(the_locale_says_whether_it_is_utf8)
{
	set("LANG", "de_DE.UTF-8", NULL, NULL);
	assert_true(pt_terminal_utf8(variable));
	set("LANG", "de_DE.UTF-8", "LC_ALL", "C");
	assert_false(pt_terminal_utf8(variable));
	set("LANG", "C", "LC_CTYPE", "en_US.utf8@x");
	assert_true(pt_terminal_utf8(variable));
	set(NULL, NULL, NULL, NULL);
	assert_false(pt_terminal_utf8(variable));
}

PT_TEST(block_takes_the_place_of_what_stood_there)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_block_release) struct pt_block block = PT_BLOCK_INIT;

	pt_block_frame(&out, &block, "", "one\ntwo\n", 20);
	assert_string_equal(pt_buf_text(&out), "\rone\x1b[K\r\ntwo\x1b[K\r\n\x1b[J");
	pt_buf_clear(&out);
	pt_block_frame(&out, &block, "", "three\n", 20);
	assert_string_equal(pt_buf_text(&out), "\r\x1b[2Athree\x1b[K\r\n\x1b[J");
	pt_buf_clear(&out);
	pt_block_frame_above(&out, &block, "a note\n", 20);
	assert_string_equal(pt_buf_text(&out), "\r\x1b[1A\x1b[Ja note\r\nthree\x1b[K\r\n\x1b[J");
	pt_buf_clear(&out);
	pt_block_frame(&out, &block, "", "", 20);
	assert_string_equal(pt_buf_text(&out), "\r\x1b[1A\x1b[J");
	assert_false(pt_block_is_shown(&block));
}

PT_TEST(block_knows_how_many_rows_it_takes_on_a_narrower_terminal)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	PT_CLEANUP(pt_block_release) struct pt_block block = PT_BLOCK_INIT;

	pt_block_frame(&out, &block, "", "\x1b[1m0123456789\x1b[0m\nab\n", 20);
	pt_buf_clear(&out);
	/* Ten columns on four are three rows, and one for the other line. */
	pt_block_frame(&out, &block, "", "x\n", 4);
	assert_string_equal(pt_buf_text(&out), "\r\x1b[4Ax\x1b[K\r\n\x1b[J");
	pt_block_lose(&block);
	pt_buf_clear(&out);
	pt_block_frame(&out, &block, "", "y\n", 4);
	assert_string_equal(pt_buf_text(&out), "\ry\x1b[K\r\n\x1b[J");
}

PT_TEST_MAIN(PT_RUN(width_counts_columns_and_not_bytes), PT_RUN(width_fit_takes_whole_characters),
	     PT_RUN(width_elide_leaves_out_the_middle_and_keeps_colours_whole),
	     PT_RUN(width_wrap_breaks_at_blanks_and_indents),
	     PT_RUN(table_lines_up_under_colours_and_wide_characters),
	     PT_RUN(colours_are_chosen_by_option_then_by_variables_then_by_the_terminal),
	     PT_RUN(the_locale_says_whether_it_is_utf8), PT_RUN(fold_goes_on_under_the_last_column),
	     PT_RUN(block_takes_the_place_of_what_stood_there),
	     PT_RUN(block_knows_how_many_rows_it_takes_on_a_narrower_terminal))
