/* When what happened, and when it was to: the chart over time. See gantt.h and page.h. */
#include <stdio.h>
#include <string.h>

#include "pipeline/report/gantt.h"
#include "pipeline/report/page.h"

enum {
	LABEL_WIDTH = 240,
	HEAD_HEIGHT = 56,
	FOOT_HEIGHT = 22,
	NAME_MOST = 34,
	MOST_PX = 24000, /* a browser draws no more */
};

/* A chart of days has room for their dates, a chart of hours for theirs. */
static const double WIDE_PX = 916, LEAST_PX_PER_DAY = 44, MOST_PX_PER_DAY = 2400;

struct chart {
	struct pt_page *page;
	struct pt_html *html;
	struct pt_gantt gantt;
	const struct pt_gantt_tick *tick;
	size_t ntick;
	double px_per_day;
	int width, height;
};

static int row_height(const struct pt_gantt_row *row)
{
	static const int height[] = {[PT_GANTT_STAGE] = 32,
				     [PT_GANTT_BATCH] = 24,
				     [PT_GANTT_WAVE] = 20,
				     [PT_GANTT_PASS] = 20};

	return height[row->kind];
}

static int x_of(const struct chart *c, int64_t ms)
{
	double days;

	if (ms < c->gantt.from_ms)
		ms = c->gantt.from_ms;
	if (ms > c->gantt.to_ms)
		ms = c->gantt.to_ms;
	days = (double)(ms - c->gantt.from_ms) / (double)PT_DAY_MS;
	return (int)(days * c->px_per_day + 0.5);
}

static int measure(struct chart *c, struct pt_err *err)
{
	struct pt_gantt *g = &c->gantt;
	int64_t margin_ms = (g->to_ms - g->from_ms) / 60 + PT_MINUTE_MS;
	double days;
	struct pt_gantt_tick *tick;

	g->from_ms -= margin_ms;
	g->to_ms += margin_ms;
	days = (double)(g->to_ms - g->from_ms) / (double)PT_DAY_MS;
	c->px_per_day = WIDE_PX / days;
	if (c->px_per_day < LEAST_PX_PER_DAY)
		c->px_per_day = LEAST_PX_PER_DAY;
	if (c->px_per_day > MOST_PX_PER_DAY)
		c->px_per_day = MOST_PX_PER_DAY;
	if (c->px_per_day * days > MOST_PX)
		c->px_per_day = MOST_PX / days;
	c->width = (int)(c->px_per_day * days) + 1;
	c->height = HEAD_HEIGHT + FOOT_HEIGHT;
	for (size_t i = 0; i < g->nrow; i++)
		c->height += row_height(&g->row[i]);
	int rc = pt_gantt_ticks(&tick, &c->ntick, c->page->history->zone, g->from_ms, g->to_ms,
				c->px_per_day, c->page->arena, err);

	c->tick = tick;
	return rc;
}

/* Texts. */

static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static const char *package_name(const struct chart *c, uint32_t package)
{
	return c->page->history->status.package[package].name;
}

static void row_label(struct pt_buf *out, const struct chart *c, const struct pt_gantt_row *row)
{
	switch (row->kind) {
	case PT_GANTT_STAGE:
		pt_buf_str(out, c->page->history->status.stage[row->stage].name);
		break;
	case PT_GANTT_BATCH:
		pt_buf_printf(out, "batch %u", row->batch + 1);
		if (row->zone)
			pt_buf_printf(out, ", %s", row->zone);
		break;
	case PT_GANTT_WAVE:
		pt_buf_str(out, package_name(c, row->package));
		break;
	case PT_GANTT_PASS:
		pt_buf_printf(out, "re-push pass %u", row->pass);
		break;
	}
}

