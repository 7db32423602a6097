/* A command as a gate's check. */
#include "tests/test.h"

#include <string.h>

#include "cmd/checks.h"

static void check(const char *command, int64_t timeout_ms, bool expected, const char *said,
		  const char *printed)
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
	bool holds = !expected;
	char line[200];

	if (pt_check_start(&run, &subject, &err) < 0)
		fail_msg("%s", err.text);
	while (!pt_check_poll(&holds, run, 1000))
		continue;
	pt_check_line(line, sizeof(line), run);
	assert_string_equal(line, said);
	assert_string_equal(pt_check_printed(run), printed);
	assert_int_equal(holds, expected);
	pt_check_free(run);
}

PT_TEST(the_gate_holds_when_its_command_says_so)
{
	check("exit 0", 20000, true, "ended with status 0", "");
	check("echo all; echo fine; exit 0", 20000, true, "fine", "all\nfine\n");
	check("printf 'two\\033[2J\\nfail\\n\\n'; exit 2", 20000, false,
	      "ended with status 2: fail", "two?[2J\nfail\n\n");
	check("kill -9 $$", 20000, false, "was ended by signal 9", "");
	check("echo begins; sleep 1000", 100, false, "takes too long: begins", "begins\n");
	check("/no/such 2>/dev/null", 20000, false, "ended with status 127", "");
}

PT_TEST(it_is_told_the_figures_of_its_stage)
{
	static const char told[] = "three weekly weekly-3.1 sandbox 100 90 80 4 4 1 0";

	check("printf '%s' \"$PUSHTRAIN_SUITE $PUSHTRAIN_TRAIN $PUSHTRAIN_RUN $PUSHTRAIN_STAGE "
	      "$PUSHTRAIN_SELECTED $PUSHTRAIN_ELIGIBLE $PUSHTRAIN_AT_TARGET $PUSHTRAIN_FAILED "
	      "$PUSHTRAIN_HELD $PUSHTRAIN_UNKNOWN $PUSHTRAIN_WAITING\"",
	      20000, true, told, told);
}

PT_TEST(a_check_that_nobody_waits_for_is_ended)
{
	const struct pt_check_conf conf = {.command = "sleep 1000", .timeout_ms = 1000000};
	const struct pt_tally tally = {.selected = 0};
	const struct pt_check_subject subject = {&conf, "s", "t", "r", "g", &tally};
	struct pt_check_run *run = NULL;
	struct pt_err err = PT_ERR_INIT;
	bool holds;

	assert_int_equal(pt_check_start(&run, &subject, &err), 0);
	assert_false(pt_check_poll(&holds, run, 0));
	pt_check_free(run);
	pt_check_free(NULL);
}

PT_TEST_MAIN(PT_RUN(the_gate_holds_when_its_command_says_so),
	     PT_RUN(it_is_told_the_figures_of_its_stage),
	     PT_RUN(a_check_that_nobody_waits_for_is_ended))
