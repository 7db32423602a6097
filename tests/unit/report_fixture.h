/*
 * A run that has ended, made by hand, as a view to report: its figures add up, its first org is
 * there, its second has failed, its third is excluded, and the others are held by the second's
 * failure or wait.
 */
#ifndef PT_TESTS_UNIT_REPORT_FIXTURE_H
#define PT_TESTS_UNIT_REPORT_FIXTURE_H

#include "base/pack.h"
#include "pipeline/report/view.h"
#include "tests/unit/history_fixture.h"

static const struct pt_report_commands report_commands = {.status = "pushtrain status weekly-1.2",
							  .resume = "pushtrain resume weekly-1.2",
							  .repush = "pushtrain repush weekly-1.2",
							  .abort_ = "pushtrain abort weekly-1.2",
							  .approve = "pushtrain approve weekly-1.2",
							  .why = "pushtrain why weekly-1.2",
							  .csv = "pushtrain report -o left.csv",
							  .json = "pushtrain report -o all.json"};

/* One wave of the first package and one pass, with a request each for the first two orgs. */
static inline void report_fixture_waves(struct pt_history *h)
{
	uint8_t *orgs = fixture_alloc(h, 2, 4), *views = fixture_alloc(h, 2, 1);

	pt_pack32(orgs, 0);
	pt_pack32(orgs + 4, 1);
	views[0] = views[1] = 3; /* ended */
	h->nwave = 2;
	h->wave = fixture_alloc(h, h->nwave, sizeof(*h->wave));
	h->wave[0] = (struct pt_history_wave){.opened = true,
					      .done = true,
					      .start_ms = FIXTURE_START_MS,
					      .begun_ms = FIXTURE_START_MS + 60000,
					      .ended_ms = FIXTURE_START_MS + 1800000,
					      .pushed = 2,
					      .at_target = 1,
					      .failed = 1};
	h->wave[1] = h->wave[0];
	h->wave[1].pass = 1;
	h->wave[1].begun_ms += 86400000;
	h->wave[1].ended_ms += 86400000;
	h->nrequest = 2;
	h->request = fixture_alloc(h, h->nrequest, sizeof(*h->request));
	for (uint32_t i = 0; i < 2; i++)
		h->request[i] = (struct pt_history_request){.wave = i,
							    .id = "0DV000000000001AAA",
							    .made_ms = h->wave[i].begun_ms,
							    .done_ms = h->wave[i].ended_ms,
							    .done = true,
							    .orgs = orgs,
							    .views = views,
							    .norg = 2,
							    .ndone = 2};
	h->request[1].orgs = orgs + 4;
	h->request[1].norg = h->request[1].ndone = 1;
}

/* Figures of the pairs as they are. */
static inline void report_fixture_count(struct pt_history *h)
{
	struct pt_status *s = &h->status;

	s->figures = fixture_alloc(h, FIXTURE_STAGES * FIXTURE_PACKAGES, sizeof(*s->figures));
	for (uint32_t p = 0; p < FIXTURE_PACKAGES; p++) {
		for (size_t org = 0; org < h->norg; org++)
			pt_status_count(s, h->place[org].stage, p, &h->pair[p][org]);
	}
	for (size_t i = 0; i < h->nfailure; i++)
		s->figures[h->failure[i].package].jobs_failed[h->failure[i].class_]++;
}

/* With a name of the second org and a message of its failure. */
static inline void report_fixture_make(struct pt_history *h, size_t norg, const char *name,
				       const char *message)
{
	fixture_make(h, norg);
	h->status.progress.finished = 1;
	h->status.progress.state = PT_RUN_FINISHED;
	h->status.progress.now_ms = FIXTURE_START_MS + 2 * 86400000LL;
	h->status.progress.next_ms = PT_NEVER;
	for (uint32_t p = 0; p < FIXTURE_PACKAGES; p++) {
		h->pair[p][0].state = PT_PAIR_AT_TARGET;
		h->pair[p][2].state = PT_PAIR_EXCLUDED;
		h->pair[p][2].detail = PT_REASON_NBUILTIN;
	}
	fixture_fail(h, 0, 1, PT_FAILURE_PERMANENT, "Missing Feature", message);
	fixture_hold(h, 1, 1, 0);
	fixture_hold(h, 2, 1, 0);
	h->org[1].name = name;
	report_fixture_waves(h);
	report_fixture_count(h);
}

static inline int report_append(void *context, const char *data, size_t size_bytes,
				struct pt_err *err)
{
	pt_buf_bytes(context, data, size_bytes);
	return pt_buf_check(context, err);
}

typedef int report_form(struct pt_report_out *out, struct pt_report_view *view, struct pt_err *err);

static inline int report_fixture_write(struct pt_buf *text, report_form *form,
				       const struct pt_history *h, struct pt_err *err)
{
	struct pt_report_out out = {.pass = report_append, .context = text};
	struct pt_report_view view = {.arena = PT_ARENA_INIT};
	int rc = pt_report_view_make(&view, h, NULL, &report_commands, err), end;

	if (rc == 0)
		rc = form(&out, &view, err);
	end = pt_report_out_end(&out, rc < 0 ? NULL : err);
	pt_report_view_release(&view);
	return rc < 0 ? rc : end;
}

#endif
