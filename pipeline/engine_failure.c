/*
 * The failed jobs of a request, as they go into the journal with it: what became of an
 * org is in its pair, how often and with which words it failed before is here. See
 * engine_internal.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "pipeline/engine_internal.h"

int text_of(uint32_t *out, struct pt_engine *e, const char *title, const char *message,
	    struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	pt_buf_printf(&text, "%s%s%s", title, title[0] ? ": " : "", message);
	int rc = pt_buf_check(&text, err);

	return rc < 0 ? rc : pt_intern_put(out, e->texts, pt_buf_text(&text), err);
}

static int failures_room(struct request *r, uint32_t n, struct pt_err *err)
{
	uint32_t cap = r->cap_failure ? r->cap_failure : 8;

	if (n <= r->cap_failure)
		return 0;
	while (cap < n)
		cap *= 2;
	struct pt_failed_job *grown = realloc(r->failure, cap * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	r->failure = grown;
	r->cap_failure = cap;
	return 0;
}

int failure_keep(struct pt_engine *e, struct request *r, const struct pt_failed_job *job,
		 const struct pt_push_error *error, struct pt_err *err)
{
	struct pt_failed_job kept = *job;
	const char *severity = error->severity ? error->severity : "";
	int rc;

	/* Nobody would ever read them. */
	if (!e->setup.journalled)
		return 0;
	rc = failures_room(r, r->nfailure + 1, err);
	if (rc == 0)
		rc = pt_intern_put(&kept.severity, e->texts, severity, err);
	if (rc == 0)
		rc = pt_intern_put(&kept.type, e->texts, error->type, err);
	if (rc == 0)
		rc = pt_intern_put(&kept.title, e->texts, error->title, err);
	if (rc == 0)
		r->failure[r->nfailure++] = kept;
	return rc;
}

void failures_pack(uint8_t *to, const struct request *r)
{
	for (uint32_t i = 0; i < r->nfailure; i++)
		pt_failure_pack(to + (size_t)i * PT_PACKED_FAILURE, &r->failure[i]);
}

int failures_take(struct request *r, const struct pt_engine *e, const struct pt_bytes *from,
		  struct pt_err *err)
{
	size_t n = from->size / PT_PACKED_FAILURE;
	uint32_t ntext = pt_intern_count(e->texts);
	int rc;

	/* A job fails once, and every org has at most one in a request. */
	if (n * PT_PACKED_FAILURE != from->size || n > r->norg)
		return pt_journal_damaged(err, "failed jobs of a push request");
	rc = failures_room(r, (uint32_t)n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct pt_failed_job *to = &r->failure[i];

		if (!pt_failure_unpack(to, (const uint8_t *)from->data + i * PT_PACKED_FAILURE) ||
		    to->org >= e->pairs.norg || to->severity >= ntext || to->type >= ntext ||
		    to->title >= ntext || to->text >= ntext)
			return pt_journal_damaged(err, "a failed job that cannot be");
		r->nfailure++;
	}
	return rc;
}
