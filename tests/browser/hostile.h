/*
 * Puts names of a kind into a journal that nobody should have, as a platform could: each begins
 * a tag, ends an attribute or a script.
 */
#ifndef PT_TESTS_BROWSER_HOSTILE_H
#define PT_TESTS_BROWSER_HOSTILE_H

#include "tests/test.h"

#include <sqlite3.h>
#include <string.h>

#include "base/buf.h"

static const char *const hostile_names[] = {
    "<img src=x onerror=\"window.hacked=1\">",          "\"><script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",        "'-window.hacked=1-'",
    "</title></textarea><svg onload=window.hacked=1>",  "javascript:window.hacked=1//",
    "{{constructor.constructor('window.hacked=1')()}}", "\xe2\x80\xae\xff\xfe\x01 turned round",
};

static inline void hostile_check(sqlite3 *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
		fail_msg("%s", sqlite3_errmsg(db));
}

/* As many names as there were, each with its NUL. */
static inline void hostile_put_names(struct pt_buf *out, const char *names, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (names[i] != '\0')
			continue;
		const char *name = hostile_names[n++ % PT_ARRAY_LEN(hostile_names)];

		pt_buf_bytes(out, name, strlen(name) + 1);
	}
}

static inline void hostile_orgs(sqlite3 *db)
{
	sqlite3_stmt *read = NULL, *write = NULL;

	hostile_check(
	    db, sqlite3_prepare_v2(db, "SELECT rowid, names FROM org_chunk", -1, &read, NULL));
	hostile_check(db, sqlite3_prepare_v2(
			      db, "UPDATE org_chunk SET names = ?, checksum = 0 WHERE rowid = ?",
			      -1, &write, NULL));
	while (sqlite3_step(read) == SQLITE_ROW) {
		PT_CLEANUP(pt_buf_release) struct pt_buf names = PT_BUF_INIT;

		hostile_put_names(&names, sqlite3_column_blob(read, 1),
				  (size_t)sqlite3_column_bytes(read, 1));
		hostile_check(
		    db, sqlite3_bind_blob(write, 1, names.data, (int)names.len, SQLITE_TRANSIENT));
		hostile_check(db, sqlite3_bind_int64(write, 2, sqlite3_column_int64(read, 0)));
		hostile_check(db, sqlite3_step(write));
		hostile_check(db, sqlite3_reset(write));
	}
	sqlite3_finalize(read);
	sqlite3_finalize(write);
}

/* The journal of that path: orgs' names, and what the platform said. */
static inline void make_hostile(const char *path)
{
	sqlite3 *db = NULL;

	hostile_check(db, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
	hostile_check(db, sqlite3_busy_timeout(db, 10000));
	hostile_check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
	hostile_orgs(db);
	hostile_check(db, sqlite3_exec(db,
				       "UPDATE text SET checksum = 0, words = '<img src=x "
				       "onerror=\"window.hacked=1\">' || words WHERE text > 0",
				       NULL, NULL, NULL));
	hostile_check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	sqlite3_close(db);
}

#endif
