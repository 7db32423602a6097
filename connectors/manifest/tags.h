/*
 * Which tags a repository has at the moment, and what they point at: for whoever waits for
 * a new one. Of an address the other side is asked for its list and nothing is fetched; a
 * path is read where it is.
 *
 *     struct pt_tags tags = PT_TAGS_INIT;
 *     pt_tags_list(&tags, "https://example.org/a.git", PT_TAGS_LIMIT_MS, err);
 *     ...
 *     pt_tags_release(&tags);
 */
#ifndef PT_CONNECTORS_MANIFEST_TAGS_H
#define PT_CONNECTORS_MANIFEST_TAGS_H

#include "base/arena.h"
#include "connectors/manifest/manifest.h"

/* How long the other side may take for its list. */
#define PT_TAGS_LIMIT_MS (INT64_C(60) * 1000)

struct pt_tag {
	const char *name;         /* without refs/tags/ */
	char oid[PT_OID_TEXT];    /* what the ref points at: the tag object or the commit */
	char commit[PT_OID_TEXT]; /* what is behind it; "" if that is no commit, or is not there */
};

struct pt_tags {
	struct pt_tag *tag; /* by name ascending, bytewise; each once */
	size_t n, cap;
	struct pt_arena names;
};

#define PT_TAGS_INIT                                                                               \
	{                                                                                          \
		.tag = NULL                                                                        \
	}

/*
 * Fills an initialised list. What git would not take for a tag's name is left out.
 * PT_E_NOTFOUND, PT_E_INVALID (not a repository or address), PT_E_IO: cannot be reached, or
 * does not answer within limit_ms; never with credentials.
 */
int pt_tags_list(struct pt_tags *out, const char *git, int64_t limit_ms,
		 struct pt_err *err) PT_MUSTUSE;

/*
 * Fills an initialised list from what `git ls-remote` prints, which the other side made:
 * lines that are no "<object id>\trefs/tags/<name>" are left out.
 */
int pt_tags_parse(struct pt_tags *out, const char *text, size_t size_bytes,
		  struct pt_err *err) PT_MUSTUSE;

/* The one of that name; NULL: none. O(log n). */
const struct pt_tag *pt_tags_find(const struct pt_tags *tags, const char *name);

void pt_tags_release(struct pt_tags *tags);

#endif
