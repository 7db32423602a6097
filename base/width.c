/* See width.h. */
#include "base/width.h"

#include <stdint.h>
#include <string.h>

/* First and last code point; ascending. */
struct range {
	uint32_t first, last;
};

/* Marks that stand on the character before them, joiners and variation selectors. */
static const struct range NONE[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489},   {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x093c, 0x093c},   {0x0941, 0x0948}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x2064}, {0x20d0, 0x20ff},   {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    {0xfeff, 0xfeff}, {0xe0100, 0xe01ef},
};

/* East Asian Width W and F, and emoji that are shown as pictures. */
static const struct range WIDE[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},
    {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6f},
    {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18aff}, {0x1b000, 0x1b2ff},
    {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
    {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
    {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
    {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
    {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596},
    {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
    {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
    {0x1f7e0, 0x1f7eb}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
    {0x1fa70, 0x1faff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd},
};

static bool is_in(const struct range *range, size_t n, uint32_t point)
{
	size_t from = 0;

	while (from < n) {
		size_t mid = from + (n - from) / 2;

		if (point < range[mid].first)
			n = mid;
		else if (point > range[mid].last)
			from = mid + 1;
		else
			return true;
	}
	return false;
}

static unsigned columns_of(uint32_t point)
{
	if (point < 0x300)
		return 1;
	if (is_in(NONE, PT_ARRAY_LEN(NONE), point))
		return 0;
	return is_in(WIDE, PT_ARRAY_LEN(WIDE), point) ? 2 : 1;
}

/* Bytes of an escape sequence that begins there: CSI to its final byte, else two. */
static size_t escape_len(const char *text)
{
	size_t len = 2;

	if (text[1] == '\0')
		return 1;
	if (text[1] != '[')
		return len;
	while (text[len] && ((unsigned char)text[len] < 0x40 || (unsigned char)text[len] > 0x7e))
		len++;
	return text[len] ? len + 1 : len;
}

/* Bytes of the next character or escape sequence, and its columns. */
static size_t next(unsigned *columns_out, const char *text)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*text;
	size_t len = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	uint32_t point = len == 1 ? lead : lead & (0x7fU >> len);

	*columns_out = 0;
	if (lead == '\x1b')
		return escape_len(text);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80) {
			*columns_out = 1;
			return 1;
		}
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	}
	*columns_out = point < least[len] ? 1 : columns_of(point);
	return point < least[len] ? 1 : len;
}

size_t pt_width(const char *text)
{
	size_t width = 0;

	while (*text && *text != '\n') {
		unsigned columns;

		text += next(&columns, text);
		width += columns;
	}
	return width;
}

size_t pt_width_fit(const char *text, size_t columns)
{
	size_t at = 0;

	while (text[at] && text[at] != '\n') {
		unsigned wide;
		size_t len = next(&wide, text + at);

		if (wide > columns)
			break;
		columns -= wide;
		at += len;
	}
	return at;
}

void pt_width_elide(struct pt_buf *out, const char *text, size_t columns, bool utf8)
{
	size_t width = pt_width(text), mark = utf8 ? 1 : 3, at = 0, seen = 0;

	if (width <= columns) {
		pt_buf_bytes(out, text, strcspn(text, "\n"));
		return;
	}
	if (columns < mark)
		mark = columns;
	size_t keep = columns - mark, head = keep - keep / 2, tail = width - keep / 2;
	bool marked = false;

	while (text[at] && text[at] != '\n') {
		unsigned wide;
		size_t len = next(&wide, text + at);

		if (text[at] == '\x1b' || seen + wide <= head || seen >= tail) {
			pt_buf_bytes(out, text + at, len);
		} else if (!marked) {
			pt_buf_str(out, utf8 && mark ? "…" : &"..."[3 - mark]);
			marked = true;
		}
		seen += wide;
		at += len;
	}
}

void pt_width_wrap(struct pt_buf *out, const char *text, size_t columns, size_t indent)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf word = PT_BUF_INIT;
	size_t at = 0;

	while (*text) {
		size_t blanks = strspn(text, " ");
		size_t len = blanks + strcspn(text + blanks, " ");

		pt_buf_clear(&word);
		pt_buf_bytes(&word, text, len);
		size_t width = pt_width(pt_buf_text(&word));

		if (columns && at > indent && at + width > columns) {
			pt_buf_char(out, '\n');
			pt_buf_repeat(out, ' ', indent);
			pt_buf_bytes(out, text + blanks, len - blanks);
			at = indent + width - blanks;
		} else {
			pt_buf_bytes(out, text, len);
			at += width;
		}
		text += len;
	}
	pt_buf_lean(out, &word);
}
