/*
 * The list of pins that a reader fills: each pin once, in the order first seen,
 * up to a limit that no real suite comes near.
 */
#ifndef PT_CONNECTORS_MANIFEST_PINS_H
#define PT_CONNECTORS_MANIFEST_PINS_H

#include "base/arena.h"
#include "connectors/manifest/manifest.h"

enum { PT_PINS_MAX = 4096 };

struct pt_pins {
	struct pt_pin *item; /* borrowed from the arena */
	size_t n, cap;
	size_t nvisit; /* elements looked at: repeated, skipped and nested ones too */
};

#define PT_PINS_INIT                                                                               \
	{                                                                                          \
		.item = NULL                                                                       \
	}

/* To be told of every element, so that no manifest takes long. PT_E_LIMIT beyond PT_PINS_MAX. */
int pt_pins_visit(struct pt_pins *pins, struct pt_src src, struct pt_err *err) PT_MUSTUSE;

/* Texts of the pin are borrowed for as long as the list lives. */
int pt_pins_add(struct pt_pins *pins, struct pt_arena *arena, const struct pt_pin *pin,
		struct pt_err *err) PT_MUSTUSE;

/*
 * A version as manifests write it: "3.10", or "3.10 (Beta 4)", which asks for 3.10.
 * PT_E_INVALID without a place.
 */
int pt_pin_version(struct pt_version *out, const char *text, struct pt_err *err) PT_MUSTUSE;

#endif
