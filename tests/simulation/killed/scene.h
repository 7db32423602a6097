/*
 * The suites and trains that are driven: a chain of three packages and a diamond of six,
 * with the settings that decide how their jobs get to the platform.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_SCENE_H
#define PT_TESTS_SIMULATION_KILLED_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { SCENE_MAX_PACKAGES = 8, SCENE_NSCENE = 8 };

/* What every suite's train and run are called. */
#define SCENE_TRAIN "weekly"
#define SCENE_RUN   "weekly-2026-02-03"

/* Released as MAJOR.0, which the orgs have, and MAJOR.1, which is on the train. */
struct scene_package {
	const char *name;
	unsigned major;
	unsigned needs; /* bits: the packages, at the train's versions */
};

struct scene {
	const char *suite; /* the name of the folder with its repositories */
	const struct scene_package *package;
	uint32_t npackage;
	bool confirmed; /* the order, else by offset */
	unsigned bulk_above;
	const char *request_size;
	unsigned running;
	const char *latency; /* of the platform's answers: what was carried out is not yet known */
};

extern const struct scene scene_all[SCENE_NSCENE];

/* The repositories of every suite, below that folder. */
int scene_make_repos(const char *folder, struct pt_err *err) PT_MUSTUSE;

/* suite.yaml and population.yaml, in a folder beside those of the repositories. */
int scene_write(const struct scene *scene, const char *folder, struct pt_err *err) PT_MUSTUSE;

/* A file of some text in that folder. */
int scene_write_file(const char *folder, const char *name, const char *text,
		     struct pt_err *err) PT_MUSTUSE;

#endif
