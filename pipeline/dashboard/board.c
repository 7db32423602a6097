/* See board.h. */
#include "pipeline/dashboard/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/metrics.h"

/* A run of the journal, before it is read as a whole. */
struct entry {
	int64_t run;
	uint64_t mark;
	bool ended;
	char *name; /* in the listing's arena */
};

struct listing {
	struct pt_store *store;
	struct entry *entry; /* oldest first */
	size_t n, cap;
	struct pt_arena texts;
};

static void mix(uint64_t *mark, int64_t value)
{
	*mark = (*mark ^ (uint64_t)value) * UINT64_C(0x9e3779b97f4a7c15);
	*mark ^= *mark >> 29;
}

/* Whatever is written of a run is written with its progress, but for what its users want. */
static int mark_run(struct entry *entry, const struct listing *listing, struct pt_err *err)
{
	const struct pt_journal journal = {listing->store, entry->run};
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row p;
	enum pt_wish last = PT_WISH_NONE;
	int64_t nwish = 0;
	int rc = pt_journal_progress(&p, &texts, &journal, err);

	if (rc == 0)
		rc = pt_journal_wishes(&nwish, &last, &journal, err);
	pt_arena_release(&texts);
	if (rc < 0)
		return rc;
	const int64_t parts[] = {p.state,      p.now_ms,  p.next_ms,      p.stage,
				 p.first_wave, p.halting, p.aborting,     p.finished,
				 p.http_calls, p.norg,    p.repush_taken, nwish};

	entry->mark = 1;
	for (size_t i = 0; i < PT_ARRAY_LEN(parts); i++)
		mix(&entry->mark, parts[i]);
	entry->ended = p.finished && p.state != PT_RUN_HALTED;
	return 0;
}

