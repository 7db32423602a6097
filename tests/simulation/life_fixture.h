/*
 * A run whose platform and journal outlive the processes that drive it, in front of
 * which calls can be killed and answers lost.
 */
#ifndef PT_TESTS_SIMULATION_LIFE_FIXTURE_H
#define PT_TESTS_SIMULATION_LIFE_FIXTURE_H

#include "tests/simulation/train_fixture.h"

#include "base/rng.h"
#include "connectors/store/sqlite.h"

/* Where the process dies. */
enum death {
	DEATH_BEFORE_STEP, /* answers were taken in and not written down */
	DEATH_BEFORE_CALL, /* written down, not sent */
	DEATH_AFTER_CALL,  /* sent, and the answer never seen */
	NDEATH,
};

/* A session that dies, in front of one with the platform. */
struct mortal {
	struct pt_push_session base;
	struct pt_push_session *inner;
	enum death death;
	uint64_t left; /* steps or calls until then */
	bool dead;
	struct pt_push_call last; /* the call it died at; what it points to is gone */
	/* Of writes: how many of a hundred have their answers lost, half of them after they took
	   effect. */
	uint64_t lost_percent, nwrite, nlost[2];
	struct lost {
		uint64_t cookie;
		enum pt_push_op op;
		int64_t due_ms; /* PT_NEVER: when the answer that is lost would come */
	} lost[64];
	size_t nwaiting;
};

enum { CALL_TIMEOUT_MS = 120000 };

static inline struct mortal *mortal_of(struct pt_push_session *base)
{
	return (struct mortal *)(void *)base;
}

static inline bool is_write(enum pt_push_op op)
{
	return op == PT_PUSH_CREATE || op == PT_PUSH_ADD_JOBS || op == PT_PUSH_ACTIVATE ||
	       op == PT_PUSH_CANCEL;
}

/* Decides whether the answer to a write gets lost; true: the write itself is lost as well. */
static inline bool lose(struct mortal *m, const struct pt_push_call *call, int64_t now_ms)
{
	uint64_t draw = pt_rng_mix(7, m->nwrite++);
	bool effect = (draw >> 32) % 2;

	if (draw % 100 >= m->lost_percent || m->nwaiting == PT_ARRAY_LEN(m->lost))
		return false;
	m->lost[m->nwaiting++] =
	    (struct lost){call->cookie, call->op, effect ? PT_NEVER : now_ms + CALL_TIMEOUT_MS};
	m->nlost[effect]++;
	return !effect;
}

/* The i-th of those that wait, as the reply that never came. */
static inline void deliver(struct pt_push_reply *out, struct mortal *m, size_t i)
{
	*out = (struct pt_push_reply){.op = m->lost[i].op,
				      .cookie = m->lost[i].cookie,
				      .outcome = PT_PUSH_LOST,
				      .http_calls = 1};
	m->lost[i] = m->lost[--m->nwaiting];
}

static inline int die(struct mortal *m, struct pt_err *err)
{
	m->dead = true;
	return pt_err_set(err, PT_E_IO, "dead");
}

static inline int mortal_submit(struct pt_push_session *base, const struct pt_push_call *call,
				int64_t now_ms, struct pt_err *err)
{
	struct mortal *m = mortal_of(base);
	bool dies = m->death != DEATH_BEFORE_STEP && m->left-- == 0;
	int rc = 0;

	m->last = *call;
	if (m->lost_percent && is_write(call->op) && lose(m, call, now_ms))
		return 0;
	if (!dies || m->death == DEATH_AFTER_CALL)
		rc = m->inner->ops->submit(m->inner, call, now_ms, err);
	return rc == 0 && dies ? die(m, err) : rc;
}

static inline int64_t mortal_next_ms(struct pt_push_session *base)
{
	struct mortal *m = mortal_of(base);
	int64_t next = m->inner->ops->next_ms(m->inner);

	for (size_t i = 0; i < m->nwaiting; i++)
		next = m->lost[i].due_ms < next ? m->lost[i].due_ms : next;
	return next;
}

static inline int mortal_receive(struct pt_push_reply *out, bool *got_out,
				 struct pt_push_session *base, int64_t now_ms, struct pt_err *err)
{
	struct mortal *m = mortal_of(base);

	for (size_t i = 0; i < m->nwaiting; i++) {
		if (m->lost[i].due_ms <= now_ms) {
			deliver(out, m, i);
			*got_out = true;
			return 0;
		}
	}
	int rc = m->inner->ops->receive(out, got_out, m->inner, now_ms, err);

	for (size_t i = 0; rc == 0 && *got_out && i < m->nwaiting; i++) {
		if (m->lost[i].due_ms == PT_NEVER && m->lost[i].cookie == out->cookie) {
			deliver(out, m, i);
			break;
		}
	}
	return rc;
}

static inline void mortal_close(struct pt_push_session *base)
{
	struct mortal *m = mortal_of(base);

	if (m && m->inner)
		m->inner->ops->close(m->inner);
}

