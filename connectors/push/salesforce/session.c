/*
 * Operations and their parts: what waits, what is sent, what an answer does. See
 * session.h.
 */
#include "connectors/push/salesforce/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json_load.h"
#include "base/rng.h"
#include "connectors/push/salesforce/token.h"

enum { MOST_TRIES = 6 };

#define FIRST_DELAY_MS   PT_SECOND_MS
#define LONGEST_DELAY_MS PT_MINUTE_MS

static void forget_question(struct pt_sf_part *part)
{
	free(part->question.path);
	free(part->url);
	pt_buf_release(&part->question.body);
	part->question = (struct pt_sf_question){.path = NULL};
	part->url = NULL;
}

void pt_sf_op_free(struct pt_sf_op *op)
{
	if (!op)
		return;
	for (size_t i = 0; i < op->npart; i++) {
		forget_question(&op->part[i]);
		free(op->part[i].first_path);
		pt_buf_release(&op->part[i].rows);
	}
	free(op->part);
	pt_arena_release(&op->arena);
	free(op);
}

int pt_sf_make_parts(struct pt_sf_op *op, size_t n, struct pt_err *err)
{
	op->part = calloc(n, sizeof(*op->part));
	if (!op->part)
		return pt_err_nomem(err);
	op->npart = n;
	for (size_t i = 0; i < n; i++)
		op->part[i].op = op;
	return 0;
}

int pt_sf_make_lists(struct pt_sf_op *op, size_t n, size_t most, struct pt_err *err)
{
	int rc = pt_sf_make_parts(op, n ? (n + most - 1) / most : 1, err);

	for (size_t i = 0; rc == 0 && i < op->npart; i++) {
		op->part[i].from = i * most;
		op->part[i].n = i + 1 < op->npart ? most : n - op->part[i].from;
	}
	return rc;
}

static void enqueue(struct pt_sf *sf, struct pt_sf_part *part)
{
	part->state = PT_SF_WAITING;
	part->next = NULL;
	*sf->last = part;
	sf->last = &part->next;
}

static void unqueue(struct pt_sf *sf, struct pt_sf_part **link)
{
	struct pt_sf_part *part = *link;

	*link = part->next;
	if (sf->last == &part->next)
		sf->last = link;
	part->next = NULL;
}

int pt_sf_ask(struct pt_sf_part *part, struct pt_sf_question *question, struct pt_err *err)
{
	struct pt_sf_op *op = part->op;
	PT_CLEANUP(pt_buf_release) struct pt_buf url = PT_BUF_INIT;

	forget_question(part);
	part->question = *question;
	*question = (struct pt_sf_question){.path = NULL};
	pt_buf_str(&url, op->sf->instance_url);
	pt_buf_str(&url, part->question.path ? part->question.path : "");
	part->url = pt_buf_take(&url);
	if (!part->question.path || !part->url || part->question.body.failed)
		return pt_err_nomem(err);
	part->ntry = 0;
	part->renewed = false;
	part->due_ms = op->sf->now_ms + part->question.delay_ms;
	op->nopen++;
	enqueue(op->sf, part);
	return 0;
}

static int severity(enum pt_push_outcome outcome)
{
	static const int ranks[] = {
	    [PT_PUSH_OK] = 0, [PT_PUSH_TEMPORARY] = 1, [PT_PUSH_REFUSED] = 2, [PT_PUSH_LOST] = 3};

	return ranks[outcome];
}

void pt_sf_fail(struct pt_sf_op *op, enum pt_push_outcome outcome, const char *words)
{
	op->failed = true;
	if (severity(outcome) <= severity(op->reply.outcome))
		return;
	op->reply.outcome = outcome;
	op->reply.text = pt_arena_strdup(&op->arena, words);
	if (!op->reply.text)
		op->reply.text = "no memory for the platform's words";
}

/* Parts that were not sent yet never will be. */
static void drop_waiting(struct pt_sf_op *op)
{
	struct pt_sf *sf = op->sf;
	struct pt_sf_part **link = &sf->first;

	while (*link) {
		struct pt_sf_part *part = *link;

		if (part->op != op) {
			link = &part->next;
			continue;
		}
		unqueue(sf, link);
		part->state = PT_SF_DONE;
		op->nopen--;
	}
}

