/* A gate's command, run to its end beside nothing else. See pipeline/driver.h. */
#ifndef PT_CMD_GATE_CHECK_H
#define PT_CMD_GATE_CHECK_H

#include "pipeline/driver.h"
#include "pipeline/plan.h"

/* Everything is borrowed. */
struct pt_gate_check {
	const struct pt_plan *plan;
	const char *run;
	/* MUST. What goes on beside it gets a turn; *give_up: its users want something else,
	   which the driver's `ask` says next. */
	int (*turn)(void *turn_context, bool *give_up, struct pt_err *err);
	void *turn_context;
};

/* The driver's `check`; the context is a struct pt_gate_check. */
int pt_gate_check(void *context, const struct pt_check *check, struct pt_check_end *out,
		  struct pt_err *err) PT_MUSTUSE;

#endif
