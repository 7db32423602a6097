/*
 * "did you mean": the word of a list that is nearest to a misspelt one.
 */
#ifndef PT_BASE_NEAR_H
#define PT_BASE_NEAR_H

#include <stddef.h>

/*
 * The nearest word by edit distance (insert, delete, replace, swap neighbours),
 * borrowed from words, or NULL when none is near enough to be worth suggesting.
 */
const char *pt_near(const char *word, const char *const *words, size_t nword);

enum { PT_NEAR_TEXT = 128 };

/* The end of an error: ", did you mean 'WORD'?", or "" when none is near. Returns buf. */
const char *pt_near_hint(char buf[PT_NEAR_TEXT], const char *word, const char *const *words,
			 size_t nword);

#endif
