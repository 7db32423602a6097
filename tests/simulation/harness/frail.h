/* A journal whose disk may fail: in front of another store. */
#ifndef PT_TESTS_SIMULATION_HARNESS_FRAIL_H
#define PT_TESTS_SIMULATION_HARNESS_FRAIL_H

#include "connectors/store/store.h"

struct sim_frail {
	struct pt_store base;
	struct pt_store *inner; /* borrowed */
	/* Asked before every transaction: how many writes it takes until the disk fails. */
	bool (*fails)(void *context, uint32_t *after_out);
	void *context;
	uint32_t left;
	bool failing, failed; /* it will; it did, and nothing is written any more */
};

extern const struct pt_store_ops SIM_FRAIL;

#endif
