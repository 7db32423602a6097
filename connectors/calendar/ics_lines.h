/*
 * The content lines of a calendar file (RFC 5545, 3.1): unfolded, and split into
 * name, parameters and value.
 *
 *     struct pt_ics_lines lines;
 *     pt_ics_lines_init(&lines, data, size_bytes, path);
 *     while ((rc = pt_ics_lines_next(&got, &lines, err)) == 0 && got)
 *             ... lines.name, lines.value, pt_ics_param(&text, &len, &lines, "TZID") ...
 *     pt_ics_lines_release(&lines);
 */
#ifndef PT_CONNECTORS_CALENDAR_ICS_LINES_H
#define PT_CONNECTORS_CALENDAR_ICS_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct pt_ics_lines {
	const char *at, *end; /* borrowed; what is left of the file */
	unsigned next_line;
	struct pt_buf text; /* the line as it is read, in pieces that end with a NUL */
	/* The line that was read last, until the next is. */
	struct pt_src src;
	char name[24];      /* upper case; "" for a longer one, which nobody asks for */
	const char *value;  /* as it stands there */
	const char *params; /* ";NAME=value;...", or "" */
};

void pt_ics_lines_init(struct pt_ics_lines *out, const char *data, size_t size_bytes,
		       const char *path);

/* False: the file is over. PT_E_SYNTAX, naming the line, for what is no content line. */
int pt_ics_lines_next(bool *got, struct pt_ics_lines *lines, struct pt_err *err) PT_MUSTUSE;

/*
 * The first value of the parameter of that name, without its quotes; false: it has none.
 * Not ended by a NUL, borrowed until the next line.
 */
bool pt_ics_param(const char **text_out, size_t *len_out, const struct pt_ics_lines *lines,
		  const char *name);

void pt_ics_lines_release(struct pt_ics_lines *lines);

#endif
