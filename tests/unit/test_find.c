/* Which git repositories there are in a folder. */
#include "connectors/manifest/find.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

static char folder[64];

static void at(char path[512], const char *name)
{
	snprintf(path, 512, "%s/%s", folder, name);
}

/* With the folders above it. */
static void make_folder(const char *name)
{
	char path[512];

	at(path, name);
	for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	assert_true(mkdir(path, 0700) == 0 || access(path, F_OK) == 0);
}

static void make_file(const char *name)
{
	char path[512];

	at(path, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
}

static void make_link(const char *name, const char *to)
{
	char path[512];

	at(path, name);
	assert_int_equal(symlink(to, path), 0);
}

static void make_bare(const char *name)
{
	char below[400];

	snprintf(below, sizeof(below), "%s/objects", name);
	make_folder(below);
	snprintf(below, sizeof(below), "%s/refs", name);
	make_folder(below);
	snprintf(below, sizeof(below), "%s/HEAD", name);
	make_file(below);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/pt-find-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "chmod -R u+rwx '%s' && rm -rf '%s'", folder, folder);
	return system(command);
}

static void finds(const char *const *expected, size_t n, size_t nwarning)
{
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;
	struct pt_found found;
	struct pt_err err = PT_ERR_INIT;

	if (pt_find_repos(&found, &arena, folder, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < n && i < found.nrepo; i++)
		assert_string_equal(found.repo[i].path, expected[i]);
	assert_int_equal(found.nrepo, n);
	assert_int_equal(found.nwarning, nwarning);
}

PT_TEST(repositories_of_every_kind_are_found)
{
	static const char *const expected[] = {".", "a/b/c/bare.git", "link", "tree", "work"};

	make_folder(".git");          /* the folder itself */
	make_folder("work/.git");     /* with a work tree */
	make_folder("work/sub/.git"); /* in another: a submodule */
	make_folder("tree");          /* a work tree of another has a file there */
	make_file("tree/.git");
	make_bare("a/b/c/bare.git");
	make_bare("a/b/c/d/deep.git"); /* five deep */
	make_bare(".hidden/x.git");
	make_bare("node_modules/x.git");
	make_folder("half/objects"); /* not a repository */
	make_file("half/HEAD");
	make_bare("other/.x/one.git");
	make_link("link", "other/.x/one.git");
	finds(expected, PT_ARRAY_LEN(expected), 0);
}

PT_TEST(links_that_lead_round_are_followed_once)
{
	static const char *const expected[] = {"a/again"}; /* which comes before "a/x.git" */

	make_bare("a/x.git");
	make_link("a/up", "..");
	make_link("a/self", ".");
	make_link("a/again", "x.git");
	make_link("b", "a");
	make_link("gone", "nowhere");
	make_link("round", "round");
	finds(expected, 1, 0);
}

PT_TEST(a_folder_that_cannot_be_read_is_a_warning)
{
	static const char *const expected[] = {"x.git"};
	char path[512];

	make_bare("x.git");
	make_folder("closed/y");
	at(path, "closed");
	assert_int_equal(chmod(path, 0), 0);
	finds(expected, 1, geteuid() == 0 ? 0 : 1);
}

PT_TEST(ten_thousand_folders_are_searched)
{
	static const char *const expected[] = {"f9/g99/x.git"};

	for (int i = 0; i < 100; i++) {
		for (int k = 0; k < 100; k++) {
			char name[64];

			snprintf(name, sizeof(name), "f%d/g%d", i, k);
			make_folder(name);
		}
	}
	make_bare("f9/g99/x.git");
	finds(expected, 1, 0);
}

PT_TEST(what_is_no_folder_is_an_error)
{
	PT_CLEANUP(pt_arena_release) struct pt_arena arena = PT_ARENA_INIT;
	struct pt_found found;
	struct pt_err err = PT_ERR_INIT;
	char path[512];

	make_file("file");
	at(path, "file");
	assert_int_equal(pt_find_repos(&found, &arena, path, &err), -PT_E_INVALID);
	assert_non_null(strstr(err.text, "is a file, expected a folder"));
	err = (struct pt_err)PT_ERR_INIT;
	at(path, "nothing");
	assert_int_equal(pt_find_repos(&found, &arena, path, &err), -PT_E_NOTFOUND);
}

#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {IN_FOLDER(repositories_of_every_kind_are_found),
					   IN_FOLDER(links_that_lead_round_are_followed_once),
					   IN_FOLDER(a_folder_that_cannot_be_read_is_a_warning),
					   IN_FOLDER(ten_thousand_folders_are_searched),
					   IN_FOLDER(what_is_no_folder_is_an_error)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
