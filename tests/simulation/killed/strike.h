/*
 * How and when a process is struck down: what is drawn for it, and what the platform had
 * seen of it.
 */
#ifndef PT_TESTS_SIMULATION_KILLED_STRIKE_H
#define PT_TESTS_SIMULATION_KILLED_STRIKE_H

#include "tests/simulation/killed/hub.h"

enum strike_kind {
	STRIKE_KILL,      /* SIGKILL at an instant */
	STRIKE_MID_WRITE, /* SIGKILL when a write, carried out or not, is never answered */
	STRIKE_INTERRUPT, /* SIGINT: it is to stop in order */
	STRIKE_TERMINATE, /* SIGTERM: the same */
	STRIKE_TWICE,     /* SIGINT, and again before it has stopped */
	STRIKE_NKIND,
};

struct strike {
	enum strike_kind kind;
	int64_t at_us;             /* from the start of the process */
	int64_t again_us;          /* of STRIKE_TWICE: between the two */
	unsigned nth;              /* of STRIKE_MID_WRITE: which such write */
	const char *method, *path; /* of it */
	bool carried_out;          /* so is it */
	bool beside;               /* somebody asks how the run stands at that instant */
};

/* What can be told of a process beforehand. */
struct odds {
	uint64_t key; /* of what is drawn */
	bool resumes;
	double done;       /* the share of the run that is behind it, about */
	int64_t length_us; /* of a whole run */
};

struct strike strike_draw(const struct odds *odds);

static inline bool strike_kills(enum strike_kind kind)
{
	return kind == STRIKE_KILL || kind == STRIKE_MID_WRITE;
}

/* Before the process is started, and when it has ended: what the platform is to do for it. */
int strike_order(const struct strike *strike, const struct hub *hub, struct pt_err *err) PT_MUSTUSE;
int strike_clear(const struct strike *strike, const struct hub *hub, struct pt_err *err) PT_MUSTUSE;

/* Until it is time for it, or the process has ended. */
int strike_await(const struct strike *strike, const struct process *process, const struct hub *hub,
		 struct pt_err *err) PT_MUSTUSE;
void strike_land(const struct strike *strike, const struct process *process);

/* What the platform had seen last of a process when it was struck. */
enum moment { MOMENT_NOTHING, MOMENT_READ, MOMENT_CREATE, MOMENT_ADD, MOMENT_PATCH, MOMENT_N };

enum { STRIKE_NTENTH = 11 };

struct tally {
	unsigned nrun;
	unsigned struck[STRIKE_NKIND];
	unsigned nresume;              /* of the kills: of a process that resumed */
	unsigned moment[2][MOMENT_N];  /* of those at an instant, and of those mid write */
	unsigned tenth[STRIKE_NTENTH]; /* how much of what an undisturbed run asks was asked */
};

/* What the platform was asked so far but by us, to be given back to json_decref(). */
int strike_read_log(json_t **out, const struct hub *hub, struct pt_err *err) PT_MUSTUSE;

/* From that entry on. */
bool strike_wrote_since(const json_t *log, size_t from);

/* Of a process whose requests are those from that entry on. */
void strike_count(struct tally *tally, enum strike_kind kind, bool resumed, const json_t *log,
		  size_t from, uint64_t nwhole);

#endif
