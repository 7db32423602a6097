/*
 * The promises, judged by the platform's own record of what was asked of it: the
 * example suite is rehearsed on small, unfriendly populations, seed after seed,
 * and every job that was ever created is held against the rules.
 */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/context.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"
#include "pipeline/engine.h"

enum { NSEED = 15 };

static char folder[] = "/tmp/pt-promises-XXXXXX";
static char suite_path[64];

static const char population[] =
    "seed: 1\norgs: 240\nsandboxes: 40%\nstatus: { Active: rest, Inactive: 5% }\n"
    "opted_out: 5%\n"
    "bundles:\n"
    "  - { packages: [npe01, npo02, npe03, npe4, npe5, npsp], share: rest }\n"
    "  - { packages: all, share: 40% }\n"
    "  - { packages: [outfunds], share: 10% }\n"
    "installed: { at_target: 10%, previous: rest, older: { share: 20%, releases: 2..10 } }\n"
    "failures: { transient: 15%, permanent: 4%, stuck: { share: 1%, for: 60h } }\n"
    "latencies: { start_delay: { typical: 1h, max: 6h }, job_duration: { typical: 20m, max: 5h },\n"
    "  record_lag: { typical: 30m, max: 8h } }\n";

static int make_folder(void **state)
{
	char command[512];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(suite_path, sizeof(suite_path), "%s/suite.yaml", folder);
	snprintf(command, sizeof(command),
		 "cp %s/examples/npsp/* %s/ 2>/dev/null; %s/make-repos %s/repos >/dev/null && "
		 "sed -i 's/gate: { success: 97%%}//; s/, gate: { success: 97%% }//; /breaker:/d' "
		 "%s/suite.yaml",
		 PT_SOURCE_DIR, folder, folder, folder, folder);
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof(command), "%s/population.yaml", folder);
	FILE *file = fopen(command, "w");

	assert_non_null(file);
	assert_true(fputs(population, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* One rehearsal, with what was installed before it began. */
struct rehearsal {
	struct pt_args args;
	struct pt_context c;
	struct pt_engine *engine;
	uint16_t *before; /* [package * norg + org] */
	uint32_t norg, npackage;
	struct pt_platform *platform;
};

static void rehearse(struct rehearsal *r, int64_t seed, const char *order)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end end;

	*r = (struct rehearsal){.args = {.file = suite_path,
					 .at = "2022-08-20",
					 .start = "2022-08-23T18:00",
					 .order = order,
					 .seed = seed,
					 .quiet = true}};
	assert_int_equal(pt_context_open(&r->c, &r->args, &err), 0);
	assert_int_equal(pt_context_choose(&r->c, NULL, &err), 0);
	assert_int_equal(pt_context_depart(&r->c, &err), 0);
	assert_int_equal(pt_context_plan(&r->c, true, NULL, &err), 0);
	r->npackage = (uint32_t)r->c.train->npackage;
	r->norg = pt_inventory_norg(r->c.inventory);
	r->before = calloc((size_t)r->npackage * r->norg, sizeof(*r->before));
	assert_non_null(r->before);
	for (uint32_t p = 0; p < r->npackage; p++) {
		for (uint32_t org = 0; org < r->norg; org++)
			r->before[p * r->norg + org] =
			    pt_inventory_installed(r->c.inventory, p, org);
	}
	assert_int_equal(pt_context_engine(&r->c, false, &err), 0);
	r->engine = r->c.engine;
	assert_int_equal(pt_driver_run(&end, &r->c.driver, r->engine, &err), 0);
	assert_int_equal(end, PT_DRIVE_FINISHED);
	assert_true(pt_engine_finished(r->engine));
	r->platform = pt_push_simulated_platform(r->c.session[0]);
}

static void release(struct rehearsal *r)
{
	free(r->before);
	pt_context_release(&r->c);
}

/* The inventory's number of the org of a job. */
static uint32_t org_of(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_org_key key = pt_platform_org(r->platform, record.org).key;

	return pt_inventory_find(r->c.inventory, &key);
}

/* A job of that package had succeeded in that org by then. */
static bool arrived_by(const struct rehearsal *r, uint32_t package, uint32_t platform_org,
		       int64_t when_ms)
{
	for (uint32_t i = 0; i < pt_platform_njob(r->platform); i++) {
		struct pt_platform_job job = pt_platform_job(r->platform, i);

		if (job.org == platform_org && job.state == PT_JOB_SUCCEEDED &&
		    pt_platform_request(r->platform, job.request).package == package &&
		    job.end_ms <= when_ms)
			return true;
	}
	return false;
}

static bool order_holds(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_platform_request request = pt_platform_request(r->platform, record.request);
	const struct pt_target *target = &r->c.targets.target[request.package];
	uint32_t org = org_of(r, job);

	for (size_t k = 0; k < target->nneed; k++) {
		uint16_t had = r->before[target->need[k].package * r->norg + org];

		if (had < PT_OTHER_VERSION && had >= target->need[k].at_least)
			continue;
		if (!arrived_by(r, target->need[k].package, record.org, request.created_ms))
			return false;
	}
	return true;
}

static void check_once(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_platform_request request = pt_platform_request(r->platform, record.request);
	uint32_t org = org_of(r, job);
	uint16_t had = r->before[request.package * r->norg + org];

	assert_true(had < r->c.targets.target[request.package].version);
	for (uint32_t i = 0; i < job; i++) {
		struct pt_platform_job other = pt_platform_job(r->platform, i);
		struct pt_platform_request earlier =
		    pt_platform_request(r->platform, other.request);

		if (other.org != record.org || earlier.package != request.package)
			continue;
		assert_int_not_equal(other.state, PT_JOB_SUCCEEDED);
		assert_true(other.end_ms <= request.created_ms);
	}
}

static void check_excluded(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_platform_request request = pt_platform_request(r->platform, record.request);
	uint32_t org = org_of(r, job);

	assert_int_equal(r->c.audience.reason[org], PT_REASON_NONE);
	assert_false(pt_inventory_blocked(r->c.inventory, request.package, org));
	assert_int_not_equal(r->c.audience.stage[org], PT_NO_STAGE);
}

static void check_accounts(const struct rehearsal *r)
{
	struct pt_tally all = {0};
	uint64_t jobs = 0;

	for (uint32_t s = 0; s < r->c.conf.nstage; s++) {
		for (uint32_t p = 0; p < r->npackage; p++) {
			struct pt_stage_figures figures;

			pt_engine_figures(&figures, r->engine, s, p);
			assert_true(pt_tally_adds_up(&figures.tally));
			assert_int_equal(figures.tally.in_flight, 0);
			pt_tally_merge(&all, &figures.tally);
			jobs += figures.jobs;
		}
	}
	assert_int_equal(all.selected, r->c.plan->tally.selected);
	assert_int_equal(jobs, pt_platform_njob(r->platform));
	for (uint32_t i = 0; i < pt_platform_nrequest(r->platform); i++)
		assert_int_not_equal(pt_platform_request(r->platform, i).state, PT_JOB_CREATED);
}

PT_TEST(promise_1_order_no_job_before_its_bases_arrived)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, "confirmed");
		assert_true(pt_platform_njob(r.platform) > 100);
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			assert_true(order_holds(&r, job));
		release(&r);
	}
}

