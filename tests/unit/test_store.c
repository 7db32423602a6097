/* Rows that survive, and files that are not what they should be. */
#include "tests/test.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/store/lock.h"
#include "connectors/store/sqlite.h"

struct thing {
	int64_t owner, number, weight;
	const char *name;
	struct pt_bytes body;
};

static const struct pt_column COLUMNS[] = {
    {"owner", PT_COLUMN_INT, offsetof(struct thing, owner)},
    {"number", PT_COLUMN_INT, offsetof(struct thing, number)},
    {"weight", PT_COLUMN_INT, offsetof(struct thing, weight)},
    {"name", PT_COLUMN_TEXT, offsetof(struct thing, name)},
    {"body", PT_COLUMN_BYTES, offsetof(struct thing, body)},
};
static const struct pt_store_table THING = {"thing", COLUMNS, 5, 2, sizeof(struct thing)};
static const struct pt_schema SCHEMA = {"box", 0x424f5831, 2, &THING, 1};

/* The same before weights, names and bodies were thought of. */
static const struct pt_store_table OLD_THING = {"thing", COLUMNS, 2, 2, sizeof(struct thing)};
static const struct pt_schema OLD_SCHEMA = {"box", 0x424f5831, 1, &OLD_THING, 1};

static char folder[] = "/tmp/pt-store-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int remove_folder(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* A path of its own for each test. */
static const char *fresh(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static struct pt_store *opened(const struct pt_schema *schema, enum pt_store_mode mode)
{
	struct pt_store *store = NULL;
	struct pt_err err = PT_ERR_INIT;

	if (pt_store_open_sqlite(&store, path, schema, mode, &err) < 0)
		fail_msg("%s", err.text);
	return store;
}

static int refused(struct pt_err *err, enum pt_store_mode mode)
{
	struct pt_store *store = NULL;
	int rc = pt_store_open_sqlite(&store, path, &SCHEMA, mode, err);

	assert_null(store);
	return rc;
}

static void put(struct pt_store *store, const struct thing *thing)
{
	assert_int_equal(store->ops->put(store, 0, thing, NULL), 0);
}

static int list(void *context, const void *row, struct pt_err *err)
{
	const struct thing *thing = row;
	char *text = (char *)context + strlen(context);

	(void)err;
	snprintf(text, 64, "%lld.%lld %lld %s %zu:%.*s;", (long long)thing->owner,
		 (long long)thing->number, (long long)thing->weight,
		 thing->name ? thing->name : "-", thing->body.size, (int)thing->body.size,
		 thing->body.size ? (const char *)thing->body.data : "");
	return 0;
}

static void holds(struct pt_store *store, int64_t owner, size_t nkey, const char *expected)
{
	char text[512] = "";
	const struct thing key = {.owner = owner};

	assert_int_equal(store->ops->each(store, 0, &key, nkey, list, text, NULL), 0);
	assert_string_equal(text, expected);
}

static void sql(const char *statements)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, statements, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void write_bytes(const char *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

PT_TEST(rows_come_back_by_key_and_are_replaced_by_key)
{
	fresh("rows");
	struct pt_store *store = opened(&SCHEMA, PT_STORE_MAKE);

	assert_int_equal(store->ops->begin(store, PT_STORE_ON_DISK, NULL), 0);
	put(store, &(struct thing){2, 1, INT64_MIN, "b", {"\0x", 2}});
	put(store, &(struct thing){1, 2, 7, NULL, {NULL, 0}});
	put(store, &(struct thing){1, 1, 5, "a", {"body", 4}});
	put(store, &(struct thing){1, 2, 8, "c", {NULL, 0}});
	assert_int_equal(store->ops->commit(store, NULL), 0);
	pt_store_closep(&store);
	store = opened(&SCHEMA, PT_STORE_READ);
	holds(store, 1, 1, "1.1 5 a 4:body;1.2 8 c 0:;");
	holds(store, 3, 1, "");
	holds(store, 0, 0, "1.1 5 a 4:body;1.2 8 c 0:;2.1 -9223372036854775808 b 2:;");
	pt_store_closep(&store);
}

PT_TEST(what_was_rolled_back_was_never_there)
{
	fresh("rollback");
	struct pt_store *store = opened(&SCHEMA, PT_STORE_MAKE);

	assert_int_equal(store->ops->begin(store, PT_STORE_SOON, NULL), 0);
	put(store, &(struct thing){1, 1, 5, "a", {NULL, 0}});
	store->ops->rollback(store);
	holds(store, 1, 1, "");
	pt_store_closep(&store);
}

PT_TEST(a_reader_sees_one_moment_and_notices_changes)
{
	fresh("beside");
	struct pt_store *writer = opened(&SCHEMA, PT_STORE_MAKE);
	struct pt_store *reader = opened(&SCHEMA, PT_STORE_READ);
	bool changed = false;

	assert_int_equal(reader->ops->changed(&changed, reader, NULL), 0);
	assert_int_equal(reader->ops->begin_reading(reader, NULL), 0);
	holds(reader, 1, 1, "");
	assert_int_equal(writer->ops->begin(writer, PT_STORE_SOON, NULL), 0);
	put(writer, &(struct thing){1, 1, 5, "a", {NULL, 0}});
	assert_int_equal(writer->ops->commit(writer, NULL), 0);
	holds(reader, 1, 1, "");
	reader->ops->rollback(reader);
	holds(reader, 1, 1, "1.1 5 a 0:;");
	assert_int_equal(reader->ops->changed(&changed, reader, NULL), 0);
	assert_true(changed);
	assert_int_equal(reader->ops->changed(&changed, reader, NULL), 0);
	assert_false(changed);
	pt_store_closep(&writer);
	pt_store_closep(&reader);
}

static bool is_beside(const char *ending)
{
	char name[96];

	snprintf(name, sizeof(name), "%s%s", path, ending);
	return access(name, F_OK) == 0;
}

PT_TEST(a_peek_sees_what_was_committed_and_leaves_no_trace)
{
	fresh("peek % ?#");
	struct pt_store *writer = opened(&SCHEMA, PT_STORE_MAKE);

	assert_int_equal(writer->ops->begin(writer, PT_STORE_ON_DISK, NULL), 0);
	put(writer, &(struct thing){1, 1, 5, "a", {NULL, 0}});
	assert_int_equal(writer->ops->commit(writer, NULL), 0);
	assert_int_equal(writer->ops->begin(writer, PT_STORE_SOON, NULL), 0);
	put(writer, &(struct thing){1, 2, 6, "b", {NULL, 0}});
	/* Beside a writer, in whose log it still is. */
	struct pt_store *peek = opened(&SCHEMA, PT_STORE_PEEK);

	assert_true(is_beside("-wal"));
	holds(peek, 1, 1, "1.1 5 a 0:;");
	pt_store_closep(&peek);
	assert_int_equal(writer->ops->commit(writer, NULL), 0);
	pt_store_closep(&writer);
	/* And long after. */
	assert_false(is_beside("-wal") || is_beside("-shm"));
	peek = opened(&SCHEMA, PT_STORE_PEEK);
	holds(peek, 1, 1, "1.1 5 a 0:;1.2 6 b 0:;");
	assert_int_not_equal(
	    peek->ops->put(peek, 0, &(struct thing){1, 3, 7, "c", {NULL, 0}}, NULL), 0);
	assert_false(is_beside("-wal") || is_beside("-shm") || is_beside("-journal"));
	pt_store_closep(&peek);
}

PT_TEST(a_peek_brings_nothing_up_to_date)
{
	fresh("peek-old");
	struct pt_store *store = opened(&OLD_SCHEMA, PT_STORE_MAKE);
	char text[64] = "";

	pt_store_closep(&store);
	store = opened(&SCHEMA, PT_STORE_PEEK);
	assert_int_not_equal(store->ops->each(store, 0, NULL, 0, list, text, NULL), 0);
	pt_store_closep(&store);
	store = opened(&OLD_SCHEMA, PT_STORE_READ);
	pt_store_closep(&store);
}

PT_TEST(an_older_file_gets_the_columns_that_it_lacks)
{
	fresh("older");
	struct pt_store *store = opened(&OLD_SCHEMA, PT_STORE_MAKE);

	assert_int_equal(store->ops->begin(store, PT_STORE_ON_DISK, NULL), 0);
	put(store, &(struct thing){1, 1, 0, NULL, {NULL, 0}});
	assert_int_equal(store->ops->commit(store, NULL), 0);
	pt_store_closep(&store);
	store = opened(&SCHEMA, PT_STORE_WRITE);
	holds(store, 1, 1, "1.1 0 - 0:;");
	pt_store_closep(&store);
	store = opened(&SCHEMA, PT_STORE_READ);
	holds(store, 1, 1, "1.1 0 - 0:;");
	pt_store_closep(&store);
}

PT_TEST(a_newer_file_is_refused)
{
	struct pt_err err = PT_ERR_INIT;
	char expected[160];

	fresh("newer");
	struct pt_store *store = opened(&SCHEMA, PT_STORE_MAKE);

	pt_store_closep(&store);
	sql("PRAGMA user_version = 7");
	snprintf(expected, sizeof(expected),
		 "%s is a box of format 7, written by a newer pushtrain; this one reads up to 2",
		 path);
	assert_int_equal(refused(&err, PT_STORE_WRITE), -PT_E_UNSUPPORTED);
	assert_string_equal(err.text, expected);
}

PT_TEST(a_file_that_is_none_of_ours_is_refused)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
	    {"junk", "this is not a database, and it is longer than the header of one would be: "
		     "a hundred bytes and more"},
	    {"header", "SQLite format 3"},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		struct pt_err err = PT_ERR_INIT;

		fresh(cases[i].name);
		write_bytes(cases[i].text, strlen(cases[i].text) + 1);
		assert_int_equal(refused(&err, PT_STORE_MAKE), -PT_E_INVALID);
		assert_non_null(strstr(err.text, "is not a box"));
	}
	struct pt_err err = PT_ERR_INIT;

	fresh("other");
	sql("CREATE TABLE other (x)");
	assert_int_equal(refused(&err, PT_STORE_MAKE), -PT_E_INVALID);
	assert_non_null(strstr(err.text, "it is some other program's SQLite file"));
}

