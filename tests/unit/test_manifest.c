/* What is learnt from git repositories: releases, manifests, and what can be wrong. */
#include "connectors/manifest/manifest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/instant.h"
#include "tests/unit/git_fixture.h"

#define PATTERN "^rel/(?<version>\\d+\\.\\d+(?:\\.\\d+)?)$"
#define ID      "04t4w0000004ALTAA2"
#define MIB     ((size_t)1 << 20)

static struct pt_manifest_source *open_git(const char *path, const char *folder)
{
	struct pt_manifest_source *source = NULL;
	struct pt_err err = PT_ERR_INIT;
	const struct pt_manifest_where where = {.git = path, .tag = PATTERN, .path = folder};
	int rc = pt_manifest_open_git(&source, &where, NULL, &err);

	assert_string_equal(err.text, "");
	assert_int_equal(rc, 0);
	return source;
}

/* "tag version id time" a line, or the error. */
static void print_releases(struct pt_buf *out, struct pt_manifest_source *source)
{
	const struct pt_release *release = NULL;
	struct pt_err err = PT_ERR_INIT;
	char version[PT_VERSION_TEXT];
	size_t n = 0;

	if (source->ops->releases(&release, &n, source, &err) < 0)
		pt_err_print(out, &err);
	for (size_t i = 0; i < n; i++)
		pt_buf_printf(out, "%s %s %s %lld\n", release[i].tag,
			      pt_version_text(version, &release[i].version),
			      release[i].version_id[0] ? release[i].version_id : "-",
			      (long long)(release[i].time_ms / PT_SECOND_MS));
}

static void assert_releases(struct git_fixture *fixture, const char *expected)
{
	struct pt_buf got = PT_BUF_INIT;
	struct pt_manifest_source *source = open_git(fixture->path, NULL);

	print_releases(&got, source);
	assert_string_equal(pt_buf_text(&got), expected);
	pt_manifest_closep(&source);
	pt_buf_release(&got);
}

static void print_pins(struct pt_buf *out, const char *what, const struct pt_pin *pin, size_t n)
{
	char version[PT_VERSION_TEXT];

	for (size_t i = 0; i < n; i++)
		pt_buf_printf(
		    out, "%s %s%s%s%s %s at %s:%u\n", what, pin[i].version_id,
		    pin[i].package_name ? pin[i].package_name : "",
		    pin[i].namespace_ ? pin[i].namespace_ : "", pin[i].repo ? pin[i].repo : "",
		    pt_version_text(version, &pin[i].version), pin[i].src.file, pin[i].src.line);
}

static void print_manifest(struct pt_buf *out, struct pt_manifest_source *source,
			   const struct pt_release *release)
{
	const struct pt_manifest *manifest = NULL;
	struct pt_err err = PT_ERR_INIT;

	if (source->ops->manifest(&manifest, source, release, &err) < 0) {
		pt_err_print(out, &err);
		return;
	}
	const char *const names[] = {manifest->package_name, manifest->project_name,
				     manifest->namespace_,   manifest->repo_url,
				     manifest->package_type, manifest->source};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++)
		pt_buf_printf(out, "%s%s", names[i] ? names[i] : "-",
			      i + 1 < PT_ARRAY_LEN(names) ? ", " : "\n");
	print_pins(out, "needs", manifest->pin, manifest->npin);
	print_pins(out, "names", manifest->named, manifest->nnamed);
}

/* Of the only release, or the one with that tag. */
static void assert_manifest(struct git_fixture *fixture, const char *tag, const char *folder,
			    const char *expected)
{
	struct pt_manifest_source *source = open_git(fixture->path, folder);
	const struct pt_release *release = NULL;
	struct pt_buf got = PT_BUF_INIT;
	size_t n = 0, i = 0;

	assert_int_equal(source->ops->releases(&release, &n, source, NULL), 0);
	while (i < n && strcmp(release[i].tag, tag) != 0)
		i++;
	assert_true(i < n);
	print_manifest(&got, source, &release[i]);
	assert_string_equal(pt_buf_text(&got), expected);
	pt_manifest_closep(&source);
	pt_buf_release(&got);
}

