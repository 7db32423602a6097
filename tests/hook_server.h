/*
 * A server on this machine that is told things, and behaves as its path says:
 * /ok, /flaky (503 twice, then 200), /busy (always 503), /limited (429 once, then 200),
 * /gone (404), /elsewhere (a redirect to /ok), /silent (no answer), /huge (200 and 50 MB).
 * It answers in a thread of its own; what it was told is looked at when the answer is there.
 */
#ifndef PT_TESTS_HOOK_SERVER_H
#define PT_TESTS_HOOK_SERVER_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum { HOOK_SILENT_MOST = 64, HOOK_HUGE_BYTES = 50000000 };

struct hook_server {
	struct MHD_Daemon *daemon;
	unsigned port;
	atomic_uint nasked,
	    nelsewhere; /* requests with their body; of them to /ok after a redirect */
	struct MHD_Connection *silent[HOOK_SILENT_MOST];
	unsigned nsilent;
	/* Of the last request: */
	struct pt_buf body;
	char event[64], delivery[128], time[64], signature[128];
	/* MAY be NULL. Called with each, in the server's thread. */
	void (*on_request)(const struct hook_server *server, const char *path);
};

static inline void hook_server_copy(char *to, size_t size, struct MHD_Connection *connection,
				    const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

	(void)snprintf(to, size, "%s", value ? value : "");
}

static inline ssize_t hook_server_huge(void *context, uint64_t at, char *to, size_t most)
{
	(void)context;
	(void)at;
	memset(to, 'x', most);
	return (ssize_t)most;
}

static inline enum MHD_Result hook_server_answer(struct hook_server *server,
						 struct MHD_Connection *connection,
						 const char *path)
{
	struct MHD_Response *response;
	enum MHD_Result result;
	unsigned n = server->nasked, status = 200;

	if (strcmp(path, "/huge") == 0)
		response = MHD_create_response_from_callback(HOOK_HUGE_BYTES, 65536,
							     hook_server_huge, NULL, NULL);
	else
		response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (strcmp(path, "/gone") == 0)
		status = 404;
	if (strcmp(path, "/busy") == 0 || (strcmp(path, "/flaky") == 0 && n <= 2))
		status = 503;
	if (strcmp(path, "/limited") == 0 && n == 1)
		status = 429;
	if (strcmp(path, "/elsewhere") == 0) {
		status = 302;
		(void)MHD_add_response_header(response, "Location", "/ok");
	}
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static inline enum MHD_Result hook_server_on(void *context, struct MHD_Connection *connection,
					     const char *path, const char *method,
					     const char *version, const char *data, size_t *size,
					     void **state)
{
	struct hook_server *server = context;
	static int known;

	(void)version;
	(void)method;
	if (!*state) {
		*state = &known;
		pt_buf_clear(&server->body);
		return MHD_YES;
	}
	if (*size) {
		pt_buf_bytes(&server->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	hook_server_copy(server->event, sizeof(server->event), connection, "X-Pushtrain-Event");
	hook_server_copy(server->delivery, sizeof(server->delivery), connection,
			 "X-Pushtrain-Delivery");
	hook_server_copy(server->time, sizeof(server->time), connection, "X-Pushtrain-Timestamp");
	hook_server_copy(server->signature, sizeof(server->signature), connection,
			 "X-Pushtrain-Signature");
	server->nelsewhere += strcmp(path, "/ok") == 0;
	server->nasked++;
	if (server->on_request)
		server->on_request(server, path);
	if (strcmp(path, "/silent") == 0 && server->nsilent < HOOK_SILENT_MOST) {
		MHD_suspend_connection(connection);
		server->silent[server->nsilent++] = connection;
		return MHD_YES;
	}
	return hook_server_answer(server, connection, path);
}

/* Not 0: it serves. */
static inline int hook_server_start(struct hook_server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	const union MHD_DaemonInfo *info;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->daemon =
	    MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
			     NULL, hook_server_on, server, MHD_OPTION_SOCK_ADDR,
			     (struct sockaddr *)(void *)&address, MHD_OPTION_END);
	info =
	    server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	server->port = info ? info->port : 0;
	return info != NULL;
}

static inline void hook_server_stop(struct hook_server *server)
{
	for (unsigned i = 0; i < server->nsilent; i++)
		MHD_resume_connection(server->silent[i]);
	MHD_stop_daemon(server->daemon);
	pt_buf_release(&server->body);
}

#endif
