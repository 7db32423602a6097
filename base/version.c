/* See version.h. */
#include "base/version.h"

#include <stdio.h>
#include <string.h>

/* Reads one number at *at and moves past it. */
static bool take_number(uint32_t *out, const char **at)
{
	uint64_t value = 0;
	const char *p = *at;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (uint64_t)(*p - '0');
		if (value > INT32_MAX)
			return false;
	}
	*out = (uint32_t)value;
	*at = p;
	return true;
}

int pt_version_parse(struct pt_version *out, const char *text, struct pt_err *err)
{
	struct pt_version version = {.npart = 0};
	const char *at = text;

	while (version.npart < 4) {
		if (!take_number(&version.part[version.npart], &at))
			break;
		version.npart++;
		if (*at != '.')
			break;
		at++;
	}
	if (version.npart == 0 || *at != '\0' || at[-1] == '.')
		return pt_err_set(
		    err, PT_E_INVALID,
		    "'%.40s' is not a version, expected numbers such as 3.10 or 1.2.0.4", text);
	if (version.npart == 1)
		version.npart = 2;
	*out = version;
	return 0;
}

int pt_version_cmp(const struct pt_version *a, const struct pt_version *b)
{
	for (int i = 0; i < 4; i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}
	return 0;
}

const char *pt_version_text(char buf[PT_VERSION_TEXT], const struct pt_version *version)
{
	const uint32_t *part = version->part;

	if (version->npart == 0)
		snprintf(buf, PT_VERSION_TEXT, "?");
	else if (version->npart <= 2)
		snprintf(buf, PT_VERSION_TEXT, "%u.%u", part[0], part[1]);
	else if (version->npart == 3)
		snprintf(buf, PT_VERSION_TEXT, "%u.%u.%u", part[0], part[1], part[2]);
	else
		snprintf(buf, PT_VERSION_TEXT, "%u.%u.%u.%u", part[0], part[1], part[2], part[3]);
	return buf;
}
