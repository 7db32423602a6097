/* See gate_check.h. */
#include "cmd/gate_check.h"

#include <stdio.h>
#include <string.h>

#include "connectors/command/child.h"
#include "connectors/command/env.h"

enum { KEPT_BYTES = 8192, LOOK_MS = 100 };

/* The figures of its stage, under the words of every report. */
static void set_env(struct pt_env *env, const struct pt_gate_check *gate,
		    const struct pt_check *check)
{
	const struct pt_plan_setup *s = &gate->plan->setup;
	const struct pt_tally *t = &check->tally;
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
	    {"PUSHTRAIN_SELECTED", t->selected},
	    {"PUSHTRAIN_ALREADY_CURRENT", t->already_current},
	    {"PUSHTRAIN_EXCLUDED", t->excluded},
	    {"PUSHTRAIN_ELIGIBLE", t->eligible},
	    {"PUSHTRAIN_AT_TARGET", t->at_target},
	    {"PUSHTRAIN_FAILED", pt_tally_failed(t)},
	    {"PUSHTRAIN_FAILED_PERMANENT", t->failed[PT_FAILURE_PERMANENT]},
	    {"PUSHTRAIN_FAILED_TRANSIENT", t->failed[PT_FAILURE_TRANSIENT]},
	    {"PUSHTRAIN_FAILED_DEPENDENCY", t->failed[PT_FAILURE_DEPENDENCY]},
	    {"PUSHTRAIN_FAILED_NOT_YET", t->failed[PT_FAILURE_NOT_YET]},
	    {"PUSHTRAIN_HELD", t->held},
	    {"PUSHTRAIN_UNKNOWN", t->unknown},
	    {"PUSHTRAIN_WAITING", t->waiting},
	    {"PUSHTRAIN_CANCELED", t->canceled},
	    {"PUSHTRAIN_BENIGN", t->benign},
	};

	pt_env_set(env, "PUSHTRAIN_SUITE", "%s", s->suite->name);
	pt_env_set(env, "PUSHTRAIN_TRAIN", "%s", s->conf->name);
	pt_env_set(env, "PUSHTRAIN_TRAIN_ID", "%s", s->id);
	pt_env_set(env, "PUSHTRAIN_RUN", "%s", gate->run);
	pt_env_set(env, "PUSHTRAIN_STAGE", "%s", s->conf->stage[check->stage].name);
	pt_env_set(env, "PUSHTRAIN_SUCCESS", "%.4f", check->success_ppm / 10000.0);
	for (size_t i = 0; i < PT_ARRAY_LEN(counts); i++)
		pt_env_set(env, counts[i].name, "%llu", (unsigned long long)counts[i].n);
}

/* How it ended, and the last that it printed. */
static void describe(struct pt_check_end *out, const struct pt_child_result *result,
		     const struct pt_buf *printed)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf how = PT_BUF_INIT;
	const char *tail = pt_buf_text(printed);
	size_t room, len = printed->len;

	pt_child_result_text(&how, result);
	room = sizeof(out->output) - 4;
	room = how.len < room ? room - how.len : 0;
	while (len > 0 && (tail[len - 1] == '\n' || tail[len - 1] == ' '))
		len--;
	if (len > room) {
		tail += len - room;
		len = room;
	}
	snprintf(out->output, sizeof(out->output), "%s%s%.*s", pt_buf_text(&how), len ? ": " : "",
		 (int)len, tail);
}

static void wait_for(struct pt_check_end *out, struct pt_child *child,
		     const struct pt_gate_check *gate, const struct pt_buf *printed)
{
	struct pt_child_result result;

	while (!pt_child_poll(&result, child, LOOK_MS)) {
		if (gate->stop && *gate->stop) {
			out->given_up = true;
			return;
		}
	}
	out->holds = pt_child_succeeded(&result);
	describe(out, &result, printed);
}

int pt_gate_check(void *context, const struct pt_check *check, struct pt_check_end *out,
		  struct pt_err *err)
{
	const struct pt_gate_check *gate = context;
	PT_CLEANUP(pt_buf_release) struct pt_buf printed = PT_BUF_INIT;
	PT_CLEANUP(pt_child_freep) struct pt_child *child = NULL;
	PT_CLEANUP(pt_env_release) struct pt_env env = PT_ENV_INIT;
	struct pt_err cannot = PT_ERR_INIT;

	*out = (struct pt_check_end){.holds = false};
	set_env(&env, gate, check);
	const struct pt_child_conf conf = {.command = check->conf->command,
					   .env = pt_env_list(&env, err),
					   .limit_ms = check->conf->timeout_ms,
					   .printed = &printed,
					   .printed_max = KEPT_BYTES,
					   .output = PT_CHILD_TAIL};

	if (!conf.env)
		return pt_err_nomem(err);
	if (pt_child_start(&child, &conf, &cannot) < 0) {
		/* What cannot be run says no. */
		snprintf(out->output, sizeof(out->output), "%s", cannot.text);
		return 0;
	}
	wait_for(out, child, gate, &printed);
	return 0;
}
