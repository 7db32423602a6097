/* Where a report's drawings put things. */
#include "tests/unit/report_fixture.h"

#include <string.h>

#include "base/rng.h"
#include "pipeline/report/convergence.h"
#include "pipeline/report/gantt.h"
#include "pipeline/report/graph_layout.h"

static const struct pt_layout_size sizes = {
    .box_width = 100, .box_height = 40, .column_gap = 50, .row_gap = 10, .lane = 20};

enum { NODES_MAX = 40, EDGES_MAX = 200 };

static bool in_box(const struct pt_layout_point *p, const struct pt_layout_point *box)
{
	return p->x > box->x && p->x < box->x + sizes.box_width && p->y > box->y &&
	       p->y < box->y + sizes.box_height;
}

/* Boxes do not touch, arrows go from side to side, level on their way through a column, and
   through no box. */
static void check_layout(const struct pt_layout *layout, const uint32_t *level)
{
	for (size_t i = 0; i < layout->nbox; i++) {
		const struct pt_layout_point *box = &layout->box[i];

		assert_int_equal(box->x, (int32_t)level[i] * 150);
		assert_true(box->y >= 0 && box->y + sizes.box_height <= layout->height);
		assert_true(box->x + sizes.box_width <= layout->width);
		for (size_t k = 0; k < i; k++)
			assert_true(level[k] != level[i] ||
				    layout->box[k].y >= box->y + sizes.box_height + sizes.row_gap ||
				    box->y >= layout->box[k].y + sizes.box_height + sizes.row_gap);
	}
	for (size_t i = 0; i < layout->narrow; i++) {
		const struct pt_layout_arrow *arrow = &layout->arrow[i];
		const struct pt_layout_point *first = &arrow->point[0];
		const struct pt_layout_point *last = &arrow->point[arrow->npoint - 1];

		assert_int_equal(first->x, layout->box[arrow->from].x);
		assert_int_equal(last->x, layout->box[arrow->to].x + sizes.box_width);
		assert_true(first->y > layout->box[arrow->from].y &&
			    first->y < layout->box[arrow->from].y + sizes.box_height);
		assert_int_equal(arrow->npoint, 2 * (level[arrow->from] - level[arrow->to]));
		for (size_t k = 1; k + 1 < arrow->npoint; k += 2) {
			struct pt_layout_point middle = arrow->point[k];

			assert_int_equal(middle.y, arrow->point[k + 1].y);
			assert_int_equal(middle.x - arrow->point[k + 1].x, sizes.box_width);
			middle.x -= sizes.box_width / 2;
			for (size_t b = 0; b < layout->nbox; b++)
				assert_false(in_box(&middle, &layout->box[b]));
		}
	}
}

PT_TEST(arrows_go_around_the_boxes_in_their_way)
{
	/* 3 needs 2 needs 1 needs 0, and 0 itself. */
	const uint32_t level[] = {0, 1, 2, 3};
	const struct pt_edge edge[] = {{1, 0}, {2, 1}, {3, 2}, {3, 0}};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_layout layout;

	assert_int_equal(pt_layout_make(&layout, &sizes, level, 4, edge, 4, &arena, &err), 0);
	check_layout(&layout, level);
	assert_int_equal(layout.width, 4 * 150 - 50);
	assert_int_equal(layout.height, 50 + 20);
	pt_arena_release(&arena);
}

PT_TEST(layouts_of_any_graph_are_in_order)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct pt_arena arena = PT_ARENA_INIT;
		struct pt_err err = PT_ERR_INIT;
		struct pt_edge edge[EDGES_MAX];
		uint32_t level[NODES_MAX] = {0}, n = 0;
		struct pt_layout layout;
		size_t nedge = 0;
		uint64_t at = pt_rng_mix(seed, 0);

		n = (uint32_t)(at % NODES_MAX);
		for (uint32_t i = 0; i < n; i++) {
			level[i] = 0;
			for (uint32_t k = 0; k < i && nedge < EDGES_MAX; k++) {
				if (pt_rng_mix(at, (uint64_t)i * NODES_MAX + k) % 6)
					continue;
				edge[nedge++] = (struct pt_edge){i, k};
				if (level[k] >= level[i])
					level[i] = level[k] + 1;
			}
		}
		assert_int_equal(
		    pt_layout_make(&layout, &sizes, level, n, edge, nedge, &arena, &err), 0);
		check_layout(&layout, level);
		pt_arena_release(&arena);
	}
}

