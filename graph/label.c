/* See label.h. */
#include "graph/label.h"

#include <stdlib.h>

#include "graph/graph.h"
#include "graph/internal.h"

/* Where the walk is: the nodes from a root down to here, and how far it is with each. */
struct walk {
	const struct pt_graph *graph;
	struct pt_label *label;
	uint32_t *path; /* owned */
	size_t *ngone;  /* owned; for each node, how many of its needs were taken */
	size_t depth;
	uint32_t ndone;
	bool descending;
};

static void enter(struct walk *walk, uint32_t node)
{
	struct pt_label *label = &walk->label[node];

	label->enter = label->low = walk->ndone;
	label->post = PT_GRAPH_NONE;
	walk->path[walk->depth++] = node;
}

static void take_low(struct walk *walk, uint32_t node, uint32_t from)
{
	if (walk->label[from].low < walk->label[node].low)
		walk->label[node].low = walk->label[from].low;
}

/* Without cycles a need is either new or done: it cannot be on the path. */
static void step(struct walk *walk)
{
	const struct pt_graph *graph = walk->graph;
	uint32_t node = walk->path[walk->depth - 1];
	size_t first = graph->need_first[node], end = graph->need_first[node + 1];
	size_t ngone = walk->ngone[node]++;

	if (ngone < end - first) {
		uint32_t need = graph->need[walk->descending ? end - 1 - ngone : first + ngone];

		if (walk->ngone[need] == 0)
			enter(walk, need);
		else
			take_low(walk, node, need);
		return;
	}
	walk->label[node].post = walk->ndone++;
	if (--walk->depth)
		take_low(walk, walk->path[walk->depth - 1], node);
}

int pt_label_fill(struct pt_label *label_out, const struct pt_graph *graph, bool descending,
		  struct pt_err *err)
{
	size_t n = graph->nnode;
	struct walk walk = {
	    .graph = graph,
	    .label = label_out,
	    .path = calloc(n + 1, sizeof(*walk.path)),
	    .ngone = calloc(n + 1, sizeof(*walk.ngone)),
	    .descending = descending,
	};
	int rc = 0;

	if (!walk.path || !walk.ngone) {
		rc = pt_err_nomem(err);
		goto out;
	}
	for (uint32_t i = 0; i < graph->nnode; i++) {
		uint32_t root = descending ? graph->nnode - 1 - i : i;

		if (graph->user_first[root] != graph->user_first[root + 1])
			continue;
		enter(&walk, root);
		while (walk.depth)
			step(&walk);
	}
out:
	free(walk.path);
	free(walk.ngone);
	return rc;
}
