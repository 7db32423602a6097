/*
 * The man pages: the tables of commands and options, and what is said of each command beside
 * them (manual_text.c), as mdoc(7). Text there is plain words in paragraphs parted by an empty
 * line; what stands in `backticks` is set as it is typed.
 */
#ifndef PT_CMD_MANUAL_H
#define PT_CMD_MANUAL_H

#include "cmd/option.h"

enum { PT_MANUAL_EXAMPLES = 6 };

struct pt_manual_example {
	const char *what;    /* NULL: the one above is the last */
	const char *command; /* as typed, lines that go together parted by \n */
};

/* What a program or a person does with an exit status; enum pt_exit. */
struct pt_manual_status {
	enum pt_exit status;
	const char *text;
};

/* Files, and variables of the environment. */
struct pt_manual_item {
	const char *name, *text;
	uint64_t opt; /* of commands that take one of these options; 0: of all */
};

struct pt_manual {
	const char *command;
	const char *text; /* what it does; its summary says it in a line */
	struct pt_manual_example example[PT_MANUAL_EXAMPLES];
	unsigned statuses; /* 1 << enum pt_exit below 8, beside done and usage */
	bool busy;         /* PT_EXIT_BUSY */
	const char *see;   /* other commands, parted by blanks */
};

/* What there is of all commands; ended by one whose name or text is NULL. */
extern const char pt_manual_program_text[];
extern const struct pt_manual_status pt_manual_statuses[];
extern const struct pt_manual_item pt_manual_files[];
extern const struct pt_manual_item pt_manual_environment[];

/* What the names of values and operands stand for, "TIME". */
extern const struct pt_manual_item pt_manual_values[];

extern const struct pt_manual pt_manuals[];
extern const size_t pt_nmanual;

/* Of a command; NULL: nothing is said but its summary. */
const struct pt_manual *pt_manual_of(const struct pt_command *command);

/* A page's name, "pushtrain-run", its section, what it is in a line, and its date. */
struct pt_manual_page {
	const char *name;
	int section;
	const char *summary, *date;
};

/* Appends pushtrain(1), and pushtrain-COMMAND(1). */
void pt_manual_program(struct pt_buf *out, const char *date);
void pt_manual_command(struct pt_buf *out, const struct pt_command *command, const char *date);

/*
 * Appends a page of docs/ as a man page: headings, paragraphs, lists, tables and blocks of code.
 * The first cell of a table's row is what is told of, the others tell it.
 */
void pt_manual_markdown(struct pt_buf *out, const struct pt_manual_page *page,
			const char *markdown);

/* Their parts: the head of a page; paragraphs; a clause as a sentence. */
void pt_manual_head(struct pt_buf *out, const struct pt_manual_page *page);
void pt_manual_text(struct pt_buf *out, const char *text);
void pt_manual_sentence(struct pt_buf *out, const char *text);

/*
 * Appends text as it is typed: nothing in it is taken for a macro or an escape. A new line
 * begins where the text has one.
 */
void pt_manual_escape(struct pt_buf *out, const char *text);

#endif
