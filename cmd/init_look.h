/*
 * Looks at the repositories in a folder and makes a draft of a suite file of them: finds them,
 * opens them, and hands what they say to pipeline/draft.
 *
 *     struct pt_init_look look = {.folder = "repos", .prefix = "repos"};
 *     look.draft.cut_ms = ...;
 *     pt_init_look(&look, err);
 *     ... look.draft ...
 *     pt_init_look_release(&look);
 */
#ifndef PT_CMD_INIT_LOOK_H
#define PT_CMD_INIT_LOOK_H

#include "cmd/command.h"
#include "pipeline/draft/draft.h"

struct pt_init_look {
	const char *folder;    /* as seen from here; borrowed */
	const char *prefix;    /* the same as seen from the suite file; "": it is there; borrowed */
	bool dated;            /* releases after the draft's cut are left out on purpose */
	struct pt_draft draft; /* its cut is the caller's, the rest is found */
	struct pt_manifest_cache *cache;
	struct pt_manifest_source **source; /* everything that was opened */
	size_t nsource;
};

/*
 * PT_E_INVALID when there is no repository, or no package with releases, which is printed; errors
 * of one repository are warnings of the draft.
 */
int pt_init_look(struct pt_init_look *look, struct pt_err *err) PT_MUSTUSE;
void pt_init_look_release(struct pt_init_look *look);

#endif
