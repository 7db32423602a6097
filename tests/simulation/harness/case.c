/* See case.h. */
#include "tests/simulation/harness/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

struct kind {
	const char *name;
	uint32_t plain, least, most;
};

static const struct kind KNOBS[NKNOB] = {
    [KNOB_PACKAGES] = {"packages", 1, 1, SIM_PACKAGES},
    [KNOB_ORGS] = {"orgs", 1, 1, 24},
    [KNOB_SANDBOXES] = {"sandboxes", 0, 0, 60},      /* percent, like all shares */
    [KNOB_STAGES] = {"stages", 1, 1, 3},             /* a file of orgs, sandboxes, production */
    [KNOB_BATCHES] = {"batches", 1, 1, 3},           /* an hour apart */
    [KNOB_REQUEST_SIZE] = {"request_size", 0, 0, 8}, /* 0: all */
    [KNOB_RUNNING] = {"running", 2, 1, 3},
    [KNOB_ORDER] = {"offset_order", 0, 0, 1},
    [KNOB_OFFSET] = {"offset", 0, 0, 8}, /* hours */
    [KNOB_PASSES] = {"passes", 0, 0, 3},
    [KNOB_EVERY] = {"every", 1, 1, 24}, /* hours */
    [KNOB_SOAK] = {"soak", 0, 0, 72},   /* hours */
    [KNOB_GATE] = {"gate", 0, 50, 99},
    [KNOB_BREAKER] = {"breaker", 0, 0, 30},
    [KNOB_GATE_LIMITS] = {"gate_limits", 100, 0, 100}, /* of held, unknown and benign ones */
    [KNOB_DRIFT] = {"drift", 100, 0, 100},
    [KNOB_TOPUP] = {"topup", 60, 5, 120},            /* minutes */
    [KNOB_JOB_TIMEOUT] = {"job_timeout", 24, 6, 30}, /* hours */
    [KNOB_TRANSIENT] = {"transient", 0, 0, 35},
    [KNOB_PERMANENT] = {"permanent", 0, 0, 10},
    [KNOB_STUCK] = {"stuck", 0, 0, 4},
    [KNOB_NOT_YET] = {"not_yet", 0, 0, 20},
    [KNOB_START_DELAY] = {"start_delay", 0, 0, 180}, /* minutes */
    [KNOB_DURATION] = {"duration", 10, 1, 240},      /* minutes */
    [KNOB_LAG] = {"lag", 0, 0, 480},                 /* minutes */
    [KNOB_EXCLUDED] = {"excluded", 0, 0, 15},
    [KNOB_OPTED_OUT] = {"opted_out", 0, 0, 10},
    [KNOB_INACTIVE] = {"inactive", 0, 0, 10},
    [KNOB_CURRENT] = {"current", 0, 0, 30},
    [KNOB_OLDER] = {"older", 0, 0, 40},
    [KNOB_INCOMPLETE] = {"incomplete", 0, 0, 1},
    [KNOB_CONNECTORS] = {"connectors", 1, 1, 2},
    [KNOB_RELEASES] = {"releases", 2, 2, 4},
    [KNOB_PINS] = {"pins", 0, 0, 2},             /* the train's version, the one before, either */
    [KNOB_IDS] = {"ids", 0, 0, 1},               /* tags tell them */
    [KNOB_ALLOWANCE] = {"allowance", 0, 0, 400}, /* calls a day; 0: any number */
    [KNOB_LATENCY] = {"latency", 1, 0, 20},      /* seconds */
    [KNOB_REPUSH] = {"repush", 0, 0, 2},         /* once more at the end: all, one org */
    [KNOB_WINDOW] = {"window", 0, 4, 16},        /* hours that it is open; 0: none */
    [KNOB_OPENS] = {"opens", 0, 0, 47},          /* half hours after midnight */
    [KNOB_WINDOW_ON] = {"window_on", 0, 0, 2},   /* all stages, the last, the first */
    [KNOB_ZONES] = {"zones", 0, 0, 2},           /* beside the suite's */
    [KNOB_SLACK] = {"slack", 180, 0, 180},       /* minutes */
    [KNOB_BLACKOUT] = {"blackout", 0, 1, 96}, /* the first begins so many hours after the start */
    [KNOB_BLACKOUT_LENGTH] = {"blackout_length", 24, 1, 72}, /* hours */
    [KNOB_BLACKOUTS] = {"blackouts", 1, 1, 4},
    [KNOB_SEASON] = {"season", 0, 0, 2}, /* winter; days before the clocks go forward, back */
    [KNOB_APPROVAL] = {"approval", 0, 0, APPROVAL_BY_OTHERS},
    [KNOB_WITHIN] = {"within", 0, 0, 48}, /* hours; 0: for ever */
    [KNOB_ANSWER] = {"answer", 0, 0, NANSWER - 1},
    [KNOB_EXCUSE] = {"excuse", 0, 0, 2}, /* a halt is excused: never, at once, after a no */
    [KNOB_CHECK] = {"check", 0, 0, CHECK_DIES},
    [KNOB_CLASSES] = {"classes", 100, 0, 100}, /* most that may have failed, of each class */
    [KNOB_MINIMUM] = {"minimum", 0, 0, 20},
};

