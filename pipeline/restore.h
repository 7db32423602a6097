/*
 * From the journal back into an inventory and an audience, before an engine is
 * made over them.
 *
 * Order: pt_restore_orgs(), then read the platform's versions, then
 * pt_restore_have(), then pt_engine_new() and pt_engine_restore().
 */
#ifndef PT_PIPELINE_RESTORE_H
#define PT_PIPELINE_RESTORE_H

#include "pipeline/audience.h"
#include "pipeline/journal.h"

/*
 * Every org, numbered as it was, and its place in the audience. The inventory has
 * no orgs yet. PT_E_INVALID: the journal is damaged.
 */
int pt_restore_orgs(struct pt_inventory *inventory, struct pt_audience *audience,
		    const struct pt_journal *journal, const struct pt_suite *suite,
		    const struct pt_train_conf *conf, struct pt_err *err) PT_MUSTUSE;

/* What each org has, in terms of the versions that the inventory knows now. */
int pt_restore_have(struct pt_inventory *inventory, uint32_t npackage,
		    const struct pt_journal *journal, struct pt_err *err) PT_MUSTUSE;

/* What the plan said of each stage: its start and how many pushes it counted. */
struct pt_stage_plan {
	int64_t *start_ms; /* room for n */
	uint64_t *eligible;
	size_t n;
};
int pt_restore_stages(const struct pt_stage_plan *out, const struct pt_journal *journal,
		      struct pt_err *err) PT_MUSTUSE;

#endif
