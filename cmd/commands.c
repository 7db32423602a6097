/* The table of commands. What their options are: options.c. See command.h. */
#include "cmd/command.h"

#define DRIVING      (PT_OPT_QUIET | PT_OPT_VERBOSE)
#define DRIVING_LIVE (PT_OPT_STATE | DRIVING | PT_OPT_TRACE | PT_OPT_METRICS)
#define PLANNING     (PT_OPT_AT | PT_OPT_START | PT_OPT_ORDER | PT_OPT_CONNECTOR | PT_OPT_SEED)

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
     PLANNING | PT_OPT_OUTPUT | DRIVING | PT_OPT_FORECAST, pt_cmd_rehearse},
    {"run", "PLAN", "run a plan file exactly as it was written",
     DRIVING_LIVE | PT_OPT_CONNECTOR | PT_OPT_SEED | PT_OPT_CONFIRM | PT_OPT_CLOCK | PT_OPT_ONCE |
	 PT_OPT_BY,
     pt_cmd_run},
    {"advance", "RUN", "do what is due in a run now, say when it is needed next, and exit",
     DRIVING_LIVE, pt_cmd_advance},
    {"resume", "RUN", "go on with a run that was killed, stopped or halted", DRIVING_LIVE,
     pt_cmd_resume},
    {"watch", "[TRAIN...]", "turn new tags into trains, and drive those that are under way",
     DRIVING_LIVE | PT_OPT_AT | PT_OPT_CONNECTOR | PT_OPT_SEED | PT_OPT_CLOCK | PT_OPT_ONCE |
	 PT_OPT_WATCH,
     pt_cmd_watch},
    {"status", "[RUN]", "show how a run stands, or which runs there are",
     PT_OPT_STATE | PT_OPT_LIVE, pt_cmd_status},
    {"report", "[RUN]", "write what a run brought, as HTML, Markdown, JSON, CSV or text",
     PT_OPT_STATE | PT_OPT_OUTPUT | PT_OPT_REPORT, pt_cmd_report},
    {"dashboard", "", "show all runs live in a browser of this machine",
     PT_OPT_STATE | PT_OPT_DASHBOARD, pt_cmd_dashboard},
    {"why", "RUN [ORG]", "tell one org's story in a run, or the causes behind all that failed",
     PT_OPT_STATE | PT_OPT_WHY, pt_cmd_why},
    {"approve", "RUN STAGE",
     "let a stage begin that waits for it, or go on whose gate did not hold",
     PT_OPT_STATE | PT_OPT_BY | PT_OPT_REASON | PT_OPT_REFUSE, pt_cmd_approve},
    {"pause", "RUN", "send nothing more until the run is resumed", PT_OPT_STATE, pt_cmd_pause},
    {"exclude", "RUN ORG", "leave an org out of a run that is under way",
     PT_OPT_STATE | PT_OPT_REASON, pt_cmd_exclude},
    {"repush", "RUN", "push once more what can be, of a run that has ended or is under way",
     DRIVING_LIVE | PT_OPT_ORG, pt_cmd_repush},
    {"abort", "RUN", "end a run: cancel what has not started, say what has", DRIVING_LIVE,
     pt_cmd_abort},
    {"snapshot", "", "store who has what, and how pushes went, to rehearse on",
     PT_OPT_AT | PT_OPT_OUTPUT | PT_OPT_CONNECTOR | PT_OPT_STATE | PT_OPT_TRACE | PT_OPT_SNAPSHOT,
     pt_cmd_snapshot},
    {"emulate", "", "serve the simulated platform over HTTP on this machine, to try things out on",
     PT_OPT_AT | PT_OPT_SEED | PT_OPT_EMULATE, pt_cmd_emulate},
};
const size_t pt_ncommand = PT_ARRAY_LEN(pt_commands);
