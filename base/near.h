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

#endif
