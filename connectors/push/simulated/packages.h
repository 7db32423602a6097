/*
 * The platform's own copy of the catalogue: every package and version has an id
 * here, and can be found by it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_PACKAGES_H
#define PT_CONNECTORS_PUSH_SIMULATED_PACKAGES_H

#include "base/arena.h"
#include "connectors/push/simulated/catalogue.h"

struct pt_platform_version {
	struct pt_version version;
	struct pt_id id;
	bool beta, deprecated;
	const struct pt_sim_need *need;
	uint32_t nneed;
	uint64_t draw;    /* stands for the version in draws */
	int64_t first_ms; /* when a push request for it was made first; PT_NEVER */
};

struct pt_platform_package {
	const char *name, *title, *namespace_;
	struct pt_id id;
	struct pt_platform_version *version; /* ascending */
	uint32_t nversion;
	uint64_t draw; /* stands for the package in draws */
};

struct pt_sim_packages {
	struct pt_platform_package *item;
	uint32_t n;
	struct pt_sim_version_ref *by_id;
	uint32_t nversion; /* of all packages */
	struct pt_arena arena;
};

/* Versions of one package, needs of one version. */
enum { PT_SIM_VERSIONS_MAX = 60000, PT_SIM_NEEDS_MAX = 250 };

/*
 * Copies. PT_E_INVALID: versions that do not ascend, an id that is none or is
 * used twice, a need beyond the catalogue; PT_E_LIMIT. Release it even so.
 */
int pt_sim_packages_init(struct pt_sim_packages *out, const struct pt_sim_catalogue *catalogue,
			 uint64_t seed, struct pt_err *err) PT_MUSTUSE;
/*
 * Takes in what a later catalogue of the same packages has more: needs of versions
 * that had none, and versions above all that were there. One that belongs between
 * them is left out, since versions keep their numbers.
 */
int pt_sim_packages_upload(struct pt_sim_packages *packages,
			   const struct pt_sim_catalogue *catalogue, struct pt_err *err) PT_MUSTUSE;
void pt_sim_packages_release(struct pt_sim_packages *packages);

/* By 15 or 18 characters. */
bool pt_sim_packages_find_version(uint32_t *package_out, uint32_t *version_out,
				  const struct pt_sim_packages *packages, const struct pt_id *id);
bool pt_sim_packages_find(uint32_t *out, const struct pt_sim_packages *packages,
			  const struct pt_id *id);
bool pt_sim_packages_named(uint32_t *out, const struct pt_sim_packages *packages,
			   const char *namespace_);

#endif
