/*
 * Tells on standard error what a run does while it is driven: notes as they happen, the lines at
 * the end of a terminal that say how far it is, and elsewhere a heartbeat when nothing happens
 * for long. Looks at the engine between its steps, and no oftener than that costs little.
 */
#ifndef PT_CMD_TELLER_H
#define PT_CMD_TELLER_H

#include "cmd/context.h"
#include "pipeline/progress.h"

struct pt_teller;

/* Of the context's engine and plan, which outlive it. Owned by the caller. */
int pt_teller_new(struct pt_teller **out, struct pt_context *c, struct pt_err *err) PT_MUSTUSE;
void pt_teller_free(struct pt_teller *teller);

/* The run's name, and the command that approves a stage without the stage's name. Copied. */
void pt_teller_about(struct pt_teller *teller, const char *run, const char *approve);

/* Of a driver: see on_note and on_turn there. */
void pt_teller_note(struct pt_teller *teller, const struct pt_note *note);
void pt_teller_turn(void *teller);

#endif
