/* Queries, and their further pages. See inside.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "connectors/emulator/inside.h"

enum { MOST_CURSORS = 64, LOCATOR_DIGITS = 15 };

/* A result of which not all was read. */
struct emu_cursor {
	uint64_t number;
	struct pt_soql_query *query;
	struct pt_soql_result *result;
};

static void cursor_release(struct emu_cursor *cursor)
{
	pt_soql_result_free(cursor->result);
	pt_soql_query_free(cursor->query);
}

void emu_cursors_free(struct pt_emulator *e)
{
	for (size_t i = 0; i < e->ncursor; i++)
		cursor_release(&e->cursor[i]);
	free(e->cursor);
}

static void write_page(struct pt_emulator *e, const struct emu_cursor *cursor, size_t from,
		       const struct emu_request *request, struct emu_answer *out)
{
	size_t n = pt_soql_result_rows(cursor->result), end = from + e->conf.page_rows;
	bool done = end >= n;

	emu_say_json(out, 200);
	pt_buf_printf(&out->body, "{\"totalSize\":%zu,\"done\":%s,",
		      pt_soql_result_total(cursor->result), done ? "true" : "false");
	if (!done)
		pt_buf_printf(
		    &out->body, "\"nextRecordsUrl\":\"/services/data/v%s/query/01g%0*llu-%zu\",",
		    request->version, LOCATOR_DIGITS, (unsigned long long)cursor->number, end);
	pt_buf_str(&out->body, "\"records\":[");
	if (from < n)
		pt_soql_write(&out->body, cursor->result, from, done ? n - from : e->conf.page_rows,
			      request->version);
	pt_buf_str(&out->body, "]}");
}

/* The oldest is forgotten, as on the platform. */
static int keep(struct pt_emulator *e, const struct emu_cursor *cursor, struct pt_err *err)
{
	if (!e->cursor) {
		e->cursor = calloc(MOST_CURSORS, sizeof(*e->cursor));
		if (!e->cursor)
			return pt_err_nomem(err);
	}
	if (e->ncursor == MOST_CURSORS) {
		cursor_release(&e->cursor[0]);
		memmove(e->cursor, e->cursor + 1, (MOST_CURSORS - 1) * sizeof(*e->cursor));
		e->ncursor--;
	}
	e->cursor[e->ncursor++] = *cursor;
	return 0;
}

int emu_query(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
	      struct pt_err *err)
{
	struct emu_cursor cursor = {.number = ++e->next_cursor};
	struct pt_soql_refusal refusal = {.code = NULL};
	int rc;

	if (!request->q) {
		emu_say_error(out, 400, "MALFORMED_QUERY",
			      "SOQL statements cannot be empty or null");
		return 0;
	}
	rc =
	    pt_soql_parse(&cursor.query, &refusal, &e->schema, request->q, strlen(request->q), err);
	if (rc == 0 && !cursor.query) {
		emu_say_error(out, 400, refusal.code, "%s", refusal.message);
		return 0;
	}
	if (rc == 0)
		rc = pt_soql_run(&cursor.result, cursor.query, err);
	if (rc == 0) {
		write_page(e, &cursor, 0, request, out);
		if (pt_soql_result_rows(cursor.result) > e->conf.page_rows) {
			rc = keep(e, &cursor, err);
			if (rc == 0)
				return 0;
		}
	}
	cursor_release(&cursor);
	return rc;
}

/* Push upgrades have nothing there: whatever is asked for is not supported. */
int emu_tooling_query(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		      struct pt_err *err)
{
	const char *from = request->q ? request->q : "";

	(void)e;
	(void)err;
	while (*from && strncasecmp(from, " from ", 6) != 0)
		from++;
	from += *from ? 6 : 0;
	emu_say_error(out, 400, "INVALID_TYPE", "sObject type '%.*s' is not supported.",
		      (int)strcspn(from, " "), from);
	return 0;
}

/* "query/01g000000000000007-2000" */
int emu_query_more(struct pt_emulator *e, struct emu_request *request, struct emu_answer *out,
		   struct pt_err *err)
{
	const char *locator = strchr(request->rest, '/') + 1;
	unsigned long long number = 0, from = 0;
	char *end = NULL;

	(void)err;
	if (strncmp(locator, "01g", 3) == 0)
		number = strtoull(locator + 3, &end, 10);
	if (end && *end == '-' && end[1] >= '0' && end[1] <= '9')
		from = strtoull(end + 1, &end, 10);
	for (size_t i = 0; i < e->ncursor && end && *end == '\0'; i++) {
		if (e->cursor[i].number == number &&
		    from < pt_soql_result_rows(e->cursor[i].result)) {
			write_page(e, &e->cursor[i], (size_t)from, request, out);
			return 0;
		}
	}
	emu_say_error(out, 400, "INVALID_QUERY_LOCATOR", "invalid query locator");
	return 0;
}
