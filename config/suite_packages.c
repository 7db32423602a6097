/* defaults and packages: what ships together. See suite_parts.h. */
#include <string.h>
#include <strings.h>

#include "config/suite_parts.h"
#include "config/values.h"

static void read_tag(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	pattern_with_group(r, node, path, "version", (const char **)into);
}

static const struct key default_keys[] = {
    KEY("connector", value_text, struct defaults, connector),
    KEY("tag", read_tag, struct defaults, tag),
};

void read_defaults(struct reader *r, const struct pt_yaml_node *node, struct defaults *out)
{
	const struct pt_yaml_node *connector = pt_yaml_get(node, "connector");
	const struct pt_yaml_node *tag = pt_yaml_get(node, "tag");

	keys_read(r, node, default_keys, PT_ARRAY_LEN(default_keys), "defaults", out);
	if (connector)
		out->connector_src = connector->src;
	if (tag)
		out->tag_src = tag->src;
}

/* While a package is read: names that are looked up once all are known. */
struct reading {
	struct pt_package_conf conf;
	const char *connector;
	struct pt_src connector_src;
	const struct pt_yaml_node *needs;
};

static void read_aliases(struct reader *r, const struct pt_yaml_node *node, const char *path,
			 void *into)
{
	struct pt_package_conf *conf = into;

	if (!expect(r, node, PT_YAML_LIST, path))
		return;
	conf->alias = keep_array(r, node->n, sizeof(*conf->alias));
	for (size_t i = 0; conf->alias && i < node->n; i++) {
		const char *alias = NULL;

		value_text(r, node->item[i], path, &alias);
		if (alias)
			conf->alias[conf->nalias++] = alias;
	}
}

static void read_git(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	struct pt_package_conf *conf = into;

	value_repo(r, node, path, &conf->git);
	conf->git_text = pt_yaml_text(node);
	conf->git_src = node->src;
}

static void note_tag(struct reader *r, const struct pt_yaml_node *node, const char *path,
		     void *into)
{
	struct pt_package_conf *conf = into;

	read_tag(r, node, path, &conf->tag);
	conf->tag_src = node->src;
}

static void note_needs(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       void *into)
{
	if (expect(r, node, PT_YAML_MAP, path))
		((struct reading *)into)->needs = node;
}

static void note_connector(struct reader *r, const struct pt_yaml_node *node, const char *path,
			   void *into)
{
	struct reading *reading = into;

	value_text(r, node, path, &reading->connector);
	reading->connector_src = node->src;
}

static const struct key package_keys[] = {
    {"aliases", read_aliases, 0, false},
    {"connector", note_connector, 0, false},
    {"git", read_git, 0, true},
    REQUIRED_KEY("name", value_text, struct reading, conf.name),
    KEY("namespace", value_text, struct reading, conf.namespace_),
    {"needs", note_needs, 0, false},
    KEY("path", value_text, struct reading, conf.path),
    {"tag", note_tag, 0, false},
};

static const char **names_of(struct reader *r, bool connectors, size_t *n)
{
	const struct pt_suite *suite = r->suite;
	const char **names;

	*n = connectors ? suite->nconnector : suite->npackage;
	names = keep_array(r, *n, sizeof(*names));
	for (size_t i = 0; names && i < *n; i++)
		names[i] = connectors ? suite->connector[i].name : suite->package[i].name;
	/* A package whose name is missing has been complained about. */
	for (size_t i = 0; names && i < *n; i++)
		names[i] = names[i] ? names[i] : "";
	return names;
}

/* The place of a name among packages or connectors, or UINT32_MAX and a complaint. */
static uint32_t look_up(struct reader *r, bool connectors, const char *name, struct pt_src src,
			const char *path)
{
	size_t n;
	const char **names = names_of(r, connectors, &n);

	for (size_t i = 0; names && i < n; i++) {
		if (names[i] && strcmp(names[i], name) == 0)
			return (uint32_t)i;
	}
	complain(r, src, "%s: there is no %s '%.60s'%s", path, connectors ? "connector" : "package",
		 name, names ? suggest(r, name, names, n) : "");
	return UINT32_MAX;
}

uint32_t package_named(struct reader *r, const char *name, struct pt_src src, const char *path)
{
	return look_up(r, false, name, src, path);
}