static const char *const FAULTS[NFAULT] = {
    [FAULT_LOST] = "lost",
    [FAULT_UNHEARD] = "unheard",
    [FAULT_TARDY] = "tardy",
    [FAULT_LATE] = "late",
    [FAULT_TWICE] = "twice",
    [FAULT_ECHO] = "echo",
    [FAULT_ERROR] = "error",
    [FAULT_REFUSED] = "refused",
    [FAULT_ROWS] = "rows",
    [FAULT_DIE_BEFORE_STEP] = "die-before-step",
    [FAULT_DIE_BEFORE_CALL] = "die-before-call",
    [FAULT_DIE_AFTER_CALL] = "die-after-call",
    [FAULT_DISK] = "disk",
    [FAULT_STOP] = "stop",
    [FAULT_ASLEEP] = "asleep",
    [FAULT_UNINSTALL] = "uninstall",
    [FAULT_OPT_OUT] = "opt-out",
    [FAULT_UPGRADE] = "upgrade",
    [FAULT_INACTIVE] = "inactive",
    [FAULT_OPERATOR] = "operator",
    [FAULT_OPERATOR_CANCEL] = "operator-cancel",
    [FAULT_OPERATOR_ACTIVATE] = "operator-activate",
    [FAULT_REPUSH] = "repush",
    [FAULT_LEAVE_OUT] = "leave-out",
    [FAULT_ABORT] = "abort",
};

/* How often each kind is drawn, against the others. */
static const uint8_t WEIGHT[NFAULT] = {
    [FAULT_LOST] = 5,
    [FAULT_UNHEARD] = 5,
    [FAULT_TARDY] = 4,
    [FAULT_LATE] = 2,
    [FAULT_TWICE] = 4,
    [FAULT_ECHO] = 3,
    [FAULT_ERROR] = 4,
    [FAULT_REFUSED] = 2,
    [FAULT_ROWS] = 3,
    [FAULT_DIE_BEFORE_STEP] = 4,
    [FAULT_DIE_BEFORE_CALL] = 4,
    [FAULT_DIE_AFTER_CALL] = 4,
    [FAULT_DISK] = 4,
    [FAULT_STOP] = 2,
    [FAULT_ASLEEP] = 3,
    [FAULT_UNINSTALL] = 2,
    [FAULT_OPT_OUT] = 2,
    [FAULT_UPGRADE] = 2,
    [FAULT_INACTIVE] = 2,
    [FAULT_OPERATOR] = 4,
    [FAULT_OPERATOR_CANCEL] = 2,
    [FAULT_OPERATOR_ACTIVATE] = 1,
    [FAULT_REPUSH] = 2,
    [FAULT_LEAVE_OUT] = 2,
    [FAULT_ABORT] = 1,
};

uint32_t sim_knob_plain(enum sim_knob knob)
{
	return KNOBS[knob].plain;
}

bool sim_knob_can_be(enum sim_knob knob, uint32_t value)
{
	const struct kind *kind = &KNOBS[knob];

	return value == kind->plain || (value >= kind->least && value <= kind->most);
}

const char *sim_fault_name(enum sim_fault_kind kind)
{
	return FAULTS[kind];
}

struct sim_case sim_case_plain(void)
{
	struct sim_case c = {.seed = 1};

	for (int k = 0; k < NKNOB; k++)
		c.knob[k] = KNOBS[k].plain;
	return c;
}

static bool is_steady(uint64_t seed)
{
	return pt_rng_below(pt_rng_mix(0x57, seed), 3) == 0;
}

/* What is drawn beside the knobs, whose numbers are below. */
enum { DENSITY = 999, CROWDED };

