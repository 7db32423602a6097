/* What packages are called, and by which namespace. See draft.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "pipeline/draft/draft.h"
#include "pipeline/draft/quote.h"

enum { NAME_MAX_LEN = 60 };

static bool same(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

/* Folders that every project has say nothing of the package in them. */
static bool says_nothing(const struct pt_draft_package *package)
{
	static const char *const names[] = {"force-app", "src",     "main",      "default",
					    "app",       "package", "salesforce"};

	for (size_t i = 0; package->path[0] && i < PT_ARRAY_LEN(names); i++) {
		if (same(package->folder, names[i]))
			return true;
	}
	return false;
}

/* "Contacts & Organizations" becomes "contacts-and-organizations". */
static void slug(struct pt_buf *out, const char *text)
{
	for (; *text && out->len < NAME_MAX_LEN; text++) {
		bool gap = out->len > 0 && out->data[out->len - 1] != '-';

		if (isalnum((unsigned char)*text) || *text == '_')
			pt_buf_char(out, (char)tolower((unsigned char)*text));
		else if (*text == '&')
			pt_buf_str(out, gap ? "-and" : "and");
		else if (gap)
			pt_buf_char(out, '-');
	}
	while (out->len > 0 && strchr("-_", out->data[out->len - 1]))
		out->data[--out->len] = '\0';
}

/* The manifest's own; NULL where it says none that could be one. */
static const char *namespace_of(const struct pt_draft_package *package)
{
	const char *text = package->manifest->namespace_;

	return text && text[0] && pt_draft_is_utf8(text) && !strstr(text, "${") ? text : NULL;
}

/* How many packages say that they have this namespace. */
static size_t sharers(const struct pt_draft *draft, const char *namespace_)
{
	size_t n = 0;

	for (size_t i = 0; i < draft->npackage; i++)
		n += same(namespace_of(&draft->package[i]), namespace_);
	return n;
}

static bool is_taken(const struct pt_draft *draft, const struct pt_draft_package *but,
		     const char *name)
{
	for (size_t i = 0; i < draft->npackage; i++) {
		if (&draft->package[i] != but && same(draft->package[i].name, name))
			return true;
	}
	return false;
}

/* Takes the slug of a text for its name, if it is one and nobody else's. */
static int try_name(struct pt_draft *draft, struct pt_draft_package *package, const char *text,
		    struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;

	if (package->name || !text)
		return 0;
	slug(&name, text);
	if (pt_buf_check(&name, err) < 0)
		return -PT_E_NOMEM;
	if (!name.len || is_taken(draft, package, pt_buf_text(&name)))
		return 0;
	package->name = pt_arena_strdup(&draft->arena, pt_buf_text(&name));
	return package->name ? 0 : pt_err_nomem(err);
}

/*
 * The namespace is the shortest name that everybody knows, unless others have it too; then the
 * folder, if it says something, and the titles.
 */
static int name_package(struct pt_draft *draft, struct pt_draft_package *package,
			struct pt_err *err)
{
	const char *own = namespace_of(package);
	const char *folder = says_nothing(package) ? NULL : package->folder;
	const char *const names[] = {own && sharers(draft, own) == 1 ? own : NULL,
				     package->shares_repo ? folder : NULL,
				     package->title,
				     folder,
				     package->manifest->package_name,
				     package->manifest->project_name};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(names); i++)
		rc = try_name(draft, package, names[i], err);
	for (unsigned i = 2; rc == 0 && !package->name; i++) {
		char text[40];

		snprintf(text, sizeof(text), "package-%u", i);
		rc = try_name(draft, package, text, err);
	}
	return rc;
}

/*
 * What stands in until somebody fills it in, so that a rehearsal can do without. No real
 * namespace has a hyphen: none can be taken for it.
 */
static int stand_in(struct pt_draft *draft, struct pt_draft_package *package, const char *why,
		    struct pt_err *err)
{
	package->namespace_unknown = true;
	package->namespace_ = pt_arena_printf(&draft->arena, "fill-in-%s", package->name);
	if (!package->namespace_)
		return pt_err_nomem(err);
	return pt_draft_note(draft, &package->note, err,
			     "fill in: its namespace, by which the real platform knows it; %s",
			     why);
}

