/*
 * The engine: a state machine that ships a train. It does no I/O and reads no
 * clock: it is told the time and what came back, and says what to do next.
 *
 *     pt_engine_new(&engine, &setup, err);
 *     while (!pt_engine_finished(engine)) {
 *             pt_engine_step(engine, now, err);
 *             while (pt_engine_take_call(&package, &call, engine))  submit the call
 *             wait until pt_engine_wake_ms() or a reply
 *             pt_engine_reply(engine, now, reply, err);
 *     }
 *
 * Given the same setup and the same sequence of times and replies it makes the
 * same calls. Its files: engine.c (this interface, the order of stages),
 * engine_stage.c (a stage from its first read to its gate), engine_wave.c (one
 * package to one batch, or in one re-push pass), engine_request.c (one push
 * request), engine_reply.c (what answers do to it), engine_poll.c (who looks when it is
 * done), engine_doubt.c (a write whose answer was lost), engine_budget.c (the platform's
 * allowance), engine_calls.c (what is to be sent, and when to try again),
 * engine_failure.c (failed jobs, for the journal),
 * engine_pass.c (a re-push pass), engine_hours.c (windows and blackouts), engine_gate.c (a
 * stage's gate), engine_approval.c (what people must say before a stage begins), engine_exclude.c
 * (orgs left out on the way), engine_repush.c (one more pass because
 * somebody wants it), engine_stop.c (the end before the end), engine_dirt.c,
 * engine_record.c and engine_restore.c (to the journal and back), engine_outlook.c and
 * engine_detail.c (what it is doing, for whoever watches; see outlook.h).
 */
#ifndef PT_PIPELINE_ENGINE_H
#define PT_PIPELINE_ENGINE_H

#include "connectors/push/push.h"
#include "pipeline/audience.h"
#include "pipeline/figures.h"
#include "pipeline/hours.h"
#include "pipeline/inventory.h"
#include "pipeline/pairs.h"
#include "pipeline/targets.h"
#include "pipeline/train.h"

struct pt_engine;
struct pt_journal;

/* Everything is borrowed and must outlive the engine; inventory and audience are kept current. */
struct pt_engine_setup {
	const struct pt_suite *suite;
	const struct pt_train_conf *conf;
	const struct pt_train *train;
	const struct pt_targets *targets;
	const struct pt_org_lists *lists;
	struct pt_inventory *inventory;
	struct pt_audience *audience;
	const struct pt_hours *hours;   /* MAY be NULL: something may start at any time */
	const int64_t *stage_start_ms;  /* not before; one per stage */
	const uint64_t *stage_eligible; /* what the plan counted, to notice drift; one per stage */
	const uint32_t *connector;      /* of each package, numbers below nconnector */
	uint32_t nconnector;
	const int64_t *poll_ms;       /* of each connector */
	const int32_t *api_floor_ppm; /* of each: the share of its calls that is left to others */
	int64_t surveyed_ms;          /* when all subscribers were last read; PT_LONG_AGO: not */
	bool journalled;              /* pt_engine_record() is called after every step */
	bool details;   /* pt_engine_take_detail() is called after every step; see outlook.h */
	bool rehearsal; /* approvals are given and checks hold at once: nobody is there to ask */
};