static const struct pt_push_ops MORTAL = {"mortal", mortal_submit, mortal_next_ms, mortal_receive,
					  mortal_close};

static const struct pt_sim_api API = {.latency = {.typical_ms = 400, .max_ms = 8000}};

static inline int ask(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct mortal *m = (struct mortal *)context;

	*out = PT_DRIVE_GO_ON;
	return m->death == DEATH_BEFORE_STEP && m->left-- == 0 ? die(m, err) : 0;
}

/* A journal whose disk fails at some operation. */
struct frail {
	struct pt_store base;
	struct pt_store *inner;
	uint64_t left; /* operations until then */
	bool failed;
};

static inline struct frail *frail_of(struct pt_store *base)
{
	return (struct frail *)(void *)base;
}

static inline int frail_fail(struct frail *f, struct pt_err *err)
{
	f->failed = true;
	return pt_err_set(err, PT_E_IO, "the disk is full");
}

static inline int frail_begin(struct pt_store *base, enum pt_store_durability durability,
			      struct pt_err *err)
{
	struct frail *f = frail_of(base);

	return f->left-- == 0 ? frail_fail(f, err)
			      : f->inner->ops->begin(f->inner, durability, err);
}

static inline int frail_put(struct pt_store *base, size_t table, const void *row,
			    struct pt_err *err)
{
	struct frail *f = frail_of(base);

	return f->left-- == 0 ? frail_fail(f, err) : f->inner->ops->put(f->inner, table, row, err);
}

static inline int frail_commit(struct pt_store *base, struct pt_err *err)
{
	struct frail *f = frail_of(base);

	if (f->left-- != 0)
		return f->inner->ops->commit(f->inner, err);
	f->inner->ops->rollback(f->inner);
	return frail_fail(f, err);
}

static inline void frail_rollback(struct pt_store *base)
{
	frail_of(base)->inner->ops->rollback(frail_of(base)->inner);
}

static const struct pt_store_ops FRAIL = {
    .begin = frail_begin, .put = frail_put, .commit = frail_commit, .rollback = frail_rollback};

/* A run whose platform outlives the processes that drive it. */
struct life {
	struct rehearsal r;
	struct pt_push_session *keeper; /* of the platform */
	struct mortal mortal;
	struct pt_store *store;
	struct frail frail; /* in front of the store where a test says so */
	struct pt_journal journal;
	char path[96];
	int64_t stopped_ms;
};

static inline void connect(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	life->mortal.base.ops = &MORTAL;
	life->mortal.dead = false;
	assert_int_equal(pt_push_open_platform(&life->mortal.inner, life->r.platform, &API, &err),
			 0);
	life->r.c.session[0] = &life->mortal.base;
	life->r.c.driver.journal = &life->journal;
	life->r.c.driver.ask = ask;
	life->r.c.driver.ask_context = &life->mortal;
}

static inline void open_journal(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(
	    pt_store_open_sqlite(&life->store, life->path, &pt_journal_schema, PT_STORE_MAKE, &err),
	    0);
	life->journal.store = life->store;
	life->frail = (struct frail){.base.ops = &FRAIL, .inner = life->store};
}

static inline void begin(struct life *life, int64_t seed, const char *order)
{
	struct pt_err err = PT_ERR_INIT;
	struct pt_run run = {.texts = PT_ARENA_INIT};
	const struct pt_run_row row = {
	    .suite = "s", .train = "t", .id = "1", .timezone = "UTC", .seed = seed};

	*life = (struct life){.keeper = NULL};
	plan_train(&life->r, seed, order);
	life->keeper = life->r.c.session[0];
	snprintf(life->path, sizeof(life->path), "%s/journal.db", folder);
	remove(life->path);
	open_journal(life);
	assert_int_equal(pt_journal_begin(&run, life->store, &row, "plan", 4, &err), 0);
	life->journal.run = run.row.run;
	pt_run_release(&run);
	connect(life);
	assert_int_equal(pt_context_engine(&life->r.c, true, &err), 0);
}

/* What a process leaves when it dies: the journal and the platform. */
static inline void bury(struct life *life)
{
	struct pt_context *c = &life->r.c;

	c->session[0]->ops->close(c->session[0]);
	free(c->session);
	free(c->connector);
	pt_engine_free(c->engine);
	free(c->poll_ms);
	free(c->api_floor_ppm);
	pt_plan_free(c->plan);
	pt_audience_release(&c->audience);
	pt_targets_release(&c->targets);
	pt_inventory_free(c->inventory);
	free(c->lists.exclude[0].key);
	free(c->lists.exclude);
	free(c->lists.stage);
	c->session = NULL;
	c->connector = NULL;
	c->engine = NULL;
	c->poll_ms = NULL;
	c->api_floor_ppm = NULL;
	c->plan = NULL;
	c->inventory = NULL;
	c->lists = (struct pt_org_lists){.exclude = NULL};
	pt_store_closep(&life->store);
}

