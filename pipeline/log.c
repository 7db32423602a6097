/* See log.h. */
#include "pipeline/log.h"

#include "base/instant.h"
#include "base/json.h"
#include "pipeline/event.h"
#include "pipeline/report.h"

/* Readers ignore keys that they do not know, and refuse another major version. */
static const char FORMAT_VERSION[] = "1.0";

static void begin(struct pt_json *json, struct pt_buf *out, const struct pt_log *log,
		  const char *type)
{
	pt_json_init(json, out);
	json->compact = true;
	pt_json_object(json, NULL);
	pt_json_time(json, "time", log->time_ms);
	pt_json_str(json, "type", type);
	pt_json_str(json, "run", log->run);
}

void pt_log_version(struct pt_buf *out, const struct pt_log *log, const char *version)
{
	struct pt_json json;

	begin(&json, out, log, "version");
	pt_json_str(&json, "pushtrain", version);
	pt_json_str(&json, "format_version", FORMAT_VERSION);
	pt_json_object_end(&json);
}

void pt_log_words(struct pt_buf *out, const struct pt_log *log, const char *type,
		  const struct pt_err *err, const char *text)
{
	struct pt_json json;

	begin(&json, out, log, type);
	if (err) {
		pt_json_str(&json, "code", pt_errc_text(err->code));
		pt_json_str(&json, "file", err->file[0] ? err->file : NULL);
		if (err->line)
			pt_json_int(&json, "line", err->line);
		if (err->col)
			pt_json_int(&json, "column", err->col);
	}
	pt_json_str(&json, "text", text);
	pt_json_object_end(&json);
}

const char *pt_log_note_type(const struct pt_note *note, bool asked)
{
	enum pt_event_type type = pt_event_type_of(note, asked, PT_RUN_FINISHED);

	if (type != PT_EVENT_NONE)
		return pt_event_type_text(type);
	switch (note->kind) {
	case PT_NOTE_WAVE_OPENED:
		return "wave_opened";
	case PT_NOTE_WAVE_TOPUP:
		return "wave_topup";
	case PT_NOTE_WAVE_DONE:
		return "wave_done";
	case PT_NOTE_PASS_OPENED:
		return "pass_opened";
	case PT_NOTE_PASS_PACKAGE:
		return "pass_package";
	case PT_NOTE_PASS_DONE:
		return "pass_done";
	case PT_NOTE_SOAKING:
		return "soaking";
	case PT_NOTE_FOREIGN:
		return "foreign";
	case PT_NOTE_PAUSED:
		return "paused";
	case PT_NOTE_REFUSED:
		return "refused";
	case PT_NOTE_CLOSED:
		return "closed";
	case PT_NOTE_LATE:
		return "late";
	case PT_NOTE_CHECKING:
		return "checking";
	case PT_NOTE_CHECKED:
		return "checked";
	case PT_NOTE_NKIND:
	case PT_NOTE_SILENT:
	case PT_NOTE_STAGE_WAVES:
	case PT_NOTE_STAGE_DONE:
	case PT_NOTE_HALTED:
	case PT_NOTE_ENDED:
	case PT_NOTE_APPROVAL:
	case PT_NOTE_APPROVED:
	case PT_NOTE_EXCUSED:
		break;
	}
	return "note";
}

/* What a note's numbers are, in its order; NULL: there is none. */
static const char *const COUNTS[][4] = {
    [PT_NOTE_STAGE_WAVES] = {"eligible", "excluded", "already_current", "orgs"},
    [PT_NOTE_WAVE_OPENED] = {"ready", "held", NULL, NULL},
    [PT_NOTE_WAVE_TOPUP] = {"ready", "held", NULL, NULL},
    [PT_NOTE_WAVE_DONE] = {"pushed", "at_target", "failed", "held"},
    [PT_NOTE_PASS_OPENED] = {NULL, NULL, NULL, NULL},
    [PT_NOTE_PASS_PACKAGE] = {"pushed", NULL, NULL, NULL},
    [PT_NOTE_STAGE_DONE] = {"at_target", "failed", "held", NULL},
    [PT_NOTE_FOREIGN] = {"orgs", NULL, NULL, NULL},
    [PT_NOTE_PAUSED] = {"api_calls_used", "api_calls_allowed", NULL, NULL},
    [PT_NOTE_CLOSED] = {"orgs", NULL, NULL, NULL},
    [PT_NOTE_LATE] = {"orgs", NULL, NULL, NULL},
    [PT_NOTE_SILENT] = {"silent_ms", NULL, NULL, NULL},
};

