/*
 * A list of errors, for validation that reports everything wrong with a file
 * in one go. Adding never fails: when memory is short the list says so itself, and
 * what was wrong with the file is not all known.
 */
#ifndef PT_BASE_ERRS_H
#define PT_BASE_ERRS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct pt_errs {
	struct pt_err *item; /* owned; in the order they were added until sorted */
	size_t n, cap;
	size_t nlost; /* errors that were not kept: more than PT_ERRS_MAX, or no memory */
	bool nomem;   /* memory was short, here or for what an error is about */
};

enum { PT_ERRS_MAX = 200 };

#define PT_ERRS_INIT                                                                               \
	{                                                                                          \
		.item = NULL                                                                       \
	}

void pt_errs_add(struct pt_errs *errs, const struct pt_err *err);
void pt_errs_at(struct pt_errs *errs, enum pt_errc code, struct pt_src src, const char *fmt, ...)
    PT_PRINTF(4, 5);

/* Puts the errors in file order: by line, then column, then as added. */
void pt_errs_sort(struct pt_errs *errs);

/* One "prefix: file:line:col: text" line per error, and one for those not kept. */
void pt_errs_print(struct pt_buf *out, const struct pt_errs *errs, const char *prefix);

void pt_errs_release(struct pt_errs *errs);

#endif
