/* See next.h. A sentence for every state of a pair, in every situation of its stage and run. */
#include "pipeline/history/next.h"

#include <string.h>

#include "base/instant.h"
#include "base/utf8.h"

/* What the run as a whole is up to. */
enum going { GOES_ON, PAUSED, HALTED, ABORTED, ENDED };

struct teller {
	const struct pt_next_of *of;
	const struct pt_history *h;
	const struct pt_pair *pair;
	const struct pt_org_place *place;
	enum going going;
	struct pt_buf stands, next, command;
	int64_t at_ms;
};

enum { MOST_WORDS = 400 };

void pt_next_quote(struct pt_buf *out, const char *words)
{
	size_t n = strnlen(words, MOST_WORDS + 1);
	bool cut = n > MOST_WORDS;

	for (n = cut ? MOST_WORDS : n; cut && n > 0 && ((unsigned char)words[n] & 0xc0) == 0x80;)
		n--;
	pt_buf_char(out, '"');
	pt_buf_bytes(out, words, n);
	pt_buf_str(out, cut ? "…\"" : "\"");
}

void pt_next_plain(struct pt_buf *out, const char *text)
{
	const char *piece;
	size_t n;

	while ((piece = pt_utf8_shown(&n, &text))) {
		if (n == 1 && (*piece == '\n' || *piece == '\t'))
			pt_buf_char(out, ' ');
		else
			pt_buf_bytes(out, piece, n);
	}
}

static enum going going_of(const struct pt_history *h)
{
	const struct pt_progress_row *progress = &h->status.progress;

	if (progress->aborting || progress->state == PT_RUN_ABORTED)
		return ABORTED;
	if (progress->halting || progress->state == PT_RUN_HALTED)
		return HALTED;
	if (progress->finished)
		return ENDED;
	if (h->nwish && h->wish[h->nwish - 1].kind == PT_WISH_PAUSE)
		return PAUSED;
	return GOES_ON;
}

static const char *name_of(const struct teller *t, uint32_t package)
{
	return t->h->status.package[package].name;
}

/* The stage of the org; NULL: it is in none. */
static const struct pt_status_stage *stage_of(const struct teller *t)
{
	return t->place->stage < t->h->status.nstage ? &t->h->status.stage[t->place->stage] : NULL;
}

static const struct pt_history_stage *rules_of(const struct teller *t)
{
	return &t->h->stage[t->place->stage];
}

static void say_time(struct teller *t, const char *before, int64_t ms)
{
	char when[PT_INSTANT_TEXT];

	if (ms == PT_NEVER || ms == PT_LONG_AGO)
		return;
	pt_buf_printf(&t->next, "%s%s", before, pt_zone_text(when, t->h->zone, ms));
	t->at_ms = ms;
}

static void command(struct teller *t, const char *verb, const char *rest)
{
	if (t->command.len)
		return;
	pt_buf_printf(&t->command, "pushtrain %s%s %s%s", verb, t->of->options,
		      t->h->status.run.row.name, rest);
}

static void command_repush(struct teller *t)
{
	char rest[40];

	snprintf(rest, sizeof(rest), " --org %s", t->h->org[t->of->org].key.text);
	command(t, "repush", rest);
}

static void command_approve(struct teller *t, uint32_t stage)
{
	char rest[300];

	snprintf(rest, sizeof(rest), " %.200s --by NAME", t->h->status.stage[stage].name);
	command(t, "approve", rest);
}

/* A halt at a gate, a drift or an approval needs somebody's word before it can go on. */
static bool wants_word(const struct teller *t, uint32_t *stage_out)
{
	const struct pt_status *s = &t->h->status;
	uint32_t at = (uint32_t)s->progress.stage;

	*stage_out = at;
	return at < s->nstage && s->stage[at].state == PT_STAGE_HALTED &&
	       !pt_stage_pushes(t->h->stage[at].halted_in) && !t->h->stage[at].excused;
}

static void say_halted(struct teller *t)
{
	const char *why = t->h->status.progress.halt_text;
	uint32_t stage;

	pt_buf_printf(&t->next, "nothing until somebody goes on: the run has halted%s%s",
		      why ? ": " : "", why ? why : "");
	if (wants_word(t, &stage)) {
		pt_buf_printf(&t->next, "; it takes an approval, then 'pushtrain resume%s %s'",
			      t->of->options, t->h->status.run.row.name);
		command_approve(t, stage);
	} else {
		command(t, "resume", "");
	}
}

