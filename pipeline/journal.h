/*
 * What a run writes down, as rows of a store: who it is, where it stands, and
 * everything that another process needs to go on from there or to tell how it is.
 *
 * Tables by org are kept in chunks of PT_JOURNAL_CHUNK orgs, packed; their layout
 * is beside the functions that pack them. Numbers of states and kinds are those
 * of the enumerations, which therefore only ever grow at the end.
 */
#ifndef PT_PIPELINE_JOURNAL_H
#define PT_PIPELINE_JOURNAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "connectors/store/store.h"
#include "pipeline/audience.h"
#include "pipeline/inventory.h"
#include "pipeline/pairs.h"

enum { PT_JOURNAL_CHUNK = 512 };

enum pt_journal_table {
	PT_ROWS_RUN,
	PT_ROWS_PLAN,
	PT_ROWS_PROGRESS,
	PT_ROWS_PACKAGE,
	PT_ROWS_VERSION,
	PT_ROWS_STAGE,
	PT_ROWS_FIGURES,
	PT_ROWS_WAVE,
	PT_ROWS_REQUEST,
	PT_ROWS_ORG,
	PT_ROWS_HAVE,
	PT_ROWS_PAIR,
	PT_ROWS_TEXT,
	PT_ROWS_NOTE,
	PT_ROWS_WISH,
	PT_ROWS_EXCLUSION,
	PT_ROWS_REPUSH,
	PT_ROWS_APPROVAL,
	PT_ROWS_HOOK,
	PT_ROWS_WATCHED,
	PT_ROWS_TAG,
	PT_ROWS_REASON,
	PT_ROWS_HOURS,
};

extern const struct pt_schema pt_journal_schema;

/* Written once. */
struct pt_run_row {
	int64_t run;      /* from 1 */
	const char *name; /* what people call it, "biweekly-3.223" */
	const char *suite, *train, *id, *timezone, *digest; /* of the plan */
	const char *connector;                              /* instead of the suite's own; NULL */
	const char *departed_by;                            /* NULL: nobody said */
	int64_t seed;       /* of the simulated platform; negative: the population's */
	int64_t wall_clock; /* else a virtual one */
	int64_t begun_ms, start_ms;
};

/* The plan file's text. */
struct pt_plan_row {
	int64_t run;
	struct pt_bytes text;
};

struct pt_progress_row {
	int64_t run;
	int64_t state; /* enum pt_run_state */
	int64_t now_ms, next_ms;
	int64_t stage, first_wave;
	int64_t halting, aborting, finished;
	int64_t http_calls, norg;
	int64_t approvals_heard;
	const char *halt_text; /* NULL: it did not halt */
	/* The last wish to push again that was taken up, and the last that is done with; others: it
	   is under way, and this is where the run stands when it is over. */
	int64_t repush_taken, repush_served;
	int64_t home, home_state, home_halted_in; /* a stage, twice enum pt_stage_state */
	const char *home_text;                    /* its halt_text */
	/* What it waits for: enum pt_wait_kind, in words (NULL: nothing), and its times; next_ms
	   is when it wants to be driven, which may be sooner. 0, PT_NEVER: not known. */
	int64_t waits_kind, waits_since_ms, waits_until_ms;
	const char *waits;
};

struct pt_package_row {
	int64_t run, package;
	int64_t position; /* in the train's order */
	const char *name, *version, *version_id, *package_id;
};

/* What the index of a version stands for in PT_ROWS_HAVE. */
struct pt_version_row {
	int64_t run, package, version;
	const char *version_id;
	const char *number; /* "3.223"; NULL in a journal from before it was kept */
};

struct pt_stage_row {
	int64_t run, stage;
	const char *name;
	int64_t planned_ms, planned_eligible;
	int64_t state, halted_in; /* enum pt_stage_state */
	int64_t start_ms, end_ms, waves_end_ms;
	int64_t pass, pass_start_ms, pass_at, pass_open;
	int64_t by_hand;  /* passes that somebody asked for */
	int64_t asked_ms; /* for its approval; 0: not yet */
	int64_t approved, excused, joined;
	/* What the train says of it, for whoever has no suite file; absent in old journals, which
	   nzone being 0 tells. */
	int64_t nzone; /* of its slots: see slot.h */
	int64_t passes, pass_after_ms, pass_every_ms, soak_ms, wants_approval;
};

