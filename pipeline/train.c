/* See train.h. */
#include "pipeline/train.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/url.h"
#include "graph/graph.h"
#include "pipeline/alias.h"
#include "pipeline/pins.h"

struct pt_train_store {
	struct pt_arena arena;
	size_t cap_warning, cap_refusal;
};

/* What is needed while deciding only. */
struct deciding {
	struct pt_train *train;
	struct pt_arena *arena;
	struct pt_manifest_source *const *sources;
	const struct pt_release **releases;
	size_t *nrelease;
	const struct pt_manifest **manifest;
	struct pt_pin_index *pins;
};

static int add_line(const char ***list, size_t *n, size_t *cap, struct pt_arena *arena,
		    const char *text, struct pt_err *err)
{
	if (*n == *cap) {
		size_t grown = *cap ? 2 * *cap : 16;
		const char **copy = pt_arena_alloc(arena, grown, sizeof(*copy));

		if (!copy)
			return pt_err_nomem(err);
		if (*n)
			memcpy(copy, *list, *n * sizeof(*copy));
		*list = copy;
		*cap = grown;
	}
	char *line = pt_arena_strdup(arena, text);

	if (!line)
		return pt_err_nomem(err);
	(*list)[(*n)++] = line;
	return 0;
}

static int warn(struct pt_train *train, struct pt_err *err, const char *fmt, ...) PT_PRINTF(3, 4);

static int warn(struct pt_train *train, struct pt_err *err, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pt_buf_plain(text); /* manifests name what they like */
	return add_line(&train->warning, &train->nwarning, &train->store->cap_warning,
			&train->store->arena, text, err);
}

int pt_train_refuse(struct pt_train *train, struct pt_err *err, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	pt_buf_plain(text); /* manifests name what they like */
	return add_line(&train->refusal, &train->nrefusal, &train->store->cap_refusal,
			&train->store->arena, text, err);
}

/* The highest release at or before the cut; releases come by version ascending. */
static const struct pt_release *choose(const struct pt_release *release, size_t n, int64_t cut_ms)
{
	const struct pt_release *best = NULL;

	for (size_t i = 0; i < n; i++) {
		if (pt_version_known(&release[i].version) && release[i].time_ms <= cut_ms)
			best = &release[i];
	}
	return best;
}

static int no_release(const struct pt_package_conf *conf, const struct pt_release *release,
		      size_t n, int64_t cut_ms, struct pt_err *err)
{
	const struct pt_release *first = NULL;
	char cut[PT_INSTANT_TEXT], when[PT_INSTANT_TEXT];

	for (size_t i = 0; i < n; i++) {
		if (pt_version_known(&release[i].version) &&
		    (!first || release[i].time_ms < first->time_ms))
			first = &release[i];
	}
	if (!first) {
		PT_CLEANUP(pt_buf_release) struct pt_buf git = PT_BUF_INIT;

		pt_url_show(&git, conf->git_text);
		if (git.failed)
			return pt_err_nomem(err);
		return pt_err_at(err, PT_E_REFUSED, conf->tag_src,
				 "package '%s': no tag of '%s' matches '%s'", conf->name,
				 pt_buf_text(&git), conf->tag);
	}
	return pt_err_set(err, PT_E_REFUSED,
			  "package '%s' has no release at or before %s; its first, %s, is of %s",
			  conf->name, pt_instant_text(cut, cut_ms), first->tag,
			  pt_instant_text(when, first->time_ms));
}

static int choose_release(struct deciding *d, uint32_t i, struct pt_err *err)
{
	const struct pt_package_conf *conf = &d->train->suite->package[i];
	struct pt_train_package *package = &d->train->package[i];
	struct pt_manifest_source *source = d->sources[i];
	int rc = source->ops->releases(&d->releases[i], &d->nrelease[i], source, err);

	if (rc < 0)
		return pt_err_wrap(err, "package '%s'", conf->name);
	package->name = conf->name;
	package->namespace_ = conf->namespace_;
	package->releases = d->releases[i];
	package->nrelease = d->nrelease[i];
	package->release = choose(d->releases[i], d->nrelease[i], d->train->cut_ms);
	if (!package->release)
		return no_release(conf, d->releases[i], d->nrelease[i], d->train->cut_ms, err);
	package->version = package->release->version;
	memcpy(package->version_id, package->release->version_id, sizeof(package->version_id));
	rc = source->ops->manifest(&d->manifest[i], source, package->release, err);
	if (rc < 0)
		return pt_err_wrap(err, "package '%s'", conf->name);
	if (!package->namespace_)
		package->namespace_ = d->manifest[i]->namespace_;
	package->title =
	    d->manifest[i]->package_name ? d->manifest[i]->package_name : package->name;
	return 0;
}

