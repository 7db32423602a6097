/* Sockets: libmicrohttpd in the caller's thread. See emulator.h and inside.h. */
#include "connectors/emulator/emulator.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/json.h"
#include "connectors/clock/clock.h"
#include "connectors/emulator/inside.h"
#include "connectors/web/socket.h"

enum {
	CONNECTION_MEMORY = 256 * 1024,
	URI_MAX = 16384,
	BODY_MAX = 6 << 20,
	LOG_MAX = 16 << 20,
};

/* Of an ingest job. */
#define UPLOAD_MAX ((size_t)150 << 20)

/* A request on its way. */
struct exchange {
	struct emu_http *http;
	struct MHD_Connection *connection;
	size_t head_size; /* of the path with its query, then of all headers as well */
	struct pt_buf body;
	bool begun, too_large, handled;
	int64_t due_ms; /* real time */
	enum pt_fault_kind fault;
	struct emu_answer answer;
	struct exchange *next; /* among those that wait, whose connections are suspended */
};

struct emu_http {
	struct pt_emulator *e;
	struct MHD_Daemon *daemon;
	struct exchange *waiting;
	bool nomem;
};

static int64_t clock_ms(const struct pt_emulator *e, struct MHD_Connection *connection)
{
	const char *told;

	if (e->conf.clock == PT_EMULATOR_SPEED)
		return e->conf.start_ms +
		       (int64_t)((double)(pt_clock_monotonic_ms() - e->wall_start_ms) *
				 e->conf.speed);
	if (e->conf.clock == PT_EMULATOR_MANUAL || !connection)
		return e->now_ms;
	told = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Pushtrain-Now");
	if (!told || *told < '0' || *told > '9')
		return e->now_ms;
	long long ms = strtoll(told, NULL, 10);

	return ms > e->now_ms && ms < PT_NEVER / 2 ? ms : e->now_ms;
}

static enum MHD_Result add_length(void *context, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	size_t *sum = context;

	(void)kind;
	*sum += strlen(name) + (value ? strlen(value) : 0) + strlen(": \r\n");
	return MHD_YES;
}

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	(void)connection;
	if (!exchange)
		return NULL;
	exchange->http = context;
	exchange->head_size = strlen(uri);
	return exchange;
}

static void unlink_exchange(struct exchange *exchange)
{
	struct exchange **link = &exchange->http->waiting;

	while (*link && *link != exchange)
		link = &(*link)->next;
	if (*link)
		*link = exchange->next;
}

static void on_done(void *context, struct MHD_Connection *connection, void **state,
		    enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *state;

	(void)context;
	(void)connection;
	(void)code;
	if (!exchange)
		return;
	unlink_exchange(exchange);
	pt_buf_release(&exchange->body);
	pt_buf_release(&exchange->answer.body);
	free(exchange);
	*state = NULL;
}

static const char *bearer_of(struct MHD_Connection *connection)
{
	const char *text =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");

	if (text && strncmp(text, "Bearer ", 7) == 0)
		return text + 7;
	return text && strncmp(text, "OAuth ", 6) == 0 ? text + 6 : NULL;
}

static void write_log(struct pt_emulator *e, const struct emu_request *request,
		      const struct exchange *exchange)
{
	const char *fault = pt_fault_text(exchange->fault);

	if (e->log.len > LOG_MAX)
		pt_buf_clear(&e->log);
	pt_buf_printf(&e->log, "%s{\"n\":%llu,\"at\":%lld,\"method\":", e->log.len ? ",\n" : "",
		      (unsigned long long)e->nrequest, (long long)e->now_ms);
	pt_json_quote(&e->log, request->method);
	pt_buf_str(&e->log, ",\"path\":");
	pt_json_quote(&e->log, request->path);
	pt_buf_printf(&e->log, ",\"status\":%u", exchange->answer.status);
	if (fault)
		pt_buf_printf(&e->log, ",\"fault\":\"%s\"", fault);
	pt_buf_char(&e->log, '}');
}

/* What the size of it forbids. */
static bool say_too_large(struct exchange *exchange)
{
	if (exchange->head_size > URI_MAX) {
		emu_say_error(&exchange->answer, 414, "URI_TOO_LONG",
			      "The request line and headers are over %d bytes.", URI_MAX);
		return true;
	}
	if (exchange->too_large)
		emu_say_error(&exchange->answer, 413, "REQUEST_TOO_LARGE",
			      "The body is larger than is taken.");
	return exchange->too_large;
}

/* By method and path, of queries with the query. */
static enum pt_fault_kind meet_fault(struct pt_emulator *e, const struct emu_request *request)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf path = PT_BUF_INIT;

	pt_buf_str(&path, request->path);
	if (request->q)
		pt_buf_printf(&path, "?q=%s", request->q);
	return pt_faults_meet(e->faults, request->method, pt_buf_text(&path));
}

