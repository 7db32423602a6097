/* See trigger.h. */
#include "pipeline/trigger.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/url.h"

/* More of one kind at one look are counted and not listed. */
enum { LISTED_MAX = 10 };

static const char deleted[] = "deleted before it departed";

const char *pt_tag_state_text(enum pt_tag_state state)
{
	static const char *const words[] = {
	    [PT_TAG_SEEN] = "seen",         [PT_TAG_WAITING] = "waiting",
	    [PT_TAG_PLANNED] = "planned",   [PT_TAG_DEPARTING] = "departing",
	    [PT_TAG_DEPARTED] = "departed", [PT_TAG_REFUSED] = "refused",
	    [PT_TAG_SKIPPED] = "skipped",
	};

	return words[state];
}

int pt_trigger_check_id(const char *id, struct pt_err *err)
{
	char plain[PT_TRAIN_ID_MAX + 1];

	if (!id[0])
		return pt_err_set(err, PT_E_INVALID, "its id is empty");
	if (strlen(id) > PT_TRAIN_ID_MAX)
		return pt_err_set(err, PT_E_INVALID, "its id is longer than %d bytes",
				  PT_TRAIN_ID_MAX);
	snprintf(plain, sizeof(plain), "%s", id);
	pt_buf_plain(plain);
	if (strcmp(plain, id) != 0)
		return pt_err_set(err, PT_E_INVALID, "its id has control characters");
	return 0;
}

/* "train NAME: tag TAG", without control characters. */
static void begin_line(struct pt_buf *said, const struct pt_known_tags *known, const char *tag)
{
	size_t at = said->len;

	pt_buf_printf(said, "train %s: tag %.200s", known->train, tag);
	if (!said->failed)
		pt_buf_plain(said->data + at);
}

static void count_line(struct pt_buf *said, const struct pt_known_tags *known, size_t n,
		       const char *what)
{
	if (n > LISTED_MAX)
		pt_buf_printf(said, "train %s: %zu more tags are %s\n", known->train,
			      n - LISTED_MAX, what);
}

static bool is_live(const struct pt_known_tag *tag)
{
	enum pt_tag_state state = (enum pt_tag_state)tag->row.state;

	return state == PT_TAG_WAITING || state == PT_TAG_PLANNED || state == PT_TAG_DEPARTING ||
	       (state == PT_TAG_REFUSED && tag->row.id[0] && !tag->row.gone);
}

/* It is a train already, or as good as. */
static bool has_left(const struct pt_known_tag *tag)
{
	return tag->row.state == PT_TAG_DEPARTED || tag->row.state == PT_TAG_DEPARTING;
}

int pt_trigger_set(bool *changed_out, struct pt_known_tags *known, struct pt_known_tag *tag,
		   enum pt_tag_state state, const char *words, int64_t now_ms, struct pt_err *err)
{
	bool same_words =
	    words && tag->row.words ? strcmp(words, tag->row.words) == 0 : words == tag->row.words;

	*changed_out = !same_words || tag->row.state != (int64_t)state;
	if (!*changed_out)
		return 0;
	const char *kept = words ? pt_arena_strdup(&known->texts, words) : NULL;

	if (words && !kept)
		return pt_err_nomem(err);
	if (tag->row.state != (int64_t)state)
		tag->row.at_ms = now_ms;
	tag->row.state = state;
	tag->row.words = kept;
	tag->changed = true;
	return 0;
}

/* The same, and says so. */
static int set(struct pt_known_tags *known, struct pt_known_tag *tag, enum pt_tag_state state,
	       const char *words, int64_t now_ms, struct pt_buf *said, struct pt_err *err)
{
	bool changed = false;
	int rc = pt_trigger_set(&changed, known, tag, state, words, now_ms, err);

	if (rc < 0 || !changed)
		return rc;
	begin_line(said, known, tag->row.tag);
	pt_buf_printf(said, " is %s%s%s\n", pt_tag_state_text(state), words ? ": " : "",
		      words ? words : "");
	return pt_buf_check(said, err);
}

