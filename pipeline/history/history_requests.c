/* See history.h. Here: waves, requests, and the jobs that failed. */
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "pipeline/history/internal.h"
#include "pipeline/request_state.h"

static int take_wave(void *context, const void *row, struct pt_err *err)
{
	const struct pt_wave_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (from->wave != (int64_t)h->nwave || !history_is_index(from->stage, h->status.nstage) ||
	    !history_is_index(from->package, h->status.npackage) ||
	    !history_is_index(from->batch, UINT32_MAX) ||
	    !history_is_index(from->pass, UINT32_MAX) || !history_is_time(from->opens_ms) ||
	    !history_is_time(from->start_ms) || !history_is_sum(from->held) ||
	    !history_is_sum(from->pushed) || !history_is_sum(from->at_target) ||
	    !history_is_sum(from->failed))
		return pt_journal_damaged(err, "a wave that cannot be");
	h->wave = history_room(&h->arena, h->wave, h->nwave, &reader->cap_wave, sizeof(*h->wave));
	if (!h->wave)
		return pt_err_nomem(err);
	struct pt_history_wave *to = &h->wave[h->nwave++];

	*to = (struct pt_history_wave){
	    .stage = (uint32_t)from->stage,
	    .package = (uint32_t)from->package,
	    .slot = (uint32_t)from->batch,
	    .pass = (uint32_t)from->pass,
	    .opens_ms = from->opens_ms,
	    .start_ms = from->start_ms,
	    .opened = from->opened != 0,
	    .done = from->done != 0,
	    .held = (uint64_t)from->held,
	    .pushed = (uint64_t)from->pushed,
	    .at_target = (uint64_t)from->at_target,
	    .failed = (uint64_t)from->failed,
	};
	to->batch = pt_history_slot(&to->zone, h, to->stage, to->slot);
	return 0;
}

int history_read_waves(struct history_reader *reader, struct pt_err *err)
{
	return history_each(reader, PT_ROWS_WAVE, take_wave, err);
}

/* The pair's text is "TITLE: MESSAGE", or the message alone. */
static const char *message_of(const char *text, const char *title)
{
	size_t len = strlen(title);

	if (len && strncmp(text, title, len) == 0 && text[len] == ':' && text[len + 1] == ' ')
		return text + len + 2;
	return text;
}

static int take_failures(struct history_reader *reader, const struct pt_request_row *from,
			 uint32_t package, struct pt_err *err)
{
	struct pt_history *h = reader->h;

	if (from->failures.size % PT_PACKED_FAILURE)
		return pt_journal_damaged(err, "failed jobs of a push request");
	for (size_t at = 0; at < from->failures.size; at += PT_PACKED_FAILURE) {
		struct pt_failed_job job;

		if (!pt_failure_unpack(&job, (const uint8_t *)from->failures.data + at) ||
		    !history_is_index(job.org, (size_t)h->status.progress.norg) ||
		    job.severity >= h->ntext || job.type >= h->ntext || job.title >= h->ntext ||
		    job.text >= h->ntext || !history_is_moment(job.at_ms))
			return pt_journal_damaged(err, "a failed job that cannot be");
		h->failure = history_room(&h->arena, h->failure, h->nfailure, &reader->cap_failure,
					  sizeof(*h->failure));
		if (!h->failure)
			return pt_err_nomem(err);
		h->failure[h->nfailure++] = (struct pt_history_failure){
		    .at_ms = job.at_ms,
		    .request = (uint32_t)h->nrequest,
		    .org = job.org,
		    .package = package,
		    .class_ = (enum pt_failure_class)job.class_,
		    .severity = h->text[job.severity],
		    .type = h->text[job.type],
		    .title = h->text[job.title],
		    .message = message_of(h->text[job.text], h->text[job.title]),
		};
	}
	return 0;
}

