/*
 * A live run: its journal, its lock and its clock around a context. Used by run,
 * resume, advance, repush and abort.
 *
 *     pt_live_open(&live, args, PT_STORE_WRITE, err);
 *     pt_live_take(&live, name, err);       the run, and the lock on it
 *     pt_live_restore(&live, true, err);    the context and engine as they were
 *     pt_live_drive(&live, PT_NEVER, err);
 *     return pt_live_end(&live);
 */
#ifndef PT_CMD_LIVE_H
#define PT_CMD_LIVE_H

#include "cmd/context.h"
#include "cmd/hooks.h"
#include "cmd/metrics_file.h"
#include "connectors/store/lock.h"
#include "connectors/store/sqlite.h"
#include "pipeline/journal.h"

struct pt_live {
	struct pt_context c;
	char *state, *lock_file; /* owned; paths */
	struct pt_store *store;
	struct pt_lock *lock;
	struct pt_run run;
	struct pt_journal journal;
	int64_t nwish;         /* wishes that were heard */
	bool paused;           /* the last of them when the lock was taken */
	struct pt_arena words; /* why it was asked to end */
	enum pt_drive_end end;
	enum pt_drive_wish wish;         /* that was heard while a gate's command ran */
	struct pt_hooks *hooks;          /* NULL: none, or not opened yet */
	struct pt_metrics_file *metrics; /* the same */
};

/* Opens the journal of the suite that the arguments name, or `--state`; the context is left as it
 * is. */
int pt_live_open(struct pt_live *live, const struct pt_args *args, enum pt_store_mode mode,
		 struct pt_err *err) PT_MUSTUSE;
void pt_live_release(struct pt_live *live);

/* Finds the run and takes its lock. PT_E_BUSY: another process drives it. */
int pt_live_take(struct pt_live *live, const char *name, struct pt_err *err) PT_MUSTUSE;

/* PT_E_REFUSED when it has ended; one that has halted has not. */
int pt_live_refuse_ended(struct pt_live *live, struct pt_err *err) PT_MUSTUSE;

/* Opens the journal and finds the run that the arguments name, whoever drives it. */
int pt_live_find(struct pt_live *live, const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;

/* The same, to ask something of it. PT_E_REFUSED when it has ended. */
int pt_live_ask(struct pt_live *live, const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;

/* Takes the lock of the run that was found. PT_E_BUSY: another process drives it. */
int pt_live_lock(struct pt_live *live, struct pt_err *err) PT_MUSTUSE;

/* The first signal stops in order what goes on, a second one ends the process. A hangup stops it
   in order, however often it comes. */
void pt_live_catch_signals(void);

/* What drives a run goes on when nobody reads any longer what it says. */
void pt_live_need_no_reader(void);

bool pt_live_stopped(void);

/* Whether a new run goes by the machine's clock, by --clock or the connectors. */
int pt_live_wants_wall(bool *out, struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/*
 * Of a context that has planned by a plan file: PT_E_REFUSED when the audience has changed
 * by more than the train allows, or by the machine's clock its notice is too short.
 */
int pt_live_may_depart(struct pt_context *c, bool wall, struct pt_err *err) PT_MUSTUSE;

/* A new run of that plan, which the context has opened and compared; its lock is taken. */
int pt_live_depart(struct pt_live *live, const struct pt_plan_file *file, const char *text,
		   size_t size, struct pt_err *err) PT_MUSTUSE;

/* Everything as the journal has it. `strict`: refused when tags or rules are others than planned.
 */
int pt_live_restore(struct pt_live *live, bool strict, struct pt_err *err) PT_MUSTUSE;

/* Somebody goes on with it: it is paused no longer. */
int pt_live_unpause(struct pt_live *live, struct pt_err *err) PT_MUSTUSE;

/* Until when something is due now; a virtual clock jumps to where it is. */
int64_t pt_live_due_ms(struct pt_live *live);

/* On until that time, the end, a signal or a wish of another process. */
int pt_live_drive(struct pt_live *live, int64_t until_ms, struct pt_err *err) PT_MUSTUSE;

/* What its users want of it by now: a signal, or what another process wrote down. */
int pt_live_heed(struct pt_live *live, enum pt_drive_wish *out, struct pt_err *err) PT_MUSTUSE;

/* Runs a gate's command to its end, or until its users want the run to stop: a driver's `check`,
   see driver.h. The context is the struct pt_live. */
int pt_live_check(void *context, const struct pt_check *check, struct pt_check_end *out,
		  struct pt_err *err) PT_MUSTUSE;

/* Prints where it stands and how to go on; returns the exit status. */
enum pt_exit pt_live_end(struct pt_live *live);

/* The exit status alone. */
enum pt_exit pt_live_status(const struct pt_live *live);

/* "pushtrain VERB RUN" with the options that lead to this journal again. */
void pt_live_command(struct pt_buf *out, const struct pt_live *live, const char *verb,
		     const char *run);

/* The plan file of that path, and its text. Both owned by the caller. */
int pt_plan_load(struct pt_plan_file **out, struct pt_buf *text, const char *path,
		 struct pt_err *err) PT_MUSTUSE;

/*
 * The plan's suite, kind of train, order, cut and start; the train as the tags have
 * it now; PT_E_REFUSED, with the difference printed, when that is not what was planned.
 * Not `strict`: the train as the plan has it, no repository is asked. `run` is the name of one that
 * departed by it, NULL before that.
 */
int pt_plan_follow(struct pt_context *c, const struct pt_plan_file *file, const char *run,
		   bool strict, struct pt_err *err) PT_MUSTUSE;

/*
 * Departs by the plan file that the arguments name, as far as the run is begun and locked:
 * compared with suite and tags, confirmed by --confirm or at the terminal, and after what the
 * train's `overlap` says of runs that are under way. run.c
 */
int pt_run_depart(struct pt_live *live, const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;

/*
 * Ends the run of that name: what has not started is canceled, `why` stands in its report.
 * Whoever drives it is asked to, and waited for. Fills an opened *live. abort.c
 */
int pt_run_end(struct pt_live *live, const char *name, const char *why,
	       struct pt_err *err) PT_MUSTUSE;

/*
 * Until no other run of the suite is under way, by the train's `overlap`: PT_E_REFUSED, or
 * after a wait, or after ending it. The context has followed the plan; what it says is of
 * before the wait, *waited_out, after which it has to be compared anew. overlap.c
 */
int pt_overlap_clear(bool *waited_out, struct pt_live *live, const struct pt_plan_file *file,
		     struct pt_err *err) PT_MUSTUSE;

#endif
