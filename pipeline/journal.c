/* See journal.h. Here: the tables, and whole runs. */
#include "pipeline/journal.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/near.h"
#include "pipeline/outlook.h"

#define INT(row, field)                                                                            \
	{                                                                                          \
#field, PT_COLUMN_INT, offsetof(struct row, field)                                 \
	}
#define TEXT(row, field)                                                                           \
	{                                                                                          \
#field, PT_COLUMN_TEXT, offsetof(struct row, field)                                \
	}
#define BYTES(row, field)                                                                          \
	{                                                                                          \
#field, PT_COLUMN_BYTES, offsetof(struct row, field)                               \
	}

static const struct pt_column RUN[] = {
    INT(pt_run_row, run),          TEXT(pt_run_row, name),      TEXT(pt_run_row, suite),
    TEXT(pt_run_row, train),       TEXT(pt_run_row, id),        TEXT(pt_run_row, timezone),
    TEXT(pt_run_row, digest),      TEXT(pt_run_row, connector), INT(pt_run_row, seed),
    TEXT(pt_run_row, departed_by), INT(pt_run_row, wall_clock), INT(pt_run_row, begun_ms),
    INT(pt_run_row, start_ms),
};
static const struct pt_column PLAN[] = {INT(pt_plan_row, run), BYTES(pt_plan_row, text)};
static const struct pt_column PROGRESS[] = {
    INT(pt_progress_row, run),
    INT(pt_progress_row, state),
    INT(pt_progress_row, now_ms),
    INT(pt_progress_row, next_ms),
    INT(pt_progress_row, stage),
    INT(pt_progress_row, first_wave),
    INT(pt_progress_row, halting),
    INT(pt_progress_row, aborting),
    INT(pt_progress_row, finished),
    INT(pt_progress_row, http_calls),
    INT(pt_progress_row, norg),
    INT(pt_progress_row, approvals_heard),
    TEXT(pt_progress_row, halt_text),
    INT(pt_progress_row, repush_taken),
    INT(pt_progress_row, repush_served),
    INT(pt_progress_row, home),
    INT(pt_progress_row, home_state),
    INT(pt_progress_row, home_halted_in),
    TEXT(pt_progress_row, home_text),
    INT(pt_progress_row, waits_kind),
    INT(pt_progress_row, waits_since_ms),
    INT(pt_progress_row, waits_until_ms),
    TEXT(pt_progress_row, waits),
};
static const struct pt_column PACKAGE[] = {
    INT(pt_package_row, run),         INT(pt_package_row, package),
    INT(pt_package_row, position),    TEXT(pt_package_row, name),
    TEXT(pt_package_row, version),    TEXT(pt_package_row, version_id),
    TEXT(pt_package_row, package_id),
};
static const struct pt_column VERSION[] = {
    INT(pt_version_row, run),         INT(pt_version_row, package), INT(pt_version_row, version),
    TEXT(pt_version_row, version_id), TEXT(pt_version_row, number),
};
static const struct pt_column STAGE[] = {
    INT(pt_stage_row, run),
    INT(pt_stage_row, stage),
    TEXT(pt_stage_row, name),
    INT(pt_stage_row, planned_ms),
    INT(pt_stage_row, planned_eligible),
    INT(pt_stage_row, state),
    INT(pt_stage_row, halted_in),
    INT(pt_stage_row, start_ms),
    INT(pt_stage_row, end_ms),
    INT(pt_stage_row, waves_end_ms),
    INT(pt_stage_row, pass),
    INT(pt_stage_row, pass_start_ms),
    INT(pt_stage_row, pass_at),
    INT(pt_stage_row, pass_open),
    INT(pt_stage_row, by_hand),
    INT(pt_stage_row, asked_ms),
    INT(pt_stage_row, approved),
    INT(pt_stage_row, excused),
    INT(pt_stage_row, joined),
    INT(pt_stage_row, nzone),
    INT(pt_stage_row, passes),
    INT(pt_stage_row, pass_after_ms),
    INT(pt_stage_row, pass_every_ms),
    INT(pt_stage_row, soak_ms),
    INT(pt_stage_row, wants_approval),
};
#define FAILED(class_, name)                                                                       \
	{                                                                                          \
		"failed_" name, PT_COLUMN_INT, offsetof(struct pt_figures_row, failed[class_])     \
	}