/* True: the run goes no further by itself, and that was said. */
static bool stands_still(struct teller *t)
{
	const struct pt_run_row *run = &t->h->status.run.row;

	switch (t->going) {
	case ABORTED:
		pt_buf_str(&t->next,
			   "nothing: the run was aborted; a new plan pushes what is left");
		if (!t->command.len)
			pt_buf_printf(&t->command, "pushtrain plan%s -o plan.json %s",
				      t->of->options, run->train);
		return true;
	case HALTED:
		say_halted(t);
		return true;
	case PAUSED:
		pt_buf_str(&t->next, "nothing until the run is resumed: somebody paused it");
		command(t, "resume", "");
		return true;
	case ENDED:
	case GOES_ON:
		break;
	}
	return false;
}

/* Somebody asked for a pass that is not made yet, of this org or of all. */
static bool pass_is_asked_for(const struct teller *t)
{
	const struct pt_history *h = t->h;

	for (size_t i = 0; i < h->nrepush; i++) {
		const char *org = h->repush[i].org;

		if (h->repush[i].repush > h->status.progress.repush_served &&
		    (!org || strncmp(org, h->org[t->of->org].key.text, 15) == 0))
			return true;
	}
	return false;
}

/* Its wave there: of the stage's waves, or of a re-push pass in the org's zone; NULL: none. */
static const struct pt_history_wave *wave_of(const struct teller *t, uint32_t pass)
{
	const char *zone, *other;
	const struct pt_history_wave *found = NULL;

	(void)pt_history_slot(&zone, t->h, t->place->stage, t->place->slot);
	for (size_t i = 0; i < t->h->nwave; i++) {
		const struct pt_history_wave *w = &t->h->wave[i];

		if (w->stage != t->place->stage || w->package != t->of->package || w->pass != pass)
			continue;
		(void)pt_history_slot(&other, t->h, w->stage, w->slot);
		if (pass ? other == zone : w->slot == t->place->slot)
			found = w;
	}
	return found;
}

/* The pass that pushes it next; 0: none does. */
static uint32_t next_pass(const struct teller *t)
{
	const struct pt_history_stage *rules = rules_of(t);
	const struct pt_status_stage *stage = stage_of(t);
	enum pt_stage_state state =
	    stage->state == PT_STAGE_HALTED ? rules->halted_in : stage->state;
	uint32_t most = rules->passes + rules->by_hand, pass = rules->pass;

	if (state == PT_STAGE_PASSES) {
		const struct pt_history_wave *wave = wave_of(t, pass);

		if (!wave || !wave->done)
			return pass;
		return pass < most ? pass + 1 : 0;
	}
	if (state == PT_STAGE_WAVES || state == PT_STAGE_READING || state == PT_STAGE_AHEAD)
		return most ? pass + 1 : 0;
	return 0;
}

static void say_when_of_pass(struct teller *t, uint32_t pass)
{
	const struct pt_history_stage *rules = rules_of(t);
	char length[PT_DURATION_TEXT];

	if (stage_of(t)->state == PT_STAGE_WAVES) {
		pt_buf_printf(&t->next, ", %s after the last push of the stage's waves has ended",
			      pt_duration_human(length, rules->pass_after_ms));
		t->at_ms = 0;
	} else if (pass > rules->pass) {
		say_time(t, ", not before ", rules->pass_start_ms + rules->pass_every_ms);
	} else if (rules->pass_start_ms > t->h->status.progress.now_ms) {
		say_time(t, ", not before ", rules->pass_start_ms);
	} else {
		pt_buf_str(&t->next, ", which is under way");
	}
}

/* "pushed again in re-push pass 2, not before …", or that there is none. */
static void say_pass(struct teller *t, const char *what)
{
	uint32_t pass = next_pass(t);

	if (t->going != ABORTED && pass_is_asked_for(t)) {
		pt_buf_printf(&t->next, "%s in the re-push pass that somebody asked for", what);
		if (t->going == ENDED || t->going == HALTED)
			command(t, "resume", "");
		return;
	}
	if (t->going != ENDED && (pass || !rules_of(t)->rules_known) && stands_still(t))
		return;
	if (t->going == ABORTED) {
		(void)stands_still(t);
	} else if (!rules_of(t)->rules_known && t->going != ENDED) {
		pt_buf_printf(&t->next, "%s in the stage's next re-push pass, if the train has one",
			      what);
	} else if (pass && t->going != ENDED) {
		pt_buf_printf(&t->next, "%s in re-push pass %u", what, pass);
		say_when_of_pass(t, pass);
	} else {
		pt_buf_printf(&t->next, "nothing by itself: %s",
			      t->going == ENDED ? "the run has ended"
						: "the stage's re-push passes are over");
		command_repush(t);
	}
}

