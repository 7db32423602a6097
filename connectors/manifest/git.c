/*
 * The manifests of a git repository: tags become releases, and what the readers find
 * at a tag becomes its manifest.
 */
#include "connectors/manifest/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/pattern.h"
#include "base/url.h"
#include "connectors/manifest/git_cache.h"
#include "connectors/manifest/git_repo.h"
#include "connectors/manifest/reader.h"

/*
 * Who is asked, first come first served: a name or a list that was found stays. Files are
 * read as far as the first that lists dependencies.
 */
static const struct pt_reader *const readers[] = {&pt_reader_tag, &pt_reader_pushtrain,
						  &pt_reader_cumulusci, &pt_reader_sfdx};

struct git_source {
	struct pt_manifest_source base;
	struct pt_git_repo *repo;
	struct pt_pattern *pattern; /* NULL: all tags are wanted */
	char *folder;               /* "" or "path/" */
	const char **called;        /* what the suite calls the package */
	size_t ncalled;
	struct pt_arena arena; /* everything that is handed out, and what the package is called */
	struct pt_release *release;
	size_t nrelease, cap;
	bool listed;
};

static struct git_source *source_of(struct pt_manifest_source *base)
{
	void *same = base;

	return same;
}

/* An error of the repository, as one of the tag or file that it is about. */
static int fail_as(struct pt_err *err, const struct pt_err *why, const char *file)
{
	bool fresh = err && err->code == PT_OK;
	int rc = pt_err_at(err, why->code, (struct pt_src){.file = file}, "%s", why->text);

	if (fresh)
		err->sys = why->sys;
	return rc;
}