void sim_case_draw(struct sim_case *out, uint64_t seed)
{
	uint64_t key = pt_rng_mix(0x51, seed);

	*out = sim_case_plain();
	out->seed = seed;
	for (uint32_t k = 0; k < NKNOB; k++) {
		const struct kind *kind = &KNOBS[k];
		uint64_t draw = pt_rng_mix(key, k);
		bool plain = k > KNOB_ORGS && pt_rng_below(draw, 2) == 0;

		if (!plain)
			out->knob[k] =
			    kind->least + (uint32_t)pt_rng_below(pt_rng_mix(draw, 1),
								 kind->most - kind->least + 1);
	}
	/* What is begun at the very end of its hours needs some that have no slack. */
	if (out->knob[KNOB_SLACK] % 3 == 1)
		out->knob[KNOB_SLACK] = 0;
	/* Requests one after the other, until the hours end and one of them waits. */
	if (out->knob[KNOB_WINDOW] && pt_rng_below(pt_rng_mix(key, CROWDED), 8) == 0) {
		out->knob[KNOB_WINDOW] = 4;
		out->knob[KNOB_SLACK] = 0;
		out->knob[KNOB_RUNNING] = out->knob[KNOB_REQUEST_SIZE] = 1;
		out->knob[KNOB_START_DELAY] = 10;
		out->knob[KNOB_DURATION] = 5;
		out->knob[KNOB_LATENCY] = 20;
	}
	/* Of a third the end is known beforehand: that of the train undisturbed. */
	if (is_steady(seed)) {
		static const enum sim_knob MATTERS[] = {
		    KNOB_STUCK,       KNOB_NOT_YET, KNOB_GATE,      KNOB_GATE_LIMITS,
		    KNOB_DRIFT,       KNOB_BREAKER, KNOB_ALLOWANCE, KNOB_ORDER,
		    KNOB_JOB_TIMEOUT, KNOB_CLASSES, KNOB_MINIMUM};

		for (size_t i = 0; i < sizeof(MATTERS) / sizeof(MATTERS[0]); i++)
			out->knob[MATTERS[i]] = KNOBS[MATTERS[i]].plain;
	}
	uint32_t density = (uint32_t)pt_rng_below(pt_rng_mix(key, DENSITY), 100);

	for (uint32_t p = 1; p < SIM_PACKAGES; p++) {
		for (uint32_t b = 0; b < p; b++) {
			if (pt_rng_below(pt_rng_mix(pt_rng_mix(key, 1000 + p), b), 100) < density)
				out->needs[p] |= (uint16_t)(1U << b);
		}
	}
}

static enum sim_fault_kind draw_kind(uint64_t key)
{
	uint32_t sum = 0, at;

	for (int k = 0; k < NFAULT; k++)
		sum += WEIGHT[k];
	at = (uint32_t)pt_rng_below(key, sum);
	for (int k = 0; k < NFAULT; k++) {
		if (at < WEIGHT[k])
			return (enum sim_fault_kind)k;
		at -= WEIGHT[k];
	}
	return FAULT_LOST;
}

/* People change what there is to be done. */
static bool moves_the_end(enum sim_fault_kind kind)
{
	return kind >= FAULT_UNINSTALL || kind == FAULT_REFUSED;
}

