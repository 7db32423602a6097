/*
 * A slot: the orgs of one batch of a stage that keep the same hours. A stage whose window
 * names zones has one slot for each batch and zone; others have one for each batch.
 */
#ifndef PT_PIPELINE_SLOT_H
#define PT_PIPELINE_SLOT_H

#include "config/suite.h"

/* The zones that the window names, in its order, and last the suite's own. */
static inline uint32_t pt_stage_nzone(const struct pt_stage_conf *stage)
{
	return stage->window.set ? (uint32_t)stage->window.nzone + 1 : 1;
}

static inline const char *pt_stage_zone_name(const struct pt_suite *suite,
					     const struct pt_stage_conf *stage, uint32_t zone)
{
	return zone < stage->window.nzone ? stage->window.zone[zone].zone : suite->timezone;
}

static inline uint32_t pt_stage_nslot(const struct pt_stage_conf *stage)
{
	return (uint32_t)stage->nbatch * pt_stage_nzone(stage);
}

static inline uint32_t pt_slot(const struct pt_stage_conf *stage, uint32_t batch, uint32_t zone)
{
	return batch * pt_stage_nzone(stage) + zone;
}

static inline uint32_t pt_slot_batch(const struct pt_stage_conf *stage, uint32_t slot)
{
	return slot / pt_stage_nzone(stage);
}

static inline uint32_t pt_slot_zone(const struct pt_stage_conf *stage, uint32_t slot)
{
	return slot % pt_stage_nzone(stage);
}

#endif