static void bar_title(struct pt_buf *out, const struct chart *c, const struct pt_gantt_bar *bar)
{
	static const char *const words[] = {[PT_GANTT_PLANNED] = "planned",
					    [PT_GANTT_ACTUAL] = "ran",
					    [PT_GANTT_SOAK] = "soaked",
					    [PT_GANTT_APPROVAL] = "waited for an approval",
					    [PT_GANTT_SPAN] = "under way"};
	const struct pt_history *h = c->page->history;
	char from[PT_INSTANT_TEXT], to[PT_INSTANT_TEXT];

	if (bar->wave != UINT32_MAX)
		pt_buf_printf(out, "%s: ", package_name(c, h->wave[bar->wave].package));
	pt_buf_printf(out, "%s from %s", words[bar->kind],
		      pt_zone_text(from, h->zone, bar->from_ms));
	if (bar->kind == PT_GANTT_PLANNED)
		return;
	pt_buf_printf(out, " to %s%s", pt_zone_text(to, h->zone, bar->to_ms),
		      bar->open ? ", not over yet" : "");
	if (bar->wave != UINT32_MAX)
		pt_buf_printf(out, "; %llu pushed, %llu at target, %llu failed, %llu held",
			      (unsigned long long)h->wave[bar->wave].pushed,
			      (unsigned long long)h->wave[bar->wave].at_target,
			      (unsigned long long)h->wave[bar->wave].failed,
			      (unsigned long long)h->wave[bar->wave].held);
}

/* The column of labels, which stays while the chart moves beneath it. */

static void svg_begin(struct chart *c, const char *class_, int width)
{
	pt_html_open(c->html, "svg");
	pt_html_attr(c->html, "xmlns", "http://www.w3.org/2000/svg");
	if (class_)
		pt_html_attr(c->html, "class", class_);
	pt_html_attrf(c->html, "viewBox", "0 0 %d %d", width, c->height);
	pt_html_attr_int(c->html, "width", width);
	pt_html_attr_int(c->html, "height", c->height);
	pt_html_attrf(c->html, "style", "--w:%d", width);
}

static void labels(struct chart *c)
{
	static const char *const class_[] = {[PT_GANTT_STAGE] = "mid",
					     [PT_GANTT_BATCH] = "strong",
					     [PT_GANTT_WAVE] = NULL,
					     [PT_GANTT_PASS] = "soft"};
	static const int indent[] = {
	    [PT_GANTT_STAGE] = 0, [PT_GANTT_BATCH] = 8, [PT_GANTT_WAVE] = 16, [PT_GANTT_PASS] = 8};
	int y = HEAD_HEIGHT;

	svg_begin(c, "labels", LABEL_WIDTH);
	/* Where there is little room names are cut, and stay beside their rows. */
	pt_html_attr(c->html, "preserveAspectRatio", "xMinYMin slice");
	pt_html_attr(c->html, "aria-hidden", "true");
	for (size_t i = 0; i < c->gantt.nrow; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf label = PT_BUF_INIT;
		const struct pt_gantt_row *row = &c->gantt.row[i];
		int height = row_height(row);

		if (row->kind == PT_GANTT_STAGE)
			pt_page_svg_line(c->html, "rule", 0, y, LABEL_WIDTH, y);
		row_label(&label, c, row);
		pt_buf_lean(c->html->out, &label);
		pt_page_svg_text(c->html, class_[row->kind], indent[row->kind], y + height / 2 + 5,
				 pt_buf_text(&label), NAME_MOST);
		y += height;
	}
	pt_html_close(c->html);
}

/* The chart's ground: hours, days, windows, blackouts. */

/* As much of a date as there is room for. */
static void day_text(char text[32], const struct chart *c, const struct pt_civil *local)
{
	const char *weekday = weekdays[pt_civil_weekday(local->year, local->month, local->day)];

	if (c->px_per_day >= 52)
		snprintf(text, 32, "%s %d", weekday, local->day);
	else
		snprintf(text, 32, "%.2s %d", weekday, local->day);
}

static void days(struct chart *c, int y)
{
	int end = -1;

	for (size_t i = 0; i < c->ntick; i++) {
		const struct pt_civil *local = &c->tick[i].local;
		int x = x_of(c, c->tick[i].at_ms);
		char text[32];

		if (!c->tick[i].day || x < end || x > c->width - 30)
			continue;
		day_text(text, c, local);
		pt_page_svg_text(c->html, local->day == 1 ? "strong" : "soft", x + 4, y, text, 8);
		end = x + 42;
	}
}

