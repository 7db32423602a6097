/* The state of a push in words: the same in every report, document and screen. */
#ifndef PT_PIPELINE_PAIR_TEXT_H
#define PT_PIPELINE_PAIR_TEXT_H

#include "base/buf.h"
#include "pipeline/pairs.h"

/* "at_target": for programs; and for people "at target". */
const char *pt_pair_state_text(enum pt_pair_state state);
const char *pt_pair_words(enum pt_pair_state state);

/* "permanent", "held": the class of a failure, else the state. */
const char *pt_pair_class_text(const struct pt_pair *pair);

/* A push that is eligible and has neither arrived nor lost its org. */
bool pt_pair_is_left(const struct pt_pair *pair);

/* Appends "112 failed (14 permanent, 98 transient)", of the pairs as they are now. */
void pt_tally_failed_words(struct pt_buf *out, const struct pt_tally *tally);

#endif
