/* A plan for people: a timetable, and what it comes to last. See plan.h. */
#include "pipeline/plan_text.h"

#include <string.h>

#include "base/instant.h"
#include "base/table.h"
#include "base/width.h"

static const char *order_text(enum pt_order order)
{
	return order == PT_ORDER_CONFIRMED ? "confirmed" : "offset";
}

static void head_text(struct pt_buf *out, const struct pt_plan *plan, const struct pt_look *look)
{
	const struct pt_plan_setup *s = &plan->setup;
	char when[PT_INSTANT_TEXT], offset[PT_DURATION_TEXT];

	pt_buf_printf(out, "%strain %s %s of suite %s%s\n", pt_style_on(look, PT_STYLE_STRONG),
		      s->conf->name, s->id, s->suite->name, pt_style_off(look, PT_STYLE_STRONG));
	pt_buf_printf(out, "  cut      %s\n", pt_zone_text(when, s->zone, s->train->cut_ms));
	pt_buf_printf(out, "  departs  %s (%s)\n", pt_zone_text(when, s->zone, s->start_ms),
		      s->suite->timezone);
	pt_buf_printf(out, "  order    %s, %s between levels\n\n", order_text(s->conf->order),
		      pt_duration_text(offset, s->conf->offset_ms));
}

void pt_plan_lines(struct pt_buf *out, const char *text, const struct pt_look *look)
{
	while (*text) {
		PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
		size_t len = strcspn(text, "\n");

		pt_buf_repeat(&line, ' ', PT_PLAN_INDENT);
		pt_buf_bytes(&line, text, len);
		pt_width_wrap(out, pt_buf_text(&line), look->columns, 2 * PT_PLAN_INDENT);
		pt_buf_char(out, '\n');
		pt_buf_lean(out, &line);
		text += len + (text[len] == '\n');
	}
}

static int stage_text(struct pt_buf *out, const struct pt_plan *plan, size_t at,
		      const struct pt_look *look, struct pt_err *err)
{
	const struct pt_plan_setup *s = &plan->setup;
	const struct pt_stage_conf *conf = &s->conf->stage[at];
	const struct pt_plan_stage *stage = &plan->stage[at];
	PT_CLEANUP(pt_buf_release) struct pt_buf rules = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf approval = PT_BUF_INIT;
	char when[PT_INSTANT_TEXT];

	pt_buf_printf(out, "%sstage %s%s: %llu orgs, %llu pushes, not before %s\n",
		      pt_style_on(look, PT_STYLE_STRONG), conf->name,
		      pt_style_off(look, PT_STYLE_STRONG), (unsigned long long)stage->norg,
		      (unsigned long long)stage->tally.eligible,
		      pt_zone_text(when, s->zone, stage->start_ms));
	if (conf->approval.required)
		pt_plan_approval_text(&approval, &conf->approval);
	pt_plan_lines(out, pt_buf_text(&approval), look);
	int rc = pt_plan_waves_text(out, plan, at, look, err);

	pt_plan_rules_text(&rules, plan, at);
	pt_plan_lines(out, pt_buf_text(&rules), look);
	pt_buf_char(out, '\n');
	pt_buf_lean(out, &rules);
	pt_buf_lean(out, &approval);
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

static unsigned digits(uint64_t n)
{
	unsigned count = 1;

	while (n /= 10)
		count++;
	return count;
}

/* "  205  orgs  inactive", the numbers one below the other. */
static void excluded_line(struct pt_buf *out, const struct pt_look *look, uint64_t norg,
			  unsigned width, const char *why, const struct pt_buf *packages)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	pt_buf_printf(&line, "  %*llu  orgs  %s%s", (int)width, (unsigned long long)norg, why,
		      pt_buf_text(packages));
	pt_width_wrap(out, pt_buf_text(&line), look->columns, width + 10);
	pt_buf_char(out, '\n');
	pt_buf_lean(out, &line);
	pt_buf_lean(out, packages);
}

static void excluded_text(struct pt_buf *out, const struct pt_plan *plan,
			  const struct pt_look *look)
{
	const struct pt_buf none = PT_BUF_INIT;
	unsigned width = digits(plan->no_stage);
	char words[PT_REASON_TEXT];

	for (size_t i = 0; i < plan->nreason; i++)
		width = digits(plan->excluded[i]) > width ? digits(plan->excluded[i]) : width;
	if (plan->tally.excluded == 0 && plan->no_stage == 0) {
		pt_buf_str(out, "excluded: nobody\n");
		return;
	}
	pt_buf_str(out, "excluded, wholly or for some packages\n");
	for (size_t i = 0; i < plan->nreason; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf packages = PT_BUF_INIT;

		if (plan->excluded[i] == 0)
			continue;
		packages_text(&packages, plan, i);
		excluded_line(out, look, plan->excluded[i], width,
			      pt_reason_text(words, plan->setup.suite, (unsigned)i), &packages);
	}
	if (plan->no_stage)
		excluded_line(out, look, plan->no_stage, width, "in no stage (not selected)",
			      &none);
}

static int64_t last_wave_ms(const struct pt_plan_stage *stage)
{
	int64_t last_ms = stage->start_ms;

	for (size_t i = 0; i < stage->nwave; i++)
		last_ms = stage->wave[i].start_ms > last_ms ? stage->wave[i].start_ms : last_ms;
	return last_ms;
}

