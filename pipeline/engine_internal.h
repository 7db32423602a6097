/*
 * What the engine's files share. Nothing outside pipeline/engine*.c includes it.
 *
 * Calls flow one way: engine.c drives the stage, the stage drives its waves, a
 * wave drives its requests, a request asks for calls. Replies come back by
 * their cookie: to the stage's reads, a connector's poll, or a request.
 */
#ifndef PT_PIPELINE_ENGINE_INTERNAL_H
#define PT_PIPELINE_ENGINE_INTERNAL_H

#include "base/intern.h"
#include "pipeline/classify.h"
#include "pipeline/engine.h"
#include "pipeline/journal.h"
#include "pipeline/outlook.h"
#include "pipeline/probe.h"
#include "pipeline/request_state.h"

/*
 * A cookie says who waits for the reply (8 bits), which of its calls it answers (24) and
 * which one of them waits (32).
 */
enum cookie_kind { COOKIE_READ_SUBSCRIBERS = 1, COOKIE_READ_LIVE, COOKIE_POLL, COOKIE_REQUEST };

enum { SERIAL_BITS = 24 };

static inline enum cookie_kind cookie_kind(uint64_t cookie)
{
	return (enum cookie_kind)(cookie >> (32 + SERIAL_BITS));
}

static inline uint32_t cookie_serial(uint64_t cookie)
{
	return cookie >> 32 & ((1U << SERIAL_BITS) - 1);
}

/* A call that waits to be taken. */
struct pending_call {
	uint32_t package;
	struct pt_push_call call;
	struct pt_org_key *keys; /* owned; what call.org points at */
	struct pt_id *requests;  /* owned; what call.requests points at */
};

/* Trying again after a temporary failure. */
struct retry {
	int64_t due_ms; /* not before */
	uint32_t ntry;
	bool open;        /* stage reads: no answer yet */
	uint32_t sent;    /* the serial of the call under way; 0: none */
	int64_t asked_ms; /* when that one was sent */
	bool live;        /* it is the turn of the live jobs */
};

/* A write that may have taken effect or not, and what the platform shows of it. */
struct doubt {
	enum request_state write;        /* REQ_CREATE, _ADD, _ACTIVATE or _CANCEL */
	int64_t since_ms;                /* when it was sent, at the latest */
	uint32_t nlook;                  /* finished looks that found nothing */
	struct pt_push_found *candidate; /* owned; requests that may be the one */
	size_t ncandidate, at;
	bool adopted;
};

struct request {
	uint32_t wave;
	enum request_state state;
	bool dirty;    /* since it was last written to the journal */
	uint32_t sent; /* the serial of the state's call, which is under way; 0: none */
	bool stuck;    /* timed out; polled rarely, holds no place among the running */
	bool remake;   /* an org of it was left out: made again without it, if it has not started */
	bool cancel_tried; /* the platform would not cancel it: it has started */
	bool looked;       /* what became of it, after the platform had said no */
	bool moved;        /* its hours have ended: canceled, and made again when they begin */
	struct pt_id id;
	uint32_t *org; /* owned; by org key ascending */
	uint8_t *view; /* owned; enum job_view of each */
	uint32_t norg;
	int64_t made_ms, done_ms;
	int64_t start_ms;     /* ScheduledStartTime */
	int64_t activated_ms; /* 0: not yet, or that was not written down */
	int64_t asked_ms;     /* when its last call was sent: an answer is never newer */
	int64_t checked_ms;   /* when its orgs were last looked at */
	int64_t next_poll_ms; /* not polled before */
	int64_t seen_ms;      /* its jobs were counted as they were then, by this process */
	int64_t unstarted_ms; /* and none had started; PT_LONG_AGO: not seen so */
	int64_t hours_end_ms; /* of the hours that its start, or its activation, lies in */
	int64_t last_read_ms;
	uint32_t nterminal_seen; /* jobs ended at the last poll */
	uint32_t nterminal_read; /* and at the last reading of jobs */
	uint32_t nadd_try;
	struct retry retry;
	struct doubt doubt;
	struct pt_failed_job *failure; /* owned; its jobs that failed, none without a journal */
	uint32_t nfailure, cap_failure;
};

