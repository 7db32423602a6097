/* The table of commands, their options and their usage text. See command.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cmd/command.h"

#define PLANNING (PT_OPT_AT | PT_OPT_START | PT_OPT_ORDER | PT_OPT_CONNECTOR | PT_OPT_SEED)

const struct pt_command pt_commands[] = {
    {"init", "[FOLDER]", "write a first suite file from the repositories in a folder",
     PT_OPT_AT | PT_OPT_OUTPUT, pt_cmd_init},
    {"check", "",
     "validate the suite, reach its repositories and the platform, find what would fail later",
     PT_OPT_AT | PT_OPT_CONNECTOR | PT_OPT_SEED | PT_OPT_TRACE | PT_OPT_NOTIFY | PT_OPT_CHECK,
     pt_cmd_check},
    {"graph", "", "show the dependency graph of the releases at a moment",
     PT_OPT_AT | PT_OPT_FORMAT, pt_cmd_graph},
    {"plan", "[TRAIN]", "show what a train would do; -o writes a plan file for 'run'",
     PLANNING | PT_OPT_OUTPUT | PT_OPT_AGAINST | PT_OPT_STATE | PT_OPT_TRACE | PT_OPT_ICS,
     pt_cmd_plan},
    {"calendar", "[TRAIN]", "show when trains depart, and when nothing may start",
     PT_OPT_CALENDAR | PT_OPT_ICS, pt_cmd_calendar},
    {"rehearse", "[TRAIN]", "run a train on the simulated platform, on a virtual clock",
     PLANNING | PT_OPT_QUIET | PT_OPT_FORECAST, pt_cmd_rehearse},
    {"run", "PLAN", "run a plan file exactly as it was written",
     PT_OPT_CONNECTOR | PT_OPT_SEED | PT_OPT_QUIET | PT_OPT_CONFIRM | PT_OPT_STATE | PT_OPT_CLOCK |
	 PT_OPT_ONCE | PT_OPT_TRACE | PT_OPT_BY,
     pt_cmd_run},
    {"advance", "RUN", "do what is due in a run now, say when it is needed next, and exit",
     PT_OPT_STATE | PT_OPT_QUIET | PT_OPT_TRACE, pt_cmd_advance},
    {"resume", "RUN", "go on with a run that was killed, stopped or halted",
     PT_OPT_STATE | PT_OPT_QUIET | PT_OPT_TRACE, pt_cmd_resume},
    {"watch", "[TRAIN...]", "turn new tags into trains, and drive those that are under way",
     PT_OPT_AT | PT_OPT_CONNECTOR | PT_OPT_SEED | PT_OPT_QUIET | PT_OPT_STATE | PT_OPT_CLOCK |
	 PT_OPT_ONCE | PT_OPT_TRACE | PT_OPT_WATCH,
     pt_cmd_watch},
    {"status", "[RUN]", "show how a run stands, or which runs there are", PT_OPT_STATE,
     pt_cmd_status},
    {"approve", "RUN STAGE",
     "let a stage begin that waits for it, or go on whose gate did not hold",
     PT_OPT_STATE | PT_OPT_BY | PT_OPT_REASON | PT_OPT_REFUSE, pt_cmd_approve},
    {"pause", "RUN", "send nothing more until the run is resumed", PT_OPT_STATE, pt_cmd_pause},
    {"exclude", "RUN ORG", "leave an org out of a run that is under way",
     PT_OPT_STATE | PT_OPT_REASON, pt_cmd_exclude},
    {"repush", "RUN", "push once more what can be, of a run that has ended or is under way",
     PT_OPT_STATE | PT_OPT_QUIET | PT_OPT_TRACE | PT_OPT_ORG, pt_cmd_repush},
    {"abort", "RUN", "end a run: cancel what has not started, say what has",
     PT_OPT_STATE | PT_OPT_QUIET | PT_OPT_TRACE, pt_cmd_abort},
    {"snapshot", "", "store who has what, and how pushes went, to rehearse on",
     PT_OPT_AT | PT_OPT_OUTPUT | PT_OPT_CONNECTOR | PT_OPT_STATE | PT_OPT_TRACE | PT_OPT_SNAPSHOT,
     pt_cmd_snapshot},
    {"emulate", "", "serve the simulated platform over HTTP on this machine, to try things out on",
     PT_OPT_AT | PT_OPT_SEED | PT_OPT_EMULATE, pt_cmd_emulate},
};
const size_t pt_ncommand = PT_ARRAY_LEN(pt_commands);

enum value { NO_VALUE, TEXT, NUMBER, WORDS };

static const struct option {
	const char *name, *short_name, *value, *help;
	uint64_t opt; /* 0: every command takes it */
	enum value kind;
	size_t offset; /* of its field in struct pt_args */
} options[] = {
    {"--file", "-f", "SUITE", "the suite file (default suite.yaml)", 0, TEXT,
     offsetof(struct pt_args, file)},
    {"--json", NULL, NULL, "print one JSON document", 0, NO_VALUE, offsetof(struct pt_args, json)},
    {"--help", "-h", NULL, "show this help", 0, NO_VALUE, offsetof(struct pt_args, help)},
    {"--at", NULL, "TIME", "take releases dated at or before TIME (default now)", PT_OPT_AT, TEXT,
     offsetof(struct pt_args, at)},
    {"--start", NULL, "TIME", "depart at TIME (default the train's next departure, else the cut)",
     PT_OPT_START, TEXT, offsetof(struct pt_args, start)},
    {"--order", NULL, "ORDER", "confirmed or offset, instead of the train's", PT_OPT_ORDER, TEXT,
     offsetof(struct pt_args, order)},
    {"--connector", NULL, "NAME", "use this connector for every package", PT_OPT_CONNECTOR, TEXT,
     offsetof(struct pt_args, connector)},
    {"--seed", NULL, "N", "the simulated platform's seed, instead of the population's", PT_OPT_SEED,
     NUMBER, offsetof(struct pt_args, seed)},
    {"--output", "-o", "FILE", "write to that file", PT_OPT_OUTPUT, TEXT,
     offsetof(struct pt_args, output)},
    {"--against", NULL, "FILE", "show what has changed since that plan file was written",
     PT_OPT_AGAINST, TEXT, offsetof(struct pt_args, against)},
    {"--audience", NULL, NULL, "read every subscriber, too: stages and batches that stay empty",
     PT_OPT_CHECK, NO_VALUE, offsetof(struct pt_args, audience)},
    {"--strict", NULL, NULL, "a warning is a failure", PT_OPT_CHECK, NO_VALUE,
     offsetof(struct pt_args, strict)},
    {"--format", NULL, "FORMAT", "text, json, dot or mermaid", PT_OPT_FORMAT, TEXT,
     offsetof(struct pt_args, format)},
    {"--format", NULL, "FORMAT", "text, json or ics (a calendar to subscribe to)", PT_OPT_ICS, TEXT,
     offsetof(struct pt_args, format)},
    {"--from", NULL, "TIME", "begin at TIME (default today)", PT_OPT_CALENDAR, TEXT,
     offsetof(struct pt_args, from)},
    {"--months", NULL, "N", "show N months (default 3)", PT_OPT_CALENDAR, NUMBER,
     offsetof(struct pt_args, months)},
    {"--quiet", "-q", NULL, "no progress", PT_OPT_QUIET, NO_VALUE, offsetof(struct pt_args, quiet)},
    {"--state", NULL, "FILE", "the journal (default .pushtrain/state.db beside the suite file)",
     PT_OPT_STATE, TEXT, offsetof(struct pt_args, state)},
    {"--trace", NULL, "FILE", "append every exchange with the platform to FILE, without secrets",
     PT_OPT_TRACE, TEXT, offsetof(struct pt_args, trace)},
    {"--clock", NULL, "CLOCK", "virtual (default on a simulated platform) or wall", PT_OPT_CLOCK,
     TEXT, offsetof(struct pt_args, clock)},
    {"--port", NULL, "N", "listen on this port (default any that is free)", PT_OPT_EMULATE, NUMBER,
     offsetof(struct pt_args, port)},
    {"--population", NULL, "FILE", "its orgs (default those of the suite's simulated connector)",
     PT_OPT_EMULATE, TEXT, offsetof(struct pt_args, population)},
    {"--clock", NULL, "CLOCK", "wall (default), manual, or follow: as clients tell it",
     PT_OPT_EMULATE, TEXT, offsetof(struct pt_args, clock)},
    {"--speed", NULL, "S", "let a second be S seconds", PT_OPT_EMULATE, TEXT,
     offsetof(struct pt_args, speed)},
    {"--latency", NULL, "TIME", "wait that long before each answer", PT_OPT_EMULATE, TEXT,
     offsetof(struct pt_args, latency)},
    {"--fault-rate", NULL, "SHARE", "let that share of requests go wrong, such as 5%",
     PT_OPT_EMULATE, TEXT, offsetof(struct pt_args, fault_rate)},
    {"--control", NULL, NULL, "serve /_control too: clock, faults, changes, log", PT_OPT_EMULATE,
     NO_VALUE, offsetof(struct pt_args, control)},
    {"--runs", NULL, "N", "rehearse with N seeds and say what they come to", PT_OPT_FORECAST,
     NUMBER, offsetof(struct pt_args, runs)},
    {"--jobs", NULL, "N", "on N processors (default all)", PT_OPT_FORECAST, NUMBER,
     offsetof(struct pt_args, jobs)},
    {"--compare", NULL, "KEY=A,B", "each of these side by side; may be repeated", PT_OPT_FORECAST,
     WORDS, offsetof(struct pt_args, compare)},
    {"--advise", NULL, NULL, "find the fewest passes and the smallest offset that do",
     PT_OPT_FORECAST, NO_VALUE, offsetof(struct pt_args, advise)},
    {"--converge", NULL, "SHARE", "what --advise is to reach (default 99%)", PT_OPT_FORECAST, TEXT,
     offsetof(struct pt_args, converge)},
    {"--probability", NULL, "SHARE", "and in what share of the runs (default 95%)", PT_OPT_FORECAST,
     TEXT, offsetof(struct pt_args, probability)},
    {"--keys", NULL, "HOW", "hashed (default) or plain: the keys of orgs", PT_OPT_SNAPSHOT, TEXT,
     offsetof(struct pt_args, keys)},
    {"--history", NULL, "TIME", "measure pushes of that long ago (default 90d)", PT_OPT_SNAPSHOT,
     TEXT, offsetof(struct pt_args, history)},
    {"--by", NULL, "NAME", "who says so (run: who departs; default the login name)", PT_OPT_BY,
     TEXT, offsetof(struct pt_args, by)},
    {"--refuse", NULL, NULL, "say no: the run halts", PT_OPT_REFUSE, NO_VALUE,
     offsetof(struct pt_args, refuse)},
    {"--reason", NULL, "TEXT", "why, in your words", PT_OPT_REASON, TEXT,
     offsetof(struct pt_args, reason)},
    {"--org", NULL, "ORG", "this org alone, its permanent failures too", PT_OPT_ORG, TEXT,
     offsetof(struct pt_args, org)},
    {"--notify", NULL, NULL, "send a test event to all that the suite notifies", PT_OPT_NOTIFY,
     NO_VALUE, offsetof(struct pt_args, notify)},
    {"--once", NULL, NULL, "do what is due now and exit, for 'advance' to go on", PT_OPT_ONCE,
     NO_VALUE, offsetof(struct pt_args, once)},
    {"--confirm", NULL, "TRAIN", "the train's name, to depart from a script", PT_OPT_CONFIRM, TEXT,
     offsetof(struct pt_args, confirm)},
    {"--confirm", NULL, "TRAIN", "this train may depart by itself (may be given again)",
     PT_OPT_WATCH, WORDS, offsetof(struct pt_args, confirms)},
    {"--every", NULL, "TIME", "look so often, instead of the trigger's own", PT_OPT_WATCH, TEXT,
     offsetof(struct pt_args, every)},
    {"--tag", NULL, "TAG", "let this tag depart though it was there at the first look",
     PT_OPT_WATCH, TEXT, offsetof(struct pt_args, tag)},
    {"--retry", NULL, NULL, "try trains again that were refused", PT_OPT_WATCH, NO_VALUE,
     offsetof(struct pt_args, retry)},
};

