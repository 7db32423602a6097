/* See soql_lex.h. Here: what a query asks for, and how its records are laid out. */
#include <string.h>
#include <strings.h>

#include "connectors/emulator/soql_lex.h"

static const struct pt_soql_name *place_of(const struct pt_soql_item *item)
{
	return item->children ? &item->children->from : &item->expr.path.part[0];
}

static bool is_group_key(const struct pt_soql_select *select, const struct pt_soql_path *path)
{
	for (const struct pt_soql_key *key = select->group; key; key = key->next) {
		if (pt_soql_path_same(&key->expr.path, path))
			return true;
	}
	return false;
}

static bool check_expr(struct pt_soql_parser *p, struct pt_soql_select *select,
		       struct pt_soql_expr *expr)
{
	const struct pt_soql_name *name = &expr->path.part[0];

	if (!pt_soql_check_path(p, &expr->path, select->object))
		return false;
	if (expr->fn == PT_SOQL_PLAIN) {
		if (!pt_soql_is_grouped(select) || is_group_key(select, &expr->path))
			return true;
		return pt_soql_refuse_at(p, name, "MALFORMED_QUERY",
					 "Field must be grouped or aggregated: %s",
					 pt_soql_path_field(&expr->path)->name);
	}
	if (expr->fn != PT_SOQL_COUNT && pt_soql_path_field(&expr->path)->type == PT_SOQL_BOOL)
		return pt_soql_refuse_at(p, name, "MALFORMED_QUERY",
					 "field %s does not support this aggregate",
					 pt_soql_path_field(&expr->path)->name);
	select->aggregate[expr->slot] = expr;
	return true;
}

static bool check_groups(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	for (struct pt_soql_key *key = select->group; key; key = key->next) {
		if (!pt_soql_check_path(p, &key->expr.path, select->object) ||
		    !pt_soql_check_flag(p, &key->expr.path, PT_SOQL_GROUP))
			return false;
	}
	return true;
}

static bool check_order(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	for (struct pt_soql_key *key = select->order; key; key = key->next) {
		if (select->count)
			return pt_soql_refuse_at(p, &key->expr.path.part[0], "MALFORMED_QUERY",
						 "a query for COUNT() has no order");
		if (!check_expr(p, select, &key->expr))
			return false;
		if (key->expr.fn == PT_SOQL_PLAIN &&
		    !pt_soql_check_flag(p, &key->expr.path, PT_SOQL_SORT))
			return false;
	}
	return true;
}

static bool is_same_item(const struct pt_soql_item *a, const struct pt_soql_item *b)
{
	if (a->children || b->children)
		return a->children && b->children && strcmp(a->key, b->key) == 0;
	return pt_soql_path_same(&a->expr.path, &b->expr.path);
}

/* Records of aggregates have their names side by side; others must not have a field twice. */
static bool check_twice(struct pt_soql_parser *p, const struct pt_soql_select *select,
			const struct pt_soql_item *item)
{
	for (const struct pt_soql_item *other = select->item; other != item; other = other->next) {
		if (pt_soql_is_grouped(select) && strcasecmp(other->key, item->key) == 0)
			return pt_soql_refuse_at(p, place_of(item), "MALFORMED_QUERY",
						 "duplicate alias: %.60s", item->key);
		if (!pt_soql_is_grouped(select) && is_same_item(other, item))
			return pt_soql_refuse_at(p, place_of(item), "INVALID_FIELD",
						 "duplicate field selected: %.60s", item->key);
	}
	return true;
}

static struct pt_soql_column *add_column(struct pt_soql_parser *p, struct pt_soql_column **list,
					 const char *key)
{
	struct pt_soql_column *column = pt_arena_alloc(p->arena, 1, sizeof(*column));

	if (!column) {
		(void)pt_soql_nomem(p);
		return NULL;
	}
	while (*list)
		list = &(*list)->next;
	*list = column;
	column->key = key;
	return column;
}

/* The parent's place in a record: where it was named first. */
static struct pt_soql_column *parent_column(struct pt_soql_parser *p, struct pt_soql_column **list,
					    const struct pt_soql_path *path, size_t i)
{
	const struct pt_soql_field *field = &path->object[i]->field[path->step[i]];
	struct pt_soql_column *column = *list;

	while (column && !(column->parent && column->field == path->step[i]))
		column = column->next;
	if (!column)
		column = add_column(p, list, field->relationship);
	if (!column)
		return NULL;
	column->field = path->step[i];
	column->parent = path->object[i + 1];
	return column;
}

static bool place_field(struct pt_soql_parser *p, struct pt_soql_select *select,
			const struct pt_soql_path *path)
{
	struct pt_soql_column **list = &select->column, *column;

	for (size_t i = 0; i < path->nstep; i++) {
		column = parent_column(p, list, path, i);
		if (!column)
			return false;
		list = &column->first;
	}
	column = add_column(p, list, pt_soql_path_field(path)->name);
	if (column)
		column->field = path->field;
	return column != NULL;
}

