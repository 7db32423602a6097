/* Texts of other people's choosing in a suite file stay what they are. */
#include "pipeline/draft/quote.h"

#include <string.h>

#include "config/yaml.h"
#include "tests/test.h"

/* As the value of a map on one line, and of a list in it. */
static void comes_back(const char *text, bool plain)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	struct pt_err err = PT_ERR_INIT;

	pt_buf_str(&line, "- { a: ");
	pt_draft_quote(&line, text);
	pt_buf_str(&line, ", b: [");
	pt_draft_quote(&line, text);
	pt_buf_str(&line, ", x] }  # ");
	pt_draft_comment(&line, text);
	pt_buf_str(&line, "\n- end\n");
	if (pt_yaml_parse(&yaml, pt_buf_text(&line), line.len, "x", &err) < 0)
		fail_msg("%s: %s", pt_buf_text(&line), err.text);
	const struct pt_yaml_node *root = pt_yaml_root(yaml), *a, *b;

	assert_int_equal(root->n, 2);
	assert_string_equal(pt_yaml_text(root->item[1]), "end");
	assert_int_equal(root->item[0]->n, 2);
	a = pt_yaml_get(root->item[0], "a");
	b = pt_yaml_get(root->item[0], "b");
	assert_string_equal(pt_yaml_text(a), text);
	assert_int_equal(b->n, 2);
	assert_string_equal(pt_yaml_text(b->item[0]), text);
	assert_int_equal(a->plain, plain);
}

PT_TEST(plain_is_what_every_reader_takes_for_a_text)
{
	static const char *const texts[] = {"core", "repos/NPSP.git", "../a_b-c+d", "./x", "a1.2"};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		comes_back(texts[i], true);
}

PT_TEST(all_else_is_quoted_and_comes_back)
{
	static const char *const texts[] = {"true",
					    "NO",
					    "null",
					    "~",
					    "3.10",
					    "22:00",
					    "1e3",
					    "0x1f",
					    "2026-12-01",
					    "",
					    " a ",
					    "a: b",
					    "a #b",
					    "- a",
					    "{a}",
					    "[a]",
					    "a, b",
					    "it's",
					    "\"a\"",
					    "a\\b",
					    "@a",
					    "%a",
					    "&a",
					    "*a",
					    "!a",
					    "|",
					    ">",
					    "?",
					    "y",
					    "off",
					    ".inf",
					    "a\nb",
					    "a\tb",
					    "\001",
					    "\177",
					    "M\xc3\xbcller",
					    "Contacts & Organizations",
					    "https://example.org/a?b#c",
					    "\xe2\x80\xa8x",
					    "\xc2\x85x",
					    "\xef\xbb\xbfx",
					    "\xf0\x9f\x9a\x82",
					    "-",
					    "---",
					    "...",
					    "\xe2\x80\xaeotag"};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		comes_back(texts[i], false);
}

PT_TEST(what_would_end_a_comment_does_not)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_draft_comment(&text,
			 "a\nb\r\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\x01 M\xc3\xbcller \xff\x1b[2J");
	assert_string_equal(pt_buf_text(&text), "a?b????? M\xc3\xbcller ??[2J");
}

PT_TEST(what_is_no_utf8_is_known)
{
	static const char *const bad[] = {
	    "\xff", "a\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"};

	for (size_t i = 0; i < PT_ARRAY_LEN(bad); i++)
		assert_false(pt_draft_is_utf8(bad[i]));
	assert_true(pt_draft_is_utf8("M\xc3\xbcller \xf0\x9f\x9a\x82"));
}

PT_TEST_MAIN(PT_RUN(plain_is_what_every_reader_takes_for_a_text),
	     PT_RUN(all_else_is_quoted_and_comes_back), PT_RUN(what_would_end_a_comment_does_not),
	     PT_RUN(what_is_no_utf8_is_known))
