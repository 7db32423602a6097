/*
 * Secrets: read from where the suite says, and wiped when they are not needed any
 * more. No error ever holds a part of one, nor of what a command printed.
 */
#ifndef PT_CONNECTORS_AUTH_SECRET_H
#define PT_CONNECTORS_AUTH_SECRET_H

#include "base/buf.h"
#include "config/suite.h"

/*
 * Replaces what is in *out. From the environment; from a file of ours that nobody
 * else can read; or what a command prints within a minute, of which `json` may name
 * a part. PT_E_INVALID: empty, or, unless `lines`, with control characters in it;
 * PT_E_REFUSED: a file that others can read; PT_E_NOTFOUND, PT_E_IO.
 */
int pt_secret_read(struct pt_buf *out, const struct pt_secret_conf *conf, bool lines,
		   struct pt_err *err) PT_MUSTUSE;

/* Overwrites and releases. */
void pt_secret_wipe(struct pt_buf *secret);

#endif