static int64_t utc(const char *text)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_civil_form form;
	struct pt_civil civil;
	int64_t offset_ms;

	assert_int_equal(pt_civil_parse(&civil, &form, &offset_ms, text, &err), 0);
	return pt_civil_to_ms(&civil);
}

PT_TEST(days_of_the_axis_are_as_long_as_they_are)
{
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_gantt_tick *tick;
	struct pt_zone *zone = NULL;
	size_t n = 0;

	assert_int_equal(pt_zone_open(&zone, "Europe/Berlin", &err), 0);
	assert_int_equal(pt_gantt_ticks(&tick, &n, zone, utc("2026-03-27T23:30:00Z"),
					utc("2026-03-31T12:00:00Z"), 100, &arena, &err),
			 0);
	/* Midnight and noon, of which the clock's change takes an hour. */
	assert_int_equal(n, 7);
	assert_int_equal(tick[0].at_ms, utc("2026-03-28T11:00:00Z"));
	assert_int_equal(tick[1].at_ms, utc("2026-03-28T23:00:00Z"));
	assert_true(tick[1].day && !tick[2].day);
	assert_int_equal(tick[2].at_ms, utc("2026-03-29T10:00:00Z"));
	assert_int_equal(tick[3].at_ms, utc("2026-03-29T22:00:00Z"));
	assert_int_equal(tick[3].at_ms - tick[1].at_ms, 23 * PT_HOUR_MS);
	/* And gives it back; at every hour none is drawn twice. */
	assert_int_equal(pt_gantt_ticks(&tick, &n, zone, utc("2026-10-24T22:00:00Z"),
					utc("2026-10-26T00:00:00Z"), 2400, &arena, &err),
			 0);
	for (size_t i = 1; i < n; i++)
		assert_true(tick[i].at_ms > tick[i - 1].at_ms);
	assert_int_equal(tick[24].at_ms - tick[0].at_ms, 25 * PT_HOUR_MS);
	assert_true(tick[24].day);
	/* A thousand years have as many marks as can be told apart. */
	assert_int_equal(pt_gantt_ticks(&tick, &n, zone, utc("2026-01-01T00:00:00Z"),
					utc("3026-01-01T00:00:00Z"), 24000 / 365243.0, &arena,
					&err),
			 0);
	assert_in_range(n, 4000, 6000);
	pt_zone_free(zone);
	pt_arena_release(&arena);
}

static const struct pt_gantt_row *row_of(const struct pt_gantt *g, enum pt_gantt_row_kind kind,
					 uint32_t stage, uint32_t package)
{
	for (size_t i = 0; i < g->nrow; i++) {
		if (g->row[i].kind == kind && g->row[i].stage == stage &&
		    (kind != PT_GANTT_WAVE || g->row[i].package == package))
			return &g->row[i];
	}
	fail_msg("no such row");
	return NULL;
}

