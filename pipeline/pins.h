/*
 * What a pinned 04t stands for: a table of every version id that a tag of the
 * suite carries.
 */
#ifndef PT_PIPELINE_PINS_H
#define PT_PIPELINE_PINS_H

#include "connectors/manifest/manifest.h"

struct pt_pin_index;

struct pt_pinned {
	uint32_t package;
	const struct pt_release *release; /* its version may be unknown: a pre-release */
};

/* releases[i] are the nrelease[i] tags of package i. Owned by the caller. */
int pt_pin_index_new(struct pt_pin_index **out, const struct pt_release *const *releases,
		     const size_t *nrelease, size_t npackage, struct pt_err *err) PT_MUSTUSE;
void pt_pin_index_free(struct pt_pin_index *index);
void pt_pin_index_freep(struct pt_pin_index **index);

/* False when no tag carries that id. */
bool pt_pin_index_find(struct pt_pinned *out, const struct pt_pin_index *index,
		       const char *version_id);

#endif
