/* See report.h. */
#include "pipeline/report.h"

#include "base/instant.h"
#include "base/json.h"
#include "base/table.h"
#include "pipeline/pair_text.h"

static int stage_text(struct pt_buf *out, const struct pt_report *report, uint32_t stage,
		      struct pt_stage_figures *sum, struct pt_err *err)
{
	const struct pt_plan_setup *s = &report->plan->setup;
	PT_CLEANUP(pt_figures_release) struct pt_figures_table table = {.all = NULL};
	struct pt_stage_figures all = {.requests = 0};
	char start[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];
	int64_t start_ms, end_ms;
	enum pt_stage_state state = pt_engine_stage(&start_ms, &end_ms, report->engine, stage);

	if (state == PT_STAGE_AHEAD) {
		pt_buf_printf(out, "stage %s: not begun\n\n", s->conf->stage[stage].name);
		return 0;
	}
	pt_buf_printf(out, "stage %s: %s, began %s, took %s\n", s->conf->stage[stage].name,
		      pt_stage_state_text(state), pt_zone_text(start, s->zone, start_ms),
		      pt_duration_human(took, end_ms - start_ms));
	int rc = pt_figures_begin(&table, &report->look, err);

	for (size_t i = 0; rc == 0 && i < s->train->npackage; i++) {
		uint32_t p = s->train->order[i];
		struct pt_stage_figures figures;

		pt_engine_figures(&figures, report->engine, stage, p);
		pt_figures_add_row(&table, s->train->package[p].name, &figures);
		pt_figures_add(&all, &figures);
	}
	if (rc == 0)
		pt_figures_add_row(&table, "all", &all);
	pt_figures_add(sum, &all);
	if (rc == 0)
		rc = pt_figures_end(out, &table, err);
	pt_buf_str(out, "\n");
	return rc;
}

static void reason_of(struct pt_buf *out, const struct pt_report *report,
		      const struct pt_pair *pair)
{
	const struct pt_train *train = report->plan->setup.train;

	if (pair->state == PT_PAIR_HELD)
		pt_buf_printf(out, "%s has not arrived there", train->package[pair->detail].name);
	else if (pair->state == PT_PAIR_UNKNOWN)
		pt_buf_str(out, "its job has not ended in time");
	else if (pair->state == PT_PAIR_WAITING)
		pt_buf_str(out, "not pushed, or left to somebody else's push");
	else
		pt_buf_str(out, pt_engine_pair_text(report->engine, pair));
}

static void first_line(struct pt_buf *text, size_t most)
{
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '\n' || i == most) {
			text->len = i;
			text->data[i] = '\0';
			pt_buf_str(text, " …");
			return;
		}
	}
}

typedef void residue_fn(void *context, const struct pt_report *report, const struct pt_org *org,
			const char *package, const struct pt_pair *pair);

static uint64_t each_residue(const struct pt_report *report, residue_fn *fn, void *context)
{
	const struct pt_plan_setup *s = &report->plan->setup;
	const uint32_t *by_key = pt_inventory_by_key(s->inventory);
	uint64_t n = 0;

	for (uint32_t i = 0; i < s->audience->norg; i++) {
		for (size_t k = 0; k < s->train->npackage; k++) {
			uint32_t p = s->train->order[k];
			const struct pt_pair *pair = pt_engine_pair(report->engine, p, by_key[i]);

			if (!pt_pair_is_left(pair))
				continue;
			fn(context, report, pt_inventory_org(s->inventory, by_key[i]),
			   s->train->package[p].name, pair);
			n++;
		}
	}
	return n;
}

struct residue_table {
	struct pt_table *table;
	size_t left;
	struct pt_buf *out; /* where the table goes */
};

