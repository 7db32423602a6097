/*
 * Text of other people's making, made fit to be shown: UTF-8 that is valid, without what
 * a reader cannot see and a terminal, a browser or a spreadsheet might obey.
 */
#ifndef PT_BASE_UTF8_H
#define PT_BASE_UTF8_H

#include "base/buf.h"

/* Length of the valid UTF-8 sequence at the bytes of a text with its NUL; 0 if there is none. */
size_t pt_utf8_len(const unsigned char *bytes);

/*
 * The next character of a text that is to be shown: what to write for it, and in *n_out how
 * many bytes of that; *at goes on. Invalid bytes, control characters but for tab and line
 * feed, marks that turn the direction of writing round, and noncharacters are U+FFFD.
 * NULL at the end of the text.
 */
const char *pt_utf8_shown(size_t *n_out, const char **at);

/* Appends a text so, at most that many characters, and " …" for the rest. */
void pt_utf8_show(struct pt_buf *out, const char *text, size_t most);

#endif
