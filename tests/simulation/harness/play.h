/*
 * Plays cases one after the other: undisturbed first, then with their faults, and
 * says what is wrong with those that fail, as small as it can be made.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_PLAY_H
#define PT_TESTS_SIMULATION_HARNESS_PLAY_H

#include <stdio.h>

#include "pipeline/probe.h"
#include "tests/simulation/harness/world.h"

#ifdef PT_PROBES
enum { SIM_MARKS = PT_NMARK };
#else
enum { SIM_MARKS = 1 };
#endif

/* What some cases came to. */
struct sim_sum {
	uint64_t ncase, nfailed, ncall, nlife, ncompared, nhappened[NFAULT];
	uint64_t first_failed; /* the lowest seed; 0: none */
	uint64_t marks[SIM_MARKS];
};

struct sim_worker {
	char folder[SIM_PATH];
	struct sim_sum sum;
	bool quiet; /* what fails is counted, and not said */
};

/* A folder of its own, in memory where the machine has such. */
bool sim_worker_begin(struct sim_worker *w);
void sim_worker_end(struct sim_worker *w);

/* Draws the case of that seed and plays it. */
void sim_play_seed(struct sim_worker *w, uint64_t seed);

/* The case alone, traced; what is wrong is appended. */
bool sim_play_traced(struct sim_worker *w, const struct sim_case *c, FILE *trace,
		     struct pt_buf *text);

/* Undisturbed first, to compare the ends. */
bool sim_play_both(struct sim_worker *w, const struct sim_case *c, struct pt_buf *text);

/* What the train comes to undisturbed: its calls, and whether it holds. To be released. */
bool sim_play_calm(struct sim_story *out, struct sim_worker *w, const struct sim_case *c);

/* With its faults, against that. Says what is wrong, made small, unless quiet. */
void sim_play_against(struct sim_worker *w, const struct sim_case *c, const struct sim_story *calm);

void sim_sum_add(struct sim_sum *into, const struct sim_sum *from);

#endif
