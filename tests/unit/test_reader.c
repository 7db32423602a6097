/*
 * The readers of manifests. Each folder of tests/data/manifest is a case: the text of a
 * tag's annotation or a file, and in `expect` all that is found in it, or the whole error.
 * A case of sfdx may say in `package` in which folder the package is and, a line each,
 * what it is called. PT_UPDATE=1 writes the `expect` files anew, to be looked at.
 */
#include "connectors/manifest/reader.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "connectors/manifest/annotation.h"
#include "tests/test.h"

#define CASES PT_SOURCE_DIR "/tests/data/manifest"

static void print_text(struct pt_buf *out, const char *name, const char *text)
{
	if (text && text[0])
		pt_buf_printf(out, " %s='%s'", name, text);
}

static void print_pin(struct pt_buf *out, const struct pt_pin *pin)
{
	char version[PT_VERSION_TEXT];

	pt_buf_printf(out, "%u:%u:", pin->src.line, pin->src.col);
	print_text(out, "id", pin->version_id);
	print_text(out, "package", pin->package_name);
	print_text(out, "namespace", pin->namespace_);
	print_text(out, "repo", pin->repo);
	print_text(out, "tag", pin->tag);
	if (pt_version_known(&pin->version))
		print_text(out, "version", pt_version_text(version, &pin->version));
	pt_buf_char(out, '\n');
}

static void print_facts(struct pt_buf *out, const struct pt_reader_facts *facts)
{
	print_text(out, "package", facts->package_name);
	print_text(out, "project", facts->project_name);
	print_text(out, "namespace", facts->namespace_);
	print_text(out, "repo", facts->repo_url);
	print_text(out, "type", facts->package_type);
	pt_buf_printf(out, " %s\n", facts->lists ? "lists:" : "lists nothing");
	for (size_t i = 0; i < facts->pins.n; i++) {
		assert_string_equal(facts->pins.item[i].src.file, "base.git@rel/1.2");
		print_pin(out, &facts->pins.item[i]);
	}
}

/* Which package is meant; the texts are borrowed from the case's file. */
struct wanted {
	const char *folder;
	const char *called[8];
	size_t ncalled;
};

static const struct wanted nobody = {.folder = ""};

/* Reads a copy that is exactly as long as the text, so that reading beyond is seen. */
static void run(struct pt_buf *out, const struct pt_reader *reader, const char *data,
		size_t size_bytes, const struct wanted *wanted)
{
	struct pt_reader_input input = {.size_bytes = size_bytes,
					.name = "base.git@rel/1.2",
					.folder = wanted->folder,
					.called = wanted->called,
					.ncalled = wanted->ncalled};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_reader_facts facts = {.lists = false};
	struct pt_err err = PT_ERR_INIT;
	char *copy = malloc(size_bytes ? size_bytes : 1);

	assert_non_null(copy);
	memcpy(copy, data, size_bytes);
	input.data = copy;
	int rc = reader->read(&facts, &arena, &input, &err);

	free(copy);
	assert_int_equal(rc, -(int)err.code);
	if (rc < 0) {
		pt_err_print(out, &err);
		pt_buf_char(out, '\n');
	} else {
		print_facts(out, &facts);
	}
	pt_arena_release(&arena);
}

static const struct pt_reader *reader_of(const char *name)
{
	static const struct pt_reader *const readers[] = {&pt_reader_pushtrain,
							  &pt_reader_cumulusci, &pt_reader_sfdx};

	for (size_t i = 0; i < PT_ARRAY_LEN(readers); i++) {
		size_t n = strcspn(readers[i]->file, ".-");

		if (strncmp(name, readers[i]->file, n) == 0 && name[n] == '-')
			return readers[i];
	}
	assert_memory_equal(name, "tag-", 4);
	return &pt_reader_tag;
}

/* Cuts the case's `package` into its lines. */
static void read_wanted(struct wanted *out, struct pt_buf *text, const char *path)
{
	*out = nobody;
	if (pt_file_read(text, path, 4096, NULL) < 0)
		return;
	char *line = text->data;

	for (size_t n = 0; *line; n++) {
		size_t len = strcspn(line, "\n");

		line[len] = '\0';
		if (n == 0)
			out->folder = line;
		else
			out->called[out->ncalled++] = line;
		line += len + 1;
	}
}

