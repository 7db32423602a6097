/*
 * A run that outlives the processes that drive it: its platform, its journal, the
 * line between them, and the faults of its case, each at its moment.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_WORLD_H
#define PT_TESTS_SIMULATION_HARNESS_WORLD_H

#include <stdio.h>

#include "cmd/context.h"

#include "pipeline/journal.h"
#include "tests/simulation/harness/auditor.h"
#include "tests/simulation/harness/frail.h"

enum { SIM_HUBS = 2, SIM_WAITING = 64 };

/* Who departed the train. */
#define SIM_DEPARTED_BY "ada"

struct sim_world;

/* A call that the platform sees later than it was sent. */
struct sim_delayed {
	int64_t due_ms;
	bool heard; /* its answer arrives */
	struct pt_push_call call;
	struct pt_org_key *org; /* owned; what call points at */
	struct pt_id *requests; /* owned */
};

/* The line to one hub. */
struct sim_line {
	struct pt_push_session base;
	struct sim_world *world;
	uint32_t hub;
	struct pt_push_session *platform;         /* owned while a process lives */
	struct pt_push_reply answer[SIM_WAITING]; /* of our own making */
	int64_t answer_ms[SIM_WAITING];
	size_t nanswer;
	struct sim_delayed delayed[SIM_WAITING];
	size_t ndelayed;
	uint64_t unheard[SIM_WAITING], skipped[SIM_WAITING]; /* cookies of answers to come */
	size_t nunheard, nskipped;
	uint64_t rows_of; /* cookie of the answer that says no to some rows; 0: none */
	struct pt_push_add_failure row[SIM_WAITING];
	size_t nrow;
	uint64_t echoed;           /* cookie of the answer that arrives twice; 0: none */
	struct pt_push_reply echo; /* borrowed from the platform until the next receive */
	bool has_echo;
	uint32_t nerror; /* so many calls more are not carried out */
};

struct sim_world {
	const struct sim_case *c;
	struct sim_scene scene;
	struct pt_args args;
	struct pt_context context;
	struct pt_platform *platform;
	struct sim_auditor *auditor;
	FILE *trace; /* MAY be NULL */
	struct sim_line line[SIM_HUBS];
	struct pt_store *store; /* the file */
	struct sim_frail frail; /* in front of it */
	struct pt_journal journal;
	struct pt_run run; /* its row */
	char state[SIM_PATH];
	size_t next_fault; /* of the case; those before have happened */
	bool armed;        /* faults happen */
	uint32_t ncall;    /* of the engine, in all its lives */
	uint64_t nstep;
	uint32_t nhappened[NFAULT];
	uint32_t nlife;
	bool dead; /* this process is to die, or did */
	bool stopping, aborting, told_abort;
	bool wishes;     /* for a pass, that the engine does not know yet */
	bool again;      /* the pass at the end was wanted */
	bool exclusions; /* an org was left out, and the engine does not know yet */
	uint32_t nhalt;
	uint32_t yes_at; /* then somebody approves the stage that asked last; 0: nobody does */
	uint32_t yes_of;
	uint32_t nasked[SIM_STAGES], nexcused[SIM_STAGES], ncheck[SIM_STAGES];
	int64_t now_ms; /* of the process that died last */
};

/* The whole story of a case, judged. */
struct sim_story {
	uint32_t ncall, nlife, nviolation;
	uint32_t nhappened[NFAULT];
	uint32_t *installed; /* owned; by org, then package, at the end */
	uint32_t norg, npackage;
	struct pt_buf text; /* owned; violations, a line each */
};

void sim_story_release(struct sim_story *story);

/* False, with a reason printed: the case cannot be staged. The folder exists. Every call and answer
   is written to `trace`; MAY be NULL. */
bool sim_world_play(struct sim_story *out, const struct sim_case *c, const char *folder,
		    FILE *trace);

/* line.c */
extern const struct pt_push_ops SIM_LINE;
/* The fault of one of these kinds that is due, taken; false: there is none. */
bool sim_take_fault(struct sim_fault *out, struct sim_world *world, enum sim_fault_kind from,
		    enum sim_fault_kind to);
void sim_line_hang_up(struct sim_line *line);
void sim_line_release(struct sim_line *line);
void sim_trace(const struct sim_world *world, const char *fmt, ...) PT_PRINTF(2, 3);
/* answers.c: what people say when a stage asks for an approval, what they do about a halt that a
   word may mend, what a gate's command comes to. */
void sim_answer(struct sim_world *world);
void sim_answer_on_the_way(struct sim_world *world);
/* False: no word would mend it. */
bool sim_mend_halt(struct sim_world *world);
int sim_check(void *world, const struct pt_check *check, struct pt_check_end *out,
	      struct pt_err *err);
/* people.c: what people do by now; one more pass is wanted, of all or of one org. */
void sim_people_act(struct sim_world *world);
/* Somebody else makes a request of that version at that very second. */
void sim_push_beside(struct sim_world *world, const struct pt_push_call *call, uint32_t draw);
void sim_wish_repush(struct sim_world *world, uint32_t draw);

#endif
