/* See causes.h. Failures are grouped by a hash of what they say; then orgs are looked through
   once, for what is left of them and for who waits because of them. */
#include "pipeline/history/causes.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "pipeline/history/cause_text.h"

#define NONE UINT32_MAX

/* One cause while it is being found. */
struct group {
	struct pt_cause cause;
	char *skeleton;
	char **slot; /* values of the first of them */
	size_t nslot;
	uint32_t varies;   /* a bit for each slot */
	uint32_t last_org; /* that was counted as held */
};

struct held_group {
	struct pt_held_cause held;
	uint32_t group;
	uint32_t last_org;
};

/* Sets of (group, org), open addressing. */
struct seen {
	uint64_t *key; /* owned; 0: free */
	size_t cap, n;
};

struct finder {
	struct pt_causes *out;
	const struct pt_history *h;
	struct pt_causes_filter filter;
	struct pt_intern *keys; /* of groups: a group's number + 1 */
	struct group *group;    /* owned */
	size_t ngroup, cap_group;
	uint32_t *last; /* owned; by package, then org: the group of its last failure */
	struct seen seen;
	struct held_group *held; /* owned; by base, then state, then group or reason */
	size_t nheld, cap_held;
	uint32_t *held_at; /* owned; hash of them: an index + 1 */
	size_t cap_held_at;
	struct pt_cause_text text;
	struct pt_buf key;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

static int seen_grow(struct seen *seen, struct pt_err *err)
{
	struct seen grown = {.cap = seen->cap ? 2 * seen->cap : 1024, .n = seen->n};

	grown.key = calloc(grown.cap, sizeof(*grown.key));
	if (!grown.key)
		return pt_err_nomem(err);
	for (size_t i = 0; i < seen->cap; i++) {
		size_t to = mix(seen->key[i]) & (grown.cap - 1);

		if (!seen->key[i])
			continue;
		while (grown.key[to])
			to = (to + 1) & (grown.cap - 1);
		grown.key[to] = seen->key[i];
	}
	free(seen->key);
	*seen = grown;
	return 0;
}

/* *fresh_out: it was not in it before. */
static int seen_add(bool *fresh_out, struct seen *seen, uint32_t group, uint32_t org,
		    struct pt_err *err)
{
	uint64_t key = (uint64_t)(group + 1) << 32 | org;
	int rc = 2 * seen->n >= seen->cap ? seen_grow(seen, err) : 0;

	if (rc < 0)
		return rc;
	size_t at = mix(key) & (seen->cap - 1);