static bool earlier_is_open(const struct teller *t)
{
	for (uint32_t i = 0; i < t->place->stage; i++) {
		if (t->h->status.stage[i].state != PT_STAGE_DONE)
			return true;
	}
	return false;
}

/* Its stage has not begun. */
static void say_ahead(struct teller *t)
{
	const struct pt_status_stage *stage = stage_of(t);

	if (stands_still(t))
		return;
	if (stage->asked_ms && !stage->approved) {
		pt_buf_printf(&t->next, "waits for the approval of stage %s", stage->name);
		command_approve(t, t->place->stage);
		return;
	}
	pt_buf_printf(&t->next, "looked at when stage %s begins", stage->name);
	say_time(t, ", not before ", stage->planned_ms);
	if (earlier_is_open(t))
		pt_buf_str(&t->next, ", once the stages before it are done");
	if (rules_of(t)->wants_approval && !stage->approved)
		pt_buf_str(&t->next, ", and somebody has approved it");
}

static void tell_none(struct teller *t)
{
	const struct pt_status_stage *stage = stage_of(t);

	if (!stage) {
		pt_buf_str(&t->stands, "not part of the run: the org is in no stage of the train");
		pt_buf_str(&t->next, "nothing: no stage takes this org");
	} else if (t->place->reason && stage->state <= PT_STAGE_READING) {
		pt_buf_printf(&t->stands, "excluded: %s",
			      pt_history_reason(t->h, t->place->reason));
		pt_buf_str(&t->next, "nothing: an excluded org is never pushed");
	} else if (stage->state == PT_STAGE_AHEAD) {
		pt_buf_str(&t->stands, "not looked at yet: its stage has not begun");
		say_ahead(t);
	} else if (stage->state == PT_STAGE_READING) {
		pt_buf_str(&t->stands, "not looked at yet: its stage begins");
		if (!stands_still(t))
			pt_buf_str(&t->next, "the platform is being asked what the org has");
	} else {
		pt_buf_str(&t->stands, "not installed there");
		pt_buf_str(&t->next, "nothing: an upgrade goes where the package is");
	}
}

static const struct pt_exclusion_row *by_hand(const struct teller *t)
{
	for (size_t i = t->h->nexclusion; i-- > 0;) {
		const struct pt_exclusion_row *row = &t->h->exclusion[i];

		if (strncmp(row->org, t->h->org[t->of->org].key.text, 15) == 0)
			return row;
	}
	return NULL;
}

static void tell_excluded(struct teller *t)
{
	const struct pt_exclusion_row *row =
	    t->pair->detail == PT_REASON_BY_HAND ? by_hand(t) : NULL;

	pt_buf_printf(&t->stands, "excluded: %s", pt_history_reason(t->h, t->pair->detail));
	if (row) {
		pt_buf_str(&t->stands, ", ");
		pt_next_quote(&t->stands, row->reason);
	}
	if (t->pair->text) {
		pt_buf_str(&t->stands, ", ");
		pt_next_quote(&t->stands, t->h->text[t->pair->text]);
	}
	pt_buf_str(&t->next, "nothing: an excluded org is never pushed");
}

static void tell_waiting(struct teller *t)
{
	const struct pt_history_wave *wave = stage_of(t) ? wave_of(t, 0) : NULL;

	pt_buf_str(&t->stands,
		   t->pair->live ? "to be pushed; somebody else is upgrading it" : "to be pushed");
	if (!stage_of(t)) {
		pt_buf_str(&t->next, "nothing: no stage takes this org");
	} else if (stage_of(t)->state == PT_STAGE_AHEAD) {
		say_ahead(t);
	} else if (stage_of(t)->state != PT_STAGE_WAVES || !wave || wave->done) {
		say_pass(t, "pushed");
	} else if (stands_still(t)) {
		return;
	} else if (!wave->opened) {
		pt_buf_str(&t->next, "pushed when its wave opens");
		say_time(t, ", not before ", wave->opens_ms);
	} else {
		pt_buf_str(&t->next, "pushed as soon as there is room among the running requests");
		if (wave->start_ms > t->h->status.progress.now_ms)
			say_time(t, ", not before ", wave->start_ms);
	}
}

