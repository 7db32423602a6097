/* Who is in the plan: org files, the draw, and what has changed since. See context.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd/context.h"
#include "connectors/orgs/org_file.h"
#include "connectors/orgs/org_hash.h"
#include "pipeline/audience_warnings.h"

static int read_list(struct pt_org_list *out, const struct pt_selector_conf *selector,
		     struct pt_err *err)
{
	return selector->file ? pt_org_file_read(&out->key, &out->n, selector->file, err) : 0;
}

int pt_context_read_lists(struct pt_context *c, struct pt_err *err)
{
	int rc = 0;

	if (c->lists.exclude)
		return 0;
	c->lists.exclude = calloc(c->suite->nexclude + 1, sizeof(*c->lists.exclude));
	c->lists.stage = calloc(c->conf.nstage + 1, sizeof(*c->lists.stage));
	if (!c->lists.exclude || !c->lists.stage)
		return pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < c->suite->nexclude; i++)
		rc = read_list(&c->lists.exclude[i], &c->suite->exclude[i].orgs, err);
	for (size_t i = 0; rc == 0 && i < c->conf.nstage; i++)
		rc = read_list(&c->lists.stage[i], &c->conf.stage[i].orgs, err);
	return rc;
}

char *pt_context_hash_path(const struct pt_args *args)
{
	char *state = pt_context_state_path(args);
	char *path = state ? pt_file_beside(state, "snapshot.key") : NULL;

	free(state);
	return path;
}

static int by_key(const void *left, const void *right)
{
	return pt_org_key_cmp(left, right);
}

/* The orgs are in the list under both of their keys then. */
static int hash_list(struct pt_org_list *list, const struct pt_org_hash *hash, struct pt_err *err)
{
	struct pt_org_key *key = realloc(list->key, (2 * list->n + 1) * sizeof(*key));
	int rc = 0;

	if (!key)
		return pt_err_nomem(err);
	list->key = key;
	for (size_t i = 0; rc == 0 && i < list->n; i++)
		rc = pt_org_hash_org(&key[list->n + i], hash, &key[i], err);
	if (rc < 0)
		return rc;
	list->n *= 2;
	qsort(key, list->n, sizeof(*key), by_key);
	return 0;
}

static const struct pt_snapshot *hashed_snapshot(const struct pt_context *c)
{
	for (size_t i = 0; i < c->suite->nconnector; i++) {
		const struct pt_population *population = c->population[i];

		if (population && population->snapshot && population->snapshot->hashed)
			return population->snapshot;
	}
	return NULL;
}

static size_t count_listed(const struct pt_context *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->suite->nexclude; i++)
		n += c->lists.exclude[i].n;
	for (size_t i = 0; i < c->conf.nstage; i++)
		n += c->lists.stage[i].n;
	return n;
}

/*
 * Org files name orgs by their keys; where orgs have hashes, so must the lists. Without
 * the key a rehearsal goes on and says that it takes nobody for listed.
 */
int pt_context_hash_lists(struct pt_context *c, struct pt_err *err)
{
	const struct pt_snapshot *s = c->lists_hashed ? NULL : hashed_snapshot(c);
	struct pt_err why = PT_ERR_INIT;
	struct pt_org_hash hash;
	int rc = 0;

	c->lists_hashed = true;
	if (!s || count_listed(c) == 0)
		return 0;
	char *path = pt_context_hash_path(c->args);

	if (!path)
		return pt_err_nomem(err);
	if (pt_org_hash_read(&hash, path, &why) == 0 &&
	    strcmp(hash.fingerprint, s->fingerprint) != 0)
		(void)pt_err_set(&why, PT_E_INVALID, "'%s' is another key than the snapshot's",
				 path);
	free(path);
	if (why.code != PT_OK) {
		pt_say("warning: %s: org files of the suite match nobody of the snapshot",
		       why.text);
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < c->suite->nexclude; i++)
		rc = hash_list(&c->lists.exclude[i], &hash, err);
	for (size_t i = 0; rc == 0 && i < c->conf.nstage; i++)
		rc = hash_list(&c->lists.stage[i], &hash, err);
	pt_org_hash_wipe(&hash);
	return rc;
}

void pt_context_release_lists(struct pt_context *c)
{
	for (size_t i = 0; c->lists.exclude && i < c->suite->nexclude; i++)
		free(c->lists.exclude[i].key);
	for (size_t i = 0; c->lists.stage && i < c->conf.nstage; i++)
		free(c->lists.stage[i].key);
	free(c->lists.by_hand.key);
	free(c->lists.exclude);
	free(c->lists.stage);
	c->lists = (struct pt_org_lists){.exclude = NULL};
	c->lists_hashed = false;
}

/* What has ended by then does not hold for the train. */
static int64_t drawn_for_ms(struct pt_context *c)
{
	int64_t now_ms = c->clock.now_ms(&c->clock);

	return now_ms < c->start_ms ? c->start_ms : now_ms;
}

int pt_context_audience(struct pt_context *c, const struct pt_plan_file *file, struct pt_err *err)
{
	int rc = pt_audience_draw(&c->audience, c->suite, &c->conf, &c->lists, c->inventory,
				  drawn_for_ms(c), err);

	if (rc < 0 || !file)
		return rc;
	rc = pt_plan_file_place(&c->audience, file, &c->conf, c->inventory, err);
	return rc < 0 ? rc
		      : pt_audience_admit(&c->audience, &c->conf, &c->lists, c->inventory, err);
}

int pt_context_warn_audience(struct pt_buf *out, struct pt_context *c, struct pt_err *err)
{
	struct pt_audience_look look = {.suite = c->suite,
					.conf = &c->conf,
					.lists = &c->lists,
					.inventory = c->inventory,
					.audience = &c->audience,
					.now_ms = drawn_for_ms(c)};

	look.last_ms = look.now_ms;
	if (c->plan && c->conf.nstage)
		look.last_ms = c->plan->stage_start_ms[c->conf.nstage - 1];
	return pt_audience_warn(out, &look, err);
}

/* The plan's own counts are what the engine measures drift by, too. */
int pt_context_find_drift(struct pt_context *c, const struct pt_plan_file *file, struct pt_err *err)
{
	int rc = pt_drift_find(&c->drift, file, &c->plan->setup, err);

	for (size_t s = 0; rc == 0 && s < c->drift.nstage; s++)
		c->plan->stage_eligible[s] = c->drift.stage[s].planned;
	return rc;
}

int pt_context_refuse_drift(const struct pt_context *c, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	int rc;

	pt_drift_text(&text, &c->drift, &c->conf);
	rc = pt_buf_check(&text, err);
	if (rc < 0)
		return rc;
	if (text.len && !c->args->quiet)
		pt_say_under("the audience has changed since the plan was made:",
			     pt_buf_text(&text));
	return pt_drift_refuse(&c->drift, &c->conf, err);
}
