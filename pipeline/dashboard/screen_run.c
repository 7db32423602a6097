/*
 * A run's page: what is going on at the moment, and below it the sections of its report. See
 * screens.h.
 */
#include <string.h>

#include "base/instant.h"
#include "pipeline/dashboard/pace.h"
#include "pipeline/dashboard/screens.h"
#include "pipeline/report/page.h"

enum { WAVES_MOST = 24 };

/* Sections are short, and nothing has to be passed on on the way. */
struct maker {
	struct pt_screen *screen;
	struct pt_page page;
	struct pt_report_out nowhere;
	int64_t now_ms; /* by the run's clock */
};

static void begin(struct maker *m, const char *id)
{
	pt_screen_begin(m->screen, &m->page.html, id);
}

static void end(struct maker *m)
{
	pt_screen_end(m->screen, &m->page.html);
}

static void put_pace(struct maker *m, const struct pt_pace *pace)
{
	struct pt_html *html = &m->page.html;
	char span[PT_DURATION_TEXT], took[PT_DURATION_TEXT];

	if (pace->span_ms == 0)
		return;
	pt_html_open_class(html, "p", "pace");
	pt_html_open(html, "b");
	pt_html_count(html, pace->an_hour);
	pt_html_close(html);
	pt_html_textf(html, " pushes an hour over the last %s",
		      pt_duration_human(span, pace->span_ms));
	if (pace->finish_ms) {
		pt_html_text(html, "; the ");
		pt_html_count(html, pace->left);
		pt_html_textf(html, " left in this stage take %s at that rate, until ",
			      pt_duration_human(took, pace->finish_ms - m->now_ms));
		pt_page_time(&m->page, pace->finish_ms);
	}
	pt_html_text(html, ".");
	pt_html_close(html);
}

static void put_next(struct maker *m, const struct pt_board_run *run)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	const struct pt_progress_row *progress = &m->page.history->status.progress;
	struct pt_html *html = &m->page.html;
	int64_t until_ms = pt_board_until_ms(run);
	char wait[PT_DURATION_TEXT];

	pt_html_open_class(html, "p", "lead");
	pt_board_waits(&words, run);
	pt_buf_lean(html->out, &words);
	if (words.len)
		words.data[0] = (char)toupper((unsigned char)words.data[0]);
	pt_html_text(html, pt_buf_text(&words));
	if (until_ms != PT_NEVER && until_ms > m->now_ms) {
		pt_html_text(html, progress->waits ? ", until " : ", next at ");
		pt_page_time(&m->page, until_ms);
		pt_html_textf(html, " (in %s)", pt_duration_human(wait, until_ms - m->now_ms));
	}
	pt_html_text(html, ".");
	pt_html_close(html);
}

static void put_wave(struct maker *m, const struct pt_history_wave *wave)
{
	const struct pt_history *h = m->page.history;
	struct pt_html *html = &m->page.html;

	pt_html_open(html, "tr");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_text(html, h->package[wave->package].name);
	pt_html_close(html);
	pt_html_leaf(html, "td", "w", h->status.stage[wave->stage].name);
	if (wave->pass)
		pt_html_leaff(html, "td", "w", "re-push pass %u", wave->pass);
	else
		pt_html_leaff(html, "td", "w", "batch %u%s%s", wave->batch + 1,
			      wave->zone ? ", " : "", wave->zone ? wave->zone : "");
	pt_html_open_class(html, "td", "w");
	if (wave->begun_ms)
		pt_page_time(&m->page, wave->begun_ms);
	pt_html_close(html);
	pt_page_number(&m->page, wave->pushed);
	pt_page_number(&m->page, wave->at_target);
	pt_page_number(&m->page, wave->failed);
	pt_page_number(&m->page, wave->held);
	pt_html_close(html);
}

static void put_waves(struct maker *m)
{
	static const char *const heads[] = {"Package", "Stage",     "Wave",   "Began",
					    "Pushed",  "At target", "Failed", "Held"};
	const struct pt_history *h = m->page.history;
	struct pt_html *html = &m->page.html;
	size_t n = 0;

	for (size_t i = 0; i < h->nwave; i++)
		n += h->wave[i].opened && !h->wave[i].done;
	if (n == 0 || h->status.progress.finished)
		return;
	pt_html_open_class(html, "div", "scroll");
	pt_html_own(html, "<table><caption>Waves under way</caption>");
	pt_page_heads(&m->page, heads, PT_ARRAY_LEN(heads), 4);
	pt_html_open(html, "tbody");
	size_t shown = 0;

	for (size_t i = 0; i < h->nwave && shown < WAVES_MOST; i++) {
		if (h->wave[i].opened && !h->wave[i].done) {
			put_wave(m, &h->wave[i]);
			shown++;
		}
	}
	pt_html_close(html);
	pt_html_own(html, "</table>");
	pt_html_close(html);
	if (n > shown)
		pt_html_leaff(html, "p", "note", "and %zu more.", n - shown);
}