struct pt_figures_row {
	int64_t run, stage, package;
	int64_t requests, jobs, http_calls;
	int64_t failed[PT_FAILURE_NCLASS];
	int64_t breaker_finished, breaker_failed;
};

struct pt_wave_row {
	int64_t run, wave;
	int64_t stage, package, pass;
	int64_t batch; /* its slot */
	int64_t opens_ms, start_ms, next_topup_ms;
	int64_t opened, done, base_arrived;
	int64_t held, pushed, at_target, failed;
	struct pt_bytes queue; /* orgs that are ready and in no request yet, 4 bytes each */
};

struct pt_request_row {
	int64_t run, request;
	int64_t wave, state;
	int64_t sent; /* the state's call was about to be made */
	int64_t stuck, cancel_tried;
	int64_t doubted; /* the write that may have taken effect; 0: none */
	const char *id;  /* the platform's; NULL: not known yet */
	int64_t made_ms, done_ms, start_ms, checked_ms, activated_ms;
	int64_t terminal_read, add_tries, tries, due_ms;
	struct pt_bytes orgs;     /* 4 bytes each, by org key ascending */
	struct pt_bytes views;    /* what is known of each, 1 byte */
	struct pt_bytes failures; /* its jobs that failed, as read: struct pt_failed_job, packed */
};

struct pt_chunk_row {
	int64_t run, first;          /* its first org */
	struct pt_bytes orgs, names; /* names: each with its NUL */
	struct pt_bytes parents; /* keys of production orgs, the same; "" of what has none; of no
				    bytes at all in a journal from before they were kept */
};

struct pt_package_chunk_row {
	int64_t run, package, first;
	struct pt_bytes records;
};

struct pt_text_row {
	int64_t run, text;
	const char *words;
};

struct pt_note_row {
	int64_t run, note;
	int64_t at_ms, kind, stage, package, pass;
	int64_t batch; /* its slot */
	int64_t until_ms, a, b, c, d, ppm;
	const char *words;
};

/* What somebody asks of the process that drives the run. */
enum pt_wish { PT_WISH_NONE, PT_WISH_ABORT, PT_WISH_PAUSE, PT_WISH_GO_ON };

struct pt_wish_row {
	int64_t run, wish; /* numbered from 1 */
	int64_t kind, at_ms;
	const char *words; /* why, for the run's report; NULL: "aborted by its users" */
};

/* An org that somebody left out of the run. */
struct pt_exclusion_row {
	int64_t run, exclusion; /* numbered from 1 */
	int64_t at_ms;
	const char *org, *reason;
};

/* Somebody wants one more re-push pass. */
struct pt_repush_row {
	int64_t run, repush; /* numbered from 1 */
	int64_t at_ms;
	int64_t ended;   /* the run had when this was said, or had halted */
	const char *org; /* of this one alone, whatever its failures; NULL: all that is retryable */
};

/* What somebody said of a stage that waited for an approval, or had halted. */
struct pt_approval_row {
	int64_t run, approval;    /* numbered from 1 */
	int64_t at_ms;            /* by the run's time */
	int64_t stage, given;     /* 0: a no */
	const char *who, *reason; /* reason MAY be NULL */
};

/* Up to which note somebody was told, as suite.yaml's `notify` wants. */
struct pt_hook_row {
	int64_t run;
	const char *hook; /* a digest of what the suite says of it: no secret, and no address */
	int64_t done;     /* the last note that it was told, or not in spite of all tries */
	int64_t failed;   /* how many it was not */
	const char *why;  /* the last time; NULL: never */
};

