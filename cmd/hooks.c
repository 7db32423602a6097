/* See hooks.h. */
#include "cmd/hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "connectors/notify/notify.h"
#include "pipeline/event.h"
#include "pipeline/journal_hook.h"

/* How far one hook is. */
struct mark {
	char digest[PT_DIGEST_TEXT];
	int64_t done, failed;
	bool off; /* it cannot be opened: its events are kept for another process */
};

struct pt_hooks {
	const struct pt_context *c;
	const struct pt_run *run;
	const struct pt_journal *journal;
	struct pt_notify *notify;
	struct mark *mark; /* one per hook */
	int64_t nnote;     /* of the run so far */
	/* The last note, which waits for the next one of its step. */
	bool pending, restored;
	struct pt_note note;
	char text[sizeof(((struct pt_err *)NULL)->text)];
	bool asked;    /* a stage waits for an approval */
	bool halted;   /* of the notes that were restored, the last was a halt */
	bool unmarked; /* the journal cannot be written to, which was said */
};

static void say_of(const struct pt_suite *suite, size_t hook, const char *what, const char *why)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;

	pt_notify_name(&name, &suite->notify[hook]);
	pt_say("notify: %s: %s%s%s", pt_buf_text(&name), what, why[0] ? ": " : "", why);
}

static void count_all(struct pt_tally *out, const struct pt_context *c)
{
	struct pt_stage_figures figures;

	*out = (struct pt_tally){0};
	for (uint32_t s = 0; s < c->conf.nstage; s++) {
		for (uint32_t p = 0; p < c->train->npackage; p++) {
			pt_engine_figures(&figures, c->engine, s, p);
			pt_tally_merge(out, &figures.tally);
		}
	}
}

enum { VARIABLES = 10 };

/* The document, and the same in variables for a shell. */
static int add(struct pt_notify *notify, const bool *wanted, size_t n, const struct pt_event *event,
	       struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf body = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf id = PT_BUF_INIT;
	const char *type = pt_event_type_text(event->type);
	char at[PT_INSTANT_TEXT];
	int rc;

	pt_event_json(&body, event);
	pt_event_text(&text, event);
	pt_event_id(&id, event);
	const struct pt_notice_variable variable[VARIABLES] = {
	    {"PUSHTRAIN_EVENT", type},
	    {"PUSHTRAIN_ID", pt_buf_text(&id)},
	    {"PUSHTRAIN_AT", pt_instant_text(at, event->note.at_ms)},
	    {"PUSHTRAIN_SUITE", event->suite->name},
	    {"PUSHTRAIN_TRAIN", event->plan ? event->plan->setup.conf->name : ""},
	    {"PUSHTRAIN_RUN", event->run ? event->run : ""},
	    {"PUSHTRAIN_STAGE", pt_event_stage(event)},
	    {"PUSHTRAIN_STATE", event->type == PT_EVENT_END ? pt_run_state_text(event->state) : ""},
	    {"PUSHTRAIN_GATE_HELD", pt_event_held_text(event)},
	    {"PUSHTRAIN_TEXT", pt_buf_text(&text)},
	};
	const struct pt_notice notice = {.number = event->number,
					 .id = pt_buf_text(&id),
					 .type = type,
					 .body = pt_buf_text(&body),
					 .variable = variable,
					 .nvariable = VARIABLES};

	pt_buf_lean(&body, &text);
	pt_buf_lean(&body, &id);
	rc = pt_buf_check(&body, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (wanted[i])
			rc = pt_notify_add(notify, i, &notice, err);
	}
	return rc;
}

