/*
 * Who needs whom. What a manifest calls a package is looked up as a train does it, over what
 * the draft knows; where that finds none, other releases may tell: they pinned the same name
 * with an id that a tag carries, or the package called itself so once. See draft.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/url.h"
#include "config/suite.h"
#include "pipeline/alias.h"
#include "pipeline/draft/draft.h"
#include "pipeline/draft/quote.h"
#include "pipeline/pins.h"

struct relating {
	struct pt_draft *draft;
	struct pt_suite suite; /* as far as pt_alias_of_pin() looks */
	const struct pt_manifest **manifest;
	struct pt_pin_index *index;
};

/* What a pin calls the package, for people and as an alias. */
static const char *label_of(const struct pt_pin *pin)
{
	if (pin->package_name)
		return pin->package_name;
	return pin->namespace_ ? pin->namespace_ : pin->repo;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

/* The draft as a suite whose packages have names, namespaces, repositories and aliases. */
static int imitate_suite(struct relating *r, struct pt_err *err)
{
	struct pt_draft *draft = r->draft;

	for (size_t i = 0; i < draft->npackage; i++) {
		const struct pt_draft_package *package = &draft->package[i];
		struct pt_package_conf *conf = &r->suite.package[i];

		*conf = (struct pt_package_conf){.name = package->name,
						 .namespace_ = package->namespace_,
						 .git = package->git,
						 .git_text = package->git,
						 .nalias = package->nalias};
		conf->alias =
		    pt_arena_alloc(&draft->arena, package->nalias + 1, sizeof(*conf->alias));
		if (!conf->alias)
			return pt_err_nomem(err);
		for (size_t k = 0; k < package->nalias; k++)
			conf->alias[k] = package->alias[k].text;
	}
	return 0;
}

static int make_index(struct relating *r, struct pt_err *err)
{
	struct pt_draft *draft = r->draft;
	size_t n = draft->npackage;
	const struct pt_release **releases =
	    pt_arena_alloc(&draft->arena, n + 1, sizeof(*releases));
	size_t *nrelease = pt_arena_alloc(&draft->arena, n + 1, sizeof(*nrelease));

	if (!releases || !nrelease)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		releases[i] = draft->package[i].release;
		nrelease[i] = draft->package[i].nrelease;
	}
	return pt_pin_index_new(&r->index, releases, nrelease, n, err);
}

/* The package that a pin is about, by id or by name. */
static uint32_t base_of(const struct relating *r, const struct pt_pin *pin)
{
	struct pt_pinned pinned;

	if (pin->version_id[0] && pt_pin_index_find(&pinned, r->index, pin->version_id))
		return pinned.package;
	return pt_alias_of_pin(&r->suite, r->manifest, pin);
}

/* Calls fn for every pin of every release, the newest releases first. */
static int each_pin(struct relating *r,
		    int (*fn)(struct relating *r, uint32_t at, size_t k, const struct pt_pin *pin,
			      void *user, struct pt_err *err),
		    void *user, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < r->draft->npackage; i++) {
		const struct pt_draft_package *package = &r->draft->package[i];

		for (size_t k = 0; k < package->npast; k++) {
			const struct pt_manifest *m = package->past[k];

			for (size_t p = 0; rc == 0 && p < m->npin; p++)
				rc = fn(r, i, k, &m->pin[p], user, err);
			for (size_t p = 0; rc == 0 && p < m->nnamed; p++)
				rc = fn(r, i, k, &m->named[p], user, err);
		}
	}
	return rc;
}

/* A name that nothing is called by, and who could be meant. */
struct unknown {
	const char *name;
	bool is_repo;
	uint32_t base; /* PT_NO_PACKAGE: nobody so far */
	bool contradicted, guessed;
	const char *why;
	const char *by, *by_tag; /* who needs it; the newest release that does */
	bool now;                /* the newest release of a package needs it */
};

struct unknowns {
	struct unknown *item;
	size_t n;
};

enum { UNKNOWNS_MAX = 1000 };

static struct unknown *find_unknown(const struct unknowns *unknowns, const struct pt_pin *pin)
{
	const char *name = label_of(pin);

	for (size_t i = 0; i < unknowns->n; i++) {
		if (same(unknowns->item[i].name, name))
			return &unknowns->item[i];
	}
	return NULL;
}

/* Collects what neither an id nor a name tells. */
static int collect(struct relating *r, uint32_t at, size_t k, const struct pt_pin *pin, void *user,
		   struct pt_err *err)
{
	struct unknowns *unknowns = user;
	const struct pt_draft_package *package = &r->draft->package[at];

	(void)err;
	if (base_of(r, pin) != PT_NO_PACKAGE)
		return 0;
	const char *name = label_of(pin) ? label_of(pin) : pin->version_id;
	struct unknown *known = label_of(pin) ? find_unknown(unknowns, pin) : NULL;

	if (!known && unknowns->n < UNKNOWNS_MAX) {
		known = &unknowns->item[unknowns->n++];
		*known = (struct unknown){.name = name,
					  .is_repo = name == pin->repo,
					  .base = PT_NO_PACKAGE,
					  .by = package->name,
					  .by_tag = package->past_release[k]->tag};
	}
	if (known && k == 0) {
		known->now = true;
		known->by = package->name;
		known->by_tag = package->past_release[k]->tag;
	}
	return 0;
}

