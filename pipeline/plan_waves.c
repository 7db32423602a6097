/* A stage's timetable: its waves in the order of time, day by day. See plan_text.h. */
#include "pipeline/plan_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/table.h"

/* "Tue 2026-12-01 18:00 -08:00" in its parts. */
struct moment {
	char day[PT_INSTANT_TEXT], time[8], offset[PT_INSTANT_TEXT];
};

static struct moment moment_of(const struct pt_zone *zone, int64_t ms)
{
	char text[PT_INSTANT_TEXT];
	struct moment moment;

	pt_zone_text(text, zone, ms);
	(void)snprintf(moment.day, sizeof(moment.day), "%.14s", text);
	(void)snprintf(moment.time, sizeof(moment.time), "%.5s", text + 15);
	(void)snprintf(moment.offset, sizeof(moment.offset), "%s", text + 21);
	return moment;
}

static bool same_day(const struct moment *a, const struct moment *b)
{
	return strcmp(a->day, b->day) == 0 && strcmp(a->offset, b->offset) == 0;
}

/* By time; those of a moment as the plan has them. */
static int compare(const void *a, const void *b)
{
	const struct pt_plan_wave *x = *(const struct pt_plan_wave *const *)a;
	const struct pt_plan_wave *y = *(const struct pt_plan_wave *const *)b;

	if (x->start_ms != y->start_ms)
		return x->start_ms < y->start_ms ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void slot_cell(struct pt_table *table, const struct pt_plan *plan,
		      const struct pt_stage_conf *conf, const struct pt_plan_wave *wave)
{
	uint32_t batch = pt_slot_batch(conf, wave->slot) + 1, z = pt_slot_zone(conf, wave->slot);
	const struct pt_zone *zone;

	if (pt_stage_nzone(conf) == 1) {
		pt_table_cell(table, "batch %u", batch);
		return;
	}
	zone = pt_hours_zone(plan->setup.hours, (uint32_t)(conf - plan->setup.conf->stage), z);
	const char *name = pt_stage_zone_name(plan->setup.suite, conf, z);

	if (!zone || strcmp(name, plan->setup.suite->timezone) == 0) {
		pt_table_cell(table, "batch %u, %s", batch, name);
		return;
	}
	struct moment there = moment_of(zone, wave->start_ms);

	pt_table_cell(table, "batch %u, %s (%s %s)", batch, name, there.time, there.offset);
}

/* Why it does not start when it would be due: "" when it does. */
static void why_text(struct pt_buf *out, const struct pt_plan *plan,
		     const struct pt_plan_wave *wave)
{
	char due[PT_INSTANT_TEXT];

	if (wave->why.kind == PT_HOURS_OPEN)
		return;
	pt_buf_printf(out, "due %s, ", pt_zone_text(due, plan->setup.zone, wave->due_ms));
	if (wave->why.kind == PT_HOURS_WINDOW)
		pt_buf_str(out, "waits for the window");
	else
		pt_buf_printf(out, "waits for the end of blackout '%s'", wave->why.blackout);
}

static void row(struct pt_table *table, const struct pt_plan *plan,
		const struct pt_stage_conf *conf, const struct pt_plan_wave *before,
		const struct pt_plan_wave *wave)
{
	const struct pt_train_package *package = &plan->setup.train->package[wave->package];
	struct moment at = moment_of(plan->setup.zone, wave->start_ms);
	bool same_time = before && before->start_ms == wave->start_ms;
	char version[PT_VERSION_TEXT];

	pt_table_cell(table, "%s", same_time ? "" : at.time);
	if (same_time && before->slot == wave->slot)
		pt_table_cell(table, "%s", "");
	else
		slot_cell(table, plan, conf, wave);
	pt_table_cell(table, "%s %s", package->name, pt_version_text(version, &package->version));
	pt_table_cell(table, "%llu", (unsigned long long)wave->norg);
}

struct timetable {
	const struct pt_plan *plan;
	const struct pt_stage_conf *conf;
	const struct pt_plan_wave **wave; /* by time */
	size_t n;
	const struct pt_look *look;
};

/* A line for each wave; `wide`: with the reasons beside. */
static int make_lines(struct pt_buf *out, size_t *width_out, const struct timetable *t, bool wide,
		      struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lllrl");
	const struct pt_plan_wave *before = NULL;
	int rc = table ? 0 : pt_err_nomem(err);

	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;

		why_text(&why, t->plan, t->wave[i]);
		row(table, t->plan, t->conf, before, t->wave[i]);
		if (wide)
			pt_table_cell(table, "orgs%s%s", why.len ? "; " : "", pt_buf_text(&why));
		else
			pt_table_cell(table, "orgs%s", why.len ? " *" : "");
		if (why.len)
			pt_table_style(table, PT_STYLE_WARN);
		before = t->wave[i];
		rc = pt_buf_check(&why, err);
	}
	if (rc < 0)
		return rc;
	*width_out = pt_table_width(table) + 2 * PT_PLAN_INDENT;
	return pt_table_render_look(out, table, 2 * PT_PLAN_INDENT, t->look, err);
}

