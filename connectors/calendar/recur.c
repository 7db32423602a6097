/* See recur.h. */
#include "connectors/calendar/recur.h"

#include <libical/ical.h>
#include <stdlib.h>

#include "config/rrule.h"

enum { LAST_YEAR = 2582 }; /* libical looks no further */

struct pt_recur {
	struct pt_rrule rule;
	const struct pt_zone *zone;
	icalrecur_iterator *iterator;
	int64_t began_ms, at_ms; /* local times: of the start, of the last occurrence */
	bool ended;
};

static struct icaltimetype floating(const struct pt_civil *c)
{
	struct icaltimetype time = icaltime_null_time();

	time.year = c->year;
	time.month = c->month;
	time.day = c->day;
	time.hour = c->hour;
	time.minute = c->minute;
	time.second = c->second;
	return time;
}

static struct pt_civil civil_of(const struct icaltimetype *time)
{
	return (struct pt_civil){.year = time->year,
				 .month = time->month,
				 .day = time->day,
				 .hour = time->hour,
				 .minute = time->minute,
				 .second = time->second};
}

static int by_number(const void *a, const void *b)
{
	const short *x = a, *y = b;

	return *x - *y;
}

/* libical takes the times of a day as they are written; what ends its lists is the largest. */
static void sort_times(struct icalrecurrencetype *rule)
{
	qsort(rule->by_hour, ICAL_BY_HOUR_SIZE, sizeof(short), by_number);
	qsort(rule->by_minute, ICAL_BY_MINUTE_SIZE, sizeof(short), by_number);
	qsort(rule->by_second, ICAL_BY_SECOND_SIZE, sizeof(short), by_number);
}

int pt_recur_new(struct pt_recur **out, const char *rrule, const struct pt_civil *start,
		 const struct pt_zone *zone, struct pt_err *err)
{
	struct pt_recur recur = {
	    .zone = zone, .began_ms = pt_civil_to_ms(start), .at_ms = pt_civil_to_ms(start)};
	int rc = pt_rrule_parse(&recur.rule, rrule, err);

	if (rc < 0)
		return rc;
	/* What libical cannot read must not end the process. */
	icalerror_set_errors_are_fatal(0);
	icalerror_clear_errno();
	struct icalrecurrencetype rule = icalrecurrencetype_from_string(rrule);

	rule.until = icaltime_null_time();
	sort_times(&rule);
	if (rule.freq != ICAL_NO_RECURRENCE)
		recur.iterator = icalrecur_iterator_new(rule, floating(start));
	/* It finds out about some rules right away. */
	if (!recur.iterator && icalerrno == ICAL_NEWFAILED_ERROR)
		return pt_err_nomem(err);
	if (!recur.iterator)
		return pt_err_set(err, PT_E_INVALID, "'%.60s' never occurs", rrule);
	*out = malloc(sizeof(**out));
	if (!*out) {
		icalrecur_iterator_free(recur.iterator);
		return pt_err_nomem(err);
	}
	**out = recur;
	return 0;
}

int pt_recur_open(struct pt_recur **out, const char *rrule, const struct pt_civil *from,
		  int32_t at_minute, const struct pt_zone *zone, struct pt_err *err)
{
	struct pt_civil start = {.year = 2001, .month = 1, .day = 1};

	if (from)
		start = *from;
	start.hour = at_minute / 60;
	start.minute = at_minute % 60;
	return pt_recur_new(out, rrule, &start, zone, err);
}

void pt_recur_free(struct pt_recur *recur)
{
	if (!recur)
		return;
	icalrecur_iterator_free(recur->iterator);
	free(recur);
}

void pt_recur_freep(struct pt_recur **recur)
{
	pt_recur_free(*recur);
}

/* A date as UNTIL is all of that day. */
static bool is_over(const struct pt_rrule *rule, int64_t local_ms, int64_t ms)
{
	int64_t until = rule->has_until ? pt_civil_to_ms(&rule->until) : PT_NEVER;

	if (!rule->has_until)
		return false;
	if (rule->until_form == PT_CIVIL_DATE)
		return local_ms >= until + PT_DAY_MS;
	return (rule->until_form == PT_CIVIL_OFFSET ? ms : local_ms) > until;
}

bool pt_recur_next(struct pt_civil *local_out, int64_t *ms_out, struct pt_recur *recur)
{
	const struct pt_civil last = {.year = LAST_YEAR, .month = 12, .day = 31};

	if (recur->ended)
		return false;
	struct icaltimetype time = icalrecur_iterator_next(recur->iterator);

	if (icaltime_is_null_time(time)) {
		recur->ended = true;
		/* After COUNT it ended at once, which costs less than this. */
		if (recur->at_ms < pt_civil_to_ms(&last))
			recur->at_ms = pt_civil_to_ms(&last);
		return false;
	}
	struct pt_civil local = civil_of(&time);
	int64_t ms = pt_zone_resolve(recur->zone, &local, PT_ZONE_FIRST);

	recur->at_ms = pt_civil_to_ms(&local);
	recur->ended = is_over(&recur->rule, recur->at_ms, ms);
	if (recur->ended)
		return false;
	*local_out = local;
	*ms_out = ms;
	return true;
}

uint64_t pt_recur_work(const struct pt_recur *recur)
{
	return (uint64_t)((recur->at_ms - recur->began_ms) / PT_DAY_MS + 1) * recur->rule.times;
}
