/* See policy.h. */
#include "pipeline/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"

enum what { ORDER, OFFSET, PASSES, AFTER, EVERY, REQUEST_SIZE, RUNNING, SOAK };

#define ALL_STAGES UINT32_MAX

enum { PASSES_MAX = 1000, ORGS_MAX = 1000000000 };

static const struct key {
	const char *name;
	bool of_stage;
} keys[] = {
    [ORDER] = {"order", false},    [OFFSET] = {"offset", false},
    [PASSES] = {"passes", false},  [AFTER] = {"after", false},
    [EVERY] = {"every", false},    [REQUEST_SIZE] = {"request_size", true},
    [RUNNING] = {"running", true}, [SOAK] = {"soak", true},
};

static int unknown_key(const char *word, struct pt_err *err)
{
	const char *names[PT_ARRAY_LEN(keys)];

	for (size_t i = 0; i < PT_ARRAY_LEN(keys); i++)
		names[i] = keys[i].name;
	char hint[PT_NEAR_TEXT];

	return pt_err_set(err, PT_E_USAGE,
			  "--compare: unknown key '%s'%s; it takes order, offset, passes, "
			  "after, every, and request_size, running, soak of all stages or, as in "
			  "sandbox.soak, of one",
			  word, pt_near_hint(hint, word, names, PT_ARRAY_LEN(keys)));
}

/* "soak" or "sandbox.soak"; the name of a stage may have dots itself. */
static int parse_key(struct pt_policy_axis *axis, const struct pt_train_conf *conf,
		     struct pt_err *err)
{
	const char *dot = strrchr(axis->key, '.'), *name = dot ? dot + 1 : axis->key;
	size_t nstage_name = dot ? (size_t)(dot - axis->key) : 0;
	size_t i = 0;

	while (i < PT_ARRAY_LEN(keys) && strcmp(keys[i].name, name) != 0)
		i++;
	if (i == PT_ARRAY_LEN(keys) || (dot && !keys[i].of_stage))
		return unknown_key(axis->key, err);
	axis->what = (unsigned)i;
	axis->stage = ALL_STAGES;
	for (uint32_t s = 0; dot && s < conf->nstage; s++) {
		const char *stage = conf->stage[s].name;

		if (strlen(stage) == nstage_name && memcmp(stage, axis->key, nstage_name) == 0)
			axis->stage = s;
	}
	if (dot && axis->stage == ALL_STAGES)
		return pt_err_set(err, PT_E_USAGE, "--compare: no stage '%.*s' in train '%s'",
				  (int)nstage_name, axis->key, conf->name);
	return 0;
}

static int parse_count(int64_t *out, const char *text, int64_t least, int64_t most,
		       struct pt_err *err)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || *out < least || *out > most)
		return pt_err_set(err, PT_E_USAGE,
				  "'%s', expected a whole number from %lld to %lld", text,
				  (long long)least, (long long)most);
	return 0;
}

static int parse_value(int64_t *out, enum what what, const char *text, struct pt_err *err)
{
	switch (what) {
	case ORDER:
		*out = strcmp(text, "offset") == 0 ? PT_ORDER_OFFSET : PT_ORDER_CONFIRMED;
		if (*out == PT_ORDER_CONFIRMED && strcmp(text, "confirmed") != 0)
			return pt_err_set(err, PT_E_USAGE, "'%s', expected confirmed or offset",
					  text);
		return 0;
	case OFFSET:
	case AFTER:
	case EVERY:
	case SOAK:
		return pt_duration_parse(out, text, err);
	case PASSES:
		return parse_count(out, text, 0, PASSES_MAX, err);
	case REQUEST_SIZE:
		*out = 0;
		return strcmp(text, "all") == 0 ? 0 : parse_count(out, text, 1, ORGS_MAX, err);
	case RUNNING:
		return parse_count(out, text, 1, ORGS_MAX, err);
	}
	return 0;
}

