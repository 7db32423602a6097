/* See forecast.h. Here: carrying them out. */
#include "cmd/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/workers.h"

static int check_number(int64_t given, const char *option, int64_t most, struct pt_err *err)
{
	if (given >= 0 && (given == 0 || given > most))
		return pt_err_set(err, PT_E_USAGE, "%s %lld, expected a number from 1 to %lld",
				  option, (long long)given, (long long)most);
	return 0;
}

static void restore_ids(const struct pt_forecasts *f)
{
	for (size_t p = 0; f->version_id && p < f->c->train->npackage; p++)
		memcpy(f->c->train->package[p].version_id, f->version_id[p],
		       sizeof(f->version_id[p]));
}

/* A platform makes ids up where git told none; another platform makes others up. */
static int keep_ids(struct pt_forecasts *f, struct pt_err *err)
{
	const struct pt_train *train = f->c->train;

	f->version_id = calloc(train->npackage + 1, sizeof(*f->version_id));
	if (!f->version_id)
		return pt_err_nomem(err);
	for (size_t p = 0; p < train->npackage; p++)
		memcpy(f->version_id[p], train->package[p].version_id, sizeof(f->version_id[p]));
	return 0;
}

int pt_forecasts_open(struct pt_forecasts *out, struct pt_context *c, uint32_t runs,
		      struct pt_err *err)
{
	struct pt_forecasts f = {.c = c, .args = *c->args};
	int rc = check_number(f.args.runs, "--runs", PT_RUNS_MAX, err);

	if (rc == 0)
		rc = check_number(f.args.jobs, "--jobs", PT_WORKERS_MAX, err);
	if (rc == 0)
		rc = keep_ids(&f, err);
	if (rc == 0)
		rc = pt_context_plan(c, true, NULL, err);
	if (rc < 0) {
		free(f.version_id);
		return rc;
	}
	f.nrun = f.args.runs < 0 ? runs : (uint32_t)f.args.runs;
	f.jobs = f.args.jobs < 0 ? pt_workers_default() : (uint32_t)f.args.jobs;
	f.first_seed =
	    f.args.seed < 0 ? c->population[c->connector[0]]->seed : (uint64_t)f.args.seed;
	pt_context_forget_plan(c);
	restore_ids(&f);
	*out = f;
	return 0;
}

void pt_forecasts_release(struct pt_forecasts *f)
{
	free(f->version_id);
	*f = (struct pt_forecasts){.c = NULL};
}

struct pt_plan_setup pt_forecasts_setup(const struct pt_forecasts *f)
{
	const struct pt_context *c = f->c;

	return (struct pt_plan_setup){.suite = c->suite,
				      .conf = &c->conf,
				      .train = c->train,
				      .zone = c->zone,
				      .id = c->id,
				      .start_ms = c->start_ms};
}

struct watch {
	struct pt_outcome *outcome;
	const struct pt_context *c;
};

static void take_note(void *context, const struct pt_note *note)
{
	const struct watch *watch = context;

	pt_outcome_note(watch->outcome, watch->c->engine, note);
}

static int play(struct pt_context *c, struct pt_outcome *outcome, struct pt_err *err)
{
	struct watch watch = {outcome, c};
	enum pt_drive_end end;
	int rc = pt_context_plan(c, true, NULL, err);

	if (rc == 0)
		rc = pt_context_engine(c, false, err);
	if (rc < 0)
		return rc;
	pt_outcome_init(outcome, (uint32_t)c->conf.nstage, (uint32_t)c->train->npackage);
	c->driver.on_note = take_note;
	c->driver.note_context = &watch;
	rc = pt_driver_run(&end, &c->driver, c->engine, err);
	if (rc == 0)
		pt_outcome_end(outcome, c->plan, c->engine, c->clock.now_ms(&c->clock));
	return rc;
}

