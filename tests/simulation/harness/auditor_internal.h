/*
 * What auditor.c, auditor_heard.c (while the run goes on), auditor_hours.c (windows and
 * blackouts), auditor_words.c (approvals and gates) and auditor_end.c (at its end) share.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_AUDITOR_INTERNAL_H
#define PT_TESTS_SIMULATION_HARNESS_AUDITOR_INTERNAL_H

#include "base/buf.h"
#include "config/suite.h"
#include "tests/simulation/harness/auditor.h"
#include "tests/simulation/harness/scene_hours.h"

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
	bool live_jobs, count;
	int64_t at_ms;
	struct sim_answer_row *row; /* owned */
	size_t nrow;
	struct sim_answer *next;
};

struct sim_answer_row {
	uint32_t org; /* of a count: a request that had not started */
	struct sim_heard heard;
};

/* A push request that was to be made. */
struct sim_create {
	struct pt_id version;
	int64_t start_ms;
};

/* When something may be under way in one zone of one stage: by start, none touches the next. */
struct sim_hours {
	struct sim_span *open; /* owned */
	size_t n;
};

/* What was said of a stage. */
struct sim_word {
	bool asks, halted; /* a yes counts, for so long */
	int64_t asks_ms;
	bool approved, excused, held; /* held: its gate's command said so last */
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
	struct sim_hours hours[SIM_STAGES][SIM_ZONES];
	struct sim_word word[SIM_STAGES];
	uint8_t *approved;  /* by request: stages that might begin when it was made, a bit each */
	bool *seen_pending; /* by request: by this process, after the end of its hours */
	struct sim_span *trouble; /* owned */
	size_t ntrouble;
	uint32_t nlate[SIM_PACKAGES];        /* said by this process */
	uint32_t ncanceled_early;            /* by this process */
	uint32_t planned_stage;              /* what was heard of the plan so far */
	int64_t planned_ms, planned_last_ms; /* its start, its last wave */
	bool planned_any;
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

/* auditor_hours.c */
bool hours_make(struct sim_auditor *a);
void hours_free(struct sim_auditor *a);
/* Its activation is on its way. */
void judge_activation(struct sim_auditor *a, uint32_t request, int64_t now_ms);
/* It was seen to wait, just so. */
void hours_seen_pending(struct sim_auditor *a, uint32_t request, int64_t at_ms);
/* It is to be canceled. */
void judge_cancel(struct sim_auditor *a, uint32_t request, int64_t now_ms);
void judge_hours(struct sim_auditor *a);

/* auditor_words.c */
/* The stages that may begin by what was said so far, a bit each. */
uint8_t stages_approved(const struct sim_auditor *a);
/* A job for an org of that stage is on its way. */
void judge_words(struct sim_auditor *a, uint32_t request, uint8_t stage);
/* That stage begins: the gates of those before must hold. */
void judge_gates(struct sim_auditor *a, uint8_t stage);

static inline bool cause_is_permanent(enum pt_job_cause cause)
{
	return cause == PT_CAUSE_APEX_TEST || cause == PT_CAUSE_DEPLOY ||
	       cause == PT_CAUSE_FEATURE || cause == PT_CAUSE_NOT_NEWER ||
	       cause == PT_CAUSE_BLOCKED || cause == PT_CAUSE_BETA;
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
