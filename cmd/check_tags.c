/* See check_tags.h. */
#include "cmd/check_tags.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/table.h"
#include "pipeline/trigger.h"
#include "pipeline/upgrade.h"

enum { SHOWN_MAX = 10 };

/* A tag, and the train that it would be. */
struct candidate {
	const struct pt_release *release;
	char *id;               /* owned */
	struct pt_train *train; /* NULL: there is none */
	struct pt_err why;
};

struct candidates {
	struct pt_manifest_source *source;
	struct candidate *item; /* newest first; in the arena */
	size_t n;
	struct pt_arena arena;
};

static void candidates_release(struct candidates *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->item[i].id);
		pt_train_free(all->item[i].train);
	}
	pt_arena_release(&all->arena);
	pt_manifest_closep(&all->source);
}

static int newest_first(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->release->time_ms != y->release->time_ms)
		return x->release->time_ms > y->release->time_ms ? -1 : 1;
	return strcmp(x->release->tag, y->release->tag);
}

static int match_all(struct candidates *all, const struct pt_release *tag, size_t n,
		     const struct pt_pattern *pattern, struct pt_err *err)
{
	int rc = 0;

	all->item = pt_arena_alloc(&all->arena, n + 1, sizeof(*all->item));
	if (!all->item)
		return pt_err_nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct candidate *item = &all->item[all->n];
		bool matched = false;

		rc = pt_pattern_match(&matched, &item->id, pattern, tag[i].tag, "id", err);
		item->release = &tag[i];
		if (rc == 0 && matched && item->id)
			all->n++;
	}
	if (all->n)
		qsort(all->item, all->n, sizeof(*all->item), newest_first);
	return rc;
}

static int find(struct candidates *all, struct pt_context *c, const struct pt_train_conf *conf,
		struct pt_err *err)
{
	PT_CLEANUP(pt_pattern_freep) struct pt_pattern *pattern = NULL;
	const struct pt_release *tag = NULL;
	size_t n = 0;

	c->conf = *conf;
	int rc = pt_context_trigger(&tag, &n, &all->source, c, err);

	if (rc == 0)
		rc = pt_pattern_new(&pattern, conf->trigger.tag, err);
	if (rc == 0)
		rc = match_all(all, tag, n, pattern, err);
	return rc < 0 ? pt_err_wrap(err, "the trigger of train '%s'", conf->name) : 0;
}

static int64_t cut_of(const struct candidate *item, const struct pt_train_conf *conf)
{
	return item->release->time_ms + conf->settle_ms;
}

/* What is wrong with a train is told of it; only a lack of memory ends it all. */
static int decide(struct candidate *item, const struct pt_context *c,
		  const struct pt_train_conf *conf, struct pt_err *err)
{
	int rc = pt_trigger_check_id(item->id, &item->why);

	if (rc == 0)
		rc = pt_train_decide(&item->train, c->suite, c->source, cut_of(item, conf),
				     &item->why);
	if (rc == 0)
		rc = pt_upgrade_check(item->train, NULL, conf->upgrade, &item->why);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc == 0 && item->train->nrefusal)
		pt_err_set(&item->why, PT_E_REFUSED, "%s", item->train->refusal[0]);
	return 0;
}

static bool same_version(const struct candidate *item, const struct candidate *older, size_t p)
{
	return older && older->train &&
	       pt_version_cmp(&item->train->package[p].version,
			      &older->train->package[p].version) == 0;
}

/* The versions that the train before it did not have. */
static void versions_cell(struct pt_table *table, const struct candidate *item,
			  const struct candidate *older)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	char version[PT_VERSION_TEXT];

	if (item->why.code != PT_OK) {
		pt_table_cell(table, "refused: %s", item->why.text);
		return;
	}
	for (size_t i = 0; i < item->train->npackage; i++) {
		uint32_t p = item->train->order[i];

		if (!same_version(item, older, p))
			pt_buf_printf(&text, "%s%s %s", text.len ? ", " : "",
				      item->train->package[p].name,
				      pt_version_text(version, &item->train->package[p].version));
	}
	pt_table_cell(table, "%s", text.len ? pt_buf_text(&text) : "nothing new");
}

