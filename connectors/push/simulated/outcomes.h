/*
 * What happens to a job, drawn. Every draw depends on the seed, the org, the
 * version and the attempt (how many jobs of that org for that version started
 * before), never on the order of calls or on a position in a table: the same
 * platform treats the same push the same way, whoever asks and when.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_OUTCOMES_H
#define PT_CONNECTORS_PUSH_SIMULATED_OUTCOMES_H

#include <stdbool.h>
#include <stdint.h>

/* Lengths of time: half of the draws are up to `typical`, none is above `max`; equal: always that.
 */
struct pt_sim_spread {
	int64_t typical_ms, max_ms; /* typical <= max <= PT_SIM_SPREAD_MAX_MS */
};

#define PT_SIM_SPREAD_MAX_MS INT64_C(2592000000) /* 30 days */

/* How often things go wrong, in parts per million. */
struct pt_sim_failures {
	int32_t transient_ppm; /* of jobs: fails, another attempt may do */
	int32_t stuck_ppm;     /* of jobs: does not end by itself */
	int32_t permanent_ppm; /* of orgs with the package: fails at every attempt */
	int32_t not_yet_ppm;   /* of instances: a version is there only some time after */
	struct pt_sim_spread not_yet_for; /* that time, from the version's first push request on */
	struct pt_sim_spread stuck_for;   /* then the platform ends it; max 0: never */
};

struct pt_sim_behaviour {
	struct pt_sim_failures failures;
	const struct pt_sim_failures *package; /* instead, one per package; NULL: none */
	struct pt_sim_spread start_delay;      /* from when a request might start */
	struct pt_sim_spread job_delay;        /* from the start of its request */
	struct pt_sim_spread job_duration;
	struct pt_sim_spread record_lag; /* of the subscriber record behind a succeeded job */
};

/* Why a job failed. */
enum pt_job_cause {
	PT_CAUSE_NONE,
	/* the org cannot be upgraded, now or any more */
	PT_CAUSE_INACTIVE,
	PT_CAUSE_UNINSTALLED,
	PT_CAUSE_BLOCKED,
	PT_CAUSE_BETA,
	PT_CAUSE_NOT_NEWER,
	/* not yet */
	PT_CAUSE_NOT_YET,
	PT_CAUSE_DEPENDENCY,
	/* the same at every attempt */
	PT_CAUSE_APEX_TEST,
	PT_CAUSE_DEPLOY,
	PT_CAUSE_FEATURE,
	/* once */
	PT_CAUSE_UNEXPECTED,
	PT_CAUSE_LOCK_TIMEOUT,
	PT_CAUSE_LOCKING,
	PT_CAUSE_LIMIT,
	PT_CAUSE_HUNG,
	PT_CAUSE_NCAUSE,
};

/* The key of everything about one attempt; org and version are their draws. */
uint64_t pt_sim_attempt_key(uint64_t org, uint64_t version, uint32_t attempt);

enum pt_sim_length { PT_SIM_JOB_DELAY, PT_SIM_JOB_DURATION, PT_SIM_RECORD_LAG, PT_SIM_STUCK_FOR };

/* How long it takes in that attempt. */
int64_t pt_sim_length_ms(const struct pt_sim_spread *spread, enum pt_sim_length what,
			 uint64_t attempt_key);

/* From when a request might start until it does; the same for the same version and time. */
int64_t pt_sim_start_delay_ms(const struct pt_sim_spread *spread, uint64_t version,
			      int64_t scheduled_ms);

/* A spread's draw for any key. */
int64_t pt_sim_spread_ms(const struct pt_sim_spread *spread, uint64_t key);

/* PT_CAUSE_NONE, or why this org never gets through with this package. */
enum pt_job_cause pt_sim_permanent(const struct pt_sim_failures *failures, uint64_t org,
				   uint64_t package);

/* PT_CAUSE_NONE, or why this attempt fails. */
enum pt_job_cause pt_sim_transient(const struct pt_sim_failures *failures, uint64_t attempt_key);

/* This attempt hangs; never one that pt_sim_transient() fails. */
bool pt_sim_stuck(const struct pt_sim_failures *failures, uint64_t attempt_key);

/* How long after its first push request the version reaches that instance; 0: it is there. */
int64_t pt_sim_not_yet_ms(const struct pt_sim_failures *failures, uint64_t version,
			  uint64_t instance);

#endif
