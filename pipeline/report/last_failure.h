/*
 * The failed job behind each push that has failed, in the platform's words.
 */
#ifndef PT_PIPELINE_REPORT_LAST_FAILURE_H
#define PT_PIPELINE_REPORT_LAST_FAILURE_H

#include "pipeline/history/history.h"

struct pt_last_failures {
	uint32_t **of; /* [package][org]: of history->failure, UINT32_MAX: none */
};

/* In that arena. The history has its failures. O(failures + orgs x packages). */
int pt_last_failures_find(struct pt_last_failures *out, const struct pt_history *history,
			  struct pt_arena *arena, struct pt_err *err) PT_MUSTUSE;

/* NULL: the push has not failed, or the journal is from before failures were kept. */
const struct pt_history_failure *pt_last_failure(const struct pt_last_failures *failures,
						 const struct pt_history *history, uint32_t package,
						 uint32_t org);

#endif
