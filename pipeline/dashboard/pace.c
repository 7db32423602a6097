/* See pace.h. */
#include "pipeline/dashboard/pace.h"

#include "base/instant.h"

#define SPAN_MS (2 * PT_HOUR_MS)

/* The first request of a quiet time says when it was over. */
static void count_ended(struct pt_pace *pace, const struct pt_history *h, int64_t now_ms)
{
	int64_t from_ms = now_ms - SPAN_MS, first_ms = now_ms;

	for (size_t i = 0; i < h->nrequest; i++) {
		const struct pt_history_request *request = &h->request[i];
		int64_t end_ms = request->done_ms ? request->done_ms : now_ms;

		if (request->ndone == 0 || end_ms < from_ms || request->activated_ms == 0)
			continue;
		pace->ended += request->ndone;
		if (request->activated_ms < first_ms)
			first_ms = request->activated_ms;
	}
	pace->span_ms = now_ms - (first_ms > from_ms ? first_ms : from_ms);
}

/* The pushes that the stage's waves or passes have before them. */
static uint64_t count_left(const struct pt_status *status)
{
	size_t stage = (size_t)status->progress.stage;
	uint64_t left = 0;

	if (stage >= status->nstage || !pt_stage_pushes(status->stage[stage].state))
		return 0;
	for (size_t p = 0; p < status->npackage; p++) {
		const struct pt_tally *t = &status->figures[stage * status->npackage + p].tally;

		left += t->waiting + t->in_flight;
	}
	return left;
}

void pt_pace_of(struct pt_pace *out, const struct pt_history *h, int64_t now_ms)
{
	const struct pt_progress_row *progress = &h->status.progress;

	*out = (struct pt_pace){.left = progress->finished ? 0 : count_left(&h->status)};
	count_ended(out, h, now_ms);
	if (out->ended == 0 || out->span_ms < PT_MINUTE_MS) {
		out->span_ms = 0;
		return;
	}
	double a_ms = (double)out->ended / (double)out->span_ms;

	out->an_hour = (uint64_t)(a_ms * (double)PT_HOUR_MS + 0.5);
	if (out->left)
		out->finish_ms = now_ms + (int64_t)((double)out->left / a_ms);
}
