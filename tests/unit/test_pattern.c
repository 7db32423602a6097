/* base/pattern: matching, groups, and patterns that would never end. */
#include "base/pattern.h"

#include "tests/test.h"

static struct pt_pattern *pattern_of(const char *text)
{
	struct pt_pattern *pattern = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_pattern_new(&pattern, text, &err), 0);
	return pattern;
}

static bool matches(const char *text, const char *subject)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = pattern_of(text);
	bool matched = false;

	assert_int_equal(pt_pattern_match(&matched, NULL, pattern, subject, NULL, NULL), 0);
	return matched;
}

/* The text of the group `version`; owned by the caller, NULL if it took no part. */
static char *group_of(const char *text, const char *subject)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = pattern_of(text);
	bool matched = false;
	char *group = NULL;

	assert_int_equal(pt_pattern_match(&matched, &group, pattern, subject, "version", NULL), 0);
	assert_true(matched);
	return group;
}

PT_TEST(matching_is_not_anchored_unless_it_says_so)
{
	assert_true(matches("lic", "public"));
	assert_false(matches("^lic", "public"));
	assert_true(matches("^(EU|GER|FRA)", "EU12"));
	assert_false(matches("^(EU|GER|FRA)", "NEU12"));
	assert_true(matches("", ""));
	assert_false(matches("a", ""));
}

PT_TEST(a_named_group_is_handed_out)
{
	char *group = group_of("^rel/(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$", "rel/3.223");

	assert_string_equal(group, "3.223");
	free(group);
}

PT_TEST(a_group_that_took_no_part_is_null)
{
	assert_null(group_of("^rel/(?:(?<version>\\d+)|beta)$", "rel/beta"));
	assert_null(group_of("^rel/(?<other>.*)$", "rel/beta"));
	char *empty = group_of("^rel/(?<version>\\d*)$", "rel/");

	assert_string_equal(empty, "");
	free(empty);
}

PT_TEST(groups_are_known_by_name)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = pattern_of("(?<version>1)(2)");

	assert_true(pt_pattern_has_group(pattern, "version"));
	assert_false(pt_pattern_has_group(pattern, "id"));
	assert_false(pt_pattern_has_group(pattern, ""));
	assert_string_equal(pt_pattern_text(pattern), "(?<version>1)(2)");
}

PT_TEST(subjects_are_utf8_and_other_bytes_never_match)
{
	assert_true(matches("^.$", "\xc3\xa9"));
	assert_true(matches("^\\x{20ac}$", "\xe2\x82\xac"));
	assert_false(matches("", "\xff"));
	assert_false(matches(".", "abc\xc3"));
}

PT_TEST(a_pattern_that_does_not_compile_says_where)
{
	struct pt_pattern *pattern = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_pattern_new(&pattern, "^rel/(", &err), -PT_E_SYNTAX);
	assert_null(pattern);
	assert_string_equal(err.text, "pattern '^rel/(' does not compile at character 7: "
				      "missing closing parenthesis");
	assert_int_equal(pt_pattern_new(&pattern, "\xff", NULL), -PT_E_SYNTAX);
	assert_int_equal(pt_pattern_new(&pattern, "(?<1>a)", NULL), -PT_E_SYNTAX);
	assert_int_equal(pt_pattern_new(&pattern, "a{2,1}", NULL), -PT_E_SYNTAX);
	pt_pattern_free(NULL);
}

PT_TEST(a_pattern_that_is_too_long_is_refused)
{
	char text[5000];
	struct pt_pattern *pattern = NULL;

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(pt_pattern_new(&pattern, text, NULL), -PT_E_LIMIT);
	text[4096] = '\0';
	assert_int_equal(pt_pattern_new(&pattern, text, NULL), 0);
	pt_pattern_free(pattern);
}

static double seconds_now(void)
{
	struct timespec now;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

PT_TEST(catastrophic_backtracking_is_given_up_at_once)
{
	static const char *const texts[] = {
	    "^(a+)+$",
	    "^(a|aa)+$",
	    "^(a|a?)+$",
	    "(x+x+)+y|^(([a-z])+.)+[A-Z]([a-z])+$",
	    "^(.*?,){11}P|^(\\w+\\s?)*$",
	    "^(?:(a+)*b|(a+)*c)$",
	};
	char subject[200];

	memset(subject, 'a', sizeof(subject));
	subject[sizeof(subject) - 2] = '!';
	subject[sizeof(subject) - 1] = '\0';
	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++) {
		PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = pattern_of(texts[i]);
		double begin = seconds_now();
		bool matched = true;
		struct pt_err err = PT_ERR_INIT;
		int rc = pt_pattern_match(&matched, NULL, pattern, subject, NULL, &err);

		assert_int_equal(rc, -PT_E_LIMIT);
		assert_true(matched);
		assert_non_null(strstr(err.text, "it backtracks too much"));
		assert_true(seconds_now() - begin < 1.0);
	}
}

PT_TEST(ordinary_patterns_on_long_subjects_are_not_given_up)
{
	size_t n = 100000;
	char *subject = malloc(n + 1);

	assert_non_null(subject);
	memset(subject, 'a', n);
	subject[n] = '\0';
	assert_true(matches("^a*$", subject));
	assert_false(matches("b", subject));
	assert_false(matches("^[^b]*b", subject));
	free(subject);
}

PT_TEST(of_several_the_first_that_matches_counts)
{
	PT_CLEANUP(pt_patterns_release) struct pt_patterns patterns = {.n = 0};
	struct pt_err err = PT_ERR_INIT;
	size_t at;

	assert_int_equal(pt_patterns_first(&at, &patterns, "NA101", NULL), 0);
	assert_int_equal(at, 0);
	assert_int_equal(pt_patterns_add(&patterns, "^EU", NULL), 0);
	assert_int_equal(pt_patterns_add(&patterns, "^NA1", NULL), 0);
	assert_int_equal(pt_patterns_add(&patterns, "^NA", NULL), 0);
	assert_int_equal(pt_patterns_add(&patterns, "^(", &err), -PT_E_SYNTAX);
	assert_int_equal(patterns.n, 3);
	assert_int_equal(pt_patterns_first(&at, &patterns, "NA101", NULL), 0);
	assert_int_equal(at, 1);
	assert_int_equal(pt_patterns_first(&at, &patterns, "NA22", NULL), 0);
	assert_int_equal(at, 2);
	assert_int_equal(pt_patterns_first(&at, &patterns, "AP3", NULL), 0);
	assert_int_equal(at, 3);
}

PT_TEST_MAIN(PT_RUN(matching_is_not_anchored_unless_it_says_so),
	     PT_RUN(a_named_group_is_handed_out), PT_RUN(a_group_that_took_no_part_is_null),
	     PT_RUN(groups_are_known_by_name),
	     PT_RUN(subjects_are_utf8_and_other_bytes_never_match),
	     PT_RUN(a_pattern_that_does_not_compile_says_where),
	     PT_RUN(a_pattern_that_is_too_long_is_refused),
	     PT_RUN(catastrophic_backtracking_is_given_up_at_once),
	     PT_RUN(ordinary_patterns_on_long_subjects_are_not_given_up),
	     PT_RUN(of_several_the_first_that_matches_counts))
