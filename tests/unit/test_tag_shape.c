/* Which tags look like releases, and the patterns that are made of them. */
#include "pipeline/draft/tag_shape.h"

#include <string.h>

#include "base/pattern.h"
#include "tests/test.h"

static void has_prefix(const char *tag, const char *prefix, const char *version)
{
	char text[PT_VERSION_TEXT];
	struct pt_version found;
	int len = pt_tag_prefix(&found, tag);

	if (len < 0)
		fail_msg("'%s' has no shape", tag);
	assert_int_equal(len, strlen(prefix));
	assert_memory_equal(tag, prefix, strlen(prefix));
	found.npart = found.npart < 2 ? 2 : found.npart;
	assert_string_equal(pt_version_text(text, &found), version);
}

PT_TEST(releases_end_in_a_version)
{
	has_prefix("rel/3.223", "rel/", "3.223");
	has_prefix("release/1.2.3", "release/", "1.2.3");
	has_prefix("v1.2", "v", "1.2");
	has_prefix("1.2.3", "", "1.2.3");
	has_prefix("1.2.3.4", "", "1.2.3.4");
	has_prefix("core/v1.2", "core/v", "1.2");
	has_prefix("@acme/core@1.2.0", "@acme/core@", "1.2.0");
	has_prefix("core2-1.4", "core2-", "1.4");
	has_prefix("rel.1.2", "rel.", "1.2");
	has_prefix("v7", "v", "7.0");
	has_prefix("release-12", "release-", "12.0");
	has_prefix("rel/rel/3.56", "rel/rel/", "3.56");
}

PT_TEST(what_is_not_released_has_no_shape)
{
	static const char *const tags[] = {"uat/3.0-Beta_2",
					   "uat/3.0",
					   "beta/1.2",
					   "1.0-rc1",
					   "1.0.0-rc.1",
					   "2.0_Beta5",
					   "v1.2-alpha",
					   "latest",
					   "sprint12",
					   "",
					   "...",
					   "1.2.",
					   "1.2-3.4",
					   "feature/1.2",
					   "nightly1.0",
					   "1.2.3.4.5",
					   "v99999999999999.1",
					   "pre-release/1.0",
					   "v1.0-SNAPSHOT",
					   "12",
					   "2.1 (Beta 3)",
					   "test-tag-beta1-2",
					   "v\xff/1.0"};

	for (size_t i = 0; i < PT_ARRAY_LEN(tags); i++) {
		struct pt_version version;

		if (pt_tag_prefix(&version, tags[i]) >= 0)
			fail_msg("'%s' has a shape", tags[i]);
	}
}

static struct pt_tag_shapes shapes_of(struct pt_arena *arena, const char *const *names, size_t n)
{
	struct pt_release *tags = pt_arena_alloc(arena, n + 1, sizeof(*tags));
	struct pt_tag_shapes shapes;

	assert_non_null(tags);
	for (size_t i = 0; i < n; i++)
		tags[i] = (struct pt_release){.tag = names[i], .time_ms = (int64_t)i};
	assert_int_equal(pt_tag_shapes(&shapes, arena, tags, n, 1 << 20, NULL), 0);
	return shapes;
}

static void pattern_is(const struct pt_tag_shape *shape, const struct pt_tag_shape *also,
		       const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf tag = PT_BUF_INIT;
	bool matched = false;

	pt_tag_pattern(&text, shape, also, "version");
	assert_string_equal(pt_buf_text(&text), expected);
	assert_int_equal(pt_pattern_new(&pattern, pt_buf_text(&text), NULL), 0);
	assert_int_equal(pt_pattern_match(&matched, NULL, pattern, shape->newest, NULL, NULL), 0);
	assert_true(matched);
	pt_buf_printf(&tag, "%s-rc1", shape->newest);
	assert_int_equal(pt_pattern_match(&matched, NULL, pattern, pt_buf_text(&tag), NULL, NULL),
			 0);
	assert_false(matched);
}

