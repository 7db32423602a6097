/* pushtrain calendar: when trains depart, and when nothing may start. */
#include "cmd/context.h"
#include "pipeline/timetable.h"

enum format { TEXT, JSON, ICS };

static const char *const formats[] = {"text", "json", "ics"};

enum { MONTHS = 3, MONTHS_MAX = 24 };

/* How far a blackout may move a stage of what is shown. */
#define MOVED_MS (366 * PT_DAY_MS)

/* 00:00 of the local day. */
static int64_t day_of(const struct pt_zone *zone, int64_t ms)
{
	struct pt_civil day = pt_civil_of_ms(ms + pt_zone_offset_ms(zone, ms));

	day.hour = day.minute = day.second = day.ms = 0;
	return pt_zone_resolve(zone, &day, PT_ZONE_FIRST);
}

/* The same local time so many months later, or on the last day of a shorter month. */
static int64_t months_later(const struct pt_zone *zone, int64_t ms, int64_t months)
{
	struct pt_civil c = pt_civil_of_ms(ms + pt_zone_offset_ms(zone, ms)), next;
	int32_t month = c.month - 1 + (int32_t)months;

	c.year += month / 12;
	c.month = month % 12 + 1;
	next =
	    (struct pt_civil){.year = c.year + c.month / 12, .month = c.month % 12 + 1, .day = 1};
	int32_t last = pt_civil_of_ms(pt_civil_to_ms(&next) - PT_DAY_MS).day;

	c.day = c.day < last ? c.day : last;
	return pt_zone_resolve(zone, &c, PT_ZONE_FIRST);
}

/* "--from" or today, and how long from there. */
static int read_span(struct pt_timetable_setup *setup, const struct pt_context *c,
		     struct pt_err *err)
{
	int64_t months = c->args->months < 0 ? MONTHS : c->args->months;
	int rc;

	if (months < 1 || months > MONTHS_MAX)
		return pt_err_set(err, PT_E_USAGE, "--months %lld, expected 1 to %d",
				  (long long)months, MONTHS_MAX);
	if (c->args->from) {
		rc = pt_zone_parse(&setup->from_ms, c->zone, c->args->from, err);
		if (rc < 0)
			return pt_err_wrap(err, "--from");
	} else {
		rc = pt_context_cut(&setup->from_ms, c, err);
		if (rc < 0)
			return rc;
		setup->from_ms = day_of(c->zone, setup->from_ms);
	}
	setup->to_ms = months_later(c->zone, setup->from_ms, months);
	return 0;
}

/* An ended train is no error here: it is shown in which way there is nothing to see. */
static int say_ended(const struct pt_timetable_setup *setup, const struct pt_train_conf *train,
		     struct pt_err *err)
{
	int64_t next_ms = PT_NEVER, last_ms = PT_LONG_AGO;
	char when[PT_INSTANT_TEXT];
	int rc = pt_calendar_next(&next_ms, train, setup->zone, setup->from_ms, err);

	if (rc == 0)
		rc = pt_calendar_last(&last_ms, train, setup->zone, setup->from_ms, err);
	if (rc < 0)
		return rc;
	if (!train->departs.rrule && setup->train)
		pt_say("train %s has no 'departs': it starts when 'run' is called", train->name);
	else if (train->departs.rrule && next_ms == PT_NEVER)
		pt_say("warning: train %s departs no more, the last time was %s", train->name,
		       pt_zone_text(when, setup->zone, last_ms));
	return 0;
}

static int make(struct pt_timetable *out, const struct pt_timetable_setup *setup,
		struct pt_err *err)
{
	int rc = setup->train ? say_ended(setup, setup->train, err) : 0;

	for (size_t i = 0; rc == 0 && !setup->train && i < setup->suite->ntrain; i++)
		rc = say_ended(setup, &setup->suite->train[i], err);
	return rc < 0 ? rc : pt_timetable_make(out, setup, err);
}

static int write_timetable(struct pt_buf *out, const struct pt_timetable *timetable,
			   enum format format, struct pt_err *err)
{
	switch (format) {
	case TEXT:
		return pt_timetable_text(out, timetable, err);
	case JSON:
		pt_timetable_json(out, timetable);
		break;
	case ICS:
		pt_timetable_ics(out, timetable);
		break;
	}
	return 0;
}

static int show(struct pt_buf *out, struct pt_context *c, enum format format, struct pt_err *err)
{
	PT_CLEANUP(pt_closures_release) struct pt_closures closures = PT_CLOSURES_INIT;
	PT_CLEANUP(pt_timetable_release) struct pt_timetable timetable = {.departure = NULL};
	struct pt_timetable_setup setup = {
	    .suite = c->suite, .zone = c->zone, .closures = &closures};
	int rc = read_span(&setup, c, err);

	if (rc == 0 && c->args->operand) {
		rc = pt_context_choose(c, c->args->operand, err);
		setup.train = &c->conf;
	}
	if (rc == 0)
		rc = pt_calendar_closures(&closures, c->suite, c->zone, setup.from_ms,
					  setup.to_ms + MOVED_MS, err);
	if (rc == 0)
		rc = make(&timetable, &setup, err);
	return rc < 0 ? rc : write_timetable(out, &timetable, format, err);
}

enum pt_exit pt_cmd_calendar(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	size_t format;

	if (pt_args_format(&format, args, formats, PT_ARRAY_LEN(formats), &err) < 0 ||
	    pt_context_open(&c, args, &err) < 0 || show(&out, &c, (enum format)format, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, PT_EXIT_DONE);
}
