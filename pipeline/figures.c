/* See figures.h. */
#include "pipeline/figures.h"

const char *pt_run_state_text(enum pt_run_state state)
{
	static const char *const text[] = {
	    [PT_RUN_WAITING] = "waiting",   [PT_RUN_RUNNING] = "running",
	    [PT_RUN_HALTED] = "halted",     [PT_RUN_CONVERGED] = "converged",
	    [PT_RUN_FINISHED] = "finished", [PT_RUN_ABORTED] = "aborted",
	    [PT_RUN_PAUSED] = "paused",
	};

	return text[state];
}

const char *pt_stage_state_text(enum pt_stage_state state)
{
	static const char *const text[] = {
	    [PT_STAGE_AHEAD] = "waiting",   [PT_STAGE_READING] = "running",
	    [PT_STAGE_WAVES] = "running",   [PT_STAGE_PASSES] = "running",
	    [PT_STAGE_SOAKING] = "waiting", [PT_STAGE_DONE] = "finished",
	    [PT_STAGE_HALTED] = "halted",
	};

	return text[state];
}

void pt_figures_add(struct pt_stage_figures *into, const struct pt_stage_figures *from)
{
	pt_tally_merge(&into->tally, &from->tally);
	into->requests += from->requests;
	into->jobs += from->jobs;
	into->http_calls += from->http_calls;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		into->jobs_failed[c] += from->jobs_failed[c];
}

enum { INDENT = 2 };

static const char *const ALL[] = {"package", "eligible", "at target", "permanent", "transient",
				  "depend.", "not yet",  "held",      "waiting",   "unknown",
				  "benign",  "excluded", "current",   "pushes",    "API calls"};
/* eligible = at target + failed + held + open + other */
static const char *const FEW[] = {"package", "eligible", "at target", "failed",
				  "held",    "open",     "other",     "pushes"};

static void head(struct pt_table *table, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pt_table_cell(table, "%s", names[i]);
		pt_table_style(table, PT_STYLE_DIM);
	}
}

int pt_figures_begin(struct pt_figures_table *out, const struct pt_look *look, struct pt_err *err)
{
	*out = (struct pt_figures_table){
	    .all = pt_table_new("lrrrrrrrrrrrrrr"), .few = pt_table_new("lrrrrrrr"), .look = *look};
	if (!out->all || !out->few)
		return pt_err_nomem(err);
	head(out->all, ALL, PT_ARRAY_LEN(ALL));
	head(out->few, FEW, PT_ARRAY_LEN(FEW));
	return 0;
}

struct figure {
	uint64_t n;
	enum pt_style style; /* unless it is nothing */
};

static void add_row(struct pt_table *table, const char *name, const struct figure *figure, size_t n)
{
	pt_table_cell(table, "%s", name);
	for (size_t i = 0; i < n; i++) {
		pt_table_cell(table, "%llu", (unsigned long long)figure[i].n);
		pt_table_style(table, figure[i].n ? figure[i].style : PT_STYLE_DIM);
	}
}

void pt_figures_add_row(struct pt_figures_table *table, const char *name,
			const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;
	const uint64_t *failed = t->failed;
	const struct figure at_target = {
	    t->at_target, t->at_target == t->eligible ? PT_STYLE_GOOD : PT_STYLE_PLAIN};
	const struct figure all[] = {{t->eligible, PT_STYLE_PLAIN},
				     at_target,
				     {failed[PT_FAILURE_PERMANENT], PT_STYLE_BAD},
				     {failed[PT_FAILURE_TRANSIENT], PT_STYLE_WARN},
				     {failed[PT_FAILURE_DEPENDENCY], PT_STYLE_WARN},
				     {failed[PT_FAILURE_NOT_YET], PT_STYLE_WARN},
				     {t->held, PT_STYLE_WARN},
				     {t->waiting + t->in_flight, PT_STYLE_PLAIN},
				     {t->unknown + t->canceled, PT_STYLE_BAD},
				     {t->benign, PT_STYLE_PLAIN},
				     {t->excluded, PT_STYLE_PLAIN},
				     {t->already_current, PT_STYLE_PLAIN},
				     {f->jobs, PT_STYLE_PLAIN},
				     {f->http_calls, PT_STYLE_PLAIN}};
	const struct figure few[] = {
	    {t->eligible, PT_STYLE_PLAIN},
	    at_target,
	    {pt_tally_failed(t), failed[PT_FAILURE_PERMANENT] ? PT_STYLE_BAD : PT_STYLE_WARN},
	    {t->held, PT_STYLE_WARN},
	    {t->waiting + t->in_flight, PT_STYLE_PLAIN},
	    {t->unknown + t->canceled + t->benign,
	     t->unknown + t->canceled ? PT_STYLE_BAD : PT_STYLE_PLAIN},
	    {f->jobs, PT_STYLE_PLAIN}};

	add_row(table->all, name, all, PT_ARRAY_LEN(all));
	add_row(table->few, name, few, PT_ARRAY_LEN(few));
}

