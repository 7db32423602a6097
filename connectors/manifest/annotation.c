/* See annotation.h. */
#include "connectors/manifest/annotation.h"

#include <stdio.h>
#include <string.h>

#include "connectors/push/orgkey.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The line from `at` to `eol`, if it is that of the key. */
static bool match_line(struct pt_annotation_line *out, const char *at, const char *eol,
		       const char *key, unsigned line)
{
	size_t nkey = strlen(key);
	const char *value = at + nkey + 1;

	if ((size_t)(eol - at) <= nkey || memcmp(at, key, nkey) != 0 || at[nkey] != ':')
		return false;
	while (value < eol && is_blank(*value))
		value++;
	while (eol > value && is_blank(eol[-1]))
		eol--;
	*out = (struct pt_annotation_line){
	    .value = value,
	    .len = (size_t)(eol - value),
	    .line = line,
	    .col = (unsigned)(value - at) + 1,
	};
	return true;
}

unsigned pt_annotation_find(struct pt_annotation_line *out, struct pt_annotation_line *again_out,
			    const char *data, size_t size_bytes, const char *key)
{
	const char *at = data, *end = data + size_bytes;
	struct pt_annotation_line found;
	unsigned n = 0;

	for (unsigned line = 1; at < end; line++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *eol = newline ? newline : end;

		if (match_line(&found, at, eol, key, line)) {
			if (n == 0)
				*out = found;
			else if (n == 1 && again_out)
				*again_out = found;
			n++;
		}
		at = newline ? newline + 1 : end;
	}
	return n;
}

int pt_annotation_parse_id(char out[PT_VERSION_ID_TEXT], const struct pt_annotation_line *line,
			   struct pt_err *err)
{
	char text[40]; /* longer than any id, so that a longer one is still a wrong one */

	snprintf(text, sizeof(text), "%.*s",
		 line->len < sizeof(text) ? (int)line->len : (int)sizeof(text), line->value);
	return pt_id_parse(out, "04t", text, err);
}

void pt_annotation_version_id(char out[PT_VERSION_ID_TEXT], const char *data, size_t size_bytes)
{
	struct pt_annotation_line line;

	out[0] = '\0';
	if (pt_annotation_find(&line, NULL, data, size_bytes, "version_id") == 1 &&
	    pt_annotation_parse_id(out, &line, NULL) < 0)
		out[0] = '\0';
}