/* A note that is an event goes to those who want to hear of it and have not. */
static void tell(struct pt_hooks *hooks, enum pt_run_state state, const struct pt_note *next)
{
	const struct pt_suite *suite = hooks->c->suite;
	struct pt_event event = {.type = pt_event_type_of(&hooks->note, hooks->asked, state),
				 .number = hooks->nnote,
				 .run = hooks->run->row.name,
				 .suite = suite,
				 .plan = hooks->c->plan,
				 .note = hooks->note,
				 .held = pt_event_gate_held(&hooks->note, next),
				 .state = state};
	struct pt_err err = PT_ERR_INIT;
	struct pt_tally tally;
	bool *wanted = calloc(suite->nnotify, sizeof(*wanted)), any = false;

	for (size_t i = 0; wanted && i < suite->nnotify; i++) {
		wanted[i] = pt_event_on(event.type) & suite->notify[i].on &&
			    hooks->nnote > hooks->mark[i].done;
		any |= wanted[i];
	}
	/* The whole run is counted for few kinds of event, and only if somebody hears it. */
	if (any && (event.type == PT_EVENT_HALT || event.type == PT_EVENT_APPROVAL_REFUSED ||
		    event.type == PT_EVENT_END)) {
		count_all(&tally, hooks->c);
		event.tally = &tally;
	}
	if (!wanted || (any && add(hooks->notify, wanted, suite->nnotify, &event, &err) < 0))
		pt_say("notify: an event is lost: out of memory");
	free(wanted);
}

/* What the run's state was after a note of another process. */
static enum pt_run_state restored_state(const struct pt_hooks *hooks, bool last)
{
	const struct pt_engine *engine = hooks->c->engine;

	if (last && pt_engine_finished(engine))
		return pt_engine_state(engine);
	return hooks->halted ? PT_RUN_HALTED : PT_RUN_FINISHED;
}

static void tell_pending(struct pt_hooks *hooks, const struct pt_note *next)
{
	const struct pt_engine *engine = hooks->c->engine;
	enum pt_run_state state;

	if (!hooks->pending)
		return;
	hooks->pending = false;
	state = hooks->restored ? restored_state(hooks, !next) : pt_engine_state(engine);
	if (hooks->restored)
		hooks->halted = hooks->note.kind == PT_NOTE_HALTED ||
				(hooks->halted && hooks->note.kind != PT_NOTE_ENDED);
	/* Its users know, and hear of the end. */
	if (hooks->note.kind != PT_NOTE_HALTED || hooks->restored || !pt_engine_aborted(engine))
		tell(hooks, state, next);
	hooks->asked = pt_event_asked(hooks->asked, &hooks->note);
}

static void keep_pending(struct pt_hooks *hooks, const struct pt_note *note)
{
	tell_pending(hooks, note);
	hooks->note = *note;
	(void)snprintf(hooks->text, sizeof(hooks->text), "%s", note->text ? note->text : "");
	hooks->note.text = hooks->text;
	hooks->nnote++;
	hooks->pending = true;
}

void pt_hooks_note(struct pt_hooks *hooks, const struct pt_note *note)
{
	if (hooks)
		keep_pending(hooks, note);
}

static int take_note(void *context, const struct pt_note *note, int64_t number, struct pt_err *err)
{
	(void)number;
	(void)err;
	keep_pending(context, note);
	return 0;
}

static int count_note(void *context, const struct pt_note *note, int64_t number, struct pt_err *err)
{
	(void)note;
	(void)err;
	*(int64_t *)context = number;
	return 0;
}

/* What the suite says of a hook; one that is there twice is two. */
static int name_hook(struct mark *mark, const struct pt_suite *suite, size_t hook,
		     struct pt_err *err)
{
	const struct pt_notify_conf *conf = &suite->notify[hook];
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	unsigned nsame = 0;

	for (size_t i = 0; i < hook; i++) {
		const struct pt_notify_conf *other = &suite->notify[i];

		nsame += other->kind == conf->kind && other->on == conf->on &&
			 strcmp(conf->url ? conf->url : conf->command,
				other->url ? other->url : other->command) == 0;
	}
	pt_buf_printf(&text, "%d %u %u %s", (int)conf->kind, conf->on, nsame,
		      conf->url ? conf->url : conf->command);
	if (pt_buf_check(&text, err) < 0)
		return -PT_E_NOMEM;
	return pt_digest(mark->digest, pt_buf_text(&text), text.len, err);
}

