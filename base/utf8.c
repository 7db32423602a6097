/* See utf8.h. */
#include "base/utf8.h"

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

/* U+0080 to U+009F, U+061C, U+200E and F, U+2028 to U+202E, U+2066 to U+2069, U+FEFF, U+FFFE and F.
 */
static bool is_unseen(const unsigned char *p, size_t n)
{
	if (n == 1)
		return (p[0] < 0x20 && p[0] != '\t' && p[0] != '\n') || p[0] == 0x7f;
	if (n == 2)
		return (p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c);
	if (n != 3)
		return false;
	if (p[0] == 0xe2 && p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae);
	if (p[0] == 0xe2 && p[1] == 0x81)
		return p[2] >= 0xa6 && p[2] <= 0xa9;
	return p[0] == 0xef && ((p[1] == 0xbb && p[2] == 0xbf) || (p[1] == 0xbf && p[2] >= 0xbe));
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
