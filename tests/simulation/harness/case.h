/*
 * One simulated train: what ships to whom, under which rules, and what goes wrong
 * when. A case is drawn from a seed, written as one line of text and read back, and
 * made smaller knob by knob.
 */
#ifndef PT_TESTS_SIMULATION_HARNESS_CASE_H
#define PT_TESTS_SIMULATION_HARNESS_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { SIM_PACKAGES = 12, SIM_STAGES = 3, SIM_FAULTS = 24 };

/* Each has a name, a plain value and a range in case.c. */
enum sim_knob {
	KNOB_PACKAGES,
	KNOB_ORGS,
	KNOB_SANDBOXES,
	KNOB_STAGES,
	KNOB_BATCHES,
	KNOB_REQUEST_SIZE,
	KNOB_RUNNING,
	KNOB_ORDER,
	KNOB_OFFSET,
	KNOB_PASSES,
	KNOB_EVERY,
	KNOB_SOAK,
	KNOB_GATE,
	KNOB_BREAKER,
	KNOB_GATE_LIMITS,
	KNOB_DRIFT,
	KNOB_TOPUP,
	KNOB_JOB_TIMEOUT,
	KNOB_TRANSIENT,
	KNOB_PERMANENT,
	KNOB_STUCK,
	KNOB_NOT_YET,
	KNOB_START_DELAY,
	KNOB_DURATION,
	KNOB_LAG,
	KNOB_EXCLUDED,
	KNOB_OPTED_OUT,
	KNOB_INACTIVE,
	KNOB_CURRENT,
	KNOB_OLDER,
	KNOB_INCOMPLETE,
	KNOB_CONNECTORS,
	KNOB_RELEASES,
	KNOB_PINS,
	KNOB_IDS,
	KNOB_ALLOWANCE,
	KNOB_LATENCY,
	KNOB_REPUSH,
	KNOB_WINDOW,
	KNOB_OPENS,
	KNOB_WINDOW_ON,
	KNOB_ZONES,
	KNOB_SLACK,
	KNOB_BLACKOUT,
	KNOB_BLACKOUT_LENGTH,
	KNOB_BLACKOUTS,
	KNOB_SEASON,
	KNOB_APPROVAL,
	KNOB_WITHIN,
	KNOB_ANSWER,
	KNOB_EXCUSE,
	KNOB_CHECK,
	KNOB_CLASSES,
	KNOB_MINIMUM,
	NKNOB,
};

/* KNOB_APPROVAL: which stages want one. */
enum { APPROVAL_OF_THE_LAST = 1, APPROVAL_OF_ALL, APPROVAL_BY_OTHERS };

/* KNOB_ANSWER: what people do when a stage asks for the first time; later they say yes. */
enum sim_response {
	ANSWER_YES,
	ANSWER_IN_TIME,          /* a yes, some hours later */
	ANSWER_NO,               /* the run goes on all the same, and asks again */
	ANSWER_NOTHING,          /* the same, in silence */
	ANSWER_NO_THEN_YES,      /* a yes while the run is halted */
	ANSWER_NOTHING_THEN_YES, /* the same, after silence */
	ANSWER_AFTER_DEATH,      /* a yes to the next process */
	ANSWER_WRONG,            /* a yes of the wrong person, for another stage, of before */
	ANSWER_LATE,             /* a yes that was written down when the time was over */
	ANSWER_BESIDE_A_PASS,    /* a yes while a pass by hand is under way in the stages before */
	NANSWER,
};

/* KNOB_CHECK: what the gate's command comes to for the first time; later it holds. */
enum { CHECK_SAYS_YES = 1, CHECK_SAYS_NO, CHECK_DIES };

enum sim_fault_kind {
	/* of calls */
	FAULT_LOST,    /* not carried out, and no answer */
	FAULT_UNHEARD, /* carried out, and the answer is lost */
	FAULT_TARDY,   /* no answer, and carried out minutes later */
	FAULT_LATE,    /* carried out and answered seconds later */
	FAULT_TWICE,   /* carried out twice; the second answer arrives */
	FAULT_ECHO,    /* the answer arrives twice */
	FAULT_ERROR,   /* not carried out, some times in a row */
	FAULT_REFUSED, /* the platform says no */
	FAULT_ROWS,    /* of adding: some rows are not carried out; else as an error */
	/* of the process */
	FAULT_DIE_BEFORE_STEP,
	FAULT_DIE_BEFORE_CALL,
	FAULT_DIE_AFTER_CALL,
	FAULT_DISK,   /* the journal cannot be written */
	FAULT_STOP,   /* its users stop it, and go on */
	FAULT_ASLEEP, /* hours pass, and nobody drives */
	/* of people */
	FAULT_UNINSTALL,
	FAULT_OPT_OUT,
	FAULT_UPGRADE, /* by hand */
	FAULT_INACTIVE,
	FAULT_OPERATOR,          /* somebody else pushes the same package */
	FAULT_OPERATOR_CANCEL,   /* and cancels one of our requests */
	FAULT_OPERATOR_ACTIVATE, /* or activates one that is not ready */
	FAULT_REPUSH,            /* one more pass is wanted */
	FAULT_LEAVE_OUT,         /* an org is left out of the run */
	FAULT_ABORT,
	NFAULT,
};

/* It happens at the first occasion from the call of that number on. */
struct sim_fault {
	enum sim_fault_kind kind;
	uint32_t at;   /* calls of the engine so far, through all its lives */
	uint32_t draw; /* decides whom it hits, or how hard */
};

struct sim_case {
	uint64_t seed; /* of the population and of its luck */
	uint32_t knob[NKNOB];
	uint16_t needs[SIM_PACKAGES]; /* bit b: needs package b, which comes before it */
	struct sim_fault fault[SIM_FAULTS];
	size_t nfault;
};

/* All knobs plain, no edges, no faults. */
struct sim_case sim_case_plain(void);
uint32_t sim_knob_plain(enum sim_knob knob);
bool sim_knob_can_be(enum sim_knob knob, uint32_t value);
const char *sim_fault_name(enum sim_fault_kind kind);

/* Everything but the faults; then the faults of a train that takes ncall calls. */
void sim_case_draw(struct sim_case *out, uint64_t seed);
void sim_case_draw_faults(struct sim_case *c, uint32_t ncall);

/* One line, of all that is not plain; and back. False: what stands there is wrong. */
void sim_case_write(struct pt_buf *out, const struct sim_case *c);
bool sim_case_read(struct sim_case *out, const char *text);

/* What it is about never moves what happens when by more than the fault itself: the end must be
   that of the train undisturbed. */
bool sim_case_ends_the_same(const struct sim_case *c);

#endif
