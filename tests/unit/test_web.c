/* The server of pages: whom it answers, and that nobody can keep it from others. */
#include "tests/test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connectors/clock/clock.h"
#include "connectors/web/guard.h"
#include "connectors/web/socket.h"
#include "connectors/web/web.h"

enum { PATIENCE_MS = 60, STREAMS = 2, VISITS = 8 };

static unsigned nforgotten;

static void forget(void *kept)
{
	nforgotten++;
	free(kept);
}

static int answer(void *context, struct pt_web_answer *out, const struct pt_web_request *request,
		  struct pt_err *err)
{
	const char *q = pt_web_query(request, "q");

	(void)err;
	++*(unsigned *)context;
	out->stream = strcmp(request->path, "/events") == 0;
	out->status = 200;
	out->type = "text/plain; charset=utf-8";
	if (strcmp(request->path, "/large") == 0)
		pt_buf_repeat(&out->body, 'x', 64 << 20);
	pt_buf_printf(&out->body, "%s %s\n", request->path, q ? q : "-");
	return 0;
}

struct server {
	struct pt_web *web;
	unsigned nasked;
};

static void start(struct server *server, int64_t patience_ms)
{
	const struct pt_web_conf conf = {.visits = VISITS,
					 .streams = STREAMS,
					 .patience_ms = patience_ms,
					 .beat_ms = 1000000,
					 .answer = answer,
					 .context = &server->nasked,
					 .forget = forget};
	struct pt_err err = PT_ERR_INIT;

	server->nasked = 0;
	nforgotten = 0;
	if (pt_web_new(&server->web, &conf, &err) < 0)
		fail_msg("%s", err.text);
}

static void turn(const struct server *server)
{
	assert_int_equal(pt_web_turn(server->web, 5, NULL), 0);
}

