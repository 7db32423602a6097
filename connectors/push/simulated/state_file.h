/*
 * What a simulated platform is made again from, in a file of its own: what it was
 * made from, the catalogues that came since, and every write call with its time.
 * A call is on disk before it is carried out.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_STATE_FILE_H
#define PT_CONNECTORS_PUSH_SIMULATED_STATE_FILE_H

#include "connectors/push/simulated/catalogue.h"

struct pt_sim_state;

/* What the platform was made from. */
struct pt_sim_origin {
	uint64_t seed;
	int64_t made_ms;
	char population[72]; /* digest of the file's text */
};

/*
 * Opens the file, or makes one. PT_E_BUSY: another process has it open. Owned by
 * the caller.
 */
int pt_sim_state_open(struct pt_sim_state **out, const char *path, struct pt_err *err) PT_MUSTUSE;
void pt_sim_state_close(struct pt_sim_state *state);
void pt_sim_state_closep(struct pt_sim_state **state);

/* *found_out is false in a file that is new. */
int pt_sim_state_origin(struct pt_sim_origin *out, bool *found_out, struct pt_sim_state *state,
			struct pt_err *err) PT_MUSTUSE;

/* Makes a new file the state of a platform of that origin with that catalogue. */
int pt_sim_state_begin(struct pt_sim_state *state, const struct pt_sim_origin *origin,
		       const struct pt_sim_catalogue *catalogue, struct pt_err *err) PT_MUSTUSE;

/* Another catalogue from now on; nothing is written when it is the last one. */
int pt_sim_state_upload(struct pt_sim_state *state, const struct pt_sim_catalogue *catalogue,
			struct pt_err *err) PT_MUSTUSE;

/* A write call at that time. */
int pt_sim_state_append(struct pt_sim_state *state, const struct pt_push_call *call, int64_t at_ms,
			struct pt_err *err) PT_MUSTUSE;

/* The catalogues in their order, then the calls in theirs. Borrowed until the function returns. */
struct pt_sim_replay {
	void *context;
	int (*catalogue)(void *context, const struct pt_sim_catalogue *catalogue,
			 struct pt_err *err);
	int (*call)(void *context, const struct pt_push_call *call, int64_t at_ms,
		    struct pt_err *err);
};
int pt_sim_state_replay(struct pt_sim_state *state, const struct pt_sim_replay *replay,
			struct pt_err *err) PT_MUSTUSE;

#endif