static void residue_row(void *context, const struct pt_report *report, const struct pt_org *org,
			const char *package, const struct pt_pair *pair)
{
	struct residue_table *rows = context;
	PT_CLEANUP(pt_buf_release) struct pt_buf reason = PT_BUF_INIT;

	if (rows->left == 0)
		return;
	rows->left--;
	reason_of(&reason, report, pair);
	first_line(&reason, 100);
	pt_buf_lean(rows->out, &reason);
	pt_table_cell(rows->table, "%s", org->key.text);
	pt_table_cell(rows->table, "%s", package);
	pt_table_cell(rows->table, "%s", pt_pair_class_text(pair));
	pt_table_cell(rows->table, "%s", pt_buf_text(&reason));
}

static int residue_text(struct pt_buf *out, const struct pt_report *report, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("llll");
	struct residue_table rows = {table, report->most_residue, out};

	if (!table)
		return pt_err_nomem(err);
	uint64_t n = each_residue(report, residue_row, &rows);

	if (n == 0) {
		pt_buf_str(out, "every eligible org has the train's versions\n");
		return 0;
	}
	pt_buf_printf(out, "not converged: %llu pushes left\n", (unsigned long long)n);
	int rc = pt_table_render(out, table, 2, err);

	if (n > report->most_residue)
		pt_buf_printf(out, "  … and %llu more; --json lists them all\n",
			      (unsigned long long)n - report->most_residue);
	return rc;
}

/* What an abort came too late for. */
static void started_text(struct pt_buf *out, const struct pt_report *report)
{
	bool aborted = pt_engine_state(report->engine) == PT_RUN_ABORTED;
	struct pt_started started;

	/* At the end of a train they are requests with jobs that hang. */
	for (uint32_t i = 0; pt_engine_started(&started, report->engine, i); i++)
		pt_buf_printf(out, "%s: %s, %s, %u pushes\n",
			      aborted ? "had started, cannot be canceled"
				      : "had not ended when the train did",
			      started.request.text,
			      report->plan->setup.train->package[started.package].name,
			      started.npush);
}

/* When the first stage began; a plan may be run late. */
static int64_t departed_ms(const struct pt_report *report)
{
	int64_t start_ms, end_ms;

	(void)pt_engine_stage(&start_ms, &end_ms, report->engine, 0);
	return start_ms ? start_ms : report->ended_ms;
}

int pt_report_text(struct pt_buf *out, const struct pt_report *report, struct pt_err *err)
{
	const struct pt_plan_setup *s = &report->plan->setup;
	enum pt_run_state state = pt_engine_state(report->engine);
	struct pt_stage_figures sum = {.requests = 0};
	char took[PT_DURATION_TEXT];
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < s->conf->nstage; i++)
		rc = stage_text(out, report, i, &sum, err);
	if (rc == 0)
		rc = residue_text(out, report, err);
	if (rc < 0)
		return rc;
	pt_buf_str(out, "\n");
	pt_figures_sum(out, &sum);
	pt_buf_printf(out, "%llu pushes in %llu push requests, %llu API calls, %s from departure\n",
		      (unsigned long long)sum.jobs, (unsigned long long)sum.requests,
		      (unsigned long long)pt_engine_http_calls(report->engine),
		      pt_duration_human(took, report->ended_ms - departed_ms(report)));
	pt_buf_printf(out, "train %s %s: %s%s\n", s->conf->name, s->id,
		      state == PT_RUN_FINISHED ? "finished with residue" : pt_run_state_text(state),
		      state == PT_RUN_CONVERGED ? ", every org that can have it has it" : "");
	if (pt_engine_halt_text(report->engine))
		pt_buf_printf(out, "%s: %s\n", state == PT_RUN_ABORTED ? "aborted" : "halted",
			      pt_engine_halt_text(report->engine));
	started_text(out, report);
	return 0;
}

static void figures_json(struct pt_json *json, const struct pt_report *report, uint32_t p,
			 const struct pt_stage_figures *f)
{
	const struct pt_train_package *package = &report->plan->setup.train->package[p];
	char version[PT_VERSION_TEXT];

	pt_figures_json(json, package->name, pt_version_text(version, &package->version), f);
}

