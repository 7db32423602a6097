/*
 * What people must say before a stage begins, and what they may say when one has halted.
 * See engine_internal.h.
 */
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

bool approval_given(const struct pt_engine *e)
{
	return !stage_conf(e)->approval.required || e->stage[e->at].approved ||
	       PT_DEFECT(skip_approval);
}

int64_t approval_wake_ms(const struct pt_engine *e)
{
	const struct pt_approval_conf *approval = &stage_conf(e)->approval;

	if (approval_given(e))
		return e->now_ms;
	return approval->within_ms == PT_UNSET ? PT_NEVER
					       : e->stage[e->at].asked_ms + approval->within_ms;
}

int approval_step(struct pt_engine *e, struct pt_err *err)
{
	struct stage *stage = &e->stage[e->at];
	char within[PT_DURATION_TEXT];

	if (e->setup.rehearsal) {
		stage->approved = true;
		e->place_freed = true;
		return note_text(e, &(struct pt_note){.kind = PT_NOTE_APPROVED}, "the rehearsal",
				 err);
	}
	if (!stage->asked_ms) {
		stage->asked_ms = e->now_ms;
		e->stages_dirty = true;
		return note_push(
		    e, &(struct pt_note){.kind = PT_NOTE_APPROVAL, .until_ms = approval_wake_ms(e)},
		    err);
	}
	if (e->now_ms < approval_wake_ms(e))
		return 0;
	PT_MARK(approval_unanswered);
	int rc = note_text(e, &(struct pt_note){.kind = PT_NOTE_REFUSED}, "nobody answered", err);

	if (rc < 0)
		return rc;
	return halt(e, err, "stage '%s' was not approved within %s", stage_conf(e)->name,
		    pt_duration_text(within, stage_conf(e)->approval.within_ms));
}

void approval_ask_again(struct stage *stage)
{
	if (!stage->approved)
		stage->asked_ms = 0;
}

bool pt_engine_awaits_approval(uint32_t *stage_out, int64_t *until_ms_out,
			       const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	if (e->halting || e->finished || stage->state != PT_STAGE_AHEAD || !stage->asked_ms ||
	    approval_given(e))
		return false;
	*stage_out = e->at;
	*until_ms_out = approval_wake_ms(e);
	return true;
}

bool pt_engine_wants_word(uint32_t *stage_out, const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	*stage_out = e->at;
	return e->halting && e->finished && stage->state == PT_STAGE_HALTED &&
	       !pt_stage_pushes(stage->halted_in);
}

/* Where the train itself stands: a pass that somebody asked for may be on its way through the
   stages before. */
struct stand {
	uint32_t at;
	enum pt_stage_state halted_in;
	bool halted;
};

static struct stand stand_of(const struct pt_engine *e)
{
	const struct stage *stage = &e->stage[e->at];

	if (e->repush.on)
		return (struct stand){e->repush.home, e->repush.home_halted_in,
				      e->repush.home_state == PT_STAGE_HALTED};
	return (struct stand){e->at, stage->halted_in,
			      e->halting && e->finished && stage->state == PT_STAGE_HALTED};
}

static bool asked_in_time(const struct stage *stage, const struct pt_approval_conf *approval,
			  int64_t at_ms)
{
	return stage->asked_ms && (at_ms >= stage->asked_ms || PT_DEFECT(early_yes)) &&
	       (approval->within_ms == PT_UNSET || PT_DEFECT(late_yes) ||
		at_ms < stage->asked_ms + approval->within_ms);
}

static int note_word(struct pt_engine *e, const struct stand *stand, enum pt_note_kind kind,
		     const char *who, struct pt_err *err)
{
	int rc = note_text(e, &(struct pt_note){.kind = kind}, who, err);

	if (rc == 0)
		e->notes[e->nnote - 1].stage = stand->at;
	return rc;
}

static int answer(struct pt_engine *e, const struct stand *stand, const struct pt_approval_row *row,
		  struct pt_err *err)
{
	const struct pt_stage_conf *conf = &e->setup.conf->stage[stand->at];
	struct stage *stage = &e->stage[stand->at];
	bool halted_ahead = stand->halted && stand->halted_in == PT_STAGE_AHEAD;

	if (stand->halted && !halted_ahead) {
		stage->excused = row->given != 0;
		PT_MARK(excused);
		return stage->excused ? note_word(e, stand, PT_NOTE_EXCUSED, row->who, err) : 0;
	}
	if (stage->approved || !(halted_ahead || asked_in_time(stage, &conf->approval, row->at_ms)))
		return 0;
	if (!row->given) {
		PT_MARK(approval_refused);
		int rc = note_word(e, stand, PT_NOTE_REFUSED, row->who, err);

		if (rc < 0)
			return rc;
		return halt(e, err, "stage '%s' was refused by %.100s%s%.200s", conf->name,
			    row->who, row->reason ? ": " : "", row->reason ? row->reason : "");
	}
	PT_MARK(approved);
	stage->approved = true;
	return note_word(e, stand, PT_NOTE_APPROVED, row->who, err);
}

static int take_approval(void *context, const void *row, struct pt_err *err)
{
	const struct pt_approval_row *from = row;
	struct pt_engine *e = context;
	struct stand stand = stand_of(e);

	if (from->approval <= e->heard_approval)
		return 0;
	if (!from->who || from->stage < 0 || (uint64_t)from->stage >= e->setup.conf->nstage)
		return pt_journal_damaged(err, "an approval");
	e->heard_approval = from->approval;
	e->stages_dirty = true;
	return from->stage == stand.at || PT_DEFECT(any_yes) ? answer(e, &stand, from, err) : 0;
}

int approvals_hear(struct pt_engine *e, const struct pt_journal *journal, struct pt_err *err)
{
	return journal->store->ops->each(journal->store, PT_ROWS_APPROVAL, &journal->run, 1,
					 take_approval, e, err);
}
