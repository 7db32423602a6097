/* See checks.h. */
#include "cmd/checks.h"

#include <stdlib.h>
#include <string.h>

#include "connectors/command/child.h"
#include "connectors/command/env.h"

enum { PRINTED_MAX = 4096 };

struct pt_check_run {
	const struct pt_check_conf *conf;
	struct pt_child *child;
	struct pt_child_result result;
	struct pt_buf printed;
};

static void set_count(struct pt_env *env, const char *name, uint64_t n)
{
	pt_env_set(env, name, "%llu", (unsigned long long)n);
}

static void describe(struct pt_env *env, const struct pt_check_subject *subject)
{
	const struct pt_tally *tally = subject->tally;

	pt_env_set(env, "PUSHTRAIN_SUITE", "%s", subject->suite);
	pt_env_set(env, "PUSHTRAIN_TRAIN", "%s", subject->train);
	pt_env_set(env, "PUSHTRAIN_RUN", "%s", subject->run);
	pt_env_set(env, "PUSHTRAIN_STAGE", "%s", subject->stage);
	set_count(env, "PUSHTRAIN_SELECTED", tally->selected);
	set_count(env, "PUSHTRAIN_ALREADY_CURRENT", tally->already_current);
	set_count(env, "PUSHTRAIN_EXCLUDED", tally->excluded);
	set_count(env, "PUSHTRAIN_ELIGIBLE", tally->eligible);
	set_count(env, "PUSHTRAIN_AT_TARGET", tally->at_target);
	set_count(env, "PUSHTRAIN_WAITING", tally->waiting);
	set_count(env, "PUSHTRAIN_HELD", tally->held);
	set_count(env, "PUSHTRAIN_IN_FLIGHT", tally->in_flight);
	set_count(env, "PUSHTRAIN_UNKNOWN", tally->unknown);
	set_count(env, "PUSHTRAIN_CANCELED", tally->canceled);
	set_count(env, "PUSHTRAIN_BENIGN", tally->benign);
	set_count(env, "PUSHTRAIN_FAILED", pt_tally_failed(tally));
}

int pt_check_start(struct pt_check_run **out, const struct pt_check_subject *subject,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_env_release) struct pt_env env = PT_ENV_INIT;
	struct pt_check_run *check = calloc(1, sizeof(*check));
	int rc = 0;

	if (!check)
		return pt_err_nomem(err);
	describe(&env, subject);
	check->conf = subject->conf;
	struct pt_child_conf conf = {.command = subject->conf->command,
				     .env = pt_env_list(&env, err),
				     .limit_ms = subject->conf->timeout_ms,
				     .printed = &check->printed,
				     .printed_max = PRINTED_MAX,
				     .output = PT_CHILD_TAIL};

	rc = conf.env ? pt_child_start(&check->child, &conf, err) : -PT_E_NOMEM;
	if (rc < 0) {
		pt_check_free(check);
		return rc;
	}
	*out = check;
	return 0;
}

bool pt_check_poll(bool *holds, struct pt_check_run *check, int wait_ms)
{
	if (!pt_child_poll(&check->result, check->child, wait_ms))
		return false;
	*holds = pt_child_succeeded(&check->result);
	return true;
}

void pt_check_line(char *out, size_t size_bytes, const struct pt_check_run *check)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf how = PT_BUF_INIT;
	bool well = pt_child_succeeded(&check->result);
	char line[160];

	pt_child_last_line(line, sizeof(line), &check->printed);
	if (!well || !line[0])
		pt_child_result_text(&how, &check->result);
	(void)snprintf(out, size_bytes, "%s%s%s", pt_buf_text(&how), how.len && line[0] ? ": " : "",
		       line);
}

/* Lines stay lines; all else that a terminal would obey does not. */
const char *pt_check_printed(struct pt_check_run *check)
{
	struct pt_buf *printed = &check->printed;

	for (size_t i = 0; i < printed->len; i++) {
		unsigned char c = (unsigned char)printed->data[i];

		if ((c < ' ' && c != '\n') || c == 0x7f)
			printed->data[i] = '?';
	}
	return pt_buf_text(printed);
}

void pt_check_free(struct pt_check_run *check)
{
	if (!check)
		return;
	pt_child_free(check->child);
	pt_buf_release(&check->printed);
	free(check);
}

void pt_check_freep(struct pt_check_run **check)
{
	pt_check_free(*check);
}
