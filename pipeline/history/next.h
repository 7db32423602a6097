/*
 * How one package stands in one org, and what happens next: a sentence each, the moment before
 * which nothing happens, and, where it goes no further by itself, the command that goes on.
 */
#ifndef PT_PIPELINE_HISTORY_NEXT_H
#define PT_PIPELINE_HISTORY_NEXT_H

#include "pipeline/history/history.h"

struct pt_next {
	const char *stands;  /* "failed, permanent: "Missing Feature: …"" */
	const char *next;    /* "pushed again in re-push pass 2, not before Thu …" */
	const char *command; /* the whole line; NULL: there is none, or none is needed */
	int64_t at_ms;       /* not before; 0: nobody can say, or nothing comes */
};

/* Everything is borrowed. */
struct pt_next_of {
	const struct pt_history *history; /* with PT_HISTORY_ORGS */
	uint32_t package, org;
	/* The last request with a job for it, and its place there; NULL: none, or not looked for.
	 */
	const struct pt_history_request *request;
	uint32_t place;
	const char *options; /* that lead to the journal, as " -f suite.yaml"; "" */
};

/* Texts are in the arena. */
int pt_next_tell(struct pt_next *out, const struct pt_next_of *of, struct pt_arena *arena,
		 struct pt_err *err) PT_MUSTUSE;

/* The platform's words between quotes, cut where they are long. */
void pt_next_quote(struct pt_buf *out, const char *words);

/* Sentences and words of others made fit for one line of a terminal. */
void pt_next_plain(struct pt_buf *out, const char *text);

#endif
