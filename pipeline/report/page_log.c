/* Who said what, what happened, and what this was made by. See page.h. */
#include <string.h>

#include "pipeline/report.h"
#include "pipeline/report/page.h"

enum { NOTES_MOST = 5000, WORDS_MOST = 600 };

static void cell_time(struct pt_page *page, int64_t ms)
{
	pt_html_open(&page->html, "th");
	pt_html_attr(&page->html, "scope", "row");
	pt_html_attr(&page->html, "class", "w");
	pt_page_time(page, ms);
	pt_html_close(&page->html);
}

static const char *stage_name(const struct pt_page *page, int64_t stage)
{
	const struct pt_status *status = &page->history->status;

	return stage >= 0 && (size_t)stage < status->nstage ? status->stage[stage].name : "";
}

static void words_cell(struct pt_html *html, const char *text)
{
	pt_html_open(html, "td");
	pt_html_open(html, "bdi");
	pt_html_text_most(html, text, WORDS_MOST);
	pt_html_close(html);
	pt_html_close(html);
}

static void said(struct pt_page *page, int64_t at_ms, const char *who, const char *what,
		 const char *about, const char *why)
{
	pt_html_open(&page->html, "tr");
	cell_time(page, at_ms);
	words_cell(&page->html, who);
	pt_html_leaf(&page->html, "td", NULL, what);
	words_cell(&page->html, about);
	words_cell(&page->html, why);
	pt_html_close(&page->html);
}

static void approvals(struct pt_page *page)
{
	const struct pt_history *h = page->history;

	for (size_t i = 0; i < h->napproval; i++) {
		const struct pt_approval_row *row = &h->approval[i];

		said(page, row->at_ms, row->who,
		     row->given ? "said yes to a stage" : "said no to a stage",
		     stage_name(page, row->stage), row->reason);
	}
	for (size_t i = 0; i < h->nexclusion; i++)
		said(page, h->exclusion[i].at_ms, "", "left an org out", h->exclusion[i].org,
		     h->exclusion[i].reason);
	for (size_t i = 0; i < h->nrepush; i++)
		said(page, h->repush[i].at_ms, "", "wanted a re-push pass",
		     h->repush[i].org ? h->repush[i].org : "everything retryable", "");
}

static void wishes(struct pt_page *page)
{
	static const char *const words[] = {[PT_WISH_NONE] = "",
					    [PT_WISH_ABORT] = "wanted it aborted",
					    [PT_WISH_PAUSE] = "paused it",
					    [PT_WISH_GO_ON] = "let it go on"};
	const struct pt_history *h = page->history;

	for (size_t i = 0; i < h->nwish; i++)
		said(page, h->wish[i].at_ms, "", words[h->wish[i].kind], h->status.run.row.name,
		     h->wish[i].words ? h->wish[i].words : "");
}

void pt_page_approvals(struct pt_page *page)
{
	static const char *const heads[] = {"When", "Who", "What", "About", "Reason"};
	const struct pt_history *h = page->history;
	struct pt_html *html = &page->html;

	pt_page_section(page, "approvals", "Who said what");
	if (h->napproval + h->nexclusion + h->nrepush + h->nwish == 0) {
		pt_html_leaf(html, "p", "note", "Nobody had to say anything.");
		pt_html_close(html);
		return;
	}
	pt_html_open_class(html, "div", "scroll");
	pt_html_open(html, "table");
	pt_page_heads(page, heads, PT_ARRAY_LEN(heads), PT_ARRAY_LEN(heads));
	pt_html_open(html, "tbody");
	approvals(page);
	wishes(page);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}

void pt_report_note(struct pt_buf *out, const struct pt_history *h, const struct pt_note *note)
{
	struct pt_note_names names = {.package = "", .version = "", .zone = h->zone};
	bool named = note->package < h->status.npackage;

	if (named) {
		names.package = h->status.package[note->package].name;
		names.version = h->status.package[note->package].version;
	}
	if (note->stage < h->status.nstage)
		names.batch = pt_history_slot(&names.window_zone, h, note->stage, note->slot);
	pt_note_words_by(out, note, &names);
}

static void note_row(struct pt_page *page, const struct pt_note *note)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	struct pt_html *html = &page->html;

	pt_report_note(&words, page->history, note);
	pt_buf_lean(html->out, &words);
	pt_html_open(html, "tr");
	cell_time(page, note->at_ms);
	pt_html_leaf(html, "td", "w", stage_name(page, note->stage));
	words_cell(html, pt_buf_text(&words));
	pt_html_close(html);
	pt_report_turn(page->out);
}

void pt_page_log(struct pt_page *page)
{
	static const char *const heads[] = {"When", "Stage", "What"};
	const struct pt_history *h = page->history;
	size_t first = h->nnote > NOTES_MOST ? h->nnote - NOTES_MOST : 0;
	struct pt_html *html = &page->html;
	char count[PT_COUNT_TEXT];

	pt_page_section(page, "log", "What happened");
	pt_html_open(html, "details");
	pt_html_leaff(html, "summary", NULL, "%s events, oldest first",
		      pt_count_text(count, h->nnote));
	if (first)
		pt_html_leaff(html, "p", "note", "The last %d of them; JSON has all.", NOTES_MOST);
	pt_html_open_class(html, "div", "scroll");
	pt_html_open(html, "table");
	pt_page_heads(page, heads, PT_ARRAY_LEN(heads), PT_ARRAY_LEN(heads));
	pt_html_open(html, "tbody");
	for (size_t i = first; i < h->nnote; i++)
		note_row(page, &h->note[i]);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}

void pt_page_about(struct pt_page *page)
{
	const struct pt_run_row *run = &page->history->status.run.row;
	const struct pt_planned *planned = page->view->planned;
	struct pt_html *html = &page->html;

	pt_html_open(html, "footer");
	pt_html_open(html, "p");
	pt_html_textf(html, "Written by pushtrain %s from the journal of run %s, as it was at ",
		      PT_VERSION, run->name);
	pt_page_time(page, page->history->status.progress.now_ms);
	pt_html_textf(html, ". Plan of train %s %s", run->train, run->id);
	if (planned && planned->order[0])
		pt_html_textf(html, ", order %s", planned->order);
	pt_html_textf(html, ", digest %s.", run->digest ? run->digest : "not known");
	pt_html_close(html);
	pt_html_close(html);
}
