/* See sqlite.h. Here: tables, and rows in and out of them. */
#include "connectors/store/sqlite_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"

/* What a column holds in rows that were written before it was thought of. */
static const struct {
	const char *sql, *absent;
	int type;
} types[] = {
    [PT_COLUMN_INT] = {"INTEGER", " DEFAULT 0", SQLITE_INTEGER},
    [PT_COLUMN_TEXT] = {"TEXT", "", SQLITE_TEXT},
    [PT_COLUMN_BYTES] = {"BLOB", " DEFAULT x''", SQLITE_BLOB},
};

static void column_sql(struct pt_buf *sql, const struct pt_column *column)
{
	pt_buf_printf(sql, "%s %s%s%s", column->name, types[column->type].sql,
		      column->type == PT_COLUMN_TEXT ? "" : " NOT NULL",
		      types[column->type].absent);
}

/* Names of the first n columns, each followed by `after`, between commas. */
static void names_sql(struct pt_buf *sql, const struct pt_store_table *table, size_t n,
		      const char *after)
{
	for (size_t i = 0; i < n; i++)
		pt_buf_printf(sql, "%s%s%s", i ? ", " : "", table->column[i].name, after);
}

static int run_sql(struct pt_sqlite *s, struct pt_buf *sql, struct pt_err *err)
{
	int rc = pt_buf_check(sql, err);

	if (rc == 0)
		rc = pt_sqlite_do(s, pt_buf_text(sql), "its tables cannot be made", err);
	pt_buf_clear(sql);
	return rc;
}

/*
 * A row's last column: a disk may change bytes and still have a well-formed file. What
 * a column holds that is absent does not count, so that columns may be added later.
 * 0 is of rows that have none: of before, or of people who changed them.
 */
#define CHECKSUM "checksum"

static const struct pt_column checksum = {CHECKSUM, PT_COLUMN_INT, 0};

static int64_t checksum_of(const struct pt_store_table *table, const void *row)
{
	uint64_t sum = pt_rng_mix_text(0, table->name, strlen(table->name));

	for (size_t i = 0; i < table->ncolumn; i++) {
		const struct pt_column *column = &table->column[i];
		const char *field = (const char *)row + column->offset;
		struct pt_bytes value = {.size = 0};
		int64_t number = 0;

		if (column->type == PT_COLUMN_BYTES) {
			memcpy(&value, field, sizeof(value));
		} else if (column->type == PT_COLUMN_TEXT) {
			memcpy(&value.data, field, sizeof(value.data));
			value.size = value.data ? strlen(value.data) + 1 : 0;
		} else {
			memcpy(&number, field, sizeof(number));
			value = (struct pt_bytes){&number, number ? sizeof(number) : 0};
		}
		if (value.size == 0)
			continue;
		sum = pt_rng_mix_text(sum, column->name, strlen(column->name));
		sum = pt_rng_mix_text(sum, value.data, value.size);
	}
	return sum ? (int64_t)sum : 1;
}

static int make_table(struct pt_sqlite *s, const struct pt_store_table *table, struct pt_buf *sql,
		      struct pt_err *err)
{
	pt_buf_printf(sql, "CREATE TABLE %s (", table->name);
	for (size_t i = 0; i < table->ncolumn; i++) {
		column_sql(sql, &table->column[i]);
		pt_buf_str(sql, ", ");
	}
	column_sql(sql, &checksum);
	pt_buf_str(sql, ", ");
	pt_buf_str(sql, "PRIMARY KEY (");
	names_sql(sql, table, table->nkey, "");
	pt_buf_str(sql, "))");
	return run_sql(s, sql, err);
}

static int add_column(struct pt_sqlite *s, const struct pt_store_table *table,
		      const struct pt_column *column, struct pt_buf *sql, struct pt_err *err)
{
	int64_t there = 0;

	pt_buf_printf(sql, "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
		      table->name, column->name);
	int rc = pt_buf_check(sql, err);

	if (rc == 0)
		rc = pt_sqlite_ask(&there, s, pt_buf_text(sql), err);
	pt_buf_clear(sql);
	if (rc < 0 || there)
		return rc;
	pt_buf_printf(sql, "ALTER TABLE %s ADD COLUMN ", table->name);
	column_sql(sql, column);
	return run_sql(s, sql, err);
}

