/* See selector.h. */
#include "pipeline/selector.h"

#include "pipeline/probe.h"

bool pt_org_list_has(const struct pt_org_list *list, const struct pt_org_key *key)
{
	size_t low = 0, high = PT_DEFECT(compare_18) ? 0 : list->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (pt_org_key_cmp(&list->key[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < list->n && pt_org_key_cmp(&list->key[low], key) == 0;
}

int pt_selector_open(struct pt_selector *out, const struct pt_selector_conf *conf,
		     const struct pt_org_list *list, struct pt_err *err)
{
	struct pt_selector selector = {.conf = conf, .list = list};
	int rc = 0;

	if (conf->instance)
		rc = pt_pattern_new(&selector.instance, conf->instance, err);
	if (rc == 0 && conf->not_ && conf->not_->instance)
		rc = pt_pattern_new(&selector.not_instance, conf->not_->instance, err);
	if (rc < 0)
		pt_selector_release(&selector);
	else
		*out = selector;
	return rc;
}

void pt_selector_release(struct pt_selector *selector)
{
	pt_pattern_free(selector->instance);
	pt_pattern_free(selector->not_instance);
	*selector = (struct pt_selector){.conf = NULL};
}

/* By the parts that the bound was written with. */
static int cmp_written(const struct pt_version *version, const struct pt_version *bound)
{
	for (uint8_t i = 0; i < bound->npart; i++) {
		if (version->part[i] != bound->part[i])
			return version->part[i] < bound->part[i] ? -1 : 1;
	}
	return 0;
}

bool pt_range_has(const struct pt_range_conf *range, const struct pt_version *version)
{
	int to_low = cmp_written(version, &range->low),
	    to_high = cmp_written(version, &range->high);

	if (range->kind != PT_RANGE_BETWEEN)
		return range->kind == PT_RANGE_ANY;
	if (pt_version_known(&range->low) && (to_low < 0 || (to_low == 0 && range->above_low)))
		return false;
	return !pt_version_known(&range->high) || to_high < 0 ||
	       (to_high == 0 && !range->below_high);
}

/* A version that the platform does not list is installed, and in no range. */
static bool is_installed(const struct pt_range_conf *range, const struct pt_inventory *inventory,
			 uint32_t org)
{
	uint16_t installed = pt_inventory_installed(inventory, range->package, org);
	size_t n;
	const struct pt_push_version *version =
	    pt_inventory_versions(&n, inventory, range->package);

	if (range->kind != PT_RANGE_BETWEEN)
		return (installed == PT_NOT_INSTALLED) == (range->kind == PT_RANGE_NONE);
	return installed < n && pt_range_has(range, &version[installed].version);
}

/* Everything but a file. */
static int meets(bool *out, const struct pt_selector_conf *conf, const struct pt_pattern *instance,
		 const struct pt_inventory *inventory, uint32_t org, struct pt_err *err)
{
	const struct pt_org *who = pt_inventory_org(inventory, org);

	*out = !(conf->types && !(conf->types & who->type)) &&
	       !(conf->statuses && !(conf->statuses & who->status));
	for (size_t i = 0; *out && i < conf->ninstalled; i++)
		*out = is_installed(&conf->installed[i], inventory, org);
	return *out && instance ? pt_pattern_match(out, NULL, instance, who->instance, NULL, err)
				: 0;
}

int pt_selector_match(bool *out, const struct pt_selector *selector,
		      const struct pt_inventory *inventory, uint32_t org, struct pt_err *err)
{
	const struct pt_selector_conf *conf = selector->conf;
	bool match = true, left_out = false;
	int rc = 0;

	if (conf->file)
		match = pt_org_list_has(selector->list, &pt_inventory_org(inventory, org)->key);
	if (match)
		rc = meets(&match, conf, selector->instance, inventory, org, err);
	if (rc == 0 && match && conf->not_)
		rc = meets(&left_out, conf->not_, selector->not_instance, inventory, org, err);
	if (rc < 0)
		return rc;
	*out = match && !left_out;
	return 0;
}

bool pt_selector_match_key(const struct pt_selector *selector, const struct pt_org_key *key)
{
	const struct pt_selector_conf *conf = selector->conf;

	return conf->file && !conf->types && !conf->statuses && !conf->instance &&
	       !conf->ninstalled && !conf->not_ && pt_org_list_has(selector->list, key);
}
