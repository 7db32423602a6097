/*
 * Calls of the push interface, carried out on a platform. Applying a call does
 * what it asks for and keeps what the platform said at that moment, a few bytes
 * a row; showing the answer, when it is due, writes the rows out.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_ANSWERS_H
#define PT_CONNECTORS_PUSH_SIMULATED_ANSWERS_H

#include "base/arena.h"
#include "connectors/push/simulated/platform.h"

/* What the rows are depends on the call. */
struct pt_sim_row {
	uint32_t subject; /* an org; ERRORS: a job */
	uint16_t version; /* SUBSCRIBERS */
	uint8_t state;    /* JOBS: of the job; SUBSCRIBERS: status of the org */
	bool installed : 1;
	bool blocked : 1;
};

struct pt_sim_answer {
	struct pt_push_reply head; /* all of the reply but what the rows say */
	uint32_t package;
	struct pt_sim_row *row;
	size_t nrow;
	struct pt_arena arena; /* row and what head points to */
};

/*
 * Carries the call out at the platform's time. http_calls is what the REST and
 * bulk APIs would need with pages of page_rows. Fails without memory and for a
 * call that is none. Release the answer even so.
 */
int pt_sim_answer_apply(struct pt_sim_answer *out, struct pt_platform *platform,
			const struct pt_push_call *call, uint32_t page_rows,
			struct pt_err *err) PT_MUSTUSE;

/* Makes it an answer that says no: not carried out, and `code: text` why. */
int pt_sim_answer_decline(struct pt_sim_answer *answer, enum pt_push_outcome outcome,
			  const struct pt_sim_words *words, struct pt_err *err) PT_MUSTUSE;

/* The reply in full; what it points to is in `arena` or in the answer. */
int pt_sim_answer_show(struct pt_push_reply *out, struct pt_arena *arena,
		       const struct pt_sim_answer *answer, const struct pt_platform *platform,
		       struct pt_err *err) PT_MUSTUSE;

void pt_sim_answer_release(struct pt_sim_answer *answer);

#endif