/* Its records succeed or fail one by one. */
static bool has_records(const struct emu_request *request)
{
	return strstr(request->path, "/composite/") || strstr(request->path, "/jobs/ingest/");
}

static int carry_out(struct exchange *exchange, struct emu_request *request, struct pt_err *err)
{
	struct pt_emulator *e = exchange->http->e;
	int rc = 0;

	e->nrequest++;
	emu_advance(e, clock_ms(e, exchange->connection));
	if (strncmp(request->path, "/_control", 9) != 0)
		exchange->fault = meet_fault(e, request);
	e->nfault += exchange->fault != PT_FAULT_NONE;
	e->lock_records = exchange->fault == PT_FAULT_LOCKED && has_records(request);
	if (exchange->fault == PT_FAULT_NONE || e->lock_records ||
	    pt_fault_is_after(exchange->fault))
		rc = say_too_large(exchange) ? 0 : emu_dispatch(e, request, &exchange->answer, err);
	if (rc == 0 && exchange->fault != PT_FAULT_NONE)
		emu_fault_answer(&exchange->answer, exchange->fault);
	write_log(e, request, exchange);
	return rc;
}

static bool is_silent(const struct exchange *exchange)
{
	return exchange->fault == PT_FAULT_SILENT || exchange->fault == PT_FAULT_SILENT_AFTER;
}

static int handle(struct exchange *exchange, const char *method, const char *path)
{
	struct MHD_Connection *connection = exchange->connection;
	const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
	struct emu_request request = {
	    .method = method,
	    .path = path,
	    .q = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "q"),
	    .fields = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "fields"),
	    .bearer = bearer_of(connection),
	    .content_type = type ? type : "",
	    .body = pt_buf_text(&exchange->body),
	    .body_size = exchange->body.len,
	};
	struct pt_err err = PT_ERR_INIT;
	int rc = exchange->body.failed ? -PT_E_NOMEM : carry_out(exchange, &request, &err);

	exchange->handled = true;
	exchange->due_ms = pt_clock_monotonic_ms() + exchange->http->e->conf.latency_ms;
	if (is_silent(exchange))
		exchange->due_ms = pt_clock_monotonic_ms() + PT_HOUR_MS;
	return rc < 0 || exchange->answer.body.failed ? -PT_E_NOMEM : 0;
}

/*
 * Closes with a reset rather than an orderly end. libmicrohttpd shuts a connection down
 * before it closes it, so lingering would come too late: it is dissolved here, as connect()
 * does for no address.
 */
static enum MHD_Result cut_off(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

	if (info)
		(void)connect(info->connect_fd, &nowhere, sizeof(nowhere));
	return MHD_NO;
}

/* Half of the body, and then nothing more. */
static ssize_t read_half(void *context, uint64_t at, char *out, size_t max)
{
	const struct exchange *exchange = context;
	size_t half = exchange->answer.body.len / 2, n;

	if (at >= half)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = half - (size_t)at < max ? half - (size_t)at : max;
	memcpy(out, exchange->answer.body.data + at, n);
	return (ssize_t)n;
}

static struct MHD_Response *make_response(struct exchange *exchange)
{
	const struct pt_buf *body = &exchange->answer.body;

	if (exchange->fault == PT_FAULT_TRUNCATED && body->len > 1)
		return MHD_create_response_from_callback(body->len, 4096, read_half, exchange,
							 NULL);
	return MHD_create_response_from_buffer(body->len, body->data, MHD_RESPMEM_MUST_COPY);
}

static enum MHD_Result answer(struct exchange *exchange)
{
	struct pt_emulator *e = exchange->http->e;
	const struct emu_answer *said = &exchange->answer;
	struct MHD_Response *response;
	enum MHD_Result done;
	char usage[64];

	if (exchange->fault == PT_FAULT_RESET || exchange->fault == PT_FAULT_RESET_AFTER ||
	    is_silent(exchange) || (exchange->fault == PT_FAULT_TRUNCATED && said->body.len <= 1))
		return cut_off(exchange->connection);
	response = make_response(exchange);
	if (!response)
		return MHD_NO;
	snprintf(usage, sizeof(usage), "api-usage=%u/%u", emu_calls_used(e), emu_calls_allowed(e));
	(void)MHD_add_response_header(response, "Sforce-Limit-Info", usage);
	if (said->content_type)
		(void)MHD_add_response_header(response, "Content-Type", said->content_type);
	if (said->location)
		(void)MHD_add_response_header(response, "Location", said->location);
	done = MHD_queue_response(exchange->connection, said->status, response);
	MHD_destroy_response(response);
	return done;
}