static int add_value(struct pt_policy_axis *axis, const char *text, size_t len, struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	char *to;

	if (axis->n == PT_POLICY_VALUES_MAX)
		return pt_err_set(err, PT_E_USAGE, "--compare: more than %d values of '%s'",
				  PT_POLICY_VALUES_MAX, axis->key);
	to = axis->text[axis->n];
	if (len >= PT_POLICY_TEXT)
		len = PT_POLICY_TEXT - 1;
	memcpy(to, text, len);
	to[len] = '\0';
	if (parse_value(&axis->value[axis->n], (enum what)axis->what, to, &why) < 0)
		return pt_err_set(err, PT_E_USAGE, "--compare: %s: %s", axis->key, why.text);
	for (uint32_t i = 0; i < axis->n; i++) {
		if (axis->value[i] == axis->value[axis->n])
			return pt_err_set(err, PT_E_USAGE, "--compare: %s: %s is there twice",
					  axis->key, to);
	}
	axis->n++;
	return 0;
}

static int parse_axis(struct pt_policy_axis *axis, const char *spec,
		      const struct pt_train_conf *conf, struct pt_err *err)
{
	const char *equals = strchr(spec, '=');
	size_t len = equals ? (size_t)(equals - spec) : 0;
	int rc;

	if (len == 0 || len >= sizeof(axis->key))
		return pt_err_set(err, PT_E_USAGE,
				  "--compare '%.60s', expected a key and its values, such as "
				  "offset=1h,4h",
				  spec);
	memcpy(axis->key, spec, len);
	rc = parse_key(axis, conf, err);
	for (const char *at = equals + 1; rc == 0;) {
		size_t n = strcspn(at, ",");

		rc = add_value(axis, at, n, err);
		if (!at[n])
			break;
		at += n + 1;
	}
	return rc;
}

int pt_policies_parse(struct pt_policies *out, const char *const *spec, size_t nspec,
		      const struct pt_train_conf *conf, struct pt_err *err)
{
	*out = (struct pt_policies){.n = 1};
	for (size_t i = 0; i < nspec && i < PT_POLICY_AXES_MAX; i++) {
		struct pt_policy_axis *axis = &out->axis[out->naxis++];
		int rc = parse_axis(axis, spec[i], conf, err);

		if (rc < 0)
			return rc;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(out->axis[k].key, axis->key) == 0)
				return pt_err_set(err, PT_E_USAGE, "--compare: '%s' is given twice",
						  axis->key);
		}
		out->n *= axis->n;
		if (out->n > PT_POLICIES_MAX)
			return pt_err_set(err, PT_E_USAGE,
					  "--compare: more than %d combinations of values",
					  PT_POLICIES_MAX);
	}
	return 0;
}

static uint32_t value_at(const struct pt_policies *policies, uint32_t i, uint32_t axis)
{
	for (uint32_t k = policies->naxis - 1; k > axis; k--)
		i /= policies->axis[k].n;
	return i % policies->axis[axis].n;
}

const char *pt_policy_text(const struct pt_policies *policies, uint32_t i, uint32_t axis)
{
	return policies->axis[axis].text[value_at(policies, i, axis)];
}

static void apply_to_stage(struct pt_stage_conf *stage, enum what what, int64_t value)
{
	if (what == REQUEST_SIZE)
		stage->request_size = (uint32_t)value;
	else if (what == RUNNING)
		stage->running = (uint32_t)value;
	else
		stage->soak_ms = value;
}

static void apply_to_train(struct pt_train_conf *conf, enum what what, int64_t value)
{
	if (what == ORDER)
		conf->order = (enum pt_order)value;
	else if (what == OFFSET)
		conf->offset_ms = value;
	else if (what == PASSES)
		conf->repush.passes = (uint32_t)value;
	else if (what == AFTER)
		conf->repush.after_ms = value;
	else
		conf->repush.every_ms = value;
}

/* What is said of one stage comes after what is said of all. */
void pt_policy_apply(struct pt_train_conf *conf, struct pt_stage_conf *stage,
		     const struct pt_policies *policies, uint32_t i)
{
	memcpy(stage, conf->stage, conf->nstage * sizeof(*stage));
	conf->stage = stage;
	for (uint32_t pass = 0; pass < 2; pass++) {
		for (uint32_t a = 0; a < policies->naxis; a++) {
			const struct pt_policy_axis *axis = &policies->axis[a];
			enum what what = (enum what)axis->what;
			int64_t value = axis->value[value_at(policies, i, a)];

			if ((axis->stage != ALL_STAGES) != (pass == 1))
				continue;
			if (!keys[what].of_stage)
				apply_to_train(conf, what, value);
			for (uint32_t s = 0; keys[what].of_stage && s < conf->nstage; s++) {
				if (axis->stage == ALL_STAGES || axis->stage == s)
					apply_to_stage(&stage[s], what, value);
			}
		}
	}
}
