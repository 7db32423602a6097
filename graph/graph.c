/* See graph.h. */
#include "graph/graph.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "graph/internal.h"

void pt_graph_begin_groups(size_t *first, uint32_t ngroup)
{
	for (size_t k = 0; k < ngroup; k++)
		first[k + 1] += first[k];
}

void pt_graph_rewind_groups(size_t *first, uint32_t ngroup)
{
	memmove(first + 1, first, ngroup * sizeof(*first));
	first[0] = 0;
}

/* The `from` of every edge, grouped by its `to`. */
static void group_by_to(size_t *first, uint32_t *item, uint32_t nnode, const struct pt_edge *edge,
			size_t nedge)
{
	for (size_t i = 0; i < nedge; i++)
		first[edge[i].to + 1]++;
	pt_graph_begin_groups(first, nnode);
	for (size_t i = 0; i < nedge; i++)
		item[first[edge[i].to]++] = edge[i].from;
	pt_graph_rewind_groups(first, nnode);
}

/* Turns every edge round. The items of each group come out ascending. */
static void transpose(size_t *first_out, uint32_t *item_out, const size_t *first,
		      const uint32_t *item, uint32_t nnode)
{
	memset(first_out, 0, ((size_t)nnode + 1) * sizeof(*first_out));
	for (size_t i = 0; i < first[nnode]; i++)
		first_out[item[i] + 1]++;
	pt_graph_begin_groups(first_out, nnode);
	for (uint32_t node = 0; node < nnode; node++) {
		for (size_t i = first[node]; i < first[node + 1]; i++)
			item_out[first_out[item[i]]++] = node;
	}
	pt_graph_rewind_groups(first_out, nnode);
}

/* Moves the groups together so that each keeps one of equal neighbours. */
static void drop_repeated(size_t *first, uint32_t *item, uint32_t nnode)
{
	size_t kept = 0, i = 0;

	for (uint32_t node = 0; node < nnode; node++) {
		size_t begin = kept, end = first[node + 1];

		for (; i < end; i++) {
			if (kept == begin || item[kept - 1] != item[i])
				item[kept++] = item[i];
		}
		first[node + 1] = kept;
	}
}

static int check_edges(uint32_t nnode, const struct pt_edge *edge, size_t nedge, struct pt_err *err)
{
	for (size_t i = 0; i < nedge; i++) {
		if (edge[i].from >= nnode || edge[i].to >= nnode)
			return pt_err_set(err, PT_E_INVALID,
					  "edge from node %u to node %u in a graph of %u nodes",
					  edge[i].from, edge[i].to, nnode);
	}
	return 0;
}

int pt_graph_new(struct pt_graph **out, uint32_t nnode, const struct pt_edge *edge, size_t nedge,
		 struct pt_err *err)
{
	int rc = check_edges(nnode, edge, nedge, err);

	if (rc < 0)
		return rc;
	struct pt_graph *graph = calloc(1, sizeof(*graph));

	if (!graph)
		return pt_err_nomem(err);
	graph->nnode = nnode;
	graph->need_first = calloc((size_t)nnode + 1, sizeof(*graph->need_first));
	graph->user_first = calloc((size_t)nnode + 1, sizeof(*graph->user_first));
	graph->need = calloc(nedge ? nedge : 1, sizeof(*graph->need));
	graph->user = calloc(nedge ? nedge : 1, sizeof(*graph->user));
	if (!graph->need_first || !graph->user_first || !graph->need || !graph->user) {
		pt_graph_free(graph);
		return pt_err_nomem(err);
	}
	group_by_to(graph->user_first, graph->user, nnode, edge, nedge);
	transpose(graph->need_first, graph->need, graph->user_first, graph->user, nnode);
	drop_repeated(graph->need_first, graph->need, nnode);
	transpose(graph->user_first, graph->user, graph->need_first, graph->need, nnode);
	graph->nedge = graph->need_first[nnode];
	*out = graph;
	return 0;
}

void pt_graph_free(struct pt_graph *graph)
{
	if (!graph)
		return;
	free(graph->need_first);
	free(graph->need);
	free(graph->user_first);
	free(graph->user);
	free(graph);
}

void pt_graph_freep(struct pt_graph **graph)
{
	pt_graph_free(*graph);
}

uint32_t pt_graph_nnode(const struct pt_graph *graph)
{
	return graph->nnode;
}

size_t pt_graph_nedge(const struct pt_graph *graph)
{
	return graph->nedge;
}

const uint32_t *pt_graph_needs(size_t *n_out, const struct pt_graph *graph, uint32_t node)
{
	assert(node < graph->nnode);
	*n_out = graph->need_first[node + 1] - graph->need_first[node];
	return graph->need + graph->need_first[node];
}

const uint32_t *pt_graph_needed_by(size_t *n_out, const struct pt_graph *graph, uint32_t node)
{
	assert(node < graph->nnode);
	*n_out = graph->user_first[node + 1] - graph->user_first[node];
	return graph->user + graph->user_first[node];
}

