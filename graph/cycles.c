/*
 * The cycles of a graph, see graph.h. The strongly connected parts are found
 * with two walks, one along the edges and one against them, in O(nodes + edges).
 *
 * Within a part, a search along the needs of each node in turn, smallest first,
 * finds a shortest cycle through it that is shorter than the best so far. The
 * node then leaves the part, and with it every node that is on no cycle without
 * it. So the cost of a part is its edges times the nodes that have to leave
 * before it has no cycle: linear for a ring of any length, and never more than
 * its nodes times its edges. Of several shortest cycles it is the one whose
 * nodes, read from the smallest on, come first.
 */
#include "graph/graph.h"

#include <stdlib.h>

#include "graph/internal.h"

enum { NROW = 7 };

struct search {
	const struct pt_graph *graph;
	uint32_t *rows;  /* owned: what the next seven point into, nnode each */
	uint32_t *part;  /* the smallest node of its part; PT_GRAPH_NONE once it has left */
	uint32_t *list;  /* nodes: in the order their walk was done, then part by part */
	uint32_t *queue; /* nodes to look at next */
	uint32_t *from;  /* the node a search came from */
	uint32_t *seen;  /* the last root whose search saw the node */
	uint32_t *nuser; /* edges from and to nodes of its part */
	uint32_t *nneed;
	size_t *first; /* owned, nnode + 1: where a walk goes on, then where a part begins */
};

static int search_init(struct search *s, const struct pt_graph *graph, struct pt_err *err)
{
	size_t n = graph->nnode;
	uint32_t *rows = calloc(n + 1, NROW * sizeof(*rows));
	size_t *first = calloc(n + 1, sizeof(*first));

	*s = (struct search){.graph = graph, .rows = rows, .first = first};
	if (!rows || !first)
		return pt_err_nomem(err);
	s->part = rows;
	s->list = rows + n;
	s->queue = rows + 2 * n;
	s->from = rows + 3 * n;
	s->seen = rows + 4 * n;
	s->nuser = rows + 5 * n;
	s->nneed = rows + 6 * n;
	for (size_t i = 0; i < n; i++)
		s->part[i] = s->seen[i] = PT_GRAPH_NONE;
	return 0;
}

static void search_release(struct search *s)
{
	free(s->rows);
	free(s->first);
}

/* Walks down from a node, depth first, and lists each node after all it leads to. */
static size_t list_below(struct search *s, uint32_t root, size_t nlist)
{
	const struct pt_graph *graph = s->graph;
	size_t depth = 0;

	s->seen[root] = root;
	s->queue[depth++] = root;
	s->first[root] = graph->need_first[root];
	while (depth) {
		uint32_t at = s->queue[depth - 1];

		if (s->first[at] == graph->need_first[at + 1]) {
			s->list[nlist++] = at;
			depth--;
			continue;
		}
		uint32_t need = graph->need[s->first[at]++];

		if (s->seen[need] != PT_GRAPH_NONE)
			continue;
		s->seen[need] = root;
		s->first[need] = graph->need_first[need];
		s->queue[depth++] = need;
	}
	return nlist;
}

/* The part of a node: what leads to it and has no part yet. Named by its smallest node. */
static void gather_part(struct search *s, uint32_t root)
{
	const struct pt_graph *graph = s->graph;
	size_t head = 0, tail = 0;
	uint32_t smallest = root;

	s->part[root] = root;
	s->queue[tail++] = root;
	while (head < tail) {
		uint32_t at = s->queue[head++];

		smallest = at < smallest ? at : smallest;
		for (size_t i = graph->user_first[at]; i < graph->user_first[at + 1]; i++) {
			uint32_t user = graph->user[i];

			if (s->part[user] != PT_GRAPH_NONE)
				continue;
			s->part[user] = root;
			s->queue[tail++] = user;
		}
	}
	for (size_t i = 0; i < tail; i++)
		s->part[s->queue[i]] = smallest;
}

static void find_parts(struct search *s)
{
	size_t nlist = 0;

	for (uint32_t node = 0; node < s->graph->nnode; node++) {
		if (s->seen[node] == PT_GRAPH_NONE)
			nlist = list_below(s, node, nlist);
	}
	while (nlist--) {
		if (s->part[s->list[nlist]] == PT_GRAPH_NONE)
			gather_part(s, s->list[nlist]);
	}
}

