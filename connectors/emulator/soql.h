/*
 * SOQL, as far as clients of the push API use it, over tables that the caller has: it
 * describes its objects once (pt_soql_schema), and gives values row by row.
 *
 *     pt_soql_parse(&query, &refusal, &schema, text, len, err)    a query, or why not
 *     pt_soql_run(&result, query, err)                            which rows, in order
 *     pt_soql_write(&out, result, 0, 2000, "62.0")                a page of them, as JSON
 *
 * Pure: no I/O, no state but what these hand out. A query may run again and again, and
 * a result may be written page by page while the tables grow.
 */
#ifndef PT_CONNECTORS_EMULATOR_SOQL_H
#define PT_CONNECTORS_EMULATOR_SOQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	PT_SOQL_TEXT = 1024, /* room for a text that is made on demand, with its NUL */
	PT_SOQL_MESSAGE = 512,
};

enum pt_soql_type {
	PT_SOQL_ID,     /* 15 or 18 characters, compared by the first 15, with their case */
	PT_SOQL_STRING, /* compared without case (ASCII) */
	PT_SOQL_INT,
	PT_SOQL_BOOL,
	PT_SOQL_TIME,
};

/* What a field may be used for besides being selected. */
enum pt_soql_flag {
	PT_SOQL_FILTER = 1 << 0,
	PT_SOQL_SORT = 1 << 1,
	PT_SOQL_GROUP = 1 << 2,
};

struct pt_soql_value {
	bool null;
	const char *text; /* ID, STRING: borrowed from the table, or in the room that was given */
	int64_t number;   /* INT; BOOL 0 or 1; TIME: ms since 1970 UTC */
};

struct pt_soql_field {
	const char *name;
	enum pt_soql_type type;
	unsigned flags;           /* of enum pt_soql_flag */
	const char *relationship; /* "PackageVersion" on PackageVersionId; NULL: leads nowhere */
	const char *target;       /* the object it leads to; NULL */
};

/* What refers to an object: its rows' `field` holds the Id. */
struct pt_soql_children {
	const char *name; /* "PackagePushErrors" */
	const char *object, *field;
};

struct pt_soql_object {
	const char *name;
	const struct pt_soql_field *field; /* the first is Id */
	size_t nfield;
	const struct pt_soql_children *children;
	size_t nchildren;

	/* MUST. Rows are 0 to below this. */
	uint32_t (*nrow)(void *context);

	/* MUST. `room` has PT_SOQL_TEXT bytes; what is in it lasts as long as it does. */
	struct pt_soql_value (*value)(void *context, uint32_t row, size_t field, char *room);

	/* MUST. The row with that id of 15 or 18 characters; false: there is none. */
	bool (*find)(void *context, uint32_t *row_out, const char *id);

	/*
	 * MAY be NULL, or return false: not known, look at all rows. Otherwise all rows that
	 * can have that text in that field (and others, which are looked at again), ascending;
	 * borrowed until the next call. An id comes with 15 or 18 characters, a string in any
	 * case. Children without it are found by a scan for every parent.
	 */
	bool (*narrow)(void *context, size_t field, const char *text, const uint32_t **row_out,
		       size_t *n_out);

	/* MAY be NULL. False: the row is a hole and belongs to no result. */
	bool (*exists)(void *context, uint32_t row);
};

struct pt_soql_schema {
	const struct pt_soql_object *object;
	size_t nobject;
	void *context; /* borrowed; given to every function of an object */
};

/* What the platform says no with. */
struct pt_soql_refusal {
	const char *code; /* static: "MALFORMED_QUERY", "INVALID_FIELD", ...; NULL: none */
	char message[PT_SOQL_MESSAGE];
};

struct pt_soql_query;
struct pt_soql_result;

/*
 * Reads and checks a query. A text that is refused is 0 too, with *out NULL and the refusal
 * filled; negative only without memory. The schema is borrowed as long as the query lives.
 */
int pt_soql_parse(struct pt_soql_query **out, struct pt_soql_refusal *refusal,
		  const struct pt_soql_schema *schema, const char *text, size_t len,
		  struct pt_err *err) PT_MUSTUSE;
void pt_soql_query_free(struct pt_soql_query *query);

/*
 * Finds the rows. The result holds their numbers and nothing else (of aggregates: a group
 * each), and the query must outlive it. Fails only without memory.
 */
int pt_soql_run(struct pt_soql_result **out, const struct pt_soql_query *query,
		struct pt_err *err) PT_MUSTUSE;
void pt_soql_result_free(struct pt_soql_result *result);

/* Records that can be written; 0 of SELECT COUNT(). */
size_t pt_soql_result_rows(const struct pt_soql_result *result);

/* The totalSize: the same, but for SELECT COUNT() what it counted. */
size_t pt_soql_result_total(const struct pt_soql_result *result);

/*
 * Appends records from, from + 1, ... of at most n as compact JSON with commas between, which
 * is what belongs inside "records":[]. `version` is that of the address, such as "62.0".
 * Without memory the buffer fails.
 */
void pt_soql_write(struct pt_buf *out, const struct pt_soql_result *result, size_t from, size_t n,
		   const char *version);

#endif
