/* The report for a terminal, a log or a mail. See view.h. */
#include <string.h>

#include "base/utf8.h"
#include "pipeline/pair_text.h"
#include "pipeline/report/cause_groups.h"
#include "pipeline/report/view.h"

enum { CAUSES_MOST = 10, ROWS_MOST = 20, NAME_MOST = 60, REASON_MOST = 100 };

/* One line of it: what comes after the first is left out. */
static void line(struct pt_buf *out, const char *text, size_t most)
{
	size_t from = out->len;

	pt_utf8_show(out, text, most);
	if (out->failed)
		return;
	for (size_t i = from; i < out->len; i++) {
		if (out->data[i] == '\n') {
			out->len = i;
			out->data[i] = '\0';
			pt_buf_str(out, " …");
		}
	}
}

static void top(struct pt_buf *out, const struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];

	pt_buf_printf(out, "run %s: %s\n", status->run.row.name, pt_report_state_words(view));
	pt_report_headline(out, view);
	pt_buf_printf(out, "\nbegan %s", pt_zone_text(when, view->history->zone, view->begun_ms));
	pt_buf_printf(out, ", %s %s",
		      !view->ended   ? "read at"
		      : view->halted ? "halted"
				     : "ended",
		      pt_zone_text(when, view->history->zone, view->ended_ms));
	if (view->ended_ms > view->begun_ms)
		pt_buf_printf(out, ", %s",
			      pt_duration_human(took, view->ended_ms - view->begun_ms));
	pt_buf_char(out, '\n');
	if (status->progress.halt_text)
		pt_buf_printf(out, "%s: %s\n",
			      status->progress.state == PT_RUN_ABORTED ? "aborted" : "halted",
			      status->progress.halt_text);
	pt_buf_char(out, '\n');
}

static int figures(struct pt_buf *out, const struct pt_report_view *view, size_t at,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_figures_release) struct pt_figures_table table = {.all = NULL};
	const struct pt_status *status = &view->history->status;
	int rc = pt_figures_begin(&table, &view->look, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		pt_figures_add_row(&table, status->package[p].name,
				   &status->figures[at * status->npackage + p]);
	}
	pt_figures_add_row(&table, "all", &view->stage[at]);
	return pt_figures_end(out, &table, err);
}

static int stage(struct pt_buf *out, const struct pt_report_view *view, size_t at,
		 struct pt_err *err)
{
	const struct pt_status_stage *s = &view->history->status.stage[at];
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];
	int rc;

	if (s->state == PT_STAGE_AHEAD) {
		pt_buf_printf(out, "stage %s: not begun, not before %s\n\n", s->name,
			      pt_zone_text(when, view->history->zone, s->planned_ms));
		return 0;
	}
	pt_buf_printf(out, "stage %s: %s, began %s", s->name, pt_stage_state_text(s->state),
		      pt_zone_text(when, view->history->zone, s->start_ms));
	if (s->end_ms)
		pt_buf_printf(out, ", took %s", pt_duration_human(took, s->end_ms - s->start_ms));
	pt_buf_char(out, '\n');
	rc = figures(out, view, at, err);
	pt_buf_char(out, '\n');
	return rc;
}

static void cause_row(struct pt_table *table, struct pt_buf *out, const struct pt_history *h,
		      const struct pt_cause_group *group)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;

	line(&name, pt_cause_name(group->sample), NAME_MOST);
	pt_buf_lean(out, &name);
	pt_table_cell(table, "%s", pt_failure_class_text(group->sample->class_));
	pt_table_cell(table, "%llu", (unsigned long long)group->njob);
	pt_table_cell(table, "%llu", (unsigned long long)group->nleft);
	pt_table_cell(table, "%llu", (unsigned long long)group->nheld);
	pt_table_cell(table, "%s", h->org[group->sample->org].key.text);
	pt_table_cell(table, "%s", pt_buf_text(&name));
}

