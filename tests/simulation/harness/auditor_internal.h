/* What auditor.c, auditor_heard.c (while the run goes on) and auditor_end.c (at its end) share. */
#ifndef PT_TESTS_SIMULATION_HARNESS_AUDITOR_INTERNAL_H
#define PT_TESTS_SIMULATION_HARNESS_AUDITOR_INTERNAL_H

#include "base/buf.h"
#include "config/suite.h"
#include "tests/simulation/harness/auditor.h"

#define SIM_NEVER INT64_MIN

/* Whose request it is; an orphan was made of ours without us. */
enum sim_owner { SIM_THEIRS, SIM_OURS, SIM_ORPHAN };

/* What the program heard last of one org and one package, and when the platform said it. */
struct sim_heard {
	int64_t record_ms, live_ms; /* SIM_NEVER: nothing */
	uint32_t version;           /* PT_PLATFORM_NONE: it has no such record */
	bool installed, blocked, inactive, live;
};

struct sim_answer {
	uint64_t cookie;
	uint32_t hub, package;
	bool live_jobs;
	int64_t at_ms;
	struct sim_answer_row *row; /* owned */
	size_t nrow;
	struct sim_answer *next;
};

struct sim_answer_row {
	uint32_t org;
	struct sim_heard heard;
};

/* A push request that was to be made. */
struct sim_create {
	struct pt_id version;
	int64_t start_ms;
};

struct sim_auditor {
	const struct sim_scene *scene;
	const struct sim_case *c;
	struct pt_platform *platform;
	int64_t start_ms;
	uint32_t norg, npackage, target;
	uint32_t level[SIM_PACKAGES];
	struct sim_heard *heard;                       /* [org * npackage + package] */
	uint8_t *ours;                                 /* by request: enum sim_owner */
	int64_t *added_ms;                             /* by job */
	uint32_t nrequest, njob, cap_request, cap_job; /* that it knows of */
	bool *disturbed, *left_out;                    /* by org */
	struct sim_answer *answers;                    /* oldest first */
	bool repushed;                                 /* then some jobs are of no wave */
	bool stopped, aborted, halted, failed;
	struct pt_buf text;
	uint32_t nviolation;
	struct sim_create *create; /* owned */
	size_t ncreate;
	int64_t aborted_ms;
};

static inline struct sim_heard *heard_of(const struct sim_auditor *a, uint32_t org,
					 uint32_t package)
{
	return &a->heard[(size_t)org * a->npackage + package];
}

static inline uint8_t stage_of(const struct sim_auditor *a, uint32_t org)
{
	struct pt_platform_org record = pt_platform_org(a->platform, org);

	return sim_scene_stage(a->c, org, record.type == PT_ORG_SANDBOX);
}

/* The production org that it is a sandbox of, or PT_PLATFORM_NONE. */
static inline uint32_t parent_of(const struct sim_auditor *a, uint32_t org)
{
	struct pt_platform_org record = pt_platform_org(a->platform, org);

	return record.parent.text[0] ? pt_platform_find_org(a->platform, &record.parent)
				     : PT_PLATFORM_NONE;
}

/* In the file of exclusions, or a sandbox of one that is. */
static inline bool is_in_file(const struct sim_auditor *a, uint32_t org)
{
	uint32_t parent = parent_of(a, org);

	return sim_scene_excluded(a->c, org) ||
	       (parent != PT_PLATFORM_NONE && sim_scene_excluded(a->c, parent));
}

/* The package and whether the job is ours. */
static inline uint32_t job_package(const struct sim_auditor *a, uint32_t job)
{
	return pt_platform_request(a->platform, pt_platform_job(a->platform, job).request).package;
}

static inline bool job_ours(const struct sim_auditor *a, uint32_t job)
{
	return sim_audit_ours(a, pt_platform_job(a->platform, job).request);
}

#endif
