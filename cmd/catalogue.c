/* See catalogue.h. */
#include "cmd/catalogue.h"

#include <string.h>

/* What was ever released of a package, with the needs of the version on the train. */
static int describe(struct pt_sim_package *out, const struct pt_train *train, uint32_t p,
		    struct pt_arena *arena, struct pt_err *err)
{
	const struct pt_train_package *package = &train->package[p];
	struct pt_sim_version *version =
	    pt_arena_alloc(arena, package->nrelease + 1, sizeof(*version));
	struct pt_sim_need *need = pt_arena_alloc(arena, package->nneed + 1, sizeof(*need));
	size_t n = 0;

	if (!version || !need)
		return pt_err_nomem(err);
	for (size_t k = 0; k < package->nneed; k++)
		need[k] = (struct pt_sim_need){package->need[k].package, package->need[k].version};
	for (size_t k = 0; k < package->nrelease; k++) {
		const struct pt_release *release = &package->releases[k];

		if (!pt_version_known(&release->version) ||
		    (n && pt_version_cmp(&version[n - 1].version, &release->version) == 0))
			continue;
		version[n].version = release->version;
		memcpy(version[n].id.text, release->version_id, sizeof(version[n].id.text));
		if (pt_version_cmp(&release->version, &package->version) == 0) {
			version[n].need = need;
			version[n].nneed = package->nneed;
			out->target = (uint32_t)n;
		}
		n++;
	}
	out->name = package->name;
	out->title = package->title;
	out->namespace_ = package->namespace_;
	out->version = version;
	out->nversion = n;
	return 0;
}

int pt_catalogue_of_train(struct pt_sim_catalogue *out, struct pt_arena *arena,
			  const struct pt_train *train, struct pt_err *err)
{
	struct pt_sim_package *package =
	    pt_arena_alloc(arena, train->npackage + 1, sizeof(*package));
	int rc = package ? 0 : pt_err_nomem(err);

	for (uint32_t p = 0; rc == 0 && p < train->npackage; p++)
		rc = describe(&package[p], train, p, arena, err);
	if (rc == 0)
		*out = (struct pt_sim_catalogue){package, train->npackage};
	return rc;
}