static int causes(struct pt_buf *out, const struct pt_report_view *view, struct pt_err *err)
{
	static const char *const heads[] = {"class",     "failed jobs",  "still failed",
					    "orgs held", "for instance", "why"};
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lrrrll");
	struct pt_cause_groups found;
	int rc = table ? pt_cause_groups_make(&found, view->history, err) : pt_err_nomem(err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++)
		pt_table_cell(table, "%s", heads[i]);
	for (size_t i = 0; i < found.n && i < CAUSES_MOST; i++)
		cause_row(table, out, view->history, &found.group[i]);
	if (found.n) {
		pt_buf_str(out, "why push jobs failed\n");
		rc = pt_table_render(out, table, 2, err);
		if (found.n > CAUSES_MOST)
			pt_buf_printf(out, "  … and %zu other causes\n", found.n - CAUSES_MOST);
		pt_buf_char(out, '\n');
	}
	pt_cause_groups_release(&found);
	return rc;
}

static void left_row(struct pt_table *table, struct pt_buf *out, const struct pt_history *h,
		     uint32_t org, uint32_t p)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf reason = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf shown = PT_BUF_INIT;

	pt_report_reason(&reason, h, &h->pair[p][org]);
	line(&shown, pt_buf_text(&reason), REASON_MOST);
	pt_buf_lean(out, &reason);
	pt_buf_lean(out, &shown);
	pt_table_cell(table, "%s", h->org[org].key.text);
	pt_table_cell(table, "%s", h->package[p].name);
	pt_table_cell(table, "%s", pt_pair_class_text(&h->pair[p][org]));
	pt_table_cell(table, "%s", pt_buf_text(&shown));
}

static int residue(struct pt_buf *out, struct pt_report_view *view, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("llll");
	const struct pt_history *h = view->history;
	uint32_t *by_key;
	uint64_t n = 0;
	int rc = table ? pt_report_by_key(&by_key, view, err) : pt_err_nomem(err);

	if (rc < 0 || view->left == 0)
		return rc;
	for (size_t i = 0; i < h->norg && n < ROWS_MOST; i++) {
		for (size_t k = 0; k < h->status.npackage && n < ROWS_MOST; k++) {
			uint32_t p = h->status.order[k];

			if (!pt_pair_is_left(&h->pair[p][by_key[i]]))
				continue;
			left_row(table, out, h, by_key[i], p);
			n++;
		}
	}
	pt_buf_printf(out, "not %s: %llu pushes left in %llu orgs\n",
		      view->ended ? "converged" : "there yet", (unsigned long long)view->left,
		      (unsigned long long)view->left_orgs);
	rc = pt_table_render(out, table, 2, err);
	if (view->left > n)
		pt_buf_printf(out, "  … and %llu more; --format csv lists them all\n",
			      (unsigned long long)(view->left - n));
	pt_buf_char(out, '\n');
	return rc;
}

static int next(struct pt_buf *out, struct pt_report_view *view, struct pt_err *err)
{
	struct pt_report_step step[PT_REPORT_STEPS_MAX];
	size_t n = 0;
	int rc = pt_report_next(step, &n, view, err);

	pt_buf_str(out, "\nwhat to do next\n");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		pt_buf_printf(out, "  %s\n", step[i].words);
		if (step[i].command)
			pt_buf_printf(out, "    %s\n", step[i].command);
	}
	return rc;
}

int pt_report_as_text(struct pt_report_out *out, struct pt_report_view *view, struct pt_err *err)
{
	struct pt_buf *to = &out->text;
	int rc = 0;

	top(to, view);
	for (size_t i = 0; rc == 0 && i < view->history->status.nstage; i++)
		rc = stage(to, view, i, err);
	if (rc == 0)
		rc = causes(to, view, err);
	if (rc == 0)
		rc = residue(to, view, err);
	if (rc < 0)
		return rc;
	pt_figures_sum(to, &view->all);
	return next(to, view, err);
}
