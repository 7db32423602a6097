/* See pairs.h. */
#include "pipeline/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "pipeline/probe.h"

int pt_pairs_grow(struct pt_pairs *pairs, uint32_t npackage, uint32_t norg, struct pt_err *err)
{
	if (!pairs->of) {
		pairs->of = calloc((size_t)npackage + 1, sizeof(*pairs->of));
		if (!pairs->of)
			return pt_err_nomem(err);
		pairs->npackage = npackage;
	}
	for (uint32_t p = 0; p < npackage; p++) {
		size_t n = (size_t)norg + 1;
		struct pt_pair *grown = realloc(pairs->of[p], n * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		memset(grown + pairs->norg, 0, (n - pairs->norg) * sizeof(*grown));
		pairs->of[p] = grown;
	}
	pairs->norg = norg;
	return 0;
}

void pt_pairs_release(struct pt_pairs *pairs)
{
	for (uint32_t p = 0; pairs->of && p < pairs->npackage; p++)
		free(pairs->of[p]);
	free(pairs->of);
	*pairs = (struct pt_pairs){0};
}

static struct pt_pair excluded(unsigned reason)
{
	return (struct pt_pair){.state = PT_PAIR_EXCLUDED, .detail = (uint16_t)reason};
}

/* The org and what stands in it. */
struct place {
	const struct pt_targets *targets;
	const struct pt_inventory *inventory;
	const struct pt_audience *audience;
	uint32_t org;
};

/* Without a look at what it needs. */
static struct pt_pair alone(const struct place *at, uint32_t package)
{
	uint16_t installed = pt_inventory_installed(at->inventory, package, at->org);
	unsigned reason = pt_audience_reason(at->audience, package, at->org);
	size_t nversion;
	const struct pt_push_version *version =
	    pt_inventory_versions(&nversion, at->inventory, package);

	if (installed == PT_NOT_INSTALLED)
		return (struct pt_pair){.state = PT_PAIR_NONE};
	if (reason != PT_REASON_NONE)
		return excluded(reason);
	if (installed == PT_OTHER_VERSION)
		return excluded(PT_REASON_OTHER_VERSION);
	if (installed >= at->targets->target[package].version)
		return (struct pt_pair){.state = PT_PAIR_CURRENT};
	if (!version[installed].released)
		return excluded(PT_REASON_BETA);
	if (pt_inventory_blocked(at->inventory, package, at->org))
		return excluded(PT_REASON_OPTED_OUT);
	return (struct pt_pair){.state = PT_PAIR_WAITING};
}

/*
 * The reason that some base, directly or through others, will never be there; or
 * PT_REASON_NONE. Each base is looked at once, so as deep as there are packages.
 */
static unsigned in_the_way(const struct place *at, uint32_t package, uint64_t *seen)
{
	const struct pt_target *target = &at->targets->target[package];
	unsigned reason = PT_REASON_NONE;

	for (size_t k = 0; k < target->nneed && reason == PT_REASON_NONE; k++) {
		uint32_t base = target->need[k].package;
		uint64_t bit = UINT64_C(1) << (base % 64);

		if ((seen[base / 64] & bit) ||
		    pt_inventory_has(at->inventory, base, at->org, target->need[k].at_least))
			continue;
		seen[base / 64] |= bit;
		struct pt_pair pair = alone(at, base);

		if (pair.state == PT_PAIR_NONE)
			reason = pt_reason_of_base(at->audience, PT_BASE_LACKING, base);
		else if (pair.state == PT_PAIR_EXCLUDED)
			reason = pt_reason_of_base(at->audience, PT_BASE_EXCLUDED, base);
		else
			reason = in_the_way(at, base, seen);
	}
	return reason;
}

struct pt_pair pt_pair_classify(const struct pt_targets *targets,
				const struct pt_inventory *inventory,
				const struct pt_audience *audience, uint32_t package, uint32_t org)
{
	const struct place at = {targets, inventory, audience, org};
	uint64_t seen[PT_PACKAGES_MAX / 64 + 1] = {0};
	struct pt_pair pair = alone(&at, package);
	unsigned reason;

	if (pair.state != PT_PAIR_WAITING)
		return pair;
	reason = in_the_way(&at, package, seen);
	return reason == PT_REASON_NONE ? pair : excluded(reason);
}

uint32_t pt_pair_missing(const struct pt_targets *targets, const struct pt_inventory *inventory,
			 uint32_t package, uint32_t org)
{
	const struct pt_target *target = &targets->target[package];

	for (size_t k = 0; k < target->nneed; k++) {
		const struct pt_target_need *need = &target->need[k];

		if (PT_DEFECT(last_parent_only) && k + 1 < target->nneed)
			continue;
		if (!pt_inventory_has(inventory, need->package, org, need->at_least))
			return need->package;
	}
	return UINT32_MAX;
}

void pt_tally_add(struct pt_tally *tally, const struct pt_pair *pair)
{
	tally->pushes += pair->npush;
	if (pair->state == PT_PAIR_NONE)
		return;
	tally->selected++;
	switch ((enum pt_pair_state)pair->state) {
	case PT_PAIR_NONE:
	case PT_PAIR_NSTATE:
		return;
	case PT_PAIR_CURRENT:
		tally->already_current++;
		return;
	case PT_PAIR_EXCLUDED:
		tally->excluded++;
		return;
	case PT_PAIR_WAITING:
		tally->waiting++;
		break;
	case PT_PAIR_HELD:
		tally->held++;
		break;
	case PT_PAIR_IN_FLIGHT:
		tally->in_flight++;
		break;
	case PT_PAIR_AT_TARGET:
		tally->at_target++;
		break;
	case PT_PAIR_UNKNOWN:
		tally->unknown++;
		break;
	case PT_PAIR_CANCELED:
		tally->canceled++;
		break;
	case PT_PAIR_BENIGN:
		tally->benign++;
		break;
	case PT_PAIR_FAILED:
		tally->failed[pair->class_]++;
		break;
	}
	tally->eligible++;
}

void pt_tally_merge(struct pt_tally *into, const struct pt_tally *from)
{
	into->selected += from->selected;
	into->already_current += from->already_current;
	into->excluded += from->excluded;
	into->eligible += from->eligible;
	into->at_target += from->at_target;
	into->waiting += from->waiting;
	into->held += from->held;
	into->in_flight += from->in_flight;
	into->unknown += from->unknown;
	into->canceled += from->canceled;
	into->benign += from->benign;
	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		into->failed[c] += from->failed[c];
	into->pushes += from->pushes;
}

uint64_t pt_tally_failed(const struct pt_tally *tally)
{
	uint64_t sum = 0;

	for (int c = 0; c < PT_FAILURE_NCLASS; c++)
		sum += tally->failed[c];
	return sum;
}

bool pt_tally_adds_up(const struct pt_tally *t)
{
	return t->selected == t->already_current + t->excluded + t->eligible &&
	       t->eligible == t->at_target + t->waiting + t->held + t->in_flight + t->unknown +
				  t->canceled + t->benign + pt_tally_failed(t);
}
