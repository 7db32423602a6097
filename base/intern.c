/* See intern.h. Open addressing over the numbers; never more than half full. */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

enum { TOGETHER = 32 };

/*
 * What a look-up needs is in one place: the hash, to pass over other texts without
 * reading them, and the text. Memory far away is what it costs, not the comparing.
 */
struct slot {
	const char *text; /* NULL: free */
	uint32_t hash, number;
};

struct pt_intern {
	struct pt_arena arena;
	const char **text; /* by number */
	uint32_t n, cap;
	struct slot *slot;
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

static uint32_t hash_of(const struct pt_word *word)
{
	return (uint32_t)pt_rng_mix_text(0, word->text, word->len);
}

/* The slot where the word is, or the free one where it belongs. */
static struct slot *slot_of(const struct pt_intern *intern, uint32_t hash,
			    const struct pt_word *word)
{
	uint32_t at = hash & (intern->nslot - 1);

	while (intern->slot[at].text) {
		const struct slot *slot = &intern->slot[at];

		if (slot->hash == hash && strncmp(slot->text, word->text, word->len) == 0 &&
		    slot->text[word->len] == '\0')
			break;
		at = (at + 1) & (intern->nslot - 1);
	}
	return &intern->slot[at];
}

static int grow(struct pt_intern *intern, struct pt_err *err)
{
	uint32_t cap = intern->cap ? 2 * intern->cap : 64, mask = 2 * cap - 1;
	const char **text = realloc(intern->text, cap * sizeof(*text));

	if (!text)
		return pt_err_nomem(err);
	intern->text = text;
	struct slot *slot = calloc(2 * (size_t)cap, sizeof(*slot));

	if (!slot)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < intern->nslot; i++) {
		uint32_t at = intern->slot[i].hash & mask;

		if (!intern->slot[i].text)
			continue;
		while (slot[at].text)
			at = (at + 1) & mask;
		slot[at] = intern->slot[i];
	}
	free(intern->slot);
	intern->slot = slot;
	intern->nslot = 2 * cap;
	intern->cap = cap;
	return 0;
}

static int put(uint32_t *out, struct pt_intern *intern, uint32_t hash, const struct pt_word *word,
	       struct pt_err *err)
{
	int rc = intern->n == intern->cap ? grow(intern, err) : 0;

	if (rc < 0)
		return rc;
	struct slot *slot = slot_of(intern, hash, word);

	if (!slot->text) {
		char *copy = pt_arena_strndup(&intern->arena, word->text, word->len);

		if (!copy)
			return pt_err_nomem(err);
		*slot = (struct slot){.text = copy, .hash = hash, .number = intern->n};
		intern->text[intern->n++] = copy;
	}
	*out = slot->number;
	return 0;
}

int pt_intern_put(uint32_t *out, struct pt_intern *intern, const char *text, struct pt_err *err)
{
	const struct pt_word word = {text, strlen(text)};

	return put(out, intern, hash_of(&word), &word, err);
}

/* Asks for the slots of all words, then for the texts there, then looks. */
static int put_together(uint32_t *number_out, struct pt_intern *intern, const struct pt_word *word,
			size_t n, struct pt_err *err)
{
	const uint32_t mask = intern->nslot - 1;
	uint32_t hash[TOGETHER];
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		hash[i] = hash_of(&word[i]);
		PT_PREFETCH(&intern->slot[hash[i] & mask]);
	}
	for (size_t i = 0; i < n; i++)
		PT_PREFETCH(intern->slot[hash[i] & mask].text);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put(&number_out[i], intern, hash[i], &word[i], err);
	return rc;
}

int pt_intern_put_words(uint32_t *number_out, struct pt_intern *intern, const struct pt_word *word,
			size_t n, struct pt_err *err)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at < n; at += TOGETHER)
		rc = put_together(number_out + at, intern, word + at,
				  n - at < TOGETHER ? n - at : TOGETHER, err);
	return rc;
}

uint32_t pt_intern_count(const struct pt_intern *intern)
{
	return intern->n;
}

const char *pt_intern_text(const struct pt_intern *intern, uint32_t number)
{
	return number < intern->n ? intern->text[number] : "";
}
