/* See faults.h. */
#include "connectors/emulator/faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/rng.h"

struct scripted {
	struct pt_fault fault; /* its texts are in method and pattern */
	char *method;
	struct pt_pattern *pattern; /* MAY be NULL */
	uint32_t nseen;
};

struct pt_faults {
	uint64_t seed;
	int32_t ppm;
	uint64_t nrequest;
	struct scripted *item; /* owned */
	size_t n;
};

static const char *const texts[PT_FAULT_NKIND] = {
    [PT_FAULT_THROTTLED] = "throttled",
    [PT_FAULT_SPENT] = "spent",
    [PT_FAULT_EXPIRED] = "expired",
    [PT_FAULT_RETIRED] = "retired",
    [PT_FAULT_REDIRECTED] = "redirected",
    [PT_FAULT_ERROR] = "error",
    [PT_FAULT_BAD_GATEWAY] = "bad-gateway",
    [PT_FAULT_UNAVAILABLE] = "unavailable",
    [PT_FAULT_LOCKED] = "locked",
    [PT_FAULT_RESET] = "reset",
    [PT_FAULT_SILENT] = "silent",
    [PT_FAULT_RESET_AFTER] = "reset-after",
    [PT_FAULT_SILENT_AFTER] = "silent-after",
    [PT_FAULT_ERROR_AFTER] = "error-after",
    [PT_FAULT_GATEWAY_AFTER] = "gateway-after",
    [PT_FAULT_TRUNCATED] = "truncated",
    [PT_FAULT_MALFORMED] = "malformed",
    [PT_FAULT_EMPTY] = "empty",
};

const char *pt_fault_text(enum pt_fault_kind kind)
{
	return texts[kind];
}

enum pt_fault_kind pt_fault_of_text(const char *text)
{
	for (int kind = PT_FAULT_NONE + 1; kind < PT_FAULT_NKIND; kind++) {
		if (strcmp(text, texts[kind]) == 0)
			return (enum pt_fault_kind)kind;
	}
	return PT_FAULT_NONE;
}

int pt_faults_new(struct pt_faults **out, uint64_t seed, int32_t ppm, struct pt_err *err)
{
	struct pt_faults *faults = calloc(1, sizeof(*faults));

	if (!faults)
		return pt_err_nomem(err);
	faults->seed = seed;
	faults->ppm = ppm;
	*out = faults;
	return 0;
}

void pt_faults_clear(struct pt_faults *faults)
{
	for (size_t i = 0; i < faults->n; i++) {
		free(faults->item[i].method);
		pt_pattern_free(faults->item[i].pattern);
	}
	free(faults->item);
	faults->item = NULL;
	faults->n = 0;
}

void pt_faults_free(struct pt_faults *faults)
{
	if (!faults)
		return;
	pt_faults_clear(faults);
	free(faults);
}

int pt_faults_add(struct pt_faults *faults, const struct pt_fault *fault, struct pt_err *err)
{
	struct scripted *grown = realloc(faults->item, (faults->n + 1) * sizeof(*grown));
	struct scripted added = {.fault = *fault};
	int rc = 0;

	if (!grown)
		return pt_err_nomem(err);
	faults->item = grown;
	if (fault->path)
		rc = pt_pattern_new(&added.pattern, fault->path, err);
	if (rc == 0 && fault->method) {
		added.method = strdup(fault->method);
		rc = added.method ? 0 : pt_err_nomem(err);
	}
	if (rc < 0) {
		pt_pattern_free(added.pattern);
		return rc;
	}
	faults->item[faults->n++] = added;
	return 0;
}

static bool matches(const struct scripted *item, const char *method, const char *path)
{
	bool matched = true;

	if (item->method && strcmp(item->method, method) != 0)
		return false;
	if (item->pattern && pt_pattern_match(&matched, NULL, item->pattern, path, NULL, NULL) < 0)
		return false;
	return matched;
}

/* What comes at random: each kind as often as any other. */
static enum pt_fault_kind drawn(const struct pt_faults *faults)
{
	uint64_t key = pt_rng_mix(faults->seed, faults->nrequest);

	if (pt_rng_below(key, 1000000) >= (uint64_t)faults->ppm)
		return PT_FAULT_NONE;
	return (enum pt_fault_kind)(1 + pt_rng_below(pt_rng_mix(key, 1), PT_FAULT_NKIND - 1));
}

enum pt_fault_kind pt_faults_meet(struct pt_faults *faults, const char *method, const char *path)
{
	enum pt_fault_kind met = PT_FAULT_NONE;

	faults->nrequest++;
	for (size_t i = 0; i < faults->n; i++) {
		struct scripted *item = &faults->item[i];

		if (!matches(item, method, path))
			continue;
		item->nseen++;
		if (met == PT_FAULT_NONE && item->nseen >= item->fault.nth &&
		    item->nseen - item->fault.nth < item->fault.times)
			met = item->fault.kind;
	}
	return met == PT_FAULT_NONE && faults->ppm > 0 ? drawn(faults) : met;
}
