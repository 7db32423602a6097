/*
 * Reads cumulusci.yml. Most of that file is about building and testing; only
 * project.name, project.package, project.git.repo_url, project.dependencies and
 * project.dependency_pins matter here, and every other key is left alone.
 */
#include "connectors/manifest/reader.h"

#include <string.h>
#include <strings.h>

#include "base/url.h"
#include "config/yaml.h"
#include "connectors/push/orgkey.h"

enum { DEPTH_MAX = 16 };

struct reading {
	struct pt_reader_facts *facts;
	struct pt_arena *arena;
	const char *name; /* of the input; outlives the tree, unlike the nodes' own */
	const struct pt_yaml_node *pinned; /* project.dependency_pins: repositories and tags */
};

static const char *kind_of(const struct pt_yaml_node *node)
{
	static const char *const names[] = {
	    [PT_YAML_SCALAR] = "a text", [PT_YAML_LIST] = "a list", [PT_YAML_MAP] = "a map"};

	return names[node->kind];
}

/* Absent, or a key with nothing behind it. */
static bool is_null(const struct pt_yaml_node *node)
{
	const char *text = node ? pt_yaml_text(node) : NULL;

	return !node ||
	       (node->kind == PT_YAML_SCALAR && (!text || (node->plain && text[0] == '\0')));
}

/* A key of a map that is a map itself; NULL if it is absent or null. */
static int get_map(const struct pt_yaml_node **out, const struct pt_yaml_node *map, const char *key,
		   struct pt_err *err)
{
	const struct pt_yaml_node *node = pt_yaml_get(map, key);

	if (!is_null(node) && node->kind != PT_YAML_MAP)
		return pt_err_at(err, PT_E_INVALID, node->src, "'%s' is %s, expected a map", key,
				 kind_of(node));
	*out = is_null(node) ? NULL : node;
	return 0;
}

/* The text of a key, borrowed from the tree; NULL if it is absent, null or empty. */
static int get_text(const char **out, const struct pt_yaml_node *map, const char *key,
		    struct pt_err *err)
{
	const struct pt_yaml_node *node = pt_yaml_get(map, key);

	if (node && node->kind != PT_YAML_SCALAR)
		return pt_err_at(err, PT_E_INVALID, node->src, "'%s' is %s, expected a text", key,
				 kind_of(node));
	const char *text = node ? pt_yaml_text(node) : NULL;

	*out = text && text[0] ? text : NULL;
	return 0;
}

static int copy_text(const char **out, const struct pt_yaml_node *map, const char *key,
		     struct pt_arena *arena, struct pt_err *err)
{
	const char *text = NULL;
	int rc = get_text(&text, map, key, err);

	if (rc < 0 || !text)
		return rc;
	*out = pt_arena_strdup(arena, text);
	return *out ? 0 : pt_err_nomem(err);
}

/* The same of an address, without credentials: it may end up in a report. */
static int copy_address(const char **out, const struct pt_yaml_node *map, const char *key,
			struct pt_arena *arena, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf shown = PT_BUF_INIT;
	const char *text = NULL;
	int rc = get_text(&text, map, key, err);

	if (rc < 0 || !text)
		return rc;
	pt_url_show(&shown, text);
	*out = shown.failed ? NULL : pt_arena_strdup(arena, pt_buf_text(&shown));
	return *out ? 0 : pt_err_nomem(err);
}

/* Yes and no as YAML 1.1 has them, which is what that file is read as elsewhere. */
static int get_bool(bool *out, const struct pt_yaml_node *map, const char *key, struct pt_err *err)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};
	const char *text = NULL;
	int rc = get_text(&text, map, key, err);

	if (rc < 0 || !text)
		return rc;
	for (size_t i = 0; i < PT_ARRAY_LEN(words); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*out = i % 2 == 1;
			return 0;
		}
	}
	return pt_err_at(err, PT_E_INVALID, pt_yaml_get(map, key)->src,
			 "'%s' is '%.40s', expected true or false", key, text);
}

/* Repeats an error that knows no place, at the value of the key it is about. */
static int fail_at(const struct pt_yaml_node *map, const char *key, const struct pt_err *why,
		   struct pt_err *err)
{
	return pt_err_at(err, why->code, pt_yaml_get(map, key)->src, "%s", why->text);
}

