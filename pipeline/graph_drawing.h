/*
 * The dependency graph of a train as a drawing: text for Graphviz's `dot` and for
 * Mermaid. An arrow leads from a package to what it needs, only along the edges
 * of the transitive reduction; bases stand on top. What the suite does not ship
 * but a package pins is drawn dashed. Names are escaped: none can end a label.
 */
#ifndef PT_PIPELINE_GRAPH_DRAWING_H
#define PT_PIPELINE_GRAPH_DRAWING_H

#include "base/buf.h"
#include "pipeline/train.h"

/* A digraph; the packages of one level are of one rank. */
void pt_graph_draw_dot(struct pt_buf *out, const struct pt_train *train);

/* A flowchart. */
void pt_graph_draw_mermaid(struct pt_buf *out, const struct pt_train *train);

/* Text for a label of one, between double quotes. */
void pt_mermaid_text(struct pt_buf *out, const char *text);

#endif
