/* trains: the kinds of release and their rules. See suite_parts.h. */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

static void read_trigger_tag(struct reader *r, const struct pt_yaml_node *node, const char *path,
			     void *into)
{
	pattern_with_group(r, node, path, "id", (const char **)into);
}

/* Other people's servers are asked; nobody means every few milliseconds. */
static void read_every(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	int64_t ms = -1;

	value_duration(r, node, path, &ms);
	if (ms >= 0 && ms < PT_SECOND_MS)
		complain(r, node->src, "%s: '%.40s' is too often, expected 1s or more", path,
			 node->text);
	else if (ms > 0)
		*(int64_t *)into = ms;
}

static void read_trigger_repo(struct reader *r, const struct pt_yaml_node *node, const char *path,
			      void *into)
{
	struct pt_trigger_conf *trigger = into;

	value_repo(r, node, path, &trigger->repo);
	if (node->text)
		keep(r, node->text, &trigger->repo_text);
}

static const struct key trigger_keys[] = {
    KEY("every", read_every, struct pt_trigger_conf, every_ms),
    {"repo", read_trigger_repo, 0, true},
    REQUIRED_KEY("tag", read_trigger_tag, struct pt_trigger_conf, tag),
};

static void read_trigger(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	struct pt_trigger_conf *trigger = into;

	keys_read(r, node, trigger_keys, PT_ARRAY_LEN(trigger_keys), path, trigger);
	trigger->src = node->src;
}

static void read_from(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	struct pt_departs_conf *departs = into;
	const char *text = scalar(r, node, path);
	enum pt_civil_form form;
	int64_t offset_ms;
	struct pt_err err = PT_ERR_INIT;

	if (!text)
		return;
	if (pt_civil_parse(&departs->from, &form, &offset_ms, text, &err) < 0)
		complain_of(r, node->src, path, &err);
	else if (form != PT_CIVIL_DATE)
		complain(r, node->src, "%s: '%.40s' is not a date, expected such as 2026-12-01",
			 path, text);
	else
		departs->has_from = true;
}

static const struct key departs_keys[] = {
    KEY("at", value_minute, struct pt_departs_conf, at_minute),
    {"from", read_from, 0, false},
    REQUIRED_KEY("rrule", value_rrule, struct pt_departs_conf, rrule),
};

static void read_departs(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	struct pt_departs_conf *departs = into;
	const char *text = node->kind == PT_YAML_SCALAR ? pt_yaml_text(node) : NULL;

	/* What a train says that does without the calendar it inherits. */
	if (text && strcmp(text, "none") != 0)
		complain(r, node->src, "%s: '%.40s', expected rrule, at and from, or none", path,
			 text);
	if (text)
		return;
	keys_read(r, node, departs_keys, PT_ARRAY_LEN(departs_keys), path, departs);
	departs->src = node->src;
	if (pt_yaml_get(node, "rrule"))
		departs->rule_src = pt_yaml_get(node, "rrule")->src;
}

/* 0 is what a train says that does without the passes it inherits. */
static void read_passes(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	const char *text = scalar(r, node, path);

	if (text && strcmp(text, "0") == 0)
		*(uint32_t *)into = 0;
	else if (text)
		value_count(r, node, path, into);
}

static const struct key repush_keys[] = {
    KEY("after", value_duration, struct pt_repush_conf, after_ms),
    KEY("every", value_duration, struct pt_repush_conf, every_ms),
    REQUIRED_KEY("passes", read_passes, struct pt_repush_conf, passes),
};

static void read_repush(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	struct pt_repush_conf *repush = into;

	keys_read(r, node, repush_keys, PT_ARRAY_LEN(repush_keys), path, repush);
	repush->src = node->src;
}

static void read_upgrade(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	static const char *const words[] = {"patch", "minor", "major"};
	struct pt_train_conf *train = into;
	int which = word_of(r, node, path, words, PT_ARRAY_LEN(words));

	if (which >= 0)
		train->upgrade = (enum pt_upgrade)which;
	train->upgrade_src = node->src;
}

static void read_order(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	static const char *const words[] = {"confirmed", "offset"};
	int which = word_of(r, node, path, words, PT_ARRAY_LEN(words));

	if (which >= 0)
		*(enum pt_order *)into = (enum pt_order)which;
}

static void read_overlap(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	static const char *const words[] = {"wait", "supersede", "refuse"};
	struct pt_train_conf *train = into;
	int which = word_of(r, node, path, words, PT_ARRAY_LEN(words));

	if (which >= 0)
		train->overlap = (enum pt_overlap)which;
	train->overlap_src = node->src;
}

static void read_notice(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	struct pt_train_conf *train = into;

	value_duration(r, node, path, &train->notice_ms);
	train->notice_src = node->src;
}

static void read_minimum_soak(struct reader *r, const struct pt_yaml_node *node, const char *path,
			      void *into)
{
	struct pt_train_conf *train = into;

	value_duration(r, node, path, &train->minimum_soak_ms);
	train->minimum_soak_src = node->src;
}

static void read_extends(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	(void)into; /* merged before */
	(void)scalar(r, node, path);
}

static const struct key train_keys[] = {
    KEY("departs", read_departs, struct pt_train_conf, departs),
    KEY("drift", value_ratio, struct pt_train_conf, drift_ppm),
    {"extends", read_extends, 0, false},
    KEY("fresh", value_duration, struct pt_train_conf, fresh_ms),
    KEY("job_timeout", value_duration, struct pt_train_conf, job_timeout_ms),
    {"minimum_soak", read_minimum_soak, 0, false},
    {"notice", read_notice, 0, false},
    KEY("offset", value_duration, struct pt_train_conf, offset_ms),
    KEY("order", read_order, struct pt_train_conf, order),
    {"overlap", read_overlap, 0, false},
    KEY("repush", read_repush, struct pt_train_conf, repush),
    KEY("settle", value_duration, struct pt_train_conf, settle_ms),
    {"stages", read_stages, 0, true},
    KEY("start_slack", value_duration, struct pt_train_conf, start_slack_ms),
    KEY("topup", value_duration, struct pt_train_conf, topup_ms),
    KEY("trigger", read_trigger, struct pt_train_conf, trigger),
    {"upgrade", read_upgrade, 0, false},
};

void read_trains(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_MAP, path))
		return;
	suite->train = keep_array(r, node->n, sizeof(*suite->train));
	for (size_t i = 0; suite->train && i < node->n; i++) {
		struct pt_train_conf *train = &suite->train[suite->ntrain++];
		const struct pt_yaml_node *merged = merge_train(r, node, i);

		*train = (struct pt_train_conf){
		    .name = node->key[i]->text,
		    .src = node->key[i]->src,
		    .upgrade = PT_UPGRADE_MAJOR,
		    .settle_ms = 6 * PT_HOUR_MS,
		    .trigger = {.every_ms = 5 * PT_MINUTE_MS},
		    .fresh_ms = 15 * PT_MINUTE_MS,
		    .start_slack_ms = 3 * PT_HOUR_MS,
		    .topup_ms = PT_HOUR_MS,
		    .job_timeout_ms = PT_DAY_MS,
		    .drift_ppm = PT_RATIO_ONE / 20,
		    .repush = {.after_ms = PT_DAY_MS, .every_ms = PT_DAY_MS},
		};
		const char *at = path_join(r, path, train->name);

		if (merged) {
			keys_read(r, merged, train_keys, PT_ARRAY_LEN(train_keys), at, train);
			check_minimum_soak(r, train, at);
		}
	}
}
