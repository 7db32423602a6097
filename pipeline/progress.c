/* See progress.h. */
#include "pipeline/progress.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/width.h"
#include "pipeline/pair_text.h"

/* The rate is of the last so many hours, and of ten seconds at least. */
enum { RATE_HOURS = 3 };
#define RATE_LEAST_MS (10 * PT_SECOND_MS)

enum { FIRST_DRAW_MS = 500, BETWEEN_DRAWS_MS = 100 };

void pt_rate_add(struct pt_rate *rate, int64_t now_ms, uint64_t nended)
{
	size_t last = (rate->n + PT_RATE_SAMPLES - 1) % PT_RATE_SAMPLES, at;

	/* So close together that they would not reach back that far: the last one moves. */
	if (rate->n > 1 && now_ms - rate->at_ms[(rate->n - 2) % PT_RATE_SAMPLES] <
			       RATE_HOURS * PT_HOUR_MS / PT_RATE_SAMPLES) {
		rate->at_ms[last] = now_ms;
		rate->nended[last] = nended;
		return;
	}
	at = rate->n++ % PT_RATE_SAMPLES;
	rate->at_ms[at] = now_ms;
	rate->nended[at] = nended;
}

double pt_rate_per_hour(const struct pt_rate *rate, int64_t now_ms)
{
	size_t kept = rate->n < PT_RATE_SAMPLES ? rate->n : PT_RATE_SAMPLES;
	size_t last = (rate->n + PT_RATE_SAMPLES - 1) % PT_RATE_SAMPLES;

	for (size_t i = rate->n - kept; i < rate->n; i++) {
		size_t at = i % PT_RATE_SAMPLES;
		int64_t span_ms = now_ms - rate->at_ms[at];

		if (span_ms > RATE_HOURS * PT_HOUR_MS)
			continue;
		if (span_ms < RATE_LEAST_MS || rate->nended[last] <= rate->nended[at])
			break;
		return (double)(rate->nended[last] - rate->nended[at]) * (double)PT_HOUR_MS /
		       (double)span_ms;
	}
	return -1;
}

static uint64_t known(const struct pt_tally *t)
{
	return t->at_target + pt_tally_failed(t) + t->benign + t->canceled + t->unknown;
}

uint64_t pt_progress_done(const struct pt_progress *p)
{
	uint64_t done = known(&p->tally) + p->outlook.nseen;

	return done < p->tally.eligible ? done : p->tally.eligible;
}

static const struct pt_stage_conf *stage_of(const struct pt_progress *p)
{
	return &p->plan->setup.conf->stage[p->outlook.stage];
}

/* When the current stage is over; PT_NEVER: not known. */
static int64_t stage_end_ms(const struct pt_progress *p)
{
	const struct pt_repush_conf *repush = &p->plan->setup.conf->repush;
	const struct pt_tally *t = &p->tally;
	uint64_t retryable = t->failed[PT_FAILURE_TRANSIENT] + t->failed[PT_FAILURE_DEPENDENCY] +
			     t->failed[PT_FAILURE_NOT_YET];
	uint64_t left = t->waiting + t->in_flight;
	int64_t end_ms = p->now_ms;

	switch (p->outlook.state) {
	case PT_STAGE_SOAKING:
		return p->outlook.stage_until_ms;
	case PT_STAGE_PASSES:
	case PT_STAGE_WAVES:
		if (left > p->outlook.nseen && p->per_hour <= 0)
			return PT_NEVER;
		if (left > p->outlook.nseen)
			end_ms += (int64_t)((double)(left - p->outlook.nseen) / p->per_hour *
					    (double)PT_HOUR_MS);
		break;
	case PT_STAGE_AHEAD:
	case PT_STAGE_READING:
	case PT_STAGE_DONE:
	case PT_STAGE_HALTED:
		return PT_NEVER;
	}
	if (end_ms < p->outlook.last_wave_ms)
		end_ms = p->outlook.last_wave_ms;
	if (p->outlook.wait.until_ms != PT_NEVER && end_ms < p->outlook.wait.until_ms)
		end_ms = p->outlook.wait.until_ms;
	if (p->outlook.state == PT_STAGE_PASSES)
		return end_ms > p->outlook.stage_until_ms ? end_ms : p->outlook.stage_until_ms;
	/* A pass takes its time within the soak. */
	int64_t rest_ms = retryable && repush->passes ? repush->after_ms : 0;

	return end_ms + (rest_ms > stage_of(p)->soak_ms ? rest_ms : stage_of(p)->soak_ms);
}

int64_t pt_progress_finish_ms(const struct pt_progress *p)
{
	size_t at = p->outlook.stage, nstage = p->plan->setup.conf->nstage;
	int64_t end_ms = stage_end_ms(p);

	if (end_ms == PT_NEVER || at + 1 >= nstage)
		return end_ms;
	const struct pt_plan_stage *next = &p->plan->stage[at + 1];
	const struct pt_plan_stage *last = &p->plan->stage[nstage - 1];
	int64_t last_ms = last->start_ms;

	for (size_t i = 0; i < last->nwave; i++)
		last_ms = last->wave[i].start_ms > last_ms ? last->wave[i].start_ms : last_ms;
	if (end_ms < next->start_ms)
		end_ms = next->start_ms;
	return end_ms + last_ms - next->start_ms;
}

