/* Blackouts: by date, by rule and by file. See calendar.h. */
#include "connectors/calendar/calendar.h"

#include <stdlib.h>

#include "connectors/calendar/closing.h"
#include "connectors/calendar/ics_file.h"
#include "connectors/calendar/recur.h"

static int close_dates(struct pt_closing *closing, const struct pt_blackout_conf *conf,
		       struct pt_err *err)
{
	return pt_closing_add(closing, pt_zone_resolve(closing->zone, &conf->from, PT_ZONE_FIRST),
			      pt_zone_resolve(closing->zone, &conf->to, PT_ZONE_SECOND), 0, err);
}

static int close_by_rule(struct pt_closing *closing, const struct pt_blackout_conf *conf,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_recur_freep) struct pt_recur *recur = NULL;
	bool days = conf->duration_ms % PT_DAY_MS == 0, any = false;
	const struct pt_closing_length length = {.wall_ms = days ? conf->duration_ms : 0,
						 .elapsed_ms = days ? 0 : conf->duration_ms};
	struct pt_civil local;
	int64_t ms;
	int rc = pt_recur_open(&recur, conf->rrule, conf->has_from ? &conf->from : NULL,
			       conf->at_minute, closing->zone, err);

	/* A skipped time may come after the next one; no zone skips a day's worth. */
	while (rc == 0 && pt_recur_next(&local, &ms, recur)) {
		any = true;
		if (ms >= closing->to_ms && ms - PT_DAY_MS >= closing->to_ms)
			break;
		rc = pt_closing_add(closing, ms, pt_closing_end(closing->zone, &local, ms, &length),
				    0, err);
	}
	if (rc == 0 && !any)
		return pt_err_set(err, PT_E_INVALID, "'%.60s' never occurs", conf->rrule);
	return rc;
}

static int close_one(struct pt_closing *closing, struct pt_err *err)
{
	const struct pt_blackout_conf *conf = &closing->suite->blackout[closing->blackout];
	struct pt_err why = PT_ERR_INIT;
	int rc = 0;

	switch (conf->kind) {
	case PT_BLACKOUT_DATES:
		rc = close_dates(closing, conf, &why);
		break;
	case PT_BLACKOUT_RRULE:
		rc = close_by_rule(closing, conf, &why);
		break;
	case PT_BLACKOUT_ICS:
		rc = pt_ics_file_close(closing, conf->ics, &why);
		break;
	}
	return rc < 0 ? pt_closing_wrong(closing, &why, err) : 0;
}

static int by_start(const void *a, const void *b)
{
	const struct pt_closure *x = a, *y = b;

	if (x->start_ms != y->start_ms)
		return x->start_ms < y->start_ms ? -1 : 1;
	if (x->end_ms != y->end_ms)
		return x->end_ms < y->end_ms ? -1 : 1;
	return x->blackout < y->blackout ? -1 : x->blackout > y->blackout;
}

static void hand_over(struct pt_closures *out, struct pt_closing *closing)
{
	char *texts = closing->texts.len ? pt_buf_take(&closing->texts) : NULL;

	/* Names do not move any more. */
	for (size_t i = 0; i < closing->n; i++) {
		struct pt_closure *c = &closing->closure[i];

		c->name = texts && closing->name_at[i] ? texts + closing->name_at[i] - 1
						       : closing->suite->blackout[c->blackout].name;
	}
	if (closing->n)
		qsort(closing->closure, closing->n, sizeof(*closing->closure), by_start);
	out->closure = pt_take(closing->closure);
	out->n = closing->n;
	out->texts = texts;
}

int pt_calendar_closures(struct pt_closures *out, const struct pt_suite *suite,
			 const struct pt_zone *zone, int64_t from_ms, int64_t to_ms,
			 struct pt_err *err)
{
	PT_CLEANUP(pt_closing_release)
	struct pt_closing closing = {
	    .suite = suite, .zone = zone, .from_ms = from_ms, .to_ms = to_ms};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < suite->nblackout; i++) {
		closing.blackout = (uint32_t)i;
		rc = close_one(&closing, err);
	}
	if (rc == 0)
		rc = pt_buf_check(&closing.texts, err);
	if (rc == 0)
		hand_over(out, &closing);
	return rc;
}

void pt_closures_release(struct pt_closures *closures)
{
	free(closures->closure);
	free(closures->texts);
	*closures = (struct pt_closures)PT_CLOSURES_INIT;
}

void pt_calendar_check(struct pt_errs *errs, const struct pt_suite *suite,
		       const struct pt_zone *zone, int64_t from_ms)
{
	PT_CLEANUP(pt_closing_release)
	struct pt_closing closing = {
	    .suite = suite, .zone = zone, .from_ms = from_ms, .to_ms = from_ms + 366 * PT_DAY_MS};

	for (size_t i = 0; i < suite->ntrain; i++)
		pt_calendar_check_train(errs, &suite->train[i], zone, from_ms);
	for (size_t i = 0; i < suite->nblackout; i++) {
		struct pt_err err = PT_ERR_INIT;

		closing.blackout = (uint32_t)i;
		if (close_one(&closing, &err) < 0)
			pt_errs_add(errs, &err);
	}
}
