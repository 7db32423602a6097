/* See journal.h. Here: what people ask of a run that is under way. */
#include <stdlib.h>
#include <string.h>

#include "pipeline/journal.h"

static int take_wish(void *context, const void *row, struct pt_err *err)
{
	(void)err;
	*(struct pt_wish_row *)context = *(const struct pt_wish_row *)row;
	return 0;
}

int pt_journal_wishes(int64_t *n_out, enum pt_wish *last_out, const struct pt_journal *journal,
		      struct pt_err *err)
{
	struct pt_wish_row last = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_WISH,
					   &(struct pt_wish_row){.run = journal->run}, 1, take_wish,
					   &last, err);

	*n_out = last.wish;
	*last_out = (enum pt_wish)last.kind;
	return rc;
}

int pt_journal_wish(const struct pt_journal *journal, enum pt_wish wish, int64_t at_ms,
		    struct pt_err *err)
{
	return pt_journal_wish_because(journal, wish, NULL, at_ms, err);
}

struct last_words {
	const char *words;
	struct pt_arena *texts;
};

static int take_words(void *context, const void *row, struct pt_err *err)
{
	const struct pt_wish_row *wish = row;
	struct last_words *last = context;

	last->words = wish->words ? pt_arena_strdup(last->texts, wish->words) : NULL;
	return wish->words && !last->words ? pt_err_nomem(err) : 0;
}

int pt_journal_last_words(const char **out, struct pt_arena *texts,
			  const struct pt_journal *journal, struct pt_err *err)
{
	struct last_words last = {NULL, texts};
	const struct pt_wish_row key = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_WISH, &key, 1, take_words, &last,
					   err);

	*out = last.words;
	return rc;
}

int pt_journal_wish_because(const struct pt_journal *journal, enum pt_wish wish, const char *words,
			    int64_t at_ms, struct pt_err *err)
{
	struct pt_store *store = journal->store;
	enum pt_wish last;
	int64_t n = 0;
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	rc = pt_journal_wishes(&n, &last, journal, err);
	if (rc == 0) {
		const struct pt_wish_row row = {journal->run, n + 1, wish, at_ms, words};

		rc = store->ops->put(store, PT_ROWS_WISH, &row, err);
	}
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}

struct exclusions {
	struct pt_org_list list;
	int64_t number; /* of the last row */
};

static int take_exclusion(void *context, const void *row, struct pt_err *err)
{
	const struct pt_exclusion_row *from = row;
	struct exclusions *all = context;
	struct pt_org_key *grown =
	    realloc(all->list.key, (all->list.n + 1) * sizeof(*all->list.key));

	if (!grown)
		return pt_err_nomem(err);
	all->list.key = grown;
	all->number = from->exclusion;
	if (!from->org ||
	    pt_org_key_parse(&grown[all->list.n], from->org, strlen(from->org), NULL) < 0)
		return pt_journal_damaged(err, "an org left out");
	all->list.n++;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return pt_org_key_cmp(a, b);
}

static int read_exclusions(struct exclusions *all, const struct pt_journal *journal,
			   struct pt_err *err)
{
	const struct pt_exclusion_row key = {.run = journal->run};
	int rc = journal->store->ops->each(journal->store, PT_ROWS_EXCLUSION, &key, 1,
					   take_exclusion, all, err);

	if (rc < 0)
		free(all->list.key);
	else if (all->list.n)
		qsort(all->list.key, all->list.n, sizeof(*all->list.key), by_key);
	return rc;
}

int pt_journal_exclusions(struct pt_org_list *out, const struct pt_journal *journal,
			  struct pt_err *err)
{
	struct exclusions all = {.number = 0};
	int rc = read_exclusions(&all, journal, err);

	if (rc == 0)
		*out = all.list;
	return rc;
}

int pt_journal_exclude(const struct pt_journal *journal, const struct pt_org_key *org,
		       const char *reason, int64_t at_ms, struct pt_err *err)
{
	struct pt_store *store = journal->store;
	struct exclusions all = {.number = 0};
	int rc = store->ops->begin(store, PT_STORE_ON_DISK, err);

	if (rc < 0)
		return rc;
	rc = read_exclusions(&all, journal, err);
	if (rc == 0) {
		const struct pt_exclusion_row row = {journal->run, all.number + 1, at_ms, org->text,
						     reason};

		free(all.list.key);
		rc = store->ops->put(store, PT_ROWS_EXCLUSION, &row, err);
	}
	if (rc == 0)
		return store->ops->commit(store, err);
	store->ops->rollback(store);
	return rc;
}