static int keep(const char **out, struct pt_known_tags *known, const char *text, struct pt_err *err)
{
	*out = pt_arena_strdup(&known->texts, text);
	return *out ? 0 : pt_err_nomem(err);
}

struct look {
	struct pt_known_tags *known;
	const struct pt_pattern *pattern;
	const struct pt_tags *tags;
	int64_t now_ms;
	struct pt_buf *said;
	bool first;
	size_t nknown; /* before this look */
	size_t nnew, nseen;
};

static int by_name(const void *name, const void *tag)
{
	return strcmp(name, ((const struct pt_known_tag *)tag)->row.tag);
}

static struct pt_known_tag *find(const struct look *look, const char *name)
{
	return look->nknown ? bsearch(name, look->known->tag, look->nknown,
				      sizeof(*look->known->tag), by_name)
			    : NULL;
}

static int take_new(struct look *look, const struct pt_tag *tag, const char *id, struct pt_err *err)
{
	struct pt_known_tags *known = look->known;
	struct pt_err wrong = PT_ERR_INIT;
	struct pt_tag_row row = {.tag = tag->name,
				 .id = id,
				 .oid = tag->oid,
				 .commit_id = tag->commit,
				 .seen_ms = look->now_ms,
				 .at_ms = look->now_ms,
				 .state = look->first ? PT_TAG_SEEN : PT_TAG_WAITING};
	bool usable = pt_trigger_check_id(id, &wrong) == 0;

	if (!usable) {
		row.id = "";
		row.words = wrong.text;
		row.state = look->first ? PT_TAG_SEEN : PT_TAG_REFUSED;
	}
	int rc = pt_known_tags_add(known, &row, err);

	if (rc < 0)
		return rc;
	known->tag[known->n - 1].changed = true;
	look->nseen += look->first;
	if (look->first || ++look->nnew > LISTED_MAX)
		return 0;
	begin_line(look->said, known, tag->name);
	if (usable)
		pt_buf_printf(look->said, " is new: train %s %s\n", known->train, id);
	else
		pt_buf_printf(look->said, " is refused: %s\n", wrong.text);
	return pt_buf_check(look->said, err);
}

/* It points at another object than it did: one that has not departed begins anew. */
static int take_moved(struct look *look, struct pt_known_tag *known, const struct pt_tag *tag,
		      struct pt_err *err)
{
	bool begins_anew = is_live(known) && !has_left(known);
	int rc = 0;

	if (known->row.told && strcmp(known->row.told, tag->oid) == 0)
		return 0;
	begin_line(look->said, look->known, tag->name);
	pt_buf_printf(look->said, " moved from %.12s to %.12s%s\n", known->row.oid, tag->oid,
		      begins_anew ? ": it settles anew" : ", and does not depart for that");
	known->changed = true;
	if (!begins_anew)
		return keep(&known->row.told, look->known, tag->oid, err);
	known->row.seen_ms = known->row.at_ms = look->now_ms;
	known->row.state = PT_TAG_WAITING;
	known->row.words = known->row.plan = known->row.digest = NULL;
	rc = keep(&known->row.oid, look->known, tag->oid, err);
	return rc < 0 ? rc : keep(&known->row.commit_id, look->known, tag->commit, err);
}

/* One that was deleted before it departed is new when it is there again. */
static int take_back(struct look *look, struct pt_known_tag *known, const struct pt_tag *tag,
		     struct pt_err *err)
{
	known->row.gone = 0;
	known->changed = true;
	if (known->row.state != PT_TAG_SKIPPED || !known->row.words ||
	    strcmp(known->row.words, deleted) != 0)
		return 0;
	known->row.seen_ms = look->now_ms;
	int rc = keep(&known->row.oid, look->known, tag->oid, err);

	if (rc == 0)
		rc = keep(&known->row.commit_id, look->known, tag->commit, err);
	return rc < 0
		   ? rc
		   : set(look->known, known, PT_TAG_WAITING, NULL, look->now_ms, look->said, err);
}

