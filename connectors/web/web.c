/* Connections and answers: libmicrohttpd in the caller's thread. See web.h. */
#include "connectors/web/web.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/instant.h"
#include "connectors/clock/clock.h"
#include "connectors/web/guard.h"
#include "connectors/web/inside.h"
#include "connectors/web/socket.h"

enum { CONNECTION_MEMORY = 32 * 1024 };

/* Unless an answer says otherwise. */
#define NOTHING "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
#define PLAIN   "text/plain; charset=utf-8"

struct pt_web_visit *pt_web_visit_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
	    ->socket_context;
}

static void begin_visit(struct pt_web *web, struct MHD_Connection *connection, void **slot)
{
	struct pt_web_visit *visit = calloc(1, sizeof(*visit));

	if (visit) {
		*visit = (struct pt_web_visit){
		    .web = web,
		    .fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			      ->connect_fd,
		    .due_ms = pt_clock_monotonic_ms() + web->conf.patience_ms,
		    .next = web->visit};
		web->visit = visit;
		web->nvisit++;
	}
	*slot = visit;
}

static void end_visit(struct pt_web *web, struct pt_web_visit *visit)
{
	struct pt_web_visit **link = &web->visit;

	while (*link && *link != visit)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = visit->next;
	web->nvisit--;
	free(visit);
}

static void on_visit(void *context, struct MHD_Connection *connection, void **slot,
		     enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		begin_visit(context, connection, slot);
	else if (*slot)
		end_visit(context, *slot);
}

/* The answer was taken; another request may come. */
static void on_done(void *context, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode code)
{
	const struct pt_web *web = context;
	struct pt_web_visit *visit = pt_web_visit_of(connection);

	(void)state;
	(void)code;
	if (visit)
		visit->due_ms = pt_clock_monotonic_ms() + web->conf.patience_ms;
}

/*
 * Nobody keeps a connection from others by being slow, nor by having gone: libmicrohttpd does not
 * hear of an end that came together with the beginning of a request.
 */
static void end_slow(const struct pt_web *web, int64_t now_ms)
{
	bool full = web->nvisit >= web->conf.visits;

	for (const struct pt_web_visit *v = web->visit; v; v = v->next) {
		if (v->due_ms <= now_ms || (full && pt_web_gone(v->fd)))
			(void)shutdown(v->fd, SHUT_RDWR);
	}
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *pt_web_query(const struct pt_web_request *request, const char *key)
{
	return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, key);
}

static void say(struct pt_web_answer *out, unsigned status, const char *text)
{
	out->status = status;
	out->type = PLAIN;
	pt_buf_str(&out->body, text);
}

/* True: it is refused, with the reason. */
static bool refuse(struct pt_web_answer *out, const struct pt_web *web,
		   struct MHD_Connection *connection, const char *method)
{
	const struct pt_web_headers said = {.host = header(connection, "Host"),
					    .origin = header(connection, "Origin"),
					    .fetch_site = header(connection, "Sec-Fetch-Site"),
					    .fetch_mode = header(connection, "Sec-Fetch-Mode")};

	if (!pt_web_host_is_ours(said.host, web->port)) {
		say(out, 421, "");
		pt_buf_printf(
		    &out->body,
		    "This server answers to http://localhost:%u and "
		    "http://127.0.0.1:%u alone. From another machine, take the port there "
		    "by the same number: ssh -L %u:localhost:%u HOST\n",
		    web->port, web->port, web->port, web->port);
	} else if (pt_web_is_foreign(&said, web->port)) {
		say(out, 403, "This is not for pages of other sites.\n");
	} else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
		say(out, 405, "This server only shows: GET and HEAD.\n");
	}
	return out->status != 0;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	(void)MHD_add_response_header(response, name, value);
}

static void add_headers(struct MHD_Response *response, const struct pt_web_answer *answer)
{
	add(response, "Content-Type", answer->stream ? "text/event-stream" : answer->type);
	add(response, "Content-Security-Policy", answer->policy ? answer->policy : NOTHING);
	add(response, "X-Content-Type-Options", "nosniff");
	add(response, "X-Frame-Options", "DENY");
	add(response, "Referrer-Policy", "no-referrer");
	add(response, "Cross-Origin-Resource-Policy", "same-origin");
	add(response, "Cross-Origin-Opener-Policy", "same-origin");
	add(response, "Cache-Control", "no-store");
	if (answer->location)
		add(response, "Location", answer->location);
	if (answer->status == 405)
		add(response, "Allow", "GET, HEAD");
}

/* Whoever comes when all streams are taken tries again by itself. */
static void begin_stream(struct pt_web_answer *answer, struct MHD_Response **response,
			 struct pt_web *web, const struct pt_web_request *request, bool head)
{
	answer->status = 200;
	if (web->nstream >= web->conf.streams) {
		answer->stream = false;
		say(answer, 503, "Too many pages are open; close one and reload.\n");
	} else if (!head) {
		*response = pt_web_stream_new(web, request);
		if (*response)
			pt_web_visit_of(request->connection)->due_ms = PT_NEVER;
	}
}

static enum MHD_Result send_answer(struct pt_web *web, const struct pt_web_request *request,
				   struct pt_web_answer *answer, bool head)
{
	struct MHD_Response *response = NULL;
	enum MHD_Result done;

