/* Which runs there are. See status.h. */
#include "base/instant.h"
#include "pipeline/status.h"

struct list {
	struct pt_store *store;
	const struct pt_look *look;
	/* Either these, */
	struct pt_table *all, *few;
	/* or this. */
	struct pt_json *json;
};

/* What is cheap to know of a run: nothing here looks at its orgs. */
struct listed {
	const struct pt_run_row *run;
	struct pt_progress_row progress;
	int64_t npackage, nstage, stage, pushes;
	const char *stage_name; /* of the current one; in `texts` */
	struct pt_arena texts;
};

static int count_package(void *context, const void *row, struct pt_err *err)
{
	(void)row;
	(void)err;
	((struct listed *)context)->npackage++;
	return 0;
}

static int count_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *stage = row;
	struct listed *listed = context;

	listed->nstage++;
	if (stage->stage != listed->progress.stage || !stage->name)
		return 0;
	listed->stage_name = pt_arena_strdup(&listed->texts, stage->name);
	return listed->stage_name ? 0 : pt_err_nomem(err);
}

static int count_pushes(void *context, const void *row, struct pt_err *err)
{
	(void)err;
	((struct listed *)context)->pushes += ((const struct pt_figures_row *)row)->jobs;
	return 0;
}

static int look_at(struct listed *listed, struct pt_store *store, struct pt_err *err)
{
	int64_t run = listed->run->run;
	int rc = pt_journal_progress(&listed->progress, &listed->texts,
				     &(struct pt_journal){store, run}, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_PACKAGE, &run, 1, count_package, listed, err);
	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_STAGE, &run, 1, count_stage, listed, err);
	return rc < 0
		   ? rc
		   : store->ops->each(store, PT_ROWS_FIGURES, &run, 1, count_pushes, listed, err);
}

static bool has_ended(const struct listed *listed)
{
	return listed->progress.finished && listed->progress.state != PT_RUN_HALTED;
}

static const char *state_of(const struct listed *listed)
{
	return pt_run_state_text((enum pt_run_state)listed->progress.state);
}

static void list_json(struct pt_json *json, const struct listed *listed)
{
	const struct pt_run_row *run = listed->run;

	pt_json_object(json, NULL);
	pt_json_str(json, "run", run->name);
	pt_json_str(json, "train", run->train);
	pt_json_str(json, "id", run->id);
	pt_json_str(json, "state", state_of(listed));
	pt_json_time(json, "begun", run->begun_ms);
	if (has_ended(listed))
		pt_json_time(json, "ended", listed->progress.now_ms);
	else
		pt_json_str(json, "ended", NULL);
	pt_json_str(json, "stage", listed->stage_name);
	pt_json_int(json, "stages", listed->nstage);
	pt_json_int(json, "packages", listed->npackage);
	pt_json_int(json, "pushes", listed->pushes);
	pt_json_object_end(json);
}

/* The cells that both tables have. */
static void first_cells(struct pt_table *table, const struct listed *listed)
{
	enum pt_run_state state = (enum pt_run_state)listed->progress.state;

	pt_table_cell(table, "%s", listed->run->name ? listed->run->name : "");
	pt_table_cell(table, "%s", state_of(listed));
	if (state == PT_RUN_CONVERGED)
		pt_table_style(table, PT_STYLE_GOOD);
	else if (state == PT_RUN_HALTED || state == PT_RUN_ABORTED)
		pt_table_style(table, PT_STYLE_BAD);
	if (has_ended(listed))
		pt_table_cell(table, "%s", "");
	else
		pt_table_cell(table, "%s (%lld of %lld)",
			      listed->stage_name ? listed->stage_name : "",
			      (long long)listed->progress.stage + 1, (long long)listed->nstage);
}

static int list_rows(const struct list *list, const struct listed *listed, struct pt_err *err)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	const struct pt_run_row *run = listed->run;
	char begun[PT_INSTANT_TEXT], ended[PT_INSTANT_TEXT] = "";
	int rc = pt_zone_open(&zone, run->timezone ? run->timezone : "UTC", err);

	if (rc < 0)
		return pt_err_wrap(err, "run %s", run->name ? run->name : "");
	pt_zone_text(begun, zone, run->begun_ms);
	if (has_ended(listed))
		pt_zone_text(ended, zone, listed->progress.now_ms);
	first_cells(list->few, listed);
	pt_table_cell(list->few, "%s", begun);
	first_cells(list->all, listed);
	pt_table_cell(list->all, "%lld", (long long)listed->npackage);
	pt_table_cell(list->all, "%lld", (long long)listed->pushes);
	pt_table_cell(list->all, "%s", begun);
	pt_table_cell(list->all, "%s", ended);
	pt_table_cell(list->all, "%s", run->train ? run->train : "");
	pt_table_cell(list->all, "%s", run->id ? run->id : "");
	return 0;
}

static int list_run(void *context, const void *row, struct pt_err *err)
{
	struct listed listed = {.run = row, .texts = PT_ARENA_INIT};
	struct list *list = context;
	int rc = look_at(&listed, list->store, err);

	if (rc == 0 && list->json)
		list_json(list->json, &listed);
	else if (rc == 0)
		rc = list_rows(list, &listed, err);
	pt_arena_release(&listed.texts);
	return rc;
}

static void heads(struct pt_table *table, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pt_table_cell(table, "%s", names[i]);
		pt_table_style(table, PT_STYLE_DIM);
	}
}

static int each_run(struct list *list, struct pt_err *err)
{
	struct pt_store *store = list->store;
	int rc = store->ops->begin_reading(store, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, list_run, list, err);
	store->ops->rollback(store);
	return rc;
}

static int list_text(struct pt_buf *out, struct list *list, struct pt_err *err)
{
	static const char *const ALL[] = {"run",   "state", "stage", "packages", "pushes",
					  "begun", "ended", "train", "id"};
	static const char *const FEW[] = {"run", "state", "stage", "begun"};
	PT_CLEANUP(pt_table_freep) struct pt_table *all = pt_table_new("lllrrllll");
	PT_CLEANUP(pt_table_freep) struct pt_table *few = pt_table_new("llll");

	if (!all || !few)
		return pt_err_nomem(err);
	heads(all, ALL, PT_ARRAY_LEN(ALL));
	heads(few, FEW, PT_ARRAY_LEN(FEW));
	list->all = all;
	list->few = few;
	int rc = each_run(list, err);

	if (rc < 0)
		return rc;
	return pt_table_render_look(out, pt_look_fits(list->look, pt_table_width(all)) ? all : few,
				    0, list->look, err);
}

int pt_status_list(struct pt_buf *out, struct pt_store *store, bool as_json,
		   const struct pt_look *look, struct pt_err *err)
{
	struct list list = {.store = store, .look = look};
	struct pt_json json;

	if (!as_json)
		return list_text(out, &list, err);
	pt_json_init(&json, out);
	list.json = &json;
	pt_json_object(&json, NULL);
	pt_json_array(&json, "runs");
	int rc = each_run(&list, err);

	pt_json_array_end(&json);
	pt_json_object_end(&json);
	return rc;
}
