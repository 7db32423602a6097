/*
 * A shell command beside us, which cannot hold us up: it has a time limit, a limit on
 * what it prints, a process group of its own that is ended with it, none of our open
 * files and none of our signals.
 *
 *     pt_child_start(&child, &conf, err);
 *     while (!pt_child_poll(&result, child, 0)) ...     something else meanwhile
 *     pt_child_free(child);
 *
 * It has ended when the shell has. What it left behind in its process group is killed
 * then; what left the group as well is not waited for.
 */
#ifndef PT_CONNECTORS_COMMAND_CHILD_H
#define PT_CONNECTORS_COMMAND_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pt_child;

enum pt_child_output {
	PT_CHILD_ALL,  /* its standard output, of which more than the limit ends it; its errors go
			  where ours go */
	PT_CHILD_TAIL, /* the last of both; the beginning is dropped */
};

struct pt_child_conf {
	const char *command;    /* by /bin/sh -c */
	char *const *env;       /* its whole environment; NULL: ours */
	const char *input;      /* its standard input, all of it; NULL: none */
	size_t input_size;      /* what a pipe takes at once, 64 KiB at most */
	int64_t limit_ms;       /* of real time: then SIGTERM */
	int64_t grace_ms;       /* and then, 0: two seconds later, SIGKILL */
	struct pt_buf *printed; /* borrowed until it is freed; appended to */
	size_t printed_max;
	enum pt_child_output output;
};

enum pt_child_end {
	PT_CHILD_EXITED,   /* number: its exit status */
	PT_CHILD_SIGNALED, /* number: the signal */
	PT_CHILD_TOO_LONG,
	PT_CHILD_TOO_MUCH, /* it printed */
	PT_CHILD_LOST,     /* how it ended is not known: somebody else has reaped it */
};

struct pt_child_result {
	enum pt_child_end end;
	int number;
};

/* Owned by the caller. PT_E_LIMIT: the input; PT_E_IO: it cannot be run. */
int pt_child_start(struct pt_child **out, const struct pt_child_conf *conf,
		   struct pt_err *err) PT_MUSTUSE;

/* Waits up to wait_ms for its end; true: that was it, and it stays so. */
bool pt_child_poll(struct pt_child_result *out, struct pt_child *child, int wait_ms);

/* Exit status 0, and nothing else. */
bool pt_child_succeeded(const struct pt_child_result *result);

/* Appends "ended with status 3", "was ended by signal 9", "took too long" ... */
void pt_child_result_text(struct pt_buf *out, const struct pt_child_result *result);

/*
 * The last line of what was printed that is none of blanks, fit for a terminal: what
 * programs say at last is mostly why they failed. "" if there is none.
 */
void pt_child_last_line(char *out, size_t size_bytes, const struct pt_buf *printed);

/* Kills it, when it has not ended, with all that it started. */
void pt_child_free(struct pt_child *child);
void pt_child_freep(struct pt_child **child);

#endif
