/*
 * What the git repositories of a suite say: which releases a package has, and
 * what each release says of itself and of what it needs. This is the interface
 * that the pipeline sees; git.c is the real one, tests bring their own.
 *
 * Order of calls: open a source for each package, ask for its releases, choose
 * one, read its manifest, close. What is returned is borrowed from the source
 * until it is closed.
 */
#ifndef PT_CONNECTORS_MANIFEST_MANIFEST_H
#define PT_CONNECTORS_MANIFEST_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/version.h"

enum { PT_OID_TEXT = 41, PT_VERSION_ID_TEXT = 19 };

/* One tag of a package's repository. */
struct pt_release {
	const char *tag; /* without refs/tags/ */
	struct pt_version
	    version; /* from the group `version`; unknown: not a release of the package */
	char version_id[PT_VERSION_ID_TEXT]; /* 04t…, 18 characters; "" if the tag does not say */
	int64_t time_ms;       /* the tagger's time, of a lightweight tag the committer's */
	char oid[PT_OID_TEXT]; /* what the ref points at: the tag object or the commit */
};

/* One thing that a release says it needs. Absent parts are NULL, "" or unknown. */
struct pt_pin {
	char version_id[PT_VERSION_ID_TEXT];
	const char *package_name; /* "Contacts & Organizations" */
	const char *namespace_;
	const char *repo; /* a URL: needs the package of that repository, any version */
	const char *tag;  /* with repo: at least the version at that tag of it; NULL: any */
	struct pt_version version;
	struct pt_src src; /* file is "<repository>@<tag>" or "<repository>@<tag>:<path>" */
};

/* What a release says of itself. */
struct pt_manifest {
	const char *package_name; /* NULL: it does not say */
	const char *project_name;
	const char *namespace_;
	const char *repo_url;
	const char *package_type; /* "1GP", "2GP", as the tag says */
	/* What it needs, each once: of the tag's list, else of the manifest file. */
	const struct pt_pin *pin;
	size_t npin;
	/* What the manifest file names, if pins came from the tag. */
	const struct pt_pin *named;
	size_t nnamed;
	/*
	 * Which reader the list of pins came from, be it empty: "tag", "cumulusci.yml", …;
	 * NULL: nothing at that tag lists dependencies.
	 */
	const char *source;
};

struct pt_manifest_source;

struct pt_manifest_ops {
	/*
	 * MUST. Every tag whose annotation or name concerns the package: first the
	 * releases (their name matches the package's pattern), by version ascending
	 * and tag name; then, with an unknown version, the others that carry a version id.
	 */
	int (*releases)(const struct pt_release **out, size_t *n_out,
			struct pt_manifest_source *source, struct pt_err *err);
	/* MUST. The manifest of one of these releases. */
	int (*manifest)(const struct pt_manifest **out, struct pt_manifest_source *source,
			const struct pt_release *release, struct pt_err *err);
	/* MUST. NULL is allowed. */
	void (*close)(struct pt_manifest_source *source);
};

/* First member of every source. */
struct pt_manifest_source {
	const struct pt_manifest_ops *ops;
};

/* Where a package's releases are found. All is borrowed for the call only. */
struct pt_manifest_where {
	const char *git;  /* MUST. The path of a repository, bare or not, or its address */
	const char *tag;  /* the package's pattern; NULL: every tag is listed, without a version */
	const char *path; /* the folder of its manifest inside the repository, or NULL */
	/* What the suite calls it: chooses among the packages of one manifest. */
	const char *const *called;
	size_t ncalled;
};

/* Clones of the repositories that have an address; see git_cache.h. */
struct pt_manifest_cache;

/*
 * In that folder; NULL: pushtrain/git below XDG_CACHE_HOME or ~/.cache. Nothing is
 * created before it is needed. Owned by the caller.
 */
int pt_manifest_cache_new(struct pt_manifest_cache **out, const char *folder,
			  struct pt_err *err) PT_MUSTUSE;
void pt_manifest_cache_free(struct pt_manifest_cache *cache);
void pt_manifest_cache_freep(struct pt_manifest_cache **cache);

/*
 * Opens a git repository; one that has an address is fetched first, once for each cache.
 * The cache is borrowed for the call. Owned by the caller, closed with ops->close.
 * PT_E_NOTFOUND, PT_E_INVALID (not a repository), PT_E_IO (cannot be fetched).
 */
int pt_manifest_open_git(struct pt_manifest_source **out, const struct pt_manifest_where *where,
			 struct pt_manifest_cache *cache, struct pt_err *err) PT_MUSTUSE;

void pt_manifest_closep(struct pt_manifest_source **source);

#endif
