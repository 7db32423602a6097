/*
 * What many rehearsals say together: for each cell of their outcomes the value that
 * half of the runs, and that 95 of a hundred, do not exceed; and how often something
 * came about, with how sure that is.
 */
#ifndef PT_PIPELINE_FORECAST_H
#define PT_PIPELINE_FORECAST_H

#include "base/json.h"
#include "pipeline/outcome.h"
#include "pipeline/policy.h"

/*
 * Nearest rank: a value that one of the runs had. The median of four is the second, the
 * 95th percentile of fewer than twenty is the largest.
 */
struct pt_spread {
	int64_t median, p95;
	uint32_t nrun; /* over so many; 0: over none, and both are 0 */
};

/* Of `of` runs it came about in `n`; between low and high with 95 % confidence (Wilson). */
struct pt_chance {
	uint32_t n, of;
	double low, high; /* 0 to 1; of no run: 0 and 1 */
};

/* Half of the runs have at least the median, 95 of a hundred at least p5. */
struct pt_share {
	int64_t median, p5;
};

struct pt_forecast_cell {
	struct pt_spread time_ms; /* over the runs in which it ended */
	struct pt_spread pushes, api_calls, left, failed_pushes, failed_for_base; /* in which it
										     began */
	struct pt_chance ended, gate, tripped; /* of those in which it began */
};

struct pt_forecast {
	uint32_t nrun, nstage, npackage;
	struct pt_chance converged, finished, halted; /* how the train ended */
	struct pt_chance reached;                     /* the share that was asked for */
	struct pt_spread passes;                      /* the most that a stage made */
	struct pt_share share_ppm;                    /* see pt_outcome_share_ppm() */
	struct pt_forecast_cell cell[];               /* as in struct pt_outcome */
};

struct pt_chance pt_chance_of(uint32_t n, uint32_t of);

/*
 * Convergence: of the eligible orgs without a permanent failure, how many have all
 * that they were to have, in parts per million rounded down; all of them when there is none.
 */
int32_t pt_outcome_share_ppm(const struct pt_outcome *outcome);

/* Outcomes that lie bytes_each apart; all have the same stages and packages. */
struct pt_outcomes {
	const void *first;
	size_t bytes_each;
	uint32_t nrun; /* at least one */
};

/* `reach_ppm`: the convergence that counts as reached. Owned by the caller, to be freed.
   O(runs log runs). */
int pt_forecast_make(struct pt_forecast **out, const struct pt_outcomes *outcomes,
		     int32_t reach_ppm, struct pt_err *err) PT_MUSTUSE;

static inline const struct pt_forecast_cell *pt_forecast_cell(const struct pt_forecast *forecast,
							      uint32_t stage, uint32_t package)
{
	return &forecast->cell[(size_t)stage * (forecast->npackage + 1) + package];
}

/* What the rehearsals were of. */
struct pt_forecast_about {
	const struct pt_plan_setup *setup; /* suite, conf, train, id and start */
	uint64_t first_seed;
};

/* Tables, stage by stage and for the train. */
int pt_forecast_text(struct pt_buf *out, const struct pt_forecast *forecast,
		     const struct pt_forecast_about *about, struct pt_err *err) PT_MUSTUSE;

/* Members of an open object: runs, seeds, stages, train. */
void pt_forecast_json(struct pt_json *json, const struct pt_forecast *forecast,
		      const struct pt_forecast_about *about);

/* One line for each of several policies, what differs first. */
int pt_compare_text(struct pt_buf *out, struct pt_forecast *const *forecast,
		    const struct pt_policies *policies, const struct pt_forecast_about *about,
		    struct pt_err *err) PT_MUSTUSE;

/* A member `policies` of an open object. */
void pt_compare_json(struct pt_json *json, struct pt_forecast *const *forecast,
		     const struct pt_policies *policies, const struct pt_forecast_about *about);

enum { PT_CHANCE_TEXT = 40 };

/* "99.2% (97.1% to 100%)"; "-" of no run. Returns buf. */
const char *pt_chance_text(char buf[PT_CHANCE_TEXT], const struct pt_chance *chance);

void pt_chance_json(struct pt_json *json, const char *key, const struct pt_chance *chance);
void pt_spread_json(struct pt_json *json, const char *key, const struct pt_spread *spread);
void pt_share_json(struct pt_json *json, const char *key, const struct pt_share *share);

#endif
