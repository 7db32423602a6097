/*
 * The simulated platform's other face: the REST subset that push upgrades use, over
 * HTTP on this machine's loopback address, as strict as the platform is.
 *
 *     pt_emulator_new(&emulator, platform, &conf, err);
 *     printf("%u", pt_emulator_port(emulator));
 *     while (!stop)
 *             pt_emulator_turn(emulator, 100, err);
 *
 * Everything happens in the caller's thread, inside pt_emulator_turn().
 */
#ifndef PT_CONNECTORS_EMULATOR_EMULATOR_H
#define PT_CONNECTORS_EMULATOR_EMULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "connectors/emulator/faults.h"

struct pt_platform;
struct pt_emulator;

/* What time it is on the platform. */
enum pt_emulator_clock {
	PT_EMULATOR_SPEED,   /* the machine's clock, `speed` times as fast, from start_ms on */
	PT_EMULATOR_MANUAL,  /* it stands still until the control path moves it */
	PT_EMULATOR_FOLLOWS, /* what a request's header Pushtrain-Now says; it never goes back */
};

struct pt_emulator_conf {
	uint16_t port; /* 0: any that is free */
	enum pt_emulator_clock clock;
	double speed;
	int64_t start_ms;
	uint32_t page_rows;    /* at most so many records a page; 0: 2,000 */
	int64_t latency_ms;    /* real time that passes before each answer goes out */
	uint32_t daily_limit;  /* calls in 24 hours of the platform's time; 0: told, not enforced */
	int64_t token_life_ms; /* platform time after which a token is refused; 0: never */
	const char *token;     /* taken from the start; NULL: one is made up */
	bool control;          /* serve /_control as well */
	uint64_t seed;         /* of faults at random */
	int32_t fault_ppm;     /* share of requests that meet one; 0: none */
};

/* The platform is borrowed. PT_E_IO: the port is taken. Owned by the caller. */
int pt_emulator_new(struct pt_emulator **out, struct pt_platform *platform,
		    const struct pt_emulator_conf *conf, struct pt_err *err) PT_MUSTUSE;
void pt_emulator_free(struct pt_emulator *emulator);
void pt_emulator_freep(struct pt_emulator **emulator);

/* Takes what has come and answers what is due; waits up to wait_ms for more. */
int pt_emulator_turn(struct pt_emulator *emulator, int64_t wait_ms, struct pt_err *err) PT_MUSTUSE;

uint16_t pt_emulator_port(const struct pt_emulator *emulator);
const char *pt_emulator_token(const struct pt_emulator *emulator);

/* One more scripted fault. PT_E_INVALID: its path is no pattern. */
int pt_emulator_fault(struct pt_emulator *emulator, const struct pt_fault *fault,
		      struct pt_err *err) PT_MUSTUSE;

/* What was asked so far, and how many faults it met. */
uint64_t pt_emulator_nrequest(const struct pt_emulator *emulator);
uint64_t pt_emulator_nfault(const struct pt_emulator *emulator);

#endif