/* Of the first day, unless the next month begins right after it, and of each first. */
static void month_of(struct chart *c)
{
	bool any = false;

	for (size_t i = 0; i < c->ntick; i++) {
		const struct pt_civil *local = &c->tick[i].local;
		bool first = !any && local->day < 27;
		char text[32];

		if (!c->tick[i].day || (!first && local->day != 1))
			continue;
		snprintf(text, sizeof(text), "%s %d", months[local->month - 1], local->year);
		int x = x_of(c, c->tick[i].at_ms), now = x_of(c, c->gantt.now_ms);

		/* Beside the word that stands there already. */
		if (c->gantt.now_ms && x >= now - 8 && x < now + 34)
			x = now + 34;
		pt_page_svg_text(c->html, "strong", x + 4, 14, text, 16);
		any = true;
	}
}

static void axis(struct chart *c)
{
	for (size_t i = 0; i < c->ntick; i++) {
		const struct pt_gantt_tick *tick = &c->tick[i];
		int x = x_of(c, tick->at_ms);
		char text[32];

		pt_page_svg_line(c->html, tick->day ? "rule day" : "rule hour", x,
				 tick->day ? 20 : HEAD_HEIGHT - 4, x, c->height - FOOT_HEIGHT);
		if (tick->day)
			continue;
		snprintf(text, sizeof(text), "%02d:00", tick->local.hour);
		pt_page_svg_text(c->html, "soft center", x, HEAD_HEIGHT - 8, text, 8);
	}
	month_of(c);
	days(c, 32);
	days(c, c->height - 8);
}

/* From where to where the rows of a stage, and of a zone in it, stand. */
static bool next_block(const struct chart *c, size_t *at, int *y, int *from, int *to,
		       const struct pt_history_hours *hours)
{
	bool in = false;

	for (; *at < c->gantt.nrow; (*at)++) {
		const struct pt_gantt_row *row = &c->gantt.row[*at];
		bool mine = row->stage == hours->stage && row->kind == PT_GANTT_WAVE &&
			    (!row->zone || !hours->zone || strcmp(row->zone, hours->zone) == 0);

		if (mine && !in)
			*from = *y;
		if (!mine && in)
			break;
		in |= mine;
		*y += row_height(row);
	}
	*to = *y;
	return in;
}

/* From the first to the last bar of the stage; its windows before and after are nobody's. */
static bool stage_span(int64_t *first_ms, int64_t *last_ms, const struct chart *c,
		       const struct pt_history_hours *hours)
{
	*first_ms = PT_NEVER;
	*last_ms = PT_LONG_AGO;
	for (size_t i = 0; i < c->gantt.nrow; i++) {
		const struct pt_gantt_row *row = &c->gantt.row[i];

		for (size_t k = row->bar; row->stage == hours->stage && k < row->bar + row->nbar;
		     k++) {
			if (c->gantt.bar[k].from_ms < *first_ms)
				*first_ms = c->gantt.bar[k].from_ms;
			if (c->gantt.bar[k].to_ms > *last_ms)
				*last_ms = c->gantt.bar[k].to_ms;
		}
	}
	return hours->to_ms > *first_ms && hours->from_ms < *last_ms;
}

static void windows(struct chart *c)
{
	const struct pt_history *h = c->page->history;

	for (size_t i = 0; i < h->nhours; i++) {
		const struct pt_history_hours *hours = &h->hours[i];
		int y = HEAD_HEIGHT, from = 0, to = 0;
		size_t at = 0;
		int64_t first_ms, last_ms;

		if (hours->kind != PT_HISTORY_WINDOW || !stage_span(&first_ms, &last_ms, c, hours))
			continue;
		int x = x_of(c, hours->from_ms > first_ms ? hours->from_ms : first_ms);
		int end = x_of(c, hours->to_ms < last_ms ? hours->to_ms : last_ms);

		if (end <= x)
			continue;
		while (next_block(c, &at, &y, &from, &to, hours))
			pt_page_svg_rect(c->html, "win", x, from, end - x, to - from);
	}
}

