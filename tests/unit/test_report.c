/* The forms of a report: what people named cannot be anything but text in them. */
#include "tests/unit/report_fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/json_load.h"
#include "base/utf8.h"
#include "pipeline/report/html.h"

/* Ends elements, attributes, comments, sections, strings and islands; obeys spreadsheets, Markdown
   and the direction of writing; is no UTF-8; has control characters. */
#define HOSTILE                                                                                    \
	"</script><script>alert(1)</script><!-- ]]> --><svg/onload=x> &amp; & \"q\" 'a' \\ | `c` " \
	"[l](http://x) @all #1 \xe2\x80\xae txt \x01\x1b[31m\x7f \xff\xc0\x80 \xed\xa0\x80 "       \
	"\xef\xbf\xbf \r\n\tend"

static void write_form(struct pt_buf *text, report_form *form, const struct pt_history *h)
{
	struct pt_err err = PT_ERR_INIT;

	if (report_fixture_write(text, form, h, &err) < 0)
		fail_msg("%s", err.text);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* Reads an element's tag; returns what comes after it. */
static const char *read_tag(const char *p, char stack[64][32], size_t *depth)
{
	size_t n = strcspn(p + 1, " />");
	bool closes = p[1] == '/';

	if (closes) {
		n = strcspn(p + 2, ">");
		assert_true(*depth > 0);
		(*depth)--;
		assert_int_equal(strlen(stack[*depth]), n);
		assert_memory_equal(stack[*depth], p + 2, n);
		return p + 2 + n + 1;
	}
	assert_true(n > 0 && n < 32 && *depth < 64);
	memcpy(stack[*depth], p + 1, n);
	stack[*depth][n] = '\0';
	(*depth)++;
	for (p += 1 + n; *p == ' ' && p[1] != '/';) {
		n = strspn(p + 1,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
		assert_true(n > 0 && p[1 + n] == '=' && p[2 + n] == '"');
		p += 3 + n;
		p += strcspn(p, "\"<");
		assert_int_equal(*p, '"');
		p++;
	}
	if (strncmp(p, " />", 3) == 0) {
		(*depth)--;
		return p + 3;
	}
	assert_int_equal(*p, '>');
	return p + 1;
}

/* Every tag is closed in order, every attribute quoted, and text is nothing else. */
static void assert_well_formed(const char *text)
{
	char stack[64][32];
	size_t depth = 0;
	const char *p = text + strlen("<!DOCTYPE html>");

	while (*p) {
		if (*p != '<') {
			assert_true((unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t');
			if (*p == '&')
				assert_true(strspn(p + 1, "ampltgquo#39") > 0);
			p++;
			continue;
		}
		p = read_tag(p, stack, &depth);
		if (depth && strcmp(stack[depth - 1], "script") == 0)
			p = strstr(p, "</script>"); /* the first one is its end */
		assert_non_null(p);
	}
	assert_int_equal(depth, 0);
}

PT_TEST(text_is_shown_without_what_cannot_be_seen)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_utf8_show(
	    &text, "a\tb\n\x1b\x7f \xe2\x80\xae\xe2\x80\x8f\xe2\x81\xa6 \xff \xc3\xa9 \xe4\xb8\xad",
	    SIZE_MAX);
	assert_string_equal(pt_buf_text(&text),
			    "a\tb\n\xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd"
			    "\xef\xbf\xbd \xef\xbf\xbd \xc3\xa9 \xe4\xb8\xad");
	pt_buf_clear(&text);
	pt_utf8_show(&text, "\xc3\xa9\xc3\xa9\xc3\xa9", 2);
	assert_string_equal(pt_buf_text(&text), "\xc3\xa9\xc3\xa9 …");
}

PT_TEST(html_escapes_texts_and_attributes)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_html html;
	char number[PT_COUNT_TEXT];

	pt_html_init(&html, &text);
	pt_html_open(&html, "td");
	pt_html_attr(&html, "title", "\"><b onclick='x'>&");
	pt_html_text_most(&html, "<&>\x02", 3);
	pt_html_leaff(&html, "b", "c", "%s", "'");
	pt_html_close(&html);
	pt_html_release(&html);
	assert_string_equal(
	    pt_buf_text(&text),
	    "<td title=\"&quot;&gt;&lt;b onclick=&#39;x&#39;&gt;&amp;\">&lt;&amp;&gt; …"
	    "<b class=\"c\">&#39;</b></td>");
	assert_string_equal(pt_count_text(number, 1234567), "1,234,567");
	assert_string_equal(pt_count_text(number, 999), "999");
}

PT_TEST(html_of_hostile_names_is_well_formed_and_has_no_more_scripts)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf tame = PT_BUF_INIT, text = PT_BUF_INIT;
	struct pt_history h;

	report_fixture_make(&h, 5, "Org", "message");
	write_form(&tame, pt_report_as_html, &h);
	pt_history_release(&h);
	assert_well_formed(pt_buf_text(&tame));
	report_fixture_make(&h, 5, HOSTILE, HOSTILE);
	h.status.package[0].name = h.package[0].name = HOSTILE;
	h.status.stage[0].name = HOSTILE;
	h.status.run.row.train = h.status.run.row.suite = h.status.run.row.name = HOSTILE;
	h.status.progress.halt_text = HOSTILE;
	h.reason[PT_REASON_NBUILTIN] = HOSTILE;
	write_form(&text, pt_report_as_html, &h);
	pt_history_release(&h);
	assert_well_formed(pt_buf_text(&text));
	assert_int_equal(count(pt_buf_text(&text), "<script"),
			 count(pt_buf_text(&tame), "<script"));
	assert_int_equal(count(pt_buf_text(&text), "<svg"), count(pt_buf_text(&tame), "<svg"));
	assert_int_equal(count(pt_buf_text(&text), "<!--"), 0);
	assert_null(strstr(pt_buf_text(&text), "\xe2\x80\xae"));
}

PT_TEST(the_island_of_orgs_says_what_the_journal_says)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_history h;
	json_t *island = NULL;

	report_fixture_make(&h, 300, "A \"B\" <C>", "it </script> failed");
	write_form(&text, pt_report_as_html, &h);
	const char *from = strstr(pt_buf_text(&text), "id=\"left-data\">");

	assert_non_null(from);
	from += strlen("id=\"left-data\">");
	assert_int_equal(
	    pt_json_load(&island, from, (size_t)(strstr(from, "</script>") - from), 0, NULL), 0);
	/* The first is there, the third is left out. */
	assert_int_equal(json_array_size(json_object_get(island, "orgs")), 298);
	const json_t *second = json_array_get(json_object_get(island, "orgs"), 0);

	assert_string_equal(json_string_value(json_array_get(second, 0)), "00D000000000001");
	assert_string_equal(json_string_value(json_array_get(second, 1)), "A \"B\" <C>");
	/* All that wait are of one shape, and texts are kept once. */
	assert_int_equal(json_array_size(json_object_get(island, "shapes")), 2);
	json_decref(island);
	/* Without a script a hundred of them are shown, and where the others are. */
	assert_non_null(strstr(pt_buf_text(&text), "100 of 298 orgs"));
	assert_non_null(strstr(pt_buf_text(&text), "<code>pushtrain report -o left.csv</code>"));
	pt_history_release(&h);
}

