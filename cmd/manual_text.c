/* What man pages say of each command beside the tables. See manual.h. */
#include <string.h>

#include "cmd/manual.h"

#define FAILED  (1U << PT_EXIT_FAILED)
#define STOPPED (1U << PT_EXIT_STOPPED)
#define RESIDUE (1U << PT_EXIT_RESIDUE)
#define DRIVING (FAILED | STOPPED | RESIDUE)

const char pt_manual_program_text[] =
    "pushtrain ships a suite of interdependent Salesforce managed packages to every customer org "
    "by push upgrade. It reads what depends on what from git tags, orders the packages, pushes "
    "them in waves, holds back each org until the base has arrived in that org, and pushes again "
    "until every org that can have the new version has it.\n\n"
    "What ships together is declared in `suite.yaml`. A train is one release of the suite; a run "
    "is "
    "one execution of its plan, with a journal that survives a crash at any instant.\n\n"
    "Results go to the standard output, progress and messages to the standard error. Every stop "
    "ends with the command that goes on.";

const struct pt_manual_item pt_manual_values[] = {
    {"TIME",
     "A TIME is a date (`2026-12-01`), a local time in the suite's zone (`2026-12-01T18:00`) or a "
     "moment (`2026-12-01T18:00:00Z`, `2026-12-01T18:00+01:00`); where a span is meant, a number "
     "with a unit: `500ms`, `90s`, `30m`, `4h`, `6d`, `2w`.",
     0},
    {"ORG", "An ORG is its id, of 15 or 18 characters.", 0},
    {"SHARE", "A SHARE is a percentage, such as `97.5%`.", 0},
    {NULL, NULL, 0},
};

const struct pt_manual_status pt_manual_statuses[] = {
    {PT_EXIT_DONE, "Done; of a run: every org that can have the versions has them."},
    {PT_EXIT_FAILED, "It failed: a file, the network, the platform."},
    {PT_EXIT_USAGE, "Wrong usage or configuration, or a train or plan that is refused."},
    {PT_EXIT_STOPPED,
     "Stopped at a gate, an approval or a breaker, or by a signal. A person decides; the last "
     "line is the command that goes on."},
    {PT_EXIT_RESIDUE, "Finished with residue: some orgs could not get the versions. They are "
		      "listed with reasons."},
    {PT_EXIT_BUSY, "Another process drives this run, or writes the journal. Try again later."},
    {PT_EXIT_DONE, NULL},
};

const struct pt_manual_item pt_manual_files[] = {
    {"suite.yaml", "The suite; `--file` names another one.", 0},
    {".pushtrain/state.db",
     "The journal of all runs of the suite, an SQLite file, beside the suite file; `--state` names "
     "another one.",
     PT_OPT_STATE},
    {".pushtrain/state.db.lock", "Says which process drives which run.", PT_OPT_STATE},
    {".pushtrain/plans/", "Plans that `pushtrain watch` wrote and nobody let depart yet.",
     PT_OPT_WATCH},
    {".pushtrain/snapshot.key",
     "The key that hashes org keys in snapshots, mode 0600. Whoever has it can tell whose orgs "
     "they are.",
     PT_OPT_SNAPSHOT},
    {".pushtrain/CONNECTOR.platform",
     "What a simulated platform of live runs remembers. Delete it to begin with a fresh one.",
     PT_OPT_TRACE},
    {"~/.cache/pushtrain/git", "Clones of repositories that the suite names by address.",
     PT_OPT_AT},
    {NULL, NULL, 0},
};

