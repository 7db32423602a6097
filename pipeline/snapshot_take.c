/* See snapshot_take.h. Here: orgs and what they have. */
#include "pipeline/snapshot_take.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/snapshot_measure.h"

/* One subscriber record. */
struct row {
	struct pt_org_key org, parent;
	char instance[14];
	uint8_t type, status;
	uint16_t package, version; /* the inventory's index */
	bool uninstalled, blocked;
};

struct pt_snapshot_take {
	struct pt_snapshot_setup setup;
	struct pt_buf rows;
	bool sorted;
	struct pt_measure measure;
};

int pt_snapshot_take_new(struct pt_snapshot_take **out, const struct pt_snapshot_setup *setup,
			 struct pt_err *err)
{
	struct pt_snapshot_take *take = calloc(1, sizeof(*take));
	int rc;

	if (!take)
		return pt_err_nomem(err);
	take->setup = *setup;
	rc = pt_measure_init(&take->measure, setup->suite, setup->train->npackage, err);
	if (rc < 0)
		pt_snapshot_take_free(take);
	else
		*out = take;
	return rc;
}

void pt_snapshot_take_free(struct pt_snapshot_take *take)
{
	if (!take)
		return;
	pt_measure_release(&take->measure);
	pt_buf_release(&take->rows);
	free(take);
}

void pt_snapshot_take_freep(struct pt_snapshot_take **take)
{
	pt_snapshot_take_free(*take);
}

/* A version that the platform does not list is left out: nobody could rehearse with it. */
int pt_snapshot_take_subscribers(struct pt_snapshot_take *take, uint32_t package,
				 const struct pt_push_reply *reply, struct pt_err *err)
{
	take->sorted = false;
	for (size_t i = 0; i < reply->nsubscriber; i++) {
		const struct pt_subscriber *from = &reply->subscriber[i];
		struct row row = {.org = from->org,
				  .parent = from->parent,
				  .type = from->type,
				  .status = from->status,
				  .package = (uint16_t)package,
				  .uninstalled = !from->installed,
				  .blocked = from->blocked};

		row.version = pt_inventory_version_of_id(take->setup.inventory, package,
							 from->version_id.text);
		memcpy(row.instance, from->instance, sizeof(row.instance));
		pt_buf_bytes(&take->rows, &row, sizeof(row));
	}
	return pt_buf_check(&take->rows, err);
}

static int by_org(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = pt_org_key_cmp(&a->org, &b->org);

	return order ? order : (a->package > b->package) - (a->package < b->package);
}

static struct row *sorted_rows(size_t *n_out, struct pt_snapshot_take *take)
{
	struct row *row = (struct row *)(void *)take->rows.data;

	*n_out = take->rows.len / sizeof(*row);
	if (!take->sorted && *n_out > 1)
		qsort(row, *n_out, sizeof(*row), by_org);
	take->sorted = true;
	return row;
}

