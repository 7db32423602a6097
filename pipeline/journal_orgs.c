/* See journal.h. Here: reading what is kept by org, one by one. */
#include <string.h>

#include "pipeline/journal.h"

struct org_walk {
	uint32_t next, norg;
	pt_journal_org_fn *fn;
	void *context;
};

/* The text that begins there, of a list of them; NULL: it does not end. */
static const char *next_text(const char **at, const char *end)
{
	const char *text = *at, *nul = text < end ? memchr(text, '\0', (size_t)(end - text)) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return text;
}

static int walk_orgs(void *context, const void *row, struct pt_err *err)
{
	const struct pt_chunk_row *chunk = row;
	struct org_walk *walk = context;
	size_t n = chunk->orgs.size / PT_PACKED_ORG;
	const char *name = chunk->names.data, *names_end = name + chunk->names.size;
	const char *parent = chunk->parents.data, *parents_end = parent + chunk->parents.size;
	int rc = 0;

	if (chunk->first != walk->next || n > walk->norg - walk->next ||
	    n * PT_PACKED_ORG != chunk->orgs.size)
		return pt_journal_damaged(err, "its orgs");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const char *key = chunk->parents.size ? next_text(&parent, parents_end) : "";
		struct pt_org_place place;
		struct pt_org org;

		if (!pt_org_unpack(&org, &place,
				   (const uint8_t *)chunk->orgs.data + i * PT_PACKED_ORG))
			return pt_journal_damaged(err, "an org that cannot be");
		org.name = next_text(&name, names_end);
		if (!org.name || !key ||
		    (key[0] && pt_org_key_parse(&org.parent, key, strlen(key), NULL) < 0))
			return pt_journal_damaged(err, "an org that cannot be");
		rc = walk->fn(walk->context, walk->next++, &org, &place, err);
	}
	return rc;
}

int pt_journal_orgs(const struct pt_journal *journal, uint32_t norg, pt_journal_org_fn *fn,
		    void *context, struct pt_err *err)
{
	struct org_walk walk = {0, norg, fn, context};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_ORG, &journal->run, 1, walk_orgs,
					   &walk, err);

	return rc == 0 && walk.next != norg ? pt_journal_damaged(err, "orgs are missing") : rc;
}

struct pair_walk {
	struct pt_chunks chunks;
	pt_journal_pair_fn *fn;
	void *context;
};

static int walk_pairs(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_chunk_row *chunk = row;
	struct pair_walk *walk = context;
	size_t n;
	int rc = 0;

	if (!pt_chunks_take(&n, &walk->chunks, chunk, PT_PACKED_PAIR))
		return pt_journal_damaged(err, "states of pushes");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const uint8_t *from = (const uint8_t *)chunk->records.data + i * PT_PACKED_PAIR;
		struct pt_pair pair;

		if (!pt_pair_unpack(&pair, from) ||
		    (pair.state == PT_PAIR_HELD && pair.detail >= walk->chunks.npackage))
			return pt_journal_damaged(err, "a state of a push that cannot be");
		rc = walk->fn(walk->context, (uint32_t)chunk->package,
			      (uint32_t)chunk->first + (uint32_t)i, &pair, err);
	}
	return rc;
}

int pt_journal_pairs(const struct pt_journal *journal, uint32_t npackage, uint32_t norg,
		     pt_journal_pair_fn *fn, void *context, struct pt_err *err)
{
	struct pair_walk walk = {{npackage, norg, 0, 0}, fn, context};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_PAIR, &journal->run, 1,
					   walk_pairs, &walk, err);

	/* Nothing was written of a run that died before its first step. */
	return rc == 0 && norg && !pt_chunks_complete(&walk.chunks)
		   ? pt_journal_damaged(err, "states of pushes")
		   : rc;
}
