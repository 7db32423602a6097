/*
 * What the driving commands say on standard error, as documents: one line each, for programs
 * that collect logs (docs/logging.md). Names are those of the events that hooks are told
 * (event.h) as far as they are the same things. Pure.
 */
#ifndef PT_PIPELINE_LOG_H
#define PT_PIPELINE_LOG_H

#include "pipeline/progress.h"

/* Said of every document. */
struct pt_log {
	int64_t time_ms; /* by the machine's clock, when it was written */
	const char *run; /* borrowed; NULL: none, or none yet */
};

/* The first line: which program, and which version of these documents. */
void pt_log_version(struct pt_buf *out, const struct pt_log *log, const char *version);

/* Words: `type` is "message", "warning" or "error"; `code` is an error's, PT_OK: none. */
void pt_log_words(struct pt_buf *out, const struct pt_log *log, const char *type,
		  const struct pt_err *err, const char *text);

/* What happened. `asked`: see pt_event_type_of(); `state` is the run's after it. */
void pt_log_note(struct pt_buf *out, const struct pt_log *log, const struct pt_note *note,
		 const struct pt_plan *plan, bool asked, enum pt_run_state state);

void pt_log_detail(struct pt_buf *out, const struct pt_log *log, const struct pt_detail *detail,
		   const struct pt_plan *plan);

/* Nothing has happened for a while: how far it is, and what it waits for. */
void pt_log_heartbeat(struct pt_buf *out, const struct pt_log *log,
		      const struct pt_progress *progress);

/* The type of a note's document: "wave_opened", or as the event is called that it is. */
const char *pt_log_note_type(const struct pt_note *note, bool asked);

/* The words of a detail in one line, without its time and stage. */
void pt_detail_words(struct pt_buf *out, const struct pt_detail *detail,
		     const struct pt_plan *plan);

/* "blackout", "offset", ...; NULL for PT_WAIT_NOTHING. */
const char *pt_wait_kind_text(enum pt_wait_kind kind);

#endif
