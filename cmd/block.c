/* See block.h. */
#include "cmd/block.h"

#include <string.h>

#include "base/width.h"

static const char END_OF_LINE[] = "\x1b[K", END_OF_SCREEN[] = "\x1b[J";

void pt_block_release(struct pt_block *block)
{
	pt_buf_release(&block->shown);
}

void pt_block_lose(struct pt_block *block)
{
	pt_buf_clear(&block->shown);
}

static const char *next_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end ? end + 1 : text + strlen(text);
}

/* Rows that it takes by now: where a terminal has become narrower its lines were broken. */
static unsigned rows_of(const char *text, unsigned columns)
{
	unsigned rows = 0;

	for (; *text; text = next_line(text)) {
		size_t width = pt_width(text);

		rows +=
		    columns && width > columns ? (unsigned)((width + columns - 1) / columns) : 1;
	}
	return rows;
}

static void to_its_start(struct pt_buf *out, const struct pt_block *block, unsigned columns)
{
	unsigned rows = rows_of(pt_buf_text(&block->shown), columns);

	pt_buf_char(out, '\r');
	if (rows > 0)
		pt_buf_printf(out, "\x1b[%uA", rows);
}

/* Each line wipes out what is left of the one that stood there. */
static void add_block(struct pt_buf *out, const char *text)
{
	for (; *text; text = next_line(text)) {
		pt_buf_bytes(out, text, strcspn(text, "\n"));
		pt_buf_str(out, END_OF_LINE);
		pt_buf_str(out, "\r\n");
	}
}

/* These may be wider than the terminal and take several rows: all is wiped out before. */
static void add_above(struct pt_buf *out, const char *text)
{
	if (*text)
		pt_buf_str(out, END_OF_SCREEN);
	for (; *text; text = next_line(text)) {
		pt_buf_bytes(out, text, strcspn(text, "\n"));
		pt_buf_str(out, "\r\n");
	}
}

void pt_block_frame(struct pt_buf *out, struct pt_block *block, const char *above, const char *text,
		    unsigned columns)
{
	to_its_start(out, block, columns);
	add_above(out, above);
	add_block(out, text);
	pt_buf_str(out, END_OF_SCREEN);
	pt_buf_clear(&block->shown);
	pt_buf_str(&block->shown, text);
}

void pt_block_frame_above(struct pt_buf *out, struct pt_block *block, const char *above,
			  unsigned columns)
{
	to_its_start(out, block, columns);
	add_above(out, above);
	add_block(out, pt_buf_text(&block->shown));
	pt_buf_str(out, END_OF_SCREEN);
}
