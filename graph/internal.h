/*
 * What the files of this folder know of a graph and nobody else does: both
 * directions of its edges as compressed adjacency. The needs of node v are
 * need[need_first[v]] up to need[need_first[v + 1] - 1], and likewise its users.
 */
#ifndef PT_GRAPH_INTERNAL_H
#define PT_GRAPH_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

struct pt_graph {
	uint32_t nnode;
	size_t nedge;
	size_t *need_first; /* nnode + 1 */
	uint32_t *need;     /* ascending within each node, each once */
	size_t *user_first;
	uint32_t *user;
};

/* No node: numbers are below nnode, so the largest is never one. */
#define PT_GRAPH_NONE UINT32_MAX

/* From the number of items in group k at first[k + 1] to where each group begins. */
void pt_graph_begin_groups(size_t *first, uint32_t ngroup);

/* From where the next item of group k would go, at first[k], back to where it began. */
void pt_graph_rewind_groups(size_t *first, uint32_t ngroup);

#endif
