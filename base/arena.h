/*
 * Things that die together: allocated one by one, freed at once. Memory is
 * zeroed and aligned for any type.
 */
#ifndef PT_BASE_ARENA_H
#define PT_BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct pt_arena {
	struct pt_arena_block *first; /* owned; the one in use */
};

#define PT_ARENA_INIT                                                                              \
	{                                                                                          \
		.first = NULL                                                                      \
	}

/* NULL when there is no memory or count * size_bytes overflows. Owned by the arena. */
void *pt_arena_alloc(struct pt_arena *arena, size_t count, size_t size_bytes) PT_MUSTUSE;

/* A copy of the text; NULL when there is no memory. */
char *pt_arena_strdup(struct pt_arena *arena, const char *text) PT_MUSTUSE;
char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len) PT_MUSTUSE;
char *pt_arena_printf(struct pt_arena *arena, const char *fmt, ...) PT_PRINTF(2, 3) PT_MUSTUSE;

void pt_arena_release(struct pt_arena *arena);

#endif
