/* See projects.h. */
#include "connectors/manifest/projects.h"

#include <jansson.h>
#include <string.h>

#include "base/json_load.h"
#include "base/url.h"
#include "connectors/manifest/git_repo.h"

enum { JSON_MAX_BYTES = 1 << 20 };

/* By what the readers look for, the one that is asked first first. */
static const char *const files[] = {"pushtrain.yaml", "cumulusci.yml", "sfdx-project.json"};
enum { SFDX = 2, NFILE = 3 };

struct collecting {
	struct pt_projects *out;
	struct pt_arena *arena;
	struct pt_git_repo *repo;
	const char *oid;
	struct pt_project *file; /* the files themselves */
	size_t nfile;
};

static void json_freep(json_t **json)
{
	json_decref(*json);
}

/* A file of the release; in each folder the one counts that is asked first. */
static int visit(void *user, const char *folder, const char *name, struct pt_err *err)
{
	struct collecting *c = user;
	size_t at = 0;

	while (at < NFILE && strcmp(name, files[at]) != 0)
		at++;
	if (at == NFILE || strstr(folder, "node_modules"))
		return 0;
	for (size_t i = 0; i < c->nfile; i++) {
		if (strcmp(c->file[i].path, folder) != 0)
			continue;
		if (strcmp(c->file[i].file, files[SFDX]) == 0 ||
		    (at == 0 && strcmp(c->file[i].file, files[0]) != 0))
			c->file[i].file = files[at];
		return 0;
	}
	if (c->nfile == PT_PROJECTS_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d manifests", PT_PROJECTS_MAX);
	c->file[c->nfile].path = pt_arena_strdup(c->arena, folder);
	if (!c->file[c->nfile].path)
		return pt_err_nomem(err);
	c->file[c->nfile++].file = files[at];
	return 0;
}

static int add(struct collecting *c, const char *path, const char *file, const char *title,
	       struct pt_err *err)
{
	struct pt_project *project = &c->out->project[c->out->n];

	if (c->out->n == PT_PROJECTS_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d packages", PT_PROJECTS_MAX);
	*project = (struct pt_project){.file = file};
	project->path = pt_arena_strdup(c->arena, path);
	project->title = title ? pt_arena_strdup(c->arena, title) : NULL;
	if (!project->path || (title && !project->title))
		return pt_err_nomem(err);
	c->out->n++;
	return 0;
}

/* What a package is called whose directory says its id. */
static const char *title_of(const json_t *root, const char *package)
{
	const char *name;
	json_t *aliases = json_object_get(root, "packageAliases"), *id;

	if (strncmp(package, "0Ho", 3) != 0)
		return package;
	json_object_foreach(aliases, name, id)
	{
		if (json_is_string(id) && strncmp(json_string_value(id), package, 15) == 0)
			return name;
	}
	return package;
}

/* "folder/" and "packages\\core/" become "folder/packages/core". */
static void join(struct pt_buf *out, const char *folder, const char *path)
{
	pt_buf_str(out, folder);
	while (*path) {
		size_t n = strcspn(path, "/\\");

		if (n > 0 && !(n == 1 && path[0] == '.'))
			pt_buf_printf(out, "%s%.*s", out->len ? "/" : "", (int)n, path);
		path += n + (path[n] != '\0');
	}
}

static int add_directories(struct collecting *c, const struct pt_project *file, const json_t *root,
			   struct pt_err *err)
{
	const json_t *list = json_object_get(root, "packageDirectories");
	size_t npackage = 0;
	int rc = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		npackage += json_is_string(json_object_get(json_array_get(list, i), "package"));
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
		const json_t *entry = json_array_get(list, i);
		const char *package = json_string_value(json_object_get(entry, "package"));
		const char *folder = json_string_value(json_object_get(entry, "path"));

		if (!package || !package[0])
			continue;
		/* The only package is found from the project's own folder. */
		join(&path, file->path, npackage > 1 && folder ? folder : "");
		rc = pt_buf_check(&path, err);
		if (rc == 0)
			rc = add(c, pt_buf_text(&path), file->file, title_of(root, package), err);
	}
	if (rc == 0 && npackage == 0)
		rc = add(c, file->path, file->file, NULL, err);
	return rc;
}

static int read_sfdx(struct collecting *c, const struct pt_project *file, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf data = PT_BUF_INIT, path = PT_BUF_INIT;
	PT_CLEANUP(json_freep) json_t *root = NULL;
	json_error_t why;
	bool found = false;

	pt_buf_printf(&path, "%s%s%s", file->path, file->path[0] ? "/" : "", file->file);
	int rc = pt_buf_check(&path, err);

	if (rc == 0)
		rc = pt_git_repo_file(&data, &found, c->repo, c->oid, pt_buf_text(&path), err);
	if (rc < 0)
		return rc;
	if (data.len > JSON_MAX_BYTES)
		return pt_err_set(err, PT_E_LIMIT, "'%s' is larger than 1 MiB", pt_buf_text(&path));
	rc = pt_json_load(&root, pt_buf_text(&data), data.len, JSON_REJECT_DUPLICATES, &why);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_err_at(err, PT_E_SYNTAX,
				 (struct pt_src){pt_buf_text(&path), (unsigned)why.line, 0}, "%s",
				 why.text);
	return add_directories(c, file, root, err);
}

static int read_origin(struct collecting *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf url = PT_BUF_INIT, shown = PT_BUF_INIT;

	pt_git_repo_origin(&url, c->repo);
	if (!url.len || !pt_url_is(pt_buf_text(&url)))
		return pt_buf_check(&url, err);
	pt_url_show(&shown, pt_buf_text(&url));
	if (pt_buf_check(&shown, err) < 0)
		return -PT_E_NOMEM;
	c->out->origin = pt_arena_strdup(c->arena, pt_buf_text(&shown));
	return c->out->origin ? 0 : pt_err_nomem(err);
}

/* The folder of a manifest below that of another: what is in a project is part of it. */
static bool is_below(const struct pt_project *file, const struct pt_project *other)
{
	size_t len = strlen(other->path);

	return strlen(file->path) > len && strncmp(file->path, other->path, len) == 0 &&
	       (len == 0 || file->path[len] == '/');
}

/* Unless it is our own, which nobody has by chance. */
static bool is_part(const struct collecting *c, const struct pt_project *file)
{
	for (size_t i = 0; strcmp(file->file, files[0]) != 0 && i < c->nfile; i++) {
		if (is_below(file, &c->file[i]))
			return true;
	}
	return false;
}

int pt_projects_read(struct pt_projects *out, struct pt_arena *arena, const char *git,
		     const char *oid, struct pt_err *err)
{
	PT_CLEANUP(pt_git_repo_freep) struct pt_git_repo *repo = NULL;
	struct pt_projects projects = {.n = 0};
	struct collecting c = {.out = &projects, .arena = arena, .oid = oid};
	int rc = pt_git_repo_open(&repo, git, NULL, err);

	if (rc < 0)
		return rc;
	c.repo = repo;
	c.file = pt_arena_alloc(arena, PT_PROJECTS_MAX, sizeof(*c.file));
	projects.project = pt_arena_alloc(arena, PT_PROJECTS_MAX, sizeof(*projects.project));
	if (!c.file || !projects.project)
		return pt_err_nomem(err);
	rc = pt_git_repo_walk(repo, oid, PT_PROJECTS_DEPTH, visit, &c, err);
	if (rc == 0)
		rc = read_origin(&c, err);
	for (size_t i = 0; rc == 0 && i < c.nfile; i++) {
		const struct pt_project *file = &c.file[i];

		if (is_part(&c, file))
			continue;
		if (strcmp(file->file, files[SFDX]) == 0)
			rc = read_sfdx(&c, file, err);
		else
			rc = add(&c, file->path, file->file, NULL, err);
	}
	if (rc == 0)
		*out = projects;
	return rc;
}
