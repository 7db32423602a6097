/* From a tag that waits to a run. See watch.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/instant.h"
#include "cmd/watch.h"
#include "connectors/calendar/calendar.h"
#include "pipeline/notice.h"

/* A departure that was missed by more than that waits for the calendar's next. */
#define LATE_MS (12 * PT_HOUR_MS)

struct departure {
	struct pt_watch *watch;
	const struct pt_train_conf *conf;
	struct pt_known_tags known;
	struct pt_known_tag *tag; /* in `known` */
	int64_t at_ms;
};

static void departure_release(struct departure *d)
{
	pt_known_tags_release(&d->known);
}

/* Writes down what has become of the tag, and says so when that is news. */
static int become(struct pt_watch *watch, struct pt_known_tags *known, struct pt_known_tag *tag,
		  enum pt_tag_state state, const char *words, struct pt_err *err)
{
	bool changed = false;
	int rc = pt_trigger_set(&changed, known, tag, state, words, watch->now_ms, err);

	if (rc < 0 || !changed)
		return rc;
	pt_watch_line(watch, known, tag);
	if (state == PT_TAG_DEPARTED)
		pt_buf_printf(&watch->said, "departed as run %s\n", tag->row.run);
	else
		pt_buf_printf(&watch->said, "is %s%s%s\n", pt_tag_state_text(state),
			      words ? ": " : "", words ? words : "");
	return pt_journal_put_tags(known, watch->live.store, err);
}

static int turn(struct departure *d, enum pt_tag_state state, const char *words, struct pt_err *err)
{
	return become(d->watch, &d->known, d->tag, state, words, err);
}

/* What refuses it is remembered by its digest, until that is another. */
static int refuse(struct departure *d, const char *words, struct pt_err *err)
{
	char digest[PT_DIGEST_TEXT];
	struct pt_err why = PT_ERR_INIT;

	pt_watch_status(d->watch, PT_EXIT_USAGE);
	d->tag->row.digest = NULL;
	if (pt_watch_digest(digest, d->watch, d->conf, &why) == 0)
		d->tag->row.digest = pt_arena_strdup(&d->known.texts, digest);
	return turn(d, PT_TAG_REFUSED, words, err);
}

/* Settled since it was first seen, by the train's calendar, and not before now. */
static int departure_of(struct departure *d, struct pt_err *err)
{
	const struct pt_watch *watch = d->watch;
	const struct pt_zone *zone = watch->live.c.zone;
	int64_t settled_ms = d->tag->row.seen_ms + d->conf->settle_ms, at_ms = settled_ms;
	int rc = 0;

	if (d->conf->departs.rrule) {
		if (settled_ms < watch->now_ms - LATE_MS)
			settled_ms = watch->now_ms - LATE_MS;
		rc = pt_calendar_next(&at_ms, d->conf, zone, settled_ms, err);
	}
	d->at_ms = at_ms > watch->now_ms ? at_ms : watch->now_ms;
	return rc;
}

/* The other run is waited for, or refuses this one; `free_out`: nothing is in the way. */
static int check_overlap(bool *free_out, struct departure *d, struct pt_err *err)
{
	PT_CLEANUP(pt_open_runs_release) struct pt_open_runs runs = {.n = 0};
	const struct pt_watch *watch = d->watch;
	char words[300];
	int rc = pt_journal_open_runs(&runs, watch->live.store, watch->live.c.suite->name, err);

	*free_out = rc == 0 && (runs.n == 0 || d->conf->overlap == PT_OVERLAP_SUPERSEDE);
	if (rc < 0 || *free_out)
		return rc;
	if (d->conf->overlap == PT_OVERLAP_REFUSE) {
		snprintf(words, sizeof(words), "run %.200s has not ended", runs.run[0].name);
		return refuse(d, words, err);
	}
	snprintf(words, sizeof(words), "for run %.200s to end", runs.run[0].name);
	return turn(d, PT_TAG_WAITING, words, err);
}

