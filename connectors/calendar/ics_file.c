/* From events to closures. See ics_file.h. */
#include "connectors/calendar/ics_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "connectors/calendar/ics_event.h"
#include "connectors/calendar/recur.h"

/* An occurrence that another event stands in for. */
struct instead {
	uint32_t uid;
	int64_t ms;
};

struct expanding {
	struct pt_closing *closing;
	struct pt_ics_events events;
	struct instead *instead; /* owned, sorted */
	size_t ninstead;
	int64_t *except; /* owned, sorted; of the event at hand */
	size_t nexcept;
	uint64_t work;
	size_t name_at; /* of the event at hand */
	struct pt_closing_length length;
};

static int by_instead(const void *a, const void *b)
{
	const struct instead *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return x->ms < y->ms ? -1 : x->ms > y->ms;
}

static int by_ms(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int collect_instead(struct expanding *x, struct pt_err *err)
{
	const struct pt_ics_events *events = &x->events;

	x->instead = calloc(events->n, sizeof(*x->instead));
	if (!x->instead)
		return pt_err_nomem(err);
	for (size_t i = 0; i < events->n; i++) {
		const struct pt_ics_event *event = &events->event[i];

		if (event->has_instead_of)
			x->instead[x->ninstead++] = (struct instead){
			    event->uid, pt_ics_time_ms(&event->instead_of, PT_ZONE_FIRST)};
	}
	qsort(x->instead, x->ninstead, sizeof(*x->instead), by_instead);
	return 0;
}

static int collect_except(struct expanding *x, const struct pt_ics_event *event, struct pt_err *err)
{
	size_t n = 0;

	free(x->except);
	x->except = NULL;
	x->nexcept = 0;
	for (const struct pt_ics_date *date = event->except; date; date = date->next)
		n++;
	if (n == 0)
		return 0;
	x->except = calloc(n, sizeof(*x->except));
	if (!x->except)
		return pt_err_nomem(err);
	for (const struct pt_ics_date *date = event->except; date; date = date->next)
		x->except[x->nexcept++] = pt_ics_time_ms(&date->at, PT_ZONE_FIRST);
	qsort(x->except, x->nexcept, sizeof(*x->except), by_ms);
	return 0;
}

/* A length of days and hours counts in both ways, so that it is never too short. */
static struct pt_closing_length length_of(const struct pt_ics_length *length)
{
	return (struct pt_closing_length){
	    .wall_ms = length->days_ms ? length->days_ms + length->time_ms : 0,
	    .elapsed_ms = length->time_ms ? length->days_ms + length->time_ms : 0};
}

/* From one written time to another: on the clocks, and by what passes between them. */
static struct pt_closing_length between(const struct pt_ics_time *start,
					const struct pt_ics_time *end)
{
	struct pt_closing_length length = {.wall_ms = 0};
	int64_t wall = pt_civil_to_ms(&end->civil) - pt_civil_to_ms(&start->civil);

	if (start->zone == end->zone && wall > 0)
		length.wall_ms = wall;
	/* A whole day is as long as it is. */
	if (start->form != PT_CIVIL_DATE)
		length.elapsed_ms =
		    pt_ics_time_ms(end, PT_ZONE_SECOND) - pt_ics_time_ms(start, PT_ZONE_FIRST);
	return length;
}

static int measure(struct pt_closing_length *out, const struct pt_ics_event *event,
		   struct pt_err *err)
{
	bool day = event->start.form == PT_CIVIL_DATE;

	*out = (struct pt_closing_length){.wall_ms = day ? PT_DAY_MS : 0};
	if (event->has_length) {
		*out = length_of(&event->length);
	} else if (event->has_end) {
		if (day != (event->end.form == PT_CIVIL_DATE))
			return pt_err_at(err, PT_E_INVALID, event->end_src,
					 "DTEND is a %s and DTSTART is not", day ? "time" : "date");
		struct pt_closing_length length = between(&event->start, &event->end);

		if (length.elapsed_ms < 0 || (day && pt_civil_to_ms(&event->end.civil) <
							 pt_civil_to_ms(&event->start.civil)))
			return pt_err_at(err, PT_E_INVALID, event->end_src,
					 "DTEND is before DTSTART");
		/* Many write the day itself as the end of a day. */
		if (!day || length.wall_ms)
			*out = length;
	}
	return 0;
}

static bool is_left_out(const struct expanding *x, const struct pt_ics_event *event, int64_t ms)
{
	const struct instead key = {event->uid, ms};

	if (x->nexcept && bsearch(&ms, x->except, x->nexcept, sizeof(ms), by_ms))
		return true;
	return event->uid && !event->has_instead_of && x->ninstead &&
	       bsearch(&key, x->instead, x->ninstead, sizeof(key), by_instead);
}

static int close_at(struct expanding *x, const struct pt_ics_event *event,
		    const struct pt_ics_time *at, const struct pt_closing_length *length,
		    struct pt_err *err)
{
	int64_t ms = pt_ics_time_ms(at, PT_ZONE_FIRST);

	if (is_left_out(x, event, ms))
		return 0;
	return pt_closing_add(x->closing, ms, pt_closing_end(at->zone, &at->civil, ms, length),
			      x->name_at, err);
}

static int close_more(struct expanding *x, const struct pt_ics_event *event, struct pt_err *err)
{
	int rc = 0;

	for (const struct pt_ics_date *date = event->more; rc == 0 && date; date = date->next) {
		struct pt_closing_length length = x->length;

		if (date->kind == PT_ICS_PERIOD_LENGTH)
			length = length_of(&date->length);
		else if (date->kind == PT_ICS_PERIOD_END)
			length = between(&date->at, &date->end);
		rc = close_at(x, event, &date->at, &length, err);
	}
	return rc;
}

static int too_much(const struct pt_ics_event *event, struct pt_err *err)
{
	return pt_err_at(err, PT_E_LIMIT, event->rrule_src,
			 "the recurrences up to this one are more than is looked at");
}

static int close_by_rule(struct expanding *x, const struct pt_ics_event *event, struct pt_err *err)
{
	PT_CLEANUP(pt_recur_freep) struct pt_recur *recur = NULL;
	struct pt_ics_time at = event->start;
	struct pt_err why = PT_ERR_INIT;
	int64_t ms, first = pt_ics_time_ms(&event->start, PT_ZONE_FIRST);
	int rc = pt_recur_new(&recur, event->rrule, &event->start.civil, event->start.zone, &why);

	if (rc < 0)
		return pt_err_at(err, why.code, event->rrule_src, "RRULE: %s", why.text);
	/* Nothing of it is looked at, and a search that late costs more than is counted. */
	if (first >= x->closing->to_ms && first - PT_DAY_MS >= x->closing->to_ms)
		return 0;
	while (rc == 0 && pt_recur_next(&at.civil, &ms, recur)) {
		if (ms - PT_DAY_MS >= x->closing->to_ms)
			break;
		if (x->work + pt_recur_work(recur) > PT_ICS_WORK_MAX)
			return too_much(event, err);
		if (ms != first)
			rc = close_at(x, event, &at, &x->length, err);
	}
	x->work += pt_recur_work(recur);
	return rc == 0 && x->work > PT_ICS_WORK_MAX ? too_much(event, err) : rc;
}

static int close_event(struct expanding *x, const struct pt_ics_event *event, struct pt_err *err)
{
	int rc = measure(&x->length, event, err);

	if (rc < 0 || event->cancelled)
		return rc;
	rc = collect_except(x, event, err);
	if (rc < 0)
		return rc;
	/* Most events are long past, or far away: a name that no closure has goes away again. */
	size_t n = x->closing->n, texts = x->closing->texts.len;

	x->name_at = event->name ? pt_closing_name(x->closing, event->name) : 0;
	rc = close_at(x, event, &event->start, &x->length, err);
	if (rc == 0)
		rc = close_more(x, event, err);
	if (rc == 0 && event->rrule)
		rc = close_by_rule(x, event, err);
	if (x->closing->n == n && x->closing->texts.data && !x->closing->texts.failed)
		x->closing->texts.len = texts;
	return rc;
}

int pt_ics_file_parse(struct pt_closing *closing, const char *data, size_t size_bytes,
		      const char *path, struct pt_err *err)
{
	struct expanding x = {.closing = closing};
	int rc = pt_ics_events_read(&x.events, closing->zone, data, size_bytes, path, err);

	if (rc == 0)
		rc = collect_instead(&x, err);
	for (size_t i = 0; rc == 0 && i < x.events.n; i++)
		rc = close_event(&x, &x.events.event[i], err);
	free(x.except);
	free(x.instead);
	pt_ics_events_release(&x.events);
	return rc;
}

int pt_ics_file_close(struct pt_closing *closing, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc = pt_file_read(&text, path, PT_ICS_FILE_MAX, err);

	return rc < 0 ? rc : pt_ics_file_parse(closing, pt_buf_text(&text), text.len, path, err);
}