	while (seen->key[at] && seen->key[at] != key)
		at = (at + 1) & (seen->cap - 1);
	*fresh_out = !seen->key[at];
	seen->n += *fresh_out;
	seen->key[at] = key;
	return 0;
}

static bool takes_stage(const struct finder *f, uint32_t org)
{
	return f->filter.stage == PT_CAUSES_ANY || f->h->place[org].stage == f->filter.stage;
}

static int new_group(struct finder *f, const struct pt_history_failure *from, struct pt_err *err)
{
	struct pt_arena *arena = &f->out->arena;
	struct group *g;

	if (f->ngroup == f->cap_group) {
		size_t cap = f->cap_group ? 2 * f->cap_group : 64;
		struct group *grown = realloc(f->group, cap * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		f->group = grown;
		f->cap_group = cap;
	}
	g = &f->group[f->ngroup];
	*g = (struct group){
	    .cause = {.package = from->package,
		      .class_ = from->class_,
		      .type = from->type,
		      .title = from->title,
		      .said = from->message,
		      .org = from->org,
		      .first_ms = from->at_ms,
		      .last_ms = from->at_ms},
	    .nslot = f->text.nslot,
	    .last_org = NONE,
	};
	g->skeleton = pt_arena_strdup(arena, pt_buf_text(&f->text.skeleton));
	g->slot = pt_arena_alloc(arena, g->nslot + 1, sizeof(*g->slot));
	if (!g->skeleton || !g->slot)
		return pt_err_nomem(err);
	for (size_t i = 0; i < g->nslot; i++) {
		g->slot[i] = pt_arena_strndup(arena, from->message + f->text.slot[i].at,
					      f->text.slot[i].len);
		if (!g->slot[i])
			return pt_err_nomem(err);
	}
	f->ngroup++;
	return 0;
}

static int find_group(uint32_t *out, struct finder *f, const struct pt_history_failure *from,
		      struct pt_err *err)
{
	uint32_t number;

	pt_cause_text_read(&f->text, from->message, f->h->org[from->org].name);
	pt_buf_clear(&f->key);
	pt_buf_printf(&f->key, "%u %u %s\n%s\n", from->package, (unsigned)from->class_, from->type,
		      from->title);
	pt_buf_str(&f->key, pt_buf_text(&f->text.skeleton));
	int rc = pt_buf_check(&f->text.skeleton, err);

	if (rc == 0)
		rc = pt_buf_check(&f->key, err);
	if (rc == 0)
		rc = pt_intern_put(&number, f->keys, pt_buf_text(&f->key), err);
	if (rc == 0 && number > f->ngroup)
		rc = new_group(f, from, err);
	if (rc == 0)
		*out = number - 1;
	return rc;
}

static void compare_slots(struct group *g, const struct pt_cause_text *text, const char *message)
{
	for (size_t i = 0; i < g->nslot && i < text->nslot; i++) {
		const char *value = message + text->slot[i].at;

		if (strlen(g->slot[i]) != text->slot[i].len ||
		    memcmp(g->slot[i], value, text->slot[i].len) != 0)
			g->varies |= UINT32_C(1) << i;
	}
}

static uint32_t *last_of(const struct finder *f, uint32_t package, uint32_t org)
{
	return &f->last[(size_t)package * f->h->norg + org];
}

static int take_failure(struct finder *f, const struct pt_history_failure *from, struct pt_err *err)
{
	uint32_t at = 0;
	bool fresh = false;
	int rc = find_group(&at, f, from, err);

	if (rc == 0)
		rc = seen_add(&fresh, &f->seen, at, from->org, err);
	if (rc < 0)
		return rc;
	struct group *g = &f->group[at];

	compare_slots(g, &f->text, from->message);
	g->cause.njob++;
	g->cause.norg += fresh;
	if (from->at_ms > g->cause.last_ms)
		g->cause.last_ms = from->at_ms;
	*last_of(f, from->package, from->org) = at;
	return 0;
}

static bool is_failed(const struct pt_pair *pair)
{
	return pair->state == PT_PAIR_FAILED || pair->state == PT_PAIR_BENIGN;
}

/* Whose failures nobody kept: their pairs' last words. */
static int take_pair(struct finder *f, uint32_t package, uint32_t org, struct pt_err *err)
{
	const struct pt_pair *pair = &f->h->pair[package][org];
	const struct pt_history_failure from = {
	    .org = org,
	    .package = package,
	    .class_ = (enum pt_failure_class)pair->class_,
	    .severity = "",
	    .type = "",
	    .title = "",
	    .message = f->h->text[pair->text],
	};

	return take_failure(f, &from, err);
}

/* What the failed pair is failed by; the sample is one that is so still. */
static int take_left(struct finder *f, uint32_t package, uint32_t org, struct pt_err *err)
{
	uint32_t at = *last_of(f, package, org);
	int rc = 0;

	if (at == NONE || f->group[at].cause.class_ != f->h->pair[package][org].class_)
		rc = take_pair(f, package, org, err);
	if (rc < 0)
		return rc;
	struct pt_cause *cause = &f->group[*last_of(f, package, org)].cause;

	if (cause->nleft++ == 0)
		cause->org = org;
	return 0;
}

static int group_failures(struct finder *f, struct pt_err *err)
{
	const struct pt_history *h = f->h;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < h->nfailure; i++) {
		if (takes_stage(f, h->failure[i].org))
			rc = take_failure(f, &h->failure[i], err);
	}
	for (uint32_t p = 0; rc == 0 && p < h->status.npackage; p++) {
		for (uint32_t org = 0; rc == 0 && org < h->norg; org++) {
			if (is_failed(&h->pair[p][org]) && takes_stage(f, org))
				rc = take_left(f, p, org, err);
		}
	}
	return rc;
}

/* The base that is missing and waits for no other. */
static uint32_t lowest(const struct pt_history *h, uint32_t package, uint32_t org)
{
	for (size_t i = 0; i <= h->status.npackage; i++) {
		const struct pt_pair *pair = &h->pair[package][org];

		if (pair->state != PT_PAIR_HELD)
			break;
		package = pair->detail;
	}
	return package;
}

static bool same_held(const struct held_group *a, const struct held_group *b)
{
	return a->held.base == b->held.base && a->held.state == b->held.state &&
	       a->held.reason == b->held.reason && a->group == b->group;
}

static size_t held_hash(const struct held_group *g)
{
	uint64_t key = (uint64_t)g->held.base << 40 ^ (uint64_t)g->held.state << 32 ^ g->group;

	return mix(key ^ (uint64_t)g->held.reason << 20);
}

static int held_grow(struct finder *f, struct pt_err *err)
{
	size_t cap = f->cap_held ? 2 * f->cap_held : 64;
	struct held_group *grown = realloc(f->held, cap * sizeof(*grown));

	if (!grown)
		return pt_err_nomem(err);
	f->held = grown;
	f->cap_held = cap;
	uint32_t *at = calloc(2 * cap, sizeof(*at));

	if (!at)
		return pt_err_nomem(err);
	free(f->held_at);
	f->held_at = at;
	f->cap_held_at = 2 * cap;
	for (size_t i = 0; i < f->nheld; i++) {
		size_t to = held_hash(&f->held[i]) & (f->cap_held_at - 1);

		while (at[to])
			to = (to + 1) & (f->cap_held_at - 1);
		at[to] = (uint32_t)i + 1;
	}
	return 0;
}

static int find_held(struct held_group **out, struct finder *f, const struct held_group *wanted,
		     struct pt_err *err)
{
	int rc = f->nheld == f->cap_held ? held_grow(f, err) : 0;

