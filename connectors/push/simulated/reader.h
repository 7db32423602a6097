/*
 * Values out of a YAML tree: a map is read by a table of its keys, each with a
 * function that reads its value into a member. Whatever is wrong is added to a
 * list with its place and the path of its key, and reading goes on.
 */
#ifndef PT_CONNECTORS_PUSH_SIMULATED_READER_H
#define PT_CONNECTORS_PUSH_SIMULATED_READER_H

#include "base/arena.h"
#include "base/errs.h"
#include "config/yaml.h"
#include "connectors/push/simulated/catalogue.h"
#include "connectors/push/simulated/outcomes.h"

struct pt_sim_reader {
	struct pt_errs *errs;                     /* borrowed */
	struct pt_arena *arena;                   /* borrowed; what is read lives there */
	const struct pt_sim_catalogue *catalogue; /* borrowed */
	char path[200];                           /* of the value being read: "bundles[1].share" */
	bool nomem;                               /* something could not be kept */
};

typedef void pt_sim_read_fn(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			    void *into);

struct pt_sim_key {
	const char *name;
	pt_sim_read_fn *read;
	size_t offset; /* of the member that it reads into */
	bool required;
};

/* Zeroed; NULL, and reader->nomem, when there is no memory. */
void *pt_sim_reader_alloc(struct pt_sim_reader *reader, size_t count, size_t size_bytes) PT_MUSTUSE;

/* How many complaints there were so far. */
static inline size_t pt_sim_complaints(const struct pt_sim_reader *reader)
{
	return reader->errs->n + reader->errs->nlost;
}

/* "path: text" at the node. */
void pt_sim_complain(struct pt_sim_reader *reader, const struct pt_yaml_node *node, const char *fmt,
		     ...) PT_PRINTF(3, 4);

/* "path: unknown <what> 'word', did you mean 'x'?" at the node, out of those words. */
void pt_sim_complain_unknown(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			     const char *what, const char *const *words, size_t nword);

/* The path goes down a key, or to an item; back to where it was with what was returned. */
size_t pt_sim_enter(struct pt_sim_reader *reader, const char *key);
size_t pt_sim_enter_item(struct pt_sim_reader *reader, size_t i);
void pt_sim_leave(struct pt_sim_reader *reader, size_t mark);

/* False, with a complaint, when the node is of another kind. */
bool pt_sim_is(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
	       enum pt_yaml_kind kind);

/* The text of a scalar; NULL, with a complaint, when the node is none. */
const char *pt_sim_text(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			const char *expected);

/* Reads a map of exactly these keys, in the order of the table. */
void pt_sim_read_map(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
		     const struct pt_sim_key *keys, size_t nkey, void *into);

/* Members: int32_t in parts per million, struct pt_sim_spread, bool, uint64_t. */
void pt_sim_read_ratio(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);
void pt_sim_read_spread(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);
void pt_sim_read_bool(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);
void pt_sim_read_seed(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);

/* A whole number from `least` to `most`; 0, with a complaint, when it is none. */
uint64_t pt_sim_read_number(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			    uint64_t least, uint64_t most);

/* "2..10" with from <= to, each from `least` to `most`, or one number. False when it is none. */
bool pt_sim_parse_range(uint32_t *from_out, uint32_t *to_out, const char *text, uint32_t least,
			uint32_t most);

/* One share of a list of shares that add up to 100%; the member is one of these. */
struct pt_sim_share {
	int32_t ppm; /* the rest too, once closed */
	bool rest;
	const struct pt_yaml_node *node; /* where it stands; NULL: not given */
};

void pt_sim_read_share(struct pt_sim_reader *reader, const struct pt_yaml_node *node, void *into);

/* Checks the sum, and gives the one that is `rest` what remains. The complaint is at the node. */
void pt_sim_close_shares(struct pt_sim_reader *reader, const struct pt_yaml_node *node,
			 struct pt_sim_share *const *share, size_t n);

#endif
