/* The words for why an org, or a package in it, is left out. See audience.h. */
#include <stdio.h>

#include "pipeline/audience.h"

static const char *const builtin_text[PT_REASON_NBUILTIN] = {
    [PT_REASON_NONE] = "",
    [PT_REASON_INACTIVE] = "inactive org",
    [PT_REASON_OPTED_OUT] = "opted out",
    [PT_REASON_NOT_INSTALLED] = "not installed",
    [PT_REASON_BETA] = "beta installed",
    [PT_REASON_OTHER_VERSION] = "version unknown to the platform",
    [PT_REASON_LACKS_BASE] = "lacks a package that the new version needs",
    [PT_REASON_INELIGIBLE] = "refused by the platform",
    [PT_REASON_BY_HAND] = "left out by hand",
};

const char *pt_reason_builtin_text(enum pt_reason reason)
{
	return builtin_text[reason];
}

static size_t first_base(const struct pt_suite *suite)
{
	return PT_REASON_NBUILTIN + suite->nexclude;
}

size_t pt_reason_count(const struct pt_suite *suite)
{
	return first_base(suite) + (size_t)PT_BASE_NREASON * suite->npackage;
}

unsigned pt_reason_of_base(const struct pt_audience *audience, enum pt_base_reason how,
			   uint32_t base)
{
	return audience->first_base + (unsigned)how * audience->npackage + base;
}

bool pt_reason_is_of_base(enum pt_base_reason *how_out, uint32_t *base_out,
			  const struct pt_audience *audience, unsigned reason)
{
	unsigned at = reason - audience->first_base;

	if (reason < audience->first_base || at >= PT_BASE_NREASON * audience->npackage)
		return false;
	*how_out = (enum pt_base_reason)(at / audience->npackage);
	*base_out = at % audience->npackage;
	return true;
}

bool pt_reason_is_partial(const struct pt_suite *suite, unsigned reason)
{
	if (reason >= PT_REASON_NBUILTIN && reason < first_base(suite))
		return suite->exclude[reason - PT_REASON_NBUILTIN].npackage != 0;
	return reason != PT_REASON_INACTIVE && reason != PT_REASON_BY_HAND;
}

static void text_of_entry(char buf[PT_REASON_TEXT], const struct pt_exclude_conf *entry)
{
	if (entry->until)
		snprintf(buf, PT_REASON_TEXT, "%.150s (until %s)", entry->reason, entry->until);
	else
		snprintf(buf, PT_REASON_TEXT, "%s", entry->reason);
}

const char *pt_reason_text(char buf[PT_REASON_TEXT], const struct pt_suite *suite, unsigned reason)
{
	size_t first = first_base(suite);

	if (reason < PT_REASON_NBUILTIN)
		return builtin_text[reason];
	if (reason >= pt_reason_count(suite))
		return "a reason that the suite no longer has";
	if (reason < first) {
		text_of_entry(buf, &suite->exclude[reason - PT_REASON_NBUILTIN]);
		return buf;
	}
	const char *base = suite->package[(reason - first) % suite->npackage].name;

	if ((reason - first) / suite->npackage == PT_BASE_LACKING)
		snprintf(buf, PT_REASON_TEXT, "lacks %.80s, which the new version needs", base);
	else
		snprintf(buf, PT_REASON_TEXT, "needs a newer %.80s, which is excluded there", base);
	return buf;
}
