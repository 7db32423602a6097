/* See story.h. Here: gathering it. */
#include "pipeline/history/story.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/push/orgkey.h"
#include "pipeline/pair_text.h"

#define NONE UINT32_MAX

/* Its last request for a package. */
struct latest {
	const struct pt_history_request *request;
	uint32_t place;
};

struct teller {
	struct pt_story *story;
	const struct pt_history *h;
	uint32_t org;
	const char *key;
	size_t cap_event;
	struct latest *latest;  /* owned; by package */
	int64_t *first_made_ms; /* owned; by package: its first request; 0: none */
	int64_t *arrived_ms;    /* owned; by package: 0: not by us */
	struct pt_buf text;
};

static const char *made(struct teller *t)
{
	const char *text =
	    t->text.failed ? NULL : pt_arena_strdup(&t->story->arena, pt_buf_text(&t->text));

	pt_buf_clear(&t->text);
	return text;
}

/* Takes what stands in t->text for its words. */
static int add(struct teller *t, const struct pt_story_event *event, struct pt_err *err)
{
	struct pt_story *s = t->story;
	size_t cap = t->cap_event;

	if (s->nevent == cap) {
		struct pt_story_event *grown =
		    pt_arena_alloc(&s->arena, cap ? 2 * cap : 32, sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		if (s->nevent)
			memcpy(grown, s->event, s->nevent * sizeof(*grown));
		s->event = grown;
		t->cap_event = cap ? 2 * cap : 32;
	}
	s->event[s->nevent] = *event;
	s->event[s->nevent].nth = s->nevent;
	s->event[s->nevent].text = made(t);
	return s->event[s->nevent++].text ? 0 : pt_err_nomem(err);
}

static int add_plain(struct teller *t, enum pt_story_kind kind, int64_t at_ms, struct pt_err *err)
{
	return add(t, &(struct pt_story_event){.at_ms = at_ms, .kind = kind, .package = NONE}, err);
}

/* What people said is by the machine's clock, which is not that of a run on a virtual one. */
static int64_t said_ms(const struct teller *t, int64_t at_ms)
{
	return t->h->status.run.row.wall_clock ? at_ms : PT_NEVER;
}

static int tell_departure(struct teller *t, struct pt_err *err)
{
	const struct pt_run_row *run = &t->h->status.run.row;

	pt_buf_printf(&t->text, "run %s departed", run->name);
	if (run->departed_by)
		pt_buf_printf(&t->text, ", by %s", run->departed_by);
	return add_plain(t, PT_STORY_DEPARTED, run->begun_ms, err);
}

static int tell_stage_note(struct teller *t, const struct pt_note *note, struct pt_err *err)
{
	const char *stage = t->h->status.stage[note->stage].name;
	char when[PT_INSTANT_TEXT];

	switch (note->kind) {
	case PT_NOTE_STAGE_WAVES:
		pt_buf_printf(&t->text, "stage %s begins", stage);
		return add_plain(t, PT_STORY_STAGE, note->at_ms, err);
	case PT_NOTE_STAGE_DONE:
		pt_buf_printf(&t->text, "stage %s ends", stage);
		return add_plain(t, PT_STORY_STAGE, note->at_ms, err);
	case PT_NOTE_APPROVAL:
		pt_buf_printf(&t->text, "stage %s waits for an approval", stage);
		if (note->until_ms != PT_NEVER)
			pt_buf_printf(&t->text, " until %s",
				      pt_zone_text(when, t->h->zone, note->until_ms));
		break;
	case PT_NOTE_APPROVED:
		pt_buf_printf(&t->text, "stage %s is approved by %s", stage, note->text);
		break;
	case PT_NOTE_REFUSED:
		pt_buf_printf(&t->text, "stage %s is not approved: %s", stage, note->text);
		break;
	case PT_NOTE_EXCUSED:
		pt_buf_printf(&t->text, "stage %s may go on all the same, says %s", stage,
			      note->text);
		break;
	case PT_NOTE_WAVE_OPENED:
	case PT_NOTE_WAVE_TOPUP:
	case PT_NOTE_WAVE_DONE:
	case PT_NOTE_PASS_OPENED:
	case PT_NOTE_PASS_PACKAGE:
	case PT_NOTE_PASS_DONE:
	case PT_NOTE_SOAKING:
	case PT_NOTE_FOREIGN:
	case PT_NOTE_HALTED:
	case PT_NOTE_ENDED:
	case PT_NOTE_PAUSED:
	case PT_NOTE_CLOSED:
	case PT_NOTE_LATE:
	case PT_NOTE_CHECKING:
	case PT_NOTE_CHECKED:
	case PT_NOTE_SILENT:
	case PT_NOTE_NKIND:
		return 0;
	}
	return add_plain(t, PT_STORY_APPROVAL, note->at_ms, err);
}

/* What held up everybody, and its own stage's course. */
static int tell_note(struct teller *t, const struct pt_note *note, struct pt_err *err)
{
	uint8_t stage = t->h->place[t->org].stage;
	char when[PT_INSTANT_TEXT];

	if (note->kind == PT_NOTE_HALTED) {
		pt_buf_printf(&t->text, "the run halts: %s", note->text);
		return add_plain(t, PT_STORY_HALT, note->at_ms, err);
	}
	if (note->kind == PT_NOTE_PAUSED) {
		pt_buf_printf(&t->text,
			      "the run pauses, the platform's API allowance is nearly used up; "
			      "again at %s",
			      pt_zone_text(when, t->h->zone, note->until_ms));
		return add_plain(t, PT_STORY_HALT, note->at_ms, err);
	}
	if (note->kind == PT_NOTE_ENDED) {
		pt_buf_str(&t->text, "the train has ended");
		return add_plain(t, PT_STORY_ENDED, note->at_ms, err);
	}
	return note->stage == stage ? tell_stage_note(t, note, err) : 0;
}

static int tell_notes(struct teller *t, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->h->nnote; i++)
		rc = tell_note(t, &t->h->note[i], err);
	return rc;
}

