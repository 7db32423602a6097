/* See history.h. Here: the order of reading, and looking things up. */
#include "pipeline/history/history.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/history/internal.h"

void *history_room(struct pt_arena *arena, void *array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? 2 * *cap : 16;
	void *grown;

	if (n < *cap)
		return array;
	grown = pt_arena_alloc(arena, more, size);
	if (!grown)
		return NULL;
	if (n)
		memcpy(grown, array, n * size);
	*cap = more;
	return grown;
}

const char *history_text(struct history_reader *reader, const char *text)
{
	return text && text[0] ? pt_arena_strdup(&reader->h->arena, text) : "";
}

int history_each(struct history_reader *reader, enum pt_journal_table table, pt_store_row_fn *fn,
		 struct pt_err *err)
{
	/* The first column of every table is the run. */
	return reader->journal.store->ops->each(reader->journal.store, table, &reader->journal.run,
						1, fn, reader, err);
}

/* What the outline took as it is, and others calculate with. */
static int check_outline(const struct pt_status *status, struct pt_err *err)
{
	const struct pt_progress_row *progress = &status->progress;

	if (!history_is_moment(progress->now_ms) || !history_is_time(progress->next_ms) ||
	    !history_is_moment(status->run.row.begun_ms) ||
	    !history_is_moment(status->run.row.start_ms) ||
	    (status->nstage && !history_is_index(progress->stage, status->nstage)))
		return pt_journal_damaged(err, "where the run stands");
	for (size_t i = 0; i < status->nstage; i++) {
		const struct pt_status_stage *stage = &status->stage[i];

		if (!stage->name || !history_is_moment(stage->planned_ms) ||
		    !history_is_moment(stage->start_ms) || !history_is_moment(stage->end_ms) ||
		    !history_is_moment(stage->asked_ms))
			return pt_journal_damaged(err, "its stages");
	}
	for (size_t i = 0; i < status->npackage; i++) {
		if (!status->package[i].name)
			return pt_journal_damaged(err, "its packages");
	}
	return 0;
}

static int read_figures(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;

	if (reader->parts & PT_HISTORY_ORGS)
		return history_read_orgs(reader, err);
	return pt_status_tallies(&h->status, reader->journal.store, err);
}

static int read_parts(struct history_reader *reader, struct pt_err *err)
{
	static int (*const parts[])(struct history_reader *, struct pt_err *) = {
	    history_read_plan,  history_read_stages,   history_read_hours,
	    history_read_rows,  history_read_texts,    read_figures,
	    history_read_waves, history_read_requests, history_read_have,
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(parts); i++)
		rc = parts[i](reader, err);
	return rc;
}

static int read_all(struct pt_history *h, struct pt_store *store, const char *name, unsigned parts,
		    struct pt_err *err)
{
	struct history_reader reader = {.h = h, .parts = parts};
	int rc = pt_status_outline(&h->status, store, name, err);

	if (rc == 0)
		rc = check_outline(&h->status, err);
	if (rc == 0)
		rc = pt_zone_open(&h->zone, h->status.run.row.timezone, err);
	reader.journal = (struct pt_journal){store, h->status.run.row.run};
	return rc < 0 ? rc : read_parts(&reader, err);
}

int pt_history_read(struct pt_history *out, struct pt_store *store, const char *name,
		    unsigned parts, struct pt_err *err)
{
	struct pt_history history = {.status = PT_STATUS_INIT, .arena = PT_ARENA_INIT};
	int rc = store->ops->begin_reading(store, err);

	if (rc == 0)
		rc = read_all(&history, store, name, parts, err);
	store->ops->rollback(store);
	if (rc < 0)
		pt_history_release(&history);
	else
		*out = history;
	return rc;
}

void pt_history_release(struct pt_history *history)
{
	pt_status_release(&history->status);
	pt_zone_free(history->zone);
	pt_arena_release(&history->arena);
	*history = (struct pt_history){.status = PT_STATUS_INIT, .arena = PT_ARENA_INIT};
}

uint32_t pt_history_slot(const char **zone_out, const struct pt_history *history, uint32_t stage,
			 uint32_t slot)
{
	const struct pt_history_stage *of = &history->stage[stage];
	uint32_t nzone = of->nzone ? of->nzone : 1;

	*zone_out = of->nzone ? of->zone[slot % nzone] : NULL;
	return slot / nzone;
}

const char *pt_history_reason(const struct pt_history *history, unsigned reason)
{
	return reason < history->nreason ? history->reason[reason]
					 : "a reason that the journal does not name";
}

uint32_t pt_history_find(const struct pt_history *history, const struct pt_org_key *key)
{
	for (size_t i = 0; i < history->norg; i++) {
		if (pt_org_key_cmp(&history->org[i].key, key) == 0)
			return (uint32_t)i;
	}
	return UINT32_MAX;
}
