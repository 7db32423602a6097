/*
 * How many pushes had arrived when: of each package and of all, from the requests of a run.
 */
#ifndef PT_PIPELINE_REPORT_CONVERGENCE_H
#define PT_PIPELINE_REPORT_CONVERGENCE_H

#include "pipeline/history/history.h"

/* From then on so many had. */
struct pt_arrival {
	int64_t at_ms;
	uint64_t n;
};

struct pt_arrivals {
	struct pt_arrival *step; /* by time, one for each moment */
	size_t nstep;
	uint64_t eligible;
	uint64_t elsewhere; /* arrived by somebody else's push, at a time that nobody knows */
};

struct pt_convergence {
	struct pt_arrivals *package; /* of each */
	struct pt_arrivals all;
	int64_t from_ms, to_ms; /* from < to */
};

/*
 * In that arena. The history has its orgs and requests; an org's arrival is when the last
 * request that brought it the package was done. O(requests log requests + jobs + orgs x packages).
 */
int pt_convergence_find(struct pt_convergence *out, const struct pt_history *history,
			const struct pt_stage_figures *package_sum, struct pt_arena *arena,
			struct pt_err *err) PT_MUSTUSE;

/* When that share had arrived; PT_NEVER: it has not yet. */
int64_t pt_arrivals_reach(const struct pt_arrivals *arrivals, unsigned percent);

#endif
