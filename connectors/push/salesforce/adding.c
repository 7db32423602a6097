/* See adding.h. */
#include "connectors/push/salesforce/adding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connectors/push/salesforce/pages.h"
#include "connectors/push/salesforce/query.h"

enum { STAGE_CHECK = 100, TEXT_MAX = 512 };

static enum pt_add_result result_of(const char *code, const char *message)
{
	if (strcmp(code, "DUPLICATE_VALUE") == 0)
		return PT_ADD_DUPLICATE;
	return pt_sf_passes(code, message) ? PT_ADD_TEMPORARY : PT_ADD_INELIGIBLE;
}

/* Thousands of orgs are turned down with the same words: those are kept once. */
static const char *keep_words(struct pt_sf_part *part, const char *code, const char *message)
{
	const struct pt_push_add_failure *row =
	    (const struct pt_push_add_failure *)(const void *)part->rows.data;
	size_t n = part->rows.len / sizeof(*row);
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s%s%s", code, code[0] ? ": " : "", message);
	pt_buf_plain(text);
	if (n > 0 && strcmp(row[n - 1].text, text) == 0)
		return row[n - 1].text;
	return pt_arena_strdup(&part->op->arena, text);
}

static int add_row(struct pt_sf_part *part, const struct pt_org_key *org, enum pt_add_result result,
		   const char *code, const char *message, struct pt_err *err)
{
	const struct pt_push_add_failure row = {
	    .org = *org, .result = result, .text = keep_words(part, code, message)};

	pt_buf_bytes(&part->rows, &row, sizeof(row));
	return row.text && !part->rows.failed ? 0 : pt_err_nomem(err);
}

int pt_sf_not_added(struct pt_sf_part *part, const struct pt_org_key *org, const char *code,
		    const char *message, struct pt_err *err)
{
	return add_row(part, org, result_of(code, message), code, message, err);
}

int pt_sf_none_added(struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		     struct pt_err *err)
{
	int rc = 0;

	pt_buf_clear(&part->rows);
	for (size_t i = 0; rc == 0 && i < part->n; i++)
		rc = add_row(part, &part->op->call.org[part->from + i], PT_ADD_TEMPORARY, "",
			     judgement->words, err);
	return rc;
}

bool pt_sf_adding_checks(const struct pt_sf_part *part)
{
	return part->stage == STAGE_CHECK;
}

static int ask_state(struct pt_sf_part *part, struct pt_err *err)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf soql = PT_BUF_INIT;

	pt_buf_str(&soql, "SELECT Id, Status FROM PackagePushRequest WHERE Id = ");
	pt_sf_quote(&soql, part->op->call.request.text);
	part->stage = STAGE_CHECK;
	return pt_sf_query(part, &soql, err);
}

int pt_sf_adding_take_state(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			    struct pt_err *err)
{
	const json_t *record = json_array_get(json_object_get(answer->json, "records"), 0);
	char words[TEXT_MAX];
	enum pt_job_state state;
	int rc;

	if (!record) {
		pt_sf_fail(part->op, PT_PUSH_REFUSED, "the push request is not there any more");
		return 0;
	}
	rc = pt_sf_need_state(&state, record, "Status", err);
	if (rc < 0 || state == PT_JOB_CREATED)
		return rc;
	snprintf(words, sizeof(words), "the push request takes no more jobs, it is %s: %s",
		 pt_sf_text(record, "Status"), part->op->reply.add_failure->text);
	pt_sf_fail(part->op, PT_PUSH_REFUSED, words);
	return 0;
}

static int by_org(const void *left, const void *right)
{
	const struct pt_push_add_failure *a = left, *b = right;

	return pt_org_key_cmp(&a->org, &b->org);
}

int pt_sf_adding_finish(struct pt_sf_op *op, struct pt_err *err)
{
	struct pt_push_reply *reply = &op->reply;
	void *rows;
	size_t n, nineligible = 0;
	int rc;

	/* The second time, after the request's state. */
	if (pt_sf_adding_checks(&op->part[0]))
		return 0;
	rc = pt_sf_gather(&rows, &n, op, sizeof(struct pt_push_add_failure), by_org, err);
	if (rc < 0)
		return rc;
	reply->add_failure = rows;
	reply->nadd_failure = n;
	for (size_t i = 0; i < n; i++)
		nineligible += reply->add_failure[i].result == PT_ADD_INELIGIBLE;
	return nineligible > 0 && nineligible == op->call.norg ? ask_state(&op->part[0], err) : 0;
}
