/* See snapshot_measure.h. */
#include "pipeline/snapshot_measure.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

#define LONGEST_MS (30 * PT_DAY_MS)
#define STUCK_MS   PT_DAY_MS

/* One job as far as it says something of its org, its instance, its request. */
struct seen {
	struct pt_org_key org;
	struct pt_id version_id;
	char instance[14];
	bool permanent, not_yet;
	int64_t scheduled_ms, request_start_ms, end_ms;
};

int pt_measure_init(struct pt_measure *out, const struct pt_suite *suite, size_t npackage,
		    struct pt_err *err)
{
	*out = (struct pt_measure){.classifier = NULL};
	out->pushes = calloc(npackage + 1, sizeof(*out->pushes));
	if (!out->pushes)
		return pt_err_nomem(err);
	return pt_classifier_new(&out->classifier, suite, err);
}

void pt_measure_release(struct pt_measure *measure)
{
	pt_classifier_free(measure->classifier);
	free(measure->pushes);
	for (size_t i = 0; i < PT_SNAPSHOT_NLENGTH; i++)
		pt_buf_release(&measure->times[i]);
}

/* Clocks that disagree and times that are not known say nothing. */
static void add_time(struct pt_measure *m, enum pt_snapshot_length what, int64_t from_ms,
		     int64_t to_ms)
{
	int64_t took_ms;

	if (from_ms == PT_NEVER || to_ms == PT_NEVER || to_ms < from_ms)
		return;
	took_ms = to_ms - from_ms > LONGEST_MS ? LONGEST_MS : to_ms - from_ms;
	pt_buf_bytes(&m->times[what], &took_ms, sizeof(took_ms));
}

/* Counts one job; false: it says nothing of how often things go wrong. */
static int count_job(bool *counts, struct seen *seen, struct pt_measure *m,
		     const struct pt_measure_job *about, const struct pt_push_past *past,
		     struct pt_err *err)
{
	struct pt_snapshot_pushes *pushes = &m->pushes[about->package];
	enum pt_failure_class class_ = PT_FAILURE_TRANSIENT;
	int rc = 0;

	*counts = true;
	if (past->state == PT_JOB_SUCCEEDED) {
		pushes->jobs++;
		add_time(m, PT_SNAPSHOT_DURATION, past->start_ms, past->end_ms);
		return 0;
	}
	if (past->state == PT_JOB_IN_PROGRESS && past->start_ms != PT_NEVER &&
	    past->start_ms < about->now_ms - STUCK_MS) {
		pushes->jobs++;
		pushes->stuck++;
		return 0;
	}
	*counts = past->state == PT_JOB_FAILED;
	if (*counts)
		rc = pt_classify(&class_, m->classifier, &past->error, err);
	if (rc < 0 || !*counts)
		return rc;
	seen->permanent = class_ == PT_FAILURE_PERMANENT;
	seen->not_yet = class_ == PT_FAILURE_NOT_YET;
	pushes->jobs += class_ == PT_FAILURE_TRANSIENT;
	pushes->transient += class_ == PT_FAILURE_TRANSIENT;
	*counts = class_ != PT_FAILURE_DEPENDENCY && class_ != PT_FAILURE_BENIGN;
	return 0;
}

static int by_org(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;

	return pt_org_key_cmp(&a->org, &b->org);
}

static int by_request(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = memcmp(a->version_id.text, b->version_id.text, sizeof(a->version_id.text));

	if (order)
		return order;
	return (a->scheduled_ms > b->scheduled_ms) - (a->scheduled_ms < b->scheduled_ms);
}

/* By version, then instance; the first one to start leads each version. */
static int by_place(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = memcmp(a->version_id.text, b->version_id.text, sizeof(a->version_id.text));

	return order ? order : memcmp(a->instance, b->instance, sizeof(a->instance));
}

static void count_orgs(struct pt_snapshot_pushes *pushes, struct seen *seen, size_t n)
{
	bool permanent = false;

	qsort(seen, n, sizeof(*seen), by_org);
	for (size_t i = 0; i < n; i++) {
		permanent |= seen[i].permanent;
		if (i + 1 < n && by_org(&seen[i], &seen[i + 1]) == 0)
			continue;
		pushes->orgs++;
		pushes->permanent += permanent;
		permanent = false;
	}
}

static void count_starts(struct pt_measure *m, struct seen *seen, size_t n)
{
	qsort(seen, n, sizeof(*seen), by_request);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || by_request(&seen[i - 1], &seen[i]) != 0)
			add_time(m, PT_SNAPSHOT_START, seen[i].scheduled_ms,
				 seen[i].request_start_ms);
	}
}

