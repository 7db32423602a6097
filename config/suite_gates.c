/* What stops a stage: gate, approval, breaker, window. See suite_parts.h. */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

static const struct key check_keys[] = {
    REQUIRED_KEY("command", value_raw, struct pt_check_conf, command),
    KEY("timeout", value_duration, struct pt_check_conf, timeout_ms),
};

static void read_check(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_check_conf *check = into;

	check->timeout_ms = 10 * PT_MINUTE_MS;
	check->src = node->src;
	keys_read(r, node, check_keys, PT_ARRAY_LEN(check_keys), path, check);
	if (check->timeout_ms < PT_SECOND_MS || check->timeout_ms > PT_DAY_MS)
		complain(r, node->src, "%s.timeout: expected 1s to 1d", path);
}

static const struct key gate_keys[] = {
    KEY("benign", value_limit, struct pt_gate_conf, benign),
    KEY("check", read_check, struct pt_gate_conf, check),
    KEY("dependency", value_limit, struct pt_gate_conf, failed[PT_FAILURE_DEPENDENCY]),
    KEY("held", value_limit, struct pt_gate_conf, held),
    KEY("minimum", value_count, struct pt_gate_conf, minimum),
    KEY("not_yet", value_limit, struct pt_gate_conf, failed[PT_FAILURE_NOT_YET]),
    KEY("permanent", value_limit, struct pt_gate_conf, failed[PT_FAILURE_PERMANENT]),
    KEY("success", value_ratio, struct pt_gate_conf, success_ppm),
    KEY("transient", value_limit, struct pt_gate_conf, failed[PT_FAILURE_TRANSIENT]),
    KEY("unknown", value_limit, struct pt_gate_conf, unknown),
};

void read_stage_gate(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	struct pt_gate_conf *gate = into;

	keys_read(r, node, gate_keys, PT_ARRAY_LEN(gate_keys), path, gate);
	gate->src = node->src;
}

static const struct key approval_keys[] = {
    KEY("four_eyes", value_bool, struct pt_approval_conf, four_eyes),
    REQUIRED_KEY("required", value_bool, struct pt_approval_conf, required),
    KEY("within", value_duration, struct pt_approval_conf, within_ms),
};

void read_stage_approval(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	struct pt_approval_conf *approval = into;

	keys_read(r, node, approval_keys, PT_ARRAY_LEN(approval_keys), path, approval);
	approval->src = node->src;
}

static const struct key breaker_keys[] = {
    KEY("after", value_number, struct pt_breaker_conf, after),
    KEY("count", value_number, struct pt_breaker_conf, count),
    KEY("failures", value_ratio, struct pt_breaker_conf, ratio_ppm),
};

void read_stage_breaker(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	struct pt_breaker_conf *breaker = into;

	keys_read(r, node, breaker_keys, PT_ARRAY_LEN(breaker_keys), path, breaker);
	if (node->kind == PT_YAML_MAP && !pt_yaml_get(node, "failures") &&
	    !pt_yaml_get(node, "count"))
		complain(r, node->src, "%s: expected failures, count or both", path);
	breaker->set = true;
	breaker->src = node->src;
}

/* "22:00-05:00" */
static void read_local(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_window_conf *window = into;
	const char *text = scalar(r, node, path);

	if (!text)
		return;
	if (strlen(text) != 11 || text[5] != '-' || !minute_of(&window->open_minute, text, 5) ||
	    !minute_of(&window->close_minute, text + 6, 5))
		complain(r, node->src,
			 "%s: '%.40s' is not a span of the day, expected such as 22:00-05:00", path,
			 text);
	else if (window->open_minute == window->close_minute)
		complain(r, node->src, "%s: the window opens and closes at the same time", path);
}

static void read_zones(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_window_conf *window = into;

	if (!expect(r, node, PT_YAML_MAP, path))
		return;
	window->zone = keep_array(r, node->n, sizeof(*window->zone));
	for (size_t i = 0; window->zone && i < node->n; i++) {
		struct pt_window_zone_conf *zone = &window->zone[window->nzone++];

		zone->src = node->key[i]->src;
		value_pattern(r, node->key[i], path, &zone->instance);
		value_zone(r, node->item[i], path_join(r, path, node->key[i]->text), &zone->zone);
	}
}

static const struct key window_keys[] = {
    {"local", read_local, 0, true},
    {"zones", read_zones, 0, false},
};

void read_stage_window(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_window_conf *window = into;

	keys_read(r, node, window_keys, PT_ARRAY_LEN(window_keys), path, window);
	window->set = true;
	window->src = node->src;
}
