/*
 * pushtrain run: a plan file exactly as it was written. Tags, versions and rules
 * that changed since, and rules that this version does not honour, refuse it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "cmd/live.h"

enum { NAME_TEXT = 128 };

/* A person at a terminal types it. */
static const char *ask_for_name(char typed[NAME_TEXT], const char *train)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return NULL;
	fprintf(stderr, "Departing is final. Type the train's name, %s, to go on: ", train);
	if (!fgets(typed, NAME_TEXT, stdin))
		return NULL;
	typed[strcspn(typed, "\n")] = '\0';
	return typed;
}

static int confirm(const struct pt_context *c, struct pt_err *err)
{
	const char *said = c->args->confirm;
	char typed[NAME_TEXT];

	if (!said)
		said = ask_for_name(typed, c->conf.name);
	if (said && strcmp(said, c->conf.name) == 0)
		return 0;
	if (said)
		return pt_err_set(err, PT_E_USAGE, "--confirm '%s', the plan is of train '%s'",
				  said, c->conf.name);
	return pt_err_set(err, PT_E_USAGE,
			  "departing needs the train's name: pushtrain run -f %s --confirm %s %s",
			  c->args->file, c->conf.name, c->args->operand);
}

/* The train as suite and tags have it now, compared with the plan. */
static int follow(struct pt_live *live, const struct pt_args *args, const struct pt_plan_file *file,
		  struct pt_err *err)
{
	int rc = pt_context_open(&live->c, args, err);

	return rc < 0 ? rc : pt_plan_follow(&live->c, file, NULL, true, err);
}

int pt_run_depart(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	PT_CLEANUP(pt_plan_file_freep) struct pt_plan_file *file = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	bool waited = false, wall;
	int rc = pt_plan_load(&file, &text, args->operand, err);

	if (rc == 0)
		rc = follow(live, args, file, err);
	if (rc == 0)
		rc = confirm(&live->c, err);
	if (rc == 0)
		rc = pt_live_wants_wall(&wall, &live->c, err);
	if (rc == 0)
		rc = pt_live_open(live, args, PT_STORE_MAKE, err);
	if (rc == 0)
		rc = pt_journal_refuse_again(live->store, pt_buf_text(&text), text.len, err);
	if (rc == 0)
		rc = pt_overlap_clear(&waited, live, file, err);
	if (rc == 0 && waited) {
		pt_context_release(&live->c);
		rc = follow(live, args, file, err);
	}
	return rc < 0 ? rc : pt_live_depart(live, file, pt_buf_text(&text), text.len, err);
}

static int depart(struct pt_live *live, const struct pt_args *args, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf command = PT_BUF_INIT;
	int rc = pt_run_depart(live, args, err);

	if (rc < 0)
		return rc;
	pt_live_command(&command, live, "resume", live->run.row.name);
	if (!args->quiet)
		pt_say("run %s departs; if this process dies, '%s' goes on", live->run.row.name,
		       pt_buf_text(&command));
	return pt_live_drive(live, args->once ? pt_live_due_ms(live) : PT_NEVER, err);
}

enum pt_exit pt_cmd_run(const struct pt_args *args)
{
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = args}};
	struct pt_err err = PT_ERR_INIT;

	if (depart(&live, args, &err) < 0)
		return pt_say_error(&err);
	return pt_live_end(&live);
}
