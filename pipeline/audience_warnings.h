/*
 * What about an audience is hardly as whoever wrote the suite file meant it: stages
 * and batches that stay empty, samples that cannot be drawn, files of orgs that nobody
 * has, exclusions that have ended or will end on the way.
 */
#ifndef PT_PIPELINE_AUDIENCE_WARNINGS_H
#define PT_PIPELINE_AUDIENCE_WARNINGS_H

#include "base/buf.h"
#include "pipeline/audience.h"

/* Everything is borrowed. */
struct pt_audience_look {
	const struct pt_suite *suite;
	const struct pt_train_conf *conf;
	const struct pt_org_lists *lists;
	const struct pt_inventory *inventory;
	const struct pt_audience *audience;
	int64_t now_ms;  /* when it was drawn for */
	int64_t last_ms; /* when the last stage starts at the earliest; now_ms: not known */
};

/* Appends one line for each, with its newline. O(orgs). */
int pt_audience_warn(struct pt_buf *out, const struct pt_audience_look *look,
		     struct pt_err *err) PT_MUSTUSE;

#endif