PT_TEST(releases_come_by_version_and_then_by_name)
{
	static const char *const tags[] = {"rel/3.10",  "rel/3.9",     "rel/3.9.1",  "rel/3.9.0",
					   "rel/10.0",  "rel/rel/3.1", "rel/3.1-b1", "v3.2",
					   "beta/3.11", "rel/3",       "3.3"};
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	for (size_t i = 0; i < PT_ARRAY_LEN(tags); i++)
		git_fixture_tag(&fixture, tags[i], &at, 2000 + (int64_t)i, "Release\n");
	assert_releases(&fixture, "rel/3.9 3.9 - 2001\n"
				  "rel/3.9.0 3.9.0 - 2003\n"
				  "rel/3.9.1 3.9.1 - 2002\n"
				  "rel/3.10 3.10 - 2000\n"
				  "rel/10.0 10.0 - 2004\n");
	git_fixture_release(&fixture);
}

PT_TEST(a_version_that_is_none_makes_no_release)
{
	struct git_fixture fixture;
	struct pt_manifest_source *source = NULL;
	struct pt_buf got = PT_BUF_INIT;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_ref(&fixture, "v1.2.3.4", &at);
	git_fixture_ref(&fixture, "v1.2.3.4.5", &at);
	git_fixture_ref(&fixture, "v1.x", &at);
	git_fixture_ref(&fixture, "v99999999999.1", &at);
	git_fixture_ref(&fixture, "vnext", &at);
	git_fixture_ref(&fixture, "v", &at);
	git_fixture_ref(&fixture, "v\xff\xfe", &at);
	const struct pt_manifest_where where = {.git = fixture.path, .tag = "^v(?<version>.*)?$"};

	assert_int_equal(pt_manifest_open_git(&source, &where, NULL, NULL), 0);
	print_releases(&got, source);
	assert_string_equal(pt_buf_text(&got), "v1.2.3.4 1.2.3.4 - 1000\n");
	pt_manifest_closep(&source);
	pt_buf_release(&got);
	git_fixture_release(&fixture);
}

PT_TEST(a_tag_has_its_taggers_time_and_a_lightweight_one_its_committers)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_ref(&fixture, "rel/1.0", &at);
	git_fixture_tag(&fixture, "rel/1.1", &at, 5000, "Release\n");
	git_fixture_raw_tag(&fixture, "rel/1.2", &at, "9000000000000000000", "Late\n", 5);
	assert_releases(&fixture, "rel/1.0 1.0 - 1000\n"
				  "rel/1.1 1.1 - 5000\n"
				  "rel/1.2 1.2 - 253402300799\n");
	git_fixture_release(&fixture);
}

PT_TEST(tags_of_what_is_no_commit_are_left_out)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid tree = git_fixture_tree(&fixture, "a", "a", 1, GIT_FILEMODE_BLOB), blob;

	assert_int_equal(git_blob_create_from_buffer(&blob, fixture.git, "x", 1), 0);
	git_fixture_ref(&fixture, "rel/1.0", &tree);
	git_fixture_ref(&fixture, "rel/1.1", &blob);
	git_fixture_tag(&fixture, "rel/1.2", &tree, 1000, "version_id: " ID "\n");
	git_oid tag = git_fixture_tag(&fixture, "rel/1.3", &blob, 1000, "Release\n");
	git_fixture_tag(&fixture, "rel/1.4", &tag, 1000, "Release\n");
	assert_releases(&fixture, "");
	git_fixture_release(&fixture);
}

PT_TEST(a_tag_of_a_tag_is_a_release)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, "cumulusci.yml",
					"project:\n  package:\n    name: Base\n");
	git_oid inner = git_fixture_tag(&fixture, "inner", &at, 2000, "Inner\n");

	git_fixture_tag(&fixture, "rel/1.0", &inner, 3000, "version_id: " ID "\n");
	assert_releases(&fixture, "rel/1.0 1.0 " ID " 3000\n");
	assert_manifest(&fixture, "rel/1.0", NULL, "Base, -, -, -, -, -\n");
	git_fixture_release(&fixture);
}

