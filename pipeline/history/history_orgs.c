/* See history.h. Here: orgs, pairs, and what orgs have. */
#include <string.h>

#include "pipeline/history/internal.h"

static int take_text(void *context, const void *row, struct pt_err *err)
{
	const struct pt_text_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (from->text == 0)
		return 0;
	if (!from->words || from->text != (int64_t)h->ntext)
		return pt_journal_damaged(err, "its texts");
	h->text = history_room(&h->arena, h->text, h->ntext, &reader->cap_text, sizeof(*h->text));
	if (!h->text)
		return pt_err_nomem(err);
	h->text[h->ntext] = history_text(reader, from->words);
	return h->text[h->ntext++] ? 0 : pt_err_nomem(err);
}

int history_read_texts(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;

	if (!(reader->parts & (PT_HISTORY_ORGS | PT_HISTORY_FAILURES)))
		return 0;
	h->text = history_room(&h->arena, NULL, 0, &reader->cap_text, sizeof(*h->text));
	if (!h->text)
		return pt_err_nomem(err);
	h->text[h->ntext++] = "";
	return history_each(reader, PT_ROWS_TEXT, take_text, err);
}

static int take_org(void *context, uint32_t number, const struct pt_org *org,
		    const struct pt_org_place *place, struct pt_err *err)
{
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (place->stage != PT_NO_STAGE && place->stage >= h->status.nstage)
		return pt_journal_damaged(err, "an org that cannot be");
	h->org[number] = *org;
	h->place[number] = *place;
	h->org[number].name = history_text(reader, org->name);
	return h->org[number].name ? 0 : pt_err_nomem(err);
}

static int take_pair(void *context, uint32_t package, uint32_t org, const struct pt_pair *pair,
		     struct pt_err *err)
{
	struct pt_history *h = ((struct history_reader *)context)->h;

	if (pair->text >= h->ntext)
		return pt_journal_damaged(err, "a state of a push that cannot be");
	h->pair[package][org] = *pair;
	pt_status_count(&h->status, h->place[org].stage, package, pair);
	return 0;
}

/* [package][org], in one piece. */
static void *table(struct pt_history *h, size_t size, uint8_t **first_out)
{
	*first_out = pt_arena_alloc(&h->arena, h->status.npackage * h->norg + 1, size);
	return *first_out ? pt_arena_alloc(&h->arena, h->status.npackage + 1, sizeof(void *))
			  : NULL;
}

int history_read_orgs(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;
	uint8_t *first;

	h->norg = (size_t)h->status.progress.norg;
	h->org = pt_arena_alloc(&h->arena, h->norg + 1, sizeof(*h->org));
	h->place = pt_arena_alloc(&h->arena, h->norg + 1, sizeof(*h->place));
	h->pair = table(h, sizeof(**h->pair), &first);
	if (!h->org || !h->place || !h->pair)
		return pt_err_nomem(err);
	for (size_t p = 0; p < h->status.npackage; p++)
		h->pair[p] = (struct pt_pair *)(void *)first + p * h->norg;
	int rc = pt_journal_orgs(&reader->journal, (uint32_t)h->norg, take_org, reader, err);

	return rc < 0 ? rc
		      : pt_journal_pairs(&reader->journal, (uint32_t)h->status.npackage,
					 (uint32_t)h->norg, take_pair, reader, err);
}

static int take_version(void *context, const void *row, struct pt_err *err)
{
	const struct pt_version_row *from = row;
	struct history_reader *reader = context;
	struct pt_history *h = reader->h;

	if (!history_is_index(from->package, h->status.npackage) || !from->version_id)
		return pt_journal_damaged(err, "its versions");
	struct pt_history_package *to = &h->package[from->package];

	if (from->version != (int64_t)to->nknown || to->nknown >= PT_OTHER_VERSION)
		return pt_journal_damaged(err, "its versions");
	size_t cap = reader->cap_known[from->package], at = to->nknown;

	to->known_id = history_room(&h->arena, to->known_id, at, &cap, sizeof(*to->known_id));
	to->known = history_room(&h->arena, to->known, at, &reader->cap_known[from->package],
				 sizeof(*to->known));
	if (!to->known_id || !to->known)
		return pt_err_nomem(err);
	to->known_id[at] = history_text(reader, from->version_id);
	to->known[at] = history_text(reader, from->number);
	to->nknown++;
	return to->known_id[at] && to->known[at] ? 0 : pt_err_nomem(err);
}

static bool is_known(const struct pt_history_package *package, uint16_t version)
{
	return version >= PT_OTHER_VERSION || version < package->nknown;
}

static int take_have(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_chunk_row *chunk = row;
	struct history_reader *reader = context;
	size_t n;

	if (!pt_chunks_take(&n, &reader->have, chunk, PT_PACKED_HAVE))
		return pt_journal_damaged(err, "what orgs have");
	const struct pt_history_package *package = &reader->h->package[chunk->package];
	struct pt_have *to = reader->h->have[chunk->package] + chunk->first;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *from = (const uint8_t *)chunk->records.data + i * PT_PACKED_HAVE;

		if (!pt_have_unpack(&to[i], from) || !is_known(package, to[i].installed) ||
		    !is_known(package, to[i].arrived))
			return pt_journal_damaged(err, "what an org has");
	}
	return 0;
}

int history_read_have(struct history_reader *reader, struct pt_err *err)
{
	struct pt_history *h = reader->h;
	uint8_t *first;

	if (!(reader->parts & PT_HISTORY_HAVE))
		return 0;
	h->have = table(h, sizeof(**h->have), &first);
	reader->cap_known =
	    pt_arena_alloc(&h->arena, h->status.npackage + 1, sizeof(*reader->cap_known));
	if (!h->have || !reader->cap_known)
		return pt_err_nomem(err);
	for (size_t p = 0; p < h->status.npackage; p++)
		h->have[p] = (struct pt_have *)(void *)first + p * h->norg;
	reader->have = (struct pt_chunks){(uint32_t)h->status.npackage, (uint32_t)h->norg, 0, 0};
	int rc = history_each(reader, PT_ROWS_VERSION, take_version, err);

	if (rc == 0)
		rc = history_each(reader, PT_ROWS_HAVE, take_have, err);
	return rc == 0 && h->norg && !pt_chunks_complete(&reader->have)
		   ? pt_journal_damaged(err, "what orgs have")
		   : rc;
}
