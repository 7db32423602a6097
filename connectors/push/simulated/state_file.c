/* See state_file.h. */
#include "connectors/push/simulated/state_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "connectors/push/simulated/catalogue_text.h"
#include "connectors/store/lock.h"
#include "connectors/store/sqlite.h"

enum table { ROWS_ORIGIN, ROWS_CATALOGUE, ROWS_CALL };

struct origin_row {
	int64_t number; /* 1 */
	int64_t seed, made_ms;
	const char *population;
};

struct catalogue_row {
	int64_t number;
	const char *text;
};

struct call_row {
	int64_t number, at_ms, op;
	const char *version_id, *request; /* NULL: none */
	int64_t start_ms;
	struct pt_bytes orgs; /* 15 characters each */
};

static const struct pt_column ORIGIN[] = {
    {"number", PT_COLUMN_INT, offsetof(struct origin_row, number)},
    {"seed", PT_COLUMN_INT, offsetof(struct origin_row, seed)},
    {"made_ms", PT_COLUMN_INT, offsetof(struct origin_row, made_ms)},
    {"population", PT_COLUMN_TEXT, offsetof(struct origin_row, population)},
};
static const struct pt_column CATALOGUE[] = {
    {"number", PT_COLUMN_INT, offsetof(struct catalogue_row, number)},
    {"text", PT_COLUMN_TEXT, offsetof(struct catalogue_row, text)},
};
static const struct pt_column CALL[] = {
    {"number", PT_COLUMN_INT, offsetof(struct call_row, number)},
    {"at_ms", PT_COLUMN_INT, offsetof(struct call_row, at_ms)},
    {"op", PT_COLUMN_INT, offsetof(struct call_row, op)},
    {"version_id", PT_COLUMN_TEXT, offsetof(struct call_row, version_id)},
    {"request", PT_COLUMN_TEXT, offsetof(struct call_row, request)},
    {"start_ms", PT_COLUMN_INT, offsetof(struct call_row, start_ms)},
    {"orgs", PT_COLUMN_BYTES, offsetof(struct call_row, orgs)},
};
static const struct pt_store_table TABLES[] = {
    [ROWS_ORIGIN] = {"origin", ORIGIN, PT_ARRAY_LEN(ORIGIN), 1, sizeof(struct origin_row)},
    [ROWS_CATALOGUE] = {"catalogue", CATALOGUE, PT_ARRAY_LEN(CATALOGUE), 1,
			sizeof(struct catalogue_row)},
    [ROWS_CALL] = {"call", CALL, PT_ARRAY_LEN(CALL), 1, sizeof(struct call_row)},
};
static const struct pt_schema SCHEMA = {
    .name = "simulated platform",
    .id = 0x50545331, /* "PTS1" */
    .version = 2,
    .table = TABLES,
    .ntable = PT_ARRAY_LEN(TABLES),
};

/* Written in the file: the order of push.h must not decide. */
static const struct {
	enum pt_push_op op;
	int64_t number;
} numbers[] = {
    {PT_PUSH_CREATE, 1}, {PT_PUSH_ADD_JOBS, 2}, {PT_PUSH_ACTIVATE, 3}, {PT_PUSH_CANCEL, 4}};

struct pt_sim_state {
	char *path; /* owned */
	struct pt_store *store;
	struct pt_lock *lock;
	int64_t ncall, ncatalogue;
	struct pt_buf catalogue; /* the text of the last one */
};

enum { KEY = 15 };

static int damaged(struct pt_err *err, const struct pt_sim_state *state, const char *what)
{
	return pt_err_set(err, PT_E_INVALID, "%s is damaged: %s", state->path, what);
}

static int open_parts(struct pt_sim_state *state, const char *path, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf lock = PT_BUF_INIT;
	int rc;

	state->path = strdup(path);
	pt_buf_printf(&lock, "%s.lock", path);
	rc = state->path ? pt_buf_check(&lock, err) : pt_err_nomem(err);
	if (rc == 0)
		rc = pt_store_open_sqlite(&state->store, path, &SCHEMA, PT_STORE_MAKE, err);
	if (rc == 0 && pt_lock_take(&state->lock, pt_buf_text(&lock), 0, err) < 0)
		rc = pt_err_wrap(err, "the simulated platform %s", path);
	return rc;
}

