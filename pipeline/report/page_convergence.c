/* How the share at target grew: a line for each package, and one for all. See page.h. */
#include <stdio.h>

#include "pipeline/report/gantt.h"
#include "pipeline/report/page.h"

enum {
	LEFT = 46,
	RIGHT = 216,
	TOP = 14,
	BOTTOM = 40,
	PLOT_WIDTH = 880,
	PLOT_HEIGHT = 270,
	LABEL_HEIGHT = 16,
	NAME_MOST = 20,
	COLORS = 8,
};

struct curve {
	const struct pt_arrivals *arrivals;
	const char *name;
	char class_[16];
	int label_y;
};

struct curves {
	struct pt_page *page;
	struct pt_html *html;
	struct pt_convergence found;
	struct curve *curve; /* all of them first, then the packages in order */
	size_t n;
	int height; /* of the plot */
};

static int x_of(const struct curves *c, int64_t ms)
{
	double span = (double)(c->found.to_ms - c->found.from_ms);

	return LEFT + (int)((double)(ms - c->found.from_ms) / span * PLOT_WIDTH + 0.5);
}

static int y_of(const struct curves *c, uint64_t n, uint64_t of)
{
	return TOP + c->height - (int)((double)n / (double)(of ? of : 1) * c->height + 0.5);
}

static uint64_t last_of(const struct pt_arrivals *a)
{
	return a->nstep ? a->step[a->nstep - 1].n : 0;
}

/* A step for each pixel at most. */
static void draw_curve(struct curves *c, const struct curve *curve)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;
	const struct pt_arrivals *a = curve->arrivals;
	char share[PT_SHARE_TEXT];

	pt_buf_printf(&path, "M%d %d", LEFT, y_of(c, 0, 1));
	for (size_t i = 0; i < a->nstep; i++) {
		int x = x_of(c, a->step[i].at_ms);

		if (i + 1 < a->nstep && x_of(c, a->step[i + 1].at_ms) == x)
			continue;
		pt_buf_printf(&path, "H%dV%d", x, y_of(c, a->step[i].n, a->eligible));
	}
	pt_buf_printf(&path, "H%d", LEFT + PLOT_WIDTH);
	pt_buf_lean(c->html->out, &path);
	pt_html_open_class(c->html, "path", curve->class_);
	pt_html_attr(c->html, "d", pt_buf_text(&path));
	pt_html_leaff(c->html, "title", NULL, "%s: %s at target", curve->name,
		      pt_share_text(share, last_of(a), a->eligible));
	pt_html_close(c->html);
}

/* Names stand at the end of their lines, and make room for each other. */
static void place_labels(struct curves *c)
{
	for (size_t i = 0; i < c->n; i++)
		c->curve[i].label_y =
		    y_of(c, last_of(c->curve[i].arrivals), c->curve[i].arrivals->eligible);
	/* In the order of their lines' ends; each at least a line's height below the one above. */
	for (size_t done = 0; done < c->n; done++) {
		size_t best = done;

		for (size_t i = done + 1; i < c->n; i++) {
			if (c->curve[i].label_y < c->curve[best].label_y)
				best = i;
		}
		struct curve moved = c->curve[best];

		for (size_t i = best; i > done; i--)
			c->curve[i] = c->curve[i - 1];
		if (done && moved.label_y < c->curve[done - 1].label_y + LABEL_HEIGHT)
			moved.label_y = c->curve[done - 1].label_y + LABEL_HEIGHT;
		c->curve[done] = moved;
	}
}

static void draw_label(struct curves *c, const struct curve *curve)
{
	const struct pt_arrivals *a = curve->arrivals;
	char share[PT_SHARE_TEXT];
	int end = LEFT + PLOT_WIDTH, y = y_of(c, last_of(a), a->eligible);

	pt_html_open_class(c->html, "path", curve->class_);
	pt_html_attrf(c->html, "d", "M%d %dL%d %dH%d", end, y, end + 10, curve->label_y, end + 22);
	pt_html_close(c->html);
	pt_page_svg_text(c->html, curve->arrivals == &c->found.all ? "strong" : NULL, end + 28,
			 curve->label_y + 4, curve->name, NAME_MOST);
	pt_page_svg_text(c->html, "soft end", end + RIGHT - 2, curve->label_y + 4,
			 pt_share_text(share, last_of(a), a->eligible), 10);
}

static int axes(struct curves *c, struct pt_err *err)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	double days = (double)(c->found.to_ms - c->found.from_ms) / (double)PT_DAY_MS;
	int bottom = TOP + c->height, used = -100;
	struct pt_gantt_tick *tick;
	size_t n = 0;

	for (int percent = 0; percent <= 100; percent += 25) {
		char text[8];
		int y = y_of(c, (uint64_t)percent, 100);

		snprintf(text, sizeof(text), "%d %%", percent);
		pt_page_svg_line(c->html, "rule", LEFT, y, LEFT + PLOT_WIDTH, y);
		pt_page_svg_text(c->html, "soft end", LEFT - 8, y + 4, text, 8);
	}
	if (pt_gantt_ticks(&tick, &n, c->page->history->zone, c->found.from_ms, c->found.to_ms,
			   PLOT_WIDTH / days, c->page->arena, err) < 0)
		return -PT_E_NOMEM;
	for (size_t i = 0; i < n; i++) {
		int x = x_of(c, tick[i].at_ms);
		char text[16];

		if (x < used)
			continue;
		if (tick[i].day)
			snprintf(text, sizeof(text), "%s %d", months[tick[i].local.month - 1],
				 tick[i].local.day);
		else
			snprintf(text, sizeof(text), "%02d:00", tick[i].local.hour);
		pt_page_svg_line(c->html, "rule", x, bottom, x, bottom + 5);
		pt_page_svg_text(c->html, tick[i].day ? "center" : "soft center", x, bottom + 20,
				 text, 8);
		used = x + 52;
	}
	return 0;
}

