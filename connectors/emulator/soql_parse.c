/* See soql.h. Here: the grammar; what names mean is found out afterwards, in soql_check.c. */
#include <stdlib.h>
#include <string.h>

#include "connectors/emulator/soql_lex.h"

static bool parse_path(struct pt_soql_parser *p, struct pt_soql_path *out)
{
	for (;;) {
		if (p->token.kind != PT_SOQL_TOKEN_WORD)
			return pt_soql_unexpected(p);
		if (out->npart == PT_ARRAY_LEN(out->part))
			return pt_soql_refuse_at(p, &out->part[0], "MALFORMED_QUERY",
						 "a path goes over at most %d relationships",
						 PT_SOQL_LEVELS);
		out->part[out->npart++] = p->token.name;
		pt_soql_next(p);
		if (!pt_soql_take(p, PT_SOQL_TOKEN_DOT))
			return true;
	}
}

/* A path, or COUNT, MIN or MAX of one. *count_out: it was COUNT(). */
static bool parse_expr(struct pt_soql_parser *p, struct pt_soql_select *select,
		       struct pt_soql_expr *out, bool *count_out)
{
	struct pt_soql_name *name = &out->path.part[0], fn;

	*count_out = false;
	if (!parse_path(p, &out->path))
		return false;
	if (out->path.npart > 1 || !pt_soql_take(p, PT_SOQL_TOKEN_OPEN))
		return true;
	fn = *name;
	out->path = (struct pt_soql_path){.npart = 0};
	out->fn = pt_soql_name_is(&fn, "count") ? PT_SOQL_COUNT
		  : pt_soql_name_is(&fn, "min") ? PT_SOQL_MIN
		  : pt_soql_name_is(&fn, "max") ? PT_SOQL_MAX
						: PT_SOQL_PLAIN;
	if (out->fn == PT_SOQL_PLAIN)
		return pt_soql_refuse_at(p, &fn, "MALFORMED_QUERY",
					 "the function '%.*s' is not known here, expected COUNT, "
					 "MIN or MAX",
					 pt_soql_shown(&fn), fn.text);
	if (out->fn == PT_SOQL_COUNT && pt_soql_take(p, PT_SOQL_TOKEN_CLOSE)) {
		*count_out = true;
		return true;
	}
	if (select->naggregate == PT_SOQL_MAX_AGGREGATES)
		return pt_soql_refuse_at(p, &fn, "MALFORMED_QUERY",
					 "a query has at most %d aggregates",
					 PT_SOQL_MAX_AGGREGATES);
	out->slot = select->naggregate++;
	return parse_path(p, &out->path) && pt_soql_expect(p, PT_SOQL_TOKEN_CLOSE);
}

static bool parse_literals(struct pt_soql_parser *p, struct pt_soql_cond *cond)
{
	struct pt_soql_literal literal;
	size_t cap = 0;

	if (!pt_soql_expect(p, PT_SOQL_TOKEN_OPEN))
		return false;
	if (pt_soql_at_word(p, "select"))
		return pt_soql_refuse_at(p, &p->token.name, "MALFORMED_QUERY",
					 "a query inside of IN is not known here");
	do {
		if (!pt_soql_take_literal(p, &literal, false))
			return false;
		if (cond->nliteral == cap) {
			size_t more = cap ? 2 * cap : 8;
			struct pt_soql_literal *grown =
			    pt_arena_alloc(p->arena, more, sizeof(*grown));

			if (!grown)
				return pt_soql_nomem(p);
			for (size_t i = 0; i < cap; i++)
				grown[i] = cond->literal[i];
			cond->literal = grown;
			cap = more;
		}
		cond->literal[cond->nliteral++] = literal;
	} while (pt_soql_take(p, PT_SOQL_TOKEN_COMMA));
	return pt_soql_expect(p, PT_SOQL_TOKEN_CLOSE);
}

static bool take_operator(struct pt_soql_parser *p, struct pt_soql_cond *cond)
{
	cond->word = p->token.name;
	if (p->token.kind == PT_SOQL_TOKEN_OP) {
		cond->op = p->token.op;
		pt_soql_next(p);
		return true;
	}
	if (pt_soql_take_word(p, "like"))
		cond->op = PT_SOQL_LIKE;
	else if (pt_soql_take_word(p, "in"))
		cond->op = PT_SOQL_IN;
	else if (pt_soql_take_word(p, "not") && pt_soql_take_word(p, "in"))
		cond->op = PT_SOQL_NOT_IN;
	else
		return pt_soql_unexpected(p);
	return true;
}

static bool parse_comparison(struct pt_soql_parser *p, struct pt_soql_cond *cond)
{
	if (!parse_path(p, &cond->path) || !take_operator(p, cond))
		return false;
	if (cond->op == PT_SOQL_IN || cond->op == PT_SOQL_NOT_IN)
		return parse_literals(p, cond);
	cond->literal = pt_arena_alloc(p->arena, 1, sizeof(*cond->literal));
	if (!cond->literal)
		return pt_soql_nomem(p);
	cond->nliteral = 1;
	return pt_soql_take_literal(p, cond->literal, cond->op == PT_SOQL_LIKE);
}

