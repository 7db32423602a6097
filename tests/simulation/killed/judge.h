/*
 * Holds a run against the promises, by what the platform has on record and nothing else.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_JUDGE_H
#define PT_TESTS_SIMULATION_KILLED_JUDGE_H

#include "tests/simulation/killed/hub.h"

/* Orgs that the suite's file leaves out. */
bool judge_is_excluded(uint32_t org);

/* What each org has at the end, and how many jobs of each package succeeded and were made. */
struct judged {
	struct hub_orgs after;
	uint32_t njob[SCENE_MAX_PACKAGES], nsucceeded[SCENE_MAX_PACKAGES];
};

/*
 * The run has ended; `before` is from before it departed. PT_E_REFUSED with the first
 * promise that was not kept. Moves the platform's clock on, so that its records are up
 * to date.
 */
int judge_run(struct judged *out, const struct hub *hub, const struct scene *scene,
	      const struct hub_orgs *before, struct pt_err *err) PT_MUSTUSE;

/* The same orgs have the same versions. */
int judge_same_end(const struct hub_orgs *got, const struct hub_orgs *expected,
		   const struct scene *scene, struct pt_err *err) PT_MUSTUSE;

#endif
