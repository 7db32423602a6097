/* See audience.h. */
#include "pipeline/audience.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/rng.h"
#include "pipeline/deal.h"
#include "pipeline/exclusions.h"

static int by_rank(const void *left, const void *right)
{
	const struct pt_lot *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->org > b->org) - (a->org < b->org);
}

static uint64_t draw_key(const struct pt_suite *suite, const struct pt_stage_conf *stage)
{
	const char *by = stage->orgs.seed ? stage->orgs.seed : stage->name;
	uint64_t key = pt_rng_mix_text(0, suite->name, strlen(suite->name));

	return pt_rng_mix_text(key, by, strlen(by));
}

static bool samples(const struct pt_stage_conf *stage)
{
	return stage->orgs.sample != 0 || stage->orgs.sample_ppm != PT_UNSET;
}

/* Into their stage go those that match; who may be drawn is in the lots. */
static int gather(uint32_t *n_out, struct pt_audience *audience, const struct pt_suite *suite,
		  const struct pt_train_conf *train, size_t s, const struct pt_org_list *list,
		  const struct pt_inventory *inventory, struct pt_lot *lot, struct pt_err *err)
{
	const struct pt_stage_conf *stage = &train->stage[s];
	PT_CLEANUP(pt_selector_release) struct pt_selector selector = {.conf = NULL};
	uint64_t key = draw_key(suite, stage);
	uint32_t n = 0;
	int rc = pt_selector_open(&selector, &stage->orgs, list, err);

	for (uint32_t org = 0; rc == 0 && org < audience->norg; org++) {
		bool match = false;

		if (audience->stage[org] != PT_NO_STAGE)
			continue;
		rc = pt_selector_match(&match, &selector, inventory, org, err);
		if (!match)
			continue;
		if (audience->reason[org] == PT_REASON_NONE) {
			const char *who = pt_inventory_org(inventory, org)->key.text;

			lot[n++] = (struct pt_lot){pt_rng_mix_text(key, who, 15), org};
			continue;
		}
		/* When it is excluded no longer it goes last, like one that joins. */
		audience->stage[org] = samples(stage) ? PT_NO_STAGE : (uint8_t)s;
		audience->slot[org] = (uint16_t)pt_slot(stage, (uint32_t)stage->nbatch - 1, 0);
	}
	*n_out = n;
	return rc;
}

static int draw_stage(struct pt_audience *audience, const struct pt_suite *suite,
		      const struct pt_train_conf *train, size_t s, const struct pt_org_list *list,
		      const struct pt_inventory *inventory, struct pt_lot *lot, struct pt_err *err)
{
	const struct pt_stage_conf *stage = &train->stage[s];
	uint32_t n = 0, drawn;
	int rc = gather(&n, audience, suite, train, s, list, inventory, lot, err);

	if (rc < 0)
		return pt_err_wrap(err, "stage '%s'", stage->name);
	qsort(lot, n, sizeof(*lot), by_rank);
	drawn = n;
	if (stage->orgs.sample && stage->orgs.sample < n)
		drawn = stage->orgs.sample;
	else if (stage->orgs.sample_ppm != PT_UNSET)
		drawn = pt_share_of(n, stage->orgs.sample_ppm);
	for (uint32_t i = 0; i < drawn; i++)
		audience->stage[lot[i].org] = (uint8_t)s;
	rc = pt_deal(audience->slot, stage, lot, drawn, inventory, err);
	return rc < 0 ? pt_err_wrap(err, "stage '%s'", stage->name) : 0;
}

/* Makes room for the orgs up to norg; the new ones are in no stage. */
static int grow(struct pt_audience *audience, uint32_t norg, struct pt_err *err)
{
	size_t n = (size_t)norg + 1, known = audience->norg;
	uint8_t *stage = realloc(audience->stage, n);

	if (!stage)
		return pt_err_nomem(err);
	audience->stage = stage;
	uint16_t *slot = realloc(audience->slot, n * sizeof(*slot));

	if (!slot)
		return pt_err_nomem(err);
	audience->slot = slot;
	uint16_t *reason = realloc(audience->reason, n * sizeof(*reason));

	if (!reason)
		return pt_err_nomem(err);
	audience->reason = reason;
	if (audience->package_reason) {
		size_t npackage = audience->npackage;
		uint16_t *grown = realloc(audience->package_reason, n * npackage * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		memset(grown + known * npackage, 0, (n - known) * npackage * sizeof(*grown));
		audience->package_reason = grown;
	}
	memset(stage + known, PT_NO_STAGE, n - known);
	memset(slot + known, 0, (n - known) * sizeof(*slot));
	memset(reason + known, 0, (n - known) * sizeof(*reason));
	audience->norg = norg;
	return 0;
}

/* An org keeps the zone of the first pattern that its instance matches, else the last. */
static int zone_stage(struct pt_audience *audience, const struct pt_stage_conf *stage, uint8_t s,
		      const struct pt_inventory *inventory, uint32_t first, struct pt_err *err)
{
	PT_CLEANUP(pt_patterns_release) struct pt_patterns zones = {.n = 0};
	int rc = 0;

	for (size_t z = 0; rc == 0 && z < stage->window.nzone; z++)
		rc = pt_patterns_add(&zones, stage->window.zone[z].instance, err);
	for (uint32_t org = first; rc == 0 && org < audience->norg; org++) {
		size_t zone;

		if (audience->stage[org] != s)
			continue;
		rc = pt_patterns_first(&zone, &zones, pt_inventory_org(inventory, org)->instance,
				       err);
		audience->slot[org] = (uint16_t)(audience->slot[org] + zone);
	}
	return rc;
}

int pt_audience_zone(struct pt_audience *audience, const struct pt_train_conf *train,
		     const struct pt_inventory *inventory, uint32_t first, struct pt_err *err)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < train->nstage; s++) {
		if (pt_stage_nzone(&train->stage[s]) > 1)
			rc = zone_stage(audience, &train->stage[s], (uint8_t)s, inventory, first,
					err);
	}
	return rc;
}

