/* See story.h. Here: showing it. */
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "pipeline/history/story.h"
#include "pipeline/pair_text.h"

const char *pt_story_kind_text(enum pt_story_kind kind)
{
	static const char *const text[PT_STORY_NKIND] = {
	    [PT_STORY_DEPARTED] = "departed", [PT_STORY_STAGE] = "stage",
	    [PT_STORY_APPROVAL] = "approval", [PT_STORY_HALT] = "halt",
	    [PT_STORY_HELD] = "held",         [PT_STORY_PUSH] = "pushed",
	    [PT_STORY_ARRIVED] = "arrived",   [PT_STORY_FAILED] = "failed",
	    [PT_STORY_LOST] = "lost",         [PT_STORY_EXCLUDED] = "excluded",
	    [PT_STORY_REPUSH] = "repush",     [PT_STORY_ENDED] = "ended",
	};

	return text[kind];
}

static void text_head(struct pt_buf *out, const struct pt_story *story)
{
	const struct pt_history *h = story->history;
	const struct pt_org *org = &h->org[story->org];
	const struct pt_org_place *place = &h->place[story->org];

	pt_buf_printf(out, "org %s (%s): ", org->key.text, story->id);
	pt_next_plain(out, org->name);
	pt_buf_printf(out, "\n%s, %s, on ", pt_org_type_text(org->type),
		      pt_org_status_text(org->status));
	pt_next_plain(out, org->instance[0] ? org->instance : "an unknown instance");
	if (org->parent.text[0])
		pt_buf_printf(out, ", a sandbox of %s", org->parent.text);
	pt_buf_printf(out, "\nin run %s, %s: ", h->status.run.row.name,
		      pt_run_state_text((enum pt_run_state)h->status.progress.state));
	if (story->stage)
		pt_buf_printf(out, "stage %s, batch %u", story->stage, story->batch + 1);
	else
		pt_buf_str(out, "in no stage");
	if (story->zone)
		pt_buf_printf(out, ", hours of %s", story->zone);
	if (place->reason) {
		pt_buf_str(out, "; excluded: ");
		pt_next_plain(out, pt_history_reason(h, place->reason));
	}
	pt_buf_str(out, "\n\n");
	pt_next_plain(out, story->summary);
	pt_buf_str(out, "\n\n");
}

static int text_packages(struct pt_buf *out, const struct pt_story *story, struct pt_err *err)
{
	PT_CLEANUP(pt_table_freep) struct pt_table *table = pt_table_new("llllr");
	const struct pt_status *s = &story->history->status;

	if (!table)
		return pt_err_nomem(err);
	pt_table_cell(table, "package");
	pt_table_cell(table, "has");
	pt_table_cell(table, "train");
	pt_table_cell(table, "state");
	pt_table_cell(table, "pushes");
	for (size_t i = 0; i < s->npackage; i++) {
		const struct pt_story_package *p = &story->package[i];

		pt_table_cell(table, "%s", s->package[p->package].name);
		pt_table_cell(table, "%s", p->has[0] ? p->has : "-");
		pt_table_cell(table, "%s", s->package[p->package].version);
		pt_table_cell(table, "%s", pt_pair_words((enum pt_pair_state)p->pair->state));
		pt_table_cell(table, "%u", p->pair->npush);
	}
	return pt_table_render(out, table, 2, err);
}

static void text_event(struct pt_buf *out, const struct pt_story *story,
		       const struct pt_story_event *event)
{
	const struct pt_history *h = story->history;
	char when[PT_INSTANT_TEXT] = "(by people's clock)";

	if (event->at_ms != PT_NEVER)
		(void)pt_zone_text(when, h->zone, event->at_ms);
	pt_buf_printf(out, "  %-27s  ", when);
	if (event->package != UINT32_MAX)
		pt_buf_printf(out, "%s %s: ", h->status.package[event->package].name,
			      h->status.package[event->package].version);
	pt_next_plain(out, event->text);
	pt_buf_char(out, '\n');
}

