/* See journal.h. Here: trains that are watched, the tags that name them, and runs under way. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/journal.h"

static int copy(const char **text, struct pt_arena *texts, struct pt_err *err)
{
	if (!*text)
		return 0;
	*text = pt_arena_strdup(texts, *text);
	return *text ? 0 : pt_err_nomem(err);
}

static int copy_row(struct pt_tag_row *row, struct pt_arena *texts, struct pt_err *err)
{
	const char **const texts_of[] = {&row->tag,       &row->id,    &row->oid,
					 &row->commit_id, &row->told,  &row->run,
					 &row->plan,      &row->words, &row->digest};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(texts_of); i++)
		rc = copy(texts_of[i], texts, err);
	return rc;
}

int pt_known_tags_add(struct pt_known_tags *known, const struct pt_tag_row *row, struct pt_err *err)
{
	if (known->n == known->cap) {
		size_t cap = known->cap ? 2 * known->cap : 64;
		struct pt_known_tag *grown = realloc(known->tag, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		known->tag = grown;
		known->cap = cap;
	}
	struct pt_known_tag tag = {.row = *row};
	int rc = copy_row(&tag.row, &known->texts, err);

	if (rc < 0)
		return rc;
	tag.row.suite = known->suite;
	tag.row.train = known->train;
	known->tag[known->n++] = tag;
	return 0;
}

void pt_known_tags_release(struct pt_known_tags *known)
{
	free(known->tag);
	pt_arena_release(&known->texts);
	*known = (struct pt_known_tags){.texts = PT_ARENA_INIT};
}

static int take_tag(void *context, const void *row, struct pt_err *err)
{
	const struct pt_tag_row *tag = row;

	if (!tag->tag || !tag->id || !tag->oid || !tag->commit_id || tag->state < PT_TAG_SEEN ||
	    tag->state > PT_TAG_SKIPPED)
		return pt_journal_damaged(err, "a tag that names a train");
	return pt_known_tags_add(context, tag, err);
}

static int take_watched(void *context, const void *row, struct pt_err *err)
{
	struct pt_known_tags *known = context;
	const struct pt_watched_row *from = row;

	known->watched = *from;
	if (!from->repo || !from->pattern)
		return pt_journal_damaged(err, "a train that is watched");
	if (copy(&known->watched.repo, &known->texts, err) < 0 ||
	    copy(&known->watched.pattern, &known->texts, err) < 0)
		return -PT_E_NOMEM;
	return 0;
}

int pt_journal_tags(struct pt_known_tags *out, struct pt_store *store, const char *suite,
		    const char *train, struct pt_err *err)
{
	const struct pt_watched_row watched = {.suite = suite, .train = train};
	const struct pt_tag_row tag = {.suite = suite, .train = train};

	out->suite = suite;
	out->train = train;
	int rc = store->ops->each(store, PT_ROWS_WATCHED, &watched, 2, take_watched, out, err);

	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_TAG, &tag, 2, take_tag, out, err);
	out->watched.suite = suite;
	out->watched.train = train;
	return rc;
}

static int put_all(struct pt_known_tags *known, struct pt_store *store, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < known->n; i++) {
		if (known->tag[i].changed)
			rc = store->ops->put(store, PT_ROWS_TAG, &known->tag[i].row, err);
	}
	if (rc == 0 && known->watched.repo)
		rc = store->ops->put(store, PT_ROWS_WATCHED, &known->watched, err);
	return rc < 0 ? rc : store->ops->commit(store, err);
}

int pt_journal_put_tags(struct pt_known_tags *known, struct pt_store *store, struct pt_err *err)
{
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	rc = put_all(known, store, err);
	if (rc < 0) {
		store->ops->rollback(store);
		return rc;
	}
	for (size_t i = 0; i < known->n; i++)
		known->tag[i].changed = false;
	return 0;
}

struct run_search {
	const char *suite, *train, *id, *found;
	struct pt_arena *texts;
};

static int match_run(void *context, const void *row, struct pt_err *err)
{
	struct run_search *search = context;
	const struct pt_run_row *run = row;

	if (!run->name || !run->suite || strcmp(run->suite, search->suite) != 0 || !run->train ||
	    strcmp(run->train, search->train) != 0 || !run->id || strcmp(run->id, search->id) != 0)
		return 0;
	search->found = run->name;
	return copy(&search->found, search->texts, err);
}

int pt_journal_run_of(const char **name_out, struct pt_arena *texts, struct pt_store *store,
		      const char *suite, const char *train, const char *id, struct pt_err *err)
{
	struct run_search search = {suite, train, id, NULL, texts};
	int rc = store->ops->each(store, PT_ROWS_RUN, NULL, 0, match_run, &search, err);

	*name_out = search.found;
	return rc;
}

struct open_search {
	struct pt_open_runs *runs;
	struct pt_store *store;
	const char *suite;
};

static int take_answer(void *context, const void *row, struct pt_err *err)
{
	(void)err;
	*(int64_t *)context = ((const struct pt_approval_row *)row)->at_ms;
	return 0;
}

static int fill_open_run(struct pt_open_run *out, struct pt_open_runs *runs, struct pt_store *store,
			 const struct pt_run_row *row, struct pt_err *err)
{
	const struct pt_journal journal = {store, row->run};
	const struct pt_approval_row answers = {.run = row->run};
	int64_t nwish = 0;

	*out = (struct pt_open_run){.name = row->name,
				    .train = row->train,
				    .id = row->id,
				    .run = row->run,
				    .wall_clock = row->wall_clock != 0,
				    .answered_ms = PT_LONG_AGO};
	int rc = copy(&out->name, &runs->texts, err);

	if (rc == 0)
		rc = copy(&out->train, &runs->texts, err);
	if (rc == 0)
		rc = copy(&out->id, &runs->texts, err);
	if (rc == 0)
		rc = pt_journal_progress(&out->progress, &runs->texts, &journal, err);
	if (rc == 0)
		rc = store->ops->each(store, PT_ROWS_APPROVAL, &answers, 1, take_answer,
				      &out->answered_ms, err);
	return rc < 0 ? rc : pt_journal_wishes(&nwish, &out->wish, &journal, err);
}

static int take_open_run(void *context, const void *row, struct pt_err *err)
{
	const struct open_search *search = context;
	struct pt_open_runs *runs = search->runs;
	const struct pt_run_row *run = row;
	const struct pt_journal journal = {search->store, run->run};
	bool ended = false;
	int rc;

	if (!run->suite || strcmp(run->suite, search->suite) != 0)
		return 0;
	if (!run->name || !run->train || !run->id)
		return pt_journal_damaged(err, "a run without a name");
	rc = pt_journal_has_ended(&ended, &journal, err);
	if (rc < 0 || ended)
		return rc;
	struct pt_open_run *grown = realloc(runs->run, (runs->n + 1) * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	runs->run = grown;
	rc = fill_open_run(&grown[runs->n], runs, search->store, run, err);
	runs->n += rc == 0;
	return rc;
}

int pt_journal_open_runs(struct pt_open_runs *out, struct pt_store *store, const char *suite,
			 struct pt_err *err)
{
	struct open_search search = {out, store, suite};

	return store->ops->each(store, PT_ROWS_RUN, NULL, 0, take_open_run, &search, err);
}

void pt_open_runs_release(struct pt_open_runs *runs)
{
	free(runs->run);
	pt_arena_release(&runs->texts);
	*runs = (struct pt_open_runs){.texts = PT_ARENA_INIT};
}
