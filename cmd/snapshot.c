/* pushtrain snapshot: who has what and how pushes went, into a file to rehearse on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/instant.h"
#include "cmd/context.h"
#include "connectors/store/sqlite.h"
#include "pipeline/snapshot_runs.h"
#include "pipeline/snapshot_take.h"

enum { DAYS = 90, JOBS_MOST = 20000, FOLDER_MODE = 0777 };

static int read_options(bool *plain, int64_t *history_ms, const struct pt_args *args,
			struct pt_err *err)
{
	*plain = args->keys && strcmp(args->keys, "plain") == 0;
	*history_ms = DAYS * PT_DAY_MS;
	if (args->keys && !*plain && strcmp(args->keys, "hashed") != 0)
		return pt_err_set(err, PT_E_USAGE, "--keys '%.40s', expected hashed or plain",
				  args->keys);
	if (!args->output)
		return pt_err_set(err, PT_E_USAGE, "snapshot: missing -o FILE");
	if (args->history && pt_duration_parse(history_ms, args->history, err) < 0)
		return pt_err_wrap(err, "--history");
	return 0;
}

/* The key is kept where the journal is, which may not be there yet. */
static int open_hash(struct pt_org_hash *out, const struct pt_args *args, struct pt_err *err)
{
	char *path = pt_context_hash_path(args), *folder = path ? strdup(path) : NULL;
	char *slash = folder ? strrchr(folder, '/') : NULL;
	int rc = folder ? 0 : pt_err_nomem(err);

	if (slash && slash != folder) {
		*slash = '\0';
		if (mkdir(folder, FOLDER_MODE) < 0 && errno != EEXIST)
			rc = pt_err_io(err, errno, "cannot make the folder '%s'", folder);
	}
	if (rc == 0)
		rc = pt_org_hash_make(out, path, err);
	free(folder);
	free(path);
	return rc;
}

static int read_subscribers(struct pt_snapshot_take *take, struct pt_context *c, struct pt_err *err)
{
	for (uint32_t p = 0; p < c->train->npackage; p++) {
		struct pt_push_call call = {.op = PT_PUSH_SUBSCRIBERS};
		struct pt_push_reply reply = {.op = PT_PUSH_NOP};
		int rc;

		call.package_id = pt_inventory_package_id(c->inventory, p);
		rc = pt_driver_ask(&reply, &c->driver, p, &call, err);
		if (rc == 0)
			rc = pt_snapshot_take_subscribers(take, p, &reply, err);
		if (rc < 0)
			return pt_err_wrap(err, "reading who has %s", c->train->package[p].name);
	}
	return 0;
}

static int read_history(struct pt_snapshot_take *take, struct pt_context *c, int64_t history_ms,
			struct pt_err *err)
{
	for (uint32_t p = 0; p < c->train->npackage; p++) {
		struct pt_push_call call = {.op = PT_PUSH_HISTORY, .most = JOBS_MOST};
		struct pt_push_reply reply = {.op = PT_PUSH_NOP};
		int rc;

		call.package_id = pt_inventory_package_id(c->inventory, p);
		call.since_ms = c->clock.now_ms(&c->clock) - history_ms;
		rc = pt_driver_ask(&reply, &c->driver, p, &call, err);
		if (rc == 0)
			rc = pt_snapshot_take_history(take, p, &reply, err);
		if (rc < 0)
			return pt_err_wrap(err, "reading how pushes of %s went",
					   c->train->package[p].name);
	}
	return 0;
}

/* Where the platform tells nothing of a package's pushes, our own journal may. */
static int read_journal(struct pt_snapshot_take *take, const struct pt_context *c,
			struct pt_err *err)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	char *path = pt_context_state_path(c->args);
	uint32_t nrun = 0;
	int rc = 0;

	if (!path)
		return pt_err_nomem(err);
	if (access(path, F_OK) == 0) {
		rc = pt_store_open_sqlite(&store, path, &pt_journal_schema, PT_STORE_READ, err);
		if (rc == 0)
			rc = pt_snapshot_add_runs(&nrun, pt_snapshot_take_pushes(take), c->train,
						  store, err);
	}
	free(path);
	return rc;
}