/* What happened, for whoever watches. */
enum pt_note_kind {
	PT_NOTE_STAGE_WAVES,  /* the stage begins: a: eligible, b: excluded, c: already current */
	PT_NOTE_WAVE_OPENED,  /* a: orgs ready, b: held */
	PT_NOTE_WAVE_TOPUP,   /* a: orgs whose base arrived */
	PT_NOTE_WAVE_DONE,    /* a: pushed, b: at target, c: failed, d: held */
	PT_NOTE_PASS_OPENED,  /* pass: its number from 1; a: 1 when somebody asked for it */
	PT_NOTE_PASS_PACKAGE, /* a: orgs pushed again */
	PT_NOTE_PASS_DONE,
	PT_NOTE_SOAKING,    /* until_ms */
	PT_NOTE_STAGE_DONE, /* a: at target, b: failed, c: held; ppm: success */
	PT_NOTE_FOREIGN,    /* a: orgs that somebody else is upgrading */
	PT_NOTE_HALTED,     /* text */
	PT_NOTE_ENDED,      /* a: it is halted, and may go on */
	PT_NOTE_PAUSED,     /* a: API calls used of b; until_ms */
	PT_NOTE_CLOSED,   /* a: orgs that had not started when the hours ended; again at until_ms */
	PT_NOTE_LATE,     /* a: orgs that the platform started after that */
	PT_NOTE_APPROVAL, /* the stage waits for one; until_ms: unanswered then it is a no */
	PT_NOTE_APPROVED, /* text: by whom */
	PT_NOTE_REFUSED,  /* text: by whom, or that nobody answered; the run halts */
	PT_NOTE_EXCUSED,  /* the stage may pass what halted it; text: who says so */
	PT_NOTE_CHECKING, /* text: the gate's command */
	PT_NOTE_CHECKED,  /* it holds; text: what it printed last */
	PT_NOTE_SILENT,   /* the platform has not said for a ms how jobs go; text: what it said */
	PT_NOTE_NKIND,
};

struct pt_note {
	enum pt_note_kind kind;
	int64_t at_ms, until_ms;
	uint32_t stage, package, slot, pass; /* package and slot as far as they apply */
	uint64_t a, b, c, d;
	int32_t ppm;
	const char *text; /* borrowed from the engine */
};

/* Owned by the caller. */
int pt_engine_new(struct pt_engine **out, const struct pt_engine_setup *setup, int64_t now_ms,
		  struct pt_err *err) PT_MUSTUSE;
void pt_engine_free(struct pt_engine *engine);
void pt_engine_freep(struct pt_engine **engine);

