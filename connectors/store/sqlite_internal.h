/* What the files of the SQLite store share. Nothing else includes it. */
#ifndef PT_CONNECTORS_STORE_SQLITE_INTERNAL_H
#define PT_CONNECTORS_STORE_SQLITE_INTERNAL_H

#include <sqlite3.h>

#include "connectors/store/store.h"

struct pt_sqlite {
	struct pt_store base;
	const struct pt_schema *schema; /* borrowed */
	char *path;                     /* owned */
	sqlite3 *db;                    /* owned */
	sqlite3_stmt **put;             /* owned; by table, prepared when first used */
	sqlite3_stmt *undo;             /* owned; made beforehand, it is wanted without memory */
	int64_t data_version;
	bool broken; /* the disk failed; nothing more is written by this process */
	bool durability_set;
	enum pt_store_durability durability;
};

struct pt_sqlite *pt_sqlite_of(struct pt_store *base);

/* Says what SQLite said last; returns the code. After the disk failed nothing can be written. */
int pt_sqlite_fail(struct pt_err *err, struct pt_sqlite *s, const char *doing);
int pt_sqlite_do(struct pt_sqlite *s, const char *sql, const char *doing,
		 struct pt_err *err) PT_MUSTUSE;
int pt_sqlite_ask(int64_t *out, struct pt_sqlite *s, const char *sql,
		  struct pt_err *err) PT_MUSTUSE;

/* Makes the tables and columns that are missing and marks the file, in one transaction. */
int pt_sqlite_migrate(struct pt_sqlite *s, struct pt_err *err) PT_MUSTUSE;

int pt_sqlite_put(struct pt_store *base, size_t table, const void *row,
		  struct pt_err *err) PT_MUSTUSE;
int pt_sqlite_each(struct pt_store *base, size_t table, const void *key, size_t nkey,
		   pt_store_row_fn *fn, void *context, struct pt_err *err) PT_MUSTUSE;

#endif
