/*
 * The platform allows so many API calls a day, and others need some of them: below
 * the floor the train pauses. See engine_internal.h.
 */
#include "base/instant.h"
#include "pipeline/engine_internal.h"

/* The allowance comes back hour by hour. */
#define LOOK_AGAIN_MS (30 * PT_MINUTE_MS)

int budget_heed(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
		struct pt_err *err)
{
	struct budget *budget = &e->budget[connector];
	uint64_t limit = reply->api_limit, used = reply->api_used;
	uint64_t floor = limit * (uint64_t)e->setup.api_floor_ppm[connector] / PT_RATIO_ONE;

	budget->probing = false;
	if (limit == 0)
		return 0;
	if (used + floor <= limit) {
		*budget = (struct budget){.paused = false};
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

	if (e->halting || !budget->paused)
		return true;
	if (budget->probing || e->now_ms < budget->paused_until_ms)
		return false;
	budget->probing = true;
	return true;
}

int64_t budget_open_ms(const struct pt_engine *e, uint32_t connector)
{
	const struct budget *budget = &e->budget[connector];

	if (e->halting || !budget->paused)
		return PT_LONG_AGO;
	return budget->probing ? PT_NEVER : budget->paused_until_ms;
}

bool budget_any_paused(const struct pt_engine *e)
{
	for (uint32_t c = 0; c < e->setup.nconnector; c++) {
		if (e->budget[c].paused && !e->halting)
			return true;
	}
	return false;
}