static int add_columns(struct pt_sqlite *s, const struct pt_store_table *table, struct pt_buf *sql,
		       struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < table->ncolumn; i++)
		rc = add_column(s, table, &table->column[i], sql, err);
	return rc < 0 ? rc : add_column(s, table, &checksum, sql, err);
}

static int bring_up(struct pt_sqlite *s, struct pt_buf *sql, struct pt_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < s->schema->ntable; i++) {
		const struct pt_store_table *table = &s->schema->table[i];
		int64_t there = 0;

		pt_buf_printf(sql,
			      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
			      "name = '%s'",
			      table->name);
		rc = pt_buf_check(sql, err);
		if (rc == 0)
			rc = pt_sqlite_ask(&there, s, pt_buf_text(sql), err);
		pt_buf_clear(sql);
		if (rc == 0)
			rc = there ? add_columns(s, table, sql, err)
				   : make_table(s, table, sql, err);
	}
	if (rc < 0)
		return rc;
	pt_buf_printf(sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", s->schema->id,
		      s->schema->version);
	return run_sql(s, sql, err);
}

int pt_sqlite_migrate(struct pt_sqlite *s, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf sql = PT_BUF_INIT;
	int rc = s->base.ops->begin(&s->base, PT_STORE_ON_DISK, err);

	if (rc == 0)
		rc = bring_up(s, &sql, err);
	if (rc == 0)
		return s->base.ops->commit(&s->base, err);
	s->base.ops->rollback(&s->base);
	return rc;
}

static int bind(sqlite3_stmt *statement, int at, const struct pt_column *column, const void *row)
{
	const char *field = (const char *)row + column->offset;

	switch (column->type) {
	case PT_COLUMN_INT: {
		int64_t number;

		memcpy(&number, field, sizeof(number));
		return sqlite3_bind_int64(statement, at, number);
	}
	case PT_COLUMN_TEXT: {
		const char *text;

		memcpy(&text, field, sizeof(text));
		return sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
	}
	case PT_COLUMN_BYTES: {
		struct pt_bytes bytes;

		memcpy(&bytes, field, sizeof(bytes));
		return sqlite3_bind_blob64(statement, at, bytes.size ? bytes.data : "", bytes.size,
					   SQLITE_STATIC);
	}
	}
	return SQLITE_MISUSE;
}

static int bind_all(sqlite3_stmt *statement, const struct pt_store_table *table, size_t n,
		    const void *row)
{
	int code = SQLITE_OK;

	for (size_t i = 0; code == SQLITE_OK && i < n; i++)
		code = bind(statement, (int)i + 1, &table->column[i], row);
	return code;
}

static int prepare_put(struct pt_sqlite *s, size_t at, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf sql = PT_BUF_INIT;
	const struct pt_store_table *table = &s->schema->table[at];

	pt_buf_printf(&sql, "INSERT OR REPLACE INTO %s (", table->name);
	names_sql(&sql, table, table->ncolumn, "");
	pt_buf_str(&sql, ", " CHECKSUM ") VALUES (?");
	for (size_t i = 0; i < table->ncolumn; i++)
		pt_buf_str(&sql, ", ?");
	pt_buf_str(&sql, ")");
	int rc = pt_buf_check(&sql, err);

	if (rc == 0 && sqlite3_prepare_v3(s->db, pt_buf_text(&sql), -1, SQLITE_PREPARE_PERSISTENT,
					  &s->put[at], NULL) != SQLITE_OK)
		rc = pt_sqlite_fail(err, s, "cannot be written");
	return rc;
}

int pt_sqlite_put(struct pt_store *base, size_t at, const void *row, struct pt_err *err)
{
	struct pt_sqlite *s = pt_sqlite_of(base);
	const struct pt_store_table *table = &s->schema->table[at];
	int rc = s->put[at] ? 0 : prepare_put(s, at, err);

	if (rc < 0)
		return rc;
	if (bind_all(s->put[at], table, table->ncolumn, row) != SQLITE_OK ||
	    sqlite3_bind_int64(s->put[at], (int)table->ncolumn + 1, checksum_of(table, row)) !=
		SQLITE_OK ||
	    sqlite3_step(s->put[at]) != SQLITE_DONE)
		rc = pt_sqlite_fail(err, s, "cannot be written");
	(void)sqlite3_reset(s->put[at]);
	(void)sqlite3_clear_bindings(s->put[at]);
	return rc;
}

