/* See packages.h. */
#include "connectors/push/simulated/packages.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/rng.h"
#include "connectors/push/simulated/ids.h"

enum { ID_LEN = 15 }; /* the rest is a checksum */

struct pt_sim_version_ref {
	char id[ID_LEN + 1];
	uint32_t package, version;
};

static int ref_cmp(const void *a, const void *b)
{
	const struct pt_sim_version_ref *x = a, *y = b;

	return memcmp(x->id, y->id, ID_LEN);
}

static int copy_needs(struct pt_platform_version *out, struct pt_arena *arena,
		      const struct pt_sim_version *from, size_t npackage, struct pt_err *err)
{
	struct pt_sim_need *need = pt_arena_alloc(arena, from->nneed + 1, sizeof(*need));

	if (!need)
		return pt_err_nomem(err);
	if (from->nneed > PT_SIM_NEEDS_MAX)
		return pt_err_set(err, PT_E_LIMIT, "a version with more than %d needs",
				  PT_SIM_NEEDS_MAX);
	for (size_t i = 0; i < from->nneed; i++) {
		if (from->need[i].package >= npackage)
			return pt_err_set(err, PT_E_INVALID, "a need of no package");
		need[i] = from->need[i];
	}
	out->need = need;
	out->nneed = (uint32_t)from->nneed;
	return 0;
}

/* The draw depends on the numbers and not on how many of them were written. */
static uint64_t version_draw(uint64_t package_draw, const struct pt_version *version)
{
	uint64_t key = package_draw;

	for (size_t i = 0; i < PT_ARRAY_LEN(version->part); i++)
		key = pt_rng_mix(key, version->part[i]);
	return key;
}

static int copy_version(struct pt_platform_version *out, struct pt_arena *arena,
			const struct pt_sim_version *from, uint64_t package_draw, size_t npackage,
			struct pt_err *err)
{
	int rc = 0;

	*out = (struct pt_platform_version){
	    .version = from->version,
	    .beta = from->beta,
	    .deprecated = from->deprecated,
	    .draw = version_draw(package_draw, &from->version),
	    .first_ms = PT_NEVER,
	};
	if (!from->id.text[0])
		out->id = pt_sim_id_drawn("04t", out->draw);
	else
		rc = pt_id_parse(out->id.text, "04t", from->id.text, err);
	return rc < 0 ? rc : copy_needs(out, arena, from, npackage, err);
}

static int copy_versions(struct pt_platform_package *out, struct pt_arena *arena,
			 const struct pt_sim_package *from, size_t npackage, struct pt_err *err)
{
	if (from->nversion > PT_SIM_VERSIONS_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d versions", PT_SIM_VERSIONS_MAX);
	out->version = pt_arena_alloc(arena, from->nversion + 1, sizeof(*out->version));
	if (!out->version)
		return pt_err_nomem(err);
	for (size_t i = 0; i < from->nversion; i++) {
		char text[PT_VERSION_TEXT];
		int rc;

		(void)pt_version_text(text, &from->version[i].version);
		if (i > 0 &&
		    pt_version_cmp(&from->version[i - 1].version, &from->version[i].version) >= 0)
			return pt_err_set(err, PT_E_INVALID, "version %s is out of order", text);
		rc = copy_version(&out->version[i], arena, &from->version[i], out->draw, npackage,
				  err);
		if (rc < 0) {
			(void)pt_err_wrap(err, "version %s", text);
			return rc;
		}
	}
	out->nversion = (uint32_t)from->nversion;
	return 0;
}

static int copy_package(struct pt_platform_package *out, struct pt_arena *arena,
			const struct pt_sim_package *from, size_t npackage, uint64_t seed,
			struct pt_err *err)
{
	int rc;

	out->name = pt_arena_strdup(arena, from->name);
	out->title = pt_arena_strdup(arena, from->title ? from->title : from->name);
	out->namespace_ = pt_arena_strdup(arena, from->namespace_ ? from->namespace_ : from->name);
	if (!out->name || !out->title || !out->namespace_)
		return pt_err_nomem(err);
	out->draw = pt_rng_mix_text(seed, out->namespace_, strlen(out->namespace_));
	out->id = pt_sim_id_drawn("033", out->draw);
	rc = copy_versions(out, arena, from, npackage, err);
	if (rc < 0)
		(void)pt_err_wrap(err, "package '%s'", from->name);
	return rc;
}

static int index_ids(struct pt_sim_packages *packages, struct pt_err *err)
{
	size_t n = 0;

	packages->by_id =
	    pt_arena_alloc(&packages->arena, packages->nversion + 1, sizeof(*packages->by_id));
	if (!packages->by_id)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < packages->n; i++)
		for (uint32_t j = 0; j < packages->item[i].nversion; j++) {
			struct pt_sim_version_ref *ref = &packages->by_id[n++];

			*ref = (struct pt_sim_version_ref){.package = i, .version = j};
			memcpy(ref->id, packages->item[i].version[j].id.text, ID_LEN);
		}
	qsort(packages->by_id, n, sizeof(*packages->by_id), ref_cmp);
	for (size_t i = 1; i < n; i++)
		if (ref_cmp(&packages->by_id[i - 1], &packages->by_id[i]) == 0)
			return pt_err_set(err, PT_E_INVALID, "two versions have the id '%s'",
					  packages->by_id[i].id);
	return 0;
}

