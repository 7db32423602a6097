/* See soql_lex.h. Here: what stands to the right of an operator. */
#include <string.h>

#include "base/instant.h"
#include "connectors/emulator/soql_lex.h"

enum { LONGEST_TIME = 40, FIRST_PAIR = 0xd800, SECOND_PAIR = 0xdc00, AFTER_PAIRS = 0xe000 };

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads \uXXXX; the string's closing quote ends a short one. */
static bool take_unit(uint32_t *out, const char **at)
{
	uint32_t unit = 0;

	if ((*at)[0] != '\\' || ((*at)[1] | 0x20) != 'u')
		return false;
	for (size_t i = 2; i < 6; i++) {
		int digit = hex((*at)[i]);

		if (digit < 0)
			return false;
		unit = unit * 16 + (uint32_t)digit;
	}
	*at += 6;
	*out = unit;
	return true;
}

static bool take_point(uint32_t *out, const char **at)
{
	uint32_t unit, second;

	if (!take_unit(&unit, at) || unit == 0)
		return false;
	*out = unit;
	if (unit < FIRST_PAIR || unit >= AFTER_PAIRS)
		return true;
	if (unit >= SECOND_PAIR || !take_unit(&second, at) || second < SECOND_PAIR ||
	    second >= AFTER_PAIRS)
		return false;
	*out = 0x10000 + ((unit - FIRST_PAIR) << 10) + (second - SECOND_PAIR);
	return true;
}

static char *put_utf8(char *to, uint32_t point)
{
	if (point < 0x80) {
		*to++ = (char)point;
	} else if (point < 0x800) {
		*to++ = (char)(0xc0 | point >> 6);
		*to++ = (char)(0x80 | (point & 0x3f));
	} else if (point < 0x10000) {
		*to++ = (char)(0xe0 | point >> 12);
		*to++ = (char)(0x80 | (point >> 6 & 0x3f));
		*to++ = (char)(0x80 | (point & 0x3f));
	} else {
		*to++ = (char)(0xf0 | point >> 18);
		*to++ = (char)(0x80 | (point >> 12 & 0x3f));
		*to++ = (char)(0x80 | (point >> 6 & 0x3f));
		*to++ = (char)(0x80 | (point & 0x3f));
	}
	return to;
}

/* The character that a backslash and this one stand for; NUL: none. */
static char escaped(char c, bool like)
{
	static const char from[] = "nNrRtTbBfF\"'\\", to[] = "\n\n\r\r\t\t\b\b\f\f\"'\\";
	const char *found = c ? strchr(from, c) : NULL;

	if (found)
		return to[found - from];
	return like && (c == '%' || c == '_') ? c : '\0';
}

static bool take_escape(char **to, const char **at, bool like)
{
	char c = escaped((*at)[1], like);
	uint32_t point;

	if (c) {
		*(*to)++ = c;
		*at += 2;
		return true;
	}
	if (!take_point(&point, at))
		return false;
	*to = put_utf8(*to, point);
	return true;
}

static bool take_plain(char **to, const char **at, bool like)
{
	char c = *(*at)++;

	if (c == '\0' || (unsigned char)c >= PT_SOQL_ONE)
		return false;
	if (like && c == '%')
		c = (char)PT_SOQL_ANY;
	else if (like && c == '_')
		c = (char)PT_SOQL_ONE;
	*(*to)++ = c;
	return true;
}

static bool read_string(struct pt_soql_parser *p, struct pt_soql_literal *out, bool like)
{
	const char *at = out->name.text + 1, *end = out->name.text + out->name.len - 1;
	char *text = pt_arena_alloc(p->arena, out->name.len, 1), *to = text;

	if (!text)
		return pt_soql_nomem(p);
	out->kind = PT_SOQL_IS_TEXT;
	out->value.text = text;
	while (at < end) {
		struct pt_soql_name place = {at, 1};
		bool ok = *at == '\\' ? take_escape(&to, &at, like) : take_plain(&to, &at, like);

		if (!ok)
			return pt_soql_refuse_at(p, &place, "MALFORMED_QUERY",
						 "this character, or sequence with a backslash, "
						 "must not be in a string");
	}
	return true;
}

static bool read_integer(int64_t *out, const struct pt_soql_name *name)
{
	const char *at = name->text, *end = name->text + name->len;
	bool negative = *at == '-';
	int64_t value = 0;

	at += *at == '-' || *at == '+';
	for (; at < end; at++) {
		int digit = *at - '0';

		if (digit < 0 || digit > 9 || value > (INT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*out = negative ? -value : value;
	return true;
}

static bool read_time(struct pt_soql_literal *out)
{
	char text[LONGEST_TIME + 1];
	enum pt_civil_form form;
	struct pt_civil civil;
	int64_t offset_ms;

	if (out->name.len > LONGEST_TIME)
		return false;
	memcpy(text, out->name.text, out->name.len);
	text[out->name.len] = '\0';
	if (pt_civil_parse(&civil, &form, &offset_ms, text, NULL) < 0 || form == PT_CIVIL_LOCAL)
		return false;
	out->kind = form == PT_CIVIL_DATE ? PT_SOQL_IS_DATE : PT_SOQL_IS_TIME;
	out->value.number = pt_civil_to_ms(&civil) - offset_ms;
	return true;
}

static bool read_number(struct pt_soql_parser *p, struct pt_soql_literal *out)
{
	out->kind = PT_SOQL_IS_INT;
	if (read_integer(&out->value.number, &out->name) || read_time(out))
		return true;
	return pt_soql_refuse_at(p, &out->name, "MALFORMED_QUERY",
				 "'%.*s' is neither a whole number nor a date nor a time with its "
				 "zone, such as 2026-01-31T06:00:00Z",
				 pt_soql_shown(&out->name), out->name.text);
}

static bool read_word(struct pt_soql_parser *p, struct pt_soql_literal *out)
{
	out->kind = PT_SOQL_IS_BOOL;
	if (pt_soql_name_is(&out->name, "null")) {
		out->kind = PT_SOQL_IS_NULL;
		out->value.null = true;
	} else if (pt_soql_name_is(&out->name, "true")) {
		out->value.number = 1;
	} else if (!pt_soql_name_is(&out->name, "false")) {
		return pt_soql_refuse_at(p, &out->name, "MALFORMED_QUERY",
					 "unexpected token: '%.*s' (expected a value; relative "
					 "dates are not known here)",
					 pt_soql_shown(&out->name), out->name.text);
	}
	return true;
}

bool pt_soql_take_literal(struct pt_soql_parser *p, struct pt_soql_literal *out, bool like)
{
	enum pt_soql_token_kind kind = p->token.kind;
	bool ok;

	*out = (struct pt_soql_literal){.name = p->token.name};
	if (kind == PT_SOQL_TOKEN_STRING)
		ok = read_string(p, out, like);
	else if (kind == PT_SOQL_TOKEN_NUMBER)
		ok = read_number(p, out);
	else if (kind == PT_SOQL_TOKEN_WORD)
		ok = read_word(p, out);
	else
		ok = pt_soql_unexpected(p);
	if (ok)
		pt_soql_next(p);
	return ok;
}