PT_TEST(a_message_of_a_megabyte_is_cut_where_it_is_shown_and_whole_in_json_and_csv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf message = PT_BUF_INIT, html = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf json = PT_BUF_INIT, csv = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf markdown = PT_BUF_INIT, plain = PT_BUF_INIT;
	struct pt_history h;

	pt_buf_repeat(&message, 'x', 1 << 20);
	report_fixture_make(&h, 4, "Org", pt_buf_text(&message));
	write_form(&html, pt_report_as_html, &h);
	write_form(&json, pt_report_as_json, &h);
	write_form(&csv, pt_report_as_csv, &h);
	write_form(&markdown, pt_report_as_markdown, &h);
	write_form(&plain, pt_report_as_text, &h);
	pt_history_release(&h);
	assert_true(html.len < 100000 && markdown.len < 10000 && plain.len < 10000);
	assert_true(json.len > 1 << 20 && csv.len > 1 << 20);
}

PT_TEST(csv_has_the_columns_of_cumulusci_and_no_formulas)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_history h;
	struct pt_csv csv;
	bool got = false;

	report_fixture_make(&h, 4, "=HYPERLINK(\"x\")",
			    "@it failed,\n\"badly\": 731858695-80805 (-151184096).");
	write_form(&text, pt_report_as_csv, &h);
	pt_history_release(&h);
	pt_csv_init(&csv, pt_buf_text(&text), text.len);
	static const char *const names[] = {"OrganizationId", "OrgName",       "OrgType",
					    "OrgStatus",      "InstanceName",  "ErrorSeverity",
					    "ErrorTitle",     "ErrorType",     "ErrorMessage",
					    "Gack Id",        "Stacktrace Id", "Package"};

	assert_int_equal(pt_csv_next(&got, &csv, &err), 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++)
		assert_string_equal(pt_csv_field(&csv, i), names[i]);
	assert_int_equal(csv.nfield, 20);
	assert_int_equal(pt_csv_next(&got, &csv, &err), 0);
	assert_string_equal(pt_csv_field(&csv, 0), "00D000000000001");
	assert_string_equal(pt_csv_field(&csv, 1), "'=HYPERLINK(\"x\")");
	assert_string_equal(pt_csv_field(&csv, 2), "Sandbox");
	assert_string_equal(pt_csv_field(&csv, 6), "Missing Feature");
	assert_string_equal(pt_csv_field(&csv, 8),
			    "'@it failed,\n\"badly\": 731858695-80805 (-151184096).");
	assert_string_equal(pt_csv_field(&csv, 9), "731858695-80805");
	assert_string_equal(pt_csv_field(&csv, 10), "-151184096");
	assert_string_equal(pt_csv_field(&csv, 16), "permanent");
	/* Held and waiting pushes are rows too, with no error. */
	assert_int_equal(pt_csv_next(&got, &csv, &err), 0);
	assert_string_equal(pt_csv_field(&csv, 8), "");
	assert_string_equal(pt_csv_field(&csv, 15), "held");
	assert_string_equal(pt_csv_field(&csv, 17), "base has not arrived there");
	size_t rows = 2;

	while (pt_csv_next(&got, &csv, &err) == 0 && got) {
		assert_int_equal(csv.nfield, 20);
		rows++;
	}
	assert_int_equal(rows, 6);
	pt_csv_release(&csv);
}

