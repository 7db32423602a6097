/*
 * Whether somebody may approve a stage of a run now, read from its journal alone:
 * beside the process that drives it, or when none does.
 */
#ifndef PT_PIPELINE_APPROVAL_H
#define PT_PIPELINE_APPROVAL_H

#include "pipeline/journal.h"

/* What is said, and by which rules. Everything is borrowed. */
struct pt_approval {
	const struct pt_run_row *run;
	const struct pt_train_conf *conf;
	const char *stage, *who;
	const char *reason; /* MAY be NULL */
	bool given;
	int64_t now_ms; /* by the run's time; of a virtual clock it is not asked for */
};

/*
 * Checks it and writes it down. PT_E_REFUSED: the stage waits for no approval, or the time
 * is over, or it takes somebody else. PT_E_NOTFOUND: there is no such stage.
 */
int pt_approval_give(const struct pt_approval *approval, const struct pt_journal *journal,
		     struct pt_err *err) PT_MUSTUSE;

#endif
