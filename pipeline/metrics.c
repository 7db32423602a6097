/* See metrics.h. */
#include "pipeline/metrics.h"

#include <string.h>

#include "base/instant.h"
#include "base/utf8.h"

/* In the order in which they are written; docs/metrics.md has them all. */
enum metric {
	BUILD_INFO,
	RUN_INFO,
	RUN_STATE,
	RUN_DRIVEN,
	RUN_BEGUN,
	RUN_UPDATED,
	RUN_NEXT,
	API_CALLS,
	STAGE_STATE,
	STAGE_WAITS,
	STAGE_PLANNED,
	ORGS,
	ORGS_FAILED,
	REQUESTS,
	PUSHES,
	JOBS_FAILED,
	NMETRIC,
};

const struct pt_metric pt_metrics[] = {
    [BUILD_INFO] = {"pushtrain_build_info", "gauge", "1, of the pushtrain that says all this.",
		    NULL},
    [RUN_INFO] = {"pushtrain_run_info", "gauge", "1, and which train's departure the run is.",
		  "id"},
    [RUN_STATE] = {"pushtrain_run_state", "gauge", "1 for the state that the run is in, else 0.",
		   "state"},
    [RUN_DRIVEN] =
	{"pushtrain_run_driven", "gauge",
	 "1 while a process drives the run, else 0; left out by one that drives another.", ""},
    [RUN_BEGUN] = {"pushtrain_run_begun_timestamp_seconds", "gauge",
		   "When the run departed, by its own clock.", ""},
    [RUN_UPDATED] = {"pushtrain_run_last_update_timestamp_seconds", "gauge",
		     "When the run wrote down last where it stands, by its own clock.", ""},
    [RUN_NEXT] = {"pushtrain_run_next_due_timestamp_seconds", "gauge",
		  "When the run wants to be driven again, by its own clock; left out when it does "
		  "not.",
		  ""},
    [API_CALLS] = {"pushtrain_api_calls_total", "counter", "Calls made to the platform.", ""},
    [STAGE_STATE] = {"pushtrain_stage_state", "gauge",
		     "1 for the state that the stage is in, else 0.", "stage state"},
    [STAGE_WAITS] = {"pushtrain_stage_awaits_approval", "gauge",
		     "1 while the stage waits for somebody's approval, else 0.", "stage"},
    [STAGE_PLANNED] = {"pushtrain_stage_start_timestamp_seconds", "gauge",
		       "When the stage began, or is to begin at the earliest.", "stage"},
    [ORGS] = {"pushtrain_orgs", "gauge",
	      "Orgs by what became of the package there; the states add up to those selected.",
	      "stage package state"},
    [ORGS_FAILED] = {"pushtrain_orgs_failed", "gauge",
		     "Orgs whose last push failed, by class of failure.", "stage package class"},
    [REQUESTS] = {"pushtrain_requests_total", "counter", "Push requests made.", "stage package"},
    [PUSHES] = {"pushtrain_pushes_total", "counter", "Push jobs made.", "stage package"},
    [JOBS_FAILED] = {"pushtrain_jobs_failed_total", "counter",
		     "Push jobs that failed, also of orgs that were reached later, by class.",
		     "stage package class"},
};
const size_t pt_nmetric = PT_ARRAY_LEN(pt_metrics);

/* A family is written as a whole: for each run, all its samples of that metric. */
struct writer {
	struct pt_buf *out;
	const struct pt_metrics_run *run;
	const struct pt_metric *metric;
	const char *value[3]; /* of its own labels */
};

/* What a journal says is UTF-8 here at the latest. */
static void put_value(struct pt_buf *out, const char *text)
{
	const char *piece;
	size_t n;

	while ((piece = pt_utf8_shown(&n, &text))) {
		if (*piece == '\n')
			pt_buf_str(out, "\\n");
		else if (*piece == '\\' || *piece == '"')
			pt_buf_printf(out, "\\%c", *piece);
		else
			pt_buf_bytes(out, piece, n);
	}
}

static void put_label(struct pt_buf *out, const char *name, size_t len, const char *value)
{
	pt_buf_printf(out, ",%.*s=\"", (int)len, name);
	put_value(out, value ? value : "");
	pt_buf_char(out, '"');
}

static void put_sample(const struct writer *w, double number)
{
	const struct pt_run_row *run = &w->run->status->run.row;
	const char *label = w->metric->labels;

	pt_buf_printf(w->out, "%s{suite=\"", w->metric->name);
	put_value(w->out, run->suite ? run->suite : "");
	pt_buf_char(w->out, '"');
	put_label(w->out, "train", 5, run->train);
	put_label(w->out, "run", 3, run->name);
	for (size_t i = 0; *label; i++) {
		size_t len = strcspn(label, " ");

		put_label(w->out, label, len, w->value[i]);
		label += len + (label[len] == ' ');
	}
	/* Counts, and seconds with their thousandths: exact, and never in powers of ten. */
	if (number == floor(number))
		pt_buf_printf(w->out, "} %.0f\n", number);
	else
		pt_buf_printf(w->out, "} %.3f\n", number);
}

static void put_time(const struct writer *w, int64_t ms)
{
	put_sample(w, (double)ms / (double)PT_SECOND_MS);
}

