/*
 * See graph_layout.h. Every arrow is cut into pieces from one level to the next, with a
 * knot on each level between; boxes and knots of a level are then put in the order of
 * the middle of their neighbours, from left to right and back, a few times.
 */
#include "pipeline/report/graph_layout.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 6 };

struct item {
	uint32_t level;
	uint32_t left, nleft, right, nright; /* neighbours: first in `link`, and how many */
	bool knot;
	double want; /* where its neighbours would have it */
	uint32_t seat;
	int32_t y; /* of its middle */
};

struct maker {
	struct item *item;
	uint32_t nitem, nlevel;
	uint32_t *link;        /* neighbours of all items */
	uint32_t *order;       /* items by level, then by seat */
	uint32_t *column;      /* where each level begins in it; nlevel + 1 */
	struct pt_edge *piece; /* from the higher level to the one below it */
	size_t npiece;
};

static size_t count_knots(const uint32_t *level, const struct pt_edge *edge, size_t nedge)
{
	size_t n = 0;

	for (size_t i = 0; i < nedge; i++)
		n += level[edge[i].from] - level[edge[i].to] - 1;
	return n;
}

static int make_room(struct maker *m, const uint32_t *level, uint32_t nnode,
		     const struct pt_edge *edge, size_t nedge, struct pt_arena *arena,
		     struct pt_err *err)
{
	size_t nknot = count_knots(level, edge, nedge), nitem = nnode + nknot;

	for (uint32_t i = 0; i < nnode; i++) {
		if (level[i] >= m->nlevel)
			m->nlevel = level[i] + 1;
	}
	if (nitem > UINT32_MAX / 4)
		return pt_err_set(err, PT_E_LIMIT, "a graph too large to be drawn");
	m->item = pt_arena_alloc(arena, nitem + 1, sizeof(*m->item));
	m->piece = pt_arena_alloc(arena, nedge + nknot + 1, sizeof(*m->piece));
	m->link = pt_arena_alloc(arena, 2 * (nedge + nknot) + 1, sizeof(*m->link));
	m->order = pt_arena_alloc(arena, nitem + 1, sizeof(*m->order));
	m->column = pt_arena_alloc(arena, (size_t)m->nlevel + 1, sizeof(*m->column));
	return m->item && m->piece && m->link && m->order && m->column ? 0 : pt_err_nomem(err);
}

/* The items, and the pieces of each edge one after the other, from its user to its base. */
static void cut_edges(struct maker *m, const uint32_t *level, uint32_t nnode,
		      const struct pt_edge *edge, size_t nedge)
{
	for (uint32_t i = 0; i < nnode; i++)
		m->item[i] = (struct item){.level = level[i]};
	m->nitem = nnode;
	for (size_t i = 0; i < nedge; i++) {
		uint32_t from = edge[i].from;

		for (uint32_t at = level[from] - 1; at > level[edge[i].to]; at--) {
			m->item[m->nitem] = (struct item){.level = at, .knot = true};
			m->piece[m->npiece++] = (struct pt_edge){from, m->nitem};
			from = m->nitem++;
		}
		m->piece[m->npiece++] = (struct pt_edge){from, edge[i].to};
	}
}

static void link_items(struct maker *m)
{
	uint32_t at = 0;

	for (size_t i = 0; i < m->npiece; i++) {
		m->item[m->piece[i].from].nleft++;
		m->item[m->piece[i].to].nright++;
	}
	for (uint32_t i = 0; i < m->nitem; i++) {
		m->item[i].left = at;
		at += m->item[i].nleft;
		m->item[i].right = at;
		at += m->item[i].nright;
		m->item[i].nleft = m->item[i].nright = 0;
	}
	for (size_t i = 0; i < m->npiece; i++) {
		struct item *from = &m->item[m->piece[i].from], *to = &m->item[m->piece[i].to];

		m->link[from->left + from->nleft++] = m->piece[i].to;
		m->link[to->right + to->nright++] = m->piece[i].from;
	}
}

/* Level by level, by number within one: boxes first, then knots. */
static void seat_items(struct maker *m)
{
	uint32_t at = 0;

	for (uint32_t level = 0; level < m->nlevel; level++) {
		m->column[level] = at;
		for (uint32_t i = 0; i < m->nitem; i++) {
			if (m->item[i].level != level)
				continue;
			m->item[i].seat = at - m->column[level];
			m->order[at++] = i;
		}
	}
	m->column[m->nlevel] = at;
}

static double middle_of(const struct maker *m, uint32_t first, uint32_t n)
{
	double sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct item *other = &m->item[m->link[first + i]];
		uint32_t seats = m->column[other->level + 1] - m->column[other->level];

		sum += (other->seat + 0.5) / seats;
	}
	return sum / n;
}

/* By insertion: columns are short and nearly in order, and equal ones stay as they are. */
static void sort_column(struct maker *m, uint32_t level)
{
	uint32_t *seat = m->order + m->column[level];
	uint32_t n = m->column[level + 1] - m->column[level];

	for (uint32_t i = 1; i < n; i++) {
		uint32_t moved = seat[i], k = i;

		for (; k > 0 && m->item[seat[k - 1]].want > m->item[moved].want; k--)
			seat[k] = seat[k - 1];
		seat[k] = moved;
	}
	for (uint32_t i = 0; i < n; i++)
		m->item[seat[i]].seat = i;
}

