/* See event.h. */
#include "pipeline/event.h"

#include "base/json.h"
#include "pipeline/report.h"

enum pt_event_type pt_event_type_of(const struct pt_note *note, bool asked, enum pt_run_state state)
{
	switch (note->kind) {
	case PT_NOTE_STAGE_WAVES:
		return note->stage == 0 ? PT_EVENT_DEPART : PT_EVENT_STAGE;
	case PT_NOTE_STAGE_DONE:
		return PT_EVENT_GATE;
	case PT_NOTE_HALTED:
		return asked ? PT_EVENT_APPROVAL_REFUSED : PT_EVENT_HALT;
	case PT_NOTE_APPROVAL:
		return PT_EVENT_APPROVAL_WANTED;
	case PT_NOTE_APPROVED:
	case PT_NOTE_EXCUSED:
		return PT_EVENT_APPROVAL_GIVEN;
	case PT_NOTE_SILENT:
		return PT_EVENT_SILENT;
	case PT_NOTE_ENDED:
		return state == PT_RUN_HALTED ? PT_EVENT_NONE : PT_EVENT_END;
	case PT_NOTE_WAVE_OPENED:
	case PT_NOTE_WAVE_TOPUP:
	case PT_NOTE_WAVE_DONE:
	case PT_NOTE_PASS_OPENED:
	case PT_NOTE_PASS_PACKAGE:
	case PT_NOTE_PASS_DONE:
	case PT_NOTE_SOAKING:
	case PT_NOTE_FOREIGN:
	case PT_NOTE_PAUSED:
	case PT_NOTE_REFUSED: /* the halt after it tells more */
	case PT_NOTE_CLOSED:
	case PT_NOTE_LATE:
	case PT_NOTE_CHECKING:
	case PT_NOTE_CHECKED:
	case PT_NOTE_NKIND:
		break;
	}
	return PT_EVENT_NONE;
}

bool pt_event_asked(bool asked, const struct pt_note *note)
{
	if (note->kind == PT_NOTE_APPROVAL)
		return true;
	return asked && note->kind != PT_NOTE_APPROVED && note->kind != PT_NOTE_HALTED &&
	       note->kind != PT_NOTE_STAGE_WAVES;
}

bool pt_event_gate_held(const struct pt_note *note, const struct pt_note *next)
{
	return !next || next->kind != PT_NOTE_HALTED || next->stage != note->stage;
}

static const struct {
	const char *text;
	unsigned on;
} TYPES[] = {
    [PT_EVENT_NONE] = {"none", 0},
    [PT_EVENT_DEPART] = {"depart", PT_ON_DEPARTS},
    [PT_EVENT_STAGE] = {"stage", PT_ON_STAGES},
    [PT_EVENT_GATE] = {"gate", PT_ON_GATES},
    [PT_EVENT_HALT] = {"halt", PT_ON_HALTS},
    [PT_EVENT_END] = {"end", PT_ON_ENDS},
    [PT_EVENT_APPROVAL_WANTED] = {"approval_wanted", PT_ON_APPROVALS},
    [PT_EVENT_APPROVAL_GIVEN] = {"approval_given", PT_ON_APPROVALS},
    [PT_EVENT_APPROVAL_REFUSED] = {"approval_refused", PT_ON_APPROVALS | PT_ON_HALTS},
    [PT_EVENT_SILENT] = {"silent", PT_ON_HALTS},
    [PT_EVENT_TEST] = {"test", 0},
};

const char *pt_event_type_text(enum pt_event_type type)
{
	return TYPES[type].text;
}

unsigned pt_event_on(enum pt_event_type type)
{
	return TYPES[type].on;
}

/* The end of a run is no stage's. */
const char *pt_event_stage(const struct pt_event *event)
{
	if (!event->plan || event->type == PT_EVENT_END || event->type == PT_EVENT_TEST)
		return "";
	return event->plan->setup.conf->stage[event->note.stage].name;
}

/* A stage may end without one. */
static bool has_gate(const struct pt_event *event)
{
	return event->type == PT_EVENT_GATE &&
	       event->plan->setup.conf->stage[event->note.stage].gate.src.line > 0;
}

const char *pt_event_held_text(const struct pt_event *event)
{
	if (!has_gate(event))
		return "";
	return event->held ? "true" : "false";
}

