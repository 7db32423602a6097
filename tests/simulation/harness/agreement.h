/*
 * At the end of a run: what its journal says, read by a process that knows nothing
 * else, against what its engine knew and what is so on the platform.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_AGREEMENT_H
#define PT_TESTS_SIMULATION_HARNESS_AGREEMENT_H

#include "cmd/context.h"
#include "pipeline/journal.h"
#include "tests/simulation/harness/auditor.h"

struct sim_pairs {
	uint32_t norg, npackage;
	struct pt_pair pair[]; /* by package, then org */
};

/* A copy of what the engine knows, to be freed; NULL without memory. */
struct sim_pairs *sim_pairs_of(const struct pt_context *c);

/* The context was put back from the journal. */
void sim_agree(struct sim_auditor *a, const struct pt_context *c, const struct pt_journal *journal,
	       struct pt_platform *platform, const struct sim_pairs *before);

#endif
