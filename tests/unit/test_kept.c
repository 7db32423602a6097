/* A simulated platform that lives in a file: closed and opened again, it is the same. */
#include "tests/test.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/rng.h"
#include "connectors/push/simulated/platform.h"
#include "connectors/push/simulated/simulated.h"

#define T0 (INT64_C(1700000000) * 1000)

enum { NORG = 60, NCALL = 120 };

#define V(major, minor)                                                                            \
	{                                                                                          \
		.part = {major, minor}, .npart = 2                                                 \
	}

static const struct pt_sim_need NEEDS[] = {{0, V(1, 1)}};
static const struct pt_sim_version BASE[] = {
    {.version = V(1, 0)}, {.version = V(1, 1)}, {.version = V(1, 2)}};
static const struct pt_sim_version APP[] = {{.version = V(2, 0)},
					    {.version = V(2, 1), .need = NEEDS, .nneed = 1}};
static const struct pt_sim_package PACKAGES[] = {{"base", "The Base", "bas", BASE, 2, 1},
						 {"app", "The App", "app", APP, 2, 1}};
static const struct pt_sim_catalogue CATALOGUE = {PACKAGES, 2};

static const char POPULATION[] =
    "seed: 3\norgs: 60\nbundles: [{ packages: all, share: 100% }]\n"
    "failures: { transient: 30%, permanent: 5% }\n"
    "latencies: { start_delay: { typical: 5m, max: 2h }, job_duration: { typical: 4m, max: 1h } }\n"
    "api: { latency: { typical: 200ms, max: 4s } }\n";

static char folder[] = "/tmp/pt-kept-XXXXXX";
static char population[64], path[64];

