/* Which orgs: selectors, and who is left out. See suite_parts.h. */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

static const char *const type_words[] = {"Production", "Sandbox"};
static const char *const status_words[] = {"Active", "Demo", "Free", "Inactive", "Trial"};

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

static const struct key selector_keys[] = {
    {"all", read_all, 0, false},
    {"file", read_file, 0, false},
    KEY("instance", value_pattern, struct pt_selector_conf, instance),
    {"sample", read_sample, 0, false},
    KEY("status", read_statuses, struct pt_selector_conf, statuses),
    KEY("type", read_types, struct pt_selector_conf, types),
};

void read_selector(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_selector_conf *selector = into;

	*selector = (struct pt_selector_conf){.sample_ppm = PT_UNSET, .src = node->src};
	keys_read(r, node, selector_keys, PT_ARRAY_LEN(selector_keys), path, selector);
	if (node->kind == PT_YAML_MAP && node->n == 0)
		complain(r, node->src,
			 "%s: expected at least one of all, file, instance, sample, status, type",
			 path);
}

static const struct key exclude_keys[] = {
    {"file", read_file, offsetof(struct pt_exclude_conf, orgs), false},
    KEY("instance", value_pattern, struct pt_exclude_conf, orgs.instance),
    REQUIRED_KEY("reason", value_text, struct pt_exclude_conf, reason),
    KEY("status", read_statuses, struct pt_exclude_conf, orgs.statuses),
    KEY("type", read_types, struct pt_exclude_conf, orgs.types),
};

static void read_excludes(struct reader *r, const struct pt_yaml_node *node, const char *path,
			  void *into)
{
	struct pt_suite *suite = r->suite;

	(void)into;
	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	suite->exclude = keep_array(r, node->n, sizeof(*suite->exclude));
	for (size_t i = 0; suite->exclude && i < node->n; i++) {
		struct pt_exclude_conf *conf = &suite->exclude[suite->nexclude++];
		const char *at = path_item(r, path, node->item[i], i);

		*conf = (struct pt_exclude_conf){
		    .orgs = {.sample_ppm = PT_UNSET}, .src = node->item[i]->src, .reason = ""};
		keys_read(r, node->item[i], exclude_keys, PT_ARRAY_LEN(exclude_keys), at, conf);
		if (node->item[i]->kind == PT_YAML_MAP && !pt_yaml_get(node->item[i], "file") &&
		    !pt_yaml_get(node->item[i], "instance") &&
		    !pt_yaml_get(node->item[i], "status") && !pt_yaml_get(node->item[i], "type"))
			complain(r, node->item[i]->src,
				 "%s: expected at least one of file, instance, status, type", at);
	}
}

static const struct key audience_keys[] = {{"exclude", read_excludes, 0, false}};

void read_audience(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	keys_read(r, node, audience_keys, PT_ARRAY_LEN(audience_keys), path, into);
}
