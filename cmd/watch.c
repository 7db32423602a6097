/*
 * pushtrain watch: new tags become trains. A round looks at the triggers, goes on with what is
 * under way and lets depart what is due; --once makes one round.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/instant.h"
#include "base/json.h"
#include "cmd/voice.h"
#include "cmd/watch.h"

enum { SUITE_MAX_BYTES = 64 << 20 };

bool pt_watch_jumps(const struct pt_watch *watch)
{
	return !watch->wall && !watch->args->at;
}

void pt_watch_status(struct pt_watch *watch, enum pt_exit status)
{
	static const enum pt_exit order[] = {PT_EXIT_DONE,    PT_EXIT_RESIDUE, PT_EXIT_USAGE,
					     PT_EXIT_STOPPED, PT_EXIT_BUSY,    PT_EXIT_FAILED};
	size_t was = 0, is = 0;

	for (size_t i = 0; i < PT_ARRAY_LEN(order); i++) {
		was = order[i] == watch->status ? i : was;
		is = order[i] == status ? i : is;
	}
	if (is > was)
		watch->status = status;
}

void pt_watch_line(struct pt_watch *watch, const struct pt_known_tags *known,
		   const struct pt_known_tag *tag)
{
	size_t at = watch->said.len;

	pt_buf_printf(&watch->said, "train %s: tag %.200s ", known->train, tag->row.tag);
	if (!watch->said.failed)
		pt_buf_plain(watch->said.data + at);
}

/* What it says of tags. As log documents these are messages. */
static void tell_lines(const char *lines)
{
	if (!pt_voice_is_json()) {
		pt_voice_say(lines);
		return;
	}
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		pt_say("%.*s", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

/* With --json standard output is for the document alone. */
void pt_watch_tell(struct pt_watch *watch)
{
	if (watch->args->json)
		tell_lines(pt_buf_text(&watch->said));
	else if (watch->said.len && pt_print(&watch->said, PT_EXIT_DONE) != PT_EXIT_DONE)
		pt_watch_status(watch, PT_EXIT_FAILED);
	pt_buf_clear(&watch->said);
}

static void forget_lists(struct pt_watch *watch)
{
	struct pt_listed *next;

	for (struct pt_listed *at = watch->listed; at; at = next) {
		next = at->next;
		pt_tags_release(&at->tags);
		free(at);
	}
	watch->listed = NULL;
}

int pt_watch_list(const struct pt_tags **out, struct pt_watch *watch, const char *git,
		  struct pt_err *err)
{
	struct pt_listed *at = watch->listed;

	while (at && strcmp(at->git, git) != 0)
		at = at->next;
	if (!at) {
		at = calloc(1, sizeof(*at));
		if (!at)
			return pt_err_nomem(err);
		at->git = git;
		at->next = watch->listed;
		watch->listed = at;
		(void)!pt_tags_list(&at->tags, git, PT_TAGS_LIMIT_MS, &at->err);
	}
	if (at->err.code != PT_OK)
		return pt_err_set(err, at->err.code, "%s", at->err.text);
	*out = &at->tags;
	return 0;
}

int pt_watch_digest(char out[PT_DIGEST_TEXT], struct pt_watch *watch,
		    const struct pt_train_conf *conf, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_suite *suite = watch->live.c.suite;
	const struct pt_tags *tags = NULL;
	int rc = pt_watch_list(&tags, watch, conf->trigger.repo, err);

	for (size_t p = 0; rc == 0 && p <= suite->npackage; p++) {
		for (size_t i = 0; tags && i < tags->n; i++)
			pt_buf_printf(&text, "%s %s\n", tags->tag[i].oid, tags->tag[i].name);
		if (p < suite->npackage)
			rc = pt_watch_list(&tags, watch, suite->package[p].git, err);
	}
	/* Any change of the suite is worth another try. */
	if (rc == 0)
		rc = pt_file_read(&text, suite->file, SUITE_MAX_BYTES, err);
	return rc < 0 ? rc : pt_digest(out, pt_buf_text(&text), text.len, err);
}

/* Trains that were refused wait again when tags or rules are others, or a person wants it. */
static int try_again(struct pt_watch *watch, const struct pt_train_conf *conf,
		     struct pt_known_tags *known, struct pt_err *err)
{
	char digest[PT_DIGEST_TEXT] = "";
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < known->n; i++) {
		struct pt_known_tag *tag = &known->tag[i];
		bool changed = false;

		if (tag->row.state != PT_TAG_REFUSED || !tag->row.id[0] || tag->row.gone)
			continue;
		if (!digest[0])
			rc = pt_watch_digest(digest, watch, conf, err);
		if (rc < 0)
			break;
		if (watch->args->retry ||
		    (tag->row.digest && strcmp(tag->row.digest, digest) != 0)) {
			tag->row.digest = NULL;
			rc = pt_trigger_set(&changed, known, tag, PT_TAG_WAITING, NULL,
					    watch->now_ms, err);
		} else if (!tag->row.digest) {
			tag->row.digest = pt_arena_strdup(&known->texts, digest);
			tag->changed = true;
			rc = tag->row.digest ? 0 : pt_err_nomem(err);
		}
	}
	return rc;
}

static int recognise(struct pt_watch *watch, struct pt_known_tags *known, struct pt_err *err)
{
	bool found;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < known->n; i++) {
		enum pt_tag_state state = (enum pt_tag_state)known->tag[i].row.state;

		if (known->tag[i].row.id[0] && state != PT_TAG_SEEN && state != PT_TAG_DEPARTED &&
		    state != PT_TAG_SKIPPED)
			rc = pt_watch_recognise(&found, watch, known, &known->tag[i], err);
	}
	return rc;
}