/* One warning for all. */
static int warn_of_stand_ins(struct pt_draft *draft, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf names = PT_BUF_INIT;

	for (size_t i = 0; i < draft->npackage; i++) {
		if (draft->package[i].namespace_unknown)
			pt_buf_printf(&names, "%s%s", names.len ? ", " : "",
				      draft->package[i].name);
	}
	if (pt_buf_check(&names, err) < 0)
		return -PT_E_NOMEM;
	if (!names.len)
		return 0;
	return pt_draft_note(draft, &draft->warning, err,
			     "fill in namespaces before a real train: of %s", pt_buf_text(&names));
}

static int name_namespace(struct pt_draft *draft, struct pt_draft_package *package,
			  struct pt_err *err)
{
	const char *own = namespace_of(package);
	size_t n = own ? sharers(draft, own) : 0;
	char why[200];

	if (own && n == 1) {
		package->namespace_ = own;
		return 0;
	}
	if (!own)
		return stand_in(draft, package, "no manifest says it", err);
	snprintf(why, sizeof(why),
		 "'%.60s' is in the manifests of %zu packages, each needs its own", own, n);
	return stand_in(draft, package, why, err);
}

/* Two repositories of one package: a namespace, a repository's address or a title says so. */
static bool is_same_package(const struct pt_draft_package *a, const struct pt_draft_package *b)
{
	const struct pt_manifest *x = a->manifest, *y = b->manifest;

	if (strcmp(a->path, b->path) != 0 || strcmp(a->repo, b->repo) == 0)
		return false;
	if (strcmp(a->newest->oid, b->newest->oid) == 0)
		return true;
	if (x->namespace_ && x->namespace_[0] && same(x->namespace_, y->namespace_))
		return same(x->package_name, y->package_name) ||
		       same(x->project_name, y->project_name) ||
		       (!x->package_name && !y->package_name);
	return (!x->namespace_ || !x->namespace_[0]) && x->repo_url &&
	       same(x->repo_url, y->repo_url);
}

static bool is_better(const struct pt_draft_package *a, const struct pt_draft_package *b)
{
	int order = pt_version_cmp(&a->newest->version, &b->newest->version);

	return order ? order > 0 : a->nreal > b->nreal;
}

/* The one with the highest release stays, of the same the one with more, else the first. */
static int drop_doubles(struct pt_draft *draft, struct pt_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < draft->npackage; i++) {
		struct pt_draft_package *package = &draft->package[i];
		size_t k = 0;

		while (k < n && !is_same_package(&draft->package[k], package))
			k++;
		if (k == n) {
			draft->package[n++] = *package;
			continue;
		}
		if (is_better(package, &draft->package[k])) {
			struct pt_draft_package other = draft->package[k];

			draft->package[k] = *package;
			*package = other;
		}
		int rc = pt_draft_leave(draft, package->git, true, err,
					"it is the package of %s, too, whose releases go on to %s",
					draft->package[k].git, draft->package[k].newest->tag);

		if (rc < 0)
			return rc;
	}
	draft->npackage = n;
	return 0;
}

/* The pattern that most packages have; of as many, that of the first. */
static void find_common_tag(struct pt_draft *draft)
{
	size_t best = 0;

	for (size_t i = 0; i < draft->npackage; i++) {
		size_t n = 0;

		for (size_t k = 0; k < draft->npackage; k++)
			n += strcmp(draft->package[i].tag, draft->package[k].tag) == 0;
		if (n > best) {
			best = n;
			draft->common_tag = draft->package[i].tag;
		}
	}
	/* A default for one of several says more than it should. */
	if (best < 2 && draft->npackage > 1)
		draft->common_tag = NULL;
}

int pt_draft_name(struct pt_draft *draft, struct pt_err *err)
{
	int rc = drop_doubles(draft, err);

	for (size_t i = 0; rc == 0 && i < draft->npackage; i++)
		rc = name_package(draft, &draft->package[i], err);
	for (size_t i = 0; rc == 0 && i < draft->npackage; i++)
		rc = name_namespace(draft, &draft->package[i], err);
	find_common_tag(draft);
	return rc < 0 ? rc : warn_of_stand_ins(draft, err);
}
