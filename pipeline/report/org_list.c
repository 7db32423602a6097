/* See org_list.h. */
#include "pipeline/report/org_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/utf8.h"
#include "pipeline/pair_text.h"

enum { MESSAGE_MOST = 400 };

static const uint32_t NOT_YET = UINT32_MAX;

struct teller {
	struct pt_orgs_told *told;
	const struct pt_report_view *view;
	const struct pt_history *history;
	enum pt_org_list_kind kind;
	struct pt_intern *words, *texts, *shapes;
	/* What was put in already: by number of the journal's text, by package that is missing, by
	   state, by reason. */
	uint32_t *by_text, *by_base, *by_reason, by_state[PT_PAIR_NSTATE];
	struct pt_org_item *item; /* of the org at hand */
	size_t nitem, cap_shapes, cap_entries;
	struct pt_buf key, line;
};

static uint32_t *all_unknown(struct pt_arena *arena, size_t n)
{
	uint32_t *map = pt_arena_alloc(arena, n + 1, sizeof(*map));

	if (map)
		memset(map, 0xff, (n + 1) * sizeof(*map));
	return map;
}

static int open_teller(struct teller *t, struct pt_err *err)
{
	const struct pt_history *h = t->history;
	struct pt_arena *arena = &t->told->arena;

	t->by_text = all_unknown(arena, h->ntext);
	t->by_base = all_unknown(arena, h->status.npackage);
	t->by_reason = all_unknown(arena, UINT16_MAX);
	memset(t->by_state, 0xff, sizeof(t->by_state));
	t->item = pt_arena_alloc(arena, h->status.npackage + 1, sizeof(*t->item));
	if (!t->by_text || !t->by_base || !t->by_reason || !t->item)
		return pt_err_nomem(err);
	int rc = pt_intern_new(&t->words, err);

	if (rc == 0)
		rc = pt_intern_new(&t->texts, err);
	return rc < 0 ? rc : pt_intern_new(&t->shapes, err);
}

static void close_teller(struct teller *t)
{
	pt_intern_free(t->words);
	pt_intern_free(t->texts);
	pt_intern_free(t->shapes);
	pt_buf_release(&t->key);
	pt_buf_release(&t->line);
}

/* Where the number of its text is remembered. */
static uint32_t *memory_of(struct teller *t, const struct pt_pair *pair)
{
	if (pair->state == PT_PAIR_EXCLUDED)
		return &t->by_reason[pair->detail];
	if (pair->state == PT_PAIR_HELD && pair->detail < t->history->status.npackage)
		return &t->by_base[pair->detail];
	if (pair->state == PT_PAIR_FAILED && pair->text < t->history->ntext)
		return &t->by_text[pair->text];
	return &t->by_state[pair->state];
}

static int text_of(uint32_t *out, struct teller *t, const struct pt_pair *pair, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf shown = PT_BUF_INIT;
	uint32_t *memory = memory_of(t, pair);
	int rc;

	if (*memory != NOT_YET) {
		*out = *memory;
		return 0;
	}
	pt_buf_clear(&t->line);
	if (pair->state == PT_PAIR_EXCLUDED)
		pt_buf_str(&t->line, pt_history_reason(t->history, pair->detail));
	else
		pt_report_reason(&t->line, t->history, pair);
	pt_utf8_show(&shown, pt_buf_text(&t->line), MESSAGE_MOST);
	rc = pt_buf_check(&t->line, err);
	if (rc == 0)
		rc = pt_buf_check(&shown, err);
	if (rc == 0)
		rc = pt_intern_put(memory, t->texts, pt_buf_text(&shown), err);
	*out = *memory;
	return rc;
}

static bool is_told(const struct teller *t, const struct pt_pair *pair)
{
	return t->kind == PT_ORGS_LEFT ? pt_pair_is_left(pair) : pair->state == PT_PAIR_EXCLUDED;
}

static int tell_pair(struct teller *t, uint32_t package, const struct pt_pair *pair,
		     struct pt_err *err)
{
	struct pt_org_item item = {.package = package, .npush = pair->npush};
	int rc = text_of(&item.text, t, pair, err);

	if (rc == 0)
		rc = pt_intern_put(&item.word, t->words, pt_pair_class_text(pair), err);
	if (rc < 0)
		return rc;
	pt_buf_printf(&t->key, "%u,%u,%u,%u;", item.package, item.word, item.text, item.npush);
	t->item[t->nitem++] = item;
	return 0;
}

