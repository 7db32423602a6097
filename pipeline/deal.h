/* The batches of a stage, dealt to the orgs that were drawn for it. */
#ifndef PT_PIPELINE_DEAL_H
#define PT_PIPELINE_DEAL_H

#include "config/suite.h"
#include "pipeline/inventory.h"
#include "pipeline/slot.h"

/* An org and its place in the draw. */
struct pt_lot {
	uint64_t rank;
	uint32_t org;
};

/* That share of n, rounded. */
uint32_t pt_share_of(uint32_t n, int32_t ppm);

/*
 * slot[org] for each of the n lots in turn, that of its batch's first zone: by sizes the first ones
 * go into the first batch, by instance each into the first group that matches; what is left goes
 * into the last.
 */
int pt_deal(uint16_t *slot, const struct pt_stage_conf *stage, const struct pt_lot *lot, uint32_t n,
	    const struct pt_inventory *inventory, struct pt_err *err) PT_MUSTUSE;

#endif
