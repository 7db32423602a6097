/*
 * Which keys there are: the tables that a suite file is read by, for whoever checks that a page
 * or a schema has them all.
 */
#ifndef PT_CONFIG_SUITE_KEYS_H
#define PT_CONFIG_SUITE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/errs.h"

/* One map of a file, and the keys that it may have. All is borrowed for the call. */
struct pt_suite_table {
	const char *path; /* "trains.biweekly.stages[pilot].gate"; "": the file itself */
	struct pt_src src;
	const char *const *name;
	const bool *required; /* one for each name */
	size_t n;
};

/*
 * Reads a suite file and calls fn for every map in it that is read by a table, be the file right
 * or wrong. What is wrong is collected in errs.
 */
int pt_suite_tables(const char *data, size_t size_bytes, const char *path,
		    void (*fn)(void *user, const struct pt_suite_table *table), void *user,
		    struct pt_errs *errs) PT_MUSTUSE;

#endif
