/* A plan for people and for programs. See plan.h. */
#include "base/instant.h"
#include "base/table.h"
#include "pipeline/graph_report.h"
#include "pipeline/plan.h"

static const char *order_text(enum pt_order order)
{
	return order == PT_ORDER_CONFIRMED ? "confirmed" : "offset";
}

static void head_text(struct pt_buf *out, const struct pt_plan *plan)
{
	const struct pt_plan_setup *s = &plan->setup;
	char when[PT_INSTANT_TEXT], offset[PT_DURATION_TEXT];

	pt_buf_printf(out, "train %s %s of suite %s\n", s->conf->name, s->id, s->suite->name);
	pt_buf_printf(out, "  cut      %s\n", pt_zone_text(when, s->zone, s->train->cut_ms));
	pt_buf_printf(out, "  departs  %s (%s)\n", pt_zone_text(when, s->zone, s->start_ms),
		      s->suite->timezone);
	pt_buf_printf(out, "  order    %s, %s between levels\n\n", order_text(s->conf->order),
		      pt_duration_text(offset, s->conf->offset_ms));
}

static void slot_cell(struct pt_table *table, const struct pt_plan *plan,
		      const struct pt_stage_conf *conf, const struct pt_plan_wave *before,
		      const struct pt_plan_wave *wave)
{
	uint32_t batch = pt_slot_batch(conf, wave->slot) + 1;

	if (before && before->slot == wave->slot)
		pt_table_cell(table, "%s", "");
	else if (pt_stage_nzone(conf) == 1)
		pt_table_cell(table, "batch %u", batch);
	else
		pt_table_cell(
		    table, "batch %u, %s", batch,
		    pt_stage_zone_name(plan->setup.suite, conf, pt_slot_zone(conf, wave->slot)));
}

/* Why it does not start when it would be due. */
static void why_cell(struct pt_table *table, const struct pt_plan *plan,
		     const struct pt_plan_wave *wave)
{
	char due[PT_INSTANT_TEXT];

	if (wave->why.kind == PT_HOURS_OPEN)
		pt_table_cell(table, "%s", "orgs");
	else if (wave->why.kind == PT_HOURS_WINDOW)
		pt_table_cell(table, "orgs; due %s, waits for the window",
			      pt_zone_text(due, plan->setup.zone, wave->due_ms));
	else
		pt_table_cell(table, "orgs; due %s, waits for the end of blackout '%s'",
			      pt_zone_text(due, plan->setup.zone, wave->due_ms),
			      wave->why.blackout);
}

static void approval_text(struct pt_buf *out, const struct pt_approval_conf *approval)
{
	char within[PT_DURATION_TEXT];

	pt_buf_str(out, "  begins with an approval");
	if (approval->four_eyes)
		pt_buf_str(out, " by somebody else than who departs the train");
	if (approval->within_ms != PT_UNSET)
		pt_buf_printf(out, ", within %s", pt_duration_text(within, approval->within_ms));
	pt_buf_str(out, "\n");
}

static void limit_text(struct pt_buf *out, const char *what, const struct pt_limit_conf *limit)
{
	if (limit->ratio_ppm != PT_UNSET)
		pt_buf_printf(out, "  gate: at most %g%% %s\n", limit->ratio_ppm / 10000.0, what);
	if (limit->count != PT_UNSET)
		pt_buf_printf(out, "  gate: at most %lld %s\n", (long long)limit->count, what);
}

static void gate_text(struct pt_buf *out, const struct pt_gate_conf *gate)
{
	char timeout[PT_DURATION_TEXT];

	if (gate->success_ppm != PT_UNSET)
		pt_buf_printf(out, "  gate: %g%% of what is known must be at target\n",
			      gate->success_ppm / 10000.0);
	if (gate->minimum)
		pt_buf_printf(out, "  gate: at least %u outcomes must be known\n", gate->minimum);
	limit_text(out, "held", &gate->held);
	limit_text(out, "unknown", &gate->unknown);
	limit_text(out, "benign", &gate->benign);
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		limit_text(out, pt_failure_class_text((enum pt_failure_class)c), &gate->failed[c]);
	if (gate->check.command)
		pt_buf_printf(out, "  gate: '%s' must agree within %s\n", gate->check.command,
			      pt_duration_text(timeout, gate->check.timeout_ms));
}

static void breaker_text(struct pt_buf *out, const struct pt_breaker_conf *breaker)
{
	pt_buf_str(out, "  breaker: trips at more failures than ");
	if (breaker->count != PT_UNSET)
		pt_buf_printf(out, "%lld%s", (long long)breaker->count,
			      breaker->ratio_ppm != PT_UNSET ? " and " : "");
	if (breaker->ratio_ppm != PT_UNSET)
		pt_buf_printf(out, "%g%%", breaker->ratio_ppm / 10000.0);
	pt_buf_printf(out, " of a package's jobs, once %lld have ended\n",
		      (long long)breaker->after);
}

