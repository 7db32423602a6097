/* See timetable.h. */
#include "pipeline/timetable.h"

#include <stdlib.h>

#include "pipeline/slot.h"

/* The first of the zones in which something may start then, and why none did before. */
static struct pt_timetable_start first_open(const struct pt_hours *hours,
					    const struct pt_train_conf *train, size_t stage,
					    int64_t due_ms)
{
	uint32_t nzone = pt_stage_nzone(&train->stage[stage]);
	struct pt_timetable_start first = {.start_ms = PT_NEVER};

	for (uint32_t z = 0; z < nzone; z++) {
		struct pt_hours_why why = {.kind = PT_HOURS_OPEN};
		int64_t ms = pt_hours_next(&why, hours, (uint32_t)stage, z, due_ms);

		if (z == 0 || ms < first.start_ms)
			first = (struct pt_timetable_start){ms, why};
	}
	return first;
}

/* The last batch; then passes and soak at the same time. PT_NEVER: it does not end. */
static int64_t stage_end(const struct pt_hours *hours, const struct pt_train_conf *train,
			 size_t stage, int64_t start_ms)
{
	const struct pt_stage_conf *conf = &train->stage[stage];
	int64_t passes = 0, last = PT_NEVER;

	if (start_ms != PT_NEVER)
		last = first_open(hours, train, stage,
				  start_ms + (int64_t)(conf->nbatch - 1) * conf->batch_every_ms)
			   .start_ms;
	if (train->repush.passes)
		passes = train->repush.after_ms +
			 (int64_t)(train->repush.passes - 1) * train->repush.every_ms;
	return last == PT_NEVER ? last : last + (passes > conf->soak_ms ? passes : conf->soak_ms);
}

static void find_stages(struct pt_timetable_departure *departure, const struct pt_hours *hours)
{
	const struct pt_train_conf *train = departure->train;
	int64_t ms = departure->at_ms;

	for (size_t i = 0; i < train->nstage; i++) {
		struct pt_timetable_start start = {.start_ms = PT_NEVER};

		if (ms != PT_NEVER)
			start = first_open(hours, train, i, ms);
		departure->stage[i] = start;
		ms = stage_end(hours, train, i, start.start_ms);
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

/* The stages of every departure of one train. */
static int find_train(struct pt_timetable *t, const struct pt_train_conf *train, struct pt_err *err)
{
	PT_CLEANUP(pt_hours_freep) struct pt_hours *hours = NULL;
	int rc = pt_hours_new(&hours, t->setup.suite, train, t->setup.closures, err);

	for (size_t i = 0; rc == 0 && i < t->n; i++) {
		if (t->departure[i].train == train)
			find_stages(&t->departure[i], hours);
	}
	return rc;
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
		n += t->departure[i].train->nstage;
	}
	return 0;
}

/* All that departs, in the order of time. */
static int add_trains(struct pt_timetable *t, const struct pt_train_conf *train, size_t n,
		      struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_train(t, &train[i], err);
	if (t->n)
		qsort(t->departure, t->n, sizeof(*t->departure), by_time);
	if (rc == 0)
		rc = add_stages(t, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = train[i].departs.rrule ? find_train(t, &train[i], err) : 0;
	return rc;
}

int pt_timetable_make(struct pt_timetable *out, const struct pt_timetable_setup *setup,
		      struct pt_err *err)
{
	struct pt_timetable t = {.setup = *setup};
	int rc = setup->train ? add_trains(&t, setup->train, 1, err)
			      : add_trains(&t, setup->suite->train, setup->suite->ntrain, err);

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
