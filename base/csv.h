/*
 * Reads CSV (RFC 4180): a row at a time, quotes taken
 * off. The text is borrowed while it is read.
 */
#ifndef PT_BASE_CSV_H
#define PT_BASE_CSV_H

#include <stdbool.h>

#include "base/buf.h"

enum { PT_CSV_FIELDS_MAX = 32 };

struct pt_csv {
	const char *at, *end;
	unsigned row; /* from 1: the one read last */
	size_t nfield;
	struct pt_buf text; /* the row's fields, each with a NUL */
	size_t offset[PT_CSV_FIELDS_MAX];
};

void pt_csv_init(struct pt_csv *csv, const char *text, size_t size_bytes);
void pt_csv_release(struct pt_csv *csv);

/* The next row. PT_E_INVALID: an open quote, something after a closing one, too many fields. */
int pt_csv_next(bool *got_out, struct pt_csv *csv, struct pt_err *err) PT_MUSTUSE;

/* Of the current row; "" when it has fewer. Borrowed until the next row. */
const char *pt_csv_field(const struct pt_csv *csv, size_t i);

/* Which field of the current row, a header, has that name; PT_CSV_FIELDS_MAX: none. */
size_t pt_csv_find(const struct pt_csv *csv, const char *name);

#endif
