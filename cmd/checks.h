/*
 * A command as a gate's check: its exit status says whether the gate holds. It runs
 * beside the run, in the environment of the figures that the gate is judged by.
 *
 *     pt_check_start(&check, &subject, err);
 *     while (!pt_check_poll(&held, &output, check)) ...     something else meanwhile
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

/*
 * True: it has ended. *held: with exit status 0. *output says how and what it printed at
 * last, in some 4 KiB of lines that are fit for a terminal and a journal; borrowed.
 */
bool pt_check_poll(bool *held, const char **output, struct pt_check_run *check);

/* Kills it when it has not ended. */
void pt_check_free(struct pt_check_run *check);

#endif
