/*
 * The few causes behind a run's thousands of failures: failed jobs that say the same but
 * for ids, numbers and names, most frequent first; and behind orgs that are held, what
 * became of the base that they wait for. See cause_text.h for what counts as the same.
 *
 *     pt_history_read(&history, store, NULL, PT_HISTORY_ORGS | PT_HISTORY_FAILURES, err);
 *     pt_causes_find(&causes, &history, NULL, err);
 *
 * Of a journal from before failures were kept, the last words of each org stand for them.
 */
#ifndef PT_PIPELINE_HISTORY_CAUSES_H
#define PT_PIPELINE_HISTORY_CAUSES_H

#include "pipeline/history/history.h"

struct pt_cause {
	uint32_t package;
	enum pt_failure_class class_;
	/* The platform's words; "" where it says none. Of the message what all of them have in
	   common, "…" where they differ. */
	const char *type, *title, *message;
	const char *said; /* the sample's message as it is */
	uint64_t njob;    /* failed jobs, again and again for an org that was pushed again */
	uint64_t norg;    /* orgs they were in */
	uint64_t nleft;   /* of these, whose push is failed so to this day */
	uint64_t nheld;   /* orgs that wait for the package because of it */
	uint32_t org;     /* a sample: one that is left, if any */
	int64_t first_ms, last_ms; /* when we read of them; 0: not known */
};

/* Orgs that wait for a base, by what keeps it from arriving. */
struct pt_held_cause {
	uint32_t base;                /* the lowest of those missing, that waits for no other */
	enum pt_pair_state state;     /* of its push there */
	const struct pt_cause *cause; /* of its failure; NULL: it has not failed */
	unsigned reason;              /* of its exclusion: pt_history_reason() */
	uint64_t npair, norg;         /* pushes that wait, and in how many orgs */
	uint32_t org;                 /* a sample */
};

#define PT_CAUSES_ANY UINT32_MAX

/* Each of them PT_CAUSES_ANY: all. */
struct pt_causes_filter {
	uint32_t stage, package;
	uint32_t class_; /* enum pt_failure_class; of held orgs, of the base's failure */
};

struct pt_causes {
	struct pt_cause *cause; /* by those left, then by orgs, most first */
	size_t n;
	uint64_t njob; /* of all of them */
	uint64_t nleft;
	struct pt_held_cause *held; /* by pushes, most first */
	size_t nheld;
	uint64_t nheld_pair;
	struct pt_arena arena; /* all of the above; texts of the history are borrowed from it */
};

/* `filter` MAY be NULL: everything. Owned by the caller. O(failures + orgs x packages). */
int pt_causes_find(struct pt_causes *out, const struct pt_history *history,
		   const struct pt_causes_filter *filter, struct pt_err *err) PT_MUSTUSE;
void pt_causes_release(struct pt_causes *causes);

#endif