/* In the head, where no bar crosses it, unless hours stand there. */
static int blackout_name_y(const struct chart *c)
{
	for (size_t i = 0; i < c->ntick; i++) {
		if (!c->tick[i].day)
			return HEAD_HEIGHT + 20;
	}
	return HEAD_HEIGHT - 6;
}

static void blackouts(struct chart *c)
{
	const struct pt_history *h = c->page->history;
	int name_y = blackout_name_y(c);

	for (size_t i = 0; i < h->nhours; i++) {
		const struct pt_history_hours *hours = &h->hours[i];
		int x = x_of(c, hours->from_ms), end = x_of(c, hours->to_ms);
		char from[PT_INSTANT_TEXT], to[PT_INSTANT_TEXT];

		if (hours->kind != PT_HISTORY_BLACKOUT || end <= x)
			continue;
		pt_html_open(c->html, "g");
		pt_html_leaff(c->html, "title", NULL, "blackout %s from %s to %s",
			      hours->name ? hours->name : "",
			      pt_zone_text(from, h->zone, hours->from_ms),
			      pt_zone_text(to, h->zone, hours->to_ms));
		pt_page_svg_rect(c->html, "freeze", x, HEAD_HEIGHT, end - x,
				 c->height - HEAD_HEIGHT - FOOT_HEIGHT);
		pt_page_svg_line(c->html, "freeze-edge", x, HEAD_HEIGHT, x,
				 c->height - FOOT_HEIGHT);
		pt_page_svg_line(c->html, "freeze-edge", end, HEAD_HEIGHT, end,
				 c->height - FOOT_HEIGHT);
		pt_page_svg_text(c->html, "soft", x + 4, name_y,
				 hours->name ? hours->name : "blackout", (size_t)((end - x) / 6));
		pt_html_close(c->html);
	}
}

/* The bars. */

static void bar(struct chart *c, const struct pt_gantt_bar *bar, const struct pt_gantt_row *row,
		int y)
{
	static const char *const class_[] = {[PT_GANTT_PLANNED] = "planned",
					     [PT_GANTT_ACTUAL] = "actual",
					     [PT_GANTT_SOAK] = "soak",
					     [PT_GANTT_APPROVAL] = "approval",
					     [PT_GANTT_SPAN] = "span"};
	PT_CLEANUP(pt_buf_release) struct pt_buf title = PT_BUF_INIT;
	int middle = y + row_height(row) / 2, x = x_of(c, bar->from_ms);
	int width = x_of(c, bar->to_ms) - x;
	bool stage = row->kind == PT_GANTT_STAGE, thin = bar->kind == PT_GANTT_SPAN;
	int height = thin ? 4 : stage ? 12 : bar->kind == PT_GANTT_PLANNED ? 14 : 10;
	const char *of = class_[bar->kind];

	if (bar->kind == PT_GANTT_ACTUAL)
		of = bar->open ? "actual open" : bar->troubled ? "actual troubled" : "actual";
	bar_title(&title, c, bar);
	pt_buf_lean(c->html->out, &title);
	pt_html_open_class(c->html, "rect", of);
	pt_html_attr_int(c->html, "x", x);
	pt_html_attr_int(c->html, "y", middle - height / 2);
	pt_html_attr_int(c->html, "width", width > 3 ? width : 3);
	pt_html_attr_int(c->html, "height", height);
	pt_html_attr(c->html, "rx", thin ? "2" : "2.5");
	pt_html_leaf(c->html, "title", NULL, pt_buf_text(&title));
	pt_html_close(c->html);
}

static void rows(struct chart *c)
{
	int y = HEAD_HEIGHT;

	for (size_t i = 0; i < c->gantt.nrow; i++) {
		const struct pt_gantt_row *row = &c->gantt.row[i];

		if (row->kind == PT_GANTT_STAGE)
			pt_page_svg_line(c->html, "rule", 0, y, c->width, y);
		if (row->kind == PT_GANTT_BATCH)
			days(c, y + row_height(row) - 6);
		for (size_t k = 0; k < row->nbar; k++)
			bar(c, &c->gantt.bar[row->bar + k], row, y);
		y += row_height(row);
		pt_report_turn(c->page->out);
	}
}

