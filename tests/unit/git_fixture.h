/*
 * Small git repositories for tests, in a temporary folder. Every commit, tag and
 * time is as told, nothing is read from the user's configuration.
 *
 *     struct git_fixture fixture;
 *     git_fixture_init(&fixture, true);
 *     git_oid at = git_fixture_commit(&fixture, 1000, "cumulusci.yml", "project: ...");
 *     git_fixture_tag(&fixture, "rel/1.0", &at, 1001, "Release of version 1.0\n");
 *     ...
 *     git_fixture_release(&fixture);
 */
#ifndef PT_TESTS_UNIT_GIT_FIXTURE_H
#define PT_TESTS_UNIT_GIT_FIXTURE_H

#include <git2.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/test.h"

struct git_fixture {
	char folder[64]; /* temporary */
	char path[80];   /* the repository: "base.git" in it, or "base" if it is not bare */
	git_repository *git;
	int nopen; /* how often libgit2 was started, this fixture included */
};

static inline void git_fixture_init(struct git_fixture *out, bool bare)
{
	static const int levels[] = {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
				     GIT_CONFIG_LEVEL_GLOBAL};

	out->nopen = git_libgit2_init();
	assert_true(out->nopen > 0);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		assert_int_equal(git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], ""), 0);
	snprintf(out->folder, sizeof(out->folder), "/tmp/pt-git-XXXXXX");
	assert_non_null(mkdtemp(out->folder));
	snprintf(out->path, sizeof(out->path), "%s/base%s", out->folder, bare ? ".git" : "");
	assert_int_equal(git_repository_init(&out->git, out->path, bare), 0);
}

static inline void git_fixture_release(struct git_fixture *fixture)
{
	char command[128];

	git_repository_free(fixture->git);
	assert_int_equal(git_libgit2_shutdown(), fixture->nopen - 1); /* all others closed */
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->folder);
	assert_int_equal(system(command), 0);
}

/* A tree with one file in it. */
static inline git_oid git_fixture_tree(struct git_fixture *fixture, const char *path,
				       const void *data, size_t size_bytes, uint32_t mode)
{
	git_index_entry entry = {.mode = mode, .path = path};
	git_index *index = NULL;
	git_oid tree;

	assert_int_equal(git_index_new(&index), 0);
	if (path) {
		assert_int_equal(
		    git_blob_create_from_buffer(&entry.id, fixture->git, data, size_bytes), 0);
		assert_int_equal(git_index_add(index, &entry), 0);
	}
	assert_int_equal(git_index_write_tree_to(&tree, index, fixture->git), 0);
	git_index_free(index);
	return tree;
}

/* A tree with these files, `path, text` each, up to a NULL. */
static inline git_oid git_fixture_files(struct git_fixture *fixture, const char *const *file)
{
	git_index *index = NULL;
	git_oid tree;

	assert_int_equal(git_index_new(&index), 0);
	for (; file[0]; file += 2) {
		git_index_entry entry = {.mode = GIT_FILEMODE_BLOB, .path = file[0]};

		assert_int_equal(
		    git_blob_create_from_buffer(&entry.id, fixture->git, file[1], strlen(file[1])),
		    0);
		assert_int_equal(git_index_add(index, &entry), 0);
	}
	assert_int_equal(git_index_write_tree_to(&tree, index, fixture->git), 0);
	git_index_free(index);
	return tree;
}

static inline git_oid git_fixture_commit_tree(struct git_fixture *fixture, int64_t time_s,
					      const git_oid *tree_id)
{
	git_signature *who = NULL;
	git_tree *tree = NULL;
	git_oid commit;

	assert_int_equal(git_signature_new(&who, "A", "a@example.org", time_s, 0), 0);
	assert_int_equal(git_tree_lookup(&tree, fixture->git, tree_id), 0);
	assert_int_equal(git_commit_create(&commit, fixture->git, NULL, who, who, NULL, "commit\n",
					   tree, 0, NULL),
			 0);
	git_tree_free(tree);
	git_signature_free(who);
	return commit;
}

/* A commit with one file, or with none if path is NULL. */
static inline git_oid git_fixture_commit(struct git_fixture *fixture, int64_t time_s,
					 const char *path, const char *text)
{
	git_oid tree =
	    git_fixture_tree(fixture, path, text, text ? strlen(text) : 0, GIT_FILEMODE_BLOB);

	return git_fixture_commit_tree(fixture, time_s, &tree);
}

/* An annotated tag on anything; returns the tag object. */
static inline git_oid git_fixture_tag(struct git_fixture *fixture, const char *name,
				      const git_oid *on, int64_t time_s, const char *message)
{
	git_signature *who = NULL;
	git_object *object = NULL;
	git_oid tag;

	assert_int_equal(git_signature_new(&who, "A", "a@example.org", time_s, 0), 0);
	assert_int_equal(git_object_lookup(&object, fixture->git, on, GIT_OBJECT_ANY), 0);
	assert_int_equal(git_tag_create(&tag, fixture->git, name, object, who, message, 1), 0);
	git_object_free(object);
	git_signature_free(who);
	return tag;
}

/* A ref below refs/tags that points at an object, without a look at what it is. */
static inline void git_fixture_ref(struct git_fixture *fixture, const char *name, const git_oid *on)
{
	char ref[128];
	git_reference *reference = NULL;

	snprintf(ref, sizeof(ref), "refs/tags/%s", name);
	assert_int_equal(git_reference_create(&reference, fixture->git, ref, on, 1, NULL), 0);
	git_reference_free(reference);
}

/* The same to an object that is not there. */
static inline void git_fixture_dangling_ref(struct git_fixture *fixture, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%srefs/tags/%s", git_repository_path(fixture->git), name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs("1234567890123456789012345678901234567890\n", file);
	fclose(file);
}

/* An annotated tag with any bytes in it, and any time. */
static inline void git_fixture_raw_tag(struct git_fixture *fixture, const char *name,
				       const git_oid *on, const char *time_s, const void *message,
				       size_t size_bytes)
{
	char *raw = malloc(size_bytes + 256);
	git_odb *odb = NULL;
	git_oid tag;
	int n = snprintf(raw, 256,
			 "object %s\ntype commit\ntag %s\ntagger A <a@example.org> %s +0000\n\n",
			 git_oid_tostr_s(on), name, time_s);

	memcpy(raw + n, message, size_bytes);
	assert_int_equal(git_repository_odb(&odb, fixture->git), 0);
	assert_int_equal(git_odb_write(&tag, odb, raw, (size_t)n + size_bytes, GIT_OBJECT_TAG), 0);
	git_odb_free(odb);
	free(raw);
	git_fixture_ref(fixture, name, &tag);
}

#endif