int pt_audience_draw(struct pt_audience *out, const struct pt_suite *suite,
		     const struct pt_train_conf *train, const struct pt_org_lists *lists,
		     const struct pt_inventory *inventory, int64_t now_ms, struct pt_err *err)
{
	struct pt_audience audience = {.norg = 0};
	struct pt_lot *lot = calloc((size_t)pt_inventory_norg(inventory) + 1, sizeof(*lot));
	int rc = lot ? grow(&audience, pt_inventory_norg(inventory), err) : pt_err_nomem(err);

	if (rc == 0)
		rc = pt_exclusions_find(&audience, suite, lists, inventory, now_ms, err);
	for (size_t s = 0; rc == 0 && s < train->nstage; s++)
		rc = draw_stage(&audience, suite, train, s, &lists->stage[s], inventory, lot, err);
	free(lot);
	if (rc == 0)
		rc = pt_audience_zone(&audience, train, inventory, 0, err);
	if (rc < 0)
		pt_audience_release(&audience);
	else
		*out = audience;
	return rc;
}

/* The last batch of the first stage that takes an org which nobody planned with. */
static int join(struct pt_audience *audience, const struct pt_train_conf *train,
		const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		uint32_t from, struct pt_err *err)
{
	int rc = 0;

	for (size_t s = 0; rc == 0 && s < train->nstage; s++) {
		const struct pt_stage_conf *stage = &train->stage[s];
		PT_CLEANUP(pt_selector_release) struct pt_selector selector = {.conf = NULL};

		if (samples(stage))
			continue;
		rc = pt_selector_open(&selector, &stage->orgs, &lists->stage[s], err);
		for (uint32_t org = from; rc == 0 && org < audience->norg; org++) {
			bool match = false;

			if (audience->stage[org] != PT_NO_STAGE)
				continue;
			rc = pt_selector_match(&match, &selector, inventory, org, err);
			if (match) {
				audience->stage[org] = (uint8_t)s;
				audience->slot[org] =
				    (uint16_t)pt_slot(stage, (uint32_t)stage->nbatch - 1, 0);
			}
		}
	}
	return rc;
}

int pt_audience_admit(struct pt_audience *audience, const struct pt_train_conf *train,
		      const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		      struct pt_err *err)
{
	int rc = join(audience, train, lists, inventory, 0, err);

	return rc < 0 ? rc : pt_audience_zone(audience, train, inventory, 0, err);
}

int pt_audience_refresh(uint32_t *njoined_out, struct pt_audience *audience,
			const struct pt_suite *suite, const struct pt_train_conf *train,
			const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			int64_t now_ms, struct pt_err *err)
{
	uint32_t known = audience->norg, njoined = 0;
	int rc = grow(audience, pt_inventory_norg(inventory), err);

	if (rc == 0)
		rc = pt_exclusions_find(audience, suite, lists, inventory, now_ms, err);
	if (rc == 0)
		rc = join(audience, train, lists, inventory, known, err);
	if (rc == 0)
		rc = pt_audience_zone(audience, train, inventory, known, err);
	if (rc < 0)
		return rc;
	for (uint32_t org = known; org < audience->norg; org++)
		njoined += audience->stage[org] != PT_NO_STAGE;
	*njoined_out = njoined;
	return 0;
}

int pt_audience_put_back(struct pt_audience *audience, const struct pt_suite *suite,
			 const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			 int64_t now_ms, struct pt_err *err)
{
	uint16_t *reason = audience->reason;
	int rc;

	/* Those of whole orgs are as they were written down. */
	audience->reason = calloc((size_t)audience->norg + 1, sizeof(*reason));
	if (!audience->reason) {
		audience->reason = reason;
		return pt_err_nomem(err);
	}
	rc = pt_exclusions_find(audience, suite, lists, inventory, now_ms, err);
	free(audience->reason);
	audience->reason = reason;
	return rc;
}

unsigned pt_audience_reason(const struct pt_audience *audience, uint32_t package, uint32_t org)
{
	unsigned of_org = audience->reason[org], of_package = PT_REASON_NONE;

	if (audience->package_reason)
		of_package = audience->package_reason[(size_t)org * audience->npackage + package];
	if (of_package == PT_REASON_NONE || of_org == PT_REASON_BY_HAND)
		return of_org;
	/* The first listed entry counts. */
	return of_org < PT_REASON_NBUILTIN || of_package < of_org ? of_package : of_org;
}

void pt_audience_release(struct pt_audience *audience)
{
	free(audience->stage);
	free(audience->slot);
	free(audience->reason);
	free(audience->package_reason);
	*audience = (struct pt_audience){0};
}
