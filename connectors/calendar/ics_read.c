/* From the lines of a calendar file to its events. See ics_event.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "connectors/calendar/ics_event.h"
#include "connectors/calendar/ics_file.h"

enum { DEPTH_MAX = 8, NAME_TEXT = 64, EVENT_NAME_MAX = 120 };

struct reading {
	struct pt_ics_events *events;
	struct pt_ics_lines lines;
	struct pt_ics_event *event; /* that is open; NULL: none */
	struct {
		char name[NAME_TEXT];
		unsigned line;
	} open[DEPTH_MAX]; /* components, the innermost last */
	unsigned depth;
	bool any_calendar;
};

static int at_line(const struct reading *r, enum pt_errc code, const char *what, struct pt_err *err)
{
	return pt_err_at(err, code, r->lines.src, "%s: %s", r->lines.name, what);
}

static int once(const struct reading *r, bool is_there, struct pt_err *err)
{
	return is_there ? at_line(r, PT_E_INVALID, "an event has it once", err) : 0;
}

static int read_time(struct reading *r, struct pt_ics_time *into, bool *has, struct pt_err *err)
{
	int rc = once(r, *has, err);

	*has = true;
	return rc < 0 ? rc
		      : pt_ics_time_read(into, &r->events->zones, &r->lines, r->lines.value,
					 strlen(r->lines.value), err);
}

static int read_start(struct reading *r, struct pt_err *err)
{
	return read_time(r, &r->event->start, &r->event->has_start, err);
}

static int read_end(struct reading *r, struct pt_err *err)
{
	r->event->end_src = r->lines.src;
	return read_time(r, &r->event->end, &r->event->has_end, err);
}

static int read_length(struct reading *r, struct pt_err *err)
{
	int rc = once(r, r->event->has_length, err);

	r->event->end_src = r->lines.src;
	r->event->has_length = true;
	return rc < 0 ? rc : pt_ics_length_read(&r->event->length, &r->lines, r->lines.value, err);
}

static int read_instead_of(struct reading *r, struct pt_err *err)
{
	const char *range;
	size_t len;

	if (pt_ics_param(&range, &len, &r->lines, "RANGE"))
		return at_line(r, PT_E_UNSUPPORTED, "with a RANGE it is not supported", err);
	return read_time(r, &r->event->instead_of, &r->event->has_instead_of, err);
}

static int read_rrule(struct reading *r, struct pt_err *err)
{
	struct pt_ics_event *event = r->event;
	int rc = once(r, event->rrule != NULL, err);

	if (rc < 0)
		return rc;
	char *copy = pt_arena_strdup(&r->events->arena, r->lines.value);

	if (!copy)
		return pt_err_nomem(err);
	for (char *c = copy; *c; c++)
		*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	event->rrule = copy;
	event->rrule_src = r->lines.src;
	return 0;
}

/* "20261201T180000", or a period with '/' and its end or its length. */
static int read_date(struct reading *r, struct pt_ics_date *out, const char *text, size_t len,
		     struct pt_err *err)
{
	const char *slash = memchr(text, '/', len);
	size_t first = slash ? (size_t)(slash - text) : len;
	int rc = pt_ics_time_read(&out->at, &r->events->zones, &r->lines, text, first, err);

	if (rc < 0 || !slash)
		return rc;
	size_t rest = len - first - 1;

	if (slash[1] != 'P') {
		out->kind = PT_ICS_PERIOD_END;
		rc =
		    pt_ics_time_read(&out->end, &r->events->zones, &r->lines, slash + 1, rest, err);
		if (rc == 0 && pt_ics_time_ms(&out->end, PT_ZONE_SECOND) <
				   pt_ics_time_ms(&out->at, PT_ZONE_FIRST))
			rc = at_line(r, PT_E_INVALID, "a period ends before it begins", err);
		return rc;
	}
	char *copy = pt_arena_strndup(&r->events->arena, slash + 1, rest);

	out->kind = PT_ICS_PERIOD_LENGTH;
	return copy ? pt_ics_length_read(&out->length, &r->lines, copy, err) : pt_err_nomem(err);
}

static int read_dates(struct reading *r, struct pt_ics_date **list, struct pt_err *err)
{
	const char *at = r->lines.value;
	int rc = 0;

	while (rc == 0) {
		size_t len = strcspn(at, ",");
		struct pt_ics_date *date = pt_arena_alloc(&r->events->arena, 1, sizeof(*date));

		if (!date)
			return pt_err_nomem(err);
		date->next = *list;
		*list = date;
		rc = read_date(r, date, at, len, err);
		at += len;
		if (!*at)
			break;
		at++;
	}
	return rc;
}

static int read_more(struct reading *r, struct pt_err *err)
{
	return read_dates(r, &r->event->more, err);
}

static int read_except(struct reading *r, struct pt_err *err)
{
	return read_dates(r, &r->event->except, err);
}

static int read_uid(struct reading *r, struct pt_err *err)
{
	return pt_intern_put(&r->event->uid, r->events->uids, r->lines.value, err);
}

static int read_summary(struct reading *r, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_ics_text_read(&text, r->lines.value, EVENT_NAME_MAX);
	if (text.len == 0)
		return pt_buf_check(&text, err);
	r->event->name = pt_arena_strdup(&r->events->arena, pt_buf_text(&text));
	return r->event->name ? pt_buf_check(&text, err) : pt_err_nomem(err);
}

