/* API calls of the last 24 hours, by whole hours of the platform's time. See inside.h. */
#include "base/instant.h"
#include "connectors/emulator/inside.h"

enum { TOLD_LIMIT = 100000 };

uint32_t emu_calls_allowed(const struct pt_emulator *e)
{
	return e->conf.daily_limit ? e->conf.daily_limit : TOLD_LIMIT;
}

uint32_t emu_calls_used(struct pt_emulator *e)
{
	int64_t hour = e->now_ms / PT_HOUR_MS;
	uint32_t sum = 0;

	if (hour - e->hour >= EMU_HOURS)
		e->hour = hour - EMU_HOURS;
	while (e->hour < hour)
		e->used[++e->hour % EMU_HOURS] = 0;
	for (size_t i = 0; i < EMU_HOURS; i++)
		sum += e->used[i];
	return sum;
}

bool emu_count_call(struct pt_emulator *e)
{
	uint32_t used = emu_calls_used(e);
	bool allowed = e->conf.daily_limit == 0 || used < e->conf.daily_limit;

	if (allowed)
		e->used[e->hour % EMU_HOURS]++;
	return allowed;
}

int emu_limits(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
	       struct pt_err *err)
{
	uint32_t used = emu_calls_used(e), allowed = emu_calls_allowed(e);

	(void)request;
	(void)err;
	emu_say_json(out, 200);
	pt_buf_printf(&out->body,
		      "{\"DailyApiRequests\":{\"Max\":%u,\"Remaining\":%u},"
		      "\"DailyBulkV2QueryJobs\":{\"Max\":10000,\"Remaining\":10000}}",
		      allowed, used < allowed ? allowed - used : 0);
	return 0;
}