int pt_sim_state_open(struct pt_sim_state **out, const char *path, struct pt_err *err)
{
	struct pt_sim_state *state = calloc(1, sizeof(*state));
	int rc;

	if (!state)
		return pt_err_nomem(err);
	rc = open_parts(state, path, err);
	if (rc < 0)
		pt_sim_state_close(state);
	else
		*out = state;
	return rc;
}

void pt_sim_state_close(struct pt_sim_state *state)
{
	if (!state)
		return;
	pt_lock_free(state->lock);
	pt_store_closep(&state->store);
	pt_buf_release(&state->catalogue);
	free(state->path);
	free(state);
}

void pt_sim_state_closep(struct pt_sim_state **state)
{
	pt_sim_state_close(*state);
	*state = NULL;
}

struct origin_search {
	const struct pt_sim_state *state;
	struct pt_sim_origin *out;
	bool found;
};

static int take_origin(void *context, const void *row, struct pt_err *err)
{
	const struct origin_row *from = row;
	struct origin_search *search = context;

	if (!from->population || strlen(from->population) >= sizeof(search->out->population))
		return damaged(err, search->state, "its origin");
	search->found = true;
	search->out->seed = (uint64_t)from->seed;
	search->out->made_ms = from->made_ms;
	snprintf(search->out->population, sizeof(search->out->population), "%s", from->population);
	return 0;
}

int pt_sim_state_origin(struct pt_sim_origin *out, bool *found_out, struct pt_sim_state *state,
			struct pt_err *err)
{
	struct pt_sim_origin origin = {.seed = 0};
	struct origin_search search = {.state = state, .out = &origin};
	int rc =
	    state->store->ops->each(state->store, ROWS_ORIGIN, NULL, 0, take_origin, &search, err);

	if (rc < 0)
		return rc;
	*found_out = search.found;
	*out = origin;
	return 0;
}

static int put_catalogue(struct pt_sim_state *state, const char *text, struct pt_err *err)
{
	const struct catalogue_row row = {state->ncatalogue + 1, text};

	return state->store->ops->put(state->store, ROWS_CATALOGUE, &row, err);
}

static int end_writing(struct pt_sim_state *state, int rc, struct pt_err *err)
{
	if (rc == 0)
		return state->store->ops->commit(state->store, err);
	state->store->ops->rollback(state->store);
	return rc;
}

int pt_sim_state_begin(struct pt_sim_state *state, const struct pt_sim_origin *origin,
		       const struct pt_sim_catalogue *catalogue, struct pt_err *err)
{
	const struct origin_row row = {1, (int64_t)origin->seed, origin->made_ms,
				       origin->population};
	struct pt_store *store = state->store;
	int rc;

	pt_sim_catalogue_write(&state->catalogue, catalogue);
	rc = pt_buf_check(&state->catalogue, err);
	if (rc == 0)
		rc = store->ops->begin(store, PT_STORE_ON_DISK, err);
	if (rc < 0)
		return rc;
	rc = store->ops->put(store, ROWS_ORIGIN, &row, err);
	if (rc == 0)
		rc = put_catalogue(state, pt_buf_text(&state->catalogue), err);
	rc = end_writing(state, rc, err);
	state->ncatalogue += rc == 0;
	return rc;
}

int pt_sim_state_upload(struct pt_sim_state *state, const struct pt_sim_catalogue *catalogue,
			struct pt_err *err)
{
	struct pt_buf text = PT_BUF_INIT;
	int rc;

	pt_sim_catalogue_write(&text, catalogue);
	rc = pt_buf_check(&text, err);
	if (rc < 0 || strcmp(pt_buf_text(&text), pt_buf_text(&state->catalogue)) == 0) {
		pt_buf_release(&text);
		return rc;
	}
	rc = state->store->ops->begin(state->store, PT_STORE_ON_DISK, err);
	if (rc == 0)
		rc = end_writing(state, put_catalogue(state, pt_buf_text(&text), err), err);
	state->ncatalogue += rc == 0;
	pt_buf_release(&state->catalogue);
	state->catalogue = text;
	return rc;
}

static int64_t number_of(enum pt_push_op op)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(numbers); i++) {
		if (numbers[i].op == op)
			return numbers[i].number;
	}
	return 0;
}

