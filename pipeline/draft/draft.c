/* The packages of repositories, their tags and their releases. See draft.h. */
#include "pipeline/draft/draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/suite.h"
#include "pipeline/draft/quote.h"

enum { PAST_MAX = 400, LINE_MAX_LEN = 400 };

void pt_draft_release(struct pt_draft *draft)
{
	pt_arena_release(&draft->arena);
	*draft = (struct pt_draft){.name = NULL};
}

/* Room for one more in an array of the arena. */
static int grow(struct pt_draft *draft, void *array, size_t n, size_t *cap, size_t size_bytes,
		struct pt_err *err)
{
	void *grown, *old;

	if (n < *cap)
		return 0;
	size_t more = *cap ? 2 * *cap : 8;

	grown = pt_arena_alloc(&draft->arena, more, size_bytes);
	if (!grown)
		return pt_err_nomem(err);
	memcpy(&old, array, sizeof(old));
	if (n)
		memcpy(grown, old, n * size_bytes);
	memcpy(array, &grown, sizeof(grown));
	*cap = more;
	return 0;
}

static int add_line(struct pt_draft *draft, struct pt_draft_lines *lines, const char *text,
		    struct pt_err *err)
{
	char *line = pt_arena_strdup(&draft->arena, text);
	int rc = line ? 0 : pt_err_nomem(err);

	if (rc == 0)
		rc = grow(draft, &lines->line, lines->n, &lines->cap, sizeof(*lines->line), err);
	if (rc == 0)
		lines->line[lines->n++] = line;
	return rc;
}

int pt_draft_note(struct pt_draft *draft, struct pt_draft_lines *lines, struct pt_err *err,
		  const char *fmt, ...)
{
	char text[LINE_MAX_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return add_line(draft, lines, text, err);
}

int pt_draft_leave(struct pt_draft *draft, const char *git, bool warn, struct pt_err *err,
		   const char *fmt, ...)
{
	char text[LINE_MAX_LEN];
	va_list args;
	int rc;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	rc = grow(draft, &draft->left, draft->nleft, &draft->cap_left, sizeof(*draft->left), err);
	if (rc < 0)
		return rc;
	struct pt_draft_left *left = &draft->left[draft->nleft];

	left->git = pt_arena_strdup(&draft->arena, git);
	left->why = pt_arena_strdup(&draft->arena, text);
	if (!left->git || !left->why)
		return pt_err_nomem(err);
	draft->nleft++;
	return warn ? pt_draft_note(draft, &draft->warning, err, "%s is left out: %s", git, text)
		    : 0;
}

/* "@acme/core@" and "core-v" are about core, and so is "acmecore" about "Acme Core". */
static bool is_about(const char *subject, const char *name)
{
	char squeezed[PT_DRAFT_SQUEEZED];
	size_t ns = strlen(subject), nn;

	if (!name)
		return false;
	pt_draft_squeeze(squeezed, name);
	nn = strlen(squeezed);
	return nn > 0 && ns >= nn && strcmp(subject + ns - nn, squeezed) == 0;
}

/*
 * How well tags of that shape fit: 1 they name who knows what, 2 they name nothing, 3 they
 * name it, which matters where a repository has several.
 */
static int fit_of(const struct pt_draft_package *package, const struct pt_tag_shape *shape)
{
	char subject[PT_TAG_SUBJECT];

	if (!pt_tag_subject(subject, shape->prefix)[0])
		return 2;
	if (is_about(subject, package->folder) || is_about(subject, package->title))
		return package->shares_repo ? 3 : 2;
	return 1;
}

/* Tags that begin later and at higher versions continue the ones before. */
static const struct pt_tag_shape *successor(const struct pt_draft_package *package,
					    const struct pt_tag_shapes *shapes,
					    const struct pt_tag_shape *chosen, int fit)
{
	const struct pt_tag_shape *found = NULL;

	for (size_t i = 0; i < shapes->n; i++) {
		const struct pt_tag_shape *shape = &shapes->shape[i];

		if (shape == chosen || fit_of(package, shape) != fit ||
		    shape->newest_ms <= chosen->newest_ms ||
		    pt_version_cmp(&shape->highest, &chosen->highest) <= 0)
			continue;
		if (!found || shape->newest_ms > found->newest_ms)
			found = shape;
	}
	return found;
}

static int note_others(struct pt_draft *draft, struct pt_draft_package *package,
		       const struct pt_tag_shapes *shapes, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf list = PT_BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < shapes->n; i++) {
		const struct pt_tag_shape *shape = &shapes->shape[i];

		if (shape == package->shape || shape == package->also || package->shares_repo)
			continue;
		if (n < 3)
			pt_buf_printf(&list, "%s'%s' (%zu)", n ? ", " : "", shape->newest,
				      shape->n);
		n++;
	}
	if (n == 0)
		return 0;
	if (pt_buf_check(&list, err) < 0)
		return -PT_E_NOMEM;
	return pt_draft_note(draft, &package->note, err, "tags such as %s%s are not its releases",
			     pt_buf_text(&list), n > 3 ? ", ..." : "");
}