int pt_figures_end(struct pt_buf *out, const struct pt_figures_table *table, struct pt_err *err)
{
	bool fits = pt_look_fits(&table->look, pt_table_width(table->all) + INDENT);

	return pt_table_render_look(out, fits ? table->all : table->few, INDENT, &table->look, err);
}

void pt_figures_release(struct pt_figures_table *table)
{
	pt_table_free(table->all);
	pt_table_free(table->few);
	*table = (struct pt_figures_table){.all = NULL};
}

void pt_figures_sum(struct pt_buf *out, const struct pt_stage_figures *sum)
{
	const struct pt_tally *t = &sum->tally;

	pt_buf_printf(out, "%llu selected = %llu already current + %llu excluded + %llu eligible\n",
		      (unsigned long long)t->selected, (unsigned long long)t->already_current,
		      (unsigned long long)t->excluded, (unsigned long long)t->eligible);
	pt_buf_printf(out,
		      "%llu eligible = %llu at target + %llu failed + %llu held + %llu waiting + "
		      "%llu in flight + %llu unknown + %llu canceled + %llu benign%s\n",
		      (unsigned long long)t->eligible, (unsigned long long)t->at_target,
		      (unsigned long long)pt_tally_failed(t), (unsigned long long)t->held,
		      (unsigned long long)t->waiting, (unsigned long long)t->in_flight,
		      (unsigned long long)t->unknown, (unsigned long long)t->canceled,
		      (unsigned long long)t->benign,
		      pt_tally_adds_up(t) ? "" : " (DOES NOT ADD UP)");
	pt_buf_printf(out,
		      "failed pushes on the way: %llu transient, %llu permanent, %llu dependency, "
		      "%llu not yet, %llu benign\n",
		      (unsigned long long)sum->jobs_failed[PT_FAILURE_TRANSIENT],
		      (unsigned long long)sum->jobs_failed[PT_FAILURE_PERMANENT],
		      (unsigned long long)sum->jobs_failed[PT_FAILURE_DEPENDENCY],
		      (unsigned long long)sum->jobs_failed[PT_FAILURE_NOT_YET],
		      (unsigned long long)sum->jobs_failed[PT_FAILURE_BENIGN]);
}

void pt_figures_json(struct pt_json *json, const char *name, const char *version,
		     const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;

	pt_json_object(json, NULL);
	pt_json_str(json, "name", name);
	pt_json_str(json, "version", version);
	pt_json_int(json, "selected", (int64_t)t->selected);
	pt_json_int(json, "already_current", (int64_t)t->already_current);
	pt_json_int(json, "excluded", (int64_t)t->excluded);
	pt_json_int(json, "eligible", (int64_t)t->eligible);
	pt_json_int(json, "at_target", (int64_t)t->at_target);
	pt_json_int(json, "waiting", (int64_t)t->waiting);
	pt_json_int(json, "held", (int64_t)t->held);
	pt_json_int(json, "in_flight", (int64_t)t->in_flight);
	pt_json_int(json, "unknown", (int64_t)t->unknown);
	pt_json_int(json, "canceled", (int64_t)t->canceled);
	pt_json_int(json, "benign", (int64_t)t->benign);
	pt_json_object(json, "failed");
	pt_json_int(json, "permanent", (int64_t)t->failed[PT_FAILURE_PERMANENT]);
	pt_json_int(json, "transient", (int64_t)t->failed[PT_FAILURE_TRANSIENT]);
	pt_json_int(json, "dependency", (int64_t)t->failed[PT_FAILURE_DEPENDENCY]);
	pt_json_int(json, "not_yet", (int64_t)t->failed[PT_FAILURE_NOT_YET]);
	pt_json_object_end(json);
	pt_json_int(json, "pushes", (int64_t)f->jobs);
	pt_json_object(json, "failed_pushes");
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		pt_json_int(json, pt_failure_class_text((enum pt_failure_class)c),
			    (int64_t)f->jobs_failed[c]);
	pt_json_object_end(json);
	pt_json_int(json, "requests", (int64_t)f->requests);
	pt_json_int(json, "api_calls", (int64_t)f->http_calls);
	pt_json_object_end(json);
}