/* What is new, moved or gone, and which tag is to depart; written down. */
static int look(struct pt_watch *watch, const struct pt_train_conf *conf, struct pt_err *err)
{
	PT_CLEANUP(pt_known_tags_release) struct pt_known_tags known = {.n = 0};
	struct pt_store *store = watch->live.store;
	const struct pt_tags *tags = NULL;
	struct pt_err again = PT_ERR_INIT;
	int rc = pt_journal_tags(&known, store, watch->live.c.suite->name, conf->name, err);

	if (rc == 0)
		rc = recognise(watch, &known, err);
	if (rc == 0)
		rc = pt_watch_list(&tags, watch, conf->trigger.repo, err);
	if (rc == 0)
		rc =
		    pt_trigger_look(&known, &conf->trigger, tags, watch->now_ms, &watch->said, err);
	if (rc == 0 && watch->args->tag)
		rc = pt_trigger_wish(&known, watch->args->tag, watch->now_ms, err);
	if (rc == 0)
		rc = pt_trigger_choose(&known, watch->now_ms, &watch->said, err);
	/* Repositories of packages that cannot be reached keep a refusal as it is. */
	if (rc == 0 && try_again(watch, conf, &known, &again) < 0)
		pt_watch_status(watch, pt_say_error(&again));
	if (rc == 0)
		rc = pt_trigger_choose(&known, watch->now_ms, &watch->said, err);
	return rc < 0 ? rc : pt_journal_put_tags(&known, store, err);
}

static bool is_wanted(const struct pt_watch *watch, const struct pt_train_conf *conf)
{
	const struct pt_words *trains = &watch->args->operands;

	for (size_t i = 0; i < trains->n; i++) {
		if (strcmp(trains->word[i], conf->name) == 0)
			return true;
	}
	return trains->n == 0 && conf->trigger.repo;
}

static void step(struct pt_watch *watch, const struct pt_train_conf *conf,
		 int (*fn)(struct pt_watch *watch, const struct pt_train_conf *conf,
			   struct pt_err *err))
{
	struct pt_err err = PT_ERR_INIT;

	if (!is_wanted(watch, conf) || pt_live_stopped())
		return;
	if (fn(watch, conf, &err) < 0) {
		pt_watch_tell(watch);
		pt_err_wrap(&err, "train %s", conf->name);
		pt_watch_status(watch, pt_say_error(&err));
	}
	pt_watch_tell(watch);
}

/* Names on the command line are those of trains, and of such as have a trigger. */
static int check_names(const struct pt_suite *suite, const struct pt_words *words, bool trigger,
		       struct pt_err *err)
{
	for (size_t i = 0; i < words->n; i++) {
		const struct pt_train_conf *found = NULL;
		int rc = pt_context_find_train(&found, suite, words->word[i], err);

		if (rc < 0)
			return rc;
		if (trigger && !found->trigger.repo)
			return pt_err_at(err, PT_E_INVALID, found->src,
					 "train '%s' has no trigger to look at", found->name);
	}
	return 0;
}

