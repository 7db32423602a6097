/* See targets.h. */
#include "pipeline/targets.h"

#include <stdlib.h>
#include <string.h>

/* By the id that git told, else the release of that number. */
static uint16_t find_version(const struct pt_inventory *inventory, uint32_t p,
			     const struct pt_train_package *package)
{
	size_t n;
	const struct pt_push_version *version = pt_inventory_versions(&n, inventory, p);

	if (package->version_id[0])
		return pt_inventory_version_of_id(inventory, p, package->version_id);
	uint16_t at = pt_inventory_version_at_least(inventory, p, &package->version);

	if (at < n && version[at].released &&
	    memcmp(version[at].version.part, package->version.part, 3 * sizeof(uint32_t)) == 0)
		return at;
	return PT_NOT_INSTALLED;
}

static int check_version(struct pt_target *target, struct pt_train *train,
			 const struct pt_inventory *inventory, uint32_t p, struct pt_err *err)
{
	struct pt_train_package *package = &train->package[p];
	size_t n;
	const struct pt_push_version *version = pt_inventory_versions(&n, inventory, p);
	char text[PT_VERSION_TEXT];

	pt_version_text(text, &package->version);
	target->version = find_version(inventory, p, package);
	if (target->version == PT_NOT_INSTALLED)
		return pt_train_refuse(train, err, "%s %s %s is unknown to the platform",
				       package->name, text, package->version_id);
	version += target->version;
	target->version_id = version->id;
	memcpy(package->version_id, version->id.text, sizeof(package->version_id));
	if (!version->released)
		return pt_train_refuse(train, err, "%s %s %s is a beta", package->name, text,
				       package->version_id);
	if (version->deprecated)
		return pt_train_refuse(train, err, "%s %s %s is deprecated", package->name, text,
				       package->version_id);
	return 0;
}

static int find_needs(struct pt_target *target, const struct pt_train_package *package,
		      const struct pt_inventory *inventory, struct pt_err *err)
{
	target->need = calloc(package->nneed + 1, sizeof(*target->need));
	if (!target->need)
		return pt_err_nomem(err);
	target->nneed = package->nneed;
	for (size_t k = 0; k < package->nneed; k++) {
		const struct pt_requirement *need = &package->need[k];

		target->need[k].package = need->package;
		target->need[k].at_least =
		    pt_inventory_version_at_least(inventory, need->package, &need->version);
	}
	return 0;
}

int pt_targets_find(struct pt_targets *out, struct pt_train *train,
		    const struct pt_inventory *inventory, struct pt_err *err)
{
	struct pt_targets targets = {.n = train->npackage};
	int rc = 0;

	targets.target = calloc(targets.n + 1, sizeof(*targets.target));
	if (!targets.target)
		return pt_err_nomem(err);
	for (uint32_t p = 0; rc == 0 && p < targets.n; p++) {
		rc = check_version(&targets.target[p], train, inventory, p, err);
		if (rc == 0)
			rc = find_needs(&targets.target[p], &train->package[p], inventory, err);
	}
	if (rc < 0)
		pt_targets_release(&targets);
	else
		*out = targets;
	return rc;
}

void pt_targets_release(struct pt_targets *targets)
{
	for (size_t p = 0; p < targets->n; p++)
		free(targets->target[p].need);
	free(targets->target);
	*targets = (struct pt_targets){0};
}
