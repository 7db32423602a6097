/* The list of runs, and what every page shows of one. See screens.h. */
#include <string.h>

#include "base/instant.h"
#include "base/url.h"
#include "pipeline/dashboard/screens.h"
#include "pipeline/report/page.h"

void pt_screen_path(struct pt_buf *out, const char *run, const char *below)
{
	pt_buf_str(out, "/run/");
	pt_url_encode(out, run, strlen(run), "", false);
	pt_buf_str(out, below);
}

/* As in a report: the badge's colour, and a mark that differs in shape. */
static void put_badge(struct pt_html *html, const struct pt_board_run *run)
{
	static const struct look {
		const char *class_, *mark;
	} looks[] = {
	    [PT_RUN_WAITING] = {"badge small b-fly", "M2 1h4v12H2zM8 1h4v12H8z"},
	    [PT_RUN_RUNNING] = {"badge small b-fly", "M2 0l11 7-11 7z"},
	    [PT_RUN_HALTED] = {"badge small b-bad", "M1 1h12v12H1z"},
	    [PT_RUN_CONVERGED] = {"badge small b-ok", "M1 7l4 4 8-9-1.6-1.4L5 7.8 2.5 5.4z"},
	    [PT_RUN_FINISHED] = {"badge small b-held", "M7 0l7 13H0zM6 4.6v4h2v-4zM6 9.8v2h2v-2z"},
	    [PT_RUN_ABORTED] = {"badge small b-bad", "M1 1h12v12H1z"},
	    [PT_RUN_PAUSED] = {"badge small b-held", "M2 1h4v12H2zM8 1h4v12H8z"},
	};
	enum pt_run_state state = (enum pt_run_state)run->status.progress.state;

	pt_html_open_class(html, "span", looks[state].class_);
	pt_html_open(html, "svg");
	pt_html_attr(html, "viewBox", "0 0 14 14");
	pt_html_attr(html, "aria-hidden", "true");
	pt_html_open(html, "path");
	pt_html_attr(html, "fill-rule", "evenodd");
	pt_html_attr(html, "d", looks[state].mark);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_text(html,
		     state == PT_RUN_FINISHED ? "finished with residue" : pt_run_state_text(state));
	pt_html_close(html);
}

static void put_bar(struct pt_html *html, const struct pt_tally *tally)
{
	struct pt_page_part part[PT_PAGE_PARTS];

	pt_page_parts(part, tally);
	pt_html_open_class(html, "svg", "bar");
	pt_html_attr(html, "viewBox", "0 0 1000 10");
	pt_html_attr(html, "preserveAspectRatio", "none");
	pt_html_attr(html, "role", "img");
	pt_html_open(html, "title");
	pt_html_textf(html, "Of %llu eligible", (unsigned long long)tally->eligible);
	for (size_t i = 0; i < PT_PAGE_PARTS; i++) {
		if (part[i].n)
			pt_html_textf(html, ", %llu %s", (unsigned long long)part[i].n,
				      part[i].word);
	}
	pt_html_close(html);
	pt_page_bar_rects(html, tally, 0, 0, 1000, 10);
	pt_html_close(html);
}

static void put_share(struct pt_html *html, const struct pt_tally *t)
{
	if (t->eligible == 0) {
		pt_html_leaf(html, "span", "quiet", "nothing to push");
		return;
	}
	/* 100 % only when it is. */
	uint64_t tenths = t->at_target * 1000 / t->eligible;

	pt_html_leaff(html, "span", "share", "%llu.%llu %%", (unsigned long long)tenths / 10,
		      (unsigned long long)tenths % 10);
	pt_html_own(html, " <span class=\"quiet\">");
	pt_html_count(html, t->at_target);
	pt_html_own(html, " of ");
	pt_html_count(html, t->eligible);
	pt_html_own(html, "</span>");
}

static void put_when(struct pt_html *html, const struct pt_zone *zone, const char *before,
		     int64_t ms)
{
	char when[PT_INSTANT_TEXT], utc[PT_INSTANT_TEXT];

	pt_html_text(html, before);
	pt_html_open(html, "time");
	pt_html_attr(html, "datetime", pt_instant_text(utc, ms));
	pt_html_text(html, pt_zone_text(when, zone, ms));
	pt_html_close(html);
}

static void put_waits(struct pt_html *html, const struct pt_board_run *run,
		      const struct pt_zone *zone)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	const struct pt_progress_row *progress = &run->status.progress;
	int64_t until_ms = pt_board_until_ms(run);

	pt_board_waits(&words, run);
	pt_buf_lean(html->out, &words);
	if (words.len)
		pt_html_leaf(html, "p", NULL, pt_buf_text(&words));
	pt_html_open_class(html, "p", "quiet");
	if (run->ended || progress->finished)
		put_when(html, zone, run->ended ? "ended " : "halted ", progress->now_ms);
	else if (until_ms != PT_NEVER)
		put_when(html, zone, progress->waits ? "until " : "next ", until_ms);
	if (progress->finished && !run->ended)
		pt_html_text(html, "; it goes no further by itself");
	else if (!run->ended && run->driver == 0)
		pt_html_text(html, "; nobody drives it");
	pt_html_close(html);
}