static bool parse_cond(struct pt_soql_parser *p, struct pt_soql_cond **out, unsigned depth);

/* What stands between AND and OR. */
static bool parse_operand(struct pt_soql_parser *p, struct pt_soql_cond **out, unsigned depth)
{
	struct pt_soql_cond *cond;

	if (depth > PT_SOQL_DEPTH)
		return pt_soql_refuse_at(p, &p->token.name, "MALFORMED_QUERY",
					 "conditions stand in one another at most %d deep",
					 PT_SOQL_DEPTH);
	if (pt_soql_take(p, PT_SOQL_TOKEN_OPEN))
		return parse_cond(p, out, depth + 1) && pt_soql_expect(p, PT_SOQL_TOKEN_CLOSE);
	cond = pt_arena_alloc(p->arena, 1, sizeof(*cond));
	if (!cond)
		return pt_soql_nomem(p);
	*out = cond;
	if (!pt_soql_take_word(p, "not"))
		return parse_comparison(p, cond);
	cond->op = PT_SOQL_NOT;
	return parse_operand(p, &cond->first, depth + 1);
}

static bool take_joint(struct pt_soql_parser *p, enum pt_soql_op *op)
{
	if (pt_soql_take_word(p, "and"))
		*op = PT_SOQL_AND;
	else if (pt_soql_take_word(p, "or"))
		*op = PT_SOQL_OR;
	else
		return false;
	return true;
}

static bool parse_cond(struct pt_soql_parser *p, struct pt_soql_cond **out, unsigned depth)
{
	struct pt_soql_name joint = p->token.name;
	struct pt_soql_cond *list, *last;
	enum pt_soql_op op;

	if (!parse_operand(p, out, depth))
		return false;
	for (list = NULL; joint = p->token.name, take_joint(p, &op); last = last->next) {
		if (!list) {
			list = pt_arena_alloc(p->arena, 1, sizeof(*list));
			if (!list)
				return pt_soql_nomem(p);
			list->op = op;
			list->first = last = *out;
			*out = list;
		}
		if (list->op != op)
			return pt_soql_refuse_at(p, &joint, "MALFORMED_QUERY",
						 "unexpected token: '%.*s' (AND and OR beside each "
						 "other need parentheses)",
						 pt_soql_shown(&joint), joint.text);
		if (!parse_operand(p, &last->next, depth))
			return false;
	}
	return true;
}

static bool parse_group(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	struct pt_soql_key **tail = &select->group;

	if (!pt_soql_take_word(p, "group"))
		return true;
	if (!pt_soql_expect_word(p, "by"))
		return false;
	do {
		struct pt_soql_key *key = pt_arena_alloc(p->arena, 1, sizeof(*key));

		if (!key)
			return pt_soql_nomem(p);
		*tail = key;
		tail = &key->next;
		if (!parse_path(p, &key->expr.path))
			return false;
	} while (pt_soql_take(p, PT_SOQL_TOKEN_COMMA));
	return true;
}

static bool parse_direction(struct pt_soql_parser *p, struct pt_soql_key *key)
{
	key->descending = pt_soql_take_word(p, "desc");
	if (!key->descending)
		(void)pt_soql_take_word(p, "asc");
	if (!pt_soql_take_word(p, "nulls"))
		return true;
	key->nulls_last = pt_soql_take_word(p, "last");
	return key->nulls_last || pt_soql_expect_word(p, "first");
}

static bool parse_order(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	struct pt_soql_key **tail = &select->order;

	if (!pt_soql_take_word(p, "order"))
		return true;
	if (!pt_soql_expect_word(p, "by"))
		return false;
	do {
		struct pt_soql_key *key = pt_arena_alloc(p->arena, 1, sizeof(*key));
		struct pt_soql_name place = p->token.name;
		bool count;

		if (!key)
			return pt_soql_nomem(p);
		*tail = key;
		tail = &key->next;
		if (!parse_expr(p, select, &key->expr, &count))
			return false;
		if (count)
			return pt_soql_refuse_at(p, &place, "MALFORMED_QUERY",
						 "COUNT() has no field to be ordered by");
		if (!parse_direction(p, key))
			return false;
	} while (pt_soql_take(p, PT_SOQL_TOKEN_COMMA));
	return true;
}

/* LIMIT or OFFSET, and a number not below 0. */
static bool parse_count_of(struct pt_soql_parser *p, const char *word, size_t *out, bool *given)
{
	struct pt_soql_literal literal;

	*given = pt_soql_take_word(p, word);
	if (!*given)
		return true;
	if (!pt_soql_take_literal(p, &literal, false))
		return false;
	if (literal.kind != PT_SOQL_IS_INT || literal.value.number < 0)
		return pt_soql_refuse_at(p, &literal.name, "MALFORMED_QUERY",
					 "%s takes a whole number from 0", word);
	*out = (size_t)literal.value.number;
	return true;
}

