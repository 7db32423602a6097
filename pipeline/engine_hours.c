/*
 * Windows and blackouts, as far as requests that are under way are concerned. See
 * engine_internal.h and hours.h.
 */
#include "pipeline/engine_internal.h"

static uint32_t zone_of(const struct pt_engine *e, const struct wave *w)
{
	const struct pt_stage_conf *conf = &e->setup.conf->stage[w->stage];

	return PT_DEFECT(wrong_zone) ? pt_stage_nzone(conf) - 1 : pt_slot_zone(conf, w->slot);
}

int64_t wave_next_ms(const struct pt_engine *e, const struct wave *w, int64_t at_ms)
{
	if (PT_DEFECT(pass_any_time) && w->pass)
		return at_ms;
	return pt_hours_still(e->setup.hours, w->stage, zone_of(e, w), at_ms,
			      e->setup.conf->fresh_ms);
}

void request_set_hours(const struct pt_engine *e, struct request *r)
{
	const struct wave *w = &e->wave[r->wave];

	r->hours_end_ms = pt_hours_end(e->setup.hours, w->stage, zone_of(e, w),
				       later(r->start_ms, r->activated_ms));
}

static int say(struct pt_engine *e, const struct request *r, enum pt_note_kind kind,
	       struct pt_err *err)
{
	const struct wave *w = &e->wave[r->wave];
	uint32_t norg = request_count(r, VIEW_JOB) + request_count(r, VIEW_TO_ADD);

	return note_push(e,
			 &(struct pt_note){.kind = kind,
					   .package = w->package,
					   .slot = w->slot,
					   .pass = w->pass,
					   .until_ms = wave_next_ms(e, w, e->now_ms),
					   .a = norg},
			 err);
}

/* Nothing of it is on the platform yet. */
static int dissolve(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	int rc = say(e, r, PT_NOTE_CLOSED, err);

	PT_MARK(hours_end_before_create);
	if (rc == 0)
		rc = request_make_again(e, r, err);
	if (rc == 0)
		request_finish(e, r);
	return rc;
}

static int cancel(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	PT_MARK_OF(hours_end_in, r->state);
	r->moved = true;
	r->state = REQ_CANCEL;
	request_touch(e, r);
	return say(e, r, PT_NOTE_CLOSED, err);
}

int request_heed_hours(struct pt_engine *e, struct request *r, struct pt_err *err)
{
	const struct wave *w = &e->wave[r->wave];
	int64_t start_ms = later(r->start_ms, e->now_ms);

	if (!e->setup.hours || e->halting || PT_DEFECT(ignore_hours))
		return 0;
	if (r->state == REQ_RUNNING) {
		if (r->moved && r->cancel_tried) {
			r->moved = false;
			/* What another process canceled may have started long before. */
			if (r->unstarted_ms < r->hours_end_ms)
				return 0;
			PT_MARK(started_late);
			return PT_DEFECT(keep_late_quiet) ? 0 : say(e, r, PT_NOTE_LATE, err);
		}
		/* Seen at the end or later, and not one of its jobs had started; or its start is to
		   come, and the calendar has become another one. */
		bool never_to_start = r->start_ms > e->now_ms && r->hours_end_ms == r->start_ms;

		if (!r->stuck && !r->cancel_tried &&
		    (never_to_start || r->unstarted_ms >= r->hours_end_ms))
			return cancel(e, r, err);
		return 0;
	}
	if (r->state > REQ_ACTIVATE)
		return 0;
	if (r->id.text[0])
		return wave_next_ms(e, w, start_ms) > start_ms ? cancel(e, r, err) : 0;
	if (goes_ahead(e, w) || wave_next_ms(e, w, e->now_ms) == e->now_ms)
		return 0;
	return dissolve(e, r, err);
}

int64_t hours_poll_ms(const struct pt_engine *e, uint32_t connector)
{
	int64_t first = PT_NEVER;

	for (uint32_t i = 0; e->setup.hours && i < e->nactive && !PT_DEFECT(look_too_late); i++) {
		const struct request *r = &e->request[e->active[i]];

		if (r->state == REQ_RUNNING && !r->stuck && !r->cancel_tried &&
		    r->seen_ms < r->hours_end_ms && request_connector(e, r) == connector)
			first = sooner(first, later(r->hours_end_ms, e->now_ms));
	}
	return first;
}
