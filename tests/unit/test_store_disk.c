/* What a store asks of its disk, and what it makes of the answers. */
#include "tests/unit/bad_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "connectors/store/sqlite.h"
#include "connectors/store/sqlite_internal.h"

struct thing {
	int64_t number, weight;
};

static const struct pt_column COLUMNS[] = {
    {"number", PT_COLUMN_INT, offsetof(struct thing, number)},
    {"weight", PT_COLUMN_INT, offsetof(struct thing, weight)},
};
static const struct pt_store_table THING = {"thing", COLUMNS, 2, 1, sizeof(struct thing)};
static const struct pt_schema SCHEMA = {"box", 0x424f5831, 1, &THING, 1};

static char folder[] = "/tmp/pt-store-XXXXXX";
static char path[64];

static int make(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/box", folder);
	bad_disk_install();
	return 0;
}

static int remove_folder(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static struct pt_store *opened(void)
{
	struct pt_store *store = NULL;
	struct pt_err err = PT_ERR_INIT;

	if (pt_store_open_sqlite(&store, path, &SCHEMA, PT_STORE_MAKE, &err) < 0)
		fail_msg("%s", err.text);
	return store;
}

/* One row in a transaction of its own. */
static int write_one(struct pt_store *store, enum pt_store_durability durability, int64_t number,
		     struct pt_err *err)
{
	const struct thing thing = {number, 1};
	int rc = store->ops->begin(store, durability, err);

	if (rc == 0)
		rc = store->ops->put(store, 0, &thing, err);
	return rc < 0 ? rc : store->ops->commit(store, err);
}

static int64_t pragma(struct pt_store *store, const char *sql)
{
	int64_t value = -1;

	assert_int_equal(pt_sqlite_ask(&value, pt_sqlite_of(store), sql, NULL), 0);
	return value;
}

PT_TEST(it_has_a_log_and_foreign_keys_and_full_syncs)
{
	struct pt_store *store = opened();
	int64_t is_wal = pragma(store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode");

	assert_int_equal(is_wal, 1);
	assert_int_equal(pragma(store, "PRAGMA foreign_keys"), 1);
	assert_int_equal(write_one(store, PT_STORE_SOON, 1, NULL), 0);
	assert_int_equal(pragma(store, "PRAGMA synchronous"), 1);
	assert_int_equal(write_one(store, PT_STORE_ON_DISK, 2, NULL), 0);
	assert_int_equal(pragma(store, "PRAGMA synchronous"), 2);
	store->ops->close(store);
}

PT_TEST(what_must_be_on_disk_is_synced_once_and_what_can_wait_is_not)
{
	struct pt_store *store = opened();

	assert_int_equal(write_one(store, PT_STORE_ON_DISK, 1, NULL), 0);
	bad_disk_fail(DISK_SYNC, UINT64_MAX, false);
	for (int64_t i = 0; i < 10; i++)
		assert_int_equal(write_one(store, PT_STORE_SOON, i, NULL), 0);
	assert_int_equal(disk.nseen[DISK_SYNC], 0);
	for (int64_t i = 0; i < 10; i++)
		assert_int_equal(write_one(store, PT_STORE_ON_DISK, i, NULL), 0);
	assert_int_equal(disk.nseen[DISK_SYNC], 10);
	bad_disk_heal();
	store->ops->close(store);
}

PT_TEST(after_a_sync_failed_nothing_is_written_or_synced_again)
{
	static const enum disk_op ops[] = {DISK_SYNC, DISK_WRITE, DISK_FULL};

	for (size_t i = 0; i < PT_ARRAY_LEN(ops); i++) {
		struct pt_store *store = opened();
		struct pt_err err = PT_ERR_INIT, again = PT_ERR_INIT;

		bad_disk_fail(ops[i], 1, false);
		assert_int_equal(write_one(store, PT_STORE_ON_DISK, 7, &err), -PT_E_IO);
		assert_non_null(strstr(err.text, path));
		memset(disk.nseen, 0, sizeof(disk.nseen));
		assert_int_equal(write_one(store, PT_STORE_ON_DISK, 8, &again), -PT_E_IO);
		assert_non_null(strstr(again.text, "its disk failed before"));
		store->ops->close(store);
		assert_int_equal(disk.nseen[DISK_SYNC] + disk.nseen[DISK_WRITE], 0);
		bad_disk_heal();
	}
}

/* SQLite itself passes over that, and tries again with the next commit. */
PT_TEST(a_sync_that_fails_while_the_log_is_moved_is_an_error_too)
{
	struct pt_store *store = opened();
	struct pt_err err = PT_ERR_INIT;
	int rc = write_one(store, PT_STORE_ON_DISK, 0, &err);

	/* The log has begun, and what follows is not synced on its own account. */
	bad_disk_fail(DISK_SYNC, 1, false);
	for (int64_t i = 0; rc == 0 && i < 5000; i++)
		rc = write_one(store, PT_STORE_SOON, i, &err);
	assert_int_equal(rc, -PT_E_IO);
	assert_int_equal(disk.nfailed, 1);
	store->ops->close(store);
	assert_int_equal(disk.nsync_after, 0);
	bad_disk_heal();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(it_has_a_log_and_foreign_keys_and_full_syncs),
	    PT_RUN(what_must_be_on_disk_is_synced_once_and_what_can_wait_is_not),
	    PT_RUN(after_a_sync_failed_nothing_is_written_or_synced_again),
	    PT_RUN(a_sync_that_fails_while_the_log_is_moved_is_an_error_too),
	};

	return cmocka_run_group_tests(tests, make, remove_folder);
}
