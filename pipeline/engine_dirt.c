/*
 * Tables by org: how they grow, and which parts of them the journal has not seen.
 * See engine_internal.h.
 */
#include <stdlib.h>
#include <string.h>

#include "pipeline/engine_internal.h"

/* With more chunks the maps are laid out anew; then everything is written once more. */
static int grow_maps(struct pt_engine *e, uint32_t norg, struct pt_err *err)
{
	uint32_t nchunk = norg / PT_JOURNAL_CHUNK + 1;
	size_t n = (size_t)nchunk * (e->pairs.npackage + 1);
	uint8_t *pair = malloc(n), *have = malloc(n);

	if (!pair || !have) {
		free(pair);
		free(have);
		return pt_err_nomem(err);
	}
	memset(pair, 1, n);
	memset(have, 1, n);
	free(e->dirt.pair);
	free(e->dirt.have);
	e->dirt.pair = pair;
	e->dirt.have = have;
	e->dirt.nchunk = nchunk;
	return 0;
}

/* It has more orgs than when it was written. */
static void mark_last_chunk(struct pt_engine *e)
{
	for (uint32_t p = 0; p < e->pairs.npackage; p++) {
		size_t at = (size_t)p * e->dirt.nchunk + e->dirt.nchunk - 1;

		e->dirt.pair[at] = 1;
		e->dirt.have[at] = 1;
	}
}

int tables_grow(struct pt_engine *e, struct pt_err *err)
{
	uint32_t norg = pt_inventory_norg(e->setup.inventory);
	int rc = 0;

	if (e->dirt.pair && norg == e->pairs.norg)
		return 0;
	e->dirt.orgs = true;
	if (!e->dirt.pair || norg / PT_JOURNAL_CHUNK + 1 != e->dirt.nchunk)
		rc = grow_maps(e, norg, err);
	else
		mark_last_chunk(e);
	return rc < 0 ? rc : pt_pairs_grow(&e->pairs, e->pairs.npackage, norg, err);
}

static void mark_have(struct pt_engine *e, uint32_t package, uint32_t org)
{
	e->dirt.have[package * e->dirt.nchunk + org / PT_JOURNAL_CHUNK] = 1;
}

int take_subscribers(struct pt_engine *e, uint32_t package, const struct pt_push_reply *reply,
		     struct pt_inventory_read read, struct pt_err *err)
{
	read.heard_ms = e->now_ms;
	int rc = pt_inventory_set_subscribers(e->setup.inventory, package, reply, &read, err);

	if (rc == 0)
		rc = tables_grow(e, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < read.nasked; i++)
		mark_have(e, package, read.asked[i]);
	for (uint32_t chunk = 0; read.nasked == 0 && chunk < e->dirt.nchunk; chunk++)
		e->dirt.have[package * e->dirt.nchunk + chunk] = 1;
	e->dirt.orgs |= read.nasked == 0;
	return 0;
}

void take_arrival(struct pt_engine *e, uint32_t package, uint32_t org)
{
	pt_inventory_arrived(e->setup.inventory, package, org,
			     e->setup.targets->target[package].version);
	mark_have(e, package, org);
}
