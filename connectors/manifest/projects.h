/*
 * Which packages a repository has, before a suite says so: the manifest files of a release, in
 * the repository's own folder and below it, and the package directories of each
 * sfdx-project.json.
 */
#ifndef PT_CONNECTORS_MANIFEST_PROJECTS_H
#define PT_CONNECTORS_MANIFEST_PROJECTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Manifests below these are not looked for; more of them are an error. */
enum { PT_PROJECTS_DEPTH = 4, PT_PROJECTS_MAX = 256 };

struct pt_project {
	const char *path;  /* its folder in the repository: "packages/core"; "": the top */
	const char *file;  /* the manifest's name: "cumulusci.yml" */
	const char *title; /* of sfdx: what the package is called; NULL */
};

struct pt_projects {
	struct pt_project *project; /* by the way of the files in the repository */
	size_t n;
	const char *origin; /* the address that it was cloned from, without credentials; NULL */
};

/*
 * Fills *out with what there is at that object (a tag or a commit); texts live in the arena.
 * PT_E_INVALID and PT_E_SYNTAX of an sfdx-project.json, PT_E_LIMIT, and as pt_git_repo_open().
 */
int pt_projects_read(struct pt_projects *out, struct pt_arena *arena, const char *git,
		     const char *oid, struct pt_err *err) PT_MUSTUSE;

#endif
