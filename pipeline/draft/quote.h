/*
 * Texts of other people's choosing in a YAML file: names and paths as scalars that mean
 * just that text, and comments that stay comments.
 */
#ifndef PT_PIPELINE_DRAFT_QUOTE_H
#define PT_PIPELINE_DRAFT_QUOTE_H

#include <stdbool.h>

#include "base/buf.h"

/* False: not UTF-8, which no YAML file may hold. */
bool pt_draft_is_utf8(const char *text);

/*
 * Appends the text as a scalar that is safe in a list or map on one line: plain where every
 * reader of YAML takes it for that text, else in quotes.
 */
void pt_draft_quote(struct pt_buf *out, const char *text);

enum { PT_DRAFT_SQUEEZED = 256 };

/*
 * Letters and digits in lower case, '&' as "and": what is left of a name however people write
 * it. Longer ones are cut. Returns buf.
 */
const char *pt_draft_squeeze(char buf[PT_DRAFT_SQUEEZED], const char *name);

/* Appends it as the rest of a line of comment: what would end the line becomes '?'. */
void pt_draft_comment(struct pt_buf *out, const char *text);

#endif
