/*
 * A run as its journal tells it, beside whoever drives it or long after: what every view is
 * made from (the report, an org's story, the dashboard, metrics). It is read in one
 * transaction, so it is of one moment, and it asks no platform, repository or suite file.
 *
 * Every index, number of a text and time in it was checked; texts are as they were said, hostile
 * ones too. Its files: history.c (the order of reading), history_rows.c (tables of few rows),
 * history_plan.c (what only the plan says), history_orgs.c, history_requests.c.
 */
#ifndef PT_PIPELINE_HISTORY_HISTORY_H
#define PT_PIPELINE_HISTORY_HISTORY_H

#include "pipeline/engine.h"
#include "pipeline/status.h"

struct pt_history_need {
	uint32_t package;
	const char *version; /* at least; "" when the manifest does not say */
};

struct pt_history_package {
	const char *name, *version, *version_id,
	    *tag; /* never NULL; version_id and tag may be "" */
	uint32_t level;
	const struct pt_history_need *need;
	size_t nneed;
	/* With PT_HISTORY_HAVE: what the indices of struct pt_have stand for, ascending. */
	const char **known_id, **known; /* "04t…", "3.223" ("": from before it was kept) */
	size_t nknown;
};

/* What status.stage does not say. */
struct pt_history_stage {
	uint32_t nbatch, nzone; /* nzone 0: it has no window; see pt_history_slot() */
	const char **zone;      /* nzone names of time zones, NULL where not known */
	enum pt_stage_state halted_in;
	uint32_t pass; /* the re-push pass under way, or the last; from 1 */
	uint32_t by_hand;
	int64_t waves_end_ms, pass_start_ms;
	bool excused;
	/* As the train has it; an old journal knows nothing of it. */
	bool rules_known, wants_approval;
	uint32_t passes;
	int64_t pass_after_ms, pass_every_ms, soak_ms;
};

/* One package to one batch, or in one re-push pass. */
struct pt_history_wave {
	uint32_t stage, package, slot, pass; /* pass 0: a wave of the slot */
	uint32_t batch;                      /* from 0 */
	const char *zone;                    /* of its window; NULL: none */
	int64_t opens_ms, start_ms;          /* PT_NEVER: not within two years */
	int64_t begun_ms, ended_ms; /* its first request was made, its last was done; 0: not yet */
	bool opened, done;
	uint64_t held, pushed, at_target, failed;
};

/* What is known of one org in a request. */
enum pt_history_job {
	PT_HISTORY_JOB_NONE,    /* no job was made yet */
	PT_HISTORY_JOB_LIVE,    /* it has not ended, as far as we know */
	PT_HISTORY_JOB_FAILED,  /* its errors are being read */
	PT_HISTORY_JOB_ENDED,   /* its outcome is in its pair, or among the failures */
	PT_HISTORY_JOB_DROPPED, /* taken out before a job was made */
};

struct pt_history_request {
	uint32_t wave;
	const char *id;                                   /* the platform's; NULL: not known yet */
	int64_t made_ms, start_ms, activated_ms, done_ms; /* 0: not yet */
	bool done, stuck;
	bool doubted;                /* a write may have taken effect: it is being looked up */
	const uint8_t *orgs, *views; /* packed as in the journal; pt_history_request_org() */
	uint32_t norg;
	uint32_t ndone; /* orgs whose outcome is known */
};

/* A push job that failed, in the platform's words. */
struct pt_history_failure {
	int64_t at_ms; /* when we read of it */
	uint32_t request, org, package;
	enum pt_failure_class class_;
	const char *severity, *type, *title, *message; /* never NULL */
};

/* When something may start, as it was known at departure. */
struct pt_history_hours {
	int64_t from_ms, to_ms;
	enum { PT_HISTORY_WINDOW, PT_HISTORY_BLACKOUT } kind;
	uint32_t stage;          /* of a window */
	const char *zone, *name; /* of a window, of a blackout */
};

enum pt_history_part {
	PT_HISTORY_ORGS = 1 << 0,     /* org, place, pair, text */
	PT_HISTORY_REQUESTS = 1 << 1, /* orgs and views of request */
	PT_HISTORY_FAILURES = 1 << 2, /* failure, text */
	PT_HISTORY_HAVE = 1 << 3,     /* have, with versions; with PT_HISTORY_ORGS */
	PT_HISTORY_ALL = 15,
};

struct pt_history {
	struct pt_status status; /* run, progress, stages, packages' names, figures, order */
	struct pt_history_package *package;
	struct pt_history_stage *stage;
	struct pt_history_wave *wave;
	size_t nwave;
	struct pt_note *note; /* oldest first; text is never NULL */
	size_t nnote;
	struct pt_history_hours *hours; /* windows by stage and zone, then blackouts; by begin */
	size_t nhours;
	struct pt_approval_row *approval; /* oldest first; who and reason are never NULL */
	size_t napproval;
	struct pt_exclusion_row *exclusion; /* the same; org and reason are never NULL */
	size_t nexclusion;
	struct pt_wish_row *wish; /* the same; words MAY be NULL */
	size_t nwish;
	struct pt_repush_row *repush; /* the same; org MAY be NULL */
	size_t nrepush;
	const char **reason; /* why excluded, by number; never NULL. pt_history_reason() */
	size_t nreason;
	struct pt_history_request *request; /* in the order they were made */
	size_t nrequest;
	/* As far as they were asked for: */
	struct pt_org *org; /* numbered as the journal numbers them */
	struct pt_org_place *place;
	struct pt_pair **pair; /* [package][org] */
	struct pt_have **have; /* [package][org] */
	size_t norg;
	const char **text; /* what a pair's text stands for; [0] is "" */
	size_t ntext;
	struct pt_history_failure *failure; /* by time */
	size_t nfailure;
	struct pt_zone *zone;  /* owned; the suite's */
	struct pt_arena arena; /* all of the above */
};

/* Of the run of that name, NULL: the newest. `parts` of enum pt_history_part. Owned by the caller.
   PT_E_NOTFOUND, PT_E_INVALID (the journal is damaged). O(orgs x packages) in any case: figures
   are counted. */
int pt_history_read(struct pt_history *out, struct pt_store *store, const char *name,
		    unsigned parts, struct pt_err *err) PT_MUSTUSE;
void pt_history_release(struct pt_history *history);

/* The batch, from 0, and the zone (NULL: none) of a slot of the stage. */
uint32_t pt_history_slot(const char **zone_out, const struct pt_history *history, uint32_t stage,
			 uint32_t slot);

/* The words of a pair's detail when it is excluded, or of an org's reason. */
const char *pt_history_reason(const struct pt_history *history, unsigned reason);

/* The i-th org of a request, and what is known of it there; of no request that was read without
   PT_HISTORY_REQUESTS. */
uint32_t pt_history_request_org(enum pt_history_job *job_out,
				const struct pt_history_request *request, uint32_t i);

/* The number of an org, or UINT32_MAX. O(orgs). */
uint32_t pt_history_find(const struct pt_history *history, const struct pt_org_key *key);

#endif
