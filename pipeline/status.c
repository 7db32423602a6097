/* See status.h. Here: reading it. */
#include "pipeline/status.h"

#include <stdlib.h>

struct reader {
	struct pt_status *status;
	uint8_t *stage_of; /* by org */
};

static int count_row(void *context, const void *row, struct pt_err *err)
{
	(void)row;
	(void)err;
	++*(size_t *)context;
	return 0;
}

static int take_package(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_row *from = row;
	struct pt_status *status = ((struct reader *)context)->status;
	struct pt_status_package *to;

	if (from->package < 0 || (size_t)from->package >= status->npackage || from->position < 0 ||
	    (size_t)from->position >= status->npackage || !from->name || !from->version)
		return pt_journal_damaged(err, "its packages");
	to = &status->package[from->package];
	status->order[from->position] = (uint32_t)from->package;
	to->name = pt_arena_strdup(&status->arena, from->name);
	to->version = pt_arena_strdup(&status->arena, from->version);
	return to->name && to->version ? 0 : pt_err_nomem(err);
}

static int take_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *from = row;
	struct pt_status *status = ((struct reader *)context)->status;
	struct pt_status_stage *to;

	if (from->stage < 0 || (size_t)from->stage >= status->nstage || !from->name ||
	    from->state < 0 || from->state > PT_STAGE_HALTED)
		return pt_journal_damaged(err, "its stages");
	to = &status->stage[from->stage];
	to->state = (enum pt_stage_state)from->state;
	to->planned_ms = from->planned_ms;
	to->planned_eligible = from->planned_eligible > 0 ? (uint64_t)from->planned_eligible : 0;
	to->start_ms = from->start_ms;
	to->end_ms = from->end_ms;
	to->asked_ms = from->asked_ms;
	to->approved = from->approved != 0;
	to->name = pt_arena_strdup(&status->arena, from->name);
	return to->name ? 0 : pt_err_nomem(err);
}

static int take_figures(void *context, const void *row, struct pt_err *err)
{
	const struct pt_figures_row *from = row;
	struct pt_status *status = ((struct reader *)context)->status;
	struct pt_stage_figures *to;

	if (from->stage < 0 || (size_t)from->stage >= status->nstage || from->package < 0 ||
	    (size_t)from->package >= status->npackage)
		return pt_journal_damaged(err, "its figures");
	to = &status->figures[(size_t)from->stage * status->npackage + (size_t)from->package];
	to->requests = (uint64_t)from->requests;
	to->jobs = (uint64_t)from->jobs;
	to->http_calls = (uint64_t)from->http_calls;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		to->jobs_failed[c] = (uint64_t)from->failed[c];
	return 0;
}

static int take_org(void *context, uint32_t number, const struct pt_org *org,
		    const struct pt_org_place *place, struct pt_err *err)
{
	(void)org;
	(void)err;
	((struct reader *)context)->stage_of[number] = place->stage;
	return 0;
}

static int take_pair(void *context, uint32_t package, uint32_t org, const struct pt_pair *pair,
		     struct pt_err *err)
{
	const struct reader *reader = context;

	(void)err;
	pt_status_count(reader->status, reader->stage_of[org], package, pair);
	return 0;
}

void pt_status_count(struct pt_status *status, uint8_t stage, uint32_t package,
		     const struct pt_pair *pair)
{
	if (stage < status->nstage)
		pt_tally_add(&status->figures[stage * status->npackage + package].tally, pair);
}

static int each(struct reader *reader, struct pt_store *store, enum pt_journal_table table,
		pt_store_row_fn *fn, struct pt_err *err)
{
	/* The first column of every table is the run. */
	return store->ops->each(store, table, &reader->status->run.row.run, 1, fn, reader, err);
}

static int make_tables(struct reader *reader, struct pt_store *store, struct pt_err *err)
{
	struct pt_status *s = reader->status;
	int64_t run = s->run.row.run;
	int rc = store->ops->each(store, PT_ROWS_PACKAGE, &run, 1, count_row, &s->npackage, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_STAGE, &run, 1, count_row, &s->nstage, err);
	if (rc < 0)
		return rc;
	if (s->progress.norg < 0 || s->progress.norg > UINT32_MAX / 2)
		return pt_journal_damaged(err, "its orgs");
	s->package = pt_arena_alloc(&s->arena, s->npackage + 1, sizeof(*s->package));
	s->order = pt_arena_alloc(&s->arena, s->npackage + 1, sizeof(*s->order));
	s->stage = pt_arena_alloc(&s->arena, s->nstage + 1, sizeof(*s->stage));
	s->figures = pt_arena_alloc(&s->arena, s->npackage * s->nstage + 1, sizeof(*s->figures));
	return s->package && s->order && s->stage && s->figures ? 0 : pt_err_nomem(err);
}

/* What its users want is not in the progress, which only its driver writes. */
static int heed_pause(struct pt_status *status, struct pt_store *store, struct pt_err *err)
{
	const struct pt_journal journal = {store, status->run.row.run};
	enum pt_wish last = PT_WISH_NONE;
	int64_t n = 0;
	int rc = pt_journal_wishes(&n, &last, &journal, err);

	if (rc == 0 && last == PT_WISH_PAUSE && !status->progress.finished)
		status->progress.state = PT_RUN_PAUSED;
	return rc;
}

int pt_status_outline(struct pt_status *status, struct pt_store *store, const char *name,
		      struct pt_err *err)
{
	struct reader reader = {.status = status};
	int rc = pt_journal_find(&status->run, store, name, err);

	if (rc == 0)
		rc = pt_journal_progress(&status->progress, &status->arena,
					 &(struct pt_journal){store, status->run.row.run}, err);
	if (rc == 0)
		rc = heed_pause(status, store, err);
	if (rc == 0)
		rc = make_tables(&reader, store, err);
	if (rc == 0)
		rc = each(&reader, store, PT_ROWS_PACKAGE, take_package, err);
	if (rc == 0)
		rc = each(&reader, store, PT_ROWS_STAGE, take_stage, err);
	return rc < 0 ? rc : each(&reader, store, PT_ROWS_FIGURES, take_figures, err);
}

int pt_status_tallies(struct pt_status *status, struct pt_store *store, struct pt_err *err)
{
	const struct pt_journal journal = {store, status->run.row.run};
	uint32_t norg = (uint32_t)status->progress.norg;
	struct reader reader = {.status = status, .stage_of = calloc((size_t)norg + 1, 1)};
	int rc = reader.stage_of ? 0 : pt_err_nomem(err);

	if (rc == 0)
		rc = pt_journal_orgs(&journal, norg, take_org, &reader, err);
	if (rc == 0)
		rc = pt_journal_pairs(&journal, (uint32_t)status->npackage, norg, take_pair,
				      &reader, err);
	free(reader.stage_of);
	return rc;
}

int pt_status_read(struct pt_status *out, struct pt_store *store, const char *name,
		   struct pt_err *err)
{
	struct pt_status status = PT_STATUS_INIT;
	int rc = store->ops->begin_reading(store, err);

	if (rc == 0)
		rc = pt_status_outline(&status, store, name, err);
	if (rc == 0)
		rc = pt_status_tallies(&status, store, err);
	store->ops->rollback(store);
	if (rc < 0)
		pt_status_release(&status);
	else
		*out = status;
	return rc;
}

void pt_status_release(struct pt_status *status)
{
	pt_run_release(&status->run);
	pt_arena_release(&status->arena);
	*status = (struct pt_status)PT_STATUS_INIT;
}