PT_TEST(json_of_hostile_names_is_read_back_as_it_was_said)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_history h;
	json_t *root = NULL;

	report_fixture_make(&h, 4, "a \"b\" \\ \n </script>", HOSTILE);
	write_form(&text, pt_report_as_json, &h);
	pt_history_release(&h);
	assert_int_equal(
	    pt_json_load(&root, pt_buf_text(&text), text.len, JSON_REJECT_DUPLICATES, NULL), 0);
	const json_t *residue = json_object_get(root, "residue");

	assert_int_equal(json_array_size(residue), 6);
	assert_string_equal(json_string_value(json_object_get(json_array_get(residue, 0), "name")),
			    "a \"b\" \\ \n </script>");
	assert_int_equal(json_array_size(json_object_get(root, "excluded")), 3);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(json_object_get(root, "excluded"), 0), "reason")),
			    "customer upgrades by hand");
	json_decref(root);
}

PT_TEST(markdown_keeps_its_tables_whatever_orgs_are_called)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_history h;

	report_fixture_make(&h, 4, HOSTILE, HOSTILE);
	write_form(&text, pt_report_as_markdown, &h);
	pt_history_release(&h);
	assert_null(strstr(pt_buf_text(&text), "<script"));
	assert_null(strstr(pt_buf_text(&text), "@all"));
	assert_null(strstr(pt_buf_text(&text), "http://"));
	/* Cells of a row of orgs: what its name has of bars is no bar. */
	const char *row = strstr(pt_buf_text(&text), "| `00D000000000001` |");

	assert_non_null(row);
	size_t bars = 0;

	for (row = strstr(row + 1, "| `00D000000000001` |"); *row != '\n'; row++)
		bars += *row == '|';
	assert_int_equal(bars, 6);
}

PT_TEST(figures_of_a_report_add_up_and_are_those_of_the_orgs)
{
	struct pt_report_view view = {.arena = PT_ARENA_INIT};
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	char share[PT_SHARE_TEXT];
	struct pt_history h;

	report_fixture_make(&h, 5, "Org", "message");
	assert_int_equal(pt_report_view_make(&view, &h, NULL, &report_commands, &err), 0);
	assert_true(pt_tally_adds_up(&view.all.tally));
	assert_int_equal(view.all.tally.selected, 15);
	assert_int_equal(view.all.tally.excluded, 3);
	assert_int_equal(view.left, 9);
	assert_int_equal(view.left_orgs, 3);
	assert_int_equal(view.reached_orgs, 1);
	pt_report_headline(&line, &view);
	assert_non_null(strstr(pt_buf_text(&line), "3 of 12 eligible pushes"));
	assert_string_equal(pt_share_text(share, 99999, 100000), "99.99 %");
	assert_string_equal(pt_share_text(share, 0, 0), "-");
	pt_report_view_release(&view);
	pt_history_release(&h);
}

PT_TEST_MAIN(PT_RUN(text_is_shown_without_what_cannot_be_seen),
	     PT_RUN(html_escapes_texts_and_attributes),
	     PT_RUN(html_of_hostile_names_is_well_formed_and_has_no_more_scripts),
	     PT_RUN(the_island_of_orgs_says_what_the_journal_says),
	     PT_RUN(a_message_of_a_megabyte_is_cut_where_it_is_shown_and_whole_in_json_and_csv),
	     PT_RUN(csv_has_the_columns_of_cumulusci_and_no_formulas),
	     PT_RUN(json_of_hostile_names_is_read_back_as_it_was_said),
	     PT_RUN(markdown_keeps_its_tables_whatever_orgs_are_called),
	     PT_RUN(figures_of_a_report_add_up_and_are_those_of_the_orgs))
