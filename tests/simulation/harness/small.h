/*
 * Small scopes, all of them: every graph of up to four packages, up to three orgs,
 * every kind of fault at every call. Two faults at a time for up to two packages,
 * three for one package and one org.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_SMALL_H
#define PT_TESTS_SIMULATION_HARNESS_SMALL_H

#include "tests/simulation/harness/play.h"

/* Every `stride`-th case from number `first` on. */
void sim_play_small(struct sim_worker *w, uint64_t first, uint64_t stride);

#endif
