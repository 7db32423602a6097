/* See table.h. */
#include "base/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pt_table {
	char columns[32];
	size_t ncolumn;
	struct pt_buf text; /* the cells one after the other, each with its NUL */
	size_t ncell;
};

struct pt_table *pt_table_new(const char *columns)
{
	struct pt_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	snprintf(table->columns, sizeof(table->columns), "%s", columns);
	table->ncolumn = strlen(table->columns);
	return table;
}

void pt_table_free(struct pt_table *table)
{
	if (!table)
		return;
	pt_buf_release(&table->text);
	free(table);
}

void pt_table_freep(struct pt_table **table)
{
	pt_table_free(*table);
}

void pt_table_cell(struct pt_table *table, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *to = need < 0 ? NULL : pt_buf_reserve(&table->text, (size_t)need + 1);

	if (to) {
		vsnprintf(to, (size_t)need + 1, fmt, again);
		pt_buf_plain(to);
		table->text.len += (size_t)need;
		pt_buf_bytes(&table->text, "", 1);
		table->ncell++;
	}
	va_end(again);
}

/* Code points, which is close enough to columns for the names we print. */
static size_t width_of(const char *cell)
{
	size_t n = 0;

	for (; *cell; cell++)
		n += ((unsigned char)*cell & 0xc0) != 0x80;
	return n;
}

static void render_cell(struct pt_buf *out, const char *cell, char align, size_t width, bool last)
{
	size_t pad = width - width_of(cell);

	if (align == 'r')
		pt_buf_repeat(out, ' ', pad);
	pt_buf_str(out, cell);
	if (align != 'r' && !last)
		pt_buf_repeat(out, ' ', pad);
	if (!last)
		pt_buf_str(out, "  ");
}

/* Ends a line without the blanks that empty last cells would leave. */
static void end_line(struct pt_buf *out)
{
	while (out->len && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	pt_buf_char(out, '\n');
}

int pt_table_render(struct pt_buf *out, const struct pt_table *table, unsigned indent,
		    struct pt_err *err)
{
	size_t width[sizeof(table->columns)] = {0};
	const char *cell = pt_buf_text(&table->text);

	for (size_t i = 0; i < table->ncell; i++, cell += strlen(cell) + 1) {
		size_t n = width_of(cell);

		if (n > width[i % table->ncolumn])
			width[i % table->ncolumn] = n;
	}
	cell = pt_buf_text(&table->text);
	for (size_t i = 0; i < table->ncell; i++, cell += strlen(cell) + 1) {
		size_t column = i % table->ncolumn;

		if (column == 0)
			pt_buf_repeat(out, ' ', indent);
		render_cell(out, cell, table->columns[column], width[column],
			    column + 1 == table->ncolumn);
		if (column + 1 == table->ncolumn)
			end_line(out);
	}
	return pt_buf_check(&table->text, err);
}
