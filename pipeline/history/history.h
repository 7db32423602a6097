/*
 * A run as its journal tells it, beside whoever drives it or long after: what every view is
 * made from (the report, an org's story, the dashboard, metrics). It is read in one
 * transaction, so it is of one moment, and it asks no platform, repository or suite file.
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
	const char *name, *version, *version_id, *tag;
	uint32_t level;
	const struct pt_history_need *need;
	size_t nneed;
};

/* One package to one batch, or in one re-push pass. */
struct pt_history_wave {
	uint32_t stage, package, slot, pass; /* pass 0: a wave of the slot */
	uint32_t batch;                      /* from 0 */
	const char *zone;                    /* of its window; NULL: none */
	int64_t opens_ms, start_ms;
	int64_t begun_ms, ended_ms; /* its first request was made, its last was done; 0: not yet */
	bool opened, done;
	uint64_t held, pushed, at_target, failed;
};

struct pt_history_request {
	uint32_t wave;
	const char *id; /* the platform's; NULL: not known yet */
	int64_t made_ms, start_ms, activated_ms, done_ms; /* 0: not yet */
	bool done, stuck;
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
	uint32_t stage;         /* of a window */
	const char *zone, *name; /* of a window, of a blackout */
};

enum pt_history_part {
	PT_HISTORY_ORGS = 1 << 0,     /* org, place, pair, text */
	PT_HISTORY_REQUESTS = 1 << 1, /* request */
	PT_HISTORY_FAILURES = 1 << 2, /* failure */
};

struct pt_history {
	struct pt_status status; /* run, progress, stages, packages' names, figures, order */
	struct pt_history_package *package;
	struct pt_history_wave *wave;
	size_t nwave;
	struct pt_note *note; /* oldest first */
	size_t nnote;
	struct pt_history_hours *hours;
	size_t nhours;
	struct pt_approval_row *approval;
	size_t napproval;
	struct pt_exclusion_row *exclusion;
	size_t nexclusion;
	/* As far as they were asked for: */
	struct pt_org *org; /* numbered as the journal numbers them */
	struct pt_org_place *place;
	struct pt_pair **pair; /* [package][org] */
	size_t norg;
	const char **text; /* what a pair's text stands for; [0] is "" */
	size_t ntext;
	struct pt_history_request *request;
	size_t nrequest;
	struct pt_history_failure *failure; /* by time */
	size_t nfailure;
	struct pt_zone *zone; /* the suite's */
	struct pt_arena arena; /* all of the above */
};

/* Of the run of that name, NULL: the newest. `parts` of enum pt_history_part. Owned by the caller.
   PT_E_NOTFOUND, PT_E_INVALID (the journal is damaged). O(orgs x packages) with orgs. */
int pt_history_read(struct pt_history *out, struct pt_store *store, const char *name,
		    unsigned parts, struct pt_err *err) PT_MUSTUSE;
void pt_history_release(struct pt_history *history);

#endif
