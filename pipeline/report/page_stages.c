/* Success by stage and package, in figures and a bar. See page.h. */
#include <string.h>

#include "pipeline/report/page.h"

enum { BAR_WIDTH = 96, BAR_HEIGHT = 10, FIXED = 5, NUMBERS = 12 };

static const char *const fixed[FIXED] = {"Package", "Eligible", "At target", "Share", ""};
static const char *const names[NUMBERS] = {"Failed",  "Held",     "Waiting",     "In flight",
					   "Unknown", "Canceled", "Benign",      "Excluded",
					   "Current", "Jobs",     "Failed jobs", "API calls"};

static uint64_t failed_jobs(const struct pt_stage_figures *f)
{
	uint64_t n = 0;

	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		n += f->jobs_failed[c];
	return n;
}

static void numbers_of(uint64_t number[NUMBERS], const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;
	const uint64_t all[NUMBERS] = {
	    pt_tally_failed(t), t->held,     t->waiting,     t->in_flight,
	    t->unknown,         t->canceled, t->benign,      t->excluded,
	    t->already_current, f->jobs,     failed_jobs(f), f->http_calls};

	memcpy(number, all, sizeof(all));
}

/* A column that has nothing in the whole train is not shown; the sum above names them all. */
static size_t heads(struct pt_page *page, bool shown[NUMBERS])
{
	const char *head[FIXED + NUMBERS];
	uint64_t number[NUMBERS];
	size_t n = FIXED;

	memcpy(head, fixed, sizeof(fixed));
	numbers_of(number, &page->view->all);
	for (size_t i = 0; i < NUMBERS; i++) {
		shown[i] = number[i] || i < 2;
		if (shown[i])
			head[n++] = names[i];
	}
	pt_page_heads(page, head, n, 1);
	return n;
}

struct rows {
	struct pt_page *page;
	bool shown[NUMBERS];
	size_t ncolumn;
};

static void figures(struct rows *rows, const char *class_, const char *name, const char *version,
		    const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;
	struct pt_page *page = rows->page;
	struct pt_html *html = &page->html;
	uint64_t number[NUMBERS];
	char share[PT_SHARE_TEXT];

	pt_html_open(html, "tr");
	if (class_)
		pt_html_attr(html, "class", class_);
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_text(html, name);
	if (version)
		pt_html_leaf(html, "i", NULL, version);
	pt_html_close(html);
	pt_page_number(page, t->eligible);
	pt_page_number(page, t->at_target);
	pt_html_leaf(html, "td", "n", pt_share_text(share, t->at_target, t->eligible));
	pt_html_open_class(html, "td", "bar");
	pt_page_bar(html, t, BAR_WIDTH, BAR_HEIGHT);
	pt_html_close(html);
	numbers_of(number, f);
	for (size_t i = 0; i < NUMBERS; i++) {
		if (rows->shown[i])
			pt_page_number(page, number[i]);
	}
	pt_html_close(html);
}

/* When it was, or is to be. */
static void times(struct pt_page *page, const struct pt_status_stage *stage)
{
	struct pt_html *html = &page->html;
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];

	if (stage->state == PT_STAGE_AHEAD && stage->asked_ms && !stage->approved)
		pt_html_leaff(html, "span", NULL, "waits for an approval since %s",
			      pt_zone_text(when, page->history->zone, stage->asked_ms));
	else if (stage->state == PT_STAGE_AHEAD)
		pt_html_leaff(html, "span", NULL, "not begun, not before %s",
			      pt_zone_text(when, page->history->zone, stage->planned_ms));
	else if (stage->end_ms)
		pt_html_leaff(html, "span", NULL, "%s, began %s, took %s",
			      pt_stage_state_text(stage->state),
			      pt_zone_text(when, page->history->zone, stage->start_ms),
			      pt_duration_human(took, stage->end_ms - stage->start_ms));
	else
		pt_html_leaff(html, "span", NULL, "%s, began %s", pt_stage_state_text(stage->state),
			      pt_zone_text(when, page->history->zone, stage->start_ms));
}

static void group(struct rows *rows, const char *name, const struct pt_status_stage *stage)
{
	struct pt_html *html = &rows->page->html;

	pt_html_open_class(html, "tr", "group");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "rowgroup");
	pt_html_attr_int(html, "colspan", (int64_t)rows->ncolumn);
	pt_html_text(html, name);
	if (stage) {
		pt_html_textf(html, " %s", stage->name);
		times(rows->page, stage);
	}
	pt_html_close(html);
	pt_html_close(html);
}

/* Packages in order, and all of them. */
static void packages(struct rows *rows, const struct pt_stage_figures *of,
		     const struct pt_stage_figures *sum)
{
	const struct pt_status *status = &rows->page->history->status;

	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		figures(rows, NULL, status->package[p].name, status->package[p].version, &of[p]);
	}
	if (status->npackage != 1)
		figures(rows, "total", "All packages", NULL, sum);
}

void pt_page_stages(struct pt_page *page)
{
	const struct pt_status *status = &page->history->status;
	struct pt_html *html = &page->html;
	struct rows rows = {.page = page};

	pt_page_section(page, "stages", "Stages and packages");
	pt_html_leaf(
	    html, "p", "note",
	    "Pushes, not orgs: an org with three packages counts three times. Failed counts "
	    "those whose last push failed; failed jobs counts every one on the way, cured "
	    "or not. API calls that are of no one package, such as polls, are in the sum "
	    "above alone.");
	pt_html_open_class(html, "div", "scroll");
	pt_html_attr(html, "tabindex", "0");
	pt_html_attr(html, "role", "region");
	pt_html_attr(html, "aria-label", "Stages and packages in figures");
	pt_html_open_class(html, "table", "figures");
	rows.ncolumn = heads(page, rows.shown);
	pt_html_open(html, "tbody");
	group(&rows, "The whole train", NULL);
	packages(&rows, page->view->package, &page->view->all);
	pt_html_close(html);
	for (size_t i = 0; i < status->nstage; i++) {
		pt_html_open(html, "tbody");
		group(&rows, "Stage", &status->stage[i]);
		if (status->stage[i].state != PT_STAGE_AHEAD)
			packages(&rows, &status->figures[i * status->npackage],
				 &page->view->stage[i]);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}
