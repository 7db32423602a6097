/*
 * What a run is doing and what it waits for, as far as that is known without looking at every
 * org: cheap enough to be asked after each step. And what its requests do one by one, for
 * whoever wants to see that much.
 */
#ifndef PT_PIPELINE_OUTLOOK_H
#define PT_PIPELINE_OUTLOOK_H

#include "pipeline/engine.h"

/* Kept in journals: new ones go to the end. */
enum pt_wait_kind {
	PT_WAIT_NOTHING,
	PT_WAIT_STAGE,    /* its start */
	PT_WAIT_APPROVAL, /* since `since_ms` */
	PT_WAIT_READING,  /* who has what */
	PT_WAIT_JOBS,     /* the platform: requests are under way */
	PT_WAIT_OFFSET,   /* between the levels of the graph */
	PT_WAIT_BATCH,
	PT_WAIT_WINDOW,
	PT_WAIT_BLACKOUT,
	PT_WAIT_TOPUP, /* held orgs whose base has arrived */
	PT_WAIT_PASS,
	PT_WAIT_SOAK,
	PT_WAIT_CHECK,  /* a gate's command */
	PT_WAIT_BUDGET, /* the platform's allowance of calls */
};

struct pt_wait {
	enum pt_wait_kind kind;
	int64_t since_ms;              /* 0: not known */
	int64_t until_ms;              /* PT_NEVER: not known */
	uint32_t stage, package, slot; /* package and slot of OFFSET to TOPUP */
	uint32_t pass;                 /* of PASS, from 1 */
	uint32_t nrequest;             /* of JOBS */
	const char *blackout;          /* of BLACKOUT; borrowed from the engine's hours */
};

struct pt_outlook {
	uint32_t stage; /* the current one */
	enum pt_stage_state state;
	uint32_t pass;          /* the one under way, from 1; 0: none */
	uint32_t nwave, ndone;  /* waves of the stage, or of its pass, and those that are done */
	uint32_t nrequest;      /* under way */
	uint64_t npush, nended; /* pushes of the whole run, and those that have ended */
	uint64_t nseen;         /* of those, whose outcome is not read yet */
	int64_t last_wave_ms;   /* when the last wave that is not open begins; 0: all are open */
	int64_t stage_until_ms; /* its soak is over; PT_NEVER: not known yet */
	struct pt_wait wait;    /* JOBS while requests are under way */
	struct pt_wait next;    /* what comes next even then; NOTHING: not known */
	uint64_t failed[PT_FAILURE_NCLASS]; /* pushes of the stage that failed, also on the way */
};

/* O(waves of the run + requests under way). */
void pt_engine_outlook(struct pt_outlook *out, const struct pt_engine *engine);

/* The states of the current stage's pairs, of all packages. O(orgs of the stage x packages). */
void pt_engine_stage_tally(struct pt_tally *out, const struct pt_engine *engine);

/* Appends what it waits for, without its times: "blackout 'quarter end'". */
void pt_wait_words(struct pt_buf *out, const struct pt_wait *wait, const struct pt_suite *suite,
		   const struct pt_train_conf *conf, const struct pt_train *train);

enum pt_detail_kind {
	PT_DETAIL_REQUEST_MADE,      /* a: its orgs */
	PT_DETAIL_REQUEST_ACTIVATED, /* a: its jobs */
	PT_DETAIL_REQUEST_ENDED,     /* a: its orgs, b: of them at target, c: failed */
	PT_DETAIL_PLATFORM_ERROR,    /* text: the platform's words */
};

/* What a setup with `details` asks for: not journalled, and told once. */
struct pt_detail {
	enum pt_detail_kind kind;
	int64_t at_ms, start_ms;
	uint32_t stage, package, slot, pass;
	struct pt_id request; /* "": there is none */
	uint64_t a, b, c;
	char text[256];
};

/* The next one, if any. */
bool pt_engine_take_detail(struct pt_detail *out, struct pt_engine *engine);

#endif