static const struct pt_column FIGURES[] = {
    INT(pt_figures_row, run),
    INT(pt_figures_row, stage),
    INT(pt_figures_row, package),
    INT(pt_figures_row, requests),
    INT(pt_figures_row, jobs),
    INT(pt_figures_row, http_calls),
    FAILED(PT_FAILURE_DEPENDENCY, "dependency"),
    FAILED(PT_FAILURE_TRANSIENT, "transient"),
    FAILED(PT_FAILURE_NOT_YET, "not_yet"),
    FAILED(PT_FAILURE_PERMANENT, "permanent"),
    FAILED(PT_FAILURE_BENIGN, "benign"),
    INT(pt_figures_row, breaker_finished),
    INT(pt_figures_row, breaker_failed),
};
static const struct pt_column WAVE[] = {
    INT(pt_wave_row, run),      INT(pt_wave_row, wave),     INT(pt_wave_row, stage),
    INT(pt_wave_row, package),  INT(pt_wave_row, batch),    INT(pt_wave_row, pass),
    INT(pt_wave_row, opens_ms), INT(pt_wave_row, start_ms), INT(pt_wave_row, next_topup_ms),
    INT(pt_wave_row, opened),   INT(pt_wave_row, done),     INT(pt_wave_row, base_arrived),
    INT(pt_wave_row, held),     INT(pt_wave_row, pushed),   INT(pt_wave_row, at_target),
    INT(pt_wave_row, failed),   BYTES(pt_wave_row, queue),
};
static const struct pt_column REQUEST[] = {
    INT(pt_request_row, run),          INT(pt_request_row, request),
    INT(pt_request_row, wave),         INT(pt_request_row, state),
    INT(pt_request_row, sent),         INT(pt_request_row, stuck),
    INT(pt_request_row, cancel_tried), INT(pt_request_row, doubted),
    TEXT(pt_request_row, id),          INT(pt_request_row, made_ms),
    INT(pt_request_row, done_ms),      INT(pt_request_row, start_ms),
    INT(pt_request_row, checked_ms),   INT(pt_request_row, terminal_read),
    INT(pt_request_row, activated_ms), INT(pt_request_row, add_tries),
    INT(pt_request_row, tries),        INT(pt_request_row, due_ms),
    BYTES(pt_request_row, orgs),       BYTES(pt_request_row, views),
    BYTES(pt_request_row, failures),
};
static const struct pt_column ORG[] = {
    INT(pt_chunk_row, run),     INT(pt_chunk_row, first),     BYTES(pt_chunk_row, orgs),
    BYTES(pt_chunk_row, names), BYTES(pt_chunk_row, parents),
};
static const struct pt_column PACKAGE_CHUNK[] = {
    INT(pt_package_chunk_row, run),
    INT(pt_package_chunk_row, package),
    INT(pt_package_chunk_row, first),
    BYTES(pt_package_chunk_row, records),
};
static const struct pt_column WORDS[] = {INT(pt_text_row, run), INT(pt_text_row, text),
					 TEXT(pt_text_row, words)};
static const struct pt_column NOTE[] = {
    INT(pt_note_row, run),   INT(pt_note_row, note),  INT(pt_note_row, at_ms),
    INT(pt_note_row, kind),  INT(pt_note_row, stage), INT(pt_note_row, package),
    INT(pt_note_row, batch), INT(pt_note_row, pass),  INT(pt_note_row, until_ms),
    INT(pt_note_row, a),     INT(pt_note_row, b),     INT(pt_note_row, c),
    INT(pt_note_row, d),     INT(pt_note_row, ppm),   TEXT(pt_note_row, words),
};
static const struct pt_column WISH[] = {
    INT(pt_wish_row, run),   INT(pt_wish_row, wish),   INT(pt_wish_row, kind),
    INT(pt_wish_row, at_ms), TEXT(pt_wish_row, words),
};
static const struct pt_column EXCLUSION[] = {
    INT(pt_exclusion_row, run),  INT(pt_exclusion_row, exclusion), INT(pt_exclusion_row, at_ms),
    TEXT(pt_exclusion_row, org), TEXT(pt_exclusion_row, reason),
};
static const struct pt_column REPUSH[] = {
    INT(pt_repush_row, run),   INT(pt_repush_row, repush), INT(pt_repush_row, at_ms),
    INT(pt_repush_row, ended), TEXT(pt_repush_row, org),
};
static const struct pt_column HOOK[] = {
    INT(pt_hook_row, run),    TEXT(pt_hook_row, hook), INT(pt_hook_row, done),
    INT(pt_hook_row, failed), TEXT(pt_hook_row, why),
};