PT_TEST(other_tags_with_a_version_id_follow_the_releases)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_tag(&fixture, "beta/1.1-Beta_2", &at, 2000, "Beta\n\nversion_id: " ID "\n");
	git_fixture_tag(&fixture, "beta/1.1-Beta_1", &at, 2001, "Beta\n\nversion_id: 04tX\n");
	git_fixture_tag(&fixture, "a", &at, 2002, "version_id: 04t4w000000gfNKAAY\n");
	git_fixture_tag(&fixture, "b", &at, 2003, "Nothing\n");
	git_fixture_tag(&fixture, "rel/1.1", &at, 2004, "Release\n");
	assert_releases(&fixture, "rel/1.1 1.1 - 2004\n"
				  "a ? 04t4w000000gfNKAAY 2002\n"
				  "beta/1.1-Beta_2 ? " ID " 2000\n");
	git_fixture_release(&fixture);
}

PT_TEST(a_manifest_takes_names_from_the_file_and_pins_from_the_tag)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at =
	    git_fixture_commit(&fixture, 1000, "cumulusci.yml",
			       "project:\n  name: App\n  package: {name: The App, namespace: app}\n"
			       "  git: {repo_url: https://github.com/example/app}\n"
			       "  dependencies:\n    - github: https://github.com/example/base\n");

	git_fixture_tag(&fixture, "rel/1.0", &at, 2000,
			"Release of version 1.0\n\nversion_id: " ID "\n\npackage_type: 2GP\n\n"
			"dependencies: [\n    {\n        \"version_id\": \"04t4w000000gfNKAAY\",\n"
			"        \"package_name\": \"Base\"\n    }\n]\n");
	git_fixture_tag(&fixture, "rel/1.1", &at, 2000, "Release of version 1.1\n");
	git_fixture_tag(&fixture, "rel/1.2", &at, 2000, "dependencies: []\n");
	git_fixture_ref(&fixture, "rel/1.3", &at);
	assert_manifest(&fixture, "rel/1.0", NULL,
			"The App, App, app, https://github.com/example/app, 2GP, tag\n"
			"needs 04t4w000000gfNKAAYBase ? at base.git@rel/1.0:8\n"
			"names https://github.com/example/base ? at "
			"base.git@rel/1.0:cumulusci.yml:6\n");
	assert_manifest(&fixture, "rel/1.1", NULL,
			"The App, App, app, https://github.com/example/app, -, cumulusci.yml\n"
			"needs https://github.com/example/base ? at "
			"base.git@rel/1.1:cumulusci.yml:6\n");
	assert_manifest(&fixture, "rel/1.2", NULL,
			"The App, App, app, https://github.com/example/app, -, tag\n"
			"names https://github.com/example/base ? at "
			"base.git@rel/1.2:cumulusci.yml:6\n");
	assert_manifest(&fixture, "rel/1.3", NULL,
			"The App, App, app, https://github.com/example/app, -, cumulusci.yml\n"
			"needs https://github.com/example/base ? at "
			"base.git@rel/1.3:cumulusci.yml:6\n");
	git_fixture_release(&fixture);
}

/* Tags the commit with these files, a list of `path, text`. */
static void release_files(struct git_fixture *fixture, const char *tag, const char *const *files,
			  const char *annotation)
{
	git_oid tree = git_fixture_files(fixture, files);
	git_oid at = git_fixture_commit_tree(fixture, 1000, &tree);

	if (annotation)
		git_fixture_tag(fixture, tag, &at, 2000, annotation);
	else
		git_fixture_ref(fixture, tag, &at);
}

