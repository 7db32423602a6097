/* See settlers.h. */
#include "connectors/push/simulated/settlers.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "config/suite.h"

static int32_t share_of(uint64_t n, uint64_t of)
{
	return of ? (int32_t)((double)n / (double)of * PT_RATIO_ONE + 0.5) : 0;
}

/* Shares where something was counted; else nothing goes wrong. */
static struct pt_sim_failures failures_of(const struct pt_snapshot *s,
					  const struct pt_snapshot_pushes *n)
{
	const struct pt_snapshot_delay *not_yet = &s->delay[PT_SNAPSHOT_NOT_YET];

	return (struct pt_sim_failures){
	    .transient_ppm = share_of(n->transient, n->jobs),
	    .stuck_ppm = share_of(n->stuck, n->jobs),
	    .permanent_ppm = share_of(n->permanent, n->orgs),
	    .not_yet_ppm = share_of(n->not_yet, n->places),
	    .not_yet_for = {not_yet->typical_ms, not_yet->max_ms},
	    .stuck_for = {24 * INT64_C(3600000), 24 * INT64_C(3600000)},
	};
}

static struct pt_sim_spread spread_of(const struct pt_snapshot *s, enum pt_snapshot_length length)
{
	return (struct pt_sim_spread){s->delay[length].typical_ms, s->delay[length].max_ms};
}

/* Its packages are packages of the catalogue; in order of the snapshot. */
static bool find_packages(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			  struct pt_population *population)
{
	const struct pt_sim_catalogue *catalogue = reader->catalogue;
	const struct pt_snapshot *s = population->snapshot;

	for (size_t i = 0; i < s->npackage; i++) {
		uint32_t p = 0;

		while (p < catalogue->npackage &&
		       strcmp(catalogue->package[p].name, s->package[i].name) != 0)
			p++;
		if (p == catalogue->npackage) {
			pt_sim_complain(reader, node,
					"the snapshot has a package '%.60s', the suite has none "
					"of that name",
					s->package[i].name);
			return false;
		}
		population->snapshot_package[i] = p;
		population->package[p] = failures_of(s, &s->package[i].pushes);
	}
	return true;
}

void pt_sim_read_snapshot(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into)
{
	struct pt_population *population = into;
	struct pt_sim_behaviour *behaviour = &population->behaviour;
	const char *text = pt_sim_text(reader, node, "the path of a snapshot");
	char *path = text ? pt_file_beside(node->src.file, text) : NULL;
	struct pt_err err = PT_ERR_INIT;

	if (!text)
		return;
	if (!path || pt_snapshot_read(&population->snapshot, path, &err) < 0) {
		reader->nomem |= !path || err.code == PT_E_NOMEM;
		if (err.code != PT_OK)
			pt_errs_add(reader->errs, &err);
		free(path);
		return;
	}
	free(path);
	population->snapshot_package = pt_sim_reader_alloc(
	    reader, population->snapshot->npackage + 1, sizeof(*population->snapshot_package));
	population->package = pt_sim_reader_alloc(reader, reader->catalogue->npackage + 1,
						  sizeof(*population->package));
	if (!population->snapshot_package || !population->package ||
	    !find_packages(reader, node, population))
		return;
	behaviour->package = population->package;
	behaviour->start_delay = spread_of(population->snapshot, PT_SNAPSHOT_START);
	behaviour->job_delay = spread_of(population->snapshot, PT_SNAPSHOT_JOB);
	behaviour->job_duration = spread_of(population->snapshot, PT_SNAPSHOT_DURATION);
	population->norg = (uint32_t)population->snapshot->norg;
}

/* The catalogue with all that the orgs of the snapshot have. */
struct shop {
	struct pt_sim_catalogue catalogue;
	struct pt_arena arena;
	uint16_t **version; /* by package and version of the snapshot: the version's index */
};

static bool same_release(const struct pt_version *a, const struct pt_version *b)
{
	return memcmp(a->part, b->part, 3 * sizeof(a->part[0])) == 0;
}

/* The release that people mean by that number, whatever its build. */
static struct pt_sim_version *release_of(struct pt_sim_version *version, size_t n,
					 const struct pt_version *number)
{
	for (size_t i = 0; i < n; i++) {
		bool same = version[i].version.npart == 4
				? pt_version_cmp(&version[i].version, number) == 0
				: same_release(&version[i].version, number);

		if (!version[i].beta && same)
			return &version[i];
	}
	return NULL;
}

/* Repositories do not tell builds: a release gets one above its betas, or that which orgs have. */
static void number_builds(struct pt_sim_version *version, size_t n,
			  const struct pt_snapshot_package *from)
{
	for (size_t k = 0; k < from->nversion; k++) {
		const struct pt_snapshot_version *seen = &from->version[k];
		uint32_t build = seen->version.part[3] + (seen->released ? 0 : 1);

		for (size_t i = 0; i < n; i++) {
			if (!version[i].beta && version[i].version.npart < 4 &&
			    same_release(&version[i].version, &seen->version) &&
			    version[i].version.part[3] < build)
				version[i].version.part[3] = build;
		}
	}
}

static int by_number(const void *left, const void *right)
{
	const struct pt_sim_version *a = left, *b = right;

	return pt_version_cmp(&a->version, &b->version);
}

