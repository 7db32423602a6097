/*
 * A directed graph of numbered nodes; an edge says that one node needs another.
 * It knows nothing of what the nodes are. Build it from a list of edges, then
 * ask: every answer depends on the numbers alone, never on an address, a hash or
 * the order of the edges. Nothing recurses, so depth costs no stack.
 *
 *     pt_graph_new(&g, nnode, edges, nedge, err);
 *     if (pt_graph_order(order, g, err) == -PT_E_CYCLE)
 *             pt_graph_cycles(&node, &len, &ncycle, g, err);
 */
#ifndef PT_GRAPH_GRAPH_H
#define PT_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pt_graph;

struct pt_edge {
	uint32_t from, to; /* `from` needs `to` */
};

/*
 * Compressed adjacency of the edges, repeated ones once. Owned by the caller.
 * PT_E_INVALID when an edge names a node that is not below nnode; an edge from a
 * node to itself is kept: it is a cycle. O(nodes + edges).
 */
int pt_graph_new(struct pt_graph **out, uint32_t nnode, const struct pt_edge *edge, size_t nedge,
		 struct pt_err *err) PT_MUSTUSE;
void pt_graph_free(struct pt_graph *graph);
void pt_graph_freep(struct pt_graph **graph);

uint32_t pt_graph_nnode(const struct pt_graph *graph);
size_t pt_graph_nedge(const struct pt_graph *graph);

/* The nodes that `node` needs, ascending; borrowed from the graph. */
const uint32_t *pt_graph_needs(size_t *n_out, const struct pt_graph *graph, uint32_t node);

/* The nodes that need `node`, ascending; borrowed from the graph. */
const uint32_t *pt_graph_needed_by(size_t *n_out, const struct pt_graph *graph, uint32_t node);

/*
 * An order in which every node comes after all it needs: level by level, by
 * number within a level. order_out has room for every node. Fails with
 * PT_E_CYCLE. O(nodes + edges).
 */
int pt_graph_order(uint32_t *order_out, const struct pt_graph *graph,
		   struct pt_err *err) PT_MUSTUSE;

/*
 * The level of each node: 0 for one that needs nothing, else one more than the
 * highest level among what it needs. PT_E_CYCLE. O(nodes + edges).
 */
int pt_graph_levels(uint32_t *level_out, uint32_t *nlevel_out, const struct pt_graph *graph,
		    struct pt_err *err) PT_MUSTUSE;

/*
 * A shortest cycle of each strongly connected part that has one, parts in the
 * order of their smallest node, each cycle starting at its smallest node and
 * running along "needs". node_out (owned by the caller) holds them one after the
 * other, len_out[i] (likewise) the length of cycle i. No cycle: *ncycle_out is 0.
 */
int pt_graph_cycles(uint32_t **node_out, uint32_t **len_out, size_t *ncycle_out,
		    const struct pt_graph *graph, struct pt_err *err) PT_MUSTUSE;

/*
 * Marks in direct_out[i], for every edge i in the order of pt_graph_edge_first(), the
 * edges of the transitive reduction: those that no longer path replaces. The
 * graph must have no cycle (PT_E_CYCLE).
 */
int pt_graph_reduce(bool *direct_out, const struct pt_graph *graph, struct pt_err *err) PT_MUSTUSE;

/* Where the edges of `node` begin in that order: its i-th need is edge first + i. */
size_t pt_graph_edge_first(const struct pt_graph *graph, uint32_t node);

/* All that `node` needs, directly or not, without itself; sets seen_out[m] for each m. */
int pt_graph_ancestors(bool *seen_out, const struct pt_graph *graph, uint32_t node,
		       struct pt_err *err) PT_MUSTUSE;

/* All that needs `node`, directly or not, without itself. */
int pt_graph_descendants(bool *seen_out, const struct pt_graph *graph, uint32_t node,
			 struct pt_err *err) PT_MUSTUSE;

#endif
