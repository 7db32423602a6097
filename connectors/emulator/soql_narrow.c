/*
 * See soql_query.h. A condition that must hold, "field = x" or "field IN (x, y)", may name
 * the few rows it can hold for; over a path those of the parent come first, and then their
 * children. Of several such conditions the one with the fewest rows is taken.
 */
#include "connectors/emulator/soql_query.h"

static enum pt_soql_narrowed find_one(struct pt_soql_rows *out, const struct pt_soql_object *object,
				      void *context, const char *id)
{
	uint32_t row;

	if (!object->find(context, &row, id))
		return PT_SOQL_SOME_ROWS;
	return pt_soql_rows_add(out, &row, 1) ? PT_SOQL_SOME_ROWS : PT_SOQL_NO_MEMORY;
}

static enum pt_soql_narrowed narrow_one(struct pt_soql_rows *out,
					const struct pt_soql_object *object, size_t field,
					void *context, const char *text)
{
	const uint32_t *row;
	size_t n;

	if (field == 0)
		return find_one(out, object, context, text);
	if (!object->narrow || !object->narrow(context, field, text, &row, &n))
		return PT_SOQL_ALL_ROWS;
	return pt_soql_rows_add(out, row, n) ? PT_SOQL_SOME_ROWS : PT_SOQL_NO_MEMORY;
}

/* Appends the rows of the path's object[at] that reach the text, in no order. */
static enum pt_soql_narrowed narrow_path(struct pt_soql_rows *out, const struct pt_soql_path *path,
					 size_t at, void *context, const char *text)
{
	struct pt_soql_rows parents = {.at = NULL};
	enum pt_soql_narrowed narrowed;
	char room[PT_SOQL_TEXT];

	if (at == path->nstep)
		return narrow_one(out, path->object[at], path->field, context, text);
	narrowed = narrow_path(&parents, path, at + 1, context, text);
	for (size_t i = 0; narrowed == PT_SOQL_SOME_ROWS && i < parents.n; i++) {
		struct pt_soql_value id =
		    path->object[at + 1]->value(context, parents.at[i], 0, room);

		narrowed = narrow_one(out, path->object[at], path->step[at], context, id.text);
	}
	pt_soql_rows_release(&parents);
	return narrowed;
}

/* Whether the comparison is one that names its values. */
static bool names_values(const struct pt_soql_cond *cond)
{
	enum pt_soql_type type = pt_soql_path_field(&cond->path)->type;

	if (type != PT_SOQL_ID && type != PT_SOQL_STRING)
		return false;
	if (cond->op == PT_SOQL_IN)
		return !cond->has_null;
	return cond->op == PT_SOQL_EQ && !cond->literal[0].value.null;
}

static enum pt_soql_narrowed narrow_comparison(struct pt_soql_rows *out,
					       const struct pt_soql_cond *cond, void *context)
{
	enum pt_soql_narrowed narrowed = PT_SOQL_SOME_ROWS;

	if (!names_values(cond))
		return PT_SOQL_ALL_ROWS;
	for (size_t i = 0; narrowed == PT_SOQL_SOME_ROWS && i < cond->nliteral; i++)
		narrowed = narrow_path(out, &cond->path, 0, context, cond->literal[i].value.text);
	if (narrowed == PT_SOQL_SOME_ROWS)
		pt_soql_rows_order(out);
	return narrowed;
}

enum pt_soql_narrowed pt_soql_narrow(struct pt_soql_rows *out, const struct pt_soql_cond *cond,
				     void *context)
{
	enum pt_soql_narrowed narrowed = PT_SOQL_ALL_ROWS;

	if (cond->op < PT_SOQL_AND)
		return narrow_comparison(out, cond, context);
	if (cond->op != PT_SOQL_AND)
		return PT_SOQL_ALL_ROWS;
	for (const struct pt_soql_cond *under = cond->first; under; under = under->next) {
		struct pt_soql_rows rows = {.at = NULL};
		enum pt_soql_narrowed one = pt_soql_narrow(&rows, under, context);

		if (one == PT_SOQL_SOME_ROWS && (narrowed == PT_SOQL_ALL_ROWS || rows.n < out->n)) {
			struct pt_soql_rows more = *out;

			*out = rows;
			rows = more;
			narrowed = one;
		}
		pt_soql_rows_release(&rows);
		if (one == PT_SOQL_NO_MEMORY)
			return one;
	}
	return narrowed;
}