static int take_tag(struct look *look, const struct pt_tag *tag, struct pt_err *err)
{
	struct pt_known_tag *known = find(look, tag->name);
	char *id = NULL;
	bool matched = false;
	int rc = 0;

	if (known) {
		if (known->row.gone)
			rc = take_back(look, known, tag, err);
		if (rc == 0 && strcmp(known->row.oid, tag->oid) != 0)
			rc = take_moved(look, known, tag, err);
		return rc;
	}
	rc = pt_pattern_match(&matched, &id, look->pattern, tag->name, "id", err);
	if (rc == 0 && matched && id)
		rc = take_new(look, tag, id, err);
	free(id);
	return rc;
}

static int take_gone(struct look *look, struct pt_known_tag *known, struct pt_err *err)
{
	bool live = is_live(known) && !has_left(known);

	known->row.gone = known->changed = true;
	begin_line(look->said, look->known, known->row.tag);
	pt_buf_str(look->said, " was deleted\n");
	if (!live)
		return pt_buf_check(look->said, err);
	return set(look->known, known, PT_TAG_SKIPPED, deleted, look->now_ms, look->said, err);
}

static int take_all(struct look *look, struct pt_err *err)
{
	struct pt_known_tags *known = look->known;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < look->tags->n; i++)
		rc = take_tag(look, &look->tags->tag[i], err);
	for (size_t i = 0; rc == 0 && i < look->nknown; i++) {
		if (!known->tag[i].row.gone && !pt_tags_find(look->tags, known->tag[i].row.tag))
			rc = take_gone(look, &known->tag[i], err);
	}
	return rc;
}

int pt_trigger_look(struct pt_known_tags *known, const struct pt_trigger_conf *conf,
		    const struct pt_tags *tags, int64_t now_ms, struct pt_buf *said,
		    struct pt_err *err)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf repo = PT_BUF_INIT;
	struct look look = {
	    .known = known, .tags = tags, .now_ms = now_ms, .said = said, .nknown = known->n};
	int rc = pt_pattern_new(&pattern, conf->tag, err);

	/* A journal holds no credentials. */
	pt_url_show(&repo, conf->repo_text);
	if (rc == 0)
		rc = pt_buf_check(&repo, err);
	look.pattern = pattern;
	look.first = !known->watched.repo || strcmp(known->watched.repo, pt_buf_text(&repo)) != 0 ||
		     strcmp(known->watched.pattern, conf->tag) != 0;
	if (rc == 0)
		rc = take_all(&look, err);
	if (rc == 0)
		rc = keep(&known->watched.repo, known, pt_buf_text(&repo), err);
	if (rc < 0)
		return rc;
	known->watched.pattern = conf->tag;
	known->watched.looked_ms = now_ms;
	if (look.first)
		pt_buf_printf(said,
			      "train %s: first look at its trigger; tags that are there do not "
			      "depart: %zu\n",
			      known->train, look.nseen);
	count_line(said, known, look.nnew, "new");
	return pt_buf_check(said, err);
}

/* Another tag of the same id: one that stands in the way of this one. */
static const struct pt_known_tag *twin_of(const struct pt_known_tags *known,
					  const struct pt_known_tag *tag)
{
	const struct pt_known_tag *found = NULL;

	for (size_t i = 0; i < known->n; i++) {
		const struct pt_known_tag *other = &known->tag[i];

		if (other == tag || strcmp(other->row.id, tag->row.id) != 0 ||
		    other->row.state == PT_TAG_SKIPPED || (other->row.gone && !has_left(other)))
			continue;
		/* What has departed says more than what has not. */
		if (!found || !is_live(other) || has_left(other))
			found = other;
	}
	return found;
}

static int judge_twin(struct pt_known_tags *known, struct pt_known_tag *tag,
		      const struct pt_known_tag *twin, int64_t now_ms, struct pt_buf *said,
		      struct pt_err *err)
{
	bool same = tag->row.commit_id[0] && strcmp(tag->row.commit_id, twin->row.commit_id) == 0;
	bool behind = !is_live(twin) || has_left(twin);
	char words[512];

