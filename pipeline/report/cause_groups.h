/*
 * Causes that bear the same title, whatever the package: what a reader wants to see first. What
 * is not there because of it comes first, then what failed most often on the way.
 */
#ifndef PT_PIPELINE_REPORT_CAUSE_GROUPS_H
#define PT_PIPELINE_REPORT_CAUSE_GROUPS_H

#include "pipeline/history/causes.h"

struct pt_cause_group {
	const struct pt_cause *sample; /* the weightiest of them */
	uint64_t njob, nleft, nheld;
	uint64_t *of; /* failed jobs by package */
};

struct pt_cause_groups {
	struct pt_cause_group *group;
	size_t n;
	struct pt_causes causes;
};

/* Owned by the caller. */
int pt_cause_groups_make(struct pt_cause_groups *out, const struct pt_history *history,
			 struct pt_err *err) PT_MUSTUSE;
void pt_cause_groups_release(struct pt_cause_groups *groups);

/* What to call it: its title, else its type, else its message. */
const char *pt_cause_name(const struct pt_cause *cause);

#endif
