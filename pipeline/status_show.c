/* How a run stands, for people. See status.h. */
#include <string.h>

#include "base/fold.h"
#include "base/instant.h"
#include "base/width.h"
#include "pipeline/outlook.h"
#include "pipeline/pair_text.h"
#include "pipeline/status.h"

bool pt_status_has_ended(const struct pt_status *status)
{
	return status->progress.finished && status->progress.state != PT_RUN_HALTED;
}

static enum pt_style style_of(enum pt_run_state state)
{
	switch (state) {
	case PT_RUN_CONVERGED:
		return PT_STYLE_GOOD;
	case PT_RUN_HALTED:
	case PT_RUN_ABORTED:
		return PT_STYLE_BAD;
	case PT_RUN_FINISHED:
	case PT_RUN_PAUSED:
		return PT_STYLE_WARN;
	case PT_RUN_WAITING:
	case PT_RUN_RUNNING:
		break;
	}
	return PT_STYLE_STRONG;
}

static int64_t now_of(const struct pt_status *status, const struct pt_status_view *view)
{
	return view->now_ms > status->progress.now_ms ? view->now_ms : status->progress.now_ms;
}

static void sum_stage(struct pt_stage_figures *sum, const struct pt_status *status, size_t stage)
{
	for (size_t p = 0; p < status->npackage; p++)
		pt_figures_add(sum, &status->figures[stage * status->npackage + p]);
}

static void sum_all(struct pt_stage_figures *sum, const struct pt_status *status)
{
	for (size_t stage = 0; stage < status->nstage; stage++)
		sum_stage(sum, status, stage);
}

/* Outcomes that are known. */
static uint64_t done_of(const struct pt_tally *t)
{
	return t->at_target + pt_tally_failed(t) + t->benign + t->canceled + t->unknown;
}

static unsigned percent(uint64_t n, uint64_t of)
{
	return of ? (unsigned)(n * 100 / of) : 100;
}

/* "1086 of 1099 pushes done (98%), 6 failed (4 permanent, 2 transient), 7 held" */
static void counts_text(struct pt_buf *out, const struct pt_tally *t)
{
	pt_buf_printf(out, "%llu of %llu pushes done (%u%%), ", (unsigned long long)done_of(t),
		      (unsigned long long)t->eligible, percent(done_of(t), t->eligible));
	pt_tally_failed_words(out, t);
	if (t->held)
		pt_buf_printf(out, ", %llu held", (unsigned long long)t->held);
	if (t->unknown)
		pt_buf_printf(out, ", %llu unknown", (unsigned long long)t->unknown);
}

static void where_text(struct pt_buf *out, const struct pt_status *status)
{
	size_t at = (size_t)status->progress.stage;
	struct pt_stage_figures sum = {.requests = 0};

	if (status->nstage == 0)
		return;
	if (pt_status_has_ended(status) || at >= status->nstage) {
		sum_all(&sum, status);
		pt_buf_str(out, "all stages: ");
	} else {
		sum_stage(&sum, status, at);
		pt_buf_printf(out, "stage %s (%zu of %zu): ", status->stage[at].name, at + 1,
			      status->nstage);
	}
	if (!pt_status_has_ended(status) && at < status->nstage &&
	    status->stage[at].state == PT_STAGE_AHEAD)
		pt_buf_str(out, "not begun");
	else
		counts_text(out, &sum.tally);
}

/* " until Tue 2022-08-30 06:40 -07:00 (3h 12m)" */
static void moment_text(struct pt_buf *out, const struct pt_status *status,
			const struct pt_status_view *view, const char *word, int64_t ms)
{
	char when[PT_INSTANT_TEXT], span[PT_DURATION_TEXT];
	int64_t now_ms = now_of(status, view);

	if (ms == 0 || ms == PT_NEVER)
		return;
	pt_buf_printf(out, " %s %s", word, pt_zone_text(when, view->zone, ms));
	if (ms > now_ms)
		pt_buf_printf(out, " (%s)", pt_duration_human(span, ms - now_ms));
}

