/*
 * How pushes went by our own journal: for packages of whose pushes the platform tells
 * nothing, since its history was lost or does not reach back so far.
 */
#ifndef PT_PIPELINE_SNAPSHOT_RUNS_H
#define PT_PIPELINE_SNAPSHOT_RUNS_H

#include "connectors/push/snapshot.h"
#include "connectors/store/store.h"
#include "pipeline/train.h"

/*
 * Adds what the finished runs of the journal came to, to those pushes that have no jobs;
 * one entry for each package of the train. Counts the runs in *nrun_out.
 */
int pt_snapshot_add_runs(uint32_t *nrun_out, struct pt_snapshot_pushes *pushes,
			 const struct pt_train *train, struct pt_store *store,
			 struct pt_err *err) PT_MUSTUSE;

#endif
