/* See restore.h. A journal is input like any other: what cannot be is refused. */
#include "pipeline/restore.h"

#include <stdlib.h>
#include <string.h>

struct orgs {
	const struct pt_suite *suite;
	const struct pt_train_conf *conf;
	struct pt_org *org;         /* owned */
	struct pt_org_place *place; /* owned */
	struct pt_arena names;
	uint32_t n, cap;
};

static int orgs_room(struct orgs *orgs, uint32_t more, struct pt_err *err)
{
	uint32_t cap = orgs->cap ? orgs->cap : 1024;

	if (orgs->n + more <= orgs->cap)
		return 0;
	if (orgs->n > UINT32_MAX / 4)
		return pt_journal_damaged(err, "too many orgs");
	while (cap < orgs->n + more)
		cap += cap / 2;
	struct pt_org *org = realloc(orgs->org, cap * sizeof(*org));

	if (!org)
		return pt_err_nomem(err);
	orgs->org = org;
	struct pt_org_place *place = realloc(orgs->place, cap * sizeof(*place));

	if (!place)
		return pt_err_nomem(err);
	orgs->place = place;
	orgs->cap = cap;
	return 0;
}

static bool place_is_possible(const struct orgs *orgs, const struct pt_org_place *place)
{
	if (place->reason >= PT_REASON_NBUILTIN + orgs->suite->nexclude)
		return false;
	if (place->stage == PT_NO_STAGE)
		return true;
	return place->stage < orgs->conf->nstage &&
	       place->slot < pt_stage_nslot(&orgs->conf->stage[place->stage]);
}

/* The next parent of a chunk. False when it is none. */
static bool take_parent(struct pt_org *org, const char **at, const char *end)
{
	const char *nul = *at < end ? memchr(*at, '\0', (size_t)(end - *at)) : NULL;

	if (!nul ||
	    (nul > *at && pt_org_key_parse(&org->parent, *at, (size_t)(nul - *at), NULL) < 0))
		return false;
	*at = nul + 1;
	return true;
}

static int take_orgs(void *context, const void *row, struct pt_err *err)
{
	const struct pt_chunk_row *chunk = row;
	struct orgs *orgs = context;
	size_t n = chunk->orgs.size / PT_PACKED_ORG;
	const char *name = chunk->names.data, *end = name + chunk->names.size;
	const char *parent = chunk->parents.data, *last = parent + chunk->parents.size;
	int rc;

	if (chunk->first != orgs->n || n == 0 || n > PT_JOURNAL_CHUNK ||
	    n * PT_PACKED_ORG != chunk->orgs.size)
		return pt_journal_damaged(err, "a chunk of orgs is missing or of another size");
	rc = orgs_room(orgs, (uint32_t)n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const uint8_t *from = (const uint8_t *)chunk->orgs.data + i * PT_PACKED_ORG;
		const char *nul = memchr(name, '\0', (size_t)(end - name));
		struct pt_org *org = &orgs->org[orgs->n];

		if (!nul || !pt_org_unpack(org, &orgs->place[orgs->n], from) ||
		    !place_is_possible(orgs, &orgs->place[orgs->n]) ||
		    (chunk->parents.size && !take_parent(org, &parent, last)))
			return pt_journal_damaged(err, "an org that cannot be");
		org->name = pt_arena_strdup(&orgs->names, name);
		if (!org->name)
			return pt_err_nomem(err);
		name = nul + 1;
		orgs->n++;
	}
	return rc;
}

static int place_all(struct pt_audience *audience, const struct orgs *orgs, struct pt_err *err)
{
	struct pt_audience out = {.norg = orgs->n};

	out.stage = calloc((size_t)orgs->n + 1, sizeof(*out.stage));
	out.slot = calloc((size_t)orgs->n + 1, sizeof(*out.slot));
	out.reason = calloc((size_t)orgs->n + 1, sizeof(*out.reason));
	if (!out.stage || !out.slot || !out.reason) {
		pt_audience_release(&out);
		return pt_err_nomem(err);
	}
	for (uint32_t i = 0; i < orgs->n; i++) {
		out.stage[i] = orgs->place[i].stage;
		out.slot[i] = orgs->place[i].slot;
		out.reason[i] = orgs->place[i].reason;
	}
	*audience = out;
	return 0;
}

int pt_restore_orgs(struct pt_inventory *inventory, struct pt_audience *audience,
		    const struct pt_journal *journal, const struct pt_suite *suite,
		    const struct pt_train_conf *conf, struct pt_err *err)
{
	struct orgs orgs = {.suite = suite, .conf = conf, .names = PT_ARENA_INIT};
	const struct pt_chunk_row key = {.run = journal->run};
	int rc =
	    journal->store->ops->each(journal->store, PT_ROWS_ORG, &key, 1, take_orgs, &orgs, err);

	if (rc == 0)
		rc = pt_inventory_put_back_orgs(inventory, orgs.org, orgs.n, err);
	if (rc == 0)
		rc = place_all(audience, &orgs, err);
	free(orgs.org);
	free(orgs.place);
	pt_arena_release(&orgs.names);
	return rc;
}