/* When the version was first pushed anywhere, among those of seen[i]'s version. */
static int64_t first_push_ms(const struct seen *seen, size_t n, size_t i)
{
	int64_t first_ms = PT_NEVER;

	for (; i < n; i++) {
		if (seen[i].request_start_ms < first_ms)
			first_ms = seen[i].request_start_ms;
		if (i + 1 < n && memcmp(seen[i].version_id.text, seen[i + 1].version_id.text,
					sizeof(seen[i].version_id.text)) != 0)
			break;
	}
	return first_ms;
}

static void count_places(struct pt_measure *m, struct pt_snapshot_pushes *pushes, struct seen *seen,
			 size_t n)
{
	int64_t first_ms = PT_NEVER, last_ms = PT_LONG_AGO;
	bool not_yet = false;

	qsort(seen, n, sizeof(*seen), by_place);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || memcmp(seen[i - 1].version_id.text, seen[i].version_id.text,
				     sizeof(seen[i].version_id.text)) != 0)
			first_ms = first_push_ms(seen, n, i);
		not_yet |= seen[i].not_yet;
		if (seen[i].not_yet && seen[i].end_ms != PT_NEVER && seen[i].end_ms > last_ms)
			last_ms = seen[i].end_ms;
		if (i + 1 < n && by_place(&seen[i], &seen[i + 1]) == 0)
			continue;
		pushes->places++;
		pushes->not_yet += not_yet;
		if (not_yet)
			add_time(m, PT_SNAPSHOT_NOT_YET, first_ms, last_ms);
		not_yet = false;
		last_ms = PT_LONG_AGO;
	}
}

int pt_measure_take(struct pt_measure *m, const struct pt_measure_job *about,
		    const struct pt_push_reply *reply, struct pt_err *err)
{
	struct pt_snapshot_pushes *pushes = &m->pushes[about->package];
	struct seen *seen = calloc(reply->npast + 1, sizeof(*seen));
	size_t n = 0;
	int rc = seen ? 0 : pt_err_nomem(err);

	for (size_t i = 0; rc == 0 && i < reply->npast; i++) {
		const struct pt_push_past *past = &reply->past[i];
		const char *instance = about->instance_of(about->context, &past->org);
		bool counts;

		seen[n] = (struct seen){.org = past->org,
					.version_id = past->version_id,
					.scheduled_ms = past->scheduled_ms,
					.request_start_ms = past->request_start_ms,
					.end_ms = past->end_ms};
		memcpy(seen[n].instance, instance, strnlen(instance, sizeof(seen[n].instance) - 1));
		add_time(m, PT_SNAPSHOT_JOB, past->request_start_ms, past->start_ms);
		rc = count_job(&counts, &seen[n], m, about, past, err);
		n += rc == 0 && counts;
	}
	if (rc == 0 && n > 0) {
		count_orgs(pushes, seen, n);
		count_starts(m, seen, n);
		count_places(m, pushes, seen, n);
	}
	for (size_t i = 0; rc == 0 && i < PT_SNAPSHOT_NLENGTH; i++)
		rc = pt_buf_check(&m->times[i], err);
	free(seen);
	return rc;
}

static int by_time(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* At 95 of a hundred the model has gone 0.9^4 of the way from the typical time to the max. */
static struct pt_snapshot_delay delay_of(struct pt_buf *times)
{
	int64_t *ms = (int64_t *)(void *)times->data;
	size_t n = times->len / sizeof(*ms);
	struct pt_snapshot_delay delay = {.n = n};

	if (n == 0)
		return delay;
	qsort(ms, n, sizeof(*ms), by_time);
	delay.typical_ms = ms[(n + 1) / 2 - 1];
	int64_t above_ms = ms[(n * 95 + 99) / 100 - 1] - delay.typical_ms;

	delay.max_ms = delay.typical_ms + (int64_t)((double)above_ms / 0.6561);
	if (delay.max_ms > LONGEST_MS)
		delay.max_ms = LONGEST_MS;
	return delay;
}

void pt_measure_delays(struct pt_snapshot_delay out[PT_SNAPSHOT_NLENGTH],
		       struct pt_measure *measure)
{
	for (size_t i = 0; i < PT_SNAPSHOT_NLENGTH; i++)
		out[i] = delay_of(&measure->times[i]);
}
