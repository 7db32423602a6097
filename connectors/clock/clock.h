/*
 * Where time comes from: the wall clock, or a virtual one that jumps.
 */
#ifndef PT_CONNECTORS_CLOCK_CLOCK_H
#define PT_CONNECTORS_CLOCK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct pt_clock {
	/* MUST. Never goes back, whatever the machine's clock does. */
	int64_t (*now_ms)(struct pt_clock *clock);
	/* MUST. Returns at that time, or earlier when something else wants a look. */
	void (*wait)(struct pt_clock *clock, int64_t until_ms);
	int64_t at_ms;    /* the time that it said last */
	int64_t ahead_ms; /* of the machine's clock */
	bool is_virtual;
};

/* Stands still until it is waited for. */
struct pt_clock pt_clock_virtual(int64_t start_ms);

/* Real time that never goes back, since whenever: for how long something takes. */
int64_t pt_clock_monotonic_ms(void);

/* The machine's; waits half a second at most at a time, less when a signal comes. */
struct pt_clock pt_clock_wall(void);

/* The same, but where the machine's is earlier than that: then it begins there. */
struct pt_clock pt_clock_wall_from(int64_t not_before_ms);

#endif