/* Where the version is now; there is one such. */
static uint16_t index_of(const struct pt_sim_package *package, const struct pt_version *number)
{
	size_t i = 0;

	while (i + 1 < package->nversion &&
	       pt_version_cmp(&package->version[i].version, number) != 0)
		i++;
	return (uint16_t)i;
}

static int stock(struct shop *shop, struct pt_sim_package *package,
		 const struct pt_snapshot_package *from, uint16_t *index, struct pt_err *err)
{
	size_t n = package->nversion, known = n;
	struct pt_sim_version *version =
	    pt_arena_alloc(&shop->arena, n + from->nversion + 1, sizeof(*version));
	struct pt_version *number =
	    pt_arena_alloc(&shop->arena, from->nversion + 1, sizeof(*number));
	struct pt_version target;

	if (!version || !number)
		return pt_err_nomem(err);
	if (n > 0)
		memcpy(version, package->version, n * sizeof(*version));
	number_builds(version, known, from);
	for (size_t k = 0; k < from->nversion; k++) {
		const struct pt_snapshot_version *seen = &from->version[k];
		const struct pt_sim_version *release =
		    seen->released ? release_of(version, known, &seen->version) : NULL;

		number[k] = release ? release->version : seen->version;
		if (!release)
			version[n++] = (struct pt_sim_version){.version = seen->version,
							       .beta = !seen->released};
	}
	target = version[package->target].version;
	qsort(version, n, sizeof(*version), by_number);
	package->version = version;
	package->nversion = n;
	package->target = index_of(package, &target);
	for (size_t k = 0; k < from->nversion; k++)
		index[k] = index_of(package, &number[k]);
	return 0;
}

static int shop_init(struct shop *out, const struct pt_population *population,
		     const struct pt_sim_catalogue *catalogue, struct pt_err *err)
{
	const struct pt_snapshot *s = population->snapshot;
	struct pt_sim_package *package;
	int rc = 0;

	*out = (struct shop){.arena = PT_ARENA_INIT};
	package = pt_arena_alloc(&out->arena, catalogue->npackage + 1, sizeof(*package));
	out->version =
	    (uint16_t **)pt_arena_alloc(&out->arena, s->npackage + 1, sizeof(*out->version));
	if (!package || !out->version)
		return pt_err_nomem(err);
	memcpy(package, catalogue->package, catalogue->npackage * sizeof(*package));
	for (size_t i = 0; rc == 0 && i < s->npackage; i++) {
		out->version[i] = pt_arena_alloc(&out->arena, s->package[i].nversion + 1,
						 sizeof(*out->version[i]));
		if (!out->version[i])
			return pt_err_nomem(err);
		rc = stock(out, &package[population->snapshot_package[i]], &s->package[i],
			   out->version[i], err);
	}
	out->catalogue = (struct pt_sim_catalogue){package, catalogue->npackage};
	return rc;
}

static int install(struct pt_platform *platform, struct pt_platform_change *change,
		   const struct pt_snapshot_cell *cell, uint16_t version, struct pt_err *err)
{
	int rc;

	change->kind = PT_CHANGE_INSTALLED;
	change->value = version;
	rc = pt_platform_change(platform, change, err);
	if (rc == 0 && cell->uninstalled) {
		change->value = PT_PLATFORM_NONE;
		rc = pt_platform_change(platform, change, err);
	}
	if (rc == 0 && cell->blocked) {
		change->kind = PT_CHANGE_BLOCKED;
		change->value = 1;
		rc = pt_platform_change(platform, change, err);
	}
	return rc;
}

static int settle(struct pt_platform *platform, const struct pt_population *population,
		  const struct shop *shop, size_t i, struct pt_err *err)
{
	const struct pt_snapshot *s = population->snapshot;
	const struct pt_snapshot_org *from = &s->org[i];
	const struct pt_snapshot_cell *cell = &s->cell[i * s->npackage];
	struct pt_platform_org org = {
	    .key = from->key, .parent = from->parent, .type = from->type, .status = from->status};
	struct pt_platform_change change = {.at_ms = pt_platform_now_ms(platform)};
	int rc;

	memcpy(org.instance, from->instance, sizeof(org.instance));
	rc = pt_platform_add_org(&change.org, platform, &org, err);
	for (size_t p = 0; rc == 0 && p < s->npackage; p++) {
		if (cell[p].version == PT_SNAPSHOT_NOTHING)
			continue;
		change.package = population->snapshot_package[p];
		rc = install(platform, &change, &cell[p], shop->version[p][cell[p].version], err);
	}
	return rc;
}

int pt_sim_settle_snapshot(struct pt_platform **out, const struct pt_population *population,
			   const struct pt_sim_catalogue *catalogue, uint64_t seed, int64_t now_ms,
			   struct pt_err *err)
{
	PT_CLEANUP(pt_platform_freep) struct pt_platform *platform = NULL;
	size_t norg = population->snapshot->norg;
	struct shop shop;
	int rc = shop_init(&shop, population, catalogue, err);

	if (rc == 0)
		rc = pt_platform_new(&platform, &shop.catalogue, &population->behaviour, seed,
				     now_ms, err);
	if (rc == 0)
		rc = pt_platform_reserve_orgs(platform, norg, err);
	for (size_t i = 0; rc == 0 && i < norg; i++)
		rc = settle(platform, population, &shop, i, err);
	pt_arena_release(&shop.arena);
	if (rc == 0)
		*out = pt_take(platform);
	return rc;
}