static bool takes(const struct pt_command *command, const struct option *option)
{
	return option->opt == 0 || (command->options & option->opt);
}

static const struct option *find_option(const struct pt_command *command, const char *name,
					size_t len)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];

		if (!takes(command, o))
			continue;
		if (strlen(o->name) == len && strncmp(o->name, name, len) == 0)
			return o;
		if (o->short_name && strlen(o->short_name) == len &&
		    strncmp(o->short_name, name, len) == 0)
			return o;
	}
	return NULL;
}

static int unknown_option(const struct pt_command *command, const char *word, struct pt_err *err)
{
	const char *names[PT_ARRAY_LEN(options)];
	size_t n = 0;

	for (size_t i = 0; i < PT_ARRAY_LEN(options); i++) {
		if (takes(command, &options[i]))
			names[n++] = options[i].name;
	}
	char hint[PT_NEAR_TEXT];

	return pt_err_set(err, PT_E_USAGE, "%s: unknown option '%s'%s", command->name, word,
			  pt_near_hint(hint, word, names, n));
}

static int add_word(struct pt_words *words, const char *what, const char *word, struct pt_err *err)
{
	if (words->n == PT_WORDS_MAX)
		return pt_err_set(err, PT_E_USAGE, "%s: more than %d of them", what, PT_WORDS_MAX);
	words->word[words->n++] = word;
	return 0;
}