	if (answer->stream)
		begin_stream(answer, &response, web, request, head);
	if (!response && (head || !answer->stream)) {
		size_t size = answer->body.len;
		char *body = size ? pt_buf_take(&answer->body) : NULL;

		response = MHD_create_response_from_buffer(
		    size, body, body ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
		if (!response)
			free(body);
	}
	if (!response)
		return MHD_NO;
	add_headers(response, answer);
	done = MHD_queue_response(request->connection, answer->status, response);
	MHD_destroy_response(response);
	return done;
}

static enum MHD_Result answer_request(struct pt_web *web, const struct pt_web_request *request,
				      const char *method)
{
	struct pt_web_answer answer = {.status = 0};
	struct pt_web_visit *visit = pt_web_visit_of(request->connection);
	enum MHD_Result done = MHD_NO;
	int rc = 0;

	if (!visit)
		return MHD_NO;
	/* The answer has its own time to be taken. */
	if (!refuse(&answer, web, request->connection, method))
		rc = web->conf.answer(web->conf.context, &answer, request, &web->err);
	visit->due_ms = pt_clock_monotonic_ms() + web->conf.patience_ms;
	if (rc == 0)
		rc = pt_buf_check(&answer.body, &web->err);
	if (rc == 0)
		done = send_answer(web, request, &answer, strcmp(method, "HEAD") == 0);
	pt_buf_release(&answer.body);
	return done;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *path, const char *method, const char *version,
				  const char *bytes, size_t *nbyte, void **state)
{
	static char begun;
	const struct pt_web_request request = {path, connection};

	(void)version;
	(void)bytes;
	if (!*state) {
		*state = &begun;
		return MHD_YES;
	}
	/* Nobody has anything to tell us. */
	return *nbyte ? MHD_NO : answer_request(context, &request, method);
}

static int start_daemon(struct pt_web *web, enum pt_loopback where, struct pt_err *err)
{
	struct MHD_Daemon *daemon;
	int fd = -1;
	int rc = pt_web_listen(&fd, &web->port, where, err);

	if (rc < 0)
		return rc;
	daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, web->port, NULL, NULL,
				  on_request, web, MHD_OPTION_LISTEN_SOCKET, fd,
				  MHD_OPTION_NOTIFY_CONNECTION, on_visit, web,
				  MHD_OPTION_NOTIFY_COMPLETED, on_done, web,
				  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
				  MHD_OPTION_CONNECTION_LIMIT, web->conf.visits, MHD_OPTION_END);
	if (!daemon) {
		close(fd);
		return pt_err_set(err, PT_E_IO, "the HTTP server does not start");
	}
	web->daemon[web->ndaemon++] = daemon;
	return 0;
}

int pt_web_new(struct pt_web **out, const struct pt_web_conf *conf, struct pt_err *err)
{
	struct pt_web *web = calloc(1, sizeof(*web));
	int rc;

	if (!web)
		return pt_err_nomem(err);
	*web = (struct pt_web){.conf = *conf, .port = conf->port, .err = PT_ERR_INIT};
	rc = start_daemon(web, PT_LOOPBACK_4, err);
	/* A machine may be without, and nothing is lost with it. */
	if (rc == 0)
		(void)!start_daemon(web, PT_LOOPBACK_6, NULL);
	if (rc < 0)
		pt_web_free(web);
	else
		*out = web;
	return rc;
}

void pt_web_free(struct pt_web *web)
{
	if (!web)
		return;
	pt_web_end_streams(web);
	for (size_t i = 0; i < web->ndaemon; i++) {
		(void)MHD_run(web->daemon[i]);
		MHD_stop_daemon(web->daemon[i]);
	}
	free(web);
}

void pt_web_freep(struct pt_web **web)
{
	pt_web_free(*web);
}

/* Until one of them has something to do. */
static void wait_for_work(const struct pt_web *web, int64_t wait_ms)
{
	struct pollfd at[PT_WEB_LISTENERS];

	for (size_t i = 0; i < web->ndaemon; i++) {
		MHD_UNSIGNED_LONG_LONG due_ms;

		at[i] = (struct pollfd){
		    .fd = MHD_get_daemon_info(web->daemon[i], MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
		    .events = POLLIN};
		if (MHD_get_timeout(web->daemon[i], &due_ms) == MHD_YES &&
		    due_ms < (MHD_UNSIGNED_LONG_LONG)wait_ms)
			wait_ms = (int64_t)due_ms;
	}
	(void)poll(at, web->ndaemon, (int)wait_ms);
}

int pt_web_turn(struct pt_web *web, int64_t wait_ms, struct pt_err *err)
{
	int64_t now_ms = pt_clock_monotonic_ms();

	pt_web_tend_streams(web, now_ms);
	end_slow(web, now_ms);
	wait_for_work(web, wait_ms);
	for (size_t i = 0; i < web->ndaemon; i++) {
		if (MHD_run(web->daemon[i]) == MHD_NO)
			return pt_err_set(err, PT_E_IO, "the HTTP server failed");
	}
	if (web->err.code == PT_OK)
		return 0;
	if (err)
		*err = web->err;
	return -(int)web->err.code;
}

uint16_t pt_web_port(const struct pt_web *web)
{
	return web->port;
}