/* Another process takes the journal up. */
static inline int restore(struct life *life, struct pt_err *err)
{
	struct pt_context *c = &life->r.c;
	int64_t now_ms = c->clock.now_ms(&c->clock);

	bury(life);
	assert_int_equal(pt_context_survey(c, true, true, err), 0);
	c->session[0]->ops->close(c->session[0]);
	connect(life);
	c->clock = pt_clock_virtual(now_ms);
	int rc =
	    pt_store_open_sqlite(&life->store, life->path, &pt_journal_schema, PT_STORE_WRITE, err);

	life->journal.store = life->store;
	return rc < 0 ? rc : pt_context_put_back(c, &life->journal, err);
}

static inline void resurrect(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	if (restore(life, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void end(struct life *life)
{
	struct pt_context *c = &life->r.c;

	c->session[0]->ops->close(c->session[0]);
	c->session[0] = life->keeper;
	release(&life->r);
	pt_store_closep(&life->store);
}

/* True: it came to its end. False: it died. */
static inline bool live(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;
	int rc = pt_driver_run(&how, &life->r.c.driver, life->r.c.engine, &err);

	if (rc < 0 && !life->mortal.dead && !life->frail.failed)
		fail_msg("%s", err.text);
	return rc == 0;
}

/* It died before its first step was written down: then nothing was sent either. */
static inline bool nothing_written(const struct life *life)
{
	const struct pt_journal journal = {life->store, life->journal.run};
	struct pt_arena texts = PT_ARENA_INIT;
	struct pt_progress_row progress;

	assert_int_equal(pt_journal_progress(&progress, &texts, &journal, NULL), 0);
	pt_arena_release(&texts);
	return progress.norg == 0;
}

static inline void audit(const struct life *life, bool confirmed)
{
	const struct rehearsal *r = &life->r;

	for (uint32_t job = 0; job < pt_platform_njob(r->platform); job++) {
		if (confirmed)
			assert_true(order_holds(r, job));
		check_once(r, job);
		check_excluded(r, job);
	}
	for (uint32_t i = 0; i < pt_platform_nrequest(r->platform); i++)
		assert_int_not_equal(pt_platform_request(r->platform, i).state, PT_JOB_CREATED);
	for (uint32_t s = 0; s < r->c.conf.nstage; s++) {
		for (uint32_t p = 0; p < r->npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, r->c.engine, s, p);
			assert_true(pt_tally_adds_up(&figures.tally));
			assert_int_equal(figures.tally.in_flight, 0);
		}
	}
}

/* What every org has at the end, as the platform knows it. */
struct outcome {
	uint32_t *installed;
	uint32_t norg, npackage;
	uint64_t nsteps, ncalls;
};

static inline struct outcome outcome_of(const struct life *life)
{
	struct pt_platform *platform = life->r.platform;
	struct outcome out = {.norg = pt_platform_norg(platform), .npackage = life->r.npackage};

	out.installed = calloc((size_t)out.norg * out.npackage + 1, sizeof(*out.installed));
	assert_non_null(out.installed);
	for (uint32_t org = 0; org < out.norg; org++) {
		for (uint32_t p = 0; p < out.npackage; p++)
			out.installed[org * out.npackage + p] =
			    pt_platform_installed(platform, org, p);
	}
	return out;
}

static inline struct outcome undisturbed(int64_t seed, const char *order)
{
	struct outcome out;
	struct life life;
	uint64_t nsteps, ncalls;

	begin(&life, seed, order);
	life.mortal.death = DEATH_BEFORE_STEP;
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	nsteps = UINT64_MAX - life.mortal.left;
	end(&life);
	begin(&life, seed, order);
	life.mortal.death = DEATH_AFTER_CALL;
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	ncalls = UINT64_MAX - life.mortal.left;
	audit(&life, order[0] == 'c');
	out = outcome_of(&life);
	out.nsteps = nsteps;
	out.ncalls = ncalls;
	end(&life);
	return out;
}

static inline void same_outcome(const struct life *life, const struct outcome *expected)
{
	struct outcome got = outcome_of(life);

	assert_memory_equal(got.installed, expected->installed,
			    (size_t)got.norg * got.npackage * sizeof(*got.installed));
	free(got.installed);
}

/*
 * Stuck jobs end at a time of their own: then it matters when exactly they are
 * looked at, and two runs that differ by a minute may rightly end differently.
 */
static inline int make_steady_folder(void **state)
{
	char command[256];
	int rc = make_folder(state);

	snprintf(command, sizeof(command), "sed -i 's/, stuck: {.*60h }//' %s/population.yaml",
		 folder);
	return rc ? rc : system(command);
}

/* The same with so few orgs that a whole train is over in a moment. */
static inline int make_small_folder(void **state)
{
	char command[128];
	int rc = make_steady_folder(state);

	snprintf(command, sizeof(command), "sed -i 's/^orgs: .*/orgs: 40/' %s/population.yaml",
		 folder);
	return rc ? rc : system(command);
}

#endif
