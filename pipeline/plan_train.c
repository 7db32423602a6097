/*
 * The train as a plan file has it, without a look at any repository: for what must
 * work even when none can be reached. See plan_file.h.
 */
#include <jansson.h>
#include <string.h>

#include "pipeline/plan_file.h"
#include "pipeline/plan_file_internal.h"

static int damaged(struct pt_err *err, const char *what)
{
	return pt_err_set(err, PT_E_INVALID, "the plan file is damaged: %s", what);
}

static uint32_t index_of(const struct pt_suite *suite, const char *name)
{
	for (uint32_t i = 0; name && i < suite->npackage; i++) {
		if (strcmp(suite->package[i].name, name) == 0)
			return i;
	}
	return UINT32_MAX;
}

static int read_version(struct pt_version *version, char id[PT_VERSION_ID_TEXT], const json_t *from,
			struct pt_err *err)
{
	const char *text = json_string_value(json_object_get(from, "version"));
	const char *id_text = json_string_value(json_object_get(from, "version_id"));

	if (!text || pt_version_parse(version, text, NULL) < 0 ||
	    (id_text && pt_id_parse(id, "04t", id_text, NULL) < 0))
		return damaged(err, "a version");
	return 0;
}

/* A manifest may name a base without its version: then the plan has none, and no id, either. */
static int read_need(struct pt_requirement *need, const struct pt_train *train, const json_t *from,
		     struct pt_err *err)
{
	need->package = index_of(train->suite, json_string_value(json_object_get(from, "package")));
	need->known = !json_is_null(json_object_get(from, "version"));
	need->direct = json_is_true(json_object_get(from, "direct"));
	if (need->package == UINT32_MAX ||
	    (need->known && read_version(&need->version, need->version_id, from, err) < 0))
		return damaged(err, "a requirement");
	return 0;
}

static int read_needs(struct pt_train_package *to, const struct pt_train *train,
		      const json_t *needs, struct pt_err *err)
{
	size_t n = json_array_size(needs);

	to->need = pt_arena_alloc(pt_train_arena(train), n + 1, sizeof(*to->need));
	if (!to->need)
		return pt_err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		int rc = read_need(&to->need[i], train, json_array_get(needs, i), err);

		if (rc < 0)
			return rc;
	}
	to->nneed = n;
	return 0;
}

static int read_package(struct pt_train *train, size_t at, const json_t *from, struct pt_err *err)
{
	struct pt_arena *arena = pt_train_arena(train);
	const char *namespace_ = json_string_value(json_object_get(from, "namespace"));
	uint32_t index = index_of(train->suite, json_string_value(json_object_get(from, "name")));
	struct pt_release *release = pt_arena_alloc(arena, 1, sizeof(*release));

	if (!release)
		return pt_err_nomem(err);
	if (index == UINT32_MAX || train->package[index].name)
		return pt_err_set(err, PT_E_REFUSED,
				  "the suite has other packages than the plan was made for");
	struct pt_train_package *to = &train->package[index];

	to->name = train->suite->package[index].name;
	to->title = to->name;
	json_int_t level = json_integer_value(json_object_get(from, "level"));

	/* Tables of levels are made by these. */
	if (level < 0 || (size_t)level >= train->suite->npackage)
		return damaged(err, "a level");
	to->level = (uint32_t)level;
	if (train->nlevel <= to->level)
		train->nlevel = to->level + 1;
	if (namespace_) {
		to->namespace_ = pt_arena_strdup(arena, namespace_);
		if (!to->namespace_)
			return pt_err_nomem(err);
	}
	train->order[at] = index;
	int rc = read_version(&to->version, to->version_id, from, err);

	*release = (struct pt_release){.tag = "", .version = to->version};
	memcpy(release->version_id, to->version_id, sizeof(release->version_id));
	to->release = to->releases = release;
	to->nrelease = 1;
	return rc < 0 ? rc : read_needs(to, train, json_object_get(from, "needs"), err);
}

/* As when the train was decided: an unknown requirement is what the train carries. */
static void settle_unknown(struct pt_train *train)
{
	for (size_t i = 0; i < train->npackage; i++) {
		struct pt_train_package *package = &train->package[i];

		for (size_t k = 0; k < package->nneed; k++) {
			if (!package->need[k].known)
				package->need[k].version =
				    train->package[package->need[k].package].version;
		}
	}
}

int pt_plan_file_decide(struct pt_train **out, const struct pt_plan_file *file,
			const struct pt_suite *suite, struct pt_err *err)
{
	const json_t *packages = json_object_get(file->root, "packages");
	struct pt_train *train = NULL;
	int rc = pt_train_new(&train, suite, pt_plan_file_cut_ms(file), err);

	if (rc == 0 && json_array_size(packages) != suite->npackage)
		rc = pt_err_set(err, PT_E_REFUSED,
				"the suite has other packages than the plan was made for");
	for (size_t i = 0; rc == 0 && i < suite->npackage; i++)
		rc = read_package(train, i, json_array_get(packages, i), err);
	if (rc < 0) {
		pt_train_free(train);
		return rc;
	}
	settle_unknown(train);
	*out = train;
	return 0;
}
