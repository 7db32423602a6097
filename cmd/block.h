/*
 * Some lines at the end of a terminal that are written anew while what is said scrolls above
 * them. The cursor always rests at the start of the line below, and nothing of the terminal is
 * set: however the process ends, there is nothing to restore.
 *
 * Pure: it makes what is to be written, whoever has the terminal writes it, at one go.
 */
#ifndef PT_CMD_BLOCK_H
#define PT_CMD_BLOCK_H

#include "base/buf.h"

struct pt_block {
	struct pt_buf shown; /* its lines as they stand there, each with its newline */
};

#define PT_BLOCK_INIT                                                                              \
	{                                                                                          \
		.shown = PT_BUF_INIT                                                               \
	}

void pt_block_release(struct pt_block *block);

/* Somebody else has written there since: what is shown stays, and the next one comes below it. */
void pt_block_lose(struct pt_block *block);

static inline bool pt_block_is_shown(const struct pt_block *block)
{
	return block->shown.len > 0;
}

/*
 * Appends what takes the block's place: `above`, lines that scroll away, and `text`, the block
 * from now on; each line with its newline, "" for none. `columns` is how many there are now,
 * maybe others than when it was drawn; no line of text is to be wider. `above` and `text` must
 * not be the block's own.
 */
void pt_block_frame(struct pt_buf *out, struct pt_block *block, const char *above, const char *text,
		    unsigned columns);

/* The same, the block staying as it is. */
void pt_block_frame_above(struct pt_buf *out, struct pt_block *block, const char *above,
			  unsigned columns);

#endif
