/* A gate's command, run to its end beside nothing else. See pipeline/driver.h. */
#ifndef PT_CMD_GATE_CHECK_H
#define PT_CMD_GATE_CHECK_H

#include <signal.h>

#include "pipeline/driver.h"
#include "pipeline/plan.h"

/* Everything is borrowed. */
struct pt_gate_check {
	const struct pt_plan *plan;
	const char *run;
	const volatile sig_atomic_t *stop; /* not 0: it is given up */
};

/* The driver's `check`; the context is a struct pt_gate_check. */
int pt_gate_check(void *context, const struct pt_check *check, struct pt_check_end *out,
		  struct pt_err *err) PT_MUSTUSE;

#endif
