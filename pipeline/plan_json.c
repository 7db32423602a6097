/* A plan for programs. See plan.h. */
#include "pipeline/graph_report.h"
#include "pipeline/plan.h"

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
	pt_json_str(json, "order", s->conf->order == PT_ORDER_CONFIRMED ? "confirmed" : "offset");
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
