/*
 * How fast a run's pushes end, and when those of the stage under way would at that rate.
 */
#ifndef PT_PIPELINE_DASHBOARD_PACE_H
#define PT_PIPELINE_DASHBOARD_PACE_H

#include "pipeline/history/history.h"

struct pt_pace {
	uint64_t ended;  /* jobs within the span */
	int64_t span_ms; /* of the run's time; 0: nothing has ended that says something */
	uint64_t an_hour;
	uint64_t left;     /* pushes of the stage that wait or are in flight */
	int64_t finish_ms; /* when they would have ended; 0: it cannot be said */
};

/* Of the two hours before that moment, or of the time since the run began. O(requests). */
void pt_pace_of(struct pt_pace *out, const struct pt_history *history, int64_t now_ms);

#endif