/* Some stage waits for an approval. */
static bool wants_word(const struct pt_status *status)
{
	for (size_t i = 0; i < status->nstage; i++) {
		const struct pt_status_stage *stage = &status->stage[i];

		if (stage->state == PT_STAGE_AHEAD && stage->asked_ms && !stage->approved)
			return true;
	}
	return false;
}

/* A run that nobody drives stands still, whatever it waits for. */
static void put_driver(struct maker *m, const struct pt_board_run *run)
{
	struct pt_html *html = &m->page.html;

	pt_html_open_class(html, "p", "note");
	if (run->driver) {
		pt_html_textf(html, "Process %lld drives it.", (long long)run->driver);
	} else {
		pt_html_text(html, wants_word(&m->page.history->status)
				       ? "Nobody drives it; once it is approved, this goes on: "
				       : "Nobody drives it; this goes on: ");
		pt_html_leaf(html, "code", NULL, m->page.view->commands->resume);
	}
	pt_html_close(html);
}

/* What it is at, or what to do since it goes no further by itself. */
static int put_now(struct maker *m, const struct pt_board_run *run, struct pt_err *err)
{
	const struct pt_report_view *view = m->page.view;
	struct pt_pace pace;
	int rc = 0;

	begin(m, "live-now");
	pt_page_section(&m->page, "now", view->ended ? "Now what" : "Now");
	if (!view->ended) {
		pt_pace_of(&pace, m->page.history, m->now_ms);
		put_next(m, run);
		put_pace(m, &pace);
		put_waves(m);
		put_driver(m, run);
	}
	if (view->ended || wants_word(&m->page.history->status))
		rc = pt_page_next(&m->page, err);
	pt_html_close(&m->page.html);
	end(m);
	return rc;
}

static void put_figures(struct pt_page *page)
{
	pt_page_section(page, "summary", "In figures");
	pt_page_figures(page);
	pt_html_close(&page->html);
}

static int put_drawing(struct maker *m, const char *id,
		       int (*section)(struct pt_page *page, struct pt_err *err), struct pt_err *err)
{
	begin(m, id);
	int rc = section(&m->page, err);

	end(m);
	return rc;
}

static void put_plain(struct maker *m, const char *id, void (*section)(struct pt_page *page))
{
	begin(m, id);
	section(&m->page);
	end(m);
}

static int put_all(struct maker *m, const struct pt_board_run *run, struct pt_err *err)
{
	int rc;

	put_plain(m, "live-top", pt_page_top);
	rc = put_now(m, run, err);
	if (rc < 0)
		return rc;
	put_plain(m, "live-figures", put_figures);
	pt_screen_search(m->screen, m->page.history->status.run.row.name, "");
	put_plain(m, "live-stages", pt_page_stages);
	rc = put_drawing(m, "live-failures", pt_page_failures, err);
	if (rc == 0)
		rc = put_drawing(m, "live-timeline", pt_page_timeline, err);
	if (rc == 0)
		rc = put_drawing(m, "live-convergence", pt_page_convergence, err);
	if (rc == 0)
		rc = put_drawing(m, "live-graph", pt_page_graph, err);
	if (rc < 0)
		return rc;
	put_plain(m, "live-approvals", pt_page_approvals);
	put_plain(m, "live-log", pt_page_log);
	return 0;
}

static void put_trail(struct pt_screen *screen, const char *run)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;

	pt_screen_path(&path, run, "");
	pt_screen_trail(screen, run, pt_buf_text(&path));
}

int pt_screen_of_run(struct pt_screen *out, struct pt_report_view *view,
		     const struct pt_board_run *run, int64_t now_ms, struct pt_err *err)
{
	const struct pt_run_row *row = &view->history->status.run.row;
	struct pt_screen screen = {.n = 0};
	struct maker m = {.screen = &screen, .now_ms = now_ms};

	m.page = (struct pt_page){
	    .out = &m.nowhere, .view = view, .history = view->history, .arena = &view->arena};
	put_trail(&screen, row->name);
	snprintf(screen.title, sizeof(screen.title), "%s: %s", row->name,
		 pt_report_state_words(view));
	int rc = put_all(&m, run, err);

	if (rc < 0)
		pt_screen_release(&screen);
	else
		*out = screen;
	return rc;
}
