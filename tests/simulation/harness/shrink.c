/* See shrink.h. */
#include "tests/simulation/harness/shrink.h"

#include <string.h>

struct shrinking {
	struct sim_case *c; /* the smallest so far */
	bool (*fails)(void *context, const struct sim_case *c);
	void *context;
	uint32_t left;
};

/* Keeps the smaller one if it fails as well. */
static bool take(struct shrinking *s, const struct sim_case *smaller)
{
	if (s->left == 0)
		return false;
	s->left--;
	if (!s->fails(s->context, smaller))
		return false;
	*s->c = *smaller;
	return true;
}

static bool drop_faults(struct shrinking *s, size_t at, size_t n)
{
	struct sim_case smaller = *s->c;

	memmove(&smaller.fault[at], &smaller.fault[at + n],
		(smaller.nfault - at - n) * sizeof(smaller.fault[0]));
	smaller.nfault -= n;
	return take(s, &smaller);
}

static bool fewer_faults(struct shrinking *s)
{
	bool any = false;

	for (size_t n = s->c->nfault; n > 0; n /= 2) {
		for (size_t at = 0; at + n <= s->c->nfault;) {
			if (drop_faults(s, at, n))
				any = true;
			else
				at += n;
		}
	}
	return any;
}

static bool plainer_knob(struct shrinking *s, int knob)
{
	uint32_t plain = sim_knob_plain((enum sim_knob)knob), is = s->c->knob[knob];
	uint32_t to = plain;

	while (is != to) {
		struct sim_case smaller = *s->c;

		smaller.knob[knob] = to;
		if (sim_knob_can_be((enum sim_knob)knob, to) && take(s, &smaller))
			return true;
		/* Half of the way back to what is known to fail. */
		to = to < is ? to + (is - to + 1) / 2 : to - (to - is + 1) / 2;
	}
	return false;
}

static bool fewer_edges(struct shrinking *s)
{
	bool any = false;

	for (uint32_t p = 1; p < s->c->knob[KNOB_PACKAGES]; p++) {
		for (uint32_t b = 0; b < p; b++) {
			struct sim_case smaller = *s->c;

			if (!(smaller.needs[p] >> b & 1))
				continue;
			smaller.needs[p] &= (uint16_t) ~(1U << b);
			any |= take(s, &smaller);
		}
	}
	return any;
}

/* The same faults, hitting the first of whom they may hit. */
static bool plainer_faults(struct shrinking *s)
{
	bool any = false;

	for (size_t i = 0; i < s->c->nfault; i++) {
		struct sim_case smaller = *s->c;

		if (smaller.fault[i].draw == 0)
			continue;
		smaller.fault[i].draw = 0;
		any |= take(s, &smaller);
	}
	return any;
}

void sim_shrink(struct sim_case *c, bool (*fails)(void *context, const struct sim_case *c),
		void *context, uint32_t most)
{
	struct shrinking s = {c, fails, context, most};
	bool any = true;

	while (any && s.left) {
		any = fewer_faults(&s);
		for (int k = 0; k < NKNOB; k++)
			any |= plainer_knob(&s, k);
		any |= fewer_edges(&s);
		any |= plainer_faults(&s);
	}
}