static int complete(struct pt_sf_op *op, struct pt_err *err)
{
	struct pt_sf *sf = op->sf;
	struct pt_sf_op **link = &sf->going;
	struct pt_err wrong = PT_ERR_INIT;
	int rc = op->failed ? 0 : op->kind->finish(op, &wrong);

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0)
		pt_sf_fail(op, PT_PUSH_TEMPORARY, wrong.text);
	/* It asked for more. */
	if (op->nopen > 0)
		return 0;
	while (*link != op)
		link = &(*link)->next;
	*link = op->next;
	op->next = NULL;
	*sf->last_done = op;
	sf->last_done = &op->next;
	op->reply.op = op->call.op;
	op->reply.cookie = op->call.cookie;
	op->reply.http_calls = op->ncall + sf->nextra_call;
	op->reply.api_used = sf->api_used;
	op->reply.api_limit = sf->api_limit;
	sf->nextra_call = 0;
	return 0;
}

int pt_sf_begin(struct pt_sf *sf, struct pt_sf_op *op, struct pt_err *err)
{
	int rc;

	op->next = sf->going;
	sf->going = op;
	rc = op->kind->start(op, err);
	return rc < 0 || op->nopen > 0 ? rc : complete(op, err);
}

/* Later and later, and never all at once. */
static int64_t delay_ms(struct pt_sf *sf, uint32_t ntry)
{
	int64_t delay = FIRST_DELAY_MS;

	while (ntry-- > 0 && delay < LONGEST_DELAY_MS)
		delay *= 2;
	if (delay > LONGEST_DELAY_MS)
		delay = LONGEST_DELAY_MS;
	return delay / 2 + (int64_t)pt_rng_below(pt_rng_mix(++sf->ndraw, (uint64_t)sf->now_ms),
						 (uint64_t)delay / 2 + 1);
}

static void ask_again(struct pt_sf_part *part)
{
	struct pt_sf *sf = part->op->sf;

	part->due_ms = sf->now_ms + delay_ms(sf, part->ntry++);
	part->op->nopen++;
	enqueue(sf, part);
}

static int give_up(struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		   struct pt_err *err)
{
	struct pt_sf_op *op = part->op;
	enum pt_push_outcome outcome = PT_PUSH_TEMPORARY;
	bool dealt_with = false;
	int rc =
	    op->kind->turned_down ? op->kind->turned_down(&dealt_with, part, judgement, err) : 0;

	if (rc < 0 || dealt_with)
		return rc;
	if (judgement->verdict == PT_SF_UNSURE && part->question.write)
		outcome = PT_PUSH_LOST;
	else if (judgement->verdict == PT_SF_REFUSED)
		outcome = PT_PUSH_REFUSED;
	pt_sf_fail(op, outcome, judgement->words);
	return 0;
}

/* The day's calls are used up, whatever the last answer's header said. */
static void note_spent(struct pt_sf *sf)
{
	if (sf->api_used < sf->api_limit)
		sf->api_used = sf->api_limit;
}

static int on_trouble(struct pt_sf_part *part, const struct pt_sf_judgement *judgement,
		      struct pt_err *err)
{
	bool again = part->ntry + 1 < MOST_TRIES;

	switch (judgement->verdict) {
	case PT_SF_EXPIRED:
		pt_sf_token_refused(part->op->sf, part->nth_token);
		again = !part->renewed;
		if (again) {
			part->renewed = true;
			part->op->nopen++;
			enqueue(part->op->sf, part);
			return 0;
		}
		break;
	case PT_SF_SPENT:
		note_spent(part->op->sf);
		again = false;
		break;
	case PT_SF_UNSURE:
		again = again && !part->question.write;
		break;
	case PT_SF_REFUSED:
		again = false;
		break;
	case PT_SF_NOT_NOW:
	case PT_SF_FINE:
		break;
	}
	if (!again || part->op->failed)
		return give_up(part, judgement, err);
	ask_again(part);
	return 0;
}

/* 2xx, and yet not what the platform would say: cut, or from somebody else. */
static int on_nonsense(struct pt_sf_part *part, const struct pt_err *wrong, struct pt_err *err)
{
	struct pt_sf_judgement judgement = {.verdict = PT_SF_UNSURE};

	snprintf(judgement.words, sizeof(judgement.words), "an answer that makes no sense: %.300s",
		 wrong->text);
	pt_buf_plain(judgement.words);
	return on_trouble(part, &judgement, err);
}

static int on_fine(struct pt_sf_part *part, const struct pt_http_answer *http, struct pt_err *err)
{
	struct pt_sf_answer answer = {.status = http->status, .body = http->body};
	struct pt_err wrong = PT_ERR_INIT;
	json_t *json = NULL;
	int rc = 0;

	if (http->body->len > 0 && (http->body->data[0] == '{' || http->body->data[0] == '['))
		rc = pt_json_load(&json, http->body->data, http->body->len, 0, NULL);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	answer.json = json;
	rc = part->op->kind->take(part, &answer, &wrong);
	json_decref(json);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	return rc < 0 ? on_nonsense(part, &wrong, err) : 0;
}

