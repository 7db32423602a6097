/*
 * Adding jobs by Bulk API 2.0 ingest: six calls or so, however many orgs. Until its
 * upload is declared complete an ingest job has no effect, so everything before that
 * may be repeated, and a job that went astray is left behind. See session.h.
 */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "connectors/push/salesforce/adding.h"
#include "connectors/push/salesforce/pages.h"

enum {
	STAGE_MAKE,
	STAGE_UPLOAD,
	STAGE_CLOSE,
	STAGE_POLL,
	STAGE_RESULTS,
	MOST_RESTARTS = 2,
	MOST_POLLS = 150,
	ROWS_PER_SECOND = 20000,
	WORDS_TEXT = 300,
};

#define SLOWEST_POLL_MS (15 * PT_SECOND_MS)

static char *job_path(const struct pt_sf_part *part, const char *rest)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;

	pt_buf_printf(&path, "/services/data/v%s/jobs/ingest", part->op->sf->api_version);
	if (part->stage != STAGE_MAKE)
		pt_buf_printf(&path, "/%s%s", part->ingest.id.text, rest);
	return pt_buf_take(&path);
}

static int ask_make(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_POST,
					  .content_type = "application/json"};

	part->stage = STAGE_MAKE;
	question.path = job_path(part, "");
	pt_buf_str(&question.body, "{\"object\":\"PackagePushJob\",\"operation\":\"insert\","
				   "\"contentType\":\"CSV\",\"lineEnding\":\"LF\"}");
	return pt_sf_ask(part, &question, err);
}

static int ask_upload(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_PUT, .content_type = "text/csv"};
	const struct pt_push_call *call = &part->op->call;

	part->stage = STAGE_UPLOAD;
	question.path = job_path(part, "/batches");
	pt_buf_str(&question.body, "PackagePushRequestId,SubscriberOrganizationKey\n");
	for (size_t i = 0; i < part->n; i++)
		pt_buf_printf(&question.body, "%s,%s\n", call->request.text, call->org[i].text);
	return pt_sf_ask(part, &question, err);
}

static int ask_close(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_PATCH,
					  .content_type = "application/json"};

	part->stage = STAGE_CLOSE;
	question.path = job_path(part, "");
	pt_buf_str(&question.body, "{\"state\":\"UploadComplete\"}");
	return pt_sf_ask(part, &question, err);
}

/* First when it may be done, then a quarter of the time it took so far. */
static int ask_poll(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_GET};

	if (part->stage != STAGE_POLL) {
		part->ingest.npoll = 0;
		part->ingest.waited_ms = 0;
		question.delay_ms =
		    PT_SECOND_MS + (int64_t)(part->n / ROWS_PER_SECOND) * PT_SECOND_MS;
	} else {
		question.delay_ms = part->ingest.waited_ms / 4;
	}
	if (question.delay_ms < PT_SECOND_MS)
		question.delay_ms = PT_SECOND_MS;
	if (question.delay_ms > SLOWEST_POLL_MS)
		question.delay_ms = SLOWEST_POLL_MS;
	part->ingest.waited_ms += question.delay_ms;
	part->stage = STAGE_POLL;
	question.path = job_path(part, "");
	return pt_sf_ask(part, &question, err);
}

static int ask_results(struct pt_sf_part *part, struct pt_err *err)
{
	struct pt_sf_question question = {.method = PT_HTTP_GET};

	part->stage = STAGE_RESULTS;
	question.path = job_path(part, "/failedResults");
	return pt_sf_ask(part, &question, err);
}

static int start_bulk(struct pt_sf_op *op, struct pt_err *err)
{
	int rc = pt_sf_make_parts(op, 1, err);

	if (rc < 0)
		return rc;
	op->part->n = op->call.norg;
	return ask_make(op->part, err);
}

/* What became of the rows is not known. */
static void lose(struct pt_sf_part *part, const char *words)
{
	char text[WORDS_TEXT];

	snprintf(text, sizeof(text), "bulk ingest job %s: %.200s", part->ingest.id.text, words);
	pt_sf_fail(part->op, PT_PUSH_LOST, text);
}

static int on_complete(struct pt_sf_part *part, const json_t *job, struct pt_err *err)
{
	json_int_t processed = json_integer_value(json_object_get(job, "numberRecordsProcessed"));
	json_int_t failed = json_integer_value(json_object_get(job, "numberRecordsFailed"));

	if (processed < 0 || (uint64_t)processed != part->n || failed < 0 || failed > processed) {
		lose(part, "it did not process what was sent");
		return 0;
	}
	part->ingest.nfailed = (uint64_t)failed;
	return failed > 0 ? ask_results(part, err) : 0;
}

