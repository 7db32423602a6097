/*
 * How large a step a train is: a train says which it allows. A package's step is the one from
 * its previous release, unless it is smaller from what most orgs have: a train also carries
 * packages that nobody released anew.
 */
#ifndef PT_PIPELINE_UPGRADE_H
#define PT_PIPELINE_UPGRADE_H

#include "pipeline/inventory.h"
#include "pipeline/train.h"

/*
 * Adds a refusal for each package whose step is larger than allowed from its previous release
 * and from the version that most orgs have as well. inventory MAY be NULL: then what orgs have
 * is not known. O(orgs).
 */
int pt_upgrade_check(struct pt_train *train, const struct pt_inventory *inventory,
		     enum pt_upgrade allowed, struct pt_err *err) PT_MUSTUSE;

#endif
