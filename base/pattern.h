/*
 * Regular expressions (PCRE2), with limits on backtracking so that no pattern
 * and no subject can hang the program. Matching is unanchored, as PCRE2 does it.
 */
#ifndef PT_BASE_PATTERN_H
#define PT_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct pt_pattern;

/* Owned by the caller. PT_E_SYNTAX says what is wrong with it and at which character. */
int pt_pattern_new(struct pt_pattern **out, const char *text, struct pt_err *err) PT_MUSTUSE;
void pt_pattern_free(struct pt_pattern *pattern);
void pt_pattern_freep(struct pt_pattern **pattern);

/* As it was written; borrowed from the pattern. */
const char *pt_pattern_text(const struct pt_pattern *pattern);

bool pt_pattern_has_group(const struct pt_pattern *pattern, const char *name);

/*
 * Sets *matched_out. With a group name, *group_out (may be NULL) becomes the
 * text of that group: owned by the caller, NULL if it took no part. PT_E_LIMIT
 * when matching was given up: the pattern backtracks too much.
 */
int pt_pattern_match(bool *matched_out, char **group_out, const struct pt_pattern *pattern,
		     const char *subject, const char *group, struct pt_err *err) PT_MUSTUSE;

/* Several, of which the first that matches counts. */
struct pt_patterns {
	struct pt_pattern **pattern; /* owned */
	size_t n;
};

/* One more at the end; released with pt_patterns_release(). */
int pt_patterns_add(struct pt_patterns *patterns, const char *text, struct pt_err *err) PT_MUSTUSE;
void pt_patterns_release(struct pt_patterns *patterns);

/* *out: the position of the first that matches, or n when none does. */
int pt_patterns_first(size_t *out, const struct pt_patterns *patterns, const char *subject,
		      struct pt_err *err) PT_MUSTUSE;

#endif