/* "PackageVersion.Name", as the schema spells it; the name alone in a grouped query. */
static const char *key_of(struct pt_soql_parser *p, const struct pt_soql_path *path, bool grouped)
{
	struct pt_buf text = PT_BUF_INIT;
	const char *key = NULL;

	for (size_t i = 0; !grouped && i < path->nstep; i++) {
		pt_buf_str(&text, path->object[i]->field[path->step[i]].relationship);
		pt_buf_char(&text, '.');
	}
	pt_buf_str(&text, pt_soql_path_field(path)->name);
	if (pt_buf_check(&text, NULL) == 0)
		key = pt_arena_strdup(p->arena, pt_buf_text(&text));
	pt_buf_release(&text);
	return key;
}

static bool check_field(struct pt_soql_parser *p, struct pt_soql_select *select,
			struct pt_soql_item *item, unsigned *nexpr)
{
	bool grouped = pt_soql_is_grouped(select);
	struct pt_soql_column *column;

	if (!check_expr(p, select, &item->expr))
		return false;
	if (item->alias.len && !grouped)
		return pt_soql_refuse_at(p, &item->alias, "MALFORMED_QUERY",
					 "only aggregates and what is grouped by have an alias");
	if (item->alias.len)
		item->key = pt_arena_strndup(p->arena, item->alias.text, item->alias.len);
	else if (item->expr.fn != PT_SOQL_PLAIN)
		item->key = pt_arena_printf(p->arena, "expr%u", (*nexpr)++);
	else
		item->key = key_of(p, &item->expr.path, grouped);
	if (!item->key)
		return pt_soql_nomem(p);
	if (!check_twice(p, select, item))
		return false;
	if (!grouped)
		return place_field(p, select, &item->expr.path);
	column = add_column(p, &select->column, item->key);
	if (column)
		column->item = item;
	return column != NULL;
}

static bool check_select(struct pt_soql_parser *p, struct pt_soql_select *select);

/* After FROM stands the name of a relationship here. */
static bool find_children(struct pt_soql_parser *p, const struct pt_soql_select *select,
			  struct pt_soql_item *item)
{
	struct pt_soql_select *inner = item->children;

	for (size_t i = 0; i < select->object->nchildren; i++) {
		const struct pt_soql_children *children = &select->object->children[i];

		if (!pt_soql_name_is(&inner->from, children->name))
			continue;
		item->key = children->name;
		const struct pt_soql_name field = {children->field, strlen(children->field)};

		inner->object =
		    pt_soql_object_named(p->schema, children->object, strlen(children->object));
		if (inner->object && pt_soql_field_named(&inner->link, inner->object, &field))
			return true;
	}
	return pt_soql_refuse_at(p, &inner->from, "INVALID_TYPE",
				 "No relationship '%.*s' leads from entity '%s' to its children. "
				 "Look at the name after FROM.",
				 pt_soql_shown(&inner->from), inner->from.text,
				 select->object->name);
}

static bool check_children(struct pt_soql_parser *p, struct pt_soql_select *select,
			   struct pt_soql_item *item)
{
	struct pt_soql_select *inner = item->children;
	struct pt_soql_column *column;

	if (pt_soql_is_grouped(select))
		return pt_soql_refuse_at(p, &inner->from, "MALFORMED_QUERY",
					 "a query of aggregates has no query inside");
	if (pt_soql_is_grouped(inner) || inner->count)
		return pt_soql_refuse_at(p, &inner->from, "MALFORMED_QUERY",
					 "a query inside of another has no aggregates");
	if (!find_children(p, select, item) || !check_twice(p, select, item) ||
	    !check_select(p, inner))
		return false;
	column = add_column(p, &select->column, item->key);
	if (column)
		column->item = item;
	return column != NULL;
}

/* The object is known. */
static bool check_select(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	unsigned nexpr = 0;

	select->aggregate =
	    pt_arena_alloc(p->arena, select->naggregate + 1, sizeof(*select->aggregate));
	if (!select->aggregate)
		return pt_soql_nomem(p);
	if (select->count && pt_soql_is_grouped(select))
		return pt_soql_refuse_at(p, &select->from, "MALFORMED_QUERY",
					 "COUNT() is not for groups, expected COUNT(Id)");
	if (!check_groups(p, select))
		return false;
	for (struct pt_soql_item *item = select->item; item && !select->count; item = item->next) {
		if (item->children ? !check_children(p, select, item)
				   : !check_field(p, select, item, &nexpr))
			return false;
	}
	if (select->where && !pt_soql_check_where(p, select->where, select->object))
		return false;
	return check_order(p, select);
}

bool pt_soql_check(struct pt_soql_parser *p, struct pt_soql_select *select)
{
	const struct pt_soql_name *from = &select->from;

	select->object = pt_soql_object_named(p->schema, from->text, from->len);
	if (!select->object)
		return pt_soql_refuse_at(p, from, "INVALID_TYPE",
					 "sObject type '%.*s' is not supported. Look at the name "
					 "after FROM.",
					 pt_soql_shown(from), from->text);
	return check_select(p, select);
}
