/* See forecast.h. Here: policies side by side. */
#include "base/instant.h"
#include "base/table.h"
#include "pipeline/forecast.h"

static void head(struct pt_table *table, const struct pt_policies *policies)
{
	static const char *const heads[] = {
	    "time", "95%",       "pushes", "95%",       "for a base", "95%",   "API calls",
	    "95%",  "orgs left", "95%",    "converged", "95%",        "halted"};

	for (uint32_t a = 0; a < policies->naxis; a++)
		pt_table_cell(table, "%s", policies->axis[a].key);
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
}

static void time_cell(struct pt_table *table, const struct pt_spread *spread, int64_t ms)
{
	char text[PT_DURATION_TEXT];

	pt_table_cell(table, "%s", spread->nrun ? pt_duration_human(text, ms) : "-");
}

static void row(struct pt_table *table, const struct pt_forecast *f,
		const struct pt_policies *policies, uint32_t i)
{
	const struct pt_forecast_cell *train = pt_forecast_cell(f, f->nstage, f->npackage);
	const struct pt_spread *spreads[] = {&train->pushes, &train->failed_for_base,
					     &train->api_calls, &train->left};
	char text[PT_CHANCE_TEXT];

	for (uint32_t a = 0; a < policies->naxis; a++)
		pt_table_cell(table, "%s", pt_policy_text(policies, i, a));
	time_cell(table, &train->time_ms, train->time_ms.median);
	time_cell(table, &train->time_ms, train->time_ms.p95);
	for (size_t k = 0; k < PT_ARRAY_LEN(spreads); k++) {
		pt_table_cell(table, "%lld", (long long)spreads[k]->median);
		pt_table_cell(table, "%lld", (long long)spreads[k]->p95);
	}
	pt_table_cell(table, "%.2f%%", (double)f->share_ppm.median / 10000);
	pt_table_cell(table, "%.2f%%", (double)f->share_ppm.p5 / 10000);
	pt_table_cell(table, "%s", pt_chance_text(text, &f->halted));
}

int pt_compare_text(struct pt_buf *out, struct pt_forecast *const *forecast,
		    const struct pt_policies *policies, const struct pt_forecast_about *about,
		    struct pt_err *err)
{
	static const char figures[] = "rrrrrrrrrrrrr";
	char columns[PT_POLICY_AXES_MAX + sizeof(figures)] = "";
	const struct pt_plan_setup *s = about->setup;

	for (uint32_t a = 0; a < policies->naxis; a++)
		columns[a] = 'l';
	memcpy(columns + policies->naxis, figures, sizeof(figures));
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new(columns);

	if (!table)
		return pt_err_nomem(err);
	pt_buf_printf(out, "train %s %s, %u rehearsals of each policy, seeds %llu to %llu\n",
		      s->conf->name, s->id, forecast[0]->nrun,
		      (unsigned long long)about->first_seed,
		      (unsigned long long)about->first_seed + forecast[0]->nrun - 1);
	head(table, policies);
	for (uint32_t i = 0; i < policies->n; i++)
		row(table, forecast[i], policies, i);
	return pt_table_render(out, table, 2, err);
}

void pt_compare_json(struct pt_json *json, struct pt_forecast *const *forecast,
		     const struct pt_policies *policies, const struct pt_forecast_about *about)
{
	pt_json_array(json, "policies");
	for (uint32_t i = 0; i < policies->n; i++) {
		pt_json_object(json, NULL);
		pt_json_object(json, "policy");
		for (uint32_t a = 0; a < policies->naxis; a++)
			pt_json_str(json, policies->axis[a].key, pt_policy_text(policies, i, a));
		pt_json_object_end(json);
		pt_forecast_json(json, forecast[i], about);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}