static void note_counts(struct pt_json *json, const struct pt_note *note)
{
	const uint64_t value[] = {note->a, note->b, note->c, note->d};

	pt_json_object(json, "counts");
	for (size_t i = 0; (size_t)note->kind < PT_ARRAY_LEN(COUNTS) && i < 4; i++) {
		if (COUNTS[note->kind][i])
			pt_json_int(json, COUNTS[note->kind][i], (int64_t)value[i]);
	}
	if (note->kind == PT_NOTE_STAGE_DONE)
		pt_json_int(json, "success_ppm", note->ppm);
	pt_json_object_end(json);
}

/* The package, version, batch, zone and pass of what is about one wave. */
static void place(struct pt_json *json, const struct pt_plan *plan, uint32_t stage,
		  uint32_t package, uint32_t slot, uint32_t pass)
{
	const struct pt_stage_conf *conf = &plan->setup.conf->stage[stage];
	const struct pt_train_package *of = &plan->setup.train->package[package];
	char version[PT_VERSION_TEXT];

	pt_json_str(json, "package", of->name);
	pt_json_str(json, "version", pt_version_text(version, &of->version));
	if (pass)
		pt_json_int(json, "pass", pass);
	else
		pt_json_int(json, "batch", pt_slot_batch(conf, slot) + 1);
	if (pt_stage_nzone(conf) > 1)
		pt_json_str(json, "zone",
			    pt_stage_zone_name(plan->setup.suite, conf, pt_slot_zone(conf, slot)));
}

static bool is_of_wave(enum pt_note_kind kind)
{
	return kind == PT_NOTE_WAVE_OPENED || kind == PT_NOTE_WAVE_TOPUP ||
	       kind == PT_NOTE_WAVE_DONE || kind == PT_NOTE_PASS_PACKAGE ||
	       kind == PT_NOTE_FOREIGN || kind == PT_NOTE_CLOSED || kind == PT_NOTE_LATE;
}

static bool has_until(const struct pt_note *note)
{
	return (note->kind == PT_NOTE_SOAKING || note->kind == PT_NOTE_PAUSED ||
		note->kind == PT_NOTE_CLOSED || note->kind == PT_NOTE_APPROVAL) &&
	       note->until_ms != PT_NEVER;
}

void pt_log_note(struct pt_buf *out, const struct pt_log *log, const struct pt_note *note,
		 const struct pt_plan *plan, bool asked, enum pt_run_state state)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	bool of_run = note->kind == PT_NOTE_ENDED;
	struct pt_json json;

	begin(&json, out, log, pt_log_note_type(note, asked));
	pt_json_time(&json, "at", note->at_ms);
	pt_json_str(&json, "stage", of_run ? NULL : plan->setup.conf->stage[note->stage].name);
	if (is_of_wave(note->kind))
		place(&json, plan, note->stage, note->package, note->slot, note->pass);
	else if (note->pass)
		pt_json_int(&json, "pass", note->pass);
	if (of_run)
		pt_json_str(&json, "state", pt_run_state_text(state));
	if (has_until(note))
		pt_json_time(&json, "until", note->until_ms);
	note_counts(&json, note);
	pt_note_words(&words, note, plan);
	pt_buf_lean(out, &words);
	pt_json_str(&json, "text", pt_buf_text(&words));
	pt_json_object_end(&json);
}

static const char *detail_type(enum pt_detail_kind kind)
{
	switch (kind) {
	case PT_DETAIL_REQUEST_MADE:
		return "request_made";
	case PT_DETAIL_REQUEST_ACTIVATED:
		return "request_activated";
	case PT_DETAIL_REQUEST_ENDED:
		return "request_ended";
	case PT_DETAIL_PLATFORM_ERROR:
		break;
	}
	return "platform_error";
}

void pt_detail_words(struct pt_buf *out, const struct pt_detail *detail, const struct pt_plan *plan)
{
	const struct pt_train_package *package = &plan->setup.train->package[detail->package];
	char when[PT_INSTANT_TEXT], version[PT_VERSION_TEXT];

	if (detail->request.text[0])
		pt_buf_printf(out, "request %s, ", detail->request.text);
	pt_buf_printf(out, "%s %s: ", package->name, pt_version_text(version, &package->version));
	switch (detail->kind) {
	case PT_DETAIL_REQUEST_MADE:
		pt_buf_printf(out, "made for %llu orgs, starts %s", (unsigned long long)detail->a,
			      pt_zone_text(when, plan->setup.zone, detail->start_ms));
		break;
	case PT_DETAIL_REQUEST_ACTIVATED:
		pt_buf_printf(out, "activated with %llu orgs", (unsigned long long)detail->a);
		break;
	case PT_DETAIL_REQUEST_ENDED:
		pt_buf_printf(out, "ended: %llu of %llu orgs at target, %llu failed",
			      (unsigned long long)detail->b, (unsigned long long)detail->a,
			      (unsigned long long)detail->c);
		break;
	case PT_DETAIL_PLATFORM_ERROR:
		pt_buf_str(out, detail->text);
		break;
	}
}

