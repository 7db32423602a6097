/* See teller.h. */
#include "cmd/teller.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/voice.h"
#include "pipeline/event.h"
#include "pipeline/report.h"

/* Counting all pairs may take this share of the time, and is done so often at most. */
enum { TALLY_SHARE = 50, TALLY_LEAST_MS = 250 };

struct pt_teller {
	struct pt_context *c;
	char run[192], approve[512], approve_stage[640];
	struct pt_rate rate;
	struct pt_pace pace;
	struct pt_heartbeat heartbeat;
	struct pt_tally tally;
	uint32_t tally_stage;           /* that it is of */
	int64_t tally_ms, tally_due_ms; /* in real time: when it was made, when it may be again */
	bool asked;                     /* a stage waits for an approval */
};

int pt_teller_new(struct pt_teller **out, struct pt_context *c, struct pt_err *err)
{
	struct pt_teller *teller = calloc(1, sizeof(*teller));
	int64_t now_ms = pt_clock_monotonic_ms();

	if (!teller)
		return pt_err_nomem(err);
	teller->c = c;
	teller->pace.began_ms = now_ms;
	teller->tally_stage = UINT32_MAX;
	pt_heartbeat_said(&teller->heartbeat, now_ms);
	*out = teller;
	return 0;
}

void pt_teller_free(struct pt_teller *teller)
{
	free(teller);
}

void pt_teller_about(struct pt_teller *teller, const char *run, const char *approve)
{
	if (!teller)
		return;
	(void)snprintf(teller->run, sizeof(teller->run), "%s", run);
	(void)snprintf(teller->approve, sizeof(teller->approve), "%s", approve);
	pt_voice_about(run);
}

/* "2022-…  sandbox: " and the words, in a line. */
static void say_line(const struct pt_teller *teller, int64_t at_ms, uint32_t stage,
		     const char *words)
{
	const struct pt_plan_setup *s = &teller->c->plan->setup;
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	char when[PT_INSTANT_TEXT];
	const struct pt_look look = pt_voice_err();

	pt_style_str(&line, &look, PT_STYLE_DIM, pt_zone_text(when, s->zone, at_ms));
	pt_buf_printf(&line, "  %s: %s\n", s->conf->stage[stage].name, words);
	pt_voice_say(pt_buf_text(&line));
}

static enum pt_style style_of(const struct pt_note *note)
{
	switch (note->kind) {
	case PT_NOTE_HALTED:
	case PT_NOTE_REFUSED:
	case PT_NOTE_LATE:
	case PT_NOTE_SILENT:
		return PT_STYLE_BAD;
	case PT_NOTE_APPROVAL:
	case PT_NOTE_PAUSED:
	case PT_NOTE_CLOSED:
	case PT_NOTE_FOREIGN:
		return PT_STYLE_WARN;
	case PT_NOTE_STAGE_WAVES:
	case PT_NOTE_STAGE_DONE:
	case PT_NOTE_ENDED:
		return PT_STYLE_STRONG;
	case PT_NOTE_WAVE_OPENED:
	case PT_NOTE_WAVE_TOPUP:
	case PT_NOTE_WAVE_DONE:
	case PT_NOTE_PASS_OPENED:
	case PT_NOTE_PASS_PACKAGE:
	case PT_NOTE_PASS_DONE:
	case PT_NOTE_SOAKING:
	case PT_NOTE_APPROVED:
	case PT_NOTE_EXCUSED:
	case PT_NOTE_CHECKING:
	case PT_NOTE_CHECKED:
	case PT_NOTE_NKIND:
		break;
	}
	return PT_STYLE_PLAIN;
}

static void note_line(const struct pt_teller *teller, const struct pt_note *note)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	const struct pt_look look = pt_voice_err();

	pt_note_words(&words, note, teller->c->plan);
	if (!words.failed && words.len)
		pt_buf_plain(words.data);
	pt_style_str(&line, &look, style_of(note), pt_buf_text(&words));
	say_line(teller, note->at_ms, note->stage, pt_buf_text(&line));
}