static int survey(struct pt_context *c, struct pt_err *err)
{
	int64_t cut_ms = 0;
	int rc = pt_context_cut(&cut_ms, c, err);

	c->start_ms = cut_ms;
	c->platform = PT_PLATFORM_IF_THERE;
	if (rc == 0)
		rc = pt_context_decide(c, cut_ms, err);
	if (rc == 0)
		rc = pt_context_connect(c, false, err);
	if (rc == 0)
		rc = pt_inventory_new(&c->inventory, (uint32_t)c->train->npackage, err);
	return rc < 0 ? rc : pt_driver_survey(&c->driver, c->train, true, c->inventory, err);
}

static int take_snapshot(struct pt_snapshot **out, struct pt_context *c,
			 const struct pt_org_hash *hash, int64_t history_ms, struct pt_err *err)
{
	PT_CLEANUP(pt_snapshot_take_freep) struct pt_snapshot_take *take = NULL;
	int rc = survey(c, err);
	struct pt_snapshot_setup setup = {
	    .suite = c->suite, .train = c->train, .inventory = c->inventory, .hash = hash};

	if (rc < 0)
		return rc;
	setup.now_ms = c->clock.now_ms(&c->clock);
	rc = pt_snapshot_take_new(&take, &setup, err);
	if (rc == 0)
		rc = read_subscribers(take, c, err);
	if (rc == 0)
		rc = read_history(take, c, history_ms, err);
	if (rc == 0)
		rc = read_journal(take, c, err);
	return rc < 0 ? rc : pt_snapshot_take_finish(out, take, err);
}

static int write_out(struct pt_buf *said, const struct pt_snapshot *s, const struct pt_context *c,
		     struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf text = PT_BUF_INIT;
	uint64_t jobs = 0;
	int rc;

	pt_snapshot_write(&text, s);
	rc = pt_buf_check(&text, err);
	if (rc == 0)
		rc = pt_file_replace(c->args->output, pt_buf_text(&text), text.len, err);
	if (rc < 0)
		return rc;
	for (size_t p = 0; p < s->npackage; p++)
		jobs += s->package[p].pushes.jobs;
	if (c->args->json) {
		struct pt_json json;

		pt_json_init(&json, said);
		pt_json_object(&json, NULL);
		pt_json_str(&json, "file", c->args->output);
		pt_json_time(&json, "taken", s->taken_ms);
		pt_json_int(&json, "orgs", (int64_t)s->norg);
		pt_json_bool(&json, "hashed", s->hashed);
		pt_json_int(&json, "jobs", (int64_t)jobs);
		pt_json_int(&json, "api_calls", (int64_t)c->driver.http_calls);
		pt_json_object_end(&json);
		return 0;
	}
	pt_buf_printf(said, "%zu orgs, keys %s, %llu past jobs measured, %llu API calls\n", s->norg,
		      s->hashed ? "hashed" : "as they are", (unsigned long long)jobs,
		      (unsigned long long)c->driver.http_calls);
	return 0;
}

enum pt_exit pt_cmd_snapshot(const struct pt_args *args)
{
	PT_CLEANUP(pt_context_release) struct pt_context c = {.args = args};
	PT_CLEANUP(pt_snapshot_freep) struct pt_snapshot *snapshot = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf said = PT_BUF_INIT;
	PT_CLEANUP(pt_org_hash_wipe) struct pt_org_hash hash = {.fingerprint = ""};
	struct pt_err err = PT_ERR_INIT;
	int64_t history_ms;
	bool plain;

	if (read_options(&plain, &history_ms, args, &err) < 0 ||
	    pt_context_open(&c, args, &err) < 0 || (!plain && open_hash(&hash, args, &err) < 0) ||
	    take_snapshot(&snapshot, &c, plain ? NULL : &hash, history_ms, &err) < 0 ||
	    write_out(&said, snapshot, &c, &err) < 0)
		return pt_say_error(&err);
	return pt_print(&said, PT_EXIT_DONE);
}
