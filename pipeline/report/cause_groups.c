/* See cause_groups.h. */
#include "pipeline/report/cause_groups.h"

#include <stdlib.h>
#include <string.h>

const char *pt_cause_name(const struct pt_cause *cause)
{
	return cause->title[0] ? cause->title : cause->type[0] ? cause->type : cause->message;
}

static uint64_t weight(const struct pt_cause *cause)
{
	return cause->nleft + cause->nheld;
}

static int by_name(const void *a, const void *b)
{
	const struct pt_cause *x = *(const struct pt_cause *const *)a;
	const struct pt_cause *y = *(const struct pt_cause *const *)b;
	int order = x->class_ < y->class_ ? -1 : x->class_ > y->class_;

	if (order == 0)
		order = strcmp(x->type, y->type);
	if (order == 0)
		order = strcmp(pt_cause_name(x), pt_cause_name(y));
	return order ? order : x < y ? -1 : x > y;
}

static bool same_name(const struct pt_cause *x, const struct pt_cause *y)
{
	return x->class_ == y->class_ && strcmp(x->type, y->type) == 0 &&
	       strcmp(pt_cause_name(x), pt_cause_name(y)) == 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct pt_cause_group *x = a, *y = b;
	uint64_t left = x->nleft + x->nheld, right = y->nleft + y->nheld;

	if (left != right)
		return left > right ? -1 : 1;
	if (x->njob != y->njob)
		return x->njob > y->njob ? -1 : 1;
	return strcmp(pt_cause_name(x->sample), pt_cause_name(y->sample));
}

static void add(struct pt_cause_group *group, const struct pt_cause *cause)
{
	group->njob += cause->njob;
	group->nleft += cause->nleft;
	group->nheld += cause->nheld;
	group->of[cause->package] += cause->njob;
	if (!group->sample || weight(cause) > weight(group->sample) ||
	    (weight(cause) == weight(group->sample) && cause->njob > group->sample->njob))
		group->sample = cause;
}

static int gather(struct pt_cause_groups *groups, size_t npackage, struct pt_err *err)
{
	struct pt_causes *causes = &groups->causes;
	const struct pt_cause **order =
	    pt_arena_alloc(&causes->arena, causes->n + 1, sizeof(*order));

	groups->group = pt_arena_alloc(&causes->arena, causes->n + 1, sizeof(*groups->group));
	if (!order || !groups->group)
		return pt_err_nomem(err);
	for (size_t i = 0; i < causes->n; i++)
		order[i] = &causes->cause[i];
	qsort(order, causes->n, sizeof(*order), by_name);
	for (size_t i = 0; i < causes->n; i++) {
		if (i == 0 || !same_name(order[i - 1], order[i])) {
			uint64_t *of = pt_arena_alloc(&causes->arena, npackage + 1, sizeof(*of));

			if (!of)
				return pt_err_nomem(err);
			groups->group[groups->n++].of = of;
		}
		add(&groups->group[groups->n - 1], order[i]);
	}
	qsort(groups->group, groups->n, sizeof(*groups->group), by_weight);
	return 0;
}

int pt_cause_groups_make(struct pt_cause_groups *out, const struct pt_history *history,
			 struct pt_err *err)
{
	struct pt_cause_groups groups = {.n = 0};
	int rc = pt_causes_find(&groups.causes, history, NULL, err);

	if (rc < 0)
		return rc;
	rc = gather(&groups, history->status.npackage, err);
	if (rc < 0)
		pt_cause_groups_release(&groups);
	else
		*out = groups;
	return rc;
}

void pt_cause_groups_release(struct pt_cause_groups *groups)
{
	pt_causes_release(&groups->causes);
	*groups = (struct pt_cause_groups){.n = 0};
}
