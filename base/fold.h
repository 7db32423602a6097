/*
 * Text for a terminal that is too narrow for it: its lines are broken at blanks and go on under
 * the text they belong to, the last column of a table say. A command to copy, 'pushtrain' and
 * what follows it in its line, is never broken: it begins a line of its own instead, and the
 * terminal wraps it.
 */
#ifndef PT_BASE_FOLD_H
#define PT_BASE_FOLD_H

#include "base/buf.h"

/* Appends the text's lines, none wider than so many columns where that can be. 0: as they are. */
void pt_fold(struct pt_buf *out, const char *text, size_t columns);

#endif
