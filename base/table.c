/* See table.h. */
#include "base/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/width.h"

struct pt_table {
	char columns[32];
	size_t ncolumn;
	struct pt_buf text; /* the cells one after the other, each its style and its NUL */
	size_t ncell;
	size_t style_at; /* of the last one */
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
	char *to = need < 0 ? NULL : pt_buf_reserve(&table->text, (size_t)need + 2);

	if (to) {
		table->style_at = table->text.len++;
		*to++ = (char)('0' + PT_STYLE_PLAIN);
		vsnprintf(to, (size_t)need + 1, fmt, again);
		pt_buf_plain(to);
		table->text.len += (size_t)need;
		pt_buf_bytes(&table->text, "", 1);
		table->ncell++;
	}
	va_end(again);
}

void pt_table_style(struct pt_table *table, enum pt_style style)
{
	if (table->ncell > 0)
		table->text.data[table->style_at] = (char)('0' + (int)style);
}

/* A cell's first byte is its style. */
static const char *next_cell(const char *cell)
{
	return cell + strlen(cell) + 1;
}

static void render_cell(struct pt_buf *out, const char *cell, char align, size_t width, bool last,
			const struct pt_look *look)
{
	size_t pad = width - pt_width(cell + 1);

	if (align == 'r')
		pt_buf_repeat(out, ' ', pad);
	pt_style_str(out, look, (enum pt_style)(cell[0] - '0'), cell + 1);
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

static void measure(size_t *width, const struct pt_table *table)
{
	const char *cell = pt_buf_text(&table->text);

	for (size_t i = 0; i < table->ncell; i++, cell = next_cell(cell)) {
		size_t n = pt_width(cell + 1);

		if (n > width[i % table->ncolumn])
			width[i % table->ncolumn] = n;
	}
}

size_t pt_table_width(const struct pt_table *table)
{
	size_t width[sizeof(table->columns)] = {0}, sum = 0;

	measure(width, table);
	for (size_t i = 0; i < table->ncolumn; i++)
		sum += width[i] + (i ? 2 : 0);
	return sum;
}

int pt_table_render_look(struct pt_buf *out, const struct pt_table *table, unsigned indent,
			 const struct pt_look *look, struct pt_err *err)
{
	size_t width[sizeof(table->columns)] = {0};
	const char *cell = pt_buf_text(&table->text);

	measure(width, table);
	for (size_t i = 0; i < table->ncell; i++, cell = next_cell(cell)) {
		size_t column = i % table->ncolumn;

		if (column == 0)
			pt_buf_repeat(out, ' ', indent);
		render_cell(out, cell, table->columns[column], width[column],
			    column + 1 == table->ncolumn, look);
		if (column + 1 == table->ncolumn)
			end_line(out);
	}
	return pt_buf_check(&table->text, err);
}

int pt_table_render(struct pt_buf *out, const struct pt_table *table, unsigned indent,
		    struct pt_err *err)
{
	return pt_table_render_look(out, table, indent, &PT_LOOK_PLAIN, err);
}