static int new_shape(struct teller *t, struct pt_err *err)
{
	struct pt_orgs_told *told = t->told;
	struct pt_org_item *item = pt_arena_alloc(&told->arena, t->nitem, sizeof(*item));

	if (told->nshape == t->cap_shapes) {
		size_t cap = t->cap_shapes ? 2 * t->cap_shapes : 64;
		struct pt_org_shape *grown = realloc(told->shape, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		told->shape = grown;
		t->cap_shapes = cap;
	}
	if (!item)
		return pt_err_nomem(err);
	memcpy(item, t->item, t->nitem * sizeof(*item));
	told->shape[told->nshape++] = (struct pt_org_shape){item, t->nitem};
	return 0;
}

static int add_entry(struct teller *t, uint32_t org, struct pt_err *err)
{
	struct pt_orgs_told *told = t->told;
	uint32_t shape = 0;
	int rc = pt_buf_check(&t->key, err);

	if (rc == 0)
		rc = pt_intern_put(&shape, t->shapes, pt_buf_text(&t->key), err);
	/* Number 0 is the empty text, which no org with something to tell has. */
	if (rc == 0 && shape > told->nshape)
		rc = new_shape(t, err);
	if (rc < 0)
		return rc;
	if (told->nentry == t->cap_entries) {
		size_t cap = t->cap_entries ? 2 * t->cap_entries : 256;
		struct pt_org_entry *grown = realloc(told->entry, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		told->entry = grown;
		t->cap_entries = cap;
	}
	told->entry[told->nentry++] = (struct pt_org_entry){org, shape - 1};
	return 0;
}

static int tell_orgs(struct teller *t, struct pt_err *err)
{
	const struct pt_history *h = t->history;
	int rc = 0;

	for (uint32_t org = 0; rc == 0 && org < h->norg; org++) {
		t->nitem = 0;
		pt_buf_clear(&t->key);
		for (size_t i = 0; rc == 0 && i < h->status.npackage; i++) {
			uint32_t p = h->status.order[i];

			if (is_told(t, &h->pair[p][org]))
				rc = tell_pair(t, p, &h->pair[p][org], err);
		}
		if (rc == 0 && t->nitem)
			rc = add_entry(t, org, err);
	}
	return rc;
}

/* The texts of an intern, by number, in memory that stays. */
static int keep(const char ***out, size_t *n_out, const struct pt_intern *intern,
		struct pt_arena *arena, struct pt_err *err)
{
	uint32_t n = pt_intern_count(intern);
	const char **text = pt_arena_alloc(arena, n, sizeof(*text));

	if (!text)
		return pt_err_nomem(err);
	for (uint32_t i = 0; i < n; i++) {
		text[i] = pt_arena_strdup(arena, pt_intern_text(intern, i));
		if (!text[i])
			return pt_err_nomem(err);
	}
	*out = text;
	*n_out = n;
	return 0;
}

struct sorted {
	struct pt_org_key key;
	struct pt_org_entry entry;
};

static int by_key(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return pt_org_key_cmp(&x->key, &y->key);
}

static int sort_entries(struct pt_orgs_told *told, const struct pt_history *h, struct pt_err *err)
{
	struct sorted *sorted = calloc(told->nentry + 1, sizeof(*sorted));

	if (!sorted)
		return pt_err_nomem(err);
	for (size_t i = 0; i < told->nentry; i++)
		sorted[i] = (struct sorted){h->org[told->entry[i].org].key, told->entry[i]};
	qsort(sorted, told->nentry, sizeof(*sorted), by_key);
	for (size_t i = 0; i < told->nentry; i++)
		told->entry[i] = sorted[i].entry;
	free(sorted);
	return 0;
}

static int count_words(struct pt_orgs_told *told, struct pt_err *err)
{
	told->norg = pt_arena_alloc(&told->arena, told->nword + 1, sizeof(*told->norg));
	if (!told->norg)
		return pt_err_nomem(err);
	for (size_t i = 0; i < told->nentry; i++) {
		const struct pt_org_shape *shape = &told->shape[told->entry[i].shape];

		for (size_t k = 0; k < shape->nitem; k++) {
			bool seen = false;

			for (size_t before = 0; before < k; before++)
				seen |= shape->item[before].word == shape->item[k].word;
			told->norg[shape->item[k].word] += !seen;
		}
	}
	return 0;
}

int pt_orgs_tell(struct pt_orgs_told *out, const struct pt_report_view *view,
		 enum pt_org_list_kind kind, struct pt_err *err)
{
	struct pt_orgs_told told = {.arena = PT_ARENA_INIT};
	struct teller t = {.told = &told, .view = view, .history = view->history, .kind = kind};
	int rc = open_teller(&t, err);

	if (rc == 0)
		rc = tell_orgs(&t, err);
	if (rc == 0)
		rc = keep(&told.word, &told.nword, t.words, &told.arena, err);
	if (rc == 0)
		rc = keep(&told.text, &told.ntext, t.texts, &told.arena, err);
	if (rc == 0)
		rc = sort_entries(&told, view->history, err);
	if (rc == 0)
		rc = count_words(&told, err);
	close_teller(&t);
	if (rc < 0)
		pt_orgs_release(&told);
	else
		*out = told;
	return rc;
}

void pt_orgs_release(struct pt_orgs_told *told)
{
	free(told->entry);
	free(told->shape);
	pt_arena_release(&told->arena);
	*told = (struct pt_orgs_told){.arena = PT_ARENA_INIT};
}