/* It is held for one that is among the others. */
static bool is_told_by_base(const struct pt_story *story, const struct pt_pair *pair)
{
	const struct pt_history *h = story->history;

	if (pair->state != PT_PAIR_HELD)
		return false;
	const struct pt_pair *base = &h->pair[pair->detail][story->org];

	return base->state != PT_PAIR_AT_TARGET && base->state != PT_PAIR_CURRENT &&
	       base->state != PT_PAIR_NONE;
}

static bool say_the_same(const struct pt_next *a, const struct pt_next *b)
{
	return strcmp(a->stands, b->stands) == 0 && strcmp(a->next, b->next) == 0;
}

/* Packages of which the same is to be said are named together, where the first of them is. */
static bool name_together(struct pt_buf *out, const struct pt_story *story, size_t at)
{
	const struct pt_status *s = &story->history->status;
	const struct pt_next *next = &story->package[at].next;

	for (size_t i = 0; i < at; i++) {
		if (say_the_same(&story->package[i].next, next))
			return false;
	}
	for (size_t i = at; i < s->npackage; i++) {
		if (say_the_same(&story->package[i].next, next))
			pt_buf_printf(out, "%s%s", i == at ? "  " : ", ",
				      s->package[story->package[i].package].name);
	}
	return true;
}

static void text_next(struct pt_buf *out, const struct pt_story *story, size_t at)
{
	const struct pt_status *s = &story->history->status;
	const struct pt_story_package *p = &story->package[at];

	if (!name_together(out, story, at))
		return;
	pt_buf_str(out, ": ");
	pt_next_plain(out, p->next.stands);
	pt_buf_str(out, "\n    ");
	if (is_told_by_base(story, p->pair)) {
		const char *base = s->package[p->pair->detail].name;

		pt_buf_printf(out, "held until %s arrives there: see %s\n", base, base);
		return;
	}
	pt_next_plain(out, p->next.next);
	pt_buf_char(out, '\n');
	if (p->next.command)
		pt_buf_printf(out, "    $ %s\n", p->next.command);
}

/* Nothing happens to these, and nothing has to. */
static bool is_done(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_AT_TARGET || pair->state == PT_PAIR_CURRENT;
}

/* The names of packages in that state, on one line. */
static void text_names(struct pt_buf *out, const struct pt_story *story, bool there,
		       const char *words)
{
	const struct pt_status *s = &story->history->status;
	const char *before = "  ";

	for (size_t i = 0; i < s->npackage; i++) {
		const struct pt_pair *pair = story->package[i].pair;

		if (there ? !is_done(pair) : pair->state != PT_PAIR_NONE)
			continue;
		pt_buf_printf(out, "%s%s", before, s->package[story->package[i].package].name);
		before = ", ";
	}
	if (before[0] == ',')
		pt_buf_printf(out, ": %s\n", words);
}

static void text_stands(struct pt_buf *out, const struct pt_story *story)
{
	size_t nselected = 0, n = story->history->status.npackage;

	for (size_t i = 0; i < n; i++)
		nselected += story->package[i].pair->state != PT_PAIR_NONE;
	pt_buf_str(out, "\nhow it stands, and what happens next\n");
	for (size_t i = 0; i < n; i++) {
		const struct pt_pair *pair = story->package[i].pair;

		if (!is_done(pair) && pair->state != PT_PAIR_NONE)
			text_next(out, story, i);
	}
	text_names(out, story, true, "where they are to be; nothing happens to them");
	if (nselected) {
		text_names(out, story, false,
			   "not installed there; an upgrade goes where they are");
	} else if (n) {
		pt_buf_str(out, "  ");
		pt_next_plain(out, story->package[0].next.next);
		pt_buf_char(out, '\n');
		if (story->package[0].next.command)
			pt_buf_printf(out, "    $ %s\n", story->package[0].next.command);
	}
}

int pt_story_text(struct pt_buf *out, const struct pt_story *story, struct pt_err *err)
{
	text_head(out, story);
	int rc = text_packages(out, story, err);

	if (rc < 0)
		return rc;
	pt_buf_str(out, "\nwhat happened\n");
	for (size_t i = 0; i < story->nevent; i++)
		text_event(out, story, &story->event[i]);
	text_stands(out, story);
	return pt_buf_check(out, err);
}

