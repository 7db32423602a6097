/* Files of orgs, and the simulated platform, with every allocation failing. */
#include "tests/unit/alloc_fixture.h"

#include <unistd.h>

#include "connectors/orgs/org_file.h"
#include "connectors/push/simulated/population.h"
#include "connectors/push/simulated/simulated.h"
#include "tests/unit/platform_fixture.h"

#define CASES PT_SOURCE_DIR "/tests/data/population-invalid"

static const char POPULATION[] =
    "seed: 3\norgs: 40\nsandboxes: 40%\nstatus: { Active: rest, Inactive: 5% }\n"
    "opted_out: 5%\ninstances: { production: { NA1..9: 3, EU1: 1 }, sandbox: { CS1..3: 1 } }\n"
    "bundles:\n  - { packages: [base, app], share: rest }\n  - { packages: all, share: 40% }\n"
    "installed: { at_target: 10%, previous: rest, older: { share: 20%, releases: 2..3 } }\n"
    "failures: { transient: 30%, permanent: 5%, stuck: { share: 1%, for: 60h } }\n"
    "latencies: { start_delay: { typical: 5m, max: 2h }, job_duration: { typical: 4m, max: 1h } }\n"
    "api: { latency: { typical: 200ms, max: 4s } }\n";

static char folder[] = "/tmp/pt-alloc-XXXXXX";
static char population[64], kept[64];