static void write_population(const char *text)
{
	FILE *file = fopen(population, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(population, sizeof(population), "%s/population.yaml", folder);
	write_population(POPULATION);
	return 0;
}

static int remove_folder(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int open_at(struct pt_push_session **out, const struct pt_sim_catalogue *catalogue,
		   int64_t seed, int64_t now_ms, struct pt_errs *errs)
{
	return pt_push_open_kept(out, path, population, catalogue, seed, now_ms, errs);
}

static struct pt_push_session *opened(const struct pt_sim_catalogue *catalogue, int64_t now_ms)
{
	struct pt_push_session *session = NULL;
	struct pt_errs errs = PT_ERRS_INIT;

	if (open_at(&session, catalogue, -1, now_ms, &errs) < 0)
		fail_msg("%s", errs.item[0].text);
	pt_errs_release(&errs);
	return session;
}

static void refused(const struct pt_sim_catalogue *catalogue, int64_t seed, int code,
		    const char *words)
{
	struct pt_push_session *session = NULL;
	struct pt_errs errs = PT_ERRS_INIT;

	assert_int_equal(open_at(&session, catalogue, seed, T0, &errs), -code);
	assert_null(session);
	assert_int_equal(errs.n, 1);
	assert_int_equal(errs.item[0].code, code);
	if (!strstr(errs.item[0].text, words))
		fail_msg("'%s' in '%s'", words, errs.item[0].text);
	pt_errs_release(&errs);
}

static struct pt_push_reply ask(struct pt_push_session *session, const struct pt_push_call *call,
				int64_t *now_ms)
{
	struct pt_push_reply reply;
	bool got = false;

	assert_int_equal(session->ops->submit(session, call, *now_ms, NULL), 0);
	*now_ms = session->ops->next_ms(session);
	assert_int_equal(session->ops->receive(&reply, &got, session, *now_ms, NULL), 0);
	assert_true(got);
	return reply;
}

static const struct pt_platform_package *package_of(struct pt_push_session *session, uint32_t i)
{
	return &pt_platform_packages(pt_push_simulated_platform(session))->item[i];
}

/* Everything that can be asked about a platform. */
static void tell(struct pt_buf *out, struct pt_push_session *session)
{
	struct pt_platform *platform = pt_push_simulated_platform(session);

	for (uint32_t org = 0; org < pt_platform_norg(platform); org++)
		pt_buf_printf(out, "%u %u\n", pt_platform_installed(platform, org, 0),
			      pt_platform_installed(platform, org, 1));
	for (uint32_t i = 0; i < pt_platform_nrequest(platform); i++) {
		struct pt_platform_request r = pt_platform_request(platform, i);

		pt_buf_printf(out, "%s %d %lld %lld %lld\n", r.id.text, (int)r.state,
			      (long long)r.created_ms, (long long)r.start_ms, (long long)r.end_ms);
	}
	for (uint32_t i = 0; i < pt_platform_njob(platform); i++) {
		struct pt_platform_job job = pt_platform_job(platform, i);

		pt_buf_printf(out, "%s %u %d %d %lld %lld\n", job.id.text, job.org, (int)job.state,
			      (int)job.cause, (long long)job.start_ms, (long long)job.end_ms);
	}
}

/* What comes next: a write drawn from what is there, some of them mistakes. */
static struct pt_push_call draw(struct pt_push_session *session, uint64_t number, int64_t now_ms,
				struct pt_org_key org[NORG])
{
	struct pt_platform *platform = pt_push_simulated_platform(session);
	uint64_t key = pt_rng_mix(11, number);
	uint32_t nrequest = pt_platform_nrequest(platform);
	const struct pt_platform_package *package = package_of(session, (uint32_t)(key % 2));
	struct pt_push_call call = {.op = PT_PUSH_CREATE, .start_ms = now_ms + PT_HOUR_MS};

	call.version_id = package->version[package->nversion - 1].id;
	if (number < 3 || key % 3 == 0)
		return call;
	static const enum pt_push_op ops[] = {PT_PUSH_ADD_JOBS, PT_PUSH_ADD_JOBS, PT_PUSH_ADD_JOBS,
					      PT_PUSH_ADD_JOBS, PT_PUSH_ACTIVATE, PT_PUSH_ACTIVATE,
					      PT_PUSH_CANCEL};

	call.op = ops[(key >> 8) % PT_ARRAY_LEN(ops)];
	call.request =
	    pt_platform_request(platform, nrequest - 1 - (uint32_t)((key >> 16) % 3 % nrequest)).id;
	for (uint32_t i = (uint32_t)((key >> 24) % 3); call.op == PT_PUSH_ADD_JOBS && i < NORG;
	     i += 2)
		org[call.norg++] =
		    pt_platform_org(platform, pt_platform_ranked_org(platform, i)).key;
	call.org = org;
	return call;
}

PT_TEST(closed_and_opened_after_every_call_it_is_the_same)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf steady = PT_BUF_INIT;
	PT_CLEANUP(pt_buf_release) struct pt_buf restless = PT_BUF_INIT;
	struct pt_org_key org[NORG];

	for (int reopen = 0; reopen < 2; reopen++) {
		struct pt_buf *out = reopen ? &restless : &steady;
		int64_t now_ms = T0;

		snprintf(path, sizeof(path), "%s/same-%d", folder, reopen);
		struct pt_push_session *session = opened(&CATALOGUE, now_ms);

		for (uint64_t i = 0; i < NCALL; i++) {
			struct pt_push_call call = draw(session, i, now_ms, org);
			struct pt_push_reply reply = ask(session, &call, &now_ms);

			pt_buf_printf(out, "%d %s %zu %lld\n", (int)reply.outcome,
				      reply.request.text, reply.nadd_failure, (long long)now_ms);
			now_ms += 20 * PT_MINUTE_MS;
			if (reopen) {
				session->ops->close(session);
				session = opened(&CATALOGUE, now_ms);
				pt_platform_advance(pt_push_simulated_platform(session), now_ms);
			} else if (i % 3) {
				/* However often it is looked at in between. */
				pt_platform_advance(pt_push_simulated_platform(session),
						    now_ms - (int64_t)i);
			}
		}
		pt_platform_advance(pt_push_simulated_platform(session), now_ms);
		tell(out, session);
		session->ops->close(session);
	}
	assert_true(steady.len > 20000);
	assert_string_equal(pt_buf_text(&steady), pt_buf_text(&restless));
}

PT_TEST(what_was_released_since_appears_and_what_was_pushed_stays)
{
	struct pt_sim_package later[] = {PACKAGES[0], PACKAGES[1]};
	const struct pt_sim_catalogue newer = {later, 2};
	struct pt_push_call call = {.op = PT_PUSH_CREATE};
	int64_t now_ms = T0;

	snprintf(path, sizeof(path), "%s/newer", folder);
	struct pt_push_session *session = opened(&CATALOGUE, T0);

	assert_int_equal(package_of(session, 0)->nversion, 2);
	session->ops->close(session);
	later[0].nversion = 3;
	for (int again = 0; again < 2; again++) {
		session = opened(&newer, T0);
		assert_int_equal(package_of(session, 0)->nversion, 3);
		call.version_id = package_of(session, 0)->version[2].id;
		assert_int_equal(ask(session, &call, &now_ms).outcome, PT_PUSH_OK);
		session->ops->close(session);
	}
	session = opened(&CATALOGUE, T0);
	assert_int_equal(package_of(session, 0)->nversion, 3);
	assert_int_equal(pt_platform_nrequest(pt_push_simulated_platform(session)), 2);
	session->ops->close(session);
}

PT_TEST(it_is_not_opened_with_what_it_was_not_made_from)
{
	const struct pt_sim_catalogue fewer = {PACKAGES, 1};

	snprintf(path, sizeof(path), "%s/other", folder);
	struct pt_push_session *session = opened(&CATALOGUE, T0);

	session->ops->close(session);
	refused(&CATALOGUE, 4, PT_E_REFUSED, "was made with seed 3; delete it");
	refused(&fewer, -1, PT_E_INVALID, "was made for another suite");
	write_population("seed: 3\norgs: 61\nbundles: [{ packages: all, share: 100% }]\n");
	refused(&CATALOGUE, -1, PT_E_REFUSED, "delete it to begin with a fresh one");
	write_population(POPULATION);
	session = opened(&CATALOGUE, T0);
	session->ops->close(session);
}

PT_TEST(one_process_at_a_time_has_it_open)
{
	int status, ready[2];
	char byte = 0;

	snprintf(path, sizeof(path), "%s/busy", folder);
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();

	if (child == 0) {
		struct pt_push_session *session = NULL;
		struct pt_errs errs = PT_ERRS_INIT;

		if (open_at(&session, &CATALOGUE, -1, T0, &errs) < 0 ||
		    write(ready[1], &byte, 1) != 1)
			_exit(1);
		(void)pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	refused(&CATALOGUE, -1, PT_E_BUSY, "drives it");
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	struct pt_push_session *session = opened(&CATALOGUE, T0);

	session->ops->close(session);
	close(ready[0]);
	close(ready[1]);
}

PT_TEST(a_file_that_is_damaged_is_refused)
{
	static const char *const damages[] = {
	    "UPDATE call SET op = 9",
	    "UPDATE call SET at_ms = 5 WHERE number = 2",
	    "DELETE FROM call WHERE number = 1",
	    "UPDATE call SET orgs = x'0000'",
	    "UPDATE call SET version_id = 'no id'",
	    "UPDATE catalogue SET text = '[{]'",
	    "UPDATE catalogue SET text = '[{\"name\": \"base\"}]', number = 7",
	    "DELETE FROM catalogue",
	    "UPDATE origin SET population = NULL",
	};
	struct pt_push_call call = {.op = PT_PUSH_CREATE};
	char command[160];
	int64_t now_ms = T0;

	snprintf(path, sizeof(path), "%s/damaged", folder);
	struct pt_push_session *session = opened(&CATALOGUE, T0);

	call.version_id = package_of(session, 0)->version[1].id;
	(void)ask(session, &call, &now_ms);
	(void)ask(session, &call, &now_ms);
	session->ops->close(session);
	snprintf(command, sizeof(command), "cp %s %s.copy", path, path);
	assert_int_equal(system(command), 0);
	for (size_t i = 0; i < PT_ARRAY_LEN(damages); i++) {
		sqlite3 *db;

		snprintf(command, sizeof(command), "cp %s.copy %s", path, path);
		assert_int_equal(system(command), 0);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, damages[i], NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		refused(&CATALOGUE, -1, PT_E_INVALID, "is damaged");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(closed_and_opened_after_every_call_it_is_the_same),
	    PT_RUN(what_was_released_since_appears_and_what_was_pushed_stays),
	    PT_RUN(it_is_not_opened_with_what_it_was_not_made_from),
	    PT_RUN(one_process_at_a_time_has_it_open),
	    PT_RUN(a_file_that_is_damaged_is_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