int pt_sim_packages_init(struct pt_sim_packages *out, const struct pt_sim_catalogue *catalogue,
			 uint64_t seed, struct pt_err *err)
{
	size_t n = catalogue->npackage;

	*out = (struct pt_sim_packages){.arena = PT_ARENA_INIT};
	out->item = pt_arena_alloc(&out->arena, n + 1, sizeof(*out->item));
	if (!out->item)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		int rc =
		    copy_package(&out->item[i], &out->arena, &catalogue->package[i], n, seed, err);

		if (rc < 0)
			return rc;
		out->nversion += out->item[i].nversion;
	}
	out->n = (uint32_t)n;
	return index_ids(out, err);
}

static bool same_number(const struct pt_platform_version *a, const struct pt_sim_version *b)
{
	return pt_version_cmp(&a->version, &b->version) == 0;
}

static int append_version(struct pt_sim_packages *packages, struct pt_platform_package *package,
			  const struct pt_sim_version *from, struct pt_err *err)
{
	uint32_t n = package->nversion;
	struct pt_platform_version *grown =
	    pt_arena_alloc(&packages->arena, (size_t)n + 1, sizeof(*grown));
	uint64_t draw = package->draw;

	if (!grown)
		return pt_err_nomem(err);
	if (n == PT_SIM_VERSIONS_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d versions", PT_SIM_VERSIONS_MAX);
	if (n > 0)
		memcpy(grown, package->version, n * sizeof(*grown));
	/* The release of what there was a beta of is another version. */
	if (n > 0 && same_number(&grown[n - 1], from))
		draw = pt_rng_mix(draw, n);
	package->version = grown;
	int rc = copy_version(&grown[n], &packages->arena, from, draw, packages->n, err);

	if (rc < 0)
		return rc;
	package->nversion++;
	packages->nversion++;
	return 0;
}

static int upload_version(struct pt_sim_packages *packages, struct pt_platform_package *package,
			  const struct pt_sim_version *from, struct pt_err *err)
{
	uint32_t n = package->nversion;
	const struct pt_platform_version *last = n ? &package->version[n - 1] : NULL;

	for (uint32_t i = 0; i < n; i++) {
		struct pt_platform_version *known = &package->version[i];

		if (known->beta == from->beta && same_number(known, from))
			return known->nneed
				   ? 0
				   : copy_needs(known, &packages->arena, from, packages->n, err);
	}
	if (last && (pt_version_cmp(&last->version, &from->version) > 0 ||
		     (same_number(last, from) && !last->beta)))
		return 0;
	return append_version(packages, package, from, err);
}

int pt_sim_packages_upload(struct pt_sim_packages *packages,
			   const struct pt_sim_catalogue *catalogue, struct pt_err *err)
{
	uint32_t before = packages->nversion;
	int rc = 0;

	if (catalogue->npackage != packages->n)
		return pt_err_set(err, PT_E_INVALID, "it has %u packages, the suite has %zu",
				  packages->n, catalogue->npackage);
	for (uint32_t i = 0; rc == 0 && i < packages->n; i++) {
		const struct pt_sim_package *from = &catalogue->package[i];

		if (strcmp(from->name, packages->item[i].name) != 0)
			return pt_err_set(err, PT_E_INVALID, "it has '%s' where the suite has '%s'",
					  packages->item[i].name, from->name);
		for (size_t k = 0; rc == 0 && k < from->nversion; k++)
			rc = upload_version(packages, &packages->item[i], &from->version[k], err);
	}
	return rc < 0 || packages->nversion == before ? rc : index_ids(packages, err);
}

void pt_sim_packages_release(struct pt_sim_packages *packages)
{
	pt_arena_release(&packages->arena);
	*packages = (struct pt_sim_packages){.arena = PT_ARENA_INIT};
}

bool pt_sim_packages_find_version(uint32_t *package_out, uint32_t *version_out,
				  const struct pt_sim_packages *packages, const struct pt_id *id)
{
	struct pt_sim_version_ref key = {.package = 0};
	const struct pt_sim_version_ref *found;

	memcpy(key.id, id->text, ID_LEN);
	found = bsearch(&key, packages->by_id, packages->nversion, sizeof(key), ref_cmp);
	if (!found)
		return false;
	*package_out = found->package;
	*version_out = found->version;
	return true;
}

bool pt_sim_packages_find(uint32_t *out, const struct pt_sim_packages *packages,
			  const struct pt_id *id)
{
	for (uint32_t i = 0; i < packages->n; i++)
		if (strncmp(packages->item[i].id.text, id->text, ID_LEN) == 0) {
			*out = i;
			return true;
		}
	return false;
}

bool pt_sim_packages_named(uint32_t *out, const struct pt_sim_packages *packages,
			   const char *namespace_)
{
	for (uint32_t i = 0; i < packages->n; i++)
		if (strcmp(packages->item[i].namespace_, namespace_) == 0) {
			*out = i;
			return true;
		}
	return false;
}
