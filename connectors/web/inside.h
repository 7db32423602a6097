/* Private to the files of this folder: connections (web.c) and streams (stream.c). */
#ifndef PT_CONNECTORS_WEB_INSIDE_H
#define PT_CONNECTORS_WEB_INSIDE_H

#include <microhttpd.h>

#include "connectors/web/web.h"

enum { PT_WEB_LISTENERS = 2 };

/* A connection. */
struct pt_web_visit {
	struct pt_web *web;
	int fd;
	int64_t due_ms; /* what it is about must be over by then; PT_NEVER: it may stay */
	struct pt_web_visit *next;
};

struct pt_web {
	struct pt_web_conf conf;
	struct MHD_Daemon *daemon[PT_WEB_LISTENERS];
	size_t ndaemon;
	uint16_t port;
	struct pt_web_visit *visit;
	unsigned nvisit;
	struct pt_web_stream *stream; /* the newest first */
	unsigned nstream;
	struct pt_err err; /* that an answer failed with */
};

/* The visit that a request is part of. */
struct pt_web_visit *pt_web_visit_of(struct MHD_Connection *connection);

/* A response whose body is a stream of its own, owned by the caller; NULL without memory. */
struct MHD_Response *pt_web_stream_new(struct pt_web *web, const struct pt_web_request *request);

/* Tells those that were silent that we are here, and ends those that nobody reads. */
void pt_web_tend_streams(struct pt_web *web, int64_t now_ms);
void pt_web_end_streams(struct pt_web *web);

#endif