/* The unit's policy and seed, one after the other; in a process of its own. */
static int play_unit(void *context, uint32_t unit, void *result, struct pt_err *err)
{
	struct pt_forecasts *f = context;
	uint64_t seed = f->first_seed + unit % f->nrun;
	int rc;

	f->args.seed = (int64_t)seed;
	f->c->args = &f->args;
	f->c->conf = f->conf[unit / f->nrun];
	rc = play(f->c, result, err);
	pt_context_forget_plan(f->c);
	restore_ids(f);
	return rc < 0 ? pt_err_wrap(err, "seed %llu", (unsigned long long)seed) : 0;
}

/* Where there is somebody to wait: each tenth. */
static void tell_progress(void *context, uint32_t ndone)
{
	struct pt_forecasts *f = context;
	uint32_t tenth = (uint32_t)((uint64_t)ndone * 10 / f->nunit);

	if (f->args.quiet || f->nunit < 100 || tenth == f->ntold)
		return;
	f->ntold = tenth;
	pt_say("%u of %u rehearsals done", ndone, f->nunit);
}

static int make_each(struct pt_forecast **out, const struct pt_forecasts *f, const char *results,
		     uint32_t nconf, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < nconf; i++)
		out[i] = NULL;
	for (uint32_t i = 0; rc == 0 && i < nconf; i++) {
		const struct pt_outcomes outcomes = {
		    results + (size_t)i * f->nrun * f->result_bytes, f->result_bytes, f->nrun};

		rc = pt_forecast_make(&out[i], &outcomes, f->reach_ppm, err);
	}
	for (uint32_t i = 0; rc < 0 && i < nconf; i++)
		free(pt_take(out[i]));
	return rc;
}

int pt_forecasts_make(struct pt_forecast **out, struct pt_forecasts *f,
		      const struct pt_train_conf *conf, uint32_t nconf, struct pt_err *err)
{
	struct pt_work work = {.fn = play_unit, .context = f, .on_result = tell_progress};
	char *results;
	int rc;

	if ((uint64_t)nconf * f->nrun > PT_UNITS_MAX)
		return pt_err_set(err, PT_E_USAGE, "%llu rehearsals in all, expected at most %d",
				  (unsigned long long)nconf * f->nrun, PT_UNITS_MAX);
	f->nunit = work.n = nconf * f->nrun;
	f->ntold = 0;
	f->result_bytes = work.result_bytes =
	    pt_outcome_bytes((uint32_t)conf->nstage, (uint32_t)f->c->train->npackage);
	work.jobs = f->jobs;
	results = calloc((size_t)work.n + 1, work.result_bytes);
	if (!results)
		return pt_err_nomem(err);
	f->conf = conf;
	rc = pt_workers_run(results, &work, err);
	if (rc == 0)
		rc = make_each(out, f, results, nconf, err);
	f->conf = NULL;
	free(results);
	return rc;
}

static void print_json(struct pt_buf *out, const struct pt_forecast *forecast,
		       const struct pt_forecast_about *about)
{
	const struct pt_plan_setup *s = about->setup;
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", s->suite->name);
	pt_json_str(&json, "train", s->conf->name);
	pt_json_str(&json, "id", s->id);
	pt_json_time(&json, "started", s->start_ms);
	pt_forecast_json(&json, forecast, about);
	pt_json_object_end(&json);
}

static int show(struct pt_buf *out, struct pt_forecasts *f, struct pt_err *err)
{
	const struct pt_plan_setup setup = pt_forecasts_setup(f);
	const struct pt_forecast_about about = {&setup, f->first_seed};
	const struct pt_train_conf conf = f->c->conf;
	struct pt_forecast *forecast = NULL;
	int rc = pt_forecasts_make(&forecast, f, &conf, 1, err);

	if (rc == 0 && f->args.json)
		print_json(out, forecast, &about);
	else if (rc == 0)
		rc = pt_forecast_text(out, forecast, &about, err);
	free(forecast);
	return rc;
}

enum pt_exit pt_rehearse_many(struct pt_context *c)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_forecasts f;
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_forecasts_open(&f, c, 1, &err);

	if (rc < 0)
		return pt_say_error(&err);
	rc = show(&out, &f, &err);
	pt_forecasts_release(&f);
	return rc < 0 ? pt_say_error(&err) : pt_print(&out, PT_EXIT_DONE);
}
