/*
 * How far a run is, in a few lines for whoever looks at it now: where it is, what is done, how
 * fast, what failed, what it waits for and until when. Pure: figures in, text out; and when to
 * say it, from times alone.
 */
#ifndef PT_PIPELINE_PROGRESS_H
#define PT_PIPELINE_PROGRESS_H

#include "base/style.h"
#include "pipeline/outlook.h"
#include "pipeline/plan.h"

enum { PT_RATE_SAMPLES = 32 };

/* How many pushes ended in the last hours of the run's time. All zero to begin with. */
struct pt_rate {
	int64_t at_ms[PT_RATE_SAMPLES];
	uint64_t nended[PT_RATE_SAMPLES];
	size_t n; /* of all samples so far, the last PT_RATE_SAMPLES are kept */
};

void pt_rate_add(struct pt_rate *rate, int64_t now_ms, uint64_t nended);

/* Pushes an hour; negative while it is not known: nothing ended, or too short a time. */
double pt_rate_per_hour(const struct pt_rate *rate, int64_t now_ms);

struct pt_progress {
	const struct pt_plan *plan; /* borrowed */
	const char *run;            /* its name; NULL: a rehearsal, which has none */
	const char *approve;        /* the command that approves the stage that waits; NULL: none */
	struct pt_outlook outlook;
	struct pt_tally tally; /* of the current stage */
	double per_hour;       /* negative: not known */
	int64_t now_ms;        /* by the run's clock */
};

/*
 * When it ends if all goes on like this: what is left of the stage at the present rate, its
 * passes' rest and soak, the later stages as they were planned, and no more passes. PT_NEVER:
 * not known.
 */
int64_t pt_progress_finish_ms(const struct pt_progress *progress);

/* Pushes of the stage whose outcome is known, as far as the platform has told. */
uint64_t pt_progress_done(const struct pt_progress *progress);

/* Appends one to four lines, none wider than the look's columns (less one, for the cursor). */
void pt_progress_block(struct pt_buf *out, const struct pt_progress *progress,
		       const struct pt_look *look);

/* Appends one line without a newline: what a heartbeat says, its time and stage apart. */
void pt_progress_line(struct pt_buf *out, const struct pt_progress *progress);

/*
 * Appends "waiting: blackout 'quarter end' until Sun 00:00 (3h 12m)", or what is under way; ""
 * when there is nothing to say. `brief` leaves out dates that are near.
 */
void pt_progress_waits(struct pt_buf *out, const struct pt_progress *progress, bool brief);

/* "Sun 00:00", with its date when it is further away than six days. Returns buf. */
const char *pt_zone_brief(char buf[PT_INSTANT_TEXT], const struct pt_zone *zone, int64_t ms,
			  int64_t now_ms);

/* When lines that are written anew are due. Times are real ones, never those of the run. */
struct pt_pace {
	int64_t began_ms, drawn_ms;
	bool drawn;
};

/* Half a second after the beginning, and then ten times a second; takes note of it. */
bool pt_pace_due(struct pt_pace *pace, int64_t now_ms);

/* When, in real time, silence has lasted long enough to say that all is well. */
struct pt_heartbeat {
	int64_t said_ms; /* when something was said last */
	unsigned n;      /* heartbeats since */
};

/* After a minute, five, and then every fifteen; takes note of it. */
bool pt_heartbeat_due(struct pt_heartbeat *heartbeat, int64_t now_ms);
void pt_heartbeat_said(struct pt_heartbeat *heartbeat, int64_t now_ms);

#endif
