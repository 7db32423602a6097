/* graph/: random graphs of up to ten nodes against plain matrices. */
#include "graph/graph.h"

#include "base/rng.h"
#include "tests/test.h"

enum { MOST = 10, NRANDOM = 8000 };

static void assert_numbers(const uint32_t *got, const uint32_t *expected, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got[i], expected[i]);
}

/*
 * The naive side: a matrix of edges, and the length of the shortest way of at
 * least one edge between every two nodes (0: none).
 */
struct plain {
	uint32_t n;
	bool edge[MOST][MOST];
	uint32_t way[MOST][MOST];
};

static void find_ways(struct plain *p)
{
	for (uint32_t i = 0; i < p->n; i++) {
		for (uint32_t j = 0; j < p->n; j++)
			p->way[i][j] = p->edge[i][j];
	}
	for (uint32_t k = 0; k < p->n; k++) {
		for (uint32_t i = 0; i < p->n; i++) {
			for (uint32_t j = 0; j < p->n; j++) {
				uint32_t via = p->way[i][k] + p->way[k][j];

				if (p->way[i][k] && p->way[k][j] &&
				    (!p->way[i][j] || via < p->way[i][j]))
					p->way[i][j] = via;
			}
		}
	}
}

static bool has_cycle(const struct plain *p)
{
	for (uint32_t i = 0; i < p->n; i++) {
		if (p->way[i][i])
			return true;
	}
	return false;
}

/* Even seeds: no cycle, under a random renumbering. Odd seeds: any edge may be there. */
static void draw(struct plain *p, uint64_t seed)
{
	uint64_t key = pt_rng_mix(7, seed);
	uint64_t dense = 1 + pt_rng_below(pt_rng_mix(key, 1), 8);
	uint32_t name[MOST];

	*p = (struct plain){.n = 1 + (uint32_t)pt_rng_below(pt_rng_mix(key, 2), MOST)};
	for (uint32_t i = 0; i < p->n; i++) {
		uint64_t j = pt_rng_below(pt_rng_mix(key, 100 + i), i + 1);

		name[i] = name[j];
		name[j] = i;
	}
	for (uint32_t i = 0; i < p->n; i++) {
		for (uint32_t j = 0; j < p->n; j++) {
			uint64_t dice = pt_rng_below(pt_rng_mix(key, 1000 + i * MOST + j), 10);

			if ((seed % 2 == 0 && i <= j) || dice >= dense / (1 + seed % 2))
				continue;
			p->edge[name[i]][name[j]] = true;
		}
	}
	find_ways(p);
}

/* The edges in an order drawn from the key, some of them twice. */
static struct pt_graph *shuffled(const struct plain *p, uint64_t key)
{
	struct pt_edge edge[2 * MOST * MOST];
	size_t n = 0;

	for (uint32_t i = 0; i < p->n * p->n; i++) {
		struct pt_edge fresh = {i / p->n, i % p->n};
		uint64_t copies = 1 + pt_rng_below(pt_rng_mix(key, i), 2);

		for (; p->edge[fresh.from][fresh.to] && copies; copies--) {
			uint64_t at = pt_rng_below(pt_rng_mix(key, 500 + n), n + 1);

			edge[n++] = edge[at];
			edge[at] = fresh;
		}
	}
	struct pt_graph *graph = NULL;

	assert_int_equal(pt_graph_new(&graph, p->n, edge, n, NULL), 0);
	return graph;
}

static void check_neighbours(const struct plain *p, const struct pt_graph *graph)
{
	size_t total = 0, n;

	for (uint32_t i = 0; i < p->n; i++) {
		const uint32_t *need = pt_graph_needs(&n, graph, i);

		assert_int_equal(pt_graph_edge_first(graph, i), total);
		total += n;
		for (uint32_t j = 0, k = 0; j < p->n; j++) {
			if (p->edge[i][j])
				assert_int_equal(need[k++], j);
			assert_true(k <= n);
		}
		const uint32_t *user = pt_graph_needed_by(&n, graph, i);

		for (uint32_t j = 0, k = 0; j < p->n; j++) {
			if (p->edge[j][i])
				assert_int_equal(user[k++], j);
			assert_true(k <= n);
		}
	}
	assert_int_equal(total, pt_graph_nedge(graph));
}

static void check_order(const struct plain *p, const struct pt_graph *graph)
{
	uint32_t level[MOST], order[MOST], naive[MOST] = {0}, nlevel, place = 0;
	int expected = has_cycle(p) ? -PT_E_CYCLE : 0;

	assert_int_equal(pt_graph_levels(level, &nlevel, graph, NULL), expected);
	assert_int_equal(pt_graph_order(order, graph, NULL), expected);
	if (expected)
		return;
	for (uint32_t round = 0; round < p->n * p->n * p->n; round++) {
		uint32_t i = round / p->n % p->n, j = round % p->n;

		if (p->edge[i][j] && naive[i] <= naive[j])
			naive[i] = naive[j] + 1;
	}
	assert_numbers(level, naive, p->n);
	for (uint32_t at = 0; at < nlevel; at++) {
		for (uint32_t i = 0; i < p->n; i++) {
			if (naive[i] == at)
				assert_int_equal(order[place++], i);
		}
	}
	assert_int_equal(place, p->n);
}

