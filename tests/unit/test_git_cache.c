/* Clones of repositories that have an address: made whole, brought up to date, and where. */
#include "connectors/manifest/git_cache.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "tests/unit/git_fixture.h"

struct cached {
	struct git_fixture fixture;
	git_oid commit;
	char address[128], folder[128];
	char clone[256]; /* where the clone must come to be */
};

static void setup(struct cached *out)
{
	char digest[PT_DIGEST_TEXT];

	git_fixture_init(&out->fixture, true);
	out->commit = git_fixture_commit(&out->fixture, 1000, "a", "a");
	git_fixture_ref(&out->fixture, "v1.0", &out->commit);
	snprintf(out->address, sizeof(out->address), "file://%s", out->fixture.path);
	snprintf(out->folder, sizeof(out->folder), "%s/cache/git", out->fixture.folder);
	assert_int_equal(pt_digest(digest, out->address, strlen(out->address), NULL), 0);
	snprintf(out->clone, sizeof(out->clone), "%s/%s.git", out->folder, digest);
}

static struct pt_manifest_cache *open_cache(const struct cached *c)
{
	struct pt_manifest_cache *cache = NULL;

	assert_int_equal(pt_manifest_cache_new(&cache, c->folder, NULL), 0);
	return cache;
}

static void get(const struct cached *c, struct pt_manifest_cache *cache)
{
	struct pt_buf path = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_git_cache_get(&path, cache, c->address, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(rc, 0);
	assert_string_equal(pt_buf_text(&path), c->clone);
	pt_buf_release(&path);
}

/* The names of the clone's tags, by a cache of its own or by the one given. */
static void assert_tags(const struct cached *c, struct pt_manifest_cache *given,
			const char *expected)
{
	struct pt_manifest_cache *cache = given ? given : open_cache(c);
	git_repository *git = NULL;
	git_strarray tags;
	char got[256] = "";

	get(c, cache);
	assert_int_equal(git_repository_open_bare(&git, c->clone), 0);
	assert_int_equal(git_tag_list(&tags, git), 0);
	for (size_t i = 0; i < tags.count; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s ", tags.strings[i]);
	assert_string_equal(got, expected);
	git_strarray_dispose(&tags);
	git_repository_free(git);
	if (!given)
		pt_manifest_cache_free(cache);
}

PT_TEST(a_clone_has_the_tags_of_the_other_side)
{
	struct cached c;

	setup(&c);
	assert_tags(&c, NULL, "v1.0 ");
	git_fixture_tag(&c.fixture, "v1.1", &c.commit, 2000, "Release\n");
	git_fixture_ref(&c.fixture, "v1.2", &c.commit);
	assert_tags(&c, NULL, "v1.0 v1.1 v1.2 ");
	assert_int_equal(git_tag_delete(c.fixture.git, "v1.1"), 0);
	assert_tags(&c, NULL, "v1.0 v1.2 ");
	git_fixture_release(&c.fixture);
}

PT_TEST(a_tag_that_moved_moves)
{
	struct cached c;
	git_repository *git = NULL;
	git_oid at;

	setup(&c);
	assert_tags(&c, NULL, "v1.0 ");
	c.commit = git_fixture_commit(&c.fixture, 2000, "b", "b");
	git_fixture_ref(&c.fixture, "v1.0", &c.commit);
	assert_tags(&c, NULL, "v1.0 ");
	assert_int_equal(git_repository_open_bare(&git, c.clone), 0);
	assert_int_equal(git_reference_name_to_id(&at, git, "refs/tags/v1.0"), 0);
	assert_true(git_oid_equal(&at, &c.commit));
	git_repository_free(git);
	git_fixture_release(&c.fixture);
}

PT_TEST(a_cache_fetches_once)
{
	struct cached c;

	setup(&c);
	struct pt_manifest_cache *cache = open_cache(&c);

	assert_tags(&c, cache, "v1.0 ");
	git_fixture_ref(&c.fixture, "v1.1", &c.commit);
	assert_tags(&c, cache, "v1.0 ");
	pt_manifest_cache_free(cache);
	git_fixture_release(&c.fixture);
}

PT_TEST(a_repository_without_tags_is_cloned)
{
	struct cached c;

	setup(&c);
	assert_int_equal(git_tag_delete(c.fixture.git, "v1.0"), 0);
	assert_tags(&c, NULL, "");
	assert_tags(&c, NULL, "");
	git_fixture_release(&c.fixture);
}

/* A folder beside the clone, as a killed process would leave it, with something in it. */
static void leave(const struct cached *c, const char *ending, char *out, size_t size)
{
	char path[400];

	snprintf(out, size, "%.*s%s", (int)strlen(c->clone) - 4, c->clone, ending);
	assert_int_equal(mkdir(out, 0700), 0);
	snprintf(path, sizeof(path), "%s/objects", out);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/objects/pack", out);
	assert_int_equal(pt_file_replace(path, "x", 1, NULL), 0);
	snprintf(path, sizeof(path), "%s/link", out);
	assert_int_equal(symlink(c->fixture.path, path), 0);
}

PT_TEST(a_clone_that_was_killed_is_cleared_away)
{
	struct cached c;
	char stale[400], other[400], above[400];

	setup(&c);
	snprintf(above, sizeof(above), "%s/cache", c.fixture.folder);
	assert_int_equal(mkdir(above, 0700), 0);
	assert_int_equal(mkdir(c.folder, 0700), 0);
	leave(&c, ".new-a1B2c3", stale, sizeof(stale));
	leave(&c, ".not-a-clone", other, sizeof(other));
	assert_tags(&c, NULL, "v1.0 ");
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(access(c.fixture.path, F_OK), 0); /* links are not followed */
	git_fixture_release(&c.fixture);
}

static size_t entries_of(const char *path)
{
	DIR *folder = opendir(path);
	size_t n = 0;

	for (const struct dirent *entry = folder ? readdir(folder) : NULL; entry;
	     entry = readdir(folder))
		n += entry->d_name[0] != '.';
	if (folder)
		closedir(folder);
	return n;
}

PT_TEST(a_clone_that_fails_leaves_nothing_but_its_lock)
{
	struct cached c;
	struct pt_buf path = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	char expected[512];

	setup(&c);
	struct pt_manifest_cache *cache = open_cache(&c);

	snprintf(c.address, sizeof(c.address), "file://%s/none.git", c.fixture.folder);
	assert_int_equal(pt_git_cache_get(&path, cache, c.address, &err), -PT_E_IO);
	snprintf(expected, sizeof(expected),
		 "'%s': cannot fetch: '%s/none.git' does not appear to be a git repository",
		 c.address, c.fixture.folder);
	assert_string_equal(err.text, expected);
	assert_int_equal(path.len, 0);
	assert_int_equal(entries_of(c.folder), 1);
	pt_manifest_cache_free(cache);
	pt_buf_release(&path);
	git_fixture_release(&c.fixture);
}

PT_TEST(an_address_that_is_none_is_refused_before_anything_is_made)
{
	struct cached c;
	struct pt_buf path = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	setup(&c);
	struct pt_manifest_cache *cache = open_cache(&c);

	assert_int_equal(pt_git_cache_get(&path, cache, "http://me:secret@example.org/a", &err),
			 -PT_E_INVALID);
	assert_string_equal(err.text, "'http://example.org/a' is plain http, expected https (http "
				      "is for this machine only)");
	assert_int_equal(access(c.folder, F_OK), -1);
	pt_manifest_cache_free(cache);
	git_fixture_release(&c.fixture);
}

PT_TEST(a_source_of_an_address_is_named_after_it)
{
	struct cached c;
	struct pt_manifest_source *source = NULL;
	const struct pt_release *release = NULL;
	const struct pt_manifest *manifest = NULL;
	struct pt_err err = PT_ERR_INIT;
	size_t n = 0;

	setup(&c);
	struct pt_manifest_cache *cache = open_cache(&c);
	const struct pt_manifest_where where = {.git = c.address,
						.tag = "^v(?<version>\\d+\\.\\d+)$"};

	c.commit = git_fixture_commit(&c.fixture, 2000, "pushtrain.yaml", "[]");
	git_fixture_ref(&c.fixture, "v1.0", &c.commit);
	assert_int_equal(pt_manifest_open_git(&source, &where, cache, &err), 0);
	assert_int_equal(source->ops->releases(&release, &n, source, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(source->ops->manifest(&manifest, source, &release[0], &err),
			 -PT_E_INVALID);
	assert_string_equal(err.file, "base.git@v1.0:pushtrain.yaml");
	pt_manifest_closep(&source);
	pt_manifest_cache_free(cache);
	git_fixture_release(&c.fixture);
}

PT_TEST_MAIN(PT_RUN(a_clone_has_the_tags_of_the_other_side), PT_RUN(a_tag_that_moved_moves),
	     PT_RUN(a_cache_fetches_once), PT_RUN(a_repository_without_tags_is_cloned),
	     PT_RUN(a_clone_that_was_killed_is_cleared_away),
	     PT_RUN(a_clone_that_fails_leaves_nothing_but_its_lock),
	     PT_RUN(an_address_that_is_none_is_refused_before_anything_is_made),
	     PT_RUN(a_source_of_an_address_is_named_after_it))
