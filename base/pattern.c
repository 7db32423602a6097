/* See pattern.h. */
#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>

/* Far above what a tag or an error title needs, and a few milliseconds at most. */
enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 2000, HEAP_LIMIT_KIB = 8192, PATTERN_MAX = 4096 };

struct pt_pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *match;
	char *text;
};

static int refuse(struct pt_err *err, const char *text, int number, size_t at)
{
	PCRE2_UCHAR why[160] = "";

	if (number == PCRE2_ERROR_HEAP_FAILED)
		return pt_err_nomem(err);
	pcre2_get_error_message(number, why, sizeof(why));
	return pt_err_set(err, PT_E_SYNTAX, "pattern '%.80s' does not compile at character %zu: %s",
			  text, at + 1, (const char *)why);
}

int pt_pattern_new(struct pt_pattern **out, const char *text, struct pt_err *err)
{
	int number = 0, rc;
	PCRE2_SIZE at = 0;
	struct pt_pattern *pattern;

	if (strlen(text) > PATTERN_MAX)
		return pt_err_set(err, PT_E_LIMIT, "pattern of more than %d characters",
				  PATTERN_MAX);
	pattern = calloc(1, sizeof(*pattern));
	if (!pattern)
		return pt_err_nomem(err);
	pattern->code =
	    pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &number, &at, NULL);
	if (!pattern->code) {
		rc = refuse(err, text, number, (size_t)at);
		goto fail;
	}
	pattern->limits = pcre2_match_context_create(NULL);
	pattern->match = pcre2_match_data_create_from_pattern(pattern->code, NULL);
	pattern->text = strdup(text);
	if (!pattern->limits || !pattern->match || !pattern->text) {
		rc = pt_err_nomem(err);
		goto fail;
	}
	pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(pattern->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT_KIB);
	*out = pattern;
	return 0;
fail:
	pt_pattern_free(pattern);
	return rc;
}

void pt_pattern_free(struct pt_pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->match);
	pcre2_match_context_free(pattern->limits);
	pcre2_code_free(pattern->code);
	free(pattern->text);
	free(pattern);
}

void pt_pattern_freep(struct pt_pattern **pattern)
{
	pt_pattern_free(*pattern);
}

const char *pt_pattern_text(const struct pt_pattern *pattern)
{
	return pattern->text;
}

bool pt_pattern_has_group(const struct pt_pattern *pattern, const char *name)
{
	return pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)name) > 0;
}

static int copy_group(char **out, const struct pt_pattern *pattern, const char *group,
		      struct pt_err *err)
{
	PCRE2_UCHAR *found = NULL;
	PCRE2_SIZE len = 0;
	int rc = pcre2_substring_get_byname(pattern->match, (PCRE2_SPTR)group, &found, &len);
	char *copy = NULL;

	if (rc == PCRE2_ERROR_NOMEMORY)
		return pt_err_nomem(err);
	if (rc == 0) {
		copy = strndup((const char *)found, len);
		pcre2_substring_free(found);
		if (!copy)
			return pt_err_nomem(err);
	}
	*out = copy;
	return 0;
}

int pt_pattern_match(bool *matched_out, char **group_out, const struct pt_pattern *pattern,
		     const char *subject, const char *group, struct pt_err *err)
{
	int rc = pcre2_match(pattern->code, (PCRE2_SPTR)subject, PCRE2_ZERO_TERMINATED, 0, 0,
			     pattern->match, pattern->limits);

	if (rc == PCRE2_ERROR_NOMATCH ||
	    (rc <= PCRE2_ERROR_UTF8_ERR1 && rc >= PCRE2_ERROR_UTF8_ERR21)) {
		*matched_out = false;
		return 0;
	}
	if (rc == PCRE2_ERROR_NOMEMORY)
		return pt_err_nomem(err);
	if (rc < 0)
		return pt_err_set(err, PT_E_LIMIT,
				  "pattern '%.80s' was given up on '%.80s': it backtracks too much",
				  pattern->text, subject);
	if (group && group_out) {
		rc = copy_group(group_out, pattern, group, err);
		if (rc < 0)
			return rc;
	}
	*matched_out = true;
	return 0;
}

int pt_patterns_add(struct pt_patterns *patterns, const char *text, struct pt_err *err)
{
	struct pt_pattern **grown =
	    realloc(patterns->pattern, (patterns->n + 1) * sizeof(struct pt_pattern *));
	int rc;

	if (!grown)
		return pt_err_nomem(err);
	patterns->pattern = grown;
	rc = pt_pattern_new(&grown[patterns->n], text, err);
	patterns->n += rc == 0;
	return rc;
}

void pt_patterns_release(struct pt_patterns *patterns)
{
	for (size_t i = 0; i < patterns->n; i++)
		pt_pattern_free(patterns->pattern[i]);
	free(patterns->pattern);
	*patterns = (struct pt_patterns){.n = 0};
}

int pt_patterns_first(size_t *out, const struct pt_patterns *patterns, const char *subject,
		      struct pt_err *err)
{
	bool match = false;
	int rc = 0;

	for (*out = 0; *out < patterns->n; ++*out) {
		rc = pt_pattern_match(&match, NULL, patterns->pattern[*out], subject, NULL, err);
		if (rc < 0 || match)
			break;
	}
	return rc;
}
