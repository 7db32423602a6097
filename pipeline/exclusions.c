/* See exclusions.h. */
#include "pipeline/exclusions.h"

#include <stdlib.h>
#include <string.h>

/* Whom an entry matches, and the production orgs of sandboxes. */
struct search {
	struct pt_audience *audience;
	const struct pt_suite *suite;
	const struct pt_inventory *inventory;
	uint32_t *parent; /* owned; by org: its production org, or UINT32_MAX */
	bool *match;      /* owned; by org, of the entry at hand */
};

static int search_new(struct search *out, struct pt_err *err)
{
	uint32_t norg = out->audience->norg;

	out->match = calloc((size_t)norg + 1, sizeof(*out->match));
	out->parent = calloc((size_t)norg + 1, sizeof(*out->parent));
	if (!out->match || !out->parent)
		return pt_err_nomem(err);
	for (uint32_t org = 0; org < norg; org++) {
		const struct pt_org *who = pt_inventory_org(out->inventory, org);

		out->parent[org] = UINT32_MAX;
		if (who->type == PT_ORG_SANDBOX && who->parent.text[0])
			out->parent[org] = pt_inventory_find(out->inventory, &who->parent);
	}
	return 0;
}

/* A sandbox whose production org the entry matches, whether that has a package or not. */
static bool parent_matches(const struct search *search, const struct pt_selector *selector,
			   uint32_t org)
{
	const struct pt_org *who = pt_inventory_org(search->inventory, org);
	uint32_t parent = search->parent[org];

	if (search->suite->keep_sandboxes || who->type != PT_ORG_SANDBOX || !who->parent.text[0])
		return false;
	if (parent < search->audience->norg)
		return search->match[parent];
	return pt_selector_match_key(selector, &who->parent);
}

static void mark(struct pt_audience *audience, const struct pt_exclude_conf *entry, uint32_t org,
		 uint16_t reason)
{
	if (entry->npackage == 0 && audience->reason[org] == PT_REASON_NONE)
		audience->reason[org] = reason;
	for (size_t k = 0; k < entry->npackage; k++) {
		uint16_t *of =
		    &audience->package_reason[(size_t)org * audience->npackage + entry->package[k]];

		if (*of == PT_REASON_NONE)
			*of = reason;
	}
}

static int apply(struct search *search, const struct pt_org_lists *lists, size_t at,
		 struct pt_err *err)
{
	const struct pt_exclude_conf *entry = &search->suite->exclude[at];
	PT_CLEANUP(pt_selector_release) struct pt_selector selector = {.conf = NULL};
	int rc = pt_selector_open(&selector, &entry->orgs, &lists->exclude[at], err);
	uint32_t norg = search->audience->norg;

	for (uint32_t org = 0; rc == 0 && org < norg; org++)
		rc = pt_selector_match(&search->match[org], &selector, search->inventory, org, err);
	for (uint32_t org = 0; rc == 0 && org < norg; org++) {
		if (search->match[org] || parent_matches(search, &selector, org))
			mark(search->audience, entry, org, (uint16_t)(PT_REASON_NBUILTIN + at));
	}
	return rc < 0 ? pt_err_wrap(err, "audience.exclude[%zu]", at) : 0;
}

static bool names_packages(const struct pt_suite *suite)
{
	for (size_t i = 0; i < suite->nexclude; i++) {
		if (suite->exclude[i].npackage)
			return true;
	}
	return false;
}

/* No reason for anybody. */
static int begin(struct pt_audience *audience, const struct pt_suite *suite, struct pt_err *err)
{
	size_t n = ((size_t)audience->norg + 1) * suite->npackage;

	audience->npackage = (uint32_t)suite->npackage;
	audience->first_base = (uint16_t)(PT_REASON_NBUILTIN + suite->nexclude);
	memset(audience->reason, 0, audience->norg * sizeof(*audience->reason));
	if (!names_packages(suite))
		return 0;
	if (!audience->package_reason)
		audience->package_reason = calloc(n, sizeof(*audience->package_reason));
	if (!audience->package_reason)
		return pt_err_nomem(err);
	memset(audience->package_reason, 0, n * sizeof(*audience->package_reason));
	return 0;
}

int pt_exclusions_find(struct pt_audience *audience, const struct pt_suite *suite,
		       const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		       int64_t now_ms, struct pt_err *err)
{
	struct search search = {audience, suite, inventory, NULL, NULL};
	int rc = begin(audience, suite, err);

	if (rc == 0 && suite->nexclude)
		rc = search_new(&search, err);
	for (uint32_t org = 0; rc == 0 && lists->by_hand.n && org < audience->norg; org++) {
		if (pt_org_list_has(&lists->by_hand, &pt_inventory_org(inventory, org)->key))
			audience->reason[org] = PT_REASON_BY_HAND;
	}
	for (size_t i = 0; rc == 0 && i < suite->nexclude; i++) {
		if (now_ms < suite->exclude[i].until_ms)
			rc = apply(&search, lists, i, err);
	}
	for (uint32_t org = 0; rc == 0 && org < audience->norg; org++) {
		if (audience->reason[org] == PT_REASON_NONE &&
		    pt_inventory_org(inventory, org)->status == PT_ORG_INACTIVE)
			audience->reason[org] = PT_REASON_INACTIVE;
	}
	free(search.match);
	free(search.parent);
	return rc;
}
