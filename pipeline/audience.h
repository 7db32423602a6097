/*
 * Who is in which stage and slot, and who is left out and why.
 *
 * An org belongs to the first listed stage whose `orgs` match it; samples and
 * batches are drawn by a hash of suite, stage (or the stage's `seed`) and org key, so
 * that the same org is drawn each time. Excluded orgs are counted in the stage that
 * matches them, and take no place in its samples and batches. The sandboxes of an org that
 * an entry of the suite excludes are excluded by the same entry, unless the suite keeps them.
 */
#ifndef PT_PIPELINE_AUDIENCE_H
#define PT_PIPELINE_AUDIENCE_H

#include "config/suite.h"
#include "pipeline/inventory.h"
#include "pipeline/selector.h"
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
	PT_REASON_NBUILTIN,      /* from here on: the suite's own, one per `exclude` entry; then
				    one per package for each way in which a base stands in the way */
};

/* How a base of a package stands in its way in an org. */
enum pt_base_reason {
	PT_BASE_LACKING,  /* the org has not got it, and the new version needs it */
	PT_BASE_EXCLUDED, /* the new version needs a newer one, which must not be pushed there */
	PT_BASE_NREASON,
};

enum { PT_NO_STAGE = 0xff };

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
	/* by org, then by package: why that one is; NULL: no entry of the suite names packages */
	uint16_t *package_reason;
	uint32_t npackage;
	uint16_t first_base; /* where the reasons of bases begin */
};

/*
 * Owned by the caller, released with pt_audience_release(). Exclusions are those that
 * hold at now_ms. O(orgs log orgs).
 */
int pt_audience_draw(struct pt_audience *out, const struct pt_suite *suite,
		     const struct pt_train_conf *train, const struct pt_org_lists *lists,
		     const struct pt_inventory *inventory, int64_t now_ms,
		     struct pt_err *err) PT_MUSTUSE;
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
 * Looks at the inventory again: reasons are found afresh for every org, by what holds at
 * now_ms, and orgs that are new since join the last batch of the first stage that takes
 * them (a stage that samples takes none). Counts the new ones in *njoined_out.
 */
int pt_audience_refresh(uint32_t *njoined_out, struct pt_audience *audience,
			const struct pt_suite *suite, const struct pt_train_conf *train,
			const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

/* Once a plan has placed its own: the same for whoever is in no stage, orgs that it knew nothing
 * of; then everybody moves to the slot of their zone. */
int pt_audience_admit(struct pt_audience *audience, const struct pt_train_conf *train,
		      const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		      struct pt_err *err) PT_MUSTUSE;

/* Of an audience whose stages and reasons were put back: what is excluded package by package. */
int pt_audience_put_back(struct pt_audience *audience, const struct pt_suite *suite,
			 const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			 int64_t now_ms, struct pt_err *err) PT_MUSTUSE;

/* Why the package must not be pushed to the org, as far as that is decided org by org. */
unsigned pt_audience_reason(const struct pt_audience *audience, uint32_t package, uint32_t org);

/* How many reasons there are; which one it is that a base stands in the way; and back again. */
size_t pt_reason_count(const struct pt_suite *suite);
unsigned pt_reason_of_base(const struct pt_audience *audience, enum pt_base_reason how,
			   uint32_t base);
bool pt_reason_is_of_base(enum pt_base_reason *how_out, uint32_t *base_out,
			  const struct pt_audience *audience, unsigned reason);

/* It may hold for some packages of an org and not for others. */
bool pt_reason_is_partial(const struct pt_suite *suite, unsigned reason);

/* The words for a reason. Returns buf. */
enum { PT_REASON_TEXT = 200 };
const char *pt_reason_text(char buf[PT_REASON_TEXT], const struct pt_suite *suite, unsigned reason);
/* Of those that are no suite's. */
const char *pt_reason_builtin_text(enum pt_reason reason);

#endif
