/*
 * That the simulation can see: which marks were never reached, and deliberate
 * defects. Of a build with probes (pipeline/probe.h).
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_PROOF_H
#define PT_TESTS_SIMULATION_HARNESS_PROOF_H

#include "tests/simulation/harness/play.h"

/* False: this build has no probes. */
bool sim_has_probes(void);

/* Copies the counts of this process into its sum. */
void sim_take_marks(struct sim_sum *sum);

/* Prints each with its count; how many that should have been reached were not. */
uint32_t sim_say_marks(const struct sim_sum *sum);

/* The i-th defect: its name and what it is; NULL when there are no more. */
const char *sim_defect(const char **what_out, uint32_t i);

/* It is left to the cases by name to show it. */
bool sim_defect_is_rare(const char *name);

/* Switches the one of that name on, or with NULL all off; false: there is none. */
bool sim_switch_defect(const char *name);

#endif
