/*
 * A local git repository, as far as manifests need it: its tags, and at a tag the
 * annotation and the files. The only file that knows libgit2; git_run.c fetches.
 *
 * Objects are named by their id in hex. Errors carry libgit2's own code in `sys`.
 */
#ifndef PT_CONNECTORS_MANIFEST_GIT_REPO_H
#define PT_CONNECTORS_MANIFEST_GIT_REPO_H

#include "base/buf.h"
#include "connectors/manifest/manifest.h"

/* Annotations and files larger than this are refused. */
enum { PT_GIT_MAX_BYTES = 8 << 20 };

struct pt_git_repo;

/*
 * Opens a repository, bare or not; folders above it are not searched. `called` is the
 * path or address that it is named after, NULL: `path`. Owned by the caller.
 * PT_E_NOTFOUND, PT_E_INVALID (not a repository, or someone else's), PT_E_IO.
 */
int pt_git_repo_open(struct pt_git_repo **out, const char *path, const char *called,
		     struct pt_err *err) PT_MUSTUSE;
void pt_git_repo_free(struct pt_git_repo *repo);
void pt_git_repo_freep(struct pt_git_repo **repo);

/* The last part of its path or address, "NPSP.git"; borrowed from the repository. */
const char *pt_git_repo_name(const struct pt_git_repo *repo);

/*
 * Calls fn for each tag with its name and what its ref points at, until fn fails; returns
 * what fn returned. In no order.
 */
int pt_git_repo_tags(struct pt_git_repo *repo,
		     int (*fn)(void *user, const char *tag, const char *oid, struct pt_err *err),
		     void *user, struct pt_err *err) PT_MUSTUSE;

struct pt_git_tag {
	bool has_commit; /* false: it points at something else, and nothing more is known */
	int64_t time_ms; /* the tagger's, of a lightweight tag the committer's */
	char version_id[PT_VERSION_ID_TEXT]; /* "" if the annotation does not say */
};

/* What there is behind a ref. PT_E_NOTFOUND when an object is missing, PT_E_LIMIT, PT_E_IO. */
int pt_git_repo_tag(struct pt_git_tag *out, struct pt_git_repo *repo, const char *oid,
		    struct pt_err *err) PT_MUSTUSE;

/* The commit behind a ref; "" when it leads to something else. Errors as of pt_git_repo_tag(). */
int pt_git_repo_commit(char out[PT_OID_TEXT], struct pt_git_repo *repo, const char *oid,
		       struct pt_err *err) PT_MUSTUSE;

/* Appends the annotation; *found_out says whether there is one. PT_E_LIMIT. */
int pt_git_repo_annotation(struct pt_buf *out, bool *found_out, struct pt_git_repo *repo,
			   const char *oid, struct pt_err *err) PT_MUSTUSE;

/*
 * Appends a file as of the commit behind a ref; *found_out says whether there is one.
 * PT_E_INVALID when the path is something else than a file, PT_E_LIMIT.
 */
int pt_git_repo_file(struct pt_buf *out, bool *found_out, struct pt_git_repo *repo, const char *oid,
		     const char *path, struct pt_err *err) PT_MUSTUSE;

/*
 * Calls fn for each file as of the commit behind a ref, down to that depth (0: the top alone):
 * its folder, "" or "packages/core", and its name, until fn fails; returns what fn returned.
 * PT_E_LIMIT when there are more files than anybody has.
 */
int pt_git_repo_walk(struct pt_git_repo *repo, const char *oid, unsigned depth,
		     int (*fn)(void *user, const char *folder, const char *name,
			       struct pt_err *err),
		     void *user, struct pt_err *err) PT_MUSTUSE;

/* Appends the address that it was cloned from as its settings have it; nothing if they do not say.
 */
void pt_git_repo_origin(struct pt_buf *out, struct pt_git_repo *repo);

#endif
