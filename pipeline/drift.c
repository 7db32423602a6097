/* See drift.h. */
#include "pipeline/drift.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pipeline/plan_file_internal.h"

enum letter { NOT_THERE = '-', CURRENT = '=', EXCLUDED = 'x', TO_PUSH = '>' };

static const struct {
	const char *key, *text;
} kinds[PT_DRIFT_NKIND] = {
    [PT_DRIFT_JOINED] = {"joined", "joined"},
    [PT_DRIFT_LEFT] = {"left", "left"},
    [PT_DRIFT_EXCLUDED] = {"excluded", "became excluded"},
    [PT_DRIFT_UPGRADED] = {"upgraded", "upgraded meanwhile"},
    [PT_DRIFT_ADMITTED] = {"admitted", "excluded no longer"},
    [PT_DRIFT_CHANGED] = {"changed", "with other packages or versions"},
};

char pt_drift_letter(const struct pt_pair *pair)
{
	if (pair->state == PT_PAIR_NONE)
		return NOT_THERE;
	if (pair->state == PT_PAIR_CURRENT)
		return CURRENT;
	return pair->state == PT_PAIR_EXCLUDED ? EXCLUDED : TO_PUSH;
}

static void count(struct pt_drift_stage *stage, enum pt_drift_kind kind,
		  const struct pt_org_key *key)
{
	if (stage->norg[kind] < PT_DRIFT_SAMPLE)
		stage->sample[kind][stage->norg[kind]] = *key;
	stage->norg[kind]++;
}

static char letter_now(const struct pt_plan_setup *now, uint32_t package, uint32_t org)
{
	struct pt_pair pair = {.state = PT_PAIR_NONE};

	if (org < now->audience->norg)
		pair = pt_pair_classify(now->targets, now->inventory, now->audience, package, org);
	return pt_drift_letter(&pair);
}

/* One org: how its packages stood then and stand now. */
static void compare(struct pt_drift_stage *stage, const struct pt_plan_setup *now, const char *was,
		    const struct pt_org_key *key)
{
	uint32_t org = pt_inventory_find(now->inventory, key);
	bool there = false, then = false, saw[PT_DRIFT_NKIND] = {false};

	for (uint32_t p = 0; p < now->train->npackage; p++) {
		char is = letter_now(now, p, org);

		there |= is != NOT_THERE;
		then |= was[p] != NOT_THERE;
		stage->planned += was[p] == TO_PUSH;
		stage->lost += was[p] == TO_PUSH && is != TO_PUSH;
		stage->gained += was[p] != TO_PUSH && is == TO_PUSH;
		if (is == was[p])
			continue;
		saw[PT_DRIFT_EXCLUDED] |= is == EXCLUDED && was[p] == TO_PUSH;
		saw[PT_DRIFT_UPGRADED] |= is == CURRENT && was[p] == TO_PUSH;
		saw[PT_DRIFT_ADMITTED] |= was[p] == EXCLUDED && is == TO_PUSH;
		saw[PT_DRIFT_CHANGED] = true;
	}
	saw[PT_DRIFT_LEFT] = then && !there;
	for (int kind = 0; kind < PT_DRIFT_NKIND; kind++) {
		if (saw[kind]) {
			count(stage, (enum pt_drift_kind)kind, key);
			break;
		}
	}
}

static int damaged(struct pt_err *err)
{
	return pt_err_set(err, PT_E_INVALID,
			  "the plan file does not say how its orgs stood; make a new plan");
}

/* The orgs of a batch, and a letter for each of their packages. */
static int compare_batch(struct pt_drift_stage *stage, const struct pt_plan_setup *now,
			 const json_t *members, const json_t *standing, bool *seen,
			 struct pt_err *err)
{
	size_t npackage = now->train->npackage, n = json_array_size(members);
	const char *was = json_string_value(standing);

	if (!was || strlen(was) != n * npackage)
		return damaged(err);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(members, i));
		struct pt_org_key key;
		int rc = pt_org_key_parse(&key, text ? text : "", text ? strlen(text) : 0, err);

		if (rc < 0)
			return pt_err_wrap(err, "the plan file's members");
		uint32_t org = pt_inventory_find(now->inventory, &key);

		if (org < now->audience->norg)
			seen[org] = true;
		compare(stage, now, was + i * npackage, &key);
	}
	return 0;
}

static void count_joined(struct pt_drift *drift, const struct pt_plan_setup *now, const bool *seen)
{
	const uint32_t *by_key = pt_inventory_by_key(now->inventory);

	for (uint32_t i = 0; i < now->audience->norg; i++) {
		uint32_t org = by_key[i];
		uint8_t at = now->audience->stage[org];

		if (seen[org] || at == PT_NO_STAGE)
			continue;
		count(&drift->stage[at], PT_DRIFT_JOINED,
		      &pt_inventory_org(now->inventory, org)->key);
		for (uint32_t p = 0; p < now->train->npackage; p++)
			drift->stage[at].gained += letter_now(now, p, org) == TO_PUSH;
	}
}

static int compare_stages(struct pt_drift *drift, const struct pt_plan_file *file,
			  const struct pt_plan_setup *now, bool *seen, struct pt_err *err)
{
	const json_t *members = json_object_get(file->root, "members");
	const json_t *standing = json_object_get(file->root, "standing");
	int rc = json_array_size(members) == drift->nstage ? 0 : damaged(err);

	for (size_t s = 0; rc == 0 && s < drift->nstage; s++) {
		const json_t *batches = json_array_get(members, s);

		for (size_t b = 0; rc == 0 && b < json_array_size(batches); b++)
			rc = compare_batch(&drift->stage[s], now, json_array_get(batches, b),
					   json_array_get(json_array_get(standing, s), b), seen,
					   err);
	}
	return rc;
}