static const char ours[] = "package: Ours\nneeds: { base: 1.0 }\n";
static const char cci[] = "project: {name: Cci, dependencies: [{namespace: base, version: 1.1}]}\n";
static const char cci_without_list[] = "project: {name: Cci, package: {name: Cci}}\n";
static const char sfdx[] =
    "{\"packageDirectories\": [{\"path\": \"packages/app\", \"package\": \"Sfdx\", "
    "\"dependencies\": [{\"package\": \"base\", \"versionNumber\": \"1.2.0.LATEST\"}]}]}\n";

PT_TEST(files_are_asked_in_order_until_one_lists_dependencies)
{
	static const char *const all[] = {
	    "pushtrain.yaml", ours, "cumulusci.yml", cci, "sfdx-project.json", sfdx, NULL};
	static const char *const two[] = {"cumulusci.yml", cci, "sfdx-project.json", sfdx, NULL};
	static const char *const last[] = {"cumulusci.yml", cci_without_list, "sfdx-project.json",
					   sfdx, NULL};
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	release_files(&fixture, "rel/1.0", all, NULL);
	release_files(&fixture, "rel/1.1", two, NULL);
	release_files(&fixture, "rel/1.2", last, NULL);
	release_files(&fixture, "rel/1.3", all, "dependencies: []\n");
	assert_manifest(&fixture, "rel/1.0", NULL,
			"Ours, -, -, -, -, pushtrain.yaml\n"
			"needs base 1.0 at base.git@rel/1.0:pushtrain.yaml:2\n");
	assert_manifest(&fixture, "rel/1.1", NULL,
			"-, Cci, -, -, -, cumulusci.yml\n"
			"needs base 1.1 at base.git@rel/1.1:cumulusci.yml:1\n");
	assert_manifest(&fixture, "rel/1.2", NULL,
			"Cci, Cci, -, -, -, sfdx-project.json\n"
			"needs base 1.2.0 at base.git@rel/1.2:sfdx-project.json:1\n");
	assert_manifest(&fixture, "rel/1.3", NULL,
			"Ours, -, -, -, -, tag\n"
			"names base 1.0 at base.git@rel/1.3:pushtrain.yaml:2\n");
	git_fixture_release(&fixture);
}

PT_TEST(a_project_is_looked_for_above_the_packages_folder)
{
	static const char *const above[] = {"sfdx-project.json", sfdx, NULL};
	static const char *const both[] = {"sfdx-project.json", sfdx,
					   "packages/app/sfdx-project.json",
					   "{\"packageDirectories\": []}", NULL};
	static const char *const other[] = {"sfdx-project.json",
					    sfdx,
					    "packages/app/cumulusci.yml",
					    "project: {name: A}",
					    "packages/x/y",
					    "",
					    NULL};
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	release_files(&fixture, "rel/1.0", above, NULL);
	release_files(&fixture, "rel/1.1", both, NULL);
	release_files(&fixture, "rel/1.2", other, NULL);
	assert_manifest(&fixture, "rel/1.0", "packages/app",
			"Sfdx, -, -, -, -, sfdx-project.json\n"
			"needs base 1.2.0 at base.git@rel/1.0:sfdx-project.json:1\n");
	assert_manifest(&fixture, "rel/1.1", "packages/app", "-, -, -, -, -, -\n");
	assert_manifest(&fixture, "rel/1.2", "packages/app", "-, A, -, -, -, -\n");
	assert_manifest(&fixture, "rel/1.2", "packages/x",
			"base.git@rel/1.2:sfdx-project.json:1:24: no package directory "
			"'packages/x', expected its name or an alias of it to be one of: 'Sfdx'");
	git_fixture_release(&fixture);
}

