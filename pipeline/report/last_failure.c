/* See last_failure.h. */
#include "pipeline/report/last_failure.h"

#include <string.h>

int pt_last_failures_find(struct pt_last_failures *out, const struct pt_history *h,
			  struct pt_arena *arena, struct pt_err *err)
{
	uint32_t **of = pt_arena_alloc(arena, h->status.npackage + 1, sizeof(*of));

	if (!of)
		return pt_err_nomem(err);
	for (size_t p = 0; p < h->status.npackage; p++) {
		of[p] = pt_arena_alloc(arena, h->norg + 1, sizeof(*of[p]));
		if (!of[p])
			return pt_err_nomem(err);
		memset(of[p], 0xff, (h->norg + 1) * sizeof(*of[p]));
	}
	/* They come by time. */
	for (size_t i = 0; i < h->nfailure; i++)
		of[h->failure[i].package][h->failure[i].org] = (uint32_t)i;
	out->of = of;
	return 0;
}

const struct pt_history_failure *pt_last_failure(const struct pt_last_failures *failures,
						 const struct pt_history *h, uint32_t package,
						 uint32_t org)
{
	uint32_t i = failures->of[package][org];

	if (i == UINT32_MAX || h->pair[package][org].state != PT_PAIR_FAILED)
		return NULL;
	return &h->failure[i];
}
