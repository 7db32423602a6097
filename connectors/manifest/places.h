/*
 * Where the parts of a JSON text stand, which the JSON library does not tell: a
 * place moves through a text that the library has accepted. Going from item to item
 * costs what is passed over, so that a text is walked through once.
 *
 *     struct pt_place list = pt_place_key(pt_place_start(...), "items");
 *     struct pt_place item = pt_place_first(list);
 *     for (size_t i = 0; i < json_array_size(items); i++, pt_place_next(&item))
 *             ... item.src ...
 */
#ifndef PT_CONNECTORS_MANIFEST_PLACES_H
#define PT_CONNECTORS_MANIFEST_PLACES_H

#include <jansson.h>

#include "connectors/manifest/reader.h"

struct pt_place {
	const char *at, *end; /* borrowed from the text */
	struct pt_src src;    /* of `at` */
};

/* The beginning of a text that is at line and col of the input. */
struct pt_place pt_place_start(const struct pt_reader_input *input, const char *text, unsigned line,
			       unsigned col);

/* Moves on by that many bytes; columns are counted in code points. */
void pt_place_advance(struct pt_place *place, size_t nbyte);
void pt_place_skip_space(struct pt_place *place);

/* Of an object, the value of a key that is written without escapes; else the object itself. */
struct pt_place pt_place_key(struct pt_place object, const char *key);

/* Of a list, its first item; then each item's next. At the end the last place there is. */
struct pt_place pt_place_first(struct pt_place list);
void pt_place_next(struct pt_place *item);

/* "a map", "a list", "a text", …, for errors. */
const char *pt_json_kind(const json_t *value);

/* What pt_json_load() says of a text that begins at `place`, ending in `rc`. PT_E_SYNTAX,
   PT_E_LIMIT, PT_E_NOMEM. */
int pt_json_fail(int rc, const struct pt_place *place, const json_error_t *why, const char *what,
		 struct pt_err *err);

/* PT_E_INVALID, "a NUL byte in <what>", if there is one. */
int pt_refuse_nul(const struct pt_reader_input *input, const char *what,
		  struct pt_err *err) PT_MUSTUSE;

#endif
