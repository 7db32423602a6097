/*
 * What was uploaded to the simulated platform: packages and their versions with
 * what each version needs. Whoever opens a platform writes it; the platform
 * copies it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_CATALOGUE_H
#define PT_CONNECTORS_PUSH_SIMULATED_CATALOGUE_H

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

#endif