/* The shape that fits best, of those the one with most tags; 0: none can be. */
static int best_shape(struct pt_draft_package *package, const struct pt_tag_shapes *shapes)
{
	int best = 0;

	for (size_t i = 0; i < shapes->n; i++) {
		int fit = fit_of(package, &shapes->shape[i]);

		/* In a repository of several, what names another is not its own. */
		if ((package->shares_repo && fit == 1) || fit <= best)
			continue;
		best = fit;
		package->shape = &shapes->shape[i];
	}
	return best;
}

/* Says what was guessed of its tags. */
static int note_guess(struct pt_draft *draft, struct pt_draft_package *package, int fit,
		      struct pt_err *err)
{
	bool named = fit == 1, shared = fit == 2 && package->shares_repo;
	int rc;

	if (!named && !shared)
		return 0;
	rc = pt_draft_note(draft, &package->note, err, "guessed: that tags such as '%s' are %s",
			   package->shape->newest,
			   named ? "its releases" : "releases of every package in its repository");
	return rc < 0 ? rc
		      : pt_draft_note(draft, &draft->warning, err,
				      "%s%s%s: guessed which tags are its releases, '%s' is one",
				      package->git, package->path[0] ? ":" : "", package->path,
				      package->shape->newest);
}

/* Chooses which tags are a package's releases; `shape` stays NULL when none can be. */
static int choose_shape(struct pt_draft *draft, struct pt_draft_package *package,
			const struct pt_tag_shapes *shapes, struct pt_err *err)
{
	int fit = best_shape(package, shapes), rc = 0;

	if (!package->shape)
		return 0;
	package->also = successor(package, shapes, package->shape, fit);
	if (package->also)
		rc = pt_draft_note(draft, &package->note, err,
				   "its tags were once like '%s' and are now like '%s'",
				   package->shape->newest, package->also->newest);
	if (rc == 0)
		rc = note_guess(draft, package, fit, err);
	return rc < 0 ? rc : note_others(draft, package, shapes, err);
}

/* "packages/core" and "repos/NPSP.git" end in a name. */
static const char *last_part(struct pt_draft *draft, const char *path, struct pt_err *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);

	if (len > 4 && strcmp(name + len - 4, ".git") == 0)
		len -= 4;
	name = pt_arena_strndup(&draft->arena, name, len);
	if (!name)
		(void)pt_err_nomem(err);
	return name;
}

static const char *kept(struct pt_draft *draft, const char *text, bool *failed)
{
	const char *copy = text ? pt_arena_strdup(&draft->arena, text) : NULL;

	*failed |= text && !copy;
	return copy;
}

static int add_package(struct pt_draft *draft, const struct pt_draft_repo *repo,
		       const struct pt_draft_project *project, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf pattern = PT_BUF_INIT;
	struct pt_draft_package package = {.name = NULL};
	bool failed = false;
	int rc = 0;

	package.repo = kept(draft, repo->path, &failed);
	package.git = kept(draft, repo->git, &failed);
	package.origin = kept(draft, repo->origin, &failed);
	package.path = kept(draft, project->path, &failed);
	package.file = kept(draft, project->file, &failed);
	package.title = kept(draft, project->title, &failed);
	package.shares_repo = repo->nproject > 1;
	package.folder = last_part(draft, project->path[0] ? project->path : repo->folder, err);
	if (failed || !package.folder)
		return pt_err_nomem(err);
	rc = choose_shape(draft, &package, repo->shapes, err);
	if (rc < 0)
		return rc;
	if (!package.shape)
		return pt_draft_leave(draft, repo->git, true, err,
				      "no tag in it looks like a release of '%s'; write the "
				      "package with its own pattern 'tag'",
				      package.title ? package.title : package.folder);
	pt_tag_pattern(&pattern, package.shape, package.also, "version");
	if (pt_buf_check(&pattern, err) < 0 ||
	    !(package.tag = pt_arena_strdup(&draft->arena, pt_buf_text(&pattern))))
		return pt_err_nomem(err);
	rc = grow(draft, &draft->package, draft->npackage, &draft->cap, sizeof(package), err);
	if (rc == 0)
		draft->package[draft->npackage++] = package;
	return rc;
}

