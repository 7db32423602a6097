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
	int64_t nwish; /* wishes that were heard */
	bool paused;   /* the last of them when the lock was taken */
	enum pt_drive_end end;
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

/* Prints where it stands and how to go on; returns the exit status. */
enum pt_exit pt_live_end(struct pt_live *live);

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

#endif