static int fill(struct pt_table *table, const struct candidates *all, const struct pt_context *c,
		const struct pt_train_conf *conf, struct pt_err *err)
{
	char when[PT_INSTANT_TEXT], name[100];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < all->n && i <= SHOWN_MAX; i++)
		rc = decide(&all->item[i], c, conf, err);
	for (size_t i = 0; rc == 0 && i < all->n && i < SHOWN_MAX; i++) {
		const struct candidate *item = &all->item[i];

		snprintf(name, sizeof(name), "%s", item->release->tag);
		pt_buf_plain(name);
		pt_table_cell(table, "%s", name);
		snprintf(name, sizeof(name), "%s", item->id);
		pt_buf_plain(name);
		pt_table_cell(table, "%s", name);
		pt_table_cell(table, "%s", pt_zone_text(when, c->zone, cut_of(item, conf)));
		versions_cell(table, item, i + 1 < all->n ? item + 1 : NULL);
	}
	return rc;
}

int pt_check_tags_text(struct pt_buf *out, struct pt_context *c, const struct pt_train_conf *conf,
		       struct pt_err *err)
{
	PT_CLEANUP(candidates_release) struct candidates all = {.n = 0};
	PT_CLEANUP(pt_table_freep) struct pt_table *table = NULL;

	if (!conf->trigger.repo)
		return 0;
	int rc = find(&all, c, conf, err);

	if (rc < 0)
		return rc;
	pt_buf_printf(out, "\ntrain %s: %zu %s", conf->name, all.n, all.n == 1 ? "tag" : "tags");
	pt_buf_str(out, all.n > SHOWN_MAX ? ", the newest of them:\n" : "\n");
	table = pt_table_new("llll");
	if (!table)
		return pt_err_nomem(err);
	if (all.n) {
		pt_table_cell(table, "tag");
		pt_table_cell(table, "id");
		pt_table_cell(table, "cut, not before");
		pt_table_cell(table, "new in it");
	}
	rc = fill(table, &all, c, conf, err);
	return rc < 0 ? rc : pt_table_render(out, table, 2, err);
}

static void json_train(struct pt_json *json, const struct candidate *item,
		       const struct pt_train_conf *conf)
{
	char version[PT_VERSION_TEXT];

	pt_json_object(json, NULL);
	pt_json_str(json, "tag", item->release->tag);
	pt_json_str(json, "id", item->id);
	pt_json_str(json, "oid", item->release->oid);
	pt_json_time(json, "cut", cut_of(item, conf));
	pt_json_array(json, "packages");
	for (size_t i = 0; item->train && i < item->train->npackage; i++) {
		const struct pt_train_package *package =
		    &item->train->package[item->train->order[i]];

		pt_json_object(json, NULL);
		pt_json_str(json, "name", package->name);
		pt_json_str(json, "version", pt_version_text(version, &package->version));
		pt_json_object_end(json);
	}
	pt_json_array_end(json);
	pt_json_str(json, "refused", item->why.code != PT_OK ? item->why.text : NULL);
	pt_json_object_end(json);
}

int pt_check_tags_json(struct pt_json *json, struct pt_context *c, const struct pt_train_conf *conf,
		       struct pt_err *err)
{
	PT_CLEANUP(candidates_release) struct candidates all = {.n = 0};
	int rc = conf->trigger.repo ? find(&all, c, conf, err) : 0;

	pt_json_array(json, "tags");
	for (size_t i = 0; rc == 0 && i < all.n; i++) {
		rc = decide(&all.item[i], c, conf, err);
		if (rc == 0)
			json_train(json, &all.item[i], conf);
		pt_train_freep(&all.item[i].train);
		all.item[i].train = NULL;
	}
	pt_json_array_end(json);
	return rc;
}
