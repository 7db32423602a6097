/* The dependency graph, drawn and as a table. See page.h. */
#include <stdio.h>

#include "pipeline/report/graph_layout.h"
#include "pipeline/report/graph_nodes.h"
#include "pipeline/report/page.h"

static const struct pt_layout_size sizes = {
    .box_width = 196, .box_height = 76, .column_gap = 88, .row_gap = 22, .lane = 30};
enum { MARGIN = 8, NAME_MOST = 22, WORDS_MOST = 30, PAD = 12 };

/* How a package stands, in a word and a colour. */
static const char *standing(char words[64], const char **class_out, const struct pt_tally *t,
			    bool ended)
{
	struct pt_page_part part[PT_PAGE_PARTS];
	size_t at = 0;

	words[0] = '\0';
	pt_page_parts(part, t);
	if (t->eligible == 0 || t->at_target == t->eligible) {
		*class_out = t->eligible ? "box s-ok" : "box s-wait";
		snprintf(words, 64, "%s", t->eligible ? "all at target" : "nothing to push");
		return words;
	}
	*class_out = ended ? "box s-held" : t->in_flight ? "box s-fly" : "box s-wait";
	for (size_t i = 1; i < PT_PAGE_PARTS && at < 40; i++) {
		if (part[i].n)
			at += (size_t)snprintf(words + at, 64 - at, "%s%llu %s", at ? ", " : "",
					       (unsigned long long)part[i].n, part[i].word);
	}
	return words;
}

static void draw_package(struct pt_page *page, uint32_t p, struct pt_layout_point at)
{
	const struct pt_tally *t = &page->view->package[p].tally;
	const struct pt_history_package *package = &page->history->package[p];
	struct pt_html *html = &page->html;
	char words[64], share[PT_SHARE_TEXT];
	const char *class_;
	int x = at.x + MARGIN, y = at.y + MARGIN;

	standing(words, &class_, t, page->view->ended);
	pt_html_open(html, "g");
	pt_html_leaff(html, "title", NULL, "%s %s: %s, %s at target", package->name,
		      package->version, words, pt_share_text(share, t->at_target, t->eligible));
	pt_html_open_class(html, "rect", class_);
	pt_html_attr_int(html, "x", x);
	pt_html_attr_int(html, "y", y);
	pt_html_attr_int(html, "width", sizes.box_width);
	pt_html_attr_int(html, "height", sizes.box_height);
	pt_html_attr(html, "rx", "7");
	pt_html_close(html);
	pt_page_svg_text(html, "mid", x + PAD, y + 22, package->name, NAME_MOST);
	pt_page_svg_text(html, "soft", x + PAD, y + 39, package->version, WORDS_MOST);
	pt_page_svg_text(html, "end", x + sizes.box_width - PAD, y + 39, share, WORDS_MOST);
	pt_page_bar_rects(html, t, x + PAD, y + 46, sizes.box_width - 2 * PAD, 6);
	pt_page_svg_text(html, "soft", x + PAD, y + 67, words, WORDS_MOST);
	pt_html_close(html);
}

static void draw_external(struct pt_page *page, const char *name, struct pt_layout_point at)
{
	struct pt_html *html = &page->html;

	pt_html_open(html, "g");
	pt_html_open_class(html, "rect", "box ext");
	pt_html_attr_int(html, "x", at.x + MARGIN);
	pt_html_attr_int(html, "y", at.y + MARGIN + 12);
	pt_html_attr_int(html, "width", sizes.box_width);
	pt_html_attr_int(html, "height", sizes.box_height - 24);
	pt_html_attr(html, "rx", "7");
	pt_html_close(html);
	pt_page_svg_text(html, "strong", at.x + MARGIN + PAD, at.y + MARGIN + 35, name, NAME_MOST);
	pt_page_svg_text(html, "soft", at.x + MARGIN + PAD, at.y + MARGIN + 53, "not of this suite",
			 WORDS_MOST);
	pt_html_close(html);
}

/* A curve that leaves and arrives level, with a head at what is needed. */
static void draw_arrow(struct pt_html *html, const struct pt_layout_arrow *arrow, bool external)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	const struct pt_layout_point *p = arrow->point;
	int x = p[arrow->npoint - 1].x + MARGIN, y = p[arrow->npoint - 1].y + MARGIN;

	pt_buf_printf(&path, "M%d %d", p[0].x + MARGIN, p[0].y + MARGIN);
	for (size_t i = 1; i < arrow->npoint; i++) {
		int end = i + 1 == arrow->npoint ? 7 : 0; /* room for the head */
		int half = (p[i - 1].x - p[i].x) / 2;

		pt_buf_printf(&path, "C%d %d %d %d %d %d", p[i - 1].x - half + MARGIN,
			      p[i - 1].y + MARGIN, p[i].x + half + MARGIN, p[i].y + MARGIN,
			      p[i].x + end + MARGIN, p[i].y + MARGIN);
	}
	pt_buf_lean(html->out, &path);
	pt_html_open_class(html, "path", external ? "arrow ext" : "arrow");
	pt_html_attr(html, "d", pt_buf_text(&path));
	pt_html_close(html);
	pt_html_open_class(html, "path", "head");
	pt_html_attrf(html, "d", "M%d %dl9 -4.5v9z", x, y);
	pt_html_close(html);
}

