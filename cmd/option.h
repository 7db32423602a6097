/*
 * The options of commands: one table, from which arguments are parsed and usage
 * text, man pages and completions are made. A value's name says what it is: FILE,
 * TRAIN, RUN and the like are completed from what there is.
 */
#ifndef PT_CMD_OPTION_H
#define PT_CMD_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/command.h"

enum pt_value { PT_VALUE_NONE, PT_VALUE_TEXT, PT_VALUE_NUMBER, PT_VALUE_WORDS };

struct pt_option {
	const char *name, *short_name; /* short_name may be NULL */
	const char *value;             /* "FILE"; NULL when it takes none */
	const char *help;
	uint64_t opt; /* PT_OPT_...; 0: every command takes it */
	enum pt_value kind;
	size_t offset;     /* of its field in struct pt_args */
	const char *words; /* the values it may have, "text json dot"; NULL: any */
};

enum { PT_OPTIONS_MAX = 192 }; /* room for that many */

extern const struct pt_option pt_options[];
extern const size_t pt_noption;

/* Whether a command takes an option. */
bool pt_command_takes(const struct pt_command *command, const struct pt_option *option);

/* The option of that name, "--file" or "-f", of `len` bytes, if the command takes it; or NULL. */
const struct pt_option *pt_option_find(const struct pt_command *command, const char *name,
				       size_t len);

/* Whether a value is one of an option's words. */
bool pt_option_allows(const struct pt_option *option, const char *value);

/* Appends them: "text, json or ics". */
void pt_option_words(struct pt_buf *out, const struct pt_option *option);

#endif