static int set_option(struct pt_args *args, const struct option *option, const char *value,
		      struct pt_err *err)
{
	char *field = (char *)args + option->offset;

	if (option->kind == NO_VALUE) {
		*(bool *)(void *)field = true;
	} else if (option->kind == TEXT) {
		*(const char **)(void *)field = value;
	} else if (option->kind == WORDS) {
		return add_word((struct pt_words *)(void *)field, option->name, value, err);
	} else {
		char *end;

		errno = 0;
		long long number = strtoll(value, &end, 10);

		/* strtoll would take blanks and a sign. */
		if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno == ERANGE)
			return pt_err_set(err, PT_E_USAGE,
					  "%s: '%s' is not a number, expected one from 0 to %lld",
					  option->name, value, LLONG_MAX);
		*(int64_t *)(void *)field = number;
	}
	return 0;
}

static int parse_option(struct pt_args *args, const struct pt_command *command, int *at, int argc,
			char *const *argv, struct pt_err *err)
{
	const char *word = argv[*at];
	const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
	size_t len = equals ? (size_t)(equals - word) : strlen(word);
	const struct option *option = find_option(command, word, len);
	const char *value = equals ? equals + 1 : NULL;

	if (!option)
		return unknown_option(command, word, err);
	if (option->kind == NO_VALUE && value)
		return pt_err_set(err, PT_E_USAGE, "%s takes no value", option->name);
	if (option->kind != NO_VALUE && !value) {
		if (*at + 1 >= argc)
			return pt_err_set(err, PT_E_USAGE, "%s needs a value: %s %s", option->name,
					  option->name, option->value);
		value = argv[++*at];
	}
	return set_option(args, option, value, err);
}