static void draw(struct pt_page *page, const struct pt_report_graph *nodes,
		 const struct pt_layout *layout)
{
	struct pt_html *html = &page->html;

	pt_html_open_class(html, "div", "scroll graph");
	pt_html_attr(html, "tabindex", "0");
	pt_html_attr(html, "role", "region");
	pt_html_attr(html, "aria-label", "Dependency graph");
	pt_page_drawing(
	    html, "graph-svg", "Dependency graph",
	    "Packages as boxes, bases on the left; an arrow leads from a package to what "
	    "it needs. The table below says the same.",
	    layout->width + 2 * MARGIN, layout->height + 2 * MARGIN);
	for (size_t i = 0; i < layout->narrow; i++)
		draw_arrow(html, &layout->arrow[i], layout->arrow[i].to >= nodes->npackage);
	for (uint32_t i = 0; i < nodes->n; i++) {
		if (i < nodes->npackage)
			draw_package(page, i, layout->box[i]);
		else
			draw_external(page, page->view->planned->external[i - nodes->npackage].name,
				      layout->box[i]);
	}
	pt_html_close(html);
	pt_html_close(html);
}

static void needs_cell(struct pt_page *page, uint32_t p)
{
	const struct pt_history_package *package = &page->history->package[p];
	const struct pt_planned *planned = page->view->planned;
	struct pt_html *html = &page->html;
	const char *before = "";

	pt_html_open(html, "td");
	for (size_t k = 0; k < package->nneed; k++) {
		const struct pt_history_need *need = &package->need[k];

		pt_html_textf(html, "%s%s", before, page->history->package[need->package].name);
		if (need->version[0])
			pt_html_textf(html, " %s", need->version);
		before = ", ";
	}
	for (size_t i = 0; planned && i < planned->nexternal; i++) {
		if (planned->external[i].package != p)
			continue;
		pt_html_textf(html, "%s%s (not of this suite)", before, planned->external[i].name);
		before = ", ";
	}
	if (!*before)
		pt_html_text(html, "nothing");
	pt_html_close(html);
}

static void table(struct pt_page *page)
{
	static const char *const heads[] = {"Package",    "Version", "Needs at least",
					    "Version id", "Tag",     "Level"};
	const struct pt_status *status = &page->history->status;
	struct pt_html *html = &page->html;

	pt_html_open(html, "details");
	pt_html_leaf(html, "summary", NULL, "The same as a table");
	pt_html_open_class(html, "div", "scroll");
	pt_html_open(html, "table");
	pt_page_heads(page, heads, PT_ARRAY_LEN(heads), 5);
	pt_html_open(html, "tbody");
	for (size_t i = 0; i < status->npackage; i++) {
		const struct pt_history_package *package =
		    &page->history->package[status->order[i]];

		pt_html_open(html, "tr");
		pt_html_open(html, "th");
		pt_html_attr(html, "scope", "row");
		pt_html_text(html, package->name);
		pt_html_close(html);
		pt_html_leaf(html, "td", "w", package->version);
		needs_cell(page, status->order[i]);
		pt_html_leaf(html, "td", "w", package->version_id);
		pt_html_leaf(html, "td", "w", package->tag);
		pt_page_number(page, package->level);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
	pt_html_close(html);
}

int pt_page_graph(struct pt_page *page, struct pt_err *err)
{
	struct pt_report_graph nodes;
	struct pt_layout layout;
	int rc;

	pt_page_section(page, "graph", "Dependencies");
	if (page->history->status.npackage == 0) {
		pt_html_leaf(&page->html, "p", "note", "The run has not begun: nothing to show.");
		pt_html_close(&page->html);
		return 0;
	}
	pt_html_leaf(
	    &page->html, "p", "note",
	    "An arrow leads from a package to what it needs; bases stand on the left. Below "
	    "each name: its version on this train, and how much of what is eligible is at "
	    "target.");
	rc = pt_report_graph_find(&nodes, page->view, page->arena, err);
	if (rc == 0)
		rc = pt_layout_make(&layout, &sizes, nodes.level, nodes.n, nodes.edge, nodes.nedge,
				    page->arena, err);
	if (rc != 0)
		return rc;
	draw(page, &nodes, &layout);
	table(page);
	pt_html_close(&page->html);
	return 0;
}
