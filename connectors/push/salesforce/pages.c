/* See pages.h. */
#include "connectors/push/salesforce/pages.h"

#include <stdlib.h>
#include <string.h>

#include "connectors/push/salesforce/query.h"

enum { MOST_RESTARTS = 3, MOST_ROWS = 20000000, NEXT_MAX = 2000 };

/* The path is copied. */
static int ask(struct pt_sf_part *part, const char *path, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_GET};

	if (path)
		question.path = strdup(path);
	return pt_sf_ask(part, &question, err);
}

int pt_sf_query(struct pt_sf_part *part, const struct pt_buf *soql, struct pt_err *err)
{
	free(part->first_path);
	part->first_path = pt_sf_query_path(part->op->sf->api_version, soql);
	return ask(part, part->first_path, err);
}

static int begin_again(struct pt_sf_part *part, struct pt_err *err)
{
	part->nrestart++;
	pt_buf_clear(&part->rows);
	return ask(part, part->first_path, err);
}

int pt_sf_page_turned_down(bool *out, struct pt_sf_part *part,
			   const struct pt_sf_judgement *judgement, struct pt_err *err)
{
	bool forgotten = strcmp(judgement->code, "INVALID_QUERY_LOCATOR") == 0;

	*out = forgotten && part->nrestart < MOST_RESTARTS && !part->op->failed;
	return *out ? begin_again(part, err) : 0;
}

/* "/services/data/…", and nothing that could lead elsewhere. */
static const char *next_path(const json_t *page)
{
	const char *path = json_string_value(json_object_get(page, "nextRecordsUrl"));
	static const char start[] = "/services/data/v";

	if (!path || strncmp(path, start, strlen(start)) != 0 || strlen(path) > NEXT_MAX)
		return NULL;
	for (const char *c = path; *c; c++) {
		if (*c <= ' ' || *c > '~' || *c == '#' || *c == '@' || *c == '\\')
			return NULL;
	}
	return strstr(path, "..") ? NULL : path;
}

static int read_rows(struct pt_sf_part *part, const json_t *records, size_t item_size,
		     pt_sf_row_fn *read, struct pt_err *err)
{
	size_t i;
	const json_t *record;

	json_array_foreach(records, i, record)
	{
		char *item = pt_buf_reserve(&part->rows, item_size);

		if (!item)
			return pt_err_nomem(err);
		memset(item, 0, item_size);
		int rc = read(item, part->op, record, err);

		if (rc < 0)
			return rc == -PT_E_NOMEM ? rc : pt_err_wrap(err, "record %zu", i + 1);
		part->rows.len += item_size;
	}
	return 0;
}

static int after_last(struct pt_sf_part *part, size_t nrow, struct pt_err *err)
{
	if (nrow == part->total)
		return 0;
	if (part->nrestart < MOST_RESTARTS)
		return begin_again(part, err);
	return pt_err_set(err, PT_E_INVALID, "%zu records came of %llu that were announced", nrow,
			  (unsigned long long)part->total);
}

int pt_sf_take_page(struct pt_sf_part *part, const struct pt_sf_answer *answer, size_t item_size,
		    pt_sf_row_fn *read, struct pt_err *err)
{
	const json_t *records = json_object_get(answer->json, "records");
	const json_t *total = json_object_get(answer->json, "totalSize");
	const json_t *done = json_object_get(answer->json, "done");
	size_t before = part->rows.len, nrow;
	int rc;

	if (!json_is_array(records) || !json_is_integer(total) || !json_is_boolean(done) ||
	    json_integer_value(total) < 0 || json_integer_value(total) > MOST_ROWS)
		return pt_err_set(err, PT_E_INVALID,
				  "expected a query's totalSize, done and records");
	rc = read_rows(part, records, item_size, read, err);
	if (rc < 0) {
		part->rows.len = before;
		return rc;
	}
	part->total = (uint64_t)json_integer_value(total);
	nrow = part->rows.len / item_size;
	if (json_is_true(done))
		return after_last(part, nrow, err);
	const char *next = next_path(answer->json);

	if (!next || json_array_size(records) == 0 || nrow >= part->total) {
		part->rows.len = before;
		return pt_err_set(err, PT_E_INVALID,
				  "a page that is not the last one, and no next");
	}
	return ask(part, next, err);
}

int pt_sf_gather(void **out, size_t *n_out, struct pt_sf_op *op, size_t item_size,
		 int (*compare)(const void *, const void *), struct pt_err *err)
{
	struct pt_buf *all = &op->part[0].rows;

	for (size_t i = 1; i < op->npart; i++) {
		pt_buf_bytes(all, pt_buf_text(&op->part[i].rows), op->part[i].rows.len);
		pt_buf_release(&op->part[i].rows);
	}
	if (all->failed)
		return pt_err_nomem(err);
	*n_out = all->len / item_size;
	*out = all->data;
	if (*n_out > 1)
		qsort(all->data, *n_out, item_size, compare);
	return 0;
}

const json_t *pt_sf_field(const json_t *record, const char *name)
{
	const char *dot = strchr(name, '.');
	char parent[64];

	if (!dot) {
		const json_t *value = json_object_get(record, name);

		return json_is_null(value) ? NULL : value;
	}
	if ((size_t)(dot - name) >= sizeof(parent))
		return NULL;
	memcpy(parent, name, (size_t)(dot - name));
	parent[dot - name] = '\0';
	return pt_sf_field(json_object_get(record, parent), dot + 1);
}

const char *pt_sf_text(const json_t *record, const char *name)
{
	return json_string_value(pt_sf_field(record, name));
}

int pt_sf_need_id(struct pt_id *out, const json_t *record, const char *name, const char *prefix,
		  struct pt_err *err)
{
	const char *text = pt_sf_text(record, name);

	if (!text)
		return pt_err_set(err, PT_E_INVALID, "%s: missing", name);
	return pt_id_parse(out->text, prefix, text, err) < 0
		   ? pt_err_set(err, PT_E_INVALID, "%s: '%.40s' is not an id", name, text)
		   : 0;
}

int pt_sf_need_key(struct pt_org_key *out, const json_t *record, const char *name,
		   struct pt_err *err)
{
	const char *text = pt_sf_text(record, name);

	if (!text)
		return pt_err_set(err, PT_E_INVALID, "%s: missing", name);
	return pt_org_key_parse(out, text, strlen(text), NULL) < 0
		   ? pt_err_set(err, PT_E_INVALID, "%s: '%.40s' is not an org key", name, text)
		   : 0;
}

int pt_sf_need_state(enum pt_job_state *out, const json_t *record, const char *name,
		     struct pt_err *err)
{
	/* Both spellings are known to occur. */
	static const struct {
		const char *text;
		enum pt_job_state state;
	} states[] = {
	    {"Created", PT_JOB_CREATED},        {"Pending", PT_JOB_PENDING},
	    {"InProgress", PT_JOB_IN_PROGRESS}, {"In Progress", PT_JOB_IN_PROGRESS},
	    {"Succeeded", PT_JOB_SUCCEEDED},    {"Failed", PT_JOB_FAILED},
	    {"Canceled", PT_JOB_CANCELED},      {"Cancelled", PT_JOB_CANCELED},
	};
	const char *text = pt_sf_text(record, name);

	for (size_t i = 0; text && i < PT_ARRAY_LEN(states); i++) {
		if (strcmp(text, states[i].text) == 0) {
			*out = states[i].state;
			return 0;
		}
	}
	return pt_err_set(err, PT_E_INVALID, "%s: '%.40s' is not a status that is known", name,
			  text ? text : "");
}
