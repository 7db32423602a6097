/*
 * Carries out what the engine asks for: calls to the sessions, waits on the
 * clock, writes to the journal. With a virtual clock it jumps from event to event.
 */
#ifndef PT_PIPELINE_DRIVER_H
#define PT_PIPELINE_DRIVER_H

#include "connectors/clock/clock.h"
#include "pipeline/engine.h"
#include "pipeline/journal.h"

/* What its users want of a run that is under way. */
enum pt_drive_wish {
	PT_DRIVE_GO_ON,
	PT_DRIVE_STOP,  /* take the answers to what was sent, send no more */
	PT_DRIVE_ABORT, /* end the run */
};

/* How a drive ended. */
enum pt_drive_end {
	PT_DRIVE_FINISHED,  /* the engine has */
	PT_DRIVE_DUE_LATER, /* nothing is to be done until after `until_ms` */
	PT_DRIVE_STOPPED,   /* as its users wanted */
	PT_DRIVE_APPROVAL,  /* a stage waits for an approval, and nothing else is to be done */
};

/* How a gate's command ended. */
struct pt_check_end {
	bool holds;
	bool stopped;     /* not at all: its users want the run to stop, which runs it again */
	char output[200]; /* the last of it */
};

struct pt_driver {
	struct pt_push_session **session; /* one per connector; borrowed; NULL: not used */
	uint32_t nconnector;
	const uint32_t *connector;        /* of each package; borrowed */
	struct pt_clock *clock;           /* borrowed */
	int64_t until_ms;                 /* PT_NEVER: to the end */
	uint64_t http_calls;              /* of surveys; the engine counts its own */
	const struct pt_journal *journal; /* MAY be NULL; borrowed */
	/* Nobody goes on with it: it is written when there is something to tell, and at the end. */
	bool journal_to_read;
	/* MAY be NULL. Told of every note as it happens. */
	void (*on_note)(void *note_context, const struct pt_note *note);
	void *note_context;
	/* MAY be NULL. Asked before every step. */
	int (*ask)(void *ask_context, enum pt_drive_wish *out, struct pt_err *err);
	void *ask_context;
	const char *abort_text; /* why it is wanted to abort; NULL: "aborted by its users" */
	/* MAY be NULL. What goes on beside the run gets a turn after every step; it returns
	   after how many milliseconds of real time it wants the next, or PT_NEVER. */
	int64_t (*aside)(void *aside_context);
	void *aside_context;
	/* MAY be NULL. Called after every step, before its notes: the engine may be looked at. On
	   a wall clock that is twice a second at least. */
	void (*on_turn)(void *turn_context);
	void *turn_context;
	/* MAY be NULL: then a gate's command says no. Runs it to its end. */
	int (*check)(void *check_context, const struct pt_check *check, struct pt_check_end *out,
		     struct pt_err *err);
	void *check_context;
};

/* One call about a package and its reply, nothing else being under way. PT_E_PLATFORM unless it
   was carried out. */
int pt_driver_ask(struct pt_push_reply *reply, struct pt_driver *driver, uint32_t package,
		  const struct pt_push_call *call, struct pt_err *err) PT_MUSTUSE;

/* Reads every package's versions, and unless `versions_only` its subscribers, into the inventory.
 */
int pt_driver_survey(struct pt_driver *driver, const struct pt_train *train, bool versions_only,
		     struct pt_inventory *inventory, struct pt_err *err) PT_MUSTUSE;

/* Drives the engine until one of the ends. PT_E_PLATFORM when nothing can ever happen again. */
int pt_driver_run(enum pt_drive_end *end_out, struct pt_driver *driver, struct pt_engine *engine,
		  struct pt_err *err) PT_MUSTUSE;

#endif
