/*
 * Who is left out by the suite's `exclude` entries, by hand, or since the platform does
 * not upgrade inactive orgs.
 */
#ifndef PT_PIPELINE_EXCLUSIONS_H
#define PT_PIPELINE_EXCLUSIONS_H

#include "pipeline/audience.h"

/*
 * Finds every org's reasons afresh, by the entries that hold at now_ms; the first that
 * matches an org counts. O(orgs log orgs) for each entry.
 */
int pt_exclusions_find(struct pt_audience *audience, const struct pt_suite *suite,
		       const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		       int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

#endif
