/* See inventory.h. */
#include "pipeline/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "config/suite.h"
#include "pipeline/probe.h"

struct per_package {
	struct pt_id id;
	struct pt_push_version *version; /* ascending */
	uint16_t *by_id;                 /* indices into version, by id */
	size_t nversion;
	struct pt_have *record; /* by org */
};

struct pt_inventory {
	struct pt_arena names;
	struct pt_org *org;
	uint32_t *by_key;
	uint32_t norg, cap;
	uint32_t npackage;
	struct per_package *package;
};

enum { ID_SIGNIFICANT = 15 };

int pt_inventory_new(struct pt_inventory **out, uint32_t npackage, struct pt_err *err)
{
	struct pt_inventory *inventory = calloc(1, sizeof(*inventory));

	if (inventory)
		inventory->package = calloc((size_t)npackage + 1, sizeof(*inventory->package));
	if (!inventory || !inventory->package) {
		pt_inventory_free(inventory);
		return pt_err_nomem(err);
	}
	inventory->npackage = npackage;
	*out = inventory;
	return 0;
}

void pt_inventory_free(struct pt_inventory *inventory)
{
	if (!inventory)
		return;
	for (uint32_t p = 0; inventory->package && p < inventory->npackage; p++) {
		free(inventory->package[p].version);
		free(inventory->package[p].by_id);
		free(inventory->package[p].record);
	}
	free(inventory->package);
	free(inventory->org);
	free(inventory->by_key);
	pt_arena_release(&inventory->names);
	free(inventory);
}

void pt_inventory_freep(struct pt_inventory **inventory)
{
	pt_inventory_free(*inventory);
}

/* By number; a beta comes before the release of the same number. */
static int by_version(const void *left, const void *right)
{
	const struct pt_push_version *a = left, *b = right;
	int order = pt_version_cmp(&a->version, &b->version);

	if (order == 0)
		order = (int)a->released - (int)b->released;
	return order ? order : memcmp(a->id.text, b->id.text, ID_SIGNIFICANT);
}

static void sort_ids(struct per_package *package)
{
	/* Insertion by binary search: a few thousand versions at most, moved as 2-byte indices. */
	for (size_t i = 0; i < package->nversion; i++) {
		const char *id = package->version[i].id.text;
		size_t low = 0, high = i;

		while (low < high) {
			size_t mid = low + (high - low) / 2;
			const char *other = package->version[package->by_id[mid]].id.text;

			if (memcmp(other, id, ID_SIGNIFICANT) <= 0)
				low = mid + 1;
			else
				high = mid;
		}
		memmove(&package->by_id[low + 1], &package->by_id[low],
			(i - low) * sizeof(*package->by_id));
		package->by_id[low] = (uint16_t)i;
	}
}

int pt_inventory_set_versions(struct pt_inventory *inventory, uint32_t p,
			      const struct pt_push_reply *reply, struct pt_err *err)
{
	struct per_package *package = &inventory->package[p];
	struct pt_push_version *version;
	uint16_t *by_id;

	if (reply->nversion >= PT_OTHER_VERSION)
		return pt_err_set(err, PT_E_LIMIT, "a package of %zu versions", reply->nversion);
	version = calloc(reply->nversion + 1, sizeof(*version));
	by_id = calloc(reply->nversion + 1, sizeof(*by_id));
	if (!version || !by_id) {
		free(version);
		free(by_id);
		return pt_err_nomem(err);
	}
	if (reply->nversion)
		memcpy(version, reply->version, reply->nversion * sizeof(*version));
	qsort(version, reply->nversion, sizeof(*version), by_version);
	free(package->version);
	free(package->by_id);
	package->id = reply->package_id;
	package->version = version;
	package->by_id = by_id;
	package->nversion = reply->nversion;
	sort_ids(package);
	return 0;
}

/* Room for `more` further orgs in every table. */
static int make_room(struct pt_inventory *inventory, size_t more, struct pt_err *err)
{
	size_t need = inventory->norg + more, cap = inventory->cap ? inventory->cap : 1024;

	if (need <= inventory->cap)
		return 0;
	if (need >= UINT32_MAX / 2)
		return pt_err_set(err, PT_E_LIMIT, "more than %u orgs", UINT32_MAX / 2);
	while (cap < need)
		cap += cap / 2;
	struct pt_org *org = realloc(inventory->org, cap * sizeof(*org));

	if (!org)
		return pt_err_nomem(err);
	inventory->org = org;
	uint32_t *by_key = realloc(inventory->by_key, cap * sizeof(*by_key));

	if (!by_key)
		return pt_err_nomem(err);
	inventory->by_key = by_key;
	for (uint32_t p = 0; p < inventory->npackage; p++) {
		struct pt_have *record =
		    realloc(inventory->package[p].record, cap * sizeof(*record));

		if (!record)
			return pt_err_nomem(err);
		inventory->package[p].record = record;
		for (size_t i = inventory->cap; i < cap; i++)
			record[i] = (struct pt_have){PT_NOT_INSTALLED, PT_NOT_INSTALLED, false};
	}
	inventory->cap = (uint32_t)cap;
	return 0;
}

