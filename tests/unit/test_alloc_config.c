/* config/ with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include "base/file.h"
#include "config/expand.h"
#include "config/suite.h"
#include "config/yaml.h"

#define CASES PT_SOURCE_DIR "/tests/data/config-invalid"

/* All that came out, in the order of the file. */
static void take_suite(uint64_t *result, const struct pt_suite *suite)
{
	alloc_result(result, suite->name);
	alloc_result(result, suite->timezone);
	for (size_t i = 0; i < suite->nconnector; i++) {
		alloc_result(result, suite->connector[i].name);
		if (suite->connector[i].population)
			alloc_result(result, suite->connector[i].population);
	}
	for (size_t i = 0; i < suite->npackage; i++) {
		alloc_result(result, suite->package[i].name);
		alloc_result(result, suite->package[i].git);
		*result += suite->package[i].nneed + suite->package[i].nalias * 3;
	}
	for (size_t i = 0; i < suite->ntrain; i++) {
		const struct pt_train_conf *train = &suite->train[i];

		alloc_result(result, train->name);
		for (size_t s = 0; s < train->nstage; s++) {
			alloc_result(result, train->stage[s].name);
			*result += train->stage[s].nbatch + (uint64_t)train->stage[s].soak_ms;
		}
	}
	*result += suite->nexclude + suite->nblackout * 3 + suite->nfailure * 5;
}

/* As a command reads it: every error's text counts. */
static int read_suite(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_suite *suite = NULL;
	int rc = pt_suite_read(&suite, context, &errs);

	if (rc == 0) {
		assert_int_equal(errs.n + errs.nlost, 0);
		take_suite(result, suite);
	} else {
		assert_true(errs.n + errs.nlost > 0);
		rc = errs.nomem ? pt_err_nomem(err) : -(int)(*err = errs.item[0]).code;
	}
	for (size_t i = 0; rc != -PT_E_NOMEM && i < errs.n; i++)
		alloc_result(result, errs.item[i].text);
	pt_errs_release(&errs);
	pt_suite_free(suite);
	return rc;
}

PT_TEST(suite_survives_every_failed_allocation)
{
	char reference[] = PT_SOURCE_DIR "/examples/reference/suite.yaml";
	char npsp[] = PT_SOURCE_DIR "/examples/npsp/suite.yaml";
	char none[] = PT_SOURCE_DIR "/examples/npsp/none.yaml";

	survives("the suite with every key", read_suite, reference);
	survives("the example suite", read_suite, npsp);
	survives("no suite", read_suite, none);
}

static void read_wrong_suite(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), CASES "/%s/suite.yaml", name);
	survives(name, read_suite, path);
}

PT_TEST(wrong_suites_survive_every_failed_allocation)
{
	assert_true(alloc_each(CASES, read_wrong_suite) > 50);
}

static int read_yaml(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_yaml *yaml = NULL;
	const char *text = context;
	int rc = pt_yaml_parse(&yaml, text, strlen(text), "file", err);

	if (rc == 0)
		*result = pt_yaml_root(yaml)->n;
	pt_yaml_free(yaml);
	return rc;
}

PT_TEST(yaml_survives_every_failed_allocation)
{
	char anchors[] = "a: &x { b: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }\nc: *x\nd: &y text\ne: *y\n";
	char twice[] = "a: 1\nb: 2\na: 3\n", empty[] = "", broken[] = "a: [";

	survives("YAML with anchors", read_yaml, anchors);
	survives("YAML with a key twice", read_yaml, twice);
	survives("empty YAML", read_yaml, empty);
	survives("broken YAML", read_yaml, broken);
}

static int expand(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf out = PT_BUF_INIT;
	int rc = pt_expand(&out, context, err);

	if (rc == 0)
		alloc_result(result, pt_buf_text(&out));
	pt_buf_release(&out);
	return rc;
}

PT_TEST(expand_survives_every_failed_allocation)
{
	char text[] = "${PATH}-${PATH}", unset[] = "a ${PT_NO_SUCH_VARIABLE}";

	survives("an expanded text", expand, text);
	survives("a variable that is not set", expand, unset);
}

PT_TEST_MAIN(PT_RUN(suite_survives_every_failed_allocation),
	     PT_RUN(wrong_suites_survive_every_failed_allocation),
	     PT_RUN(yaml_survives_every_failed_allocation),
	     PT_RUN(expand_survives_every_failed_allocation))
