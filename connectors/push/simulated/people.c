/* See population.h. Here: orgs drawn one by one, each from its own ordinal. */
#include "connectors/push/simulated/population.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "config/suite.h"
#include "connectors/push/simulated/ids.h"
#include "connectors/push/simulated/settlers.h"

/* What a draw is about; part of its key. */
enum about {
	ABOUT_ORG = 100,
	ABOUT_TYPE,
	ABOUT_PARENT,
	ABOUT_STATUS,
	ABOUT_PODS,
	ABOUT_POD,
	ABOUT_BUNDLE,
	ABOUT_BLOCKED,
	ABOUT_AGE,
	ABOUT_RELEASES,
	ABOUT_NAMED,
};

struct person {
	struct pt_platform_org org;
	uint64_t draw; /* its own */
	uint64_t home; /* of the production org that it is, or is a copy of */
};

/* What install bases are made of, by package. */
struct shelf {
	uint32_t *release; /* the versions up to the target, betas left out */
	uint32_t nrelease; /* at least 1 in a package of a bundle */
	uint32_t beta;     /* the newest; PT_PLATFORM_NONE */
	uint64_t draw;
};

struct world {
	const struct pt_population *population;
	struct pt_sim_catalogue catalogue; /* with betas made up where there were none */
	struct pt_arena arena;
	struct shelf *shelf;
	uint32_t *installed; /* of the org being settled */
};

static bool happens(int32_t ppm, uint64_t draw, uint64_t about)
{
	return pt_rng_below(pt_rng_mix(draw, about), PT_RATIO_ONE) < (uint64_t)ppm;
}

/* The release after all others that are known, as a beta. */
static struct pt_sim_version next_beta(const struct pt_sim_package *package)
{
	struct pt_sim_version beta = {.beta = true};

	beta.version = package->version[package->nversion - 1].version;
	beta.version.part[1]++;
	beta.version.part[2] = beta.version.part[3] = 0;
	beta.version.npart = 2;
	return beta;
}

static bool has_beta(const struct pt_sim_package *package)
{
	for (size_t i = 0; i < package->nversion; i++)
		if (package->version[i].beta)
			return true;
	return package->nversion == 0;
}

/* Orgs are to run betas, so every package must have one. */
static int add_betas(struct world *world, const struct pt_sim_catalogue *from, struct pt_err *err)
{
	struct pt_sim_package *package =
	    pt_arena_alloc(&world->arena, from->npackage + 1, sizeof(*package));

	if (!package)
		return pt_err_nomem(err);
	for (size_t i = 0; i < from->npackage; i++) {
		size_t n = from->package[i].nversion;
		struct pt_sim_version *version;

		package[i] = from->package[i];
		if (has_beta(&package[i]))
			continue;
		version = pt_arena_alloc(&world->arena, n + 1, sizeof(*version));
		if (!version)
			return pt_err_nomem(err);
		memcpy(version, package[i].version, n * sizeof(*version));
		version[n] = next_beta(&package[i]);
		package[i].version = version;
		package[i].nversion++;
	}
	world->catalogue.package = package;
	return 0;
}

static int fill_shelf(struct shelf *out, struct pt_arena *arena,
		      const struct pt_sim_package *package, uint64_t seed, struct pt_err *err)
{
	out->release = pt_arena_alloc(arena, package->nversion + 1, sizeof(*out->release));
	if (!out->release)
		return pt_err_nomem(err);
	out->beta = PT_PLATFORM_NONE;
	out->draw = pt_rng_mix_text(seed, package->name, strlen(package->name));
	for (uint32_t i = 0; i < package->nversion; i++) {
		if (package->version[i].beta)
			out->beta = i;
		if (i == package->target || (i < package->target && !package->version[i].beta))
			out->release[out->nrelease++] = i;
	}
	return 0;
}

static int world_init(struct world *out, const struct pt_population *population,
		      const struct pt_sim_catalogue *catalogue, uint64_t seed, struct pt_err *err)
{
	size_t n = catalogue->npackage;

	*out = (struct world){
	    .population = population, .catalogue = *catalogue, .arena = PT_ARENA_INIT};
	if (population->beta_ppm > 0 && add_betas(out, catalogue, err) < 0)
		return -PT_E_NOMEM;
	out->shelf = pt_arena_alloc(&out->arena, n + 1, sizeof(*out->shelf));
	out->installed = pt_arena_alloc(&out->arena, n + 1, sizeof(*out->installed));
	if (!out->shelf || !out->installed)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if (fill_shelf(&out->shelf[i], &out->arena, &out->catalogue.package[i], seed, err) <
		    0)
			return -PT_E_NOMEM;
	return 0;
}

