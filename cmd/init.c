/* pushtrain init: a first suite file from a folder of repositories. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/url.h"
#include "base/zone.h"
#include "cmd/command.h"
#include "cmd/init_files.h"
#include "config/suite.h"
#include "config/suite_schema.h"
#include "connectors/manifest/find.h"
#include "connectors/manifest/projects.h"
#include "pipeline/draft/draft.h"
#include "pipeline/draft/quote.h"
#include "pipeline/train.h"

static const char population_name[] = "population.yaml", schema_name[] = "suite.schema.json";

struct init {
	const struct pt_args *args;
	const char *folder, *output; /* output: "-": stdout */
	bool printed;
	struct pt_draft draft;
	struct pt_manifest_cache *cache;
	struct pt_manifest_source **source; /* everything that was opened */
	size_t nsource;
	char *population, *schema; /* the paths of the files beside it; NULL: none is written */
	bool population_there, schema_there;
	struct pt_buf prefix; /* how the suite file sees the folder */
};

static void init_release(struct init *i)
{
	for (size_t k = 0; k < i->nsource; k++)
		pt_manifest_closep(&i->source[k]);
	free(i->source);
	pt_manifest_cache_free(i->cache);
	pt_draft_release(&i->draft);
	pt_buf_release(&i->prefix);
	free(i->population);
	free(i->schema);
}