static const struct pt_column APPROVAL[] = {
    INT(pt_approval_row, run),     INT(pt_approval_row, approval), INT(pt_approval_row, at_ms),
    INT(pt_approval_row, stage),   INT(pt_approval_row, given),    TEXT(pt_approval_row, who),
    TEXT(pt_approval_row, reason),
};
static const struct pt_column WATCHED[] = {
    TEXT(pt_watched_row, suite),   TEXT(pt_watched_row, train),    TEXT(pt_watched_row, repo),
    TEXT(pt_watched_row, pattern), INT(pt_watched_row, looked_ms),
};
static const struct pt_column TAG[] = {
    TEXT(pt_tag_row, suite),  TEXT(pt_tag_row, train), TEXT(pt_tag_row, tag),
    TEXT(pt_tag_row, id),     TEXT(pt_tag_row, oid),   TEXT(pt_tag_row, commit_id),
    INT(pt_tag_row, seen_ms), INT(pt_tag_row, at_ms),  INT(pt_tag_row, state),
    INT(pt_tag_row, gone),    TEXT(pt_tag_row, told),  TEXT(pt_tag_row, run),
    TEXT(pt_tag_row, plan),   TEXT(pt_tag_row, words), TEXT(pt_tag_row, digest),
};

static const struct pt_column REASON[] = {INT(pt_reason_row, run), INT(pt_reason_row, reason),
					  TEXT(pt_reason_row, words)};
static const struct pt_column HOURS[] = {
    INT(pt_hours_row, run),     INT(pt_hours_row, hours), INT(pt_hours_row, kind),
    INT(pt_hours_row, stage),   INT(pt_hours_row, zone),  TEXT(pt_hours_row, name),
    BYTES(pt_hours_row, spans),
};

#define TABLE(name, columns, nkey, row)                                                            \
	{                                                                                          \
		name, columns, PT_ARRAY_LEN(columns), nkey, sizeof(struct row)                     \
	}
static const struct pt_store_table TABLES[] = {
    [PT_ROWS_RUN] = TABLE("run", RUN, 1, pt_run_row),
    [PT_ROWS_PLAN] = TABLE("plan", PLAN, 1, pt_plan_row),
    [PT_ROWS_PROGRESS] = TABLE("progress", PROGRESS, 1, pt_progress_row),
    [PT_ROWS_PACKAGE] = TABLE("package", PACKAGE, 2, pt_package_row),
    [PT_ROWS_VERSION] = TABLE("version", VERSION, 3, pt_version_row),
    [PT_ROWS_STAGE] = TABLE("stage", STAGE, 2, pt_stage_row),
    [PT_ROWS_FIGURES] = TABLE("figures", FIGURES, 3, pt_figures_row),
    [PT_ROWS_WAVE] = TABLE("wave", WAVE, 2, pt_wave_row),
    [PT_ROWS_REQUEST] = TABLE("request", REQUEST, 2, pt_request_row),
    [PT_ROWS_ORG] = TABLE("org_chunk", ORG, 2, pt_chunk_row),
    [PT_ROWS_HAVE] = TABLE("have_chunk", PACKAGE_CHUNK, 3, pt_package_chunk_row),
    [PT_ROWS_PAIR] = TABLE("pair_chunk", PACKAGE_CHUNK, 3, pt_package_chunk_row),
    [PT_ROWS_TEXT] = TABLE("text", WORDS, 2, pt_text_row),
    [PT_ROWS_NOTE] = TABLE("note", NOTE, 2, pt_note_row),
    [PT_ROWS_WISH] = TABLE("wish", WISH, 2, pt_wish_row),
    [PT_ROWS_EXCLUSION] = TABLE("exclusion", EXCLUSION, 2, pt_exclusion_row),
    [PT_ROWS_REPUSH] = TABLE("repush", REPUSH, 2, pt_repush_row),
    [PT_ROWS_APPROVAL] = TABLE("approval", APPROVAL, 2, pt_approval_row),
    [PT_ROWS_HOOK] = TABLE("hook", HOOK, 2, pt_hook_row),
    [PT_ROWS_WATCHED] = TABLE("watched", WATCHED, 2, pt_watched_row),
    [PT_ROWS_TAG] = TABLE("tag", TAG, 3, pt_tag_row),
    [PT_ROWS_REASON] = TABLE("reason", REASON, 2, pt_reason_row),
    [PT_ROWS_HOURS] = TABLE("hours", HOURS, 2, pt_hours_row),
};