static int take_run(void *context, const void *row, struct pt_err *err)
{
	const struct pt_run_row *run = row;
	struct listing *listing = context;

	if (!run->name)
		return pt_journal_damaged(err, "a run without a name");
	if (listing->n == listing->cap) {
		size_t cap = listing->cap ? 2 * listing->cap : 16;
		struct entry *grown = realloc(listing->entry, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		listing->entry = grown;
		listing->cap = cap;
	}
	struct entry *entry = &listing->entry[listing->n++];

	*entry =
	    (struct entry){.run = run->run, .name = pt_arena_strdup(&listing->texts, run->name)};
	return entry->name ? 0 : pt_err_nomem(err);
}

static int list_runs(struct listing *listing, struct pt_err *err)
{
	struct pt_store *store = listing->store;
	int rc = store->ops->begin_reading(store, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, take_run, listing, err);
	for (size_t i = 0; rc == 0 && i < listing->n; i++)
		rc = mark_run(&listing->entry[i], listing, err);
	store->ops->rollback(store);
	return rc;
}

static void release_run(struct pt_board_run *run)
{
	pt_status_release(&run->status);
}

/* What is known of it and still holds is taken over. */
static bool take_over(struct pt_board_run *out, struct pt_board *old, const struct entry *entry)
{
	for (size_t i = 0; i < old->n; i++) {
		struct pt_board_run *run = &old->run[i];

		if (run->mark == entry->mark && run->status.run.row.run == entry->run) {
			*out = *run;
			*run = (struct pt_board_run){.status = {.arena = PT_ARENA_INIT}};
			return true;
		}
	}
	return false;
}

static int read_run(struct pt_board_run *out, struct pt_board *old, const struct entry *entry,
		    struct pt_store *store, struct pt_err *err)
{
	if (take_over(out, old, entry))
		return 0;
	struct pt_board_run run = {.mark = entry->mark, .ended = entry->ended};
	int rc = pt_status_read(&run.status, store, entry->name, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < run.status.nstage * run.status.npackage; i++)
		pt_figures_add(&run.all, &run.status.figures[i]);
	*out = run;
	return 0;
}

static int read_runs(struct pt_board *out, struct pt_board *old, const struct listing *listing,
		     struct pt_err *err)
{
	size_t nended = 0;
	int rc = 0;

	out->run = calloc(listing->n + 1, sizeof(*out->run));
	if (!out->run)
		return pt_err_nomem(err);
	for (size_t i = listing->n; rc == 0 && i-- > 0;) {
		const struct entry *entry = &listing->entry[i];

		if (entry->ended && ++nended > PT_BOARD_ENDED) {
			out->nolder++;
			continue;
		}
		rc = read_run(&out->run[out->n], old, entry, listing->store, err);
		out->n += rc == 0;
	}
	return rc;
}

int pt_board_read(struct pt_board *board, struct pt_store *store, pt_board_driver_fn *driver,
		  void *context, struct pt_err *err)
{
	struct listing listing = {.store = store, .texts = PT_ARENA_INIT};
	struct pt_board now = {.n = 0};
	int rc = list_runs(&listing, err);

	if (rc == 0) {
		rc = read_runs(&now, board, &listing, err);
		pt_board_release(board);
		*board = now;
	}
	for (size_t i = 0; rc == 0 && i < board->n; i++)
		rc = driver(context, &board->run[i].driver, board->run[i].status.run.row.run, err);
	free(listing.entry);
	pt_arena_release(&listing.texts);
	return rc;
}

void pt_board_release(struct pt_board *board)
{
	for (size_t i = 0; i < board->n; i++)
		release_run(&board->run[i]);
	free(board->run);
	*board = (struct pt_board){.n = 0};
}

int pt_board_metrics(struct pt_buf *out, const struct pt_board *board, struct pt_err *err)
{
	struct pt_metrics_run *run = calloc(board->n + 1, sizeof(*run));
	size_t n = 0, nended = 0;

	if (!run)
		return pt_err_nomem(err);
	for (size_t i = 0; i < board->n; i++) {
		const struct pt_board_run *from = &board->run[i];

		nended += from->ended;
		if (!from->ended || nended <= PT_BOARD_MEASURED)
			run[n++] = (struct pt_metrics_run){&from->status,
							   from->driver == PT_BOARD_DRIVER_UNKNOWN
							       ? PT_METRICS_UNKNOWN
							   : from->driver ? PT_METRICS_DRIVEN
									  : PT_METRICS_IDLE};
	}
	pt_metrics_text(out, run, n);
	free(run);
	return pt_buf_check(out, err);
}

/* The stage that is not over, or NULL. */
static const struct pt_status_stage *current_stage(const struct pt_status *status)
{
	size_t at = (size_t)status->progress.stage;

	return status->progress.stage >= 0 && at < status->nstage ? &status->stage[at] : NULL;
}

static void say_stage(struct pt_buf *out, const struct pt_status_stage *stage)
{
	switch (stage->state) {
	case PT_STAGE_AHEAD:
		if (stage->asked_ms && !stage->approved)
			pt_buf_printf(out, "stage %s waits for an approval", stage->name);
		else
			pt_buf_printf(out, "stage %s is about to begin", stage->name);
		break;
	case PT_STAGE_READING:
		pt_buf_printf(out, "stage %s: reading who has what", stage->name);
		break;
	case PT_STAGE_WAVES:
		pt_buf_printf(out, "stage %s: waves", stage->name);
		break;
	case PT_STAGE_PASSES:
		pt_buf_printf(out, "stage %s: re-push passes", stage->name);
		break;
	case PT_STAGE_SOAKING:
		pt_buf_printf(out, "stage %s soaks", stage->name);
		break;
	case PT_STAGE_DONE:
		pt_buf_printf(out, "stage %s is over", stage->name);
		break;
	case PT_STAGE_HALTED:
		pt_buf_printf(out, "stage %s has halted", stage->name);
		break;
	}
}

/* What it waits for does not say so by itself. */
static bool is_at_work(const struct pt_status_stage *stage)
{
	return stage->state == PT_STAGE_READING || pt_stage_pushes(stage->state);
}

void pt_board_waits(struct pt_buf *out, const struct pt_board_run *run)
{
	const struct pt_progress_row *progress = &run->status.progress;
	const struct pt_status_stage *stage = current_stage(&run->status);
	bool waits = !progress->finished && progress->waits && progress->waits[0];

	if (progress->halt_text)
		pt_buf_str(out, progress->halt_text);
	else if (!run->ended && stage && (!waits || is_at_work(stage)))
		say_stage(out, stage);
	if (waits)
		pt_buf_printf(out, "%swaiting: %s", out->len ? "; " : "", progress->waits);
}

int64_t pt_board_until_ms(const struct pt_board_run *run)
{
	const struct pt_progress_row *progress = &run->status.progress;

	if (progress->finished)
		return PT_NEVER;
	return progress->waits && progress->waits_until_ms > 0 ? progress->waits_until_ms
							       : progress->next_ms;
}
