/* Commands beside us, also those that will not end, or will not leave. */
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "connectors/clock/clock.h"
#include "connectors/command/child.h"
#include "connectors/command/command.h"
#include "connectors/command/env.h"

enum { PATIENCE_MS = 20000, SHORT_MS = 100 };

/* Runs it to its end; returns how it ended. */
static struct pt_child_result run(struct pt_buf *printed, struct pt_child_conf conf)
{
	PT_CLEANUP(pt_child_freep) struct pt_child *child = NULL;
	struct pt_child_result result = {PT_CHILD_LOST, -1};
	struct pt_err err = PT_ERR_INIT;

	conf.printed = printed;
	if (!conf.limit_ms)
		conf.limit_ms = PATIENCE_MS;
	if (!conf.printed_max)
		conf.printed_max = 1000;
	if (pt_child_start(&child, &conf, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(pt_child_poll(&result, child, PATIENCE_MS));
	/* And it stays so. */
	assert_true(pt_child_poll(&result, child, 0));
	return result;
}

static void check(const char *command, enum pt_child_end end, int number, const char *printed)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_child_conf conf = {.command = command, .output = PT_CHILD_TAIL};
	struct pt_child_result result = run(&out, conf);

	assert_string_equal(pt_buf_text(&out), printed);
	assert_int_equal(result.end, end);
	assert_int_equal(result.number, number);
	assert_int_equal(pt_child_succeeded(&result), end == PT_CHILD_EXITED && number == 0);
}

PT_TEST(how_a_command_ended_and_what_it_printed_is_known)
{
	check("echo out; echo err >&2", PT_CHILD_EXITED, 0, "out\nerr\n");
	check("exit 3", PT_CHILD_EXITED, 3, "");
	check("echo before; kill -SEGV $$", PT_CHILD_SIGNALED, SIGSEGV, "before\n");
	check("exec 2>/dev/null; /no/such/program", PT_CHILD_EXITED, 127, "");
	check("exec >&- 2>&-; sleep 0.05; exit 7", PT_CHILD_EXITED, 7, "");
	check("cat", PT_CHILD_EXITED, 0, "");
}

/* Gone, or dead and waiting for whoever adopted it. */
static bool is_alive(long pid)
{
	char path[64], line[256] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	assert_int_equal(fclose(file), 0);
	const char *end = strrchr(line, ')');

	return end && end[2] != 'Z' && end[2] != 'X';
}

static void wait_until_gone(long pid)
{
	for (int64_t until = pt_clock_monotonic_ms() + PATIENCE_MS; is_alive(pid);) {
		assert_true(pt_clock_monotonic_ms() < until);
		(void)nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
}

/* The first number that it printed is a process of its own making. */
static void check_ended(const char *command, enum pt_child_end end)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_child_conf conf = {.command = command,
					   .limit_ms = SHORT_MS,
					   .grace_ms = SHORT_MS,
					   .output = PT_CHILD_TAIL};
	int64_t begun_ms = pt_clock_monotonic_ms();
	struct pt_child_result result = run(&out, conf);
	long pid = strtol(pt_buf_text(&out), NULL, 10);

	assert_int_equal(result.end, end);
	assert_true(pt_clock_monotonic_ms() - begun_ms < PATIENCE_MS);
	assert_true(pid > 1);
	wait_until_gone(pid);
}

PT_TEST(one_that_hangs_is_ended_with_all_that_it_started)
{
	check_ended("sleep 1000 & echo $!; wait", PT_CHILD_TOO_LONG);
	check_ended("sh -c 'echo $$; sleep 1000; true' | cat", PT_CHILD_TOO_LONG);
	check_ended("echo $$; kill -STOP $$", PT_CHILD_TOO_LONG);
}

PT_TEST(one_that_ignores_the_wish_to_end_is_killed)
{
	check_ended("trap '' TERM; echo $$; while :; do sleep 0.01; done", PT_CHILD_TOO_LONG);
	/* It obeys, and what it leaves does not. */
	check_ended("sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.01; done' & wait",
		    PT_CHILD_TOO_LONG);
}

PT_TEST(one_that_leaves_something_behind_is_not_waited_for)
{
	const struct pt_child_conf daemon = {.command = "setsid sleep 3 & echo left",
					     .output = PT_CHILD_TAIL};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	int64_t begun_ms = pt_clock_monotonic_ms();
	struct pt_child_result result = run(&out, daemon);

	assert_string_equal(pt_buf_text(&out), "left\n");
	assert_true(pt_child_succeeded(&result));
	assert_true(pt_clock_monotonic_ms() - begun_ms < 2500);
	check_ended("sleep 1000 & echo $!", PT_CHILD_EXITED);
}

PT_TEST(one_that_floods_is_bounded)
{
	struct pt_child_conf conf = {.command = "yes 0123456789",
				     .limit_ms = SHORT_MS,
				     .printed_max = 100,
				     .output = PT_CHILD_TAIL};
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;

	assert_int_equal(run(&out, conf).end, PT_CHILD_TOO_LONG);
	assert_int_equal(out.len, 100);
	assert_true(out.cap < 100000);
	pt_buf_clear(&out);
	conf.output = PT_CHILD_ALL;
	conf.limit_ms = PATIENCE_MS;
	assert_int_equal(run(&out, conf).end, PT_CHILD_TOO_MUCH);
	/* The end of what one printed is kept, not its beginning. */
	pt_buf_clear(&out);
	conf.command = "seq 100000";
	conf.output = PT_CHILD_TAIL;
	conf.printed_max = 13;
	assert_true(pt_child_succeeded(&(struct pt_child_result){run(&out, conf).end, 0}));
	assert_string_equal(pt_buf_text(&out), "99999\n100000\n");
}

PT_TEST(its_input_is_given_at_once_whether_it_reads_or_not)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT, big = PT_BUF_INIT;
	struct pt_child_conf conf = {
	    .command = "wc -c", .input = "hello", .input_size = 5, .output = PT_CHILD_TAIL};
	struct pt_child *child = NULL;
	struct pt_err err = PT_ERR_INIT;

