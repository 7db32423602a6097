/* See history.h. Here: tables of few rows. */
#include <string.h>

#include "base/pack.h"
#include "pipeline/history/internal.h"

static int take_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *from = row;
	struct pt_history *h = ((struct history_reader *)context)->h;

	if (!history_is_index(from->stage, h->status.nstage) ||
	    !history_is_index(from->halted_in, PT_STAGE_HALTED + 1) ||
	    !history_is_index(from->pass, UINT32_MAX) ||
	    !history_is_index(from->by_hand, UINT32_MAX) || !history_is_time(from->waves_end_ms) ||
	    !history_is_time(from->pass_start_ms) || !history_is_index(from->nzone, UINT16_MAX) ||
	    !history_is_index(from->passes, UINT32_MAX) || !history_is_sum(from->pass_after_ms) ||
	    !history_is_sum(from->pass_every_ms) || !history_is_sum(from->soak_ms))
		return pt_journal_damaged(err, "its stages");
	struct pt_history_stage *to = &h->stage[from->stage];

	to->halted_in = (enum pt_stage_state)from->halted_in;
	to->pass = (uint32_t)from->pass;
	to->by_hand = (uint32_t)from->by_hand;
	to->waves_end_ms = from->waves_end_ms;
	to->pass_start_ms = from->pass_start_ms;
	to->excused = from->excused != 0;
	to->rules_known = from->nzone != 0;
	to->wants_approval = from->wants_approval != 0;
	to->passes = (uint32_t)from->passes;
	to->pass_after_ms = from->pass_after_ms;
	to->pass_every_ms = from->pass_every_ms;
	to->soak_ms = from->soak_ms;
	/* An old journal leaves it at what the plan shows. */
	if (from->nzone > 1 && (uint32_t)from->nzone > to->nzone) {
		to->zone = pt_arena_alloc(&h->arena, (size_t)from->nzone, sizeof(*to->zone));
		if (!to->zone)
			return pt_err_nomem(err);
		to->nzone = (uint32_t)from->nzone;
	}
	return 0;
}

int history_read_stages(struct history_reader *reader, struct pt_err *err)
{
	return history_each(reader, PT_ROWS_STAGE, take_stage, err);
}

static int take_note(void *context, const void *row, struct pt_err *err)
{
	const struct pt_note_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (!history_is_index(from->kind, PT_NOTE_NKIND) ||
	    !history_is_index(from->stage, h->status.nstage) ||
	    !history_is_index(from->package, h->status.npackage) ||
	    !history_is_index(from->batch, UINT32_MAX) ||
	    !history_is_index(from->pass, UINT32_MAX) || !history_is_moment(from->at_ms) ||
	    !history_is_time(from->until_ms) || !history_is_sum(from->a) ||
	    !history_is_sum(from->b) || !history_is_sum(from->c) || !history_is_sum(from->d) ||
	    from->ppm < 0 || from->ppm > INT32_MAX)
		return pt_journal_damaged(err, "its notes");
	h->note = history_room(&h->arena, h->note, h->nnote, &reader->cap_note, sizeof(*h->note));
	const char *text = history_text(reader, from->words);

	if (!h->note || !text)
		return pt_err_nomem(err);
	h->note[h->nnote++] = (struct pt_note){
	    .kind = (enum pt_note_kind)from->kind,
	    .at_ms = from->at_ms,
	    .until_ms = from->until_ms,
	    .stage = (uint32_t)from->stage,
	    .package = (uint32_t)from->package,
	    .slot = (uint32_t)from->batch,
	    .pass = (uint32_t)from->pass,
	    .a = (uint64_t)from->a,
	    .b = (uint64_t)from->b,
	    .c = (uint64_t)from->c,
	    .d = (uint64_t)from->d,
	    .ppm = (int32_t)from->ppm,
	    .text = text,
	};
	return 0;
}

static int take_approval(void *context, const void *row, struct pt_err *err)
{
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;
	struct pt_approval_row to = *(const struct pt_approval_row *)row;

	if (!history_is_index(to.stage, h->status.nstage) || !history_is_moment(to.at_ms))
		return pt_journal_damaged(err, "its approvals");
	h->approval = history_room(&h->arena, h->approval, h->napproval, &reader->cap_approval,
				   sizeof(*h->approval));
	to.who = history_text(reader, to.who);
	to.reason = history_text(reader, to.reason);
	if (!h->approval || !to.who || !to.reason)
		return pt_err_nomem(err);
	h->approval[h->napproval++] = to;
	return 0;
}

static int take_exclusion(void *context, const void *row, struct pt_err *err)
{
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;
	struct pt_exclusion_row to = *(const struct pt_exclusion_row *)row;

	if (!history_is_moment(to.at_ms))
		return pt_journal_damaged(err, "an org left out");
	h->exclusion = history_room(&h->arena, h->exclusion, h->nexclusion, &reader->cap_exclusion,
				    sizeof(*h->exclusion));
	to.org = history_text(reader, to.org);
	to.reason = history_text(reader, to.reason);
	if (!h->exclusion || !to.org || !to.reason)
		return pt_err_nomem(err);
	h->exclusion[h->nexclusion++] = to;
	return 0;
}

