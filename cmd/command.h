/*
 * The commands: one file each, one row each in the table of commands.c, from
 * which usage text is made. A command gets its arguments parsed, prints results
 * to stdout and everything else to stderr, and returns its exit status.
 */
#ifndef PT_CMD_COMMAND_H
#define PT_CMD_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/errs.h"

enum pt_exit {
	PT_EXIT_DONE = 0,
	PT_EXIT_FAILED = 1,
	PT_EXIT_USAGE = 2,   /* usage, configuration, a refused train or plan */
	PT_EXIT_STOPPED = 3, /* at a gate, an approval or a breaker */
	PT_EXIT_RESIDUE = 4, /* finished, not converged */
	PT_EXIT_BUSY = 75,   /* another process drives this run */
};

/* Which options a command takes, besides -f, --json and -h. */
#define PT_OPT_AT        (UINT64_C(1) << 0)
#define PT_OPT_START     (UINT64_C(1) << 1)
#define PT_OPT_ORDER     (UINT64_C(1) << 2)
#define PT_OPT_CONNECTOR (UINT64_C(1) << 3)
#define PT_OPT_OUTPUT    (UINT64_C(1) << 4)
#define PT_OPT_FORMAT    (UINT64_C(1) << 5)
#define PT_OPT_SEED      (UINT64_C(1) << 6)
#define PT_OPT_QUIET     (UINT64_C(1) << 7)
#define PT_OPT_CONFIRM   (UINT64_C(1) << 8)
#define PT_OPT_STATE     (UINT64_C(1) << 9)
#define PT_OPT_CLOCK     (UINT64_C(1) << 10)
#define PT_OPT_ONCE      (UINT64_C(1) << 11)
#define PT_OPT_REASON    (UINT64_C(1) << 12)
#define PT_OPT_TRACE     (UINT64_C(1) << 13)
#define PT_OPT_ORG       (UINT64_C(1) << 14)
#define PT_OPT_EMULATE   (UINT64_C(1) << 15) /* all that 'emulate' alone takes */
#define PT_OPT_FORECAST  (UINT64_C(1) << 16) /* all that 'rehearse' alone takes */
#define PT_OPT_SNAPSHOT  (UINT64_C(1) << 17) /* and 'snapshot' */
#define PT_OPT_BY        (UINT64_C(1) << 18)
#define PT_OPT_REFUSE    (UINT64_C(1) << 19)
#define PT_OPT_NOTIFY    (UINT64_C(1) << 20)
#define PT_OPT_WATCH     (UINT64_C(1) << 21) /* all that 'watch' alone takes */
#define PT_OPT_CALENDAR  (UINT64_C(1) << 22) /* all that 'calendar' alone takes */
#define PT_OPT_ICS       (UINT64_C(1) << 23) /* --format, with ics */
#define PT_OPT_AGAINST   (UINT64_C(1) << 24)
#define PT_OPT_CHECK     (UINT64_C(1) << 25) /* all that 'check' alone takes */
#define PT_OPT_REPORT    (UINT64_C(1) << 35) /* all that 'report' alone takes */
#define PT_OPT_VERBOSE   (UINT64_C(1) << 40) /* all that a command takes that drives a run */
#define PT_OPT_LIVE      (UINT64_C(1) << 41) /* all that 'status' alone takes */
#define PT_OPT_DASHBOARD (UINT64_C(1) << 50) /* all that 'dashboard' alone takes */
#define PT_OPT_METRICS   (UINT64_C(1) << 51)
#define PT_OPT_WHY       (UINT64_C(1) << 44) /* all that 'why' alone takes */

/* Words of an option or operand that may be given again and again. */
enum { PT_WORDS_MAX = 32 };
struct pt_words {
	const char *word[PT_WORDS_MAX];
	size_t n;
};

