/*
 * How this process speaks: what -q, -v, --color and --log-format want of it, and the two streams
 * it has. Everything on standard error goes through here, so that lines that are written anew
 * and lines that scroll do not get in each other's way.
 *
 * There is one process and so one voice, opened by main() and silent until then.
 */
#ifndef PT_CMD_VOICE_H
#define PT_CMD_VOICE_H

#include "cmd/command.h"
#include "cmd/terminal.h"
#include "pipeline/log.h"

/* PT_E_USAGE: words of --color or --log-format that mean nothing, or options that contradict. */
int pt_voice_open(const struct pt_args *args, struct pt_err *err) PT_MUSTUSE;

/* Wipes out the lines that are written anew, if there are any. */
void pt_voice_close(void);

/* Errors and results only; and what -v asks for. */
bool pt_voice_is_quiet(void);
bool pt_voice_is_verbose(void);

/* Everything on standard error is a document of log.h. */
bool pt_voice_is_json(void);

/* There is a terminal that can show lines that are written anew, and somebody wants to see them. */
bool pt_voice_is_live(void);

/* What text is to look like on standard output and on standard error, now. */
struct pt_look pt_voice_out(void);
struct pt_look pt_voice_err(void);

/* The run that documents are about from now on; NULL: none. Copied. */
void pt_voice_about(const char *run);
struct pt_log pt_voice_log(void);

/*
 * Writes lines to standard error, above those that are written anew, and folds them to a
 * terminal. Each has its newline.
 */
void pt_voice_say(const char *lines);

/*
 * To how many columns a result is folded on standard output. 0: not at all, as it is no terminal
 * or the result a document, which --json, --format or '-o -' ask for.
 */
unsigned pt_voice_out_columns(void);

/* The lines at the end from now on: what was there is written anew. Nothing unless it is live, or
   while the terminal takes nothing: it is not waited for. */
void pt_voice_draw(const char *lines);

/* Wipes them out, so that something else may be written there; waits for the terminal. */
void pt_voice_settle(void);

/* Standard output is a terminal that can show lines that are written anew. */
bool pt_voice_out_moves(void);

/* The same on standard output, if that is a terminal: all of it anew, cut to its rows. */
void pt_voice_draw_out(const char *lines);

/* "message", "warning" or "error" of log.h, or "pushtrain: TEXT" as a line. */
void pt_voice_words(const char *type, const struct pt_err *err, const char *text);

#endif