PT_TEST(without_a_pattern_every_tag_of_a_commit_is_listed)
{
	struct git_fixture fixture;
	struct pt_manifest_source *source = NULL;
	struct pt_buf got = PT_BUF_INIT;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL), blob;
	const struct pt_manifest_where where = {.git = fixture.path};

	assert_int_equal(git_blob_create_from_buffer(&blob, fixture.git, "x", 1), 0);
	git_fixture_ref(&fixture, "rel/1.1", &at);
	git_fixture_tag(&fixture, "a", &at, 3000, "version_id: " ID "\n");
	git_fixture_ref(&fixture, "blob", &blob);
	assert_int_equal(pt_manifest_open_git(&source, &where, NULL, NULL), 0);
	print_releases(&got, source);
	assert_string_equal(pt_buf_text(&got), "a ? " ID " 3000\nrel/1.1 ? - 1000\n");
	pt_manifest_closep(&source);
	pt_buf_release(&got);
	git_fixture_release(&fixture);
}

PT_TEST(a_release_may_say_nothing)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_ref(&fixture, "rel/1.0", &at);
	assert_manifest(&fixture, "rel/1.0", NULL, "-, -, -, -, -, -\n");
	git_fixture_release(&fixture);
}

PT_TEST(the_manifest_may_lie_in_a_folder_and_the_repository_be_checked_out)
{
	static const char *const folders[] = {"packages/core", "./packages//core/",
					      "/packages/core"};
	struct git_fixture fixture;

	git_fixture_init(&fixture, false);
	git_oid at =
	    git_fixture_commit(&fixture, 1000, "packages/core/cumulusci.yml",
			       "project: {name: Core, dependencies: [{version_id: " ID "}]}");

	git_fixture_ref(&fixture, "rel/1.0", &at);
	for (size_t i = 0; i < PT_ARRAY_LEN(folders); i++)
		assert_manifest(&fixture, "rel/1.0", folders[i],
				"-, Core, -, -, -, cumulusci.yml\n"
				"needs " ID " ? at base@rel/1.0:packages/core/cumulusci.yml:1\n");
	assert_manifest(&fixture, "rel/1.0", ".", "-, -, -, -, -, -\n");
	assert_manifest(&fixture, "rel/1.0", "../packages", "-, -, -, -, -, -\n");
	git_fixture_release(&fixture);
}

PT_TEST(a_broken_annotation_is_an_error_of_its_own_release_only)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_tag(&fixture, "rel/1.0", &at, 2000, "Release\n\nversion_id: 04tX\n");
	git_fixture_tag(&fixture, "rel/1.1", &at, 2001,
			"version_id: " ID "\n\ndependencies: [\n    oops\n]\n");
	git_fixture_tag(&fixture, "rel/1.2", &at, 2002, "version_id: " ID "\n");
	assert_releases(&fixture, "rel/1.0 1.0 - 2000\n"
				  "rel/1.1 1.1 " ID " 2001\n"
				  "rel/1.2 1.2 " ID " 2002\n");
	assert_manifest(&fixture, "rel/1.0", NULL,
			"base.git@rel/1.0:3:13: '04tX' is not an id of kind 04t, expected 15 or 18 "
			"letters and digits that begin with '04t'");
	assert_manifest(&fixture, "rel/1.1", NULL,
			"base.git@rel/1.1:4:5: expected a dependency such as {\"version_id\": "
			"\"04t...\"}");
	assert_manifest(&fixture, "rel/1.2", NULL, "-, -, -, -, -, -\n");
	git_fixture_release(&fixture);
}

PT_TEST(bytes_after_a_nul_are_not_lost)
{
	static const char message[] = "version_id: " ID "\n\0\ndependencies: []\n";
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_raw_tag(&fixture, "rel/1.0", &at, "5000", message, sizeof(message) - 1);
	assert_releases(&fixture, "rel/1.0 1.0 " ID " 5000\n");
	assert_manifest(&fixture, "rel/1.0", NULL,
			"base.git@rel/1.0:2:1: a NUL byte in the tag's annotation");
	git_fixture_release(&fixture);
}

PT_TEST(a_wrong_file_is_named_with_its_tag_and_line)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, "cumulusci.yml",
					"project:\n  dependencies:\n    - version_id: 04tX\n");

	git_fixture_ref(&fixture, "rel/1.0", &at);
	assert_manifest(&fixture, "rel/1.0", NULL,
			"base.git@rel/1.0:cumulusci.yml:3:19: '04tX' is not an id of kind 04t, "
			"expected 15 or 18 letters and digits that begin with '04t'");
	git_fixture_release(&fixture);
}