static void sweep(struct maker *m, bool rightwards)
{
	for (uint32_t step = 0; step < m->nlevel; step++) {
		uint32_t level = rightwards ? step : m->nlevel - 1 - step;
		uint32_t n = m->column[level + 1] - m->column[level];

		for (uint32_t k = m->column[level]; k < m->column[level + 1]; k++) {
			struct item *item = &m->item[m->order[k]];
			uint32_t near = rightwards ? item->nleft : item->nright;

			item->want = near
					 ? middle_of(m, rightwards ? item->left : item->right, near)
					 : (item->seat + 0.5) / n;
		}
		sort_column(m, level);
	}
}

static int32_t height_of(const struct item *item, const struct pt_layout_size *size)
{
	return item->knot ? size->lane : size->box_height + size->row_gap;
}

/* Columns stand around the same middle line. */
static int32_t place_items(struct maker *m, const struct pt_layout_size *size)
{
	int32_t most = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t level = 0; level < m->nlevel; level++) {
			int32_t sum = 0;

			for (uint32_t k = m->column[level]; k < m->column[level + 1]; k++)
				sum += height_of(&m->item[m->order[k]], size);
			if (sum > most)
				most = sum;
			int32_t y = (most - sum) / 2;

			for (uint32_t k = m->column[level]; k < m->column[level + 1]; k++) {
				struct item *item = &m->item[m->order[k]];

				item->y = y + height_of(item, size) / 2;
				y += height_of(item, size);
			}
		}
	}
	return most;
}

/* Where an arrow meets the side of a box: several are spread over it, in the order of where they
   lead. */
static int32_t dock(const struct maker *m, uint32_t box, uint32_t other, bool left,
		    const struct pt_layout_size *size)
{
	const struct item *item = &m->item[box];
	uint32_t first = left ? item->left : item->right, n = left ? item->nleft : item->nright;
	uint32_t rank = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t seat = m->item[m->link[first + i]].seat;

		rank += seat < m->item[other].seat;
	}
	return item->y - size->box_height / 2 +
	       (int32_t)((rank + 1) * (uint32_t)size->box_height / (n + 1));
}

static int draw_arrow(struct pt_layout_arrow *arrow, const struct maker *m,
		      const struct pt_layout_size *size, const struct pt_edge *piece, size_t npiece,
		      struct pt_arena *arena, struct pt_err *err)
{
	int32_t pitch = size->box_width + size->column_gap;
	uint32_t base = piece[npiece - 1].to;
	size_t n = 0;

	/* A knot is as long as a box: the arrow runs straight between those beside it. */
	arrow->point = pt_arena_alloc(arena, 2 * npiece, sizeof(*arrow->point));
	if (!arrow->point)
		return pt_err_nomem(err);
	arrow->point[n++] = (struct pt_layout_point){(int32_t)m->item[arrow->from].level * pitch,
						     dock(m, arrow->from, piece[0].to, true, size)};
	for (size_t i = 0; i + 1 < npiece; i++) {
		const struct item *knot = &m->item[piece[i].to];
		int32_t x = (int32_t)knot->level * pitch;

		arrow->point[n++] = (struct pt_layout_point){x + size->box_width, knot->y};
		arrow->point[n++] = (struct pt_layout_point){x, knot->y};
	}
	arrow->point[n++] =
	    (struct pt_layout_point){(int32_t)m->item[base].level * pitch + size->box_width,
				     dock(m, base, piece[npiece - 1].from, false, size)};
	arrow->npoint = n;
	return 0;
}

static int draw_arrows(struct pt_layout *out, const struct maker *m,
		       const struct pt_layout_size *size, const struct pt_edge *edge, size_t nedge,
		       struct pt_arena *arena, struct pt_err *err)
{
	size_t piece = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < nedge; i++) {
		size_t n = m->item[edge[i].from].level - m->item[edge[i].to].level;

		out->arrow[i] = (struct pt_layout_arrow){.from = edge[i].from, .to = edge[i].to};
		rc = draw_arrow(&out->arrow[i], m, size, m->piece + piece, n, arena, err);
		piece += n;
	}
	out->narrow = nedge;
	return rc;
}

int pt_layout_make(struct pt_layout *out, const struct pt_layout_size *size, const uint32_t *level,
		   uint32_t nnode, const struct pt_edge *edge, size_t nedge, struct pt_arena *arena,
		   struct pt_err *err)
{
	struct maker m = {.item = NULL};
	struct pt_layout layout = {.nbox = nnode};
	int rc = make_room(&m, level, nnode, edge, nedge, arena, err);

	layout.box = pt_arena_alloc(arena, (size_t)nnode + 1, sizeof(*layout.box));
	layout.arrow = pt_arena_alloc(arena, nedge + 1, sizeof(*layout.arrow));
	if (rc != 0 || !m.item || !m.piece || !layout.box || !layout.arrow)
		return rc != 0 ? rc : pt_err_nomem(err);
	cut_edges(&m, level, nnode, edge, nedge);
	link_items(&m);
	seat_items(&m);
	for (int i = 0; i < SWEEPS; i++)
		sweep(&m, i % 2 == 0);
	layout.height = place_items(&m, size);
	layout.width =
	    m.nlevel ? (int32_t)m.nlevel * (size->box_width + size->column_gap) - size->column_gap
		     : 0;
	for (uint32_t i = 0; i < nnode; i++)
		layout.box[i] = (struct pt_layout_point){(int32_t)level[i] *
							     (size->box_width + size->column_gap),
							 m.item[i].y - size->box_height / 2};
	rc = draw_arrows(&layout, &m, size, edge, nedge, arena, err);
	if (rc == 0)
		*out = layout;
	return rc;
}
