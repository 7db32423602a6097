/*
 * The files that 'init' writes, and how the suite file sees the repositories from where it will be.
 */
#ifndef PT_CMD_INIT_FILES_H
#define PT_CMD_INIT_FILES_H

#include "cmd/command.h"

/* PT_E_USAGE, saying what to do, when there is something at that path already. */
int pt_init_refuse_existing(const char *path, struct pt_err *err) PT_MUSTUSE;

/*
 * Appends the folder as seen from the folder of the file `beside`; "" when it is that folder.
 * PT_E_IO when one of them is not there.
 */
int pt_init_relative(struct pt_buf *out, const char *folder, const char *beside,
		     struct pt_err *err) PT_MUSTUSE;

/* Appends a name for the suite: the folder's, or that of the one above if it says nothing. */
int pt_init_suite_name(struct pt_buf *out, const char *folder, struct pt_err *err) PT_MUSTUSE;

/* Appends the machine's time zone, "UTC" where it is not known by a name. */
void pt_init_timezone(struct pt_buf *out);

#endif
