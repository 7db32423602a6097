/*
 * An org's key: 15 characters, case-sensitive. The 18-character form is accepted
 * everywhere, its checksum is checked, and it is cut.
 */
#ifndef PT_CONNECTORS_PUSH_ORGKEY_H
#define PT_CONNECTORS_PUSH_ORGKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pt_org_key {
	char text[16]; /* 15 characters and a NUL; all NUL: no org */
};

/* Reads 15 or 18 characters beginning with 00D. */
int pt_org_key_parse(struct pt_org_key *out, const char *text, size_t len,
		     struct pt_err *err) PT_MUSTUSE;

/* Eight characters as the number whose order is theirs; compilers make one load of it. */
static inline uint64_t pt_org_key_half(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	return (uint64_t)c[0] << 56 | (uint64_t)c[1] << 48 | (uint64_t)c[2] << 40 |
	       (uint64_t)c[3] << 32 | (uint64_t)c[4] << 24 | (uint64_t)c[5] << 16 |
	       (uint64_t)c[6] << 8 | (uint64_t)c[7];
}

/* By bytes, so that the order is the same everywhere. Searches do little else. */
static inline int pt_org_key_cmp(const struct pt_org_key *a, const struct pt_org_key *b)
{
	uint64_t x = pt_org_key_half(a->text), y = pt_org_key_half(b->text);

	if (x == y) {
		x = pt_org_key_half(a->text + 8);
		y = pt_org_key_half(b->text + 8);
	}
	return (x > y) - (x < y);
}

/* The three characters that make an 18-character id of a 15-character one; id has 15. */
void pt_id_checksum(char out[4], const char *id);

/* Two ids, of 15 or 18 characters each, are the same. */
bool pt_id_same(const char *a, const char *b);

/*
 * Any platform id: 15 or 18 characters with that three-character prefix ("04t").
 * Writes the 18-character form into out[19].
 */
int pt_id_parse(char out[19], const char *prefix, const char *text, struct pt_err *err) PT_MUSTUSE;

#endif