struct wave {
	bool dirty;
	uint32_t stage, package, slot;
	uint32_t pass;    /* 0: a wave of the slot; else the number of the re-push pass */
	int64_t opens_ms; /* when its requests may be made */
	int64_t start_ms; /* the start that they ask for, at the earliest */
	bool opened, done;
	bool base_arrived;   /* since its held orgs were last looked at */
	uint32_t nheld;      /* when it last looked */
	uint32_t *queue;     /* owned; orgs that are ready */
	uint32_t nqueue, at; /* and how many of them are in requests */
	uint32_t nactive;    /* requests that hold a place among the running */
	uint32_t nopen;      /* requests that are not done, without the stuck ones */
	int64_t next_topup_ms;
	uint64_t npushed, nat_target, nfailed;
};

struct poll {
	int64_t due_ms, interval_ms;
	uint32_t sent;              /* the serial of the one under way; 0: none */
	int64_t asked_ms;           /* when it was sent */
	int64_t silent_ms, told_ms; /* not answered since then, 0: it was; and that was last told */
	uint32_t *request;          /* owned; which ones the poll under way asked for */
	uint32_t nrequest;
};

/* What is left of a connector's API calls. */
struct budget {
	bool paused, told;       /* told: of this pause */
	int64_t paused_until_ms; /* then one call is made */
	uint32_t nunder_way;     /* calls */
	uint32_t most;           /* so many at a time; 0: the platform did not say what is left */
};

/* What became of a gate's command. */
enum check { CHECK_NOT_RUN, CHECK_WANTED, CHECK_RUNNING, CHECK_HOLDS, CHECK_FAILS };

struct breaker {
	uint64_t finished, failed;
	bool tripped;
};

struct stage {
	enum pt_stage_state state;
	enum pt_stage_state halted_in; /* what it was doing when it halted */
	int64_t start_ms, end_ms;
	int64_t waves_end_ms; /* the last terminal job of its waves */
	uint32_t pass;        /* the one under way or done, from 1 */
	int64_t pass_start_ms;
	uint32_t pass_at; /* its first wave */
	bool pass_open;   /* its first waves were made */
	uint32_t by_hand; /* passes that somebody asked for */
	int64_t asked_ms; /* for its approval; 0: not yet */
	bool approved;    /* it may begin */
	bool excused;     /* somebody lets it pass drift and gate */
	uint32_t njoined; /* orgs that were new at its start */
	enum check check;
	struct pt_stage_figures *figures; /* owned; by package, tallies unused */
	struct breaker *breaker;          /* owned; by package */
};

/* Which parts of the tables by org changed since they were last written to the journal. */
struct dirt {
	uint8_t *pair, *have; /* owned; by package, then chunk */
	uint32_t nchunk;
	bool orgs;
};

/* Somebody's wish for one more pass. */
struct repush_wish {
	int64_t number; /* ascending */
	uint32_t org;   /* of this one alone; UINT32_MAX: none that is known */
	bool all;       /* of all that is retryable */
	bool ended;     /* said after the run had ended or halted */
};

/* Those wishes, and the way through the stages that it takes to fulfil them. */
struct repush {
	struct repush_wish *wish; /* owned; from the first one that is not served on */
	uint32_t n;
	int64_t taken;  /* the last that was taken up; what comes later waits */
	int64_t served; /* the last that is done with */
	bool on;        /* under way */
	uint32_t home;  /* the stage to come home to, and what it was doing */
	enum pt_stage_state home_state, home_halted_in;
	char home_text[400]; /* why it had halted */
	uint32_t *read;      /* owned; orgs whose records are being read; by org key ascending */
	uint32_t nread;
};

