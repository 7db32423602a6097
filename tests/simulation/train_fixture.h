/*
 * The example train on small, unfriendly populations, and an audit that holds
 * every job on the platform's record against the promises.
 */
#ifndef PT_TESTS_SIMULATION_TRAIN_FIXTURE_H
#define PT_TESTS_SIMULATION_TRAIN_FIXTURE_H

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/context.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"
#include "pipeline/engine.h"

static char folder[] = "/tmp/pt-train-XXXXXX";
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

static inline int make_folder(void **state)
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

static inline int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* One train, with what was installed before it began. */
struct rehearsal {
	struct pt_args args;
	struct pt_context c;
	uint16_t *before; /* [package * norg + org] */
	uint32_t norg, npackage;
	struct pt_platform *platform;
};

/* What every org has of every package now, as the inventory knows it. */
static inline void remember(struct rehearsal *r)
{
	r->npackage = (uint32_t)r->c.train->npackage;
	r->norg = pt_inventory_norg(r->c.inventory);
	r->before = calloc((size_t)r->npackage * r->norg, sizeof(*r->before));
	assert_non_null(r->before);
	for (uint32_t p = 0; p < r->npackage; p++) {
		for (uint32_t org = 0; org < r->norg; org++)
			r->before[p * r->norg + org] =
			    pt_inventory_installed(r->c.inventory, p, org);
	}
}

/* From the suite to the plan, on a fresh platform of that seed. */
static inline void plan_train(struct rehearsal *r, int64_t seed, const char *order)
{
	struct pt_err err = PT_ERR_INIT;

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
	r->platform = pt_push_simulated_platform(r->c.session[0]);
	remember(r);
}

static inline void release(struct rehearsal *r)
{
	free(r->before);
	pt_context_release(&r->c);
}

/* The inventory's number of the org of a job. */
static inline uint32_t org_of(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_org_key key = pt_platform_org(r->platform, record.org).key;

	return pt_inventory_find(r->c.inventory, &key);
}

/* A job of that package had succeeded in that org by then. */
static inline bool arrived_by(const struct rehearsal *r, uint32_t package, uint32_t platform_org,
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

static inline bool order_holds(const struct rehearsal *r, uint32_t job)
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

static inline void check_once(const struct rehearsal *r, uint32_t job)
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
		assert_true(other.state == PT_JOB_CANCELED || other.end_ms <= request.created_ms);
	}
}

static inline void check_excluded(const struct rehearsal *r, uint32_t job)
{
	struct pt_platform_job record = pt_platform_job(r->platform, job);
	struct pt_platform_request request = pt_platform_request(r->platform, record.request);
	uint32_t org = org_of(r, job);

	assert_int_equal(r->c.audience.reason[org], PT_REASON_NONE);
	assert_false(pt_inventory_blocked(r->c.inventory, request.package, org));
	assert_int_not_equal(r->c.audience.stage[org], PT_NO_STAGE);
}

#endif