static void check_case(const char *name)
{
	const struct pt_reader *reader = reader_of(name);
	struct pt_buf data = PT_BUF_INIT, got = PT_BUF_INIT, expected = PT_BUF_INIT;
	struct pt_buf package = PT_BUF_INIT;
	struct wanted wanted;
	char path[512];

	snprintf(path, sizeof(path), CASES "/%s/package", name);
	read_wanted(&wanted, &package, path);
	snprintf(path, sizeof(path), CASES "/%s/%s", name,
		 reader->file ? reader->file : "annotation");
	assert_int_equal(pt_file_read(&data, path, 1 << 20, NULL), 0);
	run(&got, reader, pt_buf_text(&data), data.len, &wanted);
	snprintf(path, sizeof(path), CASES "/%s/expect", name);
	if (getenv("PT_UPDATE"))
		assert_int_equal(pt_file_replace(path, pt_buf_text(&got), got.len, NULL), 0);
	assert_int_equal(pt_file_read(&expected, path, 1 << 20, NULL), 0);
	if (strcmp(pt_buf_text(&got), pt_buf_text(&expected)) != 0)
		print_message("case %s\n", name);
	assert_string_equal(pt_buf_text(&got), pt_buf_text(&expected));
	pt_buf_release(&data);
	pt_buf_release(&got);
	pt_buf_release(&expected);
	pt_buf_release(&package);
}

PT_TEST(every_case_is_read_as_expected)
{
	DIR *folder = opendir(CASES);
	size_t ncase = 0;

	assert_non_null(folder);
	for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
		if (entry->d_name[0] == '.')
			continue;
		check_case(entry->d_name);
		ncase++;
	}
	closedir(folder);
	assert_true(ncase > 110);
}

static void check_text(const struct pt_reader *reader, const struct pt_buf *data,
		       const char *expected)
{
	struct pt_buf got = PT_BUF_INIT;

	assert_false(data->failed);
	run(&got, reader, pt_buf_text(data), data->len, &nobody);
	assert_string_equal(pt_buf_text(&got), expected);
	pt_buf_release(&got);
}

PT_TEST(a_nul_byte_in_an_annotation_is_refused)
{
	static const char text[] = "Release\n\ndep\0endencies: []\n";
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_bytes(&data, text, sizeof(text) - 1);
	check_text(&pt_reader_tag, &data,
		   "base.git@rel/1.2:3:4: a NUL byte in the tag's annotation\n");
	pt_buf_release(&data);
}

PT_TEST(a_nul_byte_in_a_file_is_refused)
{
	static const char text[] = "{\n  \"namespace\": \"a\0b\"}\n";
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_bytes(&data, text, sizeof(text) - 1);
	check_text(&pt_reader_sfdx, &data, "base.git@rel/1.2:2:18: a NUL byte in the file\n");
	check_text(&pt_reader_pushtrain, &data,
		   "base.git@rel/1.2:2:18: not YAML: control characters are not allowed\n");
	pt_buf_release(&data);
}

PT_TEST(a_project_of_more_than_1_mib_is_refused)
{
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_repeat(&data, ' ', (1 << 20) + 1);
	check_text(&pt_reader_sfdx, &data, "base.git@rel/1.2: larger than 1 MiB\n");
	pt_buf_release(&data);
}

PT_TEST(package_directories_are_limited)
{
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_str(&data, "{\"packageDirectories\": [{}");
	for (unsigned i = 0; i < 256; i++)
		pt_buf_str(&data, ",{}");
	pt_buf_str(&data, "]}");
	check_text(&pt_reader_sfdx, &data,
		   "base.git@rel/1.2:1:25: more than 256 package directories\n");
	pt_buf_release(&data);
}

PT_TEST(a_million_brackets_are_one_error)
{
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_str(&data, "dependencies: ");
	pt_buf_repeat(&data, '[', 1000000);
	check_text(&pt_reader_tag, &data,
		   "base.git@rel/1.2:1:16: expected a dependency such as {\"version_id\": "
		   "\"04t...\"}\n");
	pt_buf_clear(&data);
	pt_buf_str(&data, "dependencies: [{\"dependencies\": ");
	pt_buf_repeat(&data, '[', 1000000);
	check_text(&pt_reader_tag, &data,
		   "base.git@rel/1.2:1:2080: malformed list of dependencies: maximum parsing "
		   "depth reached near '['\n");
	pt_buf_clear(&data);
	pt_buf_repeat(&data, '[', 1000000);
	check_text(&pt_reader_sfdx, &data,
		   "base.git@rel/1.2:1:2049: malformed JSON: maximum parsing depth reached near "
		   "'['\n");
	check_text(&pt_reader_pushtrain, &data,
		   "base.git@rel/1.2:1:1001: nested deeper than 64 levels\n");
	pt_buf_release(&data);
}

