/*
 * The simulated platform behind the push interface: opens a population over a
 * catalogue of packages. The catalogue is what the platform would know from the
 * packages that were uploaded to it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_SIMULATED_H
#define PT_CONNECTORS_PUSH_SIMULATED_SIMULATED_H

#include "base/errs.h"
#include "connectors/push/push.h"

/* "Needs at least that version of that package", of one version. */
struct pt_sim_need {
	uint32_t package;          /* index into the catalogue's packages */
	struct pt_version version; /* unknown: any version */
};

struct pt_sim_version {
	struct pt_version version;
	struct pt_id id; /* no text: the platform makes one up, the same for the same seed */
	bool beta;
	bool deprecated;
	const struct pt_sim_need *need;
	size_t nneed;
};

struct pt_sim_package {
	const char *name;  /* as the population file calls it, "npsp" */
	const char *title; /* as the platform's messages call it, "Nonprofit Success Pack" */
	const char *namespace_;
	const struct pt_sim_version *version; /* ascending */
	size_t nversion;
	uint32_t target; /* the version that counts as new for the install bases: an index */
};

struct pt_sim_catalogue {
	const struct pt_sim_package *package;
	size_t npackage;
};

/*
 * Reads the population and peoples the platform. The catalogue is copied. Owned
 * by the caller, closed with ops->close. What is wrong with the file is
 * collected in errs. `seed` overrides the file's when it is not negative.
 */
int pt_push_open_simulated(struct pt_push_session **out, const char *population,
			   const struct pt_sim_catalogue *catalogue, int64_t seed, int64_t now_ms,
			   struct pt_errs *errs) PT_MUSTUSE;

#endif
