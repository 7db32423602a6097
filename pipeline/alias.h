/*
 * Which package of the suite a manifest means: packages are called by name,
 * namespace, alias, the title in their own manifest, or the address of their
 * repository, which is renamed in real life.
 */
#ifndef PT_PIPELINE_ALIAS_H
#define PT_PIPELINE_ALIAS_H

#include "config/suite.h"
#include "connectors/manifest/manifest.h"

#define PT_NO_PACKAGE UINT32_MAX

/* The index of the package that a pin names, or PT_NO_PACKAGE. manifests[i] may be NULL. */
uint32_t pt_alias_of_pin(const struct pt_suite *suite, const struct pt_manifest *const *manifests,
			 const struct pt_pin *pin);

#endif