/* Those lines, under the days that they are of. */
static void add_days(struct pt_buf *out, const struct timetable *t, const char *line)
{
	struct moment day = {.day = ""};

	for (size_t i = 0; i < t->n; i++) {
		struct moment at = moment_of(t->plan->setup.zone, t->wave[i]->start_ms);
		size_t len = strcspn(line, "\n");

		if (i == 0 || !same_day(&day, &at)) {
			day = at;
			pt_buf_printf(out, "  %s%s %s%s\n", pt_style_on(t->look, PT_STYLE_STRONG),
				      at.day, at.offset, pt_style_off(t->look, PT_STYLE_STRONG));
		}
		pt_buf_bytes(out, line, len);
		pt_buf_char(out, '\n');
		line += len + (line[len] == '\n');
	}
}

/* What has moved, and why, where there is no room for it beside: once for the same words. */
static void add_reasons(struct pt_buf *out, const struct timetable *t)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;

	for (size_t i = 0; i < t->n; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf why = PT_BUF_INIT;
		PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

		why_text(&why, t->plan, t->wave[i]);
		if (!why.len)
			continue;
		pt_buf_printf(&line, "* batch %u", pt_slot_batch(t->conf, t->wave[i]->slot) + 1);
		if (pt_stage_nzone(t->conf) > 1)
			pt_buf_printf(&line, ", %s",
				      pt_stage_zone_name(t->plan->setup.suite, t->conf,
							 pt_slot_zone(t->conf, t->wave[i]->slot)));
		pt_buf_printf(&line, ": %s\n", pt_buf_text(&why));
		if (!strstr(pt_buf_text(&said), pt_buf_text(&line)))
			pt_buf_str(&said, pt_buf_text(&line));
		pt_buf_lean(out, &why);
		pt_buf_lean(out, &line);
	}
	pt_plan_lines(out, pt_buf_text(&said), t->look);
	pt_buf_lean(out, &said);
}

static int add_timetable(struct pt_buf *out, const struct timetable *t, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lines = PT_BUF_INIT;
	size_t width = 0;
	bool fits;
	int rc = make_lines(&lines, &width, t, true, err);

	fits = pt_look_fits(t->look, width);
	if (rc == 0 && !fits) {
		pt_buf_clear(&lines);
		rc = make_lines(&lines, &width, t, false, err);
	}
	if (rc < 0)
		return rc;
	add_days(out, t, pt_buf_text(&lines));
	if (!fits)
		add_reasons(out, t);
	return pt_buf_check(&lines, err);
}

int pt_plan_waves_text(struct pt_buf *out, const struct pt_plan *plan, size_t at,
		       const struct pt_look *look, struct pt_err *err)
{
	const struct pt_plan_stage *stage = &plan->stage[at];
	struct timetable t = {
	    .plan = plan, .conf = &plan->setup.conf->stage[at], .n = stage->nwave, .look = look};
	int rc;

	t.wave = (const struct pt_plan_wave **)calloc(t.n + 1, sizeof(*t.wave));
	if (!t.wave)
		return pt_err_nomem(err);
	for (size_t i = 0; i < t.n; i++)
		t.wave[i] = &stage->wave[i];
	qsort((void *)t.wave, t.n, sizeof(*t.wave), compare);
	rc = add_timetable(out, &t, err);
	free((void *)t.wave);
	return rc;
}
