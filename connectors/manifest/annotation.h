/*
 * The annotation of a release tag is prose with lines "key: value" in it, the key
 * at the beginning of its line.
 */
#ifndef PT_CONNECTORS_MANIFEST_ANNOTATION_H
#define PT_CONNECTORS_MANIFEST_ANNOTATION_H

#include "connectors/manifest/manifest.h"

struct pt_annotation_line {
	const char *value; /* borrowed; without the blanks around it */
	size_t len;
	unsigned line, col; /* where the value begins */
};

/*
 * Finds the line of a key. Returns how many lines have the key; *out is the first,
 * *again_out (may be NULL) the second.
 */
unsigned pt_annotation_find(struct pt_annotation_line *out, struct pt_annotation_line *again_out,
			    const char *data, size_t size_bytes, const char *key);

/* The version id, 18 characters, of a single and well-formed version_id line; else "". */
void pt_annotation_version_id(char out[PT_VERSION_ID_TEXT], const char *data, size_t size_bytes);

/* The value as an id with prefix 04t. PT_E_INVALID without a place. */
int pt_annotation_parse_id(char out[PT_VERSION_ID_TEXT], const struct pt_annotation_line *line,
			   struct pt_err *err) PT_MUSTUSE;

#endif