static int tell_base(struct pt_next *out, const struct teller *t, struct pt_arena *arena,
		     struct pt_err *err)
{
	struct pt_next_of of = *t->of;

	of.package = t->pair->detail;
	of.request = NULL;
	return pt_next_tell(out, &of, arena, err);
}

static bool has_arrived(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_AT_TARGET || pair->state == PT_PAIR_CURRENT;
}

static int tell_held(struct teller *t, struct pt_arena *arena, struct pt_err *err)
{
	uint32_t base = t->pair->detail;
	const struct pt_pair *there = &t->h->pair[base][t->of->org];
	const struct pt_history_wave *wave = stage_of(t) ? wave_of(t, 0) : NULL;
	struct pt_next next = {.at_ms = 0};
	/* A circle cannot be, but in a journal that somebody made. */
	int rc = base == t->of->package ||
			 (there->state == PT_PAIR_HELD &&
			  t->h->package[base].level >= t->h->package[t->of->package].level)
		     ? pt_journal_damaged(err, "packages that wait for each other")
		     : tell_base(&next, t, arena, err);

	if (rc < 0)
		return rc;
	if (!has_arrived(there)) {
		pt_buf_printf(&t->stands, "held: %s has not arrived there", name_of(t, base));
		pt_buf_printf(&t->next, "held until %s arrives there; %s: %s; %s", name_of(t, base),
			      name_of(t, base), next.stands, next.next);
		if (next.command)
			pt_buf_str(&t->command, next.command);
		t->at_ms = next.at_ms;
		return 0;
	}
	pt_buf_printf(&t->stands, "held until now: %s has arrived there since", name_of(t, base));
	if (stage_of(t) && stage_of(t)->state == PT_STAGE_WAVES && wave && !wave->done) {
		if (!stands_still(t))
			pt_buf_str(&t->next, "pushed when its wave is topped up");
	} else if (stage_of(t)) {
		say_pass(t, "pushed");
	} else {
		pt_buf_str(&t->next, "nothing: no stage takes this org");
	}
	return 0;
}

static void say_job(struct teller *t, const struct pt_history_request *request)
{
	char when[PT_INSTANT_TEXT];
	enum pt_history_job job = PT_HISTORY_JOB_LIVE;

	if (request->orgs && t->of->place < request->norg)
		(void)pt_history_request_org(&job, request, t->of->place);
	pt_buf_printf(&t->stands, "in flight in push request %s",
		      request->id ? request->id : "(its id is not known yet)");
	if (request->doubted)
		pt_buf_str(&t->stands, ", of which an answer was lost");
	else if (job == PT_HISTORY_JOB_NONE)
		pt_buf_str(&t->stands, ", its job is about to be made");
	else if (job == PT_HISTORY_JOB_FAILED)
		pt_buf_str(&t->stands, ", its job has failed");
	else
		pt_buf_printf(&t->stands, ", %s %s",
			      request->start_ms > t->h->status.progress.now_ms ? "scheduled for"
									       : "due since",
			      pt_zone_text(when, t->h->zone, request->start_ms));
}

static void tell_in_flight(struct teller *t)
{
	const struct pt_history_request *request = t->of->request;

	if (request)
		say_job(t, request);
	else
		pt_buf_str(&t->stands, "in flight");
	if (t->going == GOES_ON) {
		pt_buf_str(&t->next,
			   request && request->doubted
			       ? "the platform is asked what became of it"
			       : "its outcome is read when the platform has ended the job");
		if (request && request->start_ms > t->h->status.progress.now_ms)
			say_time(t, ", not before ", request->start_ms);
	} else {
		pt_buf_str(&t->next,
			   "the platform ends the job by itself; its outcome is read when "
			   "the run goes on");
		if (t->going == HALTED || t->going == PAUSED)
			command(t, "resume", "");
	}
}

static void tell_unknown(struct teller *t)
{
	pt_buf_str(&t->stands, "unknown: its job has not ended in time");
	if (t->going == ENDED) {
		pt_buf_str(&t->next, "nothing by itself: the run has ended; a pass by hand looks "
				     "at the job once more");
		command_repush(t);
	} else if (!stands_still(t)) {
		pt_buf_str(&t->next, "looked at now and then; not pushed again before the platform "
				     "has ended the job");
	}
}