static int check_args(const struct pt_watch *watch, struct pt_err *err)
{
	const struct pt_suite *suite = watch->live.c.suite;
	size_t n = 0;
	int rc = check_names(suite, &watch->args->operands, true, err);

	if (rc == 0)
		rc = check_names(suite, &watch->args->confirms, false, err);
	for (size_t i = 0; i < suite->ntrain; i++)
		n += is_wanted(watch, &suite->train[i]);
	if (rc == 0 && n == 0)
		rc = pt_err_set(err, PT_E_INVALID, "%s: no train has a trigger to look at",
				suite->file);
	if (rc == 0 && watch->args->tag && n != 1)
		rc = pt_err_set(err, PT_E_USAGE, "--tag is of one train, expected its name");
	if (rc == 0 && watch->args->json && !watch->args->once)
		rc = pt_err_set(err, PT_E_USAGE, "watch --json needs --once");
	if (rc == 0 && watch->wall && watch->args->at)
		rc = pt_err_set(err, PT_E_USAGE,
				"--at is for a virtual clock; here time is the machine's");
	return rc;
}

/* A virtual clock stands where --at says, else where the machine's and the last runs got to. */
static int read_time(struct pt_watch *watch, struct pt_err *err)
{
	struct pt_run newest = {.texts = PT_ARENA_INIT};
	struct pt_context *c = &watch->live.c;
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	struct pt_err none = PT_ERR_INIT;
	int rc = pt_live_wants_wall(&watch->wall, c, err);

	if (rc == 0)
		rc = pt_context_cut(&watch->now_ms, c, err);
	if (rc < 0 || !pt_watch_jumps(watch) ||
	    pt_journal_find(&newest, watch->live.store, NULL, &none) < 0)
		return rc;
	const struct pt_journal journal = {watch->live.store, newest.row.run};

	rc = pt_journal_progress(&progress, &texts, &journal, err);
	if (rc == 0 && !newest.row.wall_clock && progress.now_ms > watch->now_ms)
		watch->now_ms = progress.now_ms;
	pt_arena_release(&texts);
	pt_run_release(&newest);
	return rc;
}

/* The suite anew each time: it may be another by now. */
static int make_round(struct pt_watch *watch, struct pt_err *err)
{
	struct pt_context *c = &watch->live.c;
	int rc;

	forget_lists(watch);
	pt_context_release(c);
	watch->status = PT_EXIT_DONE;
	rc = pt_context_open(c, watch->args, err);
	if (rc == 0)
		rc = read_time(watch, err);
	if (rc == 0)
		rc = check_args(watch, err);
	for (size_t i = 0; rc == 0 && i < c->suite->ntrain; i++)
		step(watch, &c->suite->train[i], look);
	if (rc == 0)
		rc = pt_watch_advance(watch, err);
	for (size_t i = 0; rc == 0 && i < c->suite->ntrain; i++)
		step(watch, &c->suite->train[i], pt_watch_depart);
	return rc;
}

static void json_tag(struct pt_json *json, const struct pt_tag_row *tag)
{
	pt_json_object(json, NULL);
	pt_json_str(json, "tag", tag->tag);
	pt_json_str(json, "id", tag->id);
	pt_json_str(json, "oid", tag->oid);
	pt_json_str(json, "commit", tag->commit_id[0] ? tag->commit_id : NULL);
	pt_json_time(json, "seen", tag->seen_ms);
	pt_json_str(json, "state", pt_tag_state_text((enum pt_tag_state)tag->state));
	pt_json_str(json, "run", tag->run);
	pt_json_str(json, "plan", tag->plan);
	pt_json_str(json, "reason", tag->words);
	pt_json_str(json, "moved_to", tag->told);
	pt_json_bool(json, "deleted", tag->gone != 0);
	pt_json_object_end(json);
}

static int show_json(struct pt_watch *watch, struct pt_buf *out, struct pt_err *err)
{
	const struct pt_suite *suite = watch->live.c.suite;
	struct pt_json json;
	int rc = 0;

	pt_json_init(&json, out);
	pt_json_object(&json, NULL);
	pt_json_str(&json, "suite", suite->name);
	pt_json_time(&json, "at", watch->now_ms);
	pt_json_array(&json, "trains");
	for (size_t i = 0; rc == 0 && i < suite->ntrain; i++) {
		PT_CLEANUP(pt_known_tags_release) struct pt_known_tags known = {.n = 0};

		if (!is_wanted(watch, &suite->train[i]))
			continue;
		rc = pt_journal_tags(&known, watch->live.store, suite->name, suite->train[i].name,
				     err);
		pt_json_object(&json, NULL);
		pt_json_str(&json, "train", suite->train[i].name);
		pt_json_array(&json, "tags");
		for (size_t k = 0; k < known.n; k++)
			json_tag(&json, &known.tag[k].row);
		pt_json_array_end(&json);
		pt_json_object_end(&json);
	}
	pt_json_array_end(&json);
	pt_json_object_end(&json);
	return rc;
}

