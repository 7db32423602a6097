/*
 * The report for a pull request, a job's summary or a chat: what it came to, by stage, why, and
 * how many are left, short enough to be read there. See view.h.
 */
#include <string.h>

#include "base/utf8.h"
#include "pipeline/graph_drawing.h"
#include "pipeline/pair_text.h"
#include "pipeline/report/cause_groups.h"
#include "pipeline/report/graph_nodes.h"
#include "pipeline/report/html.h"
#include "pipeline/report/view.h"

enum { CAUSES_MOST = 10, NAME_MOST = 100, ROWS_MOST = 20, GRAPH_MOST = 60 };

/*
 * Text of others' making means nothing to Markdown: what could is written by its number, a
 * line break is a blank, and neither a name after `@` nor a number after `#` is looked up.
 */
static void text(struct pt_buf *out, const char *of, size_t most)
{
	const char *piece;
	size_t n;

	while (most-- && (piece = pt_utf8_shown(&n, &of))) {
		if (*piece == '\n' || *piece == '\t')
			pt_buf_char(out, ' ');
		else if (*piece == ':' ? piece[1] == '/'
				       : n == 1 && strchr("\\`*_{}[]()<>|~&!$", *piece))
			pt_buf_printf(out, "&#%d;", *piece);
		else
			pt_buf_bytes(out, piece, n);
		if (*piece == '@' || *piece == '#')
			pt_buf_str(out, "\xe2\x81\xa0"); /* word joiner: it is not seen */
	}
	if (*of)
		pt_buf_str(out, " …");
}

static void number(struct pt_buf *out, uint64_t n)
{
	char count[PT_COUNT_TEXT];

	pt_buf_printf(out, " %s |", pt_count_text(count, n));
}

static void figures(struct pt_buf *out, const char *name, const char *version,
		    const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;
	char share[PT_SHARE_TEXT];

	pt_buf_str(out, "| ");
	text(out, name, NAME_MOST);
	if (*version)
		pt_buf_char(out, ' ');
	text(out, version, NAME_MOST);
	pt_buf_str(out, " |");
	number(out, t->eligible);
	number(out, t->at_target);
	pt_buf_printf(out, " %s |", pt_share_text(share, t->at_target, t->eligible));
	number(out, pt_tally_failed(t));
	number(out, t->held);
	number(out, t->waiting + t->in_flight);
	number(out, t->unknown + t->canceled);
	number(out, t->excluded);
	number(out, f->jobs);
	pt_buf_char(out, '\n');
}

static void top(struct pt_buf *out, const struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;
	const struct pt_run_row *run = &status->run.row;
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];

	pt_buf_str(out, "## ");
	text(out, run->train, NAME_MOST);
	pt_buf_char(out, ' ');
	text(out, run->id, NAME_MOST);
	pt_buf_printf(out, ": %s\n\n", pt_report_state_words(view));
	pt_report_headline(out, view);
	pt_buf_str(out, "\n\n");
	if (status->progress.halt_text) {
		pt_buf_printf(out, "**%s:** ",
			      status->progress.state == PT_RUN_ABORTED ? "Aborted" : "Halted");
		text(out, status->progress.halt_text, 600);
		pt_buf_str(out, "\n\n");
	}
	pt_buf_printf(out, "Began %s", pt_zone_text(when, view->history->zone, view->begun_ms));
	pt_buf_printf(out, ", %s %s",
		      !view->ended   ? "read at"
		      : view->halted ? "halted"
				     : "ended",
		      pt_zone_text(when, view->history->zone, view->ended_ms));
	if (view->ended_ms > view->begun_ms)
		pt_buf_printf(out, " (%s)",
			      pt_duration_human(took, view->ended_ms - view->begun_ms));
	pt_buf_str(out, ".\n\n");
}

static void stages(struct pt_buf *out, const struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;
	char when[PT_INSTANT_TEXT];

	for (size_t s = 0; s < status->nstage; s++) {
		const struct pt_status_stage *stage = &status->stage[s];

		pt_buf_str(out, "### Stage ");
		text(out, stage->name, NAME_MOST);
		if (stage->state == PT_STAGE_AHEAD) {
			pt_buf_printf(out, ": not begun, not before %s\n\n",
				      pt_zone_text(when, view->history->zone, stage->planned_ms));
			continue;
		}
		pt_buf_printf(out, ": %s\n\n", pt_stage_state_text(stage->state));
		pt_buf_str(out,
			   "| package | eligible | at target | share | failed | held | waiting | "
			   "unknown | excluded | jobs |\n"
			   "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | "
			   "---: |\n");
		for (size_t i = 0; i < status->npackage; i++) {
			uint32_t p = status->order[i];

			figures(out, status->package[p].name, status->package[p].version,
				&status->figures[s * status->npackage + p]);
		}
		figures(out, "all packages", "", &view->stage[s]);
		pt_buf_char(out, '\n');
	}
}

