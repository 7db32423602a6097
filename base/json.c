/* See json.h. */
#include "base/json.h"

#include <string.h>

#include "base/instant.h"
#include "base/utf8.h"

void pt_json_init(struct pt_json *json, struct pt_buf *out)
{
	*json = (struct pt_json){.out = out, .first = true};
}

void pt_json_quote(struct pt_buf *out, const char *text)
{
	pt_buf_char(out, '"');
	for (const unsigned char *p = (const unsigned char *)text; *p;) {
		size_t n = pt_utf8_len(p);

		if (n == 0)
			pt_buf_str(out, "\xef\xbf\xbd");
		else if (*p == '"' || *p == '\\')
			pt_buf_printf(out, "\\%c", *p);
		else if (*p == '\n')
			pt_buf_str(out, "\\n");
		else if (*p < 0x20 || *p == 0x7f)
			pt_buf_printf(out, "\\u%04x", *p);
		else
			pt_buf_bytes(out, p, n);
		p += n ? n : 1;
	}
	pt_buf_char(out, '"');
}

static void new_line(struct pt_json *json)
{
	if (json->compact)
		return;
	pt_buf_char(json->out, '\n');
	pt_buf_repeat(json->out, ' ', 2 * (size_t)json->depth);
}

/* Whatever comes between the value before and this one, and its key. */
static void begin_value(struct pt_json *json, const char *key)
{
	if (!json->first)
		pt_buf_str(json->out, json->compact ? ", " : ",");
	if (json->depth > 0)
		new_line(json);
	json->first = false;
	if (key) {
		pt_json_quote(json->out, key);
		pt_buf_str(json->out, ": ");
	}
}

static void open_with(struct pt_json *json, const char *key, char bracket)
{
	begin_value(json, key);
	pt_buf_char(json->out, bracket);
	json->depth++;
	json->first = true;
}

static void close_with(struct pt_json *json, char bracket)
{
	json->depth--;
	if (!json->first)
		new_line(json);
	pt_buf_char(json->out, bracket);
	json->first = false;
	if (json->depth == 0)
		pt_buf_char(json->out, '\n');
}

void pt_json_object(struct pt_json *json, const char *key)
{
	open_with(json, key, '{');
}

void pt_json_object_end(struct pt_json *json)
{
	close_with(json, '}');
}

void pt_json_array(struct pt_json *json, const char *key)
{
	open_with(json, key, '[');
}

void pt_json_array_end(struct pt_json *json)
{
	close_with(json, ']');
}

void pt_json_str(struct pt_json *json, const char *key, const char *value)
{
	begin_value(json, key);
	if (value)
		pt_json_quote(json->out, value);
	else
		pt_buf_str(json->out, "null");
}

void pt_json_int(struct pt_json *json, const char *key, int64_t value)
{
	begin_value(json, key);
	pt_buf_printf(json->out, "%lld", (long long)value);
}

void pt_json_bool(struct pt_json *json, const char *key, bool value)
{
	begin_value(json, key);
	pt_buf_str(json->out, value ? "true" : "false");
}

void pt_json_time(struct pt_json *json, const char *key, int64_t ms)
{
	char text[PT_INSTANT_TEXT];

	pt_json_str(json, key, pt_instant_text(text, ms));
}

void pt_json_lines(struct pt_json *json, const char *key, const char *text)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;

	pt_json_array(json, key);
	while (*text) {
		size_t len = strcspn(text, "\n");

		pt_buf_clear(&line);
		pt_buf_bytes(&line, text, len);
		pt_json_str(json, NULL, pt_buf_text(&line));
		text += len + (text[len] == '\n');
	}
	pt_buf_lean(json->out, &line);
	pt_json_array_end(json);
}
