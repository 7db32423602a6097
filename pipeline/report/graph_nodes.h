/*
 * The dependency graph of a run as it is drawn: packages, what they pin of others' making, and
 * the needs that no longer way replaces.
 */
#ifndef PT_PIPELINE_REPORT_GRAPH_NODES_H
#define PT_PIPELINE_REPORT_GRAPH_NODES_H

#include "graph/graph.h"
#include "pipeline/report/view.h"

/* Nodes below npackage are packages, by number; the others are the plan's externals, in order. */
struct pt_report_graph {
	uint32_t *level; /* of each node */
	uint32_t n, npackage;
	struct pt_edge *edge; /* `from` needs `to` */
	size_t nedge;
};

/* In that arena. */
int pt_report_graph_find(struct pt_report_graph *out, const struct pt_report_view *view,
			 struct pt_arena *arena, struct pt_err *err) PT_MUSTUSE;

#endif
