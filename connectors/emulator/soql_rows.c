/* See soql_query.h. */
#include <stdlib.h>
#include <string.h>

#include "connectors/emulator/soql_query.h"

enum { SMALL = 8 }; /* rows that are sorted by moving them one by one */

typedef int compare_fn(const void *arg, uint32_t a, uint32_t b);

bool pt_soql_rows_add(struct pt_soql_rows *rows, const uint32_t *row, size_t n)
{
	if (n > rows->cap - rows->n) {
		size_t cap = 2 * (rows->n + n) + 16;
		uint32_t *grown = realloc(rows->at, cap * sizeof(*grown));

		if (!grown)
			return false;
		rows->at = grown;
		rows->cap = cap;
	}
	if (n > 0)
		memcpy(rows->at + rows->n, row, n * sizeof(*row));
	rows->n += n;
	return true;
}

void pt_soql_rows_release(struct pt_soql_rows *rows)
{
	free(rows->at);
	*rows = (struct pt_soql_rows){.at = NULL};
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void pt_soql_rows_order(struct pt_soql_rows *rows)
{
	size_t n = 0;
	bool ascending = true;

	for (size_t i = 1; ascending && i < rows->n; i++)
		ascending = rows->at[i - 1] < rows->at[i];
	if (ascending)
		return;
	qsort(rows->at, rows->n, sizeof(*rows->at), by_number);
	for (size_t i = 0; i < rows->n; i++) {
		if (n == 0 || rows->at[n - 1] != rows->at[i])
			rows->at[n++] = rows->at[i];
	}
	rows->n = n;
}

static void sort_small(uint32_t *row, size_t n, compare_fn *compare, const void *arg)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t moved = row[i];
		size_t to = i;

		for (; to > 0 && compare(arg, row[to - 1], moved) > 0; to--)
			row[to] = row[to - 1];
		row[to] = moved;
	}
}

/* Merges the halves; those of a list that was in order already are left as they are. */
static void sort(uint32_t *row, uint32_t *spare, size_t n, compare_fn *compare, const void *arg)
{
	size_t half = n / 2, left = 0, right = half;

	if (n <= SMALL) {
		sort_small(row, n, compare, arg);
		return;
	}
	sort(row, spare, half, compare, arg);
	sort(row + half, spare, n - half, compare, arg);
	if (compare(arg, row[half - 1], row[half]) <= 0)
		return;
	memcpy(spare, row, half * sizeof(*row));
	for (size_t to = 0; left < half; to++) {
		if (right < n && compare(arg, spare[left], row[right]) > 0)
			row[to] = row[right++];
		else
			row[to] = spare[left++];
	}
}

bool pt_soql_rows_sort(struct pt_soql_rows *rows, compare_fn *compare, const void *arg)
{
	uint32_t *spare;

	if (rows->n < 2)
		return true;
	spare = malloc(rows->n / 2 * sizeof(*spare));
	if (!spare)
		return false;
	sort(rows->at, spare, rows->n, compare, arg);
	free(spare);
	return true;
}
