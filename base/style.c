/* See style.h. */
#include "base/style.h"

/* The sixteen colours that people choose themselves: readable on light and on dark. */
static const char *const ON[PT_STYLE_NSTYLE] = {
    [PT_STYLE_PLAIN] = "",        [PT_STYLE_STRONG] = "\x1b[1m", [PT_STYLE_DIM] = "\x1b[2m",
    [PT_STYLE_GOOD] = "\x1b[32m", [PT_STYLE_WARN] = "\x1b[33m",  [PT_STYLE_BAD] = "\x1b[31m",
};

const char *pt_style_on(const struct pt_look *look, enum pt_style style)
{
	return look->colour ? ON[style] : "";
}

const char *pt_style_off(const struct pt_look *look, enum pt_style style)
{
	return look->colour && style != PT_STYLE_PLAIN ? "\x1b[0m" : "";
}

void pt_style_str(struct pt_buf *out, const struct pt_look *look, enum pt_style style,
		  const char *text)
{
	pt_buf_str(out, pt_style_on(look, style));
	pt_buf_str(out, text);
	pt_buf_str(out, pt_style_off(look, style));
}