/* Raises what is required of `base` to at least that version; the list stays sorted. */
static struct pt_requirement *require(struct pt_train_package *package, uint32_t base)
{
	size_t i = 0;

	while (i < package->nneed && package->need[i].package < base)
		i++;
	if (i < package->nneed && package->need[i].package == base)
		return &package->need[i];
	memmove(&package->need[i + 1], &package->need[i],
		(package->nneed - i) * sizeof(*package->need));
	package->nneed++;
	package->need[i] = (struct pt_requirement){.package = base, .known = false};
	return &package->need[i];
}

static void require_version(struct pt_requirement *need, const struct pt_version *version,
			    const char *version_id)
{
	if (need->known && pt_version_cmp(version, &need->version) <= 0)
		return;
	need->known = true;
	need->version = *version;
	snprintf(need->version_id, sizeof(need->version_id), "%s", version_id);
}

/* A name for people: what the manifest says, or failing that the id. */
static const char *pin_label(const struct pt_pin *pin)
{
	if (pin->package_name)
		return pin->package_name;
	if (pin->namespace_)
		return pin->namespace_;
	return pin->repo ? pin->repo : "no name";
}

static int add_external(struct deciding *d, struct pt_train_package *package,
			const struct pt_pin *pin, struct pt_err *err)
{
	char version[PT_VERSION_TEXT];
	struct pt_external *external = &package->external[package->nexternal++];

	memcpy(external->version_id, pin->version_id, sizeof(external->version_id));
	external->name =
	    pin->package_name ? pin->package_name : (pin->namespace_ ? pin->namespace_ : pin->repo);
	return warn(d->train, err, "%s %s needs '%s'%s%s, which is no package of this suite",
		    package->name, pt_version_text(version, &package->version), pin_label(pin),
		    pin->version_id[0] ? " " : "", pin->version_id);
}

/* The release that a pin names by its tag in the other repository. */
static const struct pt_release *release_of_tag(const struct pt_train_package *base, const char *tag)
{
	for (size_t k = 0; tag && k < base->nrelease; k++) {
		if (strcmp(base->releases[k].tag, tag) == 0)
			return &base->releases[k];
	}
	return NULL;
}

/* The version that a pin asks for, if it can be known. */
static int apply_pin(struct deciding *d, uint32_t i, const struct pt_pin *pin, struct pt_err *err)
{
	struct pt_train_package *package = &d->train->package[i];
	struct pt_pinned pinned;
	bool carried = pin->version_id[0] && pt_pin_index_find(&pinned, d->pins, pin->version_id);
	uint32_t base =
	    carried ? pinned.package : pt_alias_of_pin(d->train->suite, d->manifest, pin);
	char version[PT_VERSION_TEXT];

	if (base == PT_NO_PACKAGE)
		return add_external(d, package, pin, err);
	if (base == i)
		return 0;
	struct pt_requirement *need = require(package, base);
	const struct pt_release *tagged = release_of_tag(&d->train->package[base], pin->tag);

	if (tagged && pt_version_known(&tagged->version))
		require_version(need, &tagged->version, tagged->version_id);
	else if (carried && pt_version_known(&pinned.release->version))
		require_version(need, &pinned.release->version, pin->version_id);
	else if (pt_version_known(&pin->version))
		require_version(need, &pin->version, pin->version_id);
	else if (carried)
		return warn(d->train, err,
			    "%s %s pins %s %s, a pre-release: the train's is required",
			    package->name, pt_version_text(version, &package->version),
			    d->train->package[base].name, pinned.release->tag);
	else if (pin->version_id[0])
		return warn(d->train, err,
			    "%s %s pins '%s' as %s, an id that no tag of the suite carries: the "
			    "train's %s is required",
			    package->name, pt_version_text(version, &package->version),
			    pin_label(pin), pin->version_id, d->train->package[base].name);
	return 0;
}

