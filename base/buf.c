/* See buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *pt_buf_reserve(struct pt_buf *buf, size_t size_bytes)
{
	if (buf->failed || size_bytes > SIZE_MAX / 4 - buf->len) {
		buf->failed = true;
		return NULL;
	}
	size_t need = buf->len + size_bytes + 1;

	if (need > buf->cap) {
		size_t cap = buf->cap ? buf->cap : 64;

		while (cap < need)
			cap *= 2;
		char *grown = realloc(buf->data, cap);

		if (!grown) {
			buf->failed = true;
			return NULL;
		}
		buf->data = grown;
		buf->cap = cap;
		buf->data[buf->len] = '\0';
	}
	return buf->data + buf->len;
}

void pt_buf_bytes(struct pt_buf *buf, const void *bytes, size_t size_bytes)
{
	char *to = pt_buf_reserve(buf, size_bytes);

	if (!to || size_bytes == 0)
		return;
	memcpy(to, bytes, size_bytes);
	buf->len += size_bytes;
	buf->data[buf->len] = '\0';
}

void pt_buf_str(struct pt_buf *buf, const char *text)
{
	pt_buf_bytes(buf, text, strlen(text));
}

void pt_buf_char(struct pt_buf *buf, char c)
{
	pt_buf_bytes(buf, &c, 1);
}

void pt_buf_repeat(struct pt_buf *buf, char c, size_t count)
{
	char *to = pt_buf_reserve(buf, count);

	if (!to)
		return;
	memset(to, c, count);
	buf->len += count;
	buf->data[buf->len] = '\0';
}

void pt_buf_printf(struct pt_buf *buf, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *to = need < 0 ? NULL : pt_buf_reserve(buf, (size_t)need);

	if (to) {
		vsnprintf(to, (size_t)need + 1, fmt, again);
		buf->len += (size_t)need;
	}
	va_end(again);
}

void pt_buf_plain(char *text)
{
	for (; *text; text++) {
		bool c1 = (unsigned char)*text == 0xc2 && (unsigned char)text[1] >= 0x80 &&
			  (unsigned char)text[1] < 0xa0;

		if (c1)
			*text++ = '?';
		if (c1 || (unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

const char *pt_buf_text(const struct pt_buf *buf)
{
	return buf->data ? buf->data : "";
}

int pt_buf_check(const struct pt_buf *buf, struct pt_err *err)
{
	return buf->failed ? pt_err_nomem(err) : 0;
}

void pt_buf_clear(struct pt_buf *buf)
{
	buf->len = 0;
	buf->failed = false;
	if (buf->data)
		buf->data[0] = '\0';
}

void pt_buf_release(struct pt_buf *buf)
{
	free(buf->data);
	*buf = (struct pt_buf)PT_BUF_INIT;
}

char *pt_buf_take(struct pt_buf *buf)
{
	if (buf->failed || !pt_buf_reserve(buf, 0)) {
		pt_buf_release(buf);
		return NULL;
	}
	char *data = buf->data;

	*buf = (struct pt_buf)PT_BUF_INIT;
	return data;
}