static int tell_wishes(struct teller *t, struct pt_err *err)
{
	static const char *const words[] = {
	    [PT_WISH_NONE] = "",
	    [PT_WISH_ABORT] = "somebody aborts the run",
	    [PT_WISH_PAUSE] = "somebody pauses the run",
	    [PT_WISH_GO_ON] = "somebody lets the run go on",
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->h->nwish; i++) {
		const struct pt_wish_row *wish = &t->h->wish[i];

		if (wish->kind == PT_WISH_NONE)
			continue;
		pt_buf_printf(&t->text, "%s%s%s", words[wish->kind], wish->words ? ": " : "",
			      wish->words ? wish->words : "");
		rc = add_plain(t, PT_STORY_HALT, said_ms(t, wish->at_ms), err);
	}
	return rc;
}

static int tell_hands(struct teller *t, struct pt_err *err)
{
	const struct pt_history *h = t->h;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < h->nexclusion; i++) {
		if (strncmp(h->exclusion[i].org, t->key, 15) != 0)
			continue;
		pt_buf_str(&t->text, "left out by hand: ");
		pt_next_quote(&t->text, h->exclusion[i].reason);
		rc = add_plain(t, PT_STORY_EXCLUDED, said_ms(t, h->exclusion[i].at_ms), err);
	}
	for (size_t i = 0; rc == 0 && i < h->nrepush; i++) {
		const char *org = h->repush[i].org;

		if (org && strncmp(org, t->key, 15) != 0)
			continue;
		pt_buf_printf(&t->text, "somebody asks for one more re-push pass of %s",
			      org ? "this org" : "all that is left");
		rc = add_plain(t, PT_STORY_REPUSH, said_ms(t, h->repush[i].at_ms), err);
	}
	return rc;
}

static const struct pt_history_failure *failure_in(const struct teller *t, uint32_t request)
{
	for (size_t i = 0; i < t->h->nfailure; i++) {
		if (t->h->failure[i].org == t->org && t->h->failure[i].request == request)
			return &t->h->failure[i];
	}
	return NULL;
}

static int tell_push(struct teller *t, const struct pt_history_request *request,
		     enum pt_history_job job, struct pt_err *err)
{
	const struct pt_history_wave *wave = &t->h->wave[request->wave];
	struct pt_story_event event = {.at_ms = request->made_ms,
				       .kind = PT_STORY_PUSH,
				       .package = wave->package,
				       .request = request->id};
	char when[PT_INSTANT_TEXT];

	if (job == PT_HISTORY_JOB_DROPPED) {
		pt_buf_str(&t->text, "taken out of a push request before a job was made");
		event.kind = PT_STORY_LOST;
		return add(t, &event, err);
	}
	if (request->id)
		pt_buf_printf(&t->text, "in push request %s", request->id);
	else
		pt_buf_str(&t->text, "in a push request that is being made");
	if (wave->pass)
		pt_buf_printf(&t->text, " of re-push pass %u", wave->pass);
	if (request->start_ms)
		pt_buf_printf(&t->text, ", to start %s",
			      pt_zone_text(when, t->h->zone, request->start_ms));
	return add(t, &event, err);
}