/* The first row of an org, whatever its package; "" when it has none. */
static const char *instance_of(void *context, const struct pt_org_key *org)
{
	size_t n, low = 0, high;
	const struct row *row = sorted_rows(&n, context);

	for (high = n; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (pt_org_key_cmp(&row[middle].org, org) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && pt_org_key_cmp(&row[low].org, org) == 0 ? row[low].instance : "";
}

int pt_snapshot_take_history(struct pt_snapshot_take *take, uint32_t package,
			     const struct pt_push_reply *reply, struct pt_err *err)
{
	const struct pt_measure_job about = {package, take->setup.now_ms, instance_of, take};

	return pt_measure_take(&take->measure, &about, reply, err);
}

struct pt_snapshot_pushes *pt_snapshot_take_pushes(struct pt_snapshot_take *take)
{
	return take->measure.pushes;
}

/* Versions that somebody has, and where in the snapshot's list each is. */
static int copy_versions(struct pt_snapshot_package *out, uint16_t **index_out,
			 struct pt_snapshot *s, const struct pt_snapshot_take *take,
			 uint32_t package, struct pt_err *err)
{
	size_t nversion, nrow = take->rows.len / sizeof(struct row);
	const struct pt_push_version *version =
	    pt_inventory_versions(&nversion, take->setup.inventory, package);
	const struct row *row = (const struct row *)(const void *)take->rows.data;
	uint16_t *index = pt_arena_alloc(&s->arena, nversion + 1, sizeof(*index));

	out->version = pt_arena_alloc(&s->arena, nversion + 1, sizeof(*out->version));
	if (!index || !out->version)
		return pt_err_nomem(err);
	for (size_t i = 0; i < nrow; i++) {
		if (row[i].package == package && row[i].version < nversion)
			index[row[i].version] = 1;
	}
	for (size_t v = 0; v < nversion; v++) {
		struct pt_snapshot_version *to = &out->version[out->nversion];

		if (!index[v] || out->nversion == PT_SNAPSHOT_VERSIONS_MAX) {
			index[v] = PT_SNAPSHOT_NOTHING;
			continue;
		}
		*to = (struct pt_snapshot_version){version[v].version, version[v].released};
		/* The same number as a beta and as a release is one number too many for a file. */
		if (out->nversion > 0 && pt_version_cmp(&to[-1].version, &to->version) == 0) {
			to[-1].released |= to->released;
			index[v] = (uint16_t)(out->nversion - 1);
			continue;
		}
		index[v] = (uint16_t)out->nversion++;
	}
	*index_out = index;
	return 0;
}

static int copy_packages(uint16_t **index, struct pt_snapshot *s,
			 const struct pt_snapshot_take *take, struct pt_err *err)
{
	const struct pt_train *train = take->setup.train;
	int rc = 0;

	s->npackage = train->npackage;
	s->package = pt_arena_alloc(&s->arena, s->npackage + 1, sizeof(*s->package));
	if (!s->package)
		return pt_err_nomem(err);
	for (uint32_t p = 0; rc == 0 && p < s->npackage; p++) {
		s->package[p].name = pt_arena_strdup(&s->arena, train->package[p].name);
		s->package[p].pushes = take->measure.pushes[p];
		rc = s->package[p].name ? copy_versions(&s->package[p], &index[p], s, take, p, err)
					: pt_err_nomem(err);
	}
	return rc;
}

/* An org that was seen on several connectors is what the first package's record says it is. */
static void copy_orgs(struct pt_snapshot *s, uint16_t *const *index, const struct row *row,
		      size_t nrow)
{
	struct pt_snapshot_cell *cell = NULL;

	for (size_t i = 0; i < nrow; i++) {
		uint16_t version = row[i].version == PT_NOT_INSTALLED
				       ? PT_SNAPSHOT_NOTHING
				       : index[row[i].package][row[i].version];

		if (i == 0 || pt_org_key_cmp(&row[i - 1].org, &row[i].org) != 0) {
			struct pt_snapshot_org *org = &s->org[s->norg];

			*org = (struct pt_snapshot_org){.key = row[i].org,
							.parent = row[i].parent,
							.type = row[i].type,
							.status = row[i].status};
			memcpy(org->instance, row[i].instance, sizeof(org->instance));
			cell = s->cell + s->norg++ * s->npackage;
			for (size_t p = 0; p < s->npackage; p++)
				cell[p].version = PT_SNAPSHOT_NOTHING;
		}
		cell[row[i].package] = (struct pt_snapshot_cell){
		    version, version != PT_SNAPSHOT_NOTHING && row[i].uninstalled,
		    version != PT_SNAPSHOT_NOTHING && row[i].blocked};
	}
}

/* An org and where its cells are, to be sorted by what stands for it. */
struct place {
	struct pt_snapshot_org org;
	size_t at;
};

static int by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	return pt_org_key_cmp(&a->org.key, &b->org.key);
}

static int hash_place(struct place *place, const struct pt_org_hash *hash, struct pt_err *err)
{
	struct pt_org_key key = place->org.key, parent = place->org.parent;
	int rc = pt_org_hash_org(&place->org.key, hash, &key, err);

	if (rc == 0 && parent.text[0])
		rc = pt_org_hash_org(&place->org.parent, hash, &parent, err);
	return rc;
}

static int hash_orgs(struct pt_snapshot *s, const struct pt_org_hash *hash, struct pt_err *err)
{
	struct place *place = calloc(s->norg + 1, sizeof(*place));
	struct pt_snapshot_cell *cell =
	    pt_arena_alloc(&s->arena, s->norg * s->npackage + 1, sizeof(*cell));
	int rc = place && cell ? 0 : pt_err_nomem(err);

	for (size_t i = 0; rc == 0 && i < s->norg; i++) {
		place[i] = (struct place){s->org[i], i};
		rc = hash_place(&place[i], hash, err);
	}
	if (rc == 0 && s->norg > 1)
		qsort(place, s->norg, sizeof(*place), by_place);
	for (size_t i = 0; rc == 0 && i < s->norg; i++) {
		if (i > 0 && pt_org_key_cmp(&s->org[i - 1].key, &place[i].org.key) == 0)
			rc = pt_err_set(err, PT_E_INVALID, "two orgs have the hash %s",
					place[i].org.key.text);
		s->org[i] = place[i].org;
		memcpy(cell + i * s->npackage, s->cell + place[i].at * s->npackage,
		       s->npackage * sizeof(*cell));
	}
	s->cell = cell;
	s->hashed = true;
	memcpy(s->fingerprint, hash->fingerprint, sizeof(s->fingerprint));
	free(place);
	return rc;
}

static int fill(struct pt_snapshot *s, struct pt_snapshot_take *take, struct pt_err *err)
{
	size_t nrow;
	const struct row *row = sorted_rows(&nrow, take);
	uint16_t **index = (uint16_t **)calloc(take->setup.train->npackage + 1, sizeof(*index));
	int rc = index ? copy_packages(index, s, take, err) : pt_err_nomem(err);

	s->taken_ms = take->setup.now_ms;
	s->suite = pt_arena_strdup(&s->arena, take->setup.suite->name);
	s->org = pt_arena_alloc(&s->arena, nrow + 1, sizeof(*s->org));
	if (rc == 0 && (!s->suite || !s->org))
		rc = pt_err_nomem(err);
	if (rc == 0) {
		size_t norg = 0;

		for (size_t i = 0; i < nrow; i++)
			norg += i == 0 || pt_org_key_cmp(&row[i - 1].org, &row[i].org) != 0;
		s->cell = pt_arena_alloc(&s->arena, norg * s->npackage + 1, sizeof(*s->cell));
		rc = s->cell ? 0 : pt_err_nomem(err);
	}
	if (rc == 0)
		copy_orgs(s, index, row, nrow);
	free(index);
	pt_measure_delays(s->delay, &take->measure);
	return rc < 0 || !take->setup.hash ? rc : hash_orgs(s, take->setup.hash, err);
}

int pt_snapshot_take_finish(struct pt_snapshot **out, struct pt_snapshot_take *take,
			    struct pt_err *err)
{
	struct pt_snapshot *s = calloc(1, sizeof(*s));
	int rc = s ? fill(s, take, err) : pt_err_nomem(err);

	if (rc < 0)
		pt_snapshot_free(s);
	else
		*out = s;
	return rc;
}
