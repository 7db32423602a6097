/*
 * Makes a failing case smaller while it goes on failing: fewer faults, plainer
 * knobs, fewer edges.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_SHRINK_H
#define PT_TESTS_SIMULATION_HARNESS_SHRINK_H

#include "tests/simulation/harness/case.h"

/* Asks at most so many times. */
void sim_shrink(struct sim_case *c, bool (*fails)(void *context, const struct sim_case *c),
		void *context, uint32_t most);

#endif
