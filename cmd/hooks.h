/*
 * Whoever the suite wants to be told of a run: the engine's notes become events, which
 * are delivered beside it. What was delivered is in the journal; a run that goes on in
 * another process tells the rest. None of this ever fails: it is said, and the run goes on.
 *
 *     pt_hooks_open(&hooks, context, &run, &journal);   before it is driven
 *     pt_hooks_note(hooks, note);                       each as it happens
 *     pt_hooks_turn(hooks);                             after every step; never blocks
 *     pt_hooks_finish(hooks, wait_ms);                  at the end, for a while
 */
#ifndef PT_CMD_HOOKS_H
#define PT_CMD_HOOKS_H

#include "cmd/context.h"

struct pt_hooks;

/* NULL when there are none. All is borrowed and must outlive it. Owned by the caller. */
struct pt_hooks *pt_hooks_open(const struct pt_context *c, const struct pt_run *run,
			       const struct pt_journal *journal);
void pt_hooks_free(struct pt_hooks *hooks);

void pt_hooks_note(struct pt_hooks *hooks, const struct pt_note *note);

/* Returns after how many milliseconds of real time it wants another turn, or PT_NEVER. */
int64_t pt_hooks_turn(struct pt_hooks *hooks);

/*
 * Waits for what is under way, for as long as one try of a hook may take, and most_ms at
 * most. Says what is left, with the command that delivers it.
 */
void pt_hooks_finish(struct pt_hooks *hooks, int64_t most_ms, const char *command);

/* Sends a test to all of them and says how it went; how many did not get it. */
size_t pt_hooks_test(const struct pt_suite *suite);

#endif
