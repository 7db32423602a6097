/*
 * Bytes that grow: text being written, files being read. The data always ends
 * in a NUL that `len` does not count.
 *
 * Appending does not return an error; a buffer that ran out of memory stays
 * `failed` and swallows what follows, and pt_buf_check() says so once, at the
 * end. That keeps code that writes text readable.
 */
#ifndef PT_BASE_BUF_H
#define PT_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct pt_buf {
	char *data; /* NULL until something is appended */
	size_t len, cap;
	bool failed;
};

#define PT_BUF_INIT                                                                                \
	{                                                                                          \
		.data = NULL                                                                       \
	}

void pt_buf_bytes(struct pt_buf *buf, const void *bytes, size_t size_bytes);
void pt_buf_str(struct pt_buf *buf, const char *text);
void pt_buf_char(struct pt_buf *buf, char c);
void pt_buf_repeat(struct pt_buf *buf, char c, size_t count);
void pt_buf_printf(struct pt_buf *buf, const char *fmt, ...) PT_PRINTF(2, 3);

/* Makes room for size_bytes more; returns where they go, or NULL. */
char *pt_buf_reserve(struct pt_buf *buf, size_t size_bytes);

/*
 * Makes a text fit for one line of a terminal: control characters, which names of
 * people's choosing may have, become '?', U+0080 to U+009F two of them.
 */
void pt_buf_plain(char *text);

/* The text so far, never NULL; borrowed until the next change. */
const char *pt_buf_text(const struct pt_buf *buf);

/* 0, or -PT_E_NOMEM when an append failed since the last clear. */
int pt_buf_check(const struct pt_buf *buf, struct pt_err *err) PT_MUSTUSE;

/* Text of `part` stands in `buf`: it has failed if that has. */
static inline void pt_buf_lean(struct pt_buf *buf, const struct pt_buf *part)
{
	buf->failed |= part->failed;
}

void pt_buf_clear(struct pt_buf *buf);
void pt_buf_release(struct pt_buf *buf);

/* Hands the text over: owned by the caller, to be freed; NULL if the buffer failed. */
char *pt_buf_take(struct pt_buf *buf);

#endif