/* Lists the nodes part by part, ascending, and counts the edges inside the parts. */
static void list_parts(struct search *s)
{
	const struct pt_graph *graph = s->graph;
	uint32_t n = graph->nnode;

	for (size_t i = 0; i <= n; i++)
		s->first[i] = 0;
	for (uint32_t node = 0; node < n; node++) {
		s->first[s->part[node] + 1]++;
		s->seen[node] = PT_GRAPH_NONE;
		for (size_t i = graph->need_first[node]; i < graph->need_first[node + 1]; i++) {
			if (s->part[graph->need[i]] != s->part[node])
				continue;
			s->nneed[node]++;
			s->nuser[graph->need[i]]++;
		}
	}
	pt_graph_begin_groups(s->first, n);
	for (uint32_t node = 0; node < n; node++)
		s->list[s->first[s->part[node]]++] = node;
	pt_graph_rewind_groups(s->first, n);
}

/*
 * The length of a shortest cycle through root if it is below `limit`, else 0;
 * *last_out is its last node, and `from` leads from there back to the root.
 */
static uint32_t shortest_through(uint32_t *last_out, struct search *s, uint32_t root,
				 uint32_t limit)
{
	const struct pt_graph *graph = s->graph;
	size_t head = 0, tail = 0, ring_end = 1;
	uint32_t len = 1; /* of a cycle that closes from the ring that is looked at */

	s->seen[root] = root;
	s->queue[tail++] = root;
	for (; head < tail && len < limit; len++, ring_end = tail) {
		for (; head < ring_end; head++) {
			uint32_t at = s->queue[head];

			for (size_t i = graph->need_first[at]; i < graph->need_first[at + 1]; i++) {
				uint32_t need = graph->need[i];

				if (need == root) {
					*last_out = at;
					return len;
				}
				if (s->part[need] != s->part[root] || s->seen[need] == root)
					continue;
				s->seen[need] = root;
				s->from[need] = at;
				s->queue[tail++] = need;
			}
		}
	}
	return 0;
}

/* Takes a node out of its part, and after it whatever nothing leads to or that leads nowhere. */
static void leave(struct search *s, uint32_t node)
{
	const struct pt_graph *graph = s->graph;
	uint32_t part = s->part[node];
	size_t head = 0, tail = 0;

	s->part[node] = PT_GRAPH_NONE;
	s->queue[tail++] = node;
	while (head < tail) {
		uint32_t at = s->queue[head++];

		for (size_t i = graph->need_first[at]; i < graph->need_first[at + 1]; i++) {
			uint32_t need = graph->need[i];

			if (s->part[need] == part && --s->nuser[need] == 0) {
				s->part[need] = PT_GRAPH_NONE;
				s->queue[tail++] = need;
			}
		}
		for (size_t i = graph->user_first[at]; i < graph->user_first[at + 1]; i++) {
			uint32_t user = graph->user[i];

			if (s->part[user] == part && --s->nneed[user] == 0) {
				s->part[user] = PT_GRAPH_NONE;
				s->queue[tail++] = user;
			}
		}
	}
}

/* Writes a shortest cycle of a part and returns its length, 0 if the part has none. */
static uint32_t shortest_in_part(uint32_t *node_out, struct search *s, uint32_t part)
{
	uint32_t best = 0, last = 0;

	for (size_t i = s->first[part]; i < s->first[part + 1] && best != 1; i++) {
		uint32_t root = s->list[i];

		if (s->part[root] != part || s->nneed[root] == 0)
			continue;
		uint32_t len = shortest_through(&last, s, root, best ? best : PT_GRAPH_NONE);

		if (len) {
			best = len;
			for (uint32_t k = len; k > 1; k--, last = s->from[last])
				node_out[k - 1] = last;
			node_out[0] = root;
		}
		leave(s, root);
	}
	return best;
}

int pt_graph_cycles(uint32_t **node_out, uint32_t **len_out, size_t *ncycle_out,
		    const struct pt_graph *graph, struct pt_err *err)
{
	size_t n = graph->nnode, nused = 0, ncycle = 0;
	uint32_t *node = calloc(n + 1, sizeof(*node));
	uint32_t *len = calloc(n + 1, sizeof(*len));
	struct search search;
	int rc = search_init(&search, graph, err);

	if (rc < 0 || !node || !len) {
		rc = pt_err_nomem(err);
		goto out;
	}
	find_parts(&search);
	list_parts(&search);
	for (uint32_t part = 0; part < graph->nnode; part++) {
		len[ncycle] = shortest_in_part(node + nused, &search, part);
		nused += len[ncycle];
		ncycle += len[ncycle] > 0;
	}
	*node_out = pt_take(node);
	*len_out = pt_take(len);
	*ncycle_out = ncycle;
out:
	search_release(&search);
	free(node);
	free(len);
	return rc;
}
