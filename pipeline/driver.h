/*
 * Carries out what the engine asks for, on a virtual clock that jumps to the
 * next event: for rehearsals, and for runs on the simulated platform.
 */
#ifndef PT_PIPELINE_DRIVER_H
#define PT_PIPELINE_DRIVER_H

#include "pipeline/engine.h"

struct pt_driver {
	struct pt_push_session **session; /* one per connector; borrowed */
	uint32_t nconnector;
	const uint32_t *connector; /* of each package; borrowed */
	int64_t now_ms;            /* the clock */
	uint64_t http_calls;       /* of surveys; the engine counts its own */
	/* MAY be NULL. Told of every note as it happens. */
	void (*on_note)(void *context, const struct pt_note *note);
	void *context;
};

/* Reads every package's versions and subscribers into the inventory. */
int pt_driver_survey(struct pt_driver *driver, const struct pt_train *train,
		     struct pt_inventory *inventory, struct pt_err *err) PT_MUSTUSE;

/* Runs the engine to its end. PT_E_PLATFORM when nothing can ever happen again. */
int pt_driver_run(struct pt_driver *driver, struct pt_engine *engine,
		  struct pt_err *err) PT_MUSTUSE;

#endif