	if (rc < 0)
		return rc;
	size_t at = held_hash(wanted) & (f->cap_held_at - 1);

	while (f->held_at[at] && !same_held(&f->held[f->held_at[at] - 1], wanted))
		at = (at + 1) & (f->cap_held_at - 1);
	if (!f->held_at[at]) {
		f->held[f->nheld] = *wanted;
		f->held_at[at] = (uint32_t)++f->nheld;
	}
	*out = &f->held[f->held_at[at] - 1];
	return 0;
}

static bool takes_class(const struct finder *f, uint32_t group)
{
	return f->filter.class_ == PT_CAUSES_ANY ||
	       (group != NONE && f->group[group].cause.class_ == f->filter.class_);
}

static int take_held(struct finder *f, uint32_t package, uint32_t org, struct pt_err *err)
{
	const struct pt_history *h = f->h;
	uint32_t base = lowest(h, package, org);
	const struct pt_pair *there = &h->pair[base][org];
	struct held_group wanted = {
	    .held = {.base = base, .state = (enum pt_pair_state)there->state, .org = org},
	    .group = is_failed(there) ? *last_of(f, base, org) : NONE,
	    .last_org = NONE};
	struct held_group *g;

	if (there->state == PT_PAIR_EXCLUDED)
		wanted.held.reason = there->detail;
	if (wanted.group != NONE && f->group[wanted.group].last_org != org) {
		f->group[wanted.group].last_org = org;
		f->group[wanted.group].cause.nheld++;
	}
	if ((f->filter.package != PT_CAUSES_ANY && package != f->filter.package) ||
	    !takes_class(f, wanted.group))
		return 0;
	int rc = find_held(&g, f, &wanted, err);

	if (rc < 0)
		return rc;
	g->held.npair++;
	g->held.norg += g->last_org != org;
	g->last_org = org;
	return 0;
}

static int group_held(struct finder *f, struct pt_err *err)
{
	const struct pt_history *h = f->h;
	int rc = 0;

	for (uint32_t org = 0; rc == 0 && org < h->norg; org++) {
		for (uint32_t p = 0; rc == 0 && takes_stage(f, org) && p < h->status.npackage;
		     p++) {
			if (h->pair[p][org].state == PT_PAIR_HELD)
				rc = take_held(f, p, org, err);
		}
	}
	return rc;
}

/* The skeleton with what is in its slots, where that is always the same. */
static const char *message_of(struct finder *f, const struct group *g)
{
	size_t slot = 0;

	pt_buf_clear(&f->key);
	for (const char *c = g->skeleton; *c; c++) {
		if (*c != PT_CAUSE_SLOT)
			pt_buf_char(&f->key, *c);
		else if (g->varies >> slot++ & 1)
			pt_buf_str(&f->key, "…");
		else
			pt_buf_str(&f->key, g->slot[slot - 1]);
	}
	return f->key.failed ? NULL : pt_arena_strdup(&f->out->arena, pt_buf_text(&f->key));
}

static int by_orgs(const void *left, const void *right)
{
	const struct pt_cause *a = left, *b = right;

	if (a->nleft != b->nleft)
		return a->nleft > b->nleft ? -1 : 1;
	if (a->norg != b->norg)
		return a->norg > b->norg ? -1 : 1;
	if (a->njob != b->njob)
		return a->njob > b->njob ? -1 : 1;
	if (a->package != b->package)
		return a->package < b->package ? -1 : 1;
	int order = strcmp(a->title, b->title);

	return order ? order : strcmp(a->message, b->message);
}

static int by_pairs(const void *left, const void *right)
{
	const struct pt_held_cause *a = left, *b = right;

	if (a->npair != b->npair)
		return a->npair > b->npair ? -1 : 1;
	if (a->base != b->base)
		return a->base < b->base ? -1 : 1;
	return (a->org > b->org) - (a->org < b->org);
}

/* All groups go into the arena, those that are wanted first; held ones point at either. */
static int put_causes(struct finder *f, struct pt_err *err)
{
	struct pt_causes *out = f->out;
	struct pt_cause *all = pt_arena_alloc(&out->arena, f->ngroup + 1, sizeof(*all));

	out->cause = pt_arena_alloc(&out->arena, f->ngroup + 1, sizeof(*out->cause));
	out->held = pt_arena_alloc(&out->arena, f->nheld + 1, sizeof(*out->held));
	if (!all || !out->cause || !out->held)
		return pt_err_nomem(err);
	for (size_t i = 0; i < f->ngroup; i++) {
		all[i] = f->group[i].cause;
		all[i].message = message_of(f, &f->group[i]);
		if (!all[i].message)
			return pt_err_nomem(err);
		if ((f->filter.package != PT_CAUSES_ANY && all[i].package != f->filter.package) ||
		    !takes_class(f, (uint32_t)i))
			continue;
		out->cause[out->n++] = all[i];
		out->njob += all[i].njob;
		out->nleft += all[i].nleft;
	}
	for (size_t i = 0; i < f->nheld; i++) {
		struct pt_held_cause *to = &out->held[out->nheld++];

		*to = f->held[i].held;
		to->cause = f->held[i].group == NONE ? NULL : &all[f->held[i].group];
		out->nheld_pair += to->npair;
	}
	if (out->n)
		qsort(out->cause, out->n, sizeof(*out->cause), by_orgs);
	if (out->nheld)
		qsort(out->held, out->nheld, sizeof(*out->held), by_pairs);
	return 0;
}

static int find(struct finder *f, struct pt_err *err)
{
	const struct pt_history *h = f->h;
	size_t npair = h->status.npackage * h->norg;
	int rc = pt_intern_new(&f->keys, err);

	if (rc < 0)
		return rc;
	f->last = malloc((npair + 1) * sizeof(*f->last));
	if (!f->last)
		return pt_err_nomem(err);
	memset(f->last, 0xff, (npair + 1) * sizeof(*f->last));
	rc = group_failures(f, err);
	if (rc == 0)
		rc = group_held(f, err);
	return rc < 0 ? rc : put_causes(f, err);
}

int pt_causes_find(struct pt_causes *out, const struct pt_history *history,
		   const struct pt_causes_filter *filter, struct pt_err *err)
{
	struct pt_causes causes = {.arena = PT_ARENA_INIT};
	struct finder f = {.out = &causes,
			   .h = history,
			   .filter = {PT_CAUSES_ANY, PT_CAUSES_ANY, PT_CAUSES_ANY},
			   .text = {.skeleton = PT_BUF_INIT},
			   .key = PT_BUF_INIT};

	if (filter)
		f.filter = *filter;
	int rc = find(&f, err);

	pt_intern_free(f.keys);
	free(f.group);
	free(f.last);
	free(f.seen.key);
	free(f.held);
	free(f.held_at);
	pt_cause_text_release(&f.text);
	pt_buf_release(&f.key);
	if (rc < 0)
		pt_causes_release(&causes);
	else
		*out = causes;
	return rc;
}

void pt_causes_release(struct pt_causes *causes)
{
	pt_arena_release(&causes->arena);
	*causes = (struct pt_causes){.arena = PT_ARENA_INIT};
}
