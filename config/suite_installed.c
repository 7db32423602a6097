/*
 * installed: ranges over the versions of packages, ">=3.200 <3.220", "=3.215", "none",
 * "any". See suite_parts.h.
 */
#include <string.h>

#include "config/suite_parts.h"
#include "config/values.h"

enum { BOUND_TEXT = 64 };

static const char expected[] = "expected such as '>=3.200 <3.220', '=3.215', 'none' or 'any'";

struct bound {
	char sign[3];
	struct pt_version version;
};

/* The next of blank-separated bounds; how long it is, 0 when it is none. */
static size_t next_bound(struct bound *out, const char *text, struct pt_err *err)
{
	size_t nsign = strspn(text, "<>="), len = strcspn(text, " "), n = len - nsign;
	char number[BOUND_TEXT];

	if (nsign == 0 || nsign > 2 || nsign >= len || n >= sizeof(number))
		return 0;
	memcpy(out->sign, text, nsign);
	out->sign[nsign] = '\0';
	memcpy(number, text + nsign, n);
	number[n] = '\0';
	return pt_version_parse(&out->version, number, err) < 0 ? 0 : len;
}

/* False when that side has its bound already, or there is no such sign. */
static bool take_bound(struct pt_range_conf *range, const struct bound *bound)
{
	bool low = strcmp(bound->sign, ">") == 0 || strcmp(bound->sign, ">=") == 0;
	bool high = strcmp(bound->sign, "<") == 0 || strcmp(bound->sign, "<=") == 0;
	bool equal = strcmp(bound->sign, "=") == 0;

	if ((!low && !high && !equal) || ((low || equal) && pt_version_known(&range->low)) ||
	    ((high || equal) && pt_version_known(&range->high)))
		return false;
	if (low || equal) {
		range->low = bound->version;
		range->above_low = !bound->sign[1] && low;
	}
	if (high || equal) {
		range->high = bound->version;
		range->below_high = !bound->sign[1] && high;
	}
	return true;
}

/* Nothing can be in it: where both bounds have parts, the lower one is not below the upper one. */
static bool is_empty(const struct pt_range_conf *range)
{
	const struct pt_version *low = &range->low, *high = &range->high;

	for (uint8_t i = 0; i < low->npart && i < high->npart; i++) {
		if (low->part[i] != high->part[i])
			return low->part[i] > high->part[i];
	}
	if (low->npart == 0 || high->npart == 0)
		return false;
	/* ">=3.200 <3.200.5" and ">3.200.5 <=3.200" are not empty. */
	if (range->below_high)
		return low->npart >= high->npart || range->above_low;
	return range->above_low && low->npart <= high->npart;
}

static void read_range(struct reader *r, const struct pt_yaml_node *node, const char *path,
		       struct pt_range_conf *range)
{
	const char *text = unexpanded(r, node, path);
	struct pt_err err = PT_ERR_INIT;
	struct bound bound;

	if (!text)
		return;
	if (strcmp(text, "none") == 0 || strcmp(text, "any") == 0) {
		range->kind = text[0] == 'n' ? PT_RANGE_NONE : PT_RANGE_ANY;
		return;
	}
	for (const char *at = text; *at || at == text;) {
		size_t len = next_bound(&bound, at, &err);

		if (len == 0 || !take_bound(range, &bound)) {
			complain(r, node->src, "%s: '%.60s' is no range of versions, %s", path,
				 text, expected);
			return;
		}
		at += len;
		at += strspn(at, " ");
	}
	if (is_empty(range))
		complain(r, node->src, "%s: no version is in '%.60s'", path, text);
}

void read_installed(struct reader *r, const struct pt_yaml_node *node, const char *path, void *into)
{
	struct pt_selector_conf *selector = into;

	if (!expect(r, node, PT_YAML_MAP, path))
		return;
	if (node->n == 0)
		complain(r, node->src, "%s: expected at least one package", path);
	selector->installed = keep_array(r, node->n, sizeof(*selector->installed));
	for (size_t i = 0; selector->installed && i < node->n; i++) {
		struct pt_range_conf *range = &selector->installed[selector->ninstalled];
		const char *name = node->key[i]->text;

		*range = (struct pt_range_conf){.src = node->key[i]->src};
		range->package = package_named(r, name, range->src, path);
		read_range(r, node->item[i], path_join(r, path, name), range);
		if (range->package != UINT32_MAX)
			selector->ninstalled++;
	}
}
