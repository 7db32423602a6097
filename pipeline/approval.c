/* See approval.h. */
#include "pipeline/approval.h"

#include <string.h>
#include <strings.h>

#include "base/near.h"
#include "pipeline/figures.h"
#include "pipeline/probe.h"

enum { MOST_STAGES = 200 };

static int find_stage(uint32_t *out, const struct pt_approval *approval, struct pt_err *err)
{
	const struct pt_train_conf *conf = approval->conf;
	const char *names[MOST_STAGES];
	size_t n = conf->nstage < MOST_STAGES ? conf->nstage : MOST_STAGES;

	for (uint32_t s = 0; s < n; s++) {
		names[s] = conf->stage[s].name;
		if (strcmp(conf->stage[s].name, approval->stage) == 0) {
			*out = s;
			return 0;
		}
	}
	char hint[PT_NEAR_TEXT];

	return pt_err_set(err, PT_E_NOTFOUND, "train %s has no stage '%s'%s", conf->name,
			  approval->stage, pt_near_hint(hint, approval->stage, names, n));
}

struct search {
	struct pt_stage_row row; /* its texts are not to be looked at */
	int64_t heard;           /* approvals up to that one are in the row already */
	int64_t answered;        /* those of the stage since it asked that are not */
	bool found;
};

static int take_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *from = row;
	struct search *search = context;

	(void)err;
	if (from->stage == search->row.stage) {
		search->row = *from;
		search->found = true;
	}
	return 0;
}

static int take_answer(void *context, const void *row, struct pt_err *err)
{
	const struct pt_approval_row *from = row;
	struct search *search = context;

	(void)err;
	if (from->stage == search->row.stage && from->approval > search->heard &&
	    search->row.asked_ms && from->at_ms >= search->row.asked_ms)
		search->answered++;
	return 0;
}

static int refuse_state(const struct pt_approval *approval, const struct search *search,
			struct pt_err *err)
{
	bool halted = search->row.state == PT_STAGE_HALTED;

	if (halted && !pt_stage_pushes((enum pt_stage_state)search->row.halted_in))
		return 0;
	if (halted)
		return pt_err_set(err, PT_E_REFUSED,
				  "stage '%s' was halted while it was being pushed, which no "
				  "approval mends: 'pushtrain resume %s' goes on all the same",
				  approval->stage, approval->run->name);
	if (search->found && search->row.state == PT_STAGE_AHEAD && search->row.asked_ms &&
	    !search->row.approved)
		return search->answered ? pt_err_set(err, PT_E_REFUSED,
						     "stage '%s' has its answer already; "
						     "'pushtrain resume %s' goes on",
						     approval->stage, approval->run->name)
					: 0;
	return pt_err_set(err, PT_E_REFUSED, "stage '%s' does not wait for an approval: it %s",
			  approval->stage,
			  search->row.approved                    ? "has one"
			  : search->row.state == PT_STAGE_AHEAD   ? "is not due yet"
			  : search->row.state == PT_STAGE_DONE    ? "is over"
			  : search->row.state == PT_STAGE_SOAKING ? "soaks"
								  : "has begun");
}

static int refuse_late(const struct pt_approval *approval, const struct pt_stage_row *row,
		       int64_t within_ms, struct pt_err *err)
{
	char ended[PT_INSTANT_TEXT];

	if (row->state != PT_STAGE_AHEAD || within_ms == PT_UNSET ||
	    approval->now_ms < row->asked_ms + within_ms)
		return 0;
	return pt_err_set(err, PT_E_REFUSED,
			  "the time to approve stage '%s' ended at %s, which is taken for a no; "
			  "'pushtrain resume %s' twice asks again",
			  approval->stage, pt_instant_text(ended, row->asked_ms + within_ms),
			  approval->run->name);
}

/* What they write, whatever their keyboards made of it. */
static int refuse_same(const struct pt_approval *approval, struct pt_err *err)
{
	const char *departed_by = approval->run->departed_by;

	if (!departed_by)
		return pt_err_set(
		    err, PT_E_REFUSED,
		    "stage '%s' takes the approval of somebody else than who departed "
		    "the train, and nobody knows who that was",
		    approval->stage);
	if (strcasecmp(departed_by, approval->who) == 0 && !PT_DEFECT(own_yes))
		return pt_err_set(err, PT_E_REFUSED,
				  "stage '%s' takes the approval of somebody else than %s, who "
				  "departed the train",
				  approval->stage, departed_by);
	return 0;
}

static int find_heard(int64_t *out, const struct pt_journal *journal, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	int rc = pt_journal_progress(&progress, &texts, journal, err);

	pt_arena_release(&texts);
	*out = progress.approvals_heard;
	return rc;
}

static int check(struct pt_approval_row *out, const struct pt_approval *approval,
		 const struct pt_journal *journal, struct pt_err *err)
{
	const struct pt_store_ops *ops = journal->store->ops;
	const struct pt_approval_conf *conf;
	struct search search = {.row = {.run = journal->run}};
	uint32_t stage = 0;
	int rc = find_stage(&stage, approval, err);

	if (rc < 0)
		return rc;
	conf = &approval->conf->stage[stage].approval;
	search.row.stage = stage;
	rc = find_heard(&search.heard, journal, err);
	if (rc == 0)
		rc = ops->each(journal->store, PT_ROWS_STAGE, &journal->run, 1, take_stage, &search,
			       err);
	if (rc == 0)
		rc = ops->each(journal->store, PT_ROWS_APPROVAL, &journal->run, 1, take_answer,
			       &search, err);
	if (rc == 0)
		rc = refuse_state(approval, &search, err);
	if (rc == 0)
		rc = refuse_late(approval, &search.row, conf->within_ms, err);
	if (rc == 0 && approval->given && conf->four_eyes)
		rc = refuse_same(approval, err);
	*out = (struct pt_approval_row){.at_ms = approval->now_ms,
					.stage = stage,
					.given = approval->given,
					.who = approval->who,
					.reason = approval->reason};
	return rc;
}

int pt_approval_give(const struct pt_approval *approval, const struct pt_journal *journal,
		     struct pt_err *err)
{
	struct pt_approval_row row;
	int rc = check(&row, approval, journal, err);

	return rc < 0 ? rc : pt_journal_approve(journal, &row, err);
}
