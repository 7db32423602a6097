/*
 * How wide text is on a terminal: columns, not bytes. East Asian wide characters and emoji take
 * two, combining marks none, escape sequences none; a byte that is not UTF-8 takes one.
 */
#ifndef PT_BASE_WIDTH_H
#define PT_BASE_WIDTH_H

#include "base/buf.h"

/* Columns of the text up to its end or the end of its first line. O(bytes). */
size_t pt_width(const char *text);

/* The bytes of it that fit into so many columns, whole characters and escape sequences. */
size_t pt_width_fit(const char *text, size_t columns);

/*
 * Appends one line's text; what does not fit is left out of its middle, where an ellipsis
 * stands: '…', or "..." unless `utf8`. Escape sequences are kept, all of them.
 */
void pt_width_elide(struct pt_buf *out, const char *text, size_t columns, bool utf8);

/*
 * Appends the text in lines of so many columns, broken at blanks; those after the first begin
 * with `indent` blanks. A word that is wider has a line of its own. 0 columns: one line.
 */
void pt_width_wrap(struct pt_buf *out, const char *text, size_t columns, size_t indent);

#endif
