/*
 * Text tables whose columns line up: tell the columns, then the cells row by
 * row, then render. Widths are columns of a terminal (see width.h).
 */
#ifndef PT_BASE_TABLE_H
#define PT_BASE_TABLE_H

#include "base/style.h"

struct pt_table;

/* One letter a column: 'l' left, 'r' right; "lrr". Owned by the caller; NULL without memory. */
struct pt_table *pt_table_new(const char *columns);
void pt_table_free(struct pt_table *table);
void pt_table_freep(struct pt_table **table);

/* The next cell; a row is full after as many cells as there are columns. */
void pt_table_cell(struct pt_table *table, const char *fmt, ...) PT_PRINTF(2, 3);

/* The style of the last cell. */
void pt_table_style(struct pt_table *table, enum pt_style style);

/* How many columns of a terminal its rows take, without an indent. */
size_t pt_table_width(const struct pt_table *table);

/* Appends the rows, each after `indent` spaces, two spaces between columns. */
int pt_table_render(struct pt_buf *out, const struct pt_table *table, unsigned indent,
		    struct pt_err *err) PT_MUSTUSE;

/* The same with its styles, as far as the look has colours. */
int pt_table_render_look(struct pt_buf *out, const struct pt_table *table, unsigned indent,
			 const struct pt_look *look, struct pt_err *err) PT_MUSTUSE;

#endif
