/*
 * What the commands work with, built up step by step: the suite, its
 * repositories, the train, the connectors, who has what, the plan. Here the
 * concrete connectors are chosen.
 */
#ifndef PT_CMD_CONTEXT_H
#define PT_CMD_CONTEXT_H

#include "cmd/command.h"
#include "connectors/push/simulated/population.h"
#include "pipeline/drift.h"
#include "pipeline/driver.h"
#include "pipeline/plan.h"
#include "pipeline/plan_file.h"

/* Where a simulated platform comes from. */
enum pt_context_platform {
	PT_PLATFORM_FRESH,    /* made for this command alone */
	PT_PLATFORM_IF_THERE, /* the one of live runs, if there was one */
	PT_PLATFORM_KEPT,     /* the one of live runs */
};

struct pt_context {
	const struct pt_args *args;
	struct pt_suite *suite;
	struct pt_zone *zone;
	struct pt_manifest_cache *cache;    /* NULL until a repository is opened */
	struct pt_manifest_source **source; /* one per package */
	struct pt_train *train;
	struct pt_train_conf conf; /* the kind of train, with the command line's wishes */
	char id[64];
	int64_t start_ms;
	struct pt_push_session **session;  /* one per connector of the suite; NULL: not used */
	struct pt_population **population; /* of each; NULL: not read, or not simulated */
	uint32_t *connector;               /* of each package */
	struct pt_clock clock;
	struct pt_driver driver;
	struct pt_engine *engine;
	struct pt_teller *teller;     /* NULL: nobody watches */
	int64_t *poll_ms;             /* of each connector */
	int32_t *api_floor_ppm;       /* the same */
	const struct pt_run_row *run; /* of a run that goes on; NULL: else */
	enum pt_context_platform platform;
	bool rehearsal;
	struct pt_inventory *inventory;
	int64_t surveyed_ms; /* when all subscribers were read; PT_LONG_AGO: they were not */
	struct pt_targets targets;
	struct pt_org_lists lists;
	bool lists_hashed; /* the hashes of their orgs are in them too, if a snapshot has hashes */
	struct pt_audience audience;
	struct pt_closures closures;
	bool calendar_read;
	struct pt_hours *hours; /* NULL: something may start at any time */
	struct pt_plan *plan;
	struct pt_drift drift; /* since the plan file was written; without one: no stages */
};

/* Reads the suite. Errors of the file are printed; the result is then negative. */
int pt_context_open(struct pt_context *c, const struct pt_args *args,
		    struct pt_err *err) PT_MUSTUSE;
void pt_context_release(struct pt_context *c);

/* Back to before the plan, for another rehearsal of the same train: what was read stays. */
void pt_context_forget_plan(struct pt_context *c);