static int call(const struct server *server)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(pt_web_port(server->web)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What has come; "" of what has come to its end, NULL: nothing, and it is open. */
static const char *heard(int fd)
{
	static char bytes[65536];
	ssize_t n = recv(fd, bytes, sizeof(bytes) - 1, MSG_DONTWAIT);

	if (n < 0)
		return NULL;
	bytes[n] = '\0';
	return bytes;
}

/* Turns until something has come, or the connection was closed. */
static const char *hear(const struct server *server, int fd)
{
	for (int i = 0; i < 4000; i++) {
		const char *text;

		turn(server);
		text = heard(fd);
		if (text)
			return text;
	}
	fail_msg("nothing comes");
	return "";
}

/* A request with that start and those further headers; what came back. */
static const char *ask(const struct server *server, const char *line, const char *headers)
{
	char text[512];
	int fd = call(server);
	const char *got;

	(void)snprintf(text, sizeof(text), "%s HTTP/1.1\r\n%s\r\n", line, headers);
	say(fd, text);
	got = hear(server, fd);
	close(fd);
	return got;
}

static const char *host_line(const struct server *server, const char *host)
{
	static char line[128];

	(void)snprintf(line, sizeof(line), "Host: %s:%u\r\n", host, pt_web_port(server->web));
	return line;
}

PT_TEST(web_knows_its_own_names)
{
	assert_true(pt_web_host_is_ours("localhost:8473", 8473));
	assert_true(pt_web_host_is_ours("LOCALHOST:8473", 8473));
	assert_true(pt_web_host_is_ours("127.0.0.1:8473", 8473));
	assert_true(pt_web_host_is_ours("[::1]:8473", 8473));
	assert_true(pt_web_host_is_ours("localhost", 80));
	assert_false(pt_web_host_is_ours("localhost", 8473));
	assert_false(pt_web_host_is_ours("localhost:80", 8473));
	assert_false(pt_web_host_is_ours("localhost:84731", 8473));
	assert_false(pt_web_host_is_ours("localhost.evil.example:8473", 8473));
	assert_false(pt_web_host_is_ours("evil.example:8473", 8473));
	assert_false(pt_web_host_is_ours("evil.example", 80));
	assert_false(pt_web_host_is_ours("127.0.0.1.evil.example:8473", 8473));
	assert_false(pt_web_host_is_ours("", 8473));
	assert_false(pt_web_host_is_ours(NULL, 8473));
}

PT_TEST(web_tells_other_sites_from_people)
{
	const struct {
		struct pt_web_headers said;
		bool foreign;
	} cases[] = {
	    {{.origin = NULL}, false},
	    {{.origin = "http://localhost:8473"}, false},
	    {{.origin = "https://localhost:8473"}, true},
	    {{.origin = "http://evil.example"}, true},
	    {{.origin = "null"}, true},
	    {{.fetch_site = "same-origin", .fetch_mode = "cors"}, false},
	    {{.fetch_site = "none", .fetch_mode = "navigate"}, false},
	    {{.fetch_site = "cross-site", .fetch_mode = "navigate"}, false},
	    {{.fetch_site = "cross-site", .fetch_mode = "no-cors"}, true},
	    {{.fetch_site = "same-site", .fetch_mode = "cors"}, true},
	    {{.fetch_site = "cross-site"}, true},
	};

	for (size_t i = 0; i < PT_ARRAY_LEN(cases); i++) {
		if (pt_web_is_foreign(&cases[i].said, 8473) != cases[i].foreign)
			fail_msg("case %zu", i);
	}
}

PT_TEST(web_answers_with_headers_that_keep_others_out)
{
	static const char *const expected[] = {
	    "HTTP/1.1 200 OK\r\n",
	    "\r\nContent-Security-Policy: default-src 'none'; ",
	    "frame-ancestors 'none'\r\n",
	    "\r\nX-Content-Type-Options: nosniff\r\n",
	    "\r\nReferrer-Policy: no-referrer\r\n",
	    "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
	    "\r\nCache-Control: no-store\r\n",
	    "\r\n\r\n/a b <x>\n",
	};
	struct server server;
	const char *got;

	start(&server, 10000);
	got = ask(&server, "GET /a%20b?q=%3Cx%3E", host_line(&server, "localhost"));
	for (size_t i = 0; i < PT_ARRAY_LEN(expected); i++) {
		if (!strstr(got, expected[i]))
			fail_msg("no '%s' in: %s", expected[i], got);
	}
	assert_null(strstr(got, "Access-Control"));
	got = ask(&server, "HEAD /a", host_line(&server, "127.0.0.1"));
	assert_non_null(strstr(got, "HTTP/1.1 200 OK\r\n"));
	assert_non_null(strstr(got, "\r\nContent-Length: 5\r\n"));
	assert_string_equal(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	assert_int_equal(server.nasked, 2);
	pt_web_free(server.web);
}

PT_TEST(web_refuses_what_is_not_meant_for_it)
{
	char headers[256];
	struct server server;

	start(&server, 10000);
	assert_non_null(strstr(ask(&server, "GET /", "Host: evil.example\r\n"), " 421 "));
	assert_non_null(strstr(ask(&server, "GET /", host_line(&server, "evil.example")), " 421 "));
	(void)snprintf(headers, sizeof(headers), "%sOrigin: http://evil.example\r\n",
		       host_line(&server, "localhost"));
	assert_non_null(strstr(ask(&server, "GET /events", headers), " 403 "));
	(void)snprintf(headers, sizeof(headers), "%sContent-Length: 0\r\n",
		       host_line(&server, "localhost"));
	assert_non_null(strstr(ask(&server, "POST /", headers), " 405 "));
	assert_non_null(strstr(ask(&server, "DELETE /", host_line(&server, "localhost")), " 405 "));
	assert_int_equal(server.nasked, 0);
	pt_web_free(server.web);
}

PT_TEST(web_drops_whoever_is_slow)
{
	struct server server;
	int slow[VISITS];
	const char *got;

	start(&server, PATIENCE_MS);
	for (size_t i = 0; i < VISITS; i++) {
		slow[i] = call(&server);
		say(slow[i], "GET / HT");
		turn(&server);
	}
	/* All places are taken, and it is answered all the same, if somewhat later. */
	got = ask(&server, "GET /", host_line(&server, "localhost"));
	assert_non_null(strstr(got, " 200 "));
	for (size_t i = 0; i < VISITS; i++) {
		assert_string_equal(hear(&server, slow[i]), "");
		close(slow[i]);
	}
	pt_web_free(server.web);
}

PT_TEST(web_drops_whoever_takes_no_answer)
{
	char text[128];
	struct server server;
	size_t got = 0;
	int fd;

	start(&server, PATIENCE_MS);
	fd = call(&server);
	(void)snprintf(text, sizeof(text), "GET /large HTTP/1.1\r\n%s\r\n",
		       host_line(&server, "localhost"));
	say(fd, text);
	int64_t begun_ms = pt_clock_monotonic_ms();

	while (pt_clock_monotonic_ms() < begun_ms + 4 * PATIENCE_MS)
		turn(&server);
	for (const char *piece = hear(&server, fd); *piece; piece = hear(&server, fd))
		got += strlen(piece);
	assert_true(got < (64U << 20));
	close(fd);
	pt_web_free(server.web);
}

static int open_stream(const struct server *server, const char *page)
{
	char text[256];
	int fd = call(server);

	(void)snprintf(text, sizeof(text), "GET /events?page=%s HTTP/1.1\r\n%s\r\n", page,
		       host_line(server, "localhost"));
	say(fd, text);
	return fd;
}

/* Turns until that has come over it. */
static void hear_text(const struct server *server, int fd, const char *wanted)
{
	char all[8192] = "";

	while (!strstr(all, wanted)) {
		const char *text = hear(server, fd);

		assert_true(*text && strlen(all) + strlen(text) < sizeof(all));
		memcpy(all + strlen(all), text, strlen(text) + 1);
	}
}

static size_t count_streams(const struct server *server)
{
	size_t n = 0;

	for (struct pt_web_stream *s = pt_web_stream(server->web, NULL); s;
	     s = pt_web_stream(server->web, s))
		n++;
	return n;
}

PT_TEST(web_sends_events_to_all_that_listen)
{
	struct server server;
	int fd[STREAMS];

	start(&server, PATIENCE_MS);
	fd[0] = open_stream(&server, "%2Frun%2Fa");
	hear_text(&server, fd[0], "retry: ");
	fd[1] = open_stream(&server, "/");
	hear_text(&server, fd[1], "retry: ");
	assert_int_equal(count_streams(&server), 2);
	for (struct pt_web_stream *s = pt_web_stream(server.web, NULL); s;
	     s = pt_web_stream(server.web, s))
		pt_web_send(s, "section", pt_web_stream_page(s));
	hear_text(&server, fd[0], "event: section\ndata: /run/a\n\n");
	hear_text(&server, fd[1], "event: section\ndata: /\n\n");
	/* They may be silent for longer than anybody else. */
	int64_t begun_ms = pt_clock_monotonic_ms();

	while (pt_clock_monotonic_ms() < begun_ms + 3 * PATIENCE_MS)
		turn(&server);
	assert_int_equal(count_streams(&server), 2);
	assert_null(heard(fd[0]));
	/* One more than there may be. */
	int third = open_stream(&server, "/");

	assert_non_null(strstr(hear(&server, third), " 503 "));
	close(third);
	close(fd[0]);
	while (count_streams(&server) == 2)
		turn(&server);
	close(fd[1]);
	pt_web_free(server.web);
}

PT_TEST(web_forgets_a_client_that_is_gone)
{
	struct server server;
	int fd;

	start(&server, 10000);
	fd = open_stream(&server, "/");
	hear_text(&server, fd, "retry: ");
	*pt_web_stream_kept(pt_web_stream(server.web, NULL)) = malloc(1);
	close(fd);
	while (count_streams(&server) > 0)
		turn(&server);
	assert_int_equal(nforgotten, 1);
	pt_web_free(server.web);
}

PT_TEST(web_keeps_no_room_for_those_that_went_at_once)
{
	struct server server;

	start(&server, 1000000);
	for (int i = 0; i < 3 * VISITS; i++) {
		int fd = call(&server);

		say(fd, "GET / HTTP/1.1\r\nHo");
		close(fd);
	}
	assert_non_null(strstr(ask(&server, "GET /x", host_line(&server, "localhost")), "/x -"));
	pt_web_free(server.web);
}

PT_TEST(web_says_whose_client_has_not_taken_everything)
{
	PT_CLEANUP(pt_buf_release) struct pt_buf line = PT_BUF_INIT;
	static char bytes[65536];
	struct pt_web_stream *stream;
	struct server server;
	int fd;

	start(&server, PATIENCE_MS);
	fd = open_stream(&server, "/");
	hear_text(&server, fd, "retry: ");
	stream = pt_web_stream(server.web, NULL);
	assert_false(pt_web_stream_is_behind(stream));
	pt_buf_repeat(&line, 'x', 16 << 20);
	pt_web_send(stream, "section", pt_buf_text(&line));
	for (int i = 0; i < 20; i++)
		turn(&server);
	assert_true(pt_web_stream_is_behind(stream));
	while (pt_web_stream_is_behind(stream)) {
		turn(&server);
		while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
			;
	}
	assert_int_equal(count_streams(&server), 1);
	close(fd);
	pt_web_free(server.web);
}

PT_TEST(web_ends_a_stream_that_nobody_reads)
{
	struct server server;
	struct pt_web_stream *stream;
	char *line = malloc(1 << 20);
	int fd;

	assert_non_null(line);
	memset(line, 'x', (1 << 20) - 1);
	line[(1 << 20) - 1] = '\0';
	start(&server, 10000);
	fd = open_stream(&server, "/");
	hear_text(&server, fd, "retry: ");
	for (int i = 0; i < 200 && (stream = pt_web_stream(server.web, NULL)); i++) {
		pt_web_send(stream, "section", line);
		turn(&server);
	}
	while (count_streams(&server) > 0)
		turn(&server);
	free(line);
	close(fd);
	pt_web_free(server.web);
}

PT_TEST(web_says_that_a_port_is_taken)
{
	struct pt_web_conf conf = {.visits = 1, .answer = answer};
	struct pt_err err = PT_ERR_INIT;
	struct pt_web *web = NULL;
	uint16_t port = 0;
	int fd = -1;

	assert_int_equal(pt_web_listen(&fd, &port, PT_LOOPBACK_4, &err), 0);
	assert_int_not_equal(port, 0);
	conf.port = port;
	assert_int_equal(pt_web_new(&web, &conf, &err), -PT_E_IO);
	assert_non_null(strstr(err.text, "cannot listen on 127.0.0.1:"));
	close(fd);
}

PT_TEST_MAIN(PT_RUN(web_knows_its_own_names), PT_RUN(web_tells_other_sites_from_people),
	     PT_RUN(web_answers_with_headers_that_keep_others_out),
	     PT_RUN(web_refuses_what_is_not_meant_for_it), PT_RUN(web_drops_whoever_is_slow),
	     PT_RUN(web_drops_whoever_takes_no_answer), PT_RUN(web_sends_events_to_all_that_listen),
	     PT_RUN(web_forgets_a_client_that_is_gone),
	     PT_RUN(web_keeps_no_room_for_those_that_went_at_once),
	     PT_RUN(web_says_whose_client_has_not_taken_everything),
	     PT_RUN(web_ends_a_stream_that_nobody_reads), PT_RUN(web_says_that_a_port_is_taken))
