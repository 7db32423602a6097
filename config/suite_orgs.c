/* Which orgs: selectors, and who is left out. See suite_parts.h. */
#include <string.h>

#include "base/zone.h"
#include "config/suite_parts.h"
#include "config/values.h"

static const char *const type_words[] = {"Production", "Sandbox"};
static const char *const status_words[] = {"Active", "Demo", "Free", "Inactive", "Trial"};

/* The word of one bit. */
static const char *text_of(unsigned bit, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bit == 1U << i)
			return words[i];
	}
	return "";
}

const char *pt_org_type_text(unsigned type)
{
	return text_of(type, type_words, PT_ARRAY_LEN(type_words));
}

const char *pt_org_status_text(unsigned status)
{
	return text_of(status, status_words, PT_ARRAY_LEN(status_words));
}

/* One word or a list of words, as bits in the order of the words. */
static void read_bits(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      const char *const *words, size_t n, unsigned *into)
{
	if (node->kind == PT_YAML_LIST && node->n == 0)
		complain(r, node->src, "%s: expected at least one", path);
	if (node->kind == PT_YAML_LIST) {
		for (size_t i = 0; i < node->n; i++) {
			if (expect(r, node->item[i], PT_YAML_SCALAR, path))
				read_bits(r, node->item[i], path, words, n, into);
		}
		return;
	}
	int which = word_of(r, node, path, words, n);

	if (which >= 0)
		*into |= 1U << which;
}

static void read_types(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	read_bits(r, node, path, type_words, PT_ARRAY_LEN(type_words), into);
}

static void read_statuses(struct reader *r, const struct pt_yaml_node *node, const char *path,
			  void *into)
{
	read_bits(r, node, path, status_words, PT_ARRAY_LEN(status_words), into);
}

static void read_file(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	struct pt_selector_conf *selector = into;

	value_path(r, node, path, &selector->file);
	selector->file_src = node->src;
}

static void read_sample(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	struct pt_selector_conf *selector = into;
	const char *text = scalar(r, node, path);

	if (text && ratio_of(&selector->sample_ppm, text)) {
		if (selector->sample_ppm == 0)
			complain(r, node->src, "%s: a sample of nobody", path);
		return;
	}
	if (text)
		value_count(r, node, path, &selector->sample);
}

static void read_all(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	bool all = true;

	(void)into;
	value_bool(r, node, path, &all);
	if (!all)
		complain(r, node->src, "%s: expected true, or leave it out", path);
}

static void read_seed(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	const char *text = scalar(r, node, path);

	if (text && !text[0])
		complain(r, node->src, "%s: expected a text, such as 2026-q4", path);
	else if (text)
		value_text(r, node, path, into);
}

static const struct key not_keys[] = {
    KEY("instance", value_pattern, struct pt_selector_conf, instance),
    {"installed", read_installed, 0, false},
    KEY("status", read_statuses, struct pt_selector_conf, statuses),
    KEY("type", read_types, struct pt_selector_conf, types),
};

static void read_not(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	struct pt_selector_conf *not_ = keep_array(r, 1, sizeof(*not_));

	if (!not_)
		return;
	*not_ = (struct pt_selector_conf){.sample_ppm = PT_UNSET, .src = node->src};
	keys_read(r, node, not_keys, PT_ARRAY_LEN(not_keys), path, not_);
	if (node->kind == PT_YAML_MAP && node->n == 0)
		complain(r, node->src,
			 "%s: expected at least one of instance, installed, status, type", path);
	((struct pt_selector_conf *)into)->not_ = not_;
}

static const struct key selector_keys[] = {
    {"all", read_all, 0, false},
    {"file", read_file, 0, false},
    KEY("instance", value_pattern, struct pt_selector_conf, instance),
    {"installed", read_installed, 0, false},
    {"not", read_not, 0, false},
    {"sample", read_sample, 0, false},
    KEY("seed", read_seed, struct pt_selector_conf, seed),
    KEY("status", read_statuses, struct pt_selector_conf, statuses),
    KEY("type", read_types, struct pt_selector_conf, types),
};

void read_selector(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_selector_conf *selector = into;
	const struct pt_yaml_node *seed;

	*selector = (struct pt_selector_conf){.sample_ppm = PT_UNSET, .src = node->src};
	keys_read(r, node, selector_keys, PT_ARRAY_LEN(selector_keys), path, selector);
	if (node->kind != PT_YAML_MAP)
		return;
	seed = pt_yaml_get(node, "seed");
	if (node->n == 0 || (seed && node->n == 1))
		complain(r, node->src,
			 "%s: expected at least one of all, file, instance, installed, not, "
			 "sample, status, type",
			 path);
}

static void read_packages_of(struct reader *r, const struct pt_yaml_node *node, const char *path,
			     void *into)
{
	struct pt_exclude_conf *conf = into;

	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	if (node->n == 0)
		complain(r, node->src, "%s: expected at least one", path);
	conf->package = keep_array(r, node->n, sizeof(*conf->package));
	for (size_t i = 0; conf->package && i < node->n; i++) {
		const char *name = scalar(r, node->item[i], path);
		uint32_t at = name ? package_named(r, name, node->item[i]->src, path) : UINT32_MAX;

		for (size_t k = 0; k < conf->npackage; k++) {
			if (conf->package[k] == at)
				complain(r, node->item[i]->src, "%s: '%.60s' is there twice", path,
					 name);
		}
		if (at != UINT32_MAX)
			conf->package[conf->npackage++] = at;
	}
}