static void now_line(struct chart *c)
{
	int x = x_of(c, c->gantt.now_ms);
	bool late = x > c->width - 40;

	if (!c->gantt.now_ms)
		return;
	pt_page_svg_line(c->html, "now", x, 4, x, c->height - FOOT_HEIGHT);
	pt_page_svg_text(c->html, late ? "now-word end" : "now-word", late ? x - 4 : x + 4, 14,
			 "now", 4);
}

static void plot(struct chart *c)
{
	svg_begin(c, NULL, c->width);
	pt_html_attr(c->html, "role", "img");
	pt_html_attr(c->html, "aria-labelledby", "timeline-t timeline-d");
	pt_html_open(c->html, "title");
	pt_html_attr(c->html, "id", "timeline-t");
	pt_html_text(c->html, "Timeline of the run");
	pt_html_close(c->html);
	pt_html_open(c->html, "desc");
	pt_html_attr(c->html, "id", "timeline-d");
	pt_html_text(c->html, "A row for each wave, with a bar for when it was planned and one for "
			      "when it ran. The table below says the same.");
	pt_html_close(c->html);
	windows(c);
	blackouts(c);
	axis(c);
	rows(c);
	now_line(c);
	pt_html_close(c->html);
}

static void key_entry(struct pt_html *html, const char *class_, int y, int height, const char *text)
{
	pt_html_open(html, "li");
	pt_html_open(html, "svg");
	pt_html_attr(html, "xmlns", "http://www.w3.org/2000/svg");
	pt_html_attr(html, "viewBox", "0 0 26 12");
	pt_html_attr(html, "aria-hidden", "true");
	pt_page_svg_rect(html, class_, 1, y, 24, height);
	pt_html_close(html);
	pt_html_text(html, text);
	pt_html_close(html);
}

static void key(struct chart *c)
{
	const struct pt_history *h = c->page->history;
	bool window = false, blackout = false;

	for (size_t i = 0; i < h->nhours; i++) {
		bool seen =
		    h->hours[i].to_ms > c->gantt.from_ms && h->hours[i].from_ms < c->gantt.to_ms;

		window |= seen && h->hours[i].kind == PT_HISTORY_WINDOW;
		blackout |= seen && h->hours[i].kind == PT_HISTORY_BLACKOUT;
	}
	pt_html_open_class(c->html, "ul", "key legend");
	key_entry(c->html, "planned", 1, 10, "planned");
	key_entry(c->html, "actual", 1, 10, "ran");
	key_entry(c->html, "actual troubled", 1, 10, "ran, more than a tenth failed");
	if (c->gantt.now_ms)
		key_entry(c->html, "actual open", 1, 10, "runs");
	key_entry(c->html, "span", 4, 4, "stage or pass under way");
	key_entry(c->html, "soak", 0, 12, "soak");
	key_entry(c->html, "approval", 0, 12, "waited for an approval");
	if (window)
		key_entry(c->html, "win", 0, 12, "window: waves may start");
	if (blackout)
		key_entry(c->html, "freeze", 0, 12, "blackout: nothing starts");
	pt_html_close(c->html);
}

/* The same in words. */

static void time_cell(struct chart *c, int64_t ms)
{
	pt_html_open_class(c->html, "td", "w");
	if (ms)
		pt_page_time(c->page, ms);
	else
		pt_html_text(c->html, "-");
	pt_html_close(c->html);
}

static void wave_cells(struct chart *c, const struct pt_gantt_row *row,
		       const struct pt_gantt_bar *planned, const struct pt_gantt_bar *actual)
{
	const struct pt_history *h = c->page->history;
	uint32_t wave = actual ? actual->wave : UINT32_MAX;

	time_cell(c, planned ? planned->from_ms : 0);
	time_cell(c, actual ? actual->from_ms : 0);
	time_cell(c, actual && !actual->open ? actual->to_ms : 0);
	(void)row;
	pt_page_number(c->page, wave != UINT32_MAX ? h->wave[wave].pushed : 0);
	pt_page_number(c->page, wave != UINT32_MAX ? h->wave[wave].at_target : 0);
	pt_page_number(c->page, wave != UINT32_MAX ? h->wave[wave].failed : 0);
	pt_page_number(c->page, wave != UINT32_MAX ? h->wave[wave].held : 0);
}

