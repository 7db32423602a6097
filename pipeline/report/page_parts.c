/* What the sections of the page have in common. See page.h. */
#include <stdio.h>
#include <string.h>

#include "pipeline/report/page.h"

void pt_page_time(struct pt_page *page, int64_t ms)
{
	char utc[PT_INSTANT_TEXT], local[PT_INSTANT_TEXT];

	pt_html_open(&page->html, "time");
	pt_html_attr(&page->html, "datetime", pt_instant_text(utc, ms));
	pt_html_text(&page->html, pt_zone_text(local, page->history->zone, ms));
	pt_html_close(&page->html);
}

void pt_page_heads(struct pt_page *page, const char *const *name, size_t n, size_t first_number)
{
	struct pt_html *html = &page->html;

	pt_html_open(html, "thead");
	pt_html_open(html, "tr");
	for (size_t i = 0; i < n; i++) {
		pt_html_open(html, "th");
		pt_html_attr(html, "scope", "col");
		if (i >= first_number)
			pt_html_attr(html, "class", "n");
		pt_html_text(html, name[i]);
		pt_html_close(html);
	}
	pt_html_close(html);
	pt_html_close(html);
}

void pt_page_number(struct pt_page *page, uint64_t n)
{
	char text[PT_COUNT_TEXT];

	pt_html_leaf(&page->html, "td", n ? "n" : "n z", pt_count_text(text, n));
}

void pt_page_parts(struct pt_page_part part[PT_PAGE_PARTS], const struct pt_tally *t)
{
	const struct pt_page_part all[PT_PAGE_PARTS] = {
	    {"at target", "ok", t->at_target}, {"failed", "bad", pt_tally_failed(t)},
	    {"held", "held", t->held},         {"in flight", "fly", t->in_flight},
	    {"waiting", "wait", t->waiting},   {"unknown", "unk", t->unknown},
	    {"canceled", "can", t->canceled},  {"benign", "gone", t->benign},
	};

	memcpy(part, all, sizeof(all));
}

void pt_page_svg_text(struct pt_html *html, const char *class_, int x, int y, const char *text,
		      size_t most)
{
	pt_html_open(html, "text");
	pt_html_attr_int(html, "x", x);
	pt_html_attr_int(html, "y", y);
	if (class_)
		pt_html_attr(html, "class", class_);
	pt_html_text_most(html, text, most);
	pt_html_close(html);
}

void pt_page_svg_rect(struct pt_html *html, const char *class_, int x, int y, int width, int height)
{
	pt_html_open_class(html, "rect", class_);
	pt_html_attr_int(html, "x", x);
	pt_html_attr_int(html, "y", y);
	pt_html_attr_int(html, "width", width);
	pt_html_attr_int(html, "height", height);
	pt_html_close(html);
}

void pt_page_svg_line(struct pt_html *html, const char *class_, int x1, int y1, int x2, int y2)
{
	pt_html_open_class(html, "line", class_);
	pt_html_attr_int(html, "x1", x1);
	pt_html_attr_int(html, "y1", y1);
	pt_html_attr_int(html, "x2", x2);
	pt_html_attr_int(html, "y2", y2);
	pt_html_close(html);
}

void pt_page_bar_rects(struct pt_html *html, const struct pt_tally *tally, int x, int y, int width,
		       int height)
{
	struct pt_page_part part[PT_PAGE_PARTS];
	uint64_t sum = 0;
	int at = 0;

	pt_page_svg_rect(html, "f-none", x, y, width, height);
	pt_page_parts(part, tally);
	for (size_t i = 0; i < PT_PAGE_PARTS && tally->eligible; i++) {
		sum += part[i].n;
		int end = (int)(sum * (uint64_t)width / tally->eligible);

		/* What there is can be seen, however few. */
		if (part[i].n && end < at + 2)
			end = at + 2;
		if (end > width)
			end = width;
		if (part[i].n && end > at) {
			char class_[16];

			snprintf(class_, sizeof(class_), "f-%s", part[i].class_);
			pt_page_svg_rect(html, class_, x + at, y, end - at, height);
			at = end;
		}
	}
}

void pt_page_bar(struct pt_html *html, const struct pt_tally *tally, int width, int height)
{
	pt_html_open(html, "svg");
	pt_html_attr(html, "xmlns", "http://www.w3.org/2000/svg");
	pt_html_attrf(html, "viewBox", "0 0 %d %d", width, height);
	pt_html_attr_int(html, "width", width);
	pt_html_attr_int(html, "height", height);
	pt_html_attr(html, "preserveAspectRatio", "none");
	pt_html_attr(html, "aria-hidden", "true");
	pt_page_bar_rects(html, tally, 0, 0, width, height);
	pt_html_close(html);
}

void pt_page_drawing(struct pt_html *html, const char *id, const char *title, const char *desc,
		     int width, int height)
{
	pt_html_open(html, "svg");
	pt_html_attr(html, "xmlns", "http://www.w3.org/2000/svg");
	pt_html_attr(html, "role", "img");
	pt_html_attrf(html, "aria-labelledby", "%s-t %s-d", id, id);
	pt_html_attrf(html, "viewBox", "0 0 %d %d", width, height);
	pt_html_attr_int(html, "width", width);
	pt_html_attr_int(html, "height", height);
	pt_html_open(html, "title");
	pt_html_attrf(html, "id", "%s-t", id);
	pt_html_text(html, title);
	pt_html_close(html);
	pt_html_open(html, "desc");
	pt_html_attrf(html, "id", "%s-d", id);
	pt_html_text(html, desc);
	pt_html_close(html);
}
