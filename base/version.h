/*
 * Version numbers: two to four dotted numbers, "3.223" or "1.4.0.7". The text
 * is never taken for a decimal number: 3.10 comes after 3.9.
 */
#ifndef PT_BASE_VERSION_H
#define PT_BASE_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct pt_version {
	uint32_t part[4]; /* major, minor, patch, build; absent ones are 0 */
	uint8_t npart;    /* how many were written: 2 to 4; 0: no version */
};

enum { PT_VERSION_TEXT = 48 }; /* room for any version as text */

/* Reads all of text, 1 to 4 numbers below 2^31; a lone number gets minor 0. */
int pt_version_parse(struct pt_version *out, const char *text, struct pt_err *err) PT_MUSTUSE;

/* Below, at or above 0; how many parts were written does not matter. */
int pt_version_cmp(const struct pt_version *a, const struct pt_version *b);

/* As it was written, at least "major.minor"; "?" for no version. Returns buf. */
const char *pt_version_text(char buf[PT_VERSION_TEXT], const struct pt_version *version);

static inline bool pt_version_known(const struct pt_version *version)
{
	return version->npart != 0;
}

#endif
