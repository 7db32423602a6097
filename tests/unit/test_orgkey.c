/* Org keys and platform ids: two lengths, one checksum. */
#include "connectors/push/orgkey.h"

#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

static int parse(struct pt_org_key *out, const char *text, struct pt_err *err)
{
	return pt_org_key_parse(out, text, strlen(text), err);
}

static void assert_refused(const char *text, const char *why)
{
	struct pt_org_key key = {.text = "untouched"};
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(parse(&key, text, &err), -PT_E_INVALID);
	assert_string_equal(err.text, why);
	assert_string_equal(key.text, "untouched");
}

PT_TEST(a_key_of_15_characters_is_taken_as_it_is)
{
	struct pt_org_key key;

	assert_int_equal(parse(&key, "00D0000000000AB", NULL), 0);
	assert_string_equal(key.text, "00D0000000000AB");
}

PT_TEST(a_key_of_18_characters_is_checked_and_cut)
{
	struct pt_org_key key;

	memset(&key, 'x', sizeof(key));
	assert_int_equal(parse(&key, "00D0000000000ABEAY", NULL), 0);
	assert_string_equal(key.text, "00D0000000000AB");
}

PT_TEST(only_so_many_characters_are_read)
{
	struct pt_org_key key;

	assert_int_equal(pt_org_key_parse(&key, "00D0000000000AB,Acme", 15, NULL), 0);
	assert_string_equal(key.text, "00D0000000000AB");
}

PT_TEST(case_matters)
{
	struct pt_org_key upper, lower;

	assert_int_equal(parse(&upper, "00D0000000000AB", NULL), 0);
	assert_int_equal(parse(&lower, "00D0000000000Ab", NULL), 0);
	assert_true(pt_org_key_cmp(&upper, &lower) < 0);
	assert_true(pt_org_key_cmp(&lower, &upper) > 0);
	assert_int_equal(pt_org_key_cmp(&lower, &lower), 0);
}

PT_TEST(a_changed_letter_is_noticed_by_the_checksum)
{
	assert_refused("00D0000000000abEAY", "'00D0000000000abEAY' is not an org id: by the case "
					     "of its letters it would end in 'EAA'");
	assert_refused("00d0000000000abeay",
		       "'00d0000000000abeay' is not an org id, expected 15 or 18 letters and "
		       "digits that begin with '00D'");
}

PT_TEST(anything_else_is_refused)
{
	assert_refused("", "'' is not an org id, expected 15 or 18 letters and digits that begin "
			   "with '00D'");
	assert_refused("00D", "'00D' is not an org id, expected 15 or 18 letters and digits that "
			      "begin with '00D'");
	assert_refused("00D0000000000ABE",
		       "'00D0000000000ABE' is not an org id, expected 15 or 18 letters and "
		       "digits that begin with '00D'");
	assert_refused("0010000000000AB",
		       "'0010000000000AB' is not an org id, expected 15 or 18 letters and digits "
		       "that begin with '00D'");
	assert_refused("00D000000-000AB",
		       "'00D000000-000AB' is not an org id, expected 15 or 18 letters and digits "
		       "that begin with '00D'");
	assert_refused("00D\n\x01\xff this goes on for longer",
		       "'00D??? this goes on for ...' is not an org id, expected 15 or 18 "
		       "letters and digits that begin with '00D'");
}

PT_TEST(the_checksum_tells_the_case_of_every_letter)
{
	static const char *const ids[] = {
	    "04t4w0000004ALTAA2", "04t5d0000011VNxAAM", "04tKd000000ekgjIAA",
	    "04t1E000000yAh8QAE", "04tf4000003RRP1AAO", "04t1Y000000ksFpQAI",
	    "ABCDEFGHIJKLMNO555", "abcdefghijklmnoAAA", "000000000000000AAA",
	};
	char sum[4];

	for (size_t i = 0; i < PT_ARRAY_LEN(ids); i++) {
		pt_id_checksum(sum, ids[i]);
		assert_string_equal(sum, ids[i] + 15);
	}
}

PT_TEST(an_id_of_either_length_becomes_one_of_18_characters)
{
	char id[19];

	assert_int_equal(pt_id_parse(id, "04t", "04t4w0000004ALT", NULL), 0);
	assert_string_equal(id, "04t4w0000004ALTAA2");
	assert_int_equal(pt_id_parse(id, "04t", "04t4w0000004ALTAA2", NULL), 0);
	assert_string_equal(id, "04t4w0000004ALTAA2");
}

PT_TEST(an_id_of_another_kind_is_refused)
{
	struct pt_err err = PT_ERR_INIT;
	char id[19] = "untouched";

	assert_int_equal(pt_id_parse(id, "04t", "0334w0000004ALT", &err), -PT_E_INVALID);
	assert_string_equal(err.text, "'0334w0000004ALT' is not an id of kind 04t, expected 15 or "
				      "18 letters and digits that begin with '04t'");
	assert_string_equal(id, "untouched");
}

PT_TEST(ids_of_either_length_are_the_same_by_what_both_have)
{
	assert_true(pt_id_same("0DV000000000001", "0DV000000000001AAA"));
	assert_true(pt_id_same("0DV000000000001AAA", "0DV000000000001AAA"));
	assert_false(pt_id_same("0DV00000000000a", "0DV00000000000A"));
	assert_false(pt_id_same("0DV00000000000", "0DV000000000001"));
	assert_false(pt_id_same("", "0DV000000000001"));
}

PT_TEST_MAIN(PT_RUN(a_key_of_15_characters_is_taken_as_it_is),
	     PT_RUN(a_key_of_18_characters_is_checked_and_cut),
	     PT_RUN(only_so_many_characters_are_read), PT_RUN(case_matters),
	     PT_RUN(a_changed_letter_is_noticed_by_the_checksum), PT_RUN(anything_else_is_refused),
	     PT_RUN(the_checksum_tells_the_case_of_every_letter),
	     PT_RUN(an_id_of_either_length_becomes_one_of_18_characters),
	     PT_RUN(an_id_of_another_kind_is_refused),
	     PT_RUN(ids_of_either_length_are_the_same_by_what_both_have))
