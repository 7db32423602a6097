/*
 * The population file: which orgs a simulated platform has, what they have
 * installed, and what goes wrong there (docs/population-file.md). Read it, then
 * people a platform with it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_POPULATION_H
#define PT_CONNECTORS_PUSH_SIMULATED_POPULATION_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/errs.h"
#include "connectors/push/simulated/orgs.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"
#include "connectors/push/snapshot.h"

enum { PT_POPULATION_ORGS_MAX = 1000000, PT_POPULATION_NSTATUS = 5 };

/* Instances that share a weight evenly: NA1 to NA40, or one name. */
struct pt_population_pods {
	char name[PT_SIM_INSTANCE_TEXT]; /* without the number */
	bool numbered;
	uint32_t from, to;
	uint32_t weight;
};

struct pt_population_instances {
	struct pt_population_pods *pods;
	size_t npods;
	uint64_t weight; /* the sum */
};

/* What an org has. */
struct pt_population_bundle {
	uint32_t *package; /* indices into the catalogue */
	size_t npackage;
	int32_t share_ppm;
};

/* A share of a package's orgs that have that very version. */
struct pt_population_named {
	uint32_t package, version;
	int32_t share_ppm;
};

struct pt_population {
	struct pt_arena arena; /* what the pointers point to */
	uint64_t seed;
	uint32_t norg;
	int32_t sandbox_ppm, blocked_ppm;
	int32_t status_ppm[PT_POPULATION_NSTATUS]; /* in the order of enum pt_org_status */
	struct pt_population_instances production, sandbox;
	struct pt_population_bundle *bundle;
	size_t nbundle;
	int32_t target_ppm, previous_ppm, older_ppm, beta_ppm; /* of the orgs, what they run */
	uint32_t older_from, older_to;                         /* releases behind the target */
	struct pt_population_named *named;
	size_t nnamed;
	struct pt_sim_behaviour behaviour;
	struct pt_sim_failures *package; /* what behaviour.package is while it is read */
	struct pt_sim_api api;
	struct pt_snapshot *snapshot; /* owned; NULL: the orgs are made up */
	uint32_t *snapshot_package;   /* by package of the snapshot: its index */
};

/*
 * Reads and validates over the catalogue. Everything wrong with the file is
 * collected in errs, in file order. Owned by the caller.
 */
int pt_population_read(struct pt_population **out, const char *path,
		       const struct pt_sim_catalogue *catalogue, struct pt_errs *errs) PT_MUSTUSE;

/* The same from memory; `path` names it. */
int pt_population_parse(struct pt_population **out, const char *data, size_t size_bytes,
			const char *path, const struct pt_sim_catalogue *catalogue,
			struct pt_errs *errs) PT_MUSTUSE;

/*
 * What the population is made from, as one digest: the file's text and, if it names one,
 * its snapshot's. Whoever makes the same orgs again later compares it. PT_E_IO.
 */
int pt_population_digest(char out[PT_DIGEST_TEXT], const char *data, size_t size_bytes,
			 const char *path, struct pt_err *err) PT_MUSTUSE;

void pt_population_free(struct pt_population *population);
void pt_population_freep(struct pt_population **population);

/*
 * A platform with these orgs at time now_ms. The catalogue is the one the file
 * was read over; a package without a beta gets one when orgs are to have betas.
 * Owned by the caller. O(orgs log orgs).
 */
int pt_population_people(struct pt_platform **out, const struct pt_population *population,
			 const struct pt_sim_catalogue *catalogue, uint64_t seed, int64_t now_ms,
			 struct pt_err *err) PT_MUSTUSE;

#endif
