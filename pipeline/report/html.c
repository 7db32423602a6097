/* See html.h. */
#include "pipeline/report/html.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void pt_html_init(struct pt_html *html, struct pt_buf *out)
{
	*html = (struct pt_html){.out = out, .scratch = PT_BUF_INIT};
}

void pt_html_release(struct pt_html *html)
{
	pt_buf_release(&html->scratch);
}

static void put_escaped(struct pt_buf *out, const char *piece, size_t n)
{
	switch (*piece) {
	case '&':
		pt_buf_str(out, "&amp;");
		break;
	case '<':
		pt_buf_str(out, "&lt;");
		break;
	case '>':
		pt_buf_str(out, "&gt;");
		break;
	case '"':
		pt_buf_str(out, "&quot;");
		break;
	case '\'':
		pt_buf_str(out, "&#39;");
		break;
	default:
		pt_buf_bytes(out, piece, n);
	}
}

static void escape(struct pt_buf *out, const char *text, size_t most)
{
	const char *piece;
	size_t n;

	while (most-- && (piece = pt_utf8_shown(&n, &text)))
		put_escaped(out, piece, n);
	if (*text)
		pt_buf_str(out, " …");
}

void pt_html_content(struct pt_html *html)
{
	if (html->in_tag)
		pt_buf_char(html->out, '>');
	html->in_tag = false;
}

void pt_html_open(struct pt_html *html, const char *element)
{
	pt_html_content(html);
	assert(html->depth < PT_HTML_DEPTH);
	html->element[html->depth++] = element;
	pt_buf_char(html->out, '<');
	pt_buf_str(html->out, element);
	html->in_tag = true;
}

/* HTML has no end tag for these, and knows no other element that ends at once. */
static bool is_void(const char *element)
{
	static const char *const names[] = {"meta", "br",   "input",  "rect",
					    "path", "line", "circle", "col"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		if (strcmp(names[i], element) == 0)
			return true;
	}
	return false;
}

/* A line for each of what comes in large numbers. */
static bool ends_line(const char *element)
{
	static const char *const names[] = {"tr",   "div",  "section", "g",  "rect", "path",
					    "line", "h1",   "h2",      "h3", "p",    "li",
					    "text", "meta", "dl",      "ul", "ol",   "svg"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		if (strcmp(names[i], element) == 0)
			return true;
	}
	return false;
}

void pt_html_close(struct pt_html *html)
{
	assert(html->depth > 0);
	const char *element = html->element[--html->depth];

	if (html->in_tag && is_void(element)) {
		pt_buf_str(html->out, " />");
		html->in_tag = false;
	} else {
		pt_html_content(html);
		pt_buf_str(html->out, "</");
		pt_buf_str(html->out, element);
		pt_buf_char(html->out, '>');
	}
	if (ends_line(element))
		pt_buf_char(html->out, '\n');
}

void pt_html_attr(struct pt_html *html, const char *name, const char *value)
{
	assert(html->in_tag);
	pt_buf_char(html->out, ' ');
	pt_buf_str(html->out, name);
	pt_buf_str(html->out, "=\"");
	escape(html->out, value, SIZE_MAX);
	pt_buf_char(html->out, '"');
}

static const char *format(struct pt_html *html, const char *fmt, va_list args) PT_PRINTF(2, 0);

static const char *format(struct pt_html *html, const char *fmt, va_list args)
{
	char line[256];
	va_list again;

	va_copy(again, args);
	int n = vsnprintf(line, sizeof(line), fmt, args);

	pt_buf_clear(&html->scratch);
	if (n >= 0 && (size_t)n < sizeof(line)) {
		pt_buf_str(&html->scratch, line);
	} else if (n >= 0) {
		char *to = pt_buf_reserve(&html->scratch, (size_t)n + 1);

		if (to)
			(void)vsnprintf(to, (size_t)n + 1, fmt, again);
		if (to)
			html->scratch.len = (size_t)n;
	}
	va_end(again);
	pt_buf_lean(html->out, &html->scratch);
	return pt_buf_text(&html->scratch);
}

void pt_html_attrf(struct pt_html *html, const char *name, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pt_html_attr(html, name, format(html, fmt, args));
	va_end(args);
}

void pt_html_attr_int(struct pt_html *html, const char *name, int64_t value)
{
	pt_html_attrf(html, name, "%lld", (long long)value);
}

void pt_html_text_most(struct pt_html *html, const char *text, size_t most)
{
	pt_html_content(html);
	escape(html->out, text, most);
}

void pt_html_text(struct pt_html *html, const char *text)
{
	pt_html_text_most(html, text, SIZE_MAX);
}

void pt_html_textf(struct pt_html *html, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pt_html_text(html, format(html, fmt, args));
	va_end(args);
}

void pt_html_open_class(struct pt_html *html, const char *element, const char *class_)
{
	pt_html_open(html, element);
	pt_html_attr(html, "class", class_);
}

void pt_html_leaf(struct pt_html *html, const char *element, const char *class_, const char *text)
{
	pt_html_open(html, element);
	if (class_)
		pt_html_attr(html, "class", class_);
	pt_html_text(html, text);
	pt_html_close(html);
}

void pt_html_leaff(struct pt_html *html, const char *element, const char *class_, const char *fmt,
		   ...)
{
	va_list args;

	va_start(args, fmt);
	pt_html_leaf(html, element, class_, format(html, fmt, args));
	va_end(args);
}

const char *pt_count_text(char buf[PT_COUNT_TEXT], uint64_t n)
{
	char digits[PT_COUNT_TEXT];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

void pt_html_count(struct pt_html *html, uint64_t n)
{
	char text[PT_COUNT_TEXT];

	pt_html_text(html, pt_count_text(text, n));
}

void pt_html_own(struct pt_html *html, const char *literal)
{
	pt_html_content(html);
	pt_buf_str(html->out, literal);
}
