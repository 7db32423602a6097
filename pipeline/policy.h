/*
 * Ways to run the same train, told by what they have different from the suite file:
 * "order=offset,confirmed" and "offset=1h,4h" are four of them.
 */
#ifndef PT_PIPELINE_POLICY_H
#define PT_PIPELINE_POLICY_H

#include "config/suite.h"

enum { PT_POLICY_AXES_MAX = 8, PT_POLICY_VALUES_MAX = 16, PT_POLICIES_MAX = 64 };
enum { PT_POLICY_TEXT = 48 };

/* One key and the values that it takes in turn. */
struct pt_policy_axis {
	char key[2 * PT_POLICY_TEXT]; /* as written */
	unsigned what;                /* which key that is; inside policy.c */
	uint32_t stage; /* of this stage alone; UINT32_MAX: of all, or not of a stage */
	uint32_t n;
	char text[PT_POLICY_VALUES_MAX][PT_POLICY_TEXT];
	int64_t value[PT_POLICY_VALUES_MAX];
};

struct pt_policies {
	struct pt_policy_axis axis[PT_POLICY_AXES_MAX];
	uint32_t naxis;
	uint32_t n; /* the product */
};

/* Each spec is "KEY=VALUE,VALUE". PT_E_USAGE, naming what can be compared. */
int pt_policies_parse(struct pt_policies *out, const char *const *spec, size_t nspec,
		      const struct pt_train_conf *conf, struct pt_err *err) PT_MUSTUSE;

/* What the axis says in the i-th of them; the last axis changes fastest. */
const char *pt_policy_text(const struct pt_policies *policies, uint32_t i, uint32_t axis);

/*
 * Makes conf, a copy of the train's, what the i-th of them says. `stage` has room for
 * the train's stages; conf points into it then.
 */
void pt_policy_apply(struct pt_train_conf *conf, struct pt_stage_conf *stage,
		     const struct pt_policies *policies, uint32_t i);

#endif
