/* Failed pushes by class, and why. See page.h. */
#include "pipeline/report/cause_groups.h"
#include "pipeline/report/page.h"

enum { CAUSES_MOST = 25, NAME_MOST = 120, MESSAGE_MOST = 600 };

/* What each class means and what is done about it. */
static const char *const meaning[PT_FAILURE_NCLASS] = {
    [PT_FAILURE_DEPENDENCY] = "a base had not arrived: pushed again once it is there",
    [PT_FAILURE_TRANSIENT] = "may work the next time: pushed again in the next pass",
    [PT_FAILURE_NOT_YET] = "the version had not reached the instance: pushed again much later",
    [PT_FAILURE_PERMANENT] = "will not work by itself: somebody has to look at it",
    [PT_FAILURE_BENIGN] = "the org is gone: counts as no failure",
};

static void classes(struct pt_page *page)
{
	static const char *const heads[] = {"Class", "What it means", "Failed jobs",
					    "Pushes still failed"};
	const struct pt_stage_figures *all = &page->view->all;
	struct pt_html *html = &page->html;

	pt_html_open_class(html, "div", "scroll");
	pt_html_open(html, "table");
	pt_html_leaf(html, "caption", NULL, "Failed push jobs by class");
	pt_page_heads(page, heads, PT_ARRAY_LEN(heads), 2);
	pt_html_open(html, "tbody");
	for (int c = 0; c < PT_FAILURE_NCLASS; c++) {
		if (all->jobs_failed[c] == 0)
			continue;
		pt_html_open(html, "tr");
		pt_html_open(html, "th");
		pt_html_attr(html, "scope", "row");
		pt_html_text(html, pt_failure_class_text((enum pt_failure_class)c));
		pt_html_close(html);
		pt_html_leaf(html, "td", NULL, meaning[c]);
		pt_page_number(page, all->jobs_failed[c]);
		pt_page_number(page, all->tally.failed[c]);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}

static void message(struct pt_html *html, const char *text)
{
	if (!*text)
		return;
	pt_html_open(html, "br");
	pt_html_close(html);
	pt_html_open_class(html, "bdi", "msg");
	pt_html_text_most(html, text, MESSAGE_MOST);
	pt_html_close(html);
}

static void packages_cell(struct pt_page *page, const struct pt_cause_group *group)
{
	const struct pt_status *status = &page->history->status;
	char count[PT_COUNT_TEXT];
	const char *before = "";

	pt_html_open(&page->html, "td");
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		if (!group->of[p])
			continue;
		pt_html_textf(&page->html, "%s%s %s", before, status->package[p].name,
			      pt_count_text(count, group->of[p]));
		before = ", ";
	}
	pt_html_close(&page->html);
}

static void cause_row(struct pt_page *page, const struct pt_cause_group *group)
{
	const struct pt_cause *cause = group->sample;
	struct pt_html *html = &page->html;

	pt_html_open(html, "tr");
	pt_html_open(html, "th");
	pt_html_attr(html, "scope", "row");
	pt_html_open_class(html, "bdi", "cause");
	pt_html_text_most(html, pt_cause_name(cause), NAME_MOST);
	pt_html_close(html);
	if (cause->title[0] || cause->type[0])
		message(html, cause->message);
	pt_html_close(html);
	pt_html_leaf(html, "td", "w", pt_failure_class_text(cause->class_));
	pt_page_number(page, group->njob);
	pt_page_number(page, group->nleft);
	pt_page_number(page, group->nheld);
	packages_cell(page, group);
	pt_html_open(html, "td");
	pt_html_leaf(html, "code", NULL, page->history->org[cause->org].key.text);
	pt_html_close(html);
	pt_html_close(html);
}

static void head(struct pt_html *html)
{
	static const char *const heads[] = {"Cause",        "Class",     "Failed jobs",
					    "Still failed", "Orgs held", "Failed jobs by package",
					    "For instance"};

	pt_html_open(html, "thead");
	pt_html_open(html, "tr");
	for (size_t i = 0; i < PT_ARRAY_LEN(heads); i++) {
		pt_html_open(html, "th");
		pt_html_attr(html, "scope", "col");
		if (i >= 2 && i <= 4)
			pt_html_attr(html, "class", "n");
		pt_html_text(html, heads[i]);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static void causes(struct pt_page *page, const struct pt_cause_groups *found)
{
	struct pt_html *html = &page->html;
	size_t n = found->n < CAUSES_MOST ? found->n : CAUSES_MOST;

	if (n == 0)
		return;
	pt_html_leaf(html, "h3", NULL, "Causes");
	pt_html_leaf(
	    html, "p", "note",
	    "What keeps most pushes from their target comes first: those that still fail, "
	    "and those that it holds, since they wait for a base that has failed in their "
	    "org. The message is the weightiest one's, with … where names and ids differ.");
	pt_html_open_class(html, "div", "scroll causes");
	pt_html_open(html, "table");
	head(html);
	pt_html_open(html, "tbody");
	for (size_t i = 0; i < n; i++)
		cause_row(page, &found->group[i]);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	if (n < found->n)
		pt_html_leaff(html, "p", "note",
			      "The first %zu of %zu causes; JSON lists all of them.", n, found->n);
}

int pt_page_failures(struct pt_page *page, struct pt_err *err)
{
	const struct pt_stage_figures *all = &page->view->all;
	struct pt_cause_groups found;
	uint64_t jobs = 0;
	int rc = pt_cause_groups_make(&found, page->history, err);

	if (rc < 0)
		return rc;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		jobs += all->jobs_failed[c];
	pt_page_section(page, "failures", "Failures");
	if (jobs == 0) {
		pt_html_leaf(&page->html, "p", "note", "No push job failed.");
	} else {
		classes(page);
		causes(page, &found);
	}
	pt_html_close(&page->html);
	pt_cause_groups_release(&found);
	return 0;
}
