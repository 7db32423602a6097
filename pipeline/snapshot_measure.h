/*
 * How pushes went, measured in the platform's own history: how many of what went wrong,
 * and how long things took.
 */
#ifndef PT_PIPELINE_SNAPSHOT_MEASURE_H
#define PT_PIPELINE_SNAPSHOT_MEASURE_H

#include "connectors/push/snapshot.h"
#include "pipeline/classify.h"

struct pt_measure {
	struct pt_classifier *classifier;         /* owned */
	struct pt_snapshot_pushes *pushes;        /* owned; by package */
	struct pt_buf times[PT_SNAPSHOT_NLENGTH]; /* int64_t, milliseconds */
};

/* Release it even when it fails. */
int pt_measure_init(struct pt_measure *out, const struct pt_suite *suite, size_t npackage,
		    struct pt_err *err) PT_MUSTUSE;
void pt_measure_release(struct pt_measure *measure);

struct pt_measure_job {
	uint32_t package;
	int64_t now_ms;
	/* Where the org lives; "" if that is not known. */
	const char *(*instance_of)(void *context, const struct pt_org_key *org);
	void *context;
};

/* The past jobs of one package, all of them at once. O(jobs log jobs). */
int pt_measure_take(struct pt_measure *measure, const struct pt_measure_job *about,
		    const struct pt_push_reply *reply, struct pt_err *err) PT_MUSTUSE;

/*
 * Typical is the median; max is such that the model's draws exceed the measured 95th
 * percentile in one case of twenty as well (see pt_sim_spread_ms()).
 */
void pt_measure_delays(struct pt_snapshot_delay out[PT_SNAPSHOT_NLENGTH],
		       struct pt_measure *measure);

#endif
