/* See hours.h. */
#include "pipeline/hours.h"

#include <stdlib.h>

#include "pipeline/probe.h"
#include "pipeline/slot.h"

enum { HORIZON_DAYS = 731 };

struct span {
	int64_t start_ms, end_ms;
};

struct blackout {
	struct span span;
	const char *name;
};

struct stage_hours {
	const struct pt_window_conf *window; /* NULL: none */
	struct pt_zone **zone;               /* owned; one per zone of the window */
	uint32_t nzone;
};

struct pt_hours {
	int64_t slack_ms;
	struct stage_hours *stage;
	size_t nstage;
	struct blackout *blackout; /* by start; they neither overlap nor touch */
	size_t nblackout;
};

static int64_t window_length_ms(const struct pt_window_conf *window)
{
	int32_t minutes = window->close_minute - window->open_minute;

	return (minutes > 0 ? minutes : minutes + 24 * 60) * PT_MINUTE_MS;
}

static int check_slack(const struct pt_train_conf *conf, const struct pt_window_conf *window,
		       struct pt_err *err)
{
	char length[PT_DURATION_TEXT], slack[PT_DURATION_TEXT];

	if (window_length_ms(window) > conf->start_slack_ms)
		return 0;
	return pt_err_at(err, PT_E_INVALID, window->src,
			 "trains.%s: the window is open for %s, and start_slack keeps %s before "
			 "its end: nothing could start in it",
			 conf->name, pt_duration_text(length, window_length_ms(window)),
			 pt_duration_text(slack, conf->start_slack_ms));
}

static int open_zones(struct stage_hours *stage, const struct pt_suite *suite,
		      const struct pt_stage_conf *conf, struct pt_err *err)
{
	int rc = 0;

	stage->window = &conf->window;
	stage->nzone = pt_stage_nzone(conf);
	stage->zone = calloc(stage->nzone, sizeof(*stage->zone));
	if (!stage->zone)
		return pt_err_nomem(err);
	for (uint32_t z = 0; rc == 0 && z < stage->nzone; z++)
		rc = pt_zone_open(&stage->zone[z], pt_stage_zone_name(suite, conf, z), err);
	return rc;
}

/* The union of all of them. */
static int take_closures(struct pt_hours *hours, const struct pt_closures *closures,
			 struct pt_err *err)
{
	hours->blackout = calloc(closures->n + 1, sizeof(*hours->blackout));
	if (!hours->blackout)
		return pt_err_nomem(err);
	for (size_t i = 0; i < (PT_DEFECT(first_blackout) && closures->n ? 1 : closures->n); i++) {
		const struct pt_closure *from = &closures->closure[i];
		struct blackout *last =
		    hours->nblackout ? &hours->blackout[hours->nblackout - 1] : NULL;

		if (!last || from->start_ms > last->span.end_ms)
			hours->blackout[hours->nblackout++] =
			    (struct blackout){{from->start_ms, from->end_ms}, from->name};
		else if (from->end_ms > last->span.end_ms)
			last->span.end_ms = from->end_ms;
	}
	return 0;
}

int pt_hours_new(struct pt_hours **out, const struct pt_suite *suite,
		 const struct pt_train_conf *conf, const struct pt_closures *closures,
		 struct pt_err *err)
{
	struct pt_hours *hours = calloc(1, sizeof(*hours));
	int rc;

	if (!hours)
		return pt_err_nomem(err);
	hours->slack_ms = conf->start_slack_ms;
	hours->stage = calloc(conf->nstage + 1, sizeof(*hours->stage));
	rc = hours->stage ? take_closures(hours, closures, err) : pt_err_nomem(err);
	for (size_t s = 0; rc == 0 && s < conf->nstage; s++) {
		hours->nstage = s + 1;
		if (!conf->stage[s].window.set)
			continue;
		rc = check_slack(conf, &conf->stage[s].window, err);
		if (rc == 0)
			rc = open_zones(&hours->stage[s], suite, &conf->stage[s], err);
	}
	if (rc < 0)
		pt_hours_free(hours);
	else
		*out = hours;
	return rc;
}

void pt_hours_free(struct pt_hours *hours)
{
	if (!hours)
		return;
	for (size_t s = 0; s < hours->nstage; s++) {
		for (uint32_t z = 0; hours->stage[s].zone && z < hours->stage[s].nzone; z++)
			pt_zone_free(hours->stage[s].zone[z]);
		free(hours->stage[s].zone);
	}
	free(hours->stage);
	free(hours->blackout);
	free(hours);
}

void pt_hours_freep(struct pt_hours **hours)
{
	pt_hours_free(*hours);
}

static int64_t local_moment(const struct pt_zone *zone, int64_t day, int32_t minute)
{
	struct pt_civil civil = pt_civil_of_ms(day * PT_DAY_MS + minute * PT_MINUTE_MS);

	if (PT_DEFECT(standard_time))
		return pt_civil_to_ms(&civil) - pt_zone_offset_ms(zone, 0);
	return pt_zone_resolve(zone, &civil, PT_ZONE_FIRST);
}

/* The window's first opening that has not ended at that moment. */
static struct span window_at(const struct stage_hours *stage, uint32_t zone, int64_t at_ms)
{
	const struct pt_zone *where = stage->zone[zone];
	const struct pt_window_conf *window = stage->window;
	int64_t local_ms = at_ms + pt_zone_offset_ms(where, at_ms);
	int64_t day = local_ms / PT_DAY_MS - (local_ms % PT_DAY_MS < 0) - 2;
	bool over_midnight = window->close_minute <= window->open_minute;
	struct span span;

