/* See standing.h. */
#include "pipeline/standing.h"

#include <stdlib.h>

struct search {
	const struct pt_org_key *key;
	struct pt_standing *out;
	int64_t org; /* its number */
};

static int find_org(void *context, const void *row, struct pt_err *err)
{
	const struct pt_chunk_row *from = row;
	struct search *search = context;

	for (size_t i = 0; i < from->orgs.size / PT_PACKED_ORG; i++) {
		const uint8_t *packed = (const uint8_t *)from->orgs.data + i * PT_PACKED_ORG;
		struct pt_org_place place;
		struct pt_org org;

		if (!pt_org_unpack(&org, &place, packed))
			return pt_journal_damaged(err, "an org that cannot be");
		if (pt_org_key_cmp(&org.key, search->key) != 0)
			continue;
		search->org = from->first + (int64_t)i;
		search->out->known = true;
		search->out->stage = place.stage;
		search->out->reason = place.reason;
	}
	return 0;
}

static int find_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *from = row;
	struct pt_standing *out = context;

	if (from->stage != out->stage)
		return 0;
	if (!from->name || from->state < 0 || from->state > PT_STAGE_HALTED ||
	    from->halted_in < 0 || from->halted_in > PT_STAGE_HALTED)
		return pt_journal_damaged(err, "its stages");
	out->stage_state = (enum pt_stage_state)from->state;
	out->halted_in = (enum pt_stage_state)from->halted_in;
	out->stage_name = pt_arena_strdup(&out->arena, from->name);
	return out->stage_name ? 0 : pt_err_nomem(err);
}

static int add_pair(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_chunk_row *from = row;
	const struct search *search = context;
	size_t at = (size_t)(search->org - from->first) * PT_PACKED_PAIR;
	struct pt_pair pair;

	if (from->first > search->org || at >= from->records.size)
		return 0;
	if (at + PT_PACKED_PAIR > from->records.size ||
	    !pt_pair_unpack(&pair, (const uint8_t *)from->records.data + at))
		return pt_journal_damaged(err, "a state of a push that cannot be");
	pt_tally_add(&search->out->tally, &pair);
	if (pair.state == PT_PAIR_EXCLUDED && search->out->reason == PT_REASON_NONE)
		search->out->reason = pair.detail;
	return 0;
}

static int each(const struct pt_journal *journal, enum pt_journal_table table, pt_store_row_fn *fn,
		void *context, struct pt_err *err)
{
	/* The first column of every table is the run. */
	return journal->store->ops->each(journal->store, table, &journal->run, 1, fn, context, err);
}

/* Left out a moment ago, which its driver may not have heeded yet. */
static int look_at_exclusions(struct pt_standing *out, const struct pt_journal *journal,
			      const struct pt_org_key *org, struct pt_err *err)
{
	struct pt_org_list list = {.key = NULL};
	int rc = pt_journal_exclusions(&list, journal, err);

	if (rc == 0 && pt_org_list_has(&list, org))
		out->reason = PT_REASON_BY_HAND;
	free(list.key);
	return rc;
}

int pt_standing_read(struct pt_standing *out, const struct pt_journal *journal,
		     const struct pt_org_key *org, struct pt_err *err)
{
	struct pt_standing standing = {.stage = PT_NO_STAGE, .arena = PT_ARENA_INIT};
	struct search search = {.key = org, .out = &standing};
	int rc = journal->store->ops->begin_reading(journal->store, err);

	if (rc == 0)
		rc = each(journal, PT_ROWS_ORG, find_org, &search, err);
	if (rc == 0 && standing.known)
		rc = each(journal, PT_ROWS_STAGE, find_stage, &standing, err);
	if (rc == 0 && standing.known)
		rc = each(journal, PT_ROWS_PAIR, add_pair, &search, err);
	if (rc == 0)
		rc = look_at_exclusions(&standing, journal, org, err);
	journal->store->ops->rollback(journal->store);
	if (rc < 0)
		pt_standing_release(&standing);
	else
		*out = standing;
	return rc;
}

void pt_standing_release(struct pt_standing *standing)
{
	pt_arena_release(&standing->arena);
	*standing = (struct pt_standing){.arena = PT_ARENA_INIT};
}
