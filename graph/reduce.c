/*
 * The transitive reduction, see graph.h. An edge is left out when another way
 * leads from its one end to the other. That way is looked for from both ends at
 * once, down from the node and up from its need, an edge here and an edge there,
 * through nodes whose levels lie between the two. When either search has seen
 * all it can, there is no such way. Labels (label.h) spare most of the search:
 * they tell of some nodes that the way is found, and of most that they are no
 * part of it.
 *
 * So an edge costs no more than twice the smaller of the two searches, and
 * nothing when its ends are on neighbouring levels. That is little when needs
 * are near, when many nodes need the same one and along chains; at a million
 * nodes and four million edges it is seconds. The bound is O(edges * edges); the
 * worst to be met is a graph of that size with needs drawn at random: minutes.
 */
#include "graph/graph.h"

#include <stdlib.h>

#include "graph/internal.h"
#include "graph/label.h"

/* One of the two searches. */
struct side {
	const size_t *first; /* the edges it goes along */
	const uint32_t *item;
	uint32_t *queue; /* owned; every node it has seen, in that order */
	size_t head, tail;
	size_t edge;   /* the next edge of queue[head] */
	uint8_t mark;  /* what it leaves at the nodes it has seen */
	uint8_t other; /* what the other side leaves */
};

struct search {
	uint32_t *level; /* owned, like what follows; one for each node */
	struct pt_label *ascending, *descending;
	uint8_t *mark;
	struct side down, up;
	uint32_t node, need; /* the edge that is looked at */
};

static void search_release(struct search *s)
{
	free(s->level);
	free(s->ascending);
	free(s->descending);
	free(s->mark);
	free(s->down.queue);
	free(s->up.queue);
}

static int search_init(struct search *s, const struct pt_graph *graph, struct pt_err *err)
{
	size_t n = (size_t)graph->nnode + 1;
	uint32_t nlevel;

	*s = (struct search){
	    .level = calloc(n, sizeof(*s->level)),
	    .ascending = calloc(n, sizeof(*s->ascending)),
	    .descending = calloc(n, sizeof(*s->descending)),
	    .mark = calloc(n, sizeof(*s->mark)),
	    .down = {.first = graph->need_first, .item = graph->need, .mark = 1, .other = 2},
	    .up = {.first = graph->user_first, .item = graph->user, .mark = 2, .other = 1},
	};
	s->down.queue = calloc(n, sizeof(*s->down.queue));
	s->up.queue = calloc(n, sizeof(*s->up.queue));
	if (!s->level || !s->ascending || !s->descending || !s->mark || !s->down.queue ||
	    !s->up.queue)
		return pt_err_nomem(err);
	int rc = pt_graph_levels(s->level, &nlevel, graph, err);

	if (rc == 0)
		rc = pt_label_fill(s->ascending, graph, false, err);
	if (rc == 0)
		rc = pt_label_fill(s->descending, graph, true, err);
	return rc;
}

static bool leads(const struct search *s, uint32_t a, uint32_t b)
{
	return pt_label_leads(&s->ascending[a], &s->ascending[b]) ||
	       pt_label_leads(&s->descending[a], &s->descending[b]);
}

static bool may_lead(const struct search *s, uint32_t a, uint32_t b)
{
	return pt_label_may_lead(&s->ascending[a], &s->ascending[b]) &&
	       pt_label_may_lead(&s->descending[a], &s->descending[b]);
}

static void see(struct search *s, struct side *side, uint32_t node)
{
	s->mark[node] |= side->mark;
	side->queue[side->tail++] = node;
}

static void start(struct search *s, struct side *side, uint32_t node)
{
	side->head = side->tail = 0;
	side->edge = side->first[node];
	see(s, side, node);
}

/* Moves to a node that has edges left to go along; false when there is none. */
static bool more(struct side *side)
{
	while (side->edge == side->first[side->queue[side->head] + 1]) {
		if (++side->head == side->tail)
			return false;
		side->edge = side->first[side->queue[side->head]];
	}
	return true;
}

/* Goes along one edge, though not the one that is looked at; true when the way is found. */
static bool found(struct search *s, struct side *side)
{
	uint32_t at = side->queue[side->head], to = side->item[side->edge++];
	bool down = side == &s->down;

	if (at == (down ? s->node : s->need) && to == (down ? s->need : s->node))
		return false;
	if (s->mark[to] & side->other)
		return true;
	if (s->mark[to] || s->level[to] <= s->level[s->need] || s->level[to] >= s->level[s->node])
		return false;
	/* One end leads to it or is led to by it already; a node strictly between makes a way. */
	uint32_t a = down ? to : s->node, b = down ? s->need : to;

	if (leads(s, a, b))
		return true;
	if (may_lead(s, a, b))
		see(s, side, to);
	return false;
}

static void wipe(struct search *s, const struct side *side)
{
	for (size_t i = 0; i < side->tail; i++)
		s->mark[side->queue[i]] = 0;
}

/* Whether there is a way from node to need besides the edge. */
static bool replaced(struct search *s, uint32_t node, uint32_t need)
{
	bool yes = false;

	if (s->level[node] - s->level[need] == 1)
		return false;
	s->node = node;
	s->need = need;
	start(s, &s->down, node);
	start(s, &s->up, need);
	while (!yes && more(&s->down) && more(&s->up))
		yes = found(s, &s->down) || found(s, &s->up);
	wipe(s, &s->down);
	wipe(s, &s->up);
	return yes;
}

int pt_graph_reduce(bool *direct_out, const struct pt_graph *graph, struct pt_err *err)
{
	struct search search;
	int rc = search_init(&search, graph, err);

	if (rc < 0)
		goto out;
	for (uint32_t node = 0; node < graph->nnode; node++) {
		for (size_t i = graph->need_first[node]; i < graph->need_first[node + 1]; i++)
			direct_out[i] = !replaced(&search, node, graph->need[i]);
	}
out:
	search_release(&search);
	return rc;
}
