/*
 * Text for a terminal that is too narrow for it: its lines are broken at blanks and go on under
 * the text they belong to, the last column of a table say. A command to copy is never broken,
 * 'pushtrain' and what follows it in its line or its quotes: it begins a line of its own
 * instead, and the terminal wraps it. Nor is a moment, "Fri 2026-11-27 15:52 +00:00".
 */
#ifndef PT_BASE_FOLD_H
#define PT_BASE_FOLD_H

#include "base/buf.h"

/* Appends the text's lines, none wider than so many columns where that can be. 0: as they are. */
void pt_fold(struct pt_buf *out, const char *text, size_t columns);

#endif
