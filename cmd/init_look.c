/* See init_look.h. */
#include "cmd/init_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "cmd/init_files.h"
#include "connectors/manifest/find.h"
#include "connectors/manifest/projects.h"
#include "pipeline/draft/quote.h"

void pt_init_look_release(struct pt_init_look *look)
{
	for (size_t k = 0; k < look->nsource; k++)
		pt_manifest_closep(&look->source[k]);
	free(look->source);
	pt_manifest_cache_free(look->cache);
	pt_draft_release(&look->draft);
	*look = (struct pt_init_look){.folder = NULL};
}

/* A source that is closed at the end. */
static int open_source(struct pt_manifest_source **out, struct pt_init_look *look,
		       const struct pt_manifest_where *where, struct pt_err *err)
{
	size_t n = look->nsource;

	if ((n & (n - 1)) == 0) {
		struct pt_manifest_source **grown =
		    realloc(look->source, (n ? 2 * n : 1) * sizeof(struct pt_manifest_source *));

		if (!grown)
			return pt_err_nomem(err);
		look->source = grown;
	}
	int rc = pt_manifest_open_git(&look->source[n], where, look->cache, err);

	if (rc == 0)
		*out = look->source[look->nsource++];
	return rc;
}

/* The newest tag that looks like a release: what is in it are the packages. */
static const struct pt_tag_shape *newest_shape(const struct pt_tag_shapes *shapes)
{
	const struct pt_tag_shape *newest = NULL;

	for (size_t k = 0; k < shapes->n; k++) {
		if (!newest || shapes->shape[k].newest_ms > newest->newest_ms)
			newest = &shapes->shape[k];
	}
	return newest;
}

/* The tag of a repository without manifests may say what it needs all the same. */
static int add_bare(struct pt_init_look *look, struct pt_draft_repo *repo,
		    struct pt_manifest_source *source, const struct pt_release *newest,
		    struct pt_err *err)
{
	static const struct pt_draft_project top = {.path = "", .file = NULL};
	const struct pt_manifest *manifest = NULL;
	int rc = source->ops->manifest(&manifest, source, newest, err);

	if (rc < 0)
		return rc;
	if (!manifest->source && !newest->version_id[0])
		return pt_draft_leave(&look->draft, repo->git, false, err,
				      "no manifest at %s; if it is a package, write it here, with "
				      "what it needs",
				      newest->tag);
	repo->project = &top;
	repo->nproject = 1;
	return pt_draft_add_repo(&look->draft, repo, err);
}

static int add_projects(struct pt_init_look *look, struct pt_draft_repo *repo,
			struct pt_manifest_source *source, const struct pt_release *newest,
			struct pt_err *err)
{
	struct pt_projects projects = {.n = 0};
	struct pt_draft_project *list;
	int rc = pt_projects_read(&projects, &look->draft.arena, repo->path, newest->oid, err);

	if (rc < 0)
		return rc;
	repo->origin = projects.origin;
	if (projects.n == 0)
		return add_bare(look, repo, source, newest, err);
	list = pt_arena_alloc(&look->draft.arena, projects.n, sizeof(*list));
	if (!list)
		return pt_err_nomem(err);
	for (size_t k = 0; k < projects.n; k++)
		list[k] = (struct pt_draft_project){.path = projects.project[k].path,
						    .file = projects.project[k].file,
						    .title = projects.project[k].title};
	repo->project = list;
	repo->nproject = projects.n;
	return pt_draft_add_repo(&look->draft, repo, err);
}

static int add_repo(struct pt_init_look *look, struct pt_draft_repo *repo, struct pt_err *err)
{
	const struct pt_manifest_where where = {.git = repo->path};
	struct pt_tag_shapes *shapes = pt_arena_alloc(&look->draft.arena, 1, sizeof(*shapes));
	/* Closed at once, so that no more are open than there are packages. */
	PT_CLEANUP(pt_manifest_closep) struct pt_manifest_source *source = NULL;
	const struct pt_release *tag = NULL;
	size_t ntag = 0;

	if (!shapes)
		return pt_err_nomem(err);
	int rc = pt_manifest_open_git(&source, &where, look->cache, err);

	if (rc == 0)
		rc = source->ops->releases(&tag, &ntag, source, err);
	if (rc == 0)
		rc = pt_tag_shapes(shapes, &look->draft.arena, tag, ntag, look->draft.cut_ms, err);
	if (rc < 0)
		return rc;
	const struct pt_tag_shape *newest = newest_shape(shapes);

	if (ntag == 0)
		return pt_draft_leave(&look->draft, repo->git, false, err, "it has no tags");
	if (!newest)
		return pt_draft_leave(&look->draft, repo->git, false, err,
				      "none of its %zu tags looks like a release%s", ntag,
				      look->dated ? " at or before --at" : "");
	repo->shapes = shapes;
	for (size_t k = 0; k < ntag; k++) {
		if (strcmp(tag[k].tag, newest->newest) == 0)
			return add_projects(look, repo, source, &tag[k], err);
	}
	return 0;
}

/* How the suite file names a repository. */
static void name_git(struct pt_buf *out, const struct pt_init_look *look, const char *found)
{
	size_t len = strlen(look->prefix);
	const char *slash = len && look->prefix[len - 1] != '/' ? "/" : "";

	if (strcmp(found, ".") == 0)
		pt_buf_str(out, len ? look->prefix : ".");
	else
		pt_buf_printf(out, "%s%s%s", look->prefix, slash, found);
	/* "user@host:x" is an address where a path could be. */
	if (pt_url_is(pt_buf_text(out))) {
		pt_buf_clear(out);
		pt_buf_printf(out, "./%s%s%s", look->prefix, slash, found);
	}
}