static void fetch(void *row, sqlite3_stmt *statement, int at, const struct pt_column *column)
{
	char *field = (char *)row + column->offset;

	switch (column->type) {
	case PT_COLUMN_INT: {
		int64_t number = sqlite3_column_int64(statement, at);

		memcpy(field, &number, sizeof(number));
		break;
	}
	case PT_COLUMN_TEXT: {
		const char *text = (const char *)sqlite3_column_text(statement, at);

		memcpy(field, &text, sizeof(text));
		break;
	}
	case PT_COLUMN_BYTES: {
		struct pt_bytes bytes = {.data = sqlite3_column_blob(statement, at)};

		bytes.size = (size_t)sqlite3_column_bytes(statement, at);
		memcpy(field, &bytes, sizeof(bytes));
		break;
	}
	}
}

static int fetch_row(void *row, struct pt_sqlite *s, const struct pt_store_table *table,
		     sqlite3_stmt *statement, struct pt_err *err)
{
	int64_t sum;

	for (size_t i = 0; i < table->ncolumn; i++) {
		const struct pt_column *column = &table->column[i];
		int type = sqlite3_column_type(statement, (int)i);

		if (type != types[column->type].type &&
		    !(type == SQLITE_NULL && column->type == PT_COLUMN_TEXT))
			return pt_err_set(err, PT_E_INVALID,
					  "%s is damaged: %s.%s holds what it should not", s->path,
					  table->name, column->name);
		fetch(row, statement, (int)i, column);
	}
	/* A text or bytes that there was no memory for came as NULL. */
	if (sqlite3_errcode(s->db) == SQLITE_NOMEM)
		return pt_err_nomem(err);
	sum = sqlite3_column_int64(statement, (int)table->ncolumn);
	if (sum != 0 && sum != checksum_of(table, row))
		return pt_err_set(err, PT_E_INVALID,
				  "%s is damaged: a row of %s is not what was written", s->path,
				  table->name);
	return 0;
}

static int walk(struct pt_sqlite *s, const struct pt_store_table *table, sqlite3_stmt *statement,
		void *row, pt_store_row_fn *fn, void *context, struct pt_err *err)
{
	int code, rc = 0;

	while (rc == 0 && (code = sqlite3_step(statement)) != SQLITE_DONE) {
		if (code != SQLITE_ROW)
			return pt_sqlite_fail(err, s, "cannot be read");
		rc = fetch_row(row, s, table, statement, err);
		if (rc == 0)
			rc = fn(context, row, err);
	}
	return rc;
}

int pt_sqlite_each(struct pt_store *base, size_t at, const void *key, size_t nkey,
		   pt_store_row_fn *fn, void *context, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf sql = PT_BUF_INIT;
	struct pt_sqlite *s = pt_sqlite_of(base);
	const struct pt_store_table *table = &s->schema->table[at];
	sqlite3_stmt *statement = NULL;
	void *row = calloc(1, table->row_size);
	int rc = row ? 0 : pt_err_nomem(err);

	pt_buf_str(&sql, "SELECT ");
	names_sql(&sql, table, table->ncolumn, "");
	pt_buf_printf(&sql, ", " CHECKSUM " FROM %s WHERE 1", table->name);
	for (size_t i = 0; i < nkey; i++)
		pt_buf_printf(&sql, " AND %s = ?", table->column[i].name);
	pt_buf_str(&sql, " ORDER BY ");
	names_sql(&sql, table, table->nkey, "");
	if (rc == 0)
		rc = pt_buf_check(&sql, err);
	if (rc == 0 &&
	    (sqlite3_prepare_v2(s->db, pt_buf_text(&sql), -1, &statement, NULL) != SQLITE_OK ||
	     bind_all(statement, table, nkey, key) != SQLITE_OK))
		rc = pt_sqlite_fail(err, s, "cannot be read");
	if (rc == 0)
		rc = walk(s, table, statement, row, fn, context, err);
	sqlite3_finalize(statement);
	free(row);
	return rc;
}
