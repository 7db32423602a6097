/* See soql_lex.h. */
#include "connectors/emulator/soql_lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	BEFORE = 40, /* of the query, what is shown before and after the place of an error */
	AFTER = 40,
	SHOWN = 60, /* of a name */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *word_end(const char *at)
{
	while (is_word(*at))
		at++;
	return at;
}

/* The text ends in a NUL, which no loop here goes over. */
static const char *number_end(const char *at)
{
	do
		at++;
	while (is_word(*at) || *at == ':' || *at == '.' || *at == '+' || *at == '-');
	return at;
}

static const char *string_end(struct pt_soql_token *token, const char *at, const char *end)
{
	for (at++; at < end && *at != '\''; at++)
		at += *at == '\\' && at + 1 < end;
	if (at < end)
		return at + 1;
	token->kind = PT_SOQL_TOKEN_UNCLOSED;
	return end;
}

static const char *operator_end(struct pt_soql_token *token, const char *at)
{
	static const struct {
		const char *text;
		enum pt_soql_op op;
	} operators[] = {{"!=", PT_SOQL_NE}, {"<>", PT_SOQL_NE}, {"<=", PT_SOQL_LE},
			 {">=", PT_SOQL_GE}, {"<", PT_SOQL_LT},  {">", PT_SOQL_GT},
			 {"=", PT_SOQL_EQ}};

	for (size_t i = 0; i < PT_ARRAY_LEN(operators); i++) {
		size_t len = strlen(operators[i].text);

		if (strncmp(at, operators[i].text, len) == 0) {
			token->kind = PT_SOQL_TOKEN_OP;
			token->op = operators[i].op;
			return at + len;
		}
	}
	token->kind = PT_SOQL_TOKEN_BAD;
	return at + 1;
}

static enum pt_soql_token_kind kind_of(const char *at)
{
	switch (*at) {
	case '\'':
		return PT_SOQL_TOKEN_STRING;
	case '(':
		return PT_SOQL_TOKEN_OPEN;
	case ')':
		return PT_SOQL_TOKEN_CLOSE;
	case ',':
		return PT_SOQL_TOKEN_COMMA;
	case '.':
		return PT_SOQL_TOKEN_DOT;
	case '+':
	case '-':
		return is_digit(at[1]) ? PT_SOQL_TOKEN_NUMBER : PT_SOQL_TOKEN_BAD;
	default:
		if (is_digit(*at))
			return PT_SOQL_TOKEN_NUMBER;
		return is_word(*at) ? PT_SOQL_TOKEN_WORD : PT_SOQL_TOKEN_OP;
	}
}

void pt_soql_next(struct pt_soql_parser *p)
{
	struct pt_soql_token *token = &p->token;
	const char *at = token->name.text + token->name.len, *end;

	while (at < p->end && is_blank(*at))
		at++;
	token->kind = at == p->end ? PT_SOQL_TOKEN_END : kind_of(at);
	end = at + 1;
	if (token->kind == PT_SOQL_TOKEN_WORD)
		end = word_end(at);
	else if (token->kind == PT_SOQL_TOKEN_NUMBER)
		end = number_end(at);
	else if (token->kind == PT_SOQL_TOKEN_STRING)
		end = string_end(token, at, p->end);
	else if (token->kind == PT_SOQL_TOKEN_OP)
		end = operator_end(token, at);
	else if (token->kind == PT_SOQL_TOKEN_END)
		end = at;
	token->name = (struct pt_soql_name){at, (size_t)(end - at)};
}

bool pt_soql_name_is(const struct pt_soql_name *name, const char *word)
{
	return strncasecmp(name->text, word, name->len) == 0 && word[name->len] == '\0';
}

bool pt_soql_at_word(const struct pt_soql_parser *p, const char *word)
{
	return p->token.kind == PT_SOQL_TOKEN_WORD && pt_soql_name_is(&p->token.name, word);
}

bool pt_soql_take_word(struct pt_soql_parser *p, const char *word)
{
	bool is = pt_soql_at_word(p, word);

	if (is)
		pt_soql_next(p);
	return is;
}