/* Names the base; two that differ leave it undecided. */
static int settle(struct relating *r, struct unknown *unknown, uint32_t base, bool guessed,
		  const char *why, struct pt_err *err)
{
	if (unknown->base != PT_NO_PACKAGE) {
		unknown->contradicted |= unknown->base != base;
		return 0;
	}
	unknown->base = base;
	unknown->guessed = guessed;
	unknown->why = why ? pt_arena_strdup(&r->draft->arena, why) : NULL;
	return unknown->why || !why ? 0 : pt_err_nomem(err);
}

/* Another release pinned the same name with an id that a tag carries. */
static int learn_by_id(struct relating *r, uint32_t at, size_t k, const struct pt_pin *pin,
		       void *user, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
	const struct pt_draft_package *package = &r->draft->package[at];
	struct unknown *unknown = label_of(pin) ? find_unknown(user, pin) : NULL;
	struct pt_pinned pinned;

	if (!unknown || !pin->version_id[0] ||
	    !pt_pin_index_find(&pinned, r->index, pin->version_id) || pinned.package == at)
		return 0;
	pt_buf_printf(&why, "%s %s pins it as %s, its tag %s", package->name,
		      package->past_release[k]->tag, pin->version_id, pinned.release->tag);
	if (pt_buf_check(&why, err) < 0)
		return -PT_E_NOMEM;
	return settle(r, unknown, pinned.package, false, pt_buf_text(&why), err);
}

/* What a package says of itself at a release. */
static bool calls_itself(const struct pt_manifest *manifest, const struct unknown *unknown)
{
	struct pt_package_conf conf = {.name = "", .git_text = ""};
	const struct pt_suite suite = {.package = &conf, .npackage = 1};
	const struct pt_pin as_repo = {.repo = unknown->name};
	const struct pt_manifest bare = {.repo_url = manifest->repo_url};
	const struct pt_manifest *const list[] = {&bare};

	if (unknown->is_repo)
		return manifest->repo_url && pt_alias_of_pin(&suite, list, &as_repo) == 0;
	return same(manifest->package_name, unknown->name) ||
	       same(manifest->project_name, unknown->name) ||
	       same(manifest->namespace_, unknown->name);
}

/* It called itself so once. */
static int learn_by_past(struct relating *r, struct unknown *unknown, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < r->draft->npackage; i++) {
		const struct pt_draft_package *package = &r->draft->package[i];
		PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
		size_t k = 0;

		while (k < package->npast && !calls_itself(package->past[k], unknown))
			k++;
		if (k == package->npast)
			continue;
		pt_buf_printf(&why, "what it called itself until %s",
			      package->past_release[k]->tag);
		rc = pt_buf_check(&why, err);
		if (rc == 0)
			rc = settle(r, unknown, i, false, pt_buf_text(&why), err);
	}
	return rc;
}

/* The clone came from there. */
static int learn_by_origin(struct relating *r, struct unknown *unknown, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; unknown->is_repo && rc == 0 && i < r->draft->npackage; i++) {
		const struct pt_manifest manifest = {.repo_url = r->draft->package[i].origin};

		if (manifest.repo_url && calls_itself(&manifest, unknown))
			rc = settle(r, unknown, i, false, "where its repository was cloned from",
				    err);
	}
	return rc;
}

static bool sounds_like(const char *a, const char *b)
{
	char x[PT_DRAFT_SQUEEZED], y[PT_DRAFT_SQUEEZED];

	return a && b && strlen(pt_draft_squeeze(x, a)) > 2 &&
	       strcmp(x, pt_draft_squeeze(y, b)) == 0;
}

/* The last part of an address, without ".git". */
static void repo_name(struct pt_buf *out, const char *address)
{
	size_t len = strlen(address), begin;

	while (len > 0 && address[len - 1] == '/')
		len--;
	if (len > 4 && strncmp(address + len - 4, ".git", 4) == 0)
		len -= 4;
	for (begin = len; begin > 0 && !strchr("/:", address[begin - 1]); begin--)
		;
	pt_buf_bytes(out, address + begin, len - begin);
}

/* A name that only differs in how it is written. */
static int guess(struct relating *r, struct unknown *unknown, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;
	int rc = 0;

	if (unknown->is_repo)
		repo_name(&name, unknown->name);
	else
		pt_buf_str(&name, unknown->name);
	for (uint32_t i = 0; rc == 0 && i < r->draft->npackage; i++) {
		const struct pt_draft_package *package = &r->draft->package[i];
		const char *text = pt_buf_text(&name);

		if (sounds_like(text, package->folder) || sounds_like(text, package->name) ||
		    sounds_like(text, package->title) ||
		    sounds_like(text, package->manifest->package_name) ||
		    sounds_like(text, package->manifest->project_name))
			rc = settle(r, unknown, i, true, "guessed: it sounds like it", err);
	}
	return rc < 0 ? rc : pt_buf_check(&name, err);
}

