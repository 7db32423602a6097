/* See view.h. */
#include "pipeline/report/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/pair_text.h"
#include "pipeline/report/html.h"

void pt_report_reason(struct pt_buf *out, const struct pt_history *h, const struct pt_pair *pair)
{
	if (pair->state == PT_PAIR_HELD && pair->detail < h->status.npackage)
		pt_buf_printf(out, "%s has not arrived there", h->package[pair->detail].name);
	else if (pair->state == PT_PAIR_UNKNOWN)
		pt_buf_str(out, "its job has not ended in time");
	else if (pair->state == PT_PAIR_IN_FLIGHT)
		pt_buf_str(out, "its job has not ended");
	else if (pair->state == PT_PAIR_CANCELED && pair->detail == PT_CANCELED_BY_US)
		pt_buf_str(out, "canceled before it started");
	else if (pair->state == PT_PAIR_WAITING)
		pt_buf_str(out, h->status.progress.finished
				    ? "not pushed, or left to somebody else's push"
				    : "not pushed yet");
	else if (pair->text < h->ntext)
		pt_buf_str(out, h->text[pair->text]);
}

const char *pt_share_text(char buf[PT_SHARE_TEXT], uint64_t a, uint64_t b)
{
	if (b == 0)
		snprintf(buf, PT_SHARE_TEXT, "-");
	else if (a >= b)
		snprintf(buf, PT_SHARE_TEXT, "100 %%");
	/* Rounded down: nothing is whole before it is. */
	else
		snprintf(buf, PT_SHARE_TEXT, "%llu.%02llu %%", (unsigned long long)(a * 100 / b),
			 (unsigned long long)(a * 10000 / b % 100));
	return buf;
}

static void count_orgs(struct pt_report_view *view)
{
	const struct pt_history *h = view->history;

	for (size_t org = 0; org < h->norg; org++) {
		bool left = false, reached = false;

		for (size_t p = 0; p < h->status.npackage; p++) {
			const struct pt_pair *pair = &h->pair[p][org];

			if (pt_pair_is_left(pair)) {
				left = true;
				view->left++;
			}
			reached |= pair->state == PT_PAIR_AT_TARGET;
		}
		view->left_orgs += left;
		view->reached_orgs += reached && !left;
	}
}

bool pt_report_is_started(const struct pt_history_request *request)
{
	return !request->done && request->activated_ms && request->ndone < request->norg;
}

static void count_started(struct pt_report_view *view)
{
	const struct pt_history *h = view->history;

	for (size_t i = 0; i < h->nrequest; i++) {
		if (!pt_report_is_started(&h->request[i]))
			continue;
		view->started += h->request[i].norg - h->request[i].ndone;
		view->nstarted++;
	}
}

static void find_times(struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;

	view->begun_ms = status->run.row.begun_ms;
	if (status->nstage && status->stage[0].start_ms)
		view->begun_ms = status->stage[0].start_ms;
	view->ended_ms = status->progress.now_ms;
}

int pt_report_view_make(struct pt_report_view *out, const struct pt_history *history,
			const struct pt_planned *planned, const struct pt_report_commands *commands,
			struct pt_err *err)
{
	const struct pt_status *status = &history->status;
	struct pt_report_view view = {.history = history,
				      .planned = planned,
				      .commands = commands,
				      .look = PT_LOOK_PLAIN,
				      .arena = PT_ARENA_INIT};

	view.stage = pt_arena_alloc(&view.arena, status->nstage + 1, sizeof(*view.stage));
	view.package = pt_arena_alloc(&view.arena, status->npackage + 1, sizeof(*view.package));
	if (!view.stage || !view.package) {
		pt_arena_release(&view.arena);
		return pt_err_nomem(err);
	}
	for (size_t s = 0; s < status->nstage; s++) {
		for (size_t p = 0; p < status->npackage; p++) {
			const struct pt_stage_figures *f =
			    &status->figures[s * status->npackage + p];

			pt_figures_add(&view.stage[s], f);
			pt_figures_add(&view.package[p], f);
			pt_figures_add(&view.all, f);
		}
	}
	for (size_t s = 0; s < status->nstage; s++) {
		if (status->stage[s].state != PT_STAGE_AHEAD)
			continue;
		view.ahead += status->stage[s].planned_eligible;
		view.nahead++;
	}
	view.ended = status->progress.finished != 0;
	view.halted = view.ended && status->progress.state == PT_RUN_HALTED;
	find_times(&view);
	count_orgs(&view);
	count_started(&view);
	*out = view;
	return 0;
}

void pt_report_view_release(struct pt_report_view *view)
{
	pt_arena_release(&view->arena);
	*view = (struct pt_report_view){.arena = PT_ARENA_INIT};
}

