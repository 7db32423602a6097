/* See values.h. */
#include "config/values.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pattern.h"
#include "base/url.h"
#include "base/zone.h"
#include "config/rrule.h"

const char *scalar(struct reader *r, const struct pt_yaml_node *value, const char *path)
{
	if (!expect(r, value, PT_YAML_SCALAR, path))
		return NULL;
	const char *text = pt_yaml_text(value);

	if (!text)
		complain(r, value->src, "%s: expected a value, it is empty", path);
	return text;
}

const char *unexpanded(struct reader *r, const struct pt_yaml_node *value, const char *path)
{
	const char *text = scalar(r, value, path);

	if (!text || !strstr(text, "${"))
		return text;
	complain(r, value->src, "%s: '${' is expanded in connectors only", path);
	return NULL;
}

void value_raw(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = scalar(r, value, path);

	if (text && *text == '\0')
		complain(r, value->src, "%s: expected a text, it is empty", path);
	else if (text)
		keep(r, text, into);
}

void value_text(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	if (unexpanded(r, value, path))
		value_raw(r, value, path, into);
}

void value_path(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = NULL;

	value_text(r, value, path, &text);
	if (!text)
		return;
	char *seen = pt_file_beside(r->suite->file, text);

	if (seen)
		keep(r, seen, into);
	else
		complain_nomem(r);
	free(seen);
}

void value_repo(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	PT_CLEANUP(pt_url_release) struct pt_url url = PT_URL_INIT;
	struct pt_err err = PT_ERR_INIT;
	const char *text = pt_yaml_text(value);

	if (!text || !pt_url_is(text))
		value_path(r, value, path, into);
	else if (pt_url_parse(&url, text, &err) < 0)
		complain_of(r, value->src, path, &err);
	else
		value_text(r, value, path, into);
}

void value_duration(struct reader *r, const struct pt_yaml_node *value, const char *path,
		    void *into)
{
	const char *text = scalar(r, value, path);
	struct pt_err err = PT_ERR_INIT;

	if (text && pt_duration_parse((int64_t *)into, text, &err) < 0)
		complain_of(r, value->src, path, &err);
}

bool ratio_of(int32_t *ppm_out, const char *text)
{
	int64_t ppm = 0, unit = 10000;
	const char *p = text;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9' && ppm <= PT_RATIO_ONE; p++)
		ppm = ppm * 10 + (*p - '0') * unit;
	if (*p == '.') {
		if (p[1] < '0' || p[1] > '9')
			return false;
		for (p++; *p >= '0' && *p <= '9' && unit > 1; p++) {
			unit /= 10;
			ppm += (*p - '0') * unit;
		}
	}
	while (*p == ' ')
		p++;
	if (strcmp(p, "%") != 0 || ppm > PT_RATIO_ONE)
		return false;
	*ppm_out = (int32_t)ppm;
	return true;
}

void value_ratio(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = scalar(r, value, path);

	if (text && !ratio_of((int32_t *)into, text))
		complain(
		    r, value->src,
		    "%s: '%.40s' is not a share, expected 0%% to 100%%, such as 97%% or 97.5%%",
		    path, text);
}

static bool number_of(int64_t *out, const char *text, int64_t most)
{
	int64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && value <= most; p++)
		value = value * 10 + (*p - '0');
	if (p == text || *p || value > most)
		return false;
	*out = value;
	return true;
}

void value_number(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = scalar(r, value, path);

	if (text && !number_of((int64_t *)into, text, 1000000000))
		complain(r, value->src, "%s: '%.40s' is not a number of 0 or more", path, text);
}

void value_count(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = scalar(r, value, path);
	int64_t number = 0;

	if (!text)
		return;
	if (!number_of(&number, text, 1000000000) || number == 0)
		complain(r, value->src, "%s: '%.40s' is not a number of 1 or more", path, text);
	else
		*(uint32_t *)into = (uint32_t)number;
}

void value_bool(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	static const char *const words[] = {"false", "true"};
	int which = word_of(r, value, path, words, 2);

	if (which >= 0)
		*(bool *)into = which == 1;
}

int word_of(struct reader *r, const struct pt_yaml_node *value, const char *path,
	    const char *const *words, size_t n)
{
	const char *text = scalar(r, value, path);
	char list[160] = "";
	size_t used = 0;

	if (!text)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0)
			return (int)i;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
					 words[i]);
	}
	complain(r, value->src, "%s: '%.40s' is not one of %s%s", path, text, list,
		 suggest(r, text, words, n));
	return -1;
}

void pattern_with_group(struct reader *r, const struct pt_yaml_node *value, const char *path,
			const char *group, const char **into)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	const char *text = unexpanded(r, value, path);
	struct pt_err err = PT_ERR_INIT;

	if (!text)
		return;
	if (pt_pattern_new(&pattern, text, &err) < 0)
		complain_of(r, value->src, path, &err);
	else if (group && !pt_pattern_has_group(pattern, group))
		complain(r, value->src, "%s: the pattern has no group '%s', expected (?<%s>...)",
			 path, group, group);
	else
		keep(r, text, into);
}

void value_pattern(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	pattern_with_group(r, value, path, NULL, (const char **)into);
}

void value_zone(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	PT_CLEANUP(pt_zone_freep) struct pt_zone *zone = NULL;
	const char *text = scalar(r, value, path);
	struct pt_err err = PT_ERR_INIT;

	if (!text)
		return;
	if (pt_zone_open(&zone, text, &err) < 0)
		complain_of(r, value->src, path, &err);
	else
		keep(r, text, into);
}

bool minute_of(int32_t *out, const char *text, size_t len)
{
	int32_t digit[4];

	if (len != 5 || text[2] != ':')
		return false;
	for (int i = 0; i < 4; i++) {
		digit[i] = text[i + (i > 1)] - '0';
		if (digit[i] < 0 || digit[i] > 9)
			return false;
	}
	int32_t hour = digit[0] * 10 + digit[1], minute = digit[2] * 10 + digit[3];

	if (hour > 23 || minute > 59)
		return false;
	*out = hour * 60 + minute;
	return true;
}

void value_minute(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	const char *text = scalar(r, value, path);

	if (text && !minute_of((int32_t *)into, text, strlen(text)))
		complain(r, value->src, "%s: '%.40s' is not a time of day, expected such as 18:00",
			 path, text);
}

void value_limit(struct reader *r, const struct pt_yaml_node *value, const char *path, void *into)
{
	struct pt_limit_conf *limit = into;
	const char *text = scalar(r, value, path);

	if (!text)
		return;
	if (!ratio_of(&limit->ratio_ppm, text) && !number_of(&limit->count, text, 1000000000))
		complain(r, value->src,
			 "%s: '%.40s' is not a limit, expected a share such as 2%% or a number",
			 path, text);
	limit->src = value->src;
}

void value_rrule(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	const char *text = unexpanded(r, node, path);
	struct pt_err err = PT_ERR_INIT;
	struct pt_rrule rule;

	if (!text)
		return;
	if (pt_rrule_parse(&rule, text, &err) < 0)
		complain_of(r, node->src, path, &err);
	else
		keep(r, text, into);
}