/* A source that is closed at the end. */
static int open_source(struct pt_manifest_source **out, struct init *i,
		       const struct pt_manifest_where *where, struct pt_err *err)
{
	size_t n = i->nsource;

	if ((n & (n - 1)) == 0) {
		struct pt_manifest_source **grown =
		    realloc(i->source, (n ? 2 * n : 1) * sizeof(struct pt_manifest_source *));

		if (!grown)
			return pt_err_nomem(err);
		i->source = grown;
	}
	int rc = pt_manifest_open_git(&i->source[n], where, i->cache, err);

	if (rc == 0)
		*out = i->source[i->nsource++];
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
static int add_bare(struct init *i, struct pt_draft_repo *repo, struct pt_manifest_source *source,
		    const struct pt_release *newest, struct pt_err *err)
{
	static const struct pt_draft_project top = {.path = "", .file = NULL};
	const struct pt_manifest *manifest = NULL;
	int rc = source->ops->manifest(&manifest, source, newest, err);

	if (rc < 0)
		return rc;
	if (!manifest->source && !newest->version_id[0])
		return pt_draft_leave(&i->draft, repo->git, false, err,
				      "no manifest at %s; if it is a package, write it here, with "
				      "what it needs",
				      newest->tag);
	repo->project = &top;
	repo->nproject = 1;
	return pt_draft_add_repo(&i->draft, repo, err);
}

static int add_projects(struct init *i, struct pt_draft_repo *repo,
			struct pt_manifest_source *source, const struct pt_release *newest,
			struct pt_err *err)
{
	struct pt_projects projects = {.n = 0};
	struct pt_draft_project *list;
	int rc = pt_projects_read(&projects, &i->draft.arena, repo->path, newest->oid, err);

	if (rc < 0)
		return rc;
	repo->origin = projects.origin;
	if (projects.n == 0)
		return add_bare(i, repo, source, newest, err);
	list = pt_arena_alloc(&i->draft.arena, projects.n, sizeof(*list));
	if (!list)
		return pt_err_nomem(err);
	for (size_t k = 0; k < projects.n; k++)
		list[k] = (struct pt_draft_project){.path = projects.project[k].path,
						    .file = projects.project[k].file,
						    .title = projects.project[k].title};
	repo->project = list;
	repo->nproject = projects.n;
	return pt_draft_add_repo(&i->draft, repo, err);
}

static int add_repo(struct init *i, struct pt_draft_repo *repo, struct pt_err *err)
{
	const struct pt_manifest_where where = {.git = repo->path};
	struct pt_tag_shapes *shapes = pt_arena_alloc(&i->draft.arena, 1, sizeof(*shapes));
	struct pt_manifest_source *source = NULL;
	const struct pt_release *tag = NULL;
	size_t ntag = 0;

	if (!shapes)
		return pt_err_nomem(err);
	int rc = open_source(&source, i, &where, err);

	if (rc == 0)
		rc = source->ops->releases(&tag, &ntag, source, err);
	if (rc == 0)
		rc = pt_tag_shapes(shapes, &i->draft.arena, tag, ntag, i->draft.cut_ms, err);
	if (rc < 0)
		return rc;
	const struct pt_tag_shape *newest = newest_shape(shapes);

	if (ntag == 0)
		return pt_draft_leave(&i->draft, repo->git, false, err, "it has no tags");
	if (!newest)
		return pt_draft_leave(&i->draft, repo->git, false, err,
				      "none of its %zu tags looks like a release%s", ntag,
				      i->args->at ? " at or before --at" : "");
	repo->shapes = shapes;
	for (size_t k = 0; k < ntag; k++) {
		if (strcmp(tag[k].tag, newest->newest) == 0)
			return add_projects(i, repo, source, &tag[k], err);
	}
	return 0;
}

/* What is wrong with one repository does not keep the others out. */
static int look_at(struct init *i, const char *found, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release)
	struct pt_buf path = PT_BUF_INIT, git = PT_BUF_INIT, folder = PT_BUF_INIT,
		      why = PT_BUF_INIT;
	bool top = strcmp(found, ".") == 0;
	struct pt_err bad = PT_ERR_INIT;

	pt_buf_printf(&path, "%s%s%s", i->folder, top ? "" : "/", top ? "" : found);
	pt_buf_str(&git, pt_buf_text(&i->prefix));
	if (!top)
		pt_buf_printf(&git, "%s%s", git.len && git.data[git.len - 1] != '/' ? "/" : "",
			      found);
	if (!git.len)
		pt_buf_char(&git, '.');
	/* "user@host:x" is an address where a path could be. */
	if (pt_url_is(pt_buf_text(&git))) {
		pt_buf_clear(&git);
		pt_buf_printf(&git, "./%s%s%s", pt_buf_text(&i->prefix), i->prefix.len ? "/" : "",
			      found);
	}
	if (top ? pt_init_suite_name(&folder, i->folder, err) < 0
		: (pt_buf_str(&folder, found), pt_buf_check(&folder, err) < 0))
		return -(int)(err ? err->code : PT_E_NOMEM);
	pt_buf_lean(&path, &git);
	if (pt_buf_check(&path, err) < 0)
		return -PT_E_NOMEM;
	if (!pt_draft_is_utf8(pt_buf_text(&git)) || strstr(pt_buf_text(&git), "${"))
		return pt_draft_leave(&i->draft, pt_buf_text(&git), true, err,
				      "its path cannot stand in a suite file");
	struct pt_draft_repo repo = {
	    .path = pt_buf_text(&path), .git = pt_buf_text(&git), .folder = pt_buf_text(&folder)};
	int rc = add_repo(i, &repo, &bad);

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc == 0)
		return 0;
	pt_err_print(&why, &bad);
	return pt_draft_leave(&i->draft, repo.git, true, err, "%s", pt_buf_text(&why));
}

static int find(struct init *i, struct pt_err *err)
{
	struct pt_found found = {.repo = NULL};
	int rc = pt_find_repos(&found, &i->draft.arena, i->folder, err);

	for (size_t k = 0; rc == 0 && k < found.nwarning; k++)
		rc = pt_draft_note(&i->draft, &i->draft.warning, err, "%s", found.warning[k]);
	if (rc == 0 && found.nrepo == 0)
		return pt_err_set(err, PT_E_INVALID,
				  "no git repository in '%s' (%zu folders searched, %d deep): name "
				  "the folder that has them: pushtrain init FOLDER",
				  i->folder, found.nfolder, PT_FIND_DEPTH);
	for (size_t k = 0; rc == 0 && k < found.nrepo; k++)
		rc = look_at(i, found.repo[k].path, err);
	return rc;
}

