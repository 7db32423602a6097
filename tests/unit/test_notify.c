/* Hooks: what reaches them, what is tried again, and that nobody waits for them. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "connectors/clock/clock.h"
#include "connectors/notify/hook.h"
#include "connectors/notify/notify.h"
#include "tests/hook_server.h"

enum { PATIENCE_MS = 20000 };

static const char body[] = "{\"type\": \"halt\"}";

static const struct pt_notice notice = {
    .number = 7,
    .id = "weekly-1/7",
    .type = "halt",
    .body = body,
    .variable = (const struct pt_notice_variable[]){{"PUSHTRAIN_EVENT", "halt"},
						    {"PUSHTRAIN_TEXT", "it's \"$(over)\""}},
    .nvariable = 2};

/* One notice to one hook, up to its outcome. */
static struct pt_notify_outcome deliver(const struct pt_notify_conf *conf, char why[256])
{
	struct pt_notify *notify = NULL;
	struct pt_notify_outcome outcome = {.tries = 0};
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_notify_new(&notify, conf, 1, &err), 0);
	if (pt_notify_open(notify, 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(pt_notify_add(notify, 0, &notice, &err), 0);
	assert_int_equal(pt_notify_left(notify, 0), 1);
	pt_notify_wait(notify, pt_clock_monotonic_ms() + PATIENCE_MS);
	assert_true(pt_notify_take(&outcome, notify));
	assert_int_equal(outcome.number, 7);
	assert_int_equal(pt_notify_left(notify, 0), 0);
	assert_true(pt_notify_due_ms(notify) == PT_NEVER);
	(void)snprintf(why, 256, "%s", outcome.delivered ? "" : outcome.why);
	pt_notify_free(notify);
	outcome.why = why;
	return outcome;
}

static struct pt_notify_outcome post(struct hook_server *server, const char *path, int64_t retries,
				     char why[256])
{
	char url[128];
	const struct pt_notify_conf conf = {.kind = PT_NOTIFY_WEBHOOK,
					    .url = url,
					    .timeout_ms = 300,
					    .retries = retries,
					    .backoff_ms = 4};

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", server->port, path);
	return deliver(&conf, why);
}

PT_TEST(a_webhook_is_posted_and_tried_again_while_that_may_help)
{
	static const struct {
		const char *path;
		int64_t retries;
		bool delivered;
		unsigned tries;
		const char *why;
	} cases[] = {
	    {"/ok", 3, true, 1, ""},
	    {"/flaky", 3, true, 3, ""},
	    {"/flaky", 1, false, 2, "it answers 503"},
	    {"/limited", 1, true, 2, ""},
	    {"/busy", 2, false, 3, "it answers 503"},
	    {"/gone", 3, false, 1, "it answers 404"},
	    {"/elsewhere", 3, false, 1, "it answers 302, a redirect, which is not followed"},
	    {"/silent", 1, false, 2, "Timeout was reached"},
	    {"/huge", 3, true, 1, ""},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct hook_server server = {.port = 0};
		struct pt_notify_outcome outcome;
		char why[256];

		assert_true(hook_server_start(&server));
		outcome = post(&server, cases[i].path, cases[i].retries, why);
		assert_string_equal(why, cases[i].why);
		assert_int_equal(outcome.delivered, cases[i].delivered);
		assert_int_equal(outcome.tries, cases[i].tries);
		assert_int_equal(server.nasked, cases[i].tries);
		assert_int_equal(server.nelsewhere, strcmp(cases[i].path, "/ok") == 0);
		assert_string_equal(pt_buf_text(&server.body), body);
		assert_string_equal(server.event, "halt");
		assert_string_equal(server.delivery, "weekly-1/7");
		assert_string_equal(server.signature, "");
		hook_server_stop(&server);
	}
}

PT_TEST(a_webhook_is_signed_with_the_time_of_the_try)
{
	struct hook_server server = {.port = 0};
	PT_CLEANUP(pt_buf_release) struct pt_buf secret = PT_BUF_INIT;
	char url[128], why[256], expected[PT_SIGNATURE_TEXT];
	const struct pt_notify_conf conf = {.kind = PT_NOTIFY_WEBHOOK,
					    .url = url,
					    .timeout_ms = 5000,
					    .backoff_ms = 1,
					    .secret = {.from = PT_SECRET_ENV, .text = "PT_HUSH"}};
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(setenv("PT_HUSH", "hush hush", 1), 0);
	assert_true(hook_server_start(&server));
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/ok", server.port);
	assert_true(deliver(&conf, why).delivered);
	pt_buf_str(&secret, "hush hush");
	long long now = strtoll(server.time, NULL, 10);

	assert_true(llabs(now - (long long)time(NULL)) < 60);
	assert_int_equal(pt_hook_sign(expected, &secret, now, body, &err), 0);
	assert_string_equal(server.signature, expected);
	hook_server_stop(&server);
	/* By hand: printf '%s' '1700000000.{}' | openssl dgst -sha256 -hmac 'hush hush' */
	assert_int_equal(pt_hook_sign(expected, &secret, 1700000000, "{}", &err), 0);
	assert_string_equal(
	    expected, "sha256=947f7d715deab5a246cc55675e72953eb0cab4c96eba57877537ca02f2d99314");
}

PT_TEST(a_hook_that_cannot_be_opened_says_why_and_no_secret)
{
	static const struct {
		const char *url, *env, *error;
	} cases[] = {
	    {"https://${PT_NO_HOST}/x", NULL, "the environment variable PT_NO_HOST is not set"},
	    {"${PT_PLAIN}", NULL, "expected an https:// address, or http:// to this machine"},
	    {"${PT_BLANK}", NULL, "its address has a blank or a control character in it"},
	    {"https://x.example/y", "PT_NO_SECRET",
	     "its secret: the environment variable PT_NO_SECRET is not set"},
	};

	assert_int_equal(setenv("PT_PLAIN", "http://hush.example/x", 1), 0);
	assert_int_equal(setenv("PT_BLANK", "https://hush.example/x y", 1), 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct pt_notify_conf conf = {.kind = PT_NOTIFY_WEBHOOK, .url = cases[i].url};
		struct pt_notify *notify = NULL;
		struct pt_err err = PT_ERR_INIT;

		if (cases[i].env)
			conf.secret =
			    (struct pt_secret_conf){.from = PT_SECRET_ENV, .text = cases[i].env};
		assert_int_equal(pt_notify_new(&notify, &conf, 1, &err), 0);
		assert_true(pt_notify_open(notify, 0, &err) < 0);
		assert_string_equal(err.text, cases[i].error);
		/* Its queue grows, and nothing is tried. */
		assert_int_equal(pt_notify_add(notify, 0, &notice, &err), 0);
		pt_notify_turn(notify);
		assert_int_equal(pt_notify_left(notify, 0), 1);
		assert_true(pt_notify_due_ms(notify) == PT_NEVER);
		pt_notify_free(notify);
	}
}

static void run_command(const char *command, int64_t timeout_ms, bool delivered, unsigned tries,
			const char *expected)
{
	const struct pt_notify_conf conf = {.kind = PT_NOTIFY_COMMAND,
					    .command = command,
					    .timeout_ms = timeout_ms,
					    .retries = tries - 1,
					    .backoff_ms = 1};
	char why[256];
	struct pt_notify_outcome outcome = deliver(&conf, why);

	assert_string_equal(why, expected);
	assert_int_equal(outcome.delivered, delivered);
	assert_int_equal(outcome.tries, delivered ? 1 : tries);
}

PT_TEST(a_command_is_given_the_event_and_its_last_line_says_why_it_failed)
{
	run_command("test \"$(cat)\" = '{\"type\": \"halt\"}'", PATIENCE_MS, true, 3, "");
	run_command("test \"$PUSHTRAIN_EVENT:$PUSHTRAIN_TEXT\" = 'halt:it'\\''s \"$(over)\"'",
		    PATIENCE_MS, true, 1, "");
	run_command("echo first; printf 'at \\033last\\n\\n' >&2; exit 4", PATIENCE_MS, false, 2,
		    "it ended with status 4: at ?last");
	run_command("kill -9 $$", PATIENCE_MS, false, 1, "it was ended by signal 9");
	run_command("sleep 1000", 50, false, 2, "it takes too long");
	run_command("exec 2>/dev/null; yes | head -c 3000000; exit 1", PATIENCE_MS, false, 1,
		    "it ended with status 1: y");
}

PT_TEST(one_hook_that_hangs_holds_up_neither_the_others_nor_us)
{
	char file[] = "/tmp/pt-notify-XXXXXX", command[64];
	struct pt_notify_conf conf[] = {
	    {.kind = PT_NOTIFY_COMMAND, .command = "sleep 1000", .timeout_ms = PATIENCE_MS},
	    {.kind = PT_NOTIFY_COMMAND, .command = command, .timeout_ms = PATIENCE_MS},
	};
	int fd = mkstemp(file);
	struct pt_notify *notify = NULL;
	struct pt_notify_outcome outcome;
	struct pt_err err = PT_ERR_INIT;
	int64_t begun_ms = pt_clock_monotonic_ms();

	assert_true(fd >= 0);
	(void)snprintf(command, sizeof(command), "cat >>%s", file);
	assert_int_equal(pt_notify_new(&notify, conf, 2, &err), 0);
	for (size_t hook = 0; hook < 2; hook++) {
		assert_int_equal(pt_notify_open(notify, hook, &err), 0);
		for (int64_t i = 1; i <= 3; i++) {
			char text[8];
			const struct pt_notice numbered = {
			    .number = i, .id = "x", .type = "end", .body = text};

			(void)snprintf(text, sizeof(text), "%d", (int)i);
			assert_int_equal(pt_notify_add(notify, hook, &numbered, &err), 0);
		}
	}
	for (int64_t i = 1; i <= 3; i++) {
		while (!pt_notify_take(&outcome, notify))
			pt_notify_wait(notify, pt_clock_monotonic_ms() + 100);
		assert_int_equal(outcome.hook, 1);
		assert_int_equal(outcome.number, i);
		assert_true(outcome.delivered);
	}
	assert_int_equal(pt_notify_left(notify, 0), 3);
	pt_notify_free(notify);
	assert_true(pt_clock_monotonic_ms() - begun_ms < PATIENCE_MS / 2);
	char got[16] = "";

	assert_int_equal(read(fd, got, sizeof(got) - 1), 6);
	assert_string_equal(got, "1\n2\n3\n");
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(file), 0);
}

