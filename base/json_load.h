/*
 * Reading JSON with jansson. When an allocation fails its lexer loses characters, and
 * then takes the text for a malformed or another one, or reads beyond it; so it is
 * left at the first one that does.
 */
#ifndef PT_BASE_JSON_LOAD_H
#define PT_BASE_JSON_LOAD_H

#include <jansson.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * One value, with jansson's flags; owned by the caller. -PT_E_SYNTAX: it is not JSON, and
 * `why` (MAY be NULL) says where. -PT_E_NOMEM.
 */
int pt_json_load(json_t **out, const char *data, size_t size_bytes, size_t flags,
		 json_error_t *why) PT_MUSTUSE;

#endif
