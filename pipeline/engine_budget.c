/*
 * The platform allows so many API calls a day, and others need some of them: below
 * the floor the train pauses. See engine_internal.h.
 */
#include "base/instant.h"
#include "pipeline/engine_internal.h"

/* The allowance comes back hour by hour. */
#define LOOK_AGAIN_MS (30 * PT_MINUTE_MS)

/* That part of it is gathered before a pause ends: with a call at a time what was read grows old
   before it can be used. */
enum { GATHERED = 10 };

/* For each call under way so many must be left: a request takes some until it is activated, and
   many that are begun and none that is finished are spent for nothing. */
enum { LEFT_FOR_EACH = 16 };

int budget_heed(struct pt_engine *e, uint32_t connector, const struct pt_push_reply *reply,
		struct pt_err *err)
{
	struct budget *budget = &e->budget[connector];
	uint64_t limit = reply->api_limit, used = reply->api_used;
	uint64_t floor = limit * (uint64_t)e->setup.api_floor_ppm[connector] / PT_RATIO_ONE;
	uint64_t wanted = floor + (budget->paused ? limit / GATHERED : 0);

	if (budget->nunder_way)
		budget->nunder_way--;
	if (limit == 0)
		return 0;
	if (used + wanted <= limit) {
		budget->paused = budget->told = false;
		budget->most = (uint32_t)((limit - floor - used) / LEFT_FOR_EACH + 1);
		return 0;
	}
	budget->paused = true;
	budget->most = 1;
	budget->paused_until_ms = e->now_ms + LOOK_AGAIN_MS;
	PT_MARK(paused);
	if (budget->told)
		return 0;
	budget->told = true;
	return note_push(
	    e,
	    &(struct pt_note){
		.kind = PT_NOTE_PAUSED, .a = used, .b = limit, .until_ms = budget->paused_until_ms},
	    err);
}

static bool is_full(const struct budget *budget)
{
	return budget->most && budget->nunder_way >= budget->most;
}

bool budget_allows(struct pt_engine *e, uint32_t connector)
{
	struct budget *budget = &e->budget[connector];

	if (!e->halting) {
		if (budget->paused && e->now_ms < budget->paused_until_ms)
			return false;
		if (is_full(budget)) {
			PT_MARK(scarce);
			return false;
		}
	}
	budget->nunder_way++;
	return true;
}

int64_t budget_open_ms(const struct pt_engine *e, uint32_t connector)
{
	const struct budget *budget = &e->budget[connector];

	if (e->halting)
		return PT_LONG_AGO;
	if (is_full(budget))
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
