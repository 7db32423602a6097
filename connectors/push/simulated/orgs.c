/* See orgs.h. */
#include "connectors/push/simulated/orgs.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "connectors/push/simulated/grow.h"

static int reserve_u32(uint32_t **array, size_t *cap, size_t total, struct pt_err *err)
{
	uint32_t *grown = pt_sim_grow(*array, cap, total, sizeof(**array));

	if (!grown)
		return pt_err_nomem(err);
	*array = grown;
	return 0;
}

int pt_sim_orgs_reserve(struct pt_sim_orgs *orgs, size_t total, struct pt_err *err)
{
	struct pt_sim_org *grown = pt_sim_grow(orgs->item, &orgs->cap, total, sizeof(*orgs->item));

	if (!grown)
		return pt_err_nomem(err);
	orgs->item = grown;
	if (reserve_u32(&orgs->by_key, &orgs->by_key_cap, total, err) < 0 ||
	    reserve_u32(&orgs->rank, &orgs->rank_cap, total, err) < 0)
		return -PT_E_NOMEM;
	return 0;
}

static int reserve_instance(struct pt_sim_orgs *orgs, struct pt_err *err)
{
	size_t total = (size_t)orgs->ninstance + 1;
	struct pt_sim_instance *instance;
	uint16_t *by_name;

	if (total > PT_SIM_INSTANCES_MAX)
		return pt_err_set(err, PT_E_LIMIT, "more than %d instances", PT_SIM_INSTANCES_MAX);
	instance = pt_sim_grow(orgs->instance, &orgs->instance_cap, total, sizeof(*instance));
	if (!instance)
		return pt_err_nomem(err);
	orgs->instance = instance;
	by_name = pt_sim_grow(orgs->by_name, &orgs->by_name_cap, total, sizeof(*by_name));
	if (!by_name)
		return pt_err_nomem(err);
	orgs->by_name = by_name;
	return 0;
}

/* The number of the instance with that name, which may be new. */
static int intern_instance(uint16_t *out, struct pt_sim_orgs *orgs, const char *name, uint64_t seed,
			   struct pt_err *err)
{
	struct pt_sim_instance instance = {{0}, 0};
	uint32_t low = 0, high = orgs->ninstance;
	int rc;

	memcpy(instance.name, name, strnlen(name, sizeof(instance.name) - 1));
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int cmp = strcmp(instance.name, orgs->instance[orgs->by_name[middle]].name);

		if (cmp == 0) {
			*out = orgs->by_name[middle];
			return 0;
		}
		low = cmp > 0 ? middle + 1 : low;
		high = cmp > 0 ? high : middle;
	}
	rc = reserve_instance(orgs, err);
	if (rc < 0)
		return rc;
	instance.draw = pt_rng_mix_text(seed, instance.name, strlen(instance.name));
	memmove(orgs->by_name + low + 1, orgs->by_name + low,
		(orgs->ninstance - low) * sizeof(*orgs->by_name));
	*out = orgs->by_name[low] = (uint16_t)orgs->ninstance;
	orgs->instance[orgs->ninstance++] = instance;
	return 0;
}

/* How many keys are below this one. */
static uint32_t lower_bound_in(const struct pt_sim_orgs *orgs, const struct pt_org_key *key,
			       uint32_t low, uint32_t high)
{
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (pt_org_key_cmp(&orgs->item[orgs->by_key[middle]].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t lower_bound(const struct pt_sim_orgs *orgs, const struct pt_org_key *key)
{
	return lower_bound_in(orgs, key, 0, orgs->n);
}

static bool is_below(const struct pt_sim_orgs *orgs, uint32_t place, const struct pt_org_key *key)
{
	return pt_org_key_cmp(&orgs->item[orgs->by_key[place]].key, key) < 0;
}

static uint32_t place_of(const struct pt_sim_orgs *orgs, const struct pt_org_key *key)
{
	if (orgs->n == 0 || pt_org_key_cmp(&orgs->item[orgs->by_key[orgs->n - 1]].key, key) < 0)
		return orgs->n;
	return lower_bound(orgs, key);
}

int pt_sim_orgs_add(struct pt_sim_orgs *orgs, const struct pt_sim_org *org, const char *instance,
		    uint64_t seed, struct pt_err *err)
{
	struct pt_sim_org *added;
	uint32_t place;
	uint16_t number;
	int rc = pt_sim_orgs_reserve(orgs, (size_t)orgs->n + 1, err);

	if (rc < 0)
		return rc;
	place = place_of(orgs, &org->key);
	if (place < orgs->n && pt_org_key_cmp(&orgs->item[orgs->by_key[place]].key, &org->key) == 0)
		return pt_err_set(err, PT_E_INVALID, "two orgs have the key '%s'", org->key.text);
	rc = intern_instance(&number, orgs, instance, seed, err);
	if (rc < 0)
		return rc;
	added = &orgs->item[orgs->n];
	*added = *org;
	added->instance = number;
	added->draw = pt_rng_mix_text(seed, org->key.text, strlen(org->key.text));
	memmove(orgs->by_key + place + 1, orgs->by_key + place,
		(orgs->n - place) * sizeof(*orgs->by_key));
	orgs->by_key[place] = orgs->n++;
	for (uint32_t i = place; i < orgs->n; i++)
		orgs->rank[orgs->by_key[i]] = i;
	return 0;
}

uint32_t pt_sim_orgs_find(const struct pt_sim_orgs *orgs, const struct pt_org_key *key)
{
	uint32_t place = lower_bound(orgs, key);

	if (place < orgs->n && pt_org_key_cmp(&orgs->item[orgs->by_key[place]].key, key) == 0)
		return orgs->by_key[place];
	return UINT32_MAX;
}

/* Steps that double, until the key is not beyond; then between the last two. */
uint32_t pt_sim_orgs_find_next(const struct pt_sim_orgs *orgs, const struct pt_org_key *key,
			       uint32_t *place)
{
	uint32_t low = *place, high, step = 1;

	if (low > orgs->n || (low > 0 && !is_below(orgs, low - 1, key)))
		low = 0;
	for (high = low; high < orgs->n && is_below(orgs, high, key); step *= 2) {
		low = high + 1;
		high = step < orgs->n - high ? high + step : orgs->n;
	}
	*place = lower_bound_in(orgs, key, low, high);
	if (*place < orgs->n && pt_org_key_cmp(&orgs->item[orgs->by_key[*place]].key, key) == 0)
		return orgs->by_key[*place];
	return UINT32_MAX;
}

void pt_sim_orgs_release(struct pt_sim_orgs *orgs)
{
	free(orgs->item);
	free(orgs->by_key);
	free(orgs->rank);
	free(orgs->instance);
	free(orgs->by_name);
	*orgs = (struct pt_sim_orgs){.item = NULL};
}