PT_TEST(what_stands_in_place_of_the_file_is_refused)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid folder = git_fixture_commit(&fixture, 1000, "cumulusci.yml/a", "a");
	git_oid tree = git_fixture_tree(&fixture, "cumulusci.yml", "a", 1, GIT_FILEMODE_LINK);
	git_oid link = git_fixture_commit_tree(&fixture, 1000, &tree);

	git_fixture_ref(&fixture, "rel/1.0", &folder);
	git_fixture_ref(&fixture, "rel/1.1", &link);
	assert_manifest(&fixture, "rel/1.0", NULL,
			"base.git@rel/1.0:cumulusci.yml: a folder, expected a file");
	assert_manifest(&fixture, "rel/1.1", NULL,
			"base.git@rel/1.1:cumulusci.yml: a symbolic link, expected a file");
	git_fixture_release(&fixture);
}

PT_TEST(more_than_8_mib_are_refused)
{
	struct git_fixture fixture;
	char *big = malloc(8 * MIB + 1);

	memset(big, '\n', 8 * MIB + 1);
	git_fixture_init(&fixture, true);
	git_oid tree =
	    git_fixture_tree(&fixture, "cumulusci.yml", big, 8 * MIB + 1, GIT_FILEMODE_BLOB);
	git_oid at = git_fixture_commit_tree(&fixture, 1000, &tree);

	git_fixture_ref(&fixture, "rel/1.0", &at);
	git_fixture_raw_tag(&fixture, "beta", &at, "5000", big, 8 * MIB);
	assert_releases(&fixture, "rel/1.0 1.0 - 1000\n");
	assert_manifest(&fixture, "rel/1.0", NULL,
			"base.git@rel/1.0:cumulusci.yml: larger than 8 MiB");
	git_fixture_raw_tag(&fixture, "rel/1.1", &at, "5000", big, 8 * MIB);
	assert_releases(&fixture, "base.git@rel/1.1: the tag's annotation is larger than 8 MiB");
	git_fixture_release(&fixture);
	free(big);
}

PT_TEST(a_release_that_cannot_be_read_is_not_passed_over)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_ref(&fixture, "rel/1.0", &at);
	git_fixture_dangling_ref(&fixture, "broken");
	assert_releases(&fixture, "rel/1.0 1.0 - 1000\n");
	git_fixture_dangling_ref(&fixture, "rel/1.1");
	assert_releases(&fixture, "base.git@rel/1.1: cannot read the tag: the repository lacks "
				  "an object, is it a partial clone?");
	git_fixture_release(&fixture);
}

PT_TEST(a_repository_without_tags_has_no_releases)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	assert_releases(&fixture, "");
	git_fixture_release(&fixture);
}

static void assert_not_opened(const char *path, const char *pattern, int rc, const char *why)
{
	struct pt_manifest_source *source = NULL;
	struct pt_err err = PT_ERR_INIT;
	const struct pt_manifest_where where = {.git = path, .tag = pattern};

	assert_int_equal(pt_manifest_open_git(&source, &where, NULL, &err), rc);
	assert_string_equal(err.text, why);
	assert_null(source);
}

PT_TEST(what_is_no_repository_is_not_opened)
{
	struct git_fixture fixture;
	char why[256];

	git_fixture_init(&fixture, true);
	snprintf(why, sizeof(why), "'%s' is not a git repository", fixture.folder);
	assert_not_opened(fixture.folder, PATTERN, -PT_E_INVALID, why);
	assert_not_opened("/nowhere/base.git", PATTERN, -PT_E_NOTFOUND,
			  "no such folder '/nowhere/base.git'");
	assert_not_opened("/dev/null", PATTERN, -PT_E_INVALID,
			  "'/dev/null' is a file, expected a git repository");
	assert_not_opened(fixture.path, "^rel/(.*)$", -PT_E_INVALID,
			  "tag pattern '^rel/(.*)$' has no group 'version', expected "
			  "'(?<version>...)' in it");
	assert_not_opened(fixture.path, "(", -PT_E_SYNTAX,
			  "pattern '(' does not compile at character 2: missing closing "
			  "parenthesis");
	git_fixture_release(&fixture);
}