	do {
		day++;
		span.start_ms = local_moment(where, day, window->open_minute);
		span.end_ms = local_moment(where, day + over_midnight, window->close_minute);
	} while (span.end_ms <= at_ms);
	return span;
}

/* The first blackout that has not ended at that moment, or NULL. */
static const struct blackout *blackout_at(const struct pt_hours *hours, int64_t at_ms)
{
	size_t low = 0, high = hours->nblackout;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (hours->blackout[mid].span.end_ms <= at_ms)
			low = mid + 1;
		else
			high = mid;
	}
	return low < hours->nblackout ? &hours->blackout[low] : NULL;
}

/* A later moment, when that one will not do; else the same. */
static int64_t move_on(struct pt_hours_why *why, const struct pt_hours *hours,
		       const struct stage_hours *stage, uint32_t zone, int64_t at_ms,
		       int64_t slack_ms)
{
	const struct blackout *blackout = blackout_at(hours, at_ms);

	if (blackout &&
	    (blackout->span.start_ms <= at_ms || blackout->span.start_ms < at_ms + slack_ms)) {
		*why = (struct pt_hours_why){PT_HOURS_BLACKOUT, blackout->name};
		return blackout->span.end_ms;
	}
	if (!stage->window)
		return at_ms;
	struct span open = window_at(stage, zone, at_ms);

	if (open.start_ms <= at_ms && at_ms + slack_ms <= open.end_ms)
		return at_ms;
	*why = (struct pt_hours_why){.kind = PT_HOURS_WINDOW};
	return open.start_ms > at_ms ? open.start_ms : window_at(stage, zone, open.end_ms).start_ms;
}

static int64_t next_with(struct pt_hours_why *why_out, const struct pt_hours *hours, uint32_t stage,
			 uint32_t zone, int64_t at_ms, int64_t slack_ms)
{
	struct pt_hours_why first = {.kind = PT_HOURS_OPEN}, why;
	int64_t now_ms = at_ms, next_ms = at_ms;

	if (PT_DEFECT(forget_slack))
		slack_ms = 0;
	while (hours && at_ms != PT_NEVER) {
		next_ms = move_on(&why, hours, &hours->stage[stage], zone, now_ms, slack_ms);
		if (next_ms == now_ms)
			break;
		if (now_ms == at_ms)
			first = why;
		now_ms = next_ms;
		if (now_ms - at_ms > HORIZON_DAYS * PT_DAY_MS) {
			next_ms = PT_NEVER;
			break;
		}
	}
	if (why_out)
		*why_out = first;
	return next_ms;
}

int64_t pt_hours_next(struct pt_hours_why *why_out, const struct pt_hours *hours, uint32_t stage,
		      uint32_t zone, int64_t at_ms)
{
	return next_with(why_out, hours, stage, zone, at_ms, hours ? hours->slack_ms : 0);
}

int64_t pt_hours_still(const struct pt_hours *hours, uint32_t stage, uint32_t zone, int64_t at_ms,
		       int64_t gone_ms)
{
	int64_t slack_ms = hours ? hours->slack_ms - gone_ms : 0;

	return next_with(NULL, hours, stage, zone, at_ms, slack_ms > 0 ? slack_ms : 0);
}

int64_t pt_hours_end(const struct pt_hours *hours, uint32_t stage, uint32_t zone, int64_t at_ms)
{
	const struct blackout *blackout = hours ? blackout_at(hours, at_ms) : NULL;
	int64_t end_ms = PT_NEVER;

	if (blackout)
		end_ms = blackout->span.start_ms > at_ms ? blackout->span.start_ms : at_ms;
	if (hours && hours->stage[stage].window) {
		struct span open = window_at(&hours->stage[stage], zone, at_ms);
		int64_t ends_ms = open.start_ms > at_ms ? at_ms : open.end_ms;

		if (ends_ms < end_ms)
			end_ms = ends_ms;
	}
	return end_ms;
}

size_t pt_hours_openings(struct pt_opening *out, size_t max, const struct pt_hours *hours,
			 uint32_t stage, uint32_t zone, int64_t from_ms, int64_t to_ms)
{
	size_t n = 0;

	if (!hours || !hours->stage[stage].window)
		return 0;
	for (int64_t at_ms = from_ms; n < max;) {
		struct span open = window_at(&hours->stage[stage], zone, at_ms);

		if (open.start_ms >= to_ms)
			break;
		out[n++] = (struct pt_opening){open.start_ms, open.end_ms};
		at_ms = open.end_ms;
	}
	return n;
}

const struct pt_zone *pt_hours_zone(const struct pt_hours *hours, uint32_t stage, uint32_t zone)
{
	if (!hours || stage >= hours->nstage || zone >= hours->stage[stage].nzone)
		return NULL;
	return hours->stage[stage].zone[zone];
}

void pt_hours_levels(int64_t *start_ms_out, const struct pt_hours *hours, uint32_t stage,
		     uint32_t zone, int64_t at_ms, int64_t offset_ms, uint32_t nlevel)
{
	for (uint32_t level = 0; level < nlevel; level++) {
		int64_t start_ms = PT_DEFECT(plan_at_once)
				       ? at_ms
				       : pt_hours_next(NULL, hours, stage, zone, at_ms);

		start_ms_out[level] = start_ms;
		at_ms = start_ms == PT_NEVER ? PT_NEVER : start_ms + offset_ms;
	}
}
