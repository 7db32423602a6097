/*
 * A query between being read and being run; for soql_*.c only. soql_parse.c makes it of
 * names as they were written, soql_check.c finds what the names mean, and everything
 * after works with positions of fields alone.
 */
#ifndef PT_CONNECTORS_EMULATOR_SOQL_QUERY_H
#define PT_CONNECTORS_EMULATOR_SOQL_QUERY_H

#include "base/arena.h"
#include "connectors/emulator/soql.h"

enum {
	PT_SOQL_LEVELS = 5, /* relationships in one path */
	PT_SOQL_DEPTH = 64, /* conditions in one another */
	PT_SOQL_LENGTH = 100000,
	PT_SOQL_MAX_OFFSET = 2000,
	PT_SOQL_MAX_AGGREGATES = 100,
	PT_SOQL_ID_LEN = 15, /* of an id, what tells it from others */
	/* Bytes that are in no UTF-8 stand for the wildcards in the pattern of a LIKE. */
	PT_SOQL_ANY = 0xff,
	PT_SOQL_ONE = 0xfe,
};

#define PT_SOQL_NO_LIMIT SIZE_MAX

/* Part of the query's text, not ending in a NUL. */
struct pt_soql_name {
	const char *text;
	size_t len;
};

/* From an object over its parents to a field. */
struct pt_soql_path {
	struct pt_soql_name part[PT_SOQL_LEVELS + 1];
	size_t npart;
	/* What that means: */
	size_t nstep;
	size_t step[PT_SOQL_LEVELS];                             /* fields that lead to a parent */
	const struct pt_soql_object *object[PT_SOQL_LEVELS + 1]; /* [0] where it begins */
	size_t field;                                            /* of object[nstep] */
};

/* Of a path that was checked. */
static inline const struct pt_soql_field *pt_soql_path_field(const struct pt_soql_path *path)
{
	return &path->object[path->nstep]->field[path->field];
}

enum pt_soql_fn { PT_SOQL_PLAIN, PT_SOQL_COUNT, PT_SOQL_MIN, PT_SOQL_MAX };

struct pt_soql_expr {
	enum pt_soql_fn fn;
	struct pt_soql_path path;
	size_t slot; /* of a fn: which of the query's aggregates */
};

enum pt_soql_kind {
	PT_SOQL_IS_NULL,
	PT_SOQL_IS_TEXT,
	PT_SOQL_IS_INT,
	PT_SOQL_IS_BOOL,
	PT_SOQL_IS_TIME,
	PT_SOQL_IS_DATE,
};

struct pt_soql_literal {
	enum pt_soql_kind kind;
	struct pt_soql_name name; /* as it was written */
	struct pt_soql_value value;
};

enum pt_soql_op {
	PT_SOQL_EQ,
	PT_SOQL_NE,
	PT_SOQL_LT,
	PT_SOQL_LE,
	PT_SOQL_GT,
	PT_SOQL_GE,
	PT_SOQL_LIKE,
	PT_SOQL_IN,
	PT_SOQL_NOT_IN,
	PT_SOQL_AND,
	PT_SOQL_OR,
	PT_SOQL_NOT,
};

struct pt_soql_cond {
	struct pt_soql_cond *next;  /* beside it under the same AND or OR */
	struct pt_soql_cond *first; /* AND, OR, NOT: what is under it */
	enum pt_soql_op op;
	struct pt_soql_name word; /* the operator as it was written */
	struct pt_soql_path path;
	struct pt_soql_literal *literal; /* of a list, once checked: ascending, without null */
	size_t nliteral;
	bool has_null; /* the list had one */
};

struct pt_soql_item {
	struct pt_soql_item *next;
	struct pt_soql_expr expr;
	struct pt_soql_name alias;       /* len 0: none */
	struct pt_soql_select *children; /* a query in parentheses; then there is no expr */
	const char *key;                 /* in JSON; of a path with its parents, for messages */
};

struct pt_soql_key {
	struct pt_soql_key *next;
	struct pt_soql_expr expr;
	bool descending, nulls_last;
};

/* What a record has, in its order: fields of the same parent are in one place. */
struct pt_soql_column {
	struct pt_soql_column *next;
	const char *key;
	const struct pt_soql_item *item;     /* an aggregate or children; NULL: a field */
	size_t field;                        /* the field, or the one that leads to the parent */
	const struct pt_soql_object *parent; /* NULL: a field */
	struct pt_soql_column *first;        /* what the parent has */
};

