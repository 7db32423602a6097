/* See deal.h. */
#include "pipeline/deal.h"

#include <stdlib.h>

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
			    const struct pt_inventory *inventory, struct pt_pattern **group,
			    struct pt_err *err)
{
	for (uint32_t i = 0; i < nlot; i++) {
		const struct pt_org *org = pt_inventory_org(inventory, lot[i].org);
		bool match = false;
		size_t b = 0;

		while (b + 1 < stage->nbatch) {
			int rc = pt_pattern_match(&match, NULL, group[b], org->instance, NULL, err);

			if (rc < 0)
				return rc;
			if (match)
				break;
			b++;
		}
		slot[lot[i].org] = (uint16_t)pt_slot(stage, (uint32_t)b, 0);
	}
	return 0;
}

int pt_deal(uint16_t *slot, const struct pt_stage_conf *stage, const struct pt_lot *lot, uint32_t n,
	    const struct pt_inventory *inventory, struct pt_err *err)
{
	struct pt_pattern **group;
	int rc = 0;

	if (stage->batch[0].unit != PT_BATCH_INSTANCE) {
		deal_by_size(slot, stage, lot, n);
		return 0;
	}
	group = calloc(stage->nbatch, sizeof(struct pt_pattern *));
	if (!group)
		return pt_err_nomem(err);
	for (size_t b = 0; rc == 0 && b + 1 < stage->nbatch; b++)
		rc = pt_pattern_new(&group[b], stage->batch[b].instance, err);
	if (rc == 0)
		rc = deal_by_instance(slot, stage, lot, n, inventory, group, err);
	for (size_t b = 0; b < stage->nbatch; b++)
		pt_pattern_free(group[b]);
	free(group);
	return rc;
}
