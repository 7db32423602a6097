/*
 * The push API as the pipeline sees it: typed calls and typed replies, whatever
 * stands behind them. A call is submitted and its reply received later; several
 * may be in flight. salesforce/ and simulated/ are the two behind it.
 *
 * Order of calls: open, then submit() and receive() in any order, then close().
 * Time is what the driver says it is; a session never reads a clock.
 */
#ifndef PT_CONNECTORS_PUSH_PUSH_H
#define PT_CONNECTORS_PUSH_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/version.h"
#include "connectors/push/orgkey.h"

/* A platform id, 18 characters; all NUL: none. */
struct pt_id {
	char text[19];
};

enum pt_push_op {
	PT_PUSH_VERSIONS,    /* the package's versions, by namespace */
	PT_PUSH_SUBSCRIBERS, /* the package's subscribers: who has it, at which version; all or
				these */
	PT_PUSH_LIVE_JOBS,  /* orgs with a job for the package that is not terminal; all or these */
	PT_PUSH_CREATE,     /* a push request, Created */
	PT_PUSH_ADD_JOBS,   /* orgs into a Created request */
	PT_PUSH_ACTIVATE,   /* Created to Pending */
	PT_PUSH_CANCEL,     /* Created or Pending to Canceled */
	PT_PUSH_COUNT_JOBS, /* how many jobs of some requests are in which state */
	PT_PUSH_JOBS,       /* the jobs of a request */
	PT_PUSH_ERRORS,     /* the errors of a request's failed jobs */
	PT_PUSH_FIND,       /* push requests: that one, or those of a version with that start */
	PT_PUSH_HISTORY,    /* the package's newest jobs, whoever made them, and how they went */
	PT_PUSH_NOP,
};

/*
 * What every call may come back with. A LOST call may have taken effect or not:
 * the answer did not arrive.
 */
enum pt_push_outcome {
	PT_PUSH_OK,
	PT_PUSH_REFUSED,   /* the platform said no, in `text`; repeating does not help */
	PT_PUSH_TEMPORARY, /* not carried out; repeating later may help */
	PT_PUSH_LOST,
};

enum pt_job_state {
	PT_JOB_CREATED,
	PT_JOB_PENDING,
	PT_JOB_IN_PROGRESS,
	PT_JOB_SUCCEEDED,
	PT_JOB_FAILED,
	PT_JOB_CANCELED,
	PT_JOB_NSTATE,
};

static inline bool pt_job_terminal(enum pt_job_state state)
{
	return state >= PT_JOB_SUCCEEDED;
}

struct pt_push_call {
	enum pt_push_op op;
	uint64_t cookie;         /* the caller's; comes back with the reply */
	const char *namespace_;  /* VERSIONS; NULL: by a version of the package alone */
	struct pt_id package_id; /* SUBSCRIBERS, LIVE_JOBS, HISTORY: 033… */
	/* CREATE, FIND without a request: 04t…; VERSIONS: one of the package's, if any is known,
	   which tells it from others of the same namespace */
	struct pt_id version_id;
	int64_t start_ms;     /* the same: ScheduledStartTime, whole seconds */
	struct pt_id request; /* ADD_JOBS, ACTIVATE, CANCEL, JOBS, ERRORS, FIND: 0DV… */
	/* ADD_JOBS; SUBSCRIBERS, LIVE_JOBS: only these, all when norg is 0. Ascending; borrowed
	   until submit() returns. */
	const struct pt_org_key *org;
	size_t norg;
	/* SUBSCRIBERS of some: whose record is the same since then may be left out; 0: nobody.
	   HISTORY: of requests scheduled since then */
	int64_t since_ms;
	uint32_t most; /* HISTORY: at most so many jobs, those of the newest requests */
	const struct pt_id *requests; /* COUNT_JOBS; borrowed until submit() returns */
	size_t nrequest;
};

/* One version that the platform knows of a package. */
struct pt_push_version {
	struct pt_id id;
	struct pt_version version;
	bool released; /* not a beta */
	bool deprecated;
};

