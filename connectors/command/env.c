/* See env.h. */
#include "connectors/command/env.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

extern char **environ;

static void add(struct pt_env *env, char *item)
{
	size_t cap = env->cap ? 2 * env->cap : 64;

	if (env->n + 1 >= env->cap) {
		char **grown = (char **)realloc((void *)env->item, cap * sizeof(*grown));

		if (!grown) {
			env->failed = true;
			return;
		}
		env->item = grown;
		env->cap = cap;
	}
	env->item[env->n++] = item;
	env->item[env->n] = NULL;
}

void pt_env_set(struct pt_env *env, const char *name, const char *fmt, ...)
{
	char value[4096];
	char *item;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	item = pt_arena_printf(&env->arena, "%s=%s", name, value);
	if (item)
		add(env, item);
	env->failed |= !item;
}

static bool is_set(const struct pt_env *env, size_t nown, const char *item)
{
	size_t len = strcspn(item, "=") + 1;

	for (size_t i = 0; i < nown; i++) {
		if (strncmp(env->item[i], item, len) == 0)
			return true;
	}
	return false;
}

char *const *pt_env_list(struct pt_env *env, struct pt_err *err)
{
	size_t nown = env->n;

	for (char **item = environ; item && *item; item++) {
		if (!is_set(env, nown, *item))
			add(env, *item);
	}
	if (!env->failed && env->item)
		return env->item;
	(void)pt_err_nomem(err);
	return NULL;
}

void pt_env_release(struct pt_env *env)
{
	free((void *)env->item);
	pt_arena_release(&env->arena);
	*env = (struct pt_env){.item = NULL};
}