static int make_folder(void **state)
{
	assert_non_null(mkdtemp(folder));
	snprintf(population, sizeof(population), "%s/population.yaml", folder);
	snprintf(kept, sizeof(kept), "%s/kept", folder);
	FILE *file = fopen(population, "w");

	assert_non_null(file);
	assert_true(fputs(POPULATION, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return alloc_take_libraries(state);
}

static int remove_folder(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int read_orgs(uint64_t *result, void *context, struct pt_err *err)
{
	const char *text = context;
	struct pt_org_key *key = NULL;
	size_t n = 0;
	int rc = pt_org_file_parse(&key, &n, text, strlen(text), "orgs.txt", err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		alloc_result(result, key[i].text);
	free(key);
	return rc;
}

PT_TEST(org_files_survive_every_failed_allocation)
{
	char plain[4000] = "", header[] = "OrgName,OrgKey,OrgType\nAcme,00D00000000000A,Sandbox\n";
	char wrong[] = "00D00000000000A\nnot an id\n";

	for (int i = 0; i < 200; i++)
		snprintf(plain + strlen(plain), 18, "00D%012d\n", 999 - i);
	survives("a file of orgs", read_orgs, plain);
	survives("an export of orgs", read_orgs, header);
	survives("a wrong file of orgs", read_orgs, wrong);
}

static struct pt_err said(const struct pt_errs *errs)
{
	struct pt_err err = PT_ERR_INIT;

	if (errs->nomem)
		pt_err_nomem(&err);
	return errs->nomem ? err : errs->item[0];
}

/* The errors' texts, or the platform that comes of it. */
static int people_platform(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_population *read = NULL;
	struct pt_platform *platform = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	int rc = pt_population_read(&read, context, &CATALOGUE, &errs);

	if (rc < 0)
		*err = said(&errs);
	for (size_t i = 0; rc < 0 && rc != -PT_E_NOMEM && i < errs.n; i++)
		alloc_result(result, errs.item[i].text);
	if (rc == 0)
		rc = pt_population_people(&platform, read, &CATALOGUE, 5, T0, err);
	for (uint32_t i = 0; rc == 0 && i < pt_platform_norg(platform); i++)
		*result = *result * 31 + pt_platform_installed(platform, i, BASE);
	pt_errs_release(&errs);
	pt_platform_free(platform);
	pt_population_free(read);
	return rc;
}

static const char SNAPSHOT[] =
    "pushtrain-snapshot,1\nsuite,s\ntaken,2026-12-01T18:00:00Z\nkeys,plain\n"
    "package,base,200,10,4,50,5,8,2\nversion,1.1.0.3,released\nversion,1.2.0.4,beta\n"
    "package,app,0,0,0,0,0,0,0\nversion,2.0.0.1,released\n"
    "org,00D000000000001,Production,Active,NA1,,0 0\n"
    "org,00D000000000002,Sandbox,Trial,CS2,00D000000000001,1b -\nend,2\n";

static int write_snapshot(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_buf text = PT_BUF_INIT;
	struct pt_snapshot *snapshot = NULL;
	int rc = pt_snapshot_parse(&snapshot, context, strlen(context), "s", err);

	if (rc == 0) {
		pt_snapshot_write(&text, snapshot);
		rc = pt_buf_check(&text, err);
	}
	if (rc == 0)
		alloc_result(result, pt_buf_text(&text));
	pt_buf_release(&text);
	pt_snapshot_free(snapshot);
	return rc;
}

PT_TEST(snapshots_survive_every_failed_allocation)
{
	char text[sizeof(SNAPSHOT)], path[64], yaml[64];
	FILE *file;

	memcpy(text, SNAPSHOT, sizeof(text));
	survives("a snapshot", write_snapshot, text);
	snprintf(path, sizeof(path), "%s/s.snapshot", folder);
	snprintf(yaml, sizeof(yaml), "%s/s.yaml", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(SNAPSHOT, file) >= 0);
	assert_int_equal(fclose(file), 0);
	file = fopen(yaml, "w");
	assert_non_null(file);
	assert_true(fputs("snapshot: s.snapshot\nfailures: { transient: 1% }\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	survives("a population from a snapshot", people_platform, yaml);
}

static void read_wrong_population(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), CASES "/%s/population.yaml", name);
	survives(name, people_platform, path);
}

PT_TEST(populations_survive_every_failed_allocation)
{
	survives("a population", people_platform, population);
	assert_true(alloc_each(CASES, read_wrong_population) > 30);
}

/* The next reply, or an error. */
static int ask(struct pt_push_reply *reply, struct pt_push_session *session,
	       const struct pt_push_call *call, int64_t *now_ms, struct pt_err *err)
{
	bool got = false;
	int rc = session->ops->submit(session, call, *now_ms, err);

	while (rc == 0 && !got) {
		*now_ms = session->ops->next_ms(session);
		rc = session->ops->receive(reply, &got, session, *now_ms, err);
	}
	return rc;
}

/* One push from the versions to the errors of its jobs. */
static int push_all(uint64_t *result, struct pt_push_session *session, int64_t *now_ms,
		    struct pt_err *err)
{
	static const enum pt_push_op ops[] = {
	    PT_PUSH_CREATE, PT_PUSH_ADD_JOBS, PT_PUSH_ACTIVATE,  PT_PUSH_COUNT_JOBS, PT_PUSH_JOBS,
	    PT_PUSH_ERRORS, PT_PUSH_FIND,     PT_PUSH_LIVE_JOBS, PT_PUSH_HISTORY};
	struct pt_push_call call = {.op = PT_PUSH_VERSIONS, .namespace_ = "bas"};
	struct pt_org_key org[64];
	struct pt_push_reply reply = {.version = NULL};
	int rc = ask(&reply, session, &call, now_ms, err);

	if (rc < 0 || !reply.version)
		return rc;
	call = (struct pt_push_call){.op = PT_PUSH_SUBSCRIBERS, .package_id = reply.package_id};
	call.version_id = reply.version[2].id;
	rc = ask(&reply, session, &call, now_ms, err);
	for (size_t i = 0; rc == 0 && i < reply.nsubscriber && i < PT_ARRAY_LEN(org); i++)
		org[call.norg++] = reply.subscriber[i].org;
	call.org = org;
	call.nrequest = 1;
	call.most = 20;
	for (size_t i = 0; rc == 0 && i < PT_ARRAY_LEN(ops); i++) {
		call.op = ops[i];
		call.requests = &call.request;
		rc = ask(&reply, session, &call, now_ms, err);
		if (rc == 0 && ops[i] == PT_PUSH_CREATE)
			call.request = reply.request;
		if (rc == 0 && ops[i] == PT_PUSH_ACTIVATE)
			*now_ms += 12 * HOUR;
		if (rc == 0)
			*result = *result * 31 + reply.njob + reply.nerror * 3 +
				  reply.nadd_failure * 5 + reply.nfound * 7 + reply.npast * 11 +
				  (uint64_t)reply.outcome;
	}
	return rc;
}

static int push_simulated(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_push_session *session = NULL;
	struct pt_errs errs = PT_ERRS_INIT;
	int64_t now_ms = T0;
	int rc = pt_push_open_simulated(&session, context, &CATALOGUE, -1, T0, &errs);

	if (rc < 0)
		*err = said(&errs);
	if (rc == 0)
		rc = push_all(result, session, &now_ms, err);
	if (session)
		session->ops->close(session);
	pt_errs_release(&errs);
	return rc;
}

PT_TEST(pushes_survive_every_failed_allocation)
{
	survives("a push on the simulated platform", push_simulated, population);
}

/* Closed after the push and opened again. */
static int push_kept(uint64_t *result, void *context, struct pt_err *err)
{
	struct pt_errs errs = PT_ERRS_INIT;
	int64_t now_ms = T0;
	int rc = 0;

	unlink(kept);
	for (int life = 0; rc == 0 && life < 2; life++) {
		struct pt_push_session *session = NULL;

		rc = pt_push_open_kept(&session, kept, context, &CATALOGUE, -1, now_ms, &errs);
		if (rc < 0)
			*err = said(&errs);
		else if (life == 0)
			rc = push_all(result, session, &now_ms, err);
		else
			*result += pt_platform_njob(pt_push_simulated_platform(session));
		if (session)
			session->ops->close(session);
	}
	pt_errs_release(&errs);
	return rc;
}

PT_TEST(a_kept_platform_survives_every_failed_allocation)
{
	survives_sampled("a push on a kept platform", push_kept, population, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(org_files_survive_every_failed_allocation),
	    PT_RUN(populations_survive_every_failed_allocation),
	    PT_RUN(snapshots_survive_every_failed_allocation),
	    PT_RUN(pushes_survive_every_failed_allocation),
	    PT_RUN(a_kept_platform_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