/* A train whose trigger was looked at: by which repository and pattern. */
struct pt_watched_row {
	const char *suite, *train;
	const char *repo, *pattern;
	int64_t looked_ms;
};

/* What became of a tag that names a train. */
enum pt_tag_state {
	PT_TAG_SEEN,      /* it was there when the repository was first looked at */
	PT_TAG_WAITING,   /* it is to depart */
	PT_TAG_PLANNED,   /* there is a plan, which waits for its owner's consent */
	PT_TAG_DEPARTING, /* the intent: perhaps there is a run, which its id tells */
	PT_TAG_DEPARTED,
	PT_TAG_REFUSED, /* until the tags or rules change */
	PT_TAG_SKIPPED,
};

struct pt_tag_row {
	const char *suite, *train, *tag;
	const char *id;              /* "": it gives none that can be used */
	const char *oid, *commit_id; /* what it points at, and the commit behind that, "" if none */
	int64_t seen_ms, at_ms;      /* first; and when it came to its state */
	int64_t state;               /* enum pt_tag_state */
	int64_t gone;                /* it was deleted, and that was said */
	const char *told;            /* the other object that it was said to have moved to; NULL */
	const char *run, *plan;      /* the run's name, the plan file's path; NULL */
	const char *words;           /* why it is refused or skipped, or what it waits for; NULL */
	const char *digest;          /* of the tags and rules that it was refused by; NULL */
};

/* What a number in the detail of an excluded pair, or in an org's place, stands for. */
struct pt_reason_row {
	int64_t run, reason;
	const char *words;
};

/* When something may start, as it was known at departure. */
struct pt_hours_row {
	int64_t run, hours;    /* numbered from 1 */
	int64_t kind;          /* enum pt_hours_kind */
	int64_t stage, zone;   /* of a window: which of the stage's zones */
	const char *name;      /* of a window its zone, of a blackout its own */
	struct pt_bytes spans; /* begin and end, 8 bytes each, by begin ascending */
};
enum pt_hours_kind { PT_HOURS_ROW_WINDOW, PT_HOURS_ROW_BLACKOUT };

/* How far ahead hours are kept, and how much of them: what is beyond is left out. */
enum { PT_HOURS_KEPT_DAYS = 400, PT_HOURS_KEPT_SPANS = 4000, PT_HOURS_KEPT_NAMES = 500 };

/* One run in a store. */
struct pt_journal {
	struct pt_store *store; /* borrowed */
	int64_t run;
};

/* Says that what was read cannot be, and which part of it; PT_E_INVALID. */
int pt_journal_damaged(struct pt_err *err, const char *what);

struct pt_org_place;

/* A run's row, and the memory of its texts. */
struct pt_run {
	struct pt_run_row row;
	struct pt_arena texts;
};

void pt_run_release(struct pt_run *run);

/* Copies the row and its texts. Owned by the caller, released with pt_run_release(). */
int pt_run_copy(struct pt_run *out, const struct pt_run_row *row, struct pt_err *err) PT_MUSTUSE;

/* The run of that name; with NULL the newest. PT_E_NOTFOUND. Owned like a copy. */
int pt_journal_find(struct pt_run *out, struct pt_store *store, const char *name,
		    struct pt_err *err) PT_MUSTUSE;

/*
 * A new run of that plan, within a transaction of its own: the row's number, name
 * and digest are made here. The name is "train-id", from the second of that name
 * on with "-2". PT_E_REFUSED when that plan has been run, or another run of the
 * suite has not ended.
 */
int pt_journal_begin(struct pt_run *out, struct pt_store *store, const struct pt_run_row *row,
		     const char *plan, size_t plan_size, struct pt_err *err) PT_MUSTUSE;

/* PT_E_REFUSED when that plan has been run. */
int pt_journal_refuse_again(struct pt_store *store, const char *plan, size_t plan_size,
			    struct pt_err *err) PT_MUSTUSE;

/* Says that the run of that name has not ended, for which another one has to wait; PT_E_REFUSED. */
int pt_journal_refuse_beside(const char *name, struct pt_err *err);