static int tell_failure(struct teller *t, const struct pt_history_request *request,
			const struct pt_history_failure *failure, struct pt_err *err)
{
	pt_buf_printf(&t->text, "failed, %s: ", pt_failure_class_text(failure->class_));
	pt_buf_str(&t->text, failure->title);
	pt_buf_str(&t->text, failure->title[0] ? ": " : "");
	pt_next_quote(&t->text, failure->message);
	if (failure->type[0])
		pt_buf_printf(&t->text, " (%s)", failure->type);
	return add(t,
		   &(struct pt_story_event){.at_ms = failure->at_ms,
					    .kind = PT_STORY_FAILED,
					    .package = failure->package,
					    .request = request->id,
					    .failure = failure},
		   err);
}

/* Its job has ended, and not among the failures. */
static int tell_end(struct teller *t, const struct pt_history_request *request, bool last,
		    struct pt_err *err)
{
	uint32_t package = t->h->wave[request->wave].package;
	const struct pt_pair *pair = &t->h->pair[package][t->org];
	struct pt_story_event event = {.at_ms = request->done ? request->done_ms
							      : t->h->status.progress.now_ms,
				       .kind = PT_STORY_LOST,
				       .package = package,
				       .request = request->id};

	if (last && pair->state == PT_PAIR_AT_TARGET) {
		pt_buf_printf(&t->text, "arrived: the org has %s",
			      t->h->status.package[package].version);
		event.kind = PT_STORY_ARRIVED;
		t->arrived_ms[package] = event.at_ms;
	} else if (last && pair->state == PT_PAIR_CANCELED) {
		pt_buf_str(&t->text, "canceled before it started");
	} else if (last && (pair->state == PT_PAIR_FAILED || pair->state == PT_PAIR_BENIGN)) {
		pt_buf_printf(&t->text, "failed, %s: ",
			      pt_failure_class_text((enum pt_failure_class)pair->class_));
		pt_next_quote(&t->text, t->h->text[pair->text]);
		event.kind = PT_STORY_FAILED;
	} else {
		pt_buf_str(&t->text, "ended without bringing it");
	}
	return add(t, &event, err);
}

static int tell_request(struct teller *t, uint32_t number, uint32_t place, struct pt_err *err)
{
	const struct pt_history_request *request = &t->h->request[number];
	uint32_t package = t->h->wave[request->wave].package;
	const struct pt_history_failure *failure;
	enum pt_history_job job;

	(void)pt_history_request_org(&job, request, place);
	int rc = tell_push(t, request, job, err);

	if (rc < 0 || job == PT_HISTORY_JOB_DROPPED)
		return rc;
	if (!t->first_made_ms[package])
		t->first_made_ms[package] = request->made_ms;
	if (request->stuck && job == PT_HISTORY_JOB_LIVE) {
		pt_buf_str(&t->text, "not ended in time: nobody knows what became of it");
		return add(t,
			   &(struct pt_story_event){.at_ms = t->h->status.progress.now_ms,
						    .kind = PT_STORY_LOST,
						    .package = package,
						    .request = request->id},
			   err);
	}
	if (request->done && job == PT_HISTORY_JOB_LIVE)
		return tell_end(t, request, request == t->latest[package].request, err);
	if (job != PT_HISTORY_JOB_ENDED)
		return 0;
	failure = failure_in(t, number);
	return failure ? tell_failure(t, request, failure, err)
		       : tell_end(t, request, request == t->latest[package].request, err);
}

/* The org's place in a request, or NONE. */
static uint32_t place_in(const struct teller *t, const struct pt_history_request *request)
{
	enum pt_history_job job;

	for (uint32_t i = 0; i < request->norg; i++) {
		if (pt_history_request_org(&job, request, i) == t->org)
			return i;
	}
	return NONE;
}

struct found {
	uint32_t number, place;
};

