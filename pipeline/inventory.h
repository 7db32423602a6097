/*
 * Who has what: every org that subscribes to a package of the suite, and for
 * each (package, org) the installed version. Compact: eight bytes of record per
 * package and org, orgs numbered in the order they were first seen, so a number
 * stays valid when orgs join later.
 *
 * Versions of a package are held as indices into its sorted list of versions, so
 * that comparing two versions is comparing two numbers.
 */
#ifndef PT_PIPELINE_INVENTORY_H
#define PT_PIPELINE_INVENTORY_H

#include "connectors/push/push.h"

struct pt_inventory;

enum {
	PT_NOT_INSTALLED = 0xffff, /* the org has no such package */
	PT_OTHER_VERSION = 0xfffe, /* it has one that the platform's list does not name */
};

struct pt_org {
	struct pt_org_key key;
	const char *name;
	char instance[14];
	uint8_t type, status;     /* one of enum pt_org_type, enum pt_org_status */
	struct pt_org_key parent; /* of a sandbox: its production org, if known */
	int64_t inactive_ms;      /* when it was heard of last that it is inactive; 0: never */
};

/* A question about subscribers. */
struct pt_inventory_read {
	const uint32_t *asked; /* orgs; borrowed */
	size_t nasked;         /* 0: all */
	int64_t asked_ms, heard_ms;
};

/* What an org has of a package, in version indices. */
struct pt_have {
	uint16_t installed; /* what the platform's record says */
	uint16_t arrived;   /* what our succeeded jobs brought; PT_NOT_INSTALLED: none */
	bool blocked;
};

/* Owned by the caller. */
int pt_inventory_new(struct pt_inventory **out, uint32_t npackage, struct pt_err *err) PT_MUSTUSE;
void pt_inventory_free(struct pt_inventory *inventory);
void pt_inventory_freep(struct pt_inventory **inventory);

/* Takes what the platform knows of a package's versions; replaces what was known. */
int pt_inventory_set_versions(struct pt_inventory *inventory, uint32_t package,
			      const struct pt_push_reply *reply, struct pt_err *err) PT_MUSTUSE;

/*
 * Takes subscriber records: those of the orgs that were asked for, or of all. An org
 * that was asked for and is not in the reply no longer has the package. An answer to
 * a question from before it was heard that an org is inactive does not revive it. O(orgs) for all,
 * else O(asked log orgs). PT_E_PLATFORM when the reply is not in order.
 */
int pt_inventory_set_subscribers(struct pt_inventory *inventory, uint32_t package,
				 const struct pt_push_reply *reply,
				 const struct pt_inventory_read *read,
				 struct pt_err *err) PT_MUSTUSE;

uint32_t pt_inventory_norg(const struct pt_inventory *inventory);
const struct pt_org *pt_inventory_org(const struct pt_inventory *inventory, uint32_t org);

/* The number of an org, or UINT32_MAX. O(log orgs). */
uint32_t pt_inventory_find(const struct pt_inventory *inventory, const struct pt_org_key *key);

/* Org numbers by key ascending; borrowed until the next change. */
const uint32_t *pt_inventory_by_key(const struct pt_inventory *inventory);

/* Versions ascending; borrowed. */
const struct pt_push_version *pt_inventory_versions(size_t *n_out,
						    const struct pt_inventory *inventory,
						    uint32_t package);
struct pt_id pt_inventory_package_id(const struct pt_inventory *inventory, uint32_t package);

/* The index of the version with that id (15 or 18 characters), or PT_NOT_INSTALLED. */
uint16_t pt_inventory_version_of_id(const struct pt_inventory *inventory, uint32_t package,
				    const char *version_id);

/*
 * The index from which on a version satisfies "at least `version`": that release
 * itself, or the first version above it. Past the end when there is none.
 */
uint16_t pt_inventory_version_at_least(const struct pt_inventory *inventory, uint32_t package,
				       const struct pt_version *version);

/* The org has a version of the package that the list names, at that index or above. */
bool pt_inventory_has(const struct pt_inventory *inventory, uint32_t package, uint32_t org,
		      uint16_t at_least);

/* An index, PT_NOT_INSTALLED or PT_OTHER_VERSION. */
uint16_t pt_inventory_installed(const struct pt_inventory *inventory, uint32_t package,
				uint32_t org);

/* Our own succeeded job says more than a record that lags behind it: never lowers. */
void pt_inventory_arrived(struct pt_inventory *inventory, uint32_t package, uint32_t org,
			  uint16_t version);

/* All that is known of a package in an org, to be kept and put back. */
const struct pt_have *pt_inventory_have(const struct pt_inventory *inventory, uint32_t package,
					uint32_t org);
void pt_inventory_put_back(struct pt_inventory *inventory, uint32_t package, uint32_t org,
			   const struct pt_have *have);

/* All orgs of an inventory that has none yet, numbered in this order. PT_E_INVALID when two have
   the same key. O(orgs log orgs). */
int pt_inventory_put_back_orgs(struct pt_inventory *inventory, const struct pt_org *org,
			       uint32_t norg, struct pt_err *err) PT_MUSTUSE;

/* The org blocks upgrades of that package. */
bool pt_inventory_blocked(const struct pt_inventory *inventory, uint32_t package, uint32_t org);

#endif
