/* States of pairs add up, and errors fall into their classes. */
#include "tests/test.h"

#include "pipeline/classify.h"
#include "pipeline/pairs.h"

PT_TEST(every_state_is_counted_once_and_the_sums_add_up)
{
	struct pt_tally tally = {0};

	for (int i = 0; i < PT_PAIR_NSTATE; i++) {
		struct pt_pair pair = {.state = (uint8_t)i, .class_ = PT_FAILURE_PERMANENT};

		pt_tally_add(&tally, &pair);
	}
	assert_int_equal(tally.selected, PT_PAIR_NSTATE - 1);
	assert_int_equal(tally.already_current, 1);
	assert_int_equal(tally.excluded, 1);
	assert_int_equal(tally.eligible, PT_PAIR_NSTATE - 3);
	assert_int_equal(tally.failed[PT_FAILURE_PERMANENT], 1);
	assert_true(pt_tally_adds_up(&tally));
	tally.held++;
	assert_false(pt_tally_adds_up(&tally));
}

static enum pt_failure_class class_of(const struct pt_classifier *classifier, const char *type,
				      const char *title, const char *message)
{
	struct pt_push_error error = {
	    .type = type, .title = title, .message = message, .details = ""};
	enum pt_failure_class class_ = PT_FAILURE_NCLASS;

	assert_int_equal(pt_classify(&class_, classifier, &error, NULL), 0);
	return class_;
}

PT_TEST(the_platforms_known_errors_fall_into_their_classes)
{
	struct pt_suite suite = {.nfailure = 0};
	struct pt_classifier *c = NULL;

	assert_int_equal(pt_classifier_new(&c, &suite, NULL), 0);
	assert_int_equal(class_of(c, "IneligibleUpgrade", "Dependent Package Conflict", "x"),
			 PT_FAILURE_DEPENDENCY);
	assert_int_equal(class_of(c, "IneligibleUpgrade", "", "This package is not yet available."),
			 PT_FAILURE_NOT_YET);
	assert_int_equal(class_of(c, "IneligibleUpgrade", "Cannot upgrade beta package", ""),
			 PT_FAILURE_PERMANENT);
	assert_int_equal(class_of(c, "UnclassifiedError", "Unexpected Failure", "1-2 (-3)"),
			 PT_FAILURE_TRANSIENT);
	assert_int_equal(class_of(c, "DeployError", "Deployment Failure", ""),
			 PT_FAILURE_TRANSIENT);
	assert_int_equal(class_of(c, "LockingFailure", "", ""), PT_FAILURE_TRANSIENT);
	assert_int_equal(class_of(c, "ApexTestFailure", "", ""), PT_FAILURE_PERMANENT);
	assert_int_equal(class_of(c, "", "Salesforce Subscription Expired", ""), PT_FAILURE_BENIGN);
	assert_int_equal(class_of(c, "Whatever", "Never seen", ""), PT_FAILURE_TRANSIENT);
	pt_classifier_free(c);
}

PT_TEST(the_suites_own_rules_come_first)
{
	struct pt_failure_conf rule = {.title = "^Unexpected", .class_ = PT_FAILURE_PERMANENT};
	struct pt_suite suite = {.failure = &rule, .nfailure = 1};
	struct pt_classifier *c = NULL;

	assert_int_equal(pt_classifier_new(&c, &suite, NULL), 0);
	assert_int_equal(class_of(c, "UnclassifiedError", "Unexpected Failure", ""),
			 PT_FAILURE_PERMANENT);
	assert_int_equal(class_of(c, "DeployError", "Deployment Failure", ""),
			 PT_FAILURE_TRANSIENT);
	pt_classifier_free(c);
}

PT_TEST_MAIN(PT_RUN(every_state_is_counted_once_and_the_sums_add_up),
	     PT_RUN(the_platforms_known_errors_fall_into_their_classes),
	     PT_RUN(the_suites_own_rules_come_first))