static int take_wish(void *context, const void *row, struct pt_err *err)
{
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;
	struct pt_wish_row to = *(const struct pt_wish_row *)row;

	if (!history_is_moment(to.at_ms) || !history_is_index(to.kind, PT_WISH_GO_ON + 1))
		return pt_journal_damaged(err, "what its users asked for");
	h->wish = history_room(&h->arena, h->wish, h->nwish, &reader->cap_wish, sizeof(*h->wish));
	if (to.words)
		to.words = history_text(reader, to.words);
	if (!h->wish || (((const struct pt_wish_row *)row)->words && !to.words))
		return pt_err_nomem(err);
	h->wish[h->nwish++] = to;
	return 0;
}

static int take_repush(void *context, const void *row, struct pt_err *err)
{
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;
	struct pt_repush_row to = *(const struct pt_repush_row *)row;

	if (!history_is_moment(to.at_ms) || !history_is_sum(to.repush))
		return pt_journal_damaged(err, "a re-push pass that was asked for");
	h->repush =
	    history_room(&h->arena, h->repush, h->nrepush, &reader->cap_repush, sizeof(*h->repush));
	if (to.org)
		to.org = history_text(reader, to.org);
	if (!h->repush || (((const struct pt_repush_row *)row)->org && !to.org))
		return pt_err_nomem(err);
	h->repush[h->nrepush++] = to;
	return 0;
}

enum { MOST_REASONS = UINT16_MAX };

static int take_reason(void *context, const void *row, struct pt_err *err)
{
	const struct pt_reason_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (from->reason < PT_REASON_NBUILTIN)
		return 0;
	if (!from->words || from->reason != (int64_t)h->nreason || h->nreason >= MOST_REASONS)
		return pt_journal_damaged(err, "reasons of exclusions");
	h->reason[h->nreason] = history_text(reader, from->words);
	return h->reason[h->nreason++] ? 0 : pt_err_nomem(err);
}

static int read_reasons(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;

	h->reason = pt_arena_alloc(&h->arena, MOST_REASONS + 1, sizeof(*h->reason));
	if (!h->reason)
		return pt_err_nomem(err);
	for (unsigned i = 0; i < PT_REASON_NBUILTIN; i++)
		h->reason[h->nreason++] = pt_reason_builtin_text((enum pt_reason)i);
	return history_each(reader, PT_ROWS_REASON, take_reason, err);
}

int history_read_rows(struct history_reader *reader, struct pt_err *err)
{
	static const struct {
		enum pt_journal_table table;
		pt_store_row_fn *take;
	} rows[] = {
	    {PT_ROWS_NOTE, take_note},           {PT_ROWS_APPROVAL, take_approval},
	    {PT_ROWS_EXCLUSION, take_exclusion}, {PT_ROWS_WISH, take_wish},
	    {PT_ROWS_REPUSH, take_repush},
	};
	int rc = read_reasons(reader, err);

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(rows); i++)
		rc = history_each(reader, rows[i].table, rows[i].take, err);
	return rc;
}

static int take_hours(void *context, const void *row, struct pt_err *err)
{
	const struct pt_hours_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;
	bool window = from->kind == PT_HOURS_ROW_WINDOW;
	const char *name = history_text(reader, from->name);

	if (!name)
		return pt_err_nomem(err);
	if (!history_is_index(from->kind, PT_HOURS_ROW_BLACKOUT + 1) || from->spans.size % 16 ||
	    (window && (!history_is_index(from->stage, h->status.nstage) ||
			!history_is_index(from->zone, UINT16_MAX))))
		return pt_journal_damaged(err, "its hours");
	if (window && (uint32_t)from->zone < h->stage[from->stage].nzone)
		h->stage[from->stage].zone[from->zone] = name;
	for (size_t i = 0; i < from->spans.size; i += 16) {
		const uint8_t *at = (const uint8_t *)from->spans.data + i;
		struct pt_history_hours to = {
		    .from_ms = (int64_t)pt_unpack64(at),
		    .to_ms = (int64_t)pt_unpack64(at + 8),
		    .kind = window ? PT_HISTORY_WINDOW : PT_HISTORY_BLACKOUT,
		    .stage = window ? (uint32_t)from->stage : 0,
		    .zone = window ? name : NULL,
		    .name = window ? NULL : name,
		};

		if (!history_is_time(to.from_ms) || !history_is_time(to.to_ms))
			return pt_journal_damaged(err, "its hours");
		h->hours = history_room(&h->arena, h->hours, h->nhours, &reader->cap_hours,
					sizeof(*h->hours));
		if (!h->hours)
			return pt_err_nomem(err);
		h->hours[h->nhours++] = to;
	}
	return 0;
}

int history_read_hours(struct history_reader *reader, struct pt_err *err)
{
	return history_each(reader, PT_ROWS_HOURS, take_hours, err);
}
