/*
 * Who is in which stage and slot, and who is left out and why.
 *
 * An org belongs to the first listed stage whose `orgs` match it; samples and
 * batches are drawn by a hash of suite, stage and org key, so that the same org
 * is drawn each time. Excluded orgs are counted in the stage that matches them, and
 * take no place in its samples and batches.
 */
#ifndef PT_PIPELINE_AUDIENCE_H
#define PT_PIPELINE_AUDIENCE_H

#include "config/suite.h"
#include "pipeline/inventory.h"
#include "pipeline/slot.h"

/* Why an org, or one package in it, must not be pushed. */
enum pt_reason {
	PT_REASON_NONE,
	PT_REASON_INACTIVE,      /* the platform does not upgrade inactive orgs */
	PT_REASON_OPTED_OUT,     /* the subscriber blocks upgrades of the package */
	PT_REASON_NOT_INSTALLED, /* it no longer has the package */
	PT_REASON_BETA,          /* a beta cannot be upgraded */
	PT_REASON_OTHER_VERSION, /* it has a version that the platform does not list */
	PT_REASON_LACKS_BASE,    /* it has not a package that the new version needs */
	PT_REASON_INELIGIBLE,    /* the platform refused the org when jobs were added */
	PT_REASON_BY_HAND,       /* somebody left it out of the run while it was under way */
	PT_REASON_NBUILTIN,      /* from here on: the suite's own, one per `exclude` entry */
};

enum { PT_NO_STAGE = 0xff };

/* The content of the org files that the suite names; keys ascending. */
struct pt_org_list {
	struct pt_org_key *key; /* owned by whoever read it */
	size_t n;
};

struct pt_org_lists {
	struct pt_org_list *exclude; /* one per suite->exclude; empty where it names no file */
	struct pt_org_list *stage;   /* one per stage of the train */
	struct pt_org_list by_hand;  /* left out while the run was under way */
};

struct pt_audience {
	uint32_t norg;    /* orgs of the inventory that were looked at */
	uint8_t *stage;   /* by org: an index or PT_NO_STAGE */
	uint16_t *slot;   /* by org: within the stage, see slot.h */
	uint16_t *reason; /* by org: why excluded, enum pt_reason */
};

/* Owned by the caller, released with pt_audience_release(). O(orgs log orgs). */
int pt_audience_draw(struct pt_audience *out, const struct pt_suite *suite,
		     const struct pt_train_conf *train, const struct pt_org_lists *lists,
		     const struct pt_inventory *inventory, struct pt_err *err) PT_MUSTUSE;
void pt_audience_release(struct pt_audience *audience);

/*
 * Of the orgs from `first` on, whose slots are those of their batches' first zones: moves
 * each to the zone that its instance keeps, by the first of the window's patterns that
 * matches. An org keeps its slot from then on, whatever instance it moves to: waves are made of
 * slots.
 */
int pt_audience_zone(struct pt_audience *audience, const struct pt_train_conf *train,
		     const struct pt_inventory *inventory, uint32_t first,
		     struct pt_err *err) PT_MUSTUSE;

/*
 * Looks at the inventory again: reasons are found afresh for every org, and orgs
 * that are new since join the last batch of the first stage that takes them (a
 * stage that samples takes none). Counts the new ones in *njoined_out.
 */
int pt_audience_refresh(uint32_t *njoined_out, struct pt_audience *audience,
			const struct pt_suite *suite, const struct pt_train_conf *train,
			const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			struct pt_err *err) PT_MUSTUSE;

/* The words for a reason; `suite` for its own. */
const char *pt_reason_text(const struct pt_suite *suite, unsigned reason);

bool pt_org_list_has(const struct pt_org_list *list, const struct pt_org_key *key);

#endif
