/* See alias.h. */
#include "pipeline/alias.h"

#include <string.h>
#include <strings.h>

static bool same(const char *a, const char *b)
{
	return a && b && strcasecmp(a, b) == 0;
}

/* An address without scheme, user, ".git" and trailing slashes: "github.com/owner/name". */
struct address {
	const char *text;
	size_t len;
};

static struct address strip(const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *start = scheme ? scheme + 3 : url;
	const char *at = strchr(start, '@');
	struct address address;

	if (at && !memchr(start, '/', (size_t)(at - start)))
		start = at + 1;
	address = (struct address){start, strlen(start)};
	while (address.len && start[address.len - 1] == '/')
		address.len--;
	if (address.len > 4 && strncasecmp(start + address.len - 4, ".git", 4) == 0)
		address.len -= 4;
	return address;
}

static struct address last_part(struct address whole)
{
	size_t i = whole.len;

	while (i > 0 && whole.text[i - 1] != '/' && whole.text[i - 1] != ':')
		i--;
	return (struct address){whole.text + i, whole.len - i};
}

static bool same_address(struct address a, struct address b)
{
	if (a.len == 0 || a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = a.text[i] == ':' ? '/' : a.text[i];
		char y = b.text[i] == ':' ? '/' : b.text[i];

		if (strncasecmp(&x, &y, 1) != 0)
			return false;
	}
	return true;
}

static bool is_called(const struct pt_package_conf *package, const struct pt_manifest *manifest,
		      const char *name)
{
	if (!name)
		return false;
	if (same(package->name, name) || same(package->namespace_, name))
		return true;
	for (size_t i = 0; i < package->nalias; i++) {
		if (same(package->alias[i], name))
			return true;
	}
	return manifest && same(manifest->package_name, name);
}

static bool lives_at(const struct pt_package_conf *package, const struct pt_manifest *manifest,
		     const char *url)
{
	struct address wanted = strip(url);

	for (size_t i = 0; i < package->nalias; i++) {
		if (same_address(strip(package->alias[i]), wanted))
			return true;
	}
	return same_address(strip(package->git_text), wanted) ||
	       (manifest && manifest->repo_url && same_address(strip(manifest->repo_url), wanted));
}

/* The folder of a clone usually keeps the repository's own name. */
static bool has_folder(const struct pt_package_conf *package, const char *url)
{
	return same_address(last_part(strip(package->git_text)), last_part(strip(url)));
}

/* The only package whose manifest has that namespace, since several may share one. */
static uint32_t of_namespace(size_t npackage, const struct pt_manifest *const *manifests,
			     const char *name)
{
	uint32_t found = PT_NO_PACKAGE;

	for (uint32_t i = 0; name && i < npackage; i++) {
		if (!manifests[i] || !same(manifests[i]->namespace_, name))
			continue;
		if (found != PT_NO_PACKAGE)
			return PT_NO_PACKAGE;
		found = i;
	}
	return found;
}

uint32_t pt_alias_of_pin(const struct pt_suite *suite, const struct pt_manifest *const *manifests,
			 const struct pt_pin *pin)
{
	for (uint32_t i = 0; i < suite->npackage; i++) {
		const struct pt_package_conf *package = &suite->package[i];

		if (is_called(package, manifests[i], pin->namespace_) ||
		    is_called(package, manifests[i], pin->package_name) ||
		    (pin->repo && lives_at(package, manifests[i], pin->repo)))
			return i;
	}
	uint32_t named = of_namespace(suite->npackage, manifests, pin->namespace_);

	if (named == PT_NO_PACKAGE)
		named = of_namespace(suite->npackage, manifests, pin->package_name);
	if (named != PT_NO_PACKAGE)
		return named;
	for (uint32_t i = 0; pin->repo && i < suite->npackage; i++) {
		if (has_folder(&suite->package[i], pin->repo))
			return i;
	}
	for (uint32_t i = 0; pin->package_name && i < suite->npackage; i++) {
		if (manifests[i] && same(manifests[i]->project_name, pin->package_name))
			return i;
	}
	return PT_NO_PACKAGE;
}