const struct pt_schema pt_journal_schema = {
    .name = "journal",
    .id = 0x50544a31, /* "PTJ1" */
    /* 2: activated_ms of a request; passes that somebody asked for. 3: approvals, who
       departed, what hooks were told, parents of orgs, watched trains and
       their tags, words of a wish. 4: every failed job, in its request's row; the
       hours known at departure, the words of reasons, numbers of versions, what the
       train says of a stage; what a run waits for */
    .version = 4,
    .table = TABLES,
    .ntable = PT_ARRAY_LEN(TABLES),
};

int pt_journal_damaged(struct pt_err *err, const char *what)
{
	return pt_err_set(err, PT_E_INVALID, "the journal is damaged: %s", what);
}

void pt_run_release(struct pt_run *run)
{
	pt_arena_release(&run->texts);
	*run = (struct pt_run){.texts = PT_ARENA_INIT};
}

static bool copy_text(const char **text, struct pt_arena *arena)
{
	if (*text)
		*text = pt_arena_strdup(arena, *text);
	return *text != NULL;
}

int pt_run_copy(struct pt_run *out, const struct pt_run_row *row, struct pt_err *err)
{
	struct pt_run run = {.row = *row, .texts = PT_ARENA_INIT};
	bool no_connector = !row->connector, nobody = !row->departed_by;

	if (!row->name || !row->suite || !row->train || !row->id || !row->timezone || !row->digest)
		return pt_err_set(err, PT_E_INVALID, "the journal is damaged: run %lld has no name",
				  (long long)row->run);
	if (!copy_text(&run.row.name, &run.texts) || !copy_text(&run.row.suite, &run.texts) ||
	    !copy_text(&run.row.train, &run.texts) || !copy_text(&run.row.id, &run.texts) ||
	    !copy_text(&run.row.timezone, &run.texts) || !copy_text(&run.row.digest, &run.texts) ||
	    (!copy_text(&run.row.connector, &run.texts) && !no_connector) ||
	    (!copy_text(&run.row.departed_by, &run.texts) && !nobody)) {
		pt_run_release(&run);
		return pt_err_nomem(err);
	}
	*out = run;
	return 0;
}

enum { MOST_NAMES = 256 };

struct search {
	const char *name;
	struct pt_run found;
	bool any;
	const char *other[MOST_NAMES]; /* the names of the last runs; in `names` */
	size_t nother;
	struct pt_arena names;
};

/* One that may have been meant; without memory there is no hint. */
static void keep_name(struct search *search, const char *name)
{
	const char *kept = name ? pt_arena_strdup(&search->names, name) : NULL;

	if (kept)
		search->other[search->nother++ % MOST_NAMES] = kept;
}