/* Whether i and j are on a common cycle, or the same node on one. */
static bool same_part(const struct plain *p, uint32_t i, uint32_t j)
{
	return p->way[i][j] && p->way[j][i];
}

static void check_cycle(const struct plain *p, const uint32_t *node, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		assert_true(p->edge[node[i]][node[(i + 1) % len]]);
		assert_true(node[i] >= node[0]);
	}
	for (uint32_t i = 0; i < p->n; i++) {
		if (same_part(p, i, node[0]))
			assert_true(p->way[i][i] > len || (p->way[i][i] == len && i >= node[0]));
	}
}

static void check_cycles(const struct plain *p, const struct pt_graph *graph)
{
	uint32_t *node = NULL, *len = NULL;
	const uint32_t *at;
	size_t ncycle, n = 0;

	assert_int_equal(pt_graph_cycles(&node, &len, &ncycle, graph, NULL), 0);
	at = node;
	for (uint32_t i = 0; i < p->n; i++) {
		bool first = p->way[i][i] > 0;

		for (uint32_t j = 0; j < i; j++)
			first = first && !same_part(p, i, j);
		if (!first)
			continue;
		assert_true(n < ncycle);
		assert_true(same_part(p, i, at[0]));
		check_cycle(p, at, len[n]);
		at += len[n++];
	}
	assert_int_equal(n, ncycle);
	free(node);
	free(len);
}

static bool same_ways(const struct plain *a, const struct plain *b)
{
	for (uint32_t i = 0; i < a->n; i++) {
		for (uint32_t j = 0; j < a->n; j++) {
			if (!a->way[i][j] != !b->way[i][j])
				return false;
		}
	}
	return true;
}

static void check_reduction(const struct plain *p, const struct pt_graph *graph)
{
	struct plain left = *p;
	bool direct[MOST * MOST];
	size_t at = 0;
	int rc = pt_graph_reduce(direct, graph, NULL);

	assert_int_equal(rc, has_cycle(p) ? -PT_E_CYCLE : 0);
	if (rc < 0)
		return;
	for (uint32_t i = 0; i < p->n * p->n; i++) {
		if (p->edge[i / p->n][i % p->n])
			left.edge[i / p->n][i % p->n] = direct[at++];
	}
	find_ways(&left);
	assert_true(same_ways(p, &left));
	for (uint32_t i = 0; i < p->n * p->n; i++) {
		struct plain fewer = left;

		if (!left.edge[i / p->n][i % p->n])
			continue;
		fewer.edge[i / p->n][i % p->n] = false;
		find_ways(&fewer);
		assert_false(same_ways(p, &fewer));
	}
}

static void check_reach(const struct plain *p, const struct pt_graph *graph)
{
	bool seen[MOST];

	for (uint32_t i = 0; i < p->n; i++) {
		assert_int_equal(pt_graph_ancestors(seen, graph, i, NULL), 0);
		for (uint32_t j = 0; j < p->n; j++)
			assert_int_equal(seen[j], i != j && p->way[i][j]);
		assert_int_equal(pt_graph_descendants(seen, graph, i, NULL), 0);
		for (uint32_t j = 0; j < p->n; j++)
			assert_int_equal(seen[j], i != j && p->way[j][i]);
	}
}

PT_TEST(random_graphs_agree_with_plain_matrices)
{
	size_t ncyclic = 0;

	for (uint64_t seed = 0; seed < NRANDOM; seed++) {
		struct plain p;

		draw(&p, seed);
		PT_CLEANUP(pt_graph_freep) struct pt_graph *graph = shuffled(&p, seed);

		check_neighbours(&p, graph);
		check_order(&p, graph);
		check_cycles(&p, graph);
		check_reduction(&p, graph);
		check_reach(&p, graph);
		ncyclic += has_cycle(&p);
	}
	/* Both kinds were drawn. */
	assert_in_range(ncyclic, NRANDOM / 4, NRANDOM / 2);
}

PT_TEST(the_order_of_the_edges_changes_no_answer)
{
	for (uint64_t seed = 0; seed < NRANDOM / 2; seed++) {
		struct plain p;
		uint32_t *node[2] = {NULL, NULL}, *len[2] = {NULL, NULL};
		size_t ncycle[2], nnode = 0;

		draw(&p, seed);
		for (uint64_t k = 0; k < 2; k++) {
			PT_CLEANUP(pt_graph_freep)
			struct pt_graph *graph = shuffled(&p, pt_rng_mix(seed, k));

			check_order(&p, graph);
			assert_int_equal(
			    pt_graph_cycles(&node[k], &len[k], &ncycle[k], graph, NULL), 0);
		}
		assert_int_equal(ncycle[0], ncycle[1]);
		assert_numbers(len[0], len[1], ncycle[0]);
		for (size_t i = 0; i < ncycle[0]; i++)
			nnode += len[0][i];
		assert_numbers(node[0], node[1], nnode);
		for (size_t k = 0; k < 2; k++) {
			free(node[k]);
			free(len[k]);
		}
	}
}

PT_TEST_MAIN(PT_RUN(random_graphs_agree_with_plain_matrices),
	     PT_RUN(the_order_of_the_edges_changes_no_answer))
