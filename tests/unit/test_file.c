/* base/file: reading with a limit, replacing in one go, paths beside a file. */
#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/test.h"

/* A folder of its own for each test. */
static int make_folder(void **state)
{
	char *folder = strdup("/tmp/pt-test-file-XXXXXX");

	*state = folder;
	return folder && mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"a", "b", "link"};
	char path[200];

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", (char *)*state, names[i]);
		unlink(path);
	}
	int rc = rmdir(*state); /* fails when something else was left in it */

	free(*state);
	return rc;
}

static const char *in_folder(char path[200], void **state, const char *name)
{
	snprintf(path, 200, "%s/%s", (char *)*state, name);
	return path;
}

static void assert_content(const char *path, const char *expected, size_t size_bytes)
{
	struct pt_buf buf = PT_BUF_INIT;

	assert_int_equal(pt_file_read(&buf, path, 1 << 20, NULL), 0);
	assert_int_equal(buf.len, size_bytes);
	assert_memory_equal(pt_buf_text(&buf), expected, size_bytes);
	pt_buf_release(&buf);
}

static void what_was_written_is_read_back(void **state)
{
	static const char bytes[] = "one\0two\n\xff";
	char path[200];

	in_folder(path, state, "a");
	assert_int_equal(pt_file_replace(path, bytes, sizeof(bytes), NULL), 0);
	assert_content(path, bytes, sizeof(bytes));
	assert_int_equal(pt_file_replace(path, "", 0, NULL), 0);
	assert_content(path, "", 0);
	assert_int_equal(pt_file_replace(path, "new", 3, NULL), 0);
	assert_content(path, "new", 3);
}

static void large_files_are_read_whole(void **state)
{
	size_t n = 300001;
	char path[200], *bytes = malloc(n);

	assert_non_null(bytes);
	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(i * 7 % 251);
	in_folder(path, state, "a");
	assert_int_equal(pt_file_replace(path, bytes, n, NULL), 0);
	assert_content(path, bytes, n);
	free(bytes);
}

static void reading_appends_and_failing_leaves_the_buffer_as_it_was(void **state)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	char path[200], text[300];

	in_folder(path, state, "a");
	pt_buf_str(&buf, "before ");
	assert_int_equal(pt_file_replace(path, "12345", 5, NULL), 0);
	assert_int_equal(pt_file_read(&buf, path, 4, &err), -PT_E_LIMIT);
	snprintf(text, sizeof(text), "'%s' is larger than 4 bytes", path);
	assert_string_equal(err.text, text);
	assert_string_equal(pt_buf_text(&buf), "before ");
	assert_int_equal(pt_file_read(&buf, path, 5, NULL), 0);
	assert_string_equal(pt_buf_text(&buf), "before 12345");
	pt_buf_release(&buf);
}

static void what_cannot_be_read_is_named(void **state)
{
	struct pt_buf buf = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	char path[200], text[300];

	in_folder(path, state, "b");
	assert_int_equal(pt_file_read(&buf, path, 100, &err), -PT_E_NOTFOUND);
	snprintf(text, sizeof(text), "no such file '%s'", path);
	assert_string_equal(err.text, text);
	assert_int_equal(pt_file_read(&buf, "/dev/null/x", 100, NULL), -PT_E_NOTFOUND);
	assert_int_equal(pt_file_read(&buf, *state, 100, NULL), -PT_E_INVALID);
	assert_int_equal(pt_file_read(&buf, "/dev/zero", 100, NULL), -PT_E_LIMIT);
	in_folder(path, state, "link");
	assert_int_equal(symlink("link", path), 0);
	assert_int_equal(pt_file_read(&buf, path, 100, NULL), -PT_E_IO);
	assert_int_equal(buf.len, 0);
	pt_buf_release(&buf);
}

static void replacing_fails_without_leaving_anything_behind(void **state)
{
	char path[200];
	struct pt_err err = PT_ERR_INIT;

	in_folder(path, state, "none/a");
	assert_int_equal(pt_file_replace(path, "x", 1, &err), -PT_E_IO);
	assert_int_equal(err.sys, ENOENT);
	in_folder(path, state, "a");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(pt_file_replace(path, "x", 1, NULL), -PT_E_IO);
	assert_int_equal(rmdir(path), 0);
}

/* By a link of our own, so that a mistake here costs a link and not a device. */
static void what_is_no_regular_file_is_written_to_and_stays(void **state)
{
	struct pt_err err = PT_ERR_INIT;
	char path[200], text[300];
	struct stat info;

	in_folder(path, state, "link");
	assert_int_equal(symlink("/dev/full", path), 0);
	assert_int_equal(pt_file_replace(path, "x", 1, &err), -PT_E_IO);
	assert_int_equal(err.sys, ENOSPC);
	snprintf(text, sizeof(text), "cannot write '%s': No space left on device", path);
	assert_string_equal(err.text, text);
	assert_int_equal(stat(path, &info), 0);
	assert_true(S_ISCHR(info.st_mode));
}

static void a_link_stays_and_the_file_behind_it_is_replaced(void **state)
{
	char path[200], file[200];
	struct stat info;

	in_folder(file, state, "a");
	in_folder(path, state, "link");
	assert_int_equal(pt_file_replace(file, "old", 3, NULL), 0);
	assert_int_equal(symlink("a", path), 0);
	assert_int_equal(pt_file_replace(path, "new", 3, NULL), 0);
	assert_int_equal(lstat(path, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_content(file, "new", 3);
}

static void assert_beside(const char *beside, const char *path, const char *expected)
{
	char *got = pt_file_beside(beside, path);

	assert_non_null(got);
	assert_string_equal(got, expected);
	free(got);
}

PT_TEST(paths_are_seen_from_the_folder_of_the_file)
{
	assert_beside("suite.yaml", "repos/NPSP.git", "repos/NPSP.git");
	assert_beside("./suite.yaml", "a.txt", "./a.txt");
	assert_beside("conf/x/suite.yaml", "a.txt", "conf/x/a.txt");
	assert_beside("/etc/suite.yaml", "../a.txt", "/etc/../a.txt");
	assert_beside("conf/suite.yaml", "/a.txt", "/a.txt");
	assert_beside("/suite.yaml", "a.txt", "/a.txt");
	assert_beside("conf/suite.yaml", "", "conf/");
}

#define RUN_IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

PT_TEST_MAIN(RUN_IN_FOLDER(what_was_written_is_read_back),
	     RUN_IN_FOLDER(large_files_are_read_whole),
	     RUN_IN_FOLDER(reading_appends_and_failing_leaves_the_buffer_as_it_was),
	     RUN_IN_FOLDER(what_cannot_be_read_is_named),
	     RUN_IN_FOLDER(replacing_fails_without_leaving_anything_behind),
	     RUN_IN_FOLDER(what_is_no_regular_file_is_written_to_and_stays),
	     RUN_IN_FOLDER(a_link_stays_and_the_file_behind_it_is_replaced),
	     PT_RUN(paths_are_seen_from_the_folder_of_the_file))
