/*
 * Reading maps by tables of keys. Everything wrong is collected, at the key or
 * value that is wrong; reading goes on with what is right.
 */
#ifndef PT_CONFIG_KEYS_H
#define PT_CONFIG_KEYS_H

#include "base/arena.h"
#include "base/errs.h"
#include "config/suite.h"
#include "config/suite_keys.h"
#include "config/yaml.h"

struct reader {
	struct pt_suite *suite;
	struct pt_arena *arena; /* of the suite */
	struct pt_errs *errs;
	size_t nmerged; /* nodes that `extends` made */
	void (*table)(void *user,
		      const struct pt_suite_table *table); /* is told of each; or NULL */
	void *user;
};

/* Reads one value; path is the key's, "trains.biweekly.offset". */
typedef void key_fn(struct reader *r, const struct pt_yaml_node *value, const char *path,
		    void *into);

struct key {
	const char *name;
	key_fn *set;
	size_t offset; /* of the field in `into`, which set() is given */
	bool required;
};

void complain(struct reader *r, struct pt_src src, const char *fmt, ...) PT_PRINTF(3, 4);

/* The same of an error that reading the value at that path ended in. */
void complain_of(struct reader *r, struct pt_src src, const char *path, const struct pt_err *err);

/* Whatever else is wrong, the suite cannot be read. */
void complain_nomem(struct reader *r);

/* A copy, into a const char *, which without memory stays what it is. */
void keep(struct reader *r, const char *text, void *into);

/* NULL and a complaint, without memory. */
void *keep_array(struct reader *r, size_t n, size_t size_bytes);

/* "parent.name", or "name" at the top. */
const char *path_join(struct reader *r, const char *parent, const char *name);
/* "parent[name or number]" for the i-th item of a list. */
const char *path_item(struct reader *r, const char *parent, const struct pt_yaml_node *item,
		      size_t i);

/* False and a complaint when the node is of another kind. */
bool expect(struct reader *r, const struct pt_yaml_node *node, enum pt_yaml_kind kind,
	    const char *path);

/* Reads a map whose keys are those of the table. */
void keys_read(struct reader *r, const struct pt_yaml_node *map, const struct key *table, size_t n,
	       const char *path, void *into);

/* ", did you mean 'x'?" or "". */
const char *suggest(struct reader *r, const char *word, const char *const *words, size_t n);

#endif
