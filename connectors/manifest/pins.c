/* See pins.h. */
#include "connectors/manifest/pins.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_pin(const struct pt_pin *a, const struct pt_pin *b)
{
	return strcmp(a->version_id, b->version_id) == 0 &&
	       same_text(a->package_name, b->package_name) &&
	       same_text(a->namespace_, b->namespace_) && same_text(a->repo, b->repo) &&
	       same_text(a->tag, b->tag) && a->version.npart == b->version.npart &&
	       pt_version_cmp(&a->version, &b->version) == 0;
}

static int grow(struct pt_pins *pins, struct pt_arena *arena, struct pt_err *err)
{
	size_t cap = pins->cap ? 2 * pins->cap : 8;
	struct pt_pin *grown = pt_arena_alloc(arena, cap, sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	if (pins->n)
		memcpy(grown, pins->item, pins->n * sizeof(*grown));
	pins->item = grown;
	pins->cap = cap;
	return 0;
}

int pt_pins_visit(struct pt_pins *pins, struct pt_src src, struct pt_err *err)
{
	if (pins->nvisit == PT_PINS_MAX)
		return pt_err_at(err, PT_E_LIMIT, src, "more than %d dependencies", PT_PINS_MAX);
	pins->nvisit++;
	return 0;
}

int pt_pins_add(struct pt_pins *pins, struct pt_arena *arena, const struct pt_pin *pin,
		struct pt_err *err)
{
	for (size_t i = 0; i < pins->n; i++) {
		if (same_pin(&pins->item[i], pin))
			return 0;
	}
	if (pins->n == pins->cap) {
		int rc = grow(pins, arena, err);

		if (rc < 0)
			return rc;
	}
	pins->item[pins->n++] = *pin;
	return 0;
}

int pt_pin_version(struct pt_version *out, const char *text, struct pt_err *err)
{
	char number[PT_VERSION_TEXT];
	const char *beta = strstr(text, " (Beta ");
	size_t n = beta ? (size_t)(beta - text) : 0;

	if (!beta || n >= sizeof(number))
		return pt_version_parse(out, text, err);
	memcpy(number, text, n);
	number[n] = '\0';
	return pt_version_parse(out, number, err);
}
