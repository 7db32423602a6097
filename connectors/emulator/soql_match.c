/* See soql_query.h. Here: what is asked of every row, so nothing is allocated. */
#include <string.h>

#include "connectors/emulator/soql_query.h"

static unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int compare_text(const char *a, const char *b)
{
	while (*a && fold(*a) == fold(*b)) {
		a++;
		b++;
	}
	return fold(*a) - fold(*b);
}

int pt_soql_compare(enum pt_soql_type type, const struct pt_soql_value *a,
		    const struct pt_soql_value *b)
{
	if (type == PT_SOQL_ID)
		return strncmp(a->text, b->text, PT_SOQL_ID_LEN);
	if (type == PT_SOQL_STRING)
		return compare_text(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

bool pt_soql_parent(uint32_t *row_out, const struct pt_soql_object *object, size_t field,
		    const struct pt_soql_object *parent, void *context, uint32_t row)
{
	char room[PT_SOQL_TEXT];
	struct pt_soql_value id = object->value(context, row, field, room);

	return !id.null && parent->find(context, row_out, id.text) &&
	       (!parent->exists || parent->exists(context, *row_out));
}

struct pt_soql_value pt_soql_get(const struct pt_soql_path *path, void *context, uint32_t row,
				 char *room)
{
	for (size_t i = 0; i < path->nstep; i++) {
		if (!pt_soql_parent(&row, path->object[i], path->step[i], path->object[i + 1],
				    context, row))
			return (struct pt_soql_value){.null = true};
	}
	return path->object[path->nstep]->value(context, row, path->field, room);
}

static const char *next_char(const char *at)
{
	do
		at++;
	while (((unsigned char)*at & 0xc0) == 0x80);
	return at;
}

/* Goes back to the last wildcard only, which is enough. */
static bool is_like(const char *text, const char *pattern)
{
	const char *after_any = NULL, *retry = NULL;

	while (*text) {
		if ((unsigned char)*pattern == PT_SOQL_ANY) {
			after_any = ++pattern;
			retry = text;
		} else if ((unsigned char)*pattern == PT_SOQL_ONE) {
			pattern++;
			text = next_char(text);
		} else if (*pattern && fold(*pattern) == fold(*text)) {
			pattern++;
			text++;
		} else if (after_any) {
			pattern = after_any;
			text = retry = next_char(retry);
		} else {
			return false;
		}
	}
	while ((unsigned char)*pattern == PT_SOQL_ANY)
		pattern++;
	return *pattern == '\0';
}

static bool is_in(const struct pt_soql_cond *cond, enum pt_soql_type type,
		  const struct pt_soql_value *value)
{
	size_t low = 0, high = cond->nliteral;

	if (value->null)
		return cond->has_null;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = pt_soql_compare(type, value, &cond->literal[middle].value);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool is_equal(const struct pt_soql_cond *cond, enum pt_soql_type type,
		     const struct pt_soql_value *value)
{
	const struct pt_soql_value *wanted = &cond->literal[0].value;

	if (value->null || wanted->null)
		return value->null && wanted->null;
	return pt_soql_compare(type, value, wanted) == 0;
}

static bool is_ordered(const struct pt_soql_cond *cond, enum pt_soql_type type,
		       const struct pt_soql_value *value)
{
	int order;

	if (value->null)
		return false;
	order = pt_soql_compare(type, value, &cond->literal[0].value);
	switch ((int)cond->op) {
	case PT_SOQL_LT:
		return order < 0;
	case PT_SOQL_LE:
		return order <= 0;
	case PT_SOQL_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool match_comparison(const struct pt_soql_cond *cond, void *context, uint32_t row)
{
	char room[PT_SOQL_TEXT];
	enum pt_soql_type type = pt_soql_path_field(&cond->path)->type;
	struct pt_soql_value value = pt_soql_get(&cond->path, context, row, room);

	switch ((int)cond->op) {
	case PT_SOQL_EQ:
		return is_equal(cond, type, &value);
	case PT_SOQL_NE:
		return !is_equal(cond, type, &value);
	case PT_SOQL_IN:
		return is_in(cond, type, &value);
	case PT_SOQL_NOT_IN:
		return !is_in(cond, type, &value);
	case PT_SOQL_LIKE:
		return !value.null && is_like(value.text, cond->literal[0].value.text);
	default:
		return is_ordered(cond, type, &value);
	}
}

bool pt_soql_match(const struct pt_soql_cond *cond, void *context, uint32_t row)
{
	bool all = cond->op == PT_SOQL_AND;

	if (cond->op < PT_SOQL_AND)
		return match_comparison(cond, context, row);
	if (cond->op == PT_SOQL_NOT)
		return !pt_soql_match(cond->first, context, row);
	for (const struct pt_soql_cond *under = cond->first; under; under = under->next) {
		if (pt_soql_match(under, context, row) != all)
			return !all;
	}
	return all;
}