/*
 * It has ended, and nobody wants it to be taken up again. One that has halted has not,
 * one that was aborted has.
 */
int pt_journal_has_ended(bool *out, const struct pt_journal *journal,
			 struct pt_err *err) PT_MUSTUSE;

/* PT_E_REFUSED when its users stopped it. */
int pt_journal_refuse_aborted(const struct pt_progress_row *progress, const char *name,
			      struct pt_err *err) PT_MUSTUSE;

/*
 * Writes down that one more re-push pass is wanted: of the org, or with NULL of all that
 * is retryable. PT_E_REFUSED when the run was aborted, or has ended and another one of
 * the suite has not.
 */
int pt_journal_repush(const struct pt_journal *journal, const struct pt_run_row *run,
		      const struct pt_org_key *org, int64_t at_ms, struct pt_err *err) PT_MUSTUSE;

/* Writes down what somebody said of a stage; numbers it. */
int pt_journal_approve(const struct pt_journal *journal, const struct pt_approval_row *row,
		       struct pt_err *err) PT_MUSTUSE;

/* Orgs left out by hand: another one, and all of them, ascending, owned by the caller. */
int pt_journal_exclude(const struct pt_journal *journal, const struct pt_org_key *org,
		       const char *reason, int64_t at_ms, struct pt_err *err) PT_MUSTUSE;
int pt_journal_exclusions(struct pt_org_list *out, const struct pt_journal *journal,
			  struct pt_err *err) PT_MUSTUSE;

/* Appends the plan file's text. */
int pt_journal_plan(struct pt_buf *out, const struct pt_journal *journal,
		    struct pt_err *err) PT_MUSTUSE;

/* Where it stands; its halt_text is in `texts`. */
int pt_journal_progress(struct pt_progress_row *out, struct pt_arena *texts,
			const struct pt_journal *journal, struct pt_err *err) PT_MUSTUSE;

/* Wishes: how many there were so far, and what the last one is; another one. A run whose last
   wish is to pause is paused. */
int pt_journal_wishes(int64_t *n_out, enum pt_wish *last_out, const struct pt_journal *journal,
		      struct pt_err *err) PT_MUSTUSE;
int pt_journal_wish(const struct pt_journal *journal, enum pt_wish wish, int64_t at_ms,
		    struct pt_err *err) PT_MUSTUSE;

/* The same, with words for the run's report, NULL: none; and the last wish's, in `texts`. */
int pt_journal_wish_because(const struct pt_journal *journal, enum pt_wish wish, const char *words,
			    int64_t at_ms, struct pt_err *err) PT_MUSTUSE;
int pt_journal_last_words(const char **out, struct pt_arena *texts,
			  const struct pt_journal *journal, struct pt_err *err) PT_MUSTUSE;

/* A run that has not ended. */
struct pt_open_run {
	const char *name, *train, *id;
	int64_t run;
	bool wall_clock;
	enum pt_wish wish;   /* the last */
	int64_t answered_ms; /* of the last approval, by the run's time; PT_LONG_AGO: none */
	struct pt_progress_row progress;
};

struct pt_open_runs {
	struct pt_open_run *run; /* oldest first */
	size_t n;
	struct pt_arena texts; /* all of the above */
};

/* Fills an initialised list with the suite's runs that have not ended. */
int pt_journal_open_runs(struct pt_open_runs *out, struct pt_store *store, const char *suite,
			 struct pt_err *err) PT_MUSTUSE;
void pt_open_runs_release(struct pt_open_runs *runs);

/* The newest run of that train and id, in `texts`; NULL: there is none. */
int pt_journal_run_of(const char **name_out, struct pt_arena *texts, struct pt_store *store,
		      const char *suite, const char *train, const char *id,
		      struct pt_err *err) PT_MUSTUSE;

/* What is known of the tags that name a train. */
struct pt_known_tag {
	struct pt_tag_row row;
	bool changed; /* since it was read */
};