PT_TEST(someone_elses_repository_is_not_opened)
{
	struct git_fixture fixture;
	char why[512], settings[128];

	if (geteuid() != 0)
		skip();
	git_fixture_init(&fixture, true);
	assert_int_equal(chown(fixture.path, 12345, 12345), 0);
	snprintf(why, sizeof(why),
		 "repository '%s' belongs to another user (dubious ownership), trust it with: git "
		 "config --global --add safe.directory '%s'",
		 fixture.path, fixture.path);
	assert_not_opened(fixture.path, PATTERN, -PT_E_INVALID, why);
	snprintf(settings, sizeof(settings), "%s/.gitconfig", fixture.folder);
	assert_int_equal(pt_file_replace(settings, "[safe]\n\tdirectory = /x\n", 23, NULL), 0);
	assert_int_equal(
	    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, fixture.folder), 0);
	assert_not_opened(fixture.path, PATTERN, -PT_E_INVALID, why);
	git_fixture_release(&fixture);
}

PT_TEST(sources_may_be_open_at_once_and_closed_in_any_order)
{
	struct git_fixture fixture;
	struct pt_buf got = PT_BUF_INIT;

	git_fixture_init(&fixture, true);
	git_oid at = git_fixture_commit(&fixture, 1000, NULL, NULL);

	git_fixture_ref(&fixture, "rel/1.0", &at);
	struct pt_manifest_source *one = open_git(fixture.path, NULL), *none = NULL;
	struct pt_manifest_source *two = open_git(fixture.path, NULL);

	pt_manifest_closep(&one);
	print_releases(&got, two);
	print_releases(&got, two);
	assert_string_equal(pt_buf_text(&got), "rel/1.0 1.0 - 1000\nrel/1.0 1.0 - 1000\n");
	pt_manifest_closep(&two);
	pt_manifest_closep(&none);
	pt_buf_release(&got);
	git_fixture_release(&fixture);
}

PT_TEST_MAIN(
    PT_RUN(releases_come_by_version_and_then_by_name),
    PT_RUN(a_version_that_is_none_makes_no_release),
    PT_RUN(a_tag_has_its_taggers_time_and_a_lightweight_one_its_committers),
    PT_RUN(tags_of_what_is_no_commit_are_left_out), PT_RUN(a_tag_of_a_tag_is_a_release),
    PT_RUN(other_tags_with_a_version_id_follow_the_releases),
    PT_RUN(a_manifest_takes_names_from_the_file_and_pins_from_the_tag),
    PT_RUN(files_are_asked_in_order_until_one_lists_dependencies),
    PT_RUN(a_project_is_looked_for_above_the_packages_folder),
    PT_RUN(without_a_pattern_every_tag_of_a_commit_is_listed), PT_RUN(a_release_may_say_nothing),
    PT_RUN(the_manifest_may_lie_in_a_folder_and_the_repository_be_checked_out),
    PT_RUN(a_broken_annotation_is_an_error_of_its_own_release_only),
    PT_RUN(bytes_after_a_nul_are_not_lost), PT_RUN(a_wrong_file_is_named_with_its_tag_and_line),
    PT_RUN(what_stands_in_place_of_the_file_is_refused), PT_RUN(more_than_8_mib_are_refused),
    PT_RUN(a_release_that_cannot_be_read_is_not_passed_over),
    PT_RUN(a_repository_without_tags_has_no_releases), PT_RUN(what_is_no_repository_is_not_opened),
    PT_RUN(someone_elses_repository_is_not_opened),
    PT_RUN(sources_may_be_open_at_once_and_closed_in_any_order))
