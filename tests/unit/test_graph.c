/* graph/: small graphs by hand, and long ones. */
#include "graph/graph.h"

#include "tests/test.h"

enum { LONG = 1000000 };

static struct pt_graph *graph_of(uint32_t nnode, const struct pt_edge *edge, size_t nedge)
{
	struct pt_graph *graph = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_graph_new(&graph, nnode, edge, nedge, &err), 0);
	return graph;
}

static void *numbers(size_t n)
{
	void *memory = calloc(n ? n : 1, sizeof(uint32_t));

	assert_non_null(memory);
	return memory;
}

static void assert_numbers(const uint32_t *got, const uint32_t *expected, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got[i], expected[i]);
}

/* npsp (5) needs five packages, of which npo02 (1) needs npe01 (0) and so on. */
static const struct pt_edge suite_edges[] = {{5, 0}, {5, 1}, {5, 2}, {5, 3}, {5, 4}, {1, 0},
					     {2, 1}, {3, 0}, {4, 0}, {2, 0}, {5, 2}};

static struct pt_graph *suite(void)
{
	return graph_of(6, suite_edges, PT_ARRAY_LEN(suite_edges));
}

PT_TEST(repeated_edges_count_once_and_neighbours_ascend)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = suite();
	size_t n;

	assert_int_equal(pt_graph_nnode(graph), 6);
	assert_int_equal(pt_graph_nedge(graph), 10);
	assert_numbers(pt_graph_needs(&n, graph, 5), (const uint32_t[]){0, 1, 2, 3, 4}, 5);
	assert_int_equal(n, 5);
	assert_numbers(pt_graph_needed_by(&n, graph, 0), (const uint32_t[]){1, 2, 3, 4, 5}, 5);
	assert_int_equal(n, 5);
	pt_graph_needs(&n, graph, 0);
	assert_int_equal(n, 0);
	assert_int_equal(pt_graph_edge_first(graph, 0), 0);
	assert_int_equal(pt_graph_edge_first(graph, 2), 1);
	assert_int_equal(pt_graph_edge_first(graph, 5), 5);
}

PT_TEST(levels_are_longest_paths_and_the_order_goes_level_by_level)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = suite();
	uint32_t level[6], order[6], nlevel;

	assert_int_equal(pt_graph_levels(level, &nlevel, graph, NULL), 0);
	assert_numbers(level, (const uint32_t[]){0, 1, 2, 1, 1, 3}, 6);
	assert_int_equal(nlevel, 4);
	assert_int_equal(pt_graph_order(order, graph, NULL), 0);
	assert_numbers(order, (const uint32_t[]){0, 1, 3, 4, 2, 5}, 6);
}

PT_TEST(the_reduction_keeps_only_what_no_longer_path_replaces)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = suite();
	/* In order: 1-0; 2-0, 2-1; 3-0; 4-0; 5-0, 5-1, 5-2, 5-3, 5-4. */
	const bool expected[] = {true, false, true, true, true, false, false, true, true, true};
	bool direct[10];

	assert_int_equal(pt_graph_reduce(direct, graph, NULL), 0);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(direct[i], expected[i]);
}

PT_TEST(ancestors_are_needed_and_descendants_need)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = suite();
	const bool above[] = {true, true, false, false, false, false};
	const bool below[] = {false, false, true, false, false, true};
	bool seen[6];

	assert_int_equal(pt_graph_ancestors(seen, graph, 2, NULL), 0);
	assert_memory_equal(seen, above, sizeof(seen));
	assert_int_equal(pt_graph_descendants(seen, graph, 1, NULL), 0);
	assert_memory_equal(seen, below, sizeof(seen));
}

PT_TEST(an_empty_graph_has_no_levels_and_no_cycles)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = graph_of(0, NULL, 0);
	uint32_t none = 7, nlevel = 7, *node = NULL, *len = NULL;
	size_t ncycle = 7;
	bool direct = true;

	assert_int_equal(pt_graph_order(&none, graph, NULL), 0);
	assert_int_equal(pt_graph_levels(&none, &nlevel, graph, NULL), 0);
	assert_int_equal(nlevel, 0);
	assert_int_equal(pt_graph_reduce(&direct, graph, NULL), 0);
	assert_int_equal(pt_graph_cycles(&node, &len, &ncycle, graph, NULL), 0);
	assert_int_equal(ncycle, 0);
	assert_int_equal(none, 7);
	free(node);
	free(len);
}

PT_TEST(nodes_without_edges_are_all_on_level_0)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = graph_of(3, NULL, 0);
	uint32_t order[3], level[3], nlevel;

	assert_int_equal(pt_graph_order(order, graph, NULL), 0);
	assert_numbers(order, (const uint32_t[]){0, 1, 2}, 3);
	assert_int_equal(pt_graph_levels(level, &nlevel, graph, NULL), 0);
	assert_int_equal(nlevel, 1);
}

PT_TEST(an_edge_to_a_node_that_is_not_there_is_refused)
{
	const struct pt_edge edges[] = {{0, 1}, {1, 2}};
	struct pt_graph *graph = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_graph_new(&graph, 2, edges, 2, &err), -PT_E_INVALID);
	assert_string_equal(err.text, "edge from node 1 to node 2 in a graph of 2 nodes");
	assert_null(graph);
	assert_int_equal(pt_graph_new(&graph, 0, edges, 1, NULL), -PT_E_INVALID);
	pt_graph_free(NULL);
}

