/*
 * The kinds of values that keys have. Each is a key_fn: it reads the value into
 * the field it is given, or complains and leaves the field as it is.
 */
#ifndef PT_CONFIG_VALUES_H
#define PT_CONFIG_VALUES_H

#include "config/keys.h"

key_fn value_text;     /* const char *; ${X} refused: it is expanded in connectors only */
key_fn value_raw;      /* const char *, as written, ${X} and all */
key_fn value_path;     /* const char *, as seen from the working folder */
key_fn value_repo;     /* const char *, the same of a repository; addresses stay */
key_fn value_duration; /* int64_t, milliseconds */
key_fn value_ratio;    /* int32_t, parts per million; "97%" or "97.5%" */
key_fn value_count;    /* uint32_t, 1 or more */
key_fn value_number;   /* int64_t, 0 or more */
key_fn value_bool;     /* bool */
key_fn value_pattern;  /* const char *, compiles */
key_fn value_zone;     /* const char *, exists */
key_fn value_minute;   /* int32_t, "HH:MM" as minutes of the day */
key_fn value_rrule;    /* const char *, a recurrence, "FREQ=..." */
key_fn value_limit;    /* struct pt_limit_conf: a ratio or a count */

/* The scalar's text, or NULL and a complaint. */
const char *scalar(struct reader *r, const struct pt_yaml_node *value, const char *path);

/* The same for what may not contain ${X}: it is expanded in connectors only. */
const char *unexpanded(struct reader *r, const struct pt_yaml_node *value, const char *path);

/* The word's place in the list, or -1 and a complaint. */
int word_of(struct reader *r, const struct pt_yaml_node *value, const char *path,
	    const char *const *words, size_t n);

/* A pattern with a group of that name. */
void pattern_with_group(struct reader *r, const struct pt_yaml_node *value, const char *path,
			const char *group, const char **into);

bool ratio_of(int32_t *ppm_out, const char *text);
bool minute_of(int32_t *out, const char *text, size_t len);

#endif