static int say_missing(const struct search *search, struct pt_err *err)
{
	char hint[PT_NEAR_TEXT];
	size_t n = search->nother < MOST_NAMES ? search->nother : MOST_NAMES;

	if (!search->name)
		return pt_err_set(err, PT_E_NOTFOUND,
				  "there is no run yet: 'pushtrain run PLAN' departs one");
	pt_near_hint(hint, search->name, search->other, n);
	return pt_err_set(err, PT_E_NOTFOUND, "there is no run '%.200s'%s%s", search->name, hint,
			  hint[0] ? "" : "; 'pushtrain status' lists them");
}

static int match_run(void *context, const void *row, struct pt_err *err)
{
	const struct pt_run_row *run = row;
	struct search *search = context;

	if (search->name && (!run->name || strcmp(run->name, search->name) != 0)) {
		keep_name(search, run->name);
		return 0;
	}
	if (search->any)
		pt_run_release(&search->found);
	search->any = false;
	int rc = pt_run_copy(&search->found, run, err);

	search->any = rc == 0;
	return rc;
}

int pt_journal_find(struct pt_run *out, struct pt_store *store, const char *name,
		    struct pt_err *err)
{
	struct search search = {.name = name, .names = PT_ARENA_INIT};
	int rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, match_run, &search, err);

	if (rc == 0 && !search.any)
		rc = say_missing(&search, err);
	pt_arena_release(&search.names);
	if (rc < 0) {
		if (search.any)
			pt_run_release(&search.found);
		return rc;
	}
	*out = search.found;
	return 0;
}

enum { NAME_TEXT = 256 };

/* "train-id", as one word for a shell. */
static void name_of(char name[NAME_TEXT], const struct pt_run_row *row)
{
	snprintf(name, NAME_TEXT, "%s-%s", row->train, row->id);
	for (char *c = name; *c; c++) {
		if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
		      (*c >= 'A' && *c <= 'Z') || strchr("._-", *c)))
			*c = '-';
	}
}

int pt_journal_refuse_beside(const char *name, struct pt_err *err)
{
	return pt_err_set(err, PT_E_REFUSED,
			  "run %s has not ended, and one train moves an org at a time: pushtrain "
			  "resume %s, or pushtrain abort %s",
			  name, name, name);
}

/* What stands against a new run, and how it is to be called. */
struct newcomer {
	struct pt_store *store;
	const struct pt_run_row *row;
	int64_t nrun;
	char name[NAME_TEXT];
	unsigned nsame; /* runs of that name */
};

static int say_departed(const char *name, bool ended, struct pt_err *err)
{
	return pt_err_set(err, PT_E_REFUSED, "this plan has departed already: pushtrain %s %s %s",
			  ended ? "status" : "resume", name,
			  ended ? "shows it" : "goes on with it");
}

static int compare_run(void *context, const void *row, struct pt_err *err)
{
	const struct pt_run_row *other = row;
	struct newcomer *new = context;
	char name[NAME_TEXT];
	struct pt_journal journal = {new->store, other->run};
	bool ended = false;
	int rc = pt_journal_has_ended(&ended, &journal, err);

	if (rc == 0 && other->digest && strcmp(other->digest, new->row->digest) == 0)
		rc = say_departed(other->name, ended, err);
	else if (rc == 0 && !ended && other->suite && strcmp(other->suite, new->row->suite) == 0)
		rc = pt_journal_refuse_beside(other->name, err);
	if (other->train && other->id) {
		name_of(name, other);
		new->nsame += strcmp(name, new->name) == 0;
	}
	new->nrun = other->run;
	return rc;
}

struct departed {
	struct pt_store *store;
	char digest[PT_DIGEST_TEXT];
};

static int compare_digest(void *context, const void *row, struct pt_err *err)
{
	const struct pt_run_row *run = row;
	const struct departed *departed = context;
	const struct pt_journal journal = {departed->store, run->run};
	bool ended = false;

	if (!run->name || !run->digest || strcmp(run->digest, departed->digest) != 0)
		return 0;
	int rc = pt_journal_has_ended(&ended, &journal, err);

	return rc < 0 ? rc : say_departed(run->name, ended, err);
}

int pt_journal_refuse_again(struct pt_store *store, const char *plan, size_t plan_size,
			    struct pt_err *err)
{
	struct departed departed = {.store = store};
	int rc = pt_digest(departed.digest, plan, plan_size, err);