void pt_event_text(struct pt_buf *out, const struct pt_event *event)
{
	switch (event->type) {
	case PT_EVENT_TEST:
		pt_buf_str(out, "a test: nothing has happened");
		return;
	case PT_EVENT_END:
		pt_buf_printf(out, "the train has ended: %s", pt_run_state_text(event->state));
		return;
	case PT_EVENT_HALT:
	case PT_EVENT_APPROVAL_REFUSED:
		pt_buf_str(out, event->note.text ? event->note.text : "");
		return;
	case PT_EVENT_NONE:
	case PT_EVENT_DEPART:
	case PT_EVENT_STAGE:
	case PT_EVENT_GATE:
	case PT_EVENT_APPROVAL_WANTED:
	case PT_EVENT_APPROVAL_GIVEN:
	case PT_EVENT_SILENT:
		break;
	}
	pt_note_words(out, &event->note, event->plan);
	if (has_gate(event))
		pt_buf_str(out, event->held ? ", the gate holds" : ", the gate does not hold");
}

void pt_event_id(struct pt_buf *out, const struct pt_event *event)
{
	pt_buf_printf(out, "%s/%lld", event->run ? event->run : "test", (long long)event->number);
}

static void note_counts(struct pt_json *json, const struct pt_event *event)
{
	const struct pt_note *note = &event->note;

	if (event->type == PT_EVENT_DEPART || event->type == PT_EVENT_STAGE) {
		pt_json_int(json, "orgs", (int64_t)note->d);
		pt_json_int(json, "eligible", (int64_t)note->a);
		pt_json_int(json, "excluded", (int64_t)note->b);
		pt_json_int(json, "already_current", (int64_t)note->c);
	} else if (event->type == PT_EVENT_GATE) {
		pt_json_int(json, "at_target", (int64_t)note->a);
		pt_json_int(json, "failed", (int64_t)note->b);
		pt_json_int(json, "held", (int64_t)note->c);
		pt_json_int(json, "success_ppm", note->ppm);
	} else if (event->type == PT_EVENT_SILENT) {
		pt_json_int(json, "silent_ms", (int64_t)note->a);
	}
}

static void tally_counts(struct pt_json *json, const struct pt_tally *tally)
{
	pt_json_int(json, "selected", (int64_t)tally->selected);
	pt_json_int(json, "already_current", (int64_t)tally->already_current);
	pt_json_int(json, "excluded", (int64_t)tally->excluded);
	pt_json_int(json, "eligible", (int64_t)tally->eligible);
	pt_json_int(json, "at_target", (int64_t)tally->at_target);
	pt_json_int(json, "waiting", (int64_t)tally->waiting);
	pt_json_int(json, "held", (int64_t)tally->held);
	pt_json_int(json, "in_flight", (int64_t)tally->in_flight);
	pt_json_int(json, "unknown", (int64_t)tally->unknown);
	pt_json_int(json, "canceled", (int64_t)tally->canceled);
	pt_json_int(json, "benign", (int64_t)tally->benign);
	pt_json_int(json, "failed", (int64_t)pt_tally_failed(tally));
}

static void place(struct pt_json *json, const struct pt_event *event)
{
	const char *stage = pt_event_stage(event);

	pt_json_str(json, "suite", event->suite->name);
	pt_json_str(json, "train", event->plan ? event->plan->setup.conf->name : NULL);
	pt_json_str(json, "train_id", event->plan ? event->plan->setup.id : NULL);
	pt_json_str(json, "run", event->run);
	pt_json_str(json, "stage", stage[0] ? stage : NULL);
	/* No event is of one package alone so far. */
	pt_json_str(json, "package", NULL);
}

void pt_event_json(struct pt_buf *out, const struct pt_event *event)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	struct pt_json json;

	pt_json_init(&json, out);
	json.compact = true;
	pt_json_object(&json, NULL);
	pt_event_id(&words, event);
	pt_json_str(&json, "id", pt_buf_text(&words));
	pt_json_str(&json, "type", pt_event_type_text(event->type));
	pt_json_time(&json, "at", event->note.at_ms);
	place(&json, event);
	if (has_gate(event))
		pt_json_bool(&json, "gate_held", event->held);
	else
		pt_json_str(&json, "gate_held", NULL);
	pt_json_str(&json, "state",
		    event->type == PT_EVENT_END ? pt_run_state_text(event->state) : NULL);
	if (event->type == PT_EVENT_APPROVAL_WANTED && event->note.until_ms != PT_NEVER)
		pt_json_time(&json, "until", event->note.until_ms);
	else
		pt_json_str(&json, "until", NULL);
	pt_buf_lean(out, &words);
	pt_buf_clear(&words);
	pt_event_text(&words, event);
	pt_json_str(&json, "text", pt_buf_text(&words));
	pt_json_object(&json, "counts");
	if (event->tally)
		tally_counts(&json, event->tally);
	else
		note_counts(&json, event);
	pt_json_object_end(&json);
	pt_json_object_end(&json);
	pt_buf_lean(out, &words);
	/* What is signed and sent has no end of a line. */
	if (out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
}