static int causes(struct pt_buf *out, const struct pt_report_view *view, struct pt_err *err)
{
	struct pt_cause_groups found;
	int rc = pt_cause_groups_make(&found, view->history, err);

	if (rc < 0)
		return rc;
	if (found.n)
		pt_buf_str(
		    out,
		    "### Why push jobs failed\n\n"
		    "| cause | class | failed jobs | still failed | orgs held | for instance |\n"
		    "| --- | --- | ---: | ---: | ---: | --- |\n");
	for (size_t i = 0; i < found.n && i < CAUSES_MOST; i++) {
		const struct pt_cause_group *group = &found.group[i];

		pt_buf_str(out, "| ");
		text(out, pt_cause_name(group->sample), NAME_MOST);
		pt_buf_printf(out, " | %s |", pt_failure_class_text(group->sample->class_));
		number(out, group->njob);
		number(out, group->nleft);
		number(out, group->nheld);
		pt_buf_printf(out, " `%s` |\n", view->history->org[group->sample->org].key.text);
	}
	if (found.n > CAUSES_MOST)
		pt_buf_printf(out, "\nAnd %zu others.\n", found.n - CAUSES_MOST);
	if (found.n)
		pt_buf_char(out, '\n');
	pt_cause_groups_release(&found);
	return 0;
}

static void left_row(struct pt_buf *out, const struct pt_history *h, uint32_t org, uint32_t p)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf reason = PT_BUF_INIT;
	const struct pt_pair *pair = &h->pair[p][org];

	pt_report_reason(&reason, h, pair);
	pt_buf_lean(out, &reason);
	pt_buf_printf(out, "| `%s` | ", h->org[org].key.text);
	text(out, h->org[org].name ? h->org[org].name : "", NAME_MOST);
	pt_buf_str(out, " | ");
	text(out, h->package[p].name, NAME_MOST);
	pt_buf_printf(out, " | %s | ", pt_pair_class_text(pair));
	text(out, pt_buf_text(&reason), NAME_MOST);
	pt_buf_str(out, " |\n");
}

static int residue(struct pt_buf *out, struct pt_report_view *view, struct pt_err *err)
{
	const struct pt_history *h = view->history;
	char count[PT_COUNT_TEXT];
	uint64_t n = 0;
	uint32_t *by_key;
	int rc = pt_report_by_key(&by_key, view, err);

	if (rc < 0 || view->left == 0)
		return rc;
	pt_buf_printf(out,
		      "### %s\n\n| org | name | package | class | why |\n"
		      "| --- | --- | --- | --- | --- |\n",
		      view->ended ? "Not there" : "Not there yet");
	for (size_t i = 0; i < h->norg && n < ROWS_MOST; i++) {
		for (size_t k = 0; k < h->status.npackage && n < ROWS_MOST; k++) {
			uint32_t p = h->status.order[k];

			if (!pt_pair_is_left(&h->pair[p][by_key[i]]))
				continue;
			left_row(out, h, by_key[i], p);
			n++;
		}
	}
	if (view->left > n)
		pt_buf_printf(out, "\nAnd %s more pushes; all of them: `%s`\n",
			      pt_count_text(count, view->left - n), view->commands->csv);
	pt_buf_char(out, '\n');
	return 0;
}

static int graph(struct pt_buf *out, struct pt_report_view *view, struct pt_err *err)
{
	const struct pt_history *h = view->history;
	struct pt_report_graph nodes;
	int rc = pt_report_graph_find(&nodes, view, &view->arena, err);

	if (rc < 0 || nodes.n == 0 || nodes.n > GRAPH_MOST)
		return rc;
	pt_buf_str(out, "<details><summary>Dependencies</summary>\n\n```mermaid\nflowchart BT\n");
	for (uint32_t i = 0; i < nodes.n; i++) {
		bool external = i >= nodes.npackage;

		pt_buf_printf(out, "  p%u%s", i, external ? "([\"" : "[\"");
		if (external) {
			pt_mermaid_text(out, view->planned->external[i - nodes.npackage].name);
		} else {
			pt_mermaid_text(out, h->package[i].name);
			pt_buf_char(out, ' ');
			pt_mermaid_text(out, h->package[i].version);
		}
		pt_buf_str(out, external ? "\"])\n" : "\"]\n");
	}
	for (size_t i = 0; i < nodes.nedge; i++)
		pt_buf_printf(out, "  p%u %s p%u\n", nodes.edge[i].from,
			      nodes.edge[i].to >= nodes.npackage ? "-.->" : "-->",
			      nodes.edge[i].to);
	pt_buf_str(out, "```\n\n</details>\n\n");
	return 0;
}

static int next(struct pt_buf *out, struct pt_report_view *view, struct pt_err *err)
{
	struct pt_report_step step[PT_REPORT_STEPS_MAX];
	size_t n = 0;
	int rc = pt_report_next(step, &n, view, err);

	pt_buf_str(out, "### What to do next\n\n");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		pt_buf_printf(out, "- %s", step[i].words);
		if (step[i].command)
			pt_buf_printf(out, " `%s`", step[i].command);
		pt_buf_char(out, '\n');
	}
	return rc;
}

int pt_report_as_markdown(struct pt_report_out *out, struct pt_report_view *view,
			  struct pt_err *err)
{
	struct pt_buf *to = &out->text;
	int rc;

	top(to, view);
	stages(to, view);
	rc = causes(to, view, err);
	if (rc == 0)
		rc = residue(to, view, err);
	if (rc == 0)
		rc = graph(to, view, err);
	return rc < 0 ? rc : next(to, view, err);
}
