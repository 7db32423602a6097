/* What a shell command prints, for secrets that another program keeps. */
#ifndef PT_CONNECTORS_AUTH_COMMAND_H
#define PT_CONNECTORS_AUTH_COMMAND_H

#include "base/buf.h"

/*
 * Runs it by /bin/sh, without standard input, its errors going where ours go. One that
 * takes longer than limit_ms is killed with all it started. Appends what it printed,
 * at most max_bytes. PT_E_IO says how it ended, without what it printed.
 */
int pt_command_run(struct pt_buf *out, const char *command, int limit_ms, size_t max_bytes,
		   struct pt_err *err) PT_MUSTUSE;

#endif
