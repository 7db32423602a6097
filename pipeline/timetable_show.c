/* A timetable for people, for programs and for their calendars. See timetable.h. */
#include <string.h>

#include "base/table.h"
#include "pipeline/ics.h"
#include "pipeline/timetable.h"

/* Departures and closures in the order of time; a closure first where both begin at once. */
struct walk {
	const struct pt_timetable *t;
	size_t ndeparture, nclosure;
	const struct pt_timetable_departure *departure; /* either one of these, or the other */
	const struct pt_closure *closure;
};

static bool walk_next(struct walk *w)
{
	const struct pt_closures *closures = w->t->setup.closures;

	w->departure = NULL;
	w->closure = NULL;
	if (w->ndeparture < w->t->n)
		w->departure = &w->t->departure[w->ndeparture];
	if (w->nclosure < closures->n &&
	    closures->closure[w->nclosure].start_ms < w->t->setup.to_ms)
		w->closure = &closures->closure[w->nclosure];
	if (w->departure && w->closure) {
		if (w->closure->start_ms <= w->departure->at_ms)
			w->departure = NULL;
		else
			w->closure = NULL;
	}
	w->ndeparture += w->departure != NULL;
	w->nclosure += w->closure != NULL;
	return w->departure || w->closure;
}

static void head_text(struct pt_buf *out, const struct pt_timetable *t)
{
	const struct pt_timetable_setup *s = &t->setup;
	char from[PT_INSTANT_TEXT], to[PT_INSTANT_TEXT];

	pt_buf_printf(out, "calendar of suite %s, %s to %s (%s)\n\n", s->suite->name,
		      pt_zone_text(from, s->zone, s->from_ms), pt_zone_text(to, s->zone, s->to_ms),
		      s->suite->timezone);
}

/* " Tue 2026-12-01 18:00 -08:00, waits for ..." */
static void start_text(struct pt_buf *out, const struct pt_timetable *t,
		       const struct pt_timetable_start *start)
{
	char when[PT_INSTANT_TEXT];

	if (start->start_ms == PT_NEVER)
		pt_buf_str(out, "within two years");
	else
		pt_buf_str(out, pt_zone_text(when, t->setup.zone, start->start_ms));
	if (start->why.kind == PT_HOURS_WINDOW)
		pt_buf_str(out, ", waits for the window");
	else if (start->why.kind == PT_HOURS_BLACKOUT)
		pt_buf_printf(out, ", waits for the end of blackout '%s'", start->why.blackout);
}

/* Without memory for a row `out` has failed. */
static void stage_row(struct pt_buf *out, struct pt_table *table, const struct pt_timetable *t,
		      const char *name, size_t width, const struct pt_timetable_start *start)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;

	start_text(&text, t, start);
	pt_table_cell(table, "%s", "");
	pt_table_cell(table, "%s", "");
	pt_table_cell(table, "  %-*s  not %s%s", (int)width, name,
		      start->start_ms == PT_NEVER ? "" : "before ", pt_buf_text(&text));
	pt_buf_lean(out, &text);
}

static void departure_rows(struct pt_buf *out, struct pt_table *table, const struct pt_timetable *t,
			   const struct pt_timetable_departure *d)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	bool moves = d->train->nstage && d->stage[0].why.kind != PT_HOURS_OPEN;
	char when[PT_INSTANT_TEXT];
	size_t width = 0;

	for (size_t i = 1; i < d->train->nstage; i++) {
		size_t len = strlen(d->train->stage[i].name);

		width = len > width ? len : width;
	}
	if (moves)
		start_text(&text, t, &d->stage[0]);
	pt_table_cell(table, "%s", pt_zone_text(when, t->setup.zone, d->at_ms));
	pt_table_cell(table, "%s", "departs");
	pt_table_cell(table, "%s%s%s", d->train->name,
		      !moves                             ? ""
		      : d->stage[0].start_ms == PT_NEVER ? ": does not start "
							 : ": moves to ",
		      pt_buf_text(&text));
	pt_buf_lean(out, &text);
	for (size_t i = 1; i < d->train->nstage; i++)
		stage_row(out, table, t, d->train->stage[i].name, width, &d->stage[i]);
}

int pt_timetable_text(struct pt_buf *out, const struct pt_timetable *t, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("lll");
	struct walk w = {.t = t};
	char when[PT_INSTANT_TEXT];

	if (!table)
		return pt_err_nomem(err);
	head_text(out, t);
	while (walk_next(&w)) {
		if (w.departure) {
			departure_rows(out, table, t, w.departure);
			continue;
		}
		pt_table_cell(table, "%s", pt_zone_text(when, t->setup.zone, w.closure->start_ms));
		pt_table_cell(table, "%s", "closed");
		pt_table_cell(table, "until %s: %s",
			      pt_zone_text(when, t->setup.zone, w.closure->end_ms),
			      w.closure->name);
	}
	if (w.ndeparture + w.nclosure == 0)
		pt_buf_str(out, "  no departures, and nothing is closed\n");
	return pt_table_render(out, table, 2, err);
}

