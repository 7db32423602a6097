/* See history.h. Here: what only the plan file's text says. */
#include <string.h>

#include "pipeline/history/internal.h"
#include "pipeline/plan_file.h"
#include "pipeline/plan_file_internal.h"

static int damaged(struct pt_err *err)
{
	return pt_journal_damaged(err, "its plan");
}

static const char *text_of(struct history_reader *reader, const json_t *object, const char *key)
{
	return history_text(reader, json_string_value(json_object_get(object, key)));
}

/* The package of that name, or the number of packages. */
static size_t find_package(const struct pt_status *status, const char *name)
{
	size_t p = 0;

	while (p < status->npackage && (!name || strcmp(status->package[p].name, name) != 0))
		p++;
	return p;
}

static int take_needs(struct pt_history_package *to, struct history_reader *reader,
		      const json_t *needs, struct pt_err *err)
{
	const struct pt_status *status = &reader->h->status;
	struct pt_history_need *need =
	    pt_arena_alloc(&reader->h->arena, json_array_size(needs) + 1, sizeof(*need));

	if (!need)
		return pt_err_nomem(err);
	for (size_t i = 0; i < json_array_size(needs); i++) {
		const json_t *from = json_array_get(needs, i);
		const json_t *name = json_object_get(from, "package");
		size_t p = find_package(status, json_string_value(name));

		if (p == status->npackage)
			return damaged(err);
		need[i].package = (uint32_t)p;
		need[i].version = text_of(reader, from, "version");
		if (!need[i].version)
			return pt_err_nomem(err);
	}
	to->need = need;
	to->nneed = json_array_size(needs);
	return 0;
}

static int take_package(struct history_reader *reader, const json_t *from, struct pt_err *err)
{
	const struct pt_status *status = &reader->h->status;
	size_t p = find_package(status, json_string_value(json_object_get(from, "name")));
	json_int_t level = json_integer_value(json_object_get(from, "level"));

	if (p == status->npackage || !history_is_index(level, status->npackage))
		return damaged(err);
	struct pt_history_package *to = &reader->h->package[p];

	to->name = status->package[p].name;
	to->version = status->package[p].version;
	to->level = (uint32_t)level;
	to->version_id = text_of(reader, from, "version_id");
	to->tag = text_of(reader, from, "tag");
	if (!to->version_id || !to->tag)
		return pt_err_nomem(err);
	return take_needs(to, reader, json_object_get(from, "needs"), err);
}

static bool has_zone(const struct pt_history_stage *stage, const char *zone)
{
	for (uint32_t i = 0; i < stage->nzone; i++) {
		if (strcmp(stage->zone[i], zone) == 0)
			return true;
	}
	return false;
}

/* The zones that its waves name, in their order: those of the window, as far as it has orgs. */
static int take_zones(struct pt_history_stage *to, struct history_reader *reader,
		      const json_t *waves, struct pt_err *err)
{
	size_t cap = 0;

	for (size_t i = 0; i < json_array_size(waves); i++) {
		const json_t *zone = json_object_get(json_array_get(waves, i), "zone");

		if (!json_is_string(zone) || has_zone(to, json_string_value(zone)))
			continue;
		to->zone =
		    history_room(&reader->h->arena, to->zone, to->nzone, &cap, sizeof(*to->zone));
		if (!to->zone)
			return pt_err_nomem(err);
		to->zone[to->nzone] = history_text(reader, json_string_value(zone));
		if (!to->zone[to->nzone++])
			return pt_err_nomem(err);
	}
	return 0;
}

static int take_stages(struct history_reader *reader, const json_t *root, struct pt_err *err)
{
	const json_t *stages = json_object_get(root, "stages");
	const json_t *members = json_object_get(root, "members");
	struct pt_history *h = reader->h;
	int rc = 0;

	if (h->status.nstage == 0)
		return 0;
	if (json_array_size(stages) != h->status.nstage ||
	    json_array_size(members) != h->status.nstage)
		return damaged(err);
	for (size_t s = 0; rc == 0 && s < h->status.nstage; s++) {
		const json_t *waves = json_object_get(json_array_get(stages, s), "waves");

		h->stage[s].nbatch = (uint32_t)json_array_size(json_array_get(members, s));
		rc = take_zones(&h->stage[s], reader, waves, err);
	}
	return rc;
}

static int take_plan(struct history_reader *reader, const json_t *root, struct pt_err *err)
{
	const json_t *packages = json_object_get(root, "packages");
	struct pt_history *h = reader->h;
	int rc = 0;

	/* Of a run that died before its first step the journal has no packages yet. */
	for (size_t i = 0; rc == 0 && h->status.npackage && i < json_array_size(packages); i++)
		rc = take_package(reader, json_array_get(packages, i), err);
	for (size_t p = 0; rc == 0 && p < h->status.npackage; p++) {
		if (!h->package[p].name)
			rc = damaged(err);
	}
	return rc < 0 ? rc : take_stages(reader, root, err);
}

int history_read_plan(struct history_reader *reader, struct pt_err *err)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_history *h = reader->h;
	int rc = pt_journal_plan(&text, &reader->journal, err);

	h->package = pt_arena_alloc(&h->arena, h->status.npackage + 1, sizeof(*h->package));
	h->stage = pt_arena_alloc(&h->arena, h->status.nstage + 1, sizeof(*h->stage));
	if (rc == 0 && (!h->package || !h->stage))
		rc = pt_err_nomem(err);
	if (rc == 0)
		rc = pt_plan_file_parse(&file, pt_buf_text(&text), text.len, err);
	if (rc == 0 && file)
		return take_plan(reader, file->root, err);
	return rc == -PT_E_NOMEM ? rc
				 : pt_err_wrap(err, "the journal is damaged: the plan of run %s",
					       h->status.run.row.name);
}
