/* See forecast.h. Here: as text and as JSON. */
#include "base/instant.h"
#include "base/table.h"
#include "pipeline/forecast.h"

const char *pt_chance_text(char buf[PT_CHANCE_TEXT], const struct pt_chance *chance)
{
	if (chance->of == 0)
		snprintf(buf, PT_CHANCE_TEXT, "-");
	else
		snprintf(buf, PT_CHANCE_TEXT, "%.1f%% (%.1f%% to %.1f%%)",
			 100.0 * chance->n / chance->of, 100 * chance->low, 100 * chance->high);
	return buf;
}

static void time_cell(struct pt_table *table, const struct pt_spread *spread, int64_t ms)
{
	char text[PT_DURATION_TEXT];

	pt_table_cell(table, "%s", spread->nrun ? pt_duration_human(text, ms) : "-");
}

static void number_cells(struct pt_table *table, const struct pt_spread *spread)
{
	if (spread->nrun == 0) {
		pt_table_cell(table, "-");
		pt_table_cell(table, "-");
		return;
	}
	pt_table_cell(table, "%lld", (long long)spread->median);
	pt_table_cell(table, "%lld", (long long)spread->p95);
}

static void row(struct pt_table *table, const char *name, const struct pt_forecast_cell *cell,
		bool breaker)
{
	pt_table_cell(table, "%s", name);
	time_cell(table, &cell->time_ms, cell->time_ms.median);
	time_cell(table, &cell->time_ms, cell->time_ms.p95);
	number_cells(table, &cell->pushes);
	number_cells(table, &cell->failed_pushes);
	number_cells(table, &cell->api_calls);
	number_cells(table, &cell->left);
	if (breaker && cell->tripped.of)
		pt_table_cell(table, "%.1f%%", 100.0 * cell->tripped.n / cell->tripped.of);
	else
		pt_table_cell(table, "-");
}

static int cells_text(struct pt_buf *out, const struct pt_forecast *f,
		      const struct pt_forecast_about *about, uint32_t stage, struct pt_err *err)
{
	static const char *const heads[] = {"package", "time",      "95%", "pushes",
					    "95%",     "failed",    "95%", "API calls",
					    "95%",     "orgs left", "95%", "breaker trips"};
	const struct pt_train *train = about->setup->train;
	const struct pt_train_conf *conf = about->setup->conf;
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lrrrrrrrrrrr");
	bool breaker = false;

	if (!table)
		return pt_err_nomem(err);
	for (uint32_t s = 0; s < f->nstage; s++)
		breaker |= (s == stage || stage == f->nstage) && conf->stage[s].breaker.set;
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
	for (uint32_t i = 0; i < f->npackage; i++)
		row(table, train->package[train->order[i]].name,
		    pt_forecast_cell(f, stage, train->order[i]), breaker);
	row(table, "all", pt_forecast_cell(f, stage, f->npackage), breaker);
	return pt_table_render(out, table, 2, err);
}

static int stage_text(struct pt_buf *out, const struct pt_forecast *f,
		      const struct pt_forecast_about *about, uint32_t stage, struct pt_err *err)
{
	const struct pt_stage_conf *conf = &about->setup->conf->stage[stage];
	const struct pt_forecast_cell *all = pt_forecast_cell(f, stage, f->npackage);
	char text[PT_CHANCE_TEXT];

	pt_buf_printf(out, "stage %s: begins in %u of %u runs, ends in %u", conf->name,
		      all->ended.of, f->nrun, all->ended.n);
	if (all->gate.of)
		pt_buf_printf(out, "; its gate holds in %s", pt_chance_text(text, &all->gate));
	pt_buf_str(out, "\n");
	int rc = all->ended.of ? cells_text(out, f, about, stage, err) : 0;

	pt_buf_str(out, "\n");
	return rc;
}

