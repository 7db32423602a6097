/*
 * The environment of a command: ours, and what it is told in variables of its own.
 *
 *     pt_env_set(&env, "PUSHTRAIN_STAGE", "%s", name);
 *     conf.env = pt_env_list(&env, err);
 *     pt_env_release(&env);
 */
#ifndef PT_CONNECTORS_COMMAND_ENV_H
#define PT_CONNECTORS_COMMAND_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct pt_env {
	struct pt_arena arena;
	char **item; /* owned; "NAME=value", and a NULL behind the last */
	size_t n, cap;
	bool failed;
};

#define PT_ENV_INIT                                                                                \
	{                                                                                          \
		.item = NULL                                                                       \
	}

/* Sets it, once; replaces one that we have of that name. */
void pt_env_set(struct pt_env *env, const char *name, const char *fmt, ...) PT_PRINTF(3, 4);

/* All of it, borrowed until the release; NULL without memory. */
char *const *pt_env_list(struct pt_env *env, struct pt_err *err) PT_MUSTUSE;

void pt_env_release(struct pt_env *env);

#endif