struct keyed {
	struct pt_org_key key;
	uint32_t org;
};

static int compare_keys(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return pt_org_key_cmp(&x->key, &y->key);
}

int pt_report_by_key(uint32_t **out, struct pt_report_view *view, struct pt_err *err)
{
	const struct pt_history *h = view->history;
	uint32_t *order = pt_arena_alloc(&view->arena, h->norg + 1, sizeof(*order));
	struct keyed *keyed = calloc(h->norg + 1, sizeof(*keyed));

	if (!order || !keyed) {
		free(keyed);
		return pt_err_nomem(err);
	}
	for (uint32_t i = 0; i < h->norg; i++)
		keyed[i] = (struct keyed){h->org[i].key, i};
	qsort(keyed, h->norg, sizeof(*keyed), compare_keys);
	for (uint32_t i = 0; i < h->norg; i++)
		order[i] = keyed[i].org;
	free(keyed);
	*out = order;
	return 0;
}

/* The stage that halted, or that waits for an approval; UINT32_MAX: none. */
static uint32_t stage_to_approve(const struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;

	for (uint32_t i = 0; i < status->nstage; i++) {
		const struct pt_status_stage *s = &status->stage[i];

		if (view->halted ? s->state == PT_STAGE_HALTED
				 : s->state == PT_STAGE_AHEAD && s->asked_ms && !s->approved)
			return i;
	}
	return UINT32_MAX;
}

const char *pt_report_state_words(const struct pt_report_view *view)
{
	static const char *const ended[] = {
	    [PT_RUN_WAITING] = "ended",   [PT_RUN_RUNNING] = "ended",
	    [PT_RUN_HALTED] = "halted",   [PT_RUN_CONVERGED] = "converged",
	    [PT_RUN_ABORTED] = "aborted", [PT_RUN_FINISHED] = "finished with residue",
	    [PT_RUN_PAUSED] = "paused",
	};
	int64_t state = view->history->status.progress.state;

	if (view->ended)
		return ended[state];
	if (stage_to_approve(view) != UINT32_MAX && state != PT_RUN_PAUSED)
		return "waits for an approval";
	switch ((enum pt_run_state)state) {
	case PT_RUN_WAITING:
		return "under way, waiting";
	case PT_RUN_PAUSED:
		return "paused";
	case PT_RUN_RUNNING:
	case PT_RUN_HALTED:
	case PT_RUN_CONVERGED:
	case PT_RUN_FINISHED:
	case PT_RUN_ABORTED:
		break;
	}
	return "under way";
}

/* Where a run that is not over is among its stages. */
static void where(struct pt_buf *out, const struct pt_report_view *view)
{
	const struct pt_status *status = &view->history->status;
	size_t at = status->nstage - view->nahead;

	if (status->nstage == 0 || (view->ended && !view->halted))
		return;
	if (at < status->nstage && status->stage[at].asked_ms && !status->stage[at].approved)
		pt_buf_printf(out, "Stage %s, %zu of %zu, waits for an approval. ",
			      status->stage[at].name, at + 1, status->nstage);
	else if (at > 0 && status->stage[at - 1].state != PT_STAGE_DONE)
		pt_buf_printf(out, "Stage %s, %zu of %zu, %s. ", status->stage[at - 1].name, at,
			      status->nstage,
			      view->halted                                      ? "has halted"
			      : status->stage[at - 1].state == PT_STAGE_SOAKING ? "soaks"
			      : status->stage[at - 1].state == PT_STAGE_PASSES
				  ? "is in its re-push passes"
				  : "is under way");
	else
		pt_buf_printf(out, "%zu of %zu stages are done. ", at, status->nstage);
}

static void what_is_ahead(struct pt_buf *out, const struct pt_report_view *view)
{
	bool over = view->ended && !view->halted;
	char n[PT_COUNT_TEXT], requests[PT_COUNT_TEXT];

	if (view->nahead && view->ahead)
		pt_buf_printf(out, " %zu stage%s with %s pushes by the plan %s.", view->nahead,
			      view->nahead == 1 ? "" : "s", pt_count_text(n, view->ahead),
			      over                ? "never began"
			      : view->nahead == 1 ? "has not begun"
						  : "have not begun");
	if (over && view->nstarted)
		pt_buf_printf(out,
			      " %s pushes in %s push requests had started, and were left to the "
			      "platform.",
			      pt_count_text(n, view->started),
			      pt_count_text(requests, view->nstarted));
}

