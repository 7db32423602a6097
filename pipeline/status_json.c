/* How a run stands, for programs. See status.h. */
#include "pipeline/log.h"
#include "pipeline/status.h"

static void waits_members(struct pt_json *json, const struct pt_progress_row *progress)
{
	bool waits = progress->waits && !progress->finished;

	pt_json_str(json, "waits_for",
		    waits ? pt_wait_kind_text((enum pt_wait_kind)progress->waits_kind) : NULL);
	pt_json_str(json, "waiting", waits ? progress->waits : NULL);
	if (waits && progress->waits_until_ms != PT_NEVER)
		pt_json_time(json, "until", progress->waits_until_ms);
	else
		pt_json_str(json, "until", NULL);
}

void pt_status_json(struct pt_buf *out, const struct pt_status *status, int64_t driver)
{
	const struct pt_progress_row *progress = &status->progress;
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "run", status->run.row.name);
	pt_json_str(&json, "suite", status->run.row.suite);
	pt_json_str(&json, "train", status->run.row.train);
	pt_json_str(&json, "id", status->run.row.id);
	pt_json_str(&json, "state", pt_run_state_text((enum pt_run_state)progress->state));
	pt_json_str(&json, "halted", progress->halt_text);
	pt_json_time(&json, "at", progress->now_ms);
	if (progress->finished || progress->next_ms == PT_NEVER)
		pt_json_str(&json, "next", NULL);
	else
		pt_json_time(&json, "next", progress->next_ms);
	waits_members(&json, progress);
	pt_json_bool(&json, "driven", driver != 0);
	pt_json_int(&json, "api_calls", progress->http_calls);
	pt_json_array(&json, "stages");
	for (size_t i = 0; i < status->nstage; i++) {
		pt_json_object(&json, NULL);
		pt_json_str(&json, "name", status->stage[i].name);
		pt_json_str(&json, "state", pt_stage_state_text(status->stage[i].state));
		if (status->stage[i].start_ms)
			pt_json_time(&json, "began", status->stage[i].start_ms);
		if (status->stage[i].end_ms)
			pt_json_time(&json, "ended", status->stage[i].end_ms);
		if (status->stage[i].asked_ms)
			pt_json_str(&json, "approval",
				    status->stage[i].approved ? "given" : "wanted");
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
	pt_json_array(&json, "packages");
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];
		struct pt_stage_figures sum = {.requests = 0};

		for (size_t stage = 0; stage < status->nstage; stage++)
			pt_figures_add(&sum, &status->figures[stage * status->npackage + p]);
		pt_figures_json(&json, status->package[p].name, status->package[p].version, &sum);
	}
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}
