/*
 * Failed push jobs by what the platform called the failure: how often, of which package, and one
 * of them to look at.
 */
#ifndef PT_PIPELINE_REPORT_CAUSE_LIST_H
#define PT_PIPELINE_REPORT_CAUSE_LIST_H

#include "pipeline/history/history.h"

struct pt_cause_seen {
	enum pt_failure_class class_;
	const char *type, *title, *message; /* of the last of them; borrowed from the history */
	uint64_t njob;                      /* failed so, cured or not */
	uint64_t nleft;                     /* pushes whose last job failed so, and are not there */
	uint32_t org;                       /* one of those that are left, else the last */
	uint64_t *of;                       /* jobs by package */
	bool sample_is_left;
};

struct pt_cause_list {
	struct pt_cause_seen *cause; /* what is left most often first, then by jobs */
	size_t n;
	struct pt_arena arena;
};

/* Owned by the caller. The history has its orgs and failures. O(failures + orgs x packages). */
int pt_cause_list_make(struct pt_cause_list *out, const struct pt_history *history,
		       struct pt_err *err) PT_MUSTUSE;
void pt_cause_list_release(struct pt_cause_list *list);

/* What to call it: its title, else its type, else the beginning of its message. */
const char *pt_cause_name(const struct pt_cause_seen *cause);

/*
 * The last failed job of each push that has failed: index[package][org] of history->failure, or
 * UINT32_MAX. In that arena. O(failures + orgs x packages).
 */
int pt_last_failures(uint32_t ***out, const struct pt_history *history, struct pt_arena *arena,
		     struct pt_err *err) PT_MUSTUSE;

#endif
