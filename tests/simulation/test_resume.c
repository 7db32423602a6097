/*
 * Promise 3: the process dies between any two steps, before or after any call
 * reached the platform, and another one goes on from the journal. The platform
 * must end as if nothing had happened.
 */
#include "tests/simulation/train_fixture.h"

#include "connectors/store/sqlite.h"
#include "pipeline/restore.h"

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
};

static struct mortal *mortal_of(struct pt_push_session *base)
{
	return (struct mortal *)(void *)base;
}

static int die(struct mortal *m, struct pt_err *err)
{
	m->dead = true;
	return pt_err_set(err, PT_E_IO, "dead");
}

static int mortal_submit(struct pt_push_session *base, const struct pt_push_call *call,
			 int64_t now_ms, struct pt_err *err)
{
	struct mortal *m = mortal_of(base);
	bool dies = m->death != DEATH_BEFORE_STEP && m->left-- == 0;
	int rc = 0;

	if (!dies || m->death == DEATH_AFTER_CALL)
		rc = m->inner->ops->submit(m->inner, call, now_ms, err);
	return rc == 0 && dies ? die(m, err) : rc;
}

static int64_t mortal_next_ms(struct pt_push_session *base)
{
	return mortal_of(base)->inner->ops->next_ms(mortal_of(base)->inner);
}

static int mortal_receive(struct pt_push_reply *out, bool *got_out, struct pt_push_session *base,
			  int64_t now_ms, struct pt_err *err)
{
	struct mortal *m = mortal_of(base);

	return m->inner->ops->receive(out, got_out, m->inner, now_ms, err);
}

static void mortal_close(struct pt_push_session *base)
{
	struct mortal *m = mortal_of(base);

	if (m && m->inner)
		m->inner->ops->close(m->inner);
}

static const struct pt_push_ops MORTAL = {"mortal", mortal_submit, mortal_next_ms, mortal_receive,
					  mortal_close};

static const struct pt_sim_api API = {.latency = {.typical_ms = 400, .max_ms = 8000}};

static int ask(void *context, enum pt_drive_wish *out, struct pt_err *err)
{
	struct mortal *m = (struct mortal *)context;

	*out = PT_DRIVE_GO_ON;
	return m->death == DEATH_BEFORE_STEP && m->left-- == 0 ? die(m, err) : 0;
}

/* A run whose platform outlives the processes that drive it. */
struct life {
	struct rehearsal r;
	struct pt_push_session *keeper; /* of the platform */
	struct mortal mortal;
	struct pt_store *store;
	struct pt_journal journal;
	char path[96];
};

static void connect(struct life *life)
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

static void open_journal(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(
	    pt_store_open_sqlite(&life->store, life->path, &pt_journal_schema, PT_STORE_MAKE, &err),
	    0);
	life->journal.store = life->store;
}

static void begin(struct life *life, int64_t seed, const char *order)
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
static void bury(struct life *life)
{
	struct pt_context *c = &life->r.c;

	c->session[0]->ops->close(c->session[0]);
	free(c->session);
	free(c->connector);
	pt_engine_free(c->engine);
	free(c->poll_ms);
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
	c->plan = NULL;
	c->inventory = NULL;
	c->lists = (struct pt_org_lists){.exclude = NULL};
	pt_store_closep(&life->store);
}

static void resurrect(struct life *life)
{
	struct pt_context *c = &life->r.c;
	struct pt_err err = PT_ERR_INIT;
	int64_t now_ms = c->clock.now_ms(&c->clock);

	bury(life);
	open_journal(life);
	assert_int_equal(pt_context_survey(c, true, true, &err), 0);
	c->session[0]->ops->close(c->session[0]);
	connect(life);
	c->clock = pt_clock_virtual(now_ms);
	assert_int_equal(
	    pt_restore_orgs(c->inventory, &c->audience, &life->journal, c->suite, &c->conf, &err),
	    0);
	assert_int_equal(
	    pt_restore_have(c->inventory, (uint32_t)c->train->npackage, &life->journal, &err), 0);
	assert_int_equal(pt_context_make_plan(c, &err), 0);
	assert_int_equal(pt_restore_stages(c->plan->stage_start_ms, c->plan->stage_eligible,
					   c->conf.nstage, &life->journal, &err),
			 0);
	assert_int_equal(pt_context_engine(c, true, &err), 0);
	if (pt_engine_restore(c->engine, &life->journal, &err) < 0)
		fail_msg("%s", err.text);
}

static void end(struct life *life)
{
	struct pt_context *c = &life->r.c;

	c->session[0]->ops->close(c->session[0]);
	c->session[0] = life->keeper;
	release(&life->r);
	pt_store_closep(&life->store);
}