static int put_mark(const struct pt_hooks *hooks, size_t hook, const char *why, struct pt_err *err)
{
	const struct mark *mark = &hooks->mark[hook];
	const struct pt_hook_row row = {.run = hooks->journal->run,
					.hook = mark->digest,
					.done = mark->done,
					.failed = mark->failed,
					.why = why};

	return pt_journal_hook_put(hooks->journal, &row, err);
}

/* One that the run has not met begins with what comes. */
static int read_mark(struct pt_hooks *hooks, size_t hook, int64_t nnote, struct pt_err *err)
{
	struct pt_arena texts = PT_ARENA_INIT;
	struct mark *mark = &hooks->mark[hook];
	struct pt_hook_row row;
	bool found = false;
	int rc = name_hook(mark, hooks->c->suite, hook, err);

	if (rc == 0)
		rc = pt_journal_hook(&found, &row, &texts, hooks->journal, mark->digest, err);
	if (rc == 0) {
		mark->done = found ? row.done : nnote;
		mark->failed = found ? row.failed : 0;
	}
	if (rc == 0 && !found)
		rc = put_mark(hooks, hook, NULL, err);
	pt_arena_release(&texts);
	return rc;
}

static int open_all(struct pt_hooks *hooks, struct pt_err *err)
{
	const struct pt_context *c = hooks->c;
	const struct pt_suite *suite = c->suite;
	int64_t nnote = 0;
	struct pt_note_reading reading = {c->conf.nstage, c->train->npackage, count_note, &nnote};
	int rc = pt_journal_notes(hooks->journal, &reading, err);

	hooks->mark = calloc(suite->nnotify, sizeof(*hooks->mark));
	if (rc == 0 && !hooks->mark)
		rc = pt_err_nomem(err);
	if (rc == 0)
		rc = pt_notify_new(&hooks->notify, suite->notify, suite->nnotify, err);
	for (size_t i = 0; rc == 0 && i < suite->nnotify; i++) {
		struct pt_err why = PT_ERR_INIT;

		rc = read_mark(hooks, i, nnote, err);
		hooks->mark[i].off = rc == 0 && pt_notify_open(hooks->notify, i, &why) < 0;
		if (hooks->mark[i].off)
			say_of(suite, i, "it cannot be told, and its events are kept", why.text);
	}
	if (rc < 0)
		return rc;
	reading.fn = take_note;
	reading.context = hooks;
	hooks->restored = true;
	rc = pt_journal_notes(hooks->journal, &reading, err);
	tell_pending(hooks, NULL);
	hooks->restored = false;
	return rc;
}

struct pt_hooks *pt_hooks_open(const struct pt_context *c, const struct pt_run *run,
			       const struct pt_journal *journal)
{
	struct pt_hooks *hooks;
	struct pt_err err = PT_ERR_INIT;

	if (c->suite->nnotify == 0)
		return NULL;
	hooks = calloc(1, sizeof(*hooks));
	if (hooks)
		*hooks = (struct pt_hooks){.c = c, .run = run, .journal = journal};
	if (!hooks || open_all(hooks, &err) < 0) {
		pt_say("notify: nobody is told anything: %s", hooks ? err.text : "out of memory");
		pt_hooks_free(hooks);
		return NULL;
	}
	return hooks;
}

void pt_hooks_free(struct pt_hooks *hooks)
{
	if (!hooks)
		return;
	pt_notify_free(hooks->notify);
	free(hooks->mark);
	free(hooks);
}

static void say_failed(const struct pt_suite *suite, const struct pt_notify_outcome *outcome)
{
	char what[96];

	(void)snprintf(what, sizeof(what), "event %lld was not delivered, after %u %s",
		       (long long)outcome->number, outcome->tries,
		       outcome->tries == 1 ? "try" : "tries");
	say_of(suite, outcome->hook, what, outcome->why);
}

