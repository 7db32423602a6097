/*
 * Inside the connector: calls under way, what each asks of the platform, and the
 * session that sends it. Nobody outside this folder includes it.
 *
 * A call is an operation of one or more parts. A part asks one thing after the
 * other: pt_sf_ask(), and when that was answered well, its kind's take(), which
 * may ask again. Parts go on side by side; when none has anything to ask any more,
 * the kind's finish() makes the reply. What goes wrong on the way (tokens, faults,
 * lost answers) is the session's business.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_SESSION_H
#define PT_CONNECTORS_PUSH_SALESFORCE_SESSION_H

#include <jansson.h>

#include "base/arena.h"
#include "connectors/auth/auth.h"
#include "connectors/push/push.h"
#include "connectors/push/salesforce/http.h"
#include "connectors/push/salesforce/judge.h"
#include "connectors/push/salesforce/trace.h"

struct pt_sf_op;
struct pt_sf_part;

/* One thing to ask. */
struct pt_sf_question {
	enum pt_http_method method;
	char *path;               /* taken over; NULL: there was no memory for it */
	const char *content_type; /* static; NULL: no body */
	struct pt_buf body;       /* taken over */
	bool write;               /* it has an effect that must not happen twice */
	int64_t delay_ms;         /* not before that time has passed */
};

struct pt_sf_answer {
	long status;
	const struct pt_buf *body;
	const json_t *json; /* NULL: the body is empty or not JSON */
};

struct pt_sf_kind {
	/* MUST. Makes the parts and asks the first thing of each. */
	int (*start)(struct pt_sf_op *op, struct pt_err *err);
	/* MUST. PT_E_INVALID: the answer is not one of the platform; nothing was taken of it. */
	int (*take)(struct pt_sf_part *part, const struct pt_sf_answer *answer, struct pt_err *err);
	/* MAY be NULL. What was asked is turned down for good; true: the part deals with it. */
	int (*turned_down)(bool *out, struct pt_sf_part *part,
			   const struct pt_sf_judgement *judgement, struct pt_err *err);
	/* MUST. All parts are done and well. */
	int (*finish)(struct pt_sf_op *op, struct pt_err *err);
};

enum pt_sf_part_state { PT_SF_DONE, PT_SF_WAITING, PT_SF_SENT };

struct pt_sf_part {
	struct pt_sf_op *op;
	size_t from, n;     /* which of the call's orgs or requests it is about */
	struct pt_buf rows; /* items that its answers brought */
	uint64_t total;     /* of a query: how many rows the platform announced */
	char *first_path;   /* of a query: to begin again */
	uint32_t nrestart;
	uint32_t stage; /* the kind's own */
	struct {
		struct pt_id id;
		int64_t waited_ms; /* since it was closed */
		uint32_t npoll;
		uint64_t nfailed; /* rows */
	} ingest;                 /* a bulk job */
	/* What is asked now. */
	struct pt_sf_question question;
	char *url;
	enum pt_sf_part_state state;
	uint32_t ntry;
	bool renewed;       /* sent again with a new token already */
	uint64_t nth_token; /* which token it was sent with */
	int64_t due_ms;
	struct pt_sf_part *next; /* in the session's queue */
};

struct pt_sf_op {
	struct pt_sf *sf;
	const struct pt_sf_kind *kind;
	struct pt_push_call call; /* its texts, orgs and requests are in the arena */
	struct pt_arena arena;
	struct pt_sf_part *part; /* owned */
	size_t npart, nopen;
	struct pt_push_reply reply;
	void *kept; /* the kind's own, in the arena */
	size_t nkept;
	uint32_t ncall;
	bool failed; /* the reply's outcome and text say how */
	struct pt_sf_op *next;
};

struct pt_sf_token {
	struct pt_auth *auth;
	bool wanted, asked, there;
	uint64_t nth;
	uint32_t ntry;
	int64_t due_ms;
	char why[PT_SF_WORDS_TEXT]; /* why there is none */
};

struct pt_sf {
	struct pt_push_session base;
	char *instance_url; /* without a slash at its end */
	char *api_version;
	uint32_t bulk_above;
	bool tells_time;
	struct pt_http *http;
	struct pt_sf_trace *trace; /* MAY be NULL */
	struct pt_sf_token token;
	int64_t now_ms;
	struct pt_sf_part *first, **last; /* parts that wait to be sent */
	struct pt_sf_op *going;           /* under way */
	struct pt_sf_op *done, **last_done;
	struct pt_sf_op *shown; /* behind the last reply */
	uint32_t nextra_call;   /* for tokens, on the next reply's account */
	uint32_t api_used, api_limit;
	uint64_t ndraw; /* of jitter */
};

extern const struct pt_sf_kind pt_sf_versions, pt_sf_subscribers, pt_sf_live_jobs, pt_sf_count_jobs,
    pt_sf_jobs, pt_sf_errors, pt_sf_find, pt_sf_create, pt_sf_activate, pt_sf_cancel,
    pt_sf_add_records, pt_sf_add_bulk, pt_sf_history;

/* Makes that many parts. */
int pt_sf_make_parts(struct pt_sf_op *op, size_t n, struct pt_err *err) PT_MUSTUSE;

/* Makes as many as n orgs or requests take, `most` of them to each; one when n is 0. */
int pt_sf_make_lists(struct pt_sf_op *op, size_t n, size_t most, struct pt_err *err) PT_MUSTUSE;

/* The part asks that; what it asked before is forgotten. */
int pt_sf_ask(struct pt_sf_part *part, struct pt_sf_question *question,
	      struct pt_err *err) PT_MUSTUSE;

/* The operation comes to that; the worst of several counts. */
void pt_sf_fail(struct pt_sf_op *op, enum pt_push_outcome outcome, const char *words);

/* Sends what may be sent and takes what has come. */
int pt_sf_pump(struct pt_sf *sf, int wait_ms, struct pt_err *err) PT_MUSTUSE;

/* When something is to be done; PT_LONG_AGO while the network has something to do. */
int64_t pt_sf_due_ms(const struct pt_sf *sf);

/* Puts an operation under way. It is the session's from then on, even when that fails. */
int pt_sf_begin(struct pt_sf *sf, struct pt_sf_op *op, struct pt_err *err) PT_MUSTUSE;
void pt_sf_op_free(struct pt_sf_op *op);

#endif