/* An alias must not be what another package is called. */
static bool is_free(const struct relating *r, const struct unknown *unknown)
{
	for (size_t i = 0; i < r->draft->npackage; i++) {
		if (i != unknown->base && (same(r->draft->package[i].name, unknown->name) ||
					   same(r->draft->package[i].namespace_, unknown->name)))
			return false;
	}
	return pt_draft_is_utf8(unknown->name) && !strstr(unknown->name, "${");
}

static int add_alias(struct relating *r, const struct unknown *unknown, struct pt_err *err)
{
	struct pt_draft_package *package = &r->draft->package[unknown->base];

	if (package->nalias == package->cap_alias) {
		size_t more = package->cap_alias ? 2 * package->cap_alias : 4;
		struct pt_draft_alias *grown =
		    pt_arena_alloc(&r->draft->arena, more, sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		if (package->nalias)
			memcpy(grown, package->alias, package->nalias * sizeof(*grown));
		package->alias = grown;
		package->cap_alias = more;
	}
	package->alias[package->nalias++] =
	    (struct pt_draft_alias){unknown->name, unknown->why, unknown->guessed};
	if (!unknown->guessed)
		return 0;
	return pt_draft_note(r->draft, &r->draft->warning, err,
			     "%s: guessed that '%s' is another name of it, look at 'aliases'",
			     package->name, unknown->name);
}

static int add_external(struct relating *r, const struct unknown *unknown, struct pt_err *err)
{
	struct pt_draft *draft = r->draft;
	int rc = 0;

	if (unknown->contradicted)
		rc = pt_draft_note(draft, &draft->warning, err,
				   "%s %s needs '%s', which could be more than one package: add it "
				   "to the aliases of the right one",
				   unknown->by, unknown->by_tag, unknown->name);
	if (rc == 0 && unknown->now)
		rc = pt_draft_note(draft, &draft->external, err, "%s: needed by %s %s",
				   unknown->name, unknown->by, unknown->by_tag);
	return rc;
}

static int resolve(struct relating *r, struct unknowns *unknowns, struct pt_err *err)
{
	int rc = each_pin(r, learn_by_id, unknowns, err);

	for (size_t i = 0; rc == 0 && i < unknowns->n; i++) {
		struct unknown *unknown = &unknowns->item[i];

		if (unknown->base == PT_NO_PACKAGE)
			rc = learn_by_past(r, unknown, err);
		if (rc == 0 && unknown->base == PT_NO_PACKAGE)
			rc = learn_by_origin(r, unknown, err);
		if (rc == 0 && unknown->base == PT_NO_PACKAGE)
			rc = guess(r, unknown, err);
		if (rc < 0)
			break;
		if (unknown->base != PT_NO_PACKAGE && !unknown->contradicted && is_free(r, unknown))
			rc = add_alias(r, unknown, err);
		else
			rc = add_external(r, unknown, err);
	}
	return rc;
}

static int mark_needs(struct relating *r, uint32_t at, size_t k, const struct pt_pin *pin,
		      void *user, struct pt_err *err)
{
	struct pt_draft_package *package = &r->draft->package[at];
	uint32_t base = base_of(r, pin);

	(void)user;
	(void)err;
	if (base == PT_NO_PACKAGE || base == at)
		return 0;
	package->needed[base] = true;
	if (k == 0)
		package->needs[base] = true;
	return 0;
}

static int make_room(struct relating *r, struct unknowns *unknowns, struct pt_err *err)
{
	struct pt_draft *draft = r->draft;
	size_t n = draft->npackage;

	r->suite.npackage = n;
	r->suite.package = pt_arena_alloc(&draft->arena, n + 1, sizeof(*r->suite.package));
	r->manifest = pt_arena_alloc(&draft->arena, n + 1, sizeof(*r->manifest));
	unknowns->item = pt_arena_alloc(&draft->arena, UNKNOWNS_MAX, sizeof(*unknowns->item));
	if (!r->suite.package || !r->manifest || !unknowns->item)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct pt_draft_package *package = &draft->package[i];

		r->manifest[i] = package->manifest;
		package->needs = pt_arena_alloc(&draft->arena, n + 1, sizeof(bool));
		package->needed = pt_arena_alloc(&draft->arena, n + 1, sizeof(bool));
		if (!package->needs || !package->needed)
			return pt_err_nomem(err);
	}
	return 0;
}

int pt_draft_relate(struct pt_draft *draft, struct pt_err *err)
{
	struct relating r = {.draft = draft};
	struct unknowns unknowns = {.n = 0};
	int rc = make_room(&r, &unknowns, err);

	if (rc == 0)
		rc = imitate_suite(&r, err);
	if (rc == 0)
		rc = make_index(&r, err);
	if (rc == 0)
		rc = each_pin(&r, collect, &unknowns, err);
	if (rc == 0)
		rc = resolve(&r, &unknowns, err);
	if (rc == 0)
		rc = imitate_suite(&r, err); /* with aliases */
	if (rc == 0)
		rc = each_pin(&r, mark_needs, NULL, err);
	pt_pin_index_free(r.index);
	return rc;
}