static int draw(struct curves *c, struct pt_err *err)
{
	int rc;

	pt_html_open_class(c->html, "div", "scroll curve");
	pt_html_attr(c->html, "tabindex", "0");
	pt_html_attr(c->html, "role", "region");
	pt_html_attr(c->html, "aria-label", "Convergence over time");
	pt_page_drawing(
	    c->html, "curve-svg", "Share of eligible pushes at target over time",
	    "A line for each package and a thick one for all, from nothing to where they "
	    "are. The table below has when each reached a half, 90 and 99 percent.",
	    LEFT + PLOT_WIDTH + RIGHT, TOP + c->height + BOTTOM);
	rc = axes(c, err);
	place_labels(c);
	/* The whole is drawn last, over the others. */
	for (int whole = 0; whole < 2; whole++) {
		for (size_t i = 0; i < c->n; i++) {
			if ((c->curve[i].arrivals == &c->found.all) == (whole == 1))
				draw_curve(c, &c->curve[i]);
		}
	}
	for (size_t i = 0; i < c->n; i++)
		draw_label(c, &c->curve[i]);
	pt_html_close(c->html);
	pt_html_close(c->html);
	return rc;
}

static void reached(struct curves *c, const struct pt_arrivals *a, unsigned percent)
{
	int64_t at_ms = a->eligible ? pt_arrivals_reach(a, percent) : PT_NEVER;

	pt_html_open_class(c->html, "td", "w");
	if (at_ms == PT_NEVER)
		pt_html_text(c->html, "not yet");
	else
		pt_page_time(c->page, at_ms);
	pt_html_close(c->html);
}

static void table_row(struct curves *c, const char *name, const struct pt_arrivals *a)
{
	char share[PT_SHARE_TEXT];

	pt_html_open(c->html, "tr");
	pt_html_open(c->html, "th");
	pt_html_attr(c->html, "scope", "row");
	pt_html_text(c->html, name);
	pt_html_close(c->html);
	reached(c, a, 50);
	reached(c, a, 90);
	reached(c, a, 99);
	pt_html_leaf(c->html, "td", "n", pt_share_text(share, last_of(a), a->eligible));
	pt_page_number(c->page, a->elsewhere);
	pt_html_close(c->html);
}

static void table(struct curves *c)
{
	static const char *const heads[] = {"Package", "50 % at",     "90 % at",
					    "99 % at", "By our jobs", "By others"};
	const struct pt_status *status = &c->page->history->status;

	pt_html_open(c->html, "details");
	pt_html_leaf(c->html, "summary", NULL, "The same as a table");
	pt_html_open_class(c->html, "div", "scroll");
	pt_html_open(c->html, "table");
	pt_page_heads(c->page, heads, PT_ARRAY_LEN(heads), 4);
	pt_html_open(c->html, "tbody");
	for (size_t i = 0; i < status->npackage; i++)
		table_row(c, status->package[status->order[i]].name,
			  &c->found.package[status->order[i]]);
	table_row(c, "All packages", &c->found.all);
	pt_html_close(c->html);
	pt_html_close(c->html);
	pt_html_close(c->html);
	pt_html_close(c->html);
}

static int list_curves(struct curves *c, struct pt_err *err)
{
	const struct pt_status *status = &c->page->history->status;

	c->curve = pt_arena_alloc(c->page->arena, status->npackage + 1, sizeof(*c->curve));
	if (!c->curve)
		return pt_err_nomem(err);
	c->curve[c->n++] = (struct curve){&c->found.all, "all packages", "line all", 0};
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];
		struct curve *curve = &c->curve[c->n];

		if (c->found.package[p].eligible == 0)
			continue;
		*curve = (struct curve){&c->found.package[p], status->package[p].name, "", 0};
		snprintf(curve->class_, sizeof(curve->class_), "line k%u", (unsigned)(i % COLORS));
		c->n++;
	}
	c->height = PLOT_HEIGHT;
	if (c->height < (int)c->n * LABEL_HEIGHT + LABEL_HEIGHT)
		c->height = (int)c->n * LABEL_HEIGHT + LABEL_HEIGHT;
	return 0;
}

int pt_page_convergence(struct pt_page *page, struct pt_err *err)
{
	struct curves curves = {.page = page, .html = &page->html};
	int rc = pt_convergence_find(&curves.found, page->history, page->view->package, page->arena,
				     err);

	if (rc == 0)
		curves.found.all.eligible += page->view->ahead;
	if (rc == 0)
		rc = list_curves(&curves, err);
	if (rc < 0)
		return rc;
	pt_page_section(page, "convergence", "Convergence");
	if (curves.found.all.nstep == 0) {
		pt_html_leaf(&page->html, "p", "note", "Nothing has arrived yet.");
	} else {
		pt_html_leaf(
		    &page->html, "p", "note",
		    "The share of eligible pushes that are at target by our push jobs, at "
		    "the moment that the last job of their request had ended. Pushes of "
		    "stages that have not begun are counted by the plan, in the thick line.");
		rc = draw(&curves, err);
		table(&curves);
	}
	pt_html_close(&page->html);
	return rc;
}
