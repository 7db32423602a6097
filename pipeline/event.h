/*
 * What people who do not watch want to hear of a run: a few of the engine's notes, as
 * documents with keys that stay (docs/notify.md). Pure: a note, and what the run is.
 */
#ifndef PT_PIPELINE_EVENT_H
#define PT_PIPELINE_EVENT_H

#include "base/buf.h"
#include "pipeline/engine.h"
#include "pipeline/plan.h"

enum pt_event_type {
	PT_EVENT_NONE,
	PT_EVENT_DEPART, /* the first stage begins */
	PT_EVENT_STAGE,  /* a later one does */
	PT_EVENT_GATE,   /* a stage has ended, and its gate was judged */
	PT_EVENT_HALT,
	PT_EVENT_END,
	PT_EVENT_APPROVAL_WANTED,
	PT_EVENT_APPROVAL_GIVEN,
	PT_EVENT_APPROVAL_REFUSED,
	PT_EVENT_SILENT, /* the platform has not answered for long */
	PT_EVENT_TEST,   /* somebody tries out who hears it */
};

/* All texts are borrowed; NULL: there is none. */
struct pt_event {
	enum pt_event_type type;
	int64_t number; /* of its note, from 1 */
	const char *run;
	const struct pt_suite *suite;
	const struct pt_plan *plan; /* NULL: of no train */
	struct pt_note note;
	bool held;                    /* of a gate: it did */
	enum pt_run_state state;      /* of an end */
	const struct pt_tally *tally; /* of the whole run; NULL: not counted */
};

/*
 * What kind of event a note is. `asked`: its stage waits for an approval, and to halt then
 * is to refuse it. `state` is the run's after it: the end of what was under way is no
 * event while it is halted.
 */
enum pt_event_type pt_event_type_of(const struct pt_note *note, bool asked,
				    enum pt_run_state state);

/* Whether one is asked for after this note. */
bool pt_event_asked(bool asked, const struct pt_note *note);

/* A stage's gate held, unless the run was halted in the same moment: by the next note, if any. */
bool pt_event_gate_held(const struct pt_note *note, const struct pt_note *next);

/* "depart", "approval_wanted", ... */
const char *pt_event_type_text(enum pt_event_type type);

/* Which of enum pt_notify_on it is; 0: everybody hears it. */
unsigned pt_event_on(enum pt_event_type type);

/* Appends what happened in one line, and its stage's name ("": it has none). */
void pt_event_text(struct pt_buf *out, const struct pt_event *event);
const char *pt_event_stage(const struct pt_event *event);

/* Of a stage's end: "true" or "false", its gate held or did not; "": there is none. */
const char *pt_event_held_text(const struct pt_event *event);

/* Appends "RUN/NUMBER": the same for each delivery of an event. */
void pt_event_id(struct pt_buf *out, const struct pt_event *event);

/* Appends the document, in one line without a newline. */
void pt_event_json(struct pt_buf *out, const struct pt_event *event);

#endif
