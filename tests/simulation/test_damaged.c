/*
 * A journal is input like any other: whatever stands in any of its columns, taking
 * it up ends in one error or in an engine, never in a crash.
 */
#include "tests/simulation/life_fixture.h"

#include <sqlite3.h>

/* What is put in place of what was there. */
static const char *const damages[] = {
    "-1",   "0",     "9223372036854775807", "4000000000",       "'x'",
    "NULL", "x'00'", "zeroblob(5120)",      "randomblob(4096)",
};

static sqlite3 *opened(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	return db;
}

static bool execute(const char *path, const char *sql)
{
	sqlite3 *db = opened(path);
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	sqlite3_close(db);
	return code == SQLITE_OK;
}

/* The journal of a run that died in the middle of it, and a copy of that. */
static void half_a_run(struct life *life, char copy[128])
{
	char command[320];

	begin(life, 3, "confirmed");
	life->mortal.death = DEATH_AFTER_CALL;
	life->mortal.left = 350;
	assert_false(live(life));
	life->stopped_ms = life->r.c.clock.at_ms;
	pt_store_closep(&life->store);
	snprintf(copy, 128, "%s.copy", life->path);
	snprintf(command, sizeof(command), "cp %s %s", life->path, copy);
	assert_int_equal(system(command), 0);
	open_journal(life);
}

/* Some steps with what was taken up: they may fail, and must not crash. */
static void go_on(struct life *life)
{
	struct pt_err err = PT_ERR_INIT;
	enum pt_drive_end how;

	life->mortal.death = DEATH_BEFORE_STEP;
	life->mortal.left = 60;
	(void)!pt_driver_run(&how, &life->r.c.driver, life->r.c.engine, &err);
}

/* True: it could be taken up all the same. */
static bool take_up(struct life *life, const char *copy, const char *sql)
{
	struct pt_err err = PT_ERR_INIT;
	char command[320];

	pt_store_closep(&life->store);
	snprintf(command, sizeof(command), "rm -f %s-wal %s-shm; cp %s %s", life->path, life->path,
		 copy, life->path);
	assert_int_equal(system(command), 0);
	life->r.c.clock.at_ms = life->stopped_ms;
	if (sql && !execute(life->path, sql))
		return true; /* SQLite itself would not have it */
	int rc = restore(life, &err);

	if (rc == 0) {
		go_on(life);
		return true;
	}
	assert_int_equal(rc, -PT_E_INVALID);
	if (!sql)
		fail_msg("%s", err.text);
	if (!strstr(err.text, "damaged") && !strstr(err.text, "is there twice"))
		fail_msg("%s: %s", sql, err.text);
	return false;
}

PT_TEST(a_journal_with_any_column_damaged_is_refused_or_taken_up)
{
	struct life life;
	char copy[128], sql[256];
	unsigned nrefused = 0, ntaken = 0;

	half_a_run(&life, copy);
	assert_true(take_up(&life, copy, NULL));
	for (size_t t = 0; t < pt_journal_schema.ntable; t++) {
		const struct pt_store_table *table = &pt_journal_schema.table[t];

		for (size_t c = 1; c < table->ncolumn; c++) {
			for (size_t d = (t + c) % 3; d < PT_ARRAY_LEN(damages); d += 3) {
				snprintf(
				    sql, sizeof(sql),
				    "UPDATE %s SET %s = %s, checksum = 0 WHERE rowid = (SELECT "
				    "max(rowid) FROM %s)",
				    table->name, table->column[c].name, damages[d], table->name);
				if (take_up(&life, copy, sql))
					ntaken++;
				else
					nrefused++;
			}
		}
	}
	print_message("%u refused, %u taken up\n", nrefused, ntaken);
	assert_true(nrefused > 100);
	end(&life);
}

PT_TEST(a_journal_that_lacks_rows_is_refused)
{
	static const char *const tables[] = {"progress",   "stage", "org_chunk", "have_chunk",
					     "pair_chunk", "wave",  "request",   "text"};
	struct life life;
	char copy[128], sql[128];

	half_a_run(&life, copy);
	for (size_t i = 0; i < PT_ARRAY_LEN(tables); i++) {
		snprintf(sql, sizeof(sql), "DELETE FROM %s", tables[i]);
		if (take_up(&life, copy, sql))
			fail_msg("taken up without %s", tables[i]);
	}
	end(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PT_RUN(a_journal_with_any_column_damaged_is_refused_or_taken_up),
	    PT_RUN(a_journal_that_lacks_rows_is_refused),
	};

	return cmocka_run_group_tests(tests, make_steady_folder, remove_folder);
}
