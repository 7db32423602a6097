/*
 * Whether an org is one of those that `orgs`, or an entry of `exclude`, speaks of.
 * Open it once, ask it of many orgs, release it.
 */
#ifndef PT_PIPELINE_SELECTOR_H
#define PT_PIPELINE_SELECTOR_H

#include "base/pattern.h"
#include "config/suite.h"
#include "pipeline/inventory.h"

/* The content of an org file that the suite names; keys ascending. */
struct pt_org_list {
	struct pt_org_key *key; /* owned by whoever read it */
	size_t n;
};

bool pt_org_list_has(const struct pt_org_list *list, const struct pt_org_key *key);

/* Everything is borrowed but the patterns. */
struct pt_selector {
	const struct pt_selector_conf *conf;
	const struct pt_org_list *list; /* what its file names */
	struct pt_pattern *instance, *not_instance;
};

/* Owned by the caller, released with pt_selector_release(), opened or all zero. */
int pt_selector_open(struct pt_selector *out, const struct pt_selector_conf *conf,
		     const struct pt_org_list *list, struct pt_err *err) PT_MUSTUSE;
void pt_selector_release(struct pt_selector *selector);

/*
 * Everything but the sample, which looks at many orgs at once. What is installed is what
 * the inventory knows now. PT_E_LIMIT when a pattern backtracks too much.
 */
int pt_selector_match(bool *out, const struct pt_selector *selector,
		      const struct pt_inventory *inventory, uint32_t org,
		      struct pt_err *err) PT_MUSTUSE;

/* The same of an org of which nothing but the key is known: its file must be all it asks for. */
bool pt_selector_match_key(const struct pt_selector *selector, const struct pt_org_key *key);

/* That version is within the range. */
bool pt_range_has(const struct pt_range_conf *range, const struct pt_version *version);

#endif
