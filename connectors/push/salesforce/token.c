/* See token.h. */
#include "connectors/push/salesforce/token.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"

enum { MOST_TRIES = 4 };

static void got(struct pt_sf *sf)
{
	sf->token.there = true;
	sf->token.wanted = sf->token.asked = false;
	sf->token.nth++;
	sf->token.ntry = 0;
}

/* Whoever waits for the token is told, and the next one to need it tries afresh. */
static void failed(struct pt_sf *sf, const char *why)
{
	snprintf(sf->token.why, sizeof(sf->token.why), "no access token: %s", why);
	sf->token.wanted = sf->token.asked = false;
	sf->token.ntry = 0;
}

static void try_later(struct pt_sf *sf, const char *why)
{
	sf->token.asked = false;
	if (++sf->token.ntry >= MOST_TRIES)
		failed(sf, why);
	else
		sf->token.due_ms = sf->now_ms + (PT_SECOND_MS << sf->token.ntry);
}

int pt_sf_token_want(struct pt_sf *sf, struct pt_err *err)
{
	struct pt_err wrong = PT_ERR_INIT;
	bool post = false;
	int rc;

	if (sf->token.asked || (sf->token.wanted && sf->now_ms < sf->token.due_ms))
		return 0;
	sf->token.wanted = true;
	rc = pt_auth_begin(&post, sf->token.auth, sf->now_ms, &wrong);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc < 0) {
		failed(sf, wrong.text);
		return 0;
	}
	if (!post) {
		got(sf);
		return 0;
	}
	const char *body = pt_auth_body(sf->token.auth);
	const struct pt_http_request request = {
	    .method = PT_HTTP_POST,
	    .url = pt_auth_url(sf->token.auth),
	    .content_type = "application/x-www-form-urlencoded",
	    .body = body,
	    .body_size = strlen(body),
	    .tell_ms = sf->tells_time ? sf->now_ms : -1,
	};

	sf->token.asked = true;
	sf->nextra_call++;
	return pt_http_start(sf->http, &request, err);
}

void pt_sf_token_refused(struct pt_sf *sf, uint64_t nth)
{
	if (nth != sf->token.nth)
		return;
	sf->token.there = false;
}

int pt_sf_token_answered(struct pt_sf *sf, const struct pt_http_answer *http, struct pt_err *err)
{
	struct pt_err wrong = PT_ERR_INIT;
	int rc;

	if (http->end == PT_HTTP_UNTRUSTED) {
		failed(sf, http->text);
		return 0;
	}
	if (http->end != PT_HTTP_ANSWERED) {
		try_later(sf, http->text);
		return 0;
	}
	rc = pt_auth_answer(sf->token.auth, http->status, pt_buf_text(http->body), http->body->len,
			    &wrong);
	if (rc == -PT_E_NOMEM)
		return pt_err_nomem(err);
	if (rc == 0)
		got(sf);
	else if (rc == -PT_E_PLATFORM)
		try_later(sf, wrong.text);
	else
		failed(sf, wrong.text);
	return 0;
}