const char *pt_zone_brief(char buf[PT_INSTANT_TEXT], const struct pt_zone *zone, int64_t ms,
			  int64_t now_ms)
{
	char full[PT_INSTANT_TEXT];

	pt_zone_text(full, zone, ms);
	/* "Tue 2026-12-01 18:00 -08:00" */
	if (ms - now_ms < 6 * PT_DAY_MS)
		(void)snprintf(buf, PT_INSTANT_TEXT, "%.3s %.5s", full, full + 15);
	else
		(void)snprintf(buf, PT_INSTANT_TEXT, "%.20s", full);
	return buf;
}

/* " until Sun 00:00 (3h 12m)" */
static void add_moment(struct pt_buf *out, const struct pt_progress *p, const char *word,
		       int64_t ms, bool brief)
{
	const struct pt_zone *zone = p->plan->setup.zone;
	char when[PT_INSTANT_TEXT], span[PT_DURATION_TEXT];

	if (ms == PT_NEVER)
		return;
	pt_buf_printf(out, " %s %s", word,
		      brief ? pt_zone_brief(when, zone, ms, p->now_ms)
			    : pt_zone_text(when, zone, ms));
	if (ms > p->now_ms)
		pt_buf_printf(out, " (%s)", pt_duration_human(span, ms - p->now_ms));
}

static void add_words(struct pt_buf *out, const struct pt_progress *p, const struct pt_wait *wait)
{
	const struct pt_plan_setup *s = &p->plan->setup;

	pt_wait_words(out, wait, s->suite, s->conf, s->train);
}

void pt_progress_waits(struct pt_buf *out, const struct pt_progress *p, bool brief)
{
	const struct pt_wait *wait = &p->outlook.wait, *next = &p->outlook.next;

	if (wait->kind == PT_WAIT_NOTHING)
		return;
	if (wait->kind == PT_WAIT_JOBS) {
		pt_buf_printf(out, "%u push request%s under way", wait->nrequest,
			      wait->nrequest == 1 ? "" : "s");
		if (next->kind == PT_WAIT_NOTHING || next->kind == PT_WAIT_READING)
			return;
		pt_buf_str(out, "; next: ");
		add_words(out, p, next);
		add_moment(out, p, "at", next->until_ms, brief);
		return;
	}
	pt_buf_str(out, "waiting: ");
	add_words(out, p, wait);
	if (wait->since_ms)
		add_moment(out, p, "since", wait->since_ms, brief);
	add_moment(out, p, "until", wait->until_ms, brief);
	if (wait->kind == PT_WAIT_APPROVAL && p->approve)
		pt_buf_printf(out, ": %s", p->approve);
}

static unsigned percent(uint64_t done, uint64_t of)
{
	return of ? (unsigned)(done * 100 / of) : 100;
}

void pt_progress_line(struct pt_buf *out, const struct pt_progress *p)
{
	const struct pt_tally *t = &p->tally;
	uint64_t done = pt_progress_done(p);

	pt_progress_waits(out, p, false);
	if (t->eligible == 0)
		return;
	pt_buf_printf(out, "%s%llu of %llu done (%u%%)", out->len ? "; " : "",
		      (unsigned long long)done, (unsigned long long)t->eligible,
		      percent(done, t->eligible));
	if (pt_tally_failed(t)) {
		pt_buf_str(out, ", ");
		pt_tally_failed_words(out, t);
	}
	if (t->held)
		pt_buf_printf(out, ", %llu held", (unsigned long long)t->held);
}

/* Pieces that flow into lines. */
struct flow {
	struct pt_buf *out;
	const struct pt_look *look;
	size_t columns, at; /* of a line, and how many of them are taken */
};

static void PT_PRINTF(3, 4) piece(struct flow *flow, enum pt_style style, const char *fmt, ...)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf cut = PT_BUF_INIT;
	char words[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(words, sizeof(words), fmt, args);
	va_end(args);
	pt_buf_plain(words);
	pt_buf_str(&text, words);
	size_t width = pt_width(words);

	if (flow->at > 0 && flow->at + 3 + width > flow->columns) {
		pt_buf_char(flow->out, '\n');
		flow->at = 0;
	}
	if (flow->at > 0) {
		pt_style_str(flow->out, flow->look, PT_STYLE_DIM, flow->look->utf8 ? " · " : " | ");
		flow->at += 3;
	}
	pt_width_elide(&cut, words, flow->columns - flow->at, flow->look->utf8);
	pt_style_str(flow->out, flow->look, style, pt_buf_text(&cut));
	flow->at += pt_width(pt_buf_text(&cut));
	pt_buf_lean(flow->out, &cut);
}

enum { BAR_COLUMNS = 20, BAR_FROM_COLUMNS = 60 };