void pt_teller_note(struct pt_teller *teller, const struct pt_note *note)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	struct pt_log log;

	if (!teller)
		return;
	pt_heartbeat_said(&teller->heartbeat, pt_clock_monotonic_ms());
	if (!pt_voice_is_quiet() && pt_voice_is_json()) {
		log = pt_voice_log();
		pt_log_note(&line, &log, note, teller->c->plan, teller->asked,
			    pt_engine_state(teller->c->engine));
		pt_voice_say(pt_buf_text(&line));
	} else if (!pt_voice_is_quiet()) {
		note_line(teller, note);
	}
	teller->asked = pt_event_asked(teller->asked, note);
}

static void tell_details(struct pt_teller *teller)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_detail detail;

	while (pt_engine_take_detail(&detail, teller->c->engine)) {
		pt_buf_clear(&text);
		if (pt_voice_is_json()) {
			const struct pt_log log = pt_voice_log();

			pt_log_detail(&text, &log, &detail, teller->c->plan);
			pt_voice_say(pt_buf_text(&text));
			continue;
		}
		pt_detail_words(&text, &detail, teller->c->plan);
		if (!text.failed && text.len)
			pt_buf_plain(text.data);
		say_line(teller, detail.at_ms, detail.stage, pt_buf_text(&text));
	}
}

/* The states of the stage's pairs: counted anew when that is cheap for the time since. */
static void count(struct pt_teller *teller, uint32_t stage, int64_t now_ms)
{
	if (teller->tally_stage == stage && now_ms < teller->tally_due_ms)
		return;
	pt_engine_stage_tally(&teller->tally, teller->c->engine);
	int64_t took_ms = pt_clock_monotonic_ms() - now_ms;

	teller->tally_stage = stage;
	teller->tally_due_ms = now_ms + TALLY_LEAST_MS + took_ms * TALLY_SHARE;
}

static void look(struct pt_progress *out, struct pt_teller *teller, int64_t now_ms)
{
	struct pt_context *c = teller->c;

	*out = (struct pt_progress){.plan = c->plan,
				    .run = teller->run[0] ? teller->run : NULL,
				    .now_ms = c->clock.now_ms(&c->clock)};
	pt_engine_outlook(&out->outlook, c->engine);
	count(teller, out->outlook.stage, now_ms);
	out->tally = teller->tally;
	pt_rate_add(&teller->rate, out->now_ms, out->outlook.nended);
	out->per_hour = pt_rate_per_hour(&teller->rate, out->now_ms);
	if (teller->approve[0]) {
		(void)snprintf(teller->approve_stage, sizeof(teller->approve_stage),
			       "%s %s --by NAME", teller->approve,
			       c->conf.stage[out->outlook.stage].name);
		out->approve = teller->approve_stage;
	}
}

static void draw(struct pt_teller *teller, int64_t now_ms)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_look err = pt_voice_err();
	struct pt_progress progress;

	look(&progress, teller, now_ms);
	pt_progress_block(&text, &progress, &err);
	if (!text.failed)
		pt_voice_draw(pt_buf_text(&text));
}

static void beat(struct pt_teller *teller, int64_t now_ms)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	struct pt_progress progress;

	look(&progress, teller, now_ms);
	if (pt_voice_is_json()) {
		const struct pt_log log = pt_voice_log();

		pt_log_heartbeat(&text, &log, &progress);
		pt_voice_say(pt_buf_text(&text));
		return;
	}
	pt_progress_line(&text, &progress);
	if (!text.failed && text.len)
		say_line(teller, progress.now_ms, progress.outlook.stage, pt_buf_text(&text));
}

void pt_teller_turn(void *context)
{
	struct pt_teller *teller = context;
	int64_t now_ms = pt_clock_monotonic_ms();

	if (pt_voice_is_verbose())
		tell_details(teller);
	if (pt_voice_is_live()) {
		if (pt_pace_due(&teller->pace, now_ms))
			draw(teller, now_ms);
	} else if (!pt_voice_is_quiet() && pt_heartbeat_due(&teller->heartbeat, now_ms)) {
		beat(teller, now_ms);
	}
}
