/*
 * What text is to look like where it goes: how wide, with colours or without, in UTF-8 or not.
 * Colour comes beside words only, never instead of them.
 */
#ifndef PT_BASE_STYLE_H
#define PT_BASE_STYLE_H

#include "base/buf.h"

struct pt_look {
	unsigned columns; /* 0: as wide as it likes */
	bool colour;
	bool utf8;
};

/* Plain and as wide as it likes: a file, a pipe. */
#define PT_LOOK_PLAIN ((struct pt_look){.utf8 = true})

enum pt_style {
	PT_STYLE_PLAIN,
	PT_STYLE_STRONG, /* what the eye is to find first */
	PT_STYLE_DIM,    /* what it may skip */
	PT_STYLE_GOOD,
	PT_STYLE_WARN,
	PT_STYLE_BAD,
	PT_STYLE_NSTYLE,
};

/* The escape sequences around a text of that style; "" without colour. */
const char *pt_style_on(const struct pt_look *look, enum pt_style style);
const char *pt_style_off(const struct pt_look *look, enum pt_style style);

/* Appends the text between them. */
void pt_style_str(struct pt_buf *out, const struct pt_look *look, enum pt_style style,
		  const char *text);

/* Whether a line of so many columns fits. */
static inline bool pt_look_fits(const struct pt_look *look, size_t columns)
{
	return look->columns == 0 || columns <= look->columns;
}

#endif
