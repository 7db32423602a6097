/*
 * Which tags of a repository look like releases: "rel/3.223", "v1.4.0", "2.7", "core@1.2.0". The
 * shape of a tag is what comes before its version. Pre-releases have none: something comes
 * after the version, or a word before it says so, "beta/1.2", "uat/3.0-rc1".
 */
#ifndef PT_PIPELINE_DRAFT_TAG_SHAPE_H
#define PT_PIPELINE_DRAFT_TAG_SHAPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "connectors/manifest/manifest.h"

struct pt_tag_shape {
	const char *prefix;  /* "rel/", "v", "" */
	size_t n;            /* tags of that shape */
	uint8_t least, most; /* how many numbers their versions have */
	bool floating;       /* "v1.2" moves along with "v1.2.0": it is no release of its own */
	struct pt_version highest;
	int64_t newest_ms;
	const char *newest; /* the tag of that time */
	const char *oid;    /* of it */
};

struct pt_tag_shapes {
	struct pt_tag_shape *shape; /* by n, most first; of the same, the newest first */
	size_t n;
	size_t nother; /* tags without a shape */
};

/* Fills *out from all tags dated at or before cut_ms; what it points at lives in the arena. */
int pt_tag_shapes(struct pt_tag_shapes *out, struct pt_arena *arena, const struct pt_release *tag,
		  size_t ntag, int64_t cut_ms, struct pt_err *err) PT_MUSTUSE;

/* How much of a tag's name comes before its version; negative: it has no shape. */
int pt_tag_prefix(struct pt_version *version_out, const char *tag);

enum { PT_TAG_SUBJECT = 256 };

/*
 * The words of a prefix that say what it is of: "release/core/v" is about "core". Lower-case
 * letters and digits only; "" when it is about nothing but releases. Returns buf.
 */
const char *pt_tag_subject(char buf[PT_TAG_SUBJECT], const char *prefix);

/* Appends the pattern for tags of that shape, with the group of that name. */
void pt_tag_pattern(struct pt_buf *out, const struct pt_tag_shape *shape,
		    const struct pt_tag_shape *also, const char *group);

#endif
