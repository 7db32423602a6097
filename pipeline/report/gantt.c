/* See gantt.h. */
#include "pipeline/report/gantt.h"

#include <stdlib.h>
#include <string.h>

/* Two thousand years. */
#define MOST_MS (INT64_C(1) << 46)

/* A wave as the journal has it, as the plan has it, or both. */
struct entry {
	uint32_t stage, package, pass, batch;
	const char *zone;
	uint32_t wave;      /* in the journal; UINT32_MAX: not yet */
	int64_t planned_ms; /* its start; 0: not known */
};

struct layer {
	struct pt_gantt *gantt;
	const struct pt_history *history;
	struct entry *entry;
	size_t nentry;
	int64_t now_ms;
};

static int by_name(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* The order in which waves are drawn. */
static int by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int64_t left[] = {x->stage, x->pass, x->batch};
	const int64_t right[] = {y->stage, y->pass, y->batch};
	int order;

	for (size_t i = 0; i < PT_ARRAY_LEN(left); i++) {
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	}
	order = by_name(x->zone, y->zone);
	if (order)
		return order;
	if (x->planned_ms != y->planned_ms)
		return x->planned_ms < y->planned_ms ? -1 : 1;
	return (x->package > y->package) - (x->package < y->package);
}

static bool same_slot(const struct entry *x, const struct entry *y)
{
	return x->stage == y->stage && x->pass == y->pass && x->batch == y->batch &&
	       by_name(x->zone, y->zone) == 0;
}

static int list_entries(struct layer *l, const struct pt_planned *planned, struct pt_arena *arena,
			struct pt_err *err)
{
	const struct pt_history *h = l->history;
	size_t nplanned = planned ? planned->nwave : 0;

	l->entry = pt_arena_alloc(arena, h->nwave + nplanned + 1, sizeof(*l->entry));
	if (!l->entry)
		return pt_err_nomem(err);
	for (size_t i = 0; i < h->nwave; i++) {
		const struct pt_history_wave *w = &h->wave[i];
		int64_t start_ms = w->start_ms == PT_NEVER ? 0 : w->start_ms;

		l->entry[l->nentry++] = (struct entry){.stage = w->stage,
						       .package = w->package,
						       .pass = w->pass,
						       .batch = w->pass ? 0 : w->batch,
						       .zone = w->pass ? NULL : w->zone,
						       .wave = (uint32_t)i,
						       .planned_ms = w->pass ? 0 : start_ms};
	}
	for (size_t i = 0; i < nplanned; i++) {
		const struct pt_planned_wave *w = &planned->wave[i];
		const struct entry plan = {.stage = w->stage,
					   .package = w->package,
					   .batch = w->batch,
					   .zone = w->zone,
					   .wave = UINT32_MAX,
					   .planned_ms = w->start_ms};
		size_t k = 0;

		while (k < l->nentry &&
		       (l->entry[k].package != plan.package || !same_slot(&l->entry[k], &plan)))
			k++;
		if (k == l->nentry)
			l->entry[l->nentry++] = plan;
		else
			l->entry[k].planned_ms = plan.planned_ms;
	}
	qsort(l->entry, l->nentry, sizeof(*l->entry), by_place);
	return 0;
}

static struct pt_gantt_row *add_row(struct layer *l, enum pt_gantt_row_kind kind, uint32_t stage)
{
	struct pt_gantt_row *row = &l->gantt->row[l->gantt->nrow++];

	*row = (struct pt_gantt_row){.kind = kind, .stage = stage, .bar = l->gantt->nbar};
	return row;
}

/* PT_NEVER and its like have no place in a chart. */
static bool is_drawn(int64_t ms)
{
	return ms > -MOST_MS && ms < MOST_MS;
}

static void add_bar(struct layer *l, enum pt_gantt_bar_kind kind, int64_t from_ms, int64_t to_ms,
		    uint32_t wave)
{
	struct pt_gantt *g = l->gantt;
	bool open = to_ms == 0;

	/* When that is to be is not known. */
	if (!is_drawn(from_ms) || !is_drawn(to_ms))
		return;
	struct pt_gantt_bar *bar = &g->bar[g->nbar++];

	if (open || to_ms < from_ms)
		to_ms = open && l->now_ms > from_ms ? l->now_ms : from_ms;
	*bar = (struct pt_gantt_bar){.kind = kind,
				     .from_ms = from_ms,
				     .to_ms = to_ms,
				     .open = open && g->now_ms,
				     .wave = wave};
	if (wave != UINT32_MAX)
		bar->troubled = l->history->wave[wave].failed * 10 > l->history->wave[wave].pushed;
	g->row[g->nrow - 1].nbar++;
	if (from_ms < g->from_ms)
		g->from_ms = from_ms;
	if (to_ms > g->to_ms)
		g->to_ms = to_ms;
}

