/* A command that is given the notice. See hook.h. */
#include <stdlib.h>

#include "connectors/command/child.h"
#include "connectors/command/env.h"
#include "connectors/notify/hook.h"

enum { PRINTED_MAX = 2048 };

struct command {
	struct pt_hook base;
	const struct pt_notify_conf *conf;
	struct pt_child *child; /* NULL: none is under way */
	struct pt_buf printed, input;
};

static int begin(struct pt_hook *hook, const struct pt_notice *notice, struct pt_err *err)
{
	struct command *command = (struct command *)hook;
	PT_CLEANUP(pt_env_release) struct pt_env env = PT_ENV_INIT;
	struct pt_child_conf conf = {.command = command->conf->command,
				     .limit_ms = command->conf->timeout_ms,
				     .printed = &command->printed,
				     .printed_max = PRINTED_MAX,
				     .output = PT_CHILD_TAIL};

	for (size_t i = 0; i < notice->nvariable; i++)
		pt_env_set(&env, notice->variable[i].name, "%s", notice->variable[i].value);
	conf.env = pt_env_list(&env, err);
	if (!conf.env)
		return -PT_E_NOMEM;
	pt_buf_clear(&command->printed);
	pt_buf_clear(&command->input);
	pt_buf_printf(&command->input, "%s\n", notice->body);
	if (pt_buf_check(&command->input, err) < 0)
		return -PT_E_NOMEM;
	conf.input = command->input.data;
	conf.input_size = command->input.len;
	return pt_child_start(&command->child, &conf, err);
}

static bool poll_command(struct pt_hook_end *out, struct pt_hook *hook)
{
	struct command *command = (struct command *)hook;
	PT_CLEANUP(pt_buf_release) struct pt_buf how = PT_BUF_INIT;
	struct pt_child_result result;
	char line[128];

	if (!pt_child_poll(&result, command->child, 0))
		return false;
	pt_child_free(command->child);
	command->child = NULL;
	*out = (struct pt_hook_end){.delivered = pt_child_succeeded(&result), .again = true};
	pt_child_last_line(line, sizeof(line), &command->printed);
	pt_child_result_text(&how, &result);
	(void)snprintf(out->why, sizeof(out->why), "it %s%s%s", pt_buf_text(&how),
		       line[0] ? ": " : "", line);
	return true;
}

static void close_command(struct pt_hook *hook)
{
	struct command *command = (struct command *)hook;

	pt_child_free(command->child);
	pt_buf_release(&command->printed);
	pt_buf_release(&command->input);
	free(command);
}

int pt_hook_open_command(struct pt_hook **out, const struct pt_notify_conf *conf,
			 struct pt_err *err)
{
	static const struct pt_hook_ops ops = {
	    .begin = begin, .poll = poll_command, .close = close_command};
	struct command *command = calloc(1, sizeof(*command));

	if (!command)
		return pt_err_nomem(err);
	command->base.ops = &ops;
	command->conf = conf;
	*out = &command->base;
	return 0;
}
