/* See deal.h. */
#include "pipeline/deal.h"

#include "base/pattern.h"

uint32_t pt_share_of(uint32_t n, int32_t ppm)
{
	return (uint32_t)(((uint64_t)n * (uint64_t)ppm + PT_RATIO_ONE / 2) / PT_RATIO_ONE);
}

static void deal_by_size(uint16_t *slot, const struct pt_stage_conf *stage,
			 const struct pt_lot *lot, uint32_t nlot)
{
	uint32_t at = 0;

	for (size_t b = 0; b < stage->nbatch; b++) {
		uint32_t size = stage->batch[b].size;

		if (stage->batch[b].unit == PT_BATCH_RATIO)
			size = pt_share_of(nlot, (int32_t)size);
		if (b + 1 == stage->nbatch || size > nlot - at)
			size = nlot - at;
		for (uint32_t end = at + size; at < end; at++)
			slot[lot[at].org] = (uint16_t)pt_slot(stage, (uint32_t)b, 0);
	}
}

static int deal_by_instance(uint16_t *slot, const struct pt_stage_conf *stage,
			    const struct pt_lot *lot, uint32_t nlot,
			    const struct pt_inventory *inventory, struct pt_err *err)
{
	PT_CLEANUP(pt_patterns_release) struct pt_patterns groups = {.n = 0};
	int rc = 0;

	for (size_t b = 0; rc == 0 && b + 1 < stage->nbatch; b++)
		rc = pt_patterns_add(&groups, stage->batch[b].instance, err);
	for (uint32_t i = 0; rc == 0 && i < nlot; i++) {
		const struct pt_org *org = pt_inventory_org(inventory, lot[i].org);
		size_t b;

		rc = pt_patterns_first(&b, &groups, org->instance, err);
		slot[lot[i].org] = (uint16_t)pt_slot(stage, (uint32_t)b, 0);
	}
	return rc;
}

int pt_deal(uint16_t *slot, const struct pt_stage_conf *stage, const struct pt_lot *lot, uint32_t n,
	    const struct pt_inventory *inventory, struct pt_err *err)
{
	if (stage->batch[0].unit == PT_BATCH_INSTANCE)
		return deal_by_instance(slot, stage, lot, n, inventory, err);
	deal_by_size(slot, stage, lot, n);
	return 0;
}
