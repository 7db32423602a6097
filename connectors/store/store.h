/*
 * A store of rows that survives: tables as whoever uses it defines them, written
 * in transactions. It knows nothing of what the rows mean.
 *
 *     pt_store_open_sqlite(&store, path, &schema, PT_STORE_WRITE, err);
 *     store->ops->begin(store, PT_STORE_ON_DISK, err);
 *     store->ops->put(store, TABLE_RUN, &row, err);
 *     store->ops->commit(store, err);
 *
 * A row is a plain struct: every column is an int64_t, a const char * or a struct
 * pt_bytes at its offset. The first columns are the key.
 */
#ifndef PT_CONNECTORS_STORE_STORE_H
#define PT_CONNECTORS_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pt_bytes {
	const void *data;
	size_t size;
};

enum pt_column_type {
	PT_COLUMN_INT,   /* int64_t */
	PT_COLUMN_TEXT,  /* const char *; MAY be NULL */
	PT_COLUMN_BYTES, /* struct pt_bytes */
};

struct pt_column {
	const char *name;
	enum pt_column_type type;
	size_t offset;
};

struct pt_store_table {
	const char *name;
	const struct pt_column *column;
	size_t ncolumn, nkey; /* the first nkey columns are the key */
	size_t row_size;      /* of the struct */
};

/* All of it is borrowed and must outlive the store. */
struct pt_schema {
	const char *name; /* of what is kept, "journal" */
	int32_t id;       /* marks the file as one of these */
	int32_t version;  /* of the tables; a file of a newer one is refused */
	const struct pt_store_table *table;
	size_t ntable;
};

enum pt_store_durability {
	PT_STORE_SOON, /* survives this process, and reaches the disk with the next one that must */
	PT_STORE_ON_DISK, /* survives the machine */
};

/* The row is borrowed until the function returns; a negative result ends the reading. */
typedef int pt_store_row_fn(void *context, const void *row, struct pt_err *err);

struct pt_store;

/* All fail with PT_E_IO, PT_E_BUSY (another process writes, for longer than we wait) or
   PT_E_NOMEM; reading also with PT_E_INVALID for a row of another shape. Once the disk has
   failed, every begin() fails: what it says later cannot be relied on. */
struct pt_store_ops {
	/* MUST. */
	int (*begin)(struct pt_store *store, enum pt_store_durability durability,
		     struct pt_err *err);
	/* MUST. Adds the row or replaces the one with its key; within a transaction. */
	int (*put)(struct pt_store *store, size_t table, const void *row, struct pt_err *err);
	/* MUST. After a failure the transaction is undone for this process; another one may
	   find it complete. */
	int (*commit)(struct pt_store *store, struct pt_err *err);
	/* MUST. Undoes the transaction, if there is one. */
	void (*rollback)(struct pt_store *store);
	/* MUST. The rows whose first nkey key columns are those of `key`, by key ascending. */
	int (*each)(struct pt_store *store, size_t table, const void *key, size_t nkey,
		    pt_store_row_fn *fn, void *context, struct pt_err *err);
	/* MUST. All that is read until rollback() is of one moment. */
	int (*begin_reading)(struct pt_store *store, struct pt_err *err);
	/* MUST. Whether another process committed since the last time it was asked. */
	int (*changed)(bool *out, struct pt_store *store, struct pt_err *err);
	/* MUST. NULL is allowed. */
	void (*close)(struct pt_store *store);
};

/* First member of every store. */
struct pt_store {
	const struct pt_store_ops *ops;
};

void pt_store_closep(struct pt_store **store);

#endif
