/*
 * Writing to a terminal without waiting for it: one that is held with Ctrl-S, or whose connection
 * hangs, must not hold whoever drives a run. What it does not take yet is kept for later.
 */
#ifndef PT_CMD_OUTLET_H
#define PT_CMD_OUTLET_H

#include "base/buf.h"

struct pt_outlet {
	int fd;             /* owned; -1: closed */
	struct pt_buf left; /* what it has not taken yet */
};

#define PT_OUTLET_INIT                                                                             \
	{                                                                                          \
		-1, PT_BUF_INIT                                                                    \
	}

/* Opens the terminal behind that descriptor once more, for itself. False: it cannot be. */
bool pt_outlet_open(struct pt_outlet *outlet, int terminal_fd);

/* Writes as much of what is left as it takes. True: nothing is left. */
bool pt_outlet_turn(struct pt_outlet *outlet);

/* Writes that after what is left. Beyond a megabyte it is dropped. */
void pt_outlet_put(struct pt_outlet *outlet, const char *text, size_t size_bytes);

/* Waits until everything is written, or the terminal is gone, or a signal comes. */
void pt_outlet_drain(struct pt_outlet *outlet);

void pt_outlet_close(struct pt_outlet *outlet);

#endif
