/* See clock.h. */
#include "connectors/clock/clock.h"

#include <time.h>

enum { LONGEST_WAIT_MS = 500, NS_PER_MS = 1000000, MS_PER_S = 1000 };

static int64_t virtual_now_ms(struct pt_clock *clock)
{
	return clock->at_ms;
}

static void virtual_wait(struct pt_clock *clock, int64_t until_ms)
{
	if (until_ms > clock->at_ms)
		clock->at_ms = until_ms;
}

struct pt_clock pt_clock_virtual(int64_t start_ms)
{
	return (struct pt_clock){virtual_now_ms, virtual_wait, start_ms, 0, true};
}

/* INT64_MIN: it cannot be read. */
static int64_t read_ms(clockid_t which)
{
	struct timespec now;

	if (clock_gettime(which, &now) != 0)
		return INT64_MIN;
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

int64_t pt_clock_monotonic_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

static int64_t wall_now_ms(struct pt_clock *clock)
{
	int64_t now_ms = read_ms(CLOCK_REALTIME);

	if (now_ms != INT64_MIN)
		now_ms += clock->ahead_ms;

	if (now_ms > clock->at_ms)
		clock->at_ms = now_ms;
	return clock->at_ms;
}

static void wall_wait(struct pt_clock *clock, int64_t until_ms)
{
	int64_t wait_ms = until_ms - wall_now_ms(clock);
	struct timespec span;

	if (wait_ms <= 0)
		return;
	if (wait_ms > LONGEST_WAIT_MS)
		wait_ms = LONGEST_WAIT_MS;
	span = (struct timespec){wait_ms / MS_PER_S, wait_ms % MS_PER_S * NS_PER_MS};
	(void)nanosleep(&span, NULL);
}

struct pt_clock pt_clock_wall(void)
{
	return (struct pt_clock){wall_now_ms, wall_wait, INT64_MIN, 0, false};
}

struct pt_clock pt_clock_wall_from(int64_t not_before_ms)
{
	struct pt_clock clock = pt_clock_wall();
	int64_t now_ms = wall_now_ms(&clock);

	if (now_ms < not_before_ms) {
		clock.ahead_ms = not_before_ms - now_ms;
		clock.at_ms = not_before_ms;
	}
	return clock;
}