/* Where it is, as seen from here, and what its folder is called. */
static int place(struct pt_buf *path, struct pt_buf *folder, const struct pt_init_look *look,
		 const char *found, struct pt_err *err)
{
	int rc = 0;

	if (strcmp(found, ".") == 0) {
		pt_buf_str(path, look->folder);
		rc = pt_init_suite_name(folder, look->folder, err);
	} else {
		pt_buf_printf(path, "%s/%s", look->folder, found);
		pt_buf_str(folder, found);
	}
	pt_buf_lean(path, folder);
	return rc < 0 ? rc : pt_buf_check(path, err);
}

/* What is wrong with one repository does not keep the others out. */
static int look_at(struct pt_init_look *look, const char *found, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT, git = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf folder = PT_BUF_INIT, why = PT_BUF_INIT;
	struct pt_err bad = PT_ERR_INIT;
	int rc = place(&path, &folder, look, found, err);

	name_git(&git, look, found);
	if (rc == 0)
		rc = pt_buf_check(&git, err);
	if (rc < 0)
		return rc;
	if (!pt_draft_is_utf8(pt_buf_text(&git)) || strstr(pt_buf_text(&git), "${"))
		return pt_draft_leave(&look->draft, pt_buf_text(&git), true, err,
				      "its path cannot stand in a suite file");
	struct pt_draft_repo repo = {
	    .path = pt_buf_text(&path), .git = pt_buf_text(&git), .folder = pt_buf_text(&folder)};

	rc = add_repo(look, &repo, &bad);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc == 0)
		return 0;
	pt_err_print(&why, &bad);
	return pt_draft_leave(&look->draft, repo.git, true, err, "%s", pt_buf_text(&why));
}

static int find(struct pt_init_look *look, struct pt_err *err)
{
	struct pt_found found = {.repo = NULL};
	int rc = pt_find_repos(&found, &look->draft.arena, look->folder, err);

	for (size_t k = 0; rc == 0 && k < found.nwarning; k++)
		rc = pt_draft_note(&look->draft, &look->draft.warning, err, "%s", found.warning[k]);
	if (rc == 0 && found.nrepo == 0)
		return pt_err_set(err, PT_E_INVALID,
				  "no git repository in '%s' (%zu folders searched, %d deep): name "
				  "the folder that has them: pushtrain init FOLDER",
				  look->folder, found.nfolder, PT_FIND_DEPTH);
	for (size_t k = 0; rc == 0 && k < found.nrepo; k++)
		rc = look_at(look, found.repo[k].path, err);
	return rc;
}

static int open_packages(struct pt_init_look *look, struct pt_err *err)
{
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < look->draft.npackage; k++) {
		struct pt_draft_package *package = &look->draft.package[k];
		const char *called[] = {package->folder, package->title};
		struct pt_manifest_where where = {.git = package->repo,
						  .tag = package->tag,
						  .path = package->path[0] ? package->path : NULL,
						  .called = called,
						  .ncalled = package->title ? 2 : 1};

		rc = open_source(&package->source, look, &where, err);
	}
	return rc;
}

/* Why there is no package, of the first repositories. */
static int fail_empty(const struct pt_init_look *look, struct pt_err *err)
{
	const struct pt_draft *draft = &look->draft;

	for (size_t k = 0; k < draft->nleft && k < 10; k++)
		pt_say("%s: %s", draft->left[k].git, draft->left[k].why);
	return pt_err_set(err, PT_E_INVALID,
			  "none of the %zu repositories in '%s' is a package with releases",
			  draft->nleft, look->folder);
}

/* The suite's name and time zone. */
static int name_suite(struct pt_init_look *look, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT, zone = PT_BUF_INIT;
	struct pt_draft *draft = &look->draft;
	int rc = pt_init_suite_name(&name, look->folder, err);

	pt_init_timezone(&zone);
	pt_buf_lean(&name, &zone);
	if (rc == 0)
		rc = pt_buf_check(&name, err);
	if (rc < 0)
		return rc;
	if (!pt_draft_is_utf8(pt_buf_text(&name)) || strstr(pt_buf_text(&name), "${")) {
		pt_buf_clear(&name);
		pt_buf_str(&name, "suite");
	}
	draft->name = pt_arena_strdup(&draft->arena, pt_buf_text(&name));
	draft->timezone = pt_arena_strdup(&draft->arena, pt_buf_text(&zone));
	return draft->name && draft->timezone ? 0 : pt_err_nomem(err);
}

int pt_init_look(struct pt_init_look *look, struct pt_err *err)
{
	int rc = name_suite(look, err);

	if (rc == 0)
		rc = pt_manifest_cache_new(&look->cache, NULL, err);
	if (rc == 0)
		rc = find(look, err);
	if (rc == 0)
		rc = open_packages(look, err);
	if (rc == 0)
		rc = pt_draft_read(&look->draft, err);
	if (rc == 0 && look->draft.npackage == 0)
		rc = fail_empty(look, err);
	if (rc == 0)
		rc = pt_draft_name(&look->draft, err);
	if (rc == 0)
		rc = pt_draft_relate(&look->draft, err);
	return rc < 0 ? rc : pt_draft_order(&look->draft, err);
}
