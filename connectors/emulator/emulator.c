/* Sockets: libmicrohttpd in the caller's thread. See emulator.h and inside.h. */
#include "connectors/emulator/emulator.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/instant.h"
#include "base/json.h"
#include "connectors/emulator/inside.h"

enum {
	NS_PER_MS = 1000000,
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
	size_t uri_size;
	struct pt_buf body;
	bool begun, too_large, handled, suspended;
	int64_t due_ms; /* real time; PT_NEVER: it is never answered */
	enum pt_fault_kind fault;
	struct emu_answer answer;
	struct exchange *next; /* among those that wait */
};

struct emu_http {
	struct pt_emulator *e;
	struct MHD_Daemon *daemon;
	struct exchange *waiting;
	bool nomem;
};

static int64_t real_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * PT_SECOND_MS + now.tv_nsec / NS_PER_MS;
}

static int64_t clock_ms(const struct pt_emulator *e, struct MHD_Connection *connection)
{
	const char *told;

	if (e->conf.clock == PT_EMULATOR_SPEED)
		return e->conf.start_ms +
		       (int64_t)((double)(real_ms() - e->wall_start_ms) * e->conf.speed);
	if (e->conf.clock == PT_EMULATOR_MANUAL || !connection)
		return e->now_ms;
	told = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Pushtrain-Now");
	if (!told || *told < '0' || *told > '9')
		return e->now_ms;
	long long ms = strtoll(told, NULL, 10);

	return ms > e->now_ms && ms < PT_NEVER / 2 ? ms : e->now_ms;
}

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	(void)connection;
	if (!exchange)
		return NULL;
	exchange->http = context;
	exchange->uri_size = strlen(uri);
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

static const char *value_of(struct MHD_Connection *connection, enum MHD_ValueKind kind,
			    const char *name)
{
	return MHD_lookup_connection_value(connection, kind, name);
}

static const char *bearer_of(struct MHD_Connection *connection)
{
	const char *text = value_of(connection, MHD_HEADER_KIND, "Authorization");

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
	if (exchange->uri_size > URI_MAX) {
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

static int handle(struct exchange *exchange, const char *method, const char *path)
{
	struct MHD_Connection *connection = exchange->connection;
	const char *type = value_of(connection, MHD_HEADER_KIND, "Content-Type");
	struct emu_request request = {
	    .method = method,
	    .path = path,
	    .q = value_of(connection, MHD_GET_ARGUMENT_KIND, "q"),
	    .fields = value_of(connection, MHD_GET_ARGUMENT_KIND, "fields"),
	    .bearer = bearer_of(connection),
	    .content_type = type ? type : "",
	    .body = pt_buf_text(&exchange->body),
	    .body_size = exchange->body.len,
	};
	struct pt_err err = PT_ERR_INIT;
	int rc = exchange->body.failed ? -PT_E_NOMEM : carry_out(exchange, &request, &err);

	exchange->handled = true;
	exchange->due_ms = real_ms() + exchange->http->e->conf.latency_ms;
	if (exchange->fault == PT_FAULT_SILENT || exchange->fault == PT_FAULT_SILENT_AFTER)
		exchange->due_ms = PT_NEVER;
	return rc < 0 || exchange->answer.body.failed ? -PT_E_NOMEM : 0;
}

/* Closes with a reset rather than an orderly end. */
static enum MHD_Result cut_off(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const struct linger now = {.l_onoff = 1, .l_linger = 0};

	if (info)
		(void)setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
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
	    (exchange->fault == PT_FAULT_TRUNCATED && said->body.len <= 1))
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
	if (exchange->due_ms <= real_ms())
		return answer(exchange);
	exchange->next = exchange->http->waiting;
	exchange->http->waiting = exchange;
	exchange->suspended = true;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static int start_daemon(struct emu_http *http, uint16_t port, struct pt_err *err)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const union MHD_DaemonInfo *info;

	errno = 0;
	http->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, port, NULL, NULL, on_request, http,
	    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_URI_LOG_CALLBACK, on_uri, http,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, http, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)CONNECTION_MEMORY, MHD_OPTION_END);
	if (!http->daemon)
		return pt_err_io(err, errno ? errno : EADDRINUSE, "cannot listen on 127.0.0.1:%u",
				 port);
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
	http->e->port = info ? info->port : port;
	return 0;
}

static int count_versions(struct pt_emulator *e, struct pt_err *err)
{
	const struct pt_sim_packages *packages = pt_platform_packages(e->platform);

	e->first_version = calloc((size_t)packages->n + 1, sizeof(*e->first_version));
	if (!e->first_version)
		return pt_err_nomem(err);
	for (uint32_t p = 0; p < packages->n; p++)
		e->first_version[p + 1] = e->first_version[p] + packages->item[p].nversion;
	return 0;
}

static int set_up(struct pt_emulator *e, struct pt_err *err)
{
	const struct pt_emulator_conf *conf = &e->conf;
	int rc = count_versions(e, err);

	if (rc == 0)
		rc = pt_faults_new(&e->faults, conf->seed, conf->fault_ppm, err);
	if (rc == 0)
		rc = emu_token_add(e, conf->token, err);
	if (rc < 0)
		return rc;
	e->http = calloc(1, sizeof(*e->http));
	if (!e->http)
		return pt_err_nomem(err);
	e->http->e = e;
	return start_daemon(e->http, conf->port, err);
}

int pt_emulator_new(struct pt_emulator **out, struct pt_platform *platform,
		    const struct pt_emulator_conf *conf, struct pt_err *err)
{
	struct pt_emulator *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return pt_err_nomem(err);
	e->platform = platform;
	e->conf = *conf;
	e->conf.token = NULL;
	if (e->conf.page_rows == 0)
		e->conf.page_rows = EMU_PAGE_ROWS;
	for (size_t i = 0; i < EMU_OBJECTS; i++)
		e->object[i] = *emu_object_list[i];
	e->schema = (struct pt_soql_schema){e->object, EMU_OBJECTS, e};
	e->now_ms = conf->start_ms;
	e->wall_start_ms = real_ms();
	e->conf.token = conf->token;
	rc = set_up(e, err);
	e->conf.token = NULL;
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
		if (!exchange->suspended || exchange->due_ms > by_ms)
			continue;
		unlink_exchange(exchange);
		exchange->suspended = false;
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
	emu_ingest_free(e);
	emu_cursors_free(e);
	pt_faults_free(e->faults);
	pt_buf_release(&e->log);
	free(e->scratch.row);
	free(e->first_version);
	free(e->token);
	free(e);
}

void pt_emulator_freep(struct pt_emulator **emulator)
{
	pt_emulator_free(*emulator);
}

int pt_emulator_turn(struct pt_emulator *e, int64_t wait_ms, struct pt_err *err)
{
	int64_t now = real_ms();

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