static void draw_instance(char out[PT_SIM_INSTANCE_TEXT],
			  const struct pt_population_instances *instances, uint64_t draw)
{
	uint64_t at = pt_rng_below(pt_rng_mix(draw, ABOUT_PODS), instances->weight);
	const struct pt_population_pods *pods = instances->pods;
	uint64_t number;

	while (at >= pods->weight)
		at -= pods++->weight;
	number = pt_rng_below(pt_rng_mix(draw, ABOUT_POD), pods->to - pods->from + 1);
	if (pods->numbered)
		snprintf(out, PT_SIM_INSTANCE_TEXT, "%s%u", pods->name,
			 pods->from + (unsigned)number);
	else
		snprintf(out, PT_SIM_INSTANCE_TEXT, "%s", pods->name);
}

static uint8_t draw_status(const struct pt_population *population, uint64_t draw)
{
	uint64_t at = pt_rng_below(pt_rng_mix(draw, ABOUT_STATUS), PT_RATIO_ONE);
	unsigned i = 0;

	while (i + 1 < PT_POPULATION_NSTATUS && at >= (uint64_t)population->status_ppm[i])
		at -= (uint64_t)population->status_ppm[i++];
	return (uint8_t)(PT_ORG_ACTIVE << i);
}

static void draw_person(struct person *out, const struct pt_population *population, uint64_t seed,
			uint32_t ordinal)
{
	uint64_t draw = pt_rng_mix(pt_rng_mix(seed, ABOUT_ORG), ordinal);
	bool sandbox = happens(population->sandbox_ppm, draw, ABOUT_TYPE);

	*out = (struct person){.draw = draw, .home = draw};
	out->org.key = pt_sim_org_key(pt_rng_mix(seed, ABOUT_ORG), ordinal);
	out->org.type = sandbox ? PT_ORG_SANDBOX : PT_ORG_PRODUCTION;
	out->org.status = draw_status(population, draw);
	draw_instance(out->org.instance, sandbox ? &population->sandbox : &population->production,
		      draw);
}

/* A sandbox is a copy of a production org: it has the same packages and the same owner. */
static void find_parents(struct person *person, uint32_t n, uint32_t *production)
{
	uint32_t nproduction = 0;

	for (uint32_t i = 0; i < n; i++)
		if (person[i].org.type == PT_ORG_PRODUCTION)
			production[nproduction++] = i;
	for (uint32_t i = 0; nproduction > 0 && i < n; i++) {
		const struct person *parent;

		if (person[i].org.type != PT_ORG_SANDBOX)
			continue;
		parent = &person[production[pt_rng_below(pt_rng_mix(person[i].draw, ABOUT_PARENT),
							 nproduction)]];
		person[i].org.parent = parent->org.key;
		person[i].home = parent->draw;
	}
}

static int person_cmp(const void *a, const void *b)
{
	const struct person *x = a, *y = b;

	return pt_org_key_cmp(&x->org.key, &y->org.key);
}

static const struct pt_population_bundle *draw_bundle(const struct pt_population *population,
						      uint64_t home)
{
	uint64_t at = pt_rng_below(pt_rng_mix(home, ABOUT_BUNDLE), PT_RATIO_ONE);
	const struct pt_population_bundle *bundle = population->bundle;
	const struct pt_population_bundle *last = bundle + population->nbundle - 1;

	while (bundle < last && at >= (uint64_t)bundle->share_ppm)
		at -= (uint64_t)bundle++->share_ppm;
	return bundle;
}

/* How many releases the org is behind in everything; UINT32_MAX: it runs betas. */
static uint32_t draw_age(const struct pt_population *population, uint64_t draw)
{
	int64_t at = (int64_t)pt_rng_below(pt_rng_mix(draw, ABOUT_AGE), PT_RATIO_ONE);

	at -= population->target_ppm;
	if (at < 0)
		return 0;
	at -= population->previous_ppm;
	if (at < 0)
		return 1;
	at -= population->older_ppm;
	if (at >= 0)
		return UINT32_MAX;
	return population->older_from +
	       (uint32_t)pt_rng_below(pt_rng_mix(draw, ABOUT_RELEASES),
				      population->older_to - population->older_from + 1);
}

static uint32_t version_of_age(const struct shelf *shelf, uint32_t age)
{
	if (age == UINT32_MAX && shelf->beta != PT_PLATFORM_NONE)
		return shelf->beta;
	if (age == UINT32_MAX)
		age = 1;
	return shelf->release[age < shelf->nrelease ? shelf->nrelease - 1 - age : 0];
}

/* The versions that the file names come before how old the org is. */
static uint32_t draw_version(const struct world *world, uint32_t package, uint64_t draw,
			     uint32_t age)
{
	const struct pt_population *population = world->population;
	uint64_t key = pt_rng_mix(pt_rng_mix(draw, ABOUT_NAMED), world->shelf[package].draw);
	int64_t at = (int64_t)pt_rng_below(key, PT_RATIO_ONE);

	for (size_t i = 0; i < population->nnamed; i++) {
		if (population->named[i].package != package)
			continue;
		at -= population->named[i].share_ppm;
		if (at < 0)
			return population->named[i].version;
	}
	return version_of_age(&world->shelf[package], age);
}