static void put_name(struct pt_html *html, const struct pt_board_run *run,
		     const struct pt_zone *zone)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	const struct pt_run_row *row = &run->status.run.row;

	pt_screen_path(&path, row->name, "");
	pt_buf_lean(html->out, &path);
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_open(html, "a");
	pt_html_attr(html, "href", pt_buf_text(&path));
	pt_html_text(html, row->name);
	pt_html_close(html);
	pt_html_open_class(html, "p", "quiet");
	pt_html_textf(html, "%s, train %s", row->suite ? row->suite : "",
		      row->train ? row->train : "");
	pt_html_close(html);
	pt_html_open_class(html, "p", "quiet");
	put_when(html, zone, "begun ", row->begun_ms);
	pt_html_close(html);
	pt_html_close(html);
}

static int put_run(struct pt_html *html, const struct pt_board_run *run, struct pt_err *err)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	const char *timezone = run->status.run.row.timezone;
	int rc = pt_zone_open(&zone, timezone ? timezone : "UTC", err);

	if (rc < 0)
		return rc;
	pt_html_open(html, "tr");
	put_name(html, run, zone);
	pt_html_open(html, "td");
	put_badge(html, run);
	pt_html_close(html);
	pt_html_open(html, "td");
	put_bar(html, &run->all.tally);
	put_share(html, &run->all.tally);
	pt_html_close(html);
	pt_html_open(html, "td");
	put_waits(html, run, zone);
	pt_html_close(html);
	pt_html_close(html);
	return 0;
}

static int put_table(struct pt_html *html, const struct pt_board *board, bool ended,
		     const char *caption, struct pt_err *err)
{
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < board->n; i++)
		n += board->run[i].ended == ended;
	if (n == 0)
		return 0;
	pt_html_open(html, "section");
	pt_html_leaf(html, "h2", NULL, caption);
	pt_html_own(html, "<table class=\"runs\"><thead><tr><th scope=\"col\">Run</th>"
			  "<th scope=\"col\">State</th><th scope=\"col\">At target</th>"
			  "<th scope=\"col\">How it stands</th></tr></thead>\n<tbody>");
	for (size_t i = 0; rc == 0 && i < board->n; i++) {
		if (board->run[i].ended == ended)
			rc = put_run(html, &board->run[i], err);
	}
	pt_html_own(html, "</tbody></table>\n");
	pt_html_close(html);
	return rc;
}

static void put_none(struct pt_html *html, const char *journal, bool there)
{
	pt_html_open(html, "section");
	pt_html_open(html, "p");
	pt_html_textf(
	    html, there ? "There is no run in %s yet: " : "There is no journal %s yet: ", journal);
	pt_html_own(html, "<code>pushtrain plan -o plan.json</code> and then "
			  "<code>pushtrain run plan.json</code> make one. This page shows it as "
			  "soon as it is there.");
	pt_html_close(html);
	pt_html_close(html);
}

int pt_screen_of_runs(struct pt_screen *out, const struct pt_board *board, const char *journal,
		      bool there, struct pt_err *err)
{
	struct pt_screen screen = {.n = 0};
	struct pt_html html;
	size_t nopen = 0, nhalted = 0;
	int rc = 0;

	for (size_t i = 0; i < board->n; i++) {
		nopen += !board->run[i].ended;
		nhalted += board->run[i].status.progress.state == PT_RUN_HALTED;
	}
	if (nhalted)
		snprintf(screen.title, sizeof(screen.title), "%zu halted - pushtrain", nhalted);
	else if (nopen)
		snprintf(screen.title, sizeof(screen.title), "%zu under way - pushtrain", nopen);
	else
		snprintf(screen.title, sizeof(screen.title), "Runs - pushtrain");
	pt_screen_begin(&screen, &html, "runs");
	pt_html_leaf(&html, "h1", "page-title", "Runs");
	if (board->n == 0)
		put_none(&html, journal, there);
	rc = put_table(&html, board, false, "Under way", err);
	if (rc == 0)
		rc = put_table(&html, board, true, "Ended", err);
	if (rc == 0 && board->nolder)
		pt_html_leaff(&html, "p", "quiet",
			      "%zu older runs have ended: 'pushtrain status' lists them.",
			      board->nolder);
	pt_screen_end(&screen, &html);
	if (rc < 0)
		pt_screen_release(&screen);
	else
		*out = screen;
	return rc;
}

void pt_screen_of_words(struct pt_screen *out, const char *title, const char *words)
{
	struct pt_html html;

	*out = (struct pt_screen){.n = 0};
	snprintf(out->title, sizeof(out->title), "%s - pushtrain", title);
	pt_screen_begin(out, &html, "words");
	pt_html_leaf(&html, "h1", "page-title", title);
	pt_html_leaf(&html, "p", NULL, words);
	pt_html_own(&html, "<p><a href=\"/\">All runs</a></p>\n");
	pt_screen_end(out, &html);
}