static int on_answer(struct pt_sf_part *part, const struct pt_http_answer *http, struct pt_err *err)
{
	struct pt_sf_op *op = part->op;
	struct pt_sf_judgement judgement;
	int rc;

	part->state = PT_SF_DONE;
	op->nopen--;
	rc = pt_sf_judge(&judgement, http, err);
	if (rc == 0)
		rc = judgement.verdict == PT_SF_FINE ? on_fine(part, http, err)
						     : on_trouble(part, &judgement, err);
	if (rc < 0)
		return rc;
	if (op->failed)
		drop_waiting(op);
	return op->nopen > 0 ? 0 : complete(op, err);
}

static int send_part(struct pt_sf *sf, struct pt_sf_part *part, struct pt_err *err)
{
	const struct pt_sf_question *question = &part->question;
	const struct pt_http_request request = {
	    .tag = part,
	    .method = question->method,
	    .url = part->url,
	    .bearer = pt_auth_token(sf->token.auth),
	    .content_type = question->content_type,
	    .body = pt_buf_text(&question->body),
	    .body_size = question->body.len,
	    .tell_ms = sf->tells_time ? sf->now_ms : -1,
	};

	part->state = PT_SF_SENT;
	part->nth_token = sf->token.nth;
	part->op->ncall++;
	return pt_http_start(sf->http, &request, err);
}

static int send_waiting(struct pt_sf *sf, struct pt_err *err)
{
	struct pt_sf_part **link = &sf->first;
	int rc = 0;

	while (rc == 0 && *link && pt_http_room(sf->http) > 0) {
		struct pt_sf_part *part = *link;

		if (part->due_ms > sf->now_ms) {
			link = &part->next;
			continue;
		}
		if (!sf->token.there)
			rc = pt_sf_token_want(sf, err);
		if (rc < 0 || !sf->token.there)
			return rc;
		unqueue(sf, link);
		rc = send_part(sf, part, err);
	}
	return rc;
}

/* There is no token to be had: whatever waits for one is turned down. */
static int turn_down_waiting(struct pt_sf *sf, struct pt_err *err)
{
	struct pt_sf_judgement judgement = {.verdict = PT_SF_NOT_NOW};
	int rc = 0;

	snprintf(judgement.words, sizeof(judgement.words), "%s", sf->token.why);
	sf->token.why[0] = '\0';
	while (rc == 0 && sf->first) {
		struct pt_sf_op *op = sf->first->op;

		rc = give_up(sf->first, &judgement, err);
		op->failed = true;
		drop_waiting(op);
		if (rc == 0 && op->nopen == 0)
			rc = complete(op, err);
	}
	return rc;
}

static int take_answers(struct pt_sf *sf, struct pt_err *err)
{
	struct pt_http_answer http;
	int rc = 0;

	while (rc == 0 && pt_http_take(&http, sf->http)) {
		struct pt_sf_part *part = http.tag;

		if (http.api_limit > 0) {
			sf->api_used = http.api_used;
			sf->api_limit = http.api_limit;
		}
		pt_sf_trace(sf->trace, sf->now_ms, part, &http);
		rc = part ? on_answer(part, &http, err) : pt_sf_token_answered(sf, &http, err);
	}
	return rc;
}

int pt_sf_pump(struct pt_sf *sf, int wait_ms, struct pt_err *err)
{
	int rc = sf->token.why[0] ? turn_down_waiting(sf, err) : 0;

	if (rc == 0)
		rc = send_waiting(sf, err);
	if (rc == 0 && sf->token.why[0])
		rc = turn_down_waiting(sf, err);
	if (rc == 0 && pt_http_nactive(sf->http) > 0)
		rc = pt_http_wait(sf->http, wait_ms, err);
	return rc < 0 ? rc : take_answers(sf, err);
}

int64_t pt_sf_due_ms(const struct pt_sf *sf)
{
	int64_t due = PT_NEVER;

	if (sf->done || pt_http_nactive(sf->http) > 0)
		return PT_LONG_AGO;
	for (const struct pt_sf_part *part = sf->first; part; part = part->next) {
		if (part->due_ms < due)
			due = part->due_ms;
	}
	return due != PT_NEVER && sf->token.wanted && sf->token.due_ms > due ? sf->token.due_ms
									     : due;
}
