/* See soql_lex.h. Here: conditions, whose values must be of their fields' kinds. */
#include <stdlib.h>
#include <string.h>

#include "connectors/emulator/soql_lex.h"

static bool is_list(enum pt_soql_op op)
{
	return op == PT_SOQL_IN || op == PT_SOQL_NOT_IN;
}

/* Whether it only asks if values are the same. */
static bool is_equality(enum pt_soql_op op)
{
	return op == PT_SOQL_EQ || op == PT_SOQL_NE || is_list(op);
}

static bool is_id(const char *text)
{
	size_t len = strlen(text);

	if (len != PT_SOQL_ID_LEN && len != PT_SOQL_ID_LEN + 3)
		return false;
	for (; *text; text++) {
		char lower = (char)(*text | 0x20);

		if ((*text < '0' || *text > '9') && (lower < 'a' || lower > 'z'))
			return false;
	}
	return true;
}

static bool check_operator(struct pt_soql_parser *p, const struct pt_soql_cond *cond,
			   const struct pt_soql_field *field)
{
	static const char *const types[] = {"id", "string", "int", "boolean", "dateTime"};

	if (is_equality(cond->op) || field->type == PT_SOQL_STRING)
		return true;
	if (cond->op != PT_SOQL_LIKE && field->type != PT_SOQL_BOOL)
		return true;
	return pt_soql_refuse_at(p, &cond->word, "INVALID_QUERY_FILTER_OPERATOR",
				 "invalid operator '%.*s' on %s field '%s'",
				 pt_soql_shown(&cond->word), cond->word.text, types[field->type],
				 field->name);
}

static bool check_null(struct pt_soql_parser *p, const struct pt_soql_cond *cond,
		       const struct pt_soql_literal *literal)
{
	if (is_equality(cond->op))
		return true;
	return pt_soql_refuse_at(p, &literal->name, "INVALID_QUERY_FILTER_OPERATOR",
				 "null is only compared by = and !=");
}

static bool check_text(struct pt_soql_parser *p, const struct pt_soql_cond *cond,
		       const struct pt_soql_field *field, struct pt_soql_literal *literal)
{
	/* A field has no empty text: that is null. */
	if (literal->value.text[0] == '\0' && is_equality(cond->op))
		literal->value.null = true;
	else if (field->type == PT_SOQL_ID && !is_id(literal->value.text))
		return pt_soql_refuse_at(p, &literal->name, "INVALID_QUERY_FILTER_OPERATOR",
					 "invalid ID field: %.60s", literal->value.text);
	return true;
}

static bool check_literal(struct pt_soql_parser *p, const struct pt_soql_cond *cond,
			  const struct pt_soql_field *field, struct pt_soql_literal *literal)
{
	static const struct {
		enum pt_soql_kind kind;
		const char *expected;
	} kinds[] = {
	    [PT_SOQL_ID] = {PT_SOQL_IS_TEXT, "id and enclosed in quotes"},
	    [PT_SOQL_STRING] = {PT_SOQL_IS_TEXT, "string and enclosed in quotes"},
	    [PT_SOQL_INT] = {PT_SOQL_IS_INT, "int and not enclosed in quotes"},
	    [PT_SOQL_BOOL] = {PT_SOQL_IS_BOOL, "boolean, true or false, not enclosed in quotes"},
	    [PT_SOQL_TIME] = {PT_SOQL_IS_TIME, "dateTime and not enclosed in quotes"},
	};

	if (literal->kind == PT_SOQL_IS_NULL)
		return check_null(p, cond, literal);
	if (literal->kind != kinds[field->type].kind)
		return pt_soql_refuse_at(p, &literal->name, "INVALID_FIELD",
					 "value of filter criterion for field '%s' must be of type "
					 "%s",
					 field->name, kinds[field->type].expected);
	if (literal->kind == PT_SOQL_IS_TEXT)
		return check_text(p, cond, field, literal);
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct pt_soql_literal *x = a, *y = b;

	return pt_soql_compare(PT_SOQL_ID, &x->value, &y->value);
}

static int by_text(const void *a, const void *b)
{
	const struct pt_soql_literal *x = a, *y = b;

	return pt_soql_compare(PT_SOQL_STRING, &x->value, &y->value);
}

static int by_number(const void *a, const void *b)
{
	const struct pt_soql_literal *x = a, *y = b;

	return pt_soql_compare(PT_SOQL_INT, &x->value, &y->value);
}

/* Lists are looked up by halving them. */
static void order_list(struct pt_soql_cond *cond, enum pt_soql_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < cond->nliteral; i++) {
		if (!cond->literal[i].value.null)
			cond->literal[n++] = cond->literal[i];
	}
	cond->has_null = n < cond->nliteral;
	cond->nliteral = n;
	qsort(cond->literal, n, sizeof(*cond->literal),
	      type == PT_SOQL_ID       ? by_id
	      : type == PT_SOQL_STRING ? by_text
				       : by_number);
}

static bool check_comparison(struct pt_soql_parser *p, struct pt_soql_cond *cond,
			     const struct pt_soql_object *object)
{
	const struct pt_soql_field *field;

	if (!pt_soql_check_path(p, &cond->path, object) ||
	    !pt_soql_check_flag(p, &cond->path, PT_SOQL_FILTER))
		return false;
	field = pt_soql_path_field(&cond->path);
	if (!check_operator(p, cond, field))
		return false;
	for (size_t i = 0; i < cond->nliteral; i++) {
		if (!check_literal(p, cond, field, &cond->literal[i]))
			return false;
	}
	if (is_list(cond->op))
		order_list(cond, field->type);
	return true;
}

bool pt_soql_check_where(struct pt_soql_parser *p, struct pt_soql_cond *cond,
			 const struct pt_soql_object *object)
{
	if (cond->op < PT_SOQL_AND)
		return check_comparison(p, cond, object);
	for (struct pt_soql_cond *under = cond->first; under; under = under->next) {
		if (!pt_soql_check_where(p, under, object))
			return false;
	}
	return true;
}
