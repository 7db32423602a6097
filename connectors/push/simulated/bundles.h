/*
 * The part of the population file that is about the catalogue: which packages
 * orgs have together, and names of packages and versions.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_BUNDLES_H
#define PT_CONNECTORS_PUSH_SIMULATED_BUNDLES_H

#include "connectors/push/simulated/reader.h"

/* What the scalar names; false, with a complaint, when it names nothing. */
bool pt_sim_find_package(uint32_t *out, struct pt_sim_reader *reader,
			 const struct pt_yaml_node *name);
bool pt_sim_find_version(uint32_t *out, struct pt_sim_reader *reader, uint32_t package,
			 const struct pt_yaml_node *name);

/* `into` is a struct pt_population. */
void pt_sim_read_bundles(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);

#endif
