/*
 * What people say when a stage asks for its approval, or when a run has halted and a word
 * of theirs may let it go on; and what a gate's command comes to. See world.h.
 */
#include "base/instant.h"
#include "pipeline/approval.h"
#include "tests/simulation/harness/world.h"

/* Beside the process that drives the run, which cannot be seen from here. */
static struct pt_journal journal_of(const struct sim_world *w)
{
	return (struct pt_journal){w->store, w->journal.run};
}

/* As the command does. True: it was written down. */
static bool give(struct sim_world *w, uint32_t stage, const char *who, bool yes)
{
	const struct pt_journal journal = journal_of(w);
	int64_t now_ms = w->context.clock.at_ms;
	struct pt_err err = PT_ERR_INIT;
	struct pt_approval approval = {.run = &w->run.row,
				       .conf = &w->context.conf,
				       .stage = w->context.conf.stage[stage].name,
				       .who = who,
				       .given = yes,
				       .now_ms = now_ms};

	w->wishes = true;
	if (pt_approval_give(&approval, &journal, &err) < 0) {
		sim_trace(w, "%s says %s of stage %u, refused: %s", who, yes ? "yes" : "no", stage,
			  err.text);
		return false;
	}
	sim_trace(w, "%s says %s of stage %u", who, yes ? "yes" : "no", stage);
	sim_audit_says(w->auditor, stage, yes, true, now_ms);
	return true;
}

static void must_give(struct sim_world *w, uint32_t stage, bool yes)
{
	if (!give(w, stage, "bob", yes))
		sim_violation(w->auditor, "promise 6: stage %u asks, and takes no answer", stage);
}

/* Past the command: as if its look at the journal were older than what it writes. */
static void write_down(struct sim_world *w, uint32_t stage, int64_t at_ms)
{
	const struct pt_journal journal = journal_of(w);
	struct pt_err err = PT_ERR_INIT;
	const struct pt_approval_row row = {
	    .at_ms = at_ms, .stage = stage, .given = 1, .who = "bob"};

	w->wishes = true;
	sim_trace(w, "a yes for stage %u is written down", stage);
	sim_audit_says(w->auditor, stage, true, true, at_ms);
	if (pt_journal_approve(&journal, &row, &err) < 0)
		sim_violation(w->auditor, "approving: %s", err.text);
}

static void wait_hours(struct sim_world *w, int64_t hours)
{
	w->context.clock.at_ms += hours * PT_HOUR_MS;
}

/* Of the wrong person, for another stage, and before it was asked for. */
static void say_wrong(struct sim_world *w, uint32_t stage)
{
	uint32_t other = (stage + 1) % w->c->knob[KNOB_STAGES];
	bool by_others = w->c->knob[KNOB_APPROVAL] == APPROVAL_BY_OTHERS;

	if (by_others && give(w, stage, "Ada", true))
		sim_violation(w->auditor, "promise 6: who departed the train approves stage %u",
			      stage);
	if (other != stage && give(w, other, "bob", true))
		sim_violation(w->auditor, "promise 6: stage %u takes an answer unasked", other);
	if (other != stage)
		write_down(w, other, w->context.clock.at_ms);
	write_down(w, stage, w->context.clock.at_ms - PT_MINUTE_MS);
}

/* The time that is given for it is over; where it is given for ever, some hours are. */
static void wait_too_long(struct sim_world *w)
{
	uint32_t within = w->c->knob[KNOB_WITHIN];

	wait_hours(w, within ? within : 10);
}

void sim_answer(struct sim_world *w)
{
	uint32_t stage = 0;
	int64_t until_ms;

	if (!pt_engine_awaits_approval(&stage, &until_ms, w->context.engine) ||
	    stage >= w->c->knob[KNOB_STAGES]) {
		sim_violation(w->auditor, "it waits for an approval, of no stage");
		return;
	}
	w->yes_at = 0;
	if (sim_audit_approved(w->auditor, stage))
		sim_violation(w->auditor, "promise 6: stage %u does not heed its approval", stage);
	switch (w->nasked[stage]++ ? ANSWER_YES : (enum sim_response)w->c->knob[KNOB_ANSWER]) {
	case ANSWER_IN_TIME:
		wait_hours(w, w->c->knob[KNOB_WITHIN] ? w->c->knob[KNOB_WITHIN] / 2 : 30);
		must_give(w, stage, true);
		break;
	case ANSWER_NO:
	case ANSWER_NO_THEN_YES:
		must_give(w, stage, false);
		break;
	case ANSWER_NOTHING:
	case ANSWER_NOTHING_THEN_YES:
		wait_too_long(w);
		break;
	case ANSWER_AFTER_DEATH:
		break;
	case ANSWER_WRONG:
		say_wrong(w, stage);
		break;
	case ANSWER_LATE:
		wait_too_long(w);
		if (w->c->knob[KNOB_WITHIN] && give(w, stage, "bob", true))
			sim_violation(w->auditor, "promise 6: stage %u takes an answer too late",
				      stage);
		write_down(w, stage, w->context.clock.at_ms);
		break;
	case ANSWER_BESIDE_A_PASS:
		sim_wish_repush(w, 0);
		w->yes_of = stage;
		w->yes_at = w->ncall + 3;
		break;
	case ANSWER_YES:
	case NANSWER:
		must_give(w, stage, true);
		break;
	}
}

/* Whoever asked waits no longer than until it asks again. */
void sim_answer_on_the_way(struct sim_world *w)
{
	if (!w->yes_at || w->ncall < w->yes_at)
		return;
	w->yes_at = 0;
	if (!sim_audit_approved(w->auditor, w->yes_of))
		must_give(w, w->yes_of, true);
}

bool sim_mend_halt(struct sim_world *w)
{
	enum sim_response answer = (enum sim_response)w->c->knob[KNOB_ANSWER];
	uint32_t stage, how = w->c->knob[KNOB_EXCUSE];

	if (!pt_engine_wants_word(&stage, w->context.engine))
		return false;
	sim_audit_halted_at(w->auditor, stage);
	if (!sim_audit_approved(w->auditor, stage)) {
		if (answer == ANSWER_NO_THEN_YES || answer == ANSWER_NOTHING_THEN_YES)
			must_give(w, stage, true);
		return true;
	}
	/* The command of its gate is run again. */
	if (w->c->knob[KNOB_CHECK] == CHECK_SAYS_NO && w->ncheck[stage] == 1 && !how)
		return true;
	if (!how)
		return false;
	must_give(w, stage, how == 1 || w->nexcused[stage]++ > 0);
	return true;
}

int sim_check(void *context, const struct pt_check *check, struct pt_check_end *out,
	      struct pt_err *err)
{
	struct sim_world *w = context;
	uint32_t how = w->ncheck[check->stage]++ ? CHECK_SAYS_YES : w->c->knob[KNOB_CHECK];

	sim_trace(w, "the check of stage %u", check->stage);
	if (how == CHECK_DIES) {
		w->dead = true;
		return pt_err_set(err, PT_E_IO, "killed");
	}
	*out = (struct pt_check_end){.holds = how == CHECK_SAYS_YES, .output = "as it was told"};
	sim_audit_checked(w->auditor, check->stage, out->holds);
	return 0;
}