/* Decides what to do at that time. */
int pt_engine_step(struct pt_engine *engine, int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

/* The next call to make, and the package it is about; borrowed until the next take. */
bool pt_engine_take_call(uint32_t *package_out, const struct pt_push_call **out,
			 struct pt_engine *engine);

/* The answer to one of these calls. */
int pt_engine_reply(struct pt_engine *engine, int64_t now_ms, const struct pt_push_reply *reply,
		    struct pt_err *err) PT_MUSTUSE;

/* When it wants to be stepped again even if no reply comes; PT_NEVER: only on a reply. */
int64_t pt_engine_wake_ms(const struct pt_engine *engine);

/*
 * Writes down what changed since the last time, in one transaction; nothing when
 * nothing did. To be called after every step, before its calls are submitted: a
 * write to the platform is on disk as an intent before it is sent.
 */
int pt_engine_record(struct pt_engine *engine, const struct pt_journal *journal,
		     struct pt_err *err) PT_MUSTUSE;

/* Writes down where it stands and when it is needed next, changed or not. */
int pt_engine_record_progress(struct pt_engine *engine, const struct pt_journal *journal,
			      struct pt_err *err) PT_MUSTUSE;

/*
 * Takes a new engine to where the journal says the run stands. Its setup is that
 * of the run; inventory and audience were put back (see restore.h). What was under
 * way is read again, and a write that may have been under way is looked up before
 * it is repeated. PT_E_INVALID: the journal contradicts itself.
 */
int pt_engine_restore(struct pt_engine *engine, const struct pt_journal *journal,
		      struct pt_err *err) PT_MUSTUSE;

/*
 * Leaves an org out from now on, for a reason that is in the setup's lists as well:
 * what waits for it is dropped, a push request that has not started is canceled and
 * made again without it; what has started runs to its end. PT_E_NOTFOUND.
 */
int pt_engine_exclude(struct pt_engine *engine, const struct pt_org_key *org,
		      struct pt_err *err) PT_MUSTUSE;

/* Ends it: what has not started is canceled, what has started is left to the platform. */
int pt_engine_abort(struct pt_engine *engine, const char *why, struct pt_err *err) PT_MUSTUSE;

/* A push request that has started and whose end was not waited for. */
struct pt_started {
	struct pt_id request;
	uint32_t package;
	uint32_t npush; /* jobs without an outcome */
};

/* The i-th of them; false: there are no more. O(requests under way). */
bool pt_engine_started(struct pt_started *out, const struct pt_engine *engine, uint32_t i);

bool pt_engine_aborted(const struct pt_engine *engine);

/* The stage that waits for an approval and for nothing else; false: none does. */
bool pt_engine_awaits_approval(uint32_t *stage_out, int64_t *until_ms_out,
			       const struct pt_engine *engine);

/* The stage that halted at its gate, its drift or its approval, which somebody may excuse. */
bool pt_engine_wants_word(uint32_t *stage_out, const struct pt_engine *engine);

/* A gate's command that is to be run now. */
struct pt_check {
	uint32_t stage;
	const struct pt_check_conf *conf;
	struct pt_tally tally; /* of the stage */
	int32_t success_ppm;
};

/* There is one, and it was not taken before. */
bool pt_engine_take_check(struct pt_check *out, struct pt_engine *engine);

/* How it ended; `output` is what it said last. */
int pt_engine_checked(struct pt_engine *engine, int64_t now_ms, bool holds, const char *output,
		      struct pt_err *err) PT_MUSTUSE;

/* Goes on after a halt that has come to its end: what it kept from being pushed waits again. */
void pt_engine_go_on(struct pt_engine *engine);

/*
 * Hears of the journal's approvals, and of its wishes for one more re-push pass that it
 * has not heard of yet. Under way, it makes that pass when the current stage's passes are over,
 * before its gate is judged, in this stage and those before it.
 */
int pt_engine_hear(struct pt_engine *engine, const struct pt_journal *journal,
		   struct pt_err *err) PT_MUSTUSE;

/* It has ended or halted, and somebody wants such a pass since. */
bool pt_engine_repush_due(const struct pt_engine *engine);

/* Then begins it; else does nothing. PT_E_REFUSED when a write is in doubt. */
int pt_engine_reopen(struct pt_engine *engine, struct pt_err *err) PT_MUSTUSE;

bool pt_engine_take_note(struct pt_note *out, struct pt_engine *engine);

/* There is one to take. */
bool pt_engine_has_note(const struct pt_engine *engine);

bool pt_engine_finished(const struct pt_engine *engine);
enum pt_run_state pt_engine_state(const struct pt_engine *engine);

/* Why it halted; NULL if it did not. */
const char *pt_engine_halt_text(const struct pt_engine *engine);

/* Figures of a package in a stage, the tally counted at the moment. O(orgs). */
void pt_engine_figures(struct pt_stage_figures *out, const struct pt_engine *engine, uint32_t stage,
		       uint32_t package);

/* The same without the tally. O(1). */
void pt_engine_cost(struct pt_stage_figures *out, const struct pt_engine *engine, uint32_t stage,
		    uint32_t package);
enum pt_stage_state pt_engine_stage(int64_t *start_ms_out, int64_t *end_ms_out,
				    const struct pt_engine *engine, uint32_t stage);

/* The breaker of that package in that stage has stopped this run, in this process. */
bool pt_engine_tripped(const struct pt_engine *engine, uint32_t stage, uint32_t package);

/* Calls so far; what no package can be charged with (polls) is in here alone. */
uint64_t pt_engine_http_calls(const struct pt_engine *engine);

/* The pair of an org, and its text as the platform gave it ("" if none). */
const struct pt_pair *pt_engine_pair(const struct pt_engine *engine, uint32_t package,
				     uint32_t org);
const char *pt_engine_pair_text(const struct pt_engine *engine, const struct pt_pair *pair);

#endif