static int tell_requests(struct teller *t, struct pt_err *err)
{
	const struct pt_history *h = t->h;
	struct found *found = pt_arena_alloc(&t->story->arena, h->nrequest + 1, sizeof(*found));
	size_t n = 0;
	int rc = found ? 0 : pt_err_nomem(err);

	for (uint32_t i = 0; rc == 0 && i < h->nrequest; i++) {
		enum pt_history_job job;
		uint32_t place = place_in(t, &h->request[i]);

		if (place == NONE)
			continue;
		found[n++] = (struct found){i, place};
		(void)pt_history_request_org(&job, &h->request[i], place);
		if (job != PT_HISTORY_JOB_DROPPED)
			t->latest[h->wave[h->request[i].wave].package] =
			    (struct latest){&h->request[i], place};
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = tell_request(t, found[i].number, found[i].place, err);
	return rc;
}

/* When the org's wave of the package opened; 0: not yet. */
static int64_t wave_opened_ms(const struct teller *t, uint32_t package)
{
	const struct pt_org_place *place = &t->h->place[t->org];

	for (size_t i = 0; i < t->h->nnote; i++) {
		const struct pt_note *note = &t->h->note[i];

		if (note->kind == PT_NOTE_WAVE_OPENED && note->pass == 0 &&
		    note->stage == place->stage && note->package == package &&
		    note->slot == place->slot)
			return note->at_ms;
	}
	return 0;
}

/* The base that had not arrived by then, of those that were pushed or wait to be; NONE. */
static uint32_t missing_at(const struct teller *t, uint32_t package, int64_t at_ms)
{
	const struct pt_history_package *p = &t->h->package[package];

	for (size_t i = 0; i < p->nneed; i++) {
		uint32_t base = p->need[i].package;
		uint8_t state = t->h->pair[base][t->org].state;

		if (state == PT_PAIR_NONE || state == PT_PAIR_CURRENT ||
		    (t->arrived_ms[base] && t->arrived_ms[base] <= at_ms))
			continue;
		return base;
	}
	return NONE;
}

/*
 * Nobody keeps when an org was held, but it can be told: its wave had opened, it was in none of
 * its requests then, and a base had not arrived.
 */
static int tell_held(struct teller *t, uint32_t package, struct pt_err *err)
{
	const struct pt_pair *pair = &t->h->pair[package][t->org];
	int64_t opened_ms = wave_opened_ms(t, package);
	bool held = pair->state == PT_PAIR_HELD;
	uint32_t base = held ? pair->detail : missing_at(t, package, opened_ms);

	if (!opened_ms || base == NONE || (!held && t->first_made_ms[package] <= opened_ms))
		return 0;
	pt_buf_printf(&t->text, "held: its wave opens, and %s has not arrived there",
		      t->h->status.package[base].name);
	return add(
	    t,
	    &(struct pt_story_event){.at_ms = opened_ms, .kind = PT_STORY_HELD, .package = package},
	    err);
}

static int by_time(const void *left, const void *right)
{
	const struct pt_story_event *a = left, *b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return (a->nth > b->nth) - (a->nth < b->nth);
}

static int tell_events(struct teller *t, struct pt_err *err)
{
	const struct pt_status *s = &t->h->status;
	int rc = tell_departure(t, err);

	if (rc == 0)
		rc = tell_notes(t, err);
	if (rc == 0)
		rc = tell_requests(t, err);
	for (size_t i = 0; rc == 0 && i < s->npackage; i++)
		rc = tell_held(t, s->order[i], err);
	if (rc == 0)
		rc = tell_hands(t, err);
	return rc < 0 ? rc : tell_wishes(t, err);
}

static const char *version_text(const struct pt_history_package *package, uint16_t version)
{
	if (version == PT_NOT_INSTALLED)
		return "";
	if (version >= package->nknown)
		return "?";
	return package->known[version][0] ? package->known[version] : package->known_id[version];
}

/* The newer one of its record and what we brought. */
static const char *has_text(const struct teller *t, uint32_t package)
{
	const struct pt_have *have = &t->h->have[package][t->org];
	uint16_t version = have->installed;

	if (have->arrived < PT_OTHER_VERSION &&
	    (version >= PT_OTHER_VERSION || have->arrived > version))
		version = have->arrived;
	return version_text(&t->h->package[package], version);
}

static int tell_packages(struct teller *t, const char *options, struct pt_err *err)
{
	const struct pt_status *s = &t->h->status;
	int rc = 0;

	t->story->package =
	    pt_arena_alloc(&t->story->arena, s->npackage + 1, sizeof(*t->story->package));
	if (!t->story->package)
		return pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < s->npackage; i++) {
		uint32_t p = s->order[i];
		struct pt_story_package *to = &t->story->package[i];
		const struct pt_next_of of = {.history = t->h,
					      .package = p,
					      .org = t->org,
					      .request = t->latest[p].request,
					      .place = t->latest[p].place,
					      .options = options};

		*to = (struct pt_story_package){
		    .package = p, .pair = &t->h->pair[p][t->org], .has = has_text(t, p)};
		rc = pt_next_tell(&to->next, &of, &t->story->arena, err);
	}
	return rc;
}