static void table_row(struct chart *c, const struct pt_gantt_row *row,
		      const struct pt_gantt_bar *planned, const struct pt_gantt_bar *actual)
{
	const struct pt_history *h = c->page->history;
	uint32_t package =
	    actual && actual->wave != UINT32_MAX ? h->wave[actual->wave].package : row->package;

	pt_html_open(c->html, "tr");
	pt_html_open(c->html, "th");
	pt_html_attr(c->html, "scope", "row");
	pt_html_textf(c->html, "%s, ", h->status.stage[row->stage].name);
	if (row->kind == PT_GANTT_PASS)
		pt_html_textf(c->html, "pass %u", row->pass);
	else
		pt_html_textf(c->html, "batch %u", row->batch + 1);
	if (row->zone)
		pt_html_textf(c->html, ", %s", row->zone);
	pt_html_textf(c->html, ", %s", package_name(c, package));
	pt_html_close(c->html);
	wave_cells(c, row, planned, actual);
	pt_html_close(c->html);
}

static void table_rows(struct chart *c, const struct pt_gantt_row *row)
{
	const struct pt_gantt_bar *planned = NULL;
	bool any = false;

	if (row->kind != PT_GANTT_WAVE && row->kind != PT_GANTT_PASS)
		return;
	for (size_t k = 0; k < row->nbar; k++) {
		const struct pt_gantt_bar *bar = &c->gantt.bar[row->bar + k];

		if (bar->kind == PT_GANTT_PLANNED)
			planned = bar;
		if (bar->kind != PT_GANTT_ACTUAL)
			continue;
		table_row(c, row, planned, bar);
		any = true;
	}
	if (!any && planned)
		table_row(c, row, planned, NULL);
}

static void table(struct chart *c)
{
	static const char *const heads[] = {"Wave",   "Planned",   "Began",  "Ended",
					    "Pushed", "At target", "Failed", "Held"};

	pt_html_open(c->html, "details");
	pt_html_leaf(c->html, "summary", NULL, "The same as a table");
	pt_html_open_class(c->html, "div", "scroll");
	pt_html_open(c->html, "table");
	pt_page_heads(c->page, heads, PT_ARRAY_LEN(heads), 4);
	pt_html_open(c->html, "tbody");
	for (size_t i = 0; i < c->gantt.nrow; i++)
		table_rows(c, &c->gantt.row[i]);
	pt_html_close(c->html);
	pt_html_close(c->html);
	pt_html_close(c->html);
	pt_html_close(c->html);
}

int pt_page_timeline(struct pt_page *page, struct pt_err *err)
{
	struct chart chart = {.page = page, .html = &page->html};
	int rc = pt_gantt_lay(&chart.gantt, page->history, page->view->planned, page->arena, err);

	if (rc == 0)
		rc = measure(&chart, err);
	if (rc < 0)
		return rc;
	pt_page_section(page, "timeline", "Timeline");
	pt_html_leaff(
	    &page->html, "p", "note",
	    "Times are of %s. A bar that is too short to be seen is drawn a little longer.",
	    pt_zone_name(page->history->zone));
	pt_html_open_class(&page->html, "div", "scroll gantt");
	pt_html_attr(&page->html, "tabindex", "0");
	pt_html_attr(&page->html, "role", "region");
	pt_html_attr(&page->html, "aria-label", "Timeline; scrolls sideways");
	pt_html_open_class(&page->html, "div", "gantt-in");
	labels(&chart);
	plot(&chart);
	pt_html_close(&page->html);
	pt_html_close(&page->html);
	key(&chart);
	table(&chart);
	pt_html_close(&page->html);
	return 0;
}