void pt_log_detail(struct pt_buf *out, const struct pt_log *log, const struct pt_detail *detail,
		   const struct pt_plan *plan)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	bool error = detail->kind == PT_DETAIL_PLATFORM_ERROR;
	struct pt_json json;

	begin(&json, out, log, detail_type(detail->kind));
	pt_json_time(&json, "at", detail->at_ms);
	pt_json_str(&json, "stage", plan->setup.conf->stage[detail->stage].name);
	if (error && !detail->request.text[0])
		pt_json_str(&json, "package", plan->setup.train->package[detail->package].name);
	else
		place(&json, plan, detail->stage, detail->package, detail->slot, detail->pass);
	pt_json_str(&json, "request", detail->request.text[0] ? detail->request.text : NULL);
	pt_json_object(&json, "counts");
	if (!error)
		pt_json_int(&json, "orgs", (int64_t)detail->a);
	if (detail->kind == PT_DETAIL_REQUEST_ENDED) {
		pt_json_int(&json, "at_target", (int64_t)detail->b);
		pt_json_int(&json, "failed", (int64_t)detail->c);
	}
	pt_json_object_end(&json);
	pt_detail_words(&words, detail, plan);
	pt_buf_lean(out, &words);
	pt_json_str(&json, "text", pt_buf_text(&words));
	pt_json_object_end(&json);
}

const char *pt_wait_kind_text(enum pt_wait_kind kind)
{
	static const char *const text[] = {
	    [PT_WAIT_STAGE] = "stage",      [PT_WAIT_APPROVAL] = "approval",
	    [PT_WAIT_READING] = "reading",  [PT_WAIT_JOBS] = "jobs",
	    [PT_WAIT_OFFSET] = "offset",    [PT_WAIT_BATCH] = "batch",
	    [PT_WAIT_WINDOW] = "window",    [PT_WAIT_BLACKOUT] = "blackout",
	    [PT_WAIT_TOPUP] = "topup",      [PT_WAIT_PASS] = "pass",
	    [PT_WAIT_SOAK] = "soak",        [PT_WAIT_CHECK] = "check",
	    [PT_WAIT_BUDGET] = "api_calls",
	};

	return text[kind];
}

static void wait_member(struct pt_json *json, const struct pt_progress *p)
{
	const struct pt_wait *wait = &p->outlook.wait;

	pt_json_str(json, "waits_for", pt_wait_kind_text(wait->kind));
	if (wait->kind == PT_WAIT_BLACKOUT)
		pt_json_str(json, "blackout", wait->blackout);
	if (wait->until_ms == PT_NEVER)
		pt_json_str(json, "until", NULL);
	else
		pt_json_time(json, "until", wait->until_ms);
}

void pt_log_heartbeat(struct pt_buf *out, const struct pt_log *log, const struct pt_progress *p)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
	const struct pt_tally *t = &p->tally;
	struct pt_json json;

	begin(&json, out, log, "heartbeat");
	pt_json_time(&json, "at", p->now_ms);
	pt_json_str(&json, "stage", p->plan->setup.conf->stage[p->outlook.stage].name);
	wait_member(&json, p);
	pt_json_object(&json, "counts");
	pt_json_int(&json, "eligible", (int64_t)t->eligible);
	pt_json_int(&json, "at_target", (int64_t)t->at_target);
	pt_json_int(&json, "failed", (int64_t)pt_tally_failed(t));
	pt_json_int(&json, "held", (int64_t)t->held);
	pt_json_int(&json, "waiting", (int64_t)t->waiting);
	pt_json_int(&json, "in_flight", (int64_t)t->in_flight);
	pt_json_int(&json, "unknown", (int64_t)t->unknown);
	pt_json_int(&json, "canceled", (int64_t)t->canceled);
	pt_json_int(&json, "benign", (int64_t)t->benign);
	pt_json_object_end(&json);
	pt_progress_line(&words, p);
	pt_buf_lean(out, &words);
	pt_json_str(&json, "text", pt_buf_text(&words));
	pt_json_object_end(&json);
}
