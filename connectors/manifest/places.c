/* See places.h. */
#include "connectors/manifest/places.h"

#include <string.h>

struct pt_place pt_place_start(const struct pt_reader_input *input, const char *text, unsigned line,
			       unsigned col)
{
	return (struct pt_place){
	    .at = text,
	    .end = input->data + input->size_bytes,
	    .src = {input->name, line, col},
	};
}

void pt_place_advance(struct pt_place *place, size_t nbyte)
{
	for (; nbyte && place->at < place->end; nbyte--, place->at++) {
		if (*place->at == '\n') {
			place->src.line++;
			place->src.col = 1;
		} else if (((unsigned char)place->at[0] & 0xc0) != 0x80) {
			place->src.col++;
		}
	}
}

void pt_place_skip_space(struct pt_place *place)
{
	while (place->at < place->end && *place->at && strchr(" \t\r\n", *place->at))
		pt_place_advance(place, 1);
}

static bool at_char(const struct pt_place *place, char c)
{
	return place->at < place->end && *place->at == c;
}

/* From a quote to behind the next one that no backslash stands before. */
static void skip_text(struct pt_place *place)
{
	pt_place_advance(place, 1);
	while (place->at < place->end && *place->at != '"')
		pt_place_advance(place, *place->at == '\\' ? 2 : 1);
	pt_place_advance(place, 1);
}

static void skip_value(struct pt_place *place)
{
	size_t depth = 0;

	while (place->at < place->end) {
		char c = *place->at;

		if (depth == 0 && (c == ',' || c == ']' || c == '}'))
			return;
		if (c == '"') {
			skip_text(place);
			continue;
		}
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
		pt_place_advance(place, 1);
	}
}

void pt_place_next(struct pt_place *item)
{
	skip_value(item);
	if (at_char(item, ','))
		pt_place_advance(item, 1);
	pt_place_skip_space(item);
}

struct pt_place pt_place_first(struct pt_place list)
{
	pt_place_skip_space(&list);
	pt_place_advance(&list, 1);
	pt_place_skip_space(&list);
	return list;
}

struct pt_place pt_place_key(struct pt_place object, const char *key)
{
	struct pt_place at = pt_place_first(object);
	size_t n = strlen(key);

	while (at_char(&at, '"')) {
		bool found = (size_t)(at.end - at.at) >= n + 2 && at.at[n + 1] == '"' &&
			     memcmp(at.at + 1, key, n) == 0;

		skip_text(&at);
		pt_place_skip_space(&at);
		pt_place_advance(&at, 1); /* the colon */
		pt_place_skip_space(&at);
		if (found)
			return at;
		pt_place_next(&at);
	}
	return object;
}

const char *pt_json_kind(const json_t *value)
{
	if (json_is_object(value))
		return "a map";
	if (json_is_array(value))
		return "a list";
	if (json_is_string(value))
		return "a text";
	return json_is_number(value) ? "a number" : json_is_null(value) ? "null" : "true or false";
}

int pt_json_fail(int rc, const struct pt_place *place, const json_error_t *why, const char *what,
		 struct pt_err *err)
{
	struct pt_src src = place->src;
	bool too_deep = json_error_code(why) == json_error_stack_overflow;

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (why->line > 1) {
		src.line += (unsigned)why->line - 1;
		src.col = why->column > 0 ? (unsigned)why->column : 1;
	} else if (why->column > 1) {
		src.col += (unsigned)why->column - 1;
	}
	return pt_err_at(err, too_deep ? PT_E_LIMIT : PT_E_SYNTAX, src, "malformed %s: %s", what,
			 why->text);
}

int pt_refuse_nul(const struct pt_reader_input *input, const char *what, struct pt_err *err)
{
	const char *nul = memchr(input->data, '\0', input->size_bytes);
	struct pt_place place = pt_place_start(input, input->data, 1, 1);

	if (!nul)
		return 0;
	pt_place_advance(&place, (size_t)(nul - input->data));
	return pt_err_at(err, PT_E_INVALID, place.src, "a NUL byte in %s", what);
}
