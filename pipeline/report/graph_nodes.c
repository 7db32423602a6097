/* See graph_nodes.h. */
#include "pipeline/report/graph_nodes.h"

static size_t count_edges(const struct pt_history *h)
{
	size_t n = 0;

	for (size_t p = 0; p < h->status.npackage; p++)
		n += h->package[p].nneed;
	return n;
}

static int all_edges(struct pt_report_graph *nodes, const struct pt_history *h, size_t nexternal,
		     struct pt_arena *arena, struct pt_err *err)
{
	nodes->edge = pt_arena_alloc(arena, count_edges(h) + nexternal + 1, sizeof(*nodes->edge));
	if (!nodes->edge)
		return pt_err_nomem(err);
	for (uint32_t p = 0; p < nodes->npackage; p++) {
		for (size_t k = 0; k < h->package[p].nneed; k++) {
			uint32_t base = h->package[p].need[k].package;

			/* Levels that contradict the needs cannot be drawn. */
			if (base < nodes->npackage && h->package[base].level < h->package[p].level)
				nodes->edge[nodes->nedge++] = (struct pt_edge){p, base};
		}
	}
	return 0;
}

/* Leaves the arrows out that a longer way replaces, as `graph` does. */
static int direct_edges(struct pt_report_graph *nodes, struct pt_arena *arena, struct pt_err *err)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = NULL;
	bool *direct = pt_arena_alloc(arena, nodes->nedge + 1, sizeof(*direct));
	int rc = pt_graph_new(&graph, nodes->npackage, nodes->edge, nodes->nedge, err);

	if (!direct)
		return pt_err_nomem(err);
	if (rc == 0)
		rc = pt_graph_reduce(direct, graph, err);
	if (rc < 0)
		return rc;
	nodes->nedge = 0;
	for (uint32_t p = 0; p < nodes->npackage; p++) {
		size_t n = 0, first = pt_graph_edge_first(graph, p);
		const uint32_t *needs = pt_graph_needs(&n, graph, p);

		for (size_t k = 0; k < n; k++) {
			if (direct[first + k])
				nodes->edge[nodes->nedge++] = (struct pt_edge){p, needs[k]};
		}
	}
	return 0;
}

int pt_report_graph_find(struct pt_report_graph *out, const struct pt_report_view *view,
			 struct pt_arena *arena, struct pt_err *err)
{
	const struct pt_history *h = view->history;
	const struct pt_planned *planned = view->planned;
	size_t nexternal = planned ? planned->nexternal : 0;
	struct pt_report_graph nodes = {.npackage = (uint32_t)h->status.npackage};
	uint32_t shift = 0; /* of the packages' levels, when the first ones pin something */
	int rc;

	nodes.n = nodes.npackage + (uint32_t)nexternal;
	nodes.level = pt_arena_alloc(arena, (size_t)nodes.n + 1, sizeof(*nodes.level));
	if (!nodes.level)
		return pt_err_nomem(err);
	rc = all_edges(&nodes, h, nexternal, arena, err);
	if (rc == 0)
		rc = direct_edges(&nodes, arena, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < nexternal; i++)
		shift |= h->package[planned->external[i].package].level == 0;
	for (uint32_t p = 0; p < nodes.npackage; p++)
		nodes.level[p] = h->package[p].level + shift;
	for (size_t i = 0; i < nexternal; i++) {
		uint32_t p = planned->external[i].package, node = nodes.npackage + (uint32_t)i;

		nodes.level[node] = nodes.level[p] - 1;
		nodes.edge[nodes.nedge++] = (struct pt_edge){p, node};
	}
	*out = nodes;
	return 0;
}
