/*
 * Many rehearsals of one train: with other seeds, and with other policies. What does
 * not change from one to the next (suite, repositories, train, org files, population)
 * is read once, before the processes that carry them out are forked.
 */
#ifndef PT_CMD_FORECAST_H
#define PT_CMD_FORECAST_H

#include "cmd/context.h"
#include "pipeline/forecast.h"

enum { PT_RUNS_MAX = 100000, PT_UNITS_MAX = 1000000 };

struct pt_forecasts {
	struct pt_context *c; /* decided, not planned; borrowed */
	struct pt_args args;  /* the context's, with the seed of the run */
	uint64_t first_seed;
	uint32_t nrun, jobs;
	int32_t reach_ppm;                      /* the convergence that counts as reached; 0: any */
	char (*version_id)[PT_VERSION_ID_TEXT]; /* owned; of each package, as git told them */
	/* Of the forecast under way. */
	const struct pt_train_conf *conf; /* borrowed */
	size_t result_bytes;
	uint32_t nunit, ntold;
};

/*
 * Checks the options, takes `runs` where they do not say how many, and plans the train
 * once, so that what is wrong is said before anything is forked. PT_E_USAGE.
 */
int pt_forecasts_open(struct pt_forecasts *out, struct pt_context *c, uint32_t runs,
		      struct pt_err *err) PT_MUSTUSE;
void pt_forecasts_release(struct pt_forecasts *forecasts);

/* One forecast for each of nconf ways to run the train, with the same seeds for each. Each is
   owned by the caller, to be freed; NULL when it fails. */
int pt_forecasts_make(struct pt_forecast **out, struct pt_forecasts *forecasts,
		      const struct pt_train_conf *conf, uint32_t nconf,
		      struct pt_err *err) PT_MUSTUSE;

/* Borrowed from forecasts and its context. */
struct pt_plan_setup pt_forecasts_setup(const struct pt_forecasts *forecasts);

/* Print what `rehearse` prints with these options; the context is decided, not planned. */
enum pt_exit pt_rehearse_many(struct pt_context *c);
enum pt_exit pt_rehearse_compared(struct pt_context *c);
enum pt_exit pt_rehearse_advised(struct pt_context *c);

#endif