struct pt_soql_select {
	struct pt_soql_item *item;
	struct pt_soql_name from;
	struct pt_soql_cond *where;        /* NULL: all */
	struct pt_soql_key *group, *order; /* NULL: none */
	size_t limit, offset;
	size_t naggregate;
	bool count; /* COUNT() */
	/* What that means: */
	const struct pt_soql_object *object;
	struct pt_soql_column *column;
	const struct pt_soql_expr **aggregate; /* by slot */
	size_t link;                           /* of children: the field with the parent's Id */
};

static inline bool pt_soql_is_grouped(const struct pt_soql_select *select)
{
	return select->group || select->naggregate > 0;
}

struct pt_soql_query {
	struct pt_arena arena;
	struct pt_soql_schema schema;
	struct pt_soql_select select;
};

/* soql_match.c: values of rows, and what a condition says of one. */

/* Both not null. */
int pt_soql_compare(enum pt_soql_type type, const struct pt_soql_value *a,
		    const struct pt_soql_value *b);

/* Goes over the path's parents; null when one is missing. `room` as in an object's value(). */
struct pt_soql_value pt_soql_get(const struct pt_soql_path *path, void *context, uint32_t row,
				 char *room);

/* The parent that a field of the row leads to; false: there is none. */
bool pt_soql_parent(uint32_t *row_out, const struct pt_soql_object *object, size_t field,
		    const struct pt_soql_object *parent, void *context, uint32_t row);

bool pt_soql_match(const struct pt_soql_cond *cond, void *context, uint32_t row);

/* soql_rows.c: lists of rows. */

struct pt_soql_rows {
	uint32_t *at; /* owned */
	size_t n, cap;
};

/* False without memory; so for the others here. */
bool pt_soql_rows_add(struct pt_soql_rows *rows, const uint32_t *row, size_t n) PT_MUSTUSE;
void pt_soql_rows_release(struct pt_soql_rows *rows);

/* Ascending, each once. */
void pt_soql_rows_order(struct pt_soql_rows *rows);

/* Stable; compare() is asked about two of the list. */
bool pt_soql_rows_sort(struct pt_soql_rows *rows,
		       int (*compare)(const void *arg, uint32_t a, uint32_t b),
		       const void *arg) PT_MUSTUSE;

/* soql_narrow.c: looking at fewer rows. */

enum pt_soql_narrowed { PT_SOQL_ALL_ROWS, PT_SOQL_SOME_ROWS, PT_SOQL_NO_MEMORY };

/* The rows, ascending, of which the condition can be true. */
enum pt_soql_narrowed pt_soql_narrow(struct pt_soql_rows *out, const struct pt_soql_cond *cond,
				     void *context);

/* soql_run.c */

/* Rows in their order, without offset and limit; parent_id is NULL but for children. */
bool pt_soql_find_rows(struct pt_soql_rows *out, const struct pt_soql_select *select, void *context,
		       const char *parent_id) PT_MUSTUSE;

/* Takes away what is before the offset and after the limit. */
void pt_soql_cut(struct pt_soql_rows *rows, const struct pt_soql_select *select);

struct pt_soql_result {
	const struct pt_soql_query *query;
	struct pt_soql_rows rows; /* of a grouped query: places in `groups` */
	struct pt_soql_groups *groups;
	size_t total;
};

/* soql_group.c */

struct pt_soql_groups {
	const struct pt_soql_select *select;
	void *context;
	struct pt_soql_rows first; /* the first row of each */
	int64_t *slot;             /* naggregate for each: a count, or the row with the extreme */
	uint32_t *table;           /* by hash: the group + 1 */
	size_t ntable;
};

/* Parts the rows into groups, in the order of their first rows. NULL without memory. */
struct pt_soql_groups *pt_soql_groups_new(const struct pt_soql_select *select, void *context,
					  const struct pt_soql_rows *rows) PT_MUSTUSE;
void pt_soql_groups_free(struct pt_soql_groups *groups);

/* What the item or key has in that group. */
struct pt_soql_value pt_soql_group_value(const struct pt_soql_groups *groups, uint32_t group,
					 const struct pt_soql_expr *expr, char *room);

/* soql_value.c: how values look. */

/* The type of what an expression gives. */
enum pt_soql_type pt_soql_expr_type(const struct pt_soql_expr *expr);
void pt_soql_value_json(struct pt_buf *out, enum pt_soql_type type,
			const struct pt_soql_value *value);

#endif