static int apply_pins(struct deciding *d, uint32_t i, struct pt_err *err)
{
	const struct pt_suite *suite = d->train->suite;
	const struct pt_manifest *manifest = d->manifest[i];
	struct pt_train_package *package = &d->train->package[i];

	package->need = pt_arena_alloc(d->arena, suite->npackage + 1, sizeof(*package->need));
	package->external =
	    pt_arena_alloc(d->arena, manifest->npin + 1, sizeof(*package->external));
	if (!package->need || !package->external)
		return pt_err_nomem(err);
	for (size_t k = 0; k < manifest->npin; k++) {
		int rc = apply_pin(d, i, &manifest->pin[k], err);

		if (rc < 0)
			return rc;
	}
	for (size_t k = 0; k < suite->package[i].nneed; k++) {
		const struct pt_need_conf *conf = &suite->package[i].need[k];
		struct pt_requirement *need = require(package, conf->package);

		need->known = false; /* the suite's word replaces the manifest's */
		require_version(need, &conf->version, "");
	}
	return 0;
}

/* An unknown pin requires what the train carries; a newer base than that stops the train. */
static int settle_requirements(struct pt_train *train, struct pt_err *err)
{
	char mine[PT_VERSION_TEXT], wanted[PT_VERSION_TEXT], carried[PT_VERSION_TEXT];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < train->npackage; i++) {
		struct pt_train_package *package = &train->package[i];

		for (size_t k = 0; rc == 0 && k < package->nneed; k++) {
			struct pt_requirement *need = &package->need[k];
			const struct pt_train_package *base = &train->package[need->package];

			if (!need->known)
				need->version = base->version;
			else if (pt_version_cmp(&need->version, &base->version) > 0)
				rc = pt_train_refuse(
				    train, err, "%s %s needs %s %s or newer, the train carries %s",
				    package->name, pt_version_text(mine, &package->version),
				    base->name, pt_version_text(wanted, &need->version),
				    pt_version_text(carried, &base->version));
		}
	}
	return rc;
}

static int say_cycle(const struct pt_train *train, const struct pt_graph *graph, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	uint32_t *node = NULL, *len = NULL;
	size_t ncycle = 0, at = 0;
	int rc = pt_graph_cycles(&node, &len, &ncycle, graph, err);

	for (size_t c = 0; rc == 0 && c < ncycle; c++) {
		pt_buf_str(&text, c ? "; " : "");
		for (uint32_t k = 0; k < len[c]; k++)
			pt_buf_printf(&text, "%s needs ", train->package[node[at + k]].name);
		pt_buf_str(&text, train->package[node[at]].name);
		at += len[c];
	}
	free(node);
	free(len);
	if (rc == 0)
		rc = pt_buf_check(&text, err);
	if (rc < 0)
		return rc;
	return pt_err_set(err, PT_E_CYCLE, "the dependency graph has a cycle: %s",
			  pt_buf_text(&text));
}

static int mark_direct(struct pt_train *train, const struct pt_graph *graph, size_t nedge,
		       struct pt_err *err)
{
	bool *direct = calloc(nedge + 1, sizeof(*direct));
	int rc = direct ? pt_graph_reduce(direct, graph, err) : pt_err_nomem(err);

	for (uint32_t i = 0; rc == 0 && i < train->npackage; i++) {
		size_t first = pt_graph_edge_first(graph, i);

		for (size_t k = 0; k < train->package[i].nneed; k++)
			train->package[i].need[k].direct = direct[first + k];
	}
	free(direct);
	return rc;
}

static int rank(struct pt_train *train, const struct pt_graph *graph, size_t nedge,
		struct pt_arena *arena, struct pt_err *err)
{
	uint32_t *level = pt_arena_alloc(arena, train->npackage + 1, sizeof(*level));
	int rc;

	if (!level)
		return pt_err_nomem(err);
	rc = pt_graph_order(train->order, graph, NULL);
	if (rc == -PT_E_CYCLE)
		return say_cycle(train, graph, err);
	rc = rc < 0 ? pt_err_nomem(err) : pt_graph_levels(level, &train->nlevel, graph, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < train->npackage; i++)
		train->package[i].level = level[i];
	return mark_direct(train, graph, nedge, err);
}