/* True: it came to its end. False: it died. */
static bool live(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;
	int rc = pt_driver_run(&how, &life->r.c.driver, life->r.c.engine, &err);

	if (rc < 0 && !life->mortal.dead)
		fail_msg("%s", err.text);
	return rc == 0;
}

static void audit(const struct life *life, bool confirmed)
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

static struct outcome outcome_of(const struct life *life)
{
	struct pt_platform *platform = life->r.platform;
	struct outcome out = {.norg = pt_platform_norg(platform), .npackage = life->r.npackage};

	out.installed = calloc((size_t)out.norg * out.npackage, sizeof(*out.installed));
	assert_non_null(out.installed);
	for (uint32_t org = 0; org < out.norg; org++) {
		for (uint32_t p = 0; p < out.npackage; p++)
			out.installed[org * out.npackage + p] =
			    pt_platform_installed(platform, org, p);
	}
	return out;
}

static struct outcome undisturbed(int64_t seed, const char *order)
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

static void same_outcome(const struct life *life, const struct outcome *expected)
{
	struct outcome got = outcome_of(life);

	assert_memory_equal(got.installed, expected->installed,
			    (size_t)got.norg * got.npackage * sizeof(*got.installed));
	free(got.installed);
}

/* Dies once, at that step or call. */
static void die_once(const struct outcome *expected, int64_t seed, const char *order,
		     enum death death, uint64_t at)
{
	struct life life;

	begin(&life, seed, order);
	life.mortal.death = death;
	life.mortal.left = at;
	assert_false(live(&life));
	resurrect(&life);
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	audit(&life, order[0] == 'c');
	same_outcome(&life, expected);
	end(&life);
}

/* Every death is tried where PT_EVERY_DEATH is set, else a sample of them. */
static uint64_t stride(uint64_t n, uint64_t sample)
{
	return getenv("PT_EVERY_DEATH") || n < sample ? 1 : n / sample;
}

static void die_everywhere(const char *order, enum death death, uint64_t sample)
{
	struct outcome expected = undisturbed(3, order);
	uint64_t n = death == DEATH_BEFORE_STEP ? expected.nsteps : expected.ncalls;

	assert_true(n > 300);
	for (uint64_t at = 1; at < n; at += stride(n, sample))
		die_once(&expected, 3, order, death, at);
	free(expected.installed);
}

PT_TEST(promise_3_death_before_a_step_loses_nothing)
{
	die_everywhere("confirmed", DEATH_BEFORE_STEP, 20);
}

PT_TEST(promise_3_death_before_a_call_loses_nothing)
{
	die_everywhere("confirmed", DEATH_BEFORE_CALL, 30);
}

PT_TEST(promise_3_death_after_a_call_loses_nothing)
{
	die_everywhere("confirmed", DEATH_AFTER_CALL, 30);
}

PT_TEST(promise_3_deaths_with_order_offset_lose_nothing)
{
	die_everywhere("offset", DEATH_BEFORE_CALL, 10);
	die_everywhere("offset", DEATH_AFTER_CALL, 10);
}

PT_TEST(promise_3_a_hundred_deaths_in_one_run_lose_nothing)
{
	for (int64_t seed = 1; seed <= 2; seed++) {
		struct outcome expected = undisturbed(seed, "confirmed");
		struct life life;
		uint64_t ndeath = 0;

		begin(&life, seed, "confirmed");
		do {
			if (ndeath)
				resurrect(&life);
			life.mortal.death = (enum death)(ndeath % NDEATH);
			life.mortal.left = 3 + ndeath * 7 % 23;
			ndeath++;
		} while (!live(&life));
		assert_true(ndeath > 30);
		audit(&life, true);
		same_outcome(&life, &expected);
		end(&life);
		free(expected.installed);
	}
}

/*
 * Stuck jobs end at a time of their own: then it matters when exactly they are
 * looked at, and two runs that differ by a minute may rightly end differently.
 */
static int make_steady_folder(void **state)
{
	char command[256];
	int rc = make_folder(state);

	snprintf(command, sizeof(command), "sed -i 's/, stuck: {.*60h }//' %s/population.yaml",
		 folder);
	return rc ? rc : system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_3_death_before_a_step_loses_nothing),
	    PT_RUN(promise_3_death_before_a_call_loses_nothing),
	    PT_RUN(promise_3_death_after_a_call_loses_nothing),
	    PT_RUN(promise_3_deaths_with_order_offset_lose_nothing),
	    PT_RUN(promise_3_a_hundred_deaths_in_one_run_lose_nothing),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
