/*
 * Texts kept once each and named by a small number, so that many records can
 * carry the same words for four bytes.
 */
#ifndef PT_BASE_INTERN_H
#define PT_BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pt_intern;

/* Number 0 is the empty text. Owned by the caller. */
int pt_intern_new(struct pt_intern **out, struct pt_err *err) PT_MUSTUSE;
void pt_intern_free(struct pt_intern *intern);

/* The number of that text, the same for the same text; numbers go up by one. O(length). */
int pt_intern_put(uint32_t *out, struct pt_intern *intern, const char *text,
		  struct pt_err *err) PT_MUSTUSE;

/* Bytes of a text, none of them NUL; borrowed. */
struct pt_word {
	const char *text;
	size_t len;
};

/*
 * The same for n words at once: number_out[i] is that of word[i]. Several times
 * faster than one by one where there are many texts, since the far places of memory
 * are asked for together.
 */
int pt_intern_put_words(uint32_t *number_out, struct pt_intern *intern, const struct pt_word *word,
			size_t n, struct pt_err *err) PT_MUSTUSE;

/* How many numbers were given out, with 0. */
uint32_t pt_intern_count(const struct pt_intern *intern);

/* Borrowed until the intern is freed; "" for a number that was not given out. */
const char *pt_intern_text(const struct pt_intern *intern, uint32_t number);

#endif