static bool is_below(const struct pt_inventory *inventory, uint32_t at,
		     const struct pt_org_key *key)
{
	return pt_org_key_cmp(&inventory->org[inventory->by_key[at]].key, key) < 0;
}

/* Where the key is or would be among by_key[low..high). */
static uint32_t place_within(const struct pt_inventory *inventory, uint32_t low, uint32_t high,
			     const struct pt_org_key *key)
{
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (is_below(inventory, mid, key))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The same among by_key[from..n), near its beginning: steps that double, then between two. */
static uint32_t place_after(const struct pt_inventory *inventory, uint32_t from, uint32_t n,
			    const struct pt_org_key *key)
{
	uint32_t low = from, high = from;

	for (uint32_t step = 1; high < n && is_below(inventory, high, key); step *= 2) {
		low = high + 1;
		high = step < n - high ? high + step : n;
	}
	return place_within(inventory, low, high, key);
}

uint32_t pt_inventory_find(const struct pt_inventory *inventory, const struct pt_org_key *key)
{
	uint32_t at = place_within(inventory, 0, inventory->norg, key);

	if (at == inventory->norg)
		return UINT32_MAX;
	uint32_t org = inventory->by_key[at];

	return pt_org_key_cmp(&inventory->org[org].key, key) == 0 ? org : UINT32_MAX;
}

static int set_org(struct pt_inventory *inventory, uint32_t index, const struct pt_subscriber *from,
		   const struct pt_inventory_read *read, struct pt_err *err)
{
	struct pt_org *org = &inventory->org[index];

	org->key = from->org;
	org->type = from->type;
	if (from->parent.text[0])
		org->parent = from->parent;
	if (from->status == PT_ORG_INACTIVE)
		org->inactive_ms = read->heard_ms;
	if (from->status == PT_ORG_INACTIVE || org->inactive_ms == 0 ||
	    org->inactive_ms < read->asked_ms)
		org->status = from->status;
	memcpy(org->instance, from->instance, sizeof(org->instance));
	if (!org->name || strcmp(org->name, from->name) != 0)
		org->name = pt_arena_strdup(&inventory->names, from->name);
	return org->name ? 0 : pt_err_nomem(err);
}

/* Appends the reply's orgs that are not known yet and merges them into by_key. */
static int add_new_orgs(struct pt_inventory *inventory, const struct pt_push_reply *reply,
			const struct pt_inventory_read *read, struct pt_err *err)
{
	uint32_t known = inventory->norg, fresh = 0, at = 0;
	int rc = make_room(inventory, reply->nsubscriber, err);

	for (size_t i = 0; rc == 0 && i < reply->nsubscriber; i++) {
		const struct pt_subscriber *from = &reply->subscriber[i];

		at = place_after(inventory, at, known, &from->org);
		if (at < known &&
		    pt_org_key_cmp(&inventory->org[inventory->by_key[at]].key, &from->org) == 0)
			continue;
		inventory->org[known + fresh] = (struct pt_org){.name = NULL};
		rc = set_org(inventory, known + fresh, from, read, err);
		fresh++;
	}
	if (rc < 0)
		return rc;
	/* Both runs are sorted: merge from the back. */
	uint32_t a = known, b = fresh, to = known + fresh;

	while (b > 0) {
		uint32_t from_b = known + b - 1;

		if (a > 0 && pt_org_key_cmp(&inventory->org[inventory->by_key[a - 1]].key,
					    &inventory->org[from_b].key) > 0)
			inventory->by_key[--to] = inventory->by_key[--a];
		else
			inventory->by_key[--to] = known + --b;
	}
	inventory->norg = known + fresh;
	return 0;
}

static void set_record(struct pt_inventory *inventory, uint32_t p, uint32_t org,
		       const struct pt_subscriber *from)
{
	struct pt_have *record = &inventory->package[p].record[org];

	record->installed = PT_NOT_INSTALLED;
	if (from->installed) {
		record->installed = pt_inventory_version_of_id(inventory, p, from->version_id.text);
		if (record->installed == PT_NOT_INSTALLED)
			record->installed = PT_OTHER_VERSION;
	} else {
		record->arrived = PT_NOT_INSTALLED;
	}
	record->blocked = from->blocked;
}

static bool ascending(const struct pt_push_reply *reply)
{
	for (size_t i = 1; i < reply->nsubscriber; i++) {
		if (pt_org_key_cmp(&reply->subscriber[i - 1].org, &reply->subscriber[i].org) >= 0)
			return false;
	}
	return true;
}

static const struct pt_have no_record = {PT_NOT_INSTALLED, PT_NOT_INSTALLED, false};

/* Both lists run by key: one walk. */
static int set_all(struct pt_inventory *inventory, uint32_t p, const struct pt_push_reply *reply,
		   const struct pt_inventory_read *read, struct pt_err *err)
{
	size_t next = 0, n = reply->nsubscriber;
	int rc = 0;

	if (PT_DEFECT(drop_last_page) && n)
		n--;
	for (uint32_t i = 0; rc == 0 && i < inventory->norg; i++) {
		uint32_t org = inventory->by_key[i];

		if (next < n &&
		    pt_org_key_cmp(&reply->subscriber[next].org, &inventory->org[org].key) == 0) {
			set_record(inventory, p, org, &reply->subscriber[next]);
			rc = set_org(inventory, org, &reply->subscriber[next++], read, err);
		} else {
			inventory->package[p].record[org] = no_record;
		}
	}
	return rc;
}

static int set_some(struct pt_inventory *inventory, uint32_t p, const struct pt_push_reply *reply,
		    const struct pt_inventory_read *read, struct pt_err *err)
{
	uint32_t at = 0;
	int rc = 0;

	for (size_t i = 0; !reply->changed_only && i < read->nasked; i++) {
		struct pt_have *record = &inventory->package[p].record[read->asked[i]];

		record->installed = PT_NOT_INSTALLED;
	}
	for (size_t i = 0; rc == 0 && i < reply->nsubscriber; i++) {
		/* It is there: whoever was not has been added. */
		at = place_after(inventory, at, inventory->norg, &reply->subscriber[i].org);
		uint32_t org = inventory->by_key[at];

		set_record(inventory, p, org, &reply->subscriber[i]);
		rc = set_org(inventory, org, &reply->subscriber[i], read, err);
	}
	for (size_t i = 0; !reply->changed_only && i < read->nasked; i++) {
		struct pt_have *record = &inventory->package[p].record[read->asked[i]];

		if (record->installed == PT_NOT_INSTALLED)
			*record = no_record;
	}
	return rc;
}

int pt_inventory_set_subscribers(struct pt_inventory *inventory, uint32_t p,
				 const struct pt_push_reply *reply,
				 const struct pt_inventory_read *read, struct pt_err *err)
{
	if (!ascending(reply))
		return pt_err_set(err, PT_E_PLATFORM, "subscriber records out of order");
	int rc = add_new_orgs(inventory, reply, read, err);

	if (rc < 0)
		return rc;
	return read->nasked ? set_some(inventory, p, reply, read, err)
			    : set_all(inventory, p, reply, read, err);
}

uint32_t pt_inventory_norg(const struct pt_inventory *inventory)
{
	return inventory->norg;
}

const struct pt_org *pt_inventory_org(const struct pt_inventory *inventory, uint32_t org)
{
	return &inventory->org[org];
}

const uint32_t *pt_inventory_by_key(const struct pt_inventory *inventory)
{
	return inventory->by_key;
}

const struct pt_push_version *pt_inventory_versions(size_t *n_out,
						    const struct pt_inventory *inventory,
						    uint32_t package)
{
	*n_out = inventory->package[package].nversion;
	return inventory->package[package].version;
}

struct pt_id pt_inventory_package_id(const struct pt_inventory *inventory, uint32_t package)
{
	return inventory->package[package].id;
}

uint16_t pt_inventory_version_of_id(const struct pt_inventory *inventory, uint32_t p,
				    const char *version_id)
{
	const struct per_package *package = &inventory->package[p];
	size_t low = 0, high = package->nversion;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *id = package->version[package->by_id[mid]].id.text;
		int order = strncmp(id, version_id, ID_SIGNIFICANT);

		if (order == 0)
			return package->by_id[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return PT_NOT_INSTALLED;
}

/* The release that people mean by that number: its build does not matter unless it was given. */
static bool is_release_of(const struct pt_push_version *candidate, const struct pt_version *version)
{
	size_t nsame = version->npart == 4 ? 4 : 3;

	return candidate->released && memcmp(candidate->version.part, version->part,
					     nsame * sizeof(version->part[0])) == 0;
}

uint16_t pt_inventory_version_at_least(const struct pt_inventory *inventory, uint32_t p,
				       const struct pt_version *version)
{
	const struct per_package *package = &inventory->package[p];
	size_t i = 0;

	for (i = 0; i < package->nversion; i++) {
		if (is_release_of(&package->version[i], version))
			return (uint16_t)i;
	}
	for (i = 0; i < package->nversion; i++) {
		if (pt_version_cmp(&package->version[i].version, version) >= 0)
			break;
	}
	return (uint16_t)i;
}

uint16_t pt_inventory_installed(const struct pt_inventory *inventory, uint32_t p, uint32_t org)
{
	const struct pt_have *record = &inventory->package[p].record[org];

	if (record->installed == PT_NOT_INSTALLED || record->arrived == PT_NOT_INSTALLED)
		return record->installed;
	if (record->installed == PT_OTHER_VERSION || record->arrived > record->installed)
		return record->arrived;
	return record->installed;
}

bool pt_inventory_has(const struct pt_inventory *inventory, uint32_t p, uint32_t org,
		      uint16_t at_least)
{
	uint16_t installed = pt_inventory_installed(inventory, p, org);

	return installed < PT_OTHER_VERSION && installed >= at_least;
}

void pt_inventory_arrived(struct pt_inventory *inventory, uint32_t p, uint32_t org,
			  uint16_t version)
{
	struct pt_have *record = &inventory->package[p].record[org];

	if (record->arrived == PT_NOT_INSTALLED || record->arrived < version)
		record->arrived = version;
}

bool pt_inventory_blocked(const struct pt_inventory *inventory, uint32_t p, uint32_t org)
{
	return inventory->package[p].record[org].blocked;
}

const struct pt_have *pt_inventory_have(const struct pt_inventory *inventory, uint32_t p,
					uint32_t org)
{
	return &inventory->package[p].record[org];
}

void pt_inventory_put_back(struct pt_inventory *inventory, uint32_t p, uint32_t org,
			   const struct pt_have *have)
{
	inventory->package[p].record[org] = *have;
}

static int key_order(const struct pt_inventory *inventory, uint32_t a, uint32_t b)
{
	return pt_org_key_cmp(&inventory->org[a].key, &inventory->org[b].key);
}

/* Two sorted runs of by_key, [from, mid) and [mid, end), into one of `to`. */
static void merge(const struct pt_inventory *inventory, uint32_t *to, uint32_t from, uint32_t mid,
		  uint32_t end)
{
	const uint32_t *run = inventory->by_key;
	uint32_t a = from, b = mid;

	for (uint32_t i = from; i < end; i++) {
		bool first = b == end || (a < mid && key_order(inventory, run[a], run[b]) <= 0);

		to[i] = first ? run[a++] : run[b++];
	}
}

static int sort_by_key(struct pt_inventory *inventory, struct pt_err *err)
{
	uint32_t n = inventory->norg;
	uint32_t *other = calloc(inventory->cap, sizeof(*other));

	if (!other)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < n; i++)
		inventory->by_key[i] = i;
	for (uint32_t width = 1; width < n; width *= 2) {
		for (uint32_t from = 0; from < n; from += 2 * width) {
			uint32_t mid = n - from > width ? from + width : n;
			uint32_t end = n - mid > width ? mid + width : n;

			merge(inventory, other, from, mid, end);
		}
		uint32_t *sorted = other;

		other = inventory->by_key;
		inventory->by_key = sorted;
	}
	free(other);
	return 0;
}

int pt_inventory_put_back_orgs(struct pt_inventory *inventory, const struct pt_org *org,
			       uint32_t norg, struct pt_err *err)
{
	int rc = make_room(inventory, norg, err);

	for (uint32_t i = 0; rc == 0 && i < norg; i++) {
		inventory->org[i] = org[i];
		inventory->org[i].name = pt_arena_strdup(&inventory->names, org[i].name);
		if (!inventory->org[i].name)
			rc = pt_err_nomem(err);
	}
	if (rc < 0)
		return rc;
	inventory->norg = norg;
	rc = sort_by_key(inventory, err);
	for (uint32_t i = 1; rc == 0 && i < norg; i++) {
		if (key_order(inventory, inventory->by_key[i - 1], inventory->by_key[i]) == 0)
			rc = pt_err_set(err, PT_E_INVALID, "org %s is there twice",
					inventory->org[inventory->by_key[i]].key.text);
	}
	return rc;
}