int pt_forecast_text(struct pt_buf *out, const struct pt_forecast *f,
		     const struct pt_forecast_about *about, struct pt_err *err)
{
	const struct pt_plan_setup *s = about->setup;
	char text[PT_CHANCE_TEXT];
	int rc = 0;

	pt_buf_printf(out, "%u rehearsals of train %s %s, seeds %llu to %llu\n\n", f->nrun,
		      s->conf->name, s->id, (unsigned long long)about->first_seed,
		      (unsigned long long)about->first_seed + f->nrun - 1);
	for (uint32_t stage = 0; rc == 0 && stage < f->nstage; stage++)
		rc = stage_text(out, f, about, stage, err);
	pt_buf_str(out, "train:\n");
	if (rc == 0)
		rc = cells_text(out, f, about, f->nstage, err);
	pt_buf_printf(out, "\nconverges in %s of the runs\n", pt_chance_text(text, &f->converged));
	pt_buf_printf(out, "finishes with residue in %s\n", pt_chance_text(text, &f->finished));
	pt_buf_printf(out, "is halted in %s\n", pt_chance_text(text, &f->halted));
	return rc;
}

void pt_chance_json(struct pt_json *json, const char *key, const struct pt_chance *chance)
{
	pt_json_object(json, key);
	json->compact = true;
	pt_json_int(json, "runs", chance->n);
	pt_json_int(json, "of", chance->of);
	pt_json_int(json, "low_ppm", (int64_t)(chance->low * PT_RATIO_ONE + 0.5));
	pt_json_int(json, "high_ppm", (int64_t)(chance->high * PT_RATIO_ONE + 0.5));
	pt_json_object_end(json);
	json->compact = false;
}

void pt_spread_json(struct pt_json *json, const char *key, const struct pt_spread *spread)
{
	pt_json_object(json, key);
	json->compact = true;
	pt_json_int(json, "runs", spread->nrun);
	pt_json_int(json, "median", spread->median);
	pt_json_int(json, "p95", spread->p95);
	pt_json_object_end(json);
	json->compact = false;
}

void pt_share_json(struct pt_json *json, const char *key, const struct pt_share *share)
{
	pt_json_object(json, key);
	json->compact = true;
	pt_json_int(json, "median", share->median);
	pt_json_int(json, "p5", share->p5);
	pt_json_object_end(json);
	json->compact = false;
}

static void cell_json(struct pt_json *json, const struct pt_forecast_cell *cell)
{
	pt_spread_json(json, "time_ms", &cell->time_ms);
	pt_spread_json(json, "pushes", &cell->pushes);
	pt_spread_json(json, "failed_pushes", &cell->failed_pushes);
	pt_spread_json(json, "failed_for_base", &cell->failed_for_base);
	pt_spread_json(json, "api_calls", &cell->api_calls);
	pt_spread_json(json, "orgs_left", &cell->left);
	pt_chance_json(json, "ends", &cell->ended);
	pt_chance_json(json, "breaker_trips", &cell->tripped);
}

static void packages_json(struct pt_json *json, const struct pt_forecast *f,
			  const struct pt_forecast_about *about, uint32_t stage)
{
	const struct pt_train *train = about->setup->train;

	pt_json_array(json, "packages");
	for (uint32_t i = 0; i < f->npackage; i++) {
		uint32_t p = train->order[i];

		pt_json_object(json, NULL);
		pt_json_str(json, "name", train->package[p].name);
		cell_json(json, pt_forecast_cell(f, stage, p));
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

void pt_forecast_json(struct pt_json *json, const struct pt_forecast *f,
		      const struct pt_forecast_about *about)
{
	const struct pt_forecast_cell *all;

	pt_json_int(json, "runs", f->nrun);
	pt_json_int(json, "first_seed", (int64_t)about->first_seed);
	pt_chance_json(json, "converges", &f->converged);
	pt_chance_json(json, "finishes", &f->finished);
	pt_chance_json(json, "is_halted", &f->halted);
	pt_share_json(json, "convergence_ppm", &f->share_ppm);
	pt_spread_json(json, "passes", &f->passes);
	pt_json_array(json, "stages");
	for (uint32_t stage = 0; stage < f->nstage; stage++) {
		all = pt_forecast_cell(f, stage, f->npackage);
		pt_json_object(json, NULL);
		pt_json_str(json, "name", about->setup->conf->stage[stage].name);
		pt_chance_json(json, "gate_holds", &all->gate);
		cell_json(json, all);
		packages_json(json, f, about, stage);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_object(json, "train");
	cell_json(json, pt_forecast_cell(f, f->nstage, f->npackage));
	packages_json(json, f, about, f->nstage);
	pt_json_object_end(json);
}
