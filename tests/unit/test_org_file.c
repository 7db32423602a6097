/* Files of org keys: plain lists, exports, and everything that is neither. */
#include "connectors/orgs/org_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "tests/test.h"

#define EXPECTED ", expected 15 or 18 letters and digits that begin with '00D'"

/* Orgs as "A B C" for 00D00000000000A and so on, or the whole error. */
static void check(const char *data, size_t size_bytes, const char *expected)
{
	struct pt_org_key *keys = NULL;
	struct pt_err err = PT_ERR_INIT;
	struct pt_buf got = PT_BUF_INIT;
	char *copy = malloc(size_bytes ? size_bytes
				       : 1); /* exactly as long, so that reading beyond is seen */
	size_t n = 0;

	assert_non_null(copy);
	memcpy(copy, data, size_bytes);
	if (pt_org_file_parse(&keys, &n, copy, size_bytes, "orgs.txt", &err) < 0)
		pt_err_print(&got, &err);
	for (size_t i = 0; i < n; i++)
		pt_buf_printf(&got, "%s%s", i ? " " : "", keys[i].text + 14);
	assert_string_equal(pt_buf_text(&got), expected);
	pt_buf_release(&got);
	free(keys);
	free(copy);
}

static void reads(const char *data, const char *expected)
{
	check(data, strlen(data), expected);
}

PT_TEST(an_empty_file_names_no_org)
{
	reads("", "");
	reads("\n\n  \t\r\n# nobody\n", "");
	reads("\xef\xbb\xbf", "");
}

PT_TEST(a_plain_file_has_one_org_a_line)
{
	reads("00D00000000000B\n00D00000000000A\n", "A B");
	reads("00D00000000000B\n00D00000000000A", "A B");
}

PT_TEST(words_comments_and_blanks_are_for_people)
{
	reads("# ours\n\n  00D00000000000A  Acme Corp, the big one\n\t00D00000000000B#pilot\n"
	      "00D00000000000C # 00D00000000000D later\n",
	      "A B C");
}

PT_TEST(both_lengths_name_the_same_org_and_repeats_do_not_count)
{
	reads("00D00000000000A\n00D00000000000AEAQ\n00D00000000000A\n", "A");
}

PT_TEST(windows_lines_and_a_byte_order_mark_are_fine)
{
	reads("\xef\xbb\xbf"
	      "00D00000000000A\r\n\r\n00D00000000000B\r\n",
	      "A B");
	reads("\xef\xbb\xbfOrgKey\r\n00D00000000000A\r\n", "A");
}

PT_TEST(keys_are_sorted_by_bytes)
{
	reads("00D00000000000a\n00D000000000001\n00D00000000000Z\n", "1 Z a");
}

PT_TEST(a_wrong_line_fails_with_its_place)
{
	reads("00D00000000000A\n\n  00D123\n", "orgs.txt:3:3: '00D123' is not an org id" EXPECTED);
	reads("00D00000000000AAAA\n", "orgs.txt:1:1: '00D00000000000AAAA' is not an org id: by the "
				      "case of its letters it would end in 'EAQ'");
	reads("00D00000000000A\nnot an id\n", "orgs.txt:2:1: 'not' is not an org id" EXPECTED);
	reads("\xc3\xa9\xc3\xa9 00D00000000000A\n",
	      "orgs.txt:1:1: '\?\?\?\?' is not an org id" EXPECTED);
}

PT_TEST(a_second_org_in_a_line_is_not_lost_in_silence)
{
	reads("00D00000000000A 00D00000000000B\n",
	      "orgs.txt:1:17: a second org in one line, expected one a line");
	reads("00D00000000000A\nx\n00D00000000000B\n",
	      "orgs.txt:2:1: 'x' is not an org id" EXPECTED);
	reads("00D00000000000A,00D00000000000B\n",
	      "orgs.txt:1:1: '00D00000000000A,00D00000...' is not an org id" EXPECTED);
	reads("00D00000000000A\xc3\xa9 \xc3\xa9t\xc3\xa9 00D00000000000B\n",
	      "orgs.txt:1:1: '00D00000000000A\?\?' is not an org id" EXPECTED);
	reads("00D00000000000A \xc3\xa9t\xc3\xa9 00D00000000000B\n",
	      "orgs.txt:1:21: a second org in one line, expected one a line");
	reads("00D00000000000A\r00D00000000000B\r",
	      "orgs.txt:1:17: a second org in one line, expected one a line");
}

PT_TEST(an_export_is_read_by_its_header)
{
	reads("OrgName,OrgKey,OrgType\nAcme,00D00000000000A,Sandbox\n", "A");
	reads("Id,PackagePushRequestId,SubscriberOrganizationKey\n"
	      "0DX000000000001,0DV000000000001,00D00000000000A\n",
	      "A");
	reads("organizationid\n00D00000000000A\n", "A");
	reads("# made by hand\n\nID , Name\n 00D00000000000A , Acme #1\n# none\n\n"
	      "00D00000000000B,\n",
	      "A B");
	reads("OrgKey,OrgName", "");
}

