/* The defaults that the schema tells of are those that a suite file is read with. */
#include "config/suite_schema.h"

#include <jansson.h>
#include <string.h>

#include "config/suite.h"
#include "tests/test.h"

static const char least[] = "suite: least\n"
			    "connectors:\n"
			    "  hub: { type: salesforce, instance_url: https://x.example, auth: { "
			    "access_token: { env: T } } }\n"
			    "packages: [{ name: a, git: a.git, tag: '^v(?<version>.*)$' }]\n"
			    "trains:\n"
			    "  t:\n"
			    "    trigger: { repo: a.git, tag: '^v(?<id>.*)$' }\n"
			    "    departs: { rrule: FREQ=DAILY }\n"
			    "    repush: { passes: 1 }\n"
			    "    stages:\n"
			    "      - name: s\n"
			    "        orgs: { all: true }\n"
			    "        approval: { required: true }\n"
			    "        batches: { sizes: [10] }\n"
			    "        breaker: { count: 1 }\n"
			    "        gate: { check: { command: 'true' } }\n"
			    "blackouts: [{ name: b, rrule: FREQ=DAILY, duration: 1h }]\n"
			    "notify: [{ url: https://x.example }]\n";

/* "definition.key" or "key" of the file itself; what a key of a map in it is, with a dot more. */
struct expected {
	const char *key;
	char *value; /* owned */
};

/* One more, its value as the schema would have it. */
static void expect(struct expected *list, size_t *n, const char *key, const char *fmt, ...)
    PT_PRINTF(4, 5);

static void expect(struct expected *list, size_t *n, const char *key, const char *fmt, ...)
{
	char text[64];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	list[*n].key = key;
	list[(*n)++].value = strdup(text);
}

#define MS(value)     "%lldms", (long long)(value)
#define PPM(value)    "%dppm", (int)(value)
#define NUMBER(value) "%lld", (long long)(value)

static size_t read_defaults(struct expected *e, const struct pt_suite *suite)
{
	const struct pt_connector_conf *c = &suite->connector[0];
	const struct pt_train_conf *t = &suite->train[0];
	const struct pt_stage_conf *s = &t->stage[0];
	size_t n = 0;

	expect(e, &n, ".timezone", "%s", suite->timezone);
	expect(e, &n, "audience.sandboxes.of_excluded", "%s",
	       suite->keep_sandboxes ? "keep" : "exclude");
	expect(e, &n, "connector.api_version", "%s", c->api_version);
	expect(e, &n, "connector.poll", MS(c->poll_ms));
	expect(e, &n, "connector.timeout", MS(c->timeout_ms));
	expect(e, &n, "connector.in_flight", NUMBER(c->in_flight));
	expect(e, &n, "connector.bulk_above", NUMBER(c->bulk_above));
	expect(e, &n, "connector.api_floor", PPM(c->api_floor_ppm));
	expect(e, &n, "train.upgrade", "%s", t->upgrade == PT_UPGRADE_MAJOR ? "major" : "?");
	expect(e, &n, "train.offset", MS(t->offset_ms));
	expect(e, &n, "train.order", "%s", t->order == PT_ORDER_CONFIRMED ? "confirmed" : "?");
	expect(e, &n, "train.overlap", "%s", t->overlap == PT_OVERLAP_WAIT ? "wait" : "?");
	expect(e, &n, "train.settle", MS(t->settle_ms));
	expect(e, &n, "train.fresh", MS(t->fresh_ms));
	expect(e, &n, "train.drift", PPM(t->drift_ppm));
	expect(e, &n, "train.notice", MS(t->notice_ms));
	expect(e, &n, "train.minimum_soak", MS(t->minimum_soak_ms));
	expect(e, &n, "train.start_slack", MS(t->start_slack_ms));
	expect(e, &n, "train.topup", MS(t->topup_ms));
	expect(e, &n, "train.job_timeout", MS(t->job_timeout_ms));
	expect(e, &n, "train.trigger.every", MS(t->trigger.every_ms));
	expect(e, &n, "train.repush.after", MS(t->repush.after_ms));
	expect(e, &n, "train.repush.every", MS(t->repush.every_ms));
	expect(e, &n, "departs.at", "00:0%d", (int)t->departs.at_minute);
	expect(e, &n, "stage.visible", "%s", s->visible ? "true" : "false");
	expect(e, &n, "stage.soak", MS(s->soak_ms));
	expect(e, &n, "stage.request_size", NUMBER(s->request_size));
	expect(e, &n, "stage.running", NUMBER(s->running));
	expect(e, &n, "gate.check.timeout", MS(s->gate.check.timeout_ms));
	expect(e, &n, "approval.four_eyes", "%s", s->approval.four_eyes ? "true" : "false");
	expect(e, &n, "batches.every", MS(s->batch_every_ms));
	expect(e, &n, "breaker.after", NUMBER(s->breaker.after));
	expect(e, &n, "blackout.at", "00:0%d", (int)suite->blackout[0].at_minute);
	expect(e, &n, "hook.backoff", MS(suite->notify[0].backoff_ms));
	return n;
}

/* A default in the units of the list. */
static void in_units(char out[64], const json_t *value)
{
	const char *text = json_string_value(value);
	int64_t ms;

	if (json_is_boolean(value))
		snprintf(out, 64, "%s", json_is_true(value) ? "true" : "false");
	else if (json_is_integer(value))
		snprintf(out, 64, "%lld", (long long)json_integer_value(value));
	else if (pt_duration_parse(&ms, text, NULL) == 0)
		snprintf(out, 64, "%lldms", (long long)ms);
	else if (text[strlen(text) - 1] == '%')
		snprintf(out, 64, "%dppm", (int)(strtod(text, NULL) * 10000));
	else
		snprintf(out, 64, "%s", text);
}

/* Holds every default below a map of keys against the list; returns how many there are. */
static size_t compare(const json_t *map, const char *path, const struct expected *e, size_t n)
{
	json_t *properties = json_object_get(map, "properties"), *item;
	const char *key;
	size_t found = 0;

	json_object_foreach(properties, key, item)
	{
		const json_t *value = json_object_get(item, "default");
		char name[128], text[64];
		size_t i = 0;

		snprintf(name, sizeof(name), "%s.%s", path, key);
		found += compare(item, path[0] ? name : key, e, n);
		if (!value)
			continue;
		found++;
		in_units(text, value);
		while (i < n && strcmp(e[i].key, name) != 0)
			i++;
		if (i == n)
			fail_msg("nobody looks at the default of %s", name);
		if (strcmp(e[i].value, text) != 0)
			fail_msg("%s: the schema says %s, it is %s", name, text, e[i].value);
	}
	return found;
}

PT_TEST(defaults_are_those_that_the_schema_tells_of)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_suite *suite = NULL;
	json_t *schema = json_loads(pt_suite_schema, 0, NULL), *definition;
	struct expected list[64];
	const char *name;

	if (pt_suite_parse(&suite, least, strlen(least), "suite.yaml", &errs) < 0)
		fail_msg("%s", errs.item[0].text);
	assert_non_null(schema);
	size_t n = read_defaults(list, suite), found = compare(schema, "", list, n);

	json_object_foreach(json_object_get(schema, "definitions"), name, definition) found +=
	    compare(definition, name, list, n);
	assert_int_equal(found, n);
	for (size_t i = 0; i < n; i++)
		free(list[i].value);
	json_decref(schema);
	pt_suite_free(suite);
}

PT_TEST_MAIN(PT_RUN(defaults_are_those_that_the_schema_tells_of))
