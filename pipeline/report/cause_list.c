/* See cause_list.h. */
#include "pipeline/report/cause_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/intern.h"
#include "pipeline/report/view.h"

/* Texts that the platform made up for one org alone begin alike. */
enum { NAME_BYTES = 60 };

int pt_last_failures(uint32_t ***out, const struct pt_history *h, struct pt_arena *arena,
		     struct pt_err *err)
{
	uint32_t **last = pt_arena_alloc(arena, h->status.npackage + 1, sizeof(*last));

	if (!last)
		return pt_err_nomem(err);
	for (size_t p = 0; p < h->status.npackage; p++) {
		last[p] = pt_arena_alloc(arena, h->norg + 1, sizeof(*last[p]));
		if (!last[p])
			return pt_err_nomem(err);
		memset(last[p], 0xff, (h->norg + 1) * sizeof(*last[p]));
	}
	/* They come by time. */
	for (size_t i = 0; i < h->nfailure; i++)
		last[h->failure[i].package][h->failure[i].org] = (uint32_t)i;
	*out = last;
	return 0;
}

const char *pt_cause_name(const struct pt_cause_seen *cause)
{
	return cause->title[0] ? cause->title : cause->type[0] ? cause->type : cause->message;
}

struct lister {
	struct pt_cause_list *list;
	const struct pt_history *history;
	struct pt_intern *names;
	struct pt_buf name;
	size_t cap;
	uint32_t **last;
};

static int cause_of(struct pt_cause_seen **out, struct lister *l,
		    const struct pt_history_failure *failure, struct pt_err *err)
{
	struct pt_cause_list *list = l->list;
	const struct pt_cause_seen seen = {.class_ = failure->class_,
					   .type = failure->type,
					   .title = failure->title,
					   .message = failure->message};
	const char *name = pt_cause_name(&seen);
	uint32_t number = 0;

	pt_buf_clear(&l->name);
	pt_buf_printf(&l->name, "%d %s ", (int)failure->class_, failure->type);
	pt_buf_bytes(&l->name, name, strnlen(name, NAME_BYTES));
	int rc = pt_buf_check(&l->name, err);

	if (rc == 0)
		rc = pt_intern_put(&number, l->names, pt_buf_text(&l->name), err);
	if (rc < 0)
		return rc;
	if (number > l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 64;
		struct pt_cause_seen *grown = realloc(list->cause, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		list->cause = grown;
		l->cap = cap;
	}
	if (number > list->n) {
		list->cause[list->n] = seen;
		list->cause[list->n].of =
		    pt_arena_alloc(&list->arena, l->history->status.npackage + 1, sizeof(uint64_t));
		if (!list->cause[list->n].of)
			return pt_err_nomem(err);
		list->n++;
	}
	*out = &list->cause[number - 1];
	return 0;
}

static int list_failures(struct lister *l, struct pt_err *err)
{
	const struct pt_history *h = l->history;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < h->nfailure; i++) {
		const struct pt_history_failure *f = &h->failure[i];
		struct pt_cause_seen *cause = NULL;

		rc = cause_of(&cause, l, f, err);
		if (rc < 0)
			break;
		bool left = l->last[f->package][f->org] == i &&
			    h->pair[f->package][f->org].state == PT_PAIR_FAILED;

		cause->njob++;
		cause->of[f->package]++;
		cause->nleft += left;
		if (left || !cause->sample_is_left) {
			cause->org = f->org;
			cause->message = f->message;
			cause->sample_is_left = left;
		}
	}
	return rc;
}

static int by_weight(const void *a, const void *b)
{
	const struct pt_cause_seen *x = a, *y = b;

	if (x->nleft != y->nleft)
		return x->nleft > y->nleft ? -1 : 1;
	if (x->njob != y->njob)
		return x->njob > y->njob ? -1 : 1;
	if (x->class_ != y->class_)
		return x->class_ < y->class_ ? -1 : 1;
	return strcmp(pt_cause_name(x), pt_cause_name(y));
}

int pt_cause_list_make(struct pt_cause_list *out, const struct pt_history *history,
		       struct pt_err *err)
{
	struct pt_cause_list list = {.arena = PT_ARENA_INIT};
	struct pt_arena scratch = PT_ARENA_INIT;
	struct lister l = {.list = &list, .history = history, .name = PT_BUF_INIT};
	int rc = pt_intern_new(&l.names, err);

	if (rc == 0)
		rc = pt_last_failures(&l.last, history, &scratch, err);
	if (rc == 0)
		rc = list_failures(&l, err);
	if (rc == 0 && list.n)
		qsort(list.cause, list.n, sizeof(*list.cause), by_weight);
	pt_intern_free(l.names);
	pt_buf_release(&l.name);
	pt_arena_release(&scratch);
	if (rc < 0)
		pt_cause_list_release(&list);
	else
		*out = list;
	return rc;
}

void pt_cause_list_release(struct pt_cause_list *list)
{
	free(list->cause);
	pt_arena_release(&list->arena);
	*list = (struct pt_cause_list){.arena = PT_ARENA_INIT};
}
