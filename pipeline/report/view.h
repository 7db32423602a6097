/*
 * What every form of a report is made from: a run's history with its sums, and the words
 * for what it came to. A view borrows its history; making one costs O(orgs x packages).
 */
#ifndef PT_PIPELINE_REPORT_VIEW_H
#define PT_PIPELINE_REPORT_VIEW_H

#include "pipeline/history/history.h"
#include "pipeline/report/planned.h"

/* The commands that a reader may want next, as they have to be typed. */
struct pt_report_commands {
	const char *status, *resume, *repush, *abort_;
	const char *approve;    /* without the stage and --by */
	const char *why;        /* without the org */
	const char *csv, *json; /* that write the whole lists */
};

struct pt_report_view {
	const struct pt_history *history;
	const struct pt_planned *planned; /* MAY be NULL */
	const struct pt_report_commands *commands;
	struct pt_look look;              /* of text */
	struct pt_stage_figures *stage;   /* of each: the sum of its packages */
	struct pt_stage_figures *package; /* of each: the sum of its stages */
	struct pt_stage_figures all;
	bool rehearsal;   /* it was one: nobody's org was touched, and there is no journal of it */
	bool ended;       /* nothing will happen unless somebody wants it */
	bool halted;      /* and it is not over */
	int64_t begun_ms; /* the first stage began, or the run did */
	int64_t ended_ms; /* ended or halted; else the moment that the journal tells of */
	uint64_t left;    /* pushes that are eligible, and neither there nor benign */
	uint64_t left_orgs;
	uint64_t started; /* pushes of requests that had started, without an outcome */
	size_t nstarted;  /* such requests */
	uint64_t ahead;   /* pushes of stages that are yet to begin, as the plan counted them */
	size_t nahead;    /* such stages */
	uint64_t reached_orgs; /* with something eligible, and nothing left */
	struct pt_arena arena; /* all of the above */
};

/* Owned by the caller. The history has its orgs; `planned` MAY be NULL. */
int pt_report_view_make(struct pt_report_view *out, const struct pt_history *history,
			const struct pt_planned *planned, const struct pt_report_commands *commands,
			struct pt_err *err) PT_MUSTUSE;
void pt_report_view_release(struct pt_report_view *view);

/* "converged", "finished with residue", "halted", "aborted", "under way: waiting". */
const char *pt_report_state_words(const struct pt_report_view *view);

/* In one sentence: how far it came. */
void pt_report_headline(struct pt_buf *out, const struct pt_report_view *view);

/* What there is to do next: words and a command, of which either may be NULL. */
struct pt_report_step {
	const char *words, *command;
};
enum { PT_REPORT_STEPS_MAX = 6 };

/* Texts are in the view's arena. *n_out is at most PT_REPORT_STEPS_MAX. */
int pt_report_next(struct pt_report_step step[PT_REPORT_STEPS_MAX], size_t *n_out,
		   struct pt_report_view *view, struct pt_err *err) PT_MUSTUSE;

/* Why it is left: the platform's words, or ours where it said nothing. */
void pt_report_reason(struct pt_buf *out, const struct pt_history *history,
		      const struct pt_pair *pair);

/* One that is asked for share by share: a / b in "99.56 %", "-" of nothing. */
enum { PT_SHARE_TEXT = 16 };
const char *pt_share_text(char buf[PT_SHARE_TEXT], uint64_t a, uint64_t b);

/* Orgs by key ascending, in the view's arena. O(orgs log orgs). */
int pt_report_by_key(uint32_t **out, struct pt_report_view *view, struct pt_err *err) PT_MUSTUSE;

/* A note in words, without its time and stage. */
void pt_report_note(struct pt_buf *out, const struct pt_history *history,
		    const struct pt_note *note);

/* It has started on the platform, and not all of its jobs have ended as far as we know. */
bool pt_report_is_started(const struct pt_history_request *request);

/* Where what is written goes, a piece at a time. */
struct pt_report_out {
	struct pt_buf text; /* written and not yet passed on */
	int (*pass)(void *context, const char *data, size_t size_bytes, struct pt_err *err);
	void *context;
	struct pt_err err; /* the first failure; what follows is swallowed */
};

/* To be called between rows: passes on what waits when it is much. */
void pt_report_turn(struct pt_report_out *out);

/* Passes on the rest, says what failed and releases the buffer. */
int pt_report_out_end(struct pt_report_out *out, struct pt_err *err) PT_MUSTUSE;

/* The forms of a report. Each in a file of its own. */
int pt_report_as_html(struct pt_report_out *out, struct pt_report_view *view,
		      struct pt_err *err) PT_MUSTUSE;
int pt_report_as_markdown(struct pt_report_out *out, struct pt_report_view *view,
			  struct pt_err *err) PT_MUSTUSE;
int pt_report_as_json(struct pt_report_out *out, struct pt_report_view *view,
		      struct pt_err *err) PT_MUSTUSE;
int pt_report_as_csv(struct pt_report_out *out, struct pt_report_view *view,
		     struct pt_err *err) PT_MUSTUSE;
int pt_report_as_text(struct pt_report_out *out, struct pt_report_view *view,
		      struct pt_err *err) PT_MUSTUSE; /* as wide as view->look says */

#endif
