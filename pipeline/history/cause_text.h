/*
 * What a failure's message says apart from what varies from org to org: a skeleton, which
 * is the same for two messages of the same cause, and the values in its slots.
 *
 * A slot is: an error number ("731858695-80805 (-151184096)"), an id of 15 or 18 characters,
 * the org's own name, a number with its unit, a quoted text. Kept as they are: versions ("1.2.3",
 * "Version 4"), names with digits ("npe01"), and quoted texts after the word package. Control
 * characters are blanks, and of a long message only the beginning counts.
 */
#ifndef PT_PIPELINE_HISTORY_CAUSE_TEXT_H
#define PT_PIPELINE_HISTORY_CAUSE_TEXT_H

#include "base/buf.h"

enum { PT_CAUSE_SLOTS = 32, PT_CAUSE_MOST_BYTES = 2000 };

/* Stands in the skeleton where a slot is. */
#define PT_CAUSE_SLOT '\x01'

struct pt_cause_text {
	struct pt_buf skeleton;
	struct {
		size_t at, len;
	} slot[PT_CAUSE_SLOTS]; /* in the message */
	size_t nslot;
};

/* Fills an initialised one anew; `org` is the org's name, "" if none. O(message). */
void pt_cause_text_read(struct pt_cause_text *text, const char *message, const char *org);
void pt_cause_text_release(struct pt_cause_text *text);

#endif
