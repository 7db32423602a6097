/* A catalogue as text (JSON), and back. */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_CATALOGUE_TEXT_H
#define PT_CONNECTORS_PUSH_SIMULATED_CATALOGUE_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "connectors/push/simulated/catalogue.h"

/* Appends it; the same catalogue gives the same text. */
void pt_sim_catalogue_write(struct pt_buf *out, const struct pt_sim_catalogue *catalogue);

/* Everything it points to is in the arena. PT_E_INVALID. */
int pt_sim_catalogue_read(struct pt_sim_catalogue *out, struct pt_arena *arena, const char *text,
			  struct pt_err *err) PT_MUSTUSE;

#endif
