/*
 * What may come next on a command line: the brain behind the completions of shells, which are
 * in completions/ and ask the hidden command 'complete':
 *
 *     pushtrain complete words WORD... CURRENT     zsh and fish: the words behind "pushtrain",
 *                                                  without their quotes, the last as far as typed
 *     pushtrain complete bash LINE POINT BREAKS    COMP_LINE, COMP_POINT and COMP_WORDBREAKS
 *
 * It prints a line each: "word<TAB>what it is", for bash the word alone as it is to be typed,
 * quoted; or ":files" or ":folders", which the shell completes by itself. It writes nothing,
 * not even beside the journal, reaches no network, and says nothing when something is wrong:
 * then there is nothing to complete. Names with control characters, and those that would be
 * taken for options, are left out.
 */
#ifndef PT_CMD_COMPLETE_H
#define PT_CMD_COMPLETE_H

#include "cmd/option.h"

/* What is typed, and where what may follow goes. */
struct pt_complete {
	struct pt_buf *out;
	const char *typed;  /* of the current word, without quotes */
	const char *before; /* of it, what stands before a value: "--format=", or "" */
	size_t cut;         /* bytes of the current word that the shell keeps by itself */
	char quote;         /* bash: the quote that is open, or 0 */
	bool bash;
	const char *file, *state; /* of -f and --state; state may be NULL */
};

/* One word that may follow, if it goes on what is typed. */
void pt_complete_add(struct pt_complete *c, const char *word, const char *text);

/* The words that a value's name stands for, "TRAIN": from the suite and the journal. */
void pt_complete_values(struct pt_complete *c, const struct pt_command *command, const char *name);

/* What may follow: `word` are the whole words behind "pushtrain". */
void pt_complete_words(struct pt_complete *c, const char *const *word, size_t nword);

/* `argv` is what comes behind "complete". Done, whatever happens. */
enum pt_exit pt_complete(int argc, char *const *argv);

#endif
