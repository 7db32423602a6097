/*
 * Which version of each package is on the train, and what each of them needs.
 *
 * Decided from git alone: the highest release dated at or before the cut, its
 * manifest's pins mapped to (package, version) over all tags of the suite. The
 * result owns its memory; strings of the suite and of the manifest sources are
 * borrowed, so both must outlive it.
 */
#ifndef PT_PIPELINE_TRAIN_H
#define PT_PIPELINE_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/suite.h"
#include "connectors/manifest/manifest.h"

/* "Needs at least that version of that package." */
struct pt_requirement {
	uint32_t package;
	struct pt_version version; /* what must be there; of an unknown pin the train's version */
	char version_id[PT_VERSION_ID_TEXT]; /* as pinned; "" if pinned by number or not at all */
	bool known;  /* the pin told the version; false: the train's is required instead */
	bool direct; /* in the transitive reduction */
};

/* A pin that names no package of the suite. */
struct pt_external {
	char version_id[PT_VERSION_ID_TEXT];
	const char *name; /* what the manifest calls it; NULL: nothing */
};

struct pt_train_package {
	const char *name;
	const char *namespace_; /* of the suite file, else of the manifest; NULL: unknown */
	const char *title;      /* what people and the platform call it */
	const struct pt_release *release;  /* the chosen one */
	const struct pt_release *releases; /* all tags of the package, as its source lists them */
	size_t nrelease;
	struct pt_version version;
	char version_id[PT_VERSION_ID_TEXT]; /* "" until the platform told it */
	uint32_t level;
	struct pt_requirement *need; /* by package ascending, each once */
	size_t nneed;
	struct pt_external *external;
	size_t nexternal;
};

struct pt_train {
	const struct pt_suite *suite;
	int64_t cut_ms;
	struct pt_train_package *package; /* in suite order */
	size_t npackage;
	uint32_t *order; /* package indices, bases first */
	uint32_t nlevel;
	const char **warning; /* one line each; do not stop a train */
	size_t nwarning;
	const char **refusal; /* one line each; any of them stops it */
	size_t nrefusal;
	struct pt_train_store *store;
};

/*
 * Decides. sources[i] is the repository of suite->package[i]. Fails with
 * PT_E_REFUSED when a package has no release at the cut, and with PT_E_CYCLE,
 * naming a cycle. Owned by the caller.
 */
int pt_train_decide(struct pt_train **out, const struct pt_suite *suite,
		    struct pt_manifest_source *const *sources, int64_t cut_ms,
		    struct pt_err *err) PT_MUSTUSE;

/* An undecided train: room for the suite's packages and their order. Owned by the caller. */
int pt_train_new(struct pt_train **out, const struct pt_suite *suite, int64_t cut_ms,
		 struct pt_err *err) PT_MUSTUSE;

/* What the train is made of lives there. */
struct pt_arena *pt_train_arena(const struct pt_train *train);

/* One more reason, formatted; for rules that others check. */
int pt_train_refuse(struct pt_train *train, struct pt_err *err, const char *fmt, ...)
    PT_PRINTF(3, 4) PT_MUSTUSE;

void pt_train_free(struct pt_train *train);
void pt_train_freep(struct pt_train **train);

#endif
