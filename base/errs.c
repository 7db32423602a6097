/* See errs.h. */
#include "base/errs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

void pt_errs_add(struct pt_errs *errs, const struct pt_err *err)
{
	errs->nomem |= err->code == PT_E_NOMEM;
	if (errs->n == PT_ERRS_MAX) {
		errs->nlost++;
		return;
	}
	if (errs->n == errs->cap) {
		size_t cap = errs->cap ? 2 * errs->cap : 8;
		struct pt_err *grown = realloc(errs->item, cap * sizeof(*grown));

		if (!grown) {
			errs->nomem = true;
			errs->nlost++;
			return;
		}
		errs->item = grown;
		errs->cap = cap;
	}
	errs->item[errs->n++] = *err;
}

void pt_errs_at(struct pt_errs *errs, enum pt_errc code, struct pt_src src, const char *fmt, ...)
{
	struct pt_err err = PT_ERR_INIT;
	char text[sizeof(err.text)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	(void)pt_err_at(&err, code, src, "%s", text);
	pt_errs_add(errs, &err);
}

/* Insertion sort: stable, and the list is short. */
void pt_errs_sort(struct pt_errs *errs)
{
	for (size_t i = 1; i < errs->n; i++) {
		struct pt_err moving = errs->item[i];
		size_t j = i;

		while (j > 0 && (errs->item[j - 1].line > moving.line ||
				 (errs->item[j - 1].line == moving.line &&
				  errs->item[j - 1].col > moving.col))) {
			errs->item[j] = errs->item[j - 1];
			j--;
		}
		errs->item[j] = moving;
	}
}

void pt_errs_print(struct pt_buf *out, const struct pt_errs *errs, const char *prefix)
{
	for (size_t i = 0; i < errs->n; i++) {
		pt_buf_printf(out, "%s: ", prefix);
		pt_err_print(out, &errs->item[i]);
		pt_buf_str(out, "\n");
	}
	if (errs->nlost)
		pt_buf_printf(out, "%s: and %zu more errors\n", prefix, errs->nlost);
}

void pt_errs_release(struct pt_errs *errs)
{
	free(errs->item);
	*errs = (struct pt_errs)PT_ERRS_INIT;
}