PT_TEST(a_file_that_is_not_there_is_not_made_for_reading)
{
	struct pt_err err = PT_ERR_INIT;

	fresh("missing");
	assert_int_equal(refused(&err, PT_STORE_READ), -PT_E_NOTFOUND);
	assert_non_null(strstr(err.text, "there is no box"));
	assert_int_equal(access(path, F_OK), -1);
}

PT_TEST(a_row_of_another_shape_is_refused)
{
	struct pt_err err = PT_ERR_INIT;
	char text[512] = "";

	fresh("shape");
	struct pt_store *store = opened(&SCHEMA, PT_STORE_MAKE);

	pt_store_closep(&store);
	sql("INSERT INTO thing VALUES (1, 1, 'heavy', 'a', x'00', 0)");
	store = opened(&SCHEMA, PT_STORE_READ);
	assert_int_equal(store->ops->each(store, 0, NULL, 0, list, text, &err), -PT_E_INVALID);
	assert_non_null(strstr(err.text, "is damaged: thing.weight holds what it should not"));
	pt_store_closep(&store);
}

PT_TEST(a_file_that_cannot_grow_is_an_error_and_undoes_the_transaction)
{
	struct rlimit limit, small;
	struct pt_err err = PT_ERR_INIT;
	char *large = calloc(1, 100000);
	int rc = 0;

	assert_non_null(large);
	fresh("full");
	struct pt_store *store = opened(&SCHEMA, PT_STORE_MAKE);

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 60000;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = store->ops->begin(store, PT_STORE_ON_DISK, &err);
	for (int64_t i = 0; rc == 0 && i < 10; i++)
		rc = store->ops->put(store, 0, &(struct thing){1, i, 0, NULL, {large, 100000}},
				     &err);
	if (rc == 0)
		rc = store->ops->commit(store, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(rc, -PT_E_IO);
	assert_non_null(strstr(err.text, "cannot be written"));
	store->ops->rollback(store);
	holds(store, 1, 1, "");
	pt_store_closep(&store);
	free(large);
}

PT_TEST(a_lock_is_held_by_one_process_and_dies_with_it)
{
	struct pt_lock *lock = NULL;
	int64_t owner = 0;
	int ready[2], leave[2], status;
	char byte = 0;

	fresh("lock");
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(leave), 0);
	pid_t child = fork();

	if (child == 0) {
		struct pt_lock *held = NULL;

		close(leave[1]);
		if (pt_lock_take(&held, path, 3, NULL) < 0)
			_exit(1);
		if (write(ready[1], &byte, 1) != 1 || read(leave[0], &byte, 1) != 0)
			_exit(2);
		_exit(0); /* without letting go */
	}
	close(leave[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	struct pt_err err = PT_ERR_INIT;

	assert_int_equal(pt_lock_take(&lock, path, 3, &err), -PT_E_BUSY);
	assert_non_null(strstr(err.text, "drives it"));
	assert_int_equal(pt_lock_owner(&owner, path, 3, NULL), 0);
	assert_int_equal(owner, child);
	assert_int_equal(pt_lock_owner(&owner, path, 4, NULL), 0);
	assert_int_equal(owner, 0);
	close(leave[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(pt_lock_take(&lock, path, 3, NULL), 0);
	pt_lock_free(lock);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(rows_come_back_by_key_and_are_replaced_by_key),
	    PT_RUN(what_was_rolled_back_was_never_there),
	    PT_RUN(a_reader_sees_one_moment_and_notices_changes),
	    PT_RUN(a_peek_sees_what_was_committed_and_leaves_no_trace),
	    PT_RUN(a_peek_brings_nothing_up_to_date),
	    PT_RUN(an_older_file_gets_the_columns_that_it_lacks),
	    PT_RUN(a_newer_file_is_refused),
	    PT_RUN(a_file_that_is_none_of_ours_is_refused),
	    PT_RUN(a_file_that_is_not_there_is_not_made_for_reading),
	    PT_RUN(a_row_of_another_shape_is_refused),
	    PT_RUN(a_file_that_cannot_grow_is_an_error_and_undoes_the_transaction),
	    PT_RUN(a_lock_is_held_by_one_process_and_dies_with_it),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
