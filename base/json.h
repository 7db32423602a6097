/*
 * Writes JSON into a buffer, in the order it is told: two spaces of indent,
 * one line per value, bytes that are not UTF-8 replaced by U+FFFD. Keys are
 * given inside objects and are NULL inside arrays.
 */
#ifndef PT_BASE_JSON_H
#define PT_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pt_json {
	struct pt_buf *out; /* borrowed */
	unsigned depth;
	bool first;   /* nothing was written yet at this depth */
	bool compact; /* everything on one line while set */
};

void pt_json_init(struct pt_json *json, struct pt_buf *out);
void pt_json_object(struct pt_json *json, const char *key);
void pt_json_object_end(struct pt_json *json);
void pt_json_array(struct pt_json *json, const char *key);
void pt_json_array_end(struct pt_json *json);
void pt_json_str(struct pt_json *json, const char *key, const char *value); /* NULL: null */
void pt_json_int(struct pt_json *json, const char *key, int64_t value);
void pt_json_bool(struct pt_json *json, const char *key, bool value);
void pt_json_time(struct pt_json *json, const char *key, int64_t ms); /* RFC 3339, UTC */

/* An array of the lines of a text. */
void pt_json_lines(struct pt_json *json, const char *key, const char *text);

/* A string alone, in its quotes, for what is written without the rest of this. */
void pt_json_quote(struct pt_buf *out, const char *text);

#endif
