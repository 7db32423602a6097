/* See journal_hours.h. A row for each zone of a stage's window, and one for each blackout. */
#include "pipeline/journal_hours.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/pack.h"
#include "pipeline/slot.h"

enum { PACKED_SPAN = 16 };

struct writer {
	const struct pt_journal *journal;
	const struct pt_hours_kept *kept;
	int64_t to_ms;
	int64_t nrow;
	struct pt_opening *span; /* owned; room for PT_HOURS_KEPT_SPANS */
	uint8_t *packed;         /* owned; the same */
};

static int put_row(struct writer *w, struct pt_hours_row *row, size_t nspan, struct pt_err *err)
{
	struct pt_store *store = w->journal->store;

	for (size_t i = 0; i < nspan; i++) {
		pt_pack64(w->packed + i * PACKED_SPAN, (uint64_t)w->span[i].start_ms);
		pt_pack64(w->packed + i * PACKED_SPAN + 8, (uint64_t)w->span[i].end_ms);
	}
	row->run = w->journal->run;
	row->hours = ++w->nrow;
	row->spans = (struct pt_bytes){w->packed, nspan * PACKED_SPAN};
	return store->ops->put(store, PT_ROWS_HOURS, row, err);
}

static int put_windows(struct writer *w, uint32_t stage, struct pt_err *err)
{
	const struct pt_stage_conf *conf = &w->kept->conf->stage[stage];
	int rc = 0;

	for (uint32_t z = 0; rc == 0 && conf->window.set && z < pt_stage_nzone(conf); z++) {
		struct pt_hours_row row = {.kind = PT_HOURS_ROW_WINDOW,
					   .stage = stage,
					   .zone = z,
					   .name = pt_stage_zone_name(w->kept->suite, conf, z)};
		size_t n = pt_hours_openings(w->span, PT_HOURS_KEPT_SPANS, w->kept->hours, stage, z,
					     w->kept->from_ms, w->to_ms);

		rc = put_row(w, &row, n, err);
	}
	return rc;
}

/* The blackout of that name is written with the first of its spans. */
static bool was_before(const struct pt_closures *closures, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(closures->closure[i].name, closures->closure[at].name) == 0)
			return true;
	}
	return false;
}

static int put_blackout(struct writer *w, size_t first, size_t nclosure, struct pt_err *err)
{
	const struct pt_closure *all = w->kept->closures->closure;
	struct pt_hours_row row = {.kind = PT_HOURS_ROW_BLACKOUT, .name = all[first].name};
	size_t n = 0;

	for (size_t i = first; i < nclosure; i++) {
		if (strcmp(all[i].name, row.name) != 0 || all[i].end_ms <= w->kept->from_ms ||
		    all[i].start_ms >= w->to_ms)
			continue;
		w->span[n++] = (struct pt_opening){all[i].start_ms, all[i].end_ms};
	}
	return n ? put_row(w, &row, n, err) : 0;
}

static int put_blackouts(struct writer *w, struct pt_err *err)
{
	const struct pt_closures *closures = w->kept->closures;
	size_t n = closures->n < PT_HOURS_KEPT_SPANS ? closures->n : PT_HOURS_KEPT_SPANS;
	size_t nname = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n && nname < PT_HOURS_KEPT_NAMES; i++) {
		if (was_before(closures, i))
			continue;
		nname++;
		rc = put_blackout(w, i, n, err);
	}
	return rc;
}

static int put_all(struct writer *w, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t s = 0; rc == 0 && s < w->kept->conf->nstage; s++)
		rc = put_windows(w, s, err);
	return rc < 0 ? rc : put_blackouts(w, err);
}

int pt_journal_put_hours(const struct pt_journal *journal, const struct pt_hours_kept *kept,
			 struct pt_err *err)
{
	struct pt_store *store = journal->store;
	struct writer w = {.journal = journal,
			   .kept = kept,
			   .to_ms = kept->from_ms + PT_HOURS_KEPT_DAYS * PT_DAY_MS,
			   .span = calloc(PT_HOURS_KEPT_SPANS, sizeof(*w.span)),
			   .packed = calloc(PT_HOURS_KEPT_SPANS, PACKED_SPAN)};
	int rc = 0;

	if (!kept->hours)
		goto out;
	rc = w.span && w.packed ? store->ops->begin(store, PT_STORE_SOON, err) : pt_err_nomem(err);
	if (rc < 0)
		goto out;
	rc = put_all(&w, err);
	if (rc == 0)
		rc = store->ops->commit(store, err);
	else
		store->ops->rollback(store);
out:
	free(w.span);
	free(w.packed);
	return rc;
}