/* "plans/TRAIN-ID.json" beside the journal; an id that is no file name gets a digest too. */
static int plan_path(char **out, const struct departure *d, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf name = PT_BUF_INIT;
	char digest[PT_DIGEST_TEXT];
	bool plain = true;
	int rc;

	pt_buf_printf(&name, "plans/%s-%s", d->conf->name, d->tag->row.id);
	rc = pt_buf_check(&name, err);
	if (rc == 0)
		rc = pt_digest(digest, name.data, name.len, err);
	if (rc < 0)
		return rc;
	for (char *c = name.data + strlen("plans/"); *c; c++) {
		if (strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-", *c))
			continue;
		*c = '-';
		plain = false;
	}
	pt_buf_printf(&name, "%s%.*s.json", plain ? "" : "-", plain ? 0 : 12, digest);
	rc = pt_buf_check(&name, err);
	if (rc < 0)
		return rc;
	*out = pt_file_beside(d->watch->live.state, pt_buf_text(&name));
	return *out ? 0 : pt_err_nomem(err);
}

static int make_folder_of(const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf folder = PT_BUF_INIT;

	pt_buf_bytes(&folder, path, (size_t)(strrchr(path, '/') - path));
	int rc = pt_buf_check(&folder, err);

	if (rc == 0 && mkdir(pt_buf_text(&folder), 0777) < 0 && errno != EEXIST)
		rc = pt_err_io(err, errno, "cannot make the folder %s", pt_buf_text(&folder));
	return rc;
}

/* The tag's own date may be later than when it was seen: *due_out says whether that is over. */
static int decide(bool *due_out, struct pt_context *c, struct departure *d, struct pt_err *err)
{
	int rc = pt_context_open(c, c->args, err);

	if (rc == 0)
		rc = pt_context_choose(c, d->conf->name, err);
	if (rc == 0)
		rc = pt_context_depart_by(c, d->tag->row.tag, d->tag->row.oid, d->at_ms, err);
	*due_out = rc == 0 && (pt_watch_jumps(d->watch) || c->start_ms <= d->watch->now_ms);
	if (rc == 0 && *due_out)
		rc = pt_context_decide(c, c->start_ms, err);
	return rc;
}

static int write_plan(struct pt_context *c, struct departure *d, struct pt_err *err)
{
	char *path = NULL;
	int rc;

	pt_say_warnings(c->train);
	c->platform = PT_PLATFORM_IF_THERE;
	rc = pt_context_plan(c, false, NULL, err);
	if (rc == 0)
		rc = pt_notice_check(c->plan, d->watch->now_ms, err);
	if (rc == 0)
		rc = plan_path(&path, d, err);
	if (rc == 0)
		rc = make_folder_of(path, err);
	if (rc == 0)
		rc = pt_context_write_plan(c, path, err);
	if (rc == 0) {
		d->tag->row.plan = pt_arena_strdup(&d->known.texts, path);
		rc = d->tag->row.plan ? 0 : pt_err_nomem(err);
		d->tag->changed = true;
	}
	free(path);
	return rc;
}

/* What is wrong with the train itself; anything else may be better at the next look. */
static bool is_refusal(const struct pt_err *err)
{
	return err->code == PT_E_REFUSED || err->code == PT_E_CYCLE ||
	       err->code == PT_E_UNSUPPORTED;
}

static int fail_or_refuse(struct departure *d, const struct pt_train *train, struct pt_err *why,
			  struct pt_err *err)
{
	char words[600];

	if (!is_refusal(why)) {
		*err = *why;
		return -(int)why->code;
	}
	snprintf(words, sizeof(words), "%s",
		 train && train->nrefusal ? train->refusal[0] : why->text);
	pt_buf_plain(words);
	return refuse(d, words, err);
}

/* The plan, written beside the journal; `made_out`: there is one. */
static int plan(bool *made_out, struct departure *d, struct pt_err *err)
{
	struct pt_args args = *d->watch->args;
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = &args};
	char when[PT_INSTANT_TEXT], words[100];
	struct pt_err why = PT_ERR_INIT;
	bool due = false;

	args.at = NULL;
	int rc = decide(&due, &c, d, &why);

	if (rc == 0 && !due) {
		snprintf(words, sizeof(words), "settles until %s",
			 pt_zone_text(when, c.zone, c.start_ms));
		return turn(d, PT_TAG_WAITING, words, err);
	}
	if (rc == 0)
		rc = write_plan(&c, d, &why);
	*made_out = rc == 0;
	return rc < 0 ? fail_or_refuse(d, c.train, &why, err) : 0;
}

static bool is_confirmed(const struct departure *d)
{
	const struct pt_words *confirms = &d->watch->args->confirms;

	for (size_t i = 0; i < confirms->n; i++) {
		if (strcmp(confirms->word[i], d->conf->name) == 0)
			return true;
	}
	return false;
}

