/* See ics_lines.h. */
#include "connectors/calendar/ics_lines.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void pt_ics_lines_init(struct pt_ics_lines *out, const char *data, size_t size_bytes,
		       const char *path)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t skip = size_bytes >= 3 && memcmp(data, mark, 3) == 0 ? 3 : 0;

	*out = (struct pt_ics_lines){
	    .at = data + skip, .end = data + size_bytes, .next_line = 1, .src = {.file = path}};
}

void pt_ics_lines_release(struct pt_ics_lines *lines)
{
	pt_buf_release(&lines->text);
}

/* The next line of the file as it stands there, without its end. */
static size_t take_physical(const char **out, struct pt_ics_lines *lines)
{
	size_t left = (size_t)(lines->end - lines->at);
	const char *newline = memchr(lines->at, '\n', left);
	size_t len = newline ? (size_t)(newline - lines->at) : left;

	*out = lines->at;
	lines->at += newline ? len + 1 : len;
	lines->next_line++;
	return len && (*out)[len - 1] == '\r' ? len - 1 : len;
}

static bool is_folded(const struct pt_ics_lines *lines)
{
	return lines->at < lines->end && (*lines->at == ' ' || *lines->at == '\t');
}

/* One content line, however often it is folded, into text. Blank ones are left out. */
static int unfold(struct pt_ics_lines *lines, struct pt_err *err)
{
	const char *piece;
	size_t len = 0;

	pt_buf_clear(&lines->text);
	while (len == 0 && lines->at < lines->end) {
		if (is_folded(lines)) {
			lines->src.line = lines->next_line;
			return pt_err_at(err, PT_E_SYNTAX, lines->src,
					 "a line that continues nothing");
		}
		lines->src.line = lines->next_line;
		len = take_physical(&piece, lines);
	}
	if (len == 0)
		return 0;
	pt_buf_bytes(&lines->text, piece, len);
	while (is_folded(lines)) {
		len = take_physical(&piece, lines);
		/* A carriage return alone is less than the blank that folds. */
		if (len > 1)
			pt_buf_bytes(&lines->text, piece + 1, len - 1);
	}
	if (memchr(pt_buf_text(&lines->text), '\0', lines->text.len))
		return pt_err_at(err, PT_E_SYNTAX, lines->src, "a NUL byte, expected text");
	return pt_buf_check(&lines->text, err);
}

static size_t name_len(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

/* The end of one value of a parameter; NULL: its quotes do not end. */
static const char *value_end(const char *text)
{
	if (*text != '"')
		return text + strcspn(text, "\";:,");
	const char *quote = strchr(text + 1, '"');

	return quote ? quote + 1 : NULL;
}

/* "=value,value" from the '=' on: where it ends, or NULL. */
static const char *values_end(const char *at)
{
	if (*at != '=')
		return NULL;
	do
		at = value_end(at + 1);
	while (at && *at == ',');
	return at;
}

/* From after a name to the colon; NULL: there is none, or what is before it are no parameters. */
static const char *find_colon(const char *at)
{
	while (at && *at == ';') {
		size_t len = name_len(at + 1);

		at = len ? values_end(at + 1 + len) : NULL;
	}
	return at && *at == ':' ? at : NULL;
}

int pt_ics_lines_next(bool *got, struct pt_ics_lines *lines, struct pt_err *err)
{
	int rc = unfold(lines, err);

	if (rc < 0)
		return rc;
	*got = lines->text.len > 0;
	if (!*got)
		return 0;
	char *text = lines->text.data;
	size_t len = name_len(text);
	const char *colon = len ? find_colon(text + len) : NULL;

	if (!colon)
		return pt_err_at(err, PT_E_SYNTAX, lines->src,
				 "'%.40s' is not a line of a calendar, expected NAME:VALUE", text);
	lines->value = colon + 1;
	text[colon - text] = '\0';
	if (len < sizeof(lines->name)) {
		for (size_t i = 0; i < len; i++)
			lines->name[i] = (char)toupper((unsigned char)text[i]);
	}
	lines->name[len < sizeof(lines->name) ? len : 0] = '\0';
	lines->params = text + len;
	return 0;
}

/* What find_colon() went over is well-formed. */
bool pt_ics_param(const char **text_out, size_t *len_out, const struct pt_ics_lines *lines,
		  const char *name)
{
	for (const char *at = lines->params; at && *at == ';';) {
		size_t len = name_len(at + 1);
		const char *value = at + 1 + len + 1;

		if (len == strlen(name) && strncasecmp(at + 1, name, len) == 0) {
			bool quoted = *value == '"';

			*text_out = value + quoted;
			*len_out = (size_t)(value_end(value) - value) - (quoted ? 2 : 0);
			return true;
		}
		at = values_end(value - 1);
	}
	return false;
}
