/*
 * What of the plan a report shows beside what became of it: when each wave was to start, the
 * order, and what packages pin that the suite does not ship. Read from the plan's text; of a
 * plan that says nothing of it, nothing.
 */
#ifndef PT_PIPELINE_REPORT_PLANNED_H
#define PT_PIPELINE_REPORT_PLANNED_H

#include "pipeline/history/history.h"

struct pt_planned_wave {
	uint32_t stage, package, batch; /* batch from 0 */
	const char *zone;               /* NULL: none */
	int64_t start_ms;
};

struct pt_planned_external {
	uint32_t package; /* that pins it */
	const char *name; /* its name, or its version's id */
};

struct pt_planned {
	struct pt_planned_wave *wave;
	size_t nwave;
	struct pt_planned_external *external;
	size_t nexternal;
	const char *order; /* "confirmed" or "offset"; "" */
};

/* In that arena. PT_E_INVALID when it is no JSON. */
int pt_planned_read(struct pt_planned *out, const char *text, size_t size_bytes,
		    const struct pt_status *status, struct pt_arena *arena,
		    struct pt_err *err) PT_MUSTUSE;

#endif