static int read_version(struct pt_pin *pin, const struct pt_yaml_node *map, struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	const char *text = NULL;
	int rc = get_text(&text, map, "version", err);

	if (rc == 0 && text && pt_pin_version(&pin->version, text, &why) < 0)
		rc = fail_at(map, "version", &why, err);
	return rc;
}

static int read_id(struct pt_pin *pin, const struct pt_yaml_node *map, struct pt_err *err)
{
	struct pt_err why = PT_ERR_INIT;
	const char *text = NULL;
	int rc = get_text(&text, map, "version_id", err);

	if (rc == 0 && text && pt_id_parse(pin->version_id, "04t", text, &why) < 0)
		rc = fail_at(map, "version_id", &why, err);
	return rc;
}

/* The repository's URL, from `github` or from the older pair of owner and name. */
static int read_repo(struct pt_pin *pin, const struct pt_yaml_node *map, struct pt_arena *arena,
		     struct pt_err *err)
{
	const char *owner = NULL, *name = NULL;
	int rc = copy_address(&pin->repo, map, "github", arena, err);

	if (rc == 0)
		rc = copy_text(&pin->tag, map, "tag", arena, err);
	if (rc == 0)
		rc = get_text(&owner, map, "repo_owner", err);
	if (rc == 0)
		rc = get_text(&name, map, "repo_name", err);
	if (rc < 0 || pin->repo || !owner || !name)
		return rc;
	pin->repo = pt_arena_printf(arena, "https://github.com/%s/%s", owner, name);
	return pin->repo ? 0 : pt_err_nomem(err);
}

/* The tag that project.dependency_pins has for a repository that is needed without one. */
static int read_pinned(struct pt_pin *pin, const struct pt_yaml_node *map, const struct reading *in,
		       struct pt_err *err)
{
	const char *wanted = NULL, *ref = NULL, *repo = NULL;
	int rc = get_text(&wanted, map, "github", err);

	if (rc == 0)
		rc = get_text(&ref, map, "ref", err);
	for (size_t i = 0;
	     rc == 0 && in->pinned && wanted && !ref && !pin->tag && i < in->pinned->n; i++) {
		rc = get_text(&repo, in->pinned->item[i], "github", err);
		if (rc == 0 && repo && strcasecmp(repo, wanted) == 0)
			rc = copy_text(&pin->tag, in->pinned->item[i], "tag", in->arena, err);
	}
	return rc;
}

static int read_pin(struct pt_pin *pin, const struct pt_yaml_node *map, const struct reading *in,
		    struct pt_err *err)
{
	struct pt_arena *arena = in->arena;
	int rc = copy_text(&pin->namespace_, map, "namespace", arena, err);

	if (rc == 0)
		rc = copy_text(&pin->package_name, map, "package_name", arena, err);
	if (rc == 0)
		rc = read_version(pin, map, err);
	if (rc == 0)
		rc = read_id(pin, map, err);
	if (rc == 0)
		rc = read_repo(pin, map, arena, err);
	if (rc == 0)
		rc = read_pinned(pin, map, in, err);
	if (rc == 0 && pin->namespace_ && !pin->version_id[0] && !pt_version_known(&pin->version))
		rc = pt_err_at(err, PT_E_INVALID, map->src,
			       "dependency '%.80s' needs a 'version' or a 'version_id'",
			       pin->namespace_);
	return rc;
}

/*
 * Metadata outside of any package: a folder or an archive that is deployed, or a
 * repository that is not used as a package. `skip` leaves out such folders of a
 * package's repository; the package itself is still needed.
 */
static int is_unpackaged(bool *out, const struct pt_yaml_node *map, struct pt_err *err)
{
	const char *folder = NULL, *zip = NULL;
	bool unmanaged = false;
	int rc = get_text(&folder, map, "subfolder", err);

	if (rc == 0)
		rc = get_text(&zip, map, "zip_url", err);
	if (rc == 0)
		rc = get_bool(&unmanaged, map, "unmanaged", err);
	*out = folder || zip || unmanaged;
	return rc;
}

static int read_list(const struct pt_yaml_node *list, unsigned depth, const struct reading *in,
		     struct pt_err *err);

static int read_element(const struct pt_yaml_node *map, unsigned depth, const struct reading *in,
			struct pt_err *err)
{
	struct pt_pin pin = {.src = {in->name, map->src.line, map->src.col}};
	bool unpackaged = false;

