/*
 * SHA-256, as lower-case hex: names content, so that a change of it is seen.
 */
#ifndef PT_BASE_DIGEST_H
#define PT_BASE_DIGEST_H

#include <stddef.h>

#include "base/err.h"

enum { PT_DIGEST_TEXT = 65 };

int pt_digest(char out[PT_DIGEST_TEXT], const void *bytes, size_t size_bytes,
	      struct pt_err *err) PT_MUSTUSE;

#endif
