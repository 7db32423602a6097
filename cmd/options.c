/* The table of options. See option.h. */
#include <assert.h>
#include <string.h>

#include "cmd/option.h"

#define NO_VALUE PT_VALUE_NONE
#define TEXT     PT_VALUE_TEXT
#define NUMBER   PT_VALUE_NUMBER
#define WORDS    PT_VALUE_WORDS

/* A row may end before 'words'. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

const struct pt_option pt_options[] = {
    {"--file", "-f", "SUITE", "the suite file (default suite.yaml)", 0, TEXT,
     offsetof(struct pt_args, file)},
    {"--json", NULL, NULL, "print one JSON document", 0, NO_VALUE, offsetof(struct pt_args, json)},
    {"--color", NULL, "WHEN", "auto (default), always or never", 0, TEXT,
     offsetof(struct pt_args, color), "auto always never"},
    {"--help", "-h", NULL, "show this help", 0, NO_VALUE, offsetof(struct pt_args, help)},
    {"--at", NULL, "TIME", "take releases dated at or before TIME (default now)", PT_OPT_AT, TEXT,
     offsetof(struct pt_args, at)},
    {"--start", NULL, "TIME", "depart at TIME (default the train's next departure, else the cut)",
     PT_OPT_START, TEXT, offsetof(struct pt_args, start)},
    {"--order", NULL, "ORDER", "confirmed or offset, instead of the train's", PT_OPT_ORDER, TEXT,
     offsetof(struct pt_args, order), "confirmed offset"},
    {"--connector", NULL, "CONNECTOR", "use this connector for every package", PT_OPT_CONNECTOR,
     TEXT, offsetof(struct pt_args, connector)},
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
    {"--schema", NULL, NULL, "print the JSON Schema of suite files, for editors, and no more",
     PT_OPT_CHECK, NO_VALUE, offsetof(struct pt_args, schema)},
    {"--format", NULL, "FORMAT", "text, json, dot or mermaid", PT_OPT_FORMAT, TEXT,
     offsetof(struct pt_args, format), "text json dot mermaid"},
    {"--format", NULL, "FORMAT", "text, json or ics (a calendar to subscribe to)", PT_OPT_ICS, TEXT,
     offsetof(struct pt_args, format), "text json ics"},
    {"--format", NULL, "FORMAT",
     "html, markdown, json, csv or text (default by the ending of FILE, else text)", PT_OPT_REPORT,
     TEXT, offsetof(struct pt_args, format), "html markdown json csv text"},
    {"--from", NULL, "TIME", "begin at TIME (default today)", PT_OPT_CALENDAR, TEXT,
     offsetof(struct pt_args, from)},
    {"--months", NULL, "N", "show N months (default 3)", PT_OPT_CALENDAR, NUMBER,
     offsetof(struct pt_args, months)},
    {"--quiet", "-q", NULL, "no progress: errors and the result only", PT_OPT_QUIET, NO_VALUE,
     offsetof(struct pt_args, quiet)},
    {"--verbose", "-v", NULL, "each push request, and each error of the platform, too",
     PT_OPT_VERBOSE, NO_VALUE, offsetof(struct pt_args, verbose)},
    {"--log-format", NULL, "FORMAT", "text, or json: a document a line on standard error",
     PT_OPT_VERBOSE, TEXT, offsetof(struct pt_args, log_format), "text json"},
    {"--watch", NULL, NULL, "show it anew until the run ends", PT_OPT_LIVE, NO_VALUE,
     offsetof(struct pt_args, live)},
    {"--every", NULL, "TIME", "and so often (default 2s)", PT_OPT_LIVE, TEXT,
     offsetof(struct pt_args, every)},
    {"--state", NULL, "FILE", "the journal (default .pushtrain/state.db beside the suite file)",
     PT_OPT_STATE, TEXT, offsetof(struct pt_args, state)},
    {"--trace", NULL, "FILE", "append every exchange with the platform to FILE, without secrets",
     PT_OPT_TRACE, TEXT, offsetof(struct pt_args, trace)},
    {"--clock", NULL, "CLOCK", "virtual (default on a simulated platform) or wall", PT_OPT_CLOCK,
     TEXT, offsetof(struct pt_args, clock), "wall virtual"},
    {"--port", NULL, "N", "listen on this port (default any that is free)", PT_OPT_EMULATE, NUMBER,
     offsetof(struct pt_args, port)},
    {"--port", NULL, "N", "listen on this port (default 8473; 0: any that is free)",
     PT_OPT_DASHBOARD, NUMBER, offsetof(struct pt_args, port)},
    {"--metrics", NULL, "FILE", "keep how runs stand in that file, which ends in .prom",
     PT_OPT_METRICS, TEXT, offsetof(struct pt_args, metrics)},
    {"--population", NULL, "FILE", "its orgs (default those of the suite's simulated connector)",
     PT_OPT_EMULATE, TEXT, offsetof(struct pt_args, population)},
    {"--clock", NULL, "CLOCK", "wall (default), manual, or follow: as clients tell it",
     PT_OPT_EMULATE, TEXT, offsetof(struct pt_args, clock), "wall manual follow"},
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
     offsetof(struct pt_args, keys), "hashed plain"},
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
    {"--package", NULL, "PACKAGE", "this package's failures alone", PT_OPT_WHY, TEXT,
     offsetof(struct pt_args, package)},
    {"--class", NULL, "CLASS", "failures of this class alone", PT_OPT_WHY, TEXT,
     offsetof(struct pt_args, class_), "dependency transient not_yet permanent benign"},
    {"--stage", NULL, "STAGE", "orgs of this stage alone", PT_OPT_WHY, TEXT,
     offsetof(struct pt_args, stage)},
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
static_assert(PT_ARRAY_LEN(pt_options) <= PT_OPTIONS_MAX, "PT_OPTIONS_MAX");
const size_t pt_noption = PT_ARRAY_LEN(pt_options);

bool pt_command_takes(const struct pt_command *command, const struct pt_option *option)
{
	return option->opt == 0 || (command->options & option->opt);
}

bool pt_option_allows(const struct pt_option *option, const char *value)
{
	size_t len = strlen(value);
	const char *word = option->words;

	while (word && *word) {
		size_t n = strcspn(word, " ");

		if (n == len && memcmp(word, value, n) == 0)
			return true;
		word += n + strspn(word + n, " ");
	}
	return false;
}

void pt_option_words(struct pt_buf *out, const struct pt_option *option)
{
	const char *word = option->words;

	for (size_t n; *word; word += n + strspn(word + n, " ")) {
		n = strcspn(word, " ");
		bool last = word[n] == '\0';

		pt_buf_printf(out, "%s%.*s",
			      word == option->words ? ""
			      : last                ? " or "
						    : ", ",
			      (int)n, word);
	}
}
