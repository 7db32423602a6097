/*
 * YAML as a tree whose every node knows where it stands in the file. Scalars
 * keep their text: 1.0 stays "1.0". Read the file, walk the tree, free it.
 *
 * Hostile input ends in an error, never in a long wait: size, depth and number
 * of nodes are limited, repeated keys are refused, and an alias is the same
 * node again (a node is never inside itself), so walking costs what was written.
 */
#ifndef PT_CONFIG_YAML_H
#define PT_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum pt_yaml_kind { PT_YAML_SCALAR, PT_YAML_LIST, PT_YAML_MAP };

enum { PT_YAML_MAX_BYTES = 8 << 20, PT_YAML_MAX_DEPTH = 64, PT_YAML_MAX_NODES = 1 << 20 };

struct pt_yaml_node {
	enum pt_yaml_kind kind;
	struct pt_src src; /* where the node begins */
	const char *text;  /* scalar: its text, NUL-terminated, valid UTF-8, no NUL inside */
	bool plain;        /* scalar: written without quotes, so that null and ~ mean nothing */
	size_t n;          /* list: items; map: pairs */
	struct pt_yaml_node **key;  /* map: n scalar nodes, all different; list: NULL */
	struct pt_yaml_node **item; /* list: n nodes; map: the n values */
};

struct pt_yaml; /* owns the tree */

/*
 * One document from memory. `file` names it in errors and positions; it is
 * copied. An empty document is an empty map. PT_E_SYNTAX with line and column, PT_E_LIMIT.
 */
int pt_yaml_parse(struct pt_yaml **out, const char *data, size_t size_bytes, const char *file,
		  struct pt_err *err) PT_MUSTUSE;

/* The same from a file. PT_E_NOTFOUND and PT_E_IO beside the above. */
int pt_yaml_read(struct pt_yaml **out, const char *path, struct pt_err *err) PT_MUSTUSE;

/* Borrowed from the tree. */
const struct pt_yaml_node *pt_yaml_root(const struct pt_yaml *yaml);

/* The value of a key, or NULL (also when `map` is no map or NULL). */
const struct pt_yaml_node *pt_yaml_get(const struct pt_yaml_node *map, const char *key);

/* The text of a scalar that is not a plain null, or NULL. */
const char *pt_yaml_text(const struct pt_yaml_node *node);

void pt_yaml_free(struct pt_yaml *yaml);
void pt_yaml_freep(struct pt_yaml **yaml);

#endif
