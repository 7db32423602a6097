/* See utf8.h. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

size_t pt_utf8_len(const unsigned char *p)
{
	size_t n = p[0] < 0x80                   ? 1
		   : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
		   : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
		   : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
						 : 0;

	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* Of a valid sequence of at most three bytes; longer ones stand for nothing unseen. */
static uint32_t code_point(const unsigned char *p, size_t n)
{
	if (n == 1)
		return p[0];
	if (n == 2)
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
}

static bool is_unseen(const unsigned char *p, size_t n)
{
	static const uint32_t range[][2] = {
	    {0x00, 0x08},     {0x0b, 0x1f},     {0x7f, 0x9f},
	    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x2028, 0x202e},
	    {0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xfffe, 0xffff},
	};
	uint32_t code = n < 4 ? code_point(p, n) : ' ';

	for (size_t i = 0; i < PT_ARRAY_LEN(range); i++) {
		if (code >= range[i][0] && code <= range[i][1])
			return true;
	}
	return false;
}

const char *pt_utf8_shown(size_t *n_out, const char **at)
{
	const char *text = *at;
	const unsigned char *p = (const unsigned char *)text;
	size_t n;

	if (!*p)
		return NULL;
	n = pt_utf8_len(p);
	*at += n ? n : 1;
	if (n && !is_unseen(p, n)) {
		*n_out = n;
		return text;
	}
	*n_out = 3;
	return "\xef\xbf\xbd";
}

void pt_utf8_show(struct pt_buf *out, const char *text, size_t most)
{
	const char *piece;
	size_t n, count = 0;

	while (count++ < most && (piece = pt_utf8_shown(&n, &text)))
		pt_buf_bytes(out, piece, n);
	if (*text)
		pt_buf_str(out, " …");
}
