/* See terminal.h. */
#include "cmd/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LEAST_COLUMNS = 20, USUAL_COLUMNS = 80, MOST_COLUMNS = 10000 };

static bool is_set(const char *value)
{
	return value && value[0];
}

static bool is_dumb(pt_env_fn *env)
{
	const char *term = env("TERM");

	return !is_set(term) || strcmp(term, "dumb") == 0;
}

static bool is_forced(pt_env_fn *env)
{
	const char *force = env("CLICOLOR_FORCE");

	return is_set(force) && strcmp(force, "0") != 0;
}

static bool is_declined(pt_env_fn *env)
{
	const char *clicolor = env("CLICOLOR");

	return clicolor && strcmp(clicolor, "0") == 0;
}

int pt_terminal_colour(bool *out, const char *color, bool is_terminal, pt_env_fn *env,
		       struct pt_err *err)
{
	if (!color || strcmp(color, "auto") == 0) {
		*out = !is_set(env("NO_COLOR")) &&
		       (is_forced(env) || (!is_declined(env) && is_terminal && !is_dumb(env)));
		return 0;
	}
	*out = strcmp(color, "always") == 0;
	if (*out || strcmp(color, "never") == 0)
		return 0;
	return pt_err_set(err, PT_E_USAGE, "--color '%s', expected auto, always or never", color);
}

bool pt_terminal_utf8(pt_env_fn *env)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < PT_ARRAY_LEN(names); i++) {
		const char *value = env(names[i]);
		const char *encoding = value ? strchr(value, '.') : NULL;

		if (!is_set(value))
			continue;
		return encoding && (strncasecmp(encoding, ".utf-8", 6) == 0 ||
				    strncasecmp(encoding, ".utf8", 5) == 0);
	}
	return false;
}

static const char *variable(const char *name)
{
	return getenv(name);
}

int pt_terminal_look_at(struct pt_terminal *out, int fd, const char *color, struct pt_err *err)
{
	*out = (struct pt_terminal){.fd = fd, .is_terminal = isatty(fd) == 1};
	out->moves = out->is_terminal && !is_dumb(variable);
	/* A file may be read anywhere; what a terminal shows is up to its locale. */
	out->utf8 = !out->is_terminal || pt_terminal_utf8(variable);
	return pt_terminal_colour(&out->colour, color, out->is_terminal, variable, err);
}

static unsigned said_columns(unsigned otherwise)
{
	const char *text = getenv("COLUMNS");
	char *end;

	if (!is_set(text) || text[0] < '0' || text[0] > '9')
		return otherwise;
	unsigned long columns = strtoul(text, &end, 10);

	return *end || columns < LEAST_COLUMNS || columns > MOST_COLUMNS ? otherwise
									 : (unsigned)columns;
}

unsigned pt_terminal_columns(unsigned *rows_out, const struct pt_terminal *terminal)
{
	struct winsize size = {.ws_col = 0};

	if (rows_out)
		*rows_out = 0;
	if (!terminal->is_terminal)
		return said_columns(0);
	if (ioctl(terminal->fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return said_columns(USUAL_COLUMNS);
	if (rows_out)
		*rows_out = size.ws_row;
	return size.ws_col;
}

bool pt_terminal_is_ours(const struct pt_terminal *terminal)
{
	return terminal->is_terminal && tcgetpgrp(terminal->fd) == getpgrp();
}

struct pt_look pt_terminal_look(const struct pt_terminal *terminal)
{
	return (struct pt_look){.columns = pt_terminal_columns(NULL, terminal),
				.colour = terminal->colour,
				.utf8 = terminal->utf8};
}
