/* See arena.h. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pt_arena_block {
	struct pt_arena_block *next;
	size_t used, cap;
	max_align_t data[];
};

enum { BLOCK_BYTES = 16384 };

static struct pt_arena_block *block_new(struct pt_arena *arena, size_t size_bytes)
{
	size_t cap = size_bytes > BLOCK_BYTES ? size_bytes : BLOCK_BYTES;
	struct pt_arena_block *block = calloc(1, sizeof(*block) + cap);

	if (!block)
		return NULL;
	block->cap = cap;
	block->next = arena->first;
	arena->first = block;
	return block;
}

void *pt_arena_alloc(struct pt_arena *arena, size_t count, size_t size_bytes)
{
	const size_t align = sizeof(max_align_t);
	struct pt_arena_block *block = arena->first;

	if (size_bytes && count > (SIZE_MAX / 2 - align) / size_bytes)
		return NULL;
	size_t need = (count * size_bytes + align - 1) / align * align;

	if (!block || block->cap - block->used < need)
		block = block_new(arena, need);
	if (!block)
		return NULL;
	void *at = (char *)block->data + block->used;

	block->used += need;
	return at;
}

char *pt_arena_strndup(struct pt_arena *arena, const char *text, size_t len)
{
	char *copy = pt_arena_alloc(arena, len + 1, 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

char *pt_arena_strdup(struct pt_arena *arena, const char *text)
{
	return pt_arena_strndup(arena, text, strlen(text));
}

char *pt_arena_printf(struct pt_arena *arena, const char *fmt, ...)
{
	va_list args, again;

	va_start(args, fmt);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	char *text = need < 0 ? NULL : pt_arena_alloc(arena, (size_t)need + 1, 1);

	if (text)
		vsnprintf(text, (size_t)need + 1, fmt, again);
	va_end(again);
	return text;
}

void pt_arena_release(struct pt_arena *arena)
{
	while (arena->first) {
		struct pt_arena_block *next = arena->first->next;

		free(arena->first);
		arena->first = next;
	}
}
