/* See quote.h. */
#include "pipeline/draft/quote.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define BAD 0xFFFFFFFFU

/* How long a code point is by its first byte; 0: it begins none. */
static unsigned length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2 || first > 0xF4)
		return 0;
	return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

/* Written longer than need be, half of a pair, or beyond all planes. */
static bool is_wrong(unsigned point, unsigned len)
{
	return (len == 3 && point < 0x800) || (len == 4 && point < 0x10000) || point > 0x10FFFF ||
	       (point >= 0xD800 && point < 0xE000);
}

/* The code point at *at, which moves on; BAD where there is none. */
static unsigned next_point(const char **at)
{
	const unsigned char *p = (const unsigned char *)*at;
	unsigned len = length_of(p[0]);
	unsigned point = len == 1 ? p[0] : p[0] & (0x7FU >> len);

	for (unsigned i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80) {
			*at += 1;
			return BAD;
		}
		point = point << 6 | (p[i] & 0x3FU);
	}
	*at += len ? len : 1;
	return len == 0 || is_wrong(point, len) ? BAD : point;
}

bool pt_draft_is_utf8(const char *text)
{
	while (*text) {
		if (next_point(&text) == BAD)
			return false;
	}
	return true;
}

/* Controls, line ends of any kind, and what turns the direction of a line. */
static bool is_unseen(unsigned point)
{
	return point < 0x20 || (point >= 0x7F && point < 0xA0) ||
	       (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
	       (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF ||
	       (point & 0xFFFEU) == 0xFFFE;
}

static bool has_unseen(const char *text)
{
	while (*text) {
		if (is_unseen(next_point(&text)))
			return true;
	}
	return false;
}

/* Readers of one YAML or another take these for something else than a text. */
static bool is_word_of_yaml(const char *text)
{
	static const char *const words[] = {"null", "true", "false", "yes",  "no",  "on",
					    "off",  "y",    "n",     ".nan", ".inf"};

	for (size_t i = 0; i < PT_ARRAY_LEN(words); i++) {
		if (strcasecmp(text, words[i]) == 0)
			return true;
	}
	return false;
}

static bool is_plain(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char inside[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789_./+-";

	size_t begin = strspn(text, "./");

	return text[begin] && strchr(letters, text[begin]) && !text[strspn(text, inside)] &&
	       !is_word_of_yaml(text);
}

void pt_draft_quote(struct pt_buf *out, const char *text)
{
	if (is_plain(text)) {
		pt_buf_str(out, text);
		return;
	}
	if (!has_unseen(text)) {
		pt_buf_char(out, '\'');
		for (; *text; text++) {
			if (*text == '\'')
				pt_buf_char(out, '\'');
			pt_buf_char(out, *text);
		}
		pt_buf_char(out, '\'');
		return;
	}
	pt_buf_char(out, '"');
	while (*text) {
		const char *from = text;
		unsigned point = next_point(&text);

		if (is_unseen(point))
			pt_buf_printf(out, "\\U%08X", point);
		else if (point == '"' || point == '\\')
			pt_buf_printf(out, "\\%c", (char)point);
		else
			pt_buf_bytes(out, from, (size_t)(text - from));
	}
	pt_buf_char(out, '"');
}

void pt_draft_comment(struct pt_buf *out, const char *text)
{
	while (*text) {
		const char *from = text;
		unsigned point = next_point(&text);

		if (point == BAD || is_unseen(point))
			pt_buf_char(out, '?');
		else
			pt_buf_bytes(out, from, (size_t)(text - from));
	}
}

const char *pt_draft_squeeze(char buf[PT_DRAFT_SQUEEZED], const char *name)
{
	size_t len = 0;

	for (; *name && len + 4 < PT_DRAFT_SQUEEZED; name++) {
		if (*name == '&')
			len += (size_t)snprintf(buf + len, PT_DRAFT_SQUEEZED - len, "and");
		else if (isalnum((unsigned char)*name) || *name & 0x80)
			buf[len++] = (char)tolower((unsigned char)*name);
	}
	buf[len] = '\0';
	return buf;
}