static void resolve_connector(struct reader *r, const struct reading *reading,
			      const struct defaults *defaults, struct pt_package_conf *conf,
			      const char *path)
{
	uint32_t at = UINT32_MAX;

	if (reading->connector)
		at = look_up(r, true, reading->connector, reading->connector_src,
			     path_join(r, path, "connector"));
	else if (defaults->connector)
		at = look_up(r, true, defaults->connector, defaults->connector_src,
			     "defaults.connector");
	else if (r->suite->nconnector == 1)
		at = 0;
	else
		complain(r, conf->src, "%s: missing key 'connector', and there is no default",
			 path);
	conf->connector = at == UINT32_MAX ? 0 : at;
}

static void resolve_needs(struct reader *r, const struct pt_yaml_node *needs,
			  struct pt_package_conf *conf, const char *path)
{
	if (!needs)
		return;
	conf->need = keep_array(r, needs->n, sizeof(*conf->need));
	path = path_join(r, path, "needs");
	for (size_t i = 0; conf->need && i < needs->n; i++) {
		struct pt_need_conf need = {.src = needs->key[i]->src};
		const char *at = path_join(r, path, needs->key[i]->text);
		const char *version = scalar(r, needs->item[i], at);
		struct pt_err err = PT_ERR_INIT;

		need.package = look_up(r, false, needs->key[i]->text, need.src, path);
		if (version && pt_version_parse(&need.version, version, &err) < 0)
			complain_of(r, needs->item[i]->src, at, &err);
		else if (need.package < r->suite->npackage &&
			 &r->suite->package[need.package] == conf)
			complain(r, need.src, "%s: a package cannot need itself", path);
		else if (version && need.package != UINT32_MAX)
			conf->need[conf->nneed++] = need;
	}
}

static bool equal(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

static bool shares_alias(const struct pt_package_conf *a, const struct pt_package_conf *b)
{
	for (size_t i = 0; i < a->nalias; i++) {
		if (equal(a->alias[i], b->name))
			return true;
		for (size_t k = 0; k < b->nalias; k++) {
			if (equal(a->alias[i], b->alias[k]))
				return true;
		}
	}
	return false;
}

static void check_unique(struct reader *r, size_t at, const char *path)
{
	const struct pt_package_conf *conf = &r->suite->package[at];

	for (size_t i = 0; i < at; i++) {
		const struct pt_package_conf *other = &r->suite->package[i];

		if (equal(conf->name, other->name))
			complain(r, conf->src,
				 "%s: package '%s' is declared twice, first on line %u", path,
				 conf->name, other->src.line);
		else if (equal(conf->namespace_, other->namespace_))
			complain(r, conf->src, "%s: namespace '%s' is that of package '%s' already",
				 path, conf->namespace_, other->name);
		else if (shares_alias(conf, other) || shares_alias(other, conf))
			complain(r, conf->src, "%s: an alias names package '%s' too", path,
				 other->name);
	}
}

void read_packages(struct reader *r, const struct pt_yaml_node *node,
		   const struct defaults *defaults)
{
	struct pt_suite *suite = r->suite;
	struct reading *reading;

	if (!expect(r, node, PT_YAML_LIST, "packages"))
		return;
	if (node->n == 0)
		complain(r, node->src, "packages: expected at least one");
	if (node->n > PT_PACKAGES_MAX) {
		complain(r, node->src, "packages: more than %d", PT_PACKAGES_MAX);
		return;
	}
	reading = keep_array(r, node->n, sizeof(*reading));
	suite->package = keep_array(r, node->n, sizeof(*suite->package));
	for (size_t i = 0; reading && suite->package && i < node->n; i++) {
		const char *path = path_item(r, "packages", node->item[i], i);

		reading[i].conf.tag = defaults->tag;
		reading[i].conf.tag_src = defaults->tag_src;
		reading[i].conf.src = node->item[i]->src;
		keys_read(r, node->item[i], package_keys, PT_ARRAY_LEN(package_keys), path,
			  &reading[i]);
		/* A default that is wrong has been complained about. */
		if (!reading[i].conf.tag && !pt_yaml_get(node->item[i], "tag") &&
		    !defaults->tag_src.line)
			complain(r, node->item[i]->src,
				 "%s: missing key 'tag', and there is no default", path);
		suite->package[suite->npackage++] = reading[i].conf;
		check_unique(r, i, path);
	}
	if (defaults->connector)
		(void)look_up(r, true, defaults->connector, defaults->connector_src,
			      "defaults.connector");
	for (size_t i = 0; reading && suite->package && i < suite->npackage; i++) {
		const char *path = path_item(r, "packages", node->item[i], i);

		resolve_connector(r, &reading[i], defaults, &suite->package[i], path);
		resolve_needs(r, reading[i].needs, &suite->package[i], path);
	}
}
