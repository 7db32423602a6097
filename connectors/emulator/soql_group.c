/* See soql_query.h. */
#include <stdlib.h>
#include <string.h>

#include "connectors/emulator/soql_query.h"

enum { SMALLEST_TABLE = 64 };

static const int64_t NO_ROW = -1;

static uint64_t mix(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

static uint64_t hash_value(uint64_t hash, enum pt_soql_type type, const struct pt_soql_value *value)
{
	size_t most = type == PT_SOQL_ID ? PT_SOQL_ID_LEN : SIZE_MAX;

	if (value->null)
		return mix(hash, 1);
	if (type != PT_SOQL_ID && type != PT_SOQL_STRING) {
		for (unsigned shift = 0; shift < 64; shift += 8)
			hash = mix(hash, (unsigned char)((uint64_t)value->number >> shift));
		return hash;
	}
	/* Without the bit that tells a case: what compares as equal must hash alike. */
	for (size_t i = 0; i < most && value->text[i]; i++)
		hash = mix(hash, (unsigned char)value->text[i] | 0x20);
	return mix(hash, 0);
}

static uint64_t hash_row(const struct pt_soql_groups *groups, uint32_t row)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char room[PT_SOQL_TEXT];

	for (const struct pt_soql_key *key = groups->select->group; key; key = key->next) {
		struct pt_soql_value value =
		    pt_soql_get(&key->expr.path, groups->context, row, room);

		hash = hash_value(hash, pt_soql_path_field(&key->expr.path)->type, &value);
	}
	return hash ^ hash >> 29;
}

static bool is_same(const struct pt_soql_groups *groups, uint32_t a, uint32_t b)
{
	char room_a[PT_SOQL_TEXT], room_b[PT_SOQL_TEXT];

	for (const struct pt_soql_key *key = groups->select->group; key; key = key->next) {
		const struct pt_soql_path *path = &key->expr.path;
		struct pt_soql_value x = pt_soql_get(path, groups->context, a, room_a);
		struct pt_soql_value y = pt_soql_get(path, groups->context, b, room_b);

		if (x.null != y.null ||
		    (!x.null && pt_soql_compare(pt_soql_path_field(path)->type, &x, &y) != 0))
			return false;
	}
	return true;
}

/* Where the row's group stands in the table, or where it belongs. */
static size_t place_of(const struct pt_soql_groups *groups, uint32_t row)
{
	size_t at = hash_row(groups, row) & (groups->ntable - 1);

	while (groups->table[at] && !is_same(groups, groups->first.at[groups->table[at] - 1], row))
		at = (at + 1) & (groups->ntable - 1);
	return at;
}

static bool grow_table(struct pt_soql_groups *groups)
{
	size_t n = groups->ntable ? 2 * groups->ntable : SMALLEST_TABLE;
	uint32_t *table;

	if (groups->ntable > 2 * groups->first.n)
		return true;
	table = calloc(n, sizeof(*table));
	if (!table)
		return false;
	free(groups->table);
	groups->table = table;
	groups->ntable = n;
	for (uint32_t i = 0; i < groups->first.n; i++)
		table[place_of(groups, groups->first.at[i])] = i + 1;
	return true;
}

static bool add_group(struct pt_soql_groups *groups, uint32_t first)
{
	size_t nslot = groups->select->naggregate, n = groups->first.n;
	int64_t *slot = groups->slot;

	/* Room for them is doubled whenever their number is a power of two. */
	if (!slot || (n & (n - 1)) == 0) {
		slot = realloc(slot, (2 * n + 1) * (nslot + 1) * sizeof(*slot));
		if (!slot)
			return false;
		groups->slot = slot;
	}
	for (size_t i = 0; i < nslot; i++)
		slot[n * nslot + i] =
		    groups->select->aggregate[i]->fn == PT_SOQL_COUNT ? 0 : NO_ROW;
	return pt_soql_rows_add(&groups->first, &first, 1);
}

static bool is_more_extreme(const struct pt_soql_groups *groups, const struct pt_soql_expr *expr,
			    const struct pt_soql_value *value, int64_t best_row)
{
	char room[PT_SOQL_TEXT];
	struct pt_soql_value best;
	int order;

	if (best_row == NO_ROW)
		return true;
	best = pt_soql_get(&expr->path, groups->context, (uint32_t)best_row, room);
	if (best.null)
		return true;
	order = pt_soql_compare(pt_soql_path_field(&expr->path)->type, value, &best);
	return expr->fn == PT_SOQL_MIN ? order < 0 : order > 0;
}

static void count_row(struct pt_soql_groups *groups, uint32_t group, uint32_t row)
{
	size_t nslot = groups->select->naggregate;
	char room[PT_SOQL_TEXT];

	for (size_t i = 0; i < nslot; i++) {
		const struct pt_soql_expr *expr = groups->select->aggregate[i];
		struct pt_soql_value value = pt_soql_get(&expr->path, groups->context, row, room);
		int64_t *slot = &groups->slot[group * nslot + i];

		if (value.null)
			continue;
		if (expr->fn == PT_SOQL_COUNT)
			++*slot;
		else if (is_more_extreme(groups, expr, &value, *slot))
			*slot = row;
	}
}

static bool add_row(struct pt_soql_groups *groups, uint32_t row)
{
	size_t at;

	if (!grow_table(groups))
		return false;
	at = place_of(groups, row);
	if (groups->table[at] == 0) {
		if (!add_group(groups, row))
			return false;
		groups->table[at] = (uint32_t)groups->first.n;
	}
	count_row(groups, groups->table[at] - 1, row);
	return true;
}

struct pt_soql_groups *pt_soql_groups_new(const struct pt_soql_select *select, void *context,
					  const struct pt_soql_rows *rows)
{
	struct pt_soql_groups *groups = calloc(1, sizeof(*groups));
	bool ok = groups != NULL;

	if (!groups)
		return NULL;
	groups->select = select;
	groups->context = context;
	/* Without GROUP BY all rows are one group, even when there are none. */
	if (!select->group)
		ok = add_group(groups, 0);
	for (size_t i = 0; ok && i < rows->n; i++) {
		if (select->group)
			ok = add_row(groups, rows->at[i]);
		else
			count_row(groups, 0, rows->at[i]);
	}
	if (ok)
		return groups;
	pt_soql_groups_free(groups);
	return NULL;
}

void pt_soql_groups_free(struct pt_soql_groups *groups)
{
	if (!groups)
		return;
	pt_soql_rows_release(&groups->first);
	free(groups->slot);
	free(groups->table);
	free(groups);
}

struct pt_soql_value pt_soql_group_value(const struct pt_soql_groups *groups, uint32_t group,
					 const struct pt_soql_expr *expr, char *room)
{
	int64_t slot;

	if (expr->fn == PT_SOQL_PLAIN)
		return pt_soql_get(&expr->path, groups->context, groups->first.at[group], room);
	slot = groups->slot[group * groups->select->naggregate + expr->slot];
	if (expr->fn == PT_SOQL_COUNT)
		return (struct pt_soql_value){.number = slot};
	if (slot == NO_ROW)
		return (struct pt_soql_value){.null = true};
	return pt_soql_get(&expr->path, groups->context, (uint32_t)slot, room);
}