struct pt_engine {
	struct pt_engine_setup setup;
	struct pt_classifier *classifier;
	struct pt_intern *texts;
	struct pt_pairs pairs;
	struct dirt dirt;
	uint32_t ntext_kept; /* texts that are in the journal */
	int64_t nnote_kept;  /* and notes, of this run so far */
	bool kept;           /* all of it is in the journal, but for what was changed since */
	uint32_t kept_at;    /* the stage it was in then, and that stage's state */
	enum pt_stage_state kept_state;
	uint32_t kept_pass_at;
	bool stages_dirty; /* others than those from kept_at to the current one */
	int64_t now_ms;

	struct stage *stage;
	uint32_t at; /* the current stage */
	bool halting, aborting, finished;
	bool place_freed; /* in this step: there is room for another request, or a wave is done */
	char halt_text[400];

	struct repush repush;
	int64_t heard_approval; /* the last of the journal's */
	char check_text[200];   /* what a gate's command said last */

	uint32_t *member;     /* orgs of the current stage, slot by slot */
	uint32_t *slot_first; /* nslot + 1 positions in member */
	uint32_t nmember;

	struct wave *wave;   /* of all stages so far */
	uint32_t first_wave; /* of the current stage */
	uint32_t nwave, cap_wave;

	struct request *request; /* of all stages */
	uint32_t nrequest, cap_request;
	uint32_t *active; /* requests that are not done, in order of creation */
	uint32_t nactive;
	uint32_t *touched; /* requests that changed since they were written to the journal */
	uint32_t ntouched;

	struct retry *read_retry; /* by package: the stage's reads */
	uint32_t nread_open;

	int64_t *fresh_ms;     /* by package: when all of it was last read */
	int64_t *last_start_s; /* by package: the last ScheduledStartTime, in seconds */
	struct poll *poll;     /* by connector */
	struct budget *budget; /* by connector */
	uint64_t http_calls;
	uint32_t serial; /* of the last call */

	struct pending_call *calls; /* a queue */
	size_t ncall, call_at, cap_call;
	struct pending_call taken;
	struct pt_note *notes; /* a queue */
	size_t nnote, note_at, cap_note;
	struct pt_detail *details; /* owned; a queue */
	size_t ndetail, detail_at, cap_detail;
};

/* engine_calls.c */
int call_push(struct pt_engine *e, uint32_t package, struct pending_call *call,
	      struct pt_err *err) PT_MUSTUSE;
/* Copies the keys of the request's orgs that wait for a job into the call. */
int call_set_orgs(struct pt_engine *e, struct pending_call *call, const struct request *r,
		  struct pt_err *err) PT_MUSTUSE;
void retry_later(struct pt_engine *e, struct retry *retry, const struct pt_push_reply *reply);
bool retry_exhausted(const struct retry *retry);
int note_push(struct pt_engine *e, const struct pt_note *note, struct pt_err *err) PT_MUSTUSE;
/* The same with words of its own. */
int note_text(struct pt_engine *e, const struct pt_note *note, const char *words,
	      struct pt_err *err) PT_MUSTUSE;
/* Stops everything that has not started; keeps the first reason. */
int halt(struct pt_engine *e, struct pt_err *err, const char *fmt, ...) PT_PRINTF(3, 4) PT_MUSTUSE;