/* What follows its last wave, in a few words. */
static void gate_cell(struct pt_table *table, const struct pt_stage_conf *conf)
{
	if (conf->gate.success_ppm != PT_UNSET)
		pt_table_cell(table, "%g%%", conf->gate.success_ppm / 10000.0);
	else
		pt_table_cell(table, "%s", conf->gate.src.line ? "see above" : "none");
}

static void summary_row(struct pt_table *table, const struct pt_plan *plan, size_t at, bool wide)
{
	const struct pt_plan_stage *stage = &plan->stage[at];
	const struct pt_stage_conf *conf = &plan->setup.conf->stage[at];
	char when[PT_INSTANT_TEXT], soak[PT_DURATION_TEXT];

	pt_table_cell(table, "%s", conf->name);
	pt_table_cell(table, "%llu", (unsigned long long)stage->norg);
	pt_table_cell(table, "%llu", (unsigned long long)stage->tally.eligible);
	pt_table_cell(table, "%s", pt_zone_text(when, plan->setup.zone, stage->start_ms));
	if (wide)
		pt_table_cell(table, "%s",
			      pt_zone_text(when, plan->setup.zone, last_wave_ms(stage)));
	gate_cell(table, conf);
	pt_table_cell(table, "%s", conf->soak_ms ? pt_duration_text(soak, conf->soak_ms) : "-");
	pt_table_cell(table, "%s", conf->approval.required ? "wanted" : "-");
	if (conf->approval.required)
		pt_table_style(table, PT_STYLE_WARN);
}

static int summary_table(struct pt_table **out, const struct pt_plan *plan, bool wide,
			 struct pt_err *err)
{
	static const char *const heads[] = {"stage",     "orgs", "pushes", "not before",
					    "last wave", "gate", "soak",   "approval"};
	struct pt_table *table = pt_table_new(wide ? "lrrlllll" : "lrrllll");

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++) {
		if (i == 4 && !wide)
			continue;
		pt_table_cell(table, "%s", heads[i]);
		pt_table_style(table, PT_STYLE_DIM);
	}
	for (size_t i = 0; i < plan->setup.conf->nstage; i++)
		summary_row(table, plan, i, wide);
	*out = table;
	return 0;
}

static int summary_text(struct pt_buf *out, const struct pt_plan *plan, const struct pt_look *look,
			struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *all = NULL;
	PT_CLEANUP(pt_table_freep) struct pt_table *few = NULL;
	int rc = summary_table(&all, plan, true, err);

	if (rc == 0)
		rc = summary_table(&few, plan, false, err);
	pt_buf_char(out, '\n');
	return rc < 0 ? rc
		      : pt_table_render_look(
			    out, pt_look_fits(look, pt_table_width(all)) ? all : few, 0, look, err);
}

/* Lines of the end, as wide as the look. */
static void sum_line(struct pt_buf *out, const struct pt_look *look, const struct pt_buf *line)
{
	pt_width_wrap(out, pt_buf_text(line), look->columns, 6);
	pt_buf_char(out, '\n');
	pt_buf_lean(out, line);
}

static void sums_text(struct pt_buf *out, const struct pt_plan *plan, const struct pt_look *look)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	const struct pt_tally *t = &plan->tally;

	pt_buf_char(out, '\n');
	if (plan->setup.conf->order == PT_ORDER_OFFSET) {
		pt_buf_str(&line, "order offset: the waves of a batch are scheduled ahead and "
				  "start even if nobody runs pushtrain");
		sum_line(out, look, &line);
		pt_buf_char(out, '\n');
		pt_buf_clear(&line);
	}
	pt_buf_printf(&line,
		      "%sPlan%s: %llu pushes in %zu stage%s, %llu push request%s, %llu API calls "
		      "and a poll now and then while jobs run",
		      pt_style_on(look, PT_STYLE_STRONG), pt_style_off(look, PT_STYLE_STRONG),
		      (unsigned long long)t->eligible, plan->setup.conf->nstage,
		      plan->setup.conf->nstage == 1 ? "" : "s", (unsigned long long)plan->requests,
		      plan->requests == 1 ? "" : "s", (unsigned long long)plan->api_calls);
	sum_line(out, look, &line);
	pt_buf_clear(&line);
	pt_buf_printf(&line,
		      "      %llu selected = %llu already current + %llu excluded + %llu to push",
		      (unsigned long long)t->selected, (unsigned long long)t->already_current,
		      (unsigned long long)t->excluded, (unsigned long long)t->eligible);
	sum_line(out, look, &line);
	if (t->eligible == 0)
		pt_buf_str(out,
			   "\nNothing to push: every org that may have these versions has them.\n");
}

int pt_plan_text(struct pt_buf *out, const struct pt_plan *plan, const struct pt_look *look,
		 struct pt_err *err)
{
	int rc = 0;

	head_text(out, plan, look);
	for (size_t i = 0; rc == 0 && i < plan->setup.conf->nstage; i++)
		rc = stage_text(out, plan, i, look, err);
	if (rc < 0)
		return rc;
	excluded_text(out, plan, look);
	rc = summary_text(out, plan, look, err);
	sums_text(out, plan, look);
	return rc < 0 ? rc : pt_buf_check(out, err);
}