/* "--at" or now. */
int pt_context_cut(int64_t *out, const struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/*
 * The moment of planning, once the connectors were chosen: the machine's time when one
 * of them is real, else "--at" or now.
 */
int pt_context_moment(int64_t *out, const struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* Opens the repositories and decides the train at that cut. */
int pt_context_decide(struct pt_context *c, int64_t cut_ms, struct pt_err *err) PT_MUSTUSE;

/* The kind of train of that name; PT_E_USAGE. */
int pt_context_find_train(const struct pt_train_conf **out, const struct pt_suite *suite,
			  const char *name, struct pt_err *err) PT_MUSTUSE;

/* Chooses the kind of train by name (NULL: the only one, or the first). */
int pt_context_choose(struct pt_context *c, const char *name, struct pt_err *err) PT_MUSTUSE;

/*
 * All tags of the trigger's repository, whatever its packages take for a release; borrowed
 * from the source, which is owned by the caller.
 */
int pt_context_trigger(const struct pt_release **out, size_t *n_out,
		       struct pt_manifest_source **source, struct pt_context *c,
		       struct pt_err *err) PT_MUSTUSE;

/*
 * Decides by the trigger tag, the calendar, "--at" and "--start": cut, id and start. A
 * train that `departs` and no "--start": its next departure at or after the cut, which is
 * that departure where no "--at" says it.
 */
int pt_context_depart(struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/*
 * The same by that tag of the trigger, not before `at_ms` and its settling: id, and the cut,
 * which is the start. The train is yet to be decided. PT_E_NOTFOUND when the tag points at
 * something else by now.
 */
int pt_context_depart_by(struct pt_context *c, const char *tag, const char *oid, int64_t at_ms,
			 struct pt_err *err) PT_MUSTUSE;

/*
 * From the decided train to the plan. `simulated`: only the simulated platform
 * will do. `file`: place everybody as that plan did; NULL: draw. PT_E_REFUSED when
 * the train must not depart; the reasons are printed.
 */
int pt_context_plan(struct pt_context *c, bool simulated, const struct pt_plan_file *file,
		    struct pt_err *err) PT_MUSTUSE;

/*
 * Which connector each package goes through, by the command line or the suite; opens
 * none. `simulated`: no other will do.
 */
int pt_context_choose_connectors(struct pt_context *c, bool simulated,
				 struct pt_err *err) PT_MUSTUSE;

/* One of those chosen is the real platform, or looks like it. */
bool pt_context_is_real(const struct pt_context *c);

/* Opens those that are not open yet; the clock is the machine's when one of them is real, unless it
   was chosen before. */
int pt_context_connect(struct pt_context *c, bool simulated, struct pt_err *err) PT_MUSTUSE;

/*
 * The first part of that: checks, connectors, and what the platform knows into an
 * inventory, of the versions only or of the subscribers as well.
 */
int pt_context_survey(struct pt_context *c, bool simulated, bool versions_only,
		      struct pt_err *err) PT_MUSTUSE;

/* The last part: a plan over inventory and audience as they are. */
int pt_context_make_plan(struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* The org files that suite and train name. */
int pt_context_read_lists(struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* Draws the audience over the inventory; `file`: places everybody as that plan did. */
int pt_context_audience(struct pt_context *c, const struct pt_plan_file *file,
			struct pt_err *err) PT_MUSTUSE;

/* Orgs of a snapshot that has hashes are found in the lists then, once it is open. */
int pt_context_hash_lists(struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* So that those of another kind of train can be read. */
void pt_context_release_lists(struct pt_context *c);

/* Appends what is hardly meant about the audience, a line for each. */
int pt_context_warn_audience(struct pt_buf *out, struct pt_context *c,
			     struct pt_err *err) PT_MUSTUSE;

/* What has changed since that plan was made, of the plan that was made again. */
int pt_context_find_drift(struct pt_context *c, const struct pt_plan_file *file,
			  struct pt_err *err) PT_MUSTUSE;

/* Prints it, unless --quiet; PT_E_REFUSED when it is more than the train allows. */
int pt_context_refuse_drift(const struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* An engine over the plan. */
int pt_context_engine(struct pt_context *c, bool journalled, struct pt_err *err) PT_MUSTUSE;

/*
 * After a survey of the versions: inventory, audience, plan and engine as the
 * journal has them.
 */
int pt_context_put_back(struct pt_context *c, const struct pt_journal *journal,
			struct pt_err *err) PT_MUSTUSE;

/* From here on what the engine does is told on standard error: see teller.h. */
int pt_context_tell(struct pt_context *c, struct pt_err *err) PT_MUSTUSE;

/* Says what happened, unless its users want quiet. */
void pt_context_note(const struct pt_context *c, const struct pt_note *note);
/* Where the key is that org keys of snapshots are hashed with: beside the journal. Owned by the
   caller; NULL without memory. */
char *pt_context_hash_path(const struct pt_args *args) PT_MUSTUSE;
/* The plan as a file, written to that path. */
int pt_context_write_plan(const struct pt_context *c, const char *path,
			  struct pt_err *err) PT_MUSTUSE;

/* What the engine brought, as text or JSON; and the exit status that says it shortest. */
int pt_context_report(struct pt_buf *out, struct pt_context *c, struct pt_err *err) PT_MUSTUSE;
enum pt_exit pt_context_exit(const struct pt_context *c);

/* The journal of live runs: `--state`, else .pushtrain/state.db beside the suite file. Owned by
   the caller; NULL without memory. */
char *pt_context_state_path(const struct pt_args *args) PT_MUSTUSE;

void pt_say_warnings(const struct pt_train *train);

#endif