static bool is_there(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_AT_TARGET || pair->state == PT_PAIR_CURRENT;
}

/* "npe01 failed (permanent), npsp held": all that is neither there nor left out. */
static void name_the_rest(struct teller *t)
{
	const struct pt_status *s = &t->h->status;
	const char *before = "; ";

	for (size_t i = 0; i < s->npackage; i++) {
		const struct pt_pair *pair = t->story->package[i].pair;
		const char *name = s->package[t->story->package[i].package].name;

		if (is_there(pair) || pair->state <= PT_PAIR_EXCLUDED)
			continue;
		pt_buf_printf(&t->text, "%s%s %s", before, name,
			      pt_pair_words((enum pt_pair_state)pair->state));
		if (pair->state == PT_PAIR_FAILED)
			pt_buf_printf(&t->text, " (%s)",
				      pt_failure_class_text((enum pt_failure_class)pair->class_));
		before = ", ";
	}
}

/* "5 of 7 packages are where they are to be; npsp failed (permanent)" */
static int summarize(struct teller *t, struct pt_err *err)
{
	const struct pt_status *s = &t->h->status;
	size_t nthere = 0, nselected = 0, nexcluded = 0;

	for (size_t i = 0; i < s->npackage; i++) {
		const struct pt_pair *pair = t->story->package[i].pair;

		nselected += pair->state != PT_PAIR_NONE;
		nexcluded += pair->state == PT_PAIR_EXCLUDED;
		nthere += is_there(pair);
	}
	if (nselected == 0)
		pt_buf_str(&t->text, s->npackage ? t->story->package[0].next.stands : "not begun");
	else if (nthere == nselected)
		pt_buf_str(&t->text, "it has all that the train brings it");
	else
		pt_buf_printf(&t->text, "%zu of %zu packages are where they are to be", nthere,
			      nselected);
	if (nexcluded)
		pt_buf_printf(&t->text, ", %zu %s excluded", nexcluded,
			      nexcluded == 1 ? "is" : "are");
	name_the_rest(t);
	t->story->summary = made(t);
	return t->story->summary ? 0 : pt_err_nomem(err);
}

static int tell_all(struct teller *t, const char *options, struct pt_err *err)
{
	struct pt_story *s = t->story;
	const struct pt_org_place *place = &t->h->place[t->org];
	size_t npackage = t->h->status.npackage;

	memcpy(s->id, t->key, 15);
	pt_id_checksum(s->id + 15, t->key);
	if (place->stage < t->h->status.nstage) {
		s->stage = t->h->status.stage[place->stage].name;
		s->batch = pt_history_slot(&s->zone, t->h, place->stage, place->slot);
	}
	t->latest = calloc(npackage + 1, sizeof(*t->latest));
	t->first_made_ms = calloc(npackage + 1, sizeof(*t->first_made_ms));
	t->arrived_ms = calloc(npackage + 1, sizeof(*t->arrived_ms));
	if (!t->latest || !t->first_made_ms || !t->arrived_ms)
		return pt_err_nomem(err);
	int rc = tell_events(t, err);

	if (rc == 0)
		rc = tell_packages(t, options, err);
	return rc < 0 ? rc : summarize(t, err);
}

int pt_story_tell(struct pt_story *out, const struct pt_history *history, uint32_t org,
		  const char *options, struct pt_err *err)
{
	struct pt_story story = {.history = history, .org = org, .arena = PT_ARENA_INIT};
	struct teller t = {.story = &story,
			   .h = history,
			   .org = org,
			   .key = history->org[org].key.text,
			   .text = PT_BUF_INIT};
	int rc = tell_all(&t, options, err);

	free(t.latest);
	free(t.first_made_ms);
	free(t.arrived_ms);
	pt_buf_release(&t.text);
	if (rc == 0)
		qsort(story.event, story.nevent, sizeof(*story.event), by_time);
	if (rc < 0)
		pt_story_release(&story);
	else
		*out = story;
	return rc;
}

void pt_story_release(struct pt_story *story)
{
	pt_arena_release(&story->arena);
	*story = (struct pt_story){.arena = PT_ARENA_INIT};
}
