/* See planned.h. */
#include "pipeline/report/planned.h"

#include <string.h>

#include "base/json_load.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* The package of that name, or UINT32_MAX. */
static uint32_t find_package(const struct pt_status *status, const char *name)
{
	for (uint32_t p = 0; p < status->npackage; p++) {
		if (strcmp(status->package[p].name, name) == 0)
			return p;
	}
	return UINT32_MAX;
}

static int64_t time_of(const char *text)
{
	struct pt_err ignored = PT_ERR_INIT;
	enum pt_civil_form form;
	struct pt_civil civil;
	int64_t offset_ms = 0;

	if (pt_civil_parse(&civil, &form, &offset_ms, text, &ignored) < 0)
		return 0;
	return pt_civil_to_ms(&civil) - offset_ms;
}

static size_t count_waves(const json_t *stages)
{
	size_t n = 0;

	for (size_t s = 0; s < json_array_size(stages); s++)
		n += json_array_size(json_object_get(json_array_get(stages, s), "waves"));
	return n;
}

static int take_wave(struct pt_planned *out, const json_t *from, uint32_t stage,
		     const struct pt_status *status, struct pt_arena *arena, struct pt_err *err)
{
	const char *zone = json_string_value(json_object_get(from, "zone"));
	json_int_t batch = json_integer_value(json_object_get(from, "batch"));
	struct pt_planned_wave wave = {.stage = stage};

	wave.package = find_package(status, text_of(from, "package"));
	wave.start_ms = time_of(text_of(from, "start"));
	if (wave.package == UINT32_MAX || !wave.start_ms || batch < 1 || batch > UINT32_MAX)
		return 0;
	wave.batch = (uint32_t)batch - 1;
	if (zone) {
		wave.zone = pt_arena_strdup(arena, zone);
		if (!wave.zone)
			return pt_err_nomem(err);
	}
	out->wave[out->nwave++] = wave;
	return 0;
}

static int take_waves(struct pt_planned *out, const json_t *root, const struct pt_status *status,
		      struct pt_arena *arena, struct pt_err *err)
{
	const json_t *stages = json_object_get(root, "stages");
	int rc = 0;

	out->wave = pt_arena_alloc(arena, count_waves(stages) + 1, sizeof(*out->wave));
	if (!out->wave)
		return pt_err_nomem(err);
	for (size_t s = 0; s < json_array_size(stages) && s < status->nstage; s++) {
		const json_t *waves = json_object_get(json_array_get(stages, s), "waves");

		for (size_t i = 0; rc == 0 && i < json_array_size(waves); i++)
			rc = take_wave(out, json_array_get(waves, i), (uint32_t)s, status, arena,
				       err);
	}
	return rc;
}

static int take_externals(struct pt_planned *out, const json_t *root,
			  const struct pt_status *status, struct pt_arena *arena,
			  struct pt_err *err)
{
	const json_t *packages = json_object_get(root, "packages");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(packages); i++)
		n += json_array_size(json_object_get(json_array_get(packages, i), "external"));
	out->external = pt_arena_alloc(arena, n + 1, sizeof(*out->external));
	if (!out->external)
		return pt_err_nomem(err);
	for (size_t i = 0; i < json_array_size(packages); i++) {
		const json_t *package = json_array_get(packages, i);
		const json_t *pins = json_object_get(package, "external");
		uint32_t p = find_package(status, text_of(package, "name"));

		for (size_t k = 0; p != UINT32_MAX && k < json_array_size(pins); k++) {
			const json_t *pin = json_array_get(pins, k);
			const char *name = text_of(pin, "name");
			char *copy =
			    pt_arena_strdup(arena, *name ? name : text_of(pin, "version_id"));

			if (!copy)
				return pt_err_nomem(err);
			out->external[out->nexternal++] = (struct pt_planned_external){p, copy};
		}
	}
	return 0;
}

int pt_planned_read(struct pt_planned *out, const char *text, size_t size_bytes,
		    const struct pt_status *status, struct pt_arena *arena, struct pt_err *err)
{
	struct pt_planned planned = {.nwave = 0};
	json_error_t why;
	json_t *root = NULL;
	int rc = pt_json_load(&root, text, size_bytes, 0, &why);

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_err_set(err, PT_E_INVALID, "the run's plan is no JSON: %s", why.text);
	rc = take_waves(&planned, root, status, arena, err);
	if (rc == 0)
		rc = take_externals(&planned, root, status, arena, err);
	if (rc == 0) {
		planned.order = pt_arena_strdup(arena, text_of(root, "order"));
		if (!planned.order)
			rc = pt_err_nomem(err);
	}
	json_decref(root);
	if (rc == 0)
		*out = planned;
	return rc;
}
