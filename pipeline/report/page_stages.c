/* Success by stage and package, in figures and a bar. See page.h. */
#include "pipeline/report/page.h"

static const char *const heads[] = {"Package",     "Eligible", "At target", "Share",     "",
				    "Failed",      "Held",     "Waiting",   "In flight", "Unknown",
				    "Canceled",    "Benign",   "Excluded",  "Current",   "Jobs",
				    "Failed jobs", "API calls"};
enum { BAR_WIDTH = 96, BAR_HEIGHT = 10 };

static uint64_t failed_jobs(const struct pt_stage_figures *f)
{
	uint64_t n = 0;

	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		n += f->jobs_failed[c];
	return n;
}

static void figures(struct pt_page *page, const char *class_, const char *name, const char *version,
		    const struct pt_stage_figures *f)
{
	const struct pt_tally *t = &f->tally;
	const uint64_t numbers[] = {pt_tally_failed(t), t->held,     t->waiting,     t->in_flight,
				    t->unknown,         t->canceled, t->benign,      t->excluded,
				    t->already_current, f->jobs,     failed_jobs(f), f->http_calls};
	struct pt_html *html = &page->html;
	char share[PT_SHARE_TEXT];

	pt_html_open(html, "tr");
	if (class_)
		pt_html_attr(html, "class", class_);
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_text(html, name);
	if (version)
		pt_html_textf(html, " %s", version);
	pt_html_close(html);
	pt_page_number(page, t->eligible);
	pt_page_number(page, t->at_target);
	pt_html_leaf(html, "td", "n", pt_share_text(share, t->at_target, t->eligible));
	pt_html_open_class(html, "td", "bar");
	pt_page_bar(html, t, BAR_WIDTH, BAR_HEIGHT);
	pt_html_close(html);
	for (size_t i = 0; i < PT_ARRAY_LEN(numbers); i++)
		pt_page_number(page, numbers[i]);
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

static void stage_rows(struct pt_page *page, size_t at)
{
	const struct pt_status *status = &page->history->status;
	struct pt_html *html = &page->html;

	pt_html_open(html, "tbody");
	pt_html_open_class(html, "tr", "group");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "rowgroup");
	pt_html_attr_int(html, "colspan", (int64_t)PT_ARRAY_LEN(heads));
	pt_html_textf(html, "Stage %s", status->stage[at].name);
	times(page, &status->stage[at]);
	pt_html_close(html);
	pt_html_close(html);
	for (size_t i = 0; i < status->npackage && status->stage[at].state != PT_STAGE_AHEAD; i++) {
		uint32_t p = status->order[i];

		figures(page, NULL, status->package[p].name, status->package[p].version,
			&status->figures[at * status->npackage + p]);
	}
	if (status->npackage > 1 && status->stage[at].state != PT_STAGE_AHEAD)
		figures(page, "total", "All packages", NULL, &page->view->stage[at]);
	pt_html_close(html);
}

void pt_page_stages(struct pt_page *page)
{
	const struct pt_status *status = &page->history->status;
	struct pt_html *html = &page->html;

	pt_page_section(page, "stages", "Stages and packages");
	pt_html_leaf(
	    html, "p", "note",
	    "Pushes, not orgs: an org with three packages counts three times. Failed counts "
	    "those whose last push failed; failed jobs counts every one on the way, cured "
	    "or not.");
	pt_html_open_class(html, "div", "scroll");
	pt_html_attr(html, "tabindex", "0");
	pt_html_attr(html, "role", "region");
	pt_html_attr(html, "aria-label", "Stages and packages in figures");
	pt_html_open(html, "table");
	pt_page_heads(page, heads, PT_ARRAY_LEN(heads), 1);
	for (size_t i = 0; i < status->nstage; i++)
		stage_rows(page, i);
	pt_html_open(html, "tbody");
	pt_html_open_class(html, "tr", "group");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "rowgroup");
	pt_html_attr_int(html, "colspan", (int64_t)PT_ARRAY_LEN(heads));
	pt_html_text(html, "The whole train");
	pt_html_close(html);
	pt_html_close(html);
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		figures(page, NULL, status->package[p].name, status->package[p].version,
			&page->view->package[p]);
	}
	figures(page, "total", "All packages", NULL, &page->view->all);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}