const struct pt_manual_item pt_manual_environment[] = {
    {"NO_COLOR", "Set and not empty: no colours, unless `--color` says otherwise.", 0},
    {"CLICOLOR, CLICOLOR_FORCE",
     "`CLICOLOR=0`: no colours. `CLICOLOR_FORCE=1`: colours, though it is no terminal.", 0},
    {"TERM", "If it is `dumb`, nothing is redrawn or coloured.", 0},
    {"COLUMNS", "How wide the terminal is, where it does not say so.", 0},
    {"XDG_CACHE_HOME", "Where clones are kept, in `pushtrain/git`, instead of `~/.cache`.",
     PT_OPT_AT},
    {"LOGNAME", "Who departs or approves, where `--by` does not say it.", PT_OPT_BY},
    {"PATH", "Where `git` is looked for, which repositories named by address need.", PT_OPT_AT},
    {NULL, NULL, 0},
};

const struct pt_manual pt_manuals[] = {
    {.command = "init",
     .text =
	 "Looks for git repositories in a folder, reads what their releases depend on, and "
	 "writes a suite file with comments. What it could not decide is a comment in the "
	 "file and a warning, never a silent guess. A file that is there is not overwritten.\n\n"
	 "Beside it come a population of made-up orgs, so that `pushtrain rehearse` works at "
	 "once, and the JSON Schema that editors check and explain suite files with.",
     .example = {{"Begin with the repositories in a folder:", "pushtrain init repos"}},
     .statuses = FAILED,
     .see = "check graph"},
    {.command = "check",
     .text = "Validates the suite file and names every mistake with its line and column, reads "
	     "every repository, opens every connector, and looks for what would fail later: tags "
	     "that no package matches, versions that the platform does not know, a token that has "
	     "expired. It writes nothing to the platform.\n\n"
	     "With `--audience` it reads every subscriber as well, which costs a call for each "
	     "2,000 of them, and says which stages and batches stay empty. With `--notify` every "
	     "hook of the suite is sent an event of type `test`.",
     .example = {{"Before anything else:", "pushtrain check"},
		 {"In a workflow that checks changes of the suite:",
		  "pushtrain check --strict --json"},
		 {"Try the hooks:", "pushtrain check --notify"},
		 {"What editors check suite files with:",
		  "pushtrain check --schema >suite.schema.json"}},
     .statuses = FAILED,
     .see = "graph plan"},
    {.command = "graph",
     .text = "Shows which version of each package was released at a moment, what it needs, and "
	     "at which level of the graph it stands: a package is pushed after all that it needs. "
	     "It needs no credentials and asks no platform.",
     .example = {{"The releases as of a day:", "pushtrain graph --at 2022-08-20"},
		 {"Draw it:", "pushtrain graph --format dot | dot -Tsvg -o graph.svg"}},
     .statuses = FAILED,
     .see = "check plan"},
    {.command = "plan",
     .text = "Shows what a train would do: its packages and versions, stages, batches and waves, "
	     "who is left out and why, how many push requests and API calls it takes, and how many "
	     "orgs a mistake could reach before the train stops. It writes nothing to the "
	     "platform.\n\n"
	     "With `-o` the plan is written to a file, and `pushtrain run` does exactly that: when "
	     "tags, versions or rules have changed since, it is refused with the difference shown. "
	     "TRAIN may be left out where the suite has one.",
     .example = {{"The next train:", "pushtrain plan biweekly"},
		 {"Write it down, to be approved and run:", "pushtrain plan biweekly -o plan.json"},
		 {"What has changed since:", "pushtrain plan biweekly --against plan.json"},
		 {"Subscribe to it:", "pushtrain plan biweekly --format ics >train.ics"}},
     .statuses = FAILED,
     .see = "calendar rehearse run"},
    {.command = "calendar",
     .text = "Shows when trains depart, where blackouts move them to, when their stages begin at "
	     "the earliest, and when nothing may start.",
     .example = {{"The next three months:", "pushtrain calendar"},
		 {"A year of one train:",
		  "pushtrain calendar biweekly --from 2027-01-01 --months 12"},
		 {"Subscribe to it:", "pushtrain calendar --format ics >calendar.ics"}},
     .statuses = FAILED,
     .see = "plan watch"},
    {.command = "rehearse",
     .text =
	 "Runs the whole train, engine and plan as they are, on the simulated platform and "
	 "on a virtual clock: a fortnight takes a second. It needs no credentials and writes "
	 "no journal. Every approval is given at once.\n\n"
	 "`--runs` rehearses many times, each time with another seed, and says how likely it is "
	 "that gates hold, how long the train takes and who is left. `--compare` puts policies "
	 "side by side (`order`, `offset`, `passes`, `after`, `every`, `soak`, `running`, "
	 "`request_size`; of one stage as `sandbox.soak`), and `--advise` looks for the fewest "
	 "passes and the smallest offset that do.",
     .example = {{"One train:", "pushtrain rehearse biweekly"},
		 {"How likely is it to hold:", "pushtrain rehearse biweekly --runs 1000"},
		 {"Which policy is better:",
		  "pushtrain rehearse biweekly --compare order=offset,confirmed --compare "
		  "offset=1h,4h,12h"},
		 {"What is needed to bring 99% there:",
		  "pushtrain rehearse biweekly --advise --converge 99% --probability 95%"}},
     .statuses = FAILED | STOPPED | RESIDUE,
     .see = "plan snapshot"},
    {.command = "run",
     .text =
	 "Departs by a plan file and does exactly that: other tags, versions or rules since, "
	 "and it is refused with the difference shown. It stays through offsets, soaks and "
	 "windows until the end; at an approval, a gate or a breaker it stops with status 3 "
	 "and prints the command that goes on.\n\n"
	 "Departing to production asks for the train's name on a terminal, and wants "
	 "`--confirm` from a script. Every write to the platform is in the journal before it is "
	 "sent: kill the process at any instant, and `pushtrain resume` goes on. SIGINT and "
	 "SIGTERM end it in order; a second one ends it at once. A terminal that goes away ends it "
	 "in order too, unless `nohup` is before it.",
     .example = {{"Plan, read, depart:", "pushtrain plan biweekly -o plan.json\n"
					 "pushtrain run --confirm biweekly plan.json"},
		 {"Depart, and let a timer go on:",
		  "pushtrain run --once --confirm biweekly plan.json\n"
		  "pushtrain advance biweekly-3.223"},
		 {"Name who departs:", "pushtrain run --by alice --confirm biweekly plan.json"}},
     .statuses = DRIVING,
     .busy = true,
     .see = "abort advance plan resume status"},
    {.command = "advance",
     .text = "Does what is due in a run now, says when it is needed next, and exits: for cron, a "
	     "timer or a CI job. Nothing is lost when it is called late or not at all, but waves "
	     "and passes wait until it is.",
     .example = {{"From cron, every five minutes:",
		  "*/5 * * * * cd /srv/suite && pushtrain advance -q biweekly-3.223"}},
     .statuses = DRIVING,
     .busy = true,
     .see = "resume run watch"},
    {.command = "resume",
     .text = "Goes on with a run that was killed, stopped by a signal, or halted. What was sent "
	     "and never answered is looked up on the platform before anything is repeated. Of a "
	     "halted run it is a person's decision to go on: what the halt kept back waits again, "
	     "a breaker counts anew, a gate is judged by the figures as they are then.\n\n"
	     "It follows the rules that the run departed with; when the suite or a tag has "
	     "changed, it is refused with the difference shown.",
     .example = {{"After a crash:", "pushtrain resume biweekly-3.223"},
		 {"After an approval:", "pushtrain approve biweekly-3.223 production --by bob\n"
					"pushtrain resume biweekly-3.223"}},
     .statuses = DRIVING,
     .busy = true,
     .see = "abort approve status"},
    {.command = "watch",
     .text = "Turns new tags into trains, each exactly once, and drives the runs that are under "
	     "way. Without TRAIN it looks at every train of the suite that has a `trigger`. A "
	     "train departs by itself only with `--confirm`; without, its plan is written to "
	     "`.pushtrain/plans/` and the command that departs by it is printed.\n\n"
	     "It stays and looks again; with `--once` it takes one look, does what is due, and "
	     "exits with the worst status of the round.",
     .example = {{"From a timer:", "pushtrain watch --once --quiet --confirm weekly"},
		 {"Stay:", "pushtrain watch --confirm weekly"}},
     .statuses = DRIVING,
     .busy = true,
     .see = "calendar run status"},
    {.command = "status",
     .text = "Shows how a run stands, read from its journal beside whoever drives it: its stages, "
	     "what it waits for, and of each package how many orgs have it, wait, are held or "
	     "failed. The figures add up to what was selected. Without RUN it lists the runs. With "
	     "`--watch` it shows that anew until the run ends or it is interrupted; off a terminal "
	     "it prints a line when something has changed.",
     .example = {{"Which runs there are:", "pushtrain status"},
		 {"One of them:", "pushtrain status biweekly-3.223"},
		 {"And how it goes on:", "pushtrain status --watch biweekly-3.223"},
		 {"For a program:", "pushtrain status biweekly-3.223 --json"}},
     .statuses = FAILED,
     .see = "report resume why"},
    {.command = "report",
     .text = "Writes what a run brought, read from its journal alone, while it is under way or "
	     "long after: the newest run, without RUN. As HTML it is one file that needs nothing "
	     "else, with the graph, the waves as they were planned and as they went, and a list of "
	     "orgs to search; as CSV it is what is left, a line each; Markdown is for a pull "
	     "request, JSON for programs.",
     .example = {{"To look at and to pass on:", "pushtrain report biweekly-3.223 -o report.html"},
		 {"What is left, for a spreadsheet:",
		  "pushtrain report biweekly-3.223 -o left.csv"}},
     .statuses = FAILED,
     .see = "dashboard status why"},
    {.command = "dashboard",
     .text = "Serves live views of the runs in the journal to browsers on this machine, until it "
	     "is interrupted: all runs, one run with what its report has, and one org's story. It "
	     "listens on the loopback addresses alone, reads and never writes, and drives no run. "
	     "`/metrics` has the figures for Prometheus.",
     .example = {{"Look at it:", "pushtrain dashboard"},
		 {"At another port:", "pushtrain dashboard --port 8080"}},
     .statuses = FAILED,
     .see = "report status why"},
    {.command = "why",
     .text = "Tells one org's story: who it is, where it stands in the run, what it has of each "
	     "package, what happened to it and when, with the platform's own words, and what "
	     "happens next. Where nothing goes on by itself it names the command that does.\n\n"
	     "Without ORG it groups all failed pushes into the few causes behind them, most "
	     "frequent first: error numbers, ids, numbers and the names of orgs do not count. "
	     "Orgs that are held stand with what keeps the base away from them. It reads the "
	     "journal alone, beside whoever drives the run.",
     .example = {{"Why has this customer not got it?", "pushtrain why biweekly-3.223 "
						       "00D5e000000Xyz1"},
		 {"What is behind all the failures:", "pushtrain why biweekly-3.223"},
		 {"Of one package, permanent ones:",
		  "pushtrain why biweekly-3.223 --package npsp --class permanent"}},
     .statuses = FAILED,
     .see = "exclude repush report status"},
    {.command = "approve",
     .text = "Lets a stage begin that waits for an approval, or a run go on whose gate did not "
	     "hold there. Who said so and when is written into the journal; where the suite asks "
	     "for four eyes, it must be somebody else than who departed the train. With `--refuse` "
	     "it is a no, and the run halts. It does not drive the run: `pushtrain resume` or the "
	     "next `advance` does.",
     .example = {{"A yes:", "pushtrain approve biweekly-3.223 production --by bob"},
		 {"A no:", "pushtrain approve biweekly-3.223 production --refuse --by bob --reason "
			   "'support is understaffed'"}},
     .statuses = FAILED,
     .busy = true,
     .see = "resume status"},
    {.command = "pause",
     .text = "Lets a run send nothing more until it is resumed. What was activated goes on at the "
	     "platform. It is heeded at the run's next step by whoever drives it.",
     .example = {{"Stop sending:", "pushtrain pause biweekly-3.223"},
		 {"Go on:", "pushtrain resume biweekly-3.223"}},
     .statuses = FAILED,
     .busy = true,
     .see = "abort resume"},
    {.command = "exclude",
     .text = "Leaves an org out of a run that is under way, from its next step on: a push request "
	     "that has not started is canceled and made again without it. What has started there "
	     "cannot be recalled, and is named.",
     .example =
	 {{"A customer asks not to be upgraded:",
	   "pushtrain exclude biweekly-3.223 00D5e000000Xyz1 --reason 'audit until Friday'"}},
     .statuses = FAILED,
     .busy = true,
     .see = "repush why"},
    {.command = "repush",
     .text = "Makes one more re-push pass, package by package in dependency order, of a run that "
	     "has ended, halted or is under way. It reads the orgs that have something left "
	     "afresh. With `--org` only that org is pushed, and what failed permanently there is "
	     "tried too. A halted run is halted again afterwards; one that was aborted is not "
	     "pushed again.",
     .example = {{"All that can be tried again:", "pushtrain repush biweekly-3.223"},
		 {"The customer has just mended this one:",
		  "pushtrain repush biweekly-3.223 --org 00D5e000000Xyz1"}},
     .statuses = DRIVING,
     .busy = true,
     .see = "status why"},
    {.command = "abort",
     .text = "Ends a run: cancels what has not started, and names what had. If another process "
	     "drives the run, that one is asked to. It needs no confirmation. What was activated "
	     "cannot be recalled.",
     .example = {{"Stop it for good:", "pushtrain abort biweekly-3.223"}},
     .statuses = FAILED | STOPPED,
     .busy = true,
     .see = "pause status"},
    {.command = "snapshot",
     .text =
	 "Reads through the suite's connectors who has what and how pushes went lately, and "
	 "stores it in one file. A population file with the line `snapshot: FILE` makes a "
	 "simulated platform of it, to rehearse on the real customer base. It writes nothing to "
	 "the platform. Org names are never stored; org keys are hashed unless `--keys plain`.",
     .example = {{"Store it:", "pushtrain snapshot -o customers.snapshot"},
		 {"Measure the last month only:",
		  "pushtrain snapshot --history 30d -o customers.snapshot"}},
     .statuses = FAILED,
     .see = "emulate rehearse"},
    {.command = "emulate",
     .text = "Serves the simulated platform over HTTP on 127.0.0.1, as the REST API that push "
	     "upgrades use, until it is interrupted: to try a suite with a salesforce connector "
	     "before it meets the real platform, and for other clients. It keeps everything in "
	     "memory. It prints where it listens, and the two variables that a suite may use.",
     .example = {{"Serve, and run a train there:",
		  "pushtrain emulate -f hub.yaml --clock follow >hub.env &\n"
		  "export $(grep PUSHTRAIN hub.env)\n"
		  "pushtrain plan -f hub.yaml -o plan.json\n"
		  "pushtrain run -f hub.yaml --clock virtual --confirm biweekly plan.json"},
		 {"With faults:", "pushtrain emulate --fault-rate 2% --latency 20ms"}},
     .statuses = FAILED,
     .see = "rehearse snapshot"},
};
const size_t pt_nmanual = PT_ARRAY_LEN(pt_manuals);

const struct pt_manual *pt_manual_of(const struct pt_command *command)
{
	for (size_t i = 0; i < pt_nmanual; i++) {
		if (strcmp(pt_manuals[i].command, command->name) == 0)
			return &pt_manuals[i];
	}
	return NULL;
}
