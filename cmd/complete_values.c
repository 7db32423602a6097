/* What is there to be named: trains and the like in the suite, runs in the journal. See complete.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/instant.h"
#include "cmd/complete.h"
#include "config/yaml.h"
#include "connectors/store/sqlite.h"
#include "pipeline/figures.h"
#include "pipeline/journal.h"

enum { RUNS_MAX = 1000, STAGES_MAX = 1000 };

/* A pipe or a device would be waited for. Owned by the caller; NULL: there is no such file. */
static char *find_file(const char *path)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf whole = PT_BUF_INIT;
	const char *home = getenv("HOME");
	struct stat seen;

	if (strncmp(path, "~/", 2) == 0 && home)
		pt_buf_printf(&whole, "%s%s", home, path + 1);
	else
		pt_buf_str(&whole, path);
	if (stat(pt_buf_text(&whole), &seen) < 0 || !S_ISREG(seen.st_mode))
		return NULL;
	return pt_buf_take(&whole);
}

/* A name of the suite's; one that looks like an option is none. */
static void add_name(struct pt_complete *c, const struct pt_yaml_node *name, const char *text)
{
	const char *word = pt_yaml_text(name);

	if (word && word[0] != '-')
		pt_complete_add(c, word, text ? text : "");
}

static void add_keys(struct pt_complete *c, const struct pt_yaml_node *map)
{
	for (size_t i = 0; map && map->kind == PT_YAML_MAP && i < map->n; i++)
		add_name(c, map->key[i], pt_yaml_text(pt_yaml_get(map->item[i], "type")));
}

static void add_packages(struct pt_complete *c, const struct pt_yaml_node *list)
{
	for (size_t i = 0; list && list->kind == PT_YAML_LIST && i < list->n; i++)
		add_name(c, pt_yaml_get(list->item[i], "name"),
			 pt_yaml_text(pt_yaml_get(list->item[i], "namespace")));
}

/* Whether an earlier stage of a train, or one of an earlier train, has that name. */
static bool is_repeated(const struct pt_yaml_node *trains, size_t train, size_t stage,
			const char *name)
{
	for (size_t t = 0; t <= train; t++) {
		const struct pt_yaml_node *stages = pt_yaml_get(trains->item[t], "stages");
		size_t n = stages && stages->kind == PT_YAML_LIST ? stages->n : 0;

		for (size_t s = 0; s < n && !(t == train && s == stage); s++) {
			const char *other = pt_yaml_text(pt_yaml_get(stages->item[s], "name"));

			if (other && strcmp(other, name) == 0)
				return true;
		}
	}
	return false;
}

static void add_stages(struct pt_complete *c, const struct pt_yaml_node *trains)
{
	size_t nstage = 0;

	for (size_t t = 0; trains && trains->kind == PT_YAML_MAP && t < trains->n; t++) {
		const struct pt_yaml_node *stages = pt_yaml_get(trains->item[t], "stages");
		size_t n = stages && stages->kind == PT_YAML_LIST ? stages->n : 0;

		for (size_t s = 0; s < n && nstage < STAGES_MAX; s++, nstage++) {
			const struct pt_yaml_node *name = pt_yaml_get(stages->item[s], "name");

			if (pt_yaml_text(name) && !is_repeated(trains, t, s, pt_yaml_text(name)))
				add_name(c, name, "");
		}
	}
}

/* The tree as it is written: a suite with a mistake in it has names all the same. */
static void add_of_suite(struct pt_complete *c, const char *name)
{
	PT_CLEANUP(pt_yaml_freep) struct pt_yaml *yaml = NULL;
	char *path = find_file(c->file);

	if (path && pt_yaml_read(&yaml, path, NULL) == 0) {
		const struct pt_yaml_node *root = pt_yaml_root(yaml);

		if (strcmp(name, "TRAIN") == 0)
			add_keys(c, pt_yaml_get(root, "trains"));
		else if (strcmp(name, "CONNECTOR") == 0)
			add_keys(c, pt_yaml_get(root, "connectors"));
		else if (strcmp(name, "PACKAGE") == 0)
			add_packages(c, pt_yaml_get(root, "packages"));
		else
			add_stages(c, pt_yaml_get(root, "trains"));
	}
	free(path);
}

