/* graph/ with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "graph/graph.h"
#include "graph/label.h"

enum { NNODE = 6 };

static const struct pt_edge EDGES[] = {{5, 0}, {5, 1}, {5, 2}, {5, 3}, {5, 4}, {1, 0},
				       {2, 1}, {3, 0}, {4, 0}, {2, 0}, {5, 2}};
static const struct pt_edge CIRCLES[] = {{0, 1}, {1, 2}, {2, 0}, {3, 3}, {4, 5}, {5, 4}, {4, 0}};

struct edges {
	const struct pt_edge *edge;
	size_t n;
};

static int ask_graph(uint64_t *result, void *context, struct pt_err *err)
{
	const struct edges *edges = context;
	struct pt_graph *graph = NULL;
	uint32_t level[NNODE] = {0}, order[NNODE] = {0}, nlevel = 0;
	bool direct[16] = {false}, seen[NNODE] = {false};
	int rc = pt_graph_new(&graph, NNODE, edges->edge, edges->n, err);

	if (rc == 0)
		rc = pt_graph_order(order, graph, err);
	if (rc == 0)
		rc = pt_graph_levels(level, &nlevel, graph, err);
	if (rc == 0)
		rc = pt_graph_reduce(direct, graph, err);
	if (rc == 0)
		rc = pt_graph_ancestors(seen, graph, 5, err);
	if (rc == 0)
		rc = pt_graph_descendants(seen, graph, 0, err);
	for (size_t i = 0; rc == 0 && i < NNODE; i++)
		*result = *result * 31 + level[i] * 7 + order[i] + direct[i] + seen[i] + nlevel;
	pt_graph_free(graph);
	return rc;
}

static int ask_cycles(uint64_t *result, void *context, struct pt_err *err)
{
	const struct edges *edges = context;
	struct pt_graph *graph = NULL;
	uint32_t *node = NULL, *len = NULL;
	size_t n = 0;
	int rc = pt_graph_new(&graph, NNODE, edges->edge, edges->n, err);

	if (rc == 0)
		rc = pt_graph_cycles(&node, &len, &n, graph, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		*result = *result * 31 + len[i];
	free(node);
	free(len);
	pt_graph_free(graph);
	return rc;
}

PT_TEST(graph_survives_every_failed_allocation)
{
	struct edges suite = {EDGES, PT_ARRAY_LEN(EDGES)};
	struct edges circles = {CIRCLES, PT_ARRAY_LEN(CIRCLES)};

	survives("a graph", ask_graph, &suite);
	survives("a graph that has no order", ask_graph, &circles);
	survives("cycles", ask_cycles, &circles);
	survives("no cycles", ask_cycles, &suite);
}

PT_TEST_MAIN(PT_RUN(graph_survives_every_failed_allocation))
