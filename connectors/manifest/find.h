/*
 * Finds the git repositories in a folder: bare ones, those with a work tree, and work trees
 * of others. Nothing is run and nothing in them is read. What was found is not searched
 * for more, but for the folder itself; hidden folders and node_modules are passed over, and a
 * link is followed once, so that no link leads round in circles.
 */
#ifndef PT_CONNECTORS_MANIFEST_FIND_H
#define PT_CONNECTORS_MANIFEST_FIND_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Deeper folders are not searched, nor more of them; more repositories are not taken. */
enum { PT_FIND_DEPTH = 4, PT_FIND_FOLDERS = 50000, PT_FIND_REPOS = 500 };

struct pt_found_repo {
	const char *path; /* below the folder: "repos/NPSP.git"; ".": the folder itself */
};

struct pt_found {
	struct pt_found_repo *repo; /* by path, bytewise */
	size_t nrepo;
	const char **warning; /* a line each: what could not be searched */
	size_t nwarning;
	size_t nfolder; /* how many were searched */
};

/*
 * Fills *out, whose texts live in the arena. PT_E_NOTFOUND, PT_E_INVALID (no folder), PT_E_IO:
 * of the folder itself; one below it that cannot be read is a warning.
 */
int pt_find_repos(struct pt_found *out, struct pt_arena *arena, const char *folder,
		  struct pt_err *err) PT_MUSTUSE;

#endif
