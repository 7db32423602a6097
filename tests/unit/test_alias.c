/* Which package of the suite a manifest means. */
#include "pipeline/alias.h"

#include <string.h>

#include "tests/test.h"

static const char *aliases[] = {"The Base", "https://github.com/example/Old-Base"};
static struct pt_package_conf packages[] = {
    {.name = "base",
     .namespace_ = "acme_base",
     .git_text = "repos/Base.git",
     .alias = aliases,
     .nalias = 2},
    {.name = "sales", .git_text = "https://me:secret@example.org/acme/mono.git"},
    {.name = "portal", .git_text = "https://me:secret@example.org/acme/mono.git"},
};
static const struct pt_manifest base = {.namespace_ = "acme_base"};
static const struct pt_manifest sales = {
    .package_name = "Acme Sales", .namespace_ = "acme", .project_name = "Mono"};
static const struct pt_manifest portal = {.package_name = "Acme Portal", .namespace_ = "acme"};

static uint32_t find(const struct pt_pin *pin)
{
	const struct pt_manifest *const manifests[] = {&base, &sales, &portal};
	const struct pt_suite suite = {.package = packages, .npackage = 3};

	return pt_alias_of_pin(&suite, manifests, pin);
}

PT_TEST(packages_are_called_by_name_namespace_alias_and_title)
{
	static const char *const names[] = {"base", "ACME_base", "the base", "Acme Portal"};
	static const uint32_t expected[] = {0, 0, 0, 2};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		const struct pt_pin pin = {.package_name = names[i]};

		assert_int_equal(find(&pin), expected[i]);
	}
}

PT_TEST(a_namespace_of_two_packages_names_none)
{
	const struct pt_pin by_namespace = {.namespace_ = "acme"},
			    by_name = {.package_name = "acme"};

	assert_int_equal(find(&by_namespace), PT_NO_PACKAGE);
	assert_int_equal(find(&by_name), PT_NO_PACKAGE);
}

PT_TEST(repositories_are_found_by_address_former_address_and_folder)
{
	const struct pt_pin former = {.repo = "https://github.com/Example/old-base.git"};
	const struct pt_pin elsewhere = {.repo = "git@example.com:other/base"};
	const struct pt_pin same = {.repo = "https://example.org/acme/mono"};
	const struct pt_pin none = {.repo = "https://example.org/acme/none"};

	assert_int_equal(find(&former), 0);
	assert_int_equal(find(&elsewhere), 0);
	assert_int_equal(find(&same), 1);
	assert_int_equal(find(&none), PT_NO_PACKAGE);
}

PT_TEST_MAIN(PT_RUN(packages_are_called_by_name_namespace_alias_and_title),
	     PT_RUN(a_namespace_of_two_packages_names_none),
	     PT_RUN(repositories_are_found_by_address_former_address_and_folder))