PT_TEST(waves_are_planned_and_ran_and_those_to_come_have_rows_too)
{
	const struct pt_planned_wave waves[] = {
	    {.start_ms = FIXTURE_START_MS + 1000},
	    {.package = 1, .start_ms = FIXTURE_START_MS + 1000 + 4 * PT_HOUR_MS},
	    {.stage = 1, .start_ms = FIXTURE_START_MS + 7 * PT_DAY_MS, .zone = "Asia/Tokyo"},
	    {.stage = 1, .batch = 1, .start_ms = FIXTURE_START_MS + 8 * PT_DAY_MS}};
	struct pt_planned planned = {.nwave = PT_ARRAY_LEN(waves), .order = ""};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_history h;
	struct pt_gantt g;

	report_fixture_make(&h, 4, "Org", "message");
	h.status.progress.finished = 0;
	planned.wave = pt_arena_alloc(&arena, planned.nwave, sizeof(waves[0]));
	assert_non_null(planned.wave);
	memcpy(planned.wave, waves, sizeof(waves));
	assert_int_equal(pt_gantt_lay(&g, &h, &planned, &arena, &err), 0);

	const struct pt_gantt_row *ran = row_of(&g, PT_GANTT_WAVE, 0, 0);

	assert_int_equal(ran->nbar, 2);
	assert_int_equal(g.bar[ran->bar].kind, PT_GANTT_PLANNED);
	assert_int_equal(g.bar[ran->bar].from_ms, FIXTURE_START_MS + 1000);
	assert_int_equal(g.bar[ran->bar].to_ms, FIXTURE_START_MS + 1000 + 4 * PT_HOUR_MS);
	assert_int_equal(g.bar[ran->bar + 1].kind, PT_GANTT_ACTUAL);
	assert_int_equal(g.bar[ran->bar + 1].from_ms, h.wave[0].begun_ms);
	assert_true(g.bar[ran->bar + 1].troubled);
	assert_false(g.bar[ran->bar + 1].open);
	assert_int_equal(row_of(&g, PT_GANTT_WAVE, 0, 1)->nbar, 1);
	assert_int_equal(row_of(&g, PT_GANTT_PASS, 0, 0)->nbar, 1);
	/* Two slots have their names, one has none. */
	assert_string_equal(row_of(&g, PT_GANTT_BATCH, 1, 0)->zone, "Asia/Tokyo");
	assert_int_equal(g.nrow, 2 + 3 + 2 + 2);
	assert_int_equal(g.now_ms, h.status.progress.now_ms);
	assert_int_equal(g.from_ms, FIXTURE_START_MS);
	assert_true(g.to_ms > FIXTURE_START_MS + 8 * PT_DAY_MS);
	/* When nobody knows has no place. */
	h.status.stage[1].planned_ms = PT_NEVER;
	((struct pt_planned_wave *)planned.wave)[3].start_ms = PT_NEVER;
	assert_int_equal(pt_gantt_lay(&g, &h, &planned, &arena, &err), 0);
	assert_int_equal(row_of(&g, PT_GANTT_STAGE, 1, 0)->nbar, 0);
	assert_true(g.to_ms < FIXTURE_START_MS + 9 * PT_DAY_MS);
	pt_history_release(&h);
	pt_arena_release(&arena);
}

PT_TEST(arrivals_are_of_the_last_request_of_each_org)
{
	struct pt_stage_figures sum[FIXTURE_PACKAGES] = {{.tally = {.eligible = 3}}};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_convergence c;
	struct pt_history h;

	report_fixture_make(&h, 4, "Org", "message");
	h.pair[0][1].state = PT_PAIR_AT_TARGET; /* with the second request */
	h.pair[0][3].state = PT_PAIR_AT_TARGET; /* by somebody else */
	assert_int_equal(pt_convergence_find(&c, &h, sum, &arena, &err), 0);
	assert_int_equal(c.package[0].nstep, 2);
	assert_int_equal(c.package[0].step[0].at_ms, h.request[0].done_ms);
	assert_int_equal(c.package[0].step[0].n, 1);
	assert_int_equal(c.package[0].step[1].at_ms, h.request[1].done_ms);
	assert_int_equal(c.package[0].step[1].n, 2);
	assert_int_equal(c.package[0].elsewhere, 1);
	assert_int_equal(c.all.nstep, 2);
	assert_int_equal(pt_arrivals_reach(&c.package[0], 50), h.request[1].done_ms);
	assert_int_equal(pt_arrivals_reach(&c.package[0], 30), h.request[0].done_ms);
	assert_true(pt_arrivals_reach(&c.package[0], 90) == PT_NEVER);
	pt_history_release(&h);
	pt_arena_release(&arena);
}

PT_TEST_MAIN(PT_RUN(arrows_go_around_the_boxes_in_their_way),
	     PT_RUN(layouts_of_any_graph_are_in_order),
	     PT_RUN(days_of_the_axis_are_as_long_as_they_are),
	     PT_RUN(waves_are_planned_and_ran_and_those_to_come_have_rows_too),
	     PT_RUN(arrivals_are_of_the_last_request_of_each_org))