int pt_sim_state_append(struct pt_sim_state *state, const struct pt_push_call *call, int64_t at_ms,
			struct pt_err *err)
{
	struct pt_store *store = state->store;
	char *keys = malloc(call->norg * KEY + 1);
	struct call_row row = {
	    .number = state->ncall + 1,
	    .at_ms = at_ms,
	    .op = number_of(call->op),
	    .version_id = call->version_id.text[0] ? call->version_id.text : NULL,
	    .request = call->request.text[0] ? call->request.text : NULL,
	    .start_ms = call->start_ms,
	    .orgs = {keys, call->norg * KEY},
	};
	int rc = keys ? store->ops->begin(store, PT_STORE_ON_DISK, err) : pt_err_nomem(err);

	for (size_t i = 0; keys && i < call->norg; i++)
		memcpy(keys + i * KEY, call->org[i].text, KEY);
	if (rc == 0)
		rc = end_writing(state, store->ops->put(store, ROWS_CALL, &row, err), err);
	free(keys);
	state->ncall += rc == 0;
	return rc;
}

struct replay {
	struct pt_sim_state *state;
	const struct pt_sim_replay *to;
	int64_t last_ms;
	struct pt_org_key *org; /* owned */
	size_t cap;
};

static int take_catalogue(void *context, const void *row, struct pt_err *err)
{
	const struct catalogue_row *from = row;
	struct replay *replay = context;
	struct pt_sim_state *state = replay->state;
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_sim_catalogue catalogue;
	int rc;

	if (from->number != state->ncatalogue + 1 || !from->text)
		return damaged(err, state, "a catalogue");
	rc = pt_sim_catalogue_read(&catalogue, &arena, from->text, err);
	if (rc < 0)
		rc = pt_err_wrap(err, "%s is damaged", state->path);
	else
		rc = replay->to->catalogue(replay->to->context, &catalogue, err);
	state->ncatalogue++;
	pt_buf_clear(&state->catalogue);
	pt_buf_str(&state->catalogue, from->text);
	pt_arena_release(&arena);
	return rc < 0 ? rc : pt_buf_check(&state->catalogue, err);
}

static int take_orgs(struct pt_push_call *call, struct replay *replay, const struct pt_bytes *orgs,
		     struct pt_err *err)
{
	size_t n = orgs->size / KEY;

	if (n * KEY != orgs->size)
		return damaged(err, replay->state, "the orgs of a call");
	if (n > replay->cap) {
		struct pt_org_key *grown = realloc(replay->org, n * sizeof(*grown));

		if (!grown)
			return pt_err_nomem(err);
		replay->org = grown;
		replay->cap = n;
	}
	for (size_t i = 0; i < n; i++) {
		if (pt_org_key_parse(&replay->org[i], (const char *)orgs->data + i * KEY, KEY,
				     NULL) < 0)
			return damaged(err, replay->state, "an org of a call");
	}
	call->org = replay->org;
	call->norg = n;
	return 0;
}

static int take_call(void *context, const void *row, struct pt_err *err)
{
	const struct call_row *from = row;
	struct replay *replay = context;
	struct pt_push_call call = {.op = PT_PUSH_NOP, .start_ms = from->start_ms};
	int rc;

	for (size_t i = 0; i < PT_ARRAY_LEN(numbers); i++) {
		if (numbers[i].number == from->op)
			call.op = numbers[i].op;
	}
	if (from->number != replay->state->ncall + 1 || call.op == PT_PUSH_NOP ||
	    from->at_ms < replay->last_ms ||
	    (from->version_id &&
	     pt_id_parse(call.version_id.text, "04t", from->version_id, NULL) < 0) ||
	    (from->request && pt_id_parse(call.request.text, "0DV", from->request, NULL) < 0))
		return damaged(err, replay->state, "a call");
	rc = take_orgs(&call, replay, &from->orgs, err);
	if (rc < 0)
		return rc;
	replay->state->ncall++;
	replay->last_ms = from->at_ms;
	return replay->to->call(replay->to->context, &call, from->at_ms, err);
}

int pt_sim_state_replay(struct pt_sim_state *state, const struct pt_sim_replay *to,
			struct pt_err *err)
{
	struct replay replay = {.state = state, .to = to, .last_ms = INT64_MIN};
	struct pt_store *store = state->store;
	int rc = store->ops->each(store, ROWS_CATALOGUE, NULL, 0, take_catalogue, &replay, err);

	if (rc == 0 && state->ncatalogue == 0)
		rc = damaged(err, state, "it has no catalogue");
	if (rc == 0)
		rc = store->ops->each(store, ROWS_CALL, NULL, 0, take_call, &replay, err);
	free(replay.org);
	return rc;
}
