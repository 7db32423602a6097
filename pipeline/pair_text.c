/* See pair_text.h. */
#include "pipeline/pair_text.h"

const char *pt_pair_state_text(enum pt_pair_state state)
{
	static const char *const text[PT_PAIR_NSTATE] = {
	    [PT_PAIR_NONE] = "not_selected",   [PT_PAIR_CURRENT] = "already_current",
	    [PT_PAIR_EXCLUDED] = "excluded",   [PT_PAIR_WAITING] = "waiting",
	    [PT_PAIR_HELD] = "held",           [PT_PAIR_IN_FLIGHT] = "in_flight",
	    [PT_PAIR_AT_TARGET] = "at_target", [PT_PAIR_UNKNOWN] = "unknown",
	    [PT_PAIR_CANCELED] = "canceled",   [PT_PAIR_BENIGN] = "benign",
	    [PT_PAIR_FAILED] = "failed",
	};

	return text[state];
}

const char *pt_pair_words(enum pt_pair_state state)
{
	static const char *const text[PT_PAIR_NSTATE] = {
	    [PT_PAIR_NONE] = "not selected",   [PT_PAIR_CURRENT] = "already current",
	    [PT_PAIR_EXCLUDED] = "excluded",   [PT_PAIR_WAITING] = "waiting",
	    [PT_PAIR_HELD] = "held",           [PT_PAIR_IN_FLIGHT] = "in flight",
	    [PT_PAIR_AT_TARGET] = "at target", [PT_PAIR_UNKNOWN] = "unknown",
	    [PT_PAIR_CANCELED] = "canceled",   [PT_PAIR_BENIGN] = "benign",
	    [PT_PAIR_FAILED] = "failed",
	};

	return text[state];
}

const char *pt_pair_class_text(const struct pt_pair *pair)
{
	if (pair->state == PT_PAIR_FAILED)
		return pt_failure_class_text((enum pt_failure_class)pair->class_);
	return pt_pair_words((enum pt_pair_state)pair->state);
}

bool pt_pair_is_left(const struct pt_pair *pair)
{
	return pair->state >= PT_PAIR_WAITING && pair->state != PT_PAIR_AT_TARGET &&
	       pair->state != PT_PAIR_BENIGN;
}

void pt_tally_failed_words(struct pt_buf *out, const struct pt_tally *tally)
{
	static const enum pt_failure_class order[] = {PT_FAILURE_PERMANENT, PT_FAILURE_DEPENDENCY,
						      PT_FAILURE_TRANSIENT, PT_FAILURE_NOT_YET};
	const char *before = " (";

	pt_buf_printf(out, "%llu failed", (unsigned long long)pt_tally_failed(tally));
	for (size_t i = 0; i < PT_ARRAY_LEN(order); i++) {
		if (!tally->failed[order[i]])
			continue;
		pt_buf_printf(out, "%s%llu %s", before, (unsigned long long)tally->failed[order[i]],
			      pt_failure_class_text(order[i]));
		before = ", ";
	}
	if (before[0] == ',')
		pt_buf_char(out, ')');
}