struct pt_known_tags {
	const char *suite, *train;     /* borrowed */
	struct pt_watched_row watched; /* its repo is NULL: never looked at */
	struct pt_known_tag *tag;      /* by name ascending, bytewise, when read */
	size_t n, cap;
	struct pt_arena texts;
};

/* Fills an initialised one. */
int pt_journal_tags(struct pt_known_tags *out, struct pt_store *store, const char *suite,
		    const char *train, struct pt_err *err) PT_MUSTUSE;
/* Writes what changed, in a transaction of its own. */
int pt_journal_put_tags(struct pt_known_tags *known, struct pt_store *store,
			struct pt_err *err) PT_MUSTUSE;
/* One more, not put in order; the row's texts are copied. */
int pt_known_tags_add(struct pt_known_tags *known, const struct pt_tag_row *row,
		      struct pt_err *err) PT_MUSTUSE;
void pt_known_tags_release(struct pt_known_tags *known);

/* Every org of a run, numbered as the journal does, with its name and parent, borrowed until the
   function returns; PT_E_INVALID when there are not `norg`. */
typedef int pt_journal_org_fn(void *context, uint32_t number, const struct pt_org *org,
			      const struct pt_org_place *place, struct pt_err *err);
int pt_journal_orgs(const struct pt_journal *journal, uint32_t norg, pt_journal_org_fn *fn,
		    void *context, struct pt_err *err) PT_MUSTUSE;

/* And every pair, package by package. */
typedef int pt_journal_pair_fn(void *context, uint32_t package, uint32_t org,
			       const struct pt_pair *pair, struct pt_err *err);
int pt_journal_pairs(const struct pt_journal *journal, uint32_t npackage, uint32_t norg,
		     pt_journal_pair_fn *fn, void *context, struct pt_err *err) PT_MUSTUSE;

/*
 * Reading a table of chunks by package: every package has all its orgs, in order.
 * True when `row` is the next one, of records of that size; pt_chunks_complete()
 * at the end.
 */
struct pt_chunks {
	uint32_t npackage, norg;
	uint32_t package, next; /* what is to come */
};
bool pt_chunks_take(size_t *n_out, struct pt_chunks *chunks, const struct pt_package_chunk_row *row,
		    size_t record_size);
bool pt_chunks_complete(const struct pt_chunks *chunks);

/* One pair, packed and back. A pair that cannot be is not unpacked. */
enum { PT_PACKED_PAIR = 10 };
void pt_pair_pack(uint8_t to[PT_PACKED_PAIR], const struct pt_pair *pair);
bool pt_pair_unpack(struct pt_pair *out, const uint8_t from[PT_PACKED_PAIR]);

/* One org with its place in the audience. */
enum { PT_PACKED_ORG = 36 };
struct pt_org_place {
	uint8_t stage;
	uint16_t slot, reason;
};
void pt_org_pack(uint8_t to[PT_PACKED_ORG], const struct pt_org *org,
		 const struct pt_org_place *place);
bool pt_org_unpack(struct pt_org *out, struct pt_org_place *place,
		   const uint8_t from[PT_PACKED_ORG]);

/* A job that failed: numbers of texts. `text` is its pair's, the title and the message. */
struct pt_failed_job {
	int64_t at_ms; /* when we read of it */
	uint32_t org;
	uint32_t severity, type, title, text;
	uint8_t class_; /* enum pt_failure_class */
};
enum { PT_PACKED_FAILURE = 29 };
void pt_failure_pack(uint8_t to[PT_PACKED_FAILURE], const struct pt_failed_job *failure);
/* False when its class cannot be. */
bool pt_failure_unpack(struct pt_failed_job *out, const uint8_t from[PT_PACKED_FAILURE]);

/* What an org has of a package. */
enum { PT_PACKED_HAVE = 5 };
void pt_have_pack(uint8_t to[PT_PACKED_HAVE], const struct pt_have *have);
bool pt_have_unpack(struct pt_have *out, const uint8_t from[PT_PACKED_HAVE]);

#endif
