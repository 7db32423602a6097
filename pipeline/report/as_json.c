/*
 * The report as one JSON document: the keys of `rehearse --json` where it says the same, and
 * more. A row of residue or of what was left out is a line of its own. See view.h.
 */
#include <stdio.h>

#include "pipeline/history/causes.h"
#include "pipeline/pair_text.h"
#include "pipeline/report/convergence.h"
#include "pipeline/report/last_failure.h"
#include "pipeline/report/view.h"

struct document {
	struct pt_json json;
	struct pt_report_out *out;
	struct pt_report_view *view;
	const struct pt_history *h;
	uint32_t *by_key;
	struct pt_last_failures last;
};

static void time_or_null(struct pt_json *json, const char *key, int64_t ms)
{
	if (ms == 0 || ms == PT_NEVER)
		pt_json_str(json, key, NULL);
	else
		pt_json_time(json, key, ms);
}

static void head(struct document *d)
{
	const struct pt_run_row *run = &d->h->status.run.row;
	const struct pt_progress_row *progress = &d->h->status.progress;
	const struct pt_planned *planned = d->view->planned;
	struct pt_json *json = &d->json;

	pt_json_str(json, "suite", run->suite);
	pt_json_str(json, "train", run->train);
	pt_json_str(json, "id", run->id);
	pt_json_str(json, "order", planned ? planned->order : NULL);
	pt_json_str(json, "state", pt_run_state_text((enum pt_run_state)progress->state));
	pt_json_str(json, "halted", progress->halt_text);
	pt_json_str(json, "run", run->name);
	pt_json_bool(json, "finished", d->view->ended && !d->view->halted);
	pt_json_time(json, "began", d->view->begun_ms);
	time_or_null(json, "ended", d->view->ended ? d->view->ended_ms : 0);
	pt_json_time(json, "at", progress->now_ms);
	time_or_null(json, "next", d->view->ended ? 0 : progress->next_ms);
	pt_json_int(json, "api_calls", progress->http_calls);
	pt_json_str(json, "digest", run->digest);
	pt_json_str(json, "departed_by", run->departed_by);
	pt_json_str(json, "pushtrain", PT_VERSION);
}

static void packages_of(struct document *d, const struct pt_stage_figures *figures)
{
	const struct pt_status *status = &d->h->status;

	pt_json_array(&d->json, "packages");
	for (size_t i = 0; i < status->npackage; i++) {
		uint32_t p = status->order[i];

		pt_figures_json(&d->json, status->package[p].name, status->package[p].version,
				&figures[p]);
	}
	pt_json_array_end(&d->json);
}

