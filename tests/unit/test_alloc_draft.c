/* A first suite file from repositories, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "cmd/init_look.h"
#include "tests/unit/git_fixture.h"

/* From the repositories of a folder to the texts of both files. */
static int draft_files(uint64_t *result, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_init_look_release)
	struct pt_init_look look = {.folder = context, .prefix = "repos", .dated = true};
	PT_CLEANUP(pt_buf_release) struct pt_buf suite = PT_BUF_INIT, population = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf shown = PT_BUF_INIT;

	look.draft.cut_ms = INT64_C(1) << 40;
	int rc = pt_init_look(&look, err);

	if (rc == 0)
		rc = pt_draft_suite_text(&suite, &look.draft, "p.yaml", "s.json", err);
	if (rc == 0)
		rc = pt_draft_population_text(&population, &look.draft, err);
	if (rc == 0)
		rc = pt_draft_show_text(&shown, &look.draft, err);
	if (rc == 0)
		rc = pt_buf_check(&shown, err);
	if (rc < 0)
		return rc;
	alloc_result(result, pt_buf_text(&suite));
	alloc_result(result, pt_buf_text(&population));
	alloc_result(result, pt_buf_text(&shown));
	return 0;
}

/* A project of two packages that need each other's tags, and something from outside. */
static const char *const files[] = {
    "sfdx-project.json",
    "{\"packageDirectories\": ["
    "{\"path\": \"packages/core\", \"package\": \"Core\"},"
    "{\"path\": \"packages/app\", \"package\": \"App\", \"dependencies\": ["
    "{\"package\": \"Core\", \"versionNumber\": \"1.0.0.LATEST\"},"
    "{\"package\": \"The Core\", \"versionNumber\": \"1.0.0.LATEST\"},"
    "{\"package\": \"04t4w0000004ALTAA2\"}]}]}",
    NULL};

PT_TEST(drafts_survive_every_failed_allocation)
{
	struct git_fixture fixture;

	git_fixture_init(&fixture, true);
	git_oid tree = git_fixture_files(&fixture, files);
	git_oid at = git_fixture_commit_tree(&fixture, 1000, &tree);

	git_fixture_tag(&fixture, "core/1.0.0", &at, 1001, "Release\n");
	git_fixture_tag(&fixture, "app/v1.0.0", &at, 1002, "Release\n");
	git_fixture_tag(&fixture, "app/v1.0.1-rc1", &at, 1003, "Release\n");
	survives("drafts", draft_files, fixture.folder);
	git_fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {PT_RUN(drafts_survive_every_failed_allocation)};

	return cmocka_run_group_tests(tests, alloc_take_libraries, NULL);
}