/* What is on the platform is under way, whoever waits for it. */
static const char *waits_word(const struct pt_progress_row *progress)
{
	return progress->waits_kind == PT_WAIT_JOBS ? "under way" : "waiting";
}

static void waits_text(struct pt_buf *out, const struct pt_status *status,
		       const struct pt_status_view *view)
{
	const struct pt_progress_row *progress = &status->progress;

	if (progress->finished || progress->state == PT_RUN_PAUSED)
		return;
	if (!progress->waits) {
		/* An older journal does not say for what. */
		if (progress->next_ms != PT_NEVER)
			moment_text(out, status, view, "waiting: to be driven at",
				    progress->next_ms);
		return;
	}
	pt_buf_printf(out, " %s: %s", waits_word(progress), progress->waits);
	moment_text(out, status, view, "since", progress->waits_since_ms);
	moment_text(out, status, view, "until", progress->waits_until_ms);
}

/* One line of the head, broken where the look is too narrow for it. */
static void head_line(struct pt_buf *out, const struct pt_status_view *view, enum pt_style style,
		      const struct pt_buf *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lines = PT_BUF_INIT;

	if (text->len == 0)
		return;
	pt_buf_str(&lines, "  ");
	pt_buf_str(&lines, pt_buf_text(text) + strspn(pt_buf_text(text), " "));
	if (view->look.columns) {
		PT_CLEANUP(pt_buf_release) struct pt_buf broken = PT_BUF_INIT;

		pt_fold(&broken, pt_buf_text(&lines), view->look.columns);
		pt_style_str(out, &view->look, style, pt_buf_text(&broken));
		pt_buf_lean(out, &broken);
	} else {
		pt_style_str(out, &view->look, style, pt_buf_text(&lines));
	}
	pt_buf_char(out, '\n');
	pt_buf_lean(out, &lines);
	pt_buf_lean(out, text);
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
static void command_text(struct pt_buf *out, const struct pt_status_view *view, const char *verb)
{
	static const char VERB[] = "pushtrain resume";

	pt_buf_printf(out, "pushtrain %s%s", verb,
		      strncmp(view->resume, VERB, strlen(VERB)) == 0 ? view->resume + strlen(VERB)
								     : "");
}

/* Before it is decided whether a halted run goes on. */
static void failed_text(struct pt_buf *out, const struct pt_status *status,
			const struct pt_status_view *view)
{
	struct pt_stage_figures sum = {.requests = 0};

	sum_all(&sum, status);
	if (status->progress.state != PT_RUN_HALTED || pt_tally_failed(&sum.tally) == 0)
		return;
	pt_buf_str(out, "what failed: ");
	command_text(out, view, "why");
}

static void to_do_text(struct pt_buf *out, const struct pt_status *status,
		       const struct pt_status_view *view)
{
	const struct pt_progress_row *progress = &status->progress;

	if (progress->state == PT_RUN_FINISHED) {
		pt_buf_str(out, "to push again what can be: ");
		command_text(out, view, "repush");
	} else if (progress->state == PT_RUN_HALTED && progress->finished) {
		pt_buf_str(out, "to end it: ");
		command_text(out, view, "abort");
	} else if (!progress->finished && waiting_stage(status)) {
		pt_buf_str(out, "to approve: ");
		command_text(out, view, "approve");
		pt_buf_printf(out, " %s --by NAME", waiting_stage(status));
	}
}

static void driver_text(struct pt_buf *out, const struct pt_status *status,
			const struct pt_status_view *view)
{
	int64_t next_ms = status->progress.next_ms;

	if (pt_status_has_ended(status))
		return;
	if (view->driver) {
		pt_buf_printf(out, "driven by process %lld", (long long)view->driver);
		return;
	}
	pt_buf_str(out, "nobody drives it");
	if (!status->progress.finished && next_ms != PT_NEVER && next_ms < view->now_ms)
		moment_text(out, status, view, "and it is overdue since", next_ms);
	pt_buf_printf(out, "; to go on: %s", view->resume);
}

static void head_text(struct pt_buf *out, const struct pt_status *status,
		      const struct pt_status_view *view)
{
	const struct pt_progress_row *progress = &status->progress;
	enum pt_run_state state = (enum pt_run_state)progress->state;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	char when[PT_INSTANT_TEXT];
	bool overdue = !view->driver && !progress->finished && progress->next_ms < view->now_ms;

	pt_buf_printf(out, "run %s: ", status->run.row.name);
	pt_style_str(out, &view->look, style_of(state), pt_run_state_text(state));
	pt_buf_printf(out, "%s, at %s\n", state == PT_RUN_FINISHED ? " with residue" : "",
		      pt_zone_text(when, view->zone, now_of(status, view)));
	where_text(&text, status);
	head_line(out, view, PT_STYLE_PLAIN, &text);
	pt_buf_clear(&text);
	if (progress->halt_text)
		pt_buf_printf(&text, "%s: %s",
			      progress->state == PT_RUN_ABORTED ? "aborted" : "halted",
			      progress->halt_text);
	head_line(out, view, PT_STYLE_BAD, &text);
	pt_buf_clear(&text);
	failed_text(&text, status, view);
	head_line(out, view, PT_STYLE_PLAIN, &text);
	pt_buf_clear(&text);
	waits_text(&text, status, view);
	head_line(out, view, waiting_stage(status) ? PT_STYLE_WARN : PT_STYLE_PLAIN, &text);
	pt_buf_clear(&text);
	driver_text(&text, status, view);
	head_line(out, view, overdue ? PT_STYLE_WARN : PT_STYLE_PLAIN, &text);
	pt_buf_clear(&text);
	to_do_text(&text, status, view);
	head_line(out, view, PT_STYLE_STRONG, &text);
}

void pt_status_line(struct pt_buf *out, const struct pt_status *status,
		    const struct pt_status_view *view)
{
	pt_buf_printf(out, "run %s: %s; ", status->run.row.name,
		      pt_run_state_text((enum pt_run_state)status->progress.state));
	where_text(out, status);
	if (status->progress.halt_text)
		pt_buf_printf(out, "; %s", status->progress.halt_text);
	if (status->progress.waits && !status->progress.finished) {
		pt_buf_printf(out, "; %s: %s", waits_word(&status->progress),
			      status->progress.waits);
		if (status->progress.waits_until_ms != PT_NEVER) {
			char when[PT_INSTANT_TEXT];

			pt_buf_printf(
			    out, " until %s",
			    pt_zone_text(when, view->zone, status->progress.waits_until_ms));
		}
	}
}

static void stage_row(struct pt_table *table, const struct pt_status *status, size_t at,
		      const struct pt_status_view *view)
{
	const struct pt_status_stage *stage = &status->stage[at];
	bool ahead = stage->state == PT_STAGE_AHEAD;
	struct pt_stage_figures sum = {.requests = 0};
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];
	int64_t end_ms = stage->end_ms ? stage->end_ms : now_of(status, view);

	sum_stage(&sum, status, at);
	pt_table_cell(table, "%s", stage->name);
	pt_table_cell(table, "%s",
		      ahead && stage->asked_ms && !stage->approved
			  ? "approval wanted"
			  : pt_stage_state_text(stage->state));
	if (stage->state == PT_STAGE_HALTED)
		pt_table_style(table, PT_STYLE_BAD);
	else if (stage->state == PT_STAGE_DONE)
		pt_table_style(table, PT_STYLE_GOOD);
	else if (!ahead)
		pt_table_style(table, PT_STYLE_STRONG);
	pt_table_cell(table, "%s",
		      pt_zone_text(when, view->zone, ahead ? stage->planned_ms : stage->start_ms));
	pt_table_cell(table, "%s", ahead ? "" : pt_duration_human(took, end_ms - stage->start_ms));
	if (ahead)
		pt_table_cell(table, "%s", "");
	else
		pt_table_cell(table, "%llu of %llu", (unsigned long long)sum.tally.at_target,
			      (unsigned long long)sum.tally.eligible);
}

