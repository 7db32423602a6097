/*
 * pushtrain ships a suite of interdependent managed packages by push upgrade.
 *
 * The tree, from the ground up:
 *   base/                 errors, memory, strings, time, versions, patterns
 *   graph/                the DAG: order, levels, cycles, reduction
 *   config/               suite.yaml into a validated model
 *   connectors/manifest/  git repositories and what their releases say; find.c: where they are
 *   connectors/orgs/      files of org keys
 *   connectors/command/   shell commands beside us, with limits
 *   connectors/auth/      secrets, and the access tokens they bring
 *   connectors/notify/    hooks: commands and webhooks that are told what happens
 *   connectors/push/      the push API; salesforce/ is the real platform, simulated/ is not
 *   connectors/web/       pages for the browsers of this machine, and events to those that are open
 *   connectors/emulator/  the platform's REST API over it; soql_*.c are its queries
 *   connectors/store/     rows that survive, in SQLite; the lock on a run
 *   connectors/calendar/  recurrences and calendar files as points in time
 *   connectors/clock/     the wall clock, and a virtual one
 *   pipeline/draft/       a first suite file from what repositories say
 *   pipeline/train.c      which version of each package is on the train
 *   pipeline/inventory.c  who has what
 *   pipeline/audience.c   who is in which stage; deal.c: in which batch
 *   pipeline/selector.c   whether an org is one of those that are meant
 *   pipeline/exclusions.c who is left out; reasons.c: in which words
 *   pipeline/plan.c       what a train is going to do
 *   pipeline/drift.c      what became of the audience since; notice.c: who is told in time
 *   pipeline/engine*.c    the state machine that does it
 *   pipeline/event.c      which notes others hear of, as documents
 *   pipeline/journal*.c   what a run writes down; restore.c reads it back
 *   pipeline/probe.h      marks and deliberate defects, for the simulation alone
 *   pipeline/driver.c     carries out what the engine asks for
 *   pipeline/status*.c    how a run stands, from its journal alone
 *   pipeline/history/     a run as its journal tells it: an org's story, causes of failures
 *   pipeline/standing.c   how one org stands in it
 *   pipeline/pair_text.c  the state of a push in words
 *   pipeline/report.c     what it brought, as `run` and `rehearse` print it
 *   pipeline/report/      the same of any run, from its history, to look at and to pass on
 *   pipeline/metrics.c    the same for a monitoring system
 *   pipeline/dashboard/   the dashboard's pages
 *   pipeline/timetable*.c the calendar to look at: departures, stages, blackouts
 *   pipeline/ics.c        what is planned, as a calendar to subscribe to
 *   pipeline/graph_*.c    the dependency graph, to read and to draw
 *   pipeline/progress.c   how far a run is, in a few lines; outlook.h: what it waits for
 *   pipeline/log.c        the same as documents, a line each
 *   cmd/terminal.c        what a stream ends in; block.c: lines that are written anew;
 *                         outlet.c: not waiting for it
 *   cmd/voice.c           how this process speaks; say.c: its messages; teller.c: of a run
 *   cmd/commands.c        the commands; options.c: their options; args.c parses, usage.c tells
 *   cmd/manual*.c         man pages from the same tables; complete*.c: what a shell completes
 *   cmd/                  one file a command; this one only dispatches
 */
#include <stdio.h>
#include <string.h>

#include "base/fold.h"
#include "base/near.h"
#include "cmd/complete.h"
#include "cmd/voice.h"

enum { USAGE_COLUMNS = 80 };

static const struct pt_command *find_command(const char *name)
{
	for (size_t i = 0; i < pt_ncommand; i++) {
		if (strcmp(pt_commands[i].name, name) == 0)
			return &pt_commands[i];
	}
	return NULL;
}

static enum pt_exit unknown_command(const char *name)
{
	const char *names[32];
	size_t n = pt_ncommand < PT_ARRAY_LEN(names) ? pt_ncommand : PT_ARRAY_LEN(names);

	for (size_t i = 0; i < n; i++)
		names[i] = pt_commands[i].name;
	const char *near = pt_near(name, names, n);

	if (near)
		pt_say("unknown command '%s', did you mean '%s'?", name, near);
	else
		pt_say("unknown command '%s'; 'pushtrain --help' lists them", name);
	return PT_EXIT_USAGE;
}

/* Help is as wide as the terminal, and elsewhere as most of them are. */
static enum pt_exit print_usage(const struct pt_buf *text, enum pt_exit status)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf folded = PT_BUF_INIT;
	const struct pt_look look = pt_voice_out();

	pt_fold(&folded, pt_buf_text(text), look.columns ? look.columns : USAGE_COLUMNS);
	if (text->failed)
		return pt_print(text, status);
	return pt_print(&folded, status);
}

/* 'pushtrain', '--help' and 'help [COMMAND]'. */
static enum pt_exit help(int argc, char **argv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_args none = {.file = ""};
	struct pt_err err = PT_ERR_INIT;
	bool of_one = argc > 2 && strcmp(argv[1], "help") == 0 && argv[2][0] != '-';
	const struct pt_command *command = of_one ? find_command(argv[2]) : NULL;

	if (of_one && !command)
		return unknown_command(argv[2]);
	if (command)
		pt_usage_command(&text, command);
	else
		pt_usage_program(&text);
	if (pt_voice_open(&none, &err) < 0)
		return pt_say_error(&err);
	return print_usage(&text, argc > 1 ? PT_EXIT_DONE : PT_EXIT_USAGE);
}

static enum pt_exit dispatch(int argc, char **argv)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;
	const char *word = argc > 1 ? argv[1] : "--help";
	struct pt_args args;

	if (strcmp(word, "--version") == 0) {
		pt_buf_str(&text, "pushtrain " PT_VERSION "\n");
		return pt_print(&text, PT_EXIT_DONE);
	}
	if (strcmp(word, "complete") == 0)
		return pt_complete(argc - 2, argv + 2);
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		return help(argc, argv);
	const struct pt_command *command = find_command(word);

	if (!command)
		return unknown_command(word);
	if (pt_args_parse(&args, command, argc - 2, argv + 2, &err) < 0 ||
	    pt_voice_open(&args, &err) < 0)
		return pt_say_error(&err);
	if (args.help) {
		pt_usage_command(&text, command);
		return print_usage(&text, PT_EXIT_DONE);
	}
	enum pt_exit status = command->run(&args);

	pt_voice_close();
	return status;
}

int main(int argc, char **argv)
{
	return (int)dispatch(argc, argv);
}
