/* What the engine wants sent and told, and when to try again. See engine_internal.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "pipeline/engine_internal.h"

enum { FIRST_RETRY_MS = 5000, LONGEST_RETRY_MS = 300000, MOST_TRIES = 12 };

int call_push(struct pt_engine *e, uint32_t package, struct pending_call *call, struct pt_err *err)
{
	if (e->call_at == e->ncall)
		e->call_at = e->ncall = 0;
	if (e->ncall == e->cap_call) {
		size_t cap = e->cap_call ? 2 * e->cap_call : 32;
		struct pending_call *grown = realloc(e->calls, cap * sizeof(*grown));

		if (!grown) {
			free(call->keys);
			free(call->requests);
			return pt_err_nomem(err);
		}
		e->calls = grown;
		e->cap_call = cap;
	}
	call->package = package;
	e->calls[e->ncall++] = *call;
	return 0;
}

int call_set_orgs(struct pt_engine *e, struct pending_call *call, const struct request *r,
		  struct pt_err *err)
{
	size_t n = 0;

	call->keys = calloc((size_t)r->norg + 1, sizeof(*call->keys));
	if (!call->keys)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < r->norg; i++) {
		if (r->view[i] == VIEW_TO_ADD)
			call->keys[n++] = pt_inventory_org(e->setup.inventory, r->org[i])->key;
	}
	call->call.org = call->keys;
	call->call.norg = n;
	return 0;
}

/*
 * Doubling from five seconds to five minutes: about half an hour in all. Calls that
 * are used up for the day do not count as tries.
 */
void retry_later(struct pt_engine *e, struct retry *retry, const struct pt_push_reply *reply)
{
	int64_t wait_ms = FIRST_RETRY_MS;

	if (reply->api_limit && reply->api_used >= reply->api_limit) {
		retry->due_ms = e->now_ms + LONGEST_RETRY_MS;
		return;
	}

	for (uint32_t i = 0; i < retry->ntry && wait_ms < LONGEST_RETRY_MS; i++)
		wait_ms *= 2;
	if (wait_ms > LONGEST_RETRY_MS)
		wait_ms = LONGEST_RETRY_MS;
	retry->ntry++;
	retry->due_ms = e->now_ms + wait_ms;
}

bool retry_exhausted(const struct retry *retry)
{
	return retry->ntry >= MOST_TRIES;
}

int note_push(struct pt_engine *e, const struct pt_note *note, struct pt_err *err)
{
	if (e->note_at == e->nnote)
		e->note_at = e->nnote = 0;
	if (e->nnote == e->cap_note) {
		size_t cap = e->cap_note ? 2 * e->cap_note : 32;
		struct pt_note *grown = realloc(e->notes, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		e->notes = grown;
		e->cap_note = cap;
	}
	e->notes[e->nnote] = *note;
	e->notes[e->nnote].at_ms = e->now_ms;
	e->notes[e->nnote].stage = e->at;
	e->nnote++;
	return 0;
}

int note_text(struct pt_engine *e, const struct pt_note *note, const char *words,
	      struct pt_err *err)
{
	struct pt_note told = *note;
	uint32_t text;
	int rc = pt_intern_put(&text, e->texts, words, err);

	if (rc < 0)
		return rc;
	told.text = pt_intern_text(e->texts, text);
	return note_push(e, &told, err);
}

int halt(struct pt_engine *e, struct pt_err *err, const char *fmt, ...)
{
	va_list args;

	if (e->halting)
		return 0;
	va_start(args, fmt);
	vsnprintf(e->halt_text, sizeof(e->halt_text), fmt, args);
	va_end(args);
	e->halting = true;
	return note_push(e, &(struct pt_note){.kind = PT_NOTE_HALTED, .text = e->halt_text}, err);
}
