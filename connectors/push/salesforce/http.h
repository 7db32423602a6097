/*
 * HTTP for one connector: several transfers at a time over connections that are
 * kept, and nothing decided about what an answer means.
 *
 *     pt_http_new(&http, &conf, err);
 *     pt_http_start(http, &request, err);     as often as pt_http_room() says
 *     pt_http_wait(http, 50, err);
 *     while (pt_http_take(&answer, http)) ...
 *
 * A request is sent at most once: libcurl would by itself repeat one for which a
 * kept connection brought no answer, and that may be a write that took effect.
 * Certificates are verified; redirects are reported, never followed.
 */
#ifndef PT_CONNECTORS_PUSH_SALESFORCE_HTTP_H
#define PT_CONNECTORS_PUSH_SALESFORCE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pt_http;

enum pt_http_method { PT_HTTP_GET, PT_HTTP_POST, PT_HTTP_PATCH, PT_HTTP_PUT };

const char *pt_http_method_text(enum pt_http_method method);

struct pt_http_conf {
	uint32_t in_flight;      /* transfers at a time */
	int64_t timeout_ms;      /* of one transfer, in real time */
	size_t answer_max_bytes; /* a longer body is PT_HTTP_CUT */
};

/* All texts are borrowed until the answer is taken. */
struct pt_http_request {
	void *tag; /* the caller's; comes back with the answer */
	enum pt_http_method method;
	const char *url;          /* https://, or http:// to this machine */
	const char *bearer;       /* NULL: none */
	const char *content_type; /* NULL: no body */
	const char *body;
	size_t body_size;
	int64_t tell_ms; /* not negative: sent as Pushtrain-Now, which an emulator may follow */
};

enum pt_http_end {
	PT_HTTP_ANSWERED,
	PT_HTTP_NOT_SENT,  /* it had a body, of which the server has seen nothing */
	PT_HTTP_CUT,       /* it may have; no answer, or not all of it */
	PT_HTTP_UNTRUSTED, /* not sent: the certificate is not one to trust */
};

/* Borrowed until the next pt_http_take(). */
struct pt_http_answer {
	void *tag;
	enum pt_http_end end;
	const char *text; /* unless ANSWERED: why, in libcurl's words */
	long status;
	const struct pt_buf *body;
	const char *location; /* "" unless it is a redirect */
	int64_t took_us;
	uint64_t received_bytes;      /* over the wire, compressed */
	uint32_t api_used, api_limit; /* of Sforce-Limit-Info; 0: it was not there */
};

/* Owned by the caller. */
int pt_http_new(struct pt_http **out, const struct pt_http_conf *conf,
		struct pt_err *err) PT_MUSTUSE;

/* What is under way is given up. */
void pt_http_free(struct pt_http *http);

/* How many more may be started now, and how many are under way. */
uint32_t pt_http_room(const struct pt_http *http);
uint32_t pt_http_nactive(const struct pt_http *http);

int pt_http_start(struct pt_http *http, const struct pt_http_request *request,
		  struct pt_err *err) PT_MUSTUSE;

/* Lets the network go on for up to wait_ms, shorter when something happens. */
int pt_http_wait(struct pt_http *http, int wait_ms, struct pt_err *err) PT_MUSTUSE;

/* The next answer that is there. */
bool pt_http_take(struct pt_http_answer *out, struct pt_http *http);

#endif