static bool parse_window(struct pt_soql_parser *p, struct pt_soql_select *select, bool nested)
{
	struct pt_soql_name place;
	bool given;

	select->limit = PT_SOQL_NO_LIMIT;
	if (!parse_count_of(p, "LIMIT", &select->limit, &given))
		return false;
	if (given && select->naggregate > 0 && !select->group)
		return pt_soql_refuse(p, "MALFORMED_QUERY",
				      "a query of aggregates without GROUP BY has no LIMIT");
	place = p->token.name;
	if (!parse_count_of(p, "OFFSET", &select->offset, &given))
		return false;
	if (given && nested)
		return pt_soql_refuse_at(p, &place, "MALFORMED_QUERY",
					 "OFFSET is not for queries inside of others");
	if (select->offset > PT_SOQL_MAX_OFFSET)
		return pt_soql_refuse_at(p, &place, "NUMBER_OUTSIDE_VALID_RANGE",
					 "OFFSET is at most %d", PT_SOQL_MAX_OFFSET);
	return true;
}

static bool parse_select(struct pt_soql_parser *p, struct pt_soql_select *select, bool nested);

static bool parse_children(struct pt_soql_parser *p, struct pt_soql_item *item, bool nested)
{
	if (nested)
		return pt_soql_unexpected(p);
	pt_soql_next(p);
	item->children = pt_arena_alloc(p->arena, 1, sizeof(*item->children));
	if (!item->children)
		return pt_soql_nomem(p);
	return parse_select(p, item->children, true) && pt_soql_expect(p, PT_SOQL_TOKEN_CLOSE);
}

static bool parse_item(struct pt_soql_parser *p, struct pt_soql_select *select,
		       struct pt_soql_item *item, bool nested)
{
	if (p->token.kind == PT_SOQL_TOKEN_OPEN)
		return parse_children(p, item, nested);
	if (pt_soql_at_word(p, "from") || pt_soql_at_word(p, "typeof"))
		return pt_soql_unexpected(p);
	if (!parse_expr(p, select, &item->expr, &select->count))
		return false;
	if (select->count && item != select->item)
		return pt_soql_refuse(p, "MALFORMED_QUERY",
				      "COUNT() must be all that a query selects");
	if (p->token.kind != PT_SOQL_TOKEN_WORD || pt_soql_at_word(p, "from"))
		return true;
	if (select->count)
		return pt_soql_unexpected(p);
	item->alias = p->token.name;
	pt_soql_next(p);
	return true;
}

static bool parse_items(struct pt_soql_parser *p, struct pt_soql_select *select, bool nested)
{
	struct pt_soql_item **tail = &select->item;

	do {
		struct pt_soql_item *item = pt_arena_alloc(p->arena, 1, sizeof(*item));

		if (!item)
			return pt_soql_nomem(p);
		*tail = item;
		tail = &item->next;
		if (!parse_item(p, select, item, nested))
			return false;
		if (select->count)
			break; /* COUNT() is alone: what follows is FROM or wrong */
	} while (pt_soql_take(p, PT_SOQL_TOKEN_COMMA));
	return true;
}

static bool parse_select(struct pt_soql_parser *p, struct pt_soql_select *select, bool nested)
{
	if (!pt_soql_expect_word(p, "select") || !parse_items(p, select, nested) ||
	    !pt_soql_expect_word(p, "from"))
		return false;
	select->from = p->token.name;
	if (!pt_soql_expect(p, PT_SOQL_TOKEN_WORD))
		return false;
	if (pt_soql_take_word(p, "where") && !parse_cond(p, &select->where, 1))
		return false;
	return parse_group(p, select) && parse_order(p, select) && parse_window(p, select, nested);
}

static bool parse_text(struct pt_soql_parser *p, struct pt_soql_select *select, const char *text,
		       size_t len)
{
	if (len > PT_SOQL_LENGTH)
		return pt_soql_refuse(p, "QUERY_TOO_COMPLICATED",
				      "the query has %zu characters, at most %d are taken", len,
				      PT_SOQL_LENGTH);
	p->text = pt_arena_strndup(p->arena, text, len);
	if (!p->text)
		return pt_soql_nomem(p);
	p->end = p->text + len;
	p->token.name = (struct pt_soql_name){p->text, 0};
	pt_soql_next(p);
	return parse_select(p, select, false) && pt_soql_expect(p, PT_SOQL_TOKEN_END);
}

int pt_soql_parse(struct pt_soql_query **out, struct pt_soql_refusal *refusal,
		  const struct pt_soql_schema *schema, const char *text, size_t len,
		  struct pt_err *err)
{
	struct pt_soql_query *query = calloc(1, sizeof(*query));
	struct pt_soql_parser p = {.schema = schema, .refusal = refusal};

	if (!query)
		return pt_err_nomem(err);
	*refusal = (struct pt_soql_refusal){.code = NULL};
	query->schema = *schema;
	p.arena = &query->arena;
	if (!parse_text(&p, &query->select, text, len) || !pt_soql_check(&p, &query->select)) {
		pt_soql_query_free(query);
		query = NULL;
	}
	if (p.nomem)
		return pt_err_nomem(err);
	*out = query;
	return 0;
}

void pt_soql_query_free(struct pt_soql_query *query)
{
	if (!query)
		return;
	pt_arena_release(&query->arena);
	free(query);
}
