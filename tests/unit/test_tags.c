/* Which tags a repository has: of a path, and as the other side of an address lists them. */
#include "connectors/manifest/tags.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/unit/git_fixture.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccc"

static void assert_list(const char *text, size_t size, const char *expected)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf got = PT_BUF_INIT;
	struct pt_tags tags = PT_TAGS_INIT;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_tags_parse(&tags, text, size, &err), 0);
	for (size_t i = 0; i < tags.n; i++)
		pt_buf_printf(&got, "%s %.1s %.1s\n", tags.tag[i].name, tags.tag[i].oid,
			      tags.tag[i].commit);
	assert_string_equal(pt_buf_text(&got), expected);
	pt_tags_release(&tags);
}

PT_TEST(tags_are_listed_with_what_is_behind_them)
{
	static const char text[] =
	    A "\trefs/tags/v2\n" B "\trefs/tags/v1\n" C "\trefs/tags/v1^{}\n";

	assert_list(text, sizeof(text) - 1, "v1 b c\nv2 a a\n");
	assert_list("", 0, "");
}

PT_TEST(lines_that_are_no_tags_are_left_out)
{
	static const char text[] =
	    A "\trefs/heads/main\n" A "\tHEAD\nnonsense\n" A " refs/tags/blank\n"
	      "AAAA\trefs/tags/short\n" A "\trefs/tags/a b\n" A "\trefs/tags/x\033[31m\n" A
	      "\trefs/tags/../../etc\n" A "\trefs/tags/a.lock\n" A "\trefs/tags/a//b\n" A
	      "\trefs/tags/.a\n" A "\trefs/tags/a@{b\n" A "\trefs/tags/\n" A "\trefs/tags/n\0ul\n" B
	      "\trefs/tags/good^{}\n" A "\trefs/tags/good\n" B "\trefs/tags/good\n" A
	      "\trefs/tags/cut";

	assert_list(text, sizeof(text) - 1, "cut a a\ngood a a\n");
}

PT_TEST(a_path_is_read_where_it_is)
{
	struct git_fixture fixture;
	struct pt_tags tags = PT_TAGS_INIT;
	struct pt_err err = PT_ERR_INIT;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, "a", "b");

	git_fixture_tag(&fixture, "rel/2", &at, 1001, "Release\n");
	git_fixture_ref(&fixture, "rel/1", &at);
	assert_int_equal(pt_tags_list(&tags, fixture.path, PT_TAGS_LIMIT_MS, &err), 0);
	assert_int_equal(tags.n, 2);
	assert_string_equal(tags.tag[0].name, "rel/1");
	assert_string_equal(tags.tag[0].oid, tags.tag[0].commit);
	assert_string_equal(tags.tag[1].commit, tags.tag[0].commit);
	assert_string_not_equal(tags.tag[1].oid, tags.tag[1].commit);
	assert_ptr_equal(pt_tags_find(&tags, "rel/2"), &tags.tag[1]);
	assert_null(pt_tags_find(&tags, "rel/3"));
	pt_tags_release(&tags);
	git_fixture_release(&fixture);
}

static void put_git(const char *folder, const char *script)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/git", folder);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fprintf(file, "#!/bin/sh\n%s\n", script) > 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
}

PT_TEST(an_address_that_does_not_answer_is_given_up_with_all_that_it_started)
{
	char folder[] = "/tmp/pt-tags-XXXXXX", script[256], path[4096], started[64];
	struct pt_tags tags = PT_TAGS_INIT;
	struct pt_err err = PT_ERR_INIT;
	const char *was = getenv("PATH");

	assert_non_null(mkdtemp(folder));
	snprintf(started, sizeof(started), "%s/started", folder);
	snprintf(script, sizeof(script), "sleep 100 & echo $! >%s; wait", started);
	put_git(folder, script);
	snprintf(path, sizeof(path), "%s:%s", folder, was ? was : "");
	char *kept = strdup(was ? was : "");

	assert_int_equal(setenv("PATH", path, 1), 0);
	assert_int_equal(pt_tags_list(&tags, "https://example.org/a.git", 500, &err), -PT_E_IO);
	assert_string_equal(err.text, "'https://example.org/a.git': cannot list the tags: no "
				      "answer within 500 ms, given up");
	assert_int_equal(setenv("PATH", kept, 1), 0);
	free(kept);
	snprintf(script, sizeof(script),
		 "sleep 0.1; ! grep -qs '^State:.[^Z]' \"/proc/$(cat %s)/status\"", started);
	assert_int_equal(system(script), 0);
	pt_tags_release(&tags);
	snprintf(script, sizeof(script), "rm -rf '%s'", folder);
	assert_int_equal(system(script), 0);
}

PT_TEST(an_address_is_listed_without_a_fetch)
{
	struct git_fixture fixture;
	struct pt_tags tags = PT_TAGS_INIT;
	struct pt_err err = PT_ERR_INIT;
	char address[128];

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, "a", "b");

	git_fixture_tag(&fixture, "rel/2", &at, 1001, "Release\n");
	snprintf(address, sizeof(address), "file://%s", fixture.path);
	assert_int_equal(pt_tags_list(&tags, address, PT_TAGS_LIMIT_MS, &err), 0);
	assert_int_equal(tags.n, 1);
	assert_string_equal(tags.tag[0].name, "rel/2");
	assert_string_not_equal(tags.tag[0].oid, tags.tag[0].commit);
	pt_tags_release(&tags);
	git_fixture_release(&fixture);
}

PT_TEST_MAIN(PT_RUN(tags_are_listed_with_what_is_behind_them),
	     PT_RUN(lines_that_are_no_tags_are_left_out), PT_RUN(a_path_is_read_where_it_is),
	     PT_RUN(an_address_that_does_not_answer_is_given_up_with_all_that_it_started),
	     PT_RUN(an_address_is_listed_without_a_fetch))
