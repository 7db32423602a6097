/* See convergence.h. */
#include "pipeline/report/convergence.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *a, const void *b)
{
	const struct pt_arrival *x = a, *y = b;

	return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

/* Arrivals of single requests become a sum that grows, one step for each moment. */
static void add_up(struct pt_arrivals *a)
{
	size_t n = 0;
	uint64_t sum = 0;

	qsort(a->step, a->nstep, sizeof(*a->step), by_time);
	for (size_t i = 0; i < a->nstep; i++) {
		sum += a->step[i].n;
		if (n == 0 || a->step[n - 1].at_ms != a->step[i].at_ms)
			n++;
		a->step[n - 1] = (struct pt_arrival){a->step[i].at_ms, sum};
	}
	a->nstep = n;
}

struct finder {
	const struct pt_history *history;
	uint32_t *last;  /* by org: the request that brought it, from 1; 0: none */
	uint64_t *count; /* by request: how many arrived with it */
};

/* A request that is under way has its arrivals at the moment that the journal tells of. */
static int64_t time_of(const struct pt_history *h, size_t i)
{
	return h->request[i].done_ms ? h->request[i].done_ms : h->status.progress.now_ms;
}

static void count_package(struct finder *f, uint32_t package, struct pt_arrivals *out)
{
	const struct pt_history *h = f->history;

	memset(f->last, 0, h->norg * sizeof(*f->last));
	for (size_t i = 0; i < h->nrequest; i++) {
		const struct pt_history_request *request = &h->request[i];

		if (h->wave[request->wave].package != package)
			continue;
		for (uint32_t k = 0; k < request->norg; k++) {
			enum pt_history_job job;
			uint32_t org = pt_history_request_org(&job, request, k);

			if (job == PT_HISTORY_JOB_ENDED)
				f->last[org] = (uint32_t)i + 1;
		}
	}
	for (size_t org = 0; org < h->norg; org++) {
		if (h->pair[package][org].state != PT_PAIR_AT_TARGET)
			continue;
		if (f->last[org])
			f->count[f->last[org] - 1]++;
		else
			out->elsewhere++;
	}
}

static int find_package(struct finder *f, uint32_t package, struct pt_arrivals *out,
			struct pt_arena *arena, struct pt_err *err)
{
	const struct pt_history *h = f->history;

	memset(f->count, 0, h->nrequest * sizeof(*f->count));
	count_package(f, package, out);
	for (size_t i = 0; i < h->nrequest; i++)
		out->nstep += f->count[i] > 0;
	out->step = pt_arena_alloc(arena, out->nstep + 1, sizeof(*out->step));
	if (!out->step)
		return pt_err_nomem(err);
	out->nstep = 0;
	for (size_t i = 0; i < h->nrequest; i++) {
		if (f->count[i])
			out->step[out->nstep++] = (struct pt_arrival){time_of(h, i), f->count[i]};
	}
	return 0;
}

/* Before their steps are added up. */
static int find_all(struct pt_convergence *c, size_t npackage, struct pt_arena *arena,
		    struct pt_err *err)
{
	size_t n = 0;

	for (size_t p = 0; p < npackage; p++)
		n += c->package[p].nstep;
	c->all.step = pt_arena_alloc(arena, n + 1, sizeof(*c->all.step));
	if (!c->all.step)
		return pt_err_nomem(err);
	for (size_t p = 0; p < npackage; p++) {
		if (c->package[p].nstep)
			memcpy(c->all.step + c->all.nstep, c->package[p].step,
			       c->package[p].nstep * sizeof(*c->all.step));
		c->all.nstep += c->package[p].nstep;
		c->all.eligible += c->package[p].eligible;
		c->all.elsewhere += c->package[p].elsewhere;
		add_up(&c->package[p]);
	}
	add_up(&c->all);
	return 0;
}

static void find_span(struct pt_convergence *c, const struct pt_status *status)
{
	c->from_ms = status->run.row.start_ms;
	c->to_ms = status->progress.now_ms;
	for (size_t i = 0; i < status->nstage; i++) {
		if (status->stage[i].start_ms && status->stage[i].start_ms < c->from_ms)
			c->from_ms = status->stage[i].start_ms;
	}
	if (c->all.nstep && c->all.step[0].at_ms < c->from_ms)
		c->from_ms = c->all.step[0].at_ms;
	if (c->all.nstep && c->all.step[c->all.nstep - 1].at_ms > c->to_ms)
		c->to_ms = c->all.step[c->all.nstep - 1].at_ms;
	if (c->to_ms <= c->from_ms)
		c->to_ms = c->from_ms + PT_HOUR_MS;
}

int pt_convergence_find(struct pt_convergence *out, const struct pt_history *history,
			const struct pt_stage_figures *package_sum, struct pt_arena *arena,
			struct pt_err *err)
{
	size_t npackage = history->status.npackage;
	struct finder f = {.history = history};
	struct pt_convergence c = {.from_ms = 0};
	int rc = 0;

	f.last = calloc(history->norg + 1, sizeof(*f.last));
	f.count = calloc(history->nrequest + 1, sizeof(*f.count));
	c.package = pt_arena_alloc(arena, npackage + 1, sizeof(*c.package));
	if (!f.last || !f.count || !c.package)
		rc = pt_err_nomem(err);
	for (uint32_t p = 0; rc == 0 && p < npackage; p++) {
		c.package[p].eligible = package_sum[p].tally.eligible;
		rc = find_package(&f, p, &c.package[p], arena, err);
	}
	if (rc == 0)
		rc = find_all(&c, npackage, arena, err);
	free(f.last);
	free(f.count);
	if (rc < 0)
		return rc;
	find_span(&c, &history->status);
	*out = c;
	return 0;
}

int64_t pt_arrivals_reach(const struct pt_arrivals *arrivals, unsigned percent)
{
	for (size_t i = 0; i < arrivals->nstep; i++) {
		if (arrivals->step[i].n * 100 >= arrivals->eligible * percent)
			return arrivals->step[i].at_ms;
	}
	return PT_NEVER;
}