static int grow(struct git_source *source, struct pt_err *err)
{
	size_t cap = source->cap ? 2 * source->cap : 64;
	struct pt_release *grown = realloc(source->release, cap * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	source->release = grown;
	source->cap = cap;
	return 0;
}

static int add_release(struct git_source *source, const struct pt_release *release,
		       struct pt_err *err)
{
	if (source->nrelease == source->cap && grow(source, err) < 0)
		return -PT_E_NOMEM;
	char *tag = pt_arena_strdup(&source->arena, release->tag);

	if (!tag)
		return pt_err_nomem(err);
	source->release[source->nrelease] = *release;
	source->release[source->nrelease++].tag = tag;
	return 0;
}

/* The version that the package's pattern finds in a tag's name; unknown if it finds none. */
static int version_of(struct pt_version *out, const struct git_source *source, const char *tag,
		      struct pt_err *err)
{
	bool matched = false;
	char *text = NULL;

	if (!source->pattern)
		return 0;
	int rc = pt_pattern_match(&matched, &text, source->pattern, tag, "version", err);

	if (rc == 0 && matched && text && pt_version_parse(out, text, NULL) < 0)
		*out = (struct pt_version){.npart = 0};
	free(text);
	return rc;
}

/*
 * A release that cannot be read stops the listing, since leaving it out would choose
 * an older one; any other tag that cannot be read is left out.
 */
static int unreadable(const struct git_source *source, const struct pt_release *release,
		      const struct pt_err *why, struct pt_err *err)
{
	char name[256];

	if (!pt_version_known(&release->version) && why->code != PT_E_NOMEM)
		return 0;
	snprintf(name, sizeof(name), "%s@%s", pt_git_repo_name(source->repo), release->tag);
	return fail_as(err, why, name);
}

static int visit_tag(void *user, const char *name, const char *oid, struct pt_err *err)
{
	struct git_source *source = user;
	struct pt_release release = {.tag = name};
	struct pt_git_tag tag = {.has_commit = false};
	struct pt_err why = PT_ERR_INIT;
	int rc = version_of(&release.version, source, name, err);

	if (rc < 0)
		return rc;
	if (pt_git_repo_tag(&tag, source->repo, oid, &why) < 0)
		return unreadable(source, &release, &why, err);
	if (!tag.has_commit ||
	    (source->pattern && !pt_version_known(&release.version) && !tag.version_id[0]))
		return 0;
	release.time_ms = tag.time_ms;
	memcpy(release.version_id, tag.version_id, sizeof(release.version_id));
	snprintf(release.oid, sizeof(release.oid), "%s", oid);
	return add_release(source, &release, err);
}

/* Releases by version, then the tags without one; equal ones by name. */
static int compare(const void *a, const void *b)
{
	const struct pt_release *x = a, *y = b;
	bool known = pt_version_known(&x->version);

	if (known != pt_version_known(&y->version))
		return known ? -1 : 1;
	int order = pt_version_cmp(&x->version, &y->version);

	return order ? order : strcmp(x->tag, y->tag);
}

static int git_releases(const struct pt_release **out, size_t *n_out,
			struct pt_manifest_source *base, struct pt_err *err)
{
	struct git_source *source = source_of(base);

	if (!source->listed) {
		source->nrelease = 0;
		int rc = pt_git_repo_tags(source->repo, visit_tag, source, err);

		if (rc < 0)
			return rc;
		if (source->nrelease)
			qsort(source->release, source->nrelease, sizeof(*source->release), compare);
		source->listed = true;
	}
	*out = source->release;
	*n_out = source->nrelease;
	return 0;
}

/* One reader at work on one release. */
struct reading {
	struct git_source *source;
	const struct pt_reader *reader;
	const struct pt_release *release;
	size_t nfolder; /* how much of the source's folder the file lies in */
};

/* The reader's text; *found_out is false when there is none. */
static int fetch(struct pt_buf *out, bool *found_out, const struct reading *at, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	struct pt_git_repo *repo = at->source->repo;

	if (!at->reader->file)
		return pt_git_repo_annotation(out, found_out, repo, at->release->oid, err);
	pt_buf_bytes(&path, at->source->folder, at->nfolder);
	pt_buf_str(&path, at->reader->file);
	int rc = pt_buf_check(&path, err);

	if (rc < 0)
		return rc;
	return pt_git_repo_file(out, found_out, repo, at->release->oid, pt_buf_text(&path), err);
}

static char *input_name(const struct reading *at)
{
	struct git_source *source = at->source;
	const char *repo = pt_git_repo_name(source->repo);

	if (!at->reader->file)
		return pt_arena_printf(&source->arena, "%s@%s", repo, at->release->tag);
	return pt_arena_printf(&source->arena, "%s@%s:%.*s%s", repo, at->release->tag,
			       (int)at->nfolder, source->folder, at->reader->file);
}

/* Runs the reader; facts stay zero and *found_out false if it has nothing to read. */
static int run_reader(struct pt_reader_facts *facts, bool *found_out, const struct reading *at,
		      struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf data = PT_BUF_INIT;
	struct pt_reader_input input = {.name = input_name(at),
					.folder = at->source->folder + at->nfolder,
					.called = at->source->called,
					.ncalled = at->source->ncalled};
	struct pt_err why = PT_ERR_INIT;

	if (!input.name)
		return pt_err_nomem(err);
	if (fetch(&data, found_out, at, &why) < 0)
		return fail_as(err, &why, input.name);
	input.data = pt_buf_text(&data);
	input.size_bytes = data.len;
	return *found_out ? at->reader->read(facts, &at->source->arena, &input, err) : 0;
}

/* How much of the folder is left without its last part. */
static size_t folder_above(const char *folder, size_t n)
{
	for (n--; n > 0 && folder[n - 1] != '/'; n--)
		;
	return n;
}

static void take_name(const char **out, const char *found)
{
	if (!*out)
		*out = found;
}

/* Adds what a reader found; the first list is what is needed, the next what is named. */
static void merge(struct pt_manifest *out, const struct pt_reader_facts *facts,
		  const struct pt_reader *reader)
{
	take_name(&out->package_name, facts->package_name);
	take_name(&out->project_name, facts->project_name);
	take_name(&out->namespace_, facts->namespace_);
	take_name(&out->repo_url, facts->repo_url);
	take_name(&out->package_type, facts->package_type);
	if (!facts->lists)
		return;
	if (!out->source) {
		out->source = reader->name;
		out->pin = facts->pins.item;
		out->npin = facts->pins.n;
	} else if (!out->named) {
		out->named = facts->pins.item;
		out->nnamed = facts->pins.n;
	}
}

/*
 * Asks one reader. *file_out becomes true once there was a manifest file; only without
 * one in the package's own folder those above are looked into.
 */
static int ask(struct pt_reader_facts *facts, bool *file_out, struct git_source *source,
	       const struct pt_reader *reader, const struct pt_release *release, struct pt_err *err)
{
	struct reading at = {source, reader, release, strlen(source->folder)};
	bool found = false;
	int rc = run_reader(facts, &found, &at, err);

	while (rc == 0 && !found && reader->above && !*file_out && at.nfolder > 0) {
		at.nfolder = folder_above(source->folder, at.nfolder);
		rc = run_reader(facts, &found, &at, err);
	}
	*file_out = *file_out || (found && reader->file);
	return rc;
}

static int git_manifest(const struct pt_manifest **out, struct pt_manifest_source *base,
			const struct pt_release *release, struct pt_err *err)
{
	struct git_source *source = source_of(base);
	struct pt_manifest *manifest = pt_arena_alloc(&source->arena, 1, sizeof(*manifest));
	bool file = false, listed = false;

	if (!manifest)
		return pt_err_nomem(err);
	for (size_t i = 0; !listed && i < PT_ARRAY_LEN(readers); i++) {
		struct pt_reader_facts facts = {.lists = false};
		int rc = ask(&facts, &file, source, readers[i], release, err);

		if (rc < 0)
			return rc;
		merge(manifest, &facts, readers[i]);
		listed = facts.lists && readers[i]->file;
	}
	*out = manifest;
	return 0;
}

static void git_close(struct pt_manifest_source *base)
{
	struct git_source *source = source_of(base);

	if (!source)
		return;
	pt_arena_release(&source->arena);
	free(source->release);
	free(source->folder);
	pt_pattern_free(source->pattern);
	pt_git_repo_free(source->repo);
	free(source);
}

static const struct pt_manifest_ops git_ops = {
    .releases = git_releases,
    .manifest = git_manifest,
    .close = git_close,
};

/* "./a//b" becomes "a/b/", as git writes paths; "." and NULL become "". */
static char *folder_of(const char *path)
{
	struct pt_buf folder = PT_BUF_INIT;

	for (const char *at = path ? path : ""; *at;) {
		size_t n = strcspn(at, "/");

		if (n > 0 && !(n == 1 && at[0] == '.')) {
			pt_buf_bytes(&folder, at, n);
			pt_buf_char(&folder, '/');
		}
		at += n + (at[n] == '/');
	}
	return pt_buf_take(&folder);
}

static int keep_names(struct git_source *source, const struct pt_manifest_where *where,
		      struct pt_err *err)
{
	source->folder = folder_of(where->path);
	source->called = (const char **)pt_arena_alloc(&source->arena, where->ncalled + 1,
						       sizeof(*source->called));
	if (!source->folder || !source->called)
		return pt_err_nomem(err);
	for (; source->ncalled < where->ncalled; source->ncalled++) {
		char *name = pt_arena_strdup(&source->arena, where->called[source->ncalled]);

		if (!name)
			return pt_err_nomem(err);
		source->called[source->ncalled] = name;
	}
	return 0;
}

/* Opens the repository itself, or the clone of one that is elsewhere. */
static int open_repo(struct git_source *source, const char *git, struct pt_manifest_cache *cache,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf clone = PT_BUF_INIT, called = PT_BUF_INIT;

	if (!pt_url_is(git))
		return pt_git_repo_open(&source->repo, git, NULL, err);
	int rc = pt_git_cache_get(&clone, cache, git, err);

	pt_url_show(&called, git);
	if (rc == 0)
		rc = pt_buf_check(&called, err);
	if (rc < 0)
		return rc;
	return pt_git_repo_open(&source->repo, pt_buf_text(&clone), pt_buf_text(&called), err);
}

int pt_manifest_open_git(struct pt_manifest_source **out, const struct pt_manifest_where *where,
			 struct pt_manifest_cache *cache, struct pt_err *err)
{
	struct git_source *source = calloc(1, sizeof(*source));
	int rc;

	if (!source)
		return pt_err_nomem(err);
	source->base.ops = &git_ops;
	rc = where->tag ? pt_pattern_new(&source->pattern, where->tag, err) : 0;
	if (rc == 0 && where->tag && !pt_pattern_has_group(source->pattern, "version"))
		rc = pt_err_set(err, PT_E_INVALID,
				"tag pattern '%.80s' has no group 'version', expected "
				"'(?<version>...)' in it",
				where->tag);
	if (rc == 0)
		rc = open_repo(source, where->git, cache, err);
	if (rc == 0)
		rc = keep_names(source, where, err);
	if (rc < 0) {
		git_close(&source->base);
		return rc;
	}
	*out = &source->base;
	return 0;
}