static int open_packages(struct init *i, struct pt_err *err)
{
	int rc = 0;

	for (size_t k = 0; rc == 0 && k < i->draft.npackage; k++) {
		struct pt_draft_package *package = &i->draft.package[k];
		const char *called[] = {package->folder, package->title};
		struct pt_manifest_where where = {.git = package->repo,
						  .tag = package->tag,
						  .path = package->path[0] ? package->path : NULL,
						  .called = called,
						  .ncalled = package->title ? 2 : 1};

		rc = open_source(&package->source, i, &where, err);
	}
	return rc;
}

/* Why there is no package, of the first repositories. */
static int fail_empty(const struct init *i, struct pt_err *err)
{
	const struct pt_draft *draft = &i->draft;

	for (size_t k = 0; k < draft->nleft && k < 10; k++)
		pt_say("%s: %s", draft->left[k].git, draft->left[k].why);
	return pt_err_set(err, PT_E_INVALID,
			  "none of the %zu repositories in '%s' is a package with releases",
			  draft->nleft, i->folder);
}

static int make_draft(struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT, zone = PT_BUF_INIT;
	int rc = pt_init_suite_name(&name, i->folder, err);

	pt_init_timezone(&zone);
	if (rc == 0)
		rc = pt_buf_check(&zone, err);
	if (rc < 0)
		return rc;
	if (!pt_draft_is_utf8(pt_buf_text(&name)) || strstr(pt_buf_text(&name), "${")) {
		pt_buf_clear(&name);
		pt_buf_str(&name, "suite");
	}
	i->draft.name = pt_arena_strdup(&i->draft.arena, pt_buf_text(&name));
	i->draft.timezone = pt_arena_strdup(&i->draft.arena, pt_buf_text(&zone));
	if (!i->draft.name || !i->draft.timezone)
		return pt_err_nomem(err);
	rc = pt_manifest_cache_new(&i->cache, NULL, err);
	if (rc == 0)
		rc = find(i, err);
	if (rc == 0)
		rc = open_packages(i, err);
	if (rc == 0)
		rc = pt_draft_read(&i->draft, err);
	if (rc == 0 && i->draft.npackage == 0)
		rc = fail_empty(i, err);
	if (rc == 0)
		rc = pt_draft_name(&i->draft, err);
	return rc < 0 ? rc : pt_draft_relate(&i->draft, err);
}

/* What 'graph' would say of it: nothing is written that the suite's own reader refuses. */
static int try_out(struct init *i, const struct pt_buf *text, struct pt_err *err)
{
	PT_CLEANUP(pt_suite_freep) struct pt_suite *suite = NULL;
	PT_CLEANUP(pt_train_freep) struct pt_train *train = NULL;
	struct pt_draft *draft = &i->draft;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_err why = PT_ERR_INIT;
	int rc = pt_suite_parse(&suite, pt_buf_text(text), text->len, i->output, &errs);

	if (rc < 0 && errs.n > 0 && err)
		*err = errs.item[0];
	pt_errs_release(&errs);
	if (rc < 0)
		return rc;
	struct pt_manifest_source **sources =
	    pt_arena_alloc(&draft->arena, draft->npackage, sizeof(*sources));

	if (!sources)
		return pt_err_nomem(err);
	for (size_t k = 0; k < draft->npackage; k++)
		sources[k] = draft->package[k].source;
	rc = pt_train_decide(&train, suite, sources, draft->cut_ms, &why);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_draft_note(draft, &draft->warning, err, "no train can depart: %s",
				     why.text);
	for (size_t k = 0; k < train->nwarning && rc == 0; k++)
		rc = pt_draft_note(draft, &draft->warning, err, "%s", train->warning[k]);
	for (size_t k = 0; k < train->nrefusal && rc == 0; k++)
		rc = pt_draft_note(draft, &draft->warning, err, "a train would be refused: %s",
				   train->refusal[k]);
	return rc;
}

/* The files beside the suite file, unless they are there. */
static int write_others(struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_draft_population_text(&text, &i->draft, err);

	if (rc == 0 && !i->population_there)
		rc = pt_file_replace(i->population, pt_buf_text(&text), text.len, err);
	if (rc == 0 && !i->schema_there)
		rc = pt_file_replace(i->schema, pt_suite_schema, strlen(pt_suite_schema), err);
	return rc;
}

