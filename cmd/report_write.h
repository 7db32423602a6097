/*
 * A run's report, read from a store and written to a file or to standard output: of `report`,
 * and of a rehearsal.
 */
#ifndef PT_CMD_REPORT_WRITE_H
#define PT_CMD_REPORT_WRITE_H

#include "cmd/command.h"
#include "pipeline/report/view.h"

enum pt_report_form {
	PT_REPORT_TEXT,
	PT_REPORT_HTML,
	PT_REPORT_MARKDOWN,
	PT_REPORT_JSON,
	PT_REPORT_CSV,
	PT_REPORT_NFORM,
};

/* As --format or --json says, else by the ending of the file to write. PT_E_USAGE. */
int pt_report_form_find(enum pt_report_form *out, const struct pt_args *args,
			struct pt_err *err) PT_MUSTUSE;

/* By the ending alone; text where it says nothing. */
enum pt_report_form pt_report_form_of(const char *path);

struct pt_report_wish {
	const char *path; /* NULL: standard output */
	enum pt_report_form form;
	const char *run; /* its name; NULL: the newest */
	const struct pt_report_commands *commands;
	bool rehearsal;
};

/* PT_E_NOTFOUND: there is no such run. */
int pt_report_write(struct pt_store *store, const struct pt_report_wish *wish,
		    struct pt_err *err) PT_MUSTUSE;

#endif