/* Each zone of a batch has waves of its own. */
static void damage_text(struct pt_buf *out, const struct pt_stage_conf *conf)
{
	unsigned long long nzone = pt_stage_nzone(conf), size = conf->request_size;

	if (!size) {
		pt_buf_str(out, "  damage bound: none, a batch is one request\n");
		return;
	}
	pt_buf_printf(out, "  damage bound: %llu orgs a package (request_size %u x running %u",
		      (unsigned long long)conf->request_size * nzone * conf->running,
		      conf->request_size, conf->running);
	if (nzone > 1)
		pt_buf_printf(out, " x %llu zones", nzone);
	pt_buf_str(out, ")\n");
}

static int stage_text(struct pt_buf *out, const struct pt_plan *plan, size_t at, struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[at];
	const struct pt_plan_stage *stage = &plan->stage[at];
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lllrl");
	char when[PT_INSTANT_TEXT], version[PT_VERSION_TEXT], soak[PT_DURATION_TEXT];

	if (!table)
		return pt_err_nomem(err);
	pt_buf_printf(out, "stage %s: %llu orgs, not before %s\n", conf->name,
		      (unsigned long long)stage->norg,
		      pt_zone_text(when, s->zone, stage->start_ms));
	if (conf->approval.required)
		approval_text(out, &conf->approval);
	for (size_t i = 0; i < stage->nwave; i++) {
		const struct pt_plan_wave *wave = &stage->wave[i];
		const struct pt_train_package *package = &s->train->package[wave->package];

		slot_cell(table, plan, conf, i ? &stage->wave[i - 1] : NULL, wave);
		pt_table_cell(table, "%s", pt_zone_text(when, s->zone, wave->start_ms));
		pt_table_cell(table, "%s %s", package->name,
			      pt_version_text(version, &package->version));
		pt_table_cell(table, "%llu", (unsigned long long)wave->norg);
		why_cell(table, plan, wave);
	}
	int rc = pt_table_render(out, table, 2, err);

	if (s->conf->repush.passes)
		pt_buf_printf(out, "  then up to %u re-push passes\n", s->conf->repush.passes);
	if (conf->soak_ms)
		pt_buf_printf(out, "  then soaks %s after its last job\n",
			      pt_duration_text(soak, conf->soak_ms));
	gate_text(out, &conf->gate);
	if (conf->breaker.set)
		breaker_text(out, &conf->breaker);
	damage_text(out, conf);
	pt_buf_str(out, "\n");
	return rc;
}

/* " (npsp 3, outfunds 1)", of a reason that need not hold for all that an org has. */
static void packages_text(struct pt_buf *out, const struct pt_plan *plan, size_t reason)
{
	const struct pt_train *train = plan->setup.train;
	const char *before = " (";

	if (!pt_reason_is_partial(plan->setup.suite, (unsigned)reason))
		return;
	for (size_t i = 0; i < train->npackage; i++) {
		uint32_t p = train->order[i];
		uint64_t norg = plan->excluded_of[reason * train->npackage + p];

		if (norg == 0)
			continue;
		pt_buf_printf(out, "%s%s %llu", before, train->package[p].name,
			      (unsigned long long)norg);
		before = ", ";
	}
	pt_buf_str(out, ")");
}

static int excluded_text(struct pt_buf *out, const struct pt_plan *plan, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("rl");
	char words[PT_REASON_TEXT];

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; i < plan->nreason; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf packages = PT_BUF_INIT;

		if (plan->excluded[i] == 0)
			continue;
		packages_text(&packages, plan, i);
		pt_buf_lean(out, &packages);
		pt_table_cell(table, "%llu", (unsigned long long)plan->excluded[i]);
		pt_table_cell(table, "orgs  %s%s",
			      pt_reason_text(words, plan->setup.suite, (unsigned)i),
			      pt_buf_text(&packages));
	}
	if (plan->no_stage) {
		pt_table_cell(table, "%llu", (unsigned long long)plan->no_stage);
		pt_table_cell(table, "orgs  in no stage (not selected)");
	}
	pt_buf_str(out, "excluded, wholly or for some packages\n");
	return pt_table_render(out, table, 2, err);
}