static int stages_text(struct pt_buf *out, const struct pt_status *status,
		       const struct pt_status_view *view, struct pt_err *err)
{
	static const char *const heads[] = {"stage", "state", "began, or not before", "took",
					    "at target"};
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lllrr");

	if (!table)
		return pt_err_nomem(err);
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++) {
		pt_table_cell(table, "%s", heads[i]);
		pt_table_style(table, PT_STYLE_DIM);
	}
	for (size_t i = 0; i < status->nstage; i++)
		stage_row(table, status, i, view);
	return pt_table_render_look(out, table, 2, &view->look, err);
}

static int packages_text(struct pt_buf *out, const struct pt_status *status, size_t stage,
			 const struct pt_status_view *view, struct pt_err *err)
{
	bool all = stage == status->nstage;
	PT_CLEANUP(pt_figures_release) struct pt_figures_table table = {.all = NULL};
	struct pt_stage_figures sum = {.requests = 0};
	int rc = pt_figures_begin(&table, &view->look, err);

	for (size_t i = 0; rc == 0 && i < status->npackage; i++) {
		uint32_t p = status->order[i];
		struct pt_stage_figures of = {.requests = 0};

		for (size_t s = all ? 0 : stage; s < (all ? status->nstage : stage + 1); s++)
			pt_figures_add(&of, &status->figures[s * status->npackage + p]);
		pt_figures_add(&sum, &of);
		pt_figures_add_row(&table, status->package[p].name, &of);
	}
	if (rc == 0)
		pt_figures_add_row(&table, "all", &sum);
	return rc < 0 ? rc : pt_figures_end(out, &table, err);
}