static void take_bytes(struct exchange *exchange, const char *path, const char *bytes, size_t n)
{
	size_t most = strstr(path, "/jobs/ingest/") ? UPLOAD_MAX : BODY_MAX;

	if (exchange->body.len + n > most)
		exchange->too_large = true;
	else
		pt_buf_bytes(&exchange->body, bytes, n);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *path, const char *method, const char *version,
				  const char *bytes, size_t *nbyte, void **state)
{
	struct exchange *exchange = *state;

	(void)context;
	(void)version;
	if (!exchange)
		return MHD_NO;
	exchange->connection = connection;
	if (!exchange->begun) {
		exchange->begun = true;
		(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_length,
						&exchange->head_size);
		return MHD_YES;
	}
	if (*nbyte > 0) {
		take_bytes(exchange, path, bytes, *nbyte);
		*nbyte = 0;
		return MHD_YES;
	}
	if (!exchange->handled && handle(exchange, method, path) < 0) {
		exchange->http->nomem = true;
		return MHD_NO;
	}
	if (exchange->due_ms <= pt_clock_monotonic_ms())
		return answer(exchange);
	exchange->next = exchange->http->waiting;
	exchange->http->waiting = exchange;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static int start_daemon(struct emu_http *http, uint16_t port, struct pt_err *err)
{
	int fd = -1;
	int rc = pt_web_listen(&fd, &port, PT_LOOPBACK_4, err);

	if (rc < 0)
		return rc;
	http->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, on_request, http,
	    MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_uri, http,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, http, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
	if (!http->daemon) {
		close(fd);
		return pt_err_set(err, PT_E_IO, "the HTTP server does not start");
	}
	http->e->port = port;
	return 0;
}

int pt_emulator_new(struct pt_emulator **out, struct pt_platform *platform,
		    const struct pt_emulator_conf *conf, struct pt_err *err)
{
	struct pt_emulator *e = NULL;
	int rc = emu_new(&e, platform, conf, err);

	if (rc < 0)
		return rc;
	e->wall_start_ms = pt_clock_monotonic_ms();
	e->http = calloc(1, sizeof(*e->http));
	if (e->http)
		e->http->e = e;
	rc = e->http ? start_daemon(e->http, conf->port, err) : pt_err_nomem(err);
	if (rc < 0)
		pt_emulator_free(e);
	else
		*out = e;
	return rc;
}

/* Whoever still waits is let go, as libmicrohttpd wants it. */
static void resume_all(struct emu_http *http, int64_t by_ms)
{
	struct exchange *exchange = http->waiting, *next;

	for (; exchange; exchange = next) {
		next = exchange->next;
		if (exchange->due_ms > by_ms)
			continue;
		unlink_exchange(exchange);
		exchange->due_ms = 0;
		MHD_resume_connection(exchange->connection);
	}
}

void pt_emulator_free(struct pt_emulator *e)
{
	if (!e)
		return;
	if (e->http && e->http->daemon) {
		resume_all(e->http, PT_NEVER);
		(void)MHD_run(e->http->daemon);
		MHD_stop_daemon(e->http->daemon);
	}
	free(e->http);
	emu_free(e);
}

void pt_emulator_freep(struct pt_emulator **emulator)
{
	pt_emulator_free(*emulator);
}

/* Clients that gave up waiting are told apart from those that wait: nothing comes of either. */
static void let_go_of_gone(struct emu_http *http)
{
	for (struct exchange *x = http->waiting; x; x = x->next) {
		const union MHD_ConnectionInfo *info =
		    is_silent(x)
			? MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			: NULL;

		if (info && pt_web_gone(info->connect_fd))
			x->due_ms = 0;
	}
}

int pt_emulator_turn(struct pt_emulator *e, int64_t wait_ms, struct pt_err *err)
{
	int64_t now = pt_clock_monotonic_ms();

	let_go_of_gone(e->http);
	resume_all(e->http, now);
	for (const struct exchange *x = e->http->waiting; x; x = x->next) {
		if (x->due_ms - now < wait_ms)
			wait_ms = x->due_ms - now;
	}
	if (MHD_run_wait(e->http->daemon, (int32_t)wait_ms) == MHD_NO)
		return pt_err_set(err, PT_E_IO, "the HTTP server failed");
	if (e->http->nomem)
		return pt_err_nomem(err);
	return 0;
}

uint16_t pt_emulator_port(const struct pt_emulator *e)
{
	return e->port;
}

const char *pt_emulator_token(const struct pt_emulator *e)
{
	return e->token[0].text;
}

int pt_emulator_fault(struct pt_emulator *e, const struct pt_fault *fault, struct pt_err *err)
{
	return pt_faults_add(e->faults, fault, err);
}

uint64_t pt_emulator_nrequest(const struct pt_emulator *e)
{
	return e->nrequest;
}

uint64_t pt_emulator_nfault(const struct pt_emulator *e)
{
	return e->nfault;
}