PT_TEST(quoted_fields_may_hold_anything)
{
	reads("\"OrgName\",\"OrgKey\"\n\"Acme, \"\"the\"\" best\" , \"00D00000000000A\"\r\n"
	      "\"two\nlines\",00D00000000000B\n\"#3\",\"00D00000000000C\"",
	      "A B C");
}

PT_TEST(a_wrong_export_fails_with_its_place)
{
	reads("Name,Type\nAcme,Sandbox\n",
	      "orgs.txt:1:1: no column with org ids, expected 'OrganizationId', 'OrgKey', "
	      "'SubscriberOrganizationKey' or 'Id'");
	reads("OrgName,OrgKey\nAcme,00D1\n", "orgs.txt:2:6: '00D1' is not an org id" EXPECTED);
	reads("OrgName,OrgKey\nAcme\n",
	      "orgs.txt:2:1: nothing in column 'OrgKey', expected an org id");
	reads("OrgName,OrgKey,OrgType\nAcme,,x\n",
	      "orgs.txt:2:6: nothing in column 'OrgKey', expected an org id");
	reads("OrgName,OrgKey\n\"two\nlines\",00D1\n",
	      "orgs.txt:3:8: '00D1' is not an org id" EXPECTED);
	reads("OrgKey,Name\n00D00000000000A,\"Acme\n",
	      "orgs.txt:2:17: a quoted field that does not end");
	reads("OrgKey,Name\n00D00000000000A,\"Acme\" Corp\n",
	      "orgs.txt:2:24: text after a closing quote, expected ',' or the end of the line");
}

PT_TEST(a_nul_byte_is_refused)
{
	check("00D00000000000A\n0\0D\n", 20,
	      "orgs.txt:2:2: a NUL byte, expected a text file in UTF-8");
	check("\xff\xfe"
	      "0\0",
	      4, "orgs.txt:1:4: a NUL byte, expected a text file in UTF-8");
}

PT_TEST(a_file_is_read_like_its_text)
{
	char path[] = "/tmp/pt-org-file-XXXXXX";
	static const char text[] = "00D00000000000A\nx\n";
	struct pt_org_key *keys = NULL;
	struct pt_err err = PT_ERR_INIT;
	size_t n = 0;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(pt_file_replace(path, text, 16, NULL), 0);
	assert_int_equal(pt_org_file_read(&keys, &n, path, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(keys[0].text, "00D00000000000A");
	free(keys);
	assert_int_equal(pt_file_replace(path, text, strlen(text), NULL), 0);
	assert_int_equal(pt_org_file_read(&keys, &n, path, &err), -PT_E_INVALID);
	assert_string_equal(err.file, path);
	assert_int_equal(err.line, 2);
	unlink(path);
}

PT_TEST(a_missing_file_is_named)
{
	struct pt_org_key *keys = NULL;
	struct pt_err err = PT_ERR_INIT;
	size_t n = 0;

	assert_int_equal(pt_org_file_read(&keys, &n, "/nowhere/orgs.txt", &err), -PT_E_NOTFOUND);
	assert_string_equal(err.text, "no such file '/nowhere/orgs.txt'");
	assert_null(keys);
}

PT_TEST(more_than_64_mib_are_refused)
{
	size_t size_bytes = ((size_t)64 << 20) + 1;
	char *data = calloc(1, size_bytes);
	struct pt_org_key *keys = NULL;
	struct pt_err err = PT_ERR_INIT;
	size_t n = 0;

	assert_non_null(data);
	assert_int_equal(pt_org_file_parse(&keys, &n, data, size_bytes, "orgs.txt", &err),
			 -PT_E_LIMIT);
	assert_string_equal(err.text, "larger than 64 MiB");
	free(data);
}

/* Commas and quotes by the million: cost grows with the size, whatever is in it. */
PT_TEST(long_lines_take_no_longer_than_many_lines)
{
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_str(&data, "OrgKey");
	pt_buf_repeat(&data, ',', 4000000);
	pt_buf_str(&data, "\n00D00000000000A");
	pt_buf_repeat(&data, ',', 4000000);
	check(data.data, data.len, "A");
	pt_buf_release(&data);
}

PT_TEST_MAIN(PT_RUN(an_empty_file_names_no_org), PT_RUN(a_plain_file_has_one_org_a_line),
	     PT_RUN(words_comments_and_blanks_are_for_people),
	     PT_RUN(both_lengths_name_the_same_org_and_repeats_do_not_count),
	     PT_RUN(windows_lines_and_a_byte_order_mark_are_fine), PT_RUN(keys_are_sorted_by_bytes),
	     PT_RUN(a_wrong_line_fails_with_its_place),
	     PT_RUN(a_second_org_in_a_line_is_not_lost_in_silence),
	     PT_RUN(an_export_is_read_by_its_header), PT_RUN(quoted_fields_may_hold_anything),
	     PT_RUN(a_wrong_export_fails_with_its_place), PT_RUN(a_nul_byte_is_refused),
	     PT_RUN(a_file_is_read_like_its_text), PT_RUN(a_missing_file_is_named),
	     PT_RUN(more_than_64_mib_are_refused),
	     PT_RUN(long_lines_take_no_longer_than_many_lines))