/* As long as the shortest way from one level of the same slot to the next. */
static int64_t planned_end(const struct layer *l, const struct entry *entry)
{
	int64_t least_ms = PT_NEVER;

	for (size_t i = 0; i < l->nentry; i++) {
		const struct entry *one = &l->entry[i];

		if (!same_slot(one, entry) || !one->planned_ms || !i ||
		    !same_slot(one, &l->entry[i - 1]))
			continue;
		if (!is_drawn(one->planned_ms) || !is_drawn(l->entry[i - 1].planned_ms))
			continue;
		int64_t gap_ms = one->planned_ms - l->entry[i - 1].planned_ms;

		if (gap_ms > 0 && gap_ms < least_ms)
			least_ms = gap_ms;
	}
	return entry->planned_ms + (least_ms == PT_NEVER ? PT_HOUR_MS : least_ms);
}

static void lay_wave(struct layer *l, const struct entry *entry)
{
	struct pt_gantt_row *row = add_row(l, PT_GANTT_WAVE, entry->stage);

	row->package = entry->package;
	row->batch = entry->batch;
	row->zone = entry->zone;
	if (entry->planned_ms && is_drawn(entry->planned_ms))
		add_bar(l, PT_GANTT_PLANNED, entry->planned_ms, planned_end(l, entry), UINT32_MAX);
	if (entry->wave == UINT32_MAX)
		return;
	const struct pt_history_wave *wave = &l->history->wave[entry->wave];

	if (wave->begun_ms)
		add_bar(l, PT_GANTT_ACTUAL, wave->begun_ms, wave->done ? wave->ended_ms : 0,
			entry->wave);
}

static const struct pt_note *find_note(const struct pt_history *h, enum pt_note_kind kind,
				       uint32_t stage, uint32_t pass)
{
	for (size_t i = 0; i < h->nnote; i++) {
		if (h->note[i].kind == kind && h->note[i].stage == stage &&
		    (!pass || h->note[i].pass == pass))
			return &h->note[i];
	}
	return NULL;
}

/* The waves of one pass, from that entry on; returns where the next begins. */
static size_t lay_pass(struct layer *l, size_t first)
{
	const struct pt_history *h = l->history;
	uint32_t stage = l->entry[first].stage, pass = l->entry[first].pass;
	const struct pt_note *opened = find_note(h, PT_NOTE_PASS_OPENED, stage, pass);
	const struct pt_note *done = find_note(h, PT_NOTE_PASS_DONE, stage, pass);
	struct pt_gantt_row *row = add_row(l, PT_GANTT_PASS, stage);
	size_t i = first;

	row->pass = pass;
	if (opened)
		add_bar(l, PT_GANTT_SPAN, opened->at_ms, done ? done->at_ms : 0, UINT32_MAX);
	for (; i < l->nentry && l->entry[i].stage == stage && l->entry[i].pass == pass; i++) {
		const struct pt_history_wave *wave = &h->wave[l->entry[i].wave];

		if (wave->begun_ms)
			add_bar(l, PT_GANTT_ACTUAL, wave->begun_ms, wave->done ? wave->ended_ms : 0,
				l->entry[i].wave);
	}
	return i;
}

/* What a stage waited for. */
static void lay_waits(struct layer *l, uint32_t stage)
{
	const struct pt_history *h = l->history;
	int64_t end_ms = h->status.stage[stage].end_ms;

	for (size_t i = 0; i < h->nnote; i++) {
		const struct pt_note *note = &h->note[i];
		int64_t until_ms = 0;

		if (note->stage != stage)
			continue;
		if (note->kind == PT_NOTE_SOAKING)
			add_bar(l, PT_GANTT_SOAK, note->at_ms, note->until_ms, UINT32_MAX);
		if (note->kind != PT_NOTE_APPROVAL)
			continue;
		for (size_t k = i + 1; k < h->nnote && !until_ms; k++) {
			if (h->note[k].stage == stage && (h->note[k].kind == PT_NOTE_APPROVED ||
							  h->note[k].kind == PT_NOTE_REFUSED))
				until_ms = h->note[k].at_ms;
		}
		add_bar(l, PT_GANTT_APPROVAL, note->at_ms, until_ms ? until_ms : end_ms,
			UINT32_MAX);
	}
}

static void lay_stage(struct layer *l, uint32_t stage)
{
	const struct pt_history *h = l->history;
	const struct pt_status_stage *s = &h->status.stage[stage];
	bool begun = s->start_ms != 0 && s->state != PT_STAGE_AHEAD;
	int64_t next_ms = stage + 1 < h->status.nstage ? h->status.stage[stage + 1].planned_ms : 0;

	(void)add_row(l, PT_GANTT_STAGE, stage);
	if (s->planned_ms && is_drawn(s->planned_ms))
		add_bar(l, PT_GANTT_PLANNED, s->planned_ms,
			next_ms > s->planned_ms ? next_ms : s->planned_ms + PT_DAY_MS, UINT32_MAX);
	if (begun)
		add_bar(l, PT_GANTT_SPAN, s->start_ms, s->end_ms, UINT32_MAX);
	lay_waits(l, stage);
}

