/* See intern.h. Open addressing over the numbers; never more than half full. */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

struct pt_intern {
	struct pt_arena arena;
	const char **text; /* by number */
	uint32_t n, cap;
	uint32_t *slot; /* number + 1, 0: free */
	uint32_t nslot; /* a power of two */
};

int pt_intern_new(struct pt_intern **out, struct pt_err *err)
{
	struct pt_intern *intern = calloc(1, sizeof(*intern));
	uint32_t zero;

	if (!intern)
		return pt_err_nomem(err);
	int rc = pt_intern_put(&zero, intern, "", err);

	if (rc < 0)
		pt_intern_free(intern);
	else
		*out = intern;
	return rc;
}

void pt_intern_free(struct pt_intern *intern)
{
	if (!intern)
		return;
	pt_arena_release(&intern->arena);
	free(intern->text);
	free(intern->slot);
	free(intern);
}

/* The slot where the text is, or the free one where it belongs. */
static uint32_t slot_of(const struct pt_intern *intern, const char *text)
{
	uint32_t at = (uint32_t)pt_rng_mix_text(0, text, strlen(text)) & (intern->nslot - 1);

	while (intern->slot[at] && strcmp(intern->text[intern->slot[at] - 1], text) != 0)
		at = (at + 1) & (intern->nslot - 1);
	return at;
}

static int grow(struct pt_intern *intern, struct pt_err *err)
{
	uint32_t cap = intern->cap ? 2 * intern->cap : 64;
	const char **text = realloc(intern->text, cap * sizeof(*text));

	if (!text)
		return pt_err_nomem(err);
	intern->text = text;
	uint32_t *slot = calloc(2 * (size_t)cap, sizeof(*slot));

	if (!slot)
		return pt_err_nomem(err);
	free(intern->slot);
	intern->slot = slot;
	intern->nslot = 2 * cap;
	intern->cap = cap;
	for (uint32_t i = 0; i < intern->n; i++)
		intern->slot[slot_of(intern, intern->text[i])] = i + 1;
	return 0;
}

int pt_intern_put(uint32_t *out, struct pt_intern *intern, const char *text, struct pt_err *err)
{
	int rc = intern->n == intern->cap ? grow(intern, err) : 0;

	if (rc < 0)
		return rc;
	uint32_t at = slot_of(intern, text);

	if (!intern->slot[at]) {
		char *copy = pt_arena_strdup(&intern->arena, text);

		if (!copy)
			return pt_err_nomem(err);
		intern->text[intern->n++] = copy;
		intern->slot[at] = intern->n;
	}
	*out = intern->slot[at] - 1;
	return 0;
}

uint32_t pt_intern_count(const struct pt_intern *intern)
{
	return intern->n;
}

const char *pt_intern_text(const struct pt_intern *intern, uint32_t number)
{
	return number < intern->n ? intern->text[number] : "";
}