static void stages(struct document *d)
{
	const struct pt_status *status = &d->h->status;
	struct pt_json *json = &d->json;

	pt_json_array(json, "stages");
	for (size_t i = 0; i < status->nstage; i++) {
		const struct pt_status_stage *stage = &status->stage[i];

		pt_json_object(json, NULL);
		pt_json_str(json, "name", stage->name);
		pt_json_str(json, "state", pt_stage_state_text(stage->state));
		time_or_null(json, "planned", stage->planned_ms);
		if (stage->state != PT_STAGE_AHEAD) {
			pt_json_time(json, "began", stage->start_ms);
			time_or_null(json, "ended", stage->end_ms);
		}
		if (stage->asked_ms)
			pt_json_str(json, "approval", stage->approved ? "given" : "wanted");
		packages_of(d, &status->figures[i * status->npackage]);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

static void dependencies(struct document *d)
{
	const struct pt_status *status = &d->h->status;
	struct pt_json *json = &d->json;

	pt_json_array(json, "graph");
	for (size_t i = 0; i < status->npackage; i++) {
		const struct pt_history_package *package = &d->h->package[status->order[i]];

		pt_json_object(json, NULL);
		pt_json_str(json, "name", package->name);
		pt_json_str(json, "version", package->version);
		pt_json_str(json, "version_id", package->version_id);
		pt_json_str(json, "tag", package->tag);
		pt_json_int(json, "level", package->level);
		pt_json_array(json, "needs");
		for (size_t k = 0; k < package->nneed; k++) {
			pt_json_object(json, NULL);
			pt_json_str(json, "package", d->h->package[package->need[k].package].name);
			pt_json_str(json, "version", package->need[k].version);
			pt_json_object_end(json);
		}
		pt_json_array_end(json);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

static void waves(struct document *d)
{
	struct pt_json *json = &d->json;

	pt_json_array(json, "waves");
	for (size_t i = 0; i < d->h->nwave; i++) {
		const struct pt_history_wave *w = &d->h->wave[i];

		pt_json_object(json, NULL);
		json->compact = true;
		pt_json_str(json, "stage", d->h->status.stage[w->stage].name);
		pt_json_str(json, "package", d->h->package[w->package].name);
		if (w->pass)
			pt_json_int(json, "pass", w->pass);
		else
			pt_json_int(json, "batch", w->batch + 1);
		if (w->zone)
			pt_json_str(json, "zone", w->zone);
		time_or_null(json, "start", w->start_ms);
		time_or_null(json, "began", w->begun_ms);
		time_or_null(json, "ended", w->done ? w->ended_ms : 0);
		pt_json_int(json, "pushed", (int64_t)w->pushed);
		pt_json_int(json, "at_target", (int64_t)w->at_target);
		pt_json_int(json, "failed", (int64_t)w->failed);
		pt_json_int(json, "held", (int64_t)w->held);
		pt_json_object_end(json);
		json->compact = false;
		pt_report_turn(d->out);
	}
	pt_json_array_end(json);
}

static void cause_json(struct document *d, const struct pt_cause *cause)
{
	struct pt_json *json = &d->json;

	pt_json_object(json, NULL);
	pt_json_str(json, "package", d->h->status.package[cause->package].name);
	pt_json_str(json, "class", pt_failure_class_text(cause->class_));
	pt_json_str(json, "type", cause->type);
	pt_json_str(json, "title", cause->title);
	pt_json_str(json, "message", cause->message);
	pt_json_int(json, "failed_pushes", (int64_t)cause->njob);
	pt_json_int(json, "orgs", (int64_t)cause->norg);
	pt_json_int(json, "still_failed", (int64_t)cause->nleft);
	pt_json_int(json, "held", (int64_t)cause->nheld);
	pt_json_str(json, "org", d->h->org[cause->org].key.text);
	pt_json_str(json, "said", cause->said);
	pt_json_object_end(json);
	pt_report_turn(d->out);
}

static int causes(struct document *d, struct pt_err *err)
{
	struct pt_causes found = {.arena = PT_ARENA_INIT};
	int rc = pt_causes_find(&found, d->h, NULL, err);

	if (rc < 0)
		return rc;
	pt_json_array(&d->json, "causes");
	for (size_t i = 0; i < found.n; i++)
		cause_json(d, &found.cause[i]);
	pt_json_array_end(&d->json);
	pt_causes_release(&found);
	return 0;
}

static const char *stage_of(const struct document *d, uint32_t org)
{
	uint8_t stage = d->h->place[org].stage;

	return stage < d->h->status.nstage ? d->h->status.stage[stage].name : NULL;
}

static void residue_row(struct document *d, uint32_t org, uint32_t p)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf reason = PT_BUF_INIT;
	const struct pt_pair *pair = &d->h->pair[p][org];
	struct pt_json *json = &d->json;
	const struct pt_history_failure *f = pt_last_failure(&d->last, d->h, p, org);

	pt_report_reason(&reason, d->h, pair);
	pt_buf_lean(json->out, &reason);
	pt_json_object(json, NULL);
	json->compact = true;
	pt_json_str(json, "org", d->h->org[org].key.text);
	pt_json_str(json, "package", d->h->package[p].name);
	pt_json_str(json, "class", pt_pair_class_text(pair));
	pt_json_str(json, "message", pt_buf_text(&reason));
	pt_json_int(json, "pushes", pair->npush);
	pt_json_str(json, "name", d->h->org[org].name);
	pt_json_str(json, "instance", d->h->org[org].instance);
	pt_json_str(json, "stage", stage_of(d, org));
	if (f) {
		pt_json_str(json, "type", f->type);
		pt_json_str(json, "title", f->title);
		pt_json_time(json, "failed_at", f->at_ms);
	}
	pt_json_object_end(json);
	json->compact = false;
	pt_report_turn(d->out);
}

static void excluded_row(struct document *d, uint32_t org, uint32_t p)
{
	struct pt_json *json = &d->json;

	pt_json_object(json, NULL);
	json->compact = true;
	pt_json_str(json, "org", d->h->org[org].key.text);
	pt_json_str(json, "package", d->h->package[p].name);
	pt_json_str(json, "reason", pt_history_reason(d->h, d->h->pair[p][org].detail));
	pt_json_str(json, "name", d->h->org[org].name);
	pt_json_str(json, "stage", stage_of(d, org));
	pt_json_object_end(json);
	json->compact = false;
	pt_report_turn(d->out);
}

static void rows(struct document *d, const char *key, bool left)
{
	const struct pt_status *status = &d->h->status;

	pt_json_array(&d->json, key);
	for (size_t i = 0; i < d->h->norg; i++) {
		uint32_t org = d->by_key[i];

		for (size_t k = 0; k < status->npackage; k++) {
			uint32_t p = status->order[k];
			const struct pt_pair *pair = &d->h->pair[p][org];

			if (left && pt_pair_is_left(pair))
				residue_row(d, org, p);
			if (!left && pair->state == PT_PAIR_EXCLUDED)
				excluded_row(d, org, p);
		}
	}
	pt_json_array_end(&d->json);
}

/* Requests whose jobs had not all ended when the run had, or when this was read. */
static void started(struct document *d)
{
	struct pt_json *json = &d->json;

	pt_json_array(json, "started");
	for (size_t i = 0; i < d->h->nrequest; i++) {
		const struct pt_history_request *r = &d->h->request[i];

		if (!pt_report_is_started(r))
			continue;
		pt_json_object(json, NULL);
		pt_json_str(json, "request", r->id);
		pt_json_str(json, "package", d->h->package[d->h->wave[r->wave].package].name);
		pt_json_int(json, "pushes", r->norg - r->ndone);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

static void approvals(struct document *d)
{
	struct pt_json *json = &d->json;

	pt_json_array(json, "approvals");
	for (size_t i = 0; i < d->h->napproval; i++) {
		const struct pt_approval_row *row = &d->h->approval[i];

		pt_json_object(json, NULL);
		pt_json_time(json, "at", row->at_ms);
		pt_json_str(json, "stage", d->h->status.stage[row->stage].name);
		pt_json_bool(json, "given", row->given != 0);
		pt_json_str(json, "by", row->who);
		pt_json_str(json, "reason", row->reason);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

static void notes(struct document *d)
{
	struct pt_json *json = &d->json;

	pt_json_array(json, "notes");
	for (size_t i = 0; i < d->h->nnote; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf words = PT_BUF_INIT;
		const struct pt_note *note = &d->h->note[i];

		pt_report_note(&words, d->h, note);
		pt_buf_lean(json->out, &words);
		pt_json_object(json, NULL);
		json->compact = true;
		pt_json_time(json, "at", note->at_ms);
		pt_json_str(json, "stage", d->h->status.stage[note->stage].name);
		pt_json_str(json, "words", pt_buf_text(&words));
		pt_json_object_end(json);
		json->compact = false;
		pt_report_turn(d->out);
	}
	pt_json_array_end(json);
}

static void steps_of(struct pt_json *json, const char *key, const struct pt_arrivals *a)
{
	static const unsigned share[] = {50, 90, 99, 100};

	pt_json_object(json, NULL);
	pt_json_str(json, "package", key);
	pt_json_int(json, "eligible", (int64_t)a->eligible);
	pt_json_int(json, "by_others", (int64_t)a->elsewhere);
	for (size_t i = 0; i < PT_ARRAY_LEN(share); i++) {
		char name[16];

		snprintf(name, sizeof(name), "p%u", share[i]);
		time_or_null(json, name, a->eligible ? pt_arrivals_reach(a, share[i]) : PT_NEVER);
	}
	pt_json_object_end(json);
}

static int convergence(struct document *d, struct pt_err *err)
{
	const struct pt_status *status = &d->h->status;
	struct pt_convergence found;
	int rc = pt_convergence_find(&found, d->h, d->view->package, &d->view->arena, err);

	if (rc < 0)
		return rc;
	pt_json_array(&d->json, "convergence");
	steps_of(&d->json, NULL, &found.all);
	for (size_t i = 0; i < status->npackage; i++)
		steps_of(&d->json, status->package[status->order[i]].name,
			 &found.package[status->order[i]]);
	pt_json_array_end(&d->json);
	return 0;
}

int pt_report_as_json(struct pt_report_out *out, struct pt_report_view *view, struct pt_err *err)
{
	struct document d = {.out = out, .view = view, .h = view->history};
	int rc = pt_report_by_key(&d.by_key, view, err);

	if (rc == 0)
		rc = pt_last_failures_find(&d.last, view->history, &view->arena, err);
	if (rc < 0)
		return rc;
	pt_json_init(&d.json, &out->text);
	pt_json_object(&d.json, NULL);
	head(&d);
	stages(&d);
	packages_of(&d, view->package);
	rows(&d, "residue", true);
	started(&d);
	dependencies(&d);
	waves(&d);
	rc = convergence(&d, err);
	if (rc == 0)
		rc = causes(&d, err);
	rows(&d, "excluded", false);
	approvals(&d);
	notes(&d);
	pt_json_object_end(&d.json);
	return rc;
}
