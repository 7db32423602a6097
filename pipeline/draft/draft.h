/*
 * The first suite file of a folder of repositories: what is found in them becomes a draft, the
 * draft a suite file with comments. Whoever reads the repositories fills the draft in:
 *
 *     pt_draft_add_repo()       its tags, and which manifests it has: packages
 *     ... open a source for each package with its tag pattern, set `source` ...
 *     pt_draft_read()           releases and manifests of each
 *     pt_draft_name()           what each is called
 *     pt_draft_relate()         who needs whom, and by which aliases that is seen
 *     pt_draft_order()          bases first
 *     pt_draft_suite_text(), pt_draft_population_text(), pt_draft_show()
 *
 * What cannot be decided is never decided silently: it becomes a comment in the file and a
 * line among the warnings.
 */
#ifndef PT_PIPELINE_DRAFT_DRAFT_H
#define PT_PIPELINE_DRAFT_DRAFT_H

#include "base/arena.h"
#include "base/buf.h"
#include "connectors/manifest/manifest.h"
#include "pipeline/draft/tag_shape.h"

/* Lines of text, owned by the draft's arena. */
struct pt_draft_lines {
	const char **line;
	size_t n, cap;
};

struct pt_draft_alias {
	const char *text; /* another name or address that manifests use */
	const char *why;  /* from what that is known */
	bool guessed;
};

struct pt_draft_package {
	const char *repo;   /* where the repository is, for those who open it */
	const char *git;    /* the same as seen from the suite file */
	const char *path;   /* in the repository; "": the top */
	const char *file;   /* which manifest: "cumulusci.yml"; NULL: none, or the tag's alone */
	const char *title;  /* what sfdx calls it; NULL */
	const char *origin; /* the address that it was cloned from; NULL */
	const char *folder; /* the last part of its path or repository, without ".git" */
	bool shares_repo;   /* it is not the only package in it */
	const struct pt_tag_shape *shape, *also; /* of its tags; also: an older one, or NULL */
	const char *tag;                         /* the pattern */
	struct pt_manifest_source *source;       /* borrowed */
	const struct pt_release *release;        /* as the source lists them */
	size_t nrelease, nreal;                  /* nreal: those that have a version, by then */
	const struct pt_release *newest;         /* the highest at the cut */
	const struct pt_manifest *manifest;      /* of it */
	const struct pt_manifest **past;         /* of releases, the highest first */
	const struct pt_release **past_release;
	size_t npast;
	const char *name, *namespace_; /* namespace_: NULL when nothing says it */
	bool namespace_unknown;        /* what stands there is to be filled in */
	struct pt_draft_alias *alias;
	size_t nalias, cap_alias;
	struct pt_draft_lines note; /* comments above it */
	bool *needs;                /* of each package: the newest release needs it */
	bool *needed;               /* any release needed it */
	bool *direct;               /* and no other that it needs brings it along */
	uint32_t level;
};

/* A repository that is in no package, or a package that cannot be on a train. */
struct pt_draft_left {
	const char *git, *why;
};

struct pt_draft {
	struct pt_arena arena;
	const char *name, *timezone;
	int64_t cut_ms;
	struct pt_draft_package *package;
	size_t npackage, cap;
	struct pt_draft_left *left;
	size_t nleft, cap_left;
	struct pt_draft_lines external; /* "Name: needed by app 2.1" */
	struct pt_draft_lines warning;
	const char *common_tag; /* the pattern that most packages have */
};

/* What is known of a repository before its packages are. Borrowed for the call. */
struct pt_draft_repo {
	const char *path, *git; /* see struct pt_draft_package */
	const char *folder;
	const char *origin;
	const struct pt_tag_shapes *shapes;
	const struct pt_draft_project {
		const char *path, *file, *title;
	} * project;
	size_t nproject;
};

void pt_draft_release(struct pt_draft *draft);

/* One more line, formatted. */
int pt_draft_note(struct pt_draft *draft, struct pt_draft_lines *lines, struct pt_err *err,
		  const char *fmt, ...) PT_PRINTF(4, 5) PT_MUSTUSE;

/* A repository that is left out, with the reason; `warn`: people should look. */
int pt_draft_leave(struct pt_draft *draft, const char *git, bool warn, struct pt_err *err,
		   const char *fmt, ...) PT_PRINTF(5, 6) PT_MUSTUSE;

/* The packages of a repository; its shapes must outlive the draft. */
int pt_draft_add_repo(struct pt_draft *draft, const struct pt_draft_repo *repo,
		      struct pt_err *err) PT_MUSTUSE;

/*
 * Reads releases and manifests through each package's source. A package whose newest release
 * cannot be read, or that has none, is left out.
 */
int pt_draft_read(struct pt_draft *draft, struct pt_err *err) PT_MUSTUSE;

/* Names, namespaces and the common tag pattern; of two that are the same package one is left out.
 */
int pt_draft_name(struct pt_draft *draft, struct pt_err *err) PT_MUSTUSE;

/* Aliases, externals, who needs whom. */
int pt_draft_relate(struct pt_draft *draft, struct pt_err *err) PT_MUSTUSE;

/* Bases first, and what of that is said already by others. Pointers to packages are stale then. */
int pt_draft_order(struct pt_draft *draft, struct pt_err *err) PT_MUSTUSE;

/* The package that trains are named after: the one with most releases, of the same the last. */
const struct pt_draft_package *pt_draft_leader(const struct pt_draft *draft);

/* The files. `population`, `schema`: how the suite file names the others. */
int pt_draft_suite_text(struct pt_buf *out, const struct pt_draft *draft, const char *population,
			const char *schema, struct pt_err *err) PT_MUSTUSE;
int pt_draft_population_text(struct pt_buf *out, const struct pt_draft *draft,
			     struct pt_err *err) PT_MUSTUSE;

/* What was found, as a table or as JSON. */
int pt_draft_show_text(struct pt_buf *out, const struct pt_draft *draft,
		       struct pt_err *err) PT_MUSTUSE;
void pt_draft_show_json(struct pt_buf *out, const struct pt_draft *draft, const char *suite,
			const char *population);

#endif
