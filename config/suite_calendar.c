/* blackouts and failure rules. See suite_parts.h. */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

/* While a blackout is read: which keys it has. */
struct reading {
	struct pt_blackout_conf conf;
	bool has_from, has_to;
	bool from_has_time;
};

/* A date, or a date and time, without a zone: it is in the suite's. */
static bool read_civil(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       struct pt_civil *out, bool *has_time)
{
	const char *text = scalar(r, node, path);
	enum pt_civil_form form;
	int64_t offset_ms;
	struct pt_err err = PT_ERR_INIT;

	if (!text)
		return false;
	if (pt_civil_parse(out, &form, &offset_ms, text, &err) < 0) {
		complain_of(r, node->src, path, &err);
		return false;
	}
	if (form == PT_CIVIL_OFFSET) {
		complain(r, node->src, "%s: '%.40s' has a zone, expected the suite's local time",
			 path, text);
		return false;
	}
	*has_time = form != PT_CIVIL_DATE;
	return true;
}

static void read_from(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	struct reading *reading = into;

	reading->has_from = read_civil(r, node, path, &reading->conf.from, &reading->from_has_time);
}

static void read_to(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct reading *reading = into;
	struct pt_civil *to = &reading->conf.to;
	bool has_time;

	reading->has_to = read_civil(r, node, path, to, &has_time);
	if (reading->has_to && !has_time)
		*to = pt_civil_of_ms(pt_civil_to_ms(to) + PT_DAY_MS);
}

static void read_length(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	int64_t ms = -1;

	value_duration(r, node, path, &ms);
	if (ms == 0)
		complain(r, node->src, "%s: a blackout of no length", path);
	else if (ms > 0)
		*(int64_t *)into = ms;
}

static const struct key blackout_keys[] = {
    KEY("at", value_minute, struct reading, conf.at_minute),
    KEY("duration", read_length, struct reading, conf.duration_ms),
    {"from", read_from, 0, false},
    KEY("ics", value_path, struct reading, conf.ics),
    REQUIRED_KEY("name", value_text, struct reading, conf.name),
    KEY("rrule", value_rrule, struct reading, conf.rrule),
    {"to", read_to, 0, false},
};

/* Which of the three kinds the keys make it; false: none, or more than one. */
static bool choose_kind(struct pt_blackout_conf *conf, const struct pt_yaml_node *node)
{
	bool from = pt_yaml_get(node, "from") != NULL, to = pt_yaml_get(node, "to") != NULL;
	bool rule = pt_yaml_get(node, "rrule") != NULL;
	bool length = pt_yaml_get(node, "duration") != NULL, at = pt_yaml_get(node, "at") != NULL;
	bool ics = pt_yaml_get(node, "ics") != NULL;

	conf->kind = ics ? PT_BLACKOUT_ICS : rule ? PT_BLACKOUT_RRULE : PT_BLACKOUT_DATES;
	switch (conf->kind) {
	case PT_BLACKOUT_ICS:
		return !from && !to && !rule && !length && !at;
	case PT_BLACKOUT_RRULE:
		return length && !to;
	case PT_BLACKOUT_DATES:
		break;
	}
	return from && to && !length && !at;
}

static void check_kind(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       struct reading *reading)
{
	struct pt_blackout_conf *conf = &reading->conf;

	if (!choose_kind(conf, node)) {
		complain(r, node->src,
			 "%s: expected exactly one of from and to, rrule and duration, ics", path);
	} else if (conf->kind == PT_BLACKOUT_RRULE) {
		conf->rule_src = pt_yaml_get(node, "rrule")->src;
		conf->has_from = reading->has_from;
		if (reading->from_has_time)
			complain(r, pt_yaml_get(node, "from")->src,
				 "%s.from: expected a date, the time of day is 'at'", path);
	} else if (conf->kind == PT_BLACKOUT_ICS) {
		conf->rule_src = pt_yaml_get(node, "ics")->src;
	} else if (reading->has_from && reading->has_to &&
		   pt_civil_to_ms(&conf->to) <= pt_civil_to_ms(&conf->from)) {
		complain(r, pt_yaml_get(node, "to")->src, "%s: 'to' is not after 'from'", path);
	}
}

void read_blackouts(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	suite->blackout = keep_array(r, node->n, sizeof(*suite->blackout));
	for (size_t i = 0; suite->blackout && i < node->n; i++) {
		struct reading reading = {.conf = {.name = "", .src = node->item[i]->src}};
		const char *at = path_item(r, path, node->item[i], i);

		keys_read(r, node->item[i], blackout_keys, PT_ARRAY_LEN(blackout_keys), at,
			  &reading);
		if (node->item[i]->kind == PT_YAML_MAP)
			check_kind(r, node->item[i], at, &reading);
		suite->blackout[suite->nblackout++] = reading.conf;
	}
}

static const char *const class_words[PT_FAILURE_NCLASS] = {"dependency", "transient", "not_yet",
							   "permanent", "benign"};

const char *pt_failure_class_text(enum pt_failure_class class_)
{
	return class_words[class_];
}

static void read_class(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	int which = word_of(r, node, path, class_words, PT_FAILURE_NCLASS);

	if (which >= 0)
		*(enum pt_failure_class *)into = (enum pt_failure_class)which;
}

static const struct key failure_keys[] = {
    REQUIRED_KEY("class", read_class, struct pt_failure_conf, class_),
    KEY("message", value_pattern, struct pt_failure_conf, message),
    KEY("title", value_pattern, struct pt_failure_conf, title),
    KEY("type", value_pattern, struct pt_failure_conf, type),
};

void read_failures(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	suite->failure = keep_array(r, node->n, sizeof(*suite->failure));
	for (size_t i = 0; suite->failure && i < node->n; i++) {
		struct pt_failure_conf *conf = &suite->failure[suite->nfailure++];
		const struct pt_yaml_node *item = node->item[i];
		const char *at = path_item(r, path, item, i);

		conf->src = item->src;
		keys_read(r, item, failure_keys, PT_ARRAY_LEN(failure_keys), at, conf);
		if (item->kind == PT_YAML_MAP && !pt_yaml_get(item, "type") &&
		    !pt_yaml_get(item, "title") && !pt_yaml_get(item, "message"))
			complain(r, item->src, "%s: expected at least one of type, title, message",
				 at);
	}
}
