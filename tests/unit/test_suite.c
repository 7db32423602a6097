/* suite.yaml: what is read from a good one, and every wrong one's whole output. */
#include "tests/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "config/suite.h"
#include "config/yaml.h"

enum { FEWEST_CASES = 50 };

static struct pt_suite *read_reference(void)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_suite *suite = NULL;
	struct pt_buf said = PT_BUF_INIT;

	if (pt_suite_read(&suite, PT_SOURCE_DIR "/examples/reference/suite.yaml", &errs) < 0) {
		pt_errs_print(&said, &errs, "pushtrain");
		fail_msg("%s", pt_buf_text(&said));
	}
	pt_errs_release(&errs);
	pt_buf_release(&said);
	return suite;
}

PT_TEST(the_reference_suite_is_read_as_it_is_written)
{
	struct pt_suite *suite = read_reference();
	const struct pt_train_conf *train = &suite->train[0];
	const struct pt_stage_conf *production = &train->stage[3];

	assert_string_equal(suite->name, "reference");
	assert_string_equal(suite->timezone, "America/Los_Angeles");
	assert_int_equal(suite->nconnector, 5);
	assert_int_equal(suite->connector[0].auth.kind, PT_AUTH_ACCESS_TOKEN);
	assert_string_equal(suite->connector[0].auth.token.json, "result.accessToken");
	assert_int_equal(suite->connector[0].api_floor_ppm, 125000);
	assert_int_equal(suite->npackage, 3);
	assert_string_equal(suite->package[1].need[0].version.npart == 2 ? "2" : "", "2");
	assert_int_equal(suite->package[1].need[0].version.part[1], 10);
	assert_int_equal(suite->nexclude, 5);
	assert_int_equal(suite->exclude[3].npackage, 1);
	assert_int_equal(suite->exclude[3].package[0], 1);
	assert_int_equal(suite->exclude[3].until_ms, 1798790400000); /* 2027-01-01T08:00:00Z */
	assert_int_equal(suite->exclude[2].until_ms, PT_NEVER);
	assert_int_equal(suite->exclude[4].orgs.installed[0].package, 1);
	assert_int_equal(suite->exclude[4].orgs.not_->types, PT_ORG_SANDBOX);
	assert_false(suite->keep_sandboxes);
	assert_int_equal(train->notice_ms, 7 * PT_DAY_MS);
	assert_int_equal(train->minimum_soak_ms, 6 * PT_DAY_MS);
	assert_false(train->stage[0].visible);
	assert_true(train->stage[1].visible);
	assert_int_equal(train->stage[2].orgs.ninstalled, 2);
	assert_string_equal(train->stage[2].orgs.seed, "2026-q4");
	assert_int_equal(train->offset_ms, 4 * PT_HOUR_MS);
	assert_int_equal(train->nstage, 4);
	assert_int_equal(train->stage[2].orgs.sample, 100);
	assert_int_equal(train->stage[2].approval.within_ms, 3 * PT_DAY_MS);
	assert_int_equal(production->nbatch, 3);
	assert_int_equal(production->batch[1].unit, PT_BATCH_RATIO);
	assert_int_equal(production->batch[2].unit, PT_BATCH_REST);
	assert_int_equal(production->window.open_minute, 22 * 60);
	assert_int_equal(production->window.nzone, 2);
	assert_int_equal(production->breaker.ratio_ppm, 100000);
	assert_int_equal(production->request_size, 200);
	assert_int_equal(train->repush.passes, 3);
	assert_string_equal(train->stage[1].gate.check.command, "bin/smoke-test");
	assert_int_equal(train->stage[1].gate.check.timeout_ms, 10 * PT_MINUTE_MS);
	assert_null(train->stage[0].gate.check.command);
	assert_int_equal(suite->nnotify, 2);
	assert_int_equal(suite->notify[0].kind, PT_NOTIFY_COMMAND);
	assert_string_equal(suite->notify[0].command, "bin/tell-chat");
	assert_int_equal(suite->notify[0].on, PT_ON_ALL);
	assert_int_equal(suite->notify[0].retries, 0);
	assert_int_equal(suite->notify[1].kind, PT_NOTIFY_WEBHOOK);
	assert_string_equal(suite->notify[1].url, "https://${HOOK_HOST}/pushtrain");
	assert_int_equal(suite->notify[1].on, PT_ON_HALTS);
	assert_int_equal(suite->notify[1].secret.from, PT_SECRET_ENV);
	assert_int_equal(suite->notify[1].timeout_ms, 10 * PT_SECOND_MS);
	assert_int_equal(suite->notify[1].retries, 3);
	assert_string_equal(train->departs.rrule, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU");
	assert_null(suite->train[1].departs.rrule); /* none: not what it inherits */
	assert_int_equal(suite->nblackout, 4);
	assert_false(suite->blackout[1].has_from);
	assert_int_equal(suite->blackout[2].at_minute, 12 * 60);
	assert_int_equal(suite->blackout[2].from.day, 4);
	assert_int_equal(suite->blackout[2].rule_src.line, suite->blackout[2].src.line);
	assert_int_equal(suite->blackout[0].to.day, 3); /* a date-only `to` includes that day */
	assert_int_equal(suite->nfailure, 2);
	pt_suite_free(suite);
}

PT_TEST(a_train_that_extends_another_merges_maps_and_stages_by_name)
{
	struct pt_suite *suite = read_reference();
	const struct pt_train_conf *biweekly = &suite->train[0], *seasonal = &suite->train[1];

	assert_int_equal(seasonal->upgrade, PT_UPGRADE_MAJOR);
	assert_int_equal(seasonal->offset_ms, biweekly->offset_ms);
	assert_int_equal(seasonal->nstage, 5); /* four of its parent's and one of its own */
	assert_string_equal(seasonal->stage[1].name, "sandbox");
	assert_int_equal(seasonal->stage[1].soak_ms, 21 * PT_DAY_MS);
	assert_int_equal(biweekly->stage[1].soak_ms, 6 * PT_DAY_MS);
	assert_int_equal(seasonal->stage[1].gate.success_ppm, 975000);
	assert_string_equal(seasonal->stage[4].name, "stragglers");
	assert_int_equal(seasonal->stage[4].nbatch, 2);
	assert_int_equal(seasonal->stage[4].batch[0].unit, PT_BATCH_INSTANCE);
	assert_string_equal(seasonal->stage[4].batch[0].instance, "^OLD[0-4]");
	assert_int_equal(seasonal->repush.passes, 5);
	assert_int_equal(seasonal->repush.after_ms, biweekly->repush.after_ms);
	pt_suite_free(suite);
}

/* The whole output for a wrong file, as check prints it. */
static void check_case(const char *name)
{
	char path[512];
	struct pt_buf data = PT_BUF_INIT, want = PT_BUF_INIT, said = PT_BUF_INIT;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_err err = PT_ERR_INIT;
	struct pt_suite *suite = NULL;

	snprintf(path, sizeof(path), PT_SOURCE_DIR "/tests/data/config-invalid/%s/suite.yaml",
		 name);
	assert_int_equal(pt_file_read(&data, path, 1 << 20, &err), 0);
	assert_true(pt_suite_parse(&suite, pt_buf_text(&data), data.len, "suite.yaml", &errs) < 0);
	assert_null(suite);
	pt_errs_print(&said, &errs, "pushtrain");
	snprintf(path, sizeof(path), PT_SOURCE_DIR "/tests/data/config-invalid/%s/error", name);
	if (getenv("PT_UPDATE")) {
		assert_int_equal(pt_file_replace(path, pt_buf_text(&said), said.len, &err), 0);
	} else {
		assert_int_equal(pt_file_read(&want, path, 1 << 20, &err), 0);
		if (strcmp(pt_buf_text(&want), pt_buf_text(&said)) != 0)
			fail_msg("%s:\nwanted %ssaid   %s", name, pt_buf_text(&want),
				 pt_buf_text(&said));
	}
	pt_errs_release(&errs);
	pt_buf_release(&data);
	pt_buf_release(&want);
	pt_buf_release(&said);
}

PT_TEST(every_wrong_suite_gets_its_errors)
{
	DIR *folder = opendir(PT_SOURCE_DIR "/tests/data/config-invalid");
	int ncase = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.')
			continue;
		check_case(entry->d_name);
		ncase++;
	}
	closedir(folder);
	assert_true(ncase >= FEWEST_CASES);
}

