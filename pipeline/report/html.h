/*
 * Writes HTML and SVG that is well-formed XML at the same time. Whatever is not the name of
 * an element or an attribute goes through pt_html_text() or pt_html_attr(), which escape
 * it: there is no other way in but pt_html_own(), for what stands in this program's source.
 *
 *     pt_html_open(&html, "td");
 *     pt_html_attr(&html, "class", "name");
 *     pt_html_text(&html, org->name);
 *     pt_html_close(&html);
 *
 * Text that people chose is shown as pt_utf8_shown() shows it.
 */
#ifndef PT_PIPELINE_REPORT_HTML_H
#define PT_PIPELINE_REPORT_HTML_H

#include <stdint.h>

#include "base/buf.h"

enum { PT_HTML_DEPTH = 32 };

struct pt_html {
	struct pt_buf *out; /* borrowed */
	struct pt_buf scratch;
	const char *element[PT_HTML_DEPTH]; /* that are open; borrowed, literals */
	unsigned depth;
	bool in_tag; /* its attributes may still follow */
};

void pt_html_init(struct pt_html *html, struct pt_buf *out);
void pt_html_release(struct pt_html *html);

/* Names are literals. Elements must be closed in order; depth is our own affair. */
void pt_html_open(struct pt_html *html, const char *element);
void pt_html_close(struct pt_html *html);

/* Of the element just opened, before anything in it. */
void pt_html_attr(struct pt_html *html, const char *name, const char *value);
void pt_html_attrf(struct pt_html *html, const char *name, const char *fmt, ...) PT_PRINTF(3, 4);
void pt_html_attr_int(struct pt_html *html, const char *name, int64_t value);

void pt_html_text(struct pt_html *html, const char *text);
void pt_html_textf(struct pt_html *html, const char *fmt, ...) PT_PRINTF(2, 3);

/* At most that many characters, and " …" for the rest. */
void pt_html_text_most(struct pt_html *html, const char *text, size_t most);

/* An element with a class (NULL: none) and a text and nothing else. */
void pt_html_leaf(struct pt_html *html, const char *element, const char *class_, const char *text);
void pt_html_leaff(struct pt_html *html, const char *element, const char *class_, const char *fmt,
		   ...) PT_PRINTF(4, 5);

/* open() with a class. */
void pt_html_open_class(struct pt_html *html, const char *element, const char *class_);

/* "1,234,567" */
void pt_html_count(struct pt_html *html, uint64_t n);

/* As it is: style, script, and markup of our own. Never what was read. */
void pt_html_own(struct pt_html *html, const char *literal);

/* Ends the tag under way, for whoever writes to `out` next. */
void pt_html_content(struct pt_html *html);

enum { PT_COUNT_TEXT = 32 };
/* Digits in groups of three. Returns buf. */
const char *pt_count_text(char buf[PT_COUNT_TEXT], uint64_t n);

#endif
