/*
 * Where the boxes of a dependency graph stand and which way its arrows go: level by level
 * in columns, what needs each other side by side, and an arrow over several levels led
 * between the boxes that are in its way. Knows nothing of packages.
 */
#ifndef PT_PIPELINE_REPORT_GRAPH_LAYOUT_H
#define PT_PIPELINE_REPORT_GRAPH_LAYOUT_H

#include "base/arena.h"
#include "base/err.h"
#include "graph/graph.h"

struct pt_layout_size {
	int32_t box_width, box_height; /* of a box, in whatever the drawing is measured in */
	int32_t column_gap, row_gap;
	int32_t lane; /* the height that an arrow needs between boxes */
};

struct pt_layout_point {
	int32_t x, y;
};

/* From the left side of the box that needs to the right side of what it needs. */
struct pt_layout_arrow {
	uint32_t from, to;
	struct pt_layout_point *point; /* two or more */
	size_t npoint;
};

struct pt_layout {
	struct pt_layout_point *box; /* of each node: its top left corner */
	size_t nbox;
	struct pt_layout_arrow *arrow;
	size_t narrow;
	int32_t width, height;
};

/*
 * `level` of each node; an edge leads to a lower one. Everything is put in that arena. The
 * same input gives the same layout. O((nodes + edges) x levels), times the logarithm.
 */
int pt_layout_make(struct pt_layout *out, const struct pt_layout_size *size, const uint32_t *level,
		   uint32_t nnode, const struct pt_edge *edge, size_t nedge, struct pt_arena *arena,
		   struct pt_err *err) PT_MUSTUSE;

#endif