	assert_true(pt_child_succeeded(&(struct pt_child_result){run(&out, conf).end, 0}));
	assert_int_equal(strtol(pt_buf_text(&out), NULL, 10), 5);
	conf.command = "exit 0";
	assert_int_equal(run(&out, conf).end, PT_CHILD_EXITED);
	pt_buf_repeat(&big, 'x', 2 << 20);
	conf.input = pt_buf_text(&big);
	conf.input_size = big.len;
	conf.printed = &out;
	assert_int_equal(pt_child_start(&child, &conf, &err), -PT_E_LIMIT);
	assert_string_equal(err.text, "2097152 bytes are more than a command is given");
}

PT_TEST(it_has_none_of_our_files_and_signals)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	int fd = open("/dev/null", O_RDONLY);

	assert_true(fd >= 3);
	assert_int_equal(dup2(fd, 97), 97);
	check("test ! -e /proc/$$/fd/97; echo $?", PT_CHILD_EXITED, 0, "0\n");
	assert_int_equal(close(97), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(sigaction(SIGPIPE, &ignore, &before), 0);
	check("kill -PIPE $$; echo ignored", PT_CHILD_SIGNALED, SIGPIPE, "");
	assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

PT_TEST(its_environment_is_ours_and_what_it_is_told)
{
	PT_CLEANUP(pt_env_release) struct pt_env env = PT_ENV_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_child_conf conf = {.command = "printf '%s|%s|%s' \"$PT_OURS\" \"$PT_TOLD\" "
						"\"$PT_BOTH\"; env | grep -c ^PT_BOTH=",
				     .output = PT_CHILD_TAIL};
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(setenv("PT_OURS", "ours", 1), 0);
	assert_int_equal(setenv("PT_BOTH", "ours", 1), 0);
	pt_env_set(&env, "PT_TOLD", "%s", "a 'b' $(c)");
	pt_env_set(&env, "PT_BOTH", "%d", 2);
	conf.env = pt_env_list(&env, &err);
	assert_non_null(conf.env);
	assert_int_equal(run(&out, conf).number, 0);
	assert_string_equal(pt_buf_text(&out), "ours|a 'b' $(c)|21\n");
}

PT_TEST(one_that_nobody_wants_any_more_is_killed)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	const struct pt_child_conf conf = {.command = "sleep 1000 & echo $!; wait",
					   .limit_ms = PATIENCE_MS,
					   .printed = &out,
					   .printed_max = 100,
					   .output = PT_CHILD_TAIL};
	struct pt_child *child = NULL;
	struct pt_child_result result;
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_child_start(&child, &conf, &err), 0);
	while (out.len == 0)
		assert_false(pt_child_poll(&result, child, 1));
	pt_child_free(child);
	wait_until_gone(strtol(pt_buf_text(&out), NULL, 10));
	pt_child_free(NULL);
}

PT_TEST(a_command_that_is_waited_for_says_how_it_failed)
{
	static const struct {
		const char *command, *error;
	} cases[] = {
	    {"echo fine", ""},
	    {"exit 2", "the command ended with status 2"},
	    {"kill -9 $$", "the command was ended by signal 9"},
	    {"sleep 1000", "the command takes too long"},
	    {"yes", "the command prints more than 65536 bytes"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
		bool hangs = strstr(cases[i].command, "sleep") != NULL;
		struct pt_err err = PT_ERR_INIT;
		int rc = pt_command_run(&out, cases[i].command, hangs ? SHORT_MS : PATIENCE_MS,
					65536, &err);

		assert_string_equal(err.text, cases[i].error);
		assert_int_equal(rc < 0, cases[i].error[0] != '\0');
	}
}

PT_TEST_MAIN(PT_RUN(how_a_command_ended_and_what_it_printed_is_known),
	     PT_RUN(one_that_hangs_is_ended_with_all_that_it_started),
	     PT_RUN(one_that_ignores_the_wish_to_end_is_killed),
	     PT_RUN(one_that_leaves_something_behind_is_not_waited_for),
	     PT_RUN(one_that_floods_is_bounded),
	     PT_RUN(its_input_is_given_at_once_whether_it_reads_or_not),
	     PT_RUN(it_has_none_of_our_files_and_signals),
	     PT_RUN(its_environment_is_ours_and_what_it_is_told),
	     PT_RUN(one_that_nobody_wants_any_more_is_killed),
	     PT_RUN(a_command_that_is_waited_for_says_how_it_failed))