static int take_members(struct pt_history_request *to, struct history_reader *reader,
			const struct pt_request_row *from, struct pt_err *err)
{
	struct pt_history *h = reader->h;
	const uint8_t *views = from->views.data;
	uint32_t norg = (uint32_t)from->views.size;

	if (from->views.size * 4 != from->orgs.size ||
	    from->views.size > (size_t)h->status.progress.norg)
		return pt_journal_damaged(err, "the orgs of a push request");
	for (uint32_t i = 0; i < norg; i++) {
		if (views[i] > VIEW_DROPPED ||
		    pt_unpack32((const uint8_t *)from->orgs.data + 4 * i) >=
			(uint64_t)h->status.progress.norg)
			return pt_journal_damaged(err, "the orgs of a push request");
		to->ndone += views[i] == VIEW_DONE;
	}
	to->norg = norg;
	if (!(reader->parts & PT_HISTORY_REQUESTS) || norg == 0)
		return 0;
	uint8_t *bytes = pt_arena_alloc(&h->arena, norg, 5);

	if (!bytes)
		return pt_err_nomem(err);
	memcpy(bytes, from->orgs.data, (size_t)norg * 4);
	memcpy(bytes + (size_t)norg * 4, views, norg);
	to->orgs = bytes;
	to->views = bytes + (size_t)norg * 4;
	return 0;
}

static void time_wave(struct pt_history_wave *wave, const struct pt_history_request *request)
{
	if (wave->begun_ms == 0 || request->made_ms < wave->begun_ms)
		wave->begun_ms = request->made_ms;
	if (wave->done && request->done_ms > wave->ended_ms)
		wave->ended_ms = request->done_ms;
}

static bool request_is_possible(const struct pt_history *h, const struct pt_request_row *from)
{
	return from->request == (int64_t)h->nrequest && history_is_index(from->wave, h->nwave) &&
	       history_is_index(from->state, REQ_NSTATE) && history_is_moment(from->made_ms) &&
	       history_is_time(from->start_ms) && history_is_moment(from->activated_ms) &&
	       history_is_moment(from->done_ms);
}

static int take_request(void *context, const void *row, struct pt_err *err)
{
	const struct pt_request_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (!request_is_possible(h, from))
		return pt_journal_damaged(err, "a push request that cannot be");
	struct pt_history_request to = {
	    .wave = (uint32_t)from->wave,
	    .made_ms = from->made_ms,
	    .start_ms = from->start_ms,
	    .activated_ms = from->activated_ms,
	    .done_ms = from->done_ms,
	    .done = from->state == REQ_DONE,
	    .stuck = from->stuck != 0,
	    .doubted = from->state == REQ_FIND || from->state == REQ_FIND_JOBS,
	};
	int rc = take_members(&to, reader, from, err);

	if (rc == 0 && (reader->parts & PT_HISTORY_FAILURES))
		rc = take_failures(reader, from, h->wave[to.wave].package, err);
	if (rc < 0)
		return rc;
	h->request = history_room(&h->arena, h->request, h->nrequest, &reader->cap_request,
				  sizeof(*h->request));
	if (from->id)
		to.id = history_text(reader, from->id);
	if (!h->request || (from->id && !to.id))
		return pt_err_nomem(err);
	h->request[h->nrequest++] = to;
	time_wave(&h->wave[to.wave], &to);
	return 0;
}

static int by_time(const void *left, const void *right)
{
	const struct pt_history_failure *a = left, *b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	if (a->request != b->request)
		return a->request < b->request ? -1 : 1;
	return (a->org > b->org) - (a->org < b->org);
}

int history_read_requests(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;
	int rc = history_each(reader, PT_ROWS_REQUEST, take_request, err);

	if (rc == 0 && h->nfailure)
		qsort(h->failure, h->nfailure, sizeof(*h->failure), by_time);
	return rc;
}

uint32_t pt_history_request_org(enum pt_history_job *job_out,
				const struct pt_history_request *request, uint32_t i)
{
	static const enum pt_history_job job_of[] = {
	    [VIEW_TO_ADD] = PT_HISTORY_JOB_NONE,          [VIEW_JOB] = PT_HISTORY_JOB_LIVE,
	    [VIEW_FAILED_UNREAD] = PT_HISTORY_JOB_FAILED, [VIEW_DONE] = PT_HISTORY_JOB_ENDED,
	    [VIEW_DROPPED] = PT_HISTORY_JOB_DROPPED,
	};

	*job_out = job_of[request->views[i]];
	return pt_unpack32(request->orgs + (size_t)i * 4);
}
