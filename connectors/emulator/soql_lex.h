/*
 * The words of a query, one at a time, and saying no to it; for soql_*.c only. Everything that
 * reads a query returns false when it is refused or there is no memory; the parser knows which.
 */
#ifndef PT_CONNECTORS_EMULATOR_SOQL_LEX_H
#define PT_CONNECTORS_EMULATOR_SOQL_LEX_H

#include "connectors/emulator/soql_query.h"

enum pt_soql_token_kind {
	PT_SOQL_TOKEN_END,
	PT_SOQL_TOKEN_WORD,
	PT_SOQL_TOKEN_STRING, /* with its quotes */
	PT_SOQL_TOKEN_NUMBER, /* whatever begins like one: a time too */
	PT_SOQL_TOKEN_OP,     /* = != <> < <= > >= */
	PT_SOQL_TOKEN_OPEN,
	PT_SOQL_TOKEN_CLOSE,
	PT_SOQL_TOKEN_COMMA,
	PT_SOQL_TOKEN_DOT,
	PT_SOQL_TOKEN_UNCLOSED, /* a string without an end */
	PT_SOQL_TOKEN_BAD,
};

struct pt_soql_token {
	enum pt_soql_token_kind kind;
	enum pt_soql_op op;
	struct pt_soql_name name;
};

struct pt_soql_parser {
	struct pt_arena *arena;
	const struct pt_soql_schema *schema;
	const char *text, *end;     /* the query's own copy; a NUL stands at the end */
	struct pt_soql_token token; /* the next, not taken yet */
	struct pt_soql_refusal *refusal;
	bool nomem;
};

/* Takes a token; the one after is the next. */
void pt_soql_next(struct pt_soql_parser *p);

/* Without regard to case. */
bool pt_soql_name_is(const struct pt_soql_name *name, const char *word);
bool pt_soql_at_word(const struct pt_soql_parser *p, const char *word);

/* Takes the word if it is the next. */
bool pt_soql_take_word(struct pt_soql_parser *p, const char *word);
bool pt_soql_take(struct pt_soql_parser *p, enum pt_soql_token_kind kind);

/* The same, and refuses if it is not. */
bool pt_soql_expect_word(struct pt_soql_parser *p, const char *word);
bool pt_soql_expect(struct pt_soql_parser *p, enum pt_soql_token_kind kind);

/* All return false. The place is shown with the text around it, as the platform does. */
bool pt_soql_refuse(struct pt_soql_parser *p, const char *code, const char *fmt, ...)
    PT_PRINTF(3, 4);
bool pt_soql_refuse_at(struct pt_soql_parser *p, const struct pt_soql_name *name, const char *code,
		       const char *fmt, ...) PT_PRINTF(4, 5);
bool pt_soql_unexpected(struct pt_soql_parser *p);
bool pt_soql_nomem(struct pt_soql_parser *p);

/* For "%.*s" in a message: so much of a name, and no more than fits. */
int pt_soql_shown(const struct pt_soql_name *name);

/* soql_literal.c: the literal that is next; `like`: a pattern with wildcards. */
bool pt_soql_take_literal(struct pt_soql_parser *p, struct pt_soql_literal *out, bool like);

/* soql_check.c: finds what the names of a query mean. */
bool pt_soql_check(struct pt_soql_parser *p, struct pt_soql_select *select);

/* soql_check_where.c */
bool pt_soql_check_where(struct pt_soql_parser *p, struct pt_soql_cond *cond,
			 const struct pt_soql_object *object);

/* soql_path.c: finds the fields of a path. */
bool pt_soql_check_path(struct pt_soql_parser *p, struct pt_soql_path *path,
			const struct pt_soql_object *object);
bool pt_soql_check_flag(struct pt_soql_parser *p, const struct pt_soql_path *path,
			enum pt_soql_flag flag);
bool pt_soql_path_same(const struct pt_soql_path *a, const struct pt_soql_path *b);

/* An object by its name; NULL: there is none. */
const struct pt_soql_object *pt_soql_object_named(const struct pt_soql_schema *schema,
						  const char *name, size_t len);

/* Which of its fields has that name; false: none. */
bool pt_soql_field_named(size_t *out, const struct pt_soql_object *object,
			 const struct pt_soql_name *name);

#endif