static void tell_canceled(struct teller *t)
{
	if (t->pair->detail == PT_CANCELED_BY_US) {
		pt_buf_str(&t->stands, "canceled by us before it started, when the run stopped");
		if (!stands_still(t)) {
			pt_buf_str(&t->next, "nothing by itself: the run has gone on without it");
			command_repush(t);
		}
		return;
	}
	pt_buf_str(&t->stands, "canceled on the platform by somebody else");
	if (t->going == ABORTED) {
		(void)stands_still(t);
	} else {
		pt_buf_str(&t->next, "nothing by itself: what somebody else canceled is left so");
		command_repush(t);
	}
}

static void say_words(struct teller *t)
{
	if (!t->pair->text)
		return;
	pt_buf_str(&t->stands, ": ");
	pt_next_quote(&t->stands, t->h->text[t->pair->text]);
}

static void tell_failed(struct teller *t)
{
	pt_buf_printf(&t->stands, "failed, %s",
		      pt_failure_class_text((enum pt_failure_class)t->pair->class_));
	say_words(t);
	if (!stage_of(t)) {
		pt_buf_str(&t->next, "nothing: no stage takes this org");
	} else if (t->pair->class_ != PT_FAILURE_PERMANENT || t->going == ABORTED ||
		   pass_is_asked_for(t)) {
		say_pass(t, "pushed again");
	} else {
		pt_buf_str(&t->next, "nothing: permanent; mend it at the customer, then push it "
				     "again by hand");
		command_repush(t);
	}
}

static void tell_benign(struct teller *t)
{
	pt_buf_str(&t->stands, "no failure, benign");
	say_words(t);
	pt_buf_str(&t->next, "nothing: there is nobody to push it to");
}

static int tell(struct teller *t, struct pt_arena *arena, struct pt_err *err)
{
	const char *version = t->h->status.package[t->of->package].version;

	switch ((enum pt_pair_state)t->pair->state) {
	case PT_PAIR_NONE:
		tell_none(t);
		break;
	case PT_PAIR_CURRENT:
		pt_buf_printf(&t->stands, "had %s or a newer one before", version);
		pt_buf_str(&t->next, "nothing: it is where it is to be");
		break;
	case PT_PAIR_EXCLUDED:
		tell_excluded(t);
		break;
	case PT_PAIR_WAITING:
		tell_waiting(t);
		break;
	case PT_PAIR_HELD:
		return tell_held(t, arena, err);
	case PT_PAIR_IN_FLIGHT:
		tell_in_flight(t);
		break;
	case PT_PAIR_AT_TARGET:
		pt_buf_printf(&t->stands, "at %s, by this run", version);
		pt_buf_str(&t->next, "nothing: it is where it is to be");
		break;
	case PT_PAIR_UNKNOWN:
		tell_unknown(t);
		break;
	case PT_PAIR_CANCELED:
		tell_canceled(t);
		break;
	case PT_PAIR_BENIGN:
		tell_benign(t);
		break;
	case PT_PAIR_FAILED:
		tell_failed(t);
		break;
	case PT_PAIR_NSTATE:
		break;
	}
	return 0;
}

static int hand_over(struct pt_next *out, const struct teller *t, struct pt_arena *arena,
		     struct pt_err *err)
{
	struct pt_next made = {.at_ms = t->at_ms};

	if (t->stands.failed || t->next.failed || t->command.failed)
		return pt_err_nomem(err);
	made.stands = pt_arena_strdup(arena, pt_buf_text(&t->stands));
	made.next = pt_arena_strdup(arena, pt_buf_text(&t->next));
	if (t->command.len)
		made.command = pt_arena_strdup(arena, pt_buf_text(&t->command));
	if (!made.stands || !made.next || (t->command.len && !made.command))
		return pt_err_nomem(err);
	*out = made;
	return 0;
}

int pt_next_tell(struct pt_next *out, const struct pt_next_of *of, struct pt_arena *arena,
		 struct pt_err *err)
{
	struct teller t = {.of = of,
			   .h = of->history,
			   .pair = &of->history->pair[of->package][of->org],
			   .place = &of->history->place[of->org],
			   .going = going_of(of->history),
			   .stands = PT_BUF_INIT,
			   .next = PT_BUF_INIT,
			   .command = PT_BUF_INIT};
	int rc = tell(&t, arena, err);

	if (rc == 0)
		rc = hand_over(out, &t, arena, err);
	pt_buf_release(&t.stands);
	pt_buf_release(&t.next);
	pt_buf_release(&t.command);
	return rc;
}
