/*
 * One run of a train, from its plan to its end, whose processes are struck down on the way.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_LIFE_H
#define PT_TESTS_SIMULATION_KILLED_LIFE_H

#include "tests/simulation/killed/judge.h"
#include "tests/simulation/killed/strike.h"

/* How a run goes when nothing happens to it. */
struct course {
	int64_t length_us;
	uint64_t nrequest;
	int exit_status;
	struct hub_orgs end;
};

struct life {
	const char *pushtrain, *folder;
	const struct scene *scene;
	uint64_t seed;               /* of the platform */
	uint64_t key;                /* of all that is drawn */
	const struct course *course; /* NULL: nothing happens to it */
	unsigned nstrike;            /* at most */
	struct tally *tally;
	/* Its own: */
	struct hub hub;
	struct hub_orgs before;
	bool begun;   /* there is a run */
	bool resumes; /* so does its last process */
	bool ended;
	int exit_status;
	unsigned nprocess;
	int64_t length_us; /* of one that nothing happened to */
	size_t nasked;     /* of the platform by then */
};

/* The folder is there and empty. PT_E_REFUSED: a promise was not kept. */
int life_live(struct life *life, struct pt_err *err) PT_MUSTUSE;

/* Undisturbed: its length and its end. */
int life_measure(struct course *out, struct life *life, struct pt_err *err) PT_MUSTUSE;

#endif
