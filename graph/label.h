/*
 * Numbers that a walk through a graph without cycles leaves at each node, from
 * which many questions of the kind "does a lead to b" are answered at once. The
 * walk goes depth first along the needs, from every node that nothing needs, and
 * counts the nodes it is done with.
 */
#ifndef PT_GRAPH_LABEL_H
#define PT_GRAPH_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct pt_graph;

struct pt_label {
	uint32_t enter; /* how many nodes were done when the walk came here */
	uint32_t post;  /* and when it was done here: everything between was found from here */
	uint32_t low;   /* the least post of all that can be reached, by whatever way */
};

/*
 * Fills label_out, one for each node. The walk takes needs in ascending or in
 * descending order, which makes two different sets of labels. O(nodes + edges).
 */
int pt_label_fill(struct pt_label *label_out, const struct pt_graph *graph, bool descending,
		  struct pt_err *err) PT_MUSTUSE;

/* True: a leads to b. False: it may, by a way that the walk did not take. */
static inline bool pt_label_leads(const struct pt_label *a, const struct pt_label *b)
{
	return a->enter <= b->post && b->post <= a->post;
}

/* False: a does not lead to b. True: it may. */
static inline bool pt_label_may_lead(const struct pt_label *a, const struct pt_label *b)
{
	return a->low <= b->low && b->post <= a->post;
}

#endif
