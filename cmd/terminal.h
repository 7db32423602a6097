/*
 * What a stream of ours ends in: a terminal or not, how wide, with colours or without. Decided
 * for standard output and standard error apart.
 */
#ifndef PT_CMD_TERMINAL_H
#define PT_CMD_TERMINAL_H

#include "base/style.h"

struct pt_terminal {
	int fd;
	bool is_terminal;
	bool moves; /* lines of it can be written anew: a terminal that is not dumb */
	bool colour, utf8;
};

/* As getenv(): a variable's value, NULL when it is not set. */
typedef const char *pt_env_fn(const char *name);

/*
 * Whether there are colours: --color, else NO_COLOR (set and not empty: no), else CLICOLOR_FORCE
 * (set and not 0: yes), else CLICOLOR=0 (no), else whether it is a terminal that is not dumb.
 * PT_E_USAGE for a word that --color does not know; NULL: it was not given.
 */
int pt_terminal_colour(bool *out, const char *color, bool is_terminal, pt_env_fn *env,
		       struct pt_err *err) PT_MUSTUSE;

/* LC_ALL, else LC_CTYPE, else LANG names an encoding that is UTF-8. */
bool pt_terminal_utf8(pt_env_fn *env);

/* The stream behind that descriptor. PT_E_USAGE as above. */
int pt_terminal_look_at(struct pt_terminal *out, int fd, const char *color,
			struct pt_err *err) PT_MUSTUSE;

/*
 * How many columns it has now: the terminal's own word, else COLUMNS, else 80; of what is no
 * terminal COLUMNS, else 0: as many as there are. *rows_out MAY be NULL; 0: not known.
 */
unsigned pt_terminal_columns(unsigned *rows_out, const struct pt_terminal *terminal);

/* Somebody sees it now: this process is not in the background of its terminal. */
bool pt_terminal_is_ours(const struct pt_terminal *terminal);

/* What text for it is to look like, now. */
struct pt_look pt_terminal_look(const struct pt_terminal *terminal);

#endif
