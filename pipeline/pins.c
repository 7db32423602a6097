/* See pins.h. */
#include "pipeline/pins.h"

#include <stdlib.h>
#include <string.h>

/* Ids are compared by their 15 significant characters. */
enum { SIGNIFICANT = 15 };

struct pt_pin_index {
	struct pt_pinned *entry; /* by id, then package and place in its list */
	size_t n;
};

static int by_id(const void *left, const void *right)
{
	const struct pt_pinned *a = left, *b = right;
	int order = memcmp(a->release->version_id, b->release->version_id, SIGNIFICANT);

	if (order == 0)
		order = (a->package > b->package) - (a->package < b->package);
	if (order == 0)
		order = (a->release > b->release) - (a->release < b->release);
	return order;
}

int pt_pin_index_new(struct pt_pin_index **out, const struct pt_release *const *releases,
		     const size_t *nrelease, size_t npackage, struct pt_err *err)
{
	struct pt_pin_index *index = calloc(1, sizeof(*index));
	size_t most = 0;

	for (size_t i = 0; i < npackage; i++)
		most += nrelease[i];
	if (index)
		index->entry = calloc(most + 1, sizeof(*index->entry));
	if (!index || !index->entry) {
		pt_pin_index_free(index);
		return pt_err_nomem(err);
	}
	for (uint32_t i = 0; i < npackage; i++) {
		for (size_t k = 0; k < nrelease[i]; k++) {
			if (releases[i][k].version_id[0])
				index->entry[index->n++] = (struct pt_pinned){i, &releases[i][k]};
		}
	}
	qsort(index->entry, index->n, sizeof(*index->entry), by_id);
	*out = index;
	return 0;
}

void pt_pin_index_free(struct pt_pin_index *index)
{
	if (!index)
		return;
	free(index->entry);
	free(index);
}

void pt_pin_index_freep(struct pt_pin_index **index)
{
	pt_pin_index_free(*index);
}

bool pt_pin_index_find(struct pt_pinned *out, const struct pt_pin_index *index,
		       const char *version_id)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(index->entry[mid].release->version_id, version_id, SIGNIFICANT) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == index->n ||
	    memcmp(index->entry[low].release->version_id, version_id, SIGNIFICANT) != 0)
		return false;
	*out = index->entry[low];
	return true;
}
