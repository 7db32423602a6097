/*
 * Cases with names, in a file: what other clients got wrong, and what the simulation
 * found here. A line each: name | defect | case. Each must hold, and in a build with
 * probes its defect ("-": none) must break it.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_CASES_H
#define PT_TESTS_SIMULATION_HARNESS_CASES_H

/* Plays them all and says how each went; 0: as they should. */
int sim_play_cases(const char *path);

#endif
