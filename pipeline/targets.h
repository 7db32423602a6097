/*
 * What the train wants of each package, in the inventory's terms: the version to
 * reach, and for each requirement the version from which on it is satisfied.
 */
#ifndef PT_PIPELINE_TARGETS_H
#define PT_PIPELINE_TARGETS_H

#include "pipeline/inventory.h"
#include "pipeline/train.h"

struct pt_target_need {
	uint32_t package;
	uint16_t at_least; /* version index */
};

struct pt_target {
	struct pt_id version_id;
	uint16_t version; /* version index */
	struct pt_target_need *need;
	size_t nneed;
};

struct pt_targets {
	struct pt_target *target; /* one per package */
	size_t n;
};

/*
 * Looks every version of the train up among the platform's. One that is unknown,
 * a beta or deprecated is a refusal of the train; ids that git did not tell are
 * filled in. Owned by the caller, released with pt_targets_release().
 */
int pt_targets_find(struct pt_targets *out, struct pt_train *train,
		    const struct pt_inventory *inventory, struct pt_err *err) PT_MUSTUSE;
void pt_targets_release(struct pt_targets *targets);

#endif
