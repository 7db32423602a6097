/*
 * A command as a gate's check: its exit status says whether the gate holds. It runs
 * beside the run, in the environment of the figures that the gate is judged by.
 *
 *     pt_check_start(&check, &subject, err);
 *     while (!pt_check_poll(&holds, check, 20)) ...     something else meanwhile
 *     pt_check_free(check);
 */
#ifndef PT_CMD_CHECKS_H
#define PT_CMD_CHECKS_H

#include "config/suite.h"
#include "pipeline/pairs.h"

struct pt_check_run;

/* Borrowed until the function returns, but for the conf, which must outlive the check. */
struct pt_check_subject {
	const struct pt_check_conf *conf;
	const char *suite, *train, *run, *stage;
	const struct pt_tally *tally; /* of the stage */
};

/* Owned by the caller. PT_E_IO: it cannot be run. */
int pt_check_start(struct pt_check_run **out, const struct pt_check_subject *subject,
		   struct pt_err *err) PT_MUSTUSE;

/* Waits up to wait_ms for its end; true: that was it. *holds: with exit status 0. */
bool pt_check_poll(bool *holds, struct pt_check_run *check, int wait_ms);

/* When it has ended: its last line, after how it ended if that was not well. */
void pt_check_line(char *out, size_t size_bytes, const struct pt_check_run *check);

/* The last 4 KiB of what it printed, fit for a terminal; borrowed. */
const char *pt_check_printed(struct pt_check_run *check);

/* Kills it when it has not ended. */
void pt_check_free(struct pt_check_run *check);
void pt_check_freep(struct pt_check_run **check);

#endif
