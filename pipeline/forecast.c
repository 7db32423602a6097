/* See forecast.h. Here: the statistics. */
#include "pipeline/forecast.h"

#include <math.h>
#include <stdlib.h>

struct pt_chance pt_chance_of(uint32_t n, uint32_t of)
{
	const double z = 1.959963984540054; /* two-sided 95 % of the normal distribution */
	struct pt_chance chance = {.n = n, .of = of, .low = 0, .high = 1};

	if (of == 0)
		return chance;
	double p = (double)n / of, zz = z * z / of;
	double middle = (p + zz / 2) / (1 + zz);
	double half = z * sqrt(p * (1 - p) / of + zz / of / 4) / (1 + zz);

	chance.low = n == 0 ? 0 : middle - half;
	chance.high = n == of ? 1 : middle + half;
	return chance;
}

int32_t pt_outcome_share_ppm(const struct pt_outcome *outcome)
{
	uint64_t hopeful = outcome->eligible - outcome->hopeless;

	return hopeful ? (int32_t)(outcome->converged * PT_RATIO_ONE / hopeful) : PT_RATIO_ONE;
}

/* The outcomes, and room for one value of each. */
struct sample {
	const char *outcomes;
	size_t bytes_each;
	uint32_t nrun, n;
	int64_t *value; /* owned */
};

static const struct pt_outcome *outcome_at(const struct sample *sample, uint32_t run)
{
	return (const struct pt_outcome *)(const void *)(sample->outcomes +
							 run * sample->bytes_each);
}

static int by_value(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static struct pt_spread spread_of(struct sample *sample)
{
	uint64_t n = sample->n;
	struct pt_spread spread = {.nrun = sample->n};

	if (n == 0)
		return spread;
	qsort(sample->value, sample->n, sizeof(*sample->value), by_value);
	spread.median = sample->value[(n + 1) / 2 - 1];
	spread.p95 = sample->value[(n * 95 + 99) / 100 - 1];
	sample->n = 0;
	return spread;
}

enum what { TIME, PUSHES, API_CALLS, LEFT, FAILED, FAILED_FOR_BASE };

static int64_t value_of(const struct pt_outcome_cell *cell, enum what what)
{
	switch (what) {
	case TIME:
		return cell->time_ms;
	case PUSHES:
		return (int64_t)cell->pushes;
	case API_CALLS:
		return (int64_t)cell->api_calls;
	case LEFT:
		return (int64_t)cell->left;
	case FAILED:
		return (int64_t)cell->failed_pushes;
	case FAILED_FOR_BASE:
		return (int64_t)cell->failed_for_base;
	}
	return 0;
}

static struct pt_spread spread_of_cells(struct sample *sample, size_t at, enum what what)
{
	for (uint32_t run = 0; run < sample->nrun; run++) {
		const struct pt_outcome_cell *cell = &outcome_at(sample, run)->cell[at];

		if (what == TIME ? cell->ended : cell->begun)
			sample->value[sample->n++] = value_of(cell, what);
	}
	return spread_of(sample);
}

static void fill_cell(struct pt_forecast_cell *out, struct sample *sample, size_t at)
{
	uint32_t begun = 0, ended = 0, held = 0, tripped = 0;

	for (uint32_t run = 0; run < sample->nrun; run++) {
		const struct pt_outcome_cell *cell = &outcome_at(sample, run)->cell[at];

		begun += cell->begun;
		ended += cell->begun && cell->ended;
		held += cell->begun && cell->gate == PT_GATE_HELD;
		tripped += cell->begun && cell->tripped;
	}
	out->time_ms = spread_of_cells(sample, at, TIME);
	out->pushes = spread_of_cells(sample, at, PUSHES);
	out->api_calls = spread_of_cells(sample, at, API_CALLS);
	out->left = spread_of_cells(sample, at, LEFT);
	out->failed_pushes = spread_of_cells(sample, at, FAILED);
	out->failed_for_base = spread_of_cells(sample, at, FAILED_FOR_BASE);
	out->ended = pt_chance_of(ended, begun);
	out->gate = pt_chance_of(held, begun);
	out->tripped = pt_chance_of(tripped, begun);
}

static void fill_head(struct pt_forecast *forecast, struct sample *sample, int32_t reach_ppm)
{
	uint32_t nrun = sample->nrun, converged = 0, finished = 0, reached = 0;

	for (uint32_t run = 0; run < nrun; run++) {
		const struct pt_outcome *outcome = outcome_at(sample, run);

		converged += outcome->state == PT_RUN_CONVERGED;
		finished += outcome->state == PT_RUN_FINISHED;
		sample->value[sample->n++] = outcome->passes;
	}
	forecast->converged = pt_chance_of(converged, nrun);
	forecast->finished = pt_chance_of(finished, nrun);
	forecast->halted = pt_chance_of(nrun - converged - finished, nrun);
	forecast->passes = spread_of(sample);
	for (uint32_t run = 0; run < nrun; run++) {
		int32_t share_ppm = pt_outcome_share_ppm(outcome_at(sample, run));

		reached += share_ppm >= reach_ppm;
		/* Less is worse: turned round, so that 95 of a hundred have at least that. */
		sample->value[sample->n++] = -share_ppm;
	}
	forecast->reached = pt_chance_of(reached, nrun);
	struct pt_spread shortest = spread_of(sample);

	forecast->share_ppm = (struct pt_share){-shortest.median, -shortest.p95};
}

int pt_forecast_make(struct pt_forecast **out, const struct pt_outcomes *outcomes,
		     int32_t reach_ppm, struct pt_err *err)
{
	struct sample sample = {.outcomes = outcomes->first,
				.bytes_each = outcomes->bytes_each,
				.nrun = outcomes->nrun};
	const struct pt_outcome *first = outcomes->first;
	size_t ncell = (size_t)(first->nstage + 1) * (first->npackage + 1);
	struct pt_forecast *forecast =
	    calloc(1, sizeof(*forecast) + ncell * sizeof(forecast->cell[0]));

	sample.value = calloc(sample.nrun, sizeof(*sample.value));
	if (!forecast || !sample.value) {
		free(forecast);
		free(sample.value);
		return pt_err_nomem(err);
	}
	forecast->nrun = sample.nrun;
	forecast->nstage = first->nstage;
	forecast->npackage = first->npackage;
	fill_head(forecast, &sample, reach_ppm);
	for (size_t i = 0; i < ncell; i++)
		fill_cell(&forecast->cell[i], &sample, i);
	free(sample.value);
	*out = forecast;
	return 0;
}
