/*
 * The platform allows so many API calls a day, and others need some of them: below
 * the floor the train pauses. See engine_internal.h.
 */
#include "base/instant.h"
#include "pipeline/engine_internal.h"

/* The allowance comes back hour by hour. */
#define LOOK_AGAIN_MS (30 * PT_MINUTE_MS)

/* Parts of it: what a pause gathers, what is left when it becomes scarce, and when no longer. */
enum { GATHERED = 10, SCARCE = 4, PLENTY = 2 };

int budget_heed(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
		struct pt_err *err)
{
	struct budget *budget = &e->budget[connector];
	uint64_t limit = reply->api_limit, used = reply->api_used;
	uint64_t floor = limit * (uint64_t)e->setup.api_floor_ppm[connector] / PT_RATIO_ONE;
	/* Once paused it gathers some: with a call at a time what was read grows old before it
	   can be used. */
	uint64_t wanted = floor + (budget->paused ? limit / GATHERED : 0);

	budget->under_way = false;
	if (limit == 0)
		return 0;
	if (used + wanted <= limit) {
		uint64_t kept = limit / (budget->paused || budget->scarce ? PLENTY : SCARCE);

		*budget = (struct budget){.scarce = used + floor + kept > limit};
		return 0;
	}
	budget->paused = true;
	budget->paused_until_ms = e->now_ms + LOOK_AGAIN_MS;
	if (budget->told)
		return 0;
	budget->told = true;
	return note_push(
	    e,
	    &(struct pt_note){
		.kind = PT_NOTE_PAUSED, .a = used, .b = limit, .until_ms = budget->paused_until_ms},
	    err);
}

bool budget_allows(struct pt_engine *e, uint32_t connector)
{
	struct budget *budget = &e->budget[connector];

	if (e->halting || (!budget->paused && !budget->scarce))
		return true;
	if (budget->under_way || (budget->paused && e->now_ms < budget->paused_until_ms))
		return false;
	budget->under_way = true;
	return true;
}

int64_t budget_open_ms(const struct pt_engine *e, uint32_t connector)
{
	const struct budget *budget = &e->budget[connector];

	if (e->halting || (!budget->paused && !budget->scarce))
		return PT_LONG_AGO;
	if (budget->under_way)
		return PT_NEVER;
	return budget->paused ? budget->paused_until_ms : PT_LONG_AGO;
}

bool budget_any_paused(const struct pt_engine *e)
{
	for (uint32_t c = 0; c < e->setup.nconnector; c++) {
		if (e->budget[c].paused && !e->halting)
			return true;
	}
	return false;
}
