/* See git_repo.h. */
#include "connectors/manifest/git_repo.h"

#include <git2.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/instant.h"
#include "connectors/manifest/annotation.h"

/* The end of the year 9999: no tag is later, so that its milliseconds are a number too. */
#define TIME_MAX_S INT64_C(253402300799)

struct pt_git_repo {
	git_repository *git;
	git_odb *odb;
	char *name;
};

static void object_freep(git_object **object)
{
	git_object_free(*object);
}

static void tree_freep(git_tree **tree)
{
	git_tree_free(*tree);
}

static void tree_entry_freep(git_tree_entry **entry)
{
	git_tree_entry_free(*entry);
}

static void blob_freep(git_blob **blob)
{
	git_blob_free(*blob);
}

static void odb_object_freep(git_odb_object **object)
{
	git_odb_object_free(*object);
}

static void reference_freep(git_reference **reference)
{
	git_reference_free(*reference);
}

static void reference_iterator_freep(git_reference_iterator **iterator)
{
	git_reference_iterator_free(*iterator);
}

static void config_freep(git_config **config)
{
	git_config_free(*config);
}

/* What libgit2 says, in one line. */
static int fail(struct pt_err *err, enum pt_errc code, int sys, const char *what)
{
	const git_error *last = git_error_last();
	bool fresh = err && err->code == PT_OK;
	int rc = pt_err_set(err, code, "%s: %s", what,
			    last && last->message ? last->message : "unknown error");

	if (fresh)
		err->sys = sys;
	return rc;
}

static int fail_object(struct pt_err *err, int sys, const char *what)
{
	if (sys == GIT_ENOTFOUND)
		return pt_err_set(err, PT_E_NOTFOUND,
				  "%s: the repository lacks an object, is it a partial clone?",
				  what);
	return fail(err, PT_E_IO, sys, what);
}

