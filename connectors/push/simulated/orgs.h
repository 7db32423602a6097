/*
 * The orgs of the platform: numbered in the order they came, so that a number
 * stays valid, and ranked by key.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_ORGS_H
#define PT_CONNECTORS_PUSH_SIMULATED_ORGS_H

#include "connectors/push/push.h"

enum { PT_SIM_INSTANCE_TEXT = 14, PT_SIM_INSTANCES_MAX = 20000 };

struct pt_sim_org {
	struct pt_org_key key, parent;
	uint64_t draw; /* stands for the org in draws */
	uint16_t instance;
	uint8_t type, status;
};

struct pt_sim_instance {
	char name[PT_SIM_INSTANCE_TEXT];
	uint64_t draw;
};

struct pt_sim_orgs {
	struct pt_sim_org *item;
	uint32_t *by_key; /* org numbers by key ascending */
	uint32_t *rank;   /* by org number: its place in by_key */
	uint32_t n;
	size_t cap, by_key_cap, rank_cap;
	struct pt_sim_instance *instance;
	uint16_t *by_name; /* instance numbers by name ascending */
	uint32_t ninstance;
	size_t instance_cap, by_name_cap;
};

int pt_sim_orgs_reserve(struct pt_sim_orgs *orgs, size_t total, struct pt_err *err) PT_MUSTUSE;

/*
 * Its number is orgs->n - 1 afterwards. O(1) when keys come in ascending order,
 * else O(orgs). PT_E_INVALID when the key is taken; `org->instance` and `draw` are filled in.
 */
int pt_sim_orgs_add(struct pt_sim_orgs *orgs, const struct pt_sim_org *org, const char *instance,
		    uint64_t seed, struct pt_err *err) PT_MUSTUSE;

/* Its number, or UINT32_MAX. O(log orgs). */
uint32_t pt_sim_orgs_find(const struct pt_sim_orgs *orgs, const struct pt_org_key *key);

/*
 * The same for keys that mostly ascend: *place, 0 at first, is where to look on from.
 * O(log of the orgs between one key and the next).
 */
uint32_t pt_sim_orgs_find_next(const struct pt_sim_orgs *orgs, const struct pt_org_key *key,
			       uint32_t *place);

void pt_sim_orgs_release(struct pt_sim_orgs *orgs);

#endif
