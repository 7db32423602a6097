/*
 * What is going to happen, earliest first: a binary heap of 16-byte entries.
 * Room is reserved when something is planned, so that time can pass without
 * running out of memory.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_EVENTS_H
#define PT_CONNECTORS_PUSH_SIMULATED_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pt_sim_event {
	int64_t at_ms;
	uint32_t rank;    /* of two at the same time the lower rank comes first, */
	uint32_t subject; /* then the lower subject */
};

struct pt_sim_events {
	struct pt_sim_event *item; /* owned */
	size_t n, cap;
};

#define PT_SIM_EVENTS_INIT                                                                         \
	{                                                                                          \
		.item = NULL                                                                       \
	}

/* Makes room for `total` events at a time. */
int pt_sim_events_reserve(struct pt_sim_events *events, size_t total,
			  struct pt_err *err) PT_MUSTUSE;

/* There must be room. O(log n). */
void pt_sim_events_push(struct pt_sim_events *events, struct pt_sim_event event);

/* Takes the first event if it is due at now_ms. O(log n). */
bool pt_sim_events_pop(struct pt_sim_event *out, struct pt_sim_events *events, int64_t now_ms);

/* When the first one is due; PT_NEVER when there is none. */
int64_t pt_sim_events_next_ms(const struct pt_sim_events *events);

void pt_sim_events_release(struct pt_sim_events *events);

#endif