	snprintf(words, sizeof(words), "tag %.200s gives the id %s too, on %s commit",
		 twin->row.tag, tag->row.id, same ? "the same" : "another");
	pt_buf_plain(words);
	/* Of two names for one commit the first by name is the train. */
	if (same && !behind && strcmp(tag->row.tag, twin->row.tag) < 0)
		return 0;
	return set(known, tag, same || behind ? PT_TAG_SKIPPED : PT_TAG_REFUSED, words, now_ms,
		   said, err);
}

static int judge_twins(struct pt_known_tags *known, int64_t now_ms, struct pt_buf *said,
		       struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < known->n; i++) {
		struct pt_known_tag *tag = &known->tag[i];
		const struct pt_known_tag *twin =
		    is_live(tag) && !has_left(tag) ? twin_of(known, tag) : NULL;

		if (twin)
			rc = judge_twin(known, tag, twin, now_ms, said, err);
	}
	return rc;
}

/* Which of two came later: seen later, else of the higher version, else by name. */
static int compare_age(const struct pt_known_tag *a, const struct pt_known_tag *b)
{
	struct pt_version x = {.npart = 0}, y = {.npart = 0};

	if (a->row.seen_ms != b->row.seen_ms)
		return a->row.seen_ms < b->row.seen_ms ? -1 : 1;
	if (pt_version_parse(&x, a->row.id, NULL) == 0 &&
	    pt_version_parse(&y, b->row.id, NULL) == 0 && pt_version_cmp(&x, &y) != 0)
		return pt_version_cmp(&x, &y);
	return strcmp(a->row.id, b->row.id) ? strcmp(a->row.id, b->row.id)
					    : strcmp(b->row.tag, a->row.tag);
}

struct pt_known_tag *pt_trigger_live(const struct pt_known_tags *known)
{
	struct pt_known_tag *newest = NULL;

	for (size_t i = 0; i < known->n; i++) {
		struct pt_known_tag *tag = &known->tag[i];

		if (is_live(tag) && (!newest || compare_age(tag, newest) > 0))
			newest = tag;
	}
	return newest;
}

int pt_trigger_choose(struct pt_known_tags *known, int64_t now_ms, struct pt_buf *said,
		      struct pt_err *err)
{
	const struct pt_known_tag *newest;
	char words[300];
	size_t n = 0;
	bool changed;
	int rc = judge_twins(known, now_ms, said, err);

	newest = pt_trigger_live(known);
	for (size_t i = 0; rc == 0 && newest && i < known->n; i++) {
		struct pt_known_tag *tag = &known->tag[i];

		if (!is_live(tag) || has_left(tag) || strcmp(tag->row.id, newest->row.id) == 0)
			continue;
		snprintf(words, sizeof(words), "tag %.200s came before it departed",
			 newest->row.tag);
		pt_buf_plain(words);
		rc = ++n <= LISTED_MAX
			 ? set(known, tag, PT_TAG_SKIPPED, words, now_ms, said, err)
			 : pt_trigger_set(&changed, known, tag, PT_TAG_SKIPPED, words, now_ms, err);
	}
	count_line(said, known, n, "skipped");
	return rc;
}

int pt_trigger_wish(struct pt_known_tags *known, const char *tag, int64_t now_ms,
		    struct pt_err *err)
{
	for (size_t i = 0; i < known->n; i++) {
		struct pt_known_tag *found = &known->tag[i];
		bool changed;

		if (strcmp(found->row.tag, tag) != 0)
			continue;
		if (is_live(found) || has_left(found))
			return 0;
		if (found->row.state != PT_TAG_SEEN || !found->row.id[0])
			return pt_err_set(err, PT_E_REFUSED, "tag '%s' is %s: %s", tag,
					  pt_tag_state_text((enum pt_tag_state)found->row.state),
					  found->row.words ? found->row.words : "it has no id");
		found->row.seen_ms = now_ms;
		return pt_trigger_set(&changed, known, found, PT_TAG_WAITING, NULL, now_ms, err);
	}
	return pt_err_set(err, PT_E_NOTFOUND, "there is no tag '%s' that names train '%s'", tag,
			  known->train);
}
