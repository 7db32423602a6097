/*
 * Takes a snapshot: subscriber records and past jobs, package by package, become orgs
 * and shares of what goes wrong and how long it takes.
 *
 *     pt_snapshot_take_new(&take, suite, train, inventory, now, err);
 *     for each package: pt_snapshot_take_subscribers(), then for each _history()
 *     pt_snapshot_take_finish(&snapshot, take, err);
 */
#ifndef PT_PIPELINE_SNAPSHOT_TAKE_H
#define PT_PIPELINE_SNAPSHOT_TAKE_H

#include "connectors/orgs/org_hash.h"
#include "connectors/push/snapshot.h"
#include "pipeline/inventory.h"
#include "pipeline/train.h"

struct pt_snapshot_take;

struct pt_snapshot_setup {
	const struct pt_suite *suite;
	const struct pt_train *train;         /* packages and their names */
	const struct pt_inventory *inventory; /* each package's versions */
	int64_t now_ms;
	const struct pt_org_hash *hash; /* MAY be NULL: keys stay as they are */
};

/* What setup points to is borrowed until the snapshot is finished. Owned by the caller. */
int pt_snapshot_take_new(struct pt_snapshot_take **out, const struct pt_snapshot_setup *setup,
			 struct pt_err *err) PT_MUSTUSE;
void pt_snapshot_take_free(struct pt_snapshot_take *take);
void pt_snapshot_take_freep(struct pt_snapshot_take **take);

/* The answer to PT_PUSH_SUBSCRIBERS of all. */
int pt_snapshot_take_subscribers(struct pt_snapshot_take *take, uint32_t package,
				 const struct pt_push_reply *reply, struct pt_err *err) PT_MUSTUSE;

/* The answer to PT_PUSH_HISTORY, once the subscribers of every package were taken. */
int pt_snapshot_take_history(struct pt_snapshot_take *take, uint32_t package,
			     const struct pt_push_reply *reply, struct pt_err *err) PT_MUSTUSE;

/* What was counted so far, one for each package, to be added to; borrowed. */
struct pt_snapshot_pushes *pt_snapshot_take_pushes(struct pt_snapshot_take *take);

/* Owned by the caller. PT_E_INVALID: two orgs have the same hash. */
int pt_snapshot_take_finish(struct pt_snapshot **out, struct pt_snapshot_take *take,
			    struct pt_err *err) PT_MUSTUSE;

#endif
