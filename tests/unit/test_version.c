/* base/version: reading, comparing and writing. */
#include "base/version.h"

#include "tests/test.h"

static struct pt_version version_of(const char *text)
{
	struct pt_version version;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_version_parse(&version, text, &err), 0);
	return version;
}

static int compare(const char *a, const char *b)
{
	struct pt_version va = version_of(a), vb = version_of(b);

	assert_int_equal(pt_version_cmp(&va, &vb), -pt_version_cmp(&vb, &va));
	return pt_version_cmp(&va, &vb);
}

PT_TEST(versions_compare_by_number_and_not_as_decimals)
{
	assert_int_equal(compare("3.9", "3.10"), -1);
	assert_int_equal(compare("3.1", "3.10"), -1);
	assert_int_equal(compare("3.223", "3.99"), 1);
	assert_int_equal(compare("2.0", "10.0"), -1);
	assert_int_equal(compare("1.4.0.7", "1.4.0.10"), -1);
	assert_int_equal(compare("1.2147483647", "1.2147483646"), 1);
}

PT_TEST(missing_parts_are_zero_when_compared)
{
	assert_int_equal(compare("1.4", "1.4.0"), 0);
	assert_int_equal(compare("1.4", "1.4.0.0"), 0);
	assert_int_equal(compare("1.4", "1.4.0.1"), -1);
	assert_int_equal(compare("7", "7.0"), 0);
}

PT_TEST(versions_are_written_with_as_many_parts_as_they_had)
{
	static const char *const texts[] = {
	    "3.223", "1.10",    "1.2.3",
	    "1.0.0", "1.4.0.7", "2147483647.2147483647.2147483647.2147483647"};
	char buf[PT_VERSION_TEXT];

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		struct pt_version version = version_of(texts[i]);

		assert_true(pt_version_known(&version));
		assert_string_equal(pt_version_text(buf, &version), texts[i]);
	}
}

PT_TEST(a_lone_number_gets_a_minor_zero)
{
	struct pt_version version = version_of("12");
	char buf[PT_VERSION_TEXT];

	assert_int_equal(version.npart, 2);
	assert_string_equal(pt_version_text(buf, &version), "12.0");
}

PT_TEST(no_version_is_written_as_a_question_mark)
{
	struct pt_version none = {.npart = 0};
	char buf[PT_VERSION_TEXT];

	assert_false(pt_version_known(&none));
	assert_string_equal(pt_version_text(buf, &none), "?");
}

PT_TEST(what_is_not_a_version_is_refused_and_nothing_is_written)
{
	static const char *const texts[] = {
	    "",     ".",     "1.",   ".1",   "1..2",    "1.2.3.4.5",    "1.2.3.4.",
	    "v1.0", "1.0-b", "1.0 ", " 1.0", "1.0Beta", "1.2147483648", "99999999999999999999999",
	    "-1.0", "+1.0",  "1,0",  "1.x",  "0x10",    "1.NEXT",
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		struct pt_version version = {.npart = 9};
		struct pt_err err = PT_ERR_INIT;

		assert_int_equal(pt_version_parse(&version, texts[i], &err), -PT_E_INVALID);
		assert_int_equal(version.npart, 9);
	}
}

PT_TEST(the_error_names_the_text)
{
	struct pt_version version;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_version_parse(&version, "1.0b", &err), -PT_E_INVALID);
	assert_string_equal(err.text,
			    "'1.0b' is not a version, expected numbers such as 3.10 or 1.2.0.4");
}

PT_TEST_MAIN(PT_RUN(versions_compare_by_number_and_not_as_decimals),
	     PT_RUN(missing_parts_are_zero_when_compared),
	     PT_RUN(versions_are_written_with_as_many_parts_as_they_had),
	     PT_RUN(a_lone_number_gets_a_minor_zero),
	     PT_RUN(no_version_is_written_as_a_question_mark),
	     PT_RUN(what_is_not_a_version_is_refused_and_nothing_is_written),
	     PT_RUN(the_error_names_the_text))