bool pt_soql_take(struct pt_soql_parser *p, enum pt_soql_token_kind kind)
{
	bool is = p->token.kind == kind;

	if (is)
		pt_soql_next(p);
	return is;
}

bool pt_soql_expect_word(struct pt_soql_parser *p, const char *word)
{
	return pt_soql_take_word(p, word) || pt_soql_unexpected(p);
}

bool pt_soql_expect(struct pt_soql_parser *p, enum pt_soql_token_kind kind)
{
	return pt_soql_take(p, kind) || pt_soql_unexpected(p);
}

int pt_soql_shown(const struct pt_soql_name *name)
{
	return name->len > SHOWN ? SHOWN : (int)name->len;
}

/* What is shown of a query goes into an answer, so it is made fit for one. */
static void plain(char *text)
{
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e)
			*text = ' ';
	}
}

/* The line with the place, as far as it fits, and an arrow under it. Returns its length. */
static size_t show_place(char out[PT_SOQL_MESSAGE], const struct pt_soql_parser *p, const char *at)
{
	const char *line = p->text, *from, *to = at;
	unsigned row = 1;
	char excerpt[BEFORE + AFTER + 1];

	for (const char *c = p->text; c < at; c++) {
		if (*c == '\n') {
			row++;
			line = c + 1;
		}
	}
	from = at - line > BEFORE ? at - BEFORE : line;
	while (to < p->end && to - at < AFTER && *to != '\n')
		to++;
	memcpy(excerpt, from, (size_t)(to - from));
	for (char *c = excerpt; c < excerpt + (to - from); c++)
		*c = *c == '\0' ? ' ' : *c;
	excerpt[to - from] = '\0';
	plain(excerpt);
	return (size_t)snprintf(out, PT_SOQL_MESSAGE, "\n%s\n%*s^\nERROR at Row:%u:Column:%zu\n",
				excerpt, (int)(at - from), "", row, (size_t)(at - line) + 1);
}

bool pt_soql_refuse_at(struct pt_soql_parser *p, const struct pt_soql_name *name, const char *code,
		       const char *fmt, ...)
{
	char *out = p->refusal->message;
	size_t len = show_place(out, p, name->text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(out + len, PT_SOQL_MESSAGE - len, fmt, args);
	va_end(args);
	plain(out + len);
	p->refusal->code = code;
	return false;
}

bool pt_soql_refuse(struct pt_soql_parser *p, const char *code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(p->refusal->message, PT_SOQL_MESSAGE, fmt, args);
	va_end(args);
	plain(p->refusal->message);
	p->refusal->code = code;
	return false;
}

bool pt_soql_nomem(struct pt_soql_parser *p)
{
	p->nomem = true;
	return false;
}

/* Words that are right in SOQL but begin what is not done here. */
static bool is_beyond(const struct pt_soql_parser *p)
{
	static const char *const words[] = {"HAVING", "FOR",      "WITH",   "USING",   "TYPEOF",
					    "ALL",    "INCLUDES", "UPDATE", "EXCLUDES"};

	for (size_t i = 0; i < PT_ARRAY_LEN(words); i++) {
		if (pt_soql_at_word(p, words[i]))
			return true;
	}
	return false;
}

bool pt_soql_unexpected(struct pt_soql_parser *p)
{
	const struct pt_soql_name *name = &p->token.name;

	if (p->token.kind == PT_SOQL_TOKEN_END)
		return pt_soql_refuse(p, "MALFORMED_QUERY", "unexpected token: '<EOF>'");
	if (p->token.kind == PT_SOQL_TOKEN_UNCLOSED)
		return pt_soql_refuse_at(p, name, "MALFORMED_QUERY",
					 "the string that begins here has no closing quote");
	if (is_beyond(p))
		return pt_soql_refuse_at(p, name, "MALFORMED_QUERY",
					 "unexpected token: '%.*s' (a part of SOQL that is not "
					 "known here)",
					 pt_soql_shown(name), name->text);
	return pt_soql_refuse_at(p, name, "MALFORMED_QUERY", "unexpected token: '%.*s'",
				 pt_soql_shown(name), name->text);
}
