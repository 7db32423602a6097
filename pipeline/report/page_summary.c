/* The top of the page: where are we, is it fine, what do I do. See page.h. */
#include <stdio.h>

#include "pipeline/report/page.h"

/* The badge's colour and its mark, which differ in shape too. */
struct look {
	const char *class_, *mark;
};

static struct look look_of(const struct pt_report_view *view)
{
	static const struct look fine = {"badge b-ok", "M1 7l4 4 8-9-1.6-1.4L5 7.8 2.5 5.4z"};
	static const struct look residue = {"badge b-held",
					    "M7 0l7 13H0zM6 4.6v4h2v-4zM6 9.8v2h2v-2z"};
	static const struct look stopped = {"badge b-bad", "M1 1h12v12H1z"};
	static const struct look going = {"badge b-fly", "M2 0l11 7-11 7z"};
	static const struct look waits = {"badge b-fly", "M2 1h4v12H2zM8 1h4v12H8z"};
	int64_t state = view->history->status.progress.state;

	if (state == PT_RUN_CONVERGED && view->ended)
		return fine;
	if (state == PT_RUN_FINISHED && view->ended)
		return residue;
	if (view->ended)
		return stopped;
	return state == PT_RUN_RUNNING ? going : waits;
}

static void badge(struct pt_page *page)
{
	struct look look = look_of(page->view);
	struct pt_html *html = &page->html;

	pt_html_open_class(html, "span", look.class_);
	pt_html_open(html, "svg");
	pt_html_attr(html, "xmlns", "http://www.w3.org/2000/svg");
	pt_html_attr(html, "viewBox", "0 0 14 14");
	pt_html_attr(html, "aria-hidden", "true");
	pt_html_open(html, "path");
	pt_html_attr(html, "fill-rule", "evenodd");
	pt_html_attr(html, "d", look.mark);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_text(html, pt_report_state_words(page->view));
	pt_html_close(html);
}

static void fact(struct pt_page *page, const char *name, const char *text)
{
	pt_html_open(&page->html, "div");
	pt_html_leaf(&page->html, "dt", NULL, name);
	pt_html_leaf(&page->html, "dd", NULL, text);
	pt_html_close(&page->html);
}

static void fact_time(struct pt_page *page, const char *name, int64_t ms)
{
	pt_html_open(&page->html, "div");
	pt_html_leaf(&page->html, "dt", NULL, name);
	pt_html_open(&page->html, "dd");
	pt_page_time(page, ms);
	pt_html_close(&page->html);
	pt_html_close(&page->html);
}

static void facts(struct pt_page *page)
{
	const struct pt_report_view *view = page->view;
	const struct pt_run_row *run = &page->history->status.run.row;
	char took[PT_DURATION_TEXT];

	pt_html_open_class(&page->html, "dl", "facts");
	fact_time(page, "Began", view->begun_ms);
	fact_time(page,
		  !view->ended   ? "Read at"
		  : view->halted ? "Halted"
				 : "Ended",
		  view->ended_ms);
	if (view->ended_ms > view->begun_ms)
		fact(page, view->ended ? "Took" : "So far",
		     pt_duration_human(took, view->ended_ms - view->begun_ms));
	if (run->departed_by)
		fact(page, "Departed by", run->departed_by);
	if (!run->wall_clock && !page->view->rehearsal)
		fact(page, "Clock", "virtual: a simulated platform");
	pt_html_close(&page->html);
}

void pt_page_top(struct pt_page *page)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	const struct pt_status *status = &page->history->status;
	const struct pt_run_row *run = &status->run.row;
	struct pt_html *html = &page->html;

	pt_html_open_class(html, "header", "top");
	pt_html_leaff(html, "p", "over", "Suite %s, %s %s", run->suite,
		      page->view->rehearsal ? "rehearsal of" : "run", run->name);
	pt_html_open_class(html, "div", "title");
	pt_html_leaff(html, "h1", NULL, "%s %s", run->train, run->id);
	badge(page);
	pt_html_close(html);
	pt_report_headline(&line, page->view);
	pt_buf_lean(html->out, &line);
	pt_html_leaf(html, "p", "lead", pt_buf_text(&line));
	if (status->progress.halt_text)
		pt_html_leaff(html, "p", "why", "%s: %s",
			      status->progress.state == PT_RUN_ABORTED ? "Aborted" : "Halted",
			      status->progress.halt_text);
	facts(page);
	pt_html_close(html);
}

static void tile(struct pt_page *page, const char *name, uint64_t n, const char *small)
{
	pt_html_open(&page->html, "div");
	pt_html_leaf(&page->html, "dt", NULL, name);
	pt_html_open(&page->html, "dd");
	pt_html_count(&page->html, n);
	if (small)
		pt_html_leaf(&page->html, "small", NULL, small);
	pt_html_close(&page->html);
	pt_html_close(&page->html);
}