/* What begun stages came to, package by package. */
static int tables_text(struct pt_buf *out, const struct pt_status *status,
		       const struct pt_status_view *view, struct pt_err *err)
{
	int rc = 0;

	if (view->brief)
		return packages_text(out, status, status->nstage, view, err);
	for (size_t i = 0; rc == 0 && i < status->nstage; i++) {
		const struct pt_status_stage *stage = &status->stage[i];

		if (stage->state == PT_STAGE_AHEAD)
			continue;
		pt_buf_printf(out, "%sstage %s: %s\n", i ? "\n" : "", stage->name,
			      pt_stage_state_text(stage->state));
		rc = packages_text(out, status, i, view, err);
	}
	return rc;
}

static void sums_text(struct pt_buf *out, const struct pt_stage_figures *sum,
		      const struct pt_status_view *view)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lines = PT_BUF_INIT;
	const char *line;

	pt_figures_sum(&lines, sum);
	pt_buf_char(out, '\n');
	for (line = pt_buf_text(&lines); *line; line += strcspn(line, "\n") + 1) {
		PT_CLEANUP(pt_buf_release) struct pt_buf one = PT_BUF_INIT;

		pt_buf_bytes(&one, line, strcspn(line, "\n"));
		pt_width_wrap(out, pt_buf_text(&one), view->look.columns, 2);
		pt_buf_char(out, '\n');
		pt_buf_lean(out, &one);
	}
	pt_buf_lean(out, &lines);
}

int pt_status_text(struct pt_buf *out, const struct pt_status *status,
		   const struct pt_status_view *view, struct pt_err *err)
{
	struct pt_stage_figures sum = {.requests = 0};
	int rc;

	head_text(out, status, view);
	pt_buf_char(out, '\n');
	rc = stages_text(out, status, view, err);
	pt_buf_char(out, '\n');
	if (rc == 0)
		rc = tables_text(out, status, view, err);
	if (rc < 0)
		return rc;
	sum_all(&sum, status);
	if (!view->brief)
		sums_text(out, &sum, view);
	return pt_buf_check(out, err);
}
