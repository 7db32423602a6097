/*
 * A run whose journal is on a disk that fails: it stops with an error, sends nothing
 * after it, and another process on a good disk ends it as if nothing had happened.
 */
#include "tests/simulation/life_fixture.h"
#include "tests/unit/bad_disk.h"

#include "pipeline/status.h"

enum { SAMPLE = 5 };

/* Points to fail: all of them where PT_EVERY_FAILURE is set, else a sample. */
static uint64_t stride(uint64_t n)
{
	return getenv("PT_EVERY_FAILURE") || n < SAMPLE ? 1 : n / SAMPLE;
}

/* What the session had been sent when the disk failed for the first time. */
static uint64_t left_at_failure;

static void note_failure(void *context)
{
	left_at_failure = ((const struct life *)context)->mortal.left;
}

/* An error of the disk's, that names the file. */
static void check_error(const struct life *life, int rc, const struct pt_err *err)
{
	if (rc != -PT_E_IO || !strstr(err->text, life->path))
		fail_msg("%s %llu failed: %d '%s'", disk_op_names[disk.op],
			 (unsigned long long)disk.nth, rc, err->text);
}

/* True: it came to its end all the same. */
static bool drive(struct life *life, enum disk_op op, uint64_t nth, bool for_ever)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;
	int rc;

	disk.on_failure = note_failure;
	disk.context = life;
	life->mortal.death = DEATH_AFTER_CALL;
	life->mortal.left = left_at_failure = UINT64_MAX;
	bad_disk_fail(op, nth, for_ever);
	rc = pt_driver_run(&how, &life->r.c.driver, life->r.c.engine, &err);
	if (rc == 0)
		return true;
	check_error(life, rc, &err);
	assert_int_equal(life->mortal.left, left_at_failure);
	/* Nor does a second try write anything. */
	if (op == DISK_SYNC || op == DISK_FULL || op == DISK_WRITE) {
		err = (struct pt_err)PT_ERR_INIT;
		check_error(life, pt_engine_record_progress(life->r.c.engine, &life->journal, &err),
			    &err);
	}
	pt_store_closep(&life->store);
	assert_int_equal(disk.nsync_after, 0);
	bad_disk_heal();
	open_journal(life);
	return false;
}

static void fail_one(const struct outcome *expected, enum disk_op op, uint64_t nth, bool for_ever)
{
	struct life life;

	begin(&life, 3, "confirmed");
	if (!drive(&life, op, nth, for_ever)) {
		if (nothing_written(&life)) {
			assert_int_equal(pt_platform_nrequest(life.r.platform), 0);
			end(&life);
			return;
		}
		resurrect(&life);
		assert_true(live(&life));
	}
	bad_disk_heal();
	audit(&life, true);
	same_outcome(&life, expected);
	end(&life);
}

PT_TEST(promise_3_a_disk_that_fails_stops_the_run_and_loses_nothing)
{
	static const enum disk_op ops[] = {DISK_READ, DISK_WRITE,    DISK_FULL,
					   DISK_SYNC, DISK_TRUNCATE, DISK_LOCK};
	struct outcome expected = undisturbed(3, "confirmed");
	struct life life;
	uint64_t n[DISK_NOP];

	begin(&life, 3, "confirmed");
	assert_true(drive(&life, DISK_OPEN, UINT64_MAX, false));
	memcpy(n, disk.nseen, sizeof(n));
	end(&life);
	n[DISK_FULL] = n[DISK_WRITE];
	for (size_t i = 0; i < PT_ARRAY_LEN(ops); i++) {
		uint64_t ntried = 0;

		for (uint64_t nth = 1; nth <= n[ops[i]]; nth += stride(n[ops[i]]), ntried++) {
			fail_one(&expected, ops[i], nth, false);
			fail_one(&expected, ops[i], nth, true);
		}
		print_message("%s: %llu, %llu of them failed once and for ever\n",
			      disk_op_names[ops[i]], (unsigned long long)n[ops[i]],
			      (unsigned long long)ntried);
	}
	free(expected.installed);
}

/* Opening, beginning a run, taking one up, showing it: with each thing that the disk does failing.
 */
typedef int disk_operation(struct life *life, struct pt_err *err);

static int begin_run(struct life *life, struct pt_err *err)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	struct pt_run run = {.texts = PT_ARENA_INIT};
	const struct pt_run_row row = {
	    .suite = "other", .train = "t", .id = "2", .timezone = "UTC"};
	char path[128];

	snprintf(path, sizeof(path), "%s-begun", life->path);
	remove(path);
	int rc = pt_store_open_sqlite(&store, path, &pt_journal_schema, PT_STORE_MAKE, err);

	if (rc == 0)
		rc = pt_journal_begin(&run, store, &row, "plan", 4, err);
	pt_run_release(&run);
	return rc;
}

static int show_status(struct life *life, struct pt_err *err)
{
	PT_CLEANUP(pt_store_closep) struct pt_store *store = NULL;
	PT_CLEANUP(pt_buf_release) struct pt_buf out = PT_BUF_INIT;
	struct pt_status status = {.arena = PT_ARENA_INIT};
	int rc = pt_store_open_sqlite(&store, life->path, &pt_journal_schema, PT_STORE_READ, err);

	if (rc == 0)
		rc = pt_status_list(&out, store, false, &PT_LOOK_PLAIN, err);
	if (rc == 0)
		rc = pt_status_read(&status, store, NULL, err);
	pt_status_release(&status);
	return rc;
}

static void fail_each(struct life *life, const char *what, disk_operation *operation)
{
	struct pt_err err = PT_ERR_INIT;
	uint64_t n[DISK_NOP], ntried = 0;

	disk.on_failure = NULL;
	bad_disk_fail(DISK_OPEN, UINT64_MAX, false);
	assert_int_equal(operation(life, &err), 0);
	memcpy(n, disk.nseen, sizeof(n));
	n[DISK_FULL] = n[DISK_WRITE];
	for (enum disk_op op = DISK_OPEN; op < DISK_NOP; op++) {
		for (uint64_t nth = 1; nth <= n[op]; nth++) {
			for (int for_ever = 0; for_ever < 2; for_ever++, ntried++) {
				err = (struct pt_err)PT_ERR_INIT;
				bad_disk_fail(op, nth, for_ever);
				int rc = operation(life, &err);

				bad_disk_heal();
				if (rc < 0)
					assert_true(strstr(err.text, life->path) != NULL);
				if (rc < 0 && rc != -PT_E_IO && rc != -PT_E_INVALID)
					fail_msg("%s: %s", what, err.text);
			}
		}
	}
	print_message("%s: %llu failures of the disk\n", what, (unsigned long long)ntried);
	assert_int_equal(operation(life, &err), 0);
}

PT_TEST(a_disk_that_fails_is_an_error_that_names_the_file)
{
	struct life life;

	begin(&life, 3, "confirmed");
	life.mortal.death = DEATH_AFTER_CALL;
	life.mortal.left = 150;
	assert_false(live(&life));
	pt_store_closep(&life.store);
	fail_each(&life, "a run begun", begin_run);
	fail_each(&life, "a status shown", show_status);
	fail_each(&life, "a run taken up", restore);
	life.mortal.left = UINT64_MAX;
	assert_true(live(&life));
	audit(&life, true);
	end(&life);
}

static int make(void **state)
{
	bad_disk_install();
	return make_small_folder(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(promise_3_a_disk_that_fails_stops_the_run_and_loses_nothing),
	    PT_RUN(a_disk_that_fails_is_an_error_that_names_the_file),
	};

	return cmocka_run_group_tests(tests, make, remove_folder);
}