static int by_place(const void *left, const void *right)
{
	const struct sim_fault *a = left, *b = right;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

void sim_case_draw_faults(struct sim_case *c, uint32_t ncall)
{
	uint64_t key = pt_rng_mix(0xfa, c->seed);
	bool aborts = false;

	c->nfault = (size_t)pt_rng_below(pt_rng_mix(key, 1), SIM_FAULTS + 1);
	for (uint32_t i = 0; i < c->nfault; i++) {
		uint64_t draw = pt_rng_mix(pt_rng_mix(key, 2), i);
		struct sim_fault *fault = &c->fault[i];

		fault->kind = draw_kind(draw);
		if ((fault->kind == FAULT_ABORT && aborts) ||
		    (is_steady(c->seed) && moves_the_end(fault->kind)))
			fault->kind = FAULT_DIE_AFTER_CALL;
		aborts |= fault->kind == FAULT_ABORT;
		fault->at = 1 + (uint32_t)pt_rng_below(pt_rng_mix(draw, 1), ncall + 1);
		fault->draw = (uint32_t)pt_rng_below(pt_rng_mix(draw, 2), 10000);
		if (is_steady(c->seed))
			fault->draw &= ~UINT32_C(1);
	}
	qsort(c->fault, c->nfault, sizeof(*c->fault), by_place);
}

void sim_case_write(struct pt_buf *out, const struct sim_case *c)
{
	pt_buf_printf(out, "seed=%llu", (unsigned long long)c->seed);
	for (int k = 0; k < NKNOB; k++) {
		if (c->knob[k] != KNOBS[k].plain)
			pt_buf_printf(out, " %s=%u", KNOBS[k].name, c->knob[k]);
	}
	for (uint32_t p = 1; p < c->knob[KNOB_PACKAGES]; p++) {
		if (c->needs[p])
			pt_buf_printf(out, " needs%u=%u", p,
				      c->needs[p] & ((1U << c->knob[KNOB_PACKAGES]) - 1));
	}
	for (size_t i = 0; i < c->nfault; i++)
		pt_buf_printf(out, " %s@%u:%u", FAULTS[c->fault[i].kind], c->fault[i].at,
			      c->fault[i].draw);
}

/* The number there, up to the character `end`; *at_io goes on behind it. */
static bool read_number(uint64_t *out, const char **at_io, char end)
{
	const char *at = *at_io;
	uint64_t n = 0;

	if (*at < '0' || *at > '9')
		return false;
	for (; *at >= '0' && *at <= '9'; at++) {
		if (n > UINT64_MAX / 100)
			return false;
		n = 10 * n + (uint64_t)(*at - '0');
	}
	*out = n;
	*at_io = at + (*at != '\0');
	return *at == end;
}

/* True: the word begins with that name and the character after it; *at_out is behind. */
static bool begins(const char **at_out, const char *word, const char *name, char after)
{
	size_t len = strlen(name);

	*at_out = word + len + 1;
	return strncmp(word, name, len) == 0 && word[len] == after;
}

static bool read_fault(struct sim_case *c, const char *word)
{
	uint64_t at = 0, draw = 0;
	const char *rest;

	for (int k = 0; k < NFAULT; k++) {
		if (!begins(&rest, word, FAULTS[k], '@'))
			continue;
		if (c->nfault == SIM_FAULTS || !read_number(&at, &rest, ':') ||
		    !read_number(&draw, &rest, '\0') || at > UINT32_MAX || draw > UINT32_MAX)
			return false;
		c->fault[c->nfault++] =
		    (struct sim_fault){(enum sim_fault_kind)k, (uint32_t)at, (uint32_t)draw};
		return true;
	}
	return false;
}

static bool read_needs(struct sim_case *c, const char *word)
{
	const char *rest = word + strlen("needs");
	uint64_t package, bases;

	if (!read_number(&package, &rest, '=') || !read_number(&bases, &rest, '\0') ||
	    package >= SIM_PACKAGES || bases >= UINT64_C(1) << package)
		return false;
	c->needs[package] = (uint16_t)bases;
	return true;
}

static bool read_word(struct sim_case *c, const char *word)
{
	uint64_t value = 0;
	const char *rest;

	if (strchr(word, '@'))
		return read_fault(c, word);
	if (begins(&rest, word, "seed", '='))
		return read_number(&c->seed, &rest, '\0');
	if (strncmp(word, "needs", 5) == 0)
		return read_needs(c, word);
	for (int k = 0; k < NKNOB; k++) {
		if (!begins(&rest, word, KNOBS[k].name, '='))
			continue;
		if (!read_number(&value, &rest, '\0') || value > UINT32_MAX)
			return false;
		c->knob[k] = (uint32_t)value;
		return sim_knob_can_be((enum sim_knob)k, c->knob[k]);
	}
	return false;
}

bool sim_case_read(struct sim_case *out, const char *text)
{
	*out = sim_case_plain();
	while (*text) {
		char word[64];
		size_t len = strcspn(text, " ");

		if (len >= sizeof(word))
			return false;
		memcpy(word, text, len);
		word[len] = '\0';
		if (len && !read_word(out, word))
			return false;
		text += len + (text[len] == ' ');
	}
	return true;
}

/*
 * Jobs that hang or last too long, versions that are late and gates make it matter when exactly
 * something is looked at; people change what there is to be done.
 */
bool sim_case_ends_the_same(const struct sim_case *c)
{
	if (c->knob[KNOB_STUCK] || c->knob[KNOB_NOT_YET] || c->knob[KNOB_GATE] ||
	    c->knob[KNOB_BREAKER] || c->knob[KNOB_GATE_LIMITS] < 100 || c->knob[KNOB_DRIFT] < 100 ||
	    c->knob[KNOB_ALLOWANCE] || c->knob[KNOB_ORDER] || c->knob[KNOB_CLASSES] < 100 ||
	    c->knob[KNOB_MINIMUM] ||
	    2 * c->knob[KNOB_START_DELAY] + 3 * c->knob[KNOB_DURATION] >=
		60 * c->knob[KNOB_JOB_TIMEOUT])
		return false;
	for (size_t i = 0; i < c->nfault; i++) {
		bool beside = c->fault[i].kind <= FAULT_UNHEARD && c->fault[i].draw % 4 == 1;

		if (moves_the_end(c->fault[i].kind) || beside)
			return false;
	}
	return true;
}
