/* What is read from repositories, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include <unistd.h>

#include "base/file.h"
#include "connectors/manifest/manifest.h"
#include "connectors/manifest/reader.h"
#include "tests/unit/git_fixture.h"

#define ID    "04t4w0000004ALTAA2"
#define CASES PT_SOURCE_DIR "/tests/data/manifest"

struct reading {
	const struct pt_reader *reader;
	struct pt_buf data;
};

static void take_pin(uint64_t *result, const struct pt_pin *pin)
{
	const char *const texts[] = {pin->version_id, pin->package_name, pin->namespace_, pin->repo,
				     pin->tag};

	for (size_t i = 0; i < PT_ARRAY_LEN(texts); i++)
		alloc_result(result, texts[i] ? texts[i] : "");
	*result += pin->src.line + pin->version.npart;
}

static int read_manifest(uint64_t *result, void *context, struct pt_err *err)
{
	const struct reading *reading = context;
	const struct pt_reader_input input = {.data = reading->data.data,
					      .size_bytes = reading->data.len,
					      .name = "base.git@rel/1.2",
					      .folder = ""};
	struct pt_reader_facts facts = {.lists = false};
	struct pt_arena arena = PT_ARENA_INIT;
	int rc = reading->reader->read(&facts, &arena, &input, err);

	*result = rc == 0 && facts.lists;
	for (size_t i = 0; rc == 0 && i < facts.pins.n; i++)
		take_pin(result, &facts.pins.item[i]);
	pt_arena_release(&arena);
	return rc;
}

static const struct pt_reader *reader_of(const char *name)
{
	static const struct pt_reader *const readers[] = {&pt_reader_pushtrain,
							  &pt_reader_cumulusci, &pt_reader_sfdx};

	for (size_t i = 0; i < PT_ARRAY_LEN(readers); i++) {
		if (strncmp(name, readers[i]->file, strcspn(readers[i]->file, ".-")) == 0)
			return readers[i];
	}
	return &pt_reader_tag;
}

static void read_case(const char *name)
{
	struct reading reading = {reader_of(name), PT_BUF_INIT};
	char path[512];

	snprintf(path, sizeof(path), CASES "/%s/%s", name,
		 reading.reader->file ? reading.reader->file : "annotation");
	assert_int_equal(pt_file_read(&reading.data, path, 1 << 20, NULL), 0);
	if (reading.data.len)
		survives(name, read_manifest, &reading);
	pt_buf_release(&reading.data);
}

PT_TEST(manifests_survive_every_failed_allocation)
{
	assert_true(alloc_each(CASES, read_case) > 110);
}

static int read_source(uint64_t *result, void *context, struct pt_err *err)
{
	const struct pt_manifest_where where = {
	    .git = context, .tag = "^rel/(?<version>\\d+\\.\\d+)$", .path = NULL};
	struct pt_manifest_source *source = NULL;
	const struct pt_release *release = NULL;
	size_t n = 0;
	int rc = pt_manifest_open_git(&source, &where, NULL, err);

	if (rc == 0)
		rc = source->ops->releases(&release, &n, source, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct pt_manifest *manifest = NULL;

		alloc_result(result, release[i].tag);
		rc = source->ops->manifest(&manifest, source, &release[i], err);
		for (size_t k = 0; rc == 0 && k < manifest->npin; k++)
			take_pin(result, &manifest->pin[k]);
	}
	pt_manifest_closep(&source);
	return rc;
}

PT_TEST(a_repository_survives_every_failed_allocation)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid at =
	    git_fixture_commit(&fixture, 1000, "cumulusci.yml",
			       "project:\n  name: App\n  package: {name: The App, namespace: app}\n"
			       "  dependencies:\n    - github: https://github.com/example/base\n");

	git_fixture_tag(&fixture, "rel/1.0", &at, 2000,
			"version_id: " ID "\n\ndependencies: [\n    {\n"
			"        \"version_id\": \"04t4w000000gfNKAAY\"\n    }\n]\n");
	git_fixture_tag(&fixture, "rel/1.1", &at, 2000, "Release of version 1.1\n");
	git_fixture_tag(&fixture, "beta/1.2", &at, 2000, "version_id: 04t4w000000gfNKAAY\n");
	survives("a repository", read_source, fixture.path);
	git_fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(manifests_survive_every_failed_allocation),
	    PT_RUN(a_repository_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
