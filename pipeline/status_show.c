/* See status.h. Here: showing it. */
#include <string.h>

#include "base/instant.h"
#include "pipeline/status.h"

static bool ended(const struct pt_progress_row *progress)
{
	return progress->finished && progress->state != PT_RUN_HALTED;
}

static const char *state_text(const struct pt_progress_row *progress)
{
	return pt_run_state_text((enum pt_run_state)progress->state);
}

static void add_stage(struct pt_stage_figures *sum, const struct pt_status *status, size_t stage,
		      uint32_t package)
{
	pt_figures_add(sum, &status->figures[stage * status->npackage + package]);
}

static int stage_table(struct pt_buf *out, const struct pt_status *status, size_t stage,
		       struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lrrrrrrrrrrrrrr");
	struct pt_stage_figures all = {.requests = 0};

	if (!table)
		return pt_err_nomem(err);
	pt_figures_head(table);
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		pt_figures_row(table, status->package[p].name,
			       &status->figures[stage * status->npackage + p]);
		add_stage(&all, status, stage, p);
	}
	pt_figures_row(table, "all", &all);
	return pt_table_render(out, table, 2, err);
}

static int stage_text(struct pt_buf *out, const struct pt_status *status, size_t at,
		      const struct pt_zone *zone, struct pt_err *err)
{
	const struct pt_status_stage *stage = &status->stage[at];
	char when[PT_INSTANT_TEXT];

	if (stage->state == PT_STAGE_AHEAD && stage->asked_ms && !stage->approved) {
		pt_buf_printf(out, "stage %s: waits for an approval since %s\n", stage->name,
			      pt_zone_text(when, zone, stage->asked_ms));
		return 0;
	}
	if (stage->state == PT_STAGE_AHEAD) {
		pt_buf_printf(out, "stage %s: not begun, not before %s\n", stage->name,
			      pt_zone_text(when, zone, stage->planned_ms));
		return 0;
	}
	pt_buf_printf(out, "stage %s: %s, began %s\n", stage->name,
		      pt_stage_state_text(stage->state), pt_zone_text(when, zone, stage->start_ms));
	return stage_table(out, status, at, err);
}

/* The stage that waits for a word before the run goes on; NULL: none does. */
static const char *waiting_stage(const struct pt_status *status)
{
	for (size_t i = 0; i < status->nstage; i++) {
		const struct pt_status_stage *stage = &status->stage[i];

		if (stage->state == PT_STAGE_AHEAD && stage->asked_ms && !stage->approved)
			return stage->name;
	}
	return NULL;
}

/* `resume` begins with the program and the verb, which another verb takes the place of. */
static void approve_text(struct pt_buf *out, const char *resume, const char *stage)
{
	static const char VERB[] = "pushtrain resume";

	pt_buf_printf(out, "to approve: pushtrain approve%s %s --by NAME\n",
		      strncmp(resume, VERB, strlen(VERB)) == 0 ? resume + strlen(VERB) : "", stage);
}

static void next_text(struct pt_buf *out, const struct pt_status *status,
		      const struct pt_zone *zone, int64_t driver, const char *resume)
{
	const struct pt_progress_row *progress = &status->progress;
	char when[PT_INSTANT_TEXT];

	if (progress->halt_text)
		pt_buf_printf(out, "%s: %s\n",
			      progress->state == PT_RUN_ABORTED ? "aborted" : "halted",
			      progress->halt_text);
	if (ended(progress))
		return;
	if (!progress->finished && progress->next_ms != PT_NEVER)
		pt_buf_printf(out, "next: %s\n", pt_zone_text(when, zone, progress->next_ms));
	if (!progress->finished && waiting_stage(status))
		approve_text(out, resume, waiting_stage(status));
	if (driver)
		pt_buf_printf(out, "driven by process %lld\n", (long long)driver);
	else
		pt_buf_printf(out, "nobody drives it; to go on: %s\n", resume);
}

