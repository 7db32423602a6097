/* See small.h. */
#include "tests/simulation/harness/small.h"

enum { PACKAGES = 4, ORGS = 3 };

/* Kinds that are combined with one another: what a line and a process do by themselves. */
static const enum sim_fault_kind COMBINED[] = {
    FAULT_LOST,  FAULT_UNHEARD,         FAULT_TARDY,          FAULT_TWICE,
    FAULT_ERROR, FAULT_DIE_BEFORE_STEP, FAULT_DIE_AFTER_CALL, FAULT_DISK};
enum { NCOMBINED = sizeof(COMBINED) / sizeof(COMBINED[0]) };

struct counting {
	struct sim_worker *w;
	uint64_t next, stride, n; /* the case to play next, and how many there were */
};

static void meet(struct counting *counting, const struct sim_case *c, const struct sim_story *calm)
{
	if (counting->n++ != counting->next)
		return;
	counting->next += counting->stride;
	sim_play_against(counting->w, c, calm);
}

static void one_fault(struct counting *counting, struct sim_case *c, const struct sim_story *calm)
{
	c->nfault = 1;
	for (int kind = 0; kind < NFAULT; kind++) {
		for (uint32_t at = 1; at <= calm->ncall; at++) {
			c->fault[0] = (struct sim_fault){(enum sim_fault_kind)kind, at, 0};
			meet(counting, c, calm);
		}
	}
}

/* So many faults more, at the same call as the one before or later. */
static void more_faults(struct counting *counting, struct sim_case *c, const struct sim_story *calm,
			size_t more)
{
	if (more == 0) {
		meet(counting, c, calm);
		return;
	}
	uint32_t from = c->nfault ? c->fault[c->nfault - 1].at : 1;

	c->nfault++;
	for (size_t k = 0; k < NCOMBINED; k++) {
		for (uint32_t at = from; at <= calm->ncall; at++) {
			c->fault[c->nfault - 1] = (struct sim_fault){COMBINED[k], at, 0};
			more_faults(counting, c, calm, more - 1);
		}
	}
	c->nfault--;
}

static void play_graph(struct counting *counting, struct sim_case *c)
{
	uint32_t npackage = c->knob[KNOB_PACKAGES], norg = c->knob[KNOB_ORGS];
	struct sim_story calm;

	if (sim_play_calm(&calm, counting->w, c) && calm.nviolation == 0) {
		one_fault(counting, c, &calm);
		c->nfault = 0;
		if (npackage <= 2 && norg <= 2)
			more_faults(counting, c, &calm, 2);
		if (npackage == 1 && norg == 1)
			more_faults(counting, c, &calm, 3);
	} else {
		printf("small scope: %u packages, %u orgs, undisturbed: %s\n", npackage, norg,
		       pt_buf_text(&calm.text));
		counting->w->sum.nfailed++;
	}
	sim_story_release(&calm);
}

/* Edges go from later packages to those before them: bit by bit through all pairs. */
static void put_edges(struct sim_case *c, uint32_t graph)
{
	uint32_t bit = 0;

	for (uint32_t p = 1; p < c->knob[KNOB_PACKAGES]; p++) {
		c->needs[p] = 0;
		for (uint32_t b = 0; b < p; b++)
			c->needs[p] |= (uint16_t)((graph >> bit++ & 1) << b);
	}
}

void sim_play_small(struct sim_worker *w, uint64_t first, uint64_t stride)
{
	struct counting counting = {.w = w, .next = first, .stride = stride};

	for (uint32_t n = 1; n <= PACKAGES; n++) {
		for (uint32_t graph = 0; graph < 1U << n * (n - 1) / 2; graph++) {
			for (uint32_t norg = 1; norg <= ORGS; norg++) {
				struct sim_case c = sim_case_plain();

				c.knob[KNOB_PACKAGES] = n;
				c.knob[KNOB_ORGS] = norg;
				c.knob[KNOB_PASSES] = 1;
				c.knob[KNOB_DURATION] = 1;
				put_edges(&c, graph);
				play_graph(&counting, &c);
			}
		}
	}
}
