/* A command as a gate's check. */
#include "tests/test.h"

#include <string.h>
#include <time.h>

#include "cmd/checks.h"

static void check(const char *command, int64_t timeout_ms, bool expected, const char *said)
{
	const struct pt_check_conf conf = {.command = command, .timeout_ms = timeout_ms};
	const struct pt_tally tally = {.selected = 100,
				       .eligible = 90,
				       .at_target = 80,
				       .held = 4,
				       .unknown = 1,
				       .failed = {1, 1, 1, 1, 0}};
	const struct pt_check_subject subject = {&conf,        "three",   "weekly",
						 "weekly-3.1", "sandbox", &tally};
	struct pt_check_run *run = NULL;
	struct pt_err err = PT_ERR_INIT;
	const char *output;
	bool held = !expected;

	if (pt_check_start(&run, &subject, &err) < 0)
		fail_msg("%s", err.text);
	while (!pt_check_poll(&held, &output, run))
		(void)nanosleep(&(struct timespec){0, 1000000}, NULL);
	assert_string_equal(output, said);
	assert_int_equal(held, expected);
	pt_check_free(run);
}

PT_TEST(the_gate_holds_when_its_command_says_so)
{
	check("exit 0", 20000, true, "the command ended with status 0");
	check("echo all; echo fine; exit 0", 20000, true,
	      "the command ended with status 0\nall\nfine");
	check("printf 'two\\033[2J\\nfail\\n\\n'; exit 2", 20000, false,
	      "the command ended with status 2\ntwo?[2J\nfail");
	check("kill -9 $$", 20000, false, "the command was ended by signal 9");
	check("echo begins; sleep 1000", 100, false, "the command takes too long\nbegins");
	check("/no/such 2>/dev/null", 20000, false, "the command ended with status 127");
}

PT_TEST(it_is_told_the_figures_of_its_stage)
{
	check("echo $PUSHTRAIN_SUITE $PUSHTRAIN_TRAIN $PUSHTRAIN_RUN $PUSHTRAIN_STAGE "
	      "$PUSHTRAIN_SELECTED $PUSHTRAIN_ELIGIBLE $PUSHTRAIN_AT_TARGET $PUSHTRAIN_FAILED "
	      "$PUSHTRAIN_HELD $PUSHTRAIN_UNKNOWN $PUSHTRAIN_WAITING",
	      20000, true,
	      "the command ended with status 0\nthree weekly weekly-3.1 sandbox 100 90 80 4 4 1 0");
}

PT_TEST(a_check_that_nobody_waits_for_is_ended)
{
	const struct pt_check_conf conf = {.command = "sleep 1000", .timeout_ms = 1000000};
	const struct pt_tally tally = {.selected = 0};
	const struct pt_check_subject subject = {&conf, "s", "t", "r", "g", &tally};
	struct pt_check_run *run = NULL;
	struct pt_err err = PT_ERR_INIT;
	const char *output;
	bool held;

	assert_int_equal(pt_check_start(&run, &subject, &err), 0);
	assert_false(pt_check_poll(&held, &output, run));
	pt_check_free(run);
	pt_check_free(NULL);
}

PT_TEST_MAIN(PT_RUN(the_gate_holds_when_its_command_says_so),
	     PT_RUN(it_is_told_the_figures_of_its_stage),
	     PT_RUN(a_check_that_nobody_waits_for_is_ended))