static void tiles(struct pt_page *page)
{
	const struct pt_report_view *view = page->view;
	const struct pt_tally *t = &view->all.tally;
	char share[PT_SHARE_TEXT], in[64], count[PT_COUNT_TEXT];
	uint64_t failed = 0;

	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		failed += view->all.jobs_failed[c];
	pt_html_open_class(&page->html, "dl", "tiles");
	snprintf(in, sizeof(in), "%s of eligible", pt_share_text(share, t->at_target, t->eligible));
	tile(page, "Pushes at target", t->at_target, t->eligible ? in : NULL);
	tile(page, "Pushes left", view->left, NULL);
	tile(page, "Orgs complete", view->reached_orgs, NULL);
	tile(page, "Orgs not there", view->left_orgs, NULL);
	snprintf(in, sizeof(in), "%s of them failed", pt_count_text(count, failed));
	tile(page, "Push jobs made", view->all.jobs, in);
	tile(page, "Push requests", view->all.requests, NULL);
	tile(page, "API calls", (uint64_t)page->history->status.progress.http_calls, NULL);
	pt_html_close(&page->html);
}

static void key(struct pt_html *html, const struct pt_tally *tally)
{
	struct pt_page_part part[PT_PAGE_PARTS];
	char share[PT_SHARE_TEXT], class_[16];

	pt_page_parts(part, tally);
	pt_html_open_class(html, "ul", "key");
	for (size_t i = 0; i < PT_PAGE_PARTS; i++) {
		if (part[i].n == 0)
			continue;
		pt_html_open(html, "li");
		pt_html_open(html, "svg");
		pt_html_attr(html, "xmlns", "http://www.w3.org/2000/svg");
		pt_html_attr(html, "viewBox", "0 0 12 12");
		pt_html_attr(html, "aria-hidden", "true");
		snprintf(class_, sizeof(class_), "f-%s", part[i].class_);
		pt_page_svg_rect(html, class_, 0, 0, 12, 12);
		pt_html_close(html);
		pt_html_open(html, "b");
		pt_html_count(html, part[i].n);
		pt_html_close(html);
		pt_html_textf(html, " %s ", part[i].word);
		pt_html_leaf(html, "span", NULL, pt_share_text(share, part[i].n, tally->eligible));
		pt_html_close(html);
	}
	pt_html_close(html);
}

static void term(struct pt_html *html, const char *before, uint64_t n, const char *word)
{
	pt_html_text(html, before);
	pt_html_open(html, "b");
	pt_html_count(html, n);
	pt_html_close(html);
	pt_html_textf(html, " %s", word);
}

/* selected = already current + excluded + eligible, and eligible = the sum of its states. */
static void sum(struct pt_html *html, const struct pt_tally *tally)
{
	struct pt_page_part part[PT_PAGE_PARTS];

	pt_html_open_class(html, "p", "sum");
	term(html, "", tally->selected, "selected");
	term(html, " = ", tally->already_current, "already current");
	term(html, " + ", tally->excluded, "excluded");
	term(html, " + ", tally->eligible, "eligible");
	pt_html_open(html, "br");
	pt_html_close(html);
	term(html, "", tally->eligible, "eligible");
	pt_page_parts(part, tally);
	for (size_t i = 0; i < PT_PAGE_PARTS; i++)
		term(html, i ? " + " : " = ", part[i].n, part[i].word);
	if (!pt_tally_adds_up(tally))
		pt_html_leaf(html, "b", NULL, " This does not add up.");
	pt_html_close(html);
}

int pt_page_next(struct pt_page *page, struct pt_err *err)
{
	struct pt_report_step step[PT_REPORT_STEPS_MAX];
	struct pt_html *html = &page->html;
	size_t n = 0;
	int rc = pt_report_next(step, &n, page->view, err);

	if (rc < 0)
		return rc;
	pt_html_open_class(html, "div", "next");
	pt_html_leaf(html, "h3", NULL, "What to do next");
	pt_html_open(html, "ul");
	for (size_t i = 0; i < n; i++) {
		pt_html_open(html, "li");
		pt_html_text(html, step[i].words);
		if (step[i].command)
			pt_html_leaf(html, "code", NULL, step[i].command);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
	return 0;
}

void pt_page_figures(struct pt_page *page)
{
	const struct pt_tally *tally = &page->view->all.tally;
	struct pt_html *html = &page->html;

	tiles(page);
	pt_html_open_class(html, "div", "whole");
	pt_page_bar(html, tally, 1200, 22);
	pt_html_close(html);
	key(html, tally);
	sum(html, tally);
}

int pt_page_summary(struct pt_page *page, struct pt_err *err)
{
	pt_page_top(page);
	pt_page_links(page);
	pt_html_open(&page->html, "main");
	pt_html_attr(&page->html, "id", "main");
	pt_page_section(page, "summary", "In figures");
	pt_page_figures(page);
	int rc = pt_page_next(page, err);

	pt_html_close(&page->html);
	return rc;
}