PT_TEST(the_commonest_shape_comes_first)
{
	static const char *const tags[] = {"1.0",     "rel/1.1", "rel/1.2",
					   "uat/1.3", "v1.4",    "rel/1.3"};
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;
	const struct pt_tag_shapes shapes = shapes_of(&arena, tags, PT_ARRAY_LEN(tags));

	assert_int_equal(shapes.n, 3);
	assert_int_equal(shapes.nother, 1);
	assert_string_equal(shapes.shape[0].prefix, "rel/");
	assert_int_equal(shapes.shape[0].n, 3);
	assert_string_equal(shapes.shape[0].newest, "rel/1.3");
	assert_string_equal(shapes.shape[1].prefix, "v"); /* as many as "", and newer */
	pattern_is(&shapes.shape[0], NULL, "^rel/(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$");
	pattern_is(&shapes.shape[1], &shapes.shape[0],
		   "^(?:v|rel/)(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$");
}

PT_TEST(patterns_have_the_numbers_that_were_seen)
{
	static const char *const three[] = {"1.0.0", "1.0.1"}, *const four[] = {"1.0.0.1", "1.1.0"},
				 *const one[] = {"v1", "v2"}, *const odd[] = {"a.b+c(1.0.0"};
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;

	pattern_is(shapes_of(&arena, three, 2).shape, NULL, "^(?<version>\\d+\\.\\d+\\.\\d+)$");
	pattern_is(shapes_of(&arena, four, 2).shape, NULL,
		   "^(?<version>\\d+\\.\\d+\\.\\d+(?:\\.\\d+)?)$");
	pattern_is(shapes_of(&arena, one, 2).shape, NULL, "^v(?<version>\\d+(?:\\.\\d+)*)$");
	pattern_is(shapes_of(&arena, odd, 1).shape, NULL,
		   "^a\\.b\\+c\\((?<version>\\d+\\.\\d+\\.\\d+)$");
}

PT_TEST(a_tag_that_moves_along_is_no_release)
{
	static const char *const moving[] = {"v1.2.0", "v1.2.1", "v1.2"}, *const hotfix[] = {
									      "v1.2", "v1.2.1",
									      "v1.3"};
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;

	pattern_is(shapes_of(&arena, moving, 2).shape, NULL, "^v(?<version>\\d+\\.\\d+\\.\\d+)$");
	assert_true(shapes_of(&arena, moving, 3).shape[0].floating);
	assert_false(shapes_of(&arena, hotfix, 3).shape[0].floating);
	pattern_is(shapes_of(&arena, hotfix, 3).shape, NULL,
		   "^v(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$");
}

PT_TEST(the_subject_of_a_prefix_is_what_is_not_about_releases)
{
	static const char *const cases[][2] = {{"rel/", ""},
					       {"v", ""},
					       {"core/v", "core"},
					       {"release/Core-", "core"},
					       {"@acme/core@", "acmecore"},
					       {"core_v", "core"}};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		char subject[PT_TAG_SUBJECT];

		assert_string_equal(pt_tag_subject(subject, cases[i][0]), cases[i][1]);
	}
}

/* Names are compared with each other by search, not each with each. */
PT_TEST(many_tags_take_no_time)
{
	enum { MANY = 50000 };
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;
	const char **names = pt_arena_alloc(&arena, MANY, sizeof(*names));

	assert_non_null(names);
	for (int i = 0; i < MANY; i++)
		assert_non_null(names[i] = pt_arena_printf(&arena, "v%d.%d%s", i / 100, i % 100,
							   i % 2 ? ".1" : ""));
	const struct pt_tag_shapes shapes = shapes_of(&arena, names, MANY);

	assert_int_equal(shapes.n, 1);
	assert_int_equal(shapes.shape[0].n, MANY);
	assert_false(shapes.shape[0].floating);
}

PT_TEST_MAIN(PT_RUN(releases_end_in_a_version), PT_RUN(what_is_not_released_has_no_shape),
	     PT_RUN(the_commonest_shape_comes_first),
	     PT_RUN(patterns_have_the_numbers_that_were_seen),
	     PT_RUN(a_tag_that_moves_along_is_no_release),
	     PT_RUN(the_subject_of_a_prefix_is_what_is_not_about_releases),
	     PT_RUN(many_tags_take_no_time))