int pt_status_text(struct pt_buf *out, const struct pt_status *status, const struct pt_zone *zone,
		   int64_t driver, const char *resume, struct pt_err *err)
{
	const struct pt_run_row *run = &status->run.row;
	struct pt_stage_figures sum = {.requests = 0};
	char when[PT_INSTANT_TEXT];
	int rc = 0;

	pt_buf_printf(out, "run %s: %s", run->name, state_text(&status->progress));
	pt_buf_printf(out, ", at %s\n\n", pt_zone_text(when, zone, status->progress.now_ms));
	for (size_t i = 0; rc == 0 && i < status->nstage; i++) {
		rc = stage_text(out, status, i, zone, err);
		pt_buf_str(out, "\n");
		for (uint32_t p = 0; p < status->npackage; p++)
			add_stage(&sum, status, i, p);
	}
	if (rc < 0)
		return rc;
	pt_figures_sum(out, &sum);
	next_text(out, status, zone, driver, resume);
	return pt_buf_check(out, err);
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
	pt_json_str(&json, "state", state_text(progress));
	pt_json_str(&json, "halted", progress->halt_text);
	pt_json_time(&json, "at", progress->now_ms);
	if (progress->finished || progress->next_ms == PT_NEVER)
		pt_json_str(&json, "next", NULL);
	else
		pt_json_time(&json, "next", progress->next_ms);
	pt_json_bool(&json, "driven", driver != 0);
	pt_json_int(&json, "api_calls", progress->http_calls);
	pt_json_array(&json, "stages");
	for (size_t i = 0; i < status->nstage; i++) {
		pt_json_object(&json, NULL);
		pt_json_str(&json, "name", status->stage[i].name);
		pt_json_str(&json, "state", pt_stage_state_text(status->stage[i].state));
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
			add_stage(&sum, status, stage, p);
		pt_figures_json(&json, status->package[p].name, status->package[p].version, &sum);
	}
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}

struct list {
	struct pt_store *store;
	struct pt_table *table; /* or */
	struct pt_json *json;
};

static int list_run(void *context, const void *row, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	const struct pt_run_row *run = row;
	struct list *list = context;
	struct pt_progress_row progress;
	char begun[PT_INSTANT_TEXT];
	int rc = pt_journal_progress(&progress, &texts, &(struct pt_journal){list->store, run->run},
				     err);

	pt_arena_release(&texts);
	if (rc < 0)
		return rc;
	pt_instant_text(begun, run->begun_ms);
	if (list->json) {
		pt_json_object(list->json, NULL);
		pt_json_str(list->json, "run", run->name);
		pt_json_str(list->json, "train", run->train);
		pt_json_str(list->json, "state", state_text(&progress));
		pt_json_str(list->json, "begun", begun);
		pt_json_object_end(list->json);
		return 0;
	}
	pt_table_cell(list->table, "%s", run->name ? run->name : "");
	pt_table_cell(list->table, "%s", run->train ? run->train : "");
	pt_table_cell(list->table, "%s", state_text(&progress));
	pt_table_cell(list->table, "%s", begun);
	return 0;
}

int pt_status_list(struct pt_buf *out, struct pt_store *store, bool as_json, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("llll");
	static const char *const heads[] = {"run", "train", "state", "begun"};
	struct pt_json json;
	struct list list = {.store = store, .table = table};
	int rc;

	if (!table)
		return pt_err_nomem(err);
	pt_json_init(&json, out);
	if (as_json) {
		list.json = &json;
		pt_json_object(&json, NULL);
		pt_json_array(&json, "runs");
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
	rc = store->ops->begin_reading(store, err);
	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, list_run, &list, err);
	store->ops->rollback(store);
	if (rc < 0)
		return rc;
	if (!as_json)
		return pt_table_render(out, table, 0, err);
	pt_json_array_end(&json);
	pt_json_object_end(&json);
	return 0;
}
