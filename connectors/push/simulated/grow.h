/*
 * Arrays that grow by doubling.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_GROW_H
#define PT_CONNECTORS_PUSH_SIMULATED_GROW_H

#include <stdint.h>
#include <stdlib.h>

#include "base/attr.h"

/*
 * The array with room for `need` elements: the same one while *cap suffices.
 * NULL when there is no memory; the old array and *cap are then as they were.
 */
static inline void *pt_sim_grow(void *array, size_t *cap, size_t need,
				size_t size_bytes) PT_MUSTUSE;

static inline void *pt_sim_grow(void *array, size_t *cap, size_t need, size_t size_bytes)
{
	size_t to = 2 * *cap > need ? 2 * *cap : need;

	if (array && need <= *cap)
		return array;
	if (need > SIZE_MAX / 4 / size_bytes)
		return NULL;
	if (to < 8)
		to = 8;

	void *grown = realloc(array, to * size_bytes);

	if (grown)
		*cap = to;
	return grown;
}

#endif