	if (map->kind != PT_YAML_MAP)
		return pt_err_at(err, PT_E_INVALID, map->src,
				 "a dependency is %s, expected a map such as 'github: URL'",
				 kind_of(map));
	int rc = pt_pins_visit(&in->facts->pins, map->src, err);

	if (rc == 0)
		rc = read_list(pt_yaml_get(map, "dependencies"), depth + 1, in, err);
	if (rc == 0)
		rc = read_pin(&pin, map, in, err);
	if (rc == 0)
		rc = is_unpackaged(&unpackaged, map, err);
	if (rc < 0)
		return rc;
	if (pin.version_id[0] || pin.namespace_ || (pin.repo && !unpackaged))
		return pt_pins_add(&in->facts->pins, in->arena, &pin, err);
	if (unpackaged)
		return 0;
	return pt_err_at(err, PT_E_INVALID, map->src,
			 "a dependency of no known kind, expected 'github', 'namespace' and "
			 "'version', 'version_id' or 'zip_url'");
}

/* What an element needs in turn comes before it, as it is installed. */
static int read_list(const struct pt_yaml_node *list, unsigned depth, const struct reading *in,
		     struct pt_err *err)
{
	int rc = 0;

	if (is_null(list))
		return 0;
	if (list->kind != PT_YAML_LIST)
		return pt_err_at(err, PT_E_INVALID, list->src,
				 "'dependencies' is %s, expected a list", kind_of(list));
	if (depth > DEPTH_MAX)
		return pt_err_at(err, PT_E_LIMIT, list->src,
				 "dependencies nested more than %d deep", DEPTH_MAX);
	for (size_t i = 0; rc == 0 && i < list->n; i++)
		rc = read_element(list->item[i], depth, in, err);
	return rc;
}

/* The list of project.dependency_pins; NULL if there is none. */
static int get_pinned(const struct pt_yaml_node **out, const struct pt_yaml_node *project,
		      struct pt_err *err)
{
	const struct pt_yaml_node *list = pt_yaml_get(project, "dependency_pins");

	if (!is_null(list) && list->kind != PT_YAML_LIST)
		return pt_err_at(err, PT_E_INVALID, list->src,
				 "'dependency_pins' is %s, expected a list", kind_of(list));
	*out = is_null(list) ? NULL : list;
	return 0;
}

static int read_project(const struct pt_yaml_node *root, struct reading *in, struct pt_err *err)
{
	const struct pt_yaml_node *project = NULL, *package = NULL, *git = NULL;
	struct pt_reader_facts *out = in->facts;
	int rc = get_map(&project, root, "project", err);

	if (rc == 0)
		rc = get_map(&package, project, "package", err);
	if (rc == 0)
		rc = get_map(&git, project, "git", err);
	if (rc == 0)
		rc = get_pinned(&in->pinned, project, err);
	if (rc == 0)
		rc = copy_text(&out->project_name, project, "name", in->arena, err);
	if (rc == 0)
		rc = copy_text(&out->package_name, package, "name", in->arena, err);
	if (rc == 0)
		rc = copy_text(&out->namespace_, package, "namespace", in->arena, err);
	if (rc == 0)
		rc = copy_address(&out->repo_url, git, "repo_url", in->arena, err);
	if (rc < 0)
		return rc;
	out->lists = pt_yaml_get(project, "dependencies") != NULL;
	return read_list(pt_yaml_get(project, "dependencies"), 0, in, err);
}

static int read_file(struct pt_reader_facts *out, struct pt_arena *arena,
		     const struct pt_reader_input *input, struct pt_err *err)
{
	struct reading in = {.facts = out, .arena = arena, .name = input->name};
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	int rc = pt_yaml_parse(&yaml, input->data, input->size_bytes, input->name, err);

	if (rc < 0)
		return rc;
	const struct pt_yaml_node *root = pt_yaml_root(yaml);

	if (root->kind != PT_YAML_MAP)
		return pt_err_at(err, PT_E_INVALID, root->src,
				 "the file is %s, expected a map with the key 'project'",
				 kind_of(root));
	return read_project(root, &in, err);
}

const struct pt_reader pt_reader_cumulusci = {
    .name = "cumulusci.yml",
    .file = "cumulusci.yml",
    .read = read_file,
};