static void json_when(struct pt_json *json, const struct pt_timetable *t, const char *key,
		      const char *local_key, int64_t ms)
{
	char when[PT_INSTANT_TEXT];

	pt_json_time(json, key, ms);
	pt_json_str(json, local_key, pt_zone_text(when, t->setup.zone, ms));
}

static void json_start(struct pt_json *json, const struct pt_timetable *t,
		       const struct pt_timetable_start *start)
{
	static const char *const waits[] = {
	    [PT_HOURS_OPEN] = NULL, [PT_HOURS_WINDOW] = "window", [PT_HOURS_BLACKOUT] = "blackout"};

	if (start->start_ms == PT_NEVER) {
		pt_json_str(json, "start", NULL);
		pt_json_str(json, "local", NULL);
	} else {
		json_when(json, t, "start", "local", start->start_ms);
	}
	pt_json_str(json, "waits_for", waits[start->why.kind]);
	pt_json_str(json, "blackout", start->why.blackout);
}

static void json_departure(struct pt_json *json, const struct pt_timetable *t,
			   const struct pt_timetable_departure *d)
{
	pt_json_str(json, "kind", "departure");
	json_when(json, t, "start", "local", d->at_ms);
	pt_json_str(json, "train", d->train->name);
	pt_json_bool(json, "moves", d->train->nstage && d->stage[0].why.kind != PT_HOURS_OPEN);
	pt_json_array(json, "stages");
	for (size_t i = 0; i < d->train->nstage; i++) {
		pt_json_object(json, NULL);
		pt_json_str(json, "name", d->train->stage[i].name);
		json_start(json, t, &d->stage[i]);
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
}

void pt_timetable_json(struct pt_buf *out, const struct pt_timetable *t)
{
	struct walk w = {.t = t};
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", t->setup.suite->name);
	pt_json_str(&json, "timezone", t->setup.suite->timezone);
	pt_json_time(&json, "from", t->setup.from_ms);
	pt_json_time(&json, "to", t->setup.to_ms);
	pt_json_array(&json, "entries");
	while (walk_next(&w)) {
		pt_json_object(&json, NULL);
		if (w.departure) {
			json_departure(&json, t, w.departure);
		} else {
			pt_json_str(&json, "kind", "blackout");
			json_when(&json, t, "start", "local", w.closure->start_ms);
			json_when(&json, t, "end", "local_end", w.closure->end_ms);
			pt_json_str(&json, "name", w.closure->name);
			pt_json_str(&json, "blackout",
				    t->setup.suite->blackout[w.closure->blackout].name);
		}
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}

static void ics_entry(struct pt_ics *ics, const char *const *words, struct pt_ics_entry entry,
		      const struct pt_buf *summary)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf uid = PT_BUF_INIT;

	pt_ics_uid(&uid, words);
	entry.uid = pt_buf_text(&uid);
	entry.summary = pt_buf_text(summary);
	pt_ics_event(ics, &entry);
	pt_buf_lean(ics->out, &uid);
	pt_buf_lean(ics->out, summary);
}

/* A departure is known by the moment that the calendar has for it, wherever it moves to. */
static void ics_departure(struct pt_ics *ics, const struct pt_timetable *t,
			  const struct pt_timetable_departure *d)
{
	char at[PT_INSTANT_TEXT];

	pt_instant_text(at, d->at_ms);
	for (size_t i = 0; i < d->train->nstage && d->stage[i].start_ms != PT_NEVER; i++) {
		PT_CLEANUP(pt_buf_release) struct pt_buf summary = PT_BUF_INIT;
		const char *const words[] = {t->setup.suite->name,    "departs", d->train->name, at,
					     d->train->stage[i].name, NULL};

		pt_buf_printf(&summary, "%s %s: %s%s", t->setup.suite->name, d->train->name,
			      d->train->stage[i].name, i ? " at the earliest" : ", departure");
		ics_entry(ics, words,
			  (struct pt_ics_entry){.category = d->train->stage[i].name,
						.start_ms = d->stage[i].start_ms},
			  &summary);
	}
}

static void ics_closure(struct pt_ics *ics, const struct pt_timetable *t,
			const struct pt_closure *c)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf summary = PT_BUF_INIT;
	char at[PT_INSTANT_TEXT];
	const char *const words[] = {t->setup.suite->name,
				     "closed",
				     t->setup.suite->blackout[c->blackout].name,
				     c->name,
				     pt_instant_text(at, c->start_ms),
				     NULL};

	pt_buf_printf(&summary, "%s: closed, %s", t->setup.suite->name, c->name);
	ics_entry(ics, words,
		  (struct pt_ics_entry){
		      .category = "closed", .start_ms = c->start_ms, .end_ms = c->end_ms},
		  &summary);
}

void pt_timetable_ics(struct pt_buf *out, const struct pt_timetable *t)
{
	struct walk w = {.t = t};
	struct pt_ics ics;

	pt_ics_begin(&ics, out, t->setup.suite->name, t->setup.from_ms);
	while (walk_next(&w)) {
		if (w.departure)
			ics_departure(&ics, t, w.departure);
		else
			ics_closure(&ics, t, w.closure);
	}
	pt_ics_end(&ics);
}
