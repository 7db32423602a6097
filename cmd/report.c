/* pushtrain report: what a run brought, from its journal alone, beside whoever drives it. */
#include "cmd/live.h"
#include "cmd/report_write.h"

/* The commands with the options that lead to this journal again. */
struct commands {
	struct pt_buf text[8];
	struct pt_report_commands all;
};

static int command(const char **out, struct pt_buf *text, const struct pt_live *live,
		   const char *verb, const char *after, struct pt_err *err)
{
	pt_live_command(text, live, verb, live->run.row.name);
	pt_buf_str(text, after);
	*out = pt_buf_text(text);
	return pt_buf_check(text, err);
}

static int find_commands(struct commands *c, const struct pt_live *live, struct pt_err *err)
{
	const struct {
		const char **to, *verb, *after;
	} wanted[] = {
	    {&c->all.status, "status", ""},          {&c->all.resume, "resume", ""},
	    {&c->all.repush, "repush", ""},          {&c->all.abort_, "abort", ""},
	    {&c->all.approve, "approve", ""},        {&c->all.why, "why", ""},
	    {&c->all.csv, "report", " -o left.csv"}, {&c->all.json, "report", " -o report.json"},
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(wanted); i++)
		rc = command(wanted[i].to, &c->text[i], live, wanted[i].verb, wanted[i].after, err);
	return rc;
}

static void release_commands(struct commands *c)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(c->text); i++)
		pt_buf_release(&c->text[i]);
}

static int report(struct pt_live *live, struct pt_err *err)
{
	const struct pt_args *args = live->c.args;
	struct commands commands = {.all = {.csv = NULL}};
	struct pt_report_wish wish = {.path = args->output, .commands = &commands.all};
	int rc = pt_report_form_find(&wish.form, args, err);

	if (rc == 0)
		rc = pt_live_open(live, args, PT_STORE_READ, err);
	if (rc == 0)
		rc = pt_journal_find(&live->run, live->store, args->operand, err);
	if (rc == 0)
		rc = find_commands(&commands, live, err);
	if (rc == 0) {
		wish.run = live->run.row.name;
		rc = pt_report_write(live->store, &wish, err);
	}
	release_commands(&commands);
	return rc;
}

enum pt_exit pt_cmd_report(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	return report(&live, &err) < 0 ? pt_say_error(&err) : PT_EXIT_DONE;
}