static void json_time(struct pt_json *json, const char *key, int64_t ms)
{
	if (ms == 0 || ms == PT_NEVER || ms == PT_LONG_AGO)
		pt_json_str(json, key, NULL);
	else
		pt_json_time(json, key, ms);
}

static void json_org(struct pt_json *json, const struct pt_story *story)
{
	const struct pt_history *h = story->history;
	const struct pt_org *org = &h->org[story->org];
	unsigned reason = h->place[story->org].reason;

	pt_json_object(json, "org");
	pt_json_str(json, "key", org->key.text);
	pt_json_str(json, "id", story->id);
	pt_json_str(json, "name", org->name);
	pt_json_str(json, "type", pt_org_type_text(org->type));
	pt_json_str(json, "status", pt_org_status_text(org->status));
	pt_json_str(json, "instance", org->instance);
	pt_json_str(json, "parent", org->parent.text[0] ? org->parent.text : NULL);
	pt_json_str(json, "stage", story->stage);
	if (story->stage)
		pt_json_int(json, "batch", story->batch + 1);
	pt_json_str(json, "zone", story->zone);
	pt_json_str(json, "excluded", reason ? pt_history_reason(h, reason) : NULL);
	pt_json_object_end(json);
}

static void json_package(struct pt_json *json, const struct pt_story *story,
			 const struct pt_story_package *p)
{
	const struct pt_history *h = story->history;
	const struct pt_status_package *package = &h->status.package[p->package];

	pt_json_object(json, NULL);
	pt_json_str(json, "name", package->name);
	pt_json_str(json, "version", package->version);
	pt_json_str(json, "has", p->has[0] ? p->has : NULL);
	pt_json_str(json, "state", pt_pair_state_text((enum pt_pair_state)p->pair->state));
	pt_json_str(json, "class",
		    p->pair->state == PT_PAIR_FAILED
			? pt_failure_class_text((enum pt_failure_class)p->pair->class_)
			: NULL);
	pt_json_int(json, "pushes", p->pair->npush);
	pt_json_str(json, "stands", p->next.stands);
	pt_json_str(json, "next", p->next.next);
	json_time(json, "not_before", p->next.at_ms);
	pt_json_str(json, "command", p->next.command);
	pt_json_object_end(json);
}

static void json_event(struct pt_json *json, const struct pt_story *story,
		       const struct pt_story_event *event)
{
	const struct pt_history_failure *failure = event->failure;

	pt_json_object(json, NULL);
	json_time(json, "at", event->at_ms);
	pt_json_str(json, "kind", pt_story_kind_text(event->kind));
	pt_json_str(json, "package",
		    event->package == UINT32_MAX
			? NULL
			: story->history->status.package[event->package].name);
	pt_json_str(json, "request", event->request);
	pt_json_str(json, "text", event->text);
	if (failure) {
		pt_json_object(json, "failure");
		pt_json_str(json, "class", pt_failure_class_text(failure->class_));
		pt_json_str(json, "severity", failure->severity);
		pt_json_str(json, "type", failure->type);
		pt_json_str(json, "title", failure->title);
		pt_json_str(json, "message", failure->message);
		pt_json_object_end(json);
	}
	pt_json_object_end(json);
}

void pt_story_json(struct pt_buf *out, const struct pt_story *story)
{
	const struct pt_status *s = &story->history->status;
	struct pt_json json;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "run", s->run.row.name);
	pt_json_str(&json, "suite", s->run.row.suite);
	pt_json_str(&json, "train", s->run.row.train);
	pt_json_str(&json, "state", pt_run_state_text((enum pt_run_state)s->progress.state));
	pt_json_time(&json, "at", s->progress.now_ms);
	json_org(&json, story);
	pt_json_str(&json, "summary", story->summary);
	pt_json_array(&json, "packages");
	for (size_t i = 0; i < s->npackage; i++)
		json_package(&json, story, &story->package[i]);
	pt_json_array_end(&json);
	pt_json_array(&json, "events");
	for (size_t i = 0; i < story->nevent; i++)
		json_event(&json, story, &story->event[i]);
	pt_json_array_end(&json);
	pt_json_object_end(&json);
}