	return rc < 0
		   ? rc
		   : store->ops->each(store, PT_ROWS_RUN, NULL, 0, compare_digest, &departed, err);
}

static int put_run(struct pt_store *store, const struct pt_run_row *row, const char *plan,
		   size_t plan_size, struct pt_err *err)
{
	const struct pt_plan_row text = {.run = row->run, .text = {plan, plan_size}};
	const struct pt_progress_row progress = {
	    .run = row->run, .now_ms = row->begun_ms, .next_ms = row->begun_ms};
	int rc = store->ops->put(store, PT_ROWS_RUN, row, err);

	if (rc == 0)
		rc = store->ops->put(store, PT_ROWS_PLAN, &text, err);
	return rc < 0 ? rc : store->ops->put(store, PT_ROWS_PROGRESS, &progress, err);
}

int pt_journal_begin(struct pt_run *out, struct pt_store *store, const struct pt_run_row *row,
		     const char *plan, size_t plan_size, struct pt_err *err)
{
	struct pt_run_row made = *row;
	struct newcomer new = {.store = store, .row = &made};
	char digest[PT_DIGEST_TEXT], name[NAME_TEXT + 16];
	int rc = pt_digest(digest, plan, plan_size, err);

	name_of(new.name, row);
	made.digest = digest;
	made.name = name;
	if (rc == 0)
		rc = store->ops->begin(store, PT_STORE_ON_DISK, err);
	if (rc < 0)
		return rc;
	rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, compare_run, &new, err);
	if (new.nsame)
		snprintf(name, sizeof(name), "%s-%u", new.name, new.nsame + 1);
	else
		snprintf(name, sizeof(name), "%s", new.name);
	made.run = new.nrun + 1;
	if (rc == 0)
		rc = put_run(store, &made, plan, plan_size, err);
	if (rc == 0)
		rc = pt_run_copy(out, &made, err);
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}

static int append_plan(void *context, const void *row, struct pt_err *err)
{
	const struct pt_plan_row *plan = row;

	pt_buf_bytes(context, plan->text.data, plan->text.size);
	return pt_buf_check(context, err);
}

int pt_journal_plan(struct pt_buf *out, const struct pt_journal *journal, struct pt_err *err)
{
	const struct pt_plan_row key = {.run = journal->run};

	return journal->store->ops->each(journal->store, PT_ROWS_PLAN, &key, 1, append_plan, out,
					 err);
}

struct progress_search {
	struct pt_progress_row *out;
	struct pt_arena *texts;
	bool any;
};

static int take_progress(void *context, const void *row, struct pt_err *err)
{
	struct progress_search *search = context;

	*search->out = *(const struct pt_progress_row *)row;
	search->any = true;
	if (search->out->halt_text && !copy_text(&search->out->halt_text, search->texts))
		return pt_err_nomem(err);
	if (search->out->waits && !copy_text(&search->out->waits, search->texts))
		return pt_err_nomem(err);
	if (search->out->home_text && !copy_text(&search->out->home_text, search->texts))
		return pt_err_nomem(err);
	return 0;
}

int pt_journal_progress(struct pt_progress_row *out, struct pt_arena *texts,
			const struct pt_journal *journal, struct pt_err *err)
{
	struct progress_search search = {out, texts, false};
	const struct pt_progress_row key = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_PROGRESS, &key, 1, take_progress,
					   &search, err);

	if (rc == 0 && !search.any)
		rc =
		    pt_err_set(err, PT_E_INVALID, "the journal is damaged: run %lld stands nowhere",
			       (long long)journal->run);
	if (rc == 0 && (out->state < 0 || out->state > PT_RUN_PAUSED))
		rc = pt_err_set(err, PT_E_INVALID,
				"the journal is damaged: run %lld is in state %lld",
				(long long)journal->run, (long long)out->state);
	if (rc == 0 && (out->waits_kind < 0 || out->waits_kind > PT_WAIT_BUDGET))
		rc = pt_journal_damaged(err, "what a run waits for");
	return rc;
}
