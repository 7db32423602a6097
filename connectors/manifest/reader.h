/*
 * Readers: each knows one form in which a release says what it is and what it
 * needs. The git source asks them in a fixed order, hands each its text, and puts
 * together what they found.
 *
 * A reader sees one text and nothing else: no repository, no other release.
 * Errors name the input and the line in it.
 */
#ifndef PT_CONNECTORS_MANIFEST_READER_H
#define PT_CONNECTORS_MANIFEST_READER_H

#include "connectors/manifest/pins.h"

struct pt_reader_input {
	const char *data; /* may hold any bytes; never NULL */
	size_t size_bytes;
	const char *name; /* "<repository>@<tag>[:<path>]"; lives as long as the arena */
	/* For files about several packages: which of them is meant. */
	const char *folder;        /* the package's below the file's: "packages/core/"; or "" */
	const char *const *called; /* what the suite calls the package, the best name first */
	size_t ncalled;
};

/* What was found. Absent parts are NULL. */
struct pt_reader_facts {
	const char *package_name;
	const char *project_name;
	const char *namespace_;
	const char *repo_url;
	const char *package_type;
	struct pt_pins pins;
	bool lists; /* it has a list of dependencies, be it an empty one */
};

struct pt_reader {
	const char *name; /* MUST. What pt_manifest.source says. */
	const char *file; /* MAY be NULL: it reads the tag's annotation, not a file. */
	bool above;       /* The file may be about packages in the folders below its own. */
	/*
	 * MUST. Fills a zeroed *out with what lives in the arena; after an error *out
	 * means nothing. PT_E_SYNTAX, PT_E_INVALID or PT_E_LIMIT, with the place.
	 */
	int (*read)(struct pt_reader_facts *out, struct pt_arena *arena,
		    const struct pt_reader_input *input, struct pt_err *err);
};

/* The annotation of a release tag: version_id, package_type and dependencies, a JSON list. */
extern const struct pt_reader pt_reader_tag;

/* pushtrain.yaml: our own; the package's names and what it needs. */
extern const struct pt_reader pt_reader_pushtrain;

/* cumulusci.yml: the project's and the package's names, and project.dependencies. */
extern const struct pt_reader pt_reader_cumulusci;

/* sfdx-project.json: the namespace, and of one package directory its dependencies. */
extern const struct pt_reader pt_reader_sfdx;

#endif
