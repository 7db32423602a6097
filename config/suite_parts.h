/*
 * The sections of suite.yaml; each file reads one and suite.c puts them together.
 */
#ifndef PT_CONFIG_SUITE_PARTS_H
#define PT_CONFIG_SUITE_PARTS_H

#include "config/keys.h"

/* What `defaults` says. */
struct defaults {
	const char *connector, *tag;
	struct pt_src connector_src, tag_src;
};

void read_connectors(struct reader *r, const struct pt_yaml_node *node); /* suite_connectors.c */
void read_defaults(struct reader *r, const struct pt_yaml_node *node, struct defaults *out);
void read_packages(struct reader *r, const struct pt_yaml_node *node,
		   const struct defaults *defaults); /* suite_packages.c */
/* The package of that name, or UINT32_MAX and a complaint. */
uint32_t package_named(struct reader *r, const char *name, struct pt_src src, const char *path);
key_fn read_audience;   /* suite_orgs.c; into is not used */
key_fn read_installed;  /* suite_installed.c: struct pt_selector_conf, its ranges */
key_fn read_selector;   /* suite_orgs.c: struct pt_selector_conf */
key_fn read_stage_gate; /* suite_gates.c */
key_fn read_stage_approval;
key_fn read_stage_breaker;
key_fn read_stage_window;
key_fn read_stages;    /* suite_stages.c: struct pt_train_conf */
key_fn read_trains;    /* suite_trains.c; into is not used */
key_fn read_blackouts; /* suite_calendar.c; into is not used */
key_fn read_failures;
key_fn read_notify; /* suite_notify.c; into is not used */
key_fn read_secret; /* suite_connectors.c: struct pt_secret_conf */

/* Once the time zone is known: when each `until` has passed. */
void resolve_until(struct reader *r); /* suite_orgs.c */

/* Of a train whose stages are read: less than its `minimum_soak` is a complaint. */
void check_minimum_soak(struct reader *r, const struct pt_train_conf *train,
			const char *path); /* suite_soak.c */

/* The effective map of a train: its own keys over those of the train it extends. */
const struct pt_yaml_node *merge_train(struct reader *r, const struct pt_yaml_node *trains,
				       size_t at); /* suite_extends.c */

#define KEY(name, fn, type, field)                                                                 \
	{                                                                                          \
		name, fn, offsetof(type, field), false                                             \
	}
#define REQUIRED_KEY(name, fn, type, field)                                                        \
	{                                                                                          \
		name, fn, offsetof(type, field), true                                              \
	}

#endif