PT_TEST(a_node_that_needs_itself_is_a_cycle_of_one)
{
	const struct pt_edge edges[] = {{0, 1}, {1, 1}, {1, 2}};
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = graph_of(3, edges, 3);
	struct pt_err err = PT_ERR_INIT;
	uint32_t order[3] = {9, 9, 9}, *node = NULL, *len = NULL;
	size_t ncycle;

	assert_int_equal(pt_graph_order(order, graph, &err), -PT_E_CYCLE);
	assert_string_equal(err.text, "the graph has a cycle through node 1");
	assert_int_equal(order[0], 9);
	assert_int_equal(pt_graph_cycles(&node, &len, &ncycle, graph, NULL), 0);
	assert_int_equal(ncycle, 1);
	assert_int_equal(len[0], 1);
	assert_int_equal(node[0], 1);
	free(node);
	free(len);
}

PT_TEST(each_part_reports_its_shortest_cycle_from_its_smallest_node)
{
	/* 2-3-4-5-2 with the shortcut 4-2; 0-6-0; 7 needs both and is on no cycle. */
	const struct pt_edge edges[] = {{5, 2}, {4, 5}, {3, 4}, {2, 3}, {4, 2},
					{6, 0}, {0, 6}, {7, 2}, {7, 6}, {2, 1}};
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = graph_of(8, edges, 10);
	uint32_t *node = NULL, *len = NULL, level[8], nlevel;
	size_t ncycle;

	assert_int_equal(pt_graph_cycles(&node, &len, &ncycle, graph, NULL), 0);
	assert_int_equal(ncycle, 2);
	assert_numbers(len, (const uint32_t[]){2, 3}, 2);
	assert_numbers(node, (const uint32_t[]){0, 6, 2, 3, 4}, 5);
	assert_int_equal(pt_graph_levels(level, &nlevel, graph, NULL), -PT_E_CYCLE);
	assert_int_equal(pt_graph_reduce((bool[10]){false}, graph, NULL), -PT_E_CYCLE);
	free(node);
	free(len);
}

PT_TEST(ancestors_within_a_cycle_leave_out_the_node_itself)
{
	const struct pt_edge edges[] = {{0, 1}, {1, 2}, {2, 0}};
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = graph_of(3, edges, 3);
	const bool others[] = {false, true, true};
	bool seen[3];

	assert_int_equal(pt_graph_ancestors(seen, graph, 0, NULL), 0);
	assert_memory_equal(seen, others, sizeof(seen));
	assert_int_equal(pt_graph_descendants(seen, graph, 0, NULL), 0);
	assert_memory_equal(seen, others, sizeof(seen));
}

/* Node i needs i - 1, and 0 as well; `closed`: 0 needs the last one. */
static struct pt_graph *long_chain(bool closed)
{
	struct pt_edge *edge = calloc(2 * (size_t)LONG, sizeof(*edge));
	size_t nedge = 0;

	assert_non_null(edge);
	for (uint32_t i = 1; i < LONG; i++) {
		edge[nedge++] = (struct pt_edge){i, i - 1};
		if (!closed && i > 1)
			edge[nedge++] = (struct pt_edge){i, 0};
	}
	if (closed)
		edge[nedge++] = (struct pt_edge){0, LONG - 1};
	struct pt_graph *graph = graph_of(LONG, edge, nedge);

	free(edge);
	return graph;
}

PT_TEST(a_chain_of_a_million_nodes_is_ordered_and_reduced)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = long_chain(false);
	uint32_t *order = numbers(LONG), nlevel;
	bool *direct = numbers(LONG);
	size_t ndirect = 0;

	assert_int_equal(pt_graph_order(order, graph, NULL), 0);
	for (uint32_t i = 0; i < LONG; i++)
		assert_true(order[i] == i);
	assert_int_equal(pt_graph_levels(order, &nlevel, graph, NULL), 0);
	assert_int_equal(nlevel, LONG);
	assert_int_equal(pt_graph_reduce(direct, graph, NULL), 0);
	for (size_t i = 0; i < pt_graph_nedge(graph); i++)
		ndirect += direct[i];
	assert_int_equal(ndirect, LONG - 1);
	assert_int_equal(pt_graph_ancestors(direct, graph, LONG - 1, NULL), 0);
	assert_true(direct[0] && !direct[LONG - 1]);
	free(order);
	free(direct);
}

PT_TEST(a_ring_of_a_million_nodes_is_one_cycle)
{
	PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = long_chain(true);
	uint32_t *node = NULL, *len = NULL;
	size_t ncycle;

	assert_int_equal(pt_graph_cycles(&node, &len, &ncycle, graph, NULL), 0);
	assert_int_equal(ncycle, 1);
	assert_int_equal(len[0], LONG);
	assert_int_equal(node[0], 0);
	assert_int_equal(node[1], LONG - 1);
	assert_int_equal(node[LONG - 1], 1);
	free(node);
	free(len);
}

PT_TEST_MAIN(PT_RUN(repeated_edges_count_once_and_neighbours_ascend),
	     PT_RUN(levels_are_longest_paths_and_the_order_goes_level_by_level),
	     PT_RUN(the_reduction_keeps_only_what_no_longer_path_replaces),
	     PT_RUN(ancestors_are_needed_and_descendants_need),
	     PT_RUN(an_empty_graph_has_no_levels_and_no_cycles),
	     PT_RUN(nodes_without_edges_are_all_on_level_0),
	     PT_RUN(an_edge_to_a_node_that_is_not_there_is_refused),
	     PT_RUN(a_node_that_needs_itself_is_a_cycle_of_one),
	     PT_RUN(each_part_reports_its_shortest_cycle_from_its_smallest_node),
	     PT_RUN(ancestors_within_a_cycle_leave_out_the_node_itself),
	     PT_RUN(a_chain_of_a_million_nodes_is_ordered_and_reduced),
	     PT_RUN(a_ring_of_a_million_nodes_is_one_cycle))