static int read_status(struct reading *r, struct pt_err *err)
{
	(void)err;
	r->event->cancelled = strcasecmp(r->lines.value, "CANCELLED") == 0;
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct reading *r, struct pt_err *err);
} properties[] = {
    {"DTSTART", read_start},   {"DTEND", read_end},
    {"DURATION", read_length}, {"RRULE", read_rrule},
    {"RDATE", read_more},      {"EXDATE", read_except},
    {"UID", read_uid},         {"STATUS", read_status},
    {"SUMMARY", read_summary}, {"RECURRENCE-ID", read_instead_of},
};

static int read_property(struct reading *r, struct pt_err *err)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(properties); i++) {
		if (strcmp(properties[i].name, r->lines.name) == 0)
			return properties[i].read(r, err);
	}
	return 0;
}

static int add_event(struct reading *r, struct pt_err *err)
{
	struct pt_ics_events *events = r->events;

	if (events->n == PT_ICS_EVENTS_MAX)
		return pt_err_at(err, PT_E_LIMIT, r->lines.src, "more than %d events",
				 PT_ICS_EVENTS_MAX);
	if (events->n == events->cap) {
		size_t cap = events->cap ? 2 * events->cap : 32;
		struct pt_ics_event *event = realloc(events->event, cap * sizeof(*event));

		if (!event)
			return pt_err_nomem(err);
		events->event = event;
		events->cap = cap;
	}
	r->event = &events->event[events->n++];
	*r->event = (struct pt_ics_event){.begin = r->lines.src};
	return 0;
}

static int begin(struct reading *r, struct pt_err *err)
{
	const char *name = r->lines.value;

	if (r->depth == DEPTH_MAX)
		return pt_err_at(err, PT_E_LIMIT, r->lines.src,
				 "'BEGIN:%.40s' is nested deeper than %d", name, DEPTH_MAX);
	if (r->depth == 0 && strcasecmp(name, "VCALENDAR") != 0)
		return pt_err_at(err, PT_E_INVALID, r->lines.src,
				 "'BEGIN:%.40s', expected BEGIN:VCALENDAR", name);
	snprintf(r->open[r->depth].name, NAME_TEXT, "%s", name);
	r->open[r->depth++].line = r->lines.src.line;
	r->any_calendar = true;
	return r->depth == 2 && strcasecmp(name, "VEVENT") == 0 ? add_event(r, err) : 0;
}

static int end_event(struct reading *r, struct pt_err *err)
{
	const struct pt_ics_event *event = r->event;

	r->event = NULL;
	if (!event->has_start)
		return pt_err_at(err, PT_E_INVALID, event->begin, "an event without DTSTART");
	if (event->has_end && event->has_length)
		return pt_err_at(err, PT_E_INVALID, event->end_src,
				 "an event with both DTEND and DURATION, expected one");
	return 0;
}

static int end(struct reading *r, struct pt_err *err)
{
	char name[NAME_TEXT];

	snprintf(name, sizeof(name), "%s", r->lines.value);
	if (r->depth == 0 || strcasecmp(name, r->open[r->depth - 1].name) != 0)
		return pt_err_at(err, PT_E_SYNTAX, r->lines.src, "'END:%.40s', expected END:%.40s",
				 name, r->depth ? r->open[r->depth - 1].name : "nothing");
	r->depth--;
	return r->depth == 1 && r->event ? end_event(r, err) : 0;
}

static int read_line(struct reading *r, struct pt_err *err)
{
	if (strcmp(r->lines.name, "BEGIN") == 0)
		return begin(r, err);
	if (strcmp(r->lines.name, "END") == 0)
		return end(r, err);
	if (r->depth == 0)
		return pt_err_at(err, PT_E_INVALID, r->lines.src,
				 "'%.40s' outside of a calendar, expected BEGIN:VCALENDAR",
				 r->lines.name);
	/* An alarm inside an event has a DURATION of its own. */
	return r->event && r->depth == 2 ? read_property(r, err) : 0;
}

/* Whether what was read is a whole calendar with something in it. */
static int is_whole(const struct reading *r, struct pt_err *err)
{
	struct pt_src src = r->lines.src;

	if (r->depth) {
		src.line = r->open[r->depth - 1].line;
		return pt_err_at(err, PT_E_SYNTAX, src, "BEGIN:%s has no END",
				 r->open[r->depth - 1].name);
	}
	src.line = 0;
	if (!r->any_calendar)
		return pt_err_at(err, PT_E_INVALID, src,
				 "not a calendar, expected BEGIN:VCALENDAR");
	if (r->events->n == 0)
		return pt_err_at(err, PT_E_INVALID, src, "no event in it, expected BEGIN:VEVENT");
	return 0;
}

int pt_ics_events_read(struct pt_ics_events *out, const struct pt_zone *zone, const char *data,
		       size_t size_bytes, const char *path, struct pt_err *err)
{
	struct reading r = {.events = out};
	bool got = true;

	*out = (struct pt_ics_events){.zones = {.own = zone}};
	int rc = pt_intern_new(&out->uids, err);

	pt_ics_lines_init(&r.lines, data, size_bytes, path);
	while (rc == 0 && got) {
		rc = pt_ics_lines_next(&got, &r.lines, err);
		if (rc == 0 && got)
			rc = read_line(&r, err);
	}
	if (rc == 0)
		rc = is_whole(&r, err);
	pt_ics_lines_release(&r.lines);
	return rc;
}

void pt_ics_events_release(struct pt_ics_events *events)
{
	free(events->event);
	pt_arena_release(&events->arena);
	pt_intern_free(events->uids);
	pt_ics_zones_release(&events->zones);
}
