/*
 * The orgs of a snapshot on a simulated platform: what the population file's key
 * `snapshot` reads, and a platform peopled with it.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_SETTLERS_H
#define PT_CONNECTORS_PUSH_SIMULATED_SETTLERS_H

#include "connectors/push/simulated/population.h"
#include "connectors/push/simulated/reader.h"

/* `into` is a struct pt_population; sets its snapshot, and its behaviour to what was measured. */
void pt_sim_read_snapshot(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			  void *into);

/* As pt_population_people(), of a population with a snapshot. O(orgs × packages). */
int pt_sim_settle_snapshot(struct pt_platform **out, const struct pt_population *population,
			   const struct pt_sim_catalogue *catalogue, uint64_t seed, int64_t now_ms,
			   struct pt_err *err) PT_MUSTUSE;

#endif