int pt_draft_add_repo(struct pt_draft *draft, const struct pt_draft_repo *repo, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < repo->nproject; i++) {
		if (!pt_draft_is_utf8(repo->project[i].path))
			rc = pt_draft_leave(draft, repo->git, true, err,
					    "a folder in it has a name that is not UTF-8");
		else if (strstr(repo->project[i].path, "${"))
			rc = pt_draft_leave(draft, repo->git, true, err,
					    "'${' in a path is not for a suite file");
		else if (draft->npackage == PT_PACKAGES_MAX)
			return pt_err_set(err, PT_E_LIMIT, "more than %d packages",
					  PT_PACKAGES_MAX);
		else
			rc = add_package(draft, repo, &repo->project[i], err);
	}
	return rc;
}

/* The manifests of its releases, the highest first; only the highest must be there. */
static int read_past(struct pt_draft *draft, struct pt_draft_package *package, struct pt_err *err)
{
	size_t most = package->nreal < PAST_MAX ? package->nreal : PAST_MAX;

	package->past = pt_arena_alloc(&draft->arena, most + 1, sizeof(*package->past));
	package->past_release =
	    pt_arena_alloc(&draft->arena, most + 1, sizeof(*package->past_release));
	if (!package->past || !package->past_release)
		return pt_err_nomem(err);
	for (size_t i = package->nrelease; i > 0 && package->npast < most; i--) {
		const struct pt_release *release = &package->release[i - 1];
		struct pt_err why = PT_ERR_INIT;

		if (!pt_version_known(&release->version) || release->time_ms > draft->cut_ms)
			continue;
		int rc = package->source->ops->manifest(&package->past[package->npast],
							package->source, release, &why);

		if (rc == -PT_E_NOMEM || (rc < 0 && release == package->newest)) {
			if (err)
				*err = why;
			return rc;
		}
		if (rc == 0)
			package->past_release[package->npast++] = release;
	}
	package->manifest = package->past[0];
	return 0;
}

static int read_package(struct pt_draft *draft, struct pt_draft_package *package,
			struct pt_err *err)
{
	struct pt_manifest_source *source = package->source;
	int rc = source->ops->releases(&package->release, &package->nrelease, source, err);

	for (size_t i = 0; rc == 0 && i < package->nrelease; i++) {
		const struct pt_release *release = &package->release[i];

		if (!pt_version_known(&release->version) || release->time_ms > draft->cut_ms)
			continue;
		package->newest = release;
		package->nreal++;
	}
	if (rc == 0 && !package->newest)
		rc = pt_err_set(err, PT_E_NOTFOUND, "it has no release");
	return rc < 0 ? rc : read_past(draft, package, err);
}

int pt_draft_read(struct pt_draft *draft, struct pt_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < draft->npackage; i++) {
		struct pt_draft_package *package = &draft->package[i];
		PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
		struct pt_err why = PT_ERR_INIT;
		int rc = read_package(draft, package, &why);

		if (rc == -PT_E_NOMEM)
			return pt_err_nomem(err);
		if (rc == 0) {
			draft->package[n++] = *package;
			continue;
		}
		pt_err_print(&text, &why);
		rc = pt_draft_leave(draft, package->git, true, err, "%s", pt_buf_text(&text));
		if (rc < 0)
			return rc;
	}
	draft->npackage = n;
	return 0;
}

const struct pt_draft_package *pt_draft_leader(const struct pt_draft *draft)
{
	const struct pt_draft_package *leader = NULL;

	for (size_t i = 0; i < draft->npackage; i++) {
		const struct pt_draft_package *package = &draft->package[i];

		if (!leader || package->nreal > leader->nreal ||
		    (package->nreal == leader->nreal && package->level >= leader->level))
			leader = package;
	}
	return leader;
}