static void read_until(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	struct pt_exclude_conf *conf = into;
	const char *text = scalar(r, node, path);
	enum pt_civil_form form;
	struct pt_civil day;
	int64_t offset_ms;

	if (!text)
		return;
	if (pt_civil_parse(&day, &form, &offset_ms, text, NULL) < 0 || form != PT_CIVIL_DATE)
		complain(r, node->src, "%s: '%.40s' is not a date, expected such as 2026-12-31",
			 path, text);
	else
		conf->until = text;
	conf->until_src = node->src;
}

static const struct key exclude_keys[] = {
    {"file", read_file, offsetof(struct pt_exclude_conf, orgs), false},
    KEY("instance", value_pattern, struct pt_exclude_conf, orgs.instance),
    {"installed", read_installed, offsetof(struct pt_exclude_conf, orgs), false},
    {"not", read_not, offsetof(struct pt_exclude_conf, orgs), false},
    {"packages", read_packages_of, 0, false},
    REQUIRED_KEY("reason", value_text, struct pt_exclude_conf, reason),
    KEY("status", read_statuses, struct pt_exclude_conf, orgs.statuses),
    KEY("type", read_types, struct pt_exclude_conf, orgs.types),
    {"until", read_until, 0, false},
};

static bool has_condition(const struct pt_yaml_node *node)
{
	static const char *const keys[] = {"file", "instance", "installed",
					   "not",  "status",   "type"};

	for (size_t i = 0; i < PT_ARRAY_LEN(keys); i++) {
		if (pt_yaml_get(node, keys[i]))
			return true;
	}
	return false;
}

static void read_excludes(struct reader *r, const struct pt_yaml_node *node, const char *path,
			  void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	if (node->n > PT_EXCLUDE_MAX) {
		complain(r, node->src, "%s: more than %d entries", path, PT_EXCLUDE_MAX);
		return;
	}
	suite->exclude = keep_array(r, node->n, sizeof(*suite->exclude));
	for (size_t i = 0; suite->exclude && i < node->n; i++) {
		struct pt_exclude_conf *conf = &suite->exclude[suite->nexclude++];
		const char *at = path_item(r, path, node->item[i], i);

		*conf = (struct pt_exclude_conf){.orgs = {.sample_ppm = PT_UNSET},
						 .src = node->item[i]->src,
						 .reason = "",
						 .until_ms = PT_NEVER};
		keys_read(r, node->item[i], exclude_keys, PT_ARRAY_LEN(exclude_keys), at, conf);
		if (node->item[i]->kind == PT_YAML_MAP && !has_condition(node->item[i]))
			complain(r, node->item[i]->src,
				 "%s: expected at least one of file, instance, installed, not, "
				 "status, type",
				 at);
	}
}

static void read_of_excluded(struct reader *r, const struct pt_yaml_node *node, const char *path,
			     void *into)
{
	static const char *const words[] = {"exclude", "keep"};
	int which = word_of(r, node, path, words, PT_ARRAY_LEN(words));

	(void)into;
	if (which >= 0)
		r->suite->keep_sandboxes = which == 1;
}

static const struct key sandboxes_keys[] = {{"of_excluded", read_of_excluded, 0, true}};

static void read_sandboxes(struct reader *r, const struct pt_yaml_node *node, const char *path,
			   void *into)
{
	keys_read(r, node, sandboxes_keys, PT_ARRAY_LEN(sandboxes_keys), path, into);
}

static const struct key audience_keys[] = {
    {"exclude", read_excludes, 0, false},
    {"sandboxes", read_sandboxes, 0, false},
};

void read_audience(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	keys_read(r, node, audience_keys, PT_ARRAY_LEN(audience_keys), path, into);
}

/* The day after, at 00:00 in the suite's zone. */
static int64_t end_of_day(const struct pt_zone *zone, const char *until)
{
	enum pt_civil_form form;
	struct pt_civil day;
	int64_t offset_ms;

	if (pt_civil_parse(&day, &form, &offset_ms, until, NULL) < 0)
		return PT_NEVER;
	day = pt_civil_of_ms(pt_civil_to_ms(&day) + PT_DAY_MS);
	return pt_zone_resolve(zone, &day, PT_ZONE_FIRST);
}

void resolve_until(struct reader *r)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	struct pt_err err = PT_ERR_INIT;

	for (size_t i = 0; i < r->suite->nexclude; i++) {
		struct pt_exclude_conf *conf = &r->suite->exclude[i];

		if (!conf->until)
			continue;
		if (!zone && pt_zone_open(&zone, r->suite->timezone, &err) < 0) {
			complain_of(r, conf->until_src, "timezone", &err);
			return;
		}
		conf->until_ms = end_of_day(zone, conf->until);
	}
}