/* The first release that satisfies the need, or the newest version there is. */
static uint32_t lowest_satisfying(const struct pt_sim_package *package,
				  const struct pt_version *need)
{
	uint32_t low = 0, high = (uint32_t)package->nversion;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pt_version_cmp(&package->version[middle].version, need) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + 1 < package->nversion && package->version[low].beta)
		low++;
	return low < package->nversion ? low : (uint32_t)package->nversion - 1;
}

/* Raises what that package needs to where it must have been; says whether it did. */
static bool raise_bases(struct world *world, uint32_t package)
{
	const struct pt_sim_package *all = world->catalogue.package;
	const struct pt_sim_version *has = &all[package].version[world->installed[package]];
	bool raised = false;

	for (size_t i = 0; i < has->nneed; i++) {
		const struct pt_sim_need *need = &has->need[i];
		uint32_t *base = &world->installed[need->package], lowest;

		if (*base == PT_PLATFORM_NONE ||
		    pt_version_cmp(&all[need->package].version[*base].version, &need->version) >= 0)
			continue;
		lowest = lowest_satisfying(&all[need->package], &need->version);
		raised |= lowest > *base;
		*base = lowest > *base ? lowest : *base;
	}
	return raised;
}

/* What an org has was installed in order, so each package finds what it needs. */
static void draw_installed(struct world *world, const struct pt_population_bundle *bundle,
			   uint64_t draw)
{
	uint32_t age = draw_age(world->population, draw);
	bool raised = true;

	for (size_t i = 0; i < world->catalogue.npackage; i++)
		world->installed[i] = PT_PLATFORM_NONE;
	for (size_t i = 0; i < bundle->npackage; i++)
		world->installed[bundle->package[i]] =
		    draw_version(world, bundle->package[i], draw, age);
	while (raised) {
		raised = false;
		for (size_t i = 0; i < bundle->npackage; i++)
			raised |= raise_bases(world, bundle->package[i]);
	}
}

static int settle(struct pt_platform *platform, struct world *world, const struct person *person,
		  struct pt_err *err)
{
	const struct pt_population_bundle *bundle = draw_bundle(world->population, person->home);
	bool blocked = happens(world->population->blocked_ppm, person->home, ABOUT_BLOCKED);
	struct pt_platform_change change = {.at_ms = pt_platform_now_ms(platform)};
	int rc = pt_platform_add_org(&change.org, platform, &person->org, err);

	if (rc < 0)
		return rc;
	draw_installed(world, bundle, person->draw);
	for (size_t i = 0; rc == 0 && i < bundle->npackage; i++) {
		change.package = bundle->package[i];
		change.kind = PT_CHANGE_INSTALLED;
		change.value = world->installed[change.package];
		rc = pt_platform_change(platform, &change, err);
		if (rc < 0 || !blocked)
			continue;
		change.kind = PT_CHANGE_BLOCKED;
		change.value = 1;
		rc = pt_platform_change(platform, &change, err);
	}
	return rc;
}

/* In order of keys, in which a platform takes orgs fastest. */
static int settle_all(struct pt_platform *platform, struct world *world, uint64_t seed,
		      struct pt_err *err)
{
	uint32_t n = world->population->norg;
	struct person *person = malloc(n * sizeof(*person));
	uint32_t *production = malloc(n * sizeof(*production));
	int rc = 0;

	if (!person || !production) {
		rc = pt_err_nomem(err);
		goto out;
	}
	for (uint32_t i = 0; i < n; i++)
		draw_person(&person[i], world->population, seed, i);
	find_parents(person, n, production);
	qsort(person, n, sizeof(*person), person_cmp);
	rc = pt_platform_reserve_orgs(platform, n, err);
	for (uint32_t i = 0; rc == 0 && i < n; i++)
		rc = settle(platform, world, &person[i], err);
out:
	free(production);
	free(person);
	return rc;
}

int pt_population_people(struct pt_platform **out, const struct pt_population *population,
			 const struct pt_sim_catalogue *catalogue, uint64_t seed, int64_t now_ms,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_platform_freep) struct pt_platform *platform = NULL;
	struct world world;
	int rc;

	if (population->snapshot)
		return pt_sim_settle_snapshot(out, population, catalogue, seed, now_ms, err);
	rc = world_init(&world, population, catalogue, seed, err);
	if (rc == 0)
		rc = pt_platform_new(&platform, &world.catalogue, &population->behaviour, seed,
				     now_ms, err);
	if (rc == 0)
		rc = settle_all(platform, &world, seed, err);
	pt_arena_release(&world.arena);
	if (rc == 0)
		*out = pt_take(platform);
	return rc;
}
