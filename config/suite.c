/* suite.yaml from top to bottom. See suite.h. */
#include "config/suite.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/file.h"
#include "config/suite_parts.h"
#include "config/values.h"

/* What the suite's memory is; the model comes first, so that one pointer is both. */
struct owner {
	struct pt_suite suite;
	struct pt_arena arena;
	struct pt_yaml *yaml;
};

/* Sections that others name are read before these, by read_named(). */
static void read_before(struct reader *r, const struct pt_yaml_node *node, const char *path,
			void *into)
{
	(void)r;
	(void)node;
	(void)path;
	(void)into;
}

static void read_zone(struct reader *r, const struct pt_yaml_node *node, const char *path,
		      void *into)
{
	struct pt_suite *suite = into;

	value_zone(r, node, path, &suite->timezone);
	suite->timezone_src = node->src;
}

static const struct key suite_keys[] = {
    {"audience", read_audience, 0, false}, {"blackouts", read_blackouts, 0, false},
    {"connectors", read_before, 0, true},  {"defaults", read_before, 0, false},
    {"failures", read_failures, 0, false}, {"notify", read_notify, 0, false},
    {"packages", read_before, 0, true},    REQUIRED_KEY("suite", value_text, struct pt_suite, name),
    {"timezone", read_zone, 0, false},     {"trains", read_trains, 0, false},
};

static void read_all(struct reader *r, const struct pt_yaml_node *root)
{
	const struct pt_yaml_node *connectors = pt_yaml_get(root, "connectors");
	const struct pt_yaml_node *defaults_node = pt_yaml_get(root, "defaults");
	const struct pt_yaml_node *packages = pt_yaml_get(root, "packages");
	struct defaults defaults = {.connector = NULL};

	if (connectors)
		read_connectors(r, connectors);
	if (defaults_node)
		read_defaults(r, defaults_node, &defaults);
	if (packages)
		read_packages(r, packages, &defaults);
	keys_read(r, root, suite_keys, PT_ARRAY_LEN(suite_keys), "", r->suite);
	resolve_until(r);
	pt_errs_sort(r->errs);
}

/* The listener's `table` is told of tables; it may be NULL. */
static int parse(struct owner **out, const char *data, size_t size_bytes, const char *path,
		 const struct reader *listener, struct pt_errs *errs)
{
	struct owner *owner = calloc(1, sizeof(*owner));
	struct pt_err err = PT_ERR_INIT;
	size_t before = errs->n + errs->nlost;

	if (!owner || !(owner->suite.file = pt_arena_strdup(&owner->arena, path))) {
		free(owner);
		(void)pt_err_nomem(&err);
		pt_errs_add(errs, &err);
		return -PT_E_NOMEM;
	}
	owner->suite.timezone = "UTC";
	if (pt_yaml_parse(&owner->yaml, data, size_bytes, path, &err) < 0) {
		pt_errs_add(errs, &err);
	} else {
		struct reader r = {.suite = &owner->suite, .arena = &owner->arena, .errs = errs};

		if (listener) {
			r.table = listener->table;
			r.user = listener->user;
		}
		read_all(&r, pt_yaml_root(owner->yaml));
	}
	if (errs->n + errs->nlost > before) {
		pt_suite_free(&owner->suite);
		return errs->nomem ? -PT_E_NOMEM : -PT_E_INVALID;
	}
	*out = owner;
	return 0;
}

int pt_suite_parse(struct pt_suite **out, const char *data, size_t size_bytes, const char *path,
		   struct pt_errs *errs)
{
	struct owner *owner = NULL;
	int rc = parse(&owner, data, size_bytes, path, NULL, errs);

	if (rc == 0)
		*out = &owner->suite;
	return rc;
}

int pt_suite_tables(const char *data, size_t size_bytes, const char *path,
		    void (*fn)(void *user, const struct pt_suite_table *table), void *user,
		    struct pt_errs *errs)
{
	const struct reader listener = {.table = fn, .user = user};
	struct owner *owner = NULL;
	int rc = parse(&owner, data, size_bytes, path, &listener, errs);

	if (rc == 0)
		pt_suite_free(&owner->suite);
	return rc;
}

int pt_suite_read(struct pt_suite **out, const char *path, struct pt_errs *errs)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf data = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	int rc = pt_file_read(&data, path, PT_YAML_MAX_BYTES, &err);

	if (rc < 0) {
		pt_errs_add(errs, &err);
		return rc;
	}
	return pt_suite_parse(out, pt_buf_text(&data), data.len, path, errs);
}

void pt_suite_free(struct pt_suite *suite)
{
	struct owner *owner = (struct owner *)(void *)suite;

	if (!owner)
		return;
	pt_yaml_free(owner->yaml);
	pt_arena_release(&owner->arena);
	free(owner);
}

void pt_suite_freep(struct pt_suite **suite)
{
	pt_suite_free(*suite);
}
