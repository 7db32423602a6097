/*
 * What 'watch' carries from step to step of a round: it looks at the triggers, goes on with
 * runs under way, and lets trains depart that are due.
 */
#ifndef PT_CMD_WATCH_H
#define PT_CMD_WATCH_H

#include "base/digest.h"
#include "cmd/live.h"
#include "pipeline/trigger.h"

/* A repository's tags as they were listed in this round. */
struct pt_listed {
	const char *git; /* borrowed from the suite */
	struct pt_tags tags;
	struct pt_err err; /* why they could not be */
	struct pt_listed *next;
};

struct pt_watch {
	const struct pt_args *args;
	struct pt_live live;  /* the suite, the journal */
	struct pt_lock *lock; /* on watching, in a file of its own */
	bool wall;            /* time is the machine's; else it jumps to what is due, unless --at */
	int64_t now_ms;       /* of this round */
	int64_t until_ms;     /* how far runs are driven: to the next look, or PT_NEVER */
	struct pt_listed *listed; /* owned */
	struct pt_buf said;       /* what happened, to be printed */
	enum pt_exit status;
};

/* Time does not pass by itself, and nobody said where it stands. */
bool pt_watch_jumps(const struct pt_watch *watch);

/* The tags of a repository, listed once a round. Borrowed from the watch until the next. */
int pt_watch_list(const struct pt_tags **out, struct pt_watch *watch, const char *git,
		  struct pt_err *err) PT_MUSTUSE;

/* Remembers the worst: failed, stopped, refused, residue. */
void pt_watch_status(struct pt_watch *watch, enum pt_exit status);

/* "train NAME: tag TAG ", the beginning of a line of what is said. */
void pt_watch_line(struct pt_watch *watch, const struct pt_known_tags *known,
		   const struct pt_known_tag *tag);

/* Prints what was said. */
void pt_watch_tell(struct pt_watch *watch);

/* Of the suite file, and of the tags that a train of that kind is decided by. */
int pt_watch_digest(char out[PT_DIGEST_TEXT], struct pt_watch *watch,
		    const struct pt_train_conf *conf, struct pt_err *err) PT_MUSTUSE;

/* Goes on with the suite's runs that are under way and due. watch_runs.c */
int pt_watch_advance(struct pt_watch *watch, struct pt_err *err) PT_MUSTUSE;

/* Drives a run that is locked and restored, or has just been begun, and shows how it stands. */
int pt_watch_drive(struct pt_watch *watch, struct pt_live *live, struct pt_err *err) PT_MUSTUSE;

/* Whether there is a run of that train and id: then it is this tag's, whoever began it. */
int pt_watch_recognise(bool *found_out, struct pt_watch *watch, struct pt_known_tags *known,
		       struct pt_known_tag *tag, struct pt_err *err) PT_MUSTUSE;

/* Lets the train depart whose tag is due, or says what it waits for. watch_depart.c */
int pt_watch_depart(struct pt_watch *watch, const struct pt_train_conf *conf,
		    struct pt_err *err) PT_MUSTUSE;

#endif
