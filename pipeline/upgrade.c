/* See upgrade.h. */
#include "pipeline/upgrade.h"

#include <stdlib.h>

static const char *const upgrade_text[] = {"patch", "minor", "major"};

/* The step from one version to a higher one. */
static enum pt_upgrade step_of(const struct pt_version *from, const struct pt_version *to)
{
	if (from->part[0] != to->part[0])
		return PT_UPGRADE_MAJOR;
	return from->part[1] != to->part[1] ? PT_UPGRADE_MINOR : PT_UPGRADE_PATCH;
}

static const struct pt_version *previous_release(const struct pt_train_package *package)
{
	const struct pt_version *previous = NULL;

	for (size_t k = 0; k < package->nrelease; k++) {
		const struct pt_release *release = &package->releases[k];

		if (pt_version_known(&release->version) &&
		    pt_version_cmp(&release->version, &package->version) < 0)
			previous = &release->version;
	}
	return previous;
}

/* NULL: no org has a version that is known. Of two that as many have, the lower one. */
static int most_have(const struct pt_version **out, const struct pt_inventory *inventory,
		     uint32_t package, struct pt_err *err)
{
	size_t nversion = 0, most = 0;
	const struct pt_push_version *version =
	    pt_inventory_versions(&nversion, inventory, package);
	uint32_t *norg = calloc(nversion + 1, sizeof(*norg));

	*out = NULL;
	if (!norg)
		return pt_err_nomem(err);
	for (uint32_t org = 0; org < pt_inventory_norg(inventory); org++) {
		uint16_t installed = pt_inventory_installed(inventory, package, org);

		if (installed < nversion)
			norg[installed]++;
	}
	for (size_t v = 1; v < nversion; v++) {
		if (norg[v] > norg[most])
			most = v;
	}
	if (nversion && norg[most])
		*out = &version[most].version;
	free(norg);
	return 0;
}

/* From one that is not known, or not lower, it is none. */
static bool is_allowed(const struct pt_version *from, const struct pt_version *to,
		       enum pt_upgrade allowed)
{
	return !from || pt_version_cmp(from, to) >= 0 || step_of(from, to) <= allowed;
}

static int check(struct pt_train *train, uint32_t p, const struct pt_inventory *inventory,
		 enum pt_upgrade allowed, struct pt_err *err)
{
	const struct pt_train_package *package = &train->package[p];
	const struct pt_version *before = previous_release(package), *most = NULL;
	char from[PT_VERSION_TEXT], to[PT_VERSION_TEXT];

	if (is_allowed(before, &package->version, allowed))
		return 0;
	if (inventory) {
		int rc = most_have(&most, inventory, p, err);

		if (rc < 0 || (most && is_allowed(most, &package->version, allowed)))
			return rc;
	}
	return pt_train_refuse(
	    train, err, "%s goes from %s to %s, a %s upgrade; the train allows %s", package->name,
	    pt_version_text(from, before), pt_version_text(to, &package->version),
	    upgrade_text[step_of(before, &package->version)], upgrade_text[allowed]);
}

int pt_upgrade_check(struct pt_train *train, const struct pt_inventory *inventory,
		     enum pt_upgrade allowed, struct pt_err *err)
{
	int rc = 0;

	for (uint32_t p = 0; rc == 0 && p < train->npackage; p++)
		rc = check(train, p, inventory, allowed, err);
	return rc;
}