PT_TEST(without_the_gating_the_order_does_not_hold)
{
	struct rehearsal r;
	uint32_t nbroken = 0;

	rehearse(&r, 1, "offset");
	for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
		nbroken += !order_holds(&r, job);
	assert_true(nbroken > 100);
	release(&r);
}

PT_TEST(promise_2_once_no_second_job_while_one_lives_or_after_one_succeeded)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			check_once(&r, job);
		release(&r);
	}
}

PT_TEST(promise_6_nobody_surprised_excluded_orgs_are_never_pushed)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		for (uint32_t job = 0; job < pt_platform_njob(r.platform); job++)
			check_excluded(&r, job);
		release(&r);
	}
}

PT_TEST(promise_7_everything_accounted_for_and_no_request_left_created)
{
	for (int64_t seed = 1; seed <= NSEED; seed++) {
		struct rehearsal r;

		rehearse(&r, seed, seed % 2 ? "confirmed" : "offset");
		check_accounts(&r);
		release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_1_order_no_job_before_its_bases_arrived),
	    PT_RUN(without_the_gating_the_order_does_not_hold),
	    PT_RUN(promise_2_once_no_second_job_while_one_lives_or_after_one_succeeded),
	    PT_RUN(promise_6_nobody_surprised_excluded_orgs_are_never_pushed),
	    PT_RUN(promise_7_everything_accounted_for_and_no_request_left_created),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