static void json_stage(struct pt_json *json, const struct pt_report *report, uint32_t stage)
{
	const struct pt_plan_setup *s = &report->plan->setup;
	int64_t start_ms, end_ms;
	enum pt_stage_state state = pt_engine_stage(&start_ms, &end_ms, report->engine, stage);

	pt_json_object(json, NULL);
	pt_json_str(json, "name", s->conf->stage[stage].name);
	pt_json_str(json, "state", pt_stage_state_text(state));
	if (state != PT_STAGE_AHEAD) {
		pt_json_time(json, "began", start_ms);
		pt_json_time(json, "ended", end_ms);
	}
	pt_json_array(json, "packages");
	for (size_t i = 0; i < s->train->npackage; i++) {
		struct pt_stage_figures figures;

		pt_engine_figures(&figures, report->engine, stage, s->train->order[i]);
		figures_json(json, report, s->train->order[i], &figures);
	}
	pt_json_array_end(json);
	pt_json_object_end(json);
}

static void residue_json(void *context, const struct pt_report *report, const struct pt_org *org,
			 const char *package, const struct pt_pair *pair)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf reason = PT_BUF_INIT;
	struct pt_json *json = context;

	reason_of(&reason, report, pair);
	pt_buf_lean(json->out, &reason);
	pt_json_object(json, NULL);
	pt_json_str(json, "org", org->key.text);
	pt_json_str(json, "package", package);
	pt_json_str(json, "class", pt_pair_class_text(pair));
	pt_json_str(json, "message", pt_buf_text(&reason));
	pt_json_int(json, "pushes", pair->npush);
	pt_json_object_end(json);
}

static void started_json(struct pt_json *json, const struct pt_report *report)
{
	struct pt_started started;

	pt_json_array(json, "started");
	for (uint32_t i = 0; pt_engine_started(&started, report->engine, i); i++) {
		pt_json_object(json, NULL);
		pt_json_str(json, "request", started.request.text);
		pt_json_str(json, "package",
			    report->plan->setup.train->package[started.package].name);
		pt_json_int(json, "pushes", started.npush);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

void pt_report_json(struct pt_buf *out, const struct pt_report *report)
{
	const struct pt_plan_setup *s = &report->plan->setup;
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", s->suite->name);
	pt_json_str(&json, "train", s->conf->name);
	pt_json_str(&json, "id", s->id);
	pt_json_str(&json, "order", s->conf->order == PT_ORDER_CONFIRMED ? "confirmed" : "offset");
	pt_json_str(&json, "state", pt_run_state_text(pt_engine_state(report->engine)));
	pt_json_str(&json, "halted", pt_engine_halt_text(report->engine));
	pt_json_time(&json, "began", s->start_ms);
	pt_json_time(&json, "ended", report->ended_ms);
	pt_json_int(&json, "api_calls", (int64_t)pt_engine_http_calls(report->engine));
	pt_json_array(&json, "stages");
	for (uint32_t i = 0; i < s->conf->nstage; i++)
		json_stage(&json, report, i);
	pt_json_array_end(&json);
	pt_json_array(&json, "packages");
	for (size_t i = 0; i < s->train->npackage; i++) {
		struct pt_stage_figures sum = {.requests = 0}, figures;

		for (uint32_t stage = 0; stage < s->conf->nstage; stage++) {
			pt_engine_figures(&figures, report->engine, stage, s->train->order[i]);
			pt_figures_add(&sum, &figures);
		}
		figures_json(&json, report, s->train->order[i], &sum);
	}
	pt_json_array_end(&json);
	pt_json_array(&json, "residue");
	(void)each_residue(report, residue_json, &json);
	pt_json_array_end(&json);
	started_json(&json, report);
	pt_json_object_end(&json);
}