struct pt_args {
	const char *file; /* never NULL */
	bool json, help, quiet, verbose, live, once, control, refuse, notify, advise, retry,
	    audience, strict, schema;
	const char *converge, *probability, *keys, *history; /* NULL: not given */
	struct pt_words compare;
	int64_t runs, jobs;             /* negative: not given */
	const char *color, *log_format; /* NULL: not given */
	const char *at, *start, *order, *connector, *output, *format, *confirm, *state, *clock,
	    *against, *reason, *trace, *org, *by, *population, *speed, *latency, *fault_rate,
	    *every, *tag, *from, *metrics, *package, *class_, *stage; /* NULL: not given */
	int64_t seed, port, months;                                   /* negative: not given */
	const char *operand, *operand2;                               /* NULL: none */
	struct pt_words operands; /* where there may be any number */
	struct pt_words confirms; /* of 'watch' */
};

struct pt_command {
	const char *name;
	const char *operand; /* "[TRAIN]", "PLAN", "RUN ORG", "RUN [ORG]", "[TRAIN...]" or "" */
	const char *summary;
	uint64_t options; /* PT_OPT_... */
	enum pt_exit (*run)(const struct pt_args *args);
};

extern const struct pt_command pt_commands[];
extern const size_t pt_ncommand;

enum pt_exit pt_cmd_abort(const struct pt_args *args);
enum pt_exit pt_cmd_advance(const struct pt_args *args);
enum pt_exit pt_cmd_approve(const struct pt_args *args);
enum pt_exit pt_cmd_calendar(const struct pt_args *args);
enum pt_exit pt_cmd_check(const struct pt_args *args);
enum pt_exit pt_cmd_dashboard(const struct pt_args *args);
enum pt_exit pt_cmd_emulate(const struct pt_args *args);
enum pt_exit pt_cmd_exclude(const struct pt_args *args);
enum pt_exit pt_cmd_graph(const struct pt_args *args);
enum pt_exit pt_cmd_init(const struct pt_args *args);
enum pt_exit pt_cmd_pause(const struct pt_args *args);
enum pt_exit pt_cmd_plan(const struct pt_args *args);
enum pt_exit pt_cmd_report(const struct pt_args *args);
enum pt_exit pt_cmd_repush(const struct pt_args *args);
enum pt_exit pt_cmd_rehearse(const struct pt_args *args);
enum pt_exit pt_cmd_resume(const struct pt_args *args);
enum pt_exit pt_cmd_run(const struct pt_args *args);
enum pt_exit pt_cmd_snapshot(const struct pt_args *args);
enum pt_exit pt_cmd_status(const struct pt_args *args);
enum pt_exit pt_cmd_watch(const struct pt_args *args);
enum pt_exit pt_cmd_why(const struct pt_args *args);

/* Parses what comes after the command's name. PT_E_USAGE. */
int pt_args_parse(struct pt_args *out, const struct pt_command *command, int argc,
		  char *const *argv, struct pt_err *err) PT_MUSTUSE;

/*
 * Which of the formats "--format" names, the first if none; --json is short for that one.
 * PT_E_USAGE.
 */
int pt_args_format(size_t *out, const struct pt_args *args, const char *const *names, size_t n,
		   struct pt_err *err) PT_MUSTUSE;

/* Appends the usage of one command, and of the program. */
void pt_usage_command(struct pt_buf *out, const struct pt_command *command);
void pt_usage_program(struct pt_buf *out);

/* Prints "pushtrain: …" to stderr; returns the exit status that goes with it. */
enum pt_exit pt_say_error(const struct pt_err *err);

/* The same for each of a list. */
void pt_say_errors(const struct pt_errs *errs);

/* "pushtrain: WHAT: LINE" for each line of a text. */
void pt_say_lines(const char *what, const char *text);

/* "pushtrain: WHAT", and under it lines as they are. */
void pt_say_under(const char *what, const char *lines);

void pt_say(const char *fmt, ...) PT_PRINTF(1, 2);

/* Prints to stdout and says so if that fails. */
enum pt_exit pt_print(const struct pt_buf *text, enum pt_exit status);

#endif