/* engine_approval.c */
/* The current stage may begin. */
bool approval_given(const struct pt_engine *e);
/* Asks for it, and takes no answer for a no in time. */
int approval_step(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
int64_t approval_wake_ms(const struct pt_engine *e);
int approvals_hear(struct pt_engine *e, const struct pt_journal *journal,
		   struct pt_err *err) PT_MUSTUSE;
/* After a halt: what was refused or not answered is asked again. */
void approval_ask_again(struct stage *stage);

/* engine_budget.c */
/* What a reply says of the connector's allowance. */
int budget_heed(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
		struct pt_err *err) PT_MUSTUSE;
/* A call may be sent there now; when paused, one at a time and now and then. A train that stops
   is not kept waiting. */
bool budget_allows(struct pt_engine *e, uint32_t connector);
/* Nothing is sent there before that time. */
int64_t budget_open_ms(const struct pt_engine *e, uint32_t connector);
bool budget_any_paused(const struct pt_engine *e);

/* engine_detail.c */
/* Told to whoever asked for details; nothing else depends on it. */
void detail_request(struct pt_engine *e, enum pt_detail_kind kind, const struct request *r);
/* `r` MAY be NULL: of the package's reads. */
void detail_error(struct pt_engine *e, uint32_t package, const struct request *r, const char *doing,
		  const char *text);

/* engine_dirt.c */
/* Makes every table fit the inventory's orgs; those that are new are to be written. */
int tables_grow(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* Takes subscriber records in, heard now. */
int take_subscribers(struct pt_engine *e, uint32_t package, const struct pt_push_reply *reply,
		     struct pt_inventory_read read, struct pt_err *err) PT_MUSTUSE;
/* Our job brought the train's version. */
void take_arrival(struct pt_engine *e, uint32_t package, uint32_t org);

/* engine_doubt.c */
/* The write that was sent may have taken effect or not: look before it is repeated. */
void doubt_begin(struct pt_engine *e, struct request *r, int64_t since_ms);
int on_found(struct pt_engine *e, struct request *r, const struct pt_push_reply *reply,
	     struct pt_err *err) PT_MUSTUSE;
int on_found_jobs(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
		  struct pt_err *err) PT_MUSTUSE;

/* engine_exclude.c */
/* Orgs of it that were left out are dropped; when they have jobs it is to be canceled. */
void request_heed_exclusions(struct pt_engine *e, struct request *r);
/* It is canceled: its other orgs go back into their wave's queue. */
int request_make_again(struct pt_engine *e, struct request *r, struct pt_err *err) PT_MUSTUSE;

/* engine_repush.c */
/* Somebody wants one more pass, and this is a moment to begin it. */
bool repush_wanted(const struct pt_engine *e);
int repush_begin(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* The records are read, and what hangs was looked at: the current stage's pass begins. */
int repush_begin_pass(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* Its pass is over: the next stage, or home. */
int repush_end_pass(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* The pass that is under way may push the pair of that org, readiness apart. */
bool repush_takes(const struct pt_engine *e, const struct pt_pair *pair, uint32_t org);
/* Copies the keys of the stage's orgs that have something left into the call. */
int repush_set_orgs(struct pt_engine *e, struct pending_call *call, struct pt_err *err) PT_MUSTUSE;
void repush_release(struct repush *repush);

/* engine_request.c */
void request_release(struct request *r);
/* It must not be pushed, or need not, by what is known now of the org: what it is instead. */
bool pair_leaves(enum pt_pair_state *state_out, uint16_t *detail_out, const struct pt_engine *e,
		 uint32_t package, uint32_t org);
int request_open(struct pt_engine *e, uint32_t wave, const uint32_t *org, uint32_t norg,
		 struct pt_err *err) PT_MUSTUSE;
int request_step(struct pt_engine *e, uint32_t index, struct pt_err *err) PT_MUSTUSE;
/* Ends it; its place is free again. */
void request_finish(struct pt_engine *e, struct request *r);
/* Ends it; what has no job goes on waiting. */
void request_give_up(struct pt_engine *e, struct request *r);
/* Takes the i-th org out before it has a job. */
void request_drop(struct pt_engine *e, struct request *r, uint32_t i, enum pt_pair_state state,
		  uint16_t detail);
/* The i-th org has a job. */
void request_mark_job(struct pt_engine *e, struct request *r, uint32_t i);
/* A request of nobody's orgs, found on the platform, that is to be canceled. */
int request_open_stray(struct pt_engine *e, uint32_t wave, const struct pt_id *id,
		       struct pt_err *err) PT_MUSTUSE;
/* A request as it was, for orgs in key order; its state is the caller's to set. */
int request_put_back(struct pt_engine *e, uint32_t wave, const uint32_t *org, uint32_t norg,
		     struct pt_err *err) PT_MUSTUSE;
/* Nobody waits for it any longer; it is looked at now and then. */
void request_leave_stuck(struct pt_engine *e, struct request *r);
uint32_t request_count(const struct request *r, enum job_view view);
void request_look_again(struct pt_engine *e, struct request *r);
/* Orgs that cannot be upgraded any more, whatever was heard of their packages. */
void request_drop_inactive(struct pt_engine *e, struct request *r);

/* The position of an org among the request's, which are in key order, or UINT32_MAX. */
uint32_t request_place(const struct pt_engine *e, const struct request *r,
		       const struct pt_org_key *key);

/* engine_reply.c */
int on_activated(struct pt_engine *e, struct request *r) PT_MUSTUSE;
int on_canceled(struct pt_engine *e, struct request *r, struct pt_err *err) PT_MUSTUSE;
/* It has started: its jobs run to their end and are read. */
void cannot_cancel(struct pt_engine *e, struct request *r);
int request_reply(struct pt_engine *e, uint32_t index, const struct pt_push_reply *reply,
		  struct pt_err *err) PT_MUSTUSE;

/* engine_failure.c */
/* The number of "TITLE: MESSAGE". */
int text_of(uint32_t *out, struct pt_engine *e, const char *title, const char *message,
	    struct pt_err *err) PT_MUSTUSE;
/* One more that failed: its numbers of texts but for `text` are found here. */
int failure_keep(struct pt_engine *e, struct request *r, const struct pt_failed_job *job,
		 const struct pt_push_error *error, struct pt_err *err) PT_MUSTUSE;
/* All of them, to room for PT_PACKED_FAILURE bytes each, and back, of a request that has its orgs
   and none of these. */
void failures_pack(uint8_t *to, const struct request *r);
int failures_take(struct request *r, const struct pt_engine *e, const struct pt_bytes *from,
		  struct pt_err *err) PT_MUSTUSE;

/* engine_gate.c */
/* Adds up the current stage. */
void tally_stage(struct pt_tally *out, const struct pt_engine *e);
/* Of what is known, what is at its target. */
int32_t success_ppm(const struct pt_tally *tally);
/* Halts when the current stage's gate does not hold. */
int gate_judge(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* Its command has been run, or is not to be; else has it run. */
int gate_check(bool *done_out, struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;

/* engine_hours.c */
/* When something of the wave may start, at that time or after: reading and adding may take as
   long as what was read is fresh, and that much of the slack. */
int64_t wave_next_ms(const struct pt_engine *e, const struct wave *w, int64_t at_ms);
/* What is not activated when its hours end is dissolved, what has not started is canceled; both
   are made again when they begin. */
int request_heed_hours(struct pt_engine *e, struct request *r, struct pt_err *err) PT_MUSTUSE;
/* Finds out when they end: those of its start, or of its activation when that is later. */
void request_set_hours(const struct pt_engine *e, struct request *r);
/* When a request of the connector is to be looked at because its hours end. */
int64_t hours_poll_ms(const struct pt_engine *e, uint32_t connector);

/* engine_pass.c */
/* The current stage's re-push pass. *done_out: it is over. */
int pass_step(bool *done_out, struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* Puts everything that may be pushed into the queue of a pass's wave. */
int pass_open_wave(struct pt_engine *e, struct wave *w, struct pt_err *err) PT_MUSTUSE;
int64_t pass_wake_ms(const struct pt_engine *e);
/* It was cut short: its waves take nobody any more. */
void pass_drop(struct pt_engine *e);
/* A pair that a pass may push, readiness apart. */
bool pair_may_retry(const struct pt_pair *pair);
/* Something is left in the stage that a pass could push. */
bool anything_retryable(const struct pt_engine *e);

/* engine_poll.c */
int poll_step(struct pt_engine *e, uint32_t connector, struct pt_err *err) PT_MUSTUSE;
int poll_reply(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
	       struct pt_err *err) PT_MUSTUSE;
/* Earliest time at which a request or poll wants to do something without a reply. */
int64_t requests_wake_ms(const struct pt_engine *e);
/* Has it polled from its start on. */
void poll_soon(struct pt_engine *e, const struct request *r);

/* engine_wave.c */
/* Room for so many more in its queue. */
int wave_queue_room(struct wave *w, uint32_t more, struct pt_err *err) PT_MUSTUSE;
/* Takes ownership of its queue; in the current stage. */
int wave_add(struct pt_engine *e, const struct wave *w, struct pt_err *err) PT_MUSTUSE;
int waves_plan(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
int wave_step(struct pt_engine *e, uint32_t index, struct pt_err *err) PT_MUSTUSE;
/* Tells the waves of the slot that need the package that it arrived in some orgs. */
void waves_tell_arrival(struct pt_engine *e, const struct wave *from);
int64_t wave_wake_ms(const struct pt_engine *e, const struct wave *w);
/* The first package that the org lacks before it can take this one; UINT32_MAX: none. */
uint32_t missing_of(const struct pt_engine *e, uint32_t package, uint32_t org);

/* engine_stage.c */
/* The stage's orgs slot by slot, in inventory order within a slot. */
int gather_members(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
/* Asks for all of it again: who has what. */
void begin_reading(struct pt_engine *e);
int stage_step(struct pt_engine *e, struct pt_err *err) PT_MUSTUSE;
int stage_reply(struct pt_engine *e, enum cookie_kind kind, uint32_t package,
		const struct pt_push_reply *reply, struct pt_err *err) PT_MUSTUSE;
int64_t stage_wake_ms(const struct pt_engine *e);

/* The cookie of a new call. Whoever waits for it keeps its serial, so that the answer to another
   call of theirs, or the same answer once more, is not taken for it. */
static inline uint64_t cookie_new(uint32_t *sent_out, struct pt_engine *e, enum cookie_kind kind,
				  uint32_t index)
{
	e->serial = e->serial % ((1U << SERIAL_BITS) - 1) + 1;
	*sent_out = e->serial;
	return (uint64_t)kind << (32 + SERIAL_BITS) | (uint64_t)e->serial << 32 | index;
}

/* engine_stop.c */
/* The breakers of the stage count anew. */
void forget_breaker(const struct pt_engine *e, struct stage *stage);

static inline int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A read may always be repeated, also when its answer was lost. */
static inline bool reply_may_be_repeated(const struct pt_push_reply *reply)
{
	return reply->outcome == PT_PUSH_TEMPORARY || reply->outcome == PT_PUSH_LOST;
}

static inline const struct pt_stage_conf *stage_conf(const struct pt_engine *e)
{
	return &e->setup.conf->stage[e->at];
}

static inline const struct pt_pair *pair_of(const struct pt_engine *e, uint32_t package,
					    uint32_t org)
{
	return &e->pairs.of[package][org];
}

/* The same, to be changed. */
static inline struct pt_pair *pair_edit(struct pt_engine *e, uint32_t package, uint32_t org)
{
	e->dirt.pair[package * e->dirt.nchunk + org / PT_JOURNAL_CHUNK] = 1;
	return &e->pairs.of[package][org];
}

/* It changed; there is room for each request once. */
static inline void request_touch(struct pt_engine *e, struct request *r)
{
	if (!r->dirty)
		e->touched[e->ntouched++] = (uint32_t)(r - e->request);
	r->dirty = true;
}

/* Its call changes something on the platform. */
static inline bool is_write(enum request_state state)
{
	return state == REQ_CREATE || state == REQ_ADD || state == REQ_ACTIVATE ||
	       state == REQ_CANCEL;
}

static inline bool in_doubt(const struct request *r)
{
	return r->state == REQ_FIND || r->state == REQ_FIND_JOBS;
}

/* All of its subscribers were read a moment ago. */
static inline bool package_is_fresh(const struct pt_engine *e, uint32_t package)
{
	return e->now_ms - e->fresh_ms[package] <= e->setup.conf->fresh_ms;
}

/* The connector that the request goes through. */
static inline uint32_t request_connector(const struct pt_engine *e, const struct request *r)
{
	return e->setup.connector[e->wave[r->wave].package];
}

static inline bool confirmed(const struct pt_engine *e)
{
	return e->setup.conf->order == PT_ORDER_CONFIRMED;
}

/* Its requests are scheduled as soon as the batch is due, before their start. */
static inline bool goes_ahead(const struct pt_engine *e, const struct wave *w)
{
	return !confirmed(e) && !w->pass;
}

#endif