static enum pt_exit once(struct pt_watch *watch)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	if (make_round(watch, &err) < 0)
		return pt_say_error(&err);
	if (!watch->args->json)
		return watch->status;
	if (show_json(watch, &out, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&out, watch->status);
}

/* How long until the next look: --every, else the shortest of the triggers. */
static int interval(int64_t *out_ms, const struct pt_watch *watch, struct pt_err *err)
{
	const struct pt_suite *suite = watch->live.c.suite;
	int64_t least_ms = PT_NEVER;

	if (watch->args->every) {
		if (pt_duration_parse(out_ms, watch->args->every, err) < 0)
			return pt_err_wrap(err, "--every");
		if (*out_ms > 0)
			return 0;
		return pt_err_set(err, PT_E_USAGE, "--every %s: expected more than nothing",
				  watch->args->every);
	}
	for (size_t i = 0; suite && i < suite->ntrain; i++) {
		if (is_wanted(watch, &suite->train[i]) &&
		    suite->train[i].trigger.every_ms < least_ms)
			least_ms = suite->train[i].trigger.every_ms;
	}
	*out_ms = least_ms == PT_NEVER ? PT_MINUTE_MS : least_ms;
	return 0;
}

/* Until a signal. A suite that cannot be read once a round was made is waited for. */
static enum pt_exit go_on(struct pt_watch *watch)
{
	struct pt_clock wall = pt_clock_wall();
	int64_t every_ms = 0, next_ms;
	struct pt_err err = PT_ERR_INIT;
	bool began = false;

	while (!pt_live_stopped()) {
		struct pt_err why = PT_ERR_INIT;

		if (interval(&every_ms, watch, &err) < 0)
			return pt_say_error(&err);
		next_ms = wall.now_ms(&wall) + every_ms;
		watch->until_ms = next_ms;
		if (make_round(watch, &why) < 0) {
			enum pt_exit status = pt_say_error(&why);

			if (!began)
				return status;
		}
		began = true;
		while (!pt_live_stopped() && wall.now_ms(&wall) < next_ms) {
			(void)pt_metrics_file_turn(watch->live.metrics);
			wall.wait(&wall, next_ms);
		}
	}
	return watch->status;
}

static int open_watch(struct pt_watch *watch, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lock = PT_BUF_INIT;
	int64_t every_ms;
	/* The suite is read before a journal is made beside it. */
	int rc = pt_context_open(&watch->live.c, watch->args, err);

	if (rc == 0)
		rc = interval(&every_ms, watch, err);
	if (rc == 0)
		rc = pt_live_wants_wall(&watch->wall, &watch->live.c, err);
	if (rc == 0)
		rc = check_args(watch, err);
	if (rc == 0)
		rc = pt_live_open(&watch->live, watch->args, PT_STORE_MAKE, err);
	if (rc < 0)
		return rc;
	/* As long as it drives no run. */
	watch->live.journal.store = watch->live.store;
	watch->live.metrics = pt_metrics_file_open(watch->args, &watch->live.journal);
	/* A file of its own: the locks of runs must not be given back with this one. */
	pt_buf_printf(&lock, "%s.watch", watch->live.state);
	rc = pt_buf_check(&lock, err);
	if (rc == 0 && pt_lock_take(&watch->lock, pt_buf_text(&lock), 0, err) < 0)
		rc = pt_err_wrap(err, "watching by %s", watch->live.state);
	return rc;
}

static void watch_release(struct pt_watch *watch)
{
	forget_lists(watch);
	pt_buf_release(&watch->said);
	pt_lock_free(watch->lock);
	pt_live_release(&watch->live);
}

enum pt_exit pt_cmd_watch(const struct pt_args *args)
{
	PT_CLEANUP(watch_release)
	struct pt_watch watch = {.args = args, .live = {.c = {.args = args}}, .until_ms = PT_NEVER};
	struct pt_err err = PT_ERR_INIT;

	if (open_watch(&watch, &err) < 0)
		return pt_say_error(&err);
	pt_live_catch_signals();
	pt_live_need_no_reader();
	return args->once ? once(&watch) : go_on(&watch);
}
