/* See soql.h. Here: which rows, in which order. */
#include <stdlib.h>
#include <string.h>

#include "connectors/emulator/soql_query.h"

/* One list of rows being looked for. */
struct search {
	const struct pt_soql_select *select;
	void *context;
	const char *parent_id; /* NULL but for children */
	size_t enough;
};

/* What the comparison of two rows or groups needs. */
struct order {
	const struct pt_soql_key *key;
	void *context;
	const struct pt_soql_groups *groups; /* NULL: rows */
};

static bool is_wanted(const struct search *search, uint32_t row)
{
	const struct pt_soql_select *select = search->select;
	const struct pt_soql_object *object = select->object;

	if (object->exists && !object->exists(search->context, row))
		return false;
	if (search->parent_id) {
		char room[PT_SOQL_TEXT];
		struct pt_soql_value id = object->value(search->context, row, select->link, room);

		if (id.null || strncmp(id.text, search->parent_id, PT_SOQL_ID_LEN) != 0)
			return false;
	}
	return !select->where || pt_soql_match(select->where, search->context, row);
}

static bool scan(struct pt_soql_rows *out, const struct search *search)
{
	uint32_t nrow = search->select->object->nrow(search->context);

	for (uint32_t row = 0; row < nrow && out->n < search->enough; row++) {
		if (is_wanted(search, row) && !pt_soql_rows_add(out, &row, 1))
			return false;
	}
	return true;
}

/* Leaves those of the rows that are wanted, which are fewer. */
static void sift(struct pt_soql_rows *rows, const struct search *search)
{
	uint32_t nrow = search->select->object->nrow(search->context);
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < search->enough; i++) {
		if (rows->at[i] < nrow && is_wanted(search, rows->at[i]))
			rows->at[n++] = rows->at[i];
	}
	rows->n = n;
}

/* Children are those of their parent first of all. */
static enum pt_soql_narrowed narrow(struct pt_soql_rows *out, const struct search *search)
{
	const struct pt_soql_select *select = search->select;
	const struct pt_soql_object *object = select->object;
	const uint32_t *row;
	size_t n;

	if (search->parent_id && object->narrow &&
	    object->narrow(search->context, select->link, search->parent_id, &row, &n))
		return pt_soql_rows_add(out, row, n) ? PT_SOQL_SOME_ROWS : PT_SOQL_NO_MEMORY;
	return select->where ? pt_soql_narrow(out, select->where, search->context)
			     : PT_SOQL_ALL_ROWS;
}

static struct pt_soql_value value_of(const struct order *order, const struct pt_soql_expr *expr,
				     uint32_t at, char *room)
{
	if (order->groups)
		return pt_soql_group_value(order->groups, at, expr, room);
	return pt_soql_get(&expr->path, order->context, at, room);
}

static int compare(const void *arg, uint32_t a, uint32_t b)
{
	const struct order *order = arg;
	char room_a[PT_SOQL_TEXT], room_b[PT_SOQL_TEXT];

	for (const struct pt_soql_key *key = order->key; key; key = key->next) {
		struct pt_soql_value x = value_of(order, &key->expr, a, room_a);
		struct pt_soql_value y = value_of(order, &key->expr, b, room_b);
		int way;

		/* Where null stands is not turned round by DESC. */
		if (x.null || y.null)
			way = key->nulls_last ? x.null - y.null : y.null - x.null;
		else
			way = pt_soql_compare(pt_soql_expr_type(&key->expr), &x, &y);
		if (way != 0)
			return key->descending && !x.null && !y.null ? -way : way;
	}
	return 0;
}

static bool put_in_order(struct pt_soql_rows *rows, const struct pt_soql_select *select,
			 void *context, const struct pt_soql_groups *groups)
{
	struct order order = {select->order, context, groups};

	return !select->order || pt_soql_rows_sort(rows, compare, &order);
}

bool pt_soql_find_rows(struct pt_soql_rows *out, const struct pt_soql_select *select, void *context,
		       const char *parent_id)
{
	struct search search = {select, context, parent_id, SIZE_MAX};
	bool grouped = pt_soql_is_grouped(select);

	if (!grouped && !select->order && select->limit < PT_SOQL_NO_LIMIT - select->offset)
		search.enough = select->offset + select->limit;
	switch (narrow(out, &search)) {
	case PT_SOQL_NO_MEMORY:
		return false;
	case PT_SOQL_SOME_ROWS:
		sift(out, &search);
		break;
	case PT_SOQL_ALL_ROWS:
		out->n = 0;
		if (!scan(out, &search))
			return false;
		break;
	}
	return grouped || put_in_order(out, select, context, NULL);
}

void pt_soql_cut(struct pt_soql_rows *rows, const struct pt_soql_select *select)
{
	size_t skipped = select->offset < rows->n ? select->offset : rows->n;

	rows->n -= skipped;
	if (skipped > 0 && rows->n > 0)
		memmove(rows->at, rows->at + skipped, rows->n * sizeof(*rows->at));
	if (rows->n > select->limit)
		rows->n = select->limit;
}

/* In place of the rows: the groups that they make. */
static bool group(struct pt_soql_result *result)
{
	const struct pt_soql_query *query = result->query;

	result->groups = pt_soql_groups_new(&query->select, query->schema.context, &result->rows);
	if (!result->groups)
		return false;
	result->rows.n = 0;
	for (uint32_t i = 0; i < result->groups->first.n; i++) {
		if (!pt_soql_rows_add(&result->rows, &i, 1))
			return false;
	}
	return put_in_order(&result->rows, &query->select, query->schema.context, result->groups);
}

int pt_soql_run(struct pt_soql_result **out, const struct pt_soql_query *query, struct pt_err *err)
{
	const struct pt_soql_select *select = &query->select;
	struct pt_soql_result *result = calloc(1, sizeof(*result));

	if (!result)
		return pt_err_nomem(err);
	result->query = query;
	if (!pt_soql_find_rows(&result->rows, select, query->schema.context, NULL) ||
	    (pt_soql_is_grouped(select) && !group(result))) {
		pt_soql_result_free(result);
		return pt_err_nomem(err);
	}
	pt_soql_cut(&result->rows, select);
	result->total = result->rows.n;
	if (select->count)
		pt_soql_rows_release(&result->rows);
	*out = result;
	return 0;
}

void pt_soql_result_free(struct pt_soql_result *result)
{
	if (!result)
		return;
	pt_soql_rows_release(&result->rows);
	pt_soql_groups_free(result->groups);
	free(result);
}

size_t pt_soql_result_rows(const struct pt_soql_result *result)
{
	return result->rows.n;
}

size_t pt_soql_result_total(const struct pt_soql_result *result)
{
	return result->total;
}
