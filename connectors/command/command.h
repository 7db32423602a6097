/* What a shell command prints, waited for: for secrets that another program keeps. */
#ifndef PT_CONNECTORS_COMMAND_COMMAND_H
#define PT_CONNECTORS_COMMAND_COMMAND_H

#include "base/buf.h"

/*
 * Runs it by /bin/sh, without standard input, its errors going where ours go. One that
 * takes longer than limit_ms is ended with all it started. Appends what it printed, at
 * most max_bytes, into room that was reserved before. PT_E_IO and PT_E_LIMIT say how it
 * ended, without what it printed.
 */
int pt_command_run(struct pt_buf *out, const char *command, int limit_ms, size_t max_bytes,
		   struct pt_err *err) PT_MUSTUSE;

#endif