static int on_state(struct pt_sf_part *part, const json_t *job, struct pt_err *err)
{
	const char *state = json_string_value(json_object_get(job, "state"));
	const char *words = json_string_value(json_object_get(job, "errorMessage"));

	if (!state)
		return pt_err_set(err, PT_E_INVALID, "expected the state of an ingest job");
	if (strcmp(state, "JobComplete") == 0)
		return on_complete(part, job, err);
	if (strcmp(state, "Open") == 0)
		return ask_close(part, err);
	if (strcmp(state, "Failed") == 0 || strcmp(state, "Aborted") == 0) {
		lose(part, words ? words : state);
		return 0;
	}
	if (part->stage == STAGE_POLL && ++part->ingest.npoll > MOST_POLLS) {
		lose(part, "it does not end");
		return 0;
	}
	return ask_poll(part, err);
}

/* "CODE:words:fields --" */
static int take_failure(struct pt_sf_part *part, const char *org, const char *error,
			struct pt_err *err)
{
	struct pt_org_key key;
	char code[PT_SF_CODE_TEXT], words[WORDS_TEXT];
	size_t len = strcspn(error, ":");

	if (pt_org_key_parse(&key, org, strlen(org), NULL) < 0)
		return pt_err_set(err, PT_E_INVALID, "'%.40s' is not an org key", org);
	snprintf(code, sizeof(code), "%.*s", (int)len, error);
	snprintf(words, sizeof(words), "%s", error[len] ? error + len + 1 : "");
	if (strstr(words, " --"))
		*strstr(words, " --") = '\0';
	len = strlen(words);
	if (len > 0 && words[len - 1] == ':')
		words[len - 1] = '\0';
	return pt_sf_not_added(part, &key, code, words, err);
}

static int take_rows(struct pt_sf_part *part, struct pt_csv *csv, struct pt_err *err)
{
	bool got = false;
	int rc = pt_csv_next(&got, csv, err);
	size_t error = pt_csv_find(csv, "sf__Error");
	size_t org = pt_csv_find(csv, "SubscriberOrganizationKey");
	uint64_t n = 0;

	if (rc < 0)
		return rc;
	if (!got || error == PT_CSV_FIELDS_MAX || org == PT_CSV_FIELDS_MAX)
		return pt_err_set(err, PT_E_INVALID, "expected a header with sf__Error");
	for (rc = pt_csv_next(&got, csv, err); rc == 0 && got; rc = pt_csv_next(&got, csv, err)) {
		rc = take_failure(part, pt_csv_field(csv, org), pt_csv_field(csv, error), err);
		if (rc < 0)
			return rc;
		n++;
	}
	if (rc == 0 && n != part->ingest.nfailed)
		rc = pt_err_set(err, PT_E_INVALID, "%llu failed rows came of %llu",
				(unsigned long long)n, (unsigned long long)part->ingest.nfailed);
	return rc;
}

static int take_results(struct pt_sf_part *part, const struct pt_sf_answer *answer,
			struct pt_err *err)
{
	struct pt_csv csv;
	int rc;

	pt_csv_init(&csv, pt_buf_text(answer->body), answer->body->len);
	rc = take_rows(part, &csv, err);
	pt_csv_release(&csv);
	if (rc < 0)
		pt_buf_clear(&part->rows);
	return rc;
}

static int take_bulk(struct pt_sf_part *part, const struct pt_sf_answer *answer, struct pt_err *err)
{
	int rc;

	if (pt_sf_adding_checks(part))
		return pt_sf_adding_take_state(part, answer, err);
	switch (part->stage) {
	case STAGE_MAKE:
		rc = pt_sf_need_id(&part->ingest.id, answer->json, "id", "750", err);
		return rc < 0 ? rc : ask_upload(part, err);
	case STAGE_UPLOAD:
		return ask_close(part, err);
	case STAGE_CLOSE:
		return ask_poll(part, err);
	case STAGE_POLL:
		return on_state(part, answer->json, err);
	default:
		return take_results(part, answer, err);
	}
}

/*
 * An upload or a closing that was repeated after it had taken effect is refused: the
 * one begins anew, the other was what we wanted. Once closed, nobody knows but the job.
 */
static int turned_down(bool *out, struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		       struct pt_err *err)
{
	*out = true;
	if (pt_sf_adding_checks(part)) {
		*out = false;
		return 0;
	}
	if (judgement->verdict == PT_SF_REFUSED && part->stage == STAGE_UPLOAD &&
	    part->nrestart++ < MOST_RESTARTS)
		return ask_make(part, err);
	if (judgement->verdict == PT_SF_REFUSED && part->stage == STAGE_CLOSE)
		return ask_poll(part, err);
	if (part->stage >= STAGE_CLOSE) {
		lose(part, judgement->words);
		return 0;
	}
	*out = judgement->verdict != PT_SF_REFUSED;
	return *out ? pt_sf_none_added(part, judgement, err) : 0;
}

const struct pt_sf_kind pt_sf_add_bulk = {
    .start = start_bulk,
    .take = take_bulk,
    .turned_down = turned_down,
    .finish = pt_sf_adding_finish,
};
