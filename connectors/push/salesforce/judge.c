/* See judge.h. */
#include "connectors/push/salesforce/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/json_load.h"

/* Says so itself: the platform did nothing, and may do it later. */
static const char *const passing[] = {
    "UNABLE_TO_LOCK_ROW", "UNKNOWN_EXCEPTION",        "SERVER_UNAVAILABLE",
    "QUERY_TIMEOUT",      "REQUEST_RUNNING_TOO_LONG", "TXN_SECURITY_TIMEOUT",
};

bool pt_sf_passes(const char *code, const char *message)
{
	for (size_t i = 0; i < PT_ARRAY_LEN(passing); i++) {
		if (strcmp(code, passing[i]) == 0)
			return true;
	}
	return strstr(message, "Something bad has happened") != NULL;
}

/* The first of [{"errorCode", "message"}], or one such object; nothing, if it is neither. */
static int read_words(struct pt_sf_judgement *out, const struct pt_buf *body, struct pt_err *err)
{
	json_t *root = NULL;
	int rc = pt_json_load(&root, pt_buf_text(body), body->len, 0, NULL);
	const json_t *first = json_is_array(root) ? json_array_get(root, 0) : root;
	const char *code = json_string_value(json_object_get(first, "errorCode"));
	const char *message = json_string_value(json_object_get(first, "message"));

	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (code || message) {
		snprintf(out->code, sizeof(out->code), "%s", code ? code : "");
		snprintf(out->words, sizeof(out->words), "%s%s%s", code ? code : "",
			 code && message ? ": " : "", message ? message : "");
	}
	json_decref(root);
	return 0;
}

static enum pt_sf_verdict by_code(const struct pt_sf_judgement *judgement)
{
	if (strcmp(judgement->code, "REQUEST_LIMIT_EXCEEDED") == 0)
		return PT_SF_SPENT;
	return pt_sf_passes(judgement->code, judgement->words) ? PT_SF_NOT_NOW : PT_SF_REFUSED;
}

static enum pt_sf_verdict by_status(const struct pt_sf_judgement *judgement, long status)
{
	if (status >= 500)
		return PT_SF_UNSURE;
	switch (status) {
	case 401:
		return PT_SF_EXPIRED;
	case 408:
	case 410: /* An API version that is retired; what stands before the platform says it too. */
	case 429:
		return PT_SF_NOT_NOW;
	default:
		break;
	}
	/* A redirect was not followed: whoever sent it has done nothing. */
	return status < 400 ? PT_SF_NOT_NOW : by_code(judgement);
}

/* Scheme, host and port; what follows may hold a secret. */
static size_t origin_len(const char *location)
{
	const char *host = strstr(location, "://");

	return host ? (size_t)(host - location) + 3 + strcspn(host + 3, "/?#@") : 0;
}

static int describe(struct pt_sf_judgement *out, const struct pt_http_answer *answer,
		    struct pt_err *err)
{
	size_t origin = origin_len(answer->location);
	bool redirected = answer->status >= 300 && answer->status < 400;
	int rc = redirected ? 0 : read_words(out, answer->body, err);

	if (redirected)
		snprintf(out->words, sizeof(out->words),
			 "HTTP %ld, redirected to '%.*s', which is not followed", answer->status,
			 (int)origin, answer->location);
	else if (rc == 0 && !out->words[0])
		snprintf(out->words, sizeof(out->words),
			 "HTTP %ld without an error of the platform", answer->status);
	return rc;
}

int pt_sf_judge(struct pt_sf_judgement *out, const struct pt_http_answer *answer,
		struct pt_err *err)
{
	int rc = 0;

	*out = (struct pt_sf_judgement){.verdict = PT_SF_FINE};
	if (answer->end == PT_HTTP_ANSWERED && answer->status >= 200 && answer->status < 300)
		return 0;
	if (answer->end == PT_HTTP_ANSWERED) {
		rc = describe(out, answer, err);
		out->verdict = by_status(out, answer->status);
	} else {
		static const enum pt_sf_verdict verdicts[] = {[PT_HTTP_NOT_SENT] = PT_SF_NOT_NOW,
							      [PT_HTTP_CUT] = PT_SF_UNSURE,
							      [PT_HTTP_UNTRUSTED] = PT_SF_REFUSED};

		snprintf(out->words, sizeof(out->words), "%s", answer->text);
		out->verdict = verdicts[answer->end];
	}
	pt_buf_plain(out->words);
	pt_buf_plain(out->code);
	return rc;
}
