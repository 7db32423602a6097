/*
 * ${NAME} in what a connector is opened with: the value of the environment variable.
 * $$ is a dollar.
 */
#ifndef PT_CONFIG_EXPAND_H
#define PT_CONFIG_EXPAND_H

#include "base/buf.h"

/*
 * Appends the text, expanded. PT_E_INVALID names a variable that is not set or empty,
 * or a "${" that is not closed; it never repeats a value.
 */
int pt_expand(struct pt_buf *out, const char *text, struct pt_err *err) PT_MUSTUSE;

#endif