size_t pt_graph_edge_first(const struct pt_graph *graph, uint32_t node)
{
	assert(node < graph->nnode);
	return graph->need_first[node];
}

/*
 * Takes nodes that wait for nothing out of the graph, first come first served, so
 * that levels ascend along the queue. nblock[v] counts the needs of v that are
 * still in. Returns how many nodes came out; a cycle keeps the rest in.
 */
static size_t peel(uint32_t *level, uint32_t *nblock, uint32_t *queue, const struct pt_graph *graph)
{
	size_t head = 0, tail = 0;

	for (uint32_t node = 0; node < graph->nnode; node++) {
		nblock[node] = (uint32_t)(graph->need_first[node + 1] - graph->need_first[node]);
		if (nblock[node] == 0)
			queue[tail++] = node;
	}
	while (head < tail) {
		uint32_t node = queue[head++];

		for (size_t i = graph->user_first[node]; i < graph->user_first[node + 1]; i++) {
			uint32_t user = graph->user[i];

			if (--nblock[user] > 0)
				continue;
			level[user] = level[node] + 1;
			queue[tail++] = user;
		}
	}
	return tail;
}

/*
 * A node on a cycle: what is still blocked needs something that is still blocked,
 * so a walk along such needs comes back to where it has been. seen is all zero.
 */
static uint32_t node_on_cycle(uint32_t *seen, const uint32_t *nblock, const struct pt_graph *graph)
{
	uint32_t node = 0;

	while (nblock[node] == 0)
		node++;
	while (!seen[node]) {
		const uint32_t *need = graph->need + graph->need_first[node];

		seen[node] = 1;
		while (nblock[*need] == 0)
			need++;
		node = *need;
	}
	return node;
}

int pt_graph_levels(uint32_t *level_out, uint32_t *nlevel_out, const struct pt_graph *graph,
		    struct pt_err *err)
{
	size_t n = graph->nnode, npeeled;
	uint32_t *level = calloc(n + 1, sizeof(*level));
	uint32_t *nblock = calloc(n + 1, sizeof(*nblock));
	uint32_t *queue = calloc(n + 1, sizeof(*queue));
	int rc = 0;

	if (!level || !nblock || !queue) {
		rc = pt_err_nomem(err);
		goto out;
	}
	npeeled = peel(level, nblock, queue, graph);
	if (npeeled < n) {
		memset(queue, 0, n * sizeof(*queue));
		rc = pt_err_set(err, PT_E_CYCLE, "the graph has a cycle through node %u",
				node_on_cycle(queue, nblock, graph));
		goto out;
	}
	*nlevel_out = n ? level[queue[n - 1]] + 1 : 0;
	memcpy(level_out, level, n * sizeof(*level));
out:
	free(level);
	free(nblock);
	free(queue);
	return rc;
}

int pt_graph_order(uint32_t *order_out, const struct pt_graph *graph, struct pt_err *err)
{
	uint32_t nlevel = 0;
	uint32_t *level = calloc((size_t)graph->nnode + 1, sizeof(*level));
	size_t *first = calloc((size_t)graph->nnode + 1, sizeof(*first));
	int rc;

	if (!level || !first) {
		rc = pt_err_nomem(err);
		goto out;
	}
	rc = pt_graph_levels(level, &nlevel, graph, err);
	if (rc < 0)
		goto out;
	for (uint32_t node = 0; node < graph->nnode; node++)
		first[level[node] + 1]++;
	pt_graph_begin_groups(first, nlevel);
	for (uint32_t node = 0; node < graph->nnode; node++)
		order_out[first[level[node]]++] = node;
out:
	free(level);
	free(first);
	return rc;
}

/* Marks what the edges lead to from a node. */
static int reach(bool *seen_out, uint32_t nnode, const size_t *first, const uint32_t *item,
		 uint32_t node, struct pt_err *err)
{
	size_t head = 0, tail = 0;

	assert(node < nnode);
	uint32_t *queue = calloc(nnode, sizeof(*queue));

	if (!queue)
		return pt_err_nomem(err);
	memset(seen_out, 0, nnode * sizeof(*seen_out));
	seen_out[node] = true;
	queue[tail++] = node;
	while (head < tail) {
		uint32_t at = queue[head++];

		for (size_t i = first[at]; i < first[at + 1]; i++) {
			if (seen_out[item[i]])
				continue;
			seen_out[item[i]] = true;
			queue[tail++] = item[i];
		}
	}
	seen_out[node] = false;
	free(queue);
	return 0;
}

int pt_graph_ancestors(bool *seen_out, const struct pt_graph *graph, uint32_t node,
		       struct pt_err *err)
{
	return reach(seen_out, graph->nnode, graph->need_first, graph->need, node, err);
}

int pt_graph_descendants(bool *seen_out, const struct pt_graph *graph, uint32_t node,
			 struct pt_err *err)
{
	return reach(seen_out, graph->nnode, graph->user_first, graph->user, node, err);
}