/* One row of PackageSubscriber. */
struct pt_subscriber {
	struct pt_org_key org;
	uint8_t type;      /* one of enum pt_org_type of config/suite.h */
	uint8_t status;    /* one of enum pt_org_status */
	bool installed;    /* InstalledStatus is 'i' */
	bool blocked;      /* CustomUpgradeType is BlockedBySubscriber */
	char instance[14]; /* pod, "NA147"; cut if longer */
	struct pt_id version_id;
	struct pt_org_key parent; /* of a sandbox: its production org, if known */
	const char *name;         /* borrowed like the reply */
};

/* How adding one org went, for those that were not simply added. */
enum pt_add_result {
	PT_ADD_DUPLICATE,  /* the request has a job for it already */
	PT_ADD_INELIGIBLE, /* refused for good, in `text` */
	PT_ADD_TEMPORARY,  /* not added; repeating may help */
};

struct pt_push_add_failure {
	struct pt_org_key org;
	enum pt_add_result result;
	const char *text; /* the platform's words */
};

struct pt_push_count {
	struct pt_id request;
	uint32_t njob[PT_JOB_NSTATE];
};

struct pt_push_job {
	struct pt_org_key org;
	enum pt_job_state state;
};

struct pt_push_error {
	struct pt_org_key org;
	const char *severity; /* "Error", "Warning"; NULL: the platform does not say */
	const char *type, *title, *message, *details; /* never NULL; details may be "" */
};

/* A job of the past, or one that is not over. Times are PT_NEVER where the platform has none. */
struct pt_push_past {
	struct pt_org_key org;
	struct pt_id version_id;
	enum pt_job_state state;
	int64_t scheduled_ms;     /* of its request */
	int64_t request_start_ms; /* the same */
	int64_t start_ms, end_ms;
	struct pt_push_error error; /* of a failed one, the first; all "" when it has none */
};

/* A push request; its states are those of a job. Failed as soon as one of its jobs failed. */
struct pt_push_found {
	struct pt_id request;
	enum pt_job_state state;
};

/* Everything in it is borrowed from the session until the next receive(). */
struct pt_push_reply {
	enum pt_push_op op;
	uint64_t cookie;
	enum pt_push_outcome outcome;
	const char *text;             /* unless OK: the platform's words */
	uint32_t http_calls;          /* what it cost */
	uint32_t api_used, api_limit; /* calls of the last 24 hours, and how many are allowed; 0:
					 the platform did not say */
	struct pt_id package_id;      /* VERSIONS */
	struct pt_id request;         /* CREATE */
	const struct pt_push_version *version;
	size_t nversion;
	const struct pt_subscriber *subscriber; /* by org key ascending, each org once */
	size_t nsubscriber;
	bool changed_only;             /* whoever is not among them is as at the call's since_ms */
	const struct pt_org_key *live; /* LIVE_JOBS, ascending */
	size_t nlive;
	const struct pt_push_add_failure *add_failure;
	size_t nadd_failure;
	const struct pt_push_count *count; /* in the order of the call's requests */
	size_t ncount;
	const struct pt_push_job *job; /* by org key ascending */
	size_t njob;
	const struct pt_push_error *error; /* by org key ascending; several per org possible */
	size_t nerror;
	const struct pt_push_past *past; /* HISTORY, in no order */
	size_t npast;
	const struct pt_push_found *found; /* FIND, oldest first */
	size_t nfound;
};

struct pt_push_session;

struct pt_push_ops {
	const char *type; /* as in suite.yaml */
	/* MUST. Starts a call at time now_ms. Fails only for memory and for our own mistakes. */
	int (*submit)(struct pt_push_session *session, const struct pt_push_call *call,
		      int64_t now_ms, struct pt_err *err);
	/* MUST. When the next reply will be there; PT_NEVER when none is under way. */
	int64_t (*next_ms)(struct pt_push_session *session);
	/* MUST. The next reply that is there at now_ms, if any. */
	int (*receive)(struct pt_push_reply *out, bool *got_out, struct pt_push_session *session,
		       int64_t now_ms, struct pt_err *err);
	/* MUST. NULL is allowed. */
	void (*close)(struct pt_push_session *session);
};

/* First member of every session. */
struct pt_push_session {
	const struct pt_push_ops *ops;
};

#endif