/* Its owner departs with the plan by hand, or lets 'watch' do it. */
static int ask_for_consent(struct departure *d, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf command = PT_BUF_INIT;
	int rc = turn(d, PT_TAG_PLANNED, "departing by itself needs its owner's --confirm", err);

	pt_live_command(&command, &d->watch->live, "run --confirm", d->conf->name);
	pt_watch_tell(d->watch);
	pt_say("train %s %s has a plan and waits for its owner: %s %s", d->conf->name,
	       d->tag->row.id, pt_buf_text(&command), d->tag->row.plan);
	pt_watch_status(d->watch, PT_EXIT_STOPPED);
	return rc;
}

int pt_watch_recognise(bool *found_out, struct pt_watch *watch, struct pt_known_tags *known,
		       struct pt_known_tag *tag, struct pt_err *err)
{
	const char *name = NULL;
	int rc = pt_journal_run_of(&name, &known->texts, watch->live.store, known->suite,
				   known->train, tag->row.id, err);

	*found_out = rc == 0 && name;
	if (rc < 0)
		return rc;
	if (name) {
		tag->row.run = name;
		return become(watch, known, tag, PT_TAG_DEPARTED, NULL, err);
	}
	/* The intent of a process that died before there was a run: nothing was sent. */
	return tag->row.state == PT_TAG_DEPARTING
		   ? become(watch, known, tag, PT_TAG_WAITING, NULL, err)
		   : 0;
}

/* After the intent: the run of the plan, as 'run' makes it. */
static int run_plan(struct departure *d, struct pt_err *err)
{
	struct pt_args args = *d->watch->args;
	PT_CLEANUP(pt_live_release) struct pt_live live = {.c = {.args = &args}};
	struct pt_err why = PT_ERR_INIT;
	bool found = false;

	args.at = NULL;
	args.operand = d->tag->row.plan;
	args.confirm = d->conf->name;
	int begun = pt_run_depart(&live, &args, &why);
	int rc = pt_watch_recognise(&found, d->watch, &d->known, d->tag, err);

	if (rc == 0 && begun < 0 && !found)
		return fail_or_refuse(d, live.c.train, &why, err);
	if (rc == 0 && begun < 0) {
		*err = why;
		rc = begun;
	}
	return rc < 0 ? rc : pt_watch_drive(d->watch, &live, err);
}

static int depart(struct departure *d, struct pt_err *err)
{
	bool made = false;
	int rc = 0;

	if (d->tag->row.state == PT_TAG_PLANNED && !is_confirmed(d) && d->tag->row.plan &&
	    access(d->tag->row.plan, R_OK) == 0)
		return ask_for_consent(d, err);
	rc = plan(&made, d, err);
	if (rc < 0 || !made)
		return rc;
	if (!is_confirmed(d))
		return ask_for_consent(d, err);
	rc = turn(d, PT_TAG_DEPARTING, NULL, err);
	pt_watch_tell(d->watch);
	return rc < 0 ? rc : run_plan(d, err);
}

static int depart_if_due(struct departure *d, struct pt_err *err)
{
	char when[PT_INSTANT_TEXT], words[100];
	bool nothing_before = false;
	int rc = departure_of(d, err);

	if (rc < 0)
		return rc;
	if (d->at_ms == PT_NEVER)
		return refuse(d, "its calendar has ended", err);
	if (d->at_ms > d->watch->now_ms && !pt_watch_jumps(d->watch)) {
		snprintf(words, sizeof(words), "%s %s",
			 d->conf->departs.rrule ? "departs" : "settles until",
			 pt_zone_text(when, d->watch->live.c.zone, d->at_ms));
		return turn(d, PT_TAG_WAITING, words, err);
	}
	rc = check_overlap(&nothing_before, d, err);
	return rc < 0 || !nothing_before ? rc : depart(d, err);
}

int pt_watch_depart(struct pt_watch *watch, const struct pt_train_conf *conf, struct pt_err *err)
{
	PT_CLEANUP(departure_release) struct departure d = {.watch = watch, .conf = conf};
	int rc = pt_journal_tags(&d.known, watch->live.store, watch->live.c.suite->name, conf->name,
				 err);

	d.tag = rc == 0 ? pt_trigger_live(&d.known) : NULL;
	if (!d.tag || d.tag->row.state == PT_TAG_REFUSED)
		return rc;
	rc = depart_if_due(&d, err);
	return rc < 0 ? pt_err_wrap(err, "train %s: tag %s", conf->name, d.tag->row.tag) : 0;
}