/* What the journal's version indices are in the inventory now. */
struct versions {
	struct pt_inventory *inventory;
	uint32_t npackage;
	uint16_t **of; /* owned; of[package][journal's index] */
	size_t *n;     /* owned */
	struct pt_chunks chunks;
};

static int take_version(void *context, const void *row, struct pt_err *err)
{
	const struct pt_version_row *version = row;
	struct versions *versions = context;
	size_t p = (size_t)version->package;

	if (version->package < 0 || p >= versions->npackage || !version->version_id ||
	    version->version != (int64_t)versions->n[p] || versions->n[p] >= PT_OTHER_VERSION)
		return pt_journal_damaged(err, "its versions");
	uint16_t *grown = realloc(versions->of[p], (versions->n[p] + 1) * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	versions->of[p] = grown;
	uint16_t now =
	    pt_inventory_version_of_id(versions->inventory, (uint32_t)p, version->version_id);

	grown[versions->n[p]++] = now == PT_NOT_INSTALLED ? PT_OTHER_VERSION : now;
	return 0;
}

static bool translate(uint16_t *version, const struct versions *versions, uint32_t package)
{
	if (*version >= PT_OTHER_VERSION)
		return true;
	if (*version >= versions->n[package])
		return false;
	*version = versions->of[package][*version];
	return true;
}

static int take_have(void *context, const void *row, struct pt_err *err)
{
	const struct pt_package_chunk_row *chunk = row;
	struct versions *versions = context;
	uint32_t package = (uint32_t)chunk->package;
	size_t n;

	if (!pt_chunks_take(&n, &versions->chunks, chunk, PT_PACKED_HAVE))
		return pt_journal_damaged(err, "what orgs have");
	for (size_t i = 0; i < n; i++) {
		const uint8_t *from = (const uint8_t *)chunk->records.data + i * PT_PACKED_HAVE;
		struct pt_have have;

		if (!pt_have_unpack(&have, from) ||
		    !translate(&have.installed, versions, package) ||
		    !translate(&have.arrived, versions, package))
			return pt_journal_damaged(err, "what an org has");
		if (have.arrived == PT_OTHER_VERSION)
			have.arrived = PT_NOT_INSTALLED;
		pt_inventory_put_back(versions->inventory, package,
				      (uint32_t)chunk->first + (uint32_t)i, &have);
	}
	return 0;
}

int pt_restore_have(struct pt_inventory *inventory, uint32_t npackage,
		    const struct pt_journal *journal, struct pt_err *err)
{
	struct versions versions = {.inventory = inventory,
				    .npackage = npackage,
				    .chunks = {npackage, pt_inventory_norg(inventory), 0, 0}};
	const struct pt_store_ops *ops = journal->store->ops;
	int rc = 0;

	versions.of = calloc((size_t)npackage + 1, sizeof(uint16_t *));
	versions.n = calloc((size_t)npackage + 1, sizeof(*versions.n));
	if (!versions.of || !versions.n)
		rc = pt_err_nomem(err);
	if (rc == 0)
		rc = ops->each(journal->store, PT_ROWS_VERSION,
			       &(struct pt_version_row){.run = journal->run}, 1, take_version,
			       &versions, err);
	if (rc == 0)
		rc = ops->each(journal->store, PT_ROWS_HAVE,
			       &(struct pt_package_chunk_row){.run = journal->run}, 1, take_have,
			       &versions, err);
	if (rc == 0 && !pt_chunks_complete(&versions.chunks))
		rc = pt_journal_damaged(err, "what orgs have");
	for (uint32_t p = 0; versions.of && p < npackage; p++)
		free(versions.of[p]);
	free(versions.of);
	free(versions.n);
	return rc;
}

/* Sums and times that nothing overflows with. */
#define MOST (INT64_C(1) << 53)

struct stages {
	const struct pt_stage_plan *to;
	size_t seen;
};

static int take_stage(void *context, const void *row, struct pt_err *err)
{
	const struct pt_stage_row *stage = row;
	struct stages *stages = context;

	if (stage->stage != (int64_t)stages->seen || stages->seen == stages->to->n ||
	    stage->planned_eligible < 0 || stage->planned_eligible > MOST ||
	    stage->planned_ms < -MOST || stage->planned_ms > MOST)
		return pt_journal_damaged(err, "its stages");
	stages->to->start_ms[stages->seen] = stage->planned_ms;
	stages->to->eligible[stages->seen++] = (uint64_t)stage->planned_eligible;
	return 0;
}

int pt_restore_stages(const struct pt_stage_plan *out, const struct pt_journal *journal,
		      struct pt_err *err)
{
	struct stages stages = {out, 0};
	const struct pt_stage_row key = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_STAGE, &key, 1, take_stage,
					   &stages, err);

	return rc == 0 && stages.seen != out->n ? pt_journal_damaged(err, "a stage is missing")
						: rc;
}
