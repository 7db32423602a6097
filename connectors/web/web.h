/*
 * Pages over HTTP for the browsers of this machine: only its loopback addresses, only GET
 * and HEAD, in the caller's thread. A few pages stay open as streams of server-sent
 * events, over which the caller sends what changed.
 *
 *     pt_web_new(&web, &conf, err);
 *     while (!stop) {
 *             pt_web_turn(web, 1000, err);
 *             for (s = pt_web_stream(web, NULL); s; s = pt_web_stream(web, s))
 *                     pt_web_send(s, "section", text);
 *     }
 */
#ifndef PT_CONNECTORS_WEB_WEB_H
#define PT_CONNECTORS_WEB_WEB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct pt_web;
struct pt_web_stream;
struct MHD_Connection;

struct pt_web_request {
	const char *path; /* decoded; begins with '/' */
	struct MHD_Connection *connection;
};

/* The value of that key of the query, decoded; NULL: it has none. Borrowed from the request. */
const char *pt_web_query(const struct pt_web_request *request, const char *key);

struct pt_web_answer {
	unsigned status;
	const char *type;     /* of the body, such as "text/html; charset=utf-8" */
	const char *policy;   /* Content-Security-Policy; NULL: the body may load and run nothing */
	const char *location; /* NULL: none */
	struct pt_buf body;
	bool stream; /* instead of all that: a stream of events */
};

struct pt_web_conf {
	uint16_t port;   /* 0: any that is free */
	unsigned visits; /* connections at a time */
	unsigned streams;
	int64_t patience_ms; /* for a request to come, and for its answer to be taken */
	int64_t beat_ms;     /* a stream in which nothing happens says so */
	/* MUST. The answer is released by the server. A negative result ends pt_web_turn(). */
	int (*answer)(void *context, struct pt_web_answer *out,
		      const struct pt_web_request *request, struct pt_err *err);
	void *context;
	/* MAY be NULL. Releases what was kept with a stream that ended. */
	void (*forget)(void *kept);
};

/* PT_E_IO: the port is taken (errno in `sys`). Owned by the caller. */
int pt_web_new(struct pt_web **out, const struct pt_web_conf *conf, struct pt_err *err) PT_MUSTUSE;
void pt_web_free(struct pt_web *web);
void pt_web_freep(struct pt_web **web);

/* Takes what has come and answers it; waits up to wait_ms for more. */
int pt_web_turn(struct pt_web *web, int64_t wait_ms, struct pt_err *err) PT_MUSTUSE;

uint16_t pt_web_port(const struct pt_web *web);

/* The stream after that one, NULL: the first; NULL: there are no more. None is gone until the next
   turn. */
struct pt_web_stream *pt_web_stream(const struct pt_web *web, const struct pt_web_stream *after);

/* The value of "page" in the query it was opened with, never NULL. */
const char *pt_web_stream_page(const struct pt_web_stream *stream);

/* Whatever the caller keeps with it; NULL at first. */
void **pt_web_stream_kept(struct pt_web_stream *stream);

/* Its client has not taken yet what it was sent. */
bool pt_web_stream_is_behind(const struct pt_web_stream *stream);

/* An event; `data` is one line. A stream whose client takes nothing is ended by and by. */
void pt_web_send(struct pt_web_stream *stream, const char *event, const char *data);

#endif
