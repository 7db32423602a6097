/* See events.h. */
#include "connectors/push/simulated/events.h"

#include <assert.h>
#include <stdlib.h>

#include "base/instant.h"
#include "connectors/push/simulated/grow.h"

static bool before(const struct pt_sim_event *a, const struct pt_sim_event *b)
{
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	return a->subject < b->subject;
}

int pt_sim_events_reserve(struct pt_sim_events *events, size_t total, struct pt_err *err)
{
	struct pt_sim_event *grown =
	    pt_sim_grow(events->item, &events->cap, total, sizeof(*events->item));

	if (!grown)
		return pt_err_nomem(err);
	events->item = grown;
	return 0;
}

void pt_sim_events_push(struct pt_sim_events *events, struct pt_sim_event event)
{
	size_t at = events->n++;

	assert(events->n <= events->cap);
	while (at > 0 && before(&event, &events->item[(at - 1) / 2])) {
		events->item[at] = events->item[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	events->item[at] = event;
}

/* Puts the event into the hole at the root and restores the order below it. */
static void sink(struct pt_sim_events *events, struct pt_sim_event event)
{
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < events->n && before(&events->item[child + 1], &events->item[child]))
			child++;
		if (child >= events->n || !before(&events->item[child], &event))
			break;
		events->item[at] = events->item[child];
		at = child;
	}
	events->item[at] = event;
}

bool pt_sim_events_pop(struct pt_sim_event *out, struct pt_sim_events *events, int64_t now_ms)
{
	if (events->n == 0 || events->item[0].at_ms > now_ms)
		return false;
	*out = events->item[0];
	events->n--;
	if (events->n > 0)
		sink(events, events->item[events->n]);
	return true;
}

int64_t pt_sim_events_next_ms(const struct pt_sim_events *events)
{
	return events->n > 0 ? events->item[0].at_ms : PT_NEVER;
}

void pt_sim_events_release(struct pt_sim_events *events)
{
	free(events->item);
	*events = (struct pt_sim_events)PT_SIM_EVENTS_INIT;
}
