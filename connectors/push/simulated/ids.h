/*
 * Ids as the platform writes them: a prefix of three characters, twelve of
 * 0-9A-Za-z and a checksum of three. Some are made up from a draw, some count,
 * so that the number can be read back without a table.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_IDS_H
#define PT_CONNECTORS_PUSH_SIMULATED_IDS_H

#include "connectors/push/push.h"

/* The same key gives the same id. */
struct pt_id pt_sim_id_drawn(const char *prefix, uint64_t key);

struct pt_id pt_sim_id_numbered(const char *prefix, uint32_t number);

/* False when it is not a numbered id with that prefix; 15 characters suffice. */
bool pt_sim_id_number(uint32_t *out, const char *prefix, const struct pt_id *id);

enum { PT_SIM_KEYS_MAX = 62 * 62 * 62 * 62 };

/* An org key that looks drawn; different for each ordinal below PT_SIM_KEYS_MAX. */
struct pt_org_key pt_sim_org_key(uint64_t seed, uint32_t ordinal);

#endif
