/* The order in which packages stand in the file. See draft.h. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/draft/draft.h"

/* Longest ways from a base; a cycle ends it after as many rounds as there are packages. */
static void find_levels(struct pt_draft *draft)
{
	bool moved = true;

	for (size_t round = 0; moved && round < draft->npackage; round++) {
		moved = false;
		for (size_t i = 0; i < draft->npackage; i++) {
			struct pt_draft_package *package = &draft->package[i];

			for (size_t k = 0; k < draft->npackage; k++) {
				if (!package->needs[k] || package->level > draft->package[k].level)
					continue;
				package->level = draft->package[k].level + 1;
				moved = true;
			}
		}
	}
}

static int by_level(const void *a, const void *b)
{
	const struct pt_draft_package *x = *(const struct pt_draft_package *const *)a;
	const struct pt_draft_package *y = *(const struct pt_draft_package *const *)b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	return x < y ? -1 : x > y; /* as they were found */
}

/* Bases first; what points at packages by number moves along. */
static int sort(struct pt_draft *draft, struct pt_err *err)
{
	size_t n = draft->npackage;
	struct pt_draft_package **order = pt_arena_alloc(&draft->arena, n + 1, sizeof(*order));
	struct pt_draft_package *sorted = pt_arena_alloc(&draft->arena, n + 1, sizeof(*sorted));

	if (!order || !sorted)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++)
		order[i] = &draft->package[i];
	if (n)
		qsort(order, n, sizeof(*order), by_level);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = *order[i];
		sorted[i].needs = pt_arena_alloc(&draft->arena, n + 1, sizeof(bool));
		sorted[i].needed = pt_arena_alloc(&draft->arena, n + 1, sizeof(bool));
		if (!sorted[i].needs || !sorted[i].needed)
			return pt_err_nomem(err);
		for (size_t k = 0; k < n; k++) {
			size_t was = (size_t)(order[k] - draft->package);

			sorted[i].needs[k] = order[i]->needs[was];
			sorted[i].needed[k] = order[i]->needed[was];
		}
	}
	draft->package = sorted;
	return 0;
}

/* Leaves out of what each needs what another of those needs anyway. */
static int reduce(struct pt_draft *draft, struct pt_err *err)
{
	size_t n = draft->npackage;
	bool *all = pt_arena_alloc(&draft->arena, n * n + 1, sizeof(*all));

	if (!all)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct pt_draft_package *package = &draft->package[i];
		bool *mine = &all[i * n];

		package->direct = pt_arena_alloc(&draft->arena, n + 1, sizeof(bool));
		if (!package->direct)
			return pt_err_nomem(err);
		memcpy(package->direct, package->needs, n * sizeof(bool));
		memcpy(mine, package->needs, n * sizeof(bool));
		/* Bases come first: what those need is known by now. */
		for (size_t k = 0; k < i; k++) {
			for (size_t m = 0; package->needs[k] && m < n; m++) {
				mine[m] |= all[k * n + m];
				package->direct[m] &= !all[k * n + m];
			}
		}
	}
	return 0;
}

/* Who lists nothing may need something all the same. */
static int note_silent(struct pt_draft *draft, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < draft->npackage; i++) {
		struct pt_draft_package *package = &draft->package[i];

		if (!package->file && !package->manifest->source)
			rc = pt_draft_note(
			    draft, &package->note, err,
			    "nothing at %s says what it needs: add needs: { ... }, if "
			    "it does",
			    package->newest->tag);
	}
	return rc;
}

int pt_draft_order(struct pt_draft *draft, struct pt_err *err)
{
	int rc = note_silent(draft, err);

	find_levels(draft);
	if (rc == 0)
		rc = sort(draft, err);
	return rc < 0 ? rc : reduce(draft, err);
}