int pt_drift_find(struct pt_drift *out, const struct pt_plan_file *file,
		  const struct pt_plan_setup *now, struct pt_err *err)
{
	struct pt_drift drift = {.nstage = now->conf->nstage};
	bool *seen = calloc((size_t)now->audience->norg + 1, sizeof(*seen));
	int rc;

	drift.stage = calloc(drift.nstage + 1, sizeof(*drift.stage));
	rc = seen && drift.stage ? compare_stages(&drift, file, now, seen, err) : pt_err_nomem(err);
	if (rc == 0)
		count_joined(&drift, now, seen);
	free(seen);
	if (rc < 0)
		pt_drift_release(&drift);
	else
		*out = drift;
	return rc;
}

void pt_drift_release(struct pt_drift *drift)
{
	free(drift->stage);
	*drift = (struct pt_drift){.stage = NULL};
}

static bool has_changed(const struct pt_drift_stage *stage)
{
	for (int kind = 0; kind < PT_DRIFT_NKIND; kind++) {
		if (stage->norg[kind])
			return true;
	}
	return false;
}

bool pt_drift_any(const struct pt_drift *drift)
{
	for (size_t s = 0; s < drift->nstage; s++) {
		if (has_changed(&drift->stage[s]))
			return true;
	}
	return false;
}

bool pt_drift_is_beyond(const struct pt_drift_stage *stage, int32_t drift_ppm)
{
	return (stage->lost + stage->gained) * PT_RATIO_ONE > stage->planned * (uint64_t)drift_ppm;
}

static void stage_text(struct pt_buf *out, const struct pt_drift_stage *stage, const char *name,
		       int32_t drift_ppm)
{
	pt_buf_printf(out, "stage %s: of %llu pushes %llu fell away, %llu were added%s\n", name,
		      (unsigned long long)stage->planned, (unsigned long long)stage->lost,
		      (unsigned long long)stage->gained,
		      pt_drift_is_beyond(stage, drift_ppm) ? ", more than the train allows" : "");
	for (int kind = 0; kind < PT_DRIFT_NKIND; kind++) {
		uint64_t n = stage->norg[kind];

		if (n == 0)
			continue;
		pt_buf_printf(out, "  %llu %s %s: ", (unsigned long long)n, n == 1 ? "org" : "orgs",
			      kinds[kind].text);
		for (size_t i = 0; i < n && i < PT_DRIFT_SAMPLE; i++)
			pt_buf_printf(out, "%s%s", i ? ", " : "", stage->sample[kind][i].text);
		pt_buf_str(out, n > PT_DRIFT_SAMPLE ? ", …\n" : "\n");
	}
}

void pt_drift_text(struct pt_buf *out, const struct pt_drift *drift,
		   const struct pt_train_conf *conf)
{
	for (size_t s = 0; s < drift->nstage; s++) {
		if (has_changed(&drift->stage[s]))
			stage_text(out, &drift->stage[s], conf->stage[s].name, conf->drift_ppm);
	}
}

static void stage_json(struct pt_json *json, const struct pt_drift_stage *stage, const char *name,
		       int32_t drift_ppm)
{
	pt_json_object(json, NULL);
	pt_json_str(json, "name", name);
	pt_json_int(json, "planned", (int64_t)stage->planned);
	pt_json_int(json, "lost", (int64_t)stage->lost);
	pt_json_int(json, "gained", (int64_t)stage->gained);
	pt_json_bool(json, "allowed", !pt_drift_is_beyond(stage, drift_ppm));
	for (int kind = 0; kind < PT_DRIFT_NKIND; kind++) {
		pt_json_object(json, kinds[kind].key);
		pt_json_int(json, "orgs", (int64_t)stage->norg[kind]);
		pt_json_array(json, "some");
		for (size_t i = 0; i < stage->norg[kind] && i < PT_DRIFT_SAMPLE; i++)
			pt_json_str(json, NULL, stage->sample[kind][i].text);
		pt_json_array_end(json);
		pt_json_object_end(json);
	}
	pt_json_object_end(json);
}

void pt_drift_json(struct pt_json *json, const struct pt_drift *drift,
		   const struct pt_train_conf *conf)
{
	pt_json_array(json, "drift");
	for (size_t s = 0; s < drift->nstage; s++)
		stage_json(json, &drift->stage[s], conf->stage[s].name, conf->drift_ppm);
	pt_json_array_end(json);
}

int pt_drift_refuse(const struct pt_drift *drift, const struct pt_train_conf *conf,
		    struct pt_err *err)
{
	for (size_t s = 0; s < drift->nstage; s++) {
		const struct pt_drift_stage *stage = &drift->stage[s];

		uint64_t changed = stage->lost + stage->gained;

		if (pt_drift_is_beyond(stage, conf->drift_ppm))
			return pt_err_set(
			    err, PT_E_REFUSED,
			    "stage '%s': %llu of %llu pushes are others than planned, "
			    "more than the drift of %g%% that the train allows; make a "
			    "new plan, nothing was pushed",
			    conf->stage[s].name, (unsigned long long)changed,
			    (unsigned long long)stage->planned, conf->drift_ppm / 10000.0);
	}
	return 0;
}
