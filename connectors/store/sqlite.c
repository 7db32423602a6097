/* See sqlite.h. Here: the file, its version, its transactions. */
#include "connectors/store/sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "connectors/store/sqlite_internal.h"

enum { BUSY_MS = 10000, LOG_PAGES = 1000 };

struct pt_sqlite *pt_sqlite_of(struct pt_store *base)
{
	return (struct pt_sqlite *)(void *)base;
}

/*
 * What was written and not synced may be lost although a second try says that it is
 * there: nothing is tried again, nor moved from the log into the file.
 */
static void give_up(struct pt_sqlite *s)
{
	s->broken = true;
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* In SQLite's words, and those of the operating system where it has some. */
static int say_why(struct pt_err *err, struct pt_sqlite *s, const char *doing)
{
	int reason = sqlite3_system_errno(s->db);

	if (reason == 0)
		return pt_err_set(err, PT_E_IO, "%s: %s: %s", s->path, doing,
				  sqlite3_errmsg(s->db));
	return pt_err_io(err, reason, "%s: %s: %s", s->path, doing, sqlite3_errmsg(s->db));
}

int pt_sqlite_fail(struct pt_err *err, struct pt_sqlite *s, const char *doing)
{
	if (sqlite3_extended_errcode(s->db) == SQLITE_IOERR_NOMEM)
		return pt_err_nomem(err);
	switch (sqlite3_errcode(s->db) & 0xff) {
	case SQLITE_NOMEM:
		return pt_err_nomem(err);
	case SQLITE_IOERR:
	case SQLITE_FULL:
		give_up(s);
		return say_why(err, s, doing);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return pt_err_set(err, PT_E_BUSY, "%s: %s: another process writes it; try again",
				  s->path, doing);
	case SQLITE_NOTADB:
		return pt_err_set(err, PT_E_INVALID, "%s is not a %s: no SQLite file", s->path,
				  s->schema->name);
	case SQLITE_CORRUPT:
		return pt_err_set(err, PT_E_INVALID, "%s is damaged: %s", s->path,
				  sqlite3_errmsg(s->db));
	default:
		return say_why(err, s, doing);
	}
}

int pt_sqlite_do(struct pt_sqlite *s, const char *sql, const char *doing, struct pt_err *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : pt_sqlite_fail(err, s, doing);
}

/* The integer that a statement of one row and one column gives. */
int pt_sqlite_ask(int64_t *out, struct pt_sqlite *s, const char *sql, struct pt_err *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return pt_sqlite_fail(err, s, "cannot be read");
	if (sqlite3_step(statement) == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	else
		rc = pt_sqlite_fail(err, s, "cannot be read");
	sqlite3_finalize(statement);
	return rc;
}

/* In WAL mode a commit that is not synced is complete or absent later, never half there. */
static int begin(struct pt_store *base, enum pt_store_durability durability, struct pt_err *err)
{
	struct pt_sqlite *s = pt_sqlite_of(base);
	const char *sync = durability == PT_STORE_ON_DISK ? "PRAGMA synchronous = FULL"
							  : "PRAGMA synchronous = NORMAL";
	int rc = 0;

	if (s->broken)
		return pt_err_set(err, PT_E_IO, "%s: cannot be written: its disk failed before",
				  s->path);
	if (!s->durability_set || s->durability != durability)
		rc = pt_sqlite_do(s, sync, "cannot be written", err);
	if (rc < 0)
		return rc;
	s->durability_set = true;
	s->durability = durability;
	return pt_sqlite_do(s, "BEGIN IMMEDIATE", "cannot be written", err);
}

static int begin_reading(struct pt_store *base, struct pt_err *err)
{
	return pt_sqlite_do(pt_sqlite_of(base), "BEGIN", "cannot be read", err);
}

static void rollback(struct pt_store *base)
{
	struct pt_sqlite *s = pt_sqlite_of(base);

	if (!s->undo || sqlite3_get_autocommit(s->db))
		return;
	(void)sqlite3_step(s->undo);
	(void)sqlite3_reset(s->undo);
}

static int commit(struct pt_store *base, struct pt_err *err)
{
	int rc = pt_sqlite_do(pt_sqlite_of(base), "COMMIT", "cannot be written", err);

	if (rc < 0)
		rollback(base);
	return rc;
}

static int changed(bool *out, struct pt_store *base, struct pt_err *err)
{
	struct pt_sqlite *s = pt_sqlite_of(base);
	int64_t version = 0;
	int rc = pt_sqlite_ask(&version, s, "PRAGMA data_version", err);

	if (rc < 0)
		return rc;
	*out = version != s->data_version;
	s->data_version = version;
	return 0;
}

static void close_store(struct pt_store *base)
{
	struct pt_sqlite *s = pt_sqlite_of(base);

	if (!s)
		return;
	for (size_t i = 0; s->put && i < s->schema->ntable; i++)
		sqlite3_finalize(s->put[i]);
	rollback(base);
	sqlite3_finalize(s->undo);
	sqlite3_close(s->db);
	free(s->put);
	free(s->path);
	free(s);
}

static const struct pt_store_ops SQLITE = {
    .begin = begin,
    .put = pt_sqlite_put,
    .commit = commit,
    .rollback = rollback,
    .each = pt_sqlite_each,
    .begin_reading = begin_reading,
    .changed = changed,
    .close = close_store,
};

/* The folder that the file is in, if it is not there. */
static int make_folder(const char *path, struct pt_err *err)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int rc = 0;

	if (!slash || slash == path)
		return 0;
	folder = strndup(path, (size_t)(slash - path));
	if (!folder)
		return pt_err_nomem(err);
	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		rc = pt_err_io(err, errno, "cannot make the folder %s", folder);
	free(folder);
	return rc;
}

/* What SQLite does by itself, but that a failure of the disk is not passed over. */
static int on_commit(void *context, sqlite3 *db, const char *name, int npage)
{
	int code;

	(void)context;
	if (npage < LOG_PAGES)
		return SQLITE_OK;
	code = sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return code == SQLITE_BUSY || code == SQLITE_LOCKED ? SQLITE_OK : code;
}

/* The first words that a statement gives, cut to `size`. */
static int ask_words(char *out, size_t size, struct pt_sqlite *s, const char *sql,
		     struct pt_err *err)
{
	sqlite3_stmt *statement = NULL;
	const char *words = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		rc = pt_sqlite_fail(err, s, "cannot be opened");
	else
		words = (const char *)sqlite3_column_text(statement, 0);
	if (rc == 0 && !words)
		rc = pt_err_nomem(err);
	if (rc == 0)
		snprintf(out, size, "%s", words);
	sqlite3_finalize(statement);
	return rc;
}

/* WAL mode; not every file system can do what it needs. */
static int keep_a_log(struct pt_sqlite *s, struct pt_err *err)
{
	char mode[16];
	int rc = ask_words(mode, sizeof(mode), s, "PRAGMA journal_mode = WAL", err);

	if (rc == 0 && strcmp(mode, "wal") != 0)
		rc = pt_err_set(err, PT_E_IO, "%s: cannot be kept with a write-ahead log here",
				s->path);
	return rc;
}

/*
 * Every row is found by its key and every key leads to a row. O(size of the file). What
 * is wrong is so twice: a page that could not be read for want of memory looks the same.
 */
static int check_whole(struct pt_sqlite *s, struct pt_err *err)
{
	char found[256] = "";
	const char *line;
	int rc = 0;

	for (int i = 0; rc == 0 && i < 2; i++) {
		rc = ask_words(found, sizeof(found), s, "PRAGMA integrity_check(1)", err);
		if (rc == 0 && strcmp(found, "ok") == 0)
			return 0;
	}
	if (rc < 0)
		return rc;
	/* Below a heading that names the database. */
	line = strncmp(found, "***", 3) == 0 ? strchr(found, '\n') : NULL;
	line = line ? line + 1 : found;
	return pt_err_set(err, PT_E_INVALID, "%s is damaged: %.*s", s->path,
			  (int)strcspn(line, "\n"), line);
}

/*
 * Without a log that somebody holds open there is nothing but the file, which may then be read
 * as one that nobody writes: SQLite makes no files beside it. It reads a log that is there only
 * together with its index, which is made anew when it is missing; then the log is passed over.
 */
static int peek_file(struct pt_sqlite *s, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf index = PT_BUF_INIT, uri = PT_BUF_INIT;
	struct stat seen;

	pt_buf_printf(&index, "%s-shm", s->path);
	pt_buf_str(&uri, "file:");
	for (const char *c = s->path; *c; c++)
		pt_buf_printf(&uri, strchr("%?#", *c) ? "%%%02x" : "%c", (unsigned char)*c);
	pt_buf_str(&uri, stat(pt_buf_text(&index), &seen) == 0 ? "?mode=ro" : "?immutable=1");
	if (pt_buf_check(&uri, err) < 0 || pt_buf_check(&index, err) < 0)
		return -PT_E_NOMEM;
	if (sqlite3_open_v2(pt_buf_text(&uri), &s->db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE,
			    NULL) != SQLITE_OK)
		return s->db ? pt_sqlite_fail(err, s, "cannot be opened") : pt_err_nomem(err);
	return 0;
}

static int open_file(struct pt_sqlite *s, enum pt_store_mode mode, struct pt_err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE;
	struct stat seen;

	if (mode == PT_STORE_PEEK)
		return peek_file(s, err);
	if (mode == PT_STORE_MEMORY) {
		flags |= SQLITE_OPEN_MEMORY | SQLITE_OPEN_CREATE;
	} else if (mode == PT_STORE_MAKE) {
		int rc = make_folder(s->path, err);

		if (rc < 0)
			return rc;
		flags |= SQLITE_OPEN_CREATE;
	} else if (stat(s->path, &seen) < 0) {
		return errno == ENOENT ? pt_err_set(err, PT_E_NOTFOUND, "there is no %s %s",
						    s->schema->name, s->path)
				       : pt_err_io(err, errno, "cannot open %s", s->path);
	}
	if (sqlite3_open_v2(s->path, &s->db, flags, NULL) != SQLITE_OK)
		return s->db ? pt_sqlite_fail(err, s, "cannot be opened") : pt_err_nomem(err);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	(void)sqlite3_wal_hook(s->db, on_commit, s);
	int rc = pt_sqlite_do(s, "PRAGMA foreign_keys = ON", "cannot be opened", err);

	if (rc == 0 && mode != PT_STORE_MEMORY)
		rc = keep_a_log(s, err);
	if (rc == 0 && sqlite3_prepare_v3(s->db, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT,
					  &s->undo, NULL) != SQLITE_OK)
		rc = pt_sqlite_fail(err, s, "cannot be opened");
	return rc;
}

/* Whose file it is, and whether its tables are ours. */
static int check_file(struct pt_sqlite *s, enum pt_store_mode mode, struct pt_err *err)
{
	int64_t id = 0, version = 0, ntable = 0;
	int rc = pt_sqlite_ask(&ntable, s, "SELECT count(*) FROM sqlite_schema", err);

	if (rc == 0)
		rc = pt_sqlite_ask(&id, s, "PRAGMA application_id", err);
	if (rc == 0)
		rc = pt_sqlite_ask(&version, s, "PRAGMA user_version", err);
	if (rc < 0)
		return rc;
	if (ntable > 0 && id != s->schema->id)
		return pt_err_set(err, PT_E_INVALID,
				  "%s is not a %s: it is some other program's SQLite file", s->path,
				  s->schema->name);
	if (ntable == 0 && mode != PT_STORE_MAKE && mode != PT_STORE_MEMORY)
		return pt_err_set(err, PT_E_INVALID, "%s is not a %s: it is empty", s->path,
				  s->schema->name);
	if (version > s->schema->version)
		return pt_err_set(err, PT_E_UNSUPPORTED,
				  "%s is a %s of format %lld, written by a newer pushtrain; this "
				  "one reads up to %d",
				  s->path, s->schema->name, (long long)version, s->schema->version);
	if (mode == PT_STORE_PEEK)
		return 0;
	if (mode != PT_STORE_READ && ntable > 0)
		rc = check_whole(s, err);
	return rc < 0 || version == s->schema->version ? rc : pt_sqlite_migrate(s, err);
}

static int prepare(struct pt_sqlite *s, enum pt_store_mode mode, struct pt_err *err)
{
	int rc = open_file(s, mode, err);

	if (rc == 0)
		rc = check_file(s, mode, err);
	return rc;
}

int pt_store_open_sqlite(struct pt_store **out, const char *path, const struct pt_schema *schema,
			 enum pt_store_mode mode, struct pt_err *err)
{
	struct pt_sqlite *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return pt_err_nomem(err);
	s->base.ops = &SQLITE;
	s->schema = schema;
	s->path = strdup(path);
	s->put = calloc(schema->ntable + 1, sizeof(struct sqlite3_stmt *));
	rc = s->path && s->put ? prepare(s, mode, err) : pt_err_nomem(err);
	if (rc < 0)
		close_store(&s->base);
	else
		*out = &s->base;
	return rc;
}
