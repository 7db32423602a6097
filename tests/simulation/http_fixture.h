/*
 * A train of three packages through the real connector and the emulator, over HTTP on
 * this machine. The emulator turns in a thread of its own; its clock follows the
 * train's, and what the platform records is looked at when the thread has ended.
 */
#ifndef PT_TESTS_SIMULATION_HTTP_FIXTURE_H
#define PT_TESTS_SIMULATION_HTTP_FIXTURE_H

#include "tests/simulation/train_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/rng.h"
#include "cmd/catalogue.h"
#include "connectors/emulator/emulator.h"
#include "connectors/push/simulated/population.h"

enum { TIMEOUT_MS = 150, PAGE_ROWS = 40 };

static const char three_packages[] =
    "suite: three\ntimezone: Europe/Berlin\n"
    "connectors:\n"
    "  hub:\n"
    "    type: salesforce\n"
    "    instance_url: ${PT_TEST_URL}\n"
    "    auth: { client_credentials: { client_id: train, secret: { env: PT_TEST_SECRET } } }\n"
    "  rehearsal: { type: simulated, population: population.yaml }\n"
    "defaults: { connector: hub, tag: '^v(?<version>\\d+\\.\\d+)$' }\n"
    "packages:\n"
    "  - { name: core, namespace: core, git: core.git }\n"
    "  - { name: app, namespace: app, git: app.git }\n"
    "  - { name: ext, namespace: ext, git: ext.git }\n"
    "trains:\n"
    "  weekly:\n"
    "    offset: 4h\n"
    "    stages:\n"
    "      - { name: sandbox, orgs: { type: Sandbox }, request_size: 30 }\n"
    "      - { name: production, orgs: { type: Production }, request_size: all }\n"
    "    repush: { passes: 3, after: 1h, every: 12h }\n";

static const char hundred_orgs[] =
    "seed: 1\norgs: 100\nsandboxes: 40%\nopted_out: 4%\n"
    "bundles:\n"
    "  - { packages: all, share: rest }\n"
    "  - { packages: [core, app], share: 20% }\n"
    "installed: { at_target: 5%, previous: rest }\n"
    "failures: { transient: 12%, permanent: 3% }\n"
    "latencies: { start_delay: { typical: 20m, max: 2h }, job_duration: { typical: 20m, max: 2h "
    "},\n"
    "  record_lag: { typical: 10m, max: 1h } }\n";

