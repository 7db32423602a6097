/* What a simulated platform knows of a suite: all that its repositories ever released. */
#ifndef PT_CMD_CATALOGUE_H
#define PT_CMD_CATALOGUE_H

#include "base/arena.h"
#include "connectors/push/simulated/catalogue.h"
#include "pipeline/train.h"

/* Versions of every package, with the needs of those on the train. It is in the arena, its texts
 * are the train's. */
int pt_catalogue_of_train(struct pt_sim_catalogue *out, struct pt_arena *arena,
			  const struct pt_train *train, struct pt_err *err) PT_MUSTUSE;

#endif
