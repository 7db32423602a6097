/*
 * The HTML report, section by section; page.c puts them in order. Every section is complete in
 * itself: a heading, what it shows, and for each drawing a table that says the same.
 */
#ifndef PT_PIPELINE_REPORT_PAGE_H
#define PT_PIPELINE_REPORT_PAGE_H

#include "pipeline/report/convergence.h"
#include "pipeline/report/html.h"
#include "pipeline/report/view.h"

struct pt_page {
	struct pt_html html;
	struct pt_report_out *out;
	struct pt_report_view *view;
	const struct pt_history *history;
	struct pt_arena *arena; /* of whatever a section needs as long as the page */
};

/* The answer: state and how far it came; figures that add up; what to do next. */
void pt_page_top(struct pt_page *page);
void pt_page_figures(struct pt_page *page);
int pt_page_next(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* All of them, and links to the sections. */
int pt_page_summary(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* Success by stage and package. */
void pt_page_stages(struct pt_page *page);

/* The dependency graph. */
int pt_page_graph(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* When what happened. */
int pt_page_timeline(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* How the share at target grew. */
int pt_page_convergence(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* Failed pushes by class, and why. */
int pt_page_failures(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* Orgs that are not there, and orgs that were left out. */
int pt_page_orgs(struct pt_page *page, struct pt_err *err) PT_MUSTUSE;

/* Who said what; what happened; what this was made by. */
void pt_page_approvals(struct pt_page *page);
void pt_page_log(struct pt_page *page);
void pt_page_about(struct pt_page *page);

/* The page's style and script, in pieces that end with NULL. */
extern const char *const pt_page_style[];
extern const char *const pt_page_script[];

/* The links to the sections. */
void pt_page_links(struct pt_page *page);

/* A section's beginning; pt_html_close() ends it. */
void pt_page_section(struct pt_page *page, const char *id, const char *title);

/* A time in the suite's zone, in an element of its own. */
void pt_page_time(struct pt_page *page, int64_t ms);

/* Cells of a table. */
void pt_page_heads(struct pt_page *page, const char *const *name, size_t n, size_t first_number);
void pt_page_number(struct pt_page *page, uint64_t n);

/* How the pushes of a tally are shared out over their states: in the order of drawing. */
struct pt_page_part {
	const char *word, *class_;
	uint64_t n;
};
enum { PT_PAGE_PARTS = 8 };
void pt_page_parts(struct pt_page_part part[PT_PAGE_PARTS], const struct pt_tally *tally);

/* As a bar of that size, which says nothing to those who cannot see it. */
void pt_page_bar(struct pt_html *html, const struct pt_tally *tally, int width, int height);

/* A bar's pieces within a drawing. */
void pt_page_bar_rects(struct pt_html *html, const struct pt_tally *tally, int x, int y, int width,
		       int height);

/* Pieces of a drawing. */
void pt_page_svg_text(struct pt_html *html, const char *class_, int x, int y, const char *text,
		      size_t most);
void pt_page_svg_rect(struct pt_html *html, const char *class_, int x, int y, int width,
		      int height);
void pt_page_svg_line(struct pt_html *html, const char *class_, int x1, int y1, int x2, int y2);

/* The beginning of a drawing of that size that is described in words. */
void pt_page_drawing(struct pt_html *html, const char *id, const char *title, const char *desc,
		     int width, int height);

#endif