static inline void write_text(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline int make_three(void **state)
{
	char command[1024];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(suite_path, sizeof(suite_path), "%s/suite.yaml", folder);
	write_text("suite.yaml", three_packages);
	write_text("population.yaml", hundred_orgs);
	snprintf(command, sizeof(command),
		 "cd %s && commit=%s/tests/e2e/commit-files && m=pushtrain.yaml && "
		 "printf 'needs: {}\\n' >$m && $commit core.git v1.0 $m $m && "
		 "$commit core.git v1.1 $m $m && "
		 "printf 'needs: { core: \"1.0\" }\\n' >$m && $commit app.git v2.0 $m $m && "
		 "printf 'needs: { core: \"1.1\" }\\n' >$m && $commit app.git v2.1 $m $m && "
		 "printf 'needs: { app: \"2.0\" }\\n' >$m && $commit ext.git v3.0 $m $m && "
		 "printf 'needs: { app: \"2.1\" }\\n' >$m && $commit ext.git v3.1 $m $m",
		 folder, PT_SOURCE_DIR);
	assert_int_equal(system(command), 0);
	assert_int_equal(setenv("PT_TEST_SECRET", "not-a-secret-really", 1), 0);
	return 0;
}

/* The platform, and the thread that answers for it. */
struct hub {
	struct pt_platform *platform;
	struct pt_emulator *emulator;
	pthread_t thread;
	atomic_bool stop;
	uint64_t nfault;
};

static inline void *serve(void *context)
{
	struct hub *hub = context;

	while (!atomic_load(&hub->stop))
		(void)!pt_emulator_turn(hub->emulator, 20, NULL);
	return NULL;
}

/* Orgs of that seed, with the versions that the suite's repositories have. */
static inline void make_orgs(struct hub *hub, struct pt_context *c, int64_t seed)
{
	struct pt_population *people = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	struct pt_arena arena = PT_ARENA_INIT;
	struct pt_sim_catalogue catalogue;
	struct pt_err err = PT_ERR_INIT;
	char path[128];

	snprintf(path, sizeof(path), "%s/population.yaml", folder);
	assert_int_equal(pt_catalogue_of_train(&catalogue, &arena, c->train, &err), 0);
	assert_int_equal(pt_population_read(&people, path, &catalogue, &errs), 0);
	assert_int_equal(pt_population_people(&hub->platform, people, &catalogue, (uint64_t)seed,
					      c->start_ms, &err),
			 0);
	pt_population_free(people);
	pt_arena_release(&arena);
	pt_errs_release(&errs);
}

/* What the way to the platform is like; all zero: fair. */
struct weather {
	uint32_t bulk_above;
	struct pt_fault fault[2]; /* of kind PT_FAULT_NONE: none */
	int32_t fault_ppm;        /* at random beside those */
	uint64_t seed;
	int64_t token_life_ms;
	uint32_t daily_limit;
	/* MAY be NULL. What is to happen to the orgs on the way. */
	void (*people)(struct pt_platform *platform, int64_t start_ms);
	int64_t abort_after_ms; /* the train is aborted so long after its departure */
};

static inline void start_hub(struct hub *hub, int64_t start_ms, const struct weather *weather)
{
	const struct pt_emulator_conf conf = {.clock = PT_EMULATOR_FOLLOWS,
					      .start_ms = start_ms,
					      .page_rows = PAGE_ROWS,
					      .fault_ppm = weather->fault_ppm,
					      .token_life_ms = weather->token_life_ms,
					      .daily_limit = weather->daily_limit,
					      .seed = weather->seed};
	struct pt_err err = PT_ERR_INIT;
	char url[64];

	assert_int_equal(pt_emulator_new(&hub->emulator, hub->platform, &conf, &err), 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(weather->fault); i++) {
		if (weather->fault[i].kind != PT_FAULT_NONE)
			assert_int_equal(pt_emulator_fault(hub->emulator, &weather->fault[i], &err),
					 0);
	}
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", pt_emulator_port(hub->emulator));
	assert_int_equal(setenv("PT_TEST_URL", url, 1), 0);
	atomic_store(&hub->stop, false);
	assert_int_equal(pthread_create(&hub->thread, NULL, serve, hub), 0);
}

static inline void stop_hub(struct hub *hub)
{
	atomic_store(&hub->stop, true);
	assert_int_equal(pthread_join(hub->thread, NULL), 0);
	hub->nfault = pt_emulator_nfault(hub->emulator);
	pt_emulator_free(hub->emulator);
}

/* A train over HTTP; what it could not survive is in *err. */
struct http_train {
	struct rehearsal r;
	struct hub hub;
	enum pt_drive_end end;
};

static inline int drive_http(struct http_train *t, const struct weather *weather,
			     struct pt_err *err)
{
	struct pt_context *c = &t->r.c;
	struct pt_connector_conf *conf = &c->suite->connector[0];
	int rc;

	conf->bulk_above = weather->bulk_above;
	conf->timeout_ms = TIMEOUT_MS;
	c->clock = pt_clock_virtual(c->start_ms);
	rc = pt_context_plan(c, false, NULL, err);
	if (rc == 0)
		remember(&t->r);
	if (rc == 0)
		rc = pt_context_engine(c, false, err);
	c->driver.until_ms =
	    weather->abort_after_ms ? c->start_ms + weather->abort_after_ms : PT_NEVER;
	if (rc == 0)
		rc = pt_driver_run(&t->end, &c->driver, c->engine, err);
	c->driver.until_ms = PT_NEVER;
	if (rc == 0 && weather->abort_after_ms)
		rc = pt_engine_abort(c->engine, "aborted by its users", err);
	if (rc == 0 && weather->abort_after_ms)
		rc = pt_driver_run(&t->end, &c->driver, c->engine, err);
	return rc;
}

/* From the suite to the end. Fails as the train does; release it even so. */
static inline int run_http(struct http_train *t, int64_t seed, const struct weather *weather,
			   struct pt_err *err)
{
	struct pt_context *c = &t->r.c;
	int rc;

	*t = (struct http_train){.r = {.args = {.file = suite_path,
						.at = "2026-02-01",
						.start = "2026-02-03T18:00",
						.order = "confirmed",
						.seed = seed,
						.quiet = true}}};
	assert_int_equal(pt_context_open(c, &t->r.args, err), 0);
	assert_int_equal(pt_context_choose(c, NULL, err), 0);
	assert_int_equal(pt_context_depart(c, err), 0);
	make_orgs(&t->hub, c, seed);
	if (weather->people)
		weather->people(t->hub.platform, c->start_ms);
	start_hub(&t->hub, c->start_ms, weather);
	rc = drive_http(t, weather, err);
	stop_hub(&t->hub);
	t->r.platform = t->hub.platform;
	return rc;
}

static inline void release_http(struct http_train *t)
{
	release(&t->r);
	pt_platform_free(t->hub.platform);
}

/* Every promise that the platform's own record can tell of. */
static inline void audit(const struct http_train *t)
{
	const struct rehearsal *r = &t->r;

	for (uint32_t job = 0; job < pt_platform_njob(r->platform); job++) {
		assert_true(order_holds(r, job));
		check_once(r, job);
		check_excluded(r, job);
	}
	for (uint32_t i = 0; i < pt_platform_nrequest(r->platform); i++)
		assert_int_not_equal(pt_platform_request(r->platform, i).state, PT_JOB_CREATED);
}

/* What every org has of every package, as a digest. */
static inline uint64_t end_state(const struct pt_platform *platform)
{
	uint64_t key = 1;

	for (uint32_t org = 0; org < pt_platform_norg(platform); org++) {
		for (uint32_t p = 0; p < pt_platform_packages(platform)->n; p++)
			key = pt_rng_mix(key, pt_platform_installed(platform, org, p));
	}
	return key;
}

#endif