void pt_report_headline(struct pt_buf *out, const struct pt_report_view *view)
{
	const struct pt_tally *t = &view->all.tally;
	char a[PT_COUNT_TEXT], b[PT_COUNT_TEXT], share[PT_SHARE_TEXT];
	char left[PT_COUNT_TEXT], orgs[PT_COUNT_TEXT];

	where(out, view);
	if (t->selected == 0 && view->history->norg == 0)
		pt_buf_str(out, "Nothing has been read yet: who has what is not known.");
	else if (t->eligible == 0)
		pt_buf_printf(out, "Nothing was to be pushed: of %s selected, none is eligible.",
			      pt_count_text(a, t->selected));
	else if (view->left == 0 && !view->nahead)
		pt_buf_printf(out,
			      "Every org that can have the train's versions has them: "
			      "%s pushes are at target.",
			      pt_count_text(a, t->at_target));
	else
		pt_buf_printf(out,
			      "%s of %s eligible pushes%s are at target (%s); %s are left in "
			      "%s orgs.",
			      pt_count_text(a, t->at_target), pt_count_text(b, t->eligible),
			      view->nahead && !view->ended ? " so far" : "",
			      pt_share_text(share, t->at_target, t->eligible),
			      pt_count_text(left, view->left),
			      pt_count_text(orgs, view->left_orgs));
	what_is_ahead(out, view);
}

struct steps {
	struct pt_report_step *step;
	size_t n;
	struct pt_arena *arena;
	bool failed;
};

static void add_step(struct steps *steps, const char *words, const char *command)
{
	steps->failed |= !words;
	if (steps->n < PT_REPORT_STEPS_MAX)
		steps->step[steps->n++] = (struct pt_report_step){words, command};
}

static void approve_step(struct steps *steps, const struct pt_report_view *view, const char *words)
{
	uint32_t stage = stage_to_approve(view);

	if (stage == UINT32_MAX)
		return;
	char *command = pt_arena_printf(steps->arena, "%s %s --by NAME", view->commands->approve,
					view->history->status.stage[stage].name);

	steps->failed |= !command;
	add_step(steps, words, command);
}

static void left_steps(struct steps *steps, const struct pt_report_view *view)
{
	char *why = pt_arena_printf(steps->arena, "%s ORG", view->commands->why);

	if (view->left == 0)
		return;
	steps->failed |= !why;
	add_step(steps, "The whole list, with the platform's messages:", view->commands->csv);
	add_step(steps, "One org's story, and what is next for it:", why);
	if (view->history->status.progress.state != PT_RUN_ABORTED)
		add_step(steps, "Push once more what can be:", view->commands->repush);
}

static void halted_steps(struct steps *steps, const struct pt_report_view *view)
{
	approve_step(steps, view, "Let it pass what halted it (then resume):");
	add_step(steps, "Go on with it:", view->commands->resume);
	add_step(steps, "End it:", view->commands->abort_);
}

static void under_way_steps(struct steps *steps, const struct pt_report_view *view)
{
	const struct pt_progress_row *progress = &view->history->status.progress;
	bool timed = progress->next_ms && progress->next_ms != PT_NEVER;
	char when[PT_INSTANT_TEXT];

	if (timed)
		pt_zone_text(when, view->history->zone, progress->next_ms);
	if (progress->state == PT_RUN_PAUSED) {
		add_step(steps, "It was paused; to go on:", view->commands->resume);
	} else if (stage_to_approve(view) != UINT32_MAX) {
		approve_step(steps, view,
			     timed ? pt_arena_printf(steps->arena,
						     "A stage waits for an approval; unanswered by "
						     "%s it is a no:",
						     when)
				   : "A stage waits for an approval:");
		add_step(steps, "How it stands at any time:", view->commands->status);
	} else if (timed) {
		add_step(steps,
			 pt_arena_printf(steps->arena,
					 "Nothing: it is under way, and something is due next at "
					 "%s. How it stands then:",
					 when),
			 view->commands->status);
	} else {
		add_step(steps, "Nothing: it is under way. How it stands at any time:",
			 view->commands->status);
	}
}

int pt_report_next(struct pt_report_step step[PT_REPORT_STEPS_MAX], size_t *n_out,
		   struct pt_report_view *view, struct pt_err *err)
{
	struct steps steps = {.step = step, .arena = &view->arena};

	if (view->rehearsal) {
		add_step(
		    &steps,
		    "This was a rehearsal: no org was touched. To see what else may come of it:",
		    view->commands->status);
		add_step(&steps, "To depart, write a plan, have it read, and run it:",
			 view->commands->resume);
	} else if (view->halted) {
		halted_steps(&steps, view);
	} else if (view->ended) {
		left_steps(&steps, view);
		if (steps.n == 0)
			add_step(&steps, "Nothing: the run has ended, and nothing is left.", NULL);
	} else {
		under_way_steps(&steps, view);
	}
	*n_out = steps.n;
	return steps.failed ? pt_err_nomem(err) : 0;
}