static int build_graph(struct pt_train *train, struct pt_arena *arena, struct pt_err *err)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = NULL;
	struct pt_edge *edge;
	size_t nedge = 0, most = 1;

	for (size_t i = 0; i < train->npackage; i++)
		most += train->package[i].nneed;
	edge = pt_arena_alloc(arena, most, sizeof(*edge));
	if (!edge)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < train->npackage; i++) {
		for (size_t k = 0; k < train->package[i].nneed; k++)
			edge[nedge++] = (struct pt_edge){i, train->package[i].need[k].package};
	}
	int rc = pt_graph_new(&graph, (uint32_t)train->npackage, edge, nedge, err);

	return rc < 0 ? rc : rank(train, graph, nedge, arena, err);
}

/* The platform is asked by namespace: two packages with the same one would be one there. */
static int check_namespaces(struct pt_train *train, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < train->npackage; i++) {
		const struct pt_train_package *package = &train->package[i];

		for (size_t k = 0; rc == 0 && package->namespace_ && k < i; k++) {
			const char *other = train->package[k].namespace_;

			if (other && strcasecmp(package->namespace_, other) == 0)
				rc = pt_train_refuse(train, err,
						     "%s and %s have the same namespace '%s', "
						     "expected one for each package",
						     train->package[k].name, package->name, other);
		}
	}
	return rc;
}

static int decide(struct deciding *d, struct pt_err *err)
{
	size_t n = d->train->npackage;
	int rc = 0;

	d->releases = pt_arena_alloc(d->arena, n + 1, sizeof(*d->releases));
	d->nrelease = pt_arena_alloc(d->arena, n + 1, sizeof(*d->nrelease));
	d->manifest = pt_arena_alloc(d->arena, n + 1, sizeof(*d->manifest));
	if (!d->releases || !d->nrelease || !d->manifest)
		return pt_err_nomem(err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = choose_release(d, i, err);
	if (rc == 0)
		rc = check_namespaces(d->train, err);
	if (rc == 0)
		rc = pt_pin_index_new(&d->pins, d->releases, d->nrelease, n, err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = apply_pins(d, i, err);
	if (rc == 0)
		rc = settle_requirements(d->train, err);
	return rc < 0 ? rc : build_graph(d->train, d->arena, err);
}

int pt_train_new(struct pt_train **out, const struct pt_suite *suite, int64_t cut_ms,
		 struct pt_err *err)
{
	struct pt_train *train = calloc(1, sizeof(*train));
	struct pt_train_store *store = calloc(1, sizeof(*store));

	if (!train || !store) {
		free(train);
		free(store);
		return pt_err_nomem(err);
	}
	train->store = store;
	train->suite = suite;
	train->cut_ms = cut_ms;
	train->npackage = suite->npackage;
	train->package =
	    pt_arena_alloc(&store->arena, train->npackage + 1, sizeof(*train->package));
	train->order = pt_arena_alloc(&store->arena, train->npackage + 1, sizeof(*train->order));
	if (!train->package || !train->order) {
		pt_train_free(train);
		return pt_err_nomem(err);
	}
	*out = train;
	return 0;
}

struct pt_arena *pt_train_arena(const struct pt_train *train)
{
	return &train->store->arena;
}

int pt_train_decide(struct pt_train **out, const struct pt_suite *suite,
		    struct pt_manifest_source *const *sources, int64_t cut_ms, struct pt_err *err)
{
	struct pt_train *train = NULL;
	int rc = pt_train_new(&train, suite, cut_ms, err);

	if (rc < 0)
		return rc;
	struct deciding d = {.train = train, .arena = pt_train_arena(train), .sources = sources};

	rc = decide(&d, err);
	pt_pin_index_free(d.pins);
	if (rc < 0)
		pt_train_free(train);
	else
		*out = train;
	return rc;
}

void pt_train_free(struct pt_train *train)
{
	if (!train)
		return;
	pt_arena_release(&train->store->arena);
	free(train->store);
	free(train);
}

void pt_train_freep(struct pt_train **train)
{
	pt_train_free(*train);
}