/* A stage whose waves are all of one slot needs no name over them. */
static bool has_slots(const struct layer *l, uint32_t stage)
{
	const struct entry *first = NULL;

	for (size_t i = 0; i < l->nentry; i++) {
		const struct entry *entry = &l->entry[i];

		if (entry->stage != stage || entry->pass)
			continue;
		if (first && !same_slot(first, entry))
			return true;
		first = entry;
	}
	return false;
}

static size_t lay_waves(struct layer *l, size_t at, uint32_t stage)
{
	bool slots = has_slots(l, stage);
	const struct entry *slot = NULL;

	while (at < l->nentry && l->entry[at].stage == stage) {
		const struct entry *entry = &l->entry[at];

		if (entry->pass) {
			at = lay_pass(l, at);
			continue;
		}
		if (slots && (!slot || !same_slot(slot, entry))) {
			struct pt_gantt_row *row = add_row(l, PT_GANTT_BATCH, stage);

			row->batch = entry->batch;
			row->zone = entry->zone;
		}
		slot = entry;
		lay_wave(l, entry);
		at++;
	}
	return at;
}

static void find_span(struct pt_gantt *gantt, const struct pt_status *status)
{
	if (gantt->from_ms > status->run.row.start_ms)
		gantt->from_ms = status->run.row.start_ms;
	if (gantt->to_ms < status->progress.now_ms)
		gantt->to_ms = status->progress.now_ms;
	if (gantt->to_ms <= gantt->from_ms)
		gantt->to_ms = gantt->from_ms + PT_HOUR_MS;
}

int pt_gantt_lay(struct pt_gantt *out, const struct pt_history *history,
		 const struct pt_planned *planned, struct pt_arena *arena, struct pt_err *err)
{
	const struct pt_status *status = &history->status;
	struct pt_gantt gantt = {.from_ms = PT_NEVER, .to_ms = PT_LONG_AGO};
	struct layer l = {.gantt = &gantt, .history = history, .now_ms = status->progress.now_ms};
	size_t at = 0;
	int rc = list_entries(&l, planned, arena, err);

	if (rc < 0)
		return rc;
	gantt.now_ms = status->progress.finished ? 0 : status->progress.now_ms;
	gantt.row = pt_arena_alloc(arena, 2 * l.nentry + status->nstage + 1, sizeof(*gantt.row));
	gantt.bar = pt_arena_alloc(arena, 3 * l.nentry + 2 * status->nstage + history->nnote + 1,
				   sizeof(*gantt.bar));
	if (!gantt.row || !gantt.bar)
		return pt_err_nomem(err);
	for (uint32_t stage = 0; stage < status->nstage; stage++) {
		lay_stage(&l, stage);
		at = lay_waves(&l, at, stage);
	}
	find_span(&gantt, status);
	*out = gantt;
	return 0;
}

/* How many hours lie between marks that have room for their text. */
static int32_t hours_between(double px_per_day)
{
	static const int32_t steps[] = {1, 2, 3, 6, 12};
	const double room_px = 44;

	for (size_t i = 0; i < PT_ARRAY_LEN(steps); i++) {
		if (px_per_day * steps[i] / 24 >= room_px)
			return steps[i];
	}
	return 24;
}

int pt_gantt_ticks(struct pt_gantt_tick **out, size_t *n_out, const struct pt_zone *zone,
		   int64_t from_ms, int64_t to_ms, double px_per_day, struct pt_arena *arena,
		   struct pt_err *err)
{
	const double least_px = 4;
	int32_t step = hours_between(px_per_day);
	/* Decades in one chart: not every day has a mark. */
	int64_t ndays = px_per_day < least_px ? (int64_t)(least_px / px_per_day) + 1 : 1;
	size_t cap = (size_t)((to_ms - from_ms) / (ndays * step * PT_HOUR_MS) + 60), n = 0;
	struct pt_gantt_tick *tick = pt_arena_alloc(arena, cap, sizeof(*tick));
	struct pt_civil day = pt_civil_of_ms(from_ms + pt_zone_offset_ms(zone, from_ms));
	int64_t day_ms;

	if (!tick)
		return pt_err_nomem(err);
	day.hour = day.minute = day.second = day.ms = 0;
	day_ms = pt_civil_to_ms(&day); /* the date as if it were UTC: one day is 24 hours there */
	for (bool more = true; more; day_ms += ndays * PT_DAY_MS) {
		for (int32_t hour = 0; hour < 24; hour += step) {
			struct pt_civil local = pt_civil_of_ms(day_ms + hour * PT_HOUR_MS);
			int64_t at_ms = pt_zone_resolve(zone, &local, PT_ZONE_FIRST);

			more = at_ms < to_ms;
			if (at_ms < from_ms || !more || n == cap ||
			    (n && at_ms <= tick[n - 1].at_ms))
				continue;
			tick[n++] = (struct pt_gantt_tick){at_ms, hour == 0, local};
		}
	}
	*out = tick;
	*n_out = n;
	return 0;
}