PT_TEST(no_message_repeats_what_may_be_a_secret_in_an_address)
{
	static const struct {
		const char *url, *name;
	} cases[] = {
	    {"https://hooks.example.com/services/T0/hush", "https://hooks.example.com"},
	    {"https://hooks.example.com?token=hush", "https://hooks.example.com"},
	    {"https://user:hush@hooks.example.com/x", "the webhook of line 3"},
	    {"${PT_HOOK}", "the webhook of line 3"},
	    {"https://${PT_HOST}/hush", "the webhook of line 3"},
	    {"http://127.0.0.1:80/hush", "http://127.0.0.1:80"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		const struct pt_notify_conf conf = {
		    .kind = PT_NOTIFY_WEBHOOK, .url = cases[i].url, .src = {.line = 3}};
		PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;

		pt_notify_name(&name, &conf);
		assert_string_equal(pt_buf_text(&name), cases[i].name);
	}
}

PT_TEST_MAIN(PT_RUN(a_webhook_is_posted_and_tried_again_while_that_may_help),
	     PT_RUN(a_webhook_is_signed_with_the_time_of_the_try),
	     PT_RUN(a_hook_that_cannot_be_opened_says_why_and_no_secret),
	     PT_RUN(a_command_is_given_the_event_and_its_last_line_says_why_it_failed),
	     PT_RUN(one_hook_that_hangs_holds_up_neither_the_others_nor_us),
	     PT_RUN(no_message_repeats_what_may_be_a_secret_in_an_address))