int pt_plan_text(struct pt_buf *out, const struct pt_plan *plan, struct pt_err *err)
{
	const struct pt_tally *t = &plan->tally;
	int rc = 0;

	head_text(out, plan);
	for (size_t i = 0; rc == 0 && i < plan->setup.conf->nstage; i++)
		rc = stage_text(out, plan, i, err);
	if (rc == 0)
		rc = excluded_text(out, plan, err);
	if (plan->setup.conf->order == PT_ORDER_OFFSET)
		pt_buf_str(
		    out, "\norder offset: the waves of a batch are scheduled ahead and start even "
			 "if nobody runs pushtrain\n");
	pt_buf_printf(out,
		      "\nPlan: %llu pushes in %zu stages, %llu push requests, %llu API calls and a "
		      "poll now and then while jobs run\n",
		      (unsigned long long)t->eligible, plan->setup.conf->nstage,
		      (unsigned long long)plan->requests, (unsigned long long)plan->api_calls);
	pt_buf_printf(out,
		      "      %llu selected = %llu already current + %llu excluded + %llu to push\n",
		      (unsigned long long)t->selected, (unsigned long long)t->already_current,
		      (unsigned long long)t->excluded, (unsigned long long)t->eligible);
	return rc;
}

static void json_stage(struct pt_json *json, const struct pt_plan *plan, size_t at)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[at];
	const struct pt_plan_stage *stage = &plan->stage[at];
	char version[PT_VERSION_TEXT];

	pt_json_object(json, NULL);
	pt_json_str(json, "name", conf->name);
	pt_json_time(json, "start", stage->start_ms);
	pt_json_int(json, "orgs", (int64_t)stage->norg);
	pt_json_int(json, "request_size", conf->request_size);
	pt_json_int(json, "running", conf->running);
	pt_json_array(json, "waves");
	for (size_t i = 0; i < stage->nwave; i++) {
		const struct pt_plan_wave *wave = &stage->wave[i];
		const struct pt_train_package *package = &s->train->package[wave->package];

		pt_json_object(json, NULL);
		pt_json_str(json, "package", package->name);
		pt_json_str(json, "version", pt_version_text(version, &package->version));
		pt_json_int(json, "batch", pt_slot_batch(conf, wave->slot) + 1);
		if (conf->window.set)
			pt_json_str(
			    json, "zone",
			    pt_stage_zone_name(s->suite, conf, pt_slot_zone(conf, wave->slot)));
		pt_json_int(json, "level", package->level);
		pt_json_time(json, "start", wave->start_ms);
		if (wave->why.kind != PT_HOURS_OPEN)
			pt_json_time(json, "due", wave->due_ms);
		if (wave->why.kind == PT_HOURS_BLACKOUT)
			pt_json_str(json, "blackout", wave->why.blackout);
		pt_json_int(json, "orgs", (int64_t)wave->norg);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_object_end(json);
}

static void json_excluded(struct pt_json *json, const struct pt_plan *plan, size_t reason)
{
	const struct pt_plan_setup *s = &plan->setup;
	char words[PT_REASON_TEXT];
	enum pt_base_reason how;
	uint32_t base;

	pt_json_object(json, NULL);
	pt_json_str(json, "reason", pt_reason_text(words, s->suite, (unsigned)reason));
	if (pt_reason_is_of_base(&how, &base, s->audience, (unsigned)reason))
		pt_json_str(json, "base", s->train->package[base].name);
	pt_json_int(json, "orgs", (int64_t)plan->excluded[reason]);
	pt_json_array(json, "packages");
	for (size_t i = 0; i < s->train->npackage; i++) {
		uint32_t p = s->train->order[i];
		uint64_t norg = plan->excluded_of[reason * s->train->npackage + p];

		if (norg == 0)
			continue;
		pt_json_object(json, NULL);
		pt_json_str(json, "package", s->train->package[p].name);
		pt_json_int(json, "orgs", (int64_t)norg);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_object_end(json);
}

void pt_plan_json(struct pt_json *json, const struct pt_plan *plan)
{
	const struct pt_plan_setup *s = &plan->setup;

	pt_json_object(json, NULL);
	pt_json_str(json, "suite", s->suite->name);
	pt_json_str(json, "train", s->conf->name);
	pt_json_str(json, "id", s->id);
	pt_json_time(json, "start", s->start_ms);
	pt_json_time(json, "cut", s->train->cut_ms);
	pt_json_str(json, "order", order_text(s->conf->order));
	pt_train_json_packages(json, s->train);
	pt_json_array(json, "stages");
	for (size_t i = 0; i < s->conf->nstage; i++)
		json_stage(json, plan, i);
	pt_json_array_end(json);
	pt_json_array(json, "excluded");
	for (size_t i = 0; i < plan->nreason; i++) {
		if (plan->excluded[i])
			json_excluded(json, plan, i);
	}
	pt_json_array_end(json);
	pt_json_int(json, "selected", (int64_t)plan->tally.selected);
	pt_json_int(json, "already_current", (int64_t)plan->tally.already_current);
	pt_json_int(json, "eligible", (int64_t)plan->tally.eligible);
	pt_json_int(json, "requests", (int64_t)plan->requests);
	pt_json_int(json, "api_calls", (int64_t)plan->api_calls);
}
