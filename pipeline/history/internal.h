/* What the files that read a history share. Nothing else includes it. */
#ifndef PT_PIPELINE_HISTORY_INTERNAL_H
#define PT_PIPELINE_HISTORY_INTERNAL_H

#include "base/instant.h"
#include "pipeline/history/history.h"

struct history_reader {
	struct pt_history *h;
	struct pt_journal journal;
	unsigned parts;
	/* How many there is room for, where that is not known beforehand. */
	size_t cap_note, cap_approval, cap_exclusion, cap_wish, cap_repush, cap_wave, cap_request,
	    cap_failure, cap_text, cap_hours;
	size_t *cap_known; /* by package */
	struct pt_chunks have;
};

/* Sums and times that nothing overflows with. */
#define HISTORY_MOST (INT64_C(1) << 53)

static inline bool history_is_index(int64_t number, size_t n)
{
	return number >= 0 && (uint64_t)number < n;
}

static inline bool history_is_sum(int64_t number)
{
	return number >= 0 && number < HISTORY_MOST;
}

static inline bool history_is_time(int64_t ms)
{
	return (ms > -HISTORY_MOST && ms < HISTORY_MOST) || ms == PT_LONG_AGO || ms == PT_NEVER;
}

/* A point in time that is drawn and calculated with: within two thousand years of 1970. */
static inline bool history_is_moment(int64_t ms)
{
	return ms > -(INT64_C(1) << 46) && ms < INT64_C(1) << 46;
}

/* Room for one more in an array of the arena's, which may move; NULL: no memory. */
void *history_room(struct pt_arena *arena, void *array, size_t n, size_t *cap, size_t size);

/* A copy in the arena; of NULL "". NULL without memory. */
const char *history_text(struct history_reader *reader, const char *text);

int history_each(struct history_reader *reader, enum pt_journal_table table, pt_store_row_fn *fn,
		 struct pt_err *err) PT_MUSTUSE;

/* history_rows.c: stages (after the plan), notes, what people said, reasons, hours. */
int history_read_stages(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
int history_read_rows(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
int history_read_hours(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
/* history_plan.c: packages and their needs, batches and zones of stages */
int history_read_plan(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
/* history_orgs.c */
int history_read_texts(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
int history_read_orgs(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
int history_read_have(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
/* history_requests.c: waves, then requests and their failures */
int history_read_waves(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;
int history_read_requests(struct history_reader *reader, struct pt_err *err) PT_MUSTUSE;

#endif
