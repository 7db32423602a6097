/*
 * A case as what the program reads: a suite file, a population file, files of orgs,
 * and the releases of its packages, which stand in for git repositories.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_SCENE_H
#define PT_TESTS_SIMULATION_HARNESS_SCENE_H

#include "connectors/manifest/manifest.h"
#include "connectors/push/simulated/platform.h"
#include "tests/simulation/harness/case.h"

enum { SIM_RELEASES = 4, SIM_PATH = 128, SIM_NO_STAGE = 255 };

struct sim_source {
	struct pt_manifest_source base;
	struct pt_release release[SIM_RELEASES];
	size_t nrelease;
	char tag[SIM_RELEASES][16];
	char name[8];
	struct pt_pin pin[SIM_PACKAGES];
	struct pt_manifest manifest;
};

struct sim_scene {
	const struct sim_case *c;
	char folder[SIM_PATH], suite[SIM_PATH];
	struct sim_source source[SIM_PACKAGES];
};

/* Writes the files into the folder, which exists. False: it could not. */
bool sim_scene_write(struct sim_scene *scene, const struct sim_case *c, const char *folder);

/* The files of orgs, once the platform has them. */
bool sim_scene_write_orgs(const struct sim_scene *scene, const struct pt_platform *platform);

/* The population file's text. */
void sim_scene_population(struct pt_buf *out, const struct sim_case *c);

/* Which release of `base` the newest one of `package` needs: an index. */
uint32_t sim_scene_need(const struct sim_case *c, uint32_t package, uint32_t base);

/* The place of that org in the suite: left out by its file; its stage. */
bool sim_scene_excluded(const struct sim_case *c, uint32_t org);
bool sim_scene_wants_approval(const struct sim_case *c, uint32_t stage);
uint8_t sim_scene_stage(const struct sim_case *c, uint32_t org, bool is_sandbox);

#endif