static int check_folder(const char *path, struct pt_err *err)
{
	struct stat info;

	if (stat(path, &info) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return pt_err_set(err, PT_E_NOTFOUND, "no such folder '%s'", path);
	if (stat(path, &info) < 0)
		return pt_err_io(err, errno, "cannot open '%s'", path);
	if (!S_ISDIR(info.st_mode))
		return pt_err_set(err, PT_E_INVALID, "'%s' is a file, expected a git repository",
				  path);
	return 0;
}

/*
 * Someone else's repository is GIT_EOWNER, but libgit2 1.5 says that a setting was not
 * found if the user trusts no folder at all.
 */
static bool is_owner_error(int sys)
{
	const git_error *last = git_error_last();

	return sys == GIT_EOWNER ||
	       (sys == GIT_ENOTFOUND && last && last->klass == GIT_ERROR_CONFIG);
}

static int fail_open(struct pt_err *err, int sys, const char *path)
{
	if (is_owner_error(sys))
		return pt_err_set(err, PT_E_INVALID,
				  "repository '%s' belongs to another user (dubious ownership), "
				  "trust it with: git config --global --add safe.directory '%s'",
				  path, path);
	if (sys == GIT_ENOTFOUND)
		return pt_err_set(err, PT_E_INVALID, "'%s' is not a git repository", path);
	return fail(err, PT_E_INVALID, sys, "cannot open the repository");
}

/* The last part of "/x/NPSP.git/", "/x/NPSP/.git/" or "git@example.org:NPSP.git". */
static char *name_of(const char *path)
{
	size_t end = strlen(path), begin;

	while (end > 1 && path[end - 1] == '/')
		end--;
	if (end > 5 && memcmp(path + end - 5, "/.git", 5) == 0)
		end -= 5;
	for (begin = end; begin > 0 && !strchr("/:", path[begin - 1]); begin--)
		;
	return strndup(path + begin, end - begin);
}

int pt_git_repo_open(struct pt_git_repo **out, const char *path, const char *called,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_git_repo_freep) struct pt_git_repo *repo = NULL;
	int rc = check_folder(path, err), sys;

	if (rc < 0)
		return rc;
	sys = git_libgit2_init();
	if (sys < 0)
		return fail(err, PT_E_IO, sys, "cannot start libgit2");
	repo = calloc(1, sizeof(*repo));
	if (!repo) {
		git_libgit2_shutdown();
		return pt_err_nomem(err);
	}
	sys = git_repository_open_ext(&repo->git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (sys < 0)
		return fail_open(err, sys, path);
	sys = git_repository_odb(&repo->odb, repo->git);
	if (sys < 0)
		return fail(err, PT_E_IO, sys, "cannot open the repository's objects");
	const char *work = git_repository_workdir(repo->git);

	if (!called)
		called = work ? work : git_repository_path(repo->git);
	repo->name = name_of(called);
	if (!repo->name)
		return pt_err_nomem(err);
	*out = pt_take(repo);
	return 0;
}

void pt_git_repo_free(struct pt_git_repo *repo)
{
	if (!repo)
		return;
	git_odb_free(repo->odb);
	git_repository_free(repo->git);
	free(repo->name);
	free(repo);
	git_libgit2_shutdown();
}

void pt_git_repo_freep(struct pt_git_repo **repo)
{
	pt_git_repo_free(*repo);
}

const char *pt_git_repo_name(const struct pt_git_repo *repo)
{
	return repo->name;
}

/* What the ref points at; false for a ref that leads nowhere. */
static bool target_of(char oid[PT_OID_TEXT], git_reference *reference)
{
	PT_CLEANUP(reference_freep) git_reference *direct = NULL;

	if (git_reference_resolve(&direct, reference) < 0)
		return false;
	git_oid_tostr(oid, PT_OID_TEXT, git_reference_target(direct));
	return true;
}

int pt_git_repo_tags(struct pt_git_repo *repo,
		     int (*fn)(void *user, const char *tag, const char *oid, struct pt_err *err),
		     void *user, struct pt_err *err)
{
	PT_CLEANUP(reference_iterator_freep) git_reference_iterator *iterator = NULL;
	int sys = git_reference_iterator_glob_new(&iterator, repo->git, "refs/tags/*");

	if (sys < 0)
		return fail(err, PT_E_IO, sys, "cannot list the tags");
	for (;;) {
		PT_CLEANUP(reference_freep) git_reference *reference = NULL;
		char oid[PT_OID_TEXT];

		sys = git_reference_next(&reference, iterator);
		if (sys == GIT_ITEROVER)
			return 0;
		if (sys < 0)
			return fail(err, PT_E_IO, sys, "cannot list the tags");
		if (!target_of(oid, reference))
			continue;
		int rc = fn(user, git_reference_name(reference) + strlen("refs/tags/"), oid, err);

		if (rc < 0)
			return rc;
	}
}

/* The object of that id, if it is of a size that we take. */
static int look_up(git_object **out, struct pt_git_repo *repo, const char *oid, struct pt_err *err)
{
	git_oid id;
	size_t size_bytes = 0;
	git_object_t type = GIT_OBJECT_INVALID;
	int sys = git_oid_fromstr(&id, oid);

	if (sys == 0)
		sys = git_odb_read_header(&size_bytes, &type, repo->odb, &id);
	if (sys < 0)
		return fail_object(err, sys, "cannot read the tag");
	if (size_bytes > PT_GIT_MAX_BYTES && type == GIT_OBJECT_TAG)
		return pt_err_set(err, PT_E_LIMIT, "the tag's annotation is larger than %d MiB",
				  PT_GIT_MAX_BYTES >> 20);
	sys = git_object_lookup(out, repo->git, &id, type);
	return sys < 0 ? fail_object(err, sys, "cannot read the tag") : 0;
}

/* The commit behind an object; NULL if there is something else at the end. */
static int peel(git_object **out, git_object *object, struct pt_err *err)
{
	int sys = git_object_peel(out, object, GIT_OBJECT_COMMIT);

	if (sys == GIT_EPEEL || sys == GIT_EINVALIDSPEC || sys == GIT_EAMBIGUOUS) {
		*out = NULL;
		return 0;
	}
	return sys < 0 ? fail_object(err, sys, "cannot read what the tag points at") : 0;
}

static int64_t time_ms(git_time_t time_s)
{
	if (time_s > TIME_MAX_S)
		time_s = TIME_MAX_S;
	if (time_s < -TIME_MAX_S)
		time_s = -TIME_MAX_S;
	return time_s * PT_SECOND_MS;
}

/* An object of any type as the type that it is known to have. */
static git_tag *as_tag(git_object *object)
{
	void *same = object;

	return same;
}

static git_commit *as_commit(git_object *object)
{
	void *same = object;

	return same;
}

int pt_git_repo_tag(struct pt_git_tag *out, struct pt_git_repo *repo, const char *oid,
		    struct pt_err *err)
{
	PT_CLEANUP(object_freep) git_object *object = NULL, *commit = NULL;
	struct pt_git_tag tag = {.has_commit = false};
	const git_signature *tagger = NULL;
	int rc = look_up(&object, repo, oid, err);

	if (rc == 0)
		rc = peel(&commit, object, err);
	if (rc < 0)
		return rc;
	if (commit && git_object_type(object) == GIT_OBJECT_TAG) {
		const char *text = git_tag_message(as_tag(object));

		tagger = git_tag_tagger(as_tag(object));
		if (text)
			pt_annotation_version_id(tag.version_id, text, strlen(text));
	}
	if (commit) {
		tag.has_commit = true;
		tag.time_ms =
		    time_ms(tagger ? tagger->when.time : git_commit_time(as_commit(commit)));
	}
	*out = tag;
	return 0;
}

int pt_git_repo_commit(char out[PT_OID_TEXT], struct pt_git_repo *repo, const char *oid,
		       struct pt_err *err)
{
	PT_CLEANUP(object_freep) git_object *object = NULL, *commit = NULL;
	int rc = look_up(&object, repo, oid, err);

	if (rc == 0)
		rc = peel(&commit, object, err);
	if (rc < 0)
		return rc;
	out[0] = '\0';
	if (commit)
		git_oid_tostr(out, PT_OID_TEXT, git_object_id(commit));
	return 0;
}

/* The raw object is read, since libgit2 hands out a text that ends at the first NUL. */
int pt_git_repo_annotation(struct pt_buf *out, bool *found_out, struct pt_git_repo *repo,
			   const char *oid, struct pt_err *err)
{
	PT_CLEANUP(object_freep) git_object *object = NULL;
	PT_CLEANUP(odb_object_freep) git_odb_object *raw = NULL;
	int rc = look_up(&object, repo, oid, err);

	if (rc < 0)
		return rc;
	*found_out = git_object_type(object) == GIT_OBJECT_TAG;
	if (!*found_out)
		return 0;
	int sys = git_odb_read(&raw, repo->odb, git_object_id(object));

	if (sys < 0)
		return fail_object(err, sys, "cannot read the tag");
	const char *at = git_odb_object_data(raw), *end = at + git_odb_object_size(raw);

	while (end - at >= 2 && (at[0] != '\n' || at[1] != '\n'))
		at++;
	if (end - at >= 2)
		pt_buf_bytes(out, at + 2, (size_t)(end - at) - 2);
	return pt_buf_check(out, err);
}

static int append_blob(struct pt_buf *out, struct pt_git_repo *repo, const git_oid *id,
		       struct pt_err *err)
{
	PT_CLEANUP(blob_freep) git_blob *blob = NULL;
	size_t size_bytes = 0;
	git_object_t type = GIT_OBJECT_INVALID;
	int sys = git_odb_read_header(&size_bytes, &type, repo->odb, id);

	if (sys == 0 && size_bytes > PT_GIT_MAX_BYTES)
		return pt_err_set(err, PT_E_LIMIT, "larger than %d MiB", PT_GIT_MAX_BYTES >> 20);
	if (sys == 0)
		sys = git_blob_lookup(&blob, repo->git, id);
	if (sys < 0)
		return fail_object(err, sys, "cannot read the file");
	pt_buf_bytes(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	return pt_buf_check(out, err);
}

/* The tree's entry at a path; NULL if there is none. */
static int find_entry(git_tree_entry **out, git_object *commit, const char *path,
		      struct pt_err *err)
{
	PT_CLEANUP(tree_freep) git_tree *tree = NULL;
	int sys = git_commit_tree(&tree, as_commit(commit));

	if (sys < 0)
		return fail_object(err, sys, "cannot read the commit's files");
	sys = git_tree_entry_bypath(out, tree, path);
	if (sys == GIT_ENOTFOUND) {
		*out = NULL;
		return 0;
	}
	return sys < 0 ? fail_object(err, sys, "cannot read the commit's files") : 0;
}

int pt_git_repo_file(struct pt_buf *out, bool *found_out, struct pt_git_repo *repo, const char *oid,
		     const char *path, struct pt_err *err)
{
	PT_CLEANUP(object_freep) git_object *object = NULL, *commit = NULL;
	PT_CLEANUP(tree_entry_freep) git_tree_entry *entry = NULL;
	int rc = look_up(&object, repo, oid, err);

	if (rc == 0)
		rc = peel(&commit, object, err);
	if (rc == 0 && commit)
		rc = find_entry(&entry, commit, path, err);
	if (rc < 0)
		return rc;
	*found_out = entry != NULL;
	if (!entry)
		return 0;
	if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
		return pt_err_set(err, PT_E_INVALID, "a folder, expected a file");
	if (git_tree_entry_filemode(entry) == GIT_FILEMODE_LINK)
		return pt_err_set(err, PT_E_INVALID, "a symbolic link, expected a file");
	return append_blob(out, repo, git_tree_entry_id(entry), err);
}

struct walk {
	int (*fn)(void *user, const char *folder, const char *name, struct pt_err *err);
	void *user;
	unsigned depth;
	size_t nentry;
	int rc;
	struct pt_err *err;
};

/* libgit2 calls it with "packages/core/" and the entry; positive: not into that folder. */
static int walk_entry(const char *root, const git_tree_entry *entry, void *payload)
{
	enum { ENTRIES_MAX = 1000000 };
	PT_CLEANUP(pt_buf_release) struct pt_buf folder = PT_BUF_INIT;
	struct walk *walk = payload;
	unsigned depth = 0;

	for (const char *at = root; *at; at++)
		depth += *at == '/';
	if (++walk->nentry > ENTRIES_MAX)
		walk->rc = pt_err_set(walk->err, PT_E_LIMIT, "more than %d files", ENTRIES_MAX);
	if (walk->rc == 0 && git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {
		pt_buf_bytes(&folder, root, root[0] ? strlen(root) - 1 : 0);
		walk->rc = pt_buf_check(&folder, walk->err);
		if (walk->rc == 0)
			walk->rc = walk->fn(walk->user, pt_buf_text(&folder),
					    git_tree_entry_name(entry), walk->err);
	}
	if (walk->rc < 0)
		return GIT_EUSER;
	return git_tree_entry_type(entry) == GIT_OBJECT_TREE && depth >= walk->depth ? 1 : 0;
}

int pt_git_repo_walk(struct pt_git_repo *repo, const char *oid, unsigned depth,
		     int (*fn)(void *user, const char *folder, const char *name,
			       struct pt_err *err),
		     void *user, struct pt_err *err)
{
	PT_CLEANUP(object_freep) git_object *object = NULL, *commit = NULL;
	PT_CLEANUP(tree_freep) git_tree *tree = NULL;
	struct walk walk = {.fn = fn, .user = user, .depth = depth, .err = err};
	int rc = look_up(&object, repo, oid, err), sys;

	if (rc == 0)
		rc = peel(&commit, object, err);
	if (rc < 0 || !commit)
		return rc;
	sys = git_commit_tree(&tree, as_commit(commit));
	if (sys == 0)
		sys = git_tree_walk(tree, GIT_TREEWALK_PRE, walk_entry, &walk);
	if (walk.rc < 0)
		return walk.rc;
	return sys < 0 ? fail_object(err, sys, "cannot read the commit's files") : 0;
}

/* Not as a remote of libgit2, which looks for other addresses in its stead and loses memory there.
 */
void pt_git_repo_origin(struct pt_buf *out, struct pt_git_repo *repo)
{
	PT_CLEANUP(config_freep) git_config *config = NULL;
	const char *url = NULL;

	if (git_repository_config_snapshot(&config, repo->git) == 0 &&
	    git_config_get_string(&url, config, "remote.origin.url") == 0)
		pt_buf_str(out, url);
}