static void put_run_state(struct writer *w)
{
	for (int s = 0; s <= PT_RUN_PAUSED; s++) {
		w->value[0] = pt_run_state_text((enum pt_run_state)s);
		put_sample(w, w->run->status->progress.state == s);
	}
}

static void put_run(struct writer *w, enum metric metric)
{
	const struct pt_progress_row *progress = &w->run->status->progress;
	const struct pt_run_row *row = &w->run->status->run.row;

	w->value[0] = row->id;
	if (metric == RUN_INFO)
		put_sample(w, 1);
	else if (metric == RUN_STATE)
		put_run_state(w);
	else if (metric == RUN_DRIVEN && w->run->driven != PT_METRICS_UNKNOWN)
		put_sample(w, w->run->driven == PT_METRICS_DRIVEN);
	else if (metric == RUN_BEGUN)
		put_time(w, row->begun_ms);
	else if (metric == RUN_UPDATED)
		put_time(w, progress->now_ms);
	else if (metric == RUN_NEXT && !progress->finished && progress->next_ms != PT_NEVER)
		put_time(w, progress->next_ms);
	else if (metric == API_CALLS)
		put_sample(w, (double)progress->http_calls);
}

/* Finer than in a table, where one word has to do for several. */
static const char *const stage_states[] = {
    [PT_STAGE_AHEAD] = "waiting", [PT_STAGE_READING] = "reading", [PT_STAGE_WAVES] = "waves",
    [PT_STAGE_PASSES] = "passes", [PT_STAGE_SOAKING] = "soaking", [PT_STAGE_DONE] = "finished",
    [PT_STAGE_HALTED] = "halted",
};

static void put_stage(struct writer *w, enum metric metric, const struct pt_status_stage *stage)
{
	w->value[0] = stage->name;
	if (metric == STAGE_WAITS)
		put_sample(w,
			   stage->state == PT_STAGE_AHEAD && stage->asked_ms && !stage->approved);
	else if (metric == STAGE_PLANNED)
		put_time(w, stage->state == PT_STAGE_AHEAD ? stage->planned_ms : stage->start_ms);
	for (size_t s = 0; metric == STAGE_STATE && s < PT_ARRAY_LEN(stage_states); s++) {
		w->value[1] = stage_states[s];
		put_sample(w, stage->state == (enum pt_stage_state)s);
	}
}

static void put_orgs(struct writer *w, const struct pt_tally *t)
{
	const struct {
		const char *state;
		uint64_t n;
	} of[] = {
	    {"already_current", t->already_current},
	    {"excluded", t->excluded},
	    {"at_target", t->at_target},
	    {"waiting", t->waiting},
	    {"held", t->held},
	    {"in_flight", t->in_flight},
	    {"unknown", t->unknown},
	    {"canceled", t->canceled},
	    {"benign", t->benign},
	    {"failed", pt_tally_failed(t)},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(of); i++) {
		w->value[2] = of[i].state;
		put_sample(w, (double)of[i].n);
	}
}

/* Benign failures are no failures, but jobs of theirs did fail. */
static void put_classes(struct writer *w, const uint64_t *n, bool benign)
{
	for (int c = 0; c < PT_FAILURE_NCLASS; c++) {
		w->value[2] = pt_failure_class_text((enum pt_failure_class)c);
		if (benign || c != PT_FAILURE_BENIGN)
			put_sample(w, (double)n[c]);
	}
}

static void put_package(struct writer *w, enum metric metric, const struct pt_stage_figures *f)
{
	if (metric == ORGS)
		put_orgs(w, &f->tally);
	else if (metric == ORGS_FAILED)
		put_classes(w, f->tally.failed, false);
	else if (metric == JOBS_FAILED)
		put_classes(w, f->jobs_failed, true);
	else
		put_sample(w, (double)(metric == REQUESTS ? f->requests : f->jobs));
}

static void put_samples(struct writer *w, enum metric metric)
{
	const struct pt_status *status = w->run->status;

	if (metric < STAGE_STATE)
		put_run(w, metric);
	for (size_t s = 0; metric >= STAGE_STATE && s < status->nstage; s++) {
		if (metric < ORGS)
			put_stage(w, metric, &status->stage[s]);
		for (size_t i = 0; metric >= ORGS && i < status->npackage; i++) {
			uint32_t p = status->order[i];

			w->value[0] = status->stage[s].name;
			w->value[1] = status->package[p].name;
			put_package(w, metric, &status->figures[s * status->npackage + p]);
		}
	}
}

void pt_metrics_text(struct pt_buf *out, const struct pt_metrics_run *run, size_t nrun)
{
	for (int m = 0; m < NMETRIC; m++) {
		const struct pt_metric *metric = &pt_metrics[m];

		pt_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
			      metric->name, metric->type);
		if (!metric->labels)
			pt_buf_printf(out, "%s{version=\"" PT_VERSION "\"} 1\n", metric->name);
		for (size_t i = 0; metric->labels && i < nrun; i++) {
			struct writer w = {.out = out, .run = &run[i], .metric = metric};

			put_samples(&w, (enum metric)m);
		}
	}
}
