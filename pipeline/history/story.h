/*
 * One org's story in a run: who it is, where it stands, what happened to it in order, and what
 * happens next, package by package. See next.h for the sentences.
 *
 *     pt_history_read(&history, store, NULL, PT_HISTORY_ALL, err);
 *     pt_story_tell(&story, &history, pt_history_find(&history, &key), "", err);
 */
#ifndef PT_PIPELINE_HISTORY_STORY_H
#define PT_PIPELINE_HISTORY_STORY_H

#include "base/json.h"
#include "pipeline/history/next.h"

enum pt_story_kind {
	PT_STORY_DEPARTED,
	PT_STORY_STAGE,    /* its stage began, or ended */
	PT_STORY_APPROVAL, /* its stage waits for one, or was given or refused it */
	PT_STORY_HALT,     /* the run halted, paused, was aborted */
	PT_STORY_HELD,     /* kept out of its wave since a base was missing */
	PT_STORY_PUSH,     /* it came into a push request */
	PT_STORY_ARRIVED,
	PT_STORY_FAILED, /* its push job did */
	PT_STORY_LOST,   /* its push job ended otherwise, or its outcome is not known */
	PT_STORY_EXCLUDED,
	PT_STORY_REPUSH, /* somebody asked for a pass */
	PT_STORY_ENDED,
	PT_STORY_NKIND,
};

struct pt_story_event {
	int64_t at_ms; /* PT_NEVER: by another clock than the run's; such come last */
	enum pt_story_kind kind;
	uint32_t package;                         /* UINT32_MAX: of none */
	const char *request;                      /* the platform's id; NULL: none, or not known */
	const char *text;                         /* in our words, without time and package */
	const struct pt_history_failure *failure; /* NULL: none */
	size_t nth;                               /* as it was told: of those of one moment */
};

struct pt_story_package {
	uint32_t package;
	const struct pt_pair *pair;
	const char *has; /* the version that it has now; "" not installed, "?" another one */
	struct pt_next next;
};

struct pt_story {
	const struct pt_history *history; /* borrowed */
	uint32_t org;
	char id[19];       /* the key as 18 characters */
	const char *stage; /* NULL: in none */
	uint32_t batch;    /* from 0 */
	const char *zone;  /* NULL: none */
	const char *summary;
	struct pt_story_event *event; /* by time */
	size_t nevent;
	struct pt_story_package *package; /* in dependency order */
	struct pt_arena arena;            /* all of the above */
};

/*
 * `options` that lead from a command to the journal, as " -f suite.yaml"; "". The history is
 * borrowed and was read with PT_HISTORY_ALL. Owned by the caller. O(everything in requests).
 */
int pt_story_tell(struct pt_story *out, const struct pt_history *history, uint32_t org,
		  const char *options, struct pt_err *err) PT_MUSTUSE;
void pt_story_release(struct pt_story *story);

/* "pushed", "arrived", …: the words of `why --json`. */
const char *pt_story_kind_text(enum pt_story_kind kind);

/* As a page for a terminal, and the document of `why --json`. */
int pt_story_text(struct pt_buf *out, const struct pt_story *story, struct pt_err *err) PT_MUSTUSE;
void pt_story_json(struct pt_buf *out, const struct pt_story *story);

#endif