PT_TEST(a_million_brackets_are_refused_at_once)
{
	enum { N = 1000000 };
	char *text = malloc(N);
	struct pt_yaml *yaml = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_non_null(text);
	memset(text, '[', N);
	assert_int_equal(pt_yaml_parse(&yaml, text, N, "deep.yaml", &err), -PT_E_LIMIT);
	assert_string_equal(err.text, "nested deeper than 64 levels");
	free(text);
}

PT_TEST(scalars_keep_their_text_and_aliases_are_the_same_node)
{
	static const char text[] = "a: &x { v: 1.0 }\nb: *x\nc: 'null'\nd: null\n";
	struct pt_yaml *yaml = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_yaml_parse(&yaml, text, sizeof(text) - 1, "f", &err), 0);
	const struct pt_yaml_node *root = pt_yaml_root(yaml);

	assert_string_equal(pt_yaml_text(pt_yaml_get(pt_yaml_get(root, "b"), "v")), "1.0");
	assert_ptr_equal(pt_yaml_get(root, "a"), pt_yaml_get(root, "b"));
	assert_string_equal(pt_yaml_text(pt_yaml_get(root, "c")), "null");
	assert_null(pt_yaml_text(pt_yaml_get(root, "d")));
	assert_int_equal(pt_yaml_get(root, "b")->src.line, 1);
	pt_yaml_free(yaml);
}

PT_TEST(a_train_can_do_without_the_passes_it_inherits)
{
	static const char text[] =
	    "suite: x\n"
	    "connectors: { sim: { type: simulated, population: p.yaml } }\n"
	    "packages: [ { name: a, git: a.git, tag: '(?<version>.+)' } ]\n"
	    "trains:\n"
	    "  a: { repush: { passes: 3 }, stages: [ { name: s, orgs: { all: true } } ] }\n"
	    "  b: { extends: a, repush: { passes: 0 } }\n";
	PT_CLEANUP(pt_suite_freep) struct pt_suite *suite = NULL;
	PT_CLEANUP(pt_errs_release) struct pt_errs errs = PT_ERRS_INIT;

	assert_int_equal(pt_suite_parse(&suite, text, sizeof(text) - 1, "suite.yaml", &errs), 0);
	assert_int_equal(suite->train[0].repush.passes, 3);
	assert_int_equal(suite->train[1].repush.passes, 0);
}

PT_TEST_MAIN(PT_RUN(the_reference_suite_is_read_as_it_is_written),
	     PT_RUN(a_train_that_extends_another_merges_maps_and_stages_by_name),
	     PT_RUN(every_wrong_suite_gets_its_errors),
	     PT_RUN(a_million_brackets_are_refused_at_once),
	     PT_RUN(scalars_keep_their_text_and_aliases_are_the_same_node),
	     PT_RUN(a_train_can_do_without_the_passes_it_inherits))
