/*
 * The state of every (package, org): at every moment exactly one, and the states
 * add up to what was selected.
 */
#ifndef PT_PIPELINE_PAIRS_H
#define PT_PIPELINE_PAIRS_H

#include "config/suite.h"
#include "pipeline/audience.h"
#include "pipeline/inventory.h"
#include "pipeline/targets.h"

enum pt_pair_state {
	PT_PAIR_NONE,      /* not selected: the org never had the package, or is in no stage */
	PT_PAIR_CURRENT,   /* had the version or a newer one before we pushed */
	PT_PAIR_EXCLUDED,  /* detail: enum pt_reason */
	PT_PAIR_WAITING,   /* to be pushed */
	PT_PAIR_HELD,      /* detail: the package that has not arrived there */
	PT_PAIR_IN_FLIGHT, /* a job of ours is live, or is about to be created */
	PT_PAIR_AT_TARGET,
	PT_PAIR_UNKNOWN,  /* its job has not ended in time */
	PT_PAIR_CANCELED, /* its job was canceled on the platform; detail: PT_CANCELED_BY_US */
	PT_PAIR_BENIGN,   /* failed in a way that is no failure: the org is gone */
	PT_PAIR_FAILED,   /* class says how */
	PT_PAIR_NSTATE,
};

enum { PT_CANCELED_BY_US = 1 };

struct pt_pair {
	uint8_t state;   /* enum pt_pair_state */
	uint8_t class_;  /* enum pt_failure_class, when failed */
	uint8_t npush;   /* jobs that were created for it; stays at 255 */
	bool live;       /* it had a job that we did not make, when live jobs were last read */
	uint16_t detail; /* see the states */
	uint32_t text;   /* the platform's words, by their number; 0: none */
};

struct pt_pairs {
	struct pt_pair **of; /* of[package][org] */
	uint32_t npackage, norg;
};

/* Counts of pairs; the names are those of `status --json`. */
struct pt_tally {
	uint64_t selected, already_current, excluded, eligible;
	uint64_t at_target, waiting, held, in_flight, unknown, canceled, benign;
	uint64_t failed[PT_FAILURE_NCLASS]; /* by class; benign ones are counted above */
	uint64_t pushes;
};

/* All PT_PAIR_NONE; grows with the orgs. Owned by the caller, pt_pairs_release(). */
int pt_pairs_grow(struct pt_pairs *pairs, uint32_t npackage, uint32_t norg,
		  struct pt_err *err) PT_MUSTUSE;
void pt_pairs_release(struct pt_pairs *pairs);

/*
 * What a pair is before anything was pushed: PT_PAIR_NONE, _CURRENT, _EXCLUDED or
 * _WAITING. A package whose new version needs a base that the org lacks, or a newer one
 * of a base that is excluded there, can never be pushed: it is excluded, and the reason
 * names that base, however far below it is.
 */
struct pt_pair pt_pair_classify(const struct pt_targets *targets,
				const struct pt_inventory *inventory,
				const struct pt_audience *audience, uint32_t package, uint32_t org);

/* The first package that must arrive in the org before this one may, or UINT32_MAX: ready. */
uint32_t pt_pair_missing(const struct pt_targets *targets, const struct pt_inventory *inventory,
			 uint32_t package, uint32_t org);

void pt_tally_add(struct pt_tally *tally, const struct pt_pair *pair);
void pt_tally_merge(struct pt_tally *into, const struct pt_tally *from);

/* Failed in a class that counts as failure. */
uint64_t pt_tally_failed(const struct pt_tally *tally);

/* selected = already_current + excluded + eligible, and eligible = the sum of its states. */
bool pt_tally_adds_up(const struct pt_tally *tally);

#endif