/* Runs, the newest last. */
struct runs {
	struct pt_store *store;
	char *name[RUNS_MAX], *text[RUNS_MAX];
	size_t n;
	bool ended; /* those that have ended, too */
};

static bool has_ended(int64_t state)
{
	return state == PT_RUN_CONVERGED || state == PT_RUN_FINISHED || state == PT_RUN_ABORTED;
}

static int take_run(void *context, const void *row, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	const struct pt_run_row *run = row;
	struct runs *runs = context;
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;
	char begun[PT_INSTANT_TEXT];
	int rc = pt_journal_progress(&progress, &texts, &(struct pt_journal){runs->store, run->run},
				     err);

	pt_arena_release(&texts);
	if (rc < 0)
		return rc;
	if (!run->name || run->name[0] == '-' || (!runs->ended && has_ended(progress.state)))
		return 0;
	pt_buf_printf(&text, "%s, begun %s",
		      progress.state >= 0 && progress.state <= PT_RUN_PAUSED
			  ? pt_run_state_text((enum pt_run_state)progress.state)
			  : "",
		      pt_instant_text(begun, run->begun_ms));
	if (runs->n == RUNS_MAX) {
		free(runs->name[0]);
		free(runs->text[0]);
		memmove(runs->name, runs->name + 1, (RUNS_MAX - 1) * sizeof(runs->name[0]));
		memmove(runs->text, runs->text + 1, (RUNS_MAX - 1) * sizeof(runs->text[0]));
		runs->n--;
	}
	runs->name[runs->n] = strdup(run->name);
	runs->text[runs->n] = pt_buf_take(&text);
	runs->n++;
	return 0;
}

/* Commands that go on with a run, or stop it, have nothing to do with one that has ended. */
static bool wants_ended(const struct pt_command *command)
{
	static const char *const under_way[] = {"advance", "resume",  "approve",
						"pause",   "exclude", "abort"};

	for (size_t i = 0; i < PT_ARRAY_LEN(under_way); i++) {
		if (strcmp(command->name, under_way[i]) == 0)
			return false;
	}
	return true;
}

static void add_runs(struct pt_complete *c, const struct pt_command *command)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	struct runs runs = {.ended = wants_ended(command)};
	char *beside = c->state ? NULL : pt_file_beside(c->file, ".pushtrain/state.db");
	char *path = c->state || beside ? find_file(c->state ? c->state : beside) : NULL;

	if (path &&
	    pt_store_open_sqlite(&store, path, &pt_journal_schema, PT_STORE_PEEK, NULL) == 0) {
		runs.store = store;
		(void)store->ops->each(store, PT_ROWS_RUN, NULL, 0, take_run, &runs, NULL);
	}
	while (runs.n > 0) {
		runs.n--;
		if (runs.name[runs.n])
			pt_complete_add(c, runs.name[runs.n], runs.text[runs.n]);
		free(runs.name[runs.n]);
		free(runs.text[runs.n]);
	}
	free(path);
	free(beside);
}

void pt_complete_values(struct pt_complete *c, const struct pt_command *command, const char *name)
{
	static const char *const files[] = {"FILE", "SUITE", "PLAN"};
	static const char *const of_suite[] = {"TRAIN", "CONNECTOR", "PACKAGE", "STAGE"};

	for (size_t i = 0; i < PT_ARRAY_LEN(files); i++) {
		if (strcmp(name, files[i]) == 0)
			pt_buf_str(c->out, ":files\n");
	}
	for (size_t i = 0; i < PT_ARRAY_LEN(of_suite); i++) {
		if (strcmp(name, of_suite[i]) == 0)
			add_of_suite(c, name);
	}
	if (strcmp(name, "FOLDER") == 0)
		pt_buf_str(c->out, ":folders\n");
	if (strcmp(name, "RUN") == 0)
		add_runs(c, command);
}
