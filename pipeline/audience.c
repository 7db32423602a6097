/* See audience.h. */
#include "pipeline/audience.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/rng.h"
#include "pipeline/probe.h"

static const char *const builtin_text[PT_REASON_NBUILTIN] = {
    [PT_REASON_NONE] = "",
    [PT_REASON_INACTIVE] = "inactive org",
    [PT_REASON_OPTED_OUT] = "opted out",
    [PT_REASON_NOT_INSTALLED] = "not installed",
    [PT_REASON_BETA] = "beta installed",
    [PT_REASON_OTHER_VERSION] = "version unknown to the platform",
    [PT_REASON_LACKS_BASE] = "lacks a package that the new version needs",
    [PT_REASON_INELIGIBLE] = "refused by the platform",
    [PT_REASON_BY_HAND] = "left out by hand",
};

const char *pt_reason_text(const struct pt_suite *suite, unsigned reason)
{
	if (reason < PT_REASON_NBUILTIN)
		return builtin_text[reason];
	return suite->exclude[reason - PT_REASON_NBUILTIN].reason;
}

bool pt_org_list_has(const struct pt_org_list *list, const struct pt_org_key *key)
{
	size_t low = 0, high = PT_DEFECT(compare_18) ? 0 : list->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (pt_org_key_cmp(&list->key[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < list->n && pt_org_key_cmp(&list->key[low], key) == 0;
}

/* Everything but the sample, which looks at many orgs at once. */
static int matches(bool *out, const struct pt_selector_conf *selector,
		   const struct pt_org_list *list, struct pt_pattern *instance,
		   const struct pt_org *org, struct pt_err *err)
{
	bool match = true;

	if (selector->types && !(selector->types & org->type))
		match = false;
	if (match && selector->statuses && !(selector->statuses & org->status))
		match = false;
	if (match && selector->file)
		match = pt_org_list_has(list, &org->key);
	if (match && instance) {
		int rc = pt_pattern_match(&match, NULL, instance, org->instance, NULL, err);

		if (rc < 0)
			return rc;
	}
	*out = match;
	return 0;
}

static int instance_pattern(struct pt_pattern **out, const struct pt_selector_conf *selector,
			    struct pt_err *err)
{
	return selector->instance ? pt_pattern_new(out, selector->instance, err) : 0;
}

/* An org and its place in the draw. */
struct lot {
	uint64_t rank;
	uint32_t org;
};

static int by_rank(const void *left, const void *right)
{
	const struct lot *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->org > b->org) - (a->org < b->org);
}

static uint64_t draw_key(const struct pt_suite *suite, const struct pt_stage_conf *stage)
{
	uint64_t key = pt_rng_mix_text(0, suite->name, strlen(suite->name));

	return pt_rng_mix_text(key, stage->name, strlen(stage->name));
}

static uint32_t share_of(uint32_t n, int32_t ppm)
{
	return (uint32_t)(((uint64_t)n * (uint64_t)ppm + PT_RATIO_ONE / 2) / PT_RATIO_ONE);
}

/* The batch of each drawn org in turn. */
static void deal(struct pt_audience *audience, const struct pt_stage_conf *stage,
		 const struct lot *lot, uint32_t nlot)
{
	uint32_t at = 0;

	for (size_t b = 0; b < stage->nbatch; b++) {
		const struct pt_batch_conf *batch = &stage->batch[b];
		uint32_t size = batch->size;

		if (batch->unit == PT_BATCH_RATIO)
			size = share_of(nlot, (int32_t)batch->size);
		if (b + 1 == stage->nbatch || size > nlot - at)
			size = nlot - at;
		for (uint32_t end = at + size; at < end; at++)
			audience->slot[lot[at].org] = (uint16_t)pt_slot(stage, (uint32_t)b, 0);
	}
}

static bool samples(const struct pt_stage_conf *stage)
{
	return stage->orgs.sample != 0 || stage->orgs.sample_ppm != PT_UNSET;
}

static int draw_stage(struct pt_audience *audience, const struct pt_suite *suite,
		      const struct pt_train_conf *train, size_t s, const struct pt_org_list *list,
		      const struct pt_inventory *inventory, struct lot *lot, struct pt_err *err)
{
	const struct pt_stage_conf *stage = &train->stage[s];
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *instance = NULL;
	uint64_t key = draw_key(suite, stage);
	uint32_t n = 0, drawn;
	int rc = instance_pattern(&instance, &stage->orgs, err);

	for (uint32_t org = 0; rc == 0 && org < audience->norg; org++) {
		const struct pt_org *who = pt_inventory_org(inventory, org);
		bool match = false;

		if (audience->stage[org] != PT_NO_STAGE)
			continue;
		rc = matches(&match, &stage->orgs, list, instance, who, err);
		if (match && audience->reason[org] != PT_REASON_NONE)
			audience->stage[org] = samples(stage) ? PT_NO_STAGE : (uint8_t)s;
		else if (match)
			lot[n++] = (struct lot){pt_rng_mix_text(key, who->key.text, 15), org};
	}
	if (rc < 0)
		return rc;
	qsort(lot, n, sizeof(*lot), by_rank);
	drawn = n;
	if (stage->orgs.sample && stage->orgs.sample < n)
		drawn = stage->orgs.sample;
	else if (stage->orgs.sample_ppm != PT_UNSET)
		drawn = share_of(n, stage->orgs.sample_ppm);
	for (uint32_t i = 0; i < drawn; i++)
		audience->stage[lot[i].org] = (uint8_t)s;
	deal(audience, stage, lot, drawn);
	return 0;
}

static int exclude_all(struct pt_audience *audience, const struct pt_suite *suite,
		       const struct pt_org_lists *lists, const struct pt_inventory *inventory,
		       struct pt_err *err)
{
	int rc = 0;

	memset(audience->reason, 0, audience->norg * sizeof(*audience->reason));
	for (uint32_t org = 0; lists->by_hand.n && org < audience->norg; org++) {
		if (pt_org_list_has(&lists->by_hand, &pt_inventory_org(inventory, org)->key))
			audience->reason[org] = PT_REASON_BY_HAND;
	}
	for (size_t i = 0; rc == 0 && i < suite->nexclude; i++) {
		const struct pt_selector_conf *selector = &suite->exclude[i].orgs;
		PT_CLEANUP(pt_pattern_freep) struct pt_pattern *instance = NULL;

		rc = instance_pattern(&instance, selector, err);
		for (uint32_t org = 0; rc == 0 && org < audience->norg; org++) {
			bool match = false;

			if (audience->reason[org] != PT_REASON_NONE)
				continue;
			rc = matches(&match, selector, &lists->exclude[i], instance,
				     pt_inventory_org(inventory, org), err);
			if (match)
				audience->reason[org] = (uint16_t)(PT_REASON_NBUILTIN + i);
		}
	}
	for (uint32_t org = 0; org < audience->norg; org++) {
		if (audience->reason[org] == PT_REASON_NONE &&
		    pt_inventory_org(inventory, org)->status == PT_ORG_INACTIVE)
			audience->reason[org] = PT_REASON_INACTIVE;
	}
	return rc;
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
	memset(stage + known, PT_NO_STAGE, n - known);
	memset(slot + known, 0, (n - known) * sizeof(*slot));
	memset(reason + known, 0, (n - known) * sizeof(*reason));
	audience->norg = norg;
	return 0;
}

/* The zone of the stage's window that the instance keeps. */
static int zone_of(uint32_t *out, struct pt_pattern **pattern, const struct pt_stage_conf *stage,
		   const char *instance, struct pt_err *err)
{
	bool match = false;

	for (*out = 0; *out < stage->window.nzone; ++*out) {
		int rc = pt_pattern_match(&match, NULL, pattern[*out], instance, NULL, err);

		if (rc < 0 || match)
			return rc;
	}
	return 0;
}

static int zone_stage(struct pt_audience *audience, const struct pt_stage_conf *stage, uint8_t s,
		      const struct pt_inventory *inventory, uint32_t first, struct pt_err *err)
{
	struct pt_pattern **pattern = calloc(stage->window.nzone + 1, sizeof(struct pt_pattern *));
	int rc = pattern ? 0 : pt_err_nomem(err);

	for (size_t z = 0; rc == 0 && z < stage->window.nzone; z++)
		rc = pt_pattern_new(&pattern[z], stage->window.zone[z].instance, err);
	for (uint32_t org = first; rc == 0 && org < audience->norg; org++) {
		uint32_t zone = 0;

		if (audience->stage[org] != s)
			continue;
		rc =
		    zone_of(&zone, pattern, stage, pt_inventory_org(inventory, org)->instance, err);
		audience->slot[org] = (uint16_t)(audience->slot[org] + zone);
	}
	for (size_t z = 0; pattern && z < stage->window.nzone; z++)
		pt_pattern_free(pattern[z]);
	free(pattern);
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
		     const struct pt_inventory *inventory, struct pt_err *err)
{
	struct pt_audience audience = {.norg = 0};
	struct lot *lot = calloc((size_t)pt_inventory_norg(inventory) + 1, sizeof(*lot));
	int rc = lot ? grow(&audience, pt_inventory_norg(inventory), err) : pt_err_nomem(err);

	if (rc == 0)
		rc = exclude_all(&audience, suite, lists, inventory, err);
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
		PT_CLEANUP(pt_pattern_freep) struct pt_pattern *instance = NULL;

		if (samples(stage))
			continue;
		rc = instance_pattern(&instance, &stage->orgs, err);
		for (uint32_t org = from; rc == 0 && org < audience->norg; org++) {
			bool match = false;

			if (audience->stage[org] != PT_NO_STAGE)
				continue;
			rc = matches(&match, &stage->orgs, &lists->stage[s], instance,
				     pt_inventory_org(inventory, org), err);
			if (match) {
				audience->stage[org] = (uint8_t)s;
				audience->slot[org] =
				    (uint16_t)pt_slot(stage, (uint32_t)stage->nbatch - 1, 0);
			}
		}
	}
	return rc;
}

int pt_audience_refresh(uint32_t *njoined_out, struct pt_audience *audience,
			const struct pt_suite *suite, const struct pt_train_conf *train,
			const struct pt_org_lists *lists, const struct pt_inventory *inventory,
			struct pt_err *err)
{
	uint32_t known = audience->norg, njoined = 0;
	int rc = grow(audience, pt_inventory_norg(inventory), err);

	if (rc == 0)
		rc = exclude_all(audience, suite, lists, inventory, err);
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

void pt_audience_release(struct pt_audience *audience)
{
	free(audience->stage);
	free(audience->slot);
	free(audience->reason);
	*audience = (struct pt_audience){0};
}