PT_TEST(what_is_no_yaml_is_refused_with_its_place)
{
	static const char text[] = "project:\n    name: [a\n";
	struct pt_reader_input input = {
	    .data = text, .size_bytes = sizeof(text) - 1, .name = "base.git@rel/1.2"};
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_reader_facts facts = {.lists = false};
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_reader_cumulusci.read(&facts, &arena, &input, &err), -PT_E_SYNTAX);
	assert_string_equal(err.file, "base.git@rel/1.2");
	assert_true(err.line > 0);
	pt_arena_release(&arena);
}

static void repeat_text(struct pt_buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pt_buf_str(out, text);
}

PT_TEST(elements_are_limited_even_if_they_repeat)
{
	struct pt_buf data = PT_BUF_INIT;

	pt_buf_str(&data, "dependencies: [\n{\"zip_url\": \"x\"}");
	repeat_text(&data, ",\n{\"namespace\": \"a\", \"version\": \"1.0\"}", PT_PINS_MAX - 1);
	pt_buf_str(&data, "]\n");
	check_text(&pt_reader_tag, &data, " lists:\n3:1: namespace='a' version='1.0'\n");
	data.len -= 2;
	pt_buf_str(&data, ",\n{\"zip_url\": \"x\"}]\n");
	check_text(&pt_reader_tag, &data, "base.git@rel/1.2:4098:1: more than 4096 dependencies\n");
	pt_buf_release(&data);
}

PT_TEST(many_different_pins_are_all_kept)
{
	struct pt_buf data = PT_BUF_INIT, expected = PT_BUF_INIT;

	pt_buf_str(&data, "project:\n  dependencies:\n");
	pt_buf_str(&expected, " lists:\n");
	for (unsigned i = 0; i < PT_PINS_MAX; i++) {
		pt_buf_printf(&data, "  - {namespace: a%u, version: 1.%u}\n", i, i);
		pt_buf_printf(&expected, "%u:5: namespace='a%u' version='1.%u'\n", i + 3, i, i);
	}
	check_text(&pt_reader_cumulusci, &data, pt_buf_text(&expected));
	pt_buf_release(&data);
	pt_buf_release(&expected);
}

static void assert_listed_id(const char *text, const char *expected)
{
	char id[PT_VERSION_ID_TEXT] = "untouched";

	pt_annotation_version_id(id, text, strlen(text));
	assert_string_equal(id, expected);
}

PT_TEST(a_list_of_tags_takes_a_wrong_version_id_for_none)
{
	assert_listed_id("", "");
	assert_listed_id("Release\n\nversion_id: 04t4w0000004ALT", "04t4w0000004ALTAA2");
	assert_listed_id("version_id: 04t4w0000004ALTAA2\r\n", "04t4w0000004ALTAA2");
	assert_listed_id("version_id: 04t4w0000004altAA2\n", "");
	assert_listed_id("version_id:\n", "");
	assert_listed_id("version_id: 04t4w0000004ALT\nversion_id: 04t4w0000004ALT\n", "");
}

PT_TEST(a_version_may_be_that_of_a_beta)
{
	struct pt_version version;
	struct pt_err err = PT_ERR_INIT;
	char text[PT_VERSION_TEXT];

	assert_int_equal(pt_pin_version(&version, "3.10 (Beta 12)", NULL), 0);
	assert_string_equal(pt_version_text(text, &version), "3.10");
	assert_int_equal(pt_pin_version(&version, " (Beta 12)", &err), -PT_E_INVALID);
	assert_string_equal(err.text,
			    "'' is not a version, expected numbers such as 3.10 or 1.2.0.4");
}

PT_TEST_MAIN(PT_RUN(every_case_is_read_as_expected), PT_RUN(a_nul_byte_in_an_annotation_is_refused),
	     PT_RUN(a_nul_byte_in_a_file_is_refused),
	     PT_RUN(a_project_of_more_than_1_mib_is_refused),
	     PT_RUN(package_directories_are_limited), PT_RUN(a_million_brackets_are_one_error),
	     PT_RUN(what_is_no_yaml_is_refused_with_its_place),
	     PT_RUN(elements_are_limited_even_if_they_repeat),
	     PT_RUN(many_different_pins_are_all_kept),
	     PT_RUN(a_list_of_tags_takes_a_wrong_version_id_for_none),
	     PT_RUN(a_version_may_be_that_of_a_beta))
