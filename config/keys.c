/* See keys.h. */
#include "config/keys.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"

static const char *without_path(const char *text)
{
	const char *colon = strstr(text, ": ");

	return colon ? colon : text;
}

/* What two trains inherit is wrong once, though under two paths. */
static bool said_before(const struct pt_errs *errs, struct pt_src src, const char *text)
{
	for (size_t i = 0; i < errs->n; i++) {
		const struct pt_err *e = &errs->item[i];

		if (e->line == src.line && e->col == src.col &&
		    strcmp(without_path(e->text), without_path(text)) == 0)
			return true;
	}
	return false;
}

void complain(struct reader *r, struct pt_src src, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!said_before(r->errs, src, text))
		pt_errs_at(r->errs, PT_E_INVALID, src, "%s", text);
}

void complain_nomem(struct reader *r)
{
	struct pt_err err = PT_ERR_INIT;

	if (r->errs->nomem)
		return;
	(void)pt_err_nomem(&err);
	pt_errs_add(r->errs, &err);
}

void complain_of(struct reader *r, struct pt_src src, const char *path, const struct pt_err *err)
{
	if (err->code == PT_E_NOMEM)
		complain_nomem(r);
	else
		complain(r, src, "%s: %s", path, err->text);
}

/* Of names in complaints there is always something to show. */
static const char *or_else(struct reader *r, const char *text, const char *instead)
{
	if (!text)
		complain_nomem(r);
	return text ? text : instead;
}

void keep(struct reader *r, const char *text, void *into)
{
	const char *copy = pt_arena_strdup(r->arena, text);

	if (copy)
		*(const char **)into = copy;
	else
		complain_nomem(r);
}

void *keep_array(struct reader *r, size_t n, size_t size_bytes)
{
	void *array = pt_arena_alloc(r->arena, n + 1, size_bytes);

	if (!array)
		complain_nomem(r);
	return array;
}

const char *path_join(struct reader *r, const char *parent, const char *name)
{
	const char *path = parent[0] ? pt_arena_printf(r->arena, "%s.%s", parent, name) : name;

	return or_else(r, path, name);
}

const char *path_item(struct reader *r, const char *parent, const struct pt_yaml_node *item,
		      size_t i)
{
	const char *name = pt_yaml_text(pt_yaml_get(item, "name"));
	const char *path = name ? pt_arena_printf(r->arena, "%s[%s]", parent, name)
				: pt_arena_printf(r->arena, "%s[%zu]", parent, i);

	return or_else(r, path, parent);
}

bool expect(struct reader *r, const struct pt_yaml_node *node, enum pt_yaml_kind kind,
	    const char *path)
{
	static const char *const names[] = {"one value", "a list", "a map of keys"};

	if (node->kind == kind)
		return true;
	complain(r, node->src, "%s: expected %s, not %s", path, names[kind], names[node->kind]);
	return false;
}

const char *suggest(struct reader *r, const char *word, const char *const *words, size_t n)
{
	const char *near = pt_near(word, words, n);

	return near ? or_else(r, pt_arena_printf(r->arena, ", did you mean '%s'?", near), "") : "";
}

static void unknown_key(struct reader *r, const struct pt_yaml_node *key, const struct key *table,
			size_t n, const char *path)
{
	const char **names = keep_array(r, n, sizeof(*names));

	for (size_t i = 0; names && i < n; i++)
		names[i] = table[i].name;
	complain(r, key->src, "%s%sunknown key '%.60s'%s", path, path[0] ? ": " : "", key->text,
		 names ? suggest(r, key->text, names, n) : "");
}

/* For those who want to know of tables. */
static void tell(struct reader *r, const struct pt_yaml_node *map, const struct key *table,
		 size_t n, const char *path)
{
	const char **names = keep_array(r, n, sizeof(*names));
	bool *required = keep_array(r, n, sizeof(*required));

	for (size_t i = 0; names && required && i < n; i++) {
		names[i] = table[i].name;
		required[i] = table[i].required;
	}
	if (names && required)
		r->table(r->user, &(struct pt_suite_table){path, map->src, names, required, n});
}

void keys_read(struct reader *r, const struct pt_yaml_node *map, const struct key *table, size_t n,
	       const char *path, void *into)
{
	if (!expect(r, map, PT_YAML_MAP, path[0] ? path : "the suite file"))
		return;
	if (r->table)
		tell(r, map, table, n, path);
	for (size_t k = 0; k < map->n; k++) {
		size_t i = 0;

		while (i < n && strcmp(table[i].name, map->key[k]->text) != 0)
			i++;
		if (i == n)
			unknown_key(r, map->key[k], table, n, path);
		else
			table[i].set(r, map->item[k], path_join(r, path, table[i].name),
				     (char *)into + table[i].offset);
	}
	for (size_t i = 0; i < n; i++) {
		if (table[i].required && !pt_yaml_get(map, table[i].name))
			complain(r, map->src, "%s%smissing key '%s'", path, path[0] ? ": " : "",
				 table[i].name);
	}
}