static void say_warnings(const struct init *i)
{
	for (size_t k = 0; k < i->draft.warning.n; k++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

		pt_draft_comment(&line, i->draft.warning.line[k]);
		pt_say("warning: %s", pt_buf_text(&line));
	}
}

static void say_other(struct pt_buf *out, const char *path, bool was_there, const char *what)
{
	if (was_there)
		pt_buf_printf(out, "%s was there and stays as it is\n", path);
	else
		pt_buf_printf(out, "wrote %s%s\n", path, what);
}

static int show(struct pt_buf *out, const struct init *i, struct pt_err *err)
{
	bool named = strcmp(i->output, "suite.yaml") != 0;
	const char *f = named ? " -f " : "", *file = named ? i->output : "";
	int rc;

	if (i->args->json) {
		pt_draft_show_json(out, &i->draft, i->output, i->population);
		return 0;
	}
	pt_buf_printf(out, "suite %s: %zu packages\n\n", i->draft.name, i->draft.npackage);
	rc = pt_draft_show_text(out, &i->draft, err);
	pt_buf_printf(out, "\nwrote %s\n", i->output);
	say_other(out, i->population, i->population_there, "");
	say_other(out, i->schema, i->schema_there, ": editors explain and check every key with it");
	pt_buf_printf(out,
		      "\nnext:\n"
		      "  pushtrain check%s%s\n"
		      "  pushtrain graph%s%s\n"
		      "  pushtrain rehearse biweekly%s%s\n",
		      f, file, f, file, f, file);
	return rc;
}

static int write_files(struct pt_buf *said, struct init *i, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_draft_suite_text(&text, &i->draft, population_name, schema_name, err);

	if (rc == 0)
		rc = try_out(i, &text, err);
	if (rc < 0)
		return rc;
	say_warnings(i);
	if (i->printed) {
		pt_buf_str(said, pt_buf_text(&text));
		return pt_buf_check(said, err);
	}
	rc = write_others(i, err);
	if (rc == 0)
		rc = pt_init_refuse_existing(i->output, err);
	if (rc == 0)
		rc = pt_file_replace(i->output, pt_buf_text(&text), text.len, err);
	return rc < 0 ? rc : show(said, i, err);
}

static int prepare(struct init *i, const struct pt_args *args, struct pt_err *err)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	int rc = 0;

	i->args = args;
	i->folder = args->operand ? args->operand : ".";
	i->output = args->output ? args->output : args->file;
	i->printed = strcmp(i->output, "-") == 0;
	i->draft.cut_ms = (int64_t)time(NULL) * 1000;
	if (i->printed && args->json)
		return pt_err_set(err, PT_E_USAGE,
				  "-o - prints the suite file, and --json what "
				  "was found: expected one of them");
	if (args->at) {
		rc = pt_zone_open(&zone, "UTC", err);
		if (rc == 0 && pt_zone_parse(&i->draft.cut_ms, zone, args->at, err) < 0)
			return pt_err_wrap(err, "--at");
	}
	if (rc == 0 && !i->printed)
		rc = pt_init_refuse_existing(i->output, err);
	if (rc == 0)
		rc = pt_init_relative(&i->prefix, i->folder, i->printed ? "" : i->output, err);
	if (rc < 0 || i->printed)
		return rc;
	i->population = pt_file_beside(i->output, population_name);
	i->schema = pt_file_beside(i->output, schema_name);
	if (!i->population || !i->schema)
		return pt_err_nomem(err);
	i->population_there = access(i->population, F_OK) == 0;
	i->schema_there = access(i->schema, F_OK) == 0;
	return 0;
}

enum pt_exit pt_cmd_init(const struct pt_args *args)
{
	PT_CLEANUP(init_release) struct init i = {.prefix = PT_BUF_INIT};
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (prepare(&i, args, &err) < 0 || make_draft(&i, &err) < 0 ||
	    write_files(&said, &i, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&said, PT_EXIT_DONE);
}
