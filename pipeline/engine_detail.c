/* What requests do one by one, for whoever wants to see that much. See outlook.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/engine_internal.h"
#include "pipeline/outlook.h"

/* One that cannot be kept is not told: nothing depends on it. */
static struct pt_detail *push(struct pt_engine *e, enum pt_detail_kind kind)
{
	if (e->detail_at == e->ndetail)
		e->detail_at = e->ndetail = 0;
	if (e->ndetail == e->cap_detail) {
		size_t cap = e->cap_detail ? 2 * e->cap_detail : 32;
		struct pt_detail *grown = realloc(e->details, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		e->details = grown;
		e->cap_detail = cap;
	}
	e->details[e->ndetail] =
	    (struct pt_detail){.kind = kind, .at_ms = e->now_ms, .stage = e->at};
	return &e->details[e->ndetail++];
}

static void set_place(struct pt_detail *detail, const struct pt_engine *e, const struct request *r)
{
	const struct wave *w = &e->wave[r->wave];

	detail->stage = w->stage;
	detail->package = w->package;
	detail->slot = w->slot;
	detail->pass = w->pass;
	detail->request = r->id;
	detail->start_ms = r->start_ms;
}

void detail_request(struct pt_engine *e, enum pt_detail_kind kind, const struct request *r)
{
	struct pt_detail *detail = e->setup.details ? push(e, kind) : NULL;

	if (!detail)
		return;
	set_place(detail, e, r);
	for (uint32_t i = 0; i < r->norg; i++) {
		const struct pt_pair *pair = pair_of(e, detail->package, r->org[i]);
		bool out = r->view[i] == VIEW_DROPPED;

		detail->a += !out;
		detail->b += !out && pair->state == PT_PAIR_AT_TARGET;
		detail->c += !out && pair->state == PT_PAIR_FAILED;
	}
}

void detail_error(struct pt_engine *e, uint32_t package, const struct request *r, const char *doing,
		  const char *text)
{
	struct pt_detail *detail = e->setup.details ? push(e, PT_DETAIL_PLATFORM_ERROR) : NULL;

	if (!detail)
		return;
	detail->package = package;
	if (r)
		set_place(detail, e, r);
	(void)snprintf(detail->text, sizeof(detail->text), "%.64s: %.180s", doing,
		       text && text[0] ? text : "no answer");
}

bool pt_engine_take_detail(struct pt_detail *out, struct pt_engine *e)
{
	if (e->detail_at == e->ndetail)
		return false;
	*out = e->details[e->detail_at++];
	return true;
}