static void take_outcomes(struct pt_hooks *hooks)
{
	struct pt_notify_outcome outcome;
	struct pt_err err = PT_ERR_INIT;

	while (pt_notify_take(&outcome, hooks->notify)) {
		struct mark *mark = &hooks->mark[outcome.hook];

		mark->done = outcome.number;
		mark->failed += !outcome.delivered;
		if (!outcome.delivered)
			say_failed(hooks->c->suite, &outcome);
		if (!hooks->unmarked &&
		    put_mark(hooks, outcome.hook, outcome.delivered ? NULL : outcome.why, &err) <
			0) {
			hooks->unmarked = true;
			pt_say("notify: the journal does not know what was delivered: %s",
			       err.text);
		}
	}
}

int64_t pt_hooks_turn(struct pt_hooks *hooks)
{
	int64_t due_ms, now_ms;

	if (!hooks)
		return PT_NEVER;
	tell_pending(hooks, NULL);
	pt_notify_turn(hooks->notify);
	take_outcomes(hooks);
	due_ms = pt_notify_due_ms(hooks->notify);
	now_ms = pt_clock_monotonic_ms();
	if (due_ms == PT_NEVER)
		return PT_NEVER;
	return due_ms > now_ms ? due_ms - now_ms : 0;
}

/*
 * At the end there is nothing else to do: until all is delivered, or that time has passed.
 * How long one try may take is asked again after each: a quick hook does not lend its
 * time to one that hangs.
 */
static void deliver(struct pt_hooks *hooks, int64_t most_ms)
{
	struct pt_notify *notify = hooks->notify;
	int64_t begun_ms = pt_clock_monotonic_ms(), wait_ms;

	do {
		wait_ms = pt_notify_patience_ms(notify);
		if (wait_ms > most_ms)
			wait_ms = most_ms;
		pt_notify_wait(notify, begun_ms + wait_ms);
		take_outcomes(hooks);
	} while (pt_notify_due_ms(notify) < begun_ms + wait_ms);
}

void pt_hooks_finish(struct pt_hooks *hooks, int64_t most_ms, const char *command)
{
	if (!hooks)
		return;
	tell_pending(hooks, NULL);
	deliver(hooks, most_ms);
	for (size_t i = 0; i < hooks->c->suite->nnotify; i++) {
		size_t left = pt_notify_left(hooks->notify, i);
		PT_CLEANUP(pt_buf_release) struct pt_buf what = PT_BUF_INIT;

		if (left == 0)
			continue;
		pt_buf_printf(&what, "%zu %s not delivered yet; '%s' tries again", left,
			      left == 1 ? "event is" : "events are", command);
		say_of(hooks->c->suite, i, pt_buf_text(&what), "");
	}
}

/* One hook's test, from its opening to its outcome. */
static bool test_one(const struct pt_suite *suite, size_t hook)
{
	struct pt_clock wall = pt_clock_wall();
	const struct pt_event event = {
	    .type = PT_EVENT_TEST, .suite = suite, .note = {.at_ms = wall.now_ms(&wall)}};
	struct pt_notify *notify = NULL;
	struct pt_notify_outcome outcome = {.why = ""};
	struct pt_err err = PT_ERR_INIT;
	const bool wanted = true;
	int rc = pt_notify_new(&notify, &suite->notify[hook], 1, &err);

	if (rc == 0)
		rc = pt_notify_open(notify, 0, &err);
	if (rc == 0)
		rc = add(notify, &wanted, 1, &event, &err);
	while (rc == 0 && !pt_notify_take(&outcome, notify))
		pt_notify_wait(notify, pt_clock_monotonic_ms() + PT_HOUR_MS);
	if (rc < 0)
		say_of(suite, hook, "it cannot be told", err.text);
	else if (outcome.delivered)
		say_of(suite, hook, "the test was delivered", "");
	else
		say_of(suite, hook, "the test was not delivered", outcome.why);
	pt_notify_free(notify);
	return outcome.delivered;
}

size_t pt_hooks_test(const struct pt_suite *suite)
{
	size_t nfailed = 0;

	for (size_t i = 0; i < suite->nnotify; i++)
		nfailed += !test_one(suite, i);
	return nfailed;
}
