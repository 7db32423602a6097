/* Departures of trains. See calendar.h. */
#include <stdlib.h>

#include "connectors/calendar/closing.h"
#include "connectors/calendar/recur.h"

static int departs_wrong(const struct pt_train_conf *train, const struct pt_err *why,
			 struct pt_err *err)
{
	return pt_err_at(err, why->code, train->departs.rule_src, "train '%.60s': departs: %s",
			 train->name, why->text);
}

static int open_departs(struct pt_recur **out, const struct pt_departs_conf *departs,
			const struct pt_zone *zone, struct pt_err *err)
{
	return pt_recur_open(out, departs->rrule, departs->has_from ? &departs->from : NULL,
			     departs->at_minute, zone, err);
}

/* The departures on both sides of a moment. */
static int find_departures(int64_t *before_out, int64_t *next_out,
			   const struct pt_train_conf *train, const struct pt_zone *zone,
			   int64_t from_ms, struct pt_err *err)
{
	const struct pt_departs_conf *departs = &train->departs;
	PT_CLEANUP(pt_recur_freep) struct pt_recur *recur = NULL;
	struct pt_err why = PT_ERR_INIT;
	struct pt_civil local;
	int64_t ms, before = PT_LONG_AGO, next = PT_NEVER;
	int rc = 0;

	if (departs->rrule)
		rc = open_departs(&recur, departs, zone, &why);
	while (rc == 0 && recur && pt_recur_next(&local, &ms, recur)) {
		if (ms < from_ms && ms > before)
			before = ms;
		else if (ms >= from_ms && ms < next)
			next = ms;
		/* A skipped time may come after the next one. */
		if (next != PT_NEVER && ms > next + PT_DAY_MS)
			break;
	}
	if (rc == 0 && recur && before == PT_LONG_AGO && next == PT_NEVER)
		rc = pt_err_set(&why, PT_E_INVALID, "'%.60s' never occurs", departs->rrule);
	if (rc < 0)
		return departs_wrong(train, &why, err);
	*before_out = before;
	*next_out = next;
	return 0;
}

int pt_calendar_next(int64_t *out_ms, const struct pt_train_conf *train, const struct pt_zone *zone,
		     int64_t from_ms, struct pt_err *err)
{
	int64_t before;

	return find_departures(&before, out_ms, train, zone, from_ms, err);
}

int pt_calendar_last(int64_t *out_ms, const struct pt_train_conf *train, const struct pt_zone *zone,
		     int64_t from_ms, struct pt_err *err)
{
	int64_t next;

	return find_departures(out_ms, &next, train, zone, from_ms, err);
}

void pt_calendar_check_train(struct pt_errs *errs, const struct pt_train_conf *train,
			     const struct pt_zone *zone, int64_t from_ms)
{
	struct pt_err err = PT_ERR_INIT;
	int64_t before = PT_LONG_AGO, next = PT_NEVER;
	char when[PT_INSTANT_TEXT];

	if (!train->departs.rrule)
		return;
	if (find_departures(&before, &next, train, zone, from_ms, &err) < 0)
		pt_errs_add(errs, &err);
	else if (next == PT_NEVER)
		pt_errs_at(errs, PT_E_INVALID, train->departs.rule_src,
			   "train '%.60s': departs: the last departure was %s", train->name,
			   pt_zone_text(when, zone, before));
}

static int by_ms(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int keep(int64_t **list, size_t *n, size_t *cap, int64_t ms, struct pt_err *err)
{
	if (*n == PT_DEPARTURES_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d departures", PT_DEPARTURES_MAX);
	if (*n == *cap) {
		size_t grown = *cap ? 2 * *cap : 64;
		int64_t *more = realloc(*list, grown * sizeof(*more));

		if (!more)
			return pt_err_nomem(err);
		*list = more;
		*cap = grown;
	}
	(*list)[(*n)++] = ms;
	return 0;
}

int pt_calendar_departures(int64_t **out, size_t *n_out, const struct pt_train_conf *train,
			   const struct pt_zone *zone, int64_t from_ms, int64_t to_ms,
			   struct pt_err *err)
{
	PT_CLEANUP(pt_recur_freep) struct pt_recur *recur = NULL;
	struct pt_err why = PT_ERR_INIT;
	struct pt_civil local;
	int64_t ms, *list = NULL;
	size_t n = 0, cap = 0;
	int rc = train->departs.rrule ? open_departs(&recur, &train->departs, zone, &why) : 0;

	while (rc == 0 && recur && pt_recur_next(&local, &ms, recur) && ms - PT_DAY_MS < to_ms) {
		if (ms >= from_ms && ms < to_ms)
			rc = keep(&list, &n, &cap, ms, &why);
	}
	if (rc < 0) {
		free(list);
		return departs_wrong(train, &why, err);
	}
	if (n)
		qsort(list, n, sizeof(*list), by_ms);
	*out = list;
	*n_out = n;
	return 0;
}