/* Some commands take any number, some two, most one or none. */
static int take_operand(struct pt_args *args, const struct pt_command *command, const char *word,
			struct pt_err *err)
{
	if (strstr(command->operand, "..."))
		return add_word(&args->operands, command->operand, word, err);
	if (args->operand && !args->operand2 && strchr(command->operand, ' '))
		args->operand2 = word;
	else if (args->operand || !command->operand[0])
		return pt_err_set(err, PT_E_USAGE, "%s: unexpected argument '%s'", command->name,
				  word);
	else
		args->operand = word;
	return 0;
}

int pt_args_parse(struct pt_args *out, const struct pt_command *command, int argc,
		  char *const *argv, struct pt_err *err)
{
	struct pt_args args = {
	    .file = "suite.yaml", .seed = -1, .port = -1, .runs = -1, .jobs = -1, .months = -1};

	for (int i = 0; i < argc; i++) {
		int rc = 0;

		if (argv[i][0] == '-' && argv[i][1])
			rc = parse_option(&args, command, &i, argc, argv, err);
		else
			rc = take_operand(&args, command, argv[i], err);
		if (rc < 0)
			return rc;
	}
	bool missing = !args.operand || (strchr(command->operand, ' ') && !args.operand2);

	if (!args.help && missing && command->operand[0] && command->operand[0] != '[')
		return pt_err_set(err, PT_E_USAGE, "%s: missing %s", command->name,
				  command->operand);
	*out = args;
	return 0;
}

/* "text, json or ics" */
static void list_words(struct pt_buf *out, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pt_buf_printf(out, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", words[i]);
}

int pt_args_format(size_t *out, const struct pt_args *args, const char *const *names, size_t n,
		   struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf list = PT_BUF_INIT;
	const char *name = args->format ? args->format : args->json ? "json" : names[0];
	size_t at = 0;

	while (at < n && strcmp(name, names[at]) != 0)
		at++;
	if (at == n) {
		list_words(&list, names, n);
		return pt_err_set(err, PT_E_USAGE, "--format '%s', expected %s", name,
				  pt_buf_text(&list));
	}
	if (args->json && strcmp(name, "json") != 0)
		return pt_err_set(err, PT_E_USAGE, "--format '%s' beside --json, expected one",
				  name);
	*out = at;
	return 0;
}

void pt_usage_command(struct pt_buf *out, const struct pt_command *command)
{
	pt_buf_printf(out, "usage: pushtrain %s [options]%s%s\n\n%s\n\n", command->name,
		      command->operand[0] ? " " : "", command->operand, command->summary);
	for (size_t i = 0; i < PT_ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];

		if (takes(command, o))
			pt_buf_printf(out, "  %s%s%-12s %-7s %s\n",
				      o->short_name ? o->short_name : "  ",
				      o->short_name ? ", " : "  ", o->name,
				      o->value ? o->value : "", o->help);
	}
}

void pt_usage_program(struct pt_buf *out)
{
	pt_buf_str(out, "usage: pushtrain COMMAND [options]\n\n"
			"Ships a suite of managed packages to every org by push upgrade, in "
			"dependency order.\n\n");
	for (size_t i = 0; i < pt_ncommand; i++)
		pt_buf_printf(out, "  %-9s %-10s %s\n", pt_commands[i].name, pt_commands[i].operand,
			      pt_commands[i].summary);
	pt_buf_str(out,
		   "\n'pushtrain COMMAND -h' shows a command's options. Exit status: 0 done, 1 "
		   "failed, 2 usage or\nconfiguration, 3 stopped at a gate, an approval or a "
		   "breaker, 4 finished with residue, 75 another\nprocess drives the run.\n");
}