static void bar(struct flow *flow, uint64_t done, uint64_t of)
{
	size_t full = of ? (size_t)(done * BAR_COLUMNS / of) : BAR_COLUMNS;
	const char *on = flow->look->utf8 ? "█" : "#", *off = flow->look->utf8 ? "░" : ".";
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	if (flow->columns < BAR_FROM_COLUMNS)
		return;
	for (size_t i = 0; i < BAR_COLUMNS; i++)
		pt_buf_str(&text, i < full ? on : off);
	piece(flow, PT_STYLE_GOOD, "%s", pt_buf_text(&text));
}

static void where_pieces(struct flow *flow, const struct pt_progress *p)
{
	const struct pt_plan_setup *s = &p->plan->setup;
	const struct pt_outlook *o = &p->outlook;

	if (p->run)
		piece(flow, PT_STYLE_STRONG, "%s", p->run);
	else
		piece(flow, PT_STYLE_STRONG, "%s %s", s->conf->name, s->id);
	piece(flow, PT_STYLE_STRONG, "%s (%u of %zu)", stage_of(p)->name, o->stage + 1,
	      s->conf->nstage);
	if (o->pass)
		piece(flow, PT_STYLE_PLAIN, "pass %u", o->pass);
	else if (o->state == PT_STAGE_WAVES)
		piece(flow, PT_STYLE_PLAIN, "waves %u/%u", o->ndone, o->nwave);
	else if (o->state == PT_STAGE_SOAKING)
		piece(flow, PT_STYLE_PLAIN, "soaks");
}

static void figure_pieces(struct flow *flow, const struct pt_progress *p)
{
	const struct pt_tally *t = &p->tally;
	uint64_t done = pt_progress_done(p);
	int64_t finish_ms = pt_progress_finish_ms(p);
	PT_CLEANUP(pt_buf_release) struct pt_buf failed = PT_BUF_INIT;
	char when[PT_INSTANT_TEXT];

	if (t->eligible) {
		bar(flow, done, t->eligible);
		piece(flow, PT_STYLE_PLAIN, "%llu/%llu %u%%", (unsigned long long)done,
		      (unsigned long long)t->eligible, percent(done, t->eligible));
	}
	if (p->per_hour >= 1 && p->outlook.nrequest)
		piece(flow, PT_STYLE_PLAIN, "%.0f/h", p->per_hour);
	if (pt_tally_failed(t)) {
		pt_tally_failed_words(&failed, t);
		piece(flow, t->failed[PT_FAILURE_PERMANENT] ? PT_STYLE_BAD : PT_STYLE_WARN, "%s",
		      pt_buf_text(&failed));
	}
	if (t->held)
		piece(flow, PT_STYLE_WARN, "%llu held", (unsigned long long)t->held);
	if (t->unknown)
		piece(flow, PT_STYLE_BAD, "%llu unknown", (unsigned long long)t->unknown);
	if (finish_ms != PT_NEVER)
		piece(flow, PT_STYLE_PLAIN, "ends about %s",
		      pt_zone_brief(when, p->plan->setup.zone, finish_ms, p->now_ms));
}

void pt_progress_block(struct pt_buf *out, const struct pt_progress *p, const struct pt_look *look)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf waits = PT_BUF_INIT;
	struct flow flow = {.out = out, .look = look, .columns = 79};

	if (look->columns)
		flow.columns = look->columns > 1 ? look->columns - 1 : 1;
	where_pieces(&flow, p);
	figure_pieces(&flow, p);
	pt_progress_waits(&waits, p, true);
	if (waits.len > 0) {
		bool waiting = p->outlook.wait.kind != PT_WAIT_JOBS;

		piece(&flow,
		      !waiting                                   ? PT_STYLE_DIM
		      : p->outlook.wait.kind == PT_WAIT_APPROVAL ? PT_STYLE_WARN
								 : PT_STYLE_PLAIN,
		      "%s", pt_buf_text(&waits));
	}
	pt_buf_char(out, '\n');
}

bool pt_pace_due(struct pt_pace *pace, int64_t now_ms)
{
	int64_t due_ms =
	    pace->drawn ? pace->drawn_ms + BETWEEN_DRAWS_MS : pace->began_ms + FIRST_DRAW_MS;

	if (now_ms < due_ms)
		return false;
	pace->drawn = true;
	pace->drawn_ms = now_ms;
	return true;
}

bool pt_heartbeat_due(struct pt_heartbeat *heartbeat, int64_t now_ms)
{
	int64_t due_ms = PT_MINUTE_MS;

	if (heartbeat->n == 1)
		due_ms = 5 * PT_MINUTE_MS;
	else if (heartbeat->n > 1)
		due_ms = (int64_t)(heartbeat->n - 1) * 15 * PT_MINUTE_MS;
	if (now_ms - heartbeat->said_ms < due_ms)
		return false;
	heartbeat->n++;
	return true;
}

void pt_heartbeat_said(struct pt_heartbeat *heartbeat, int64_t now_ms)
{
	*heartbeat = (struct pt_heartbeat){.said_ms = now_ms};
}
