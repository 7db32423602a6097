/* See timetable.h. */
#include "pipeline/timetable.h"

#include <stdlib.h>

/* Batches one after the other; then passes and soak at the same time. */
static int64_t stage_length(const struct pt_train_conf *train, const struct pt_stage_conf *stage)
{
	int64_t batches = (int64_t)(stage->nbatch - 1) * stage->batch_every_ms;
	int64_t passes = 0;

	if (train->repush.passes)
		passes = train->repush.after_ms +
			 (int64_t)(train->repush.passes - 1) * train->repush.every_ms;
	return batches + (passes > stage->soak_ms ? passes : stage->soak_ms);
}

static void find_stages(const struct pt_timetable *t, struct pt_timetable_departure *departure)
{
	const struct pt_train_conf *train = departure->train;
	int64_t ms = departure->at_ms;

	for (size_t i = 0; i < train->nstage; i++) {
		struct pt_timetable_start *start = &departure->stage[i];

		start->start_ms =
		    pt_closures_leave(t->setup.closures, ms, train->start_slack_ms, &start->moved);
		ms = start->start_ms + stage_length(train, &train->stage[i]);
	}
}

/* The departures of one train, behind those that are there. */
static int add_train(struct pt_timetable *t, const struct pt_train_conf *train, struct pt_err *err)
{
	int64_t *at_ms = NULL;
	size_t n = 0;
	int rc = pt_calendar_departures(&at_ms, &n, train, t->setup.zone, t->setup.from_ms,
					t->setup.to_ms, err);

	if (rc < 0 || n == 0)
		return rc;
	struct pt_timetable_departure *more = realloc(t->departure, (t->n + n) * sizeof(*more));

	if (more) {
		t->departure = more;
		for (size_t i = 0; i < n; i++)
			t->departure[t->n++] =
			    (struct pt_timetable_departure){.train = train, .at_ms = at_ms[i]};
	}
	free(at_ms);
	return more ? 0 : pt_err_nomem(err);
}

/* Trains are in one array, so their places tell their order. */
static int by_time(const void *a, const void *b)
{
	const struct pt_timetable_departure *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->train < y->train ? -1 : x->train > y->train;
}

static int add_stages(struct pt_timetable *t, struct pt_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->departure[i].train->nstage;
	t->starts = calloc(n + 1, sizeof(*t->starts));
	if (!t->starts)
		return pt_err_nomem(err);
	n = 0;
	for (size_t i = 0; i < t->n; i++) {
		t->departure[i].stage = &t->starts[n];
		find_stages(t, &t->departure[i]);
		n += t->departure[i].train->nstage;
	}
	return 0;
}

int pt_timetable_make(struct pt_timetable *out, const struct pt_timetable_setup *setup,
		      struct pt_err *err)
{
	struct pt_timetable t = {.setup = *setup};
	int rc = 0;

	if (setup->train) {
		rc = add_train(&t, setup->train, err);
	} else {
		for (size_t i = 0; rc == 0 && i < setup->suite->ntrain; i++)
			rc = add_train(&t, &setup->suite->train[i], err);
	}
	if (t.n)
		qsort(t.departure, t.n, sizeof(*t.departure), by_time);
	if (rc == 0)
		rc = add_stages(&t, err);
	if (rc < 0)
		pt_timetable_release(&t);
	else
		*out = t;
	return rc;
}

void pt_timetable_release(struct pt_timetable *timetable)
{
	free(timetable->departure);
	free(timetable->starts);
	*timetable = (struct pt_timetable){.departure = NULL};
}
